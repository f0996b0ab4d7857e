//! How command lines are recognised: patterns of words, of which one rule is made per line of a table.
//!
//! A pattern is words, `a|b` for a choice, `<class>` for a value, `[ … ]` for what may be missing and `...` for the rest
//! of the line. What stands before `=` is the line's key: two lines with the same key are one setting. A word behind
//! `-` is no part of it. `> mode` opens a mode. A line of the table that begins with `~` is on by default, so that its
//! `no` form is kept; with `+`, both forms are kept; with `no`, it only takes things away. `--` begins a new block of
//! the printed configuration.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::Language;

/// A value's place in the order of a printed configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    /// A name, with the numbers in it counted as numbers.
    Name(Vec<(String, u64)>),
    Number(u64),
    Address(IpAddr),
}

impl Value {
    fn of(word: &str) -> Value {
        if let Ok(number) = word.parse() {
            return Value::Number(number);
        }
        if let Ok(address) = word.parse() {
            return Value::Address(address);
        }
        let mut parts = Vec::new();
        let mut rest = word;
        while !rest.is_empty() {
            let text = rest.len() - rest.trim_start_matches(|c: char| !c.is_ascii_digit()).len();
            let (name, tail) = rest.split_at(text);
            let digits = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, tail) = tail.split_at(digits);
            parts.push((name.to_owned(), number.parse().unwrap_or(0)));
            rest = tail;
        }
        Value::Name(parts)
    }
}

/// What kind of value a word must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Word,
    Number,
    AutonomousSystem,
    Ip,
    Ip4,
    Ip6,
    /// An address with its network's length.
    Net4,
    Net6,
    /// A prefix.
    Prefix4,
    Prefix6,
    Prefix,
    Interface,
    /// A name that is no address.
    Name,
    Vlans,
    /// `HH:MM:SS`.
    Time,
}

impl Class {
    fn of(name: &str) -> Option<Class> {
        Some(match name {
            "word" => Class::Word,
            "num" => Class::Number,
            "as" => Class::AutonomousSystem,
            "ip" => Class::Ip,
            "ip4" => Class::Ip4,
            "ip6" => Class::Ip6,
            "net4" => Class::Net4,
            "net6" => Class::Net6,
            "prefix4" => Class::Prefix4,
            "prefix6" => Class::Prefix6,
            "prefix" => Class::Prefix,
            "if" => Class::Interface,
            "name" => Class::Name,
            "vlans" => Class::Vlans,
            "time" => Class::Time,
            _ => return None,
        })
    }

    /// The word as the router writes it; `None` when it is no such value.
    fn read<M: Language>(self, word: &str) -> Option<String> {
        match self {
            Class::Word => Some(word.to_owned()),
            Class::Number => word.parse::<u64>().ok().map(|number| number.to_string()),
            Class::AutonomousSystem => autonomous_system(word).map(|asn| asn.to_string()),
            Class::Ip => word.parse::<IpAddr>().ok().map(|ip| ip.to_string()),
            Class::Ip4 => word.parse::<Ipv4Addr>().ok().map(|ip| ip.to_string()),
            Class::Ip6 => word.parse::<Ipv6Addr>().ok().map(|ip| ip.to_string()),
            Class::Net4 => slashed(word)?.parse::<Ipv4Net>().ok().map(|net| net.to_string()),
            Class::Net6 => slashed(word)?.parse::<Ipv6Net>().ok().map(|net| net.to_string()),
            Class::Prefix4 => slashed(word)?.parse::<Ipv4Net>().ok().map(|net| net.trunc().to_string()),
            Class::Prefix6 => slashed(word)?.parse::<Ipv6Net>().ok().map(|net| net.trunc().to_string()),
            Class::Prefix => slashed(word)?.parse::<IpNet>().ok().map(|net| net.trunc().to_string()),
            Class::Interface => M::interface(word),
            Class::Name => word.parse::<IpAddr>().is_err().then(|| word.to_owned()),
            Class::Vlans => {
                let is_vlan = |id: &str| id.parse::<u16>().is_ok_and(|id| (1..=4094).contains(&id));
                word.split([',', '-']).all(is_vlan).then(|| word.to_owned())
            }
            Class::Time => duration(word).map(|_| word.to_owned()),
        }
    }
}

