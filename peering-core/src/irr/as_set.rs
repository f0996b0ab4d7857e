//! The text in which an operator says which sets describe its routes, and the sets in it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::peering_manager;
use crate::model::Family;
use crate::{Asn, Compat, ParseError};

/// The longest name of a set that is passed on. IRR clients keep names in buffers of 256 bytes.
const LONGEST_NAME: usize = 200;

/// The longest name of a registry.
const LONGEST_SOURCE: usize = 40;

/// The longest excerpt in a [`SetProblem`], in characters.
const EXCERPT: usize = 80;

/// An as-set, a route-set or a bare AS number, and where it is to be looked up. Written `RIPE::AS-EXAMPLE`.
///
/// One that was parsed strictly holds upper-case letters, digits, `-`, `_` and `:` only, and begins with a letter; so
/// it can stand on a command line and in a query. Its fields are plain: what was not parsed is
/// [checked](AsSet::check) before it is used.
///
/// ```
/// use peering_core::irr::AsSet;
/// let set: AsSet = "as64500:as-customers@ripe".parse()?;
/// assert_eq!(set.to_string(), "RIPE::AS64500:AS-CUSTOMERS");
/// # Ok::<(), peering_core::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AsSet {
    /// The registry that the operator named, e.g. `RIPE`; any of those asked, if there is none.
    pub source: Option<String>,
    /// The name, e.g. `AS-EXAMPLE`, `AS64500:AS-CUSTOMERS`, `RS-EXAMPLE` or `AS64500` (RFC 2622, section 5).
    pub name: String,
    /// The one family that it is meant for, where the operator wrote `ipv4:` or `ipv6:` before it.
    pub family: Option<Family>,
}

/// What kind of object a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SetKind {
    /// A set of autonomous systems: a part of the name begins with `AS-`.
    AsSet,
    /// A set of routes: a part of the name begins with `RS-`.
    RouteSet,
    /// One autonomous system.
    Asn,
}

/// Why a piece of text is no set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SetFault {
    /// It does not have the form of a name.
    #[error(
        "is no AS-SET, route-set or AS number; names look like AS-EXAMPLE, RIPE::AS64500:AS-EXAMPLE, RS-EXAMPLE"
    )]
    Form,
    /// It stands for every network there is, or for whoever asks.
    #[error("stands for everybody")]
    Everybody,
    /// What should be a registry does not have the form of one's name.
    #[error("names no registry before `::` or after `@`")]
    Source,
    /// It mixes as-sets and route-sets in one name.
    #[error("mixes as-sets and route-sets in one name")]
    Mixed,
    /// It is longer than what can be looked up.
    #[error("is too long to be looked up")]
    Length,
}

/// A piece of an operator's text that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetProblem {
    /// The piece, cut short. A stranger wrote it.
    pub text: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for SetProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.text, self.message)
    }
}

/// The registries that are asked unless told otherwise, in the order in which their words count.
pub const SOURCES: [&str; 12] = [
    "RPKI",
    "RIPE",
    "ARIN",
    "APNIC",
    "AFRINIC",
    "LACNIC",
    "RIPE-NONAUTH",
    "RADB",
    "ALTDB",
    "NTTCOM",
    "LEVEL3",
    "TC",
];

/// How an operator's text is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ParseOptions {
    /// Whose rules apply; the [module](super) lists the differences.
    pub compat: Compat,
    /// The registries that are known, which [`Compat::PeeringManager`] needs to tell them from parts of a name.
    pub sources: Vec<String>,
}

/// The sets in an operator's text, in its order and each once, and what in it is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsSets {
    /// The sets.
    pub sets: Vec<AsSet>,
    /// What is none. [`Compat::PeeringManager`] finds no problems: it takes anything for a set.
    pub problems: Vec<SetProblem>,
}

impl AsSets {
    /// Reads PeeringDB's `irr_as_set`, or what an operator wrote in its place, strictly.
    ///
    /// Sets stand between blanks, `/`, `,`, `;` and `&`. Text without any stands for the autonomous system itself.
    ///
    /// ```
    /// use peering_core::{Asn, irr::AsSets};
    /// let read = AsSets::parse(Asn::new(64500), "RIPE::AS-ONE, AS-TWO@ARIN, none");
    /// assert_eq!(read.sets.iter().map(ToString::to_string).collect::<Vec<_>>(), ["RIPE::AS-ONE", "ARIN::AS-TWO"]);
    /// assert_eq!(read.problems[0].text, "none");
    /// ```
    pub fn parse(asn: Asn, text: &str) -> AsSets {
        AsSets::parse_with(asn, text, &ParseOptions::default())
    }

