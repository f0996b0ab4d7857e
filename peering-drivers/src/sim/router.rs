//! The options of a simulated router that runs FRR, and what all routers' options have in common.

use ipnet::IpNet;
use peering_core::{Asn, Error, ErrorKind, Result, Secret};
use serde::Deserialize;

use super::fabric::Fabric;
use super::frr::Device;
use super::frr::apply::load;
use super::frr::config::Config;
use super::frr::server::Host;
use super::links::Links;
use super::persona::Chassis;
use super::running::{HostKey, Running};
use super::ssh::{self, Site};

/// An interface that the kernel knows, with its addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Port {
    /// The name, such as `lan0`.
    pub name: String,
    /// Addresses with their prefix length.
    pub addresses: Vec<IpNet>,
}

/// What a user gets after logging in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Login {
    /// A POSIX shell, small: `vtysh`, and what the driver asks for.
    #[default]
    Shell,
    /// vtysh itself, as on an appliance.
    Vtysh,
}

/// An account on a router.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The name.
    pub name: String,
    /// The password, for password and keyboard-interactive.
    pub password: Secret,
    /// A public key in OpenSSH's format (`ssh-ed25519 AAAA…`).
    #[serde(default)]
    pub public_key: Option<String>,
    /// What it gets.
    #[serde(default)]
    pub login: Login,
}

impl User {
    /// An account with a shell and a password.
    pub fn new(name: impl Into<String>, password: impl Into<Secret>) -> User {
        User { name: name.into(), password: password.into(), public_key: None, login: Login::Shell }
    }
}

/// A router that runs FRR 8.4.4, or so it seems.
///
/// ```no_run
/// use peering_drivers::sim::{Fabric, FrrRouter, Port, User};
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let fabric = Fabric::new();
/// let router = FrrRouter {
///     name: "r1".to_owned(),
///     local_as: Some(64501.into()),
///     ports: vec![Port { name: "lan0".to_owned(), addresses: vec!["192.0.2.1/24".parse()?] }],
///     users: vec![User::new("netops", "secret")],
///     ..FrrRouter::default()
/// };
/// let running = router.start(&fabric).await?;
/// println!("{}", running.target());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FrrRouter {
    /// The host name.
    pub name: String,
    /// Its AS. When the configuration has no `router bgp`, an empty one of this AS is added.
    pub local_as: Option<Asn>,
    /// Its interfaces.
    pub ports: Vec<Port>,
    /// The configuration that it starts with: running and saved.
    pub config: String,
    /// Who may log in. [`Running::target`] is the first.
    pub users: Vec<User>,
}

impl FrrRouter {
    /// Starts it on a LAN: an SSH server on a free port of the loopback interface.
    ///
    /// # Errors
    /// `Options` when the configuration, or a user's key, does not read; `Connect` when no port can be had.
    pub async fn start(self, fabric: &Fabric) -> Result<Running> {
        let mut config = Config::new(&self.name);
        let own: Vec<std::net::IpAddr> =
            self.ports.iter().flat_map(|port| &port.addresses).map(IpNet::addr).collect();
        let mut read = |text: &str| {
            load(&mut config, &own, text).map_err(|(line, _)| {
                Error::new(
                    ErrorKind::Options,
                    format!("line {line} of the simulated router's configuration: not understood or refused"),
                )
            })
        };
        read(&self.config)?;
        if let Some(asn) = self.local_as
            && !self.config.lines().any(|line| line.starts_with("router bgp "))
        {
            read(&format!("router bgp {}\n no bgp default ipv4-unicast\n", asn.get()))?;
        }
        let startup = config.print();
        let chassis = Chassis::new(&self.name, self.ports);
        let device = Device { chassis, config, startup, guards: Default::default() };
        let users = ssh::accounts(&self.users)?;
        let shared = fabric.shared.clone();
        let router = shared.change(|world| world.add_router(device));
        let links = Links::default();
        let site = Site { shared: shared.clone(), router, accounts: users.into() };
        let server = ssh::start(Host { site }, 0, links.clone()).await.map_err(|error| {
            Error::new(ErrorKind::Connect, "cannot open a port on the loopback interface").with_source(error)
        })?;
        let (addr, key) = server;
        Ok(Running { shared, router, addr, identity: HostKey(key), users: self.users, links })
    }
}
