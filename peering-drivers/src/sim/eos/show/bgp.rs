//! BGP neighbours and their summary.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Value, json};

use super::{Show, merged};
use crate::sim::eos::bgp::MAXIMUM_ROUTES;
use crate::sim::eos::cli::{Answer, Failure};
use crate::sim::eos::view::{Bgp, Instance, Settings};
use crate::sim::family::Family;
use crate::sim::session::{Agreement, Session};

type SentKey = (String, Option<String>, Option<String>, Family);

/// By network instance, export policy and family: how many prefixes pass of our own (`None`) and of each peer's.
pub(super) type SentCounts = RefCell<HashMap<SentKey, HashMap<Option<IpAddr>, usize>>>;

/// One neighbour, looked at.
#[derive(Debug)]
pub(super) struct Peer<'a> {
    pub(super) address: IpAddr,
    pub(super) instance: &'a Instance,
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

    /// Why it is idle: to be shut down is EOS's words, the others are ours.
    pub(super) fn idle_reason(&self) -> &'static str {
        match self.session.agreement {
            Agreement::AdminDown => "Administratively shut down",
            _ if self.session.is_exceeded => "Maximum routes limit exceeded",
            Agreement::NoFamily => "No address family activated",
            _ => "Idle hold timer running",
        }
    }

    /// The same in the summary.
    fn short_reason(&self) -> &'static str {
        match self.session.agreement {
            Agreement::AdminDown => "Admin",
            _ if self.session.is_exceeded => "MaxPath",
            _ => "IdleHold",
        }
    }

    pub(super) fn link_type(&self) -> &'static str {
        if self.remote_as == self.local_as { "internal" } else { "external" }
    }

    /// Keepalives and messages sent and received, as many as such a life takes.
    pub(super) fn messages(&self, show: &Show<'_>) -> (u64, u64) {
        let keepalives = self.session.established.map_or(0, |(at, _)| show.since(at) as u64 / 60 + 1);
        let opens = u64::from(self.session.has_met()).max(self.session.ups);
        (keepalives, keepalives + opens + self.session.ups * 2)
    }
}

