//! What can follow `neighbor X`: the table that grammar, printing and semantics share. Its order is bgpd's order of
//! printing.

/// One attribute of a neighbour.
#[derive(Debug)]
pub(crate) struct Attribute {
    /// The keywords, without what follows them.
    pub(crate) words: &'static str,
    /// Whether it belongs into an address family.
    pub(crate) is_family: bool,
    /// What may follow the keywords.
    values: Values,
}

/// What may follow the keywords of an attribute.
#[derive(Clone, Copy, Debug)]
enum Values {
    /// Nothing.
    None,
    /// A number, which may be left out.
    OptionalNumber,
    /// As many numbers.
    Numbers(usize),
    /// One word.
    Word,
    /// A name, then `in` or `out`.
    NameAndDirection,
    /// At least one word.
    Text,
    /// Nothing, or `message` and at least one word.
    Message,
    /// `N [PERCENT] [warning-only|force|restart M]`.
    Limit,
    /// Any words, or none.
    Any,
}

const fn session(words: &'static str, values: Values) -> Attribute {
    Attribute { words, is_family: false, values }
}

const fn family(words: &'static str, values: Values) -> Attribute {
    Attribute { words, is_family: true, values }
}

/// Every attribute, in the order of printing.
pub(crate) static ATTRIBUTES: &[Attribute] = &[
    session("local-as", Values::Text),
    session("description", Values::Text),
    session("shutdown", Values::Message),
    session("bfd", Values::Any),
    session("password", Values::Text),
    session("solo", Values::None),
    session("port", Values::Numbers(1)),
    session("tcp-mss", Values::Numbers(1)),
    session("passive", Values::None),
    session("ebgp-multihop", Values::OptionalNumber),
    session("local-role", Values::Text),
    session("ttl-security hops", Values::Numbers(1)),
    session("disable-connected-check", Values::None),
    session("extended-optional-parameters", Values::None),
    session("enforce-first-as", Values::None),
    session("update-source", Values::Word),
    session("advertisement-interval", Values::Numbers(1)),
    session("timers connect", Values::Numbers(1)),
    session("timers delayopen", Values::Numbers(1)),
    session("timers", Values::Numbers(2)),
    session("capability dynamic", Values::None),
    session("capability extended-nexthop", Values::None),
    session("dont-capability-negotiate", Values::None),
    session("override-capability", Values::None),
    session("strict-capability-match", Values::None),
    session("sender-as-path-loop-detection", Values::None),
    session("graceful-restart-helper", Values::None),
    session("graceful-restart-disable", Values::None),
    session("graceful-restart", Values::None),
    session("graceful-shutdown", Values::None),
    family("activate", Values::None),
    family("addpath-tx-all-paths", Values::None),
    family("addpath-tx-bestpath-per-AS", Values::None),
    family("route-reflector-client", Values::None),
    family("next-hop-self", Values::Any),
    family("remove-private-AS", Values::Any),
    family("as-override", Values::None),
    family("send-community", Values::Any),
    family("default-originate", Values::Any),
    family("soft-reconfiguration inbound", Values::None),
    family("maximum-prefix-out", Values::Numbers(1)),
    family("maximum-prefix", Values::Limit),
    family("route-server-client", Values::None),
    family("allowas-in", Values::Any),
    family("weight", Values::Numbers(1)),
    family("distribute-list", Values::NameAndDirection),
    family("prefix-list", Values::NameAndDirection),
    family("route-map", Values::NameAndDirection),
    family("unsuppress-map", Values::Word),
    family("filter-list", Values::NameAndDirection),
    family("attribute-unchanged", Values::Any),
];

/// The words after `neighbor X`, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Its place in [`ATTRIBUTES`], and for filters the direction: what a second setting of the kind replaces.
    pub(crate) key: Key,
    /// What follows the keywords.
    pub(crate) value: String,
}

/// Place of printing and direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    rank: usize,
    is_out: bool,
}

