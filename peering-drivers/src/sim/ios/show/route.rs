//! Routes and paths to a prefix.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::{Show, written};
use crate::sim::clock::age;
use crate::sim::family::Family;
use crate::sim::ios::view::Bgp;

/// The prefix that was asked for; an address alone asks for the longest match.
fn asked(words: &[&str]) -> Option<(IpNet, bool)> {
    match words {
        [address, mask, ..] if mask.parse::<Ipv4Addr>().is_ok() => {
            let net = Ipv4Net::with_netmask(address.parse().ok()?, mask.parse().ok()?).ok()?;
            Some((IpNet::V4(net.trunc()), true))
        }
        [prefix, ..] => match prefix.parse::<IpNet>() {
            Ok(net) => Some((net.trunc(), true)),
            Err(_) => Some((IpNet::from(prefix.parse::<IpAddr>().ok()?), false)),
        },
        [] => None,
    }
}

impl Show<'_> {
    /// The prefix of the table that answers, with the peers that it came from.
    fn find(&self, bgp: &Bgp, vrf: &str, (net, is_exact): (IpNet, bool)) -> Option<(IpNet, Vec<IpAddr>)> {
        let family = Family::of(net.addr());
        let mut found: Vec<(IpNet, Vec<IpAddr>)> = Vec::new();
        for peer in self.peers(bgp, vrf, family) {
            for prefix in self.world.accepted(self.router, peer.address, family) {
                let fits = if is_exact { prefix == net } else { prefix.contains(&net) };
                if !fits {
                    continue;
                }
                match found.iter_mut().find(|(own, _)| *own == prefix) {
                    Some((_, from)) => from.push(peer.address),
                    None => found.push((prefix, vec![peer.address])),
                }
            }
        }
        found.into_iter().max_by_key(|(prefix, _)| prefix.prefix_len())
    }

    /// `show ip route [vrf V] PREFIX`
    pub(super) fn route(&self, vrf: &str, words: &[&str]) -> String {
        let Some(asked) = asked(words) else { return String::new() };
        let head = if vrf.is_empty() { String::new() } else { format!("\nRouting Table: {vrf}\n") };
        if !vrf.is_empty() && !self.device.view.vrfs.contains_key(vrf) {
            return format!("% IP routing table {vrf} does not exist\n");
        }
        let (net, is_exact) = asked;
        let connected = self.device.view.interfaces.iter().filter(|port| port.vrf == vrf && !port.is_shut);
        let mut connected = connected.flat_map(|port| port.addresses.iter().map(move |own| (port, own)));
        let near = connected.find(|(_, own)| if is_exact { own.trunc() == net } else { own.contains(&net) });
        if let Some((port, own)) = near {
            return format!(
                "{head}Routing entry for {}\n  Known via \"connected\", distance 0, metric 0 (connected, via interface)\n  \
                 Routing Descriptor Blocks:\n  * directly connected, via {}\n      Route metric is 0, traffic share count is 1\n",
                own.trunc(),
                port.name
            );
        }
        let found = self.bgp().and_then(|bgp| Some((bgp, self.find(bgp, vrf, asked)?)));
        let Some((bgp, (prefix, from))) = found else {
            return if net.addr().is_ipv4() {
                if is_exact {
                    "% Subnet not in table\n".to_owned()
                } else {
                    "% Network not in table\n".to_owned()
                }
            } else {
                "% Route not found\n".to_owned()
            };
        };
        let Some((hop, settings)) = from.first().and_then(|hop| Some((*hop, bgp.peer(*hop)?))) else {
            return String::new();
        };
        let asn = settings.remote_as.unwrap_or(0);
        let is_inside = asn == settings.local_as.unwrap_or(bgp.asn);
        let (distance, kind) = if is_inside { (200, "internal") } else { (20, "external") };
        let since = self.device.chassis.sessions.get(&hop).and_then(|session| session.established);
        let ago = since.map_or_else(|| "00:00:00".to_owned(), |(at, _)| age(self.since(at)));
        if prefix.addr().is_ipv6() {
            return format!(
                "Routing entry for {}/{}\n  Known via \"bgp {}\", distance {distance}, metric 0, type {kind}\n  \
                 Route count is 1/1, share count 0\n  Routing paths:\n    {}\n      MPLS label: nolabel\n      Last updated {ago} ago\n\n",
                written(prefix.addr()),
                prefix.prefix_len(),
                bgp.asn,
                written(hop)
            );
        }
        format!(
            "{head}Routing entry for {prefix}\n  Known via \"bgp {}\", distance {distance}, metric 0\n  Tag {asn}, type {kind}\n  \
             Last update from {hop} {ago} ago\n  Routing Descriptor Blocks:\n  * {hop}, from {hop}, {ago} ago\n      \
             Route metric is 0, traffic share count is 1\n      AS Hops 1\n      Route tag {asn}\n      MPLS label: none\n\n",
            bgp.asn
        )
    }

    /// `show ip bgp [vpnv4 vrf V] PREFIX`
    pub(super) fn paths(&self, bgp: &Bgp, vrf: &str, prefix: &str) -> String {
        let found = asked(&[prefix]).and_then(|asked| self.find(bgp, vrf, asked));
        let Some((net, from)) = found else { return "% Network not in table\n".to_owned() };
        let table = if vrf.is_empty() { "default" } else { vrf };
        let name = format!("{}/{}", written(net.addr()), net.prefix_len());
        let rd = self.device.view.vrfs.get(vrf).and_then(|vrf| vrf.rd.clone());
        let name = rd.map_or_else(|| name.clone(), |rd| format!("{rd}:{name}"));
        let via = if vrf.is_empty() { String::new() } else { format!(" (via vrf {vrf})") };
        let mut text = format!(
            "BGP routing table entry for {name}, version 2\nPaths: ({} available, best #1, table {table})\n  \
             Not advertised to any peer\n",
            from.len()
        );
        for (index, hop) in from.iter().enumerate() {
            let Some(settings) = bgp.peer(*hop) else { continue };
            let asn = settings.remote_as.unwrap_or(0);
            let is_inside = asn == settings.local_as.unwrap_or(bgp.asn);
            let id = self.world.told(self.router, *hop).map_or_else(String::new, |(_, id)| id);
            let path = if is_inside { "Local".to_owned() } else { asn.to_string() };
            let kind = if is_inside { "internal" } else { "external" };
            let best = if index == 0 { ", best" } else { "" };
            let hop = written(*hop);
            text.push_str(&format!(
                "  Refresh Epoch 1\n  {path}\n    {hop}{via} from {hop} ({id})\n      \
                 Origin IGP, metric 0, localpref 100, valid, {kind}{best}\n      rx pathid: 0, tx pathid: {}\n",
                if index == 0 { "0x0" } else { "0" }
            ));
        }
        text
    }

    pub(super) fn protocols(&self) -> String {
        let Some(bgp) = self.bgp() else { return "*** IP Routing is NSF aware ***\n\n".to_owned() };
        let lines: String = bgp
            .peers
            .keys()
            .filter(|address| address.is_ipv4())
            .map(|address| format!("    {address}\n"))
            .collect();
        format!(
            "*** IP Routing is NSF aware ***\n\nRouting Protocol is \"bgp {}\"\n  Outgoing update filter list for all interfaces is not set\n  \
             Incoming update filter list for all interfaces is not set\n  IGP synchronization is disabled\n  Automatic route summarization is disabled\n  \
             Neighbor(s):\n    Address          FiltIn FiltOut DistIn DistOut Weight RouteMap\n{lines}  Maximum path: 1\n  Distance: external 20 internal 200 local 200\n\n",
            bgp.asn
        )
    }
}
