//! The options of a simulated NX-OS router, and what its handle has besides.

use std::marker::PhantomData;
use std::time::Duration;

use peering_core::{Asn, Error, ErrorKind, Result};
use serde::Deserialize;

use super::Device;
use super::apply::{interface, load};
use super::console::Terminal;
use super::http::Host;
use crate::sim::Exchange;
use crate::sim::fabric::Fabric;
use crate::sim::https::{self, Door, certificate};
use crate::sim::links::Links;
use crate::sim::persona::Chassis;
use crate::sim::router::{Port, User};
use crate::sim::running::{ApiIdentity, Running};
use crate::sim::shell;
use crate::sim::ssh::{self, Site};

/// A router that runs Cisco NX-OS, or so it seems: NX-API over HTTPS with a certificate of its own, and a command line
/// over SSH.
///
/// ```no_run
/// use peering_drivers::sim::{Fabric, NxosRouter, Port, User};
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let fabric = Fabric::new();
/// let router = NxosRouter {
///     name: "n9k1".to_owned(),
///     local_as: Some(64501.into()),
///     ports: vec![Port { name: "Ethernet1/1".to_owned(), addresses: vec!["192.0.2.1/24".parse()?] }],
///     users: vec![User::new("netops", "secret")],
///     ..NxosRouter::default()
/// };
/// let running = router.start(&fabric).await?;
/// println!("{}, SSH on {}", running.target(), running.ssh_addr());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NxosRouter {
    /// The host name.
    pub name: String,
    /// The release that it answers as, such as `10.3(4a)`.
    pub version: String,
    /// Its AS. When the configuration has no `router bgp`, an empty one of this AS is added.
    pub local_as: Option<Asn>,
    /// Its interfaces, by NX-OS's names (`Ethernet1/1`, `mgmt0`). Their addresses are part of the configuration that it
    /// starts with.
    pub ports: Vec<Port>,
    /// What the configuration has besides: running and saved.
    pub config: String,
    /// Who may log in; all are administrators. [`Running::target`] is the first.
    pub users: Vec<User>,
    /// Plain HTTP besides, on [`Running::http_addr`].
    pub has_http: bool,
    /// The port of its SSH server; 0 is a free one.
    pub ssh_port: u16,
    /// How much later each request, and each line, is answered.
    pub latency: Duration,
    /// How long a rollback is at work, and answers later: what is running changes at its end, and another one, a checkpoint
    /// or saving is refused meanwhile.
    pub rollback_time: Duration,
}

impl Default for NxosRouter {
    fn default() -> Self {
        NxosRouter {
            name: String::new(),
            version: "10.3(4a)".to_owned(),
            local_as: None,
            ports: Vec::new(),
            config: String::new(),
            users: Vec::new(),
            has_http: false,
            ssh_port: 0,
            latency: Duration::ZERO,
            rollback_time: Duration::ZERO,
        }
    }
}

/// What an NX-OS router runs.
#[derive(Clone, Copy, Debug)]
pub enum Nxos {}

/// How an NX-OS router proves who it is, and where else it listens.
pub type NxosIdentity = ApiIdentity<Nxos>;

impl NxosRouter {
    /// Starts it on a LAN: an HTTPS server and an SSH server on free ports of the loopback interface.
    ///
    /// # Errors
    /// `Options` when a port's name is none of NX-OS, or the configuration or a user's key does not read; `Connect` when no
    /// port can be had.
    pub async fn start(self, fabric: &Fabric) -> Result<Running<NxosIdentity>> {
        let mut tree = Device::clean(&self.ports);
        let refused = |(line, words): (usize, String)| {
            let place = format!("line {line} of the simulated router's configuration: {words}");
            Error::new(ErrorKind::Options, place)
        };
        if let Some(port) = self.ports.iter().find(|port| interface(&port.name).is_none()) {
            let words = format!("`{}` is no interface of NX-OS", port.name);
            return Err(Error::new(ErrorKind::Options, words));
        }
        load(&mut tree, &self.first_lines()).map_err(refused)?;
        load(&mut tree, &self.config).map_err(refused)?;
        let no_port = |error: std::io::Error| {
            Error::new(ErrorKind::Connect, "cannot listen on the loopback interface").with_source(error)
        };
        let accounts = ssh::accounts(&self.users)?;
        let (tls, pem, fingerprint) = certificate()?;
        let mut device = Device::new(Chassis::new(&self.name, self.ports), self.version, tree);
        device.rollback_time = self.rollback_time;
        let shared = fabric.shared.clone();
        let router = shared.change(|world| world.add_router(device));
        let links = Links::default();
        let door = Door {
            shared: shared.clone(),
            router,
            users: self.users.clone().into(),
            latency: self.latency,
            links: links.clone(),
        };
        let host = Host { door };
        let addr = https::listen(&host, Some(tls)).await.map_err(no_port)?;
        let http = match self.has_http {
            true => Some(https::listen(&host, None).await.map_err(no_port)?),
            false => None,
        };
        let site = Site { shared: shared.clone(), router, accounts: accounts.into() };
        let open = move |_: &mut _, account: &ssh::Account, size| Terminal::new(router, &account.name, size);
        let command_line = shell::Host::new(site, self.latency, open);
        let typed = command_line.log();
        let (ssh, key) = ssh::start(command_line, self.ssh_port, links.clone()).await.map_err(no_port)?;
        let identity = ApiIdentity { pem, fingerprint, key, ssh, http, typed, platform: PhantomData };
        Ok(Running { shared, router, addr, identity, users: self.users, links })
    }

    /// The configuration that every router has.
    fn first_lines(&self) -> String {
        let mut text =
            "feature nxapi\nfeature scp-server\nfeature sftp-server\nfeature lldp\nfeature bgp\n".to_owned();
        if !self.name.is_empty() {
            text.push_str(&format!("hostname {}\n", self.name));
        }
        for port in &self.ports {
            text.push_str(&format!("interface {}\n", port.name));
            if port.name.to_ascii_lowercase().starts_with("eth") && !port.addresses.is_empty() {
                text.push_str("no switchport\n");
            }
            for net in &port.addresses {
                let family = if net.addr().is_ipv4() { "ip" } else { "ipv6" };
                text.push_str(&format!("{family} address {net}\n"));
            }
            text.push_str("no shutdown\n");
        }
        if let Some(asn) = self.local_as
            && !self.config.lines().any(|line| line.starts_with("router bgp "))
        {
            text.push_str(&format!("router bgp {}\n", asn.get()));
        }
        text
    }
}

impl Running<NxosIdentity> {
    /// Every request over NX-API that it was asked so far, oldest first: as many round trips.
    pub fn log(&self) -> Vec<Exchange> {
        self.device(Vec::new(), |device| device.log.clone())
    }

    /// The names of the files on `bootflash:`.
    pub fn files(&self) -> Vec<String> {
        self.device(Vec::new(), |device| device.store.files.keys().cloned().collect())
    }

    /// The names of its checkpoints, without those that are files.
    pub fn checkpoints(&self) -> Vec<String> {
        self.device(Vec::new(), |device| device.store.checkpoints.keys().cloned().collect())
    }

    fn device<T>(&self, none: T, look: impl FnOnce(&Device) -> T) -> T {
        self.shared.lock().router(self.router).map_or(none, look)
    }
}
