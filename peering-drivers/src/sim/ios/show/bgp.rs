//! BGP: which neighbours a show is about, and their summary.

use std::net::IpAddr;

use super::{Show, written};
use crate::sim::clock::age;
use crate::sim::family::Family;
use crate::sim::ios::view::{Bgp, Settings};
use crate::sim::session::{Agreement, Session};

/// One neighbour, looked at.
pub(super) struct Peer<'a> {
    pub(super) address: IpAddr,
    pub(super) settings: Settings,
    pub(super) session: &'a Session,
    pub(super) remote_as: u32,
    pub(super) local_as: u32,
}

/// What went over the session in one family.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Prefixes {
    pub(super) sent: usize,
    pub(super) received: usize,
    pub(super) accepted: usize,
}

impl Peer<'_> {
    pub(super) fn is_up(&self) -> bool {
        self.session.established.is_some()
    }

    /// Keepalives, and messages of all kinds, in one direction.
    pub(super) fn messages(&self, show: &Show<'_>) -> (u64, u64) {
        let keepalives = self.session.established.map_or(0, |(at, _)| show.since(at) / 60 + 1);
        let opens = u64::from(self.session.has_met()).max(self.session.ups);
        (keepalives, keepalives + opens + self.session.ups * 2)
    }

    /// The state as IOS names it.
    pub(super) fn state(&self, show: &Show<'_>) -> &'static str {
        match self.session.state(show.now, show.world.delay) {
            "OpenSent" => "OpenSent",
            "OpenConfirm" => "OpenConfirm",
            other => other,
        }
    }
}

impl<'w> Show<'w> {
    pub(super) fn bgp(&self) -> Option<&'w Bgp> {
        self.device.view.bgp.as_ref()
    }

    /// The neighbours of a VRF that have a family, in order.
    pub(super) fn peers(&self, bgp: &Bgp, vrf: &str, family: Family) -> Vec<Peer<'w>> {
        let device = self.device;
        let look = |address: &IpAddr| {
            let settings = bgp.peer(*address)?;
            if settings.vrf != vrf || !bgp.is_active(&settings, family) {
                return None;
            }
            let session = device.chassis.sessions.get(address)?;
            let (remote_as, local_as) = (settings.remote_as?, settings.local_as.unwrap_or(bgp.asn));
            Some(Peer { address: *address, settings, session, remote_as, local_as })
        };
        bgp.peers.keys().filter_map(look).collect()
    }

    pub(super) fn prefixes(&self, bgp: &Bgp, peer: &Peer<'_>, family: Family) -> Prefixes {
        if !peer.session.is_up_for(family) {
            return Prefixes::default();
        }
        let policies = &self.device.view.policies;
        let own = bgp.networks(&peer.settings.vrf, family);
        let own = own.filter(|net| bgp.passes(policies, &peer.settings, (family, true), net)).count();
        let others = self.peers(bgp, &peer.settings.vrf, family);
        let is_inside = peer.remote_as == peer.local_as;
        let others = others.iter().filter(|other| {
            other.address != peer.address && !(is_inside && other.remote_as == other.local_as)
        });
        let others = others.flat_map(|other| self.world.accepted(self.router, other.address, family));
        let others = others.filter(|net| bgp.passes(policies, &peer.settings, (family, true), net)).count();
        Prefixes {
            sent: own + others,
            received: self.world.announced(self.router, peer.address, family).len(),
            accepted: self.world.accepted(self.router, peer.address, family).len(),
        }
    }

    /// The summary of a family in a VRF; empty without a neighbour in it.
    fn summary(&self, bgp: &Bgp, vrf: &str, family: Family) -> String {
        let peers = self.peers(bgp, vrf, family);
        if peers.is_empty() {
            return String::new();
        }
        let accepted: usize =
            peers.iter().map(|peer| self.world.accepted(self.router, peer.address, family).len()).sum();
        let (id, asn) = (self.device.view.router_id(), bgp.asn);
        let version = accepted + 1;
        let mut text = format!(
            "BGP router identifier {id}, local AS number {asn}\n\
             BGP table version is {version}, main routing table version {version}\n\
             {accepted} network entries using {} bytes of memory\n\
             {accepted} path entries using {} bytes of memory\n\
             BGP using {} total bytes of memory\n\
             BGP activity {accepted}/0 prefixes, {accepted}/0 paths, scan interval 60 secs\n\n\
             Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd\n",
            accepted * 248,
            accepted * 120,
            accepted * 368
        );
        for peer in peers {
            let (_, messages) = peer.messages(self);
            let since = match (peer.session.established, peer.session.ups) {
                (Some((at, _)), _) => age(self.since(at)),
                (None, 0) => "never".to_owned(),
                (None, _) => age(self.since(peer.session.reset.at)),
            };
            let state = match peer.session.agreement {
                _ if peer.is_up() => self.world.accepted(self.router, peer.address, family).len().to_string(),
                Agreement::AdminDown => "Idle (Admin)".to_owned(),
                _ if peer.session.is_exceeded => "Idle (PfxCt)".to_owned(),
                _ => peer.state(self).to_owned(),
            };
            let table = if peer.is_up() { version } else { 1 };
            let name = written(peer.address);
            // What is too long stands in a line of its own.
            let name = if name.len() > 15 { format!("{name}\n{:<15}", "") } else { format!("{name:<15}") };
            text.push_str(&format!(
                "{name} 4 {:>12} {messages:>7} {messages:>7} {table:>8}    0    0 {since:<8} {state:>8}\n",
                peer.remote_as
            ));
        }
        text
    }
}

