//! What an AS-SET stands for: prefixes with ranges of lengths, and AS numbers; and how the tools print them.

use std::ops::RangeInclusive;

use ipnet::IpNet;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::aggregate;
use crate::model::Family;
use crate::{Asn, ParseError};

/// `AS_TRANS` (RFC 6793) stands in the place of numbers that old routers cannot hold; it is nobody's.
const AS_TRANS: Asn = Asn::new(23456);

/// A prefix and how long its more specific ones may be that are accepted with it.
///
/// It has the form that bgpq3 and bgpq4 print, with the keys `prefix`, `exact`, `greater-equal` and `less-equal`.
/// `10.0.0.0/8` with `greater-equal` 9 and `less-equal` 24 accepts what lies in it and has 9 to 24 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "Written"))]
#[serde(try_from = "Written", into = "Written")]
pub struct PrefixEntry {
    /// The prefix.
    pub prefix: IpNet,
    /// The least length that is accepted; that of the prefix, if there is none.
    pub greater_equal: Option<u8>,
    /// The greatest length that is accepted; if there is none, all of them from `greater_equal` on, or only the
    /// prefix itself if that is not given either.
    pub less_equal: Option<u8>,
}

/// The form in which an entry is written.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Written {
    /// The prefix, e.g. `192.0.2.0/24`.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    prefix: IpNet,
    /// Whether nothing but the prefix itself is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exact: Option<bool>,
    /// The least length that is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    greater_equal: Option<u8>,
    /// The greatest length that is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    less_equal: Option<u8>,
}

impl PrefixEntry {
    /// An entry that accepts this prefix and nothing else.
    pub fn exact(prefix: IpNet) -> Self {
        PrefixEntry { prefix: prefix.trunc(), greater_equal: None, less_equal: None }
    }

    /// An entry that accepts what lies in this prefix and has so many bits. `None` if there can be no such thing.
    pub fn within(prefix: IpNet, lengths: RangeInclusive<u8>) -> Option<Self> {
        let (least, most) = lengths.into_inner();
        if least < prefix.prefix_len() || most < least || most > prefix.max_prefix_len() {
            return None;
        }
        let is_exact = most == prefix.prefix_len();
        Some(PrefixEntry {
            prefix: prefix.trunc(),
            greater_equal: Some(least).filter(|least| *least > prefix.prefix_len()),
            less_equal: Some(most).filter(|_| !is_exact),
        })
    }

    /// The lengths that are accepted. Empty if the fields contradict each other.
    pub fn lengths(&self) -> RangeInclusive<u8> {
        let own = self.prefix.prefix_len();
        let most = match (self.greater_equal, self.less_equal) {
            (_, Some(most)) => most.min(self.prefix.max_prefix_len()),
            (Some(_), None) => self.prefix.max_prefix_len(),
            (None, None) => own,
        };
        self.greater_equal.unwrap_or(own).max(own)..=most
    }

    /// Whether nothing but the prefix itself is accepted.
    pub fn is_exact(&self) -> bool {
        self.lengths() == (self.prefix.prefix_len()..=self.prefix.prefix_len())
    }

    /// Whether this prefix is accepted.
    pub fn accepts(&self, prefix: &IpNet) -> bool {
        self.lengths().contains(&prefix.prefix_len()) && self.prefix.contains(prefix)
    }

    /// The family of the prefix.
    pub fn family(&self) -> Family {
        Family::from(self.prefix.addr())
    }
}

impl From<IpNet> for PrefixEntry {
    fn from(prefix: IpNet) -> Self {
        PrefixEntry::exact(prefix)
    }
}

impl From<PrefixEntry> for Written {
    fn from(entry: PrefixEntry) -> Self {
        let PrefixEntry { prefix, greater_equal, less_equal } = entry;
        Written { prefix, exact: Some(entry.is_exact()), greater_equal, less_equal }
    }
}

impl TryFrom<Written> for PrefixEntry {
    type Error = ParseError;

