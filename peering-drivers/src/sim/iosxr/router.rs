//! The options of a simulated router that runs IOS-XR, and the handle on it.

use std::net::SocketAddr;
use std::ops::Deref;
use std::time::Duration;

use peering_core::driver::{HostKeyPolicy, Target};
use peering_core::{Asn, Error, ErrorKind, Result};
use russh::keys::HashAlg;
use serde::Deserialize;
use tokio::time::Instant;

use super::check::{check, semantic_errors};
use super::console::Terminal;
use super::database::Database;
use super::device::Xr;
use super::language::Node;
use super::modes::Mode;
use super::text::load;
use crate::sim::clock::Clock;
use crate::sim::fabric::Fabric;
use crate::sim::lines::Language as _;
use crate::sim::links::Links;
use crate::sim::netconf::server::{self, Host};
use crate::sim::persona::Chassis;
use crate::sim::router::{Port, User};
use crate::sim::running::{HostKey, Running};
use crate::sim::shell::{self, Log, Typed};
use crate::sim::ssh::{self, Site, accounts};

/// A router that runs IOS-XR 7.5, or so it seems: NETCONF over SSH, and its command line over SSH on a port of its own.
///
/// ```no_run
/// use peering_drivers::sim::{Fabric, Port, User, XrRouter};
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let fabric = Fabric::new();
/// let lan = Port { name: "GigabitEthernet0/0/0/0".to_owned(), addresses: vec!["192.0.2.1/24".parse()?] };
/// let router = XrRouter {
///     name: "r1".to_owned(),
///     local_as: Some(64501.into()),
///     ports: vec![lan],
///     users: vec![User::new("netops", "secret")],
///     ..XrRouter::default()
/// };
/// let running = router.start(&fabric).await?;
/// println!("{}", running.target());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct XrRouter {
    /// The host name, unless the configuration has one.
    pub name: String,
    /// Its AS. When the configuration has no `router bgp`, an empty one of this AS is added, with both families.
    pub local_as: Option<Asn>,
    /// Its hardware, as `GigabitEthernet0/0/0/0`. Addresses go into the configuration where it has no such interface.
    pub ports: Vec<Port>,
    /// The configuration that it starts with.
    pub config: String,
    /// Who may log in. `target()` is the first.
    pub users: Vec<User>,
    /// The TCP port that its server listens on; 0 takes a free one.
    pub port: u16,
    /// The hardware model.
    pub model: String,
    /// The version of IOS-XR.
    pub version: String,
    /// How long a minute of the router takes: shorter ones let the timer of a confirmed commit run out in a test. Its
    /// clock and all times that it shows run faster by as much.
    pub minute: Duration,
    /// How long it takes before it answers a request.
    pub latency: Duration,
    /// Whether it offers NETCONF base 1.1 besides 1.0, as routers do.
    pub has_base_1_1: bool,
    /// A namespace that the hello has besides Cisco's, for clients that look for one before they give `commit` a label and
    /// a comment. Both are taken in any namespace.
    pub commit_label: Option<String>,
}

impl Default for XrRouter {
    fn default() -> Self {
        XrRouter {
            name: String::new(),
            local_as: None,
            ports: Vec::new(),
            config: String::new(),
            users: Vec::new(),
            port: 0,
            model: "R-IOSXRV9000-CC".to_owned(),
            version: "7.5.2".to_owned(),
            minute: Duration::from_secs(60),
            latency: Duration::ZERO,
            has_base_1_1: true,
            commit_label: None,
        }
    }
}

impl XrRouter {
    /// Starts it on a LAN: an SSH server on the loopback interface.
    ///
    /// # Errors
    /// `Options` when a port's name is none of IOS-XR, the configuration or a user's key does not read, or the
    /// configuration would not be committed; `Connect` when the port cannot be had.
    pub async fn start(self, fabric: &Fabric) -> Result<RunningXr> {
        let config = self.configuration()?;
        let accounts = accounts(&self.users)?;
        let chassis = Chassis::new(&self.name, self.ports);
        let database = Database::new(config, Clock::new(self.minute), Instant::now());
        let mut xr = Xr::new(chassis, database, self.model, self.version);
        xr.commit_label = self.commit_label;
        let shared = fabric.shared.clone();
        let router = shared.change(|world| world.add_router(xr));
        let links = Links::default();
        let host = Host {
            site: Site { shared: shared.clone(), router, accounts: accounts.into() },
            latency: self.latency,
            has_chunks: self.has_base_1_1,
            sessions: Default::default(),
        };
        let open = Terminal::opener(shared.clone(), router);
        let shell = shell::Host::new(host.site.clone(), self.latency, open);
        let log = shell.log();
        let no_port = |error: std::io::Error| {
            Error::new(ErrorKind::Connect, "cannot open a port on the loopback interface").with_source(error)
        };
        let (shell_addr, shell_key) = ssh::start(shell, 0, links.clone()).await.map_err(no_port)?;
        let server = server::start::<Xr>(host, self.port, links.clone()).await.map_err(no_port)?;
        let (addr, key) = server;
        let running = Running { shared, router, addr, identity: HostKey(key), users: self.users, links };
        Ok(RunningXr { running, shell_addr, shell_key: HostKey(shell_key), log })
    }

