//! The router: its configuration, its sessions, and what the LAN asks of it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use tokio::time::Instant;

use super::check::semantic_errors;
use super::database::{Actor, Database, Options, Refusal};
use super::language::Node;
use super::text::{self, syntax_errors};
use super::view::{Bgp, DEFAULT, Instance, MAXIMUM_PREFIXES, Settings, View};
use crate::sim::family::Family;
use crate::sim::persona::{Chassis, Neighbor, Persona};
use crate::sim::session::Side;

#[derive(Debug)]
pub(crate) struct Xr {
    pub(crate) chassis: Chassis,
    pub(crate) database: Database,
    pub(crate) model: String,
    pub(crate) version: String,
    /// What the machine was called when it was built.
    pub(crate) machine: String,
    /// A namespace in the hello besides Cisco's.
    pub(crate) commit_label: Option<String>,
    /// Who is logged in, by whatever way.
    pub(crate) sessions: BTreeMap<u32, Actor>,
    next_session: u32,
    /// Every request: the session and what was asked.
    pub(crate) log: Vec<(u32, String)>,
    /// Every text that was to be loaded into a target, as it came.
    pub(crate) loads: Vec<String>,
    /// Files that were copied to it, by their path.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// What is in force.
    pub(crate) view: View,
}

impl Xr {
    pub(crate) fn new(chassis: Chassis, database: Database, model: String, version: String) -> Xr {
        let mut xr = Xr {
            machine: chassis.name.clone(),
            commit_label: None,
            chassis,
            database,
            model,
            version,
            sessions: BTreeMap::new(),
            next_session: 1_100_001,
            log: Vec::new(),
            loads: Vec::new(),
            files: BTreeMap::new(),
            view: View::default(),
        };
        xr.activate();
        xr
    }

    /// What is running comes into force.
    pub(crate) fn activate(&mut self) {
        self.view = View::of(self.database.running());
        self.chassis.name = self.view.hostname.clone();
    }

    /// Somebody logs in: the number of the session.
    pub(crate) fn log_in(&mut self, user: &str, client: &'static str) -> u32 {
        let id = self.next_session;
        self.next_session += 1;
        self.sessions.insert(id, Actor { id, user: user.to_owned(), client });
        id
    }

    /// A session has ended.
    pub(crate) fn log_out(&mut self, session: u32, now: Instant) {
        self.sessions.remove(&session);
        self.end_configuration(session, now);
    }

    /// What a session was about to change is gone, with its lock and what waits for it alone.
    pub(crate) fn end_configuration(&mut self, session: u32, now: Instant) {
        if self.database.leave(session, now) {
            self.activate();
        }
    }

    pub(crate) fn commit(&mut self, actor: &Actor, options: Options, now: Instant) -> Result<bool, Refusal> {
        let is_changed = self.database.commit(actor, options, now)?;
        self.activate();
        Ok(is_changed)
    }

    /// The timer of a commit has run out.
    pub(crate) fn time_out(&mut self, number: u64, now: Instant) {
        if self.database.expire(number, now) {
            self.activate();
        }
    }

    /// Undoes a number of commits; whether there were so many.
    pub(crate) fn roll_back(&mut self, actor: &Actor, count: usize, now: Instant) -> Result<bool, Refusal> {
        let back = self.database.rollback(actor, count, now);
        self.activate();
        back
    }

