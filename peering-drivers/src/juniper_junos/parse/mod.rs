//! Junos's answers as models: pure functions, from an XML reply to `peering_core::state`.
//!
//! Each takes the whole reply, or the element in it that is the answer. Names count without namespaces; a reply of
//! several routing engines reads like that of one. A field that Junos always sends and that is missing is an error; so
//! is a reply to something else.

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
mod optics;
mod probe;
mod reach;
mod reply;
mod route;
mod switching;
mod table;

pub use account::{root_user, snmp, users};
pub use bgp::{bgp_neighbors, bgp_state_ages, routing_instances};
pub use bgp_config::{BgpPolicies, bgp_groups, next_hop_self_policies, router_as};
pub use bgp_detail::bgp_neighbors_detail;
pub(in crate::juniper_junos) use config::undated;
pub use config::{config, output};
pub use environment::environment;
pub use facts::{Software, boot_age, domain_name, resolver_domain, serial_number, software};
pub use interface::{interface_addresses, interface_counters, interfaces};
pub use lldp::lldp_neighbors;
pub use network_instance::network_instances;
pub use ntp::{ntp_association, ntp_associations, ntp_peers, ntp_servers};
pub use optics::optics;
pub use probe::{probe_configs, probe_results};
pub use reach::{ping, traceroute};
pub use reply::refusal;
pub use route::routes;
pub use switching::{SwitchStyle, has_bridge_domains, mac_table, switch_style, vlans};
pub use table::{arp_table, ipv6_neighbors};
