//! BGP: the process and its neighbours, in each network instance.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::{Look, leaves};
use crate::sim::family::Family;
use crate::sim::iosxr::device::Xr;
use crate::sim::iosxr::view::{Bgp, DEFAULT, Instance, MAXIMUM_PREFIXES, Settings};
use crate::sim::netconf::element::Element;
use crate::sim::session::{Agreement, Session};

/// The timers where nothing is configured, in seconds: keepalive and hold.
pub(crate) const TIMERS: (u32, u32) = (60, 180);

/// One neighbour, looked at.
#[derive(Debug)]
pub(crate) struct Peer<'a> {
    pub(crate) address: IpAddr,
    pub(crate) instance: &'a Instance,
    pub(crate) settings: &'a Settings,
    pub(crate) session: &'a Session,
    pub(crate) remote_as: u32,
    pub(crate) local_as: u32,
}

/// What went over the session in one family.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Prefixes {
    pub(crate) sent: usize,
    pub(crate) received: usize,
    pub(crate) accepted: usize,
    /// Of those that came, how many are the best.
    pub(crate) best: usize,
}

/// The accepted routes of both families, each with whom it came from, the best first.
type Tables = [BTreeMap<IpNet, Vec<IpAddr>>; 2];

/// Network instance or group, policy, kind and family, as it is counted once for all who share them.
type Outbound = (String, Option<String>, bool, Family);

/// What counting needs once for all neighbours.
#[derive(Debug)]
pub(crate) struct Counts<'a> {
    pub(crate) look: Look<'a>,
    tables: Tables,
    best: [HashMap<IpAddr, usize>; 2],
    /// By policy and family: how many prefixes pass outbound, of our own (`None`) and of each peer's.
    sent: RefCell<HashMap<Outbound, HashMap<Option<IpAddr>, usize>>>,
}

fn at<T>(pair: &[T; 2], family: Family) -> &T {
    let [v4, v6] = pair;
    if family == Family::V4 { v4 } else { v6 }
}

impl<'a> Counts<'a> {
    pub(crate) fn new(look: Look<'a>) -> Counts<'a> {
        let tables = Family::BOTH.map(|family| look.world.table(look.router, family));
        let best = [0, 1].map(|index| {
            let mut best: HashMap<IpAddr, usize> = HashMap::new();
            let table = tables.get(index);
            for first in table.iter().flat_map(|table| table.values()).filter_map(|from| from.first()) {
                *best.entry(*first).or_default() += 1;
            }
            best
        });
        Counts { look, tables, best, sent: RefCell::default() }
    }

    pub(crate) fn prefixes(&self, bgp: &Bgp, peer: &Peer<'_>, family: Family) -> Prefixes {
        if !peer.session.is_up_for(family) {
            return Prefixes::default();
        }
        let Look { world, router, .. } = self.look;
        Prefixes {
            sent: self.sent(bgp, peer, family),
            received: world.announced(router, peer.address, family).len(),
            accepted: world.accepted(router, peer.address, family).len(),
            best: at(&self.best, family).get(&peer.address).copied().unwrap_or(0),
        }
    }

    /// Our own prefixes and those of the other peers that pass the policy outbound.
    fn sent(&self, bgp: &Bgp, peer: &Peer<'_>, family: Family) -> usize {
        let Some(carried) = peer.settings.family(family) else { return 0 };
        let is_external = Xr::is_external(bgp, peer.settings);
        let key = (peer.instance.name.clone(), carried.policy(true).map(str::to_owned), is_external, family);
        let mut all = self.sent.borrow_mut();
        let counts = all.entry(key).or_insert_with(|| {
            let policies = &self.look.xr.view.policies;
            let passes =
                |prefix: &IpNet| peer.instance.passes(policies, (carried, is_external), true, prefix);
            let mut counts: HashMap<Option<IpAddr>, usize> = HashMap::new();
            let own: HashSet<IpNet> =
                peer.instance.networks(policies, family).filter(|prefix| passes(prefix)).collect();
            counts.insert(None, own.len());
            for (prefix, from) in at(&self.tables, family) {
                if let Some(best) = from.first().filter(|_| passes(prefix) && !own.contains(prefix)) {
                    *counts.entry(Some(*best)).or_default() += 1;
                }
            }
            counts
        });
        let sum: usize = counts.values().sum();
        sum - counts.get(&Some(peer.address)).copied().unwrap_or(0)
    }
}

/// The neighbours of a network instance, in order.
pub(crate) fn peers<'a>(look: Look<'a>, bgp: &'a Bgp, instance: &'a Instance) -> Vec<Peer<'a>> {
    let one = |(address, settings): (&IpAddr, &'a Settings)| {
        // One address is one neighbour in all instances together.
        let (home, _) = bgp.peer(*address).filter(|(home, _)| home.name == instance.name)?;
        let session = look.xr.chassis.sessions.get(address)?;
        let (remote_as, local_as) = (settings.remote_as?, settings.local_as.unwrap_or(bgp.asn));
        Some(Peer { address: *address, instance: home, settings, session, remote_as, local_as })
    };
    instance.peers.iter().filter_map(one).collect()
}

