//! Network time (RFC 5905).

use serde::{Deserialize, Serialize};

/// A configured server or peer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NtpServer {
    /// Its address or name.
    pub address: String,
    /// The UDP port.
    pub port: Option<u16>,
    /// The protocol's version.
    pub version: Option<u8>,
    /// `SERVER`, `PEER` or `POOL`, by OpenConfig's name.
    pub association: Option<String>,
    /// Whether eight packets are sent at the start.
    pub iburst: Option<bool>,
    /// Whether it is preferred.
    pub prefer: Option<bool>,
    /// The network instance that it is asked from.
    pub network_instance: Option<String>,
    /// Our address towards it.
    pub source_address: Option<String>,
    /// The number of the key.
    pub key_id: Option<u32>,
}

/// What NTP thinks of one server: a line of `ntpq -p`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NtpAssociation {
    /// The server, as the router spells it.
    pub remote: String,
    /// Where it has its time from.
    pub reference_id: String,
    /// Whether the router follows it.
    pub is_synchronized: bool,
    /// Its distance from a clock.
    pub stratum: u32,
    /// `l` local, `u` unicast, `m` multicast, `b` broadcast, `-` unknown.
    pub kind: String,
    /// When it was last heard, as the router prints it (seconds unless a unit follows; `-` for never).
    pub when: String,
    /// The poll interval, in seconds.
    pub host_poll: u32,
    /// The last eight polls, an octal number as printed.
    pub reachability: u32,
    /// The round trip, in milliseconds.
    pub delay: f64,
    /// The difference of the clocks, in milliseconds.
    pub offset: f64,
    /// The jitter, in milliseconds.
    pub jitter: f64,
}
