//! NX-API's JSON, and that of `… | json` on the command line: the same.
//!
//! An answer without content (`{}`, `null`, nothing at all) says that there is nothing of what was asked for.

mod bgp;
mod environment;
mod interface;
mod ntp;
mod system;
mod table;

use peering_core::ParseError;
use serde::Deserialize;

use super::{bgp as row, field};

pub use bgp::{bgp_instances, bgp_neighbors};
pub use environment::{environment, processor, shared_memory, system_memory};
pub use interface::{detailed_counters, interface_addresses, interface_counters, interfaces, ipv6_addresses};
pub use ntp::{ntp_associations, ntp_servers};
pub use system::{Version, hostname, serial_number, version};
pub use table::{arp_table, interface_instances, mac_table, network_instances, vlans};

/// Reads an answer of one shape.
fn json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ParseError> {
    serde_json::from_str(text).map_err(|error| {
        let line = error.line();
        let found = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        // an answer is often one line: what stands before the place of the error is the interesting part
        let found = found.get(error.column().saturating_sub(40)..).unwrap_or(found);
        ParseError::new(format!("NX-OS's JSON ({error})"), found.trim()).at_line(line)
    })
}

/// Reads an answer that may have no content.
fn content<'a, T: Deserialize<'a>>(text: &'a str) -> Result<Option<T>, ParseError> {
    match text.trim() {
        "" | "{}" | "null" | "\"\"" => Ok(None),
        text => json(text).map(Some),
    }
}
