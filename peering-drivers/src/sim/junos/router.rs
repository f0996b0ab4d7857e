//! The options of a simulated router that runs Junos, and the handle on it.

use std::ops::Deref;
use std::time::Duration;

use peering_core::{Asn, Error, ErrorKind, Result};
use serde::Deserialize;
use tokio::time::Instant;

use super::database::Database;
use super::device::{Junos, hide_secrets};
use super::tree::{Complaint, Node};
use super::{check::check, command, text, write::quoted};
use crate::sim::clock::Clock;
use crate::sim::fabric::Fabric;
use crate::sim::links::Links;
use crate::sim::netconf::server::{self, Host};
use crate::sim::persona::Chassis;
use crate::sim::router::{Port, User};
use crate::sim::running::{HostKey, Running};
use crate::sim::ssh::{Site, accounts};

/// A router that runs Junos 21.4, or so it seems: NETCONF over SSH.
///
/// ```no_run
/// use peering_drivers::sim::{Fabric, JunosRouter, Port, User};
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let fabric = Fabric::new();
/// let router = JunosRouter {
///     name: "r1".to_owned(),
///     local_as: Some(64501.into()),
///     ports: vec![Port { name: "ge-0/0/0".to_owned(), addresses: vec!["192.0.2.1/24".parse()?] }],
///     users: vec![User::new("netops", "secret")],
///     ..JunosRouter::default()
/// };
/// let running = router.start(&fabric).await?;
/// println!("{}", running.target());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JunosRouter {
    /// The host name, unless the configuration has one.
    pub name: String,
    /// Its AS, unless the configuration has one.
    pub local_as: Option<Asn>,
    /// Its hardware, as `ge-0/0/0`. Addresses go into the configuration, on unit 0, where it has no such interface.
    pub ports: Vec<Port>,
    /// The configuration that it starts with: blocks in curly braces, or set commands.
    pub config: String,
    /// Who may log in. `target()` is the first.
    pub users: Vec<User>,
    /// The TCP port that its server listens on; 0 takes a free one.
    pub port: u16,
    /// The hardware model.
    pub model: String,
    /// The version of Junos.
    pub version: String,
    /// How long a minute of the router takes: shorter ones let the timer of a confirmed commit run out in a test. Its
    /// clock and all times that it shows run faster by as much.
    pub minute: Duration,
    /// How long it takes before it answers a request.
    pub latency: Duration,
    /// Whether it offers NETCONF base 1.1 besides 1.0, as newer releases do when they are told to comply with the RFC.
    pub has_base_1_1: bool,
}

impl Default for JunosRouter {
    fn default() -> Self {
        JunosRouter {
            name: String::new(),
            local_as: None,
            ports: Vec::new(),
            config: String::new(),
            users: Vec::new(),
            port: 0,
            model: "MX204".to_owned(),
            version: "21.4R3.15".to_owned(),
            minute: Duration::from_secs(60),
            latency: Duration::ZERO,
            has_base_1_1: false,
        }
    }
}

fn wrong(what: &str, found: &Complaint) -> Error {
    let line = found.line.map(|line| format!("line {line} of ")).unwrap_or_default();
    let element = found.element.as_deref().unwrap_or_default();
    let words =
        format!("{line}the simulated router's configuration {what}: {} at '{element}'", found.message);
    Error::new(ErrorKind::Options, words)
}

impl JunosRouter {
    /// Starts it on a LAN: an SSH server on the loopback interface.
    ///
    /// # Errors
    /// `Options` when the configuration, or a user's key, does not read or would not be committed; `Connect` when the
    /// port cannot be had.
    pub async fn start(self, fabric: &Fabric) -> Result<RunningJunos> {
        let config = self.configuration()?;
        let chassis = Chassis::new(&self.name, self.ports);
        let database = Database::new(config, Clock::new(self.minute), Instant::now());
        let junos = Junos::new(chassis, database, self.model, self.version);
        let accounts = accounts(&self.users)?;
        let shared = fabric.shared.clone();
        let router = shared.change(|world| world.add_router(junos));
        let links = Links::default();
        let host = Host {
            site: Site { shared: shared.clone(), router, accounts: accounts.into() },
            latency: self.latency,
            has_chunks: self.has_base_1_1,
            sessions: Default::default(),
        };
        let server = server::start::<Junos>(host, self.port, links.clone()).await.map_err(|error| {
            Error::new(ErrorKind::Connect, "cannot open a port on the loopback interface").with_source(error)
        })?;
        let (addr, key) = server;
        let running = Running { shared, router, addr, identity: HostKey(key), users: self.users, links };
        Ok(RunningJunos { running })
    }

