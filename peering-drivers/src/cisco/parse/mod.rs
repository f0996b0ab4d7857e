//! Answers that IOS and IOS-XR print alike, as models: pure functions from text.
//!
//! A promised field that is missing is an error; lines that a later version adds are passed over.

pub(crate) mod field;
mod interface;
mod listing;
mod lldp;
mod ntp;
mod path;
mod reach;
mod snmp;

pub use interface::{interface_counters, interfaces, ipv4_addresses, ipv6_addresses};
pub use listing::{ListedRoute, listed_routes};
pub use lldp::lldp_neighbors;
pub use ntp::ntp_associations;
pub(crate) use path::unread;
pub use path::{BgpPath, bgp_paths};
pub use reach::{ping, traceroute};
pub use snmp::snmp;
