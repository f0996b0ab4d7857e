//! The options of a simulated IOS router, and the handle on it.

use std::ops::Deref;
use std::time::Duration;

use peering_core::{Asn, Error, ErrorKind, Result, Secret};
use serde::Deserialize;

use super::Device;
use super::apply::{interface, load};
use super::console::{Ios, Place};
use super::store::Store;
use crate::sim::fabric::Fabric;
use crate::sim::links::Links;
use crate::sim::persona::Chassis;
use crate::sim::router::{Port, User};
use crate::sim::running::{HostKey, Running};
use crate::sim::shell::{Host, Log, Screen, Typed};
use crate::sim::ssh::{self, Site, accounts};

/// A router that runs Cisco IOS or IOS-XE, or so it seems: a command line over SSH.
///
/// ```no_run
/// use peering_drivers::sim::{Fabric, IosRouter, Port, User};
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let fabric = Fabric::new();
/// let router = IosRouter {
///     name: "ios1".to_owned(),
///     local_as: Some(64501.into()),
///     ports: vec![Port { name: "GigabitEthernet1".to_owned(), addresses: vec!["192.0.2.1/24".parse()?] }],
///     users: vec![User::new("netops", "secret")],
///     ..IosRouter::default()
/// };
/// let running = router.start(&fabric).await?;
/// println!("{}", running.target());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IosRouter {
    /// The host name.
    pub name: String,
    /// The release that it answers as, such as `17.3.4a`.
    pub version: String,
    /// Its AS. When the configuration has no `router bgp`, an empty one of this AS is added.
    pub local_as: Option<Asn>,
    /// Its interfaces, by IOS's names (`GigabitEthernet1`). Their addresses are part of the configuration that it starts
    /// with.
    pub ports: Vec<Port>,
    /// What the configuration has besides: running and saved.
    pub config: String,
    /// Who may log in. `target()` is the first. Without an enable secret all are privileged from the start.
    pub users: Vec<User>,
    /// What `enable` asks for; with one, accounts begin unprivileged.
    pub enable_secret: Option<Secret>,
    /// Whether configurations are archived, which the revert timer needs.
    pub has_archive: bool,
    /// Whether files may come by SCP.
    pub has_scp: bool,
    /// What is printed to whoever logs in.
    pub banner: String,
    /// How much later than it was sent each line is answered.
    pub latency: Duration,
    /// How long the router takes for each line.
    pub busy: Duration,
    /// How long a minute of the revert timer takes: shorter ones let it run out in a test.
    pub minute: Duration,
}

impl Default for IosRouter {
    fn default() -> Self {
        IosRouter {
            name: String::new(),
            version: "17.3.4a".to_owned(),
            local_as: None,
            ports: Vec::new(),
            config: String::new(),
            users: Vec::new(),
            enable_secret: None,
            has_archive: true,
            has_scp: true,
            banner: String::new(),
            latency: Duration::ZERO,
            busy: Duration::ZERO,
            minute: Duration::from_secs(60),
        }
    }
}