    fn try_from(written: Written) -> Result<Self, ParseError> {
        let Written { prefix, exact, greater_equal, less_equal } = written;
        let entry = PrefixEntry { prefix: prefix.trunc(), greater_equal, less_equal };
        let given = greater_equal.into_iter().chain(less_equal);
        let is_sound = !entry.lengths().is_empty()
            && given.clone().all(|length| (prefix.prefix_len()..=prefix.max_prefix_len()).contains(&length));
        if !is_sound {
            let found = format!("{prefix} {greater_equal:?} {less_equal:?}");
            return Err(ParseError::new("lengths from that of the prefix to that of an address", &found));
        }
        match exact {
            Some(exact) if exact != entry.is_exact() => {
                let found = format!("{prefix} exact {exact} {greater_equal:?} {less_equal:?}");
                Err(ParseError::new("a prefix that is either exact or has a range of lengths", &found))
            }
            _ => Ok(entry),
        }
    }
}

/// The prefixes that AS-SETs stand for, by family.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Prefixes {
    /// IPv6. It stands first, as in Peering Manager's documents.
    pub ipv6: Vec<PrefixEntry>,
    /// IPv4.
    pub ipv4: Vec<PrefixEntry>,
}

impl Prefixes {
    /// Those of one family.
    pub fn of(&self, family: Family) -> &[PrefixEntry] {
        match family {
            Family::Ipv4 => &self.ipv4,
            Family::Ipv6 => &self.ipv6,
        }
    }

    /// Those of one family, to change.
    pub fn of_mut(&mut self, family: Family) -> &mut Vec<PrefixEntry> {
        match family {
            Family::Ipv4 => &mut self.ipv4,
            Family::Ipv6 => &mut self.ipv6,
        }
    }

    /// How many entries there are in all.
    pub fn len(&self) -> usize {
        self.ipv4.len() + self.ipv6.len()
    }

    /// Whether there are none at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this prefix is accepted by any entry.
    pub fn accepts(&self, prefix: &IpNet) -> bool {
        self.of(Family::from(prefix.addr())).iter().any(|entry| entry.accepts(prefix))
    }

    /// The same set of prefixes in fewer entries, see [`aggregated`].
    #[must_use]
    pub fn aggregated(&self) -> Prefixes {
        Prefixes { ipv4: aggregated(&self.ipv4), ipv6: aggregated(&self.ipv6) }
    }
}

/// The same set of prefixes in fewer entries, in the order of addresses, then of lengths.
///
/// What another entry accepts already goes; entries for one prefix whose lengths touch become one; and two halves of
/// a prefix with the same lengths become the prefix with these lengths, as `bgpq4 -A` does it: `10.0.0.0/24` and
/// `10.0.1.0/24` become `10.0.0.0/23` from 24 to 24. Nothing is accepted that was not, and everything that was.
pub fn aggregated(entries: &[PrefixEntry]) -> Vec<PrefixEntry> {
    aggregate::aggregated(entries)
}

/// Reads what `bgpq3 -j` or `bgpq4 -j` prints for a list of prefixes, whatever the list is called.
///
/// # Errors
/// [`ParseError`] if the text is not one JSON object with one such list.
pub fn parse_prefixes(text: &str) -> Result<Vec<PrefixEntry>, ParseError> {
    parse_list(text, "the prefix list that `bgpq4 -j` prints")
}

/// Reads what `bgpq3 -j -f 1` or `bgpq4 -j -t` prints for a list of AS numbers, whatever the list is called.
///
/// # Errors
/// [`ParseError`] if the text is not one JSON object with one such list.
pub fn parse_as_list(text: &str) -> Result<Vec<Asn>, ParseError> {
    parse_list(text, "the list of AS numbers that `bgpq4 -j -f` prints")
}

fn parse_list<T: DeserializeOwned>(text: &str, what: &str) -> Result<Vec<T>, ParseError> {
    let wrong = |found: &str| ParseError::new(what, found);
    // A map of borrowed text would not do: the text may be escaped.
    let lists: std::collections::BTreeMap<String, Vec<T>> = serde_json::from_str(text).map_err(|error| {
        let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
        wrong(&format!("{} ({error})", line.trim())).at_line(error.line())
    })?;
    let mut lists = lists.into_values();
    match (lists.next(), lists.next()) {
        (Some(list), None) => Ok(list),
        _ => Err(wrong(text)),
    }
}

