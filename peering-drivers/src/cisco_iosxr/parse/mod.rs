//! IOS-XR's answers as models: pure functions, from an XML reply to `peering_core::state`.
//!
//! Each takes the whole `rpc-reply`, or the `data` in it. Names count without namespaces. Cisco's models leave out what does
//! not exist, so a reply without data is an empty answer where there may be nothing, and an error where there must be
//! something; so are a field that is always there and is missing, and a reply to something else.

mod account;
mod bgp;
mod bgp_config;
mod bgp_detail;
mod config;
mod environment;
mod facts;
mod interface;
mod lldp;
mod network_instance;
mod ntp;
mod probe;
mod reach;
mod reply;
mod route;
mod table;

pub use account::{snmp, users};
pub use bgp::{bgp_instances, bgp_neighbors};
pub use bgp_config::{bgp_groups, route_distinguishers};
pub use bgp_detail::bgp_neighbors_detail;
pub use config::config;
pub(in crate::cisco_iosxr) use config::undated;
pub use environment::environment;
pub use facts::facts;
pub use interface::{interface_addresses, interface_counters, interface_names, interfaces};
pub use lldp::lldp_neighbors;
pub use network_instance::{interface_instances, network_instances};
pub use ntp::{ntp_associations, ntp_peers, ntp_servers};
pub use probe::{probe_configs, probe_results};
pub use reach::{ping, traceroute};
pub(in crate::cisco_iosxr) use reply::family;
pub use route::routes;
pub use table::{arp_table, ipv6_neighbors, mac_table};