impl Key {
    /// The attribute with these keywords, direction `in`.
    pub(crate) fn of(words: &str) -> Key {
        Key { rank: ATTRIBUTES.iter().position(|a| a.words == words).unwrap_or(usize::MAX), is_out: false }
    }

    /// The same in direction `out`.
    pub(crate) fn outbound(words: &str) -> Key {
        Key { is_out: true, ..Key::of(words) }
    }

    fn attribute(self) -> Option<&'static Attribute> {
        ATTRIBUTES.get(self.rank)
    }

    /// Whether it belongs into an address family.
    pub(crate) fn is_family(self) -> bool {
        self.attribute().is_some_and(|a| a.is_family)
    }

    /// Keywords and value, as printed after `neighbor X`.
    pub(crate) fn print(self, value: &str) -> String {
        let words = self.attribute().map_or("", |a| a.words);
        if value.is_empty() { words.to_owned() } else { format!("{words} {value}") }
    }
}

fn is_number(word: &str) -> bool {
    word.parse::<u32>().is_ok()
}

fn fits(values: Values, rest: &[&str]) -> bool {
    match (values, rest) {
        (Values::None, rest) => rest.is_empty(),
        (Values::OptionalNumber, []) | (Values::Any, _) | (Values::Message, []) => true,
        (Values::OptionalNumber, [number]) => is_number(number),
        (Values::Numbers(count), rest) => rest.len() == count && rest.iter().all(|word| is_number(word)),
        (Values::Word, [_]) => true,
        (Values::NameAndDirection, [_, direction]) => matches!(*direction, "in" | "out"),
        (Values::Text, rest) => !rest.is_empty(),
        (Values::Message, ["message", rest @ ..]) => !rest.is_empty(),
        (Values::Limit, [limit, rest @ ..]) if is_number(limit) => {
            let rest = match rest {
                [percent, rest @ ..] if is_number(percent) => rest,
                rest => rest,
            };
            matches!(rest, [] | ["warning-only"] | ["force"])
                || matches!(rest, ["restart", m] if is_number(m))
        }
        _ => false,
    }
}

/// Understands the words after `neighbor X`; after `no` the values may be left out.
pub(crate) fn parse(words: &[&str], is_negated: bool) -> Option<Setting> {
    for (rank, attribute) in ATTRIBUTES.iter().enumerate() {
        let keywords: Vec<&str> = attribute.words.split(' ').collect();
        let Some(rest) = words.strip_prefix(keywords.as_slice()) else { continue };
        let fits_negated = is_negated && !matches!(attribute.values, Values::None | Values::NameAndDirection);
        if fits(attribute.values, rest) || fits_negated {
            let is_out = matches!(attribute.values, Values::NameAndDirection)
                && rest.last().is_some_and(|w| *w == "out");
            return Some(Setting { key: Key { rank, is_out }, value: rest.join(" ") });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_attributes_and_refuses_the_rest() {
        for line in [
            "description two words",
            "maximum-prefix 100 80",
            "maximum-prefix 5 restart 3",
            "route-map IN in",
            "timers 3 9",
            "timers connect 10",
            "shutdown message maintenance RT-1",
            "ebgp-multihop",
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            let setting = parse(&words, false).unwrap();
            assert_eq!(setting.key.print(&setting.value), line);
        }
        for line in [
            "bogus",
            "nonsense-keyword 5",
            "timers 3",
            "route-map IN sideways",
            "maximum-prefix x",
            "activate 1",
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(parse(&words, false), None, "{line}");
        }
        assert!(parse(&["password"], true).is_some());
        assert!(parse(&["password"], false).is_none());
    }

    #[test]
    fn directions_are_two_settings() {
        let inbound = parse(&["route-map", "A", "in"], false).unwrap();
        let outbound = parse(&["route-map", "A", "out"], false).unwrap();
        assert_ne!(inbound.key, outbound.key);
        assert_eq!(outbound.key, Key::outbound("route-map"));
        assert!(inbound.key.is_family() && !Key::of("description").is_family());
    }
}
