//! The BGP neighbours of a router.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Asn;

/// The state of a BGP session (RFC 4271, section 8.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum BgpState {
    /// Refuses everything; the reason, if one is known, is in [`BgpNeighbor::down_reason`].
    Idle,
    /// Waits for the TCP connection.
    Connect,
    /// Listens for a TCP connection.
    Active,
    /// Waits for the peer's OPEN.
    OpenSent,
    /// Waits for a KEEPALIVE or NOTIFICATION.
    OpenConfirm,
    /// Exchanges routes.
    Established,
}

impl fmt::Display for BgpState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BgpState::Idle => "Idle",
            BgpState::Connect => "Connect",
            BgpState::Active => "Active",
            BgpState::OpenSent => "OpenSent",
            BgpState::OpenConfirm => "OpenConfirm",
            BgpState::Established => "Established",
        })
    }
}

/// An address family and subsequent family (RFC 4760): `ipv4-unicast`, and whatever else a router names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum AddressFamily {
    /// AFI 1, SAFI 1.
    Ipv4Unicast,
    /// AFI 2, SAFI 1.
    Ipv6Unicast,
    /// Any other, by the IANA-style name `afi-safi` in lower case.
    Other(String),
}

impl From<String> for AddressFamily {
    fn from(name: String) -> Self {
        match name.as_str() {
            "ipv4-unicast" => AddressFamily::Ipv4Unicast,
            "ipv6-unicast" => AddressFamily::Ipv6Unicast,
            _ => AddressFamily::Other(name),
        }
    }
}

impl From<AddressFamily> for String {
    fn from(family: AddressFamily) -> Self {
        family.to_string()
    }
}

impl fmt::Display for AddressFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AddressFamily::Ipv4Unicast => "ipv4-unicast",
            AddressFamily::Ipv6Unicast => "ipv6-unicast",
            AddressFamily::Other(name) => name,
        })
    }
}

/// Why a session is not established.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DownReason {
    /// The operator of this router shut it down.
    AdminDown,
    /// The peer sent more prefixes than allowed.
    MaximumPrefixes,
    /// A NOTIFICATION (RFC 4271, section 4.5) ended it: code, subcode and the router's words.
    Notification {
        /// The error code.
        code: u8,
        /// The error subcode.
        subcode: u8,
        /// The router's words for it.
        text: String,
    },
    /// Something else, in the router's words.
    Other(String),
}

impl fmt::Display for DownReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DownReason::AdminDown => f.write_str("administratively down"),
            DownReason::MaximumPrefixes => f.write_str("maximum number of prefixes reached"),
            DownReason::Notification { code, subcode, text } => write!(f, "{text} ({code}/{subcode})"),
            DownReason::Other(text) => f.write_str(text),
        }
    }
}

/// BGP in one network instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BgpInstance {
    /// The VRF or network instance; `default` for the main table.
    pub network_instance: String,
    /// Our BGP identifier in it.
    pub router_id: Option<std::net::Ipv4Addr>,
    /// Our AS in it, where it is told.
    pub local_as: Option<Asn>,
}

/// What one session carries of one address family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeighborFamily {
    /// The family.
    pub family: AddressFamily,
    /// Prefixes received before the import policy, where the router keeps them.
    pub received: Option<u64>,
    /// Prefixes that the import policy accepted.
    pub accepted: Option<u64>,
    /// Prefixes sent after the export policy.
    pub sent: Option<u64>,
    /// The configured limit on received prefixes.
    pub prefix_limit: Option<u64>,
}

