//! The router: its configuration database, its sessions, and what the LAN asks of it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use peering_core::Secret;
use peering_core::cipher::PasswordAlgorithm;
use tokio::time::Instant;

use super::bgp::{Instance, Peer, instances, unit_addresses};
use super::database::{Actor, Database, Options, Refusal};
use super::groups::inherited;
use super::policy::{Route, accepts};
use super::schema::Kind;
use super::tree::{Complaint, Node};
use super::{command, text, write};
use crate::sim::family::Family;
use crate::sim::persona::{Chassis, Neighbor, Persona};
use crate::sim::session::Side;

/// A NETCONF session.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) actor: Actor,
}

#[derive(Debug)]
pub(crate) struct Junos {
    pub(crate) chassis: Chassis,
    pub(crate) database: Database,
    pub(crate) model: String,
    pub(crate) version: String,
    pub(crate) sessions: BTreeMap<u32, Login>,
    pub(crate) next_session: u32,
    /// Every request: the session and what was asked.
    pub(crate) log: Vec<(u32, String)>,
    /// Every text, set commands or JSON that were to be loaded into a candidate, as they came.
    pub(crate) loads: Vec<String>,
    /// What is in force, without groups and what is deactivated; as of the newest commit.
    pub(crate) active: Node,
    pub(crate) instances: Vec<Instance>,
}

impl Junos {
    pub(crate) fn new(chassis: Chassis, database: Database, model: String, version: String) -> Junos {
        let mut junos = Junos {
            chassis,
            database,
            model,
            version,
            sessions: BTreeMap::new(),
            next_session: 4200,
            log: Vec::new(),
            loads: Vec::new(),
            active: Node::root(),
            instances: Vec::new(),
        };
        junos.activate();
        junos
    }

    /// What is committed comes into force.
    pub(crate) fn activate(&mut self) {
        self.active = inherited(self.database.committed()).active();
        self.instances = instances(&self.active);
        if let Some(name) = self.active.value("system host-name") {
            self.chassis.name = name.to_owned();
        }
    }

    /// Commits a session's candidate.
    pub(crate) fn commit(&mut self, actor: &Actor, options: Options, now: Instant) -> Result<(), Refusal> {
        self.database.commit(actor, options, now)?;
        self.activate();
        Ok(())
    }

    /// Applies statements to a session's candidate.
    pub(crate) fn load(
        &mut self,
        actor: &Actor,
        edits: Vec<Node>,
        replaces: bool,
        is_override: bool,
        now: Instant,
    ) -> Result<Vec<Complaint>, Refusal> {
        let candidate = self.database.edit(actor, now)?;
        if is_override {
            candidate.children.clear();
        }
        let mut found = Vec::new();
        for edit in edits {
            candidate.apply(edit, replaces, &[], &mut found);
        }
        candidate.prune();
        hide_secrets(candidate, "");
        Ok(found)
    }

    /// Runs set commands on a session's candidate.
    pub(crate) fn run(&mut self, actor: &Actor, text: &str, now: Instant) -> Result<Vec<Complaint>, Refusal> {
        let candidate = self.database.edit(actor, now)?;
        let found = command::run(candidate, text);
        hide_secrets(candidate, "");
        Ok(found)
    }

    /// What an operator types: a text or set commands, and the commit.
    fn typed(&mut self, actor: &Actor, text: &str, now: Instant) -> Result<(), (usize, String)> {
        let words = |refusal: Refusal| match refusal {
            Refusal::Locked(words, _) | Refusal::Words(words) => (0, words),
            Refusal::Check(found) => (0, found.into_iter().next().map(|one| one.message).unwrap_or_default()),
        };
        let found = if command::is_one(text) {
            self.run(actor, text, now).map_err(words)?
        } else {
            let loaded = text::read(text);
            let mut found = loaded.complaints;
            found.extend(self.load(actor, loaded.edits, true, false, now).map_err(words)?);
            found
        };
        if let Some(one) = found.into_iter().find(|one| !one.is_warning) {
            let element = one.element.map(|element| format!(" at '{element}'")).unwrap_or_default();
            return Err((one.line.unwrap_or(0), format!("{}{element}", one.message)));
        }
        self.commit(actor, Options::default(), now).map_err(words)
    }

    /// Runs set commands on what is committed, and commits that as `commit synchronize force` on the other routing engine
    /// does.
    pub(crate) fn take_over(&mut self, commands: &str, now: Instant) -> Result<(), String> {
        let mut config = self.database.committed().clone();
        if let Some(found) = command::run(&mut config, commands).into_iter().find(|found| !found.is_warning) {
            return Err(found.message);
        }
        hide_secrets(&mut config, "");
        let actor = Actor { id: 0, user: "operator".to_owned(), client: "cli" };
        self.database.take_over(config, &actor, now).map_err(|refusal| match refusal {
            Refusal::Locked(words, _) | Refusal::Words(words) => words,
            Refusal::Check(found) => found.into_iter().next().map(|one| one.message).unwrap_or_default(),
        })?;
        self.activate();
        Ok(())
    }

    /// The neighbour at an address, and the instance that it is in.
    pub(crate) fn peer(&self, address: IpAddr) -> Option<(&Instance, &Peer)> {
        let in_one = |instance: &'_ Instance| instance.peers.iter().position(|peer| peer.address == address);
        let (instance, at) = self.instances.iter().find_map(|one| Some((one, in_one(one)?)))?;
        Some((instance, instance.peers.get(at)?))
    }