    /// What it starts with: the given configuration, and what the other options add.
    fn configuration(&self) -> Result<Node> {
        let mut config = Node::root();
        let found = if command::is_one(&self.config) {
            command::run(&mut config, &self.config)
        } else {
            let loaded = text::read(&self.config);
            let mut found = loaded.complaints;
            loaded.edits.into_iter().for_each(|edit| config.apply(edit, true, &[], &mut found));
            config.prune();
            found
        };
        if let Some(found) = found.first() {
            return Err(wrong("does not read", found));
        }
        let mut commands = String::new();
        if config.value("version").is_none() {
            commands.push_str(&format!("set version {}\n", quoted(&self.version)));
        }
        if config.value("system host-name").is_none() && !self.name.is_empty() {
            commands.push_str(&format!("set system host-name {}\n", quoted(&self.name)));
        }
        if let Some(asn) = self.local_as
            && config.at("routing-options autonomous-system").is_none()
        {
            commands.push_str(&format!("set routing-options autonomous-system {}\n", asn.get()));
        }
        for port in &self.ports {
            let known = config.child("interfaces");
            if known.is_some_and(|all| all.children.iter().any(|one| one.word() == port.name)) {
                continue;
            }
            for net in &port.addresses {
                let family = if net.addr().is_ipv4() { "inet" } else { "inet6" };
                let name = quoted(&port.name);
                commands.push_str(&format!("set interfaces {name} unit 0 family {family} address {net}\n"));
            }
        }
        if let Some(found) = command::run(&mut config, &commands).first() {
            return Err(wrong("cannot have the other options", found));
        }
        hide_secrets(&mut config, "");
        match check(&config).first() {
            Some(found) => Err(wrong("would not be committed", found)),
            None => Ok(config),
        }
    }
}

/// A session that is open on a router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JunosSession {
    /// Its number.
    pub id: u32,
    /// Who it is.
    pub user: String,
    /// Whether it holds the lock on the shared candidate.
    pub has_lock: bool,
    /// Whether it has a candidate of its own.
    pub has_private_candidate: bool,
}

/// A running router with Junos; what all routers have is in [`Running`]. It stops when this is dropped.
#[derive(Debug)]
pub struct RunningJunos {
    running: Running,
}

impl Deref for RunningJunos {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl RunningJunos {
    fn read<T>(&self, none: T, read: impl FnOnce(&Junos) -> T) -> T {
        let world = self.running.shared.lock();
        world.router::<Junos>(self.running.router).map_or(none, read)
    }

    /// The sessions that are open.
    pub fn sessions(&self) -> Vec<JunosSession> {
        self.read(Vec::new(), |junos| {
            let session = |login: &super::device::Login| JunosSession {
                id: login.actor.id,
                user: login.actor.user.clone(),
                has_lock: junos.database.lock_owner().is_some_and(|owner| owner.id == login.actor.id),
                has_private_candidate: junos.database.has_private(login.actor.id),
            };
            junos.sessions.values().map(session).collect()
        })
    }

    /// Whether the shared candidate differs from what is committed.
    pub fn has_changes(&self) -> bool {
        self.read(false, |junos| junos.database.is_modified())
    }

    /// Whether a commit waits to be confirmed.
    pub fn has_pending_commit(&self) -> bool {
        self.read(false, |junos| junos.database.pending().is_some())
    }

    /// Everything that was asked, oldest first: operations by their names, commands with their words. The hello is not
    /// among them; each is one round trip.
    pub fn requests(&self) -> Vec<String> {
        self.read(Vec::new(), |junos| junos.log.iter().map(|(_, name)| name.clone()).collect())
    }

    /// The texts, set commands and JSON that were sent to be loaded, oldest first, with their passwords.
    pub fn loads(&self) -> Vec<String> {
        self.read(Vec::new(), |junos| junos.loads.clone())
    }

    /// Commits set commands over everybody's lock, as `commit synchronize force` on the other routing engine does.
    ///
    /// # Errors
    /// `Rejected` with the router's words: nothing is changed.
    pub fn commit_by_force(&self, commands: &str) -> Result<()> {
        let now = Instant::now();
        let taken = self.running.shared.change(|world| {
            let router = world.router_mut::<Junos>(self.running.router);
            router.map_or(Ok(()), |junos| junos.take_over(commands, now))
        });
        taken.map_err(|words| Error::new(ErrorKind::Rejected, words))
    }
}
