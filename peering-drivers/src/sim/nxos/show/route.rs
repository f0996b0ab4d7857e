//! Routes: BGP's table and the one that packets follow.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::{Show, age};
use crate::sim::family::Family;
use crate::sim::nxos::seat::{Answer, Failure};

/// Which routes are asked for.
fn choose(words: &[&str], all: impl Iterator<Item = IpNet>) -> Vec<IpNet> {
    let is_longer = words.contains(&"longer-prefixes");
    let named = words.iter().find_map(|word| {
        let address = word.parse::<IpAddr>().ok().map(|address| (IpNet::from(address), true));
        address.or_else(|| word.parse::<IpNet>().ok().map(|net| (net.trunc(), false)))
    });
    match named {
        None => all.collect(),
        Some((what, true)) => {
            all.filter(|net| net.contains(&what.addr())).max_by_key(IpNet::prefix_len).into_iter().collect()
        }
        Some((what, false)) if is_longer => all.filter(|net| what.contains(net)).collect(),
        Some((what, false)) => all.filter(|net| *net == what).collect(),
    }
}

/// A way that a packet may go.
#[derive(Debug)]
struct Via {
    text: String,
    is_best: bool,
}

impl Show<'_> {
    /// `show ip bgp [vrf V] [PREFIX]`: the paths of each prefix.
    pub(super) fn bgp_routes(&self, family: Family, words: &[&str]) -> Result<Answer, Failure> {
        let mut text = String::new();
        let name = super::bgp::family_name(family);
        for (bgp, instance) in self.instances(words)? {
            let peers = self.peers(bgp, instance);
            let mut table: BTreeMap<IpNet, Vec<IpAddr>> = self.world.table(self.router, family);
            table
                .values_mut()
                .for_each(|from| from.retain(|from| peers.iter().any(|peer| peer.address == *from)));
            table.retain(|_, from| !from.is_empty());
            let own = instance.networks(&self.device.view.policies, family);
            own.iter().for_each(|own| table.entry(*own).or_default().clear());
            text.push_str(&format!(
                "BGP routing table information for VRF {}, address family {name}\n",
                instance.name
            ));
            let chosen = choose(words, table.keys().copied());
            for prefix in &chosen {
                let from = table.get(prefix).map(Vec::as_slice).unwrap_or_default();
                let count = from.len().max(1);
                text.push_str(&format!(
                    "BGP routing table entry for {prefix}, version 11\nPaths: ({count} available, best #1)\nFlags: (0x8000001a) \
                     (high32 00000000) on xmit-list, is in urib, is best urib route, is in HW\n\n"
                ));
                if from.is_empty() {
                    text.push_str(
                        "  Advertised path-id 1\n  Path type: local, path is valid, is best path, no labeled nexthop\n  AS-Path: \
                         NONE, path locally originated\n    0.0.0.0 (metric 0) from 0.0.0.0 (0.0.0.0)\n      Origin IGP, MED not \
                         set, localpref 100, weight 32768\n\n",
                    );
                }
                for (index, address) in from.iter().enumerate() {
                    let Some(peer) = peers.iter().find(|peer| peer.address == *address) else { continue };
                    let is_internal = peer.remote_as == peer.local_as;
                    let kind = if is_internal { "internal" } else { "external" };
                    let best = if index == 0 { "is best path" } else { "not best reason: Router Id" };
                    let sequence = if is_internal {
                        "NONE, path sourced internal to AS".to_owned()
                    } else {
                        format!("{} , path sourced external to AS", peer.remote_as)
                    };
                    let id = self.world.told(self.router, *address).map_or_else(String::new, |(_, id)| id);
                    if index == 0 {
                        text.push_str("  Advertised path-id 1\n");
                    }
                    text.push_str(&format!(
                        "  Path type: {kind}, path is valid, {best}, no labeled nexthop\n  AS-Path: {sequence}\n    {address} \
                         (metric 0) from {address} ({id})\n      Origin IGP, MED not set, localpref 100, weight 0\n\n"
                    ));
                }
                text.push_str("  Path-id 1 not advertised to any peer\n\n");
            }
            if chosen.is_empty() {
                text.push_str("No matching routes\n");
            }
        }
        Ok(Answer::text(text))
    }

    /// `show ip|ipv6 route [vrf V] [PREFIX]`.
    pub(super) fn routes(&self, family: Family, words: &[&str]) -> Result<Answer, Failure> {
        let name = if family == Family::V4 { "IP" } else { "IPv6" };
        let mut text = String::new();
        for vrf in self.chosen(words)? {
            text.push_str(&format!(
                "{name} Route Table for VRF \"{vrf}\"\n'*' denotes best ucast next-hop\n'**' denotes best mcast \
                 next-hop\n'[x/y]' denotes [preference/metric]\n'%<string>' in via output denotes VRF <string>\n\n"
            ));
            let all = self.forwarding(family, vrf);
            let chosen = choose(words, all.keys().copied());
            for prefix in &chosen {
                let ways = all.get(prefix).map(Vec::as_slice).unwrap_or_default();
                let best = ways.iter().filter(|via| via.is_best).count();
                let is_direct = ways.iter().any(|via| via.text.contains(" direct"));
                let attached = if is_direct { ", attached" } else { "" };
                text.push_str(&format!("{prefix}, ubest/mbest: {best}/0{attached}\n"));
                for via in ways {
                    text.push_str(&format!("    {}via {}\n", if via.is_best { "*" } else { " " }, via.text));
                }
            }
            if chosen.is_empty() {
                text.push_str("Route not found\n");
            }
            text.push('\n');
        }
        Ok(Answer::text(text))
    }

    /// What packets of an instance follow.
    fn forwarding(&self, family: Family, vrf: &str) -> BTreeMap<IpNet, Vec<Via>> {
        let view = &self.device.view;
        let up = age(self.uptime());
        let mut all: BTreeMap<IpNet, Vec<Via>> = BTreeMap::new();
        for port in view.interfaces.iter().filter(|port| port.vrf == vrf && port.is_routed && !port.is_shut) {
            for net in port.addresses.iter().filter(|net| Family::of(net.addr()) == family) {
                let text = format!("{}, {}, [0/0], {up}, direct", net.addr(), super::short(&port.name));
                all.entry(net.trunc()).or_default().push(Via { text, is_best: true });
            }
        }
        for (_, prefix, to) in
            view.routes.iter().filter(|(own, net, _)| own == vrf && Family::of(net.addr()) == family)
        {
            let to = to.split(' ').next().unwrap_or_default();
            let text = format!("{to}, [1/0], {up}, static");
            all.entry(*prefix).or_default().push(Via { text, is_best: true });
        }
        let Some(bgp) = self.bgp() else { return all };
        let Some(instance) = bgp.instances.iter().find(|instance| instance.name == vrf) else { return all };
        let peers = self.peers(bgp, instance);
        for (prefix, from) in self.world.table(self.router, family) {
            let peer = from.iter().find_map(|from| peers.iter().find(|peer| peer.address == *from));
            let Some(peer) = peer else { continue };
            let is_internal = peer.remote_as == peer.local_as;
            let (kind, preference) = if is_internal { ("internal", 200) } else { ("external", 20) };
            let text = format!(
                "{}, [{preference}/0], {}, bgp-{}, {kind}, tag {}",
                peer.address,
                age(self.since(peer.since())),
                bgp.asn,
                peer.remote_as
            );
            let ways = all.entry(prefix).or_default();
            if ways.is_empty() {
                ways.push(Via { text, is_best: true });
            }
        }
        all
    }
}
