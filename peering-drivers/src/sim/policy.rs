//! Route maps and prefix lists: which prefixes pass.

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::family::Family;
use super::lines::{Language, Node};

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

/// The lengths that a rule of a prefix list names: `[eq N] [ge N] [le N]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) eq: Option<u8>,
    pub(crate) ge: Option<u8>,
    pub(crate) le: Option<u8>,
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

impl Entry {
    /// The entry of a section of a configuration.
    pub(crate) fn of<M: Language>(section: &Node<M>, is_permit: bool) -> Entry {
        let mut entry = Entry { is_permit, ..Entry::default() };
        for line in &section.children {
            match line.words().as_slice() {
                ["match", family @ ("ip" | "ipv6"), "address", "prefix-list", lists @ ..] => {
                    let family = if *family == "ip" { Family::V4 } else { Family::V6 };
                    entry.lists.push((family, lists.iter().map(|list| (*list).to_owned()).collect()));
                }
                // Made-up routes have no origin that could be validated.
                ["match", "rpki", "not-found"] | ["match", "origin-as", "validity", "not-found"] => {}
                ["match", ..] => entry.is_unmatched = true,
                ["continue", ..] => entry.goes_on = true,
                _ => {}
            }
        }
        entry
    }
}

impl Bounds {
    pub(crate) fn read(words: &[&str]) -> Bounds {
        let bound = |name: &str| {
            let place = words.iter().position(|word| *word == name)?;
            words.get(place + 1)?.parse().ok()
        };
        Bounds { eq: bound("eq"), ge: bound("ge"), le: bound("le") }
    }

    /// Whether there can be prefixes of such lengths in the net.
    pub(crate) fn fit(self, net: &IpNet) -> bool {
        let low = self.ge.or(self.eq).unwrap_or(net.prefix_len());
        let high = self.le.or(self.eq).unwrap_or(net.max_prefix_len());
        net.prefix_len() <= low && low <= high && high <= net.max_prefix_len()
    }
}

impl Rule {
    /// Reads `seq N permit|deny PREFIX [eq N] [ge N] [le N]`.
    pub(crate) fn read(words: &[&str]) -> Option<Rule> {
        let ["seq", _, action, net, bounds @ ..] = words else { return None };
        let net: IpNet = net.parse().ok()?;
        let lengths = match Bounds::read(bounds) {
            Bounds { eq: Some(eq), .. } => (eq, eq),
            Bounds { eq: None, ge: None, le: None } => (net.prefix_len(), net.prefix_len()),
            Bounds { ge, le, .. } => (ge.unwrap_or(net.prefix_len()), le.unwrap_or(net.max_prefix_len())),
        };
        Some(Rule { is_permit: *action == "permit", net, lengths })
    }

    fn covers(&self, prefix: &IpNet) -> bool {
        let (low, high) = self.lengths;
        self.net.contains(prefix) && (low..=high).contains(&prefix.prefix_len())
    }
}