/// What a word says of the family.
fn family(word: &str) -> Family {
    if word.contains('6') { Family::V6 } else { Family::V4 }
}

/// Answers `show bgp …` and `show ip bgp …`.
pub(super) fn answer(show: &Show<'_>, words: &[&str]) -> String {
    let Some(bgp) = show.bgp() else { return "% BGP not active\n\n".to_owned() };
    let words = match words {
        ["ip", "bgp", rest @ ..] | ["bgp", rest @ ..] => rest,
        _ => return String::new(),
    };
    let vrfs: Vec<&str> = show.device.view.vrfs.keys().map(String::as_str).collect();
    match words {
        ["all", "summary"] => {
            let mut text = String::new();
            for (name, family) in [("IPv4 Unicast", Family::V4), ("IPv6 Unicast", Family::V6)] {
                let part = show.summary(bgp, "", family);
                if !part.is_empty() {
                    text.push_str(&format!("For address family: {name}\n{part}\n"));
                }
            }
            for (name, family) in [("VPNv4 Unicast", Family::V4), ("VPNv6 Unicast", Family::V6)] {
                let part = vrfs.iter().map(|vrf| show.summary(bgp, vrf, family)).collect::<String>();
                if !part.is_empty() {
                    text.push_str(&format!("For address family: {name}\n{part}\n"));
                }
            }
            text
        }
        ["all", "neighbors"] => {
            [Family::V4, Family::V6].map(|family| show.neighbors(bgp, "", family, None)).join("")
        }
        ["summary"] => show.summary(bgp, "", Family::V4),
        [name @ ("ipv4" | "ipv6"), "unicast", "summary"] => show.summary(bgp, "", family(name)),
        [name @ ("ipv4" | "ipv6"), "unicast", "neighbors", rest @ ..] => {
            show.neighbors(bgp, "", family(name), rest.first().and_then(|who| who.parse().ok()))
        }
        ["neighbors", rest @ ..] => {
            show.neighbors(bgp, "", Family::V4, rest.first().and_then(|who| who.parse().ok()))
        }
        ["ipv4" | "ipv6", "multicast" | "mdt", ..] => String::new(),
        ["vpnv4", "all", "summary"] => vrfs.iter().map(|vrf| show.summary(bgp, vrf, Family::V4)).collect(),
        [name @ ("vpnv4" | "vpnv6"), "unicast", "all", "neighbors", rest @ ..]
        | [name @ "vpnv4", "all", "neighbors", rest @ ..] => {
            let who = rest.first().and_then(|who| who.parse().ok());
            vrfs.iter().map(|vrf| show.neighbors(bgp, vrf, family(name), who)).collect()
        }
        [name @ ("vpnv4" | "vpnv6"), "unicast", "vrf", vrf, rest @ ..]
        | [name @ "vpnv4", "vrf", vrf, rest @ ..] => match rest {
            ["neighbors", rest @ ..] => {
                show.neighbors(bgp, vrf, family(name), rest.first().and_then(|who| who.parse().ok()))
            }
            ["summary"] => show.summary(bgp, vrf, family(name)),
            [prefix] => show.paths(bgp, vrf, prefix),
            _ => String::new(),
        },
        ["ipv4" | "ipv6", "unicast", prefix] | [prefix] => show.paths(bgp, "", prefix),
        _ => String::new(),
    }
}
