//! Read commands as text, in the shape of a real 8.4.4.

use std::fmt::Write as _;

use super::attribute::Key;
use super::config::{Family, VERSION};
use super::interface::{Interface, hardware_address};
use super::show::{Peer, View, age, timers};

/// `show version`.
pub(crate) fn version(hostname: &str) -> String {
    format!(
        "FRRouting {VERSION} ({hostname}) on Linux(6.1.0-sim).\nCopyright 1996-2005 Kunihiro Ishiguro, et al.\n\
         configured with:\n    '--build=x86_64-linux-gnu' '--prefix=/usr' '--sysconfdir=/etc/frr' \
         '--enable-rpki' '--enable-user=frr' '--enable-group=frr' '--enable-vty-group=frrvty'\n"
    )
}

const fn family_title(family: Family) -> &'static str {
    match family {
        Family::V4 => "IPv4 Unicast",
        Family::V6 => "IPv6 Unicast",
    }
}

impl View<'_> {
    /// `show interface`.
    pub(crate) fn interfaces_text(&self) -> String {
        let mut out = String::new();
        for Interface { name, index, addresses, description, is_up } in self.interfaces() {
            let state = if is_up { "up" } else { "down" };
            let _ = writeln!(out, "Interface {name} is {state}, line protocol is {state}");
            out.push_str("  Link ups:       0    last: (never)\n  Link downs:     0    last: (never)\n  vrf: default\n");
            if let Some(text) = description {
                let _ = writeln!(out, "  Description: {text}");
            }
            if name == "lo" {
                let _ = writeln!(out, "  index {index} metric 0 mtu 65536 speed 0 ");
                out.push_str("  flags: <UP,LOOPBACK,RUNNING>\n  Type: Loopback\n");
            } else {
                let _ = writeln!(out, "  index {index} metric 0 mtu 1500 speed 10000 ");
                out.push_str("  flags: <UP,BROADCAST,RUNNING,MULTICAST>\n  Type: Ethernet\n");
                let _ = writeln!(out, "  HWaddr: {}", hardware_address(self.router, index));
            }
            for net in &addresses {
                let word = if net.addr().is_ipv4() { "inet" } else { "inet6" };
                let _ = writeln!(out, "  {word} {net}");
            }
            let kind = if name == "lo" { "Other" } else { "VETH" };
            let _ = writeln!(out, "  Interface Type {kind}\n  Interface Slave Type None\n  protodown: off ");
        }
        out
    }

    /// `show interface brief`.
    pub(crate) fn interfaces_brief(&self) -> String {
        let mut out = String::from(
            "Interface       Status  VRF             Addresses\n---------       ------  ---             ---------\n",
        );
        for Interface { name, addresses, is_up, .. } in self.interfaces() {
            let state = if is_up { "up" } else { "down" };
            let _ = write!(out, "{name:<16}{state:<8}{:<16}", "default");
            let mut nets = addresses.iter();
            let _ = writeln!(out, "{}", nets.next().map(ToString::to_string).unwrap_or_default());
            for net in nets {
                let _ = writeln!(out, "{:40}+ {net}", "");
            }
        }
        out.push('\n');
        out
    }

    /// `show bgp summary`.
    pub(crate) fn summary_text(&self, families: &[Family]) -> String {
        let mut out = String::new();
        let peers = self.peers();
        for family in families {
            let active: Vec<&Peer<'_>> =
                peers.iter().filter(|peer| peer.bgp.is_active(peer.config, *family)).collect();
            let Some(bgp) = self.device.config.bgp.as_ref().filter(|_| !active.is_empty()) else { continue };
            let entries = self.table(*family).len();
            let _ = writeln!(
                out,
                "\n{} Summary (VRF default):\nBGP router identifier {}, local AS number {} vrf-id 0\n\
                 BGP table version {entries}\nRIB entries {}, using {} KiB of memory\n\
                 Peers {}, using {} KiB of memory\nPeer groups {}, using {} bytes of memory\n",
                family_title(*family),
                self.device.router_id(),
                bgp.asn,
                entries * 2,
                entries * 384 / 1024,
                active.len(),
                active.len() * 724,
                bgp.groups.len(),
                bgp.groups.len() * 64,
            );
            let width = active.iter().map(|peer| peer.address.to_string().len()).max().unwrap_or(0).max(15);
            let _ = writeln!(
                out,
                "{:<width$} V         AS   MsgRcvd   MsgSent   TblVer  InQ OutQ  Up/Down State/PfxRcd   PfxSnt Desc",
                "Neighbor"
            );
            for peer in &active {
                let (received, sent) = peer.messages(self.now);
                let up = peer.up_seconds(self.now);
                let state = match up {
                    Some(_) => self.world.accepted(self.router, peer.address, *family).len().to_string(),
                    None => peer.summary_state(*self).0.to_owned(),
                };
                let text = peer.bgp.setting(peer.config, "description").unwrap_or_else(|| "N/A".to_owned());
                let _ = writeln!(
                    out,
                    "{:<width$} 4 {:>10} {received:>9} {sent:>9}        0    0    0 {:>8} {state:>12} {:>8} {text}",
                    peer.address.to_string(),
                    peer.remote_as(*self),
                    up.map_or_else(|| "never".to_owned(), age),
                    self.sent(peer, *family),
                );
            }
            let _ = writeln!(out, "\nTotal number of neighbors {}", active.len());
        }
        out
    }

    /// `show bgp neighbors X`.
    pub(crate) fn neighbor_text(&self, peer: &Peer<'_>) -> String {
        let mut out = String::new();
        let remote_as = peer.remote_as(*self);
        let link = if remote_as == peer.bgp.asn { "internal" } else { "external" };
        let (keepalive, hold) = timers(peer);
        let _ = writeln!(
            out,
            "BGP neighbor is {}, remote AS {remote_as}, local AS {}, {link} link\n  Local Role: undefined\n  Remote Role: undefined",
            peer.address, peer.bgp.asn
        );
        if let Some(text) = peer.bgp.setting(peer.config, "description") {
            let _ = writeln!(out, " Description: {text}");
        }
        if let Some(group) = &peer.config.group {
            let _ = writeln!(out, " Member of peer-group {group} for session parameters");
        }
        if peer.bgp.setting(peer.config, "shutdown").is_some() {
            out.push_str(" Administratively shut down\n");
        }
        let up =
            peer.up_seconds(self.now).map(|seconds| format!(", up for {}", age(seconds))).unwrap_or_default();
        let _ = writeln!(
            out,
            "  BGP version 4, local router ID {}\n  BGP state = {}{up}\n  Hold time is {hold} seconds, keepalive interval is {keepalive} seconds",
            self.device.router_id(),
            peer.session.state(self.now, self.world.delay),
        );
        for family in Family::BOTH.into_iter().filter(|family| peer.bgp.is_active(peer.config, *family)) {
            let _ = writeln!(out, "\n For address family: {}", family_title(family));
            for (key, word) in [(Key::of("route-map"), "incoming"), (Key::outbound("route-map"), "outgoing")]
            {
                if let Some(value) = peer.bgp.family_setting(peer.config, family, key) {
                    let name = value.split(' ').next().unwrap_or_default();
                    let _ = writeln!(out, "  Route map for {word} advertisements is *{name}");
                }
            }
            let accepted = self.world.accepted(self.router, peer.address, family).len();
            let _ = writeln!(out, "  {accepted} accepted prefixes");
        }
        let since = age(self.now.saturating_duration_since(peer.session.reset.at).as_secs());
        let _ = writeln!(
            out,
            "\n  Connections established {}; dropped {}\n  Last reset {since},  {}",
            peer.session.ups, peer.session.downs, peer.session.reset.reason
        );
        if let Some(notification) = peer.session.notification {
            let word = if notification.is_sent { "sent" } else { "received" };
            let _ = writeln!(out, "  Message {word}: NOTIFICATION ({})", notification.reason);
        }
        out.push('\n');
        out
    }

    /// `prefix-counts`.
    pub(crate) fn prefix_counts_text(&self, peer: &Peer<'_>, family: Family) -> String {
        let accepted = self.world.accepted(self.router, peer.address, family).len();
        let title = family_title(family);
        format!("Prefix counts for {}, {title}\nPfxCt: {accepted}\n", peer.address)
    }
}
