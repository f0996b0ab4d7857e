//! The NETCONF server of `tests/lab/netconf.sh`, and one session after another that is told what to do.

use std::path::{Path, PathBuf};

use peering_core::Secret;
use peering_core::driver::Target;

use crate::skip;

/// The namespace of the lab's own module.
pub const LAB: &str = "urn:example:peering-lab";

/// A running server.
#[derive(Clone, Debug)]
pub struct Server {
    state: PathBuf,
    port: u16,
    password: Secret,
}

impl Server {
    /// The server that `PEERING_NETCONF` names; without it a test skips, see [`skip`].
    ///
    /// # Panics
    /// When it names something else.
    pub fn find() -> Option<Server> {
        let Some(state) = std::env::var_os("PEERING_NETCONF").map(PathBuf::from) else {
            skip("PEERING_NETCONF names no running server (tests/lab/netconf.sh up)");
            return None;
        };
        let env = std::fs::read_to_string(state.join("env")).expect("the server's env file; is it up?");
        let value = |name: &str| {
            env.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).expect(name).to_owned()
        };
        let port = value("PEERING_NETCONF_PORT").parse().expect("a port");
        Some(Server { port, password: Secret::new(value("PEERING_NETCONF_PASSWORD")), state })
    }

    /// A file of its state.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.state.join(name)
    }

    /// How to reach it, by key.
    pub fn target(&self) -> Target {
        let mut target = Target::new("127.0.0.1");
        target.port = Some(self.port);
        target.credentials.username = "netops".to_owned();
        target.credentials.private_key = Some(self.path("id_ed25519"));
        target.known_hosts = Some(vec![self.path("known_hosts")]);
        target.trusted_hosts = Some(self.path("trusted_hosts"));
        target
    }

    /// How to reach it, by password.
    pub fn by_password(&self) -> Target {
        let mut target = self.target();
        target.credentials.private_key = None;
        target.credentials.password = Some(self.password.clone());
        target
    }

    /// The same machine, where SSH has no NETCONF.
    pub fn without_netconf(&self) -> Target {
        let mut target = self.target();
        target.port = Some(self.port + 1);
        target
    }
}