fn slashed(word: &str) -> Option<&str> {
    word.contains('/').then_some(word)
}

/// An AS number, as a number or as two with a dot.
pub(crate) fn autonomous_system(word: &str) -> Option<u32> {
    if let Some((high, low)) = word.split_once('.') {
        let (high, low): (u16, u16) = (high.parse().ok()?, low.parse().ok()?);
        return Some((u32::from(high) << 16) | u32::from(low)).filter(|asn| *asn > 0);
    }
    word.parse().ok().filter(|asn| *asn > 0)
}

/// Seconds in `HH:MM:SS`.
pub(crate) fn duration(word: &str) -> Option<u64> {
    let mut parts = word.split(':').map(|part| part.parse::<u64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let is_time = parts.next().is_none() && hours < 24 && minutes < 60 && seconds < 60;
    is_time.then_some(hours * 3600 + minutes * 60 + seconds)
}

#[derive(Clone, Debug)]
enum Atom {
    Words(Vec<&'static str>),
    Class(Class),
    Rest,
}

#[derive(Clone, Debug)]
struct Piece {
    atom: Atom,
    is_key: bool,
}

/// One line of a table.
#[derive(Clone, Debug)]
pub(crate) struct Rule<M> {
    /// One sequence of words for each choice of what may be missing.
    variants: Vec<Vec<Piece>>,
    pub(crate) opens: Option<M>,
    /// The `no` form is kept.
    pub(crate) keeps_no: bool,
    /// The plain form is kept.
    pub(crate) keeps_yes: bool,
    /// Only takes away.
    pub(crate) is_removal: bool,
    pub(crate) block: usize,
    pub(crate) rank: usize,
}

/// A line that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The line as the router prints it.
    pub(crate) words: Vec<String>,
    pub(crate) key: Vec<String>,
    /// The values in the key.
    pub(crate) values: Vec<Value>,
}

/// How far a line was understood: the word at which it went wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) word: usize,
    /// The line ended where a rule goes on.
    pub(crate) is_short: bool,
}

impl Progress {
    fn reach(&mut self, word: usize, is_short: bool) {
        if word > self.word || (word == self.word && is_short) {
            *self = Progress { word, is_short };
        }
    }
}

