//! EOS's answers as models: pure functions from JSON or text.
//!
//! A promised field that is missing is an error; what EOS adds in a later version is passed over. JSON is read in one
//! pass, strings are borrowed from it.

mod account;
mod bgp;
mod bgp_config;
mod bgp_detail;
mod environment;
mod field;
mod interface;
mod lldp;
mod ntp;
mod probe;
mod route;
mod system;
mod table;

use peering_core::ParseError;
use serde::Deserialize;

pub use account::{Snmp, snmp_communities, snmp_field, users};
pub use bgp::{bgp_instances, bgp_neighbors};
pub use bgp_config::bgp_config;
pub use bgp_detail::bgp_neighbors_detail;
pub use environment::{Top, fans, power_supplies, temperatures, top};
pub use interface::{interface_addresses, interface_counters, interfaces, ipv6_addresses, optics};
pub use lldp::{lldp_neighbors, lldp_neighbors_detail};
pub use ntp::{LocalServer, ntp_associations, ntp_servers};
pub use probe::{ping, traceroute};
pub use route::{bgp_paths, has_bgp, rib_routes};
pub use system::{Hostname, Version, hostname, version};
pub use table::{arp_table, ipv6_neighbors, mac_table, network_instances, vlans};

/// Reads a JSON answer of one shape.
fn json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ParseError> {
    serde_json::from_str(text).map_err(|error| {
        let line = error.line();
        let found = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        // an answer is often one line: what stands before the place of the error is the interesting part
        let found = found.get(error.column().saturating_sub(40)..).unwrap_or(found);
        ParseError::new(format!("EOS's JSON ({error})"), found.trim()).at_line(line)
    })
}