impl IosRouter {
    /// Starts it on a LAN: an SSH server on a free port of the loopback interface.
    ///
    /// # Errors
    /// `Options` when a port's name is none of IOS, or the configuration or a user's key does not read; `Connect` when
    /// no port can be had.
    pub async fn start(self, fabric: &Fabric) -> Result<RunningIos> {
        if let Some(port) = self.ports.iter().find(|port| interface(&port.name).is_none()) {
            return Err(Error::new(ErrorKind::Options, format!("`{}` is no interface of IOS", port.name)));
        }
        let mut tree = Device::clean(&self.ports, &self.version);
        let refused = |(line, words): (usize, String)| {
            let place = format!("line {line} of the simulated router's configuration: {words}");
            Error::new(ErrorKind::Options, place)
        };
        load(&mut tree, &self.first_lines()).map_err(refused)?;
        load(&mut tree, &self.config).map_err(refused)?;
        let accounts = accounts(&self.users)?;
        let chassis = Chassis::new(&self.name, self.ports);
        let device = Device::new(chassis, self.version, tree, Store::new(self.minute));
        let shared = fabric.shared.clone();
        let router = shared.change(|world| world.add_router(device));
        let links = Links::default();
        let site = Site { shared: shared.clone(), router, accounts: accounts.into() };
        let secret = self.enable_secret.map(|secret| secret.expose().to_owned());
        let (busy, banner) = (self.busy, self.banner);
        let own = shared.clone();
        let host = Host::new(site, self.latency, move |_, account, size| Ios {
            shared: own.clone(),
            router,
            user: account.name.clone(),
            enable_secret: secret.clone(),
            place: if secret.is_some() { Place::Exec } else { Place::Privileged },
            screen: Screen {
                // a command by exec has no pages
                length: if size.is_some() { 24 } else { 0 },
                width: size.map_or(80, |size| usize::try_from(size.columns).unwrap_or(80).min(512)),
            },
            busy,
            is_stale: false,
            banner: banner.clone(),
        });
        let log = host.log();
        let (addr, key) = ssh::start(host, 0, links.clone()).await.map_err(|error| {
            Error::new(ErrorKind::Connect, "cannot open a port on the loopback interface").with_source(error)
        })?;
        let running = Running { shared, router, addr, identity: HostKey(key), users: self.users, links };
        Ok(RunningIos { running, log })
    }

    /// The configuration that every router has.
    fn first_lines(&self) -> String {
        let mut text =
            "service timestamps debug datetime msec\nservice timestamps log datetime msec\nip cef\n\
                        ipv6 unicast-routing\nline con 0\nline vty 0 4\nlogin local\ntransport input ssh\n"
                .to_owned();
        if !self.name.is_empty() {
            text.push_str(&format!("hostname {}\n", self.name));
        }
        for user in &self.users {
            text.push_str(&format!(
                "username {} privilege 15 secret {}\n",
                user.name,
                user.password.expose()
            ));
        }
        if self.has_archive {
            text.push_str("archive\npath flash:archive\n");
        }
        if self.has_scp {
            text.push_str("ip scp server enable\n");
        }
        for port in &self.ports {
            text.push_str(&format!("interface {}\n", port.name));
            for net in &port.addresses {
                match net {
                    ipnet::IpNet::V4(net) => {
                        text.push_str(&format!("ip address {} {}\n", net.addr(), net.netmask()));
                    }
                    ipnet::IpNet::V6(net) => text.push_str(&format!("ipv6 address {net}\n")),
                }
            }
        }
        if let Some(asn) = self.local_as
            && !self.config.lines().any(|line| line.starts_with("router bgp "))
        {
            text.push_str(&format!("router bgp {}\n", asn.get()));
        }
        text
    }
}

/// A running router with IOS; what all routers have is in [`Running`]. It stops when this is dropped.
#[derive(Debug)]
pub struct RunningIos {
    running: Running,
    log: Log,
}

impl Deref for RunningIos {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl RunningIos {
    /// Everything that was typed so far, oldest first. What was not typed ahead took a round trip.
    pub fn typed(&self) -> Vec<Typed> {
        self.log.typed()
    }

    /// Whether a change waits to be confirmed.
    pub fn has_pending_change(&self) -> bool {
        self.read(false, |device| device.store.pending.is_some())
    }

    /// What is in a file on flash.
    pub fn file(&self, name: &str) -> Option<Vec<u8>> {
        self.read(None, |device| device.store.files.get(name).cloned())
    }

    /// The names of the files on flash.
    pub fn files(&self) -> Vec<String> {
        self.read(Vec::new(), |device| device.store.files.keys().cloned().collect())
    }

    fn read<T>(&self, none: T, look: impl FnOnce(&Device) -> T) -> T {
        self.running.shared.lock().router(self.running.router).map_or(none, look)
    }
}
