//! Arista EOS over eAPI (JSON-RPC through HTTPS, HTTP or the socket on the box), or its command line over SSH.
//!
//! Reads are NAPALM's requests, in its order, so that recordings made for it test what is shipped here; the folder's
//! `README.md` lists them. EOS has configuration sessions, which are its candidates, and a commit timer of its own.
//!
//! | file | what |
//! |---|---|
//! | `parse/` | EOS's answers as models: pure |
//! | `redact.rs` | secrets blacked out |
//! | `batch.rs` | batches of commands and their answers |
//! | `eapi.rs` | batches over eAPI, their refusals |
//! | `dialect.rs`, `terminal.rs` | the command line, as data; batches over it |
//! | `link.rs` | the one or the other |
//! | `session.rs` | the session |
//! | `reads.rs` | the reads that take more than one request |
//! | `transaction/` | configuration changes |

mod batch;
mod dialect;
mod eapi;
mod link;
pub mod parse;
mod reads;
mod redact;
mod session;
mod terminal;
mod transaction;

use async_trait::async_trait;
use peering_core::driver::{Capabilities, Driver, Read, Reads, Session, Target};
use peering_core::{Result, Secret};
use serde::Deserialize;

/// The driver's name.
const NAME: &str = "arista_eos";

/// Arista EOS 4.23 or later: over eAPI with `management api http-commands` enabled, or over SSH.
///
/// A target `unix:/var/run/command-api.sock` is eAPI on the box itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AristaEos {
    /// How the router is spoken with.
    pub transport: EosTransport,
    /// Whether each batch begins with `enable`, or the login ends with it: users below privilege 15 see no configuration
    /// without it.
    pub enable: bool,
    /// The password for `enable`, where the router wants one.
    pub enable_password: Option<Secret>,
    /// Whether eAPI completes shortened commands, in reads and in configurations. It slows it down. The command line always
    /// does.
    pub auto_complete: bool,
}

impl Default for AristaEos {
    fn default() -> Self {
        AristaEos {
            transport: EosTransport::Https,
            enable: true,
            enable_password: None,
            auto_complete: false,
        }
    }
}

/// How a router is spoken with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EosTransport {
    /// eAPI over HTTPS, port 443 unless the target names one.
    #[default]
    Https,
    /// eAPI over plain HTTP, port 80 unless the target names one: whoever sits between can read the password.
    Http,
    /// The command line over SSH, port 22 unless the target names one.
    Ssh,
}

/// What every router of this kind can do.
const READS: Capabilities = Capabilities::reading(Reads::of(&[
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
]));

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
