//! Cisco IOS-XR over NETCONF, or its command line over SSH.
//!
//! Reads ask Cisco's native models with the filters that NAPALM sends, so that recordings made for it test what is shipped
//! here. The folder's `README.md` lists them, says how a change is made, and what is trusted without proof.
//!
//! | file | what |
//! |---|---|
//! | `parse/` | the router's answers as models: pure |
//! | `request.rs` | what is asked, as XML: pure |
//! | `reads/` | which requests make a read |
//! | `session.rs` | the session over NETCONF |
//! | `transaction/` | configuration changes |
//! | `cli/` | the same over the command line |

pub mod cli;
pub mod parse;
mod reads;
mod request;
mod session;
mod transaction;

use std::time::Duration;

use async_trait::async_trait;
use peering_core::Result;
use peering_core::driver::{Capabilities, Driver, Read, Reads, Session, Target};
use serde::Deserialize;

/// The driver's name.
const NAME: &str = "cisco_iosxr";

/// Cisco IOS-XR: over NETCONF from 7.0 on, or the command line, for older trains.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CiscoIosxr {
    /// How the router is spoken with.
    pub transport: IosxrTransport,
    /// The shortest confirm window that the router takes. 30 s, as `commit confirmed` has it; the manuals give none for
    /// NETCONF.
    pub minimum_window: Duration,
    /// The namespace of a module that lets the operation `commit` carry `label` and `comment`. It is used where the router's
    /// hello has it. The modules that Cisco has published have none, so none is the default: then the message of a commit
    /// is not sent, and another session sees a pending commit with a deadline that is too early.
    pub commit_label: Option<String>,
    /// The largest reply that is taken over NETCONF, in bytes.
    pub reply_limit: usize,
    /// Where the command line has its file while a text is loaded, such as `harddisk:/`.
    pub file_system: String,
}

impl Default for CiscoIosxr {
    fn default() -> Self {
        CiscoIosxr {
            transport: IosxrTransport::default(),
            minimum_window: Duration::from_secs(30),
            commit_label: None,
            reply_limit: crate::transport::netconf::DEFAULT_LIMIT,
            file_system: "disk0:/".to_owned(),
        }
    }
}

/// How a router is spoken with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IosxrTransport {
    /// NETCONF over SSH, port 830 unless the target names one.
    #[default]
    Netconf,
    /// The command line over SSH, port 22 unless the target names one.
    Ssh,
}

impl CiscoIosxr {
    /// What a router of this kind can do at most.
    fn offers(&self) -> Capabilities {
        match self.transport {
            IosxrTransport::Netconf => Capabilities {
                reads: Reads::of(&READS),
                merge: true,
                replace: true,
                validate: true,
                commit: true,
                commit_confirmed: true,
                minimum_window: self.minimum_window,
                window_step: Duration::from_secs(1),
            },
            IosxrTransport::Ssh => Capabilities {
                reads: Reads::of(cli::READS),
                merge: true,
                replace: true,
                commit: true,
                ..Capabilities::default()
            },
        }
    }
}

/// What is read over NETCONF: not the transceivers, VLANs (IOS-XR has none of its own), or the output of commands.
const READS: [Read; 27] = [
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
    Read::LldpNeighbors,
    Read::LldpNeighborsDetail,
    Read::Users,
    Read::NtpServers,
    Read::NtpPeers,
    Read::NtpAssociations,
    Read::Snmp,
    Read::MacTable,
    Read::ProbeConfigs,
    Read::ProbeResults,
    Read::RunningConfig,
    Read::Config,
    Read::Ping,
    Read::Traceroute,
];

#[async_trait]
impl Driver for CiscoIosxr {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        self.offers()
    }

    async fn connect(&self, target: &Target) -> Result<Box<dyn Session>> {
        match self.transport {
            IosxrTransport::Netconf => Ok(Box::new(session::NetconfSession::connect(self, target).await?)),
            IosxrTransport::Ssh => Ok(Box::new(cli::CliSession::connect(self, target).await?)),
        }
    }
}