impl Peer<'_> {
    /// Messages one way, as many as such a life takes.
    pub(crate) fn messages(&self, look: Look<'_>) -> u64 {
        let keepalives = self.session.established.map_or(0, |(at, _)| look.since(at) / 60 + 1);
        keepalives + self.session.ups * 3
    }

    /// The TCP ports of the session, ours and the peer's; zero without one.
    pub(crate) fn ports(&self, look: Look<'_>) -> (u32, u32) {
        match self.session.established {
            Some(_) => (17_900 + u32::from(look.router as u16 & 0xFF), 179),
            None => (0, 0),
        }
    }

    /// Our address on the session.
    pub(crate) fn local(&self, look: Look<'_>) -> Option<IpAddr> {
        let towards = look.xr.view.towards(&self.instance.name, self.address);
        self.settings.local_address.or(towards.map(|(_, address)| address))
    }
}

pub(super) fn all(look: Look<'_>) -> Vec<Element> {
    let Some(bgp) = &look.xr.view.bgp else { return Vec::new() };
    let counts = Counts::new(look);
    let tell = |instance: &Instance| {
        let peers = peers(look, bgp, instance);
        let neighbors: Vec<Element> = peers.iter().map(|peer| neighbor(&counts, bgp, peer)).collect();
        let mut children = vec![process(look, bgp, instance)];
        if !neighbors.is_empty() {
            children.push(Element::with("neighbors", neighbors));
        }
        children
    };
    let mut active = Vec::new();
    let (main, others): (Vec<&Instance>, Vec<&Instance>) =
        bgp.instances.iter().partition(|instance| instance.name == DEFAULT);
    active.extend(main.into_iter().map(|instance| Element::with("default-vrf", tell(instance))));
    let vrfs: Vec<Element> = others
        .into_iter()
        .map(|instance| {
            let name = Element::leaf("vrf-name", &instance.name);
            Element::with("vrf", [name].into_iter().chain(tell(instance)).collect())
        })
        .collect();
    if !vrfs.is_empty() {
        active.push(Element::with("vrfs", vrfs));
    }
    let instance = vec![Element::leaf("instance-name", "default"), Element::with("instance-active", active)];
    vec![Element::with("instances", vec![Element::with("instance", instance)])]
}

fn process(look: Look<'_>, bgp: &Bgp, instance: &Instance) -> Element {
    let global = leaves(
        "global",
        &[
            ("in-standalone-mode", "true"),
            ("local-as", &bgp.asn.to_string()),
            ("instance-name", "default"),
            ("restart-count", "1"),
        ],
    );
    let id = look.xr.view.router_id(&instance.name).to_string();
    let (keepalive, hold) = (TIMERS.0.to_string(), TIMERS.1.to_string());
    let vrf = leaves(
        "vrf",
        &[
            ("vrf-is-active", "true"),
            ("router-id", &id),
            ("keep-alive-time", &keepalive),
            ("hold-time", &hold),
            ("min-acceptable-hold-time", "3"),
        ],
    );
    let name = Element::leaf("vrf-name", &instance.name);
    Element::with("global-process-info", vec![name, global, vrf])
}

/// Where a session stands in the model's words, and where it stood before by its number: 1 is idle, 2 connect, 3 open sent, 6
/// established, as in the recording.
fn states(look: Look<'_>, session: &Session) -> (&'static str, u8) {
    match session.state(look.now, look.world.delay) {
        "Established" => ("bgp-st-estab", 3),
        "OpenConfirm" => ("bgp-st-openconfirm", 3),
        "OpenSent" => ("bgp-st-opensent", 2),
        "Connect" => ("bgp-st-connect", 1),
        "Active" => ("bgp-st-active", 2),
        _ => ("bgp-st-idle", if session.downs > 0 { 6 } else { 0 }),
    }
}

fn address(name: &str, address: IpAddr) -> Element {
    let (afi, leaf) = match address {
        IpAddr::V4(_) => ("ipv4", "ipv4-address"),
        IpAddr::V6(_) => ("ipv6", "ipv6-address"),
    };
    leaves(name, &[("afi", afi), (leaf, &address.to_string())])
}

