//! Route maps and prefix lists: which prefixes pass.

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::modes::Mode;
use super::tree::Node;
use crate::sim::family::Family;

/// The policies of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Policies {
    maps: BTreeMap<String, Vec<Entry>>,
    lists: BTreeMap<(Family, String), Vec<Rule>>,
}

/// An entry of a route map.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    is_permit: bool,
    /// The prefix lists that must all match.
    lists: Vec<(Family, String)>,
    /// It matches on something else that no made-up route has: communities, origins, AS numbers.
    is_unmatched: bool,
    /// A permit that goes on with the entries after it.
    goes_on: bool,
}

/// A rule of a prefix list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    is_permit: bool,
    net: IpNet,
    lengths: (u8, u8),
}

impl Policies {
    /// Reads them from a configuration.
    pub(crate) fn of(tree: &Node) -> Policies {
        let mut own = Policies::default();
        for node in &tree.children {
            match (node.mode, node.words().as_slice()) {
                // They are in the order of their sequence numbers.
                (Some(Mode::RouteMap), [_, name, action, _]) => {
                    own.maps
                        .entry((*name).to_owned())
                        .or_default()
                        .push(Entry::of(node, *action == "permit"));
                }
                (Some(mode @ (Mode::PrefixList4 | Mode::PrefixList6)), [.., name]) => {
                    let family = if mode == Mode::PrefixList4 { Family::V4 } else { Family::V6 };
                    let rules = node.children.iter().filter_map(Rule::of).collect();
                    own.lists.insert((family, (*name).to_owned()), rules);
                }
                _ => {}
            }
        }
        own
    }

    /// Whether a prefix passes a route map; one that does not exist lets nothing pass.
    pub(crate) fn permits(&self, map: &str, prefix: &IpNet) -> bool {
        let mut is_permitted = false;
        for entry in self.maps.get(map).into_iter().flatten() {
            let is_met = !entry.is_unmatched
                && entry.lists.iter().all(|(family, list)| {
                    *family == Family::of(prefix.addr()) && self.passes(*family, list, prefix)
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
    fn of(section: &Node, is_permit: bool) -> Entry {
        let mut entry = Entry { is_permit, lists: Vec::new(), is_unmatched: false, goes_on: false };
        for line in &section.children {
            match line.words().as_slice() {
                ["match", "ip", "address", "prefix-list", list] => {
                    entry.lists.push((Family::V4, (*list).to_owned()));
                }
                ["match", "ipv6", "address", "prefix-list", list] => {
                    entry.lists.push((Family::V6, (*list).to_owned()));
                }
                ["match", "origin-as", "validity", "not-found"] => {}
                ["match", ..] => entry.is_unmatched = true,
                ["continue", ..] => entry.goes_on = true,
                _ => {}
            }
        }
        entry
    }
}

impl Rule {
    fn of(line: &Node) -> Option<Rule> {
        let words = line.words();
        let ["seq", _, action, net, bounds @ ..] = words.as_slice() else { return None };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::eos::apply::load;

    #[test]
    fn maps_and_lists_decide() {
        let mut tree = Node::root();
        let text = "ip prefix-list L\nseq 10 permit 10.0.0.0/8 le 24\nroute-map M deny 10\nmatch community C\n\
                    route-map M permit 20\nmatch ip address prefix-list L\nroute-map N permit 10\n\
                    match ip address prefix-list MISSING\nroute-map ALL permit 10\n";
        load(&mut tree, text).unwrap();
        let policies = Policies::of(&tree);
        let permits = |map: &str, prefix: &str| policies.permits(map, &prefix.parse().unwrap());
        assert!(permits("M", "10.1.0.0/16") && !permits("M", "10.1.1.0/25") && !permits("M", "11.0.0.0/8"));
        assert!(!permits("N", "10.0.0.0/8") && !permits("UNDEFINED", "10.0.0.0/8"));
        assert!(permits("ALL", "2001:db8::/32") && !permits("M", "2001:db8::/32"));
    }
}
