//! Tables of the link layer: ARP, IPv6 neighbours, MAC addresses, VLANs.

use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Which link-layer address an IP address has: ARP (RFC 826), neighbour discovery (RFC 4861).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkNeighbor {
    /// The VRF or network instance, where the router tells; `default` for the main table.
    pub network_instance: Option<String>,
    /// The interface.
    pub interface: String,
    /// The address.
    pub address: IpAddr,
    /// The link-layer address, lower case with colons; `None` while it is not resolved.
    pub mac_address: Option<String>,
    /// Its age; on Junos the time until it expires.
    pub age: Option<Duration>,
    /// The state (RFC 4861), in lower case: `reachable`, `stale`, …
    pub state: Option<String>,
}

/// Where a link-layer address was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MacEntry {
    /// The link-layer address, lower case with colons.
    pub mac_address: String,
    /// The interface.
    pub interface: String,
    /// The VLAN; `None` outside of one.
    pub vlan: Option<u16>,
    /// Whether an operator wrote it.
    pub is_static: bool,
    /// Whether it is in use.
    pub is_active: bool,
    /// How often it moved from interface to interface.
    pub moves: Option<u64>,
    /// When it last moved, by the router's clock.
    pub last_move: Option<Timestamp>,
}

/// A VLAN (IEEE 802.1Q).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vlan {
    /// Its identifier, 0 when it is untagged.
    pub id: u16,
    /// Its name.
    pub name: String,
    /// Its interfaces, in the router's order.
    pub interfaces: Vec<String>,
}