    /// The same, by the rules of one's choice.
    pub fn parse_with(asn: Asn, text: &str, options: &ParseOptions) -> AsSets {
        if options.compat == Compat::PeeringManager {
            let sets = peering_manager::sets(asn, text, &options.sources);
            return AsSets { sets, problems: Vec::new() };
        }
        let mut read = AsSets::default();
        for piece in pieces(text) {
            match strict(&piece) {
                Ok(set) if read.sets.contains(&set) => {}
                Ok(set) => read.sets.push(set),
                Err(fault) => {
                    let mut text: String = piece.chars().take(EXCERPT).collect();
                    if text.len() < piece.len() {
                        text.push('…');
                    }
                    read.problems.push(SetProblem { text, message: fault.to_string() });
                }
            }
        }
        if read.sets.is_empty() && read.problems.is_empty() {
            read.sets.push(AsSet::from(asn));
        }
        read
    }

    /// The sets that are meant for a family. If all are meant for the other one, nothing was said about this one,
    /// and the autonomous system itself is what is left.
    pub fn of_family(&self, asn: Asn, family: Family) -> Vec<AsSet> {
        let meant = |set: &&AsSet| set.family.is_none_or(|own| own == family);
        let found: Vec<AsSet> = self.sets.iter().filter(meant).cloned().collect();
        match (found.is_empty(), self.sets.is_empty()) {
            (true, false) => vec![AsSet::from(asn)],
            _ => found,
        }
    }
}

impl AsSet {
    /// A set of this name in any registry.
    pub fn new(name: impl Into<String>) -> Self {
        AsSet { source: None, name: name.into(), family: None }
    }

    /// Whether it may be looked up, by the rules of RFC 2622; and what it is.
    ///
    /// # Errors
    /// [`SetFault`], if name or registry have not the form that they must have. `AS-ANY` and its like are refused.
    pub fn check(&self) -> Result<SetKind, SetFault> {
        if let Some(source) = &self.source
            && !is_source(source)
        {
            return Err(SetFault::Source);
        }
        kind(&self.name)
    }
}

impl From<Asn> for AsSet {
    fn from(asn: Asn) -> Self {
        AsSet::new(asn.to_string())
    }
}

impl fmt::Display for AsSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(family) = self.family {
            write!(f, "ipv{}:", family.version())?;
        }
        if let Some(source) = &self.source {
            write!(f, "{source}::")?;
        }
        f.write_str(&self.name)
    }
}

impl FromStr for AsSet {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        strict(text.trim()).map_err(|_| ParseError::new("an AS-SET such as RIPE::AS-EXAMPLE", text))
    }
}

/// The text between separators. Blanks around `::` and `@` do not separate.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for part in text.split(['/', ',', ';', '&']) {
        let mut is_open = false;
        for word in part.split_whitespace() {
            let continues = is_open || word.starts_with("::") || word.starts_with('@');
            is_open = word.ends_with("::") || word.ends_with('@');
            match pieces.last_mut() {
                // The first word of a part never continues the part before.
                Some(last) if continues && !last.is_empty() => last.push_str(word),
                _ => pieces.push(word.to_owned()),
            }
        }
        // Marks the end of the part.
        pieces.push(String::new());
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// One set.
fn strict(text: &str) -> Result<AsSet, SetFault> {
    if text.len() > LONGEST_NAME + LONGEST_SOURCE {
        return Err(SetFault::Length);
    }
    let text = text.to_ascii_uppercase();
    let (family, text) = split_family(&text);
    let (source, name) = split_source(text);
    // `RIPE::IPV6:AS-EXAMPLE` occurs as well.
    let (inner, name) = split_family(name);
    let name = match name.strip_prefix("AS").unwrap_or(name).starts_with(|c: char| c.is_ascii_digit()) {
        // AS64500, 64500 or 1.10; but not AS64500:AS-EXAMPLE.
        true => name.parse::<Asn>().map_or_else(|_| name.to_owned(), |asn| asn.to_string()),
        false => name.to_owned(),
    };
    let set = AsSet { source: source.map(str::to_owned), name, family: family.or(inner) };
    set.check().map(|_| set)
}

