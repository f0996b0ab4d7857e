//! The handle on a running router, whatever it runs.

use std::marker::PhantomData;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use peering_core::driver::{Credentials, HostKeyPolicy, SshConfig, Target, TlsPolicy};
use peering_core::{Error, ErrorKind, Result};
use russh::keys::{HashAlg, PublicKey};
use tokio::time::Instant;

use super::fabric::Shared;
use super::fault::Fault;
use super::links::Links;
use super::persona::Persona;
use super::router::User;
use super::shell::{Log, Typed};

/// How a router proves who it is by SSH.
#[derive(Clone, Debug)]
pub struct HostKey(pub(crate) PublicKey);

/// A running router, reached by SSH unless said otherwise. It stops when this is dropped.
#[derive(Debug)]
pub struct Running<I = HostKey> {
    pub(crate) shared: Arc<Shared>,
    pub(crate) router: usize,
    pub(crate) addr: SocketAddr,
    pub(crate) identity: I,
    pub(crate) users: Vec<User>,
    pub(crate) links: Links,
}

impl Running {
    /// The public half of its host key, in OpenSSH's format (`ssh-ed25519 AAAA…`).
    pub fn host_key(&self) -> String {
        // An ed25519 key that was made here has such a form.
        self.identity.0.to_openssh().unwrap_or_default()
    }

    /// How to connect as its first user, with the host key pinned.
    pub fn target(&self) -> Target {
        let first = self.users.first().map(|user| user.name.clone()).unwrap_or_default();
        self.target_for(&first)
    }

    /// How to connect as one of its users. An unknown name has no password.
    pub fn target_for(&self, user: &str) -> Target {
        let fingerprint = self.identity.0.fingerprint(HashAlg::Sha256).to_string();
        Target { host_key: HostKeyPolicy::Pinned(fingerprint), ..self.unproven(user) }
    }
}

/// How a router proves who it is that is asked over HTTPS and has a command line besides, and where else it listens. `P` is
/// what it runs.
#[derive(Clone, Debug)]
pub struct ApiIdentity<P> {
    pub(crate) pem: String,
    pub(crate) fingerprint: String,
    pub(crate) key: PublicKey,
    pub(crate) ssh: SocketAddr,
    pub(crate) http: Option<SocketAddr>,
    pub(crate) typed: Log,
    pub(crate) platform: PhantomData<P>,
}

impl<P> Running<ApiIdentity<P>> {
    /// How to ask it over HTTPS as its first user, with the certificate pinned, and the host key of its SSH server.
    pub fn target(&self) -> Target {
        let first = self.users.first().map(|user| user.name.clone()).unwrap_or_default();
        self.target_for(&first)
    }

    /// The same as one of its users. An unknown name has no password.
    pub fn target_for(&self, user: &str) -> Target {
        let key = self.identity.key.fingerprint(HashAlg::Sha256).to_string();
        Target {
            tls: TlsPolicy::Pinned(self.identity.fingerprint.clone()),
            host_key: HostKeyPolicy::Pinned(key),
            ..self.unproven(user)
        }
    }

    /// How to connect to its command line as its first user.
    pub fn ssh_target(&self) -> Target {
        Target { port: Some(self.identity.ssh.port()), ..self.target() }
    }

    /// Where its SSH server listens.
    pub fn ssh_addr(&self) -> SocketAddr {
        self.identity.ssh
    }

    /// Where it listens for plain HTTP, when it does.
    pub fn http_addr(&self) -> Option<SocketAddr> {
        self.identity.http
    }

    /// The public half of its SSH server's host key, in OpenSSH's format (`ssh-ed25519 AAAA…`).
    pub fn host_key(&self) -> String {
        // An ed25519 key that was made here has such a form.
        self.identity.key.to_openssh().unwrap_or_default()
    }

    /// The certificate of its HTTPS server, in PEM.
    pub fn certificate(&self) -> &str {
        &self.identity.pem
    }

    /// The SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` prints it.
    pub fn fingerprint(&self) -> &str {
        &self.identity.fingerprint
    }

    /// What was typed into its command line so far, oldest first.
    pub fn typed(&self) -> Vec<Typed> {
        self.identity.typed.typed()
    }
}

impl<I> Running<I> {
    /// Where its server listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// How to connect as one of its users, without what it is known by.
    pub(crate) fn unproven(&self, user: &str) -> Target {
        let known = self.users.iter().find(|own| own.name == user);
        let credentials = Credentials {
            username: user.to_owned(),
            password: known.map(|own| own.password.clone()),
            ..Credentials::default()
        };
        let port = Some(self.addr.port());
        // whoever runs this may have a configuration that speaks of every host
        let ssh_config = SshConfig::Off;
        Target { port, credentials, ssh_config, ..Target::new(Ipv4Addr::LOCALHOST.to_string()) }
    }

    /// Plays a fault from now on.
    pub fn inject(&self, fault: Fault) {
        self.with((), |router| router.chassis_mut().faults.add(fault));
    }

    /// Forgets every fault that has not struck yet.
    pub fn clear_faults(&self) {
        self.with((), |router| router.chassis_mut().faults.clear());
    }

    /// How many faults have not yet struck as often as they are to.
    pub fn unplayed_faults(&self) -> usize {
        self.with(0, |router| router.chassis().faults.left())
    }

    /// The running configuration as the router prints it (FRR's `show running-config no-header`): with its secrets.
    pub fn running_config(&self) -> String {
        self.with(String::new(), |router| router.running_config())
    }

    /// The saved configuration, which a restart brings back.
    pub fn startup_config(&self) -> String {
        self.with(String::new(), |router| router.startup_config())
    }

    /// Types lines into the configuration mode, as another operator would.
    ///
    /// # Errors
    /// `Rejected` with the router's words at the first line that fails; those before it stay.
    pub fn configure(&self, text: &str) -> Result<()> {
        self.with(Ok(()), |router| router.configure(text))
            .map_err(|(line, words)| Error::new(ErrorKind::Rejected, format!("line {line}: {words}")))
    }

    /// Restarts it: connections are cut, timers and sessions gone, the saved configuration is in force.
    pub fn reboot(&self) {
        self.links.cut_all();
        self.with((), |router| router.restart());
    }

    /// Cuts every connection; new ones are welcome.
    pub fn cut_connections(&self) {
        self.links.cut_all();
    }

    /// Stops it: connections are cut, new ones refused, its BGP sessions go down everywhere.
    pub fn stop(&self) {
        self.links.stop();
        self.with((), |router| router.chassis_mut().is_on = false);
    }

    /// Waits until a number of its BGP sessions is established; whether that came true in time.
    pub async fn wait_established(&self, count: usize, most: Duration) -> bool {
        let deadline = Instant::now() + most;
        loop {
            let up = self.with(0, |router| {
                router.chassis().sessions.values().filter(|session| session.established.is_some()).count()
            });
            if up >= count {
                return true;
            }
            if Instant::now() >= deadline {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn with<T>(&self, none: T, act: impl FnOnce(&mut dyn Persona) -> T) -> T {
        self.shared.change(|world| match world.routers.get_mut(self.router) {
            Some(router) => act(router.as_mut()),
            None => none,
        })
    }
}

impl<I> Drop for Running<I> {
    fn drop(&mut self) {
        self.stop();
    }
}
