//! What a terminal shows: the command line over SSH, and NX-API's `cli_ascii`.

mod account;
mod bgp;
mod bgp_config;
mod bgp_detail;
mod environment;
mod interface;
mod lldp;
mod ntp;
mod optics;
mod probe;
mod route;
mod system;
mod table;

use std::str::FromStr;

use peering_core::ParseError;

use super::{bgp as row, field};

pub use account::{snmp, users};
pub use bgp::{bgp_instances, bgp_neighbors};
pub use bgp_config::bgp_config;
pub use bgp_detail::bgp_neighbors_detail;
pub use environment::{SystemResources, system_resources, temperatures};
pub use interface::{interface_addresses, interfaces, ipv6_addresses};
pub use lldp::lldp_neighbors;
pub use ntp::{ntp_associations, ntp_servers};
pub use optics::{Transceiver, transceivers};
pub use probe::{ping, traceroute};
pub use route::{BgpPath, bgp_paths, remote_as, routes};
pub use system::{Version, default_domain, hostname, interface_names, serial_number, version};
pub use table::{arp_table, ipv6_neighbors, mac_table};

/// What is wrong with a line, by its number from 0 on.
fn wrong(expected: &str, line: &str, number: usize) -> ParseError {
    ParseError::new(expected, line.trim()).at_line(number + 1)
}

/// The word behind these words of a line, as a value.
fn after<T: FromStr>(line: &str, words: &str) -> Option<T> {
    let (_, rest) = line.split_once(words)?;
    let word = rest.split_whitespace().next()?;
    word.trim_end_matches([',', ';', '%', ')']).parse().ok()
}