impl<M: Language> Rule<M> {
    /// Reads a line of a table. What it does not understand of its own notation it takes for words.
    fn read(line: &'static str, block: usize, rank: usize) -> Rule<M> {
        let (sign, pattern) = match line.split_at_checked(1) {
            Some((sign @ ("~" | "+"), rest)) => (sign, rest),
            _ => ("", line),
        };
        let (pattern, mode) = pattern
            .split_once(" > ")
            .map_or((pattern, None), |(pattern, mode)| (pattern, M::named(mode.trim())));
        let (is_removal, pattern) = match pattern.strip_prefix("no ") {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        let mut variants: Vec<Vec<Piece>> = vec![Vec::new()];
        // Before every open bracket: what there is without what stands in it.
        let mut without: Vec<Vec<Vec<Piece>>> = Vec::new();
        let mut is_key = true;
        for token in pattern.split_whitespace() {
            match token {
                "=" => is_key = false,
                "[" => without.push(variants.clone()),
                "]" => variants.append(&mut without.pop().unwrap_or_default()),
                _ => {
                    let (own, token) = match token.strip_prefix('-') {
                        Some(rest) if !rest.is_empty() => (false, rest),
                        _ => (is_key, token),
                    };
                    let class = token.strip_prefix('<').and_then(|token| token.strip_suffix('>'));
                    let atom = match class.and_then(Class::of) {
                        Some(class) => Atom::Class(class),
                        None if token == "..." => Atom::Rest,
                        None => Atom::Words(token.split('|').collect()),
                    };
                    let piece = Piece { atom, is_key: own };
                    variants.iter_mut().for_each(|variant| variant.push(piece.clone()));
                }
            }
        }
        Rule {
            variants,
            opens: mode,
            keeps_no: sign == "~" || sign == "+",
            keeps_yes: sign != "~",
            is_removal,
            block,
            rank,
        }
    }

    /// Recognises a whole line.
    pub(crate) fn find(&self, words: &[&str], is_loose: bool, progress: &mut Progress) -> Option<Found> {
        self.variants.iter().find_map(|variant| walk::<M>(variant.iter(), words, is_loose, progress))
    }

    /// Recognises what stands behind a `no`: the line, or its key alone.
    pub(crate) fn find_negated(&self, words: &[&str], progress: &mut Progress) -> Option<Found> {
        self.find(words, false, progress).or_else(|| {
            let keys = |variant: &Vec<Piece>| {
                walk::<M>(variant.iter().filter(|piece| piece.is_key), words, false, &mut Progress::default())
            };
            self.variants.iter().find_map(keys)
        })
    }
}

fn walk<'p, M: Language>(
    pieces: impl Iterator<Item = &'p Piece>,
    words: &[&str],
    is_loose: bool,
    progress: &mut Progress,
) -> Option<Found> {
    let mut found = Found { words: Vec::new(), key: Vec::new(), values: Vec::new() };
    let mut at = 0;
    for piece in pieces {
        let Some(word) = words.get(at) else {
            progress.reach(at, true);
            return None;
        };
        let read = match &piece.atom {
            Atom::Rest => {
                let rest = words.get(at..).unwrap_or_default().join(" ");
                at = words.len();
                rest
            }
            Atom::Words(choice) => {
                let exact = choice.iter().find(|own| **own == *word);
                let loose = || choice.iter().find(|own| is_loose && own.starts_with(word));
                let Some(own) = exact.or_else(loose) else {
                    progress.reach(at, false);
                    return None;
                };
                at += 1;
                (*own).to_owned()
            }
            Atom::Class(class) => {
                let Some(value) = class.read::<M>(word) else {
                    progress.reach(at, false);
                    return None;
                };
                at += 1;
                if piece.is_key {
                    found.values.push(Value::of(&value));
                }
                value
            }
        };
        if piece.is_key {
            found.key.push(read.clone());
        }
        found.words.push(read);
    }
    if at < words.len() {
        progress.reach(at, false);
        return None;
    }
    Some(found)
}

/// Reads a table.
pub(crate) fn table<M: Language>(text: &'static str) -> Vec<Rule<M>> {
    let mut block = 0;
    let mut rules = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line == "--" {
            block += 1;
        } else {
            rules.push(Rule::read(line, block, rules.len()));
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::eos::modes::Mode;

    fn find(rule: &'static str, line: &str) -> Option<Found> {
        let words: Vec<&str> = line.split(' ').collect();
        table::<Mode>(rule).first().unwrap().find(&words, false, &mut Progress::default())
    }

    #[test]
    fn values_are_written_as_the_router_writes_them() {
        let found = find("neighbor <ip> remote-as = <as>", "neighbor 2001:DB8::0:1 remote-as 1.1").unwrap();
        assert_eq!(found.words.join(" "), "neighbor 2001:db8::1 remote-as 65537");
        assert_eq!(found.key.join(" "), "neighbor 2001:db8::1 remote-as");
        assert_eq!((duration("00:05:00"), duration("24:00:00"), duration("5")), (Some(300), None, None));
    }

    #[test]
    fn optional_words_and_words_outside_the_key() {
        let rule = "seq <num> = permit|deny <prefix4> [ ge <num> ] [ le <num> ]";
        for line in ["permit 10.0.0.0/8", "permit 10.0.0.0/8 le 32", "deny 10.0.0.0/8 ge 9 le 32"] {
            assert!(find(rule, &format!("seq 10 {line}")).is_some(), "{line}");
        }
        assert!(find(rule, "seq 10 permit 10.0.0.0/8 le").is_none());
        let found = find("route-map <word> -permit|deny <num>", "route-map X deny 10").unwrap();
        assert_eq!(found.key.join(" "), "route-map X 10");
    }

    #[test]
    fn names_are_ordered_with_their_numbers() {
        let mut names = ["Ethernet10", "Ethernet2", "Loopback0", "Ethernet1/2"];
        names.sort_by_key(|name| Value::of(name));
        assert_eq!(names, ["Ethernet1/2", "Ethernet2", "Ethernet10", "Loopback0"]);
    }
}