fn neighbor(counts: &Counts<'_>, bgp: &Bgp, peer: &Peer<'_>) -> Element {
    let look = counts.look;
    let Peer { settings, session, .. } = peer;
    let (state, previous) = states(look, session);
    let is_up = session.established.is_some();
    let is_external = Xr::is_external(bgp, settings);
    let messages = if is_up { peer.messages(look) } else { 0 };
    let mut all = vec![Element::leaf("neighbor-address", peer.address)];
    all.extend(settings.description.as_ref().map(|text| Element::leaf("description", text)));
    let leaf = |name: &str, value: &dyn ToString| Element::leaf(name, value.to_string());
    all.extend([
        leaf("local-as", &peer.local_as),
        leaf("remote-as", &peer.remote_as),
        leaf("has-internal-link", &!is_external),
        leaf("is-external-neighbor-not-directly-connected", &settings.multihop.is_some()),
        leaf("messages-received", &messages),
        leaf("messages-sent", &messages),
        leaf("update-messages-in", &session.ups),
        leaf("update-messages-out", &session.ups),
        leaf("messages-queued-in", &0),
        leaf("messages-queued-out", &0),
        leaf("connection-established-time", &session.established.map_or(0, |(at, _)| look.since(at))),
        leaf("connection-state", &state),
        leaf("previous-connection-state", &previous),
        leaf("connection-admin-status", &u8::from(settings.is_shut)),
    ]);
    let unspecified = if peer.address.is_ipv4() { "0.0.0.0" } else { "::" };
    let local = peer.local(look).filter(|_| is_up).or_else(|| unspecified.parse().ok());
    all.extend(local.map(|local| address("connection-local-address", local)));
    all.push(leaf("is-local-address-configured", &settings.local_address.is_some()));
    let (near, far) = peer.ports(look);
    all.push(leaf("connection-local-port", &near));
    all.push(address("connection-remote-address", peer.address));
    all.push(leaf("connection-remote-port", &far));
    let told = look.world.told(look.router, peer.address).filter(|_| is_up);
    let id = told.map_or_else(|| "0.0.0.0".to_owned(), |(_, id)| id);
    let (keepalive, hold) = settings.timers.unwrap_or(TIMERS);
    let flag = |is: bool| if is { "true" } else { "false" };
    all.extend([
        leaf("is-administratively-shut-down", &flag(settings.is_shut)),
        leaf("is-neighbor-max-prefix-shutdown", &flag(session.is_exceeded)),
        leaf("suppress4-byte-as", &false),
        leaf("router-id", &id),
        leaf("negotiated-protocol-version", &if is_up { 4 } else { 0 }),
        leaf("ebgp-time-to-live", &settings.multihop.unwrap_or(1)),
        leaf("local-as-no-prepend", &false),
        leaf("hold-time", &hold),
        leaf("keep-alive-time", &keepalive),
        leaf("configured-hold-time", &hold),
        leaf("configured-keepalive", &keepalive),
        leaf("connection-up-count", &session.ups),
        leaf("connection-down-count", &session.downs),
        leaf("time-since-connection-last-dropped", &look.since(session.reset.at)),
        leaf("reset-reason", &reason(session)),
    ]);
    for family in Family::BOTH {
        all.extend(carried(counts, bgp, peer, family));
    }
    all.push(leaf("vrf-name", &peer.instance.name));
    Element::with("neighbor", all)
}

fn reason(session: &Session) -> &'static str {
    match session.agreement {
        Agreement::AdminDown => "admin-shutdown",
        _ if session.is_exceeded => "peer-max-prefix-exceed",
        _ if session.downs > 0 => "remote-close-notification-recv",
        _ => "none",
    }
}

fn carried(counts: &Counts<'_>, bgp: &Bgp, peer: &Peer<'_>, family: Family) -> Option<Element> {
    let carried = peer.settings.family(family)?;
    let Prefixes { sent, received, accepted, best } = counts.prefixes(bgp, peer, family);
    let default = *at(&MAXIMUM_PREFIXES, family);
    let limit = carried.limit;
    let is_external = Xr::is_external(bgp, peer.settings) && !peer.instance.is_unsafe;
    let lacks = |is_out: bool| is_external && carried.policy(is_out).is_none();
    let denied = received - accepted;
    let leaf = |name: &str, value: &dyn ToString| Element::leaf(name, value.to_string());
    let mut all = vec![
        leaf("af-name", &family.name()),
        leaf("is-neighbor-af-capable", &peer.session.is_up_for(family)),
        leaf("remove-private-as-from-updates", &carried.removes_private_as),
        leaf("sent-community-to-neighbor", &carried.sends_communities),
        leaf("max-prefix-limit", &limit.map_or(default, |limit| limit.most)),
        leaf("use-max-prefix-warning-only", &limit.is_some_and(|limit| limit.is_warning_only)),
        leaf("max-prefix-threshold-percent", &limit.map_or(75, |limit| limit.warning_percent)),
        leaf("max-prefix-restart-time", &limit.map_or(0, |limit| limit.restart_minutes)),
        leaf("prefixes-accepted", &accepted),
        leaf("prefixes-denied", &denied),
        leaf("prefixes-denied-no-policy", &if lacks(false) { denied } else { 0 }),
        leaf("prefixes-denied-policy", &if lacks(false) { 0 } else { denied }),
        leaf("number-of-bestpaths", &best),
        leaf("prefixes-advertised", &sent),
        leaf("prefixes-suppressed", &0),
    ];
    all.extend(carried.policy(false).map(|policy| leaf("route-policy-in", &policy)));
    all.extend(carried.policy(true).map(|policy| leaf("route-policy-out", &policy)));
    all.push(leaf("is-neighbor-ebgp-without-inbound-policy", &lacks(false)));
    all.push(leaf("is-neighbor-ebgp-without-outbound-policy", &lacks(true)));
    all.push(leaf("selective-multipath-eligible", &false));
    Some(Element::with("af-data", all))
}
