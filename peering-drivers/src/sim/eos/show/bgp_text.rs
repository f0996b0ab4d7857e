//! A BGP neighbour as text, as the multi-agent routing model prints it.

use super::Show;
use super::bgp::{Peer, age};
use crate::sim::family::Family;

impl Show<'_> {
    /// One neighbour; an empty line ends it.
    pub(super) fn neighbor_text(&self, peer: &Peer<'_>) -> String {
        let mut out = Vec::new();
        let state = peer.session.state(self.now, self.world.delay);
        let told = self.world.told(self.router, peer.address).filter(|_| peer.is_up());
        let id = told.map_or_else(|| "0.0.0.0".to_owned(), |(_, id)| id);
        let local = self.device.view.towards(&peer.instance.name, peer.address).map(|(_, local)| local);
        let link = peer.link_type();
        out.push(format!("BGP neighbor is {}, remote AS {}, {link} link", peer.address, peer.remote_as));
        if let Some(description) = &peer.settings.description {
            out.push(format!("  Description: {description}"));
        }
        out.push(format!("  BGP version 4, remote router ID {id}, VRF {}", peer.instance.name));
        if let Some(group) = &peer.settings.group {
            out.push(format!("  Inherits configuration from and member of peer-group {group}"));
        }
        let (hold, keepalive) = if peer.is_up() { (180, 60) } else { (0, 0) };
        out.push("  Last read 00:00:01, last write 00:00:01".to_owned());
        out.push(format!("  Hold time is {hold}, keepalive interval is {keepalive} seconds"));
        out.push("  Configured hold time is 180, keepalive interval is 60 seconds".to_owned());
        out.push(match (peer.session.established, state) {
            (Some((at, _)), _) => format!("  BGP state is Established, up for {}", age(self.since(at))),
            (None, "Idle") => format!("  BGP state is Idle, {}", peer.idle_reason()),
            (None, state) => format!("  BGP state is {state}"),
        });
        out.push(format!("  Number of transitions to established: {}", peer.session.ups));
        let (last, event) = if peer.is_up() { ("OpenConfirm", "RecvKeepAlive") } else { ("Idle", "Start") };
        out.push(format!("  Last state was {last}"));
        out.push(format!("  Last event was {event}"));
        out.push("  Neighbor Capabilities:".to_owned());
        for (family, name) in [(Family::V4, "IPv4"), (Family::V6, "IPv6")] {
            if peer.instance.is_active(&peer.settings, family) {
                let is_common = peer.session.is_up_for(family);
                let rest = if is_common { " and received and negotiated" } else { "" };
                out.push(format!("    Multiprotocol {name} Unicast: advertised{rest}"));
            }
        }
        let (keepalives, messages) = peer.messages(self);
        let (opens, updates) = (peer.session.ups, peer.session.ups * 2);
        out.push("  Message Statistics:".to_owned());
        out.push("                         Sent      Rcvd".to_owned());
        for (name, count) in [("Opens", opens), ("Updates", updates), ("Keepalives", keepalives)] {
            out.push(format!("    {:<19}{count:>6}{count:>10}", format!("{name}:")));
        }
        out.push(format!("    Total messages:    {messages:>6}{messages:>10}"));
        out.push("  Prefix Statistics:".to_owned());
        out.push("                         Sent      Rcvd     Best Paths     Best ECMP Paths".to_owned());
        for (family, name) in [(Family::V4, "IPv4"), (Family::V6, "IPv6")] {
            let own = self.prefixes(peer, family);
            let label = format!("{name} Unicast:");
            out.push(format!(
                "    {label:<19}{:>6}{:>10}{:>15}{:>20}",
                own.sent, own.received, own.accepted, 0
            ));
        }
        let (inbound, outbound) = self.maps(peer);
        if let Some(map) = inbound {
            out.push(format!("  Inbound route map is {map}"));
        }
        if let Some(map) = outbound {
            out.push(format!("  Outbound route map is {map}"));
        }
        if let Some(hops) = peer.settings.multihop {
            out.push(format!("  Nexthop matches local IP address: 0\n  EBGP multihop: {hops}"));
        }
        let own_id = self.device.view.router_id(&peer.instance.name);
        out.push(format!("Local AS is {}, local router ID {own_id}", peer.local_as));
        out.push(format!("TTL is {}", peer.settings.multihop.unwrap_or(1)));
        if let Some(local) = local {
            let port = if peer.is_up() { ", local port is 179" } else { "" };
            out.push(format!("Local TCP address is {local}{port}"));
        }
        if peer.is_up() {
            let port = self.far_port(peer);
            out.push(format!("Remote TCP address is {}, remote port is {port}", peer.address));
            out.push("TCP Socket Information:".to_owned());
            out.push("  TCP state is ESTABLISHED".to_owned());
            out.push("  Recv-Q: 0/32768".to_owned());
            out.push("  Send-Q: 0/87040".to_owned());
        } else {
            out.push(format!("Remote TCP address is {}", peer.address));
        }
        out.join("\n") + "\n\n"
    }
}
