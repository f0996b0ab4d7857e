//! A BGP neighbour in full.

use std::net::IpAddr;

use super::bgp::Peer;
use super::{Show, written};
use crate::sim::clock::age;
use crate::sim::family::Family;
use crate::sim::ios::view::Bgp;
use crate::sim::session::Agreement;

impl Show<'_> {
    /// The neighbours of a VRF that have a family, or one of them.
    pub(super) fn neighbors(&self, bgp: &Bgp, vrf: &str, family: Family, who: Option<IpAddr>) -> String {
        let peers = self.peers(bgp, vrf, family);
        if let Some(who) = who
            && !peers.iter().any(|peer| peer.address == who)
        {
            return "% No such neighbor or address family\n\n".to_owned();
        }
        let chosen = peers.iter().filter(|peer| who.is_none_or(|who| who == peer.address));
        chosen.map(|peer| self.neighbor(bgp, peer, family)).collect()
    }

    fn neighbor(&self, bgp: &Bgp, peer: &Peer<'_>, family: Family) -> String {
        let address = written(peer.address);
        let (session, settings) = (peer.session, &peer.settings);
        let vrf = if settings.vrf.is_empty() { String::new() } else { format!("  vrf {},", settings.vrf) };
        let link = if peer.remote_as == peer.local_as { "internal" } else { "external" };
        let local = match settings.local_as {
            Some(asn) => format!(",  local AS {asn}"),
            None => String::new(),
        };
        let mut text =
            format!("BGP neighbor is {address},{vrf}  remote AS {}{local}, {link} link\n", peer.remote_as);
        if let Some(description) = &settings.description {
            text.push_str(&format!(" Description: {description}\n"));
        }
        if let Some(group) = &settings.group {
            text.push_str(&format!(" Member of peer-group {group} for session parameters\n"));
        }
        if session.agreement == Agreement::AdminDown {
            text.push_str(" Administratively shut down\n");
        }
        let told = self.world.told(self.router, peer.address).filter(|_| peer.is_up());
        let id = told.map_or_else(|| "0.0.0.0".to_owned(), |(_, id)| id);
        let up = match session.established {
            Some((at, _)) => format!(", up for {}", age(self.since(at))),
            None => String::new(),
        };
        text.push_str(&format!(
            "  BGP version 4, remote router ID {id}\n  BGP state = {}{up}\n",
            peer.state(self)
        ));
        let (keepalives, messages) = peer.messages(self);
        if let Some((at, _)) = session.established {
            let last = age(self.since(at) % 60);
            text.push_str(&format!(
                "  Last read {last}, last write {last}, hold time is 180, keepalive interval is 60 seconds\n\
                 \x20 Neighbor sessions:\n    1 active, is not multisession capable (disabled)\n\
                 \x20 Neighbor capabilities:\n    Route refresh: advertised and received(new)\n\
                 \x20   Four-octets ASN Capability: advertised and received\n"
            ));
            for (own, name) in [(Family::V4, "IPv4 Unicast"), (Family::V6, "IPv6 Unicast")] {
                let side = match (bgp.is_active(settings, own), session.is_up_for(own)) {
                    (true, true) => "advertised and received",
                    (true, false) => "advertised",
                    (false, _) => continue,
                };
                text.push_str(&format!("    Address family {name}: {side}\n"));
            }
            text.push_str("    Enhanced Refresh Capability: advertised\n    Multisession Capability:\n    Stateful switchover support enabled: NO for session 1\n");
        } else {
            text.push_str("  Neighbor sessions:\n    0 active, is not multisession capable (disabled)\n    Stateful switchover support enabled: NO\n");
        }
        let updates = session.ups * 2;
        let opens = messages.saturating_sub(keepalives + updates);
        let notified = session.notification.map_or((0, 0), |own| if own.is_sent { (1, 0) } else { (0, 1) });
        text.push_str(&format!(
            "  Message statistics:\n    InQ depth is 0\n    OutQ depth is 0\n\n\
             \x20                        Sent       Rcvd\n\
             \x20   Opens:          {opens:>9}  {opens:>9}\n\
             \x20   Notifications:  {:>9}  {:>9}\n\
             \x20   Updates:        {updates:>9}  {updates:>9}\n\
             \x20   Keepalives:     {keepalives:>9}  {keepalives:>9}\n\
             \x20   Route Refresh:          0          0\n\
             \x20   Total:          {:>9}  {:>9}\n",
            notified.0,
            notified.1,
            messages + notified.0,
            messages + notified.1
        ));
        text.push_str("  Do log neighbor state changes (via global configuration)\n  Default minimum time between advertisement runs is 30 seconds\n\n");
        text.push_str(&self.family(bgp, peer, family));
        text.push_str(&self.connection(peer));
        text
    }

    fn family(&self, bgp: &Bgp, peer: &Peer<'_>, family: Family) -> String {
        let (settings, counts) = (&peer.settings, self.prefixes(bgp, peer, family));
        let version = counts.accepted + 1;
        let name = if family == Family::V4 { "IPv4 Unicast" } else { "IPv6 Unicast" };
        let name =
            if settings.vrf.is_empty() { name.to_owned() } else { format!("VPN{}", name.replace("IP", "")) };
        let mut text = format!(
            " For address family: {name}\n  Session: {}\n  BGP table version {version}, neighbor version {version}/0\n  Output queue size : 0\n  Index 1, Advertise bit 0\n",
            written(peer.address)
        );
        if settings.is_soft {
            text.push_str("  Inbound soft reconfiguration allowed\n");
        }
        let policies = [settings.policy(family, false), settings.policy(family, true)];
        let [(map_in, list_in), (map_out, list_out)] = policies;
        if map_in.is_some() || list_in.is_some() {
            text.push_str("  Inbound path policy configured\n");
        }
        if map_out.is_some() || list_out.is_some() {
            text.push_str("  Outbound path policy configured\n");
        }
        for (words, name) in [
            ("Incoming update prefix filter list is", list_in),
            ("Outgoing update prefix filter list is", list_out),
            ("Route map for incoming advertisements is", map_in),
            ("Route map for outgoing advertisements is", map_out),
        ] {
            if let Some(name) = name {
                text.push_str(&format!("  {words} {name}\n"));
            }
        }
        if let Some(most) = settings.limit(family) {
            text.push_str(&format!(
                "  Maximum prefixes allowed {most}\n  Threshold for warning message 75%\n"
            ));
        }
        let denied = counts.received - counts.accepted.min(counts.received);
        text.push_str(&format!(
            "  Slow-peer detection is disabled\n  Slow-peer split-update-group dynamic is disabled\n\
             \x20                                Sent       Rcvd\n\
             \x20 Prefix activity:               ----       ----\n\
             \x20   Prefixes Current:       {:>9}  {:>9} (Consumes {} bytes)\n\
             \x20   Prefixes Total:         {:>9}  {:>9}\n\
             \x20   Implicit Withdraw:              0          0\n\
             \x20   Explicit Withdraw:              0          0\n\
             \x20   Used as bestpath:             n/a  {:>9}\n\
             \x20   Used as multipath:            n/a          0\n\n\
             \x20                                  Outbound    Inbound\n\
             \x20 Local Policy Denied Prefixes:    --------    -------\n\
             \x20   route-map:                            0  {denied:>9}\n\
             \x20   Total:                                0  {denied:>9}\n\
             \x20 Number of NLRIs in the update sent: max 1, min 0\n\
             \x20 Last detected as dynamic slow peer: never\n\
             \x20 Dynamic slow peer recovered: never\n\
             \x20 Refresh Epoch: 1\n\n",
            counts.sent,
            counts.accepted,
            counts.accepted * 120,
            counts.sent,
            counts.received,
            counts.accepted
        ));
        text
    }

    fn connection(&self, peer: &Peer<'_>) -> String {
        let session = peer.session;
        let mut text = format!(
            "  Address tracking is enabled, the RIB does have a route to {}\n  Connections established {}; dropped {}\n",
            written(peer.address),
            session.ups,
            session.downs
        );
        match (session.downs, session.notification) {
            (0, None) => text.push_str("  Last reset never\n"),
            _ => {
                let reason = session.notification.map_or(session.reset.reason, |own| own.reason);
                text.push_str(&format!(
                    "  Last reset {}, due to {reason}\n",
                    age(self.since(session.reset.at))
                ));
            }
        }
        text.push_str("  Transport(tcp) path-mtu-discovery is enabled\n  Graceful-Restart is disabled\n  SSO is disabled\n");
        let local = self.device.view.towards(&peer.settings.vrf, peer.address).map(|(_, own)| own);
        match (peer.is_up(), local) {
            (true, Some(local)) => text.push_str(&format!(
                "Connection state is ESTAB, I/O status: 1, unread input bytes: 0\n\
                 Connection is ECN Disabled, Mininum incoming TTL 0, Outgoing TTL 1\n\
                 Local host: {}, Local port: 179\nForeign host: {}, Foreign port: 41000\n\
                 Connection tableid (VRF): 0\nMaximum output segment queue size: 50\n\n",
                written(local),
                written(peer.address)
            )),
            _ => text.push_str("  No active TCP connection\n\n"),
        }
        text
    }
}
