//! What IOS adds to a configuration that a text has been laid over, beyond what can be told line by line.

use super::language::hidden;
use crate::indented::{Config, Node, begins};

/// Hides new passwords where the router hides all, and makes the neighbours of a family those that the router prints.
pub(super) fn settle(config: &mut Config) {
    if config.commands().any(|node| node.line == "service password-encryption") {
        hide(&mut config.nodes);
    }
    for bgp in config.nodes.iter_mut().filter(|node| node.is_command() && begins(&node.line, "router bgp")) {
        activate(bgp);
    }
}

fn hide(nodes: &mut [Node]) {
    for node in nodes.iter_mut().filter(|node| node.is_command()) {
        if let Some(line) = hidden(&node.line) {
            node.line = line;
        }
        hide(&mut node.inner);
    }
}

/// Where IPv4 is on for every neighbour by itself, IOS prints for each whether it is; otherwise only who is on. In the
/// other families, and in those of a VRF, it prints who is on.
fn activate(bgp: &mut Node) {
    let is_default = !bgp.commands().any(|node| node.line == "no bgp default ipv4-unicast");
    let peers: Vec<String> = bgp
        .commands()
        .filter_map(|node| {
            let (peer, setting) = node.line.strip_prefix("neighbor ")?.split_once(' ')?;
            let is_peer =
                begins(setting, "remote-as") || begins(setting, "peer-group") && setting != "peer-group";
            is_peer.then(|| peer.to_owned())
        })
        .collect();
    for family in bgp.inner.iter_mut().filter(|node| begins(&node.line, "address-family")) {
        let is_ipv4 = ["address-family ipv4", "address-family ipv4 unicast"].contains(&family.line.as_str());
        let is_automatic = is_ipv4 && is_default;
        if !is_automatic {
            family
                .inner
                .retain(|node| !(begins(&node.line, "no neighbor") && node.line.ends_with(" activate")));
            continue;
        }
        let told: std::collections::HashSet<String> = family
            .commands()
            .filter_map(|node| {
                let line = node.line.strip_prefix("no ").unwrap_or(&node.line);
                let peer = line.strip_prefix("neighbor ")?.strip_suffix(" activate")?;
                Some(peer.to_owned())
            })
            .collect();
        let mut seen = told;
        for peer in &peers {
            if seen.insert(peer.clone()) {
                let line = format!("neighbor {peer} activate");
                let at = family.inner.iter().rposition(Node::is_command).map_or(0, |at| at + 1);
                family.inner.insert(at, Node::new(line, family.indent + 1));
            }
        }
    }
}