impl<'a> Show<'a> {
    pub(super) fn bgp(&self) -> Option<&'a Bgp> {
        self.device.view.bgp.as_ref()
    }

    /// The neighbours of a network instance, in order.
    pub(super) fn peers(&self, bgp: &'a Bgp, instance: &'a Instance) -> Vec<Peer<'a>> {
        let device = self.device;
        let look = |address: &IpAddr| {
            // One address is one neighbour in all instances together.
            let (home, settings) = bgp.peer(*address).filter(|(home, _)| home.name == instance.name)?;
            let session = device.chassis.sessions.get(address)?;
            let (remote_as, local_as) = (settings.remote_as?, settings.local_as.unwrap_or(bgp.asn));
            Some(Peer { address: *address, instance: home, settings, session, remote_as, local_as })
        };
        instance.peers.keys().filter_map(look).collect()
    }

    pub(super) fn prefixes(&self, peer: &Peer<'_>, family: Family) -> Prefixes {
        if !peer.session.is_up_for(family) {
            return Prefixes::default();
        }
        Prefixes {
            sent: self.sent(peer, family),
            received: self.world.announced(self.router, peer.address, family).len(),
            accepted: self.world.accepted(self.router, peer.address, family).len(),
        }
    }

    /// Our own prefixes and those of the other peers that pass the export policy.
    fn sent(&self, peer: &Peer<'_>, family: Family) -> usize {
        let (map, list) = peer.settings.policy(family, true);
        let key = (peer.instance.name.clone(), map.cloned(), list.cloned(), family);
        let mut counts = self.sent.borrow_mut();
        let counts = counts.entry(key).or_insert_with(|| self.count_sent(peer, family));
        let all: usize = counts.values().sum();
        all - counts.get(&Some(peer.address)).copied().unwrap_or(0)
    }

    fn count_sent(&self, peer: &Peer<'_>, family: Family) -> HashMap<Option<IpAddr>, usize> {
        let policies = &self.device.view.policies;
        let passes = |prefix: &IpNet| peer.instance.passes(policies, &peer.settings, family, true, prefix);
        let mut counts: HashMap<Option<IpAddr>, usize> = HashMap::new();
        let own = peer.instance.networks(policies, family).filter(|prefix| passes(prefix)).count();
        counts.insert(None, own);
        for (prefix, from) in self.world.table(self.router, family) {
            if let Some(best) = from.first().filter(|_| passes(&prefix)) {
                *counts.entry(Some(*best)).or_default() += 1;
            }
        }
        counts
    }

    fn instances(&self, vrf: Option<&str>) -> Result<Vec<(&'a Bgp, &'a Instance)>, Failure> {
        let chosen = self.chosen(vrf)?;
        let Some(bgp) = self.bgp() else { return Ok(Vec::new()) };
        let all = bgp.instances.iter().filter(|instance| chosen.contains(&instance.name.as_str()));
        Ok(all.map(|instance| (bgp, instance)).collect())
    }

    /// `show ip|ipv6 bgp summary`: the neighbours for which the family is active.
    pub(super) fn bgp_summary(&self, family: Family, vrf: Option<&str>) -> Result<Answer, Failure> {
        let mut vrfs = Map::new();
        let mut text = String::new();
        for (bgp, instance) in self.instances(vrf)? {
            let mut peers = Map::new();
            let id = self.device.view.router_id(&instance.name);
            text.push_str(&format!(
                "BGP summary information for VRF {}\nRouter identifier {id}, local AS number {}\nNeighbor Status Codes: m - \
                 Under maintenance\n  Neighbor         V AS           MsgRcvd   MsgSent  InQ OutQ  Up/Down State   PfxRcd \
                 PfxAcc\n",
                instance.name, bgp.asn
            ));
            let peers_here = self.peers(bgp, instance).into_iter();
            for peer in peers_here.filter(|peer| instance.is_active(&peer.settings, family)) {
                let prefixes = self.prefixes(&peer, family);
                let state = peer.session.state(self.now, self.world.delay);
                let (_, messages) = peer.messages(self);
                let since = peer.session.established.map_or(peer.session.reset.at, |(at, _)| at);
                let mut entry = json!({
                    "version": 4, "msgReceived": messages, "msgSent": messages, "inMsgQueue": 0, "outMsgQueue": 0,
                    "asn": peer.remote_as.to_string(), "prefixAccepted": prefixes.accepted,
                    "prefixReceived": prefixes.received, "upDownTime": self.clock(since),
                    "underMaintenance": false, "peerState": state,
                });
                if state == "Idle" {
                    entry = merged(entry, json!({ "peerStateIdleReason": peer.short_reason() }));
                }
                if let Some(description) = &peer.settings.description {
                    entry = merged(entry, json!({ "description": description }));
                }
                peers.insert(peer.address.to_string(), entry);
                let shown =
                    if state == "Idle" { format!("Idle({})", peer.short_reason()) } else { state.to_owned() };
                let shown = if peer.is_up() { "Estab".to_owned() } else { shown };
                text.push_str(&format!(
                    "  {:<16} 4 {:<10} {messages:>9} {messages:>9}    0    0 {:>8} {shown:<7} {:<6} {}\n",
                    peer.address,
                    peer.remote_as,
                    age(self.since(since)),
                    prefixes.received,
                    prefixes.accepted
                ));
            }
            let entry = json!({
                "vrf": instance.name, "routerId": id, "asn": bgp.asn.to_string(), "peers": peers,
            });
            vrfs.insert(instance.name.clone(), entry);
        }
        Ok(Answer::both(json!({ "vrfs": vrfs }), text))
    }

    /// `show ip bgp neighbors`, `show ipv6 bgp peers`: the neighbours with such an address.
    pub(super) fn bgp_neighbors(
        &self,
        family: Family,
        only: Option<IpAddr>,
        vrf: Option<&str>,
    ) -> Result<Answer, Failure> {
        let mut vrfs = Map::new();
        let mut text = String::new();
        for (bgp, instance) in self.instances(vrf)? {
            let peers = self.peers(bgp, instance).into_iter();
            let peers = peers.filter(|peer| Family::of(peer.address) == family);
            let list: Vec<Value> = peers
                .filter(|peer| only.is_none_or(|only| only == peer.address))
                .map(|peer| {
                    text.push_str(&self.neighbor_text(&peer));
                    self.neighbor(&peer)
                })
                .collect();
            vrfs.insert(instance.name.clone(), json!({ "peerList": list }));
        }
        Ok(Answer::both(json!({ "vrfs": vrfs }), text))
    }

    fn neighbor(&self, peer: &Peer<'_>) -> Value {
        let state = peer.session.state(self.now, self.world.delay);
        let told = self.world.told(self.router, peer.address);
        let id = told.filter(|_| peer.is_up()).map_or_else(|| "0.0.0.0".to_owned(), |(_, id)| id);
        let (v4, v6) = (self.prefixes(peer, Family::V4), self.prefixes(peer, Family::V6));
        let (keepalives, messages) = peer.messages(self);
        let timers = if peer.is_up() { (180, 60) } else { (0, 0) };
        let local = self.device.view.towards(&peer.instance.name, peer.address);
        let families =
            Family::BOTH.into_iter().filter(|family| peer.instance.is_active(&peer.settings, *family));
        let name = |family: Family| if family == Family::V4 { "ipv4Unicast" } else { "ipv6Unicast" };
        let capabilities: Map<String, Value> = families
            .map(|family| {
                let is_common = peer.session.is_up_for(family);
                (
                    name(family).to_owned(),
                    json!({ "advertised": true, "received": is_common, "enabled": is_common }),
                )
            })
            .collect();
        let common = json!({ "advertised": true, "received": peer.is_up(), "enabled": peer.is_up() });
        let mut entry = json!({
            "peerAddress": peer.address,
            "asn": peer.remote_as.to_string(),
            "linkType": peer.link_type(),
            "routerId": id,
            "vrf": peer.instance.name,
            "version": 4,
            "negotiatedVersion": 4,
            "updateGroupIndex": -1,
            "lastRcvd": (self.epoch as u64) % 60,
            "lastSent": (self.epoch as u64) % 60,
            "holdTime": timers.0,
            "keepaliveTime": timers.1,
            "configHoldTime": 180,
            "configKeepaliveTime": 60,
            "minHoldTime": 3,
            "state": state,
            "establishedTransitions": peer.session.ups,
            "lastState": if peer.is_up() { "OpenConfirm" } else { "Idle" },
            "lastEvent": if peer.is_up() { "Established" } else { "Start" },
        });
        let messages = json!({
            "neighborCapabilities": {
                "negotiationDisabled": false,
                "unsupportedCapReceived": false,
                "multiprotocolCaps": capabilities,
                "fourOctetAsnCap": common,
                "routeRefreshCap": common,
            },
            "outMessageStats": {
                "opens": peer.session.ups, "notifications": 0, "updates": peer.session.ups * 2, "keepalives": keepalives,
                "rtRefreshes": 0,
            },
            "inMessageStats": {
                "opens": peer.session.ups, "notifications": 0, "updates": peer.session.ups * 2, "keepalives": keepalives,
                "rtRefreshes": 0,
            },
            "sentMessages": messages,
            "receivedMessages": messages,
        });
        let routes = json!({
            "prefixesSent": v4.sent,
            "prefixesReceived": v4.received,
            "v4BestPaths": v4.accepted,
            "v4BestEcmpPaths": 0,
            "v6PrefixesSent": v6.sent,
            "v6PrefixesReceived": v6.received,
            "v6BestPaths": v6.accepted,
            "v6BestEcmpPaths": 0,
            "maxTotalRoutes": peer.settings.limit.map_or(MAXIMUM_ROUTES, |(most, _)| most),
            "bgpSoftReconfigInbound": "Default",
            "localAsn": peer.local_as.to_string(),
            "localRouterId": self.device.view.router_id(&peer.instance.name),
            "ttl": peer.settings.multihop.unwrap_or(1),
            "maxTtlHops": 255,
            "localPort": if peer.is_up() { 179 } else { 0 },
            "remotePort": if peer.is_up() { self.far_port(peer) } else { 179 },
        });
        entry = merged(merged(entry, messages), routes);
        if let (true, Some((at, _))) = (peer.is_up(), peer.session.established) {
            entry = merged(entry, json!({ "establishedTime": self.since(at) as u64 }));
        }
        if state == "Idle" {
            entry = merged(entry, json!({ "idleReason": peer.idle_reason() }));
        }
        for (key, value) in [
            ("description", peer.settings.description.clone()),
            ("peerGroup", peer.settings.group.clone()),
            ("updateSource", local.map(|(_, local)| local.to_string())),
            ("ifName", local.map(|(port, _)| port.name.clone()).filter(|_| peer.is_up())),
        ] {
            if let Some(value) = value {
                entry = merged(entry, json!({ key: value }));
            }
        }
        // Route maps of the session are told for the family of its address.
        let (inbound, outbound) = self.maps(peer);
        for (key, value) in [("routeMapInbound", inbound), ("routeMapOutbound", outbound)] {
            if let Some(value) = value {
                entry = merged(entry, json!({ key: value }));
            }
        }
        entry
    }

    /// The route maps for the family of the neighbour's address, in and out.
    pub(super) fn maps<'p>(&self, peer: &'p Peer<'_>) -> (Option<&'p String>, Option<&'p String>) {
        let family = Family::of(peer.address);
        (peer.settings.policy(family, false).0, peer.settings.policy(family, true).0)
    }

    /// The port at the peer's end: made up, the same each time.
    pub(super) fn far_port(&self, peer: &Peer<'_>) -> u32 {
        32_768 + peer.remote_as % 28_000
    }
}

/// `HH:MM:SS`, or days and hours.
pub(super) fn age(seconds: f64) -> String {
    let seconds = seconds as u64;
    match seconds / 86_400 {
        0 => format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
        days => format!("{days}d{:02}h", seconds / 3600 % 24),
    }
}
