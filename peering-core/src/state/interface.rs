//! The interfaces of a router.

use std::time::Duration;

use ipnet::IpNet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One interface, physical or logical.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The router's word in the place of a link-layer address, where it has one (Junos `Unspecified`).
    pub mac_placeholder: Option<String>,
    /// The largest packet, in bytes.
    pub mtu: Option<u32>,
    /// The speed, in bits per second.
    pub speed: Option<u64>,
    /// When it last went up or down, by the router's clock.
    pub last_flapped: Option<Timestamp>,
    /// How long ago it last went up or down, where the router tells that instead.
    pub since_flap: Option<Duration>,
    /// The VRF or network instance that it belongs to, where this answer tells; `default` for the main table.
    pub network_instance: Option<String>,
}

/// The addresses of one interface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterfaceAddresses {
    /// The name of the interface, as the router spells it.
    pub interface: String,
    /// The addresses with their prefix length, IPv4 and IPv6, in the router's order.
    pub addresses: Vec<IpNet>,
}

/// What passed through one interface since its counters were last cleared (RFC 2863). `None` is not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterfaceCounters {
    /// The name of the interface, as the router spells it.
    pub interface: String,
    /// Received.
    pub received: Counters,
    /// Sent.
    pub sent: Counters,
}

/// The counters of one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Bytes.
    pub octets: Option<u64>,
    /// Packets to one receiver.
    pub unicast_packets: Option<u64>,
    /// Packets to a group.
    pub multicast_packets: Option<u64>,
    /// Packets to everybody.
    pub broadcast_packets: Option<u64>,
    /// Packets that were thrown away without being wrong.
    pub discards: Option<u64>,
    /// Packets that were wrong.
    pub errors: Option<u64>,
}
