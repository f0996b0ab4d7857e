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
            (None, [family @ ("ip" | "ipv6"), "prefix-list", name, rule @ ..]) => {
                let family = if *family == "ip" { Family::V4 } else { Family::V6 };
                let rules = own.lists.entry((family, (*name).to_owned())).or_default();
                rules.extend(Rule::read(rule));
            }
            _ => {}
        }
    }
    own
}
