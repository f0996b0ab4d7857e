//! Cisco IOS and IOS-XE: the command line over SSH.
//!
//! Reads are NAPALM's commands, so that recordings made for it test what is shipped here; what belongs together is typed at
//! once. The folder's `README.md` lists them.
//!
//! | file | what |
//! |---|---|
//! | `dialect.rs` | what the command line looks like |
//! | `parse/` | IOS's answers as models: pure |
//! | `session.rs` | the session |
//! | `reads/` | the reads that take more than one command, and those that build it |
//! | `language.rs`, `settle.rs` | what the words of its configuration mean |
//! | `transaction/` | configuration changes |

mod dialect;
mod interface;
mod language;
pub mod parse;
mod reads;
mod session;
mod settle;
mod transaction;

use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::{Capabilities, Driver, Read, Reads, Session, Target};
use peering_core::{Diff, Result, Secret};
use serde::Deserialize;

use crate::indented;

/// The driver's name.
const NAME: &str = "cisco_ios";

/// Cisco IOS and IOS-XE over SSH.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CiscoIos {
    /// The password for `enable`, where the router asks one of this account.
    pub enable_password: Option<Secret>,
    /// Where files are put on the router, such as `flash:`. `None`: its default file system, as `dir` tells it.
    pub file_system: Option<String>,
    /// How files come there.
    pub upload: Upload,
    /// How long a minute of the router lasts: a simulated one may have shorter ones, so that nobody waits for its confirm
    /// windows.
    #[cfg(feature = "sim")]
    pub minute: Duration,
}

impl Default for CiscoIos {
    fn default() -> Self {
        CiscoIos {
            enable_password: None,
            file_system: None,
            upload: Upload::default(),
            #[cfg(feature = "sim")]
            minute: MINUTE,
        }
    }
}

/// The step of the router's rollback timer, and the shortest one.
const MINUTE: Duration = Duration::from_secs(60);

impl CiscoIos {
    fn minute(&self) -> Duration {
        #[cfg(feature = "sim")]
        return self.minute;
        #[cfg(not(feature = "sim"))]
        MINUTE
    }
}

/// How a file comes to the router.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upload {
    /// SCP, on a channel of the same connection; the router needs `ip scp server enable`.
    #[default]
    Scp,
    /// Through the router's `tclsh`, within the session: slower, and the router needs nothing.
    Tcl,
}

/// What has to change for one configuration to become the other, as this driver computes it where the router cannot.
///
/// `+` and `-` stand before what comes and goes, a blank before the contexts that it is in. Where the order of lines
/// means nothing to IOS, another order is no difference; comments are none, and neither is a password that is hidden
/// another way.
pub fn difference(old: &str, new: &str) -> Diff {
    let parse = |text| indented::Config::parse(text, &language::RULES);
    Diff::new(indented::difference(&parse(old), &parse(new), &language::RULES), indented::redact)
}

/// The configuration that a router has when a text has been merged into its own, as a candidate of this driver makes it:
/// a line is added, or takes the place of the one that it replaces; `no` and `default` lines remove. Secrets are in it.
///
/// # Errors
/// `Rejected`, with the line and the reason, for what cannot be told for certain.
pub fn merged(running: &str, text: &str) -> Result<String> {
    let parse = |text| indented::Config::parse(text, &language::RULES);
    Ok(indented::merge(&parse(running), &parse(text), &language::RULES)?.to_string())
}

/// What an account without privileges can do: it sees no configuration.
const UNPRIVILEGED: Capabilities = Capabilities::reading(Reads::of(&[
    Read::Facts,
    Read::Interfaces,
    Read::InterfaceAddresses,
    Read::InterfaceCounters,
    Read::BgpInstances,
    Read::BgpNeighbors,
    Read::BgpNeighborsDetail,
    Read::Routes,
    Read::ArpTable,
    Read::Ipv6Neighbors,
    Read::NetworkInstances,
    Read::Environment,
    Read::Optics,
    Read::LldpNeighbors,
    Read::LldpNeighborsDetail,
    Read::NtpAssociations,
    Read::Vlans,
    Read::MacTable,
    Read::ProbeResults,
    Read::Ping,
    Read::Traceroute,
    Read::Command,
]));

/// What a privileged account can read.
const READS: Capabilities = Capabilities {
    reads: UNPRIVILEGED
        .reads
        .with(Read::BgpConfig)
        .with(Read::Users)
        .with(Read::NtpServers)
        .with(Read::NtpPeers)
        .with(Read::Snmp)
        .with(Read::ProbeConfigs)
        .with(Read::RunningConfig)
        .with(Read::Config),
    ..UNPRIVILEGED
};

#[async_trait]
impl Driver for CiscoIos {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            merge: true,
            replace: true,
            commit: true,
            commit_confirmed: true,
            minimum_window: self.minute(),
            window_step: self.minute(),
            ..READS
        }
    }

    async fn connect(&self, target: &Target) -> Result<Box<dyn Session>> {
        Ok(Box::new(session::IosSession::connect(self, target).await?))
    }
}
