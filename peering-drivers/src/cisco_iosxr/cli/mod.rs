//! The command line over SSH, for trains without NETCONF.
//!
//! | file | what |
//! |---|---|
//! | `dialect.rs` | what it looks like |
//! | `parse/` | its answers as models: pure |
//! | `reads/` | which commands make a read |
//! | `session.rs` | the session |
//! | `language.rs` | how two configurations are compared: pure |
//! | `transaction/` | configuration changes |

mod dialect;
mod language;
pub mod parse;
mod reads;
mod session;
mod transaction;

use peering_core::driver::Read;

pub(super) use session::CliSession;

/// What is read over the command line.
pub(super) const READS: &[Read] = &[
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
    Read::LldpNeighbors,
    Read::LldpNeighborsDetail,
    Read::Users,
    Read::NtpServers,
    Read::NtpPeers,
    Read::NtpAssociations,
    Read::Snmp,
    Read::RunningConfig,
    Read::Config,
    Read::Ping,
    Read::Traceroute,
    Read::Command,
];