    /// Logical interfaces with their addresses, in the order of the configuration.
    pub(crate) fn units(&self) -> impl Iterator<Item = (String, &Node)> {
        let ports = self.active.child("interfaces").into_iter().flat_map(|all| all.all("interface"));
        ports
            .filter(|port| !port.has("disable"))
            .flat_map(|port| {
                port.all("unit").map(move |unit| (format!("{}.{}", port.word(), unit.word()), unit))
            })
            .filter(|(_, unit)| !unit.has("disable"))
    }

    /// The logical interface whose network an address is on, and our address there.
    pub(crate) fn towards(&self, other: IpAddr) -> Option<(String, IpAddr)> {
        self.units().find_map(|(name, unit)| {
            let net = unit_addresses(unit).into_iter().find(|net| net.contains(&other))?;
            Some((name, net.addr()))
        })
    }
}

/// Writes passwords in the form that the router keeps. `key`: what they are of.
pub(crate) fn hide_secrets(node: &mut Node, key: &str) {
    let own = if matches!(node.def.kind, Kind::List(..)) { node.word().to_owned() } else { key.to_owned() };
    let is_kept = ["authentication-key", "secret", "value"].contains(&node.def.name) && node.def.is_secret;
    if is_kept && node.def.kind == Kind::Leaf(super::schema::Check::Any) && !node.word().starts_with("$9$") {
        let salt = if own.is_empty() { node.def.name } else { own.as_str() };
        let plain = Secret::new(node.word().to_owned());
        if let Ok(hidden) = PasswordAlgorithm::JuniperType9.encrypt(&plain, salt) {
            node.words = vec![hidden.expose().to_owned()];
        }
    }
    node.children.iter_mut().for_each(|child| hide_secrets(child, &own));
}

impl Persona for Junos {
    fn chassis(&self) -> &Chassis {
        &self.chassis
    }

    fn chassis_mut(&mut self) -> &mut Chassis {
        &mut self.chassis
    }

    fn addresses(&self) -> Vec<IpNet> {
        self.units().flat_map(|(_, unit)| unit_addresses(unit)).collect()
    }

    fn local_as(&self) -> Option<u32> {
        let master = self.instances.first()?;
        let has_bgp = self.active.at("protocols bgp").is_some();
        master.asn.or_else(|| master.peers.first().map(|peer| peer.local_as)).filter(|_| has_bgp)
    }

    fn router_id(&self) -> String {
        self.instances.first().map(|master| master.router_id.clone()).unwrap_or_default()
    }

    fn neighbors(&self) -> BTreeMap<IpAddr, Neighbor> {
        let own = self.addresses();
        let mut all = BTreeMap::new();
        for peer in self.instances.iter().flat_map(|instance| &instance.peers) {
            let on_net = own.iter().find(|net| net.contains(&peer.address)).map(IpNet::addr);
            let named = peer.local_address.filter(|address| own.iter().any(|net| net.addr() == *address));
            let side = Side {
                asn: peer.local_as,
                expects: Some(peer.peer_as),
                password: peer.password.clone(),
                ipv4: peer.families.first() == Some(&true),
                ipv6: peer.families.last() == Some(&true),
                is_shut: peer.is_shut,
            };
            all.entry(peer.address).or_insert(Neighbor {
                local: named.or(on_net),
                side,
                limits: peer.limits,
            });
        }
        all
    }

    fn exported(&self, to: IpAddr, family: Family) -> Vec<IpNet> {
        let Some((instance, peer)) = self.peer(to) else { return Vec::new() };
        let own = instance.routes.iter().filter(|(prefix, _)| Family::of(prefix.addr()) == family);
        let direct = self.addresses().into_iter().map(|net| (net.trunc(), "Direct"));
        let direct = direct.filter(|(prefix, _)| Family::of(prefix.addr()) == family);
        let passes = |(prefix, protocol): &(IpNet, &'static str)| {
            let protocol = match *protocol {
                "Static" => "static",
                "Aggregate" => "aggregate",
                _ => "direct",
            };
            accepts(&self.active, &peer.export, Route { prefix: *prefix, protocol, neighbor: Some(to) })
        };
        own.copied().chain(direct).filter(passes).map(|(prefix, _)| prefix).collect()
    }

    fn filter(&self, from: IpAddr, _family: Family, prefixes: &mut Vec<IpNet>) {
        match self.peer(from) {
            Some((_, peer)) => prefixes.retain(|prefix| {
                let route = Route { prefix: *prefix, protocol: "bgp", neighbor: Some(from) };
                accepts(&self.active, &peer.import, route)
            }),
            None => prefixes.clear(),
        }
    }

    fn running_config(&self) -> String {
        write::text(self.database.committed())
    }

    /// What is committed is what is saved.
    fn startup_config(&self) -> String {
        self.running_config()
    }

    /// Loads a text or set commands into the shared candidate, and commits.
    fn configure(&mut self, text: &str) -> Result<(), (usize, String)> {
        let now = Instant::now();
        let actor = Actor { id: 0, user: "operator".to_owned(), client: "cli" };
        let before = self.database.candidate(actor.id).clone();
        let result = self.typed(&actor, text, now);
        if result.is_err()
            && let Ok(candidate) = self.database.edit(&actor, now)
        {
            *candidate = before;
        }
        result
    }

    fn restart(&mut self) {
        self.chassis.restart();
        self.sessions.clear();
        self.database.restart();
    }
}
