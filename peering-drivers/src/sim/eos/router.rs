//! The options of a simulated EOS router, and what its handle has besides.

use std::marker::PhantomData;
use std::path::PathBuf;
use std::time::Duration;

use peering_core::{Asn, Error, ErrorKind, Result, Secret};
use serde::Deserialize;

use super::Device;
use super::apply::{interface, load};
use super::console::Terminal;
use super::http::Host;
use super::store::State;
use crate::sim::fabric::Fabric;
use crate::sim::https::{self, Door, certificate};
use crate::sim::links::Links;
use crate::sim::persona::Chassis;
use crate::sim::router::{Port, User};
use crate::sim::running::{ApiIdentity, Running};
use crate::sim::shell;
use crate::sim::ssh::{self, Site};

/// A router that runs Arista EOS, or so it seems: eAPI over HTTPS with a certificate of its own, and a command line over
/// SSH.
///
/// ```no_run
/// use peering_drivers::sim::{EosRouter, Fabric, Port, User};
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let fabric = Fabric::new();
/// let router = EosRouter {
///     name: "eos1".to_owned(),
///     local_as: Some(64501.into()),
///     ports: vec![Port { name: "Ethernet1".to_owned(), addresses: vec!["192.0.2.1/24".parse()?] }],
///     users: vec![User::new("netops", "secret")],
///     ..EosRouter::default()
/// };
/// let running = router.start(&fabric).await?;
/// println!("{} with the certificate {}", running.target(), running.fingerprint());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EosRouter {
    /// The host name.
    pub name: String,
    /// The release that it answers as, such as `4.32.2F`. Before 4.32, `show configuration sessions detail` tells of a
    /// commit timer in another form.
    pub version: String,
    /// Its AS. When the configuration has no `router bgp`, an empty one of this AS is added.
    pub local_as: Option<Asn>,
    /// Its interfaces, by EOS's names (`Ethernet1`). Their addresses are part of the configuration that it starts with.
    pub ports: Vec<Port>,
    /// What the configuration has besides: running and saved.
    pub config: String,
    /// Who may log in; all are administrators. [`Running::target`] is the first. `login` means nothing.
    pub users: Vec<User>,
    /// What `enable` asks for.
    pub enable_secret: Option<Secret>,
    /// Plain HTTP besides, on [`Running::http_addr`].
    pub has_http: bool,
    /// A Unix socket besides, which must not exist yet; it asks for no password.
    pub unix_socket: Option<PathBuf>,
    /// The port of its SSH server; 0 is a free one.
    pub ssh_port: u16,
    /// How much later each request, and each line, is answered.
    pub latency: Duration,
}

impl Default for EosRouter {
    fn default() -> Self {
        EosRouter {
            name: String::new(),
            version: "4.32.2F".to_owned(),
            local_as: None,
            ports: Vec::new(),
            config: String::new(),
            users: Vec::new(),
            enable_secret: None,
            has_http: false,
            unix_socket: None,
            ssh_port: 0,
            latency: Duration::ZERO,
        }
    }
}

/// What an EOS router runs.
#[derive(Clone, Copy, Debug)]
pub enum Eos {}

/// How an EOS router proves who it is, and where else it listens.
pub type EosIdentity = ApiIdentity<Eos>;

/// A request that a router was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Who asked.
    pub user: String,
    /// The command lines, as they came: with what they have of secrets. What was typed after a command is left away.
    pub commands: Vec<String>,
}

impl EosRouter {
    /// Starts it on a LAN: an HTTPS server and an SSH server on free ports of the loopback interface.
    ///
    /// # Errors
    /// `Options` when a port's name is none of EOS, or the configuration or a user's key does not read; `Connect` when no port can be had
    /// or the Unix socket cannot be made.
    pub async fn start(self, fabric: &Fabric) -> Result<Running<EosIdentity>> {
        let mut tree = Device::clean(&self.ports);
        let refused = |(line, words): (usize, String)| {
            let place = format!("line {line} of the simulated router's configuration: {words}");
            Error::new(ErrorKind::Options, place)
        };
        if let Some(port) = self.ports.iter().find(|port| interface(&port.name).is_none()) {
            let words = format!("`{}` is no interface of EOS", port.name);
            return Err(Error::new(ErrorKind::Options, words));
        }
        load(&mut tree, &self.first_lines()).map_err(refused)?;
        load(&mut tree, &self.config).map_err(refused)?;
        let no_port = |error: std::io::Error| {
            Error::new(ErrorKind::Connect, "cannot listen on the loopback interface").with_source(error)
        };
        let accounts = ssh::accounts(&self.users)?;
        let (tls, pem, fingerprint) = certificate()?;
        let device = Device::new(Chassis::new(&self.name, self.ports), self.version, tree);
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
        let enable_secret = self.enable_secret.map(|secret| secret.expose().to_owned());
        let host = Host { door, enable_secret: enable_secret.clone() };
        let addr = https::listen(&host, Some(tls)).await.map_err(no_port)?;
        let http = match self.has_http {
            true => Some(https::listen(&host, None).await.map_err(no_port)?),
            false => None,
        };
        if let Some(path) = &self.unix_socket {
            https::listen_at(&host, path).map_err(no_port)?;
        }
        let site = Site { shared: shared.clone(), router, accounts: accounts.into() };
        let own = shared.clone();
        let open = move |_: &mut _, account: &ssh::Account, size| {
            Terminal::new(own.clone(), router, &account.name, enable_secret.clone(), size)
        };
        let command_line = shell::Host::new(site, self.latency, open);
        let typed = command_line.log();
        let (ssh, key) = ssh::start(command_line, self.ssh_port, links.clone()).await.map_err(no_port)?;
        let identity = ApiIdentity { pem, fingerprint, key, ssh, http, typed, platform: PhantomData };
        Ok(Running { shared, router, addr, identity, users: self.users, links })
    }

    /// The configuration that every router has.
    fn first_lines(&self) -> String {
        let mut text = "no aaa root\ntransceiver qsfp default-mode 4x10G\nservice routing protocols model multi-agent\n\
                        spanning-tree mode mstp\nip routing\nipv6 unicast-routing\nmanagement api http-commands\n\
                        no shutdown\n"
            .to_owned();
        if !self.name.is_empty() {
            text.push_str(&format!("hostname {}\n", self.name));
        }
        for port in &self.ports {
            text.push_str(&format!("interface {}\n", port.name));
            if port.name.to_ascii_lowercase().starts_with("et") && !port.addresses.is_empty() {
                text.push_str("no switchport\n");
            }
            for net in &port.addresses {
                let family = if net.addr().is_ipv4() { "ip" } else { "ipv6" };
                text.push_str(&format!("{family} address {net}\n"));
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

impl Running<EosIdentity> {
    /// Every request over eAPI that it was asked so far, oldest first: as many round trips.
    pub fn log(&self) -> Vec<Exchange> {
        self.device(Vec::new(), |device| device.log.clone())
    }

    /// The configuration sessions that nobody has committed or aborted, and those that wait to be confirmed.
    pub fn sessions(&self) -> Vec<String> {
        let open = |device: &Device| {
            let all = device.store.sessions.iter();
            all.filter(|(_, session)| session.state != State::Completed)
                .map(|(name, _)| name.clone())
                .collect()
        };
        self.device(Vec::new(), open)
    }

    fn device<T>(&self, none: T, look: impl FnOnce(&Device) -> T) -> T {
        self.shared.lock().router(self.router).map_or(none, look)
    }
}