/// AS numbers in order, each once, with this one among them and without `AS_TRANS`.
pub fn as_list(own: Asn, found: impl IntoIterator<Item = Asn>) -> Vec<Asn> {
    let all = found.into_iter().filter(|asn| *asn != AS_TRANS).chain([own]);
    all.collect::<std::collections::BTreeSet<Asn>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    #[test]
    fn entries_are_written_as_the_tools_do() {
        for text in [
            r#"{"prefix":"192.0.2.0/24","exact":true}"#,
            r#"{"prefix":"192.0.2.0/24","exact":false,"greater-equal":25,"less-equal":26}"#,
            r#"{"prefix":"2001:db8::/32","exact":false,"less-equal":48}"#,
            r#"{"prefix":"2001:db8::/32","exact":false,"greater-equal":48}"#,
        ] {
            let entry: PrefixEntry = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&entry).unwrap(), text);
        }
        let short: PrefixEntry = serde_json::from_str(r#"{"prefix":"192.0.2.9/24"}"#).unwrap();
        assert_eq!(short, PrefixEntry::exact(net("192.0.2.0/24")));
    }

    #[test]
    fn contradictions_are_refused() {
        for text in [
            r#"{"prefix":"192.0.2.0/24","exact":false}"#,
            r#"{"prefix":"192.0.2.0/24","exact":true,"less-equal":26}"#,
            r#"{"prefix":"192.0.2.0/24","greater-equal":26,"less-equal":25}"#,
            r#"{"prefix":"192.0.2.0/24","greater-equal":23,"less-equal":25}"#,
            r#"{"prefix":"192.0.2.0/24","less-equal":33}"#,
            r#"{"prefix":"192.0.2.0"}"#,
        ] {
            assert!(serde_json::from_str::<PrefixEntry>(text).is_err(), "{text}");
        }
        assert_eq!(PrefixEntry::within(net("192.0.2.0/24"), 23..=25), None);
        assert_eq!(PrefixEntry::within(net("192.0.2.0/24"), 24..=33), None);
        #[allow(clippy::reversed_empty_ranges)]
        let reversed = PrefixEntry::within(net("192.0.2.0/24"), 26..=25);
        assert_eq!(reversed, None);
    }

    #[test]
    fn lengths_decide_what_is_accepted() {
        let within = |from, to| PrefixEntry::within(net("10.0.0.0/8"), from..=to).unwrap();
        assert!(within(8, 8).is_exact() && within(8, 8).accepts(&net("10.0.0.0/8")));
        assert!(!within(8, 8).accepts(&net("10.0.0.0/9")));
        assert!(within(9, 24).accepts(&net("10.1.2.0/24")) && !within(9, 24).accepts(&net("10.0.0.0/8")));
        assert!(!within(9, 24).accepts(&net("10.1.2.0/25")) && !within(9, 24).accepts(&net("11.0.0.0/24")));
        assert!(!within(8, 32).accepts(&net("::/8")));
        assert_eq!(within(24, 24).greater_equal, Some(24));
        let open = PrefixEntry { prefix: net("10.0.0.0/8"), greater_equal: Some(24), less_equal: None };
        assert!(open.accepts(&net("10.1.2.3/32")) && !open.accepts(&net("10.1.0.0/16")));
        let both = Prefixes { ipv4: vec![open], ipv6: vec![PrefixEntry::exact(net("2001:db8::/32"))] };
        assert!(both.accepts(&net("10.0.0.0/24")) && both.accepts(&net("2001:db8::/32")));
        assert_eq!((both.len(), both.is_empty()), (2, false));
    }

    #[test]
    fn lists_of_as_numbers_are_read() {
        let asns = |numbers: &[u32]| numbers.iter().copied().map(Asn::new).collect::<Vec<_>>();
        assert_eq!(parse_as_list("{\"as\": [\n  64502,64501\n]}").unwrap(), asns(&[64502, 64501]));
        assert_eq!(parse_as_list("{\"as_list\": [\n]}").unwrap(), []);
        let list = as_list(Asn::new(64500), asns(&[64502, 23456, 64501, 64502]));
        assert_eq!(list, asns(&[64500, 64501, 64502]));
        for text in [
            "",
            "{}",
            "[]",
            "{\"a\": [], \"b\": []}",
            "{\"a\": [-1]}",
            "{\"a\": [\"AS1\"]}",
            "{\"a\": [1]} x",
        ] {
            assert!(parse_as_list(text).is_err(), "{text}");
        }
        let error =
            parse_prefixes("{ \"x\": [\n    { \"prefix\": \"nonsense\", \"exact\": true }\n] }").unwrap_err();
        assert_eq!(error.line(), Some(2));
    }
}
