//! Commands that are kept as whole lines: which there are in each context, and what a `no` takes away.

use std::collections::BTreeMap;

/// What may follow the keywords.
#[derive(Clone, Copy, Debug)]
enum Rest {
    None,
    Some,
    Any,
}

/// One kind of line. Keywords that begin with `no` are a default that only its negation prints.
#[derive(Debug)]
pub(crate) struct Kind {
    words: &'static str,
    rest: Rest,
    /// Whether several may stand side by side.
    is_multiple: bool,
}

const fn one(words: &'static str, rest: Rest) -> Kind {
    Kind { words, rest, is_multiple: false }
}

const fn many(words: &'static str, rest: Rest) -> Kind {
    Kind { words, rest, is_multiple: true }
}

/// The top level, in the order of printing.
pub(crate) static GLOBAL: &[Kind] = &[
    one("domainname", Rest::Some),
    many("log", Rest::Some),
    many("debug", Rest::Some),
    one("password", Rest::Some),
    one("enable password", Rest::Some),
    one("no ip forwarding", Rest::None),
    one("no ipv6 forwarding", Rest::None),
    one("agentx", Rest::None),
    one("service integrated-vtysh-config", Rest::None),
    one("service password-encryption", Rest::None),
    one("ip nht resolve-via-default", Rest::None),
    one("ipv6 nht resolve-via-default", Rest::None),
    one("ip router-id", Rest::Some),
    one("banner motd", Rest::Some),
];

/// `interface NAME`.
pub(crate) static INTERFACE: &[Kind] = &[
    one("description", Rest::Some),
    one("shutdown", Rest::None),
    one("bandwidth", Rest::Some),
    many("ip address", Rest::Some),
    many("ipv6 address", Rest::Some),
    many("ipv6 nd", Rest::Some),
    one("no link-detect", Rest::None),
];

/// `router bgp`, without neighbours and families.
pub(crate) static BGP: &[Kind] = &[
    one("bgp router-id", Rest::Some),
    one("bgp log-neighbor-changes", Rest::None),
    one("bgp always-compare-med", Rest::None),
    one("no bgp ebgp-requires-policy", Rest::None),
    one("no bgp suppress-duplicates", Rest::None),
    one("no bgp hard-administrative-reset", Rest::None),
    one("no bgp default ipv4-unicast", Rest::None),
    many("bgp default", Rest::Some),
    one("bgp cluster-id", Rest::Some),
    many("bgp confederation", Rest::Some),
    one("bgp deterministic-med", Rest::None),
    one("no bgp fast-external-failover", Rest::None),
    many("bgp graceful-restart", Rest::Any),
    one("bgp graceful-shutdown", Rest::None),
    many("bgp bestpath", Rest::Some),
    one("no bgp network import-check", Rest::None),
    one("bgp max-med", Rest::Some),
    many("bgp listen", Rest::Some),
    one("bgp reject-as-sets", Rest::None),
    one("timers bgp", Rest::Some),
];

/// `address-family`, without networks and neighbours.
pub(crate) static FAMILY: &[Kind] = &[
    many("aggregate-address", Rest::Some),
    many("redistribute", Rest::Some),
    one("maximum-paths", Rest::Some),
    one("distance bgp", Rest::Some),
    many("bgp dampening", Rest::Any),
];

/// `route-map`.
pub(crate) static ROUTE_MAP: &[Kind] = &[
    one("description", Rest::Some),
    one("match ip address prefix-list", Rest::Some),
    one("match ip address prefix-len", Rest::Some),
    one("match ip next-hop prefix-list", Rest::Some),
    one("match ip address", Rest::Some),
    one("match ipv6 address prefix-list", Rest::Some),
    one("match ipv6 address prefix-len", Rest::Some),
    one("match ipv6 address", Rest::Some),
    one("match as-path", Rest::Some),
    one("match community", Rest::Some),
    one("match extcommunity", Rest::Some),
    one("match large-community", Rest::Some),
    one("match local-preference", Rest::Some),
    one("match metric", Rest::Some),
    one("match origin", Rest::Some),
    one("match peer", Rest::Some),
    one("match rpki", Rest::Some),
    one("match source-protocol", Rest::Some),
    one("match tag", Rest::Some),
    one("match interface", Rest::Some),
    one("set as-path prepend", Rest::Some),
    one("set as-path exclude", Rest::Some),
    one("set comm-list", Rest::Some),
    one("set community", Rest::Some),
    one("set extcommunity rt", Rest::Some),
    one("set extcommunity soo", Rest::Some),
    one("set ip next-hop", Rest::Some),
    one("set ipv6 next-hop", Rest::Some),
    one("set large-comm-list", Rest::Some),
    one("set large-community", Rest::Some),
    one("set local-preference", Rest::Some),
    one("set metric", Rest::Some),
    one("set origin", Rest::Some),
    one("set src", Rest::Some),
    one("set tag", Rest::Some),
    one("set weight", Rest::Some),
    one("call", Rest::Some),
    one("on-match next", Rest::None),
    one("on-match goto", Rest::Some),
    one("continue", Rest::Any),
];

/// `rpki`.
pub(crate) static RPKI: &[Kind] = &[
    many("rpki cache", Rest::Some),
    one("rpki polling_period", Rest::Some),
    one("rpki expire_interval", Rest::Some),
    one("rpki retry_interval", Rest::Some),
];

/// Lists of the top level that are kept as they are.
pub(crate) static LISTS: &[Kind] = &[
    many("bgp as-path access-list", Rest::Some),
    many("bgp community-list", Rest::Some),
    many("bgp large-community-list", Rest::Some),
    many("bgp extcommunity-list", Rest::Some),
    many("access-list", Rest::Some),
    many("ipv6 access-list", Rest::Some),
];

/// A line to add, or to take away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    rank: usize,
    /// The keywords, or of a kind with several its whole line.
    key: String,
    line: Option<String>,
}

impl Change {
    /// Puts it into force.
    pub(crate) fn apply(self, lines: &mut BTreeMap<(usize, String), String>) {
        match self.line {
            Some(line) => lines.insert((self.rank, self.key), line),
            None => lines.remove(&(self.rank, self.key)),
        };
    }

    /// The whole line, and whether it is to be there.
    pub(crate) fn whole(self) -> (String, bool) {
        let is_set = self.line.is_some();
        (self.line.unwrap_or(self.key), is_set)
    }
}

/// Understands a line of one of these kinds; `words` come without their `no`.
pub(crate) fn parse(kinds: &'static [Kind], words: &[&str], is_negated: bool) -> Option<Change> {
    for (rank, kind) in kinds.iter().enumerate() {
        if let Some(default) = kind.words.strip_prefix("no ") {
            if words.join(" ") == default {
                let line = is_negated.then(|| kind.words.to_owned());
                return Some(Change { rank, key: kind.words.to_owned(), line });
            }
            continue;
        }
        let keywords: Vec<&str> = kind.words.split(' ').collect();
        let Some(rest) = words.strip_prefix(keywords.as_slice()) else { continue };
        let is_right = match kind.rest {
            Rest::None => rest.is_empty(),
            Rest::Some => !rest.is_empty() || (is_negated && !kind.is_multiple),
            Rest::Any => true,
        };
        if is_right {
            let whole = words.join(" ");
            let key = if kind.is_multiple { whole.clone() } else { kind.words.to_owned() };
            return Some(Change { rank, key, line: (!is_negated).then_some(whole) });
        }
    }
    None
}
