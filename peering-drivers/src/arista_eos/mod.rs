//! Arista EOS over eAPI: JSON-RPC through HTTPS, HTTP or the socket on the box.
//!
//! Reads are NAPALM's requests, in its order, so that recordings made for it test what is shipped here; the folder's
//! `README.md` lists them. EOS has configuration sessions, which are its candidates, and a commit timer of its own.
//!
//! | file | what |
//! |---|---|
//! | `parse/` | EOS's answers as models: pure |
//! | `redact.rs` | secrets blacked out |
//! | `eapi.rs` | batches of commands, their answers and refusals |
//! | `session.rs` | the session |
//! | `reads.rs` | the reads that take more than one request |
//! | `transaction/` | configuration changes |

mod eapi;
pub mod parse;
mod reads;
mod redact;
mod session;
mod transaction;

use async_trait::async_trait;
use peering_core::driver::{Capabilities, Driver, Read, Reads, Session, Target};
use peering_core::{Result, Secret};
use serde::Deserialize;

pub use crate::transport::Scheme;

/// The driver's name.
const NAME: &str = "arista_eos";

/// Arista EOS 4.23 or later, with `management api http-commands` enabled.
///
/// The port is 443, or 80 for HTTP, unless the target names one; a target `unix:/var/run/command-api.sock` is eAPI on
/// the box itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AristaEos {
    /// Whether the connection is encrypted.
    pub scheme: Scheme,
    /// Whether each batch begins with `enable`: users below privilege 15 see no configuration without it.
    pub enable: bool,
    /// The password for `enable`, where the router wants one.
    pub enable_password: Option<Secret>,
    /// Whether the router completes shortened commands, in reads and in configurations. It slows it down.
    pub auto_complete: bool,
}

impl Default for AristaEos {
    fn default() -> Self {
        AristaEos { scheme: Scheme::Https, enable: true, enable_password: None, auto_complete: false }
    }
}

/// What every router of this kind can do.
const READS: Capabilities = Capabilities {
    reads: Reads::of(&[
        Read::Facts,
        Read::Interfaces,
        Read::InterfaceAddresses,
        Read::InterfaceCounters,
        Read::BgpInstances,
        Read::BgpNeighbors,
        Read::BgpNeighborsDetail,
        Read::BgpConfig,
        Read::Routes,
        Read::ArpTable,
        Read::Ipv6Neighbors,
        Read::NetworkInstances,
        Read::Environment,
        Read::Optics,
        Read::LldpNeighbors,
        Read::LldpNeighborsDetail,
        Read::Users,
        Read::NtpServers,
        Read::NtpAssociations,
        Read::Snmp,
        Read::Vlans,
        Read::MacTable,
        Read::RunningConfig,
        Read::Config,
        Read::Ping,
        Read::Traceroute,
        Read::Command,
    ]),
    merge: false,
    replace: false,
    validate: false,
    commit: false,
    commit_confirmed: false,
    minimum_window: std::time::Duration::ZERO,
    window_step: std::time::Duration::ZERO,
};

/// The step of the router's commit timer.
const SECOND: std::time::Duration = std::time::Duration::from_secs(1);

/// What an account can do that may see configuration sessions.
const ALL: Capabilities = Capabilities {
    merge: true,
    replace: true,
    commit: true,
    commit_confirmed: true,
    minimum_window: SECOND,
    window_step: SECOND,
    ..READS
};

#[async_trait]
impl Driver for AristaEos {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        ALL
    }

    async fn connect(&self, target: &Target) -> Result<Box<dyn Session>> {
        Ok(Box::new(session::EosSession::connect(self, target).await?))
    }
}