/// `IPV4:` and `IPV6:` before a name.
fn split_family(text: &str) -> (Option<Family>, &str) {
    for (mark, family) in [("IPV4:", Family::Ipv4), ("IPV6:", Family::Ipv6)] {
        if let Some(rest) = text.strip_prefix(mark)
            && !rest.starts_with(':')
        {
            return (Some(family), rest);
        }
    }
    (None, text)
}

/// The registry in `RIPE::NAME`, `NAME@RIPE` or `RIPE:NAME`.
fn split_source(text: &str) -> (Option<&str>, &str) {
    if let Some((source, name)) = text.split_once("::") {
        return (Some(source), name);
    }
    if let Some((name, source)) = text.rsplit_once('@') {
        return (Some(source), name);
    }
    match text.split_once(':') {
        // With one colon it is a registry only if it can be no part of a name.
        Some((source, name)) if is_source(source) && part(source).is_err() => (Some(source), name),
        _ => (None, text),
    }
}

/// A registry's name has the form of every name in RFC 2622, section 2.
fn is_source(text: &str) -> bool {
    text.len() <= LONGEST_SOURCE && is_word(text)
}

/// Letters, digits, `-` and `_`; a letter first, a letter or a digit last.
fn is_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_uppercase)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

/// What a name stands for, from its parts between colons.
fn kind(name: &str) -> Result<SetKind, SetFault> {
    if name.len() > LONGEST_NAME {
        return Err(SetFault::Length);
    }
    let mut found = SetKind::Asn;
    for (position, text) in name.split(':').enumerate() {
        let part = part(text)?;
        found = match (found, part) {
            // Of AS numbers alone one is a name, two are none.
            (SetKind::Asn, _) if position == 0 => part,
            (SetKind::Asn, part) | (part, SetKind::Asn) => part,
            (found, part) if found == part => found,
            _ => return Err(SetFault::Mixed),
        };
    }
    if found == SetKind::Asn && name.contains(':') { Err(SetFault::Form) } else { Ok(found) }
}