    /// What it starts with: what the other options add, and the given configuration over it.
    fn configuration(&self) -> Result<Node> {
        if let Some(port) = self.ports.iter().find(|port| Mode::interface(&port.name).is_none()) {
            let words = format!("`{}` is no interface of IOS-XR", port.name);
            return Err(Error::new(ErrorKind::Options, words));
        }
        let mut given = Node::root();
        if let Some(first) = load(&mut given, &self.config).first() {
            let words = format!(
                "line {} of the simulated router's configuration is not understood: {}",
                first.number, first.line
            );
            return Err(Error::new(ErrorKind::Options, words));
        }
        let mut text =
            String::from("netconf-yang agent\n ssh\n!\nssh server v2\nssh server netconf vrf default\n");
        if !self.name.is_empty() {
            text.push_str(&format!("hostname {}\n", self.name));
        }
        for port in &self.ports {
            let name = Mode::interface(&port.name).unwrap_or_default();
            if given.child(&format!("interface {name}")).is_some() {
                continue;
            }
            text.push_str(&format!("interface {name}\n"));
            let mut is_first = true;
            for net in &port.addresses {
                match net {
                    ipnet::IpNet::V4(net) => {
                        let secondary = if is_first { "" } else { " secondary" };
                        text.push_str(&format!(" ipv4 address {net}{secondary}\n"));
                        is_first = false;
                    }
                    ipnet::IpNet::V6(net) => text.push_str(&format!(" ipv6 address {net}\n")),
                }
            }
            text.push_str("!\n");
        }
        if let Some(asn) = self.local_as
            && !given.children.iter().any(|node| node.mode == Some(Mode::Bgp))
        {
            text.push_str(&format!(
                "router bgp {}\n address-family ipv4 unicast\n !\n address-family ipv6 unicast\n !\n!\n",
                asn.get()
            ));
        }
        let mut tree = Node::root();
        let refused = load(&mut tree, &(text + &self.config));
        let found = check(&tree);
        match (refused.first(), found.is_empty()) {
            (None, true) => Ok(tree),
            (Some(first), _) => {
                let words = format!("the simulated router's other options do not read: {}", first.line);
                Err(Error::new(ErrorKind::Options, words))
            }
            (None, false) => {
                let words = format!(
                    "the simulated router's configuration would not be committed: {}",
                    semantic_errors(&found)
                );
                Err(Error::new(ErrorKind::Options, words))
            }
        }
    }
}

/// A session that is open on a router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XrSession {
    /// Its number.
    pub id: u32,
    /// Who it is.
    pub user: String,
    /// Whether it has locked the candidate or what is running.
    pub has_lock: bool,
    /// Whether it is about to change something.
    pub has_changes: bool,
}

/// A running router with IOS-XR; what all routers have is in [`Running`]. It stops when this is dropped.
#[derive(Debug)]
pub struct RunningXr {
    running: Running,
    shell_addr: SocketAddr,
    shell_key: HostKey,
    log: Log,
}

impl Deref for RunningXr {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl RunningXr {
    /// Where the command line listens.
    pub fn shell_addr(&self) -> SocketAddr {
        self.shell_addr
    }

    /// How to connect to the command line as its first user, with its host key pinned.
    pub fn shell_target(&self) -> Target {
        let fingerprint = self.shell_key.0.fingerprint(HashAlg::Sha256).to_string();
        let port = Some(self.shell_addr.port());
        Target { port, host_key: HostKeyPolicy::Pinned(fingerprint), ..self.running.target() }
    }

    /// The public half of its host key, in OpenSSH's format.
    pub fn shell_host_key(&self) -> String {
        self.shell_key.0.to_openssh().unwrap_or_default()
    }

    /// The paths of the files that were copied to it and are still there.
    pub fn files(&self) -> Vec<String> {
        self.read(Vec::new(), |xr| xr.files.keys().cloned().collect())
    }

    /// What was typed into the command line, oldest first.
    pub fn typed(&self) -> Vec<Typed> {
        self.log.typed()
    }

    fn read<T>(&self, none: T, read: impl FnOnce(&Xr) -> T) -> T {
        let world = self.running.shared.lock();
        world.router::<Xr>(self.running.router).map_or(none, read)
    }

    /// The sessions that are open.
    pub fn sessions(&self) -> Vec<XrSession> {
        self.read(Vec::new(), |xr| {
            let session = |actor: &super::database::Actor| XrSession {
                id: actor.id,
                user: actor.user.clone(),
                has_lock: xr.database.has_lock(actor.id),
                has_changes: xr.database.has_changes(actor.id),
            };
            xr.sessions.values().map(session).collect()
        })
    }

    /// Whether a commit waits to be confirmed.
    pub fn has_pending_commit(&self) -> bool {
        self.read(false, |xr| xr.database.pending().is_some())
    }

    /// The label and the comment of the commits, the newest first.
    pub fn commits(&self) -> Vec<(Option<String>, Option<String>)> {
        let words = |commit: &super::database::Commit| (commit.label.clone(), commit.comment.clone());
        self.read(Vec::new(), |xr| xr.database.commits().map(words).collect())
    }

    /// Everything that was asked, oldest first: operations by their names. The hello is not among them; each is one round
    /// trip.
    pub fn requests(&self) -> Vec<String> {
        self.read(Vec::new(), |xr| xr.log.iter().map(|(_, name)| name.clone()).collect())
    }

    /// The texts that were sent to be loaded, oldest first, with their passwords.
    pub fn loads(&self) -> Vec<String> {
        self.read(Vec::new(), |xr| xr.loads.clone())
    }

    /// Commits a text over everybody's lock, as somebody on the console does after `clear configuration sessions`.
    ///
    /// # Errors
    /// `Rejected` with the router's words: nothing is changed.
    pub fn commit_by_force(&self, text: &str) -> Result<()> {
        let now = Instant::now();
        let taken = self.running.shared.change(|world| {
            let router = world.router_mut::<Xr>(self.running.router);
            router.map_or(Ok(()), |xr| xr.take_over(text, now))
        });
        taken.map_err(|(_, words)| Error::new(ErrorKind::Rejected, words))
    }
}
