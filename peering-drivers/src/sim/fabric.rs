//! The peering LAN: who is on it, and whose sessions come up.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use peering_core::{Asn, Secret};
use tokio::time::Instant;

use super::frr::Device;
use super::frr::attribute::Key;
use super::frr::config::{Bgp, Config, Family, Neighbor, RemoteAs};
use super::session::{Agreement, Session, Side, agree};

/// A member of the exchange: a remote peer without a command line, which does what its operator would have configured.
///
/// ```
/// use peering_core::Asn;
/// use peering_drivers::sim::{Fabric, Member};
/// let fabric = Fabric::new();
/// let ours = Asn::new(64501);
/// let member = Member {
///     addresses: vec!["192.0.2.5".parse()?, "2001:db8:ffff::5".parse()?],
///     ipv4_prefixes: 40,
///     ..Member::new(Asn::new(64505), ours)
/// };
/// let id = fabric.add_member(member);
/// fabric.change_member(id, |member| member.is_up = false);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its AS.
    pub asn: Asn,
    /// Its addresses on the LAN, of both families: one BGP session each.
    pub addresses: Vec<IpAddr>,
    /// The AS that it expects of us.
    pub expects: Asn,
    /// The MD5 password (RFC 2385) that it uses.
    pub password: Option<Secret>,
    /// How many made-up IPv4 prefixes it announces.
    pub ipv4_prefixes: u32,
    /// How many made-up IPv6 prefixes it announces.
    pub ipv6_prefixes: u32,
    /// Prefixes that it announces besides.
    pub prefixes: Vec<IpNet>,
    /// Whether it answers at all.
    pub is_up: bool,
}

impl Member {
    /// A member that is up, without addresses, password and prefixes.
    pub fn new(asn: Asn, expects: Asn) -> Member {
        Member {
            asn,
            addresses: Vec::new(),
            expects,
            password: None,
            ipv4_prefixes: 0,
            ipv6_prefixes: 0,
            prefixes: Vec::new(),
            is_up: true,
        }
    }

    fn announces(&self, index: usize, family: Family) -> Vec<IpNet> {
        let own = self.prefixes.iter().copied().filter(|prefix| Family::of(prefix.addr()) == family);
        let count = if family == Family::V4 { self.ipv4_prefixes } else { self.ipv6_prefixes };
        (0..count).map(|number| made_up(family, index, number)).chain(own).collect()
    }
}

/// A prefix that looks like one: /24 out of 100.64.0.0/10 and 10.0.0.0/8, /48 out of 2001:db8::/32. Members beyond the
/// space announce what others announce, too.
fn made_up(family: Family, index: usize, number: u32) -> IpNet {
    const STRIDE: u32 = 64;
    let place = u32::try_from(index).unwrap_or(u32::MAX).wrapping_mul(STRIDE).wrapping_add(number);
    let net = match family {
        Family::V4 => {
            let place = place % (16_384 + 65_536);
            let start: u32 = if place < 16_384 { 0x6440_0000 } else { 0x0A00_0000 - (16_384 << 8) };
            Ipv4Net::new((start + (place << 8)).into(), 24).map(IpNet::V4)
        }
        Family::V6 => {
            let place = u128::from(place % 0xF000);
            let start: u128 = 0x2001_0db8_0000_0000_0000_0000_0000_0000;
            Ipv6Net::new((start + (place << 80)).into(), 48).map(IpNet::V6)
        }
    };
    net.unwrap_or_default()
}

/// Names a member of a fabric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MemberId(usize);

/// A simulated peering LAN. Cheap to clone: every clone is the same LAN.
#[derive(Clone, Debug, Default)]
pub struct Fabric {
    pub(crate) shared: Arc<Shared>,
}

impl Fabric {
    /// An empty LAN on which sessions take 300 ms to come up.
    pub fn new() -> Fabric {
        Fabric::default()
    }

    /// An empty LAN on which sessions take this long to come up.
    pub fn with_delay(delay: Duration) -> Fabric {
        let fabric = Fabric::default();
        fabric.shared.lock().delay = delay;
        fabric
    }

    /// A member joins.
    pub fn add_member(&self, member: Member) -> MemberId {
        self.shared.change(|world| {
            world.members.push(member);
            world.find_members();
            MemberId(world.members.len() - 1)
        })
    }

    /// Changes a member while sessions run: it goes down, comes up, gets another password. An unknown id does nothing.
    pub fn change_member(&self, id: MemberId, change: impl FnOnce(&mut Member)) {
        self.shared.change(|world| {
            if let Some(member) = world.members.get_mut(id.0) {
                change(member);
            }
            world.find_members();
        });
    }
}

/// The one state behind a fabric and its routers.
#[derive(Debug, Default)]
pub(crate) struct Shared(Mutex<World>);

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes something, with the sessions up to date before and after.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.lock();
        world.settle(Instant::now());
        let result = change(&mut world);
        world.settle(Instant::now());
        result
    }
}

