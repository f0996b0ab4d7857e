//! IOS's answers as models: pure functions from the text of its command line.
//!
//! A promised field that is missing is an error; lines that a later version adds are passed over.

use crate::cisco::parse::field;

mod account;
mod bgp;
mod bgp_block;
mod bgp_config;
mod bgp_summary;
mod config;
mod environment;
mod lldp;
mod mac_table;
mod network_instance;
mod ntp;
mod optics;
mod probe;
mod queue;
mod route;
mod system;
mod table;

pub use account::users;
pub use bgp::{bgp_neighbors, bgp_neighbors_detail};
pub use bgp_config::bgp_config;
pub use bgp_summary::{Listed, bgp_instance, listed_neighbors};
pub use config::config;
pub use environment::{memory_pools, processors, system_memory, temperatures};
pub use lldp::{lldp_interfaces, with_interfaces};
pub use mac_table::mac_table;
pub use network_instance::network_instances;
pub use ntp::{ntp_peers, ntp_servers};
pub use optics::optics;
pub use probe::{probe_configs, probe_results};
pub use queue::queue_drops;
pub use route::{neighbor_as, own_as, rib_routes};
pub use system::{Version, default_domain, interface_names, version};
pub use table::{Vrf, arp_table, ipv6_neighbors, vlans, vrfs};

pub use crate::cisco::parse::field::short_name;
pub use crate::cisco::parse::{
    BgpPath, ListedRoute, bgp_paths, interface_counters, interfaces, ipv4_addresses, ipv6_addresses,
    listed_routes, lldp_neighbors, ntp_associations, ping, snmp, traceroute,
};