    pub(crate) fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(place(path)).map(Vec::as_slice)
    }

    pub(crate) fn keep_file(&mut self, path: &str, bytes: Vec<u8>) {
        self.files.insert(place(path).to_owned(), bytes);
    }

    pub(crate) fn remove_file(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.remove(place(path))
    }

    /// Somebody types a text and commits it, whoever has the lock. Nothing is changed when a line is refused.
    pub(crate) fn take_over(&mut self, text: &str, now: Instant) -> Result<(), (usize, String)> {
        let actor = Actor { id: 0, user: "operator".to_owned(), client: "CLI" };
        let mut tree = self.database.running().clone();
        let refused = text::load(&mut tree, text);
        if let Some(first) = refused.first() {
            return Err((first.number, syntax_errors(&refused)));
        }
        match self.database.take_over(tree, &actor, now) {
            Ok(()) => {
                self.activate();
                Ok(())
            }
            Err(Refusal::Check(found)) => Err((text.lines().count(), semantic_errors(&found))),
            Err(other) => Err((text.lines().count(), other.words())),
        }
    }

    /// The head of a printed configuration.
    pub(crate) fn head(&self) -> String {
        let (seconds, user) = &self.database.changed;
        format!(
            "!! IOS XR Configuration {}\n!! Last configuration change at {} by {user}\n!\n",
            self.version,
            calendar(*seconds)
        )
    }

    /// A configuration as it is printed, with its head.
    pub(crate) fn printed(&self, tree: &Node) -> String {
        self.head() + &text::print(tree)
    }

    fn neighbor(
        &self,
        bgp: &Bgp,
        instance: &Instance,
        address: IpAddr,
        settings: &Settings,
    ) -> Option<Neighbor> {
        let limit = |family: Family, default: u64| {
            let limit = settings.family(family).and_then(|carried| carried.limit);
            let most = limit.map_or(Some(default), |limit| {
                Some(limit.most).filter(|_| !limit.is_warning_only && !limit.discards)
            });
            most.and_then(|most| usize::try_from(most).ok())
        };
        let [v4, v6] = MAXIMUM_PREFIXES;
        // Without a remote AS there is no neighbour yet, only settings for one.
        let expects = Some(settings.remote_as?);
        let side = Side {
            asn: settings.local_as.unwrap_or(bgp.asn),
            expects,
            password: settings.password.clone(),
            ipv4: settings.family(Family::V4).is_some(),
            ipv6: settings.family(Family::V6).is_some(),
            is_shut: settings.is_shut,
        };
        let local = settings
            .local_address
            .or_else(|| self.view.towards(&instance.name, address).map(|(_, local)| local));
        Some(Neighbor { local, side, limits: [limit(Family::V4, v4), limit(Family::V6, v6)] })
    }

    /// Whether a neighbour is in another AS.
    pub(crate) fn is_external(bgp: &Bgp, settings: &Settings) -> bool {
        settings.remote_as != Some(settings.local_as.unwrap_or(bgp.asn))
    }
}

/// A path without the slashes that stand before a disk's name: `/harddisk:/x` is `harddisk:/x`.
fn place(path: &str) -> &str {
    path.trim_start_matches('/')
}

/// `Thu Oct  8 06:29:40 2020`
pub(crate) fn calendar(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC);
    time.strftime("%a %b %e %H:%M:%S %Y").to_string()
}

impl Persona for Xr {
    fn chassis(&self) -> &Chassis {
        &self.chassis
    }

    fn chassis_mut(&mut self) -> &mut Chassis {
        &mut self.chassis
    }

    fn addresses(&self) -> Vec<IpNet> {
        let up = self.view.interfaces.iter().filter(|port| !port.is_shut);
        up.flat_map(|port| port.addresses.iter().copied()).collect()
    }

    fn local_as(&self) -> Option<u32> {
        self.view.bgp.as_ref().map(|bgp| bgp.asn)
    }

    fn router_id(&self) -> String {
        self.view.router_id(DEFAULT).to_string()
    }

    fn neighbors(&self) -> BTreeMap<IpAddr, Neighbor> {
        let mut all = BTreeMap::new();
        let Some(bgp) = &self.view.bgp else { return all };
        for instance in &bgp.instances {
            for (address, settings) in &instance.peers {
                if let Some(neighbor) = self.neighbor(bgp, instance, *address, settings) {
                    all.entry(*address).or_insert(neighbor);
                }
            }
        }
        all
    }

    fn exported(&self, to: IpAddr, family: Family) -> Vec<IpNet> {
        let Some(bgp) = &self.view.bgp else { return Vec::new() };
        let Some((instance, settings)) = bgp.peer(to) else { return Vec::new() };
        let Some(carried) = settings.family(family) else { return Vec::new() };
        let (policies, is_external) = (&self.view.policies, Xr::is_external(bgp, settings));
        let own = instance.networks(policies, family);
        own.filter(|prefix| instance.passes(policies, (carried, is_external), true, prefix)).collect()
    }

    fn filter(&self, from: IpAddr, family: Family, prefixes: &mut Vec<IpNet>) {
        let peer = self.view.bgp.as_ref().and_then(|bgp| Some((bgp, bgp.peer(from)?)));
        match peer
            .and_then(|(bgp, (instance, settings))| Some((bgp, instance, settings, settings.family(family)?)))
        {
            Some((bgp, instance, settings, carried)) => {
                let is_external = Xr::is_external(bgp, settings);
                let policies = &self.view.policies;
                prefixes.retain(|prefix| instance.passes(policies, (carried, is_external), false, prefix));
            }
            None => prefixes.clear(),
        }
    }

    fn running_config(&self) -> String {
        text::print(self.database.running())
    }

    /// What is committed is what is saved; a commit that waits is not.
    fn startup_config(&self) -> String {
        text::print(self.database.startup())
    }

    fn configure(&mut self, text: &str) -> Result<(), (usize, String)> {
        if let Some(owner) = self.database.lock_owner() {
            return Err((1, Refusal::Locked(owner.id).words()));
        }
        self.take_over(text, Instant::now())
    }

    fn restart(&mut self) {
        self.sessions.clear();
        self.database.restart(Instant::now());
        self.activate();
        self.chassis.restart();
    }
}