/// Routers and members.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) delay: Duration,
    pub(crate) routers: Vec<Device>,
    pub(crate) members: Vec<Member>,
    /// Who is up at which address: the first member that has it.
    at: HashMap<IpAddr, usize>,
    /// When the sessions were last brought up to the present.
    settled: Option<Instant>,
}

impl Default for World {
    fn default() -> Self {
        World {
            delay: Duration::from_millis(300),
            routers: Vec::new(),
            members: Vec::new(),
            at: HashMap::new(),
            settled: None,
        }
    }
}

/// Whoever has an address.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Holder {
    Member(usize),
    Router(usize),
}

impl World {
    /// Notes anew where the members are.
    fn find_members(&mut self) {
        self.at.clear();
        for (index, member) in self.members.iter().enumerate().filter(|(_, member)| member.is_up) {
            for address in &member.addresses {
                self.at.entry(*address).or_insert(index);
            }
        }
    }

    /// Who answers at an address, seen from a router.
    pub(crate) fn holder(&self, router: usize, address: IpAddr) -> Option<Holder> {
        let other = self.routers.iter().enumerate().find(|(index, device)| {
            *index != router && device.is_on && device.addresses().iter().any(|net| net.addr() == address)
        });
        if let Some((index, _)) = other {
            return Some(Holder::Router(index));
        }
        self.at.get(&address).copied().map(Holder::Member)
    }

    /// Brings the sessions up to the present for a reader: every change settles, so only time can have passed, and a moment of it does not show.
    pub(crate) fn refresh(&mut self, now: Instant) {
        const MOMENT: Duration = Duration::from_millis(20);
        if self.settled.is_none_or(|at| now.duration_since(at) >= MOMENT) {
            self.settle(now);
        }
    }

    /// Brings every session up to the present.
    pub(crate) fn settle(&mut self, now: Instant) {
        self.settled = Some(now);
        let mut all = Vec::new();
        for (router, device) in self.routers.iter().enumerate() {
            let Some(bgp) = &device.config.bgp else { continue };
            for (address, peer) in &bgp.peers {
                let agreement = self.agreement(router, bgp, *address, peer);
                let is_too_much = self.is_too_much(router, bgp, *address, peer, agreement);
                all.push((router, *address, agreement, is_too_much));
            }
        }
        let known: HashSet<(usize, IpAddr)> =
            all.iter().map(|(router, address, ..)| (*router, *address)).collect();
        for (router, device) in self.routers.iter_mut().enumerate() {
            device.sessions.retain(|address, _| known.contains(&(router, *address)));
        }
        let delay = self.delay;
        for (router, address, agreement, is_too_much) in all {
            if let Some(device) = self.routers.get_mut(router) {
                let session = device.sessions.entry(address).or_insert_with(|| Session::new(now));
                session.settle(now, agreement, delay, is_too_much);
            }
        }
    }

    fn agreement(&self, router: usize, bgp: &Bgp, address: IpAddr, peer: &Neighbor) -> Agreement {
        let Some(device) = self.routers.get(router) else { return Agreement::Nobody };
        if bgp.setting(peer, "shutdown").is_some() || !device.is_on {
            return Agreement::AdminDown;
        }
        let ours = side(bgp, peer);
        if !ours.ipv4 && !ours.ipv6 {
            return Agreement::NoFamily;
        }
        let Some(local) = device.address_towards(address) else { return Agreement::NoPath };
        match self.holder(router, address) {
            None => Agreement::Nobody,
            Some(Holder::Member(index)) => {
                let Some(member) = self.members.get(index) else { return Agreement::Nobody };
                let theirs = Side {
                    asn: member.asn.get(),
                    expects: Some(member.expects.get()),
                    password: member.password.as_ref().map(|password| password.expose().to_owned()),
                    ipv4: address.is_ipv4(),
                    ipv6: address.is_ipv6(),
                    is_shut: false,
                };
                agree(&ours, &theirs)
            }
            Some(Holder::Router(other)) => {
                let theirs = self.routers.get(other).and_then(|device| {
                    let bgp = device.config.bgp.as_ref()?;
                    let peer = bgp.peers.get(&local)?;
                    let is_exceeded = device.sessions.get(&local).is_some_and(|session| session.is_exceeded);
                    let mut theirs = side(bgp, peer);
                    theirs.is_shut |= is_exceeded;
                    Some(theirs)
                });
                theirs.map_or(Agreement::Unwanted, |theirs| agree(&ours, &theirs))
            }
        }
    }

    fn is_too_much(
        &self,
        router: usize,
        bgp: &Bgp,
        address: IpAddr,
        peer: &Neighbor,
        agreement: Agreement,
    ) -> bool {
        Family::BOTH.into_iter().filter(|family| agreement.carries(*family)).any(|family| {
            let Some(limit) = bgp.family_setting(peer, family, Key::of("maximum-prefix")) else {
                return false;
            };
            let most = limit.split(' ').next().and_then(|number| number.parse::<usize>().ok());
            let is_hard = !limit.contains("warning-only");
            is_hard && most.is_some_and(|most| self.announced(router, address, family).len() > most)
        })
    }

