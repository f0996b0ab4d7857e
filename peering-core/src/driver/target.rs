//! Where a router is and how to be let in.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;

use crate::{Error, ErrorKind, Result, Secret};

/// What proves to a router who we are. Everything that is there is tried: agent, key, password.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password, also the answer to keyboard-interactive prompts.
    pub password: Option<Secret>,
    /// A file with an SSH private key.
    pub private_key: Option<PathBuf>,
    /// The passphrase of that file.
    pub passphrase: Option<Secret>,
    /// Whether to ask the SSH agent (`SSH_AUTH_SOCK`).
    pub agent: bool,
    /// A file with the TLS client certificate, in PEM, followed by the ones that it was signed with.
    pub client_certificate: Option<PathBuf>,
    /// A file with the private key of that certificate, in PEM, not encrypted.
    pub client_key: Option<PathBuf>,
}

/// Which SSH host keys are accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostKeyPolicy {
    /// Known hosts (the user's own file, then ours); an unknown host is accepted once and written to our file; a
    /// changed key is refused.
    #[default]
    TrustOnFirstUse,
    /// Known hosts only; an unknown host is refused.
    Known,
    /// Exactly the key with this fingerprint, `SHA256:…` as `ssh-keygen -l` prints it.
    Pinned(String),
    /// Any key at all: whoever sits between can read the password and change the configuration.
    AcceptAnyInsecure,
}

/// Which TLS certificates are accepted.
///
/// A fingerprint is the SHA-256 of the whole certificate (not of its key: a renewed certificate is a new one), as
/// `openssl s_client -connect HOST:443 </dev/null | openssl x509 -noout -fingerprint -sha256` prints it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsPolicy {
    /// Signed by an authority that this system trusts, for the name or address that was connected to.
    #[default]
    System,
    /// Signed by an authority of this PEM file, or one of the certificates in it; for the name or address that was
    /// connected to. The system's authorities do not count.
    Ca(PathBuf),
    /// Exactly the certificate with this fingerprint: hexadecimal, with colons or without. Its name and its dates do
    /// not matter.
    Pinned(String),
    /// The certificate that the host showed first, which is written to our file ([`Target::trusted_certificates`]);
    /// a changed one is refused. Name and dates do not matter.
    TrustOnFirstUse,
    /// Any certificate at all: whoever sits between can read the password and change the configuration.
    AcceptAnyInsecure,
}

/// Which file says how hosts are reached by SSH: host name, user, port, key files, jump hosts, known hosts. What the
/// [`Target`] says itself always counts more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SshConfig {
    /// `~/.ssh/config`, if it is there.
    #[default]
    User,
    /// This file; it must be there.
    File(PathBuf),
    /// None.
    Off,
}

/// Which SSH algorithms are offered. Says nothing of host keys, which are checked all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SshAlgorithms {
    /// Without SHA-1, CBC and small groups.
    #[default]
    Modern,
    /// The modern ones first, then what old routers need: key exchange with SHA-1 and the 1024-bit group, CBC and
    /// 3DES, SHA-1 MACs, `ssh-rsa` signatures. Whoever records such a session may read it one day.
    Legacy,
}

/// Whether a session is a real one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wire {
    /// With the router.
    #[default]
    Live,
    /// With the router; what was asked and answered is appended to this transcript, secrets blacked out.
    Record(PathBuf),
    /// With this transcript only; nothing is sent anywhere.
    Replay(PathBuf),
}

/// How long to wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timeouts {
    /// For connection, key exchange and authentication together.
    pub connect: Duration,
    /// For one read.
    pub read: Duration,
    /// For one step of a configuration change.
    pub change: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            connect: Duration::from_secs(15),
            read: Duration::from_secs(30),
            change: Duration::from_secs(120),
        }
    }
}

/// One router: where it is, and how to be let in. Owned per router; nothing in it reaches another.
///
/// ```
/// use peering_core::driver::Target;
/// let target: Target = "netops@192.0.2.1:2201".parse()?;
/// assert_eq!((target.host.as_str(), target.port), ("192.0.2.1", Some(2201)));
/// assert_eq!(target.credentials.username, "netops");
/// # Ok::<(), peering_core::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Target {
    /// Host name or address; or `unix:` and the path of a socket on this machine, for transports over HTTP.
    pub host: String,
    /// The port, if it is not the transport's own.
    pub port: Option<u16>,
    /// What proves who we are.
    pub credentials: Credentials,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// Silence after which an SSH server is asked for a sign of life; after three without an answer the connection is
    /// cut. `None`: never.
    pub keepalive: Option<Duration>,
    /// Which host keys are accepted.
    pub host_key: HostKeyPolicy,
    /// Known-hosts files to read, in OpenSSH's format. `None`: `~/.ssh/known_hosts`, or what the SSH configuration
    /// names.
    pub known_hosts: Option<Vec<PathBuf>>,
    /// Our own file, where a host trusted on first use is written. `None`: `peering/known_hosts` in the user's state
    /// folder (`XDG_STATE_HOME`, else `~/.local/state`).
    pub trusted_hosts: Option<PathBuf>,
    /// Which TLS certificates are accepted.
    pub tls: TlsPolicy,
    /// Our own file, where a certificate trusted on first use is written. `None`: `known_certificates` in the folder
    /// of `trusted_hosts`.
    pub trusted_certificates: Option<PathBuf>,
    /// Which SSH configuration is read.
    pub ssh_config: SshConfig,
    /// Which SSH algorithms are offered.
    pub ssh_algorithms: SshAlgorithms,
    /// A host to go through first (`ProxyJump`).
    pub jump: Option<Box<Target>>,
    /// A shell command whose standard input and output are the connection to the SSH server (`ProxyCommand`); `%h`,
    /// `%p` and `%r` in it are host, port and user.
    pub proxy_command: Option<String>,
    /// Whether the session is a real one.
    pub wire: Wire,
}

