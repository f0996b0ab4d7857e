//! Reads route maps and prefix lists from a configuration.

use super::modes::Mode;
use super::tree::Node;
use crate::sim::family::Family;
use crate::sim::policy::{Entry, Policies, Rule};

/// The policies of a configuration.
pub(crate) fn policies(tree: &Node) -> Policies {
    let mut own = Policies::default();
    for node in &tree.children {
        match (node.mode, node.words().as_slice()) {
            // They are in the order of their sequence numbers.
            (Some(Mode::RouteMap), [_, name, action, _]) => {
                let entries = own.maps.entry((*name).to_owned()).or_default();
                entries.push(Entry::of(node, *action == "permit"));
            }
            (Some(mode @ (Mode::PrefixList4 | Mode::PrefixList6)), [.., name]) => {
                let family = if mode == Mode::PrefixList4 { Family::V4 } else { Family::V6 };
                let rules = node.children.iter().filter_map(|line| Rule::read(&line.words())).collect();
                own.lists.insert((family, (*name).to_owned()), rules);
            }
            _ => {}
        }
    }
    own
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
        let policies = policies(&tree);
        let permits = |map: &str, prefix: &str| policies.permits(map, &prefix.parse().unwrap());
        assert!(permits("M", "10.1.0.0/16") && !permits("M", "10.1.1.0/25") && !permits("M", "11.0.0.0/8"));
        assert!(!permits("N", "10.0.0.0/8") && !permits("UNDEFINED", "10.0.0.0/8"));
        assert!(permits("ALL", "2001:db8::/32") && !permits("M", "2001:db8::/32"));
    }
}