    /// What the peer at an address announces to a router.
    pub(crate) fn announced(&self, router: usize, address: IpAddr, family: Family) -> Vec<IpNet> {
        match self.holder(router, address) {
            None => Vec::new(),
            Some(Holder::Member(index)) => {
                self.members.get(index).map(|member| member.announces(index, family)).unwrap_or_default()
            }
            Some(Holder::Router(other)) => {
                let local = self.routers.get(router).and_then(|device| device.address_towards(address));
                let networks = self.routers.get(other).and_then(|device| {
                    let bgp = device.config.bgp.as_ref()?;
                    let peer = bgp.peers.get(&local?)?;
                    Some(device.config.exported(bgp, peer, family))
                });
                networks.unwrap_or_default()
            }
        }
    }

    /// What a router accepts from a peer, while their session carries the family.
    pub(crate) fn accepted(&self, router: usize, address: IpAddr, family: Family) -> Vec<IpNet> {
        let Some(device) = self.routers.get(router) else { return Vec::new() };
        let Some(bgp) = &device.config.bgp else { return Vec::new() };
        let Some(peer) = bgp.peers.get(&address) else { return Vec::new() };
        let is_up = device
            .sessions
            .get(&address)
            .is_some_and(|session| session.established.is_some() && session.agreement.carries(family));
        if !is_up {
            return Vec::new();
        }
        let mut all = self.announced(router, address, family);
        let policy = device.config.policy(bgp, peer, family, false);
        all.retain(|prefix| device.config.lets_pass(&policy, prefix));
        all
    }

    /// Every accepted route of a family: prefix, and the peers that it came from, first the best.
    pub(crate) fn table(&self, router: usize, family: Family) -> BTreeMap<IpNet, Vec<IpAddr>> {
        let mut table: BTreeMap<IpNet, Vec<IpAddr>> = BTreeMap::new();
        let sessions = self.routers.get(router).map(|device| device.sessions.keys()).into_iter().flatten();
        for address in sessions {
            for prefix in self.accepted(router, *address, family) {
                table.entry(prefix).or_default().push(*address);
            }
        }
        table
    }
}

/// What a configured neighbour brings into its session.
fn side(bgp: &Bgp, peer: &Neighbor) -> Side {
    let expects = match bgp.remote_as(peer) {
        Some(RemoteAs::Number(number)) => Some(number),
        Some(RemoteAs::Internal) => Some(bgp.asn),
        _ => None,
    };
    Side {
        asn: bgp.asn,
        expects,
        password: bgp.setting(peer, "password"),
        ipv4: bgp.is_active(peer, Family::V4),
        ipv6: bgp.is_active(peer, Family::V6),
        is_shut: bgp.setting(peer, "shutdown").is_some(),
    }
}

/// What filters the routes of a neighbour in one direction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Policy {
    family: Family,
    map: Option<String>,
    list: Option<String>,
    /// Nothing passes: an external neighbour without a policy (RFC 8212).
    is_shut: bool,
}

impl Config {
    /// The policy of a neighbour, in or out.
    pub(crate) fn policy(&self, bgp: &Bgp, peer: &Neighbor, family: Family, is_out: bool) -> Policy {
        let setting = |words: &str| {
            let key = if is_out { Key::outbound(words) } else { Key::of(words) };
            let value = bgp.family_setting(peer, family, key)?;
            value.split(' ').next().map(str::to_owned)
        };
        let (map, list) = (setting("route-map"), setting("prefix-list"));
        let is_internal = matches!(bgp.remote_as(peer), Some(RemoteAs::Internal))
            || bgp.remote_as(peer) == Some(RemoteAs::Number(bgp.asn));
        let is_required = !is_internal && !bgp.has("no bgp ebgp-requires-policy");
        let is_shut = map.is_none() && list.is_none() && is_required;
        Policy { family, map, list, is_shut }
    }

    /// Whether a policy lets a prefix pass.
    pub(crate) fn lets_pass(&self, policy: &Policy, prefix: &IpNet) -> bool {
        !policy.is_shut
            && policy.map.as_ref().is_none_or(|map| self.permits(map, prefix))
            && policy.list.as_ref().is_none_or(|list| self.passes(policy.family, list, prefix))
    }

    /// Our own networks that a neighbour is told.
    pub(crate) fn exported(&self, bgp: &Bgp, peer: &Neighbor, family: Family) -> Vec<IpNet> {
        let networks = bgp.networks.get(&family).map(|networks| networks.keys()).into_iter().flatten();
        let policy = self.policy(bgp, peer, family, true);
        networks.copied().filter(|prefix| self.lets_pass(&policy, prefix)).collect()
    }
}