/// One BGP neighbour of a router.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BgpNeighbor {
    /// The VRF or network instance; `default` for the main table.
    pub network_instance: String,
    /// The peer's address: the key of the session in its network instance.
    pub address: IpAddr,
    /// The peer's AS.
    pub remote_as: Asn,
    /// Our AS on this session.
    pub local_as: Asn,
    /// Our address, while there is a connection.
    pub local_address: Option<IpAddr>,
    /// Our BGP identifier in this network instance.
    pub local_router_id: Option<std::net::Ipv4Addr>,
    /// The interface of a link-local peer: part of the key then.
    pub interface: Option<String>,
    /// The peer's BGP identifier, once it has said it.
    pub remote_router_id: Option<std::net::Ipv4Addr>,
    /// The configured description.
    pub description: Option<String>,
    /// The peer group or template that it takes its settings from.
    pub peer_group: Option<String>,
    /// Whether the operator enabled it.
    pub is_enabled: bool,
    /// The state of the session.
    pub state: BgpState,
    /// Why it is down, where the router tells.
    pub down_reason: Option<DownReason>,
    /// How long it has been established; `None` while it is not.
    pub uptime: Option<Duration>,
    /// Since when it has been established, by the router's clock; `None` while it is not.
    pub established_since: Option<Timestamp>,
    /// How long the session has been in its state, where the router tells it of sessions that are down, too.
    pub state_age: Option<Duration>,
    /// How often it was established and lost again.
    pub flaps: Option<u64>,
    /// The hold time in force (RFC 4271).
    pub hold_time: Option<Duration>,
    /// The keepalive interval in force (RFC 4271).
    pub keepalive: Option<Duration>,
    /// BGP messages received.
    pub messages_received: Option<u64>,
    /// BGP messages sent.
    pub messages_sent: Option<u64>,
    /// Whether the session is authenticated (TCP MD5, RFC 2385, or TCP-AO, RFC 5925), where the router tells.
    pub is_authenticated: Option<bool>,
    /// The address families, configured or negotiated.
    pub families: Vec<NeighborFamily>,
}

impl BgpNeighbor {
    /// Whether the session exchanges routes.
    pub fn is_established(&self) -> bool {
        self.state == BgpState::Established
    }

    /// The counters of one family.
    pub fn family(&self, family: &AddressFamily) -> Option<&NeighborFamily> {
        self.families.iter().find(|entry| entry.family == *family)
    }
}

/// All that a router tells of one neighbour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BgpNeighborDetail {
    /// What the summary has, too.
    pub neighbor: BgpNeighbor,
    /// The table of routes that it fills, as the router names it.
    pub routing_table: Option<String>,
    /// Whether our address is configured, rather than chosen by the router.
    pub is_local_address_configured: Option<bool>,
    /// Our TCP port.
    pub local_port: Option<u16>,
    /// The peer's TCP port.
    pub remote_port: Option<u16>,
    /// Whether the peer may be more than one hop away.
    pub is_multihop: Option<bool>,
    /// Whether several paths of it are used at once.
    pub is_multipath: Option<bool>,
    /// Whether private AS numbers are taken out of what is sent.
    pub removes_private_as: Option<bool>,
    /// The import policies, as one text.
    pub import_policy: Option<String>,
    /// The export policies, as one text.
    pub export_policy: Option<String>,
    /// UPDATE messages received.
    pub updates_received: Option<u64>,
    /// UPDATE messages sent.
    pub updates_sent: Option<u64>,
    /// Messages that wait to be sent.
    pub messages_queued: Option<u64>,
    /// The state before the present one.
    pub previous_state: Option<String>,
    /// What happened last, in the router's words.
    pub last_event: Option<String>,
    /// Whether AS numbers of four bytes are not offered (RFC 6793).
    pub suppresses_4byte_as: Option<bool>,
    /// Whether our own AS is put in front of a `local-as`.
    pub prepends_local_as: Option<bool>,
    /// Whether several paths to a prefix can be exchanged (ADD-PATH, RFC 7911).
    pub supports_add_path: Option<bool>,
    /// The options in force, as the router names them, where it lists them (Junos `Multihop`, `AddressFamily`, …).
    pub options: Vec<String>,
    /// The configured hold time.
    pub configured_hold_time: Option<Duration>,
    /// The configured keepalive interval.
    pub configured_keepalive: Option<Duration>,
    /// Prefixes of it that are in use.
    pub active_prefixes: Option<u64>,
    /// Prefixes received.
    pub received_prefixes: Option<u64>,
    /// Prefixes that the import policy accepted.
    pub accepted_prefixes: Option<u64>,
    /// Prefixes held back for flapping (RFC 2439).
    pub suppressed_prefixes: Option<u64>,
    /// Prefixes sent.
    pub advertised_prefixes: Option<u64>,
}
