//! A simulated router: its options, and the handle on the running one.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use peering_core::driver::{Credentials, HostKeyPolicy, SshConfig, Target};
use peering_core::{Asn, Error, ErrorKind, Result, Secret};
use russh::keys::HashAlg;
use tokio::time::Instant;

use super::fabric::{Fabric, Shared};
use super::fault::{Fault, Faults};
use super::frr::Device;
use super::frr::apply::load;
use super::frr::config::Config;
use super::ssh;

/// An interface that the kernel knows, with its addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Port {
    /// The name, such as `lan0`.
    pub name: String,
    /// Addresses with their prefix length.
    pub addresses: Vec<IpNet>,
}

/// What a user gets after logging in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Login {
    /// A POSIX shell, small: `vtysh`, and what the driver asks for.
    #[default]
    Shell,
    /// vtysh itself, as on an appliance.
    Vtysh,
}

/// An account on a router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// The password, for password and keyboard-interactive.
    pub password: Secret,
    /// A public key in OpenSSH's format (`ssh-ed25519 AAAA…`).
    pub public_key: Option<String>,
    /// What it gets.
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
        let device = Device {
            name: self.name.clone(),
            ports: self.ports,
            config,
            startup,
            boot: 1,
            booted: Instant::now(),
            is_on: true,
            sessions: Default::default(),
            faults: Faults::default(),
            guards: Default::default(),
        };
        let users = ssh::accounts(&self.users)?;
        let shared = fabric.shared.clone();
        let router = shared.change(|world| {
            world.routers.push(device);
            world.routers.len() - 1
        });
        let server = ssh::Server::start(shared.clone(), router, users).await.map_err(|error| {
            Error::new(ErrorKind::Connect, "cannot open a port on the loopback interface").with_source(error)
        })?;
        Ok(Running { shared, router, server, users: self.users })
    }
}

/// A running router. It stops when this is dropped.
#[derive(Debug)]
pub struct Running {
    shared: Arc<Shared>,
    router: usize,
    server: ssh::Server,
    users: Vec<User>,
}

impl Running {
    /// Where its SSH server listens.
    pub fn addr(&self) -> SocketAddr {
        self.server.addr
    }

    /// The public half of its host key, in OpenSSH's format (`ssh-ed25519 AAAA…`).
    pub fn host_key(&self) -> String {
        // An ed25519 key that was made here has such a form.
        self.server.key.to_openssh().unwrap_or_default()
    }

    /// How to connect as its first user, with the host key pinned.
    pub fn target(&self) -> Target {
        let first = self.users.first().map(|user| user.name.clone()).unwrap_or_default();
        self.target_for(&first)
    }

    /// How to connect as one of its users. An unknown name has no password.
    pub fn target_for(&self, user: &str) -> Target {
        let known = self.users.iter().find(|own| own.name == user);
        let credentials = Credentials {
            username: user.to_owned(),
            password: known.map(|own| own.password.clone()),
            ..Credentials::default()
        };
        Target {
            port: Some(self.addr().port()),
            credentials,
            host_key: HostKeyPolicy::Pinned(self.server.key.fingerprint(HashAlg::Sha256).to_string()),
            ssh_config: SshConfig::Off,
            ..Target::new(Ipv4Addr::LOCALHOST.to_string())
        }
    }

    /// Plays a fault from now on.
    pub fn inject(&self, fault: Fault) {
        self.with((), |device| device.faults.add(fault));
    }

    /// Forgets every fault that has not struck yet.
    pub fn clear_faults(&self) {
        self.with((), |device| device.faults.clear());
    }

    /// The running configuration, as `show running-config no-header` prints it: with its secrets.
    pub fn running_config(&self) -> String {
        self.with(String::new(), |device| device.config.print())
    }

    /// The saved configuration, which a restart brings back.
    pub fn startup_config(&self) -> String {
        self.with(String::new(), |device| device.startup.clone())
    }

    /// Types lines into the configuration mode, as another operator would.
    ///
    /// # Errors
    /// `Rejected` with the router's words at the first line that fails; those before it stay.
    pub fn configure(&self, text: &str) -> Result<()> {
        let shared = self.shared.clone();
        let result = shared.change(|world| {
            let device = world.routers.get_mut(self.router)?;
            let own = device.own();
            Some(load(&mut device.config, &own, text))
        });
        match result {
            Some(Err((line, words))) => Err(Error::new(ErrorKind::Rejected, format!("line {line}: {words}"))),
            _ => Ok(()),
        }
    }

    /// Restarts it: connections are cut, timers and sessions gone, the saved configuration is in force.
    pub fn reboot(&self) {
        self.server.cut_all();
        self.shared.change(|world| {
            let Some(device) = world.routers.get_mut(self.router) else { return };
            let mut config = Config::new(&device.name);
            let own: Vec<_> = device.ports.iter().flat_map(|port| &port.addresses).map(IpNet::addr).collect();
            // It was printed by ourselves.
            let _ = load(&mut config, &own, &device.startup.clone());
            device.config = config;
            device.boot += 1;
            device.booted = Instant::now();
            device.sessions.clear();
        });
    }

    /// Cuts every SSH connection; new ones are welcome.
    pub fn cut_connections(&self) {
        self.server.cut_all();
    }

    /// Stops it: connections are cut, new ones refused, its BGP sessions go down everywhere.
    pub fn stop(&self) {
        self.server.stop();
        self.with((), |device| device.is_on = false);
    }

    /// Waits until a number of its BGP sessions is established; whether that came true in time.
    pub async fn wait_established(&self, count: usize, most: Duration) -> bool {
        let deadline = Instant::now() + most;
        loop {
            let up =
                self.with(0, |device| device.sessions.values().filter(|s| s.established.is_some()).count());
            if up >= count {
                return true;
            }
            if Instant::now() >= deadline {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn with<T>(&self, none: T, act: impl FnOnce(&mut Device) -> T) -> T {
        self.shared.change(|world| match world.routers.get_mut(self.router) {
            Some(device) => act(device),
            None => none,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}
