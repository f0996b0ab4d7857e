//! IOS-XR's printed answers as models. Pure: text in, models out.
//!
//! A promised field that is missing is an error, never a default; what is unknown besides is passed over.

use crate::cisco::parse::{self as common, field};
use crate::cisco_iosxr::parse::family;

mod account;
mod bgp;
mod bgp_block;
mod bgp_config;
mod interface;
mod ntp;
mod route;
mod system;
mod table;
mod tree;

pub use account::users;
pub use bgp::{bgp_instances, bgp_neighbors, bgp_neighbors_detail};
pub use bgp_config::bgp_config;
pub use interface::{interface_names, interfaces};
pub use ntp::{ntp_peers, ntp_servers};
pub use route::route;
pub use system::{Chassis, Version, chassis, hostname, version};
pub use table::{arp_table, ipv6_neighbors, vrfs};

pub use crate::cisco::parse::{
    BgpPath, ListedRoute, bgp_paths, interface_counters, ipv4_addresses, ipv6_addresses, listed_routes,
    lldp_neighbors, ntp_associations, ping, snmp, traceroute,
};
