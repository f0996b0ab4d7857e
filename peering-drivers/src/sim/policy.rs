//! Route maps and prefix lists: which prefixes pass.

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::family::Family;

/// The policies of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Policies {
    /// Entries in the order of their numbers.
    pub(crate) maps: BTreeMap<String, Vec<Entry>>,
    /// Rules in the order of their numbers.
    pub(crate) lists: BTreeMap<(Family, String), Vec<Rule>>,
}

/// An entry of a route map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) is_permit: bool,
    /// The prefix lists, of each of which one of several must match.
    pub(crate) lists: Vec<(Family, Vec<String>)>,
    /// It matches on something else that no made-up route has: communities, origins, AS numbers.
    pub(crate) is_unmatched: bool,
    /// A permit that goes on with the entries after it.
    pub(crate) goes_on: bool,
}

/// A rule of a prefix list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    is_permit: bool,
    net: IpNet,
    lengths: (u8, u8),
}

impl Policies {
    /// Whether a prefix passes a route map; one that does not exist lets nothing pass.
    pub(crate) fn permits(&self, map: &str, prefix: &IpNet) -> bool {
        let mut is_permitted = false;
        for entry in self.maps.get(map).into_iter().flatten() {
            let is_met = !entry.is_unmatched
                && entry.lists.iter().all(|(family, lists)| {
                    *family == Family::of(prefix.addr())
                        && lists.iter().any(|list| self.passes(*family, list, prefix))
                });
            match (is_met, entry.goes_on) {
                (false, _) => {}
                (true, true) => is_permitted = entry.is_permit,
                (true, false) => return entry.is_permit,
            }
        }
        is_permitted
    }

    /// Whether a prefix passes a prefix list; one that does not exist lets nothing pass.
    pub(crate) fn passes(&self, family: Family, list: &str, prefix: &IpNet) -> bool {
        let rules = self.lists.get(&(family, list.to_owned()));
        let rule = rules.into_iter().flatten().find(|rule| rule.covers(prefix));
        rule.is_some_and(|rule| rule.is_permit)
    }
}

impl Rule {
    /// Reads `seq N permit|deny PREFIX [eq N] [ge N] [le N]`.
    pub(crate) fn read(words: &[&str]) -> Option<Rule> {
        let ["seq", _, action, net, bounds @ ..] = words else { return None };
        let net: IpNet = net.parse().ok()?;
        let bound = |name: &str| {
            let place = bounds.iter().position(|word| *word == name)?;
            bounds.get(place + 1)?.parse::<u8>().ok()
        };
        let lengths = match (bound("eq"), bound("ge"), bound("le")) {
            (Some(eq), ..) => (eq, eq),
            (None, None, None) => (net.prefix_len(), net.prefix_len()),
            (None, ge, le) => (ge.unwrap_or(net.prefix_len()), le.unwrap_or(net.max_prefix_len())),
        };
        Some(Rule { is_permit: *action == "permit", net, lengths })
    }

    fn covers(&self, prefix: &IpNet) -> bool {
        let (low, high) = self.lengths;
        self.net.contains(prefix) && (low..=high).contains(&prefix.prefix_len())
    }
}
