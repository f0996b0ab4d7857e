//! The peering LAN: who is on it, and whose sessions come up.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use peering_core::{Asn, Secret};
use serde::Deserialize;
use tokio::time::Instant;

use super::family::Family;
use super::persona::{Chassis, Neighbor, Persona};
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Its AS.
    pub asn: Asn,
    /// Its addresses on the LAN, of both families: one BGP session each.
    #[serde(default)]
    pub addresses: Vec<IpAddr>,
    /// The AS that it expects of us.
    pub expects: Asn,
    /// The MD5 password (RFC 2385) that it uses.
    #[serde(default)]
    pub password: Option<Secret>,
    /// How many made-up IPv4 prefixes it announces.
    #[serde(default)]
    pub ipv4_prefixes: u32,
    /// How many made-up IPv6 prefixes it announces.
    #[serde(default)]
    pub ipv6_prefixes: u32,
    /// Prefixes that it announces besides.
    #[serde(default)]
    pub prefixes: Vec<IpNet>,
    /// Whether it answers at all.
    #[serde(default = "up")]
    pub is_up: bool,
}

const fn up() -> bool {
    true
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
        let made_up = (0..self.made_up_count(family)).map(|number| made_up(family, index, number));
        made_up.chain(self.own_prefixes(family)).collect()
    }

    fn announces_count(&self, family: Family) -> usize {
        let made_up = usize::try_from(self.made_up_count(family)).unwrap_or(usize::MAX);
        made_up.saturating_add(self.own_prefixes(family).count())
    }

    fn made_up_count(&self, family: Family) -> u32 {
        if family == Family::V4 { self.ipv4_prefixes } else { self.ipv6_prefixes }
    }

    fn own_prefixes(&self, family: Family) -> impl Iterator<Item = IpNet> {
        self.prefixes.iter().copied().filter(move |prefix| Family::of(prefix.addr()) == family)
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
    pub(crate) routers: Vec<Box<dyn Persona>>,
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

    /// A router joins; its number.
    pub(crate) fn add_router(&mut self, router: impl Persona) -> usize {
        self.routers.push(Box::new(router));
        self.routers.len() - 1
    }

    /// A router that runs a certain software.
    pub(crate) fn router<P: Persona>(&self, router: usize) -> Option<&P> {
        let persona: &dyn Any = self.routers.get(router)?.as_ref();
        persona.downcast_ref()
    }

    /// The same, to change it.
    pub(crate) fn router_mut<P: Persona>(&mut self, router: usize) -> Option<&mut P> {
        let persona: &mut dyn Any = self.routers.get_mut(router)?.as_mut();
        persona.downcast_mut()
    }

    /// What a router has whatever it runs.
    pub(crate) fn chassis_mut(&mut self, router: usize) -> Option<&mut Chassis> {
        self.routers.get_mut(router).map(|persona| persona.chassis_mut())
    }

    /// Who answers at an address, seen from a router.
    pub(crate) fn holder(&self, router: usize, address: IpAddr) -> Option<Holder> {
        let other = self.routers.iter().enumerate().find(|(index, persona)| {
            let is_here = || persona.addresses().iter().any(|net| net.addr() == address);
            *index != router && persona.chassis().is_on && is_here()
        });
        if let Some((index, _)) = other {
            return Some(Holder::Router(index));
        }
        self.at.get(&address).copied().map(Holder::Member)
    }

    /// The AS that whoever has this address announces, and its BGP identifier.
    pub(crate) fn told(&self, router: usize, address: IpAddr) -> Option<(u32, String)> {
        match self.holder(router, address)? {
            Holder::Router(index) => {
                let persona = self.routers.get(index)?;
                Some((persona.local_as().unwrap_or(0), persona.router_id()))
            }
            Holder::Member(index) => {
                let member = self.members.get(index)?;
                let v4 = member.addresses.iter().find(|own| own.is_ipv4());
                Some((member.asn.get(), v4.map_or_else(|| "10.255.0.1".to_owned(), IpAddr::to_string)))
            }
        }
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
        let views: Vec<BTreeMap<IpAddr, Neighbor>> =
            self.routers.iter().map(|persona| persona.neighbors()).collect();
        let at: HashMap<IpAddr, usize> = self.answering();
        let mut all = Vec::new();
        for (router, neighbors) in views.iter().enumerate() {
            for (address, neighbor) in neighbors {
                let agreement = self.agreement(router, *address, neighbor, &views, &at);
                let is_too_much = Family::BOTH.into_iter().zip(neighbor.limits).any(|(family, limit)| {
                    let most = limit.filter(|_| agreement.carries(family));
                    most.is_some_and(|most| self.announced_count(router, *address, family) > most)
                });
                all.push((router, *address, agreement, is_too_much));
            }
        }
        for (persona, neighbors) in self.routers.iter_mut().zip(&views) {
            persona.chassis_mut().sessions.retain(|address, _| neighbors.contains_key(address));
        }
        let delay = self.delay;
        for (router, address, agreement, is_too_much) in all {
            if let Some(chassis) = self.chassis_mut(router) {
                let session = chassis.sessions.entry(address).or_insert_with(|| Session::new(now));
                session.settle(now, agreement, delay, is_too_much);
            }
        }
    }

    /// Which router that is on answers at an address: the first that has it.
    fn answering(&self) -> HashMap<IpAddr, usize> {
        let mut at = HashMap::new();
        for (index, persona) in self.routers.iter().enumerate().filter(|(_, persona)| persona.chassis().is_on)
        {
            for net in persona.addresses() {
                at.entry(net.addr()).or_insert(index);
            }
        }
        at
    }

    fn agreement(
        &self,
        router: usize,
        address: IpAddr,
        neighbor: &Neighbor,
        views: &[BTreeMap<IpAddr, Neighbor>],
        at: &HashMap<IpAddr, usize>,
    ) -> Agreement {
        let ours = &neighbor.side;
        let is_on = self.routers.get(router).is_some_and(|persona| persona.chassis().is_on);
        if ours.is_shut || !is_on {
            return Agreement::AdminDown;
        }
        if !ours.ipv4 && !ours.ipv6 {
            return Agreement::NoFamily;
        }
        let Some(local) = neighbor.local else { return Agreement::NoPath };
        if let Some(other) = at.get(&address).copied().filter(|other| *other != router) {
            let Some(theirs) = views.get(other).and_then(|neighbors| neighbors.get(&local)) else {
                return Agreement::Unwanted;
            };
            let session = self.routers.get(other).and_then(|persona| persona.chassis().sessions.get(&local));
            let mut theirs = theirs.side.clone();
            theirs.is_shut |= session.is_some_and(|session| session.is_exceeded);
            return agree(ours, &theirs);
        }
        let Some(member) = self.at.get(&address).and_then(|index| self.members.get(*index)) else {
            return Agreement::Nobody;
        };
        let theirs = Side {
            asn: member.asn.get(),
            expects: Some(member.expects.get()),
            password: member.password.as_ref().map(|password| password.expose().to_owned()),
            ipv4: address.is_ipv4(),
            ipv6: address.is_ipv6(),
            is_shut: false,
        };
        agree(ours, &theirs)
    }

    /// What the peer at an address announces to a router.
    pub(crate) fn announced(&self, router: usize, address: IpAddr, family: Family) -> Vec<IpNet> {
        let told = match self.holder(router, address) {
            None => None,
            Some(Holder::Member(index)) => {
                self.members.get(index).map(|member| member.announces(index, family))
            }
            Some(Holder::Router(other)) => {
                let local = self.local(router, address);
                local.and_then(|local| Some(self.routers.get(other)?.exported(local, family)))
            }
        };
        told.unwrap_or_default()
    }

    /// How many prefixes those are: members are only counted, as this is asked at every turn.
    fn announced_count(&self, router: usize, address: IpAddr, family: Family) -> usize {
        match self.holder(router, address) {
            Some(Holder::Member(index)) => {
                self.members.get(index).map_or(0, |member| member.announces_count(family))
            }
            _ => self.announced(router, address, family).len(),
        }
    }

    /// The address of a router on the network that another address is on.
    pub(crate) fn local(&self, router: usize, other: IpAddr) -> Option<IpAddr> {
        let own = self.routers.get(router)?.addresses();
        own.iter().find(|net| net.contains(&other)).map(IpNet::addr)
    }

    /// What a router accepts from a peer, while their session carries the family.
    pub(crate) fn accepted(&self, router: usize, address: IpAddr, family: Family) -> Vec<IpNet> {
        let Some(persona) = self.routers.get(router) else { return Vec::new() };
        let session = persona.chassis().sessions.get(&address);
        if !session.is_some_and(|session| session.is_up_for(family)) {
            return Vec::new();
        }
        let mut all = self.announced(router, address, family);
        persona.filter(address, family, &mut all);
        all
    }

    /// Every accepted route of a family: prefix, and the peers that it came from, first the best.
    pub(crate) fn table(&self, router: usize, family: Family) -> BTreeMap<IpNet, Vec<IpAddr>> {
        let mut table: BTreeMap<IpNet, Vec<IpAddr>> = BTreeMap::new();
        let sessions = self.routers.get(router).map(|persona| persona.chassis().sessions.keys());
        for address in sessions.into_iter().flatten() {
            for prefix in self.accepted(router, *address, family) {
                table.entry(prefix).or_default().push(*address);
            }
        }
        table
    }
}
