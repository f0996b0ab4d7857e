//! Cisco NX-OS over NX-API, or its command line over SSH.
//!
//! Reads are NAPALM's requests, so that recordings made for it test what is shipped here; the folder's `README.md` lists them.
//!
//! | file | what |
//! |---|---|
//! | `parse/` | NX-OS's answers as models: pure |
//! | `redact.rs` | secrets blacked out |
//! | `nxapi.rs` | batches of commands over NX-API, their answers and refusals |
//! | `dialect.rs` | the command line, as data |
//! | `link.rs` | the one or the other |
//! | `session.rs` | the session |
//! | `language.rs` | what the words of its configuration mean |
//! | `transaction/` | configuration changes |
//! | `reads/` | what is asked for each read |

mod dialect;
mod language;
mod link;
mod nxapi;
pub mod parse;
mod reads;
mod redact;
mod session;
mod transaction;

use async_trait::async_trait;
use peering_core::driver::{Capabilities, Driver, Read, Reads, Session, Target};
use peering_core::{Diff, Result, Secret};
use serde::Deserialize;

use crate::indented;

/// The driver's name.
const NAME: &str = "cisco_nxos";

/// Who makes it.
const VENDOR: &str = "Cisco";

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
    Read::NtpPeers,
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

/// The same, and changes: where files of the switch may be listed.
const ALL: Capabilities = Capabilities { merge: true, replace: true, commit: true, ..READS };

/// Cisco NX-OS over NX-API (`feature nxapi`), or over SSH.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CiscoNxos {
    /// How the router is spoken with.
    pub transport: NxosTransport,
    /// The port of its SSH server where files are put, when it is spoken with over NX-API.
    pub ssh_port: u16,
    /// The password for `enable`, where the router asks one of this account.
    pub enable_password: Option<Secret>,
    /// Where files are put on the router.
    pub file_system: String,
}

impl Default for CiscoNxos {
    fn default() -> Self {
        CiscoNxos {
            transport: NxosTransport::Https,
            ssh_port: 22,
            enable_password: None,
            file_system: "bootflash:".to_owned(),
        }
    }
}

/// How a router is spoken with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NxosTransport {
    /// NX-API over HTTPS, port 443 unless the target names one.
    #[default]
    Https,
    /// NX-API over plain HTTP, port 80 unless the target names one: whoever sits between can read the password.
    Http,
    /// The command line over SSH, port 22 unless the target names one.
    Ssh,
}

/// What has to change for one configuration to become the other, as this driver computes it where the switch cannot.
///
/// `+` and `-` stand before what comes and goes, a blank before the contexts that it is in. Where the order of lines
/// means nothing to NX-OS, another order is no difference; comments are none, and neither is a password that is hidden
/// another way.
pub fn difference(old: &str, new: &str) -> Diff {
    let parse = |text| indented::Config::parse(text, &language::RULES);
    Diff::new(indented::difference(&parse(old), &parse(new), &language::RULES), indented::redact)
}

/// The configuration that a switch has when a text has been merged into its own, as a candidate of this driver makes it:
/// a line is added, or takes the place of the one that it replaces; `no` and `default` lines remove. Secrets are in it.
///
/// # Errors
/// `Rejected`, with the line and the reason, for what cannot be told for certain.
pub fn merged(running: &str, text: &str) -> Result<String> {
    let parse = |text| indented::Config::parse(text, &language::RULES);
    Ok(indented::merge(&parse(running), &parse(text), &language::RULES)?.to_string())
}

#[async_trait]
impl Driver for CiscoNxos {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        ALL
    }

    async fn connect(&self, target: &Target) -> Result<Box<dyn Session>> {
        Ok(Box::new(session::NxosSession::connect(self, target).await?))
    }
}