impl Default for Target {
    fn default() -> Self {
        Target {
            host: String::new(),
            port: None,
            credentials: Credentials::default(),
            timeouts: Timeouts::default(),
            keepalive: Some(Duration::from_secs(10)),
            host_key: HostKeyPolicy::default(),
            known_hosts: None,
            trusted_hosts: None,
            tls: TlsPolicy::default(),
            trusted_certificates: None,
            ssh_config: SshConfig::default(),
            ssh_algorithms: SshAlgorithms::default(),
            jump: None,
            proxy_command: None,
            wire: Wire::default(),
        }
    }
}

impl Target {
    /// A target with defaults for everything but its host.
    pub fn new(host: impl Into<String>) -> Self {
        Target { host: host.into(), ..Default::default() }
    }

    /// The port, or the transport's own.
    pub fn port_or(&self, default: u16) -> u16 {
        self.port.unwrap_or(default)
    }

    /// The path of the socket on this machine, where the host is one.
    pub fn socket(&self) -> Option<&Path> {
        self.host.strip_prefix(UNIX).map(Path::new)
    }

    /// Splits `platform://user@host:port` into the platform's name and the target.
    ///
    /// # Errors
    /// `Options` when it has another form.
    pub fn from_url(url: &str) -> Result<(String, Target)> {
        match url.split_once("://") {
            Some((platform, rest)) if !platform.is_empty() => {
                Ok((platform.to_owned(), rest.trim_end_matches('/').parse()?))
            }
            _ => Err(wrong("a router is written platform://user@host:port")),
        }
    }
}

/// What stands in front of a socket's path.
const UNIX: &str = "unix:";

/// The text itself is left out: people do write passwords there.
fn wrong(what: &str) -> Error {
    Error::new(ErrorKind::Options, what)
}

impl FromStr for Target {
    type Err = Error;

    /// `[user@]host[:port]` or `[user@]unix:/path`; an IPv6 address with a port stands in brackets. A password has no
    /// place here.
    fn from_str(text: &str) -> Result<Self> {
        let (user, place) = match text.rsplit_once('@') {
            Some((user, place)) => (user, place),
            None => ("", text),
        };
        if user.contains(':') {
            return Err(wrong("a password does not belong into a router's address; give it as a credential"));
        }
        let credentials = Credentials { username: user.to_owned(), ..Default::default() };
        if place.strip_prefix(UNIX).is_some_and(|path| path.starts_with('/')) {
            return Ok(Target { credentials, ..Target::new(place) });
        }
        let bad_port = |_| wrong("the port after the colon is not a number from 1 to 65535");
        let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, "")) => (host, None),
            Some((host, rest)) => match rest.strip_prefix(':') {
                Some(port) => (host, Some(port.parse::<u16>().map_err(bad_port)?)),
                None => return Err(wrong("after the bracket of an IPv6 address only :port may stand")),
            },
            None => match place.split_once(':') {
                Some((_, rest)) if rest.contains(':') => (place, None),
                Some((host, port)) => (host, Some(port.parse::<u16>().map_err(bad_port)?)),
                None => (place, None),
            },
        };
        if host.is_empty() || port == Some(0) {
            return Err(wrong("a router is written [user@]host[:port]"));
        }
        Ok(Target { port, credentials, ..Target::new(host) })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.host.contains(':'), self.port) {
            _ if self.socket().is_some() => f.write_str(&self.host),
            (true, Some(port)) => write!(f, "[{}]:{port}", self.host),
            (false, Some(port)) => write!(f, "{}:{port}", self.host),
            (_, None) => f.write_str(&self.host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_spelling() {
        for (text, user, host, port) in [
            ("r1", "", "r1", None),
            ("netops@r1:2201", "netops", "r1", Some(2201)),
            ("[2001:db8::1]:22", "", "2001:db8::1", Some(22)),
            ("[2001:db8::1]", "", "2001:db8::1", None),
            ("a@2001:db8::1", "a", "2001:db8::1", None),
            ("a@unix:/run/eapi.sock", "a", "unix:/run/eapi.sock", None),
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!(
                (target.credentials.username.as_str(), target.host.as_str(), target.port),
                (user, host, port),
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_without_repeating_a_password() {
        for text in ["u:hunter2@r1", "", "r1:0", "r1:x", "[::1]x", "u@"] {
            let error = text.parse::<Target>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Options, "{text}");
            assert!(!error.to_string().contains("hunter2"));
        }
        assert!(Target::from_url("r1").is_err());
        assert_eq!(Target::from_url("frr://u@r1/").unwrap().0, "frr");
    }
}
