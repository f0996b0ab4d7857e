//! The interfaces of a router.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// One interface with its addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// The name, as the router spells it.
    pub name: String,
    /// The configured description.
    pub description: Option<String>,
    /// Whether the operator enabled it (RFC 2863 `ifAdminStatus`).
    pub is_enabled: bool,
    /// Whether it works (RFC 2863 `ifOperStatus`).
    pub is_up: bool,
    /// The link-layer address, lower case with colons.
    pub mac_address: Option<String>,
    /// The largest packet, in bytes.
    pub mtu: Option<u32>,
    /// The speed, in bits per second.
    pub speed: Option<u64>,
    /// The VRF or network instance that it belongs to; `default` for the main table.
    pub network_instance: String,
    /// The addresses with their prefix length, IPv4 and IPv6, in the router's order.
    pub addresses: Vec<IpNet>,
}