/// What one part of a name stands for.
fn part(text: &str) -> Result<SetKind, SetFault> {
    if matches!(text, "AS-ANY" | "RS-ANY" | "ANY" | "PEERAS") {
        return Err(SetFault::Everybody);
    }
    if !is_word(text) {
        return Err(SetFault::Form);
    }
    let number = text.strip_prefix("AS").filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    match number.map(str::parse::<u32>) {
        Some(Ok(number)) if number > 0 => Ok(SetKind::Asn),
        Some(_) => Err(SetFault::Form),
        None if text.starts_with("AS-") => Ok(SetKind::AsSet),
        None if text.starts_with("RS-") => Ok(SetKind::RouteSet),
        None => Err(SetFault::Form),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> (Vec<String>, Vec<String>) {
        let read = AsSets::parse(Asn::new(64500), text);
        let problems = read.problems.into_iter().map(|problem| problem.text).collect();
        (read.sets.iter().map(ToString::to_string).collect(), problems)
    }

    #[test]
    fn what_operators_write() {
        for (text, sets) in [
            ("", "AS64500"),
            (" \t", "AS64500"),
            ("AS-ONE", "AS-ONE"),
            ("as-one", "AS-ONE"),
            ("AS-ONE/AS-TWO, AS-THREE & AS-FOUR;as-five", "AS-ONE AS-TWO AS-THREE AS-FOUR AS-FIVE"),
            ("AS-ONE AS-TWO as-one", "AS-ONE AS-TWO"),
            ("RIPE::AS-ONE", "RIPE::AS-ONE"),
            ("RIPE:AS-ONE", "RIPE::AS-ONE"),
            ("RIPE :: AS-ONE AS-TWO", "RIPE::AS-ONE AS-TWO"),
            ("RIPE:: AS-ONE", "RIPE::AS-ONE"),
            ("AS-ONE@RIPE-NONAUTH", "RIPE-NONAUTH::AS-ONE"),
            ("AS-ONE @RIPE AS-TWO @ ARIN", "RIPE::AS-ONE ARIN::AS-TWO"),
            ("UNHEARDOF::AS-ONE", "UNHEARDOF::AS-ONE"),
            ("AS64501:AS-ONE", "AS64501:AS-ONE"),
            ("AS-ONE:AS64501", "AS-ONE:AS64501"),
            ("RIPE::AS64501:AS-ONE:AS64502", "RIPE::AS64501:AS-ONE:AS64502"),
            ("RS-ONE AS1:RS-TWO", "RS-ONE AS1:RS-TWO"),
            ("64501 AS1.10", "AS64501 AS65546"),
            ("ipv6:AS-ONE", "ipv6:AS-ONE"),
            ("RIPE::IPv6:AS-ONE", "ipv6:RIPE::AS-ONE"),
            ("IPv4:RIPE::AS-ONE", "ipv4:RIPE::AS-ONE"),
            ("AS_X::AS-A_B-C9", "AS_X::AS-A_B-C9"),
        ] {
            let expected: Vec<&str> = sets.split_whitespace().collect();
            assert_eq!(read(text), (expected.iter().map(ToString::to_string).collect(), vec![]), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_set_is_told() {
        for text in [
            "AS-",
            "RS-",
            "AS",
            "-AS-ONE",
            "AS-ONE-",
            "AS-ÖNE",
            "AS-ANY",
            "RIPE::AS-ANY",
            "PeerAS",
            "ANY",
            "EXCEPT",
            "AS64500:AS64501",
            "AS-ONE:RS-TWO",
            "AS-ONE:",
            ":AS-ONE",
            "RIPE::",
            "::AS-ONE",
            "RIPE:::AS-ONE",
            "@RIPE",
            "AS-ONE@",
            "AS-ONE@-J",
            "R$PE::AS-ONE",
            "RIPE::AS-ONE@ARIN",
            "FLTR-ONE",
            "AS4294967296",
            "AS0",
            "AS64500-1",
            "https:",
            "AS-ONE;rm".get(..3).unwrap(),
            "AS-$(id)",
            "AS-ONE\u{0}",
            "10.0.0.0",
        ] {
            assert_eq!(read(text), (vec![], vec![text.to_owned()]), "{text:?}");
        }
        assert_eq!(read("AS-ONE n/a").1, ["n", "a"]);
        assert_eq!(read(&format!("AS-{}", "X".repeat(400))).1[0].chars().count(), EXCERPT + 1);
        let mixed = AsSets::parse(Asn::new(1), "AS-A:RS-B").problems;
        assert_eq!(mixed[0].to_string(), "\"AS-A:RS-B\" mixes as-sets and route-sets in one name");
    }

    #[test]
    fn a_set_for_one_family_leaves_the_other_to_the_system_itself() {
        let asn = Asn::new(64500);
        let names = |text: &str, family| -> Vec<String> {
            let sets = AsSets::parse(asn, text).of_family(asn, family);
            sets.into_iter().map(|set| set.name).collect()
        };
        assert_eq!(names("AS-A ipv6:AS-B", Family::Ipv4), ["AS-A"]);
        assert_eq!(names("AS-A ipv6:AS-B", Family::Ipv6), ["AS-A", "AS-B"]);
        assert_eq!(names("ipv6:AS-B", Family::Ipv4), ["AS64500"]);
        assert!(names("???", Family::Ipv4).is_empty());
    }

    #[test]
    fn kinds_follow_from_the_parts() {
        for (name, kind) in [
            ("AS1", SetKind::Asn),
            ("AS-X", SetKind::AsSet),
            ("AS1:AS-X", SetKind::AsSet),
            ("AS1:RS-X:AS2", SetKind::RouteSet),
        ] {
            assert_eq!(AsSet::new(name).check(), Ok(kind), "{name}");
        }
        assert_eq!(AsSet::new("as-x").check(), Err(SetFault::Form), "unparsed names are not put right");
        assert_eq!(AsSet::new("--help").check(), Err(SetFault::Form));
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_what_is_read_is_fit_to_be_asked(text in "\\PC{0,300}|[ASRIPE0-9:@/, v-]{0,80}") {
            for compat in [Compat::Strict, Compat::PeeringManager] {
                let options = ParseOptions { compat, sources: vec!["RIPE".into(), "RIPE-NONAUTH".into()] };
                let read = AsSets::parse_with(Asn::new(64500), &text, &options);
                if compat == Compat::Strict {
                    prop_assert!(!read.sets.is_empty() || !read.problems.is_empty());
                    for set in &read.sets {
                        prop_assert!(set.check().is_ok(), "{set:?}");
                        prop_assert!(set.name.starts_with(['A', 'R']));
                        prop_assert_eq!(&set.to_string().parse::<AsSet>().unwrap(), set);
                    }
                }
            }
        }
    }
}
