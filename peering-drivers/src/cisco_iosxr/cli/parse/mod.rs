//! IOS-XR's printed answers as models. Pure: text in, models out.
//!
//! A promised field that is missing is an error, never a default; what is unknown besides is passed over.

use crate::cisco::parse::field;
use crate::cisco_iosxr::parse::family;

mod bgp;
mod bgp_block;
mod interface;
mod system;

pub use bgp::{bgp_instances, bgp_neighbors, bgp_neighbors_detail};
pub use interface::interface_names;
pub use system::{Chassis, Version, chassis, hostname, version};

pub use crate::cisco::parse::{
    interface_counters, interfaces, ipv4_addresses, ipv6_addresses, lldp_neighbors, ntp_associations, ping,
    snmp, traceroute,
};
