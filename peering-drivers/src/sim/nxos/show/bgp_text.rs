//! A BGP neighbour as text.

use super::bgp::{Peer, family_name};
use super::{Show, age};
use crate::sim::family::Family;

impl Show<'_> {
    /// One neighbour; an empty line ends it.
    pub(super) fn neighbor_text(&self, peer: &Peer<'_>) -> String {
        let settings = &peer.settings;
        let told = self.world.told(self.router, peer.address).filter(|_| peer.is_up());
        let id = told.map_or_else(|| "0.0.0.0".to_owned(), |(_, id)| id);
        let link = if peer.remote_as == peer.local_as { "ibgp" } else { "ebgp" };
        let (keepalive, hold) = settings.timers.unwrap_or((60, 180));
        let (keepalives, messages) = peer.messages(self);
        let mut out = vec![format!(
            "BGP neighbor is {}, remote AS {}{}, {link} link, Peer index 3",
            peer.address,
            peer.remote_as,
            settings.local_as.map_or_else(String::new, |asn| format!(", local AS {asn}")),
        )];
        if let Some(name) = &settings.template {
            out.push(format!("  Inherits peer configuration from peer-template {name}"));
        }
        if let Some(description) = &settings.description {
            out.push(format!("  Description: {description}"));
        }
        out.push(format!("  BGP version 4, remote router ID {id}"));
        let (before, state) = (if peer.is_up() { "OpenConfirm" } else { "Idle" }, peer.state(self));
        out.push(format!("  Neighbor previous state = {before}"));
        let word = if peer.is_up() { "up" } else { "down" };
        out.push(format!("  BGP state = {state}, {word} for {}", age(self.since(peer.since()))));
        out.push(format!("  Neighbor vrf: {}", peer.instance.name));
        if let Some(source) = &settings.update_source {
            out.push(format!("  Using {source} as update source for this peer"));
        }
        let local = self.device.view.towards(&peer.instance.name, peer.address);
        if let Some((port, _)) = local {
            out.push(format!("  Peer is directly attached, interface {}", port.name));
        }
        if let Some(hops) = settings.multihop {
            out.push(format!("  External BGP peer might be up to {hops} hops away"));
        }
        if settings.has_bfd == Some(true) {
            out.push("  BFD live-detection is configured".to_owned());
        }
        if settings.is_passive == Some(true) {
            out.push("  Only passive connection setup allowed".to_owned());
        }
        if settings.password.is_some() {
            out.push("  TCP MD5 authentication is enabled".to_owned());
        }
        out.push(format!(
            "  Last read 00:00:15, hold time = {hold}, keepalive interval is {keepalive} seconds"
        ));
        out.push("  Last written 00:00:13, keepalive timer expiry due 00:00:46".to_owned());
        out.push(format!("  Received {messages} messages, 0 notifications, 0 bytes in queue"));
        out.push(format!("  Sent {messages} messages, 0 notifications, 0(0) bytes in queue"));
        out.push(format!("  Connections established {}, dropped {}", peer.session.ups, peer.session.downs));
        let reset =
            if peer.session.downs > 0 { age(self.since(peer.session.reset.at)) } else { "never".to_owned() };
        let reason = if peer.session.downs > 0 { peer.session.reset.reason } else { "No error" };
        out.push(format!("  Last reset by us {reset}, due to {reason}"));
        out.push("  Last reset by peer never, due to No error\n".to_owned());
        out.push("  Neighbor capabilities:".to_owned());
        let received = if peer.is_up() { " received" } else { "" };
        out.push(format!("  Route refresh capability (new): advertised{received} "));
        out.push(format!("  4-Byte AS capability: advertised{received} "));
        for family in Family::BOTH.into_iter().filter(|family| settings.families.contains_key(family)) {
            let received = if peer.session.is_up_for(family) { " received" } else { "" };
            out.push(format!("  Address family {}: advertised{received} ", family_name(family)));
        }
        out.push("\n  Message statistics:\n                              Sent               Rcvd".to_owned());
        let (opens, updates) = (peer.session.ups, peer.session.ups * 2);
        for (name, count) in [
            ("Opens", opens),
            ("Notifications", 0),
            ("Updates", updates),
            ("Keepalives", keepalives),
            ("Route Refresh", 0),
            ("Capability", 0),
            ("Total", messages),
            ("Total bytes", messages * 19),
            ("Bytes in queue", 0),
        ] {
            out.push(format!("  {:<16}{count:>16} {count:>18}  ", format!("{name}:")));
        }
        for (family, carried) in &settings.families {
            let own = self.prefixes(peer, *family);
            out.push(format!("\n  For address family: {}", family_name(*family)));
            out.push("  BGP table version 12, neighbor version 12".to_owned());
            out.push(format!(
                "  {0} accepted prefixes ({0} paths), consuming {1} bytes of memory",
                own.accepted,
                own.accepted * 120
            ));
            out.push(format!("  {0} sent prefixes ({0} paths)", own.sent));
            if carried.is_soft == Some(true) {
                out.push("  Inbound soft reconfiguration allowed".to_owned());
            }
            if carried.is_next_hop_self == Some(true) {
                out.push("  Nexthop always set to local peering address".to_owned());
            }
            let [inbound, outbound] = &carried.maps;
            for (name, map) in [("Inbound", inbound), ("Outbound", outbound)] {
                if let Some(map) = map {
                    out.push(format!("  {name} route-map configured is {map}, handle obtained"));
                }
            }
            if let Some((most, threshold, _)) = carried.limit {
                out.push(format!("  Maximum prefixes allowed {most}, threshold {threshold}%"));
            }
        }
        out.push(String::new());
        let local = local.map_or_else(|| "0.0.0.0".to_owned(), |(_, local)| local.to_string());
        let (near, far) = if peer.is_up() { (179, 32_768 + peer.remote_as % 28_000) } else { (0, 0) };
        out.push(format!("  Local host: {local}, Local port: {near}"));
        out.push(format!("  Foreign host: {}, Foreign port: {far}", peer.address));
        out.push(format!("  fd = {}\n", if peer.is_up() { 80 } else { 0 }));
        out.join("\n") + "\n"
    }
}
