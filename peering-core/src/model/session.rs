//! BGP sessions over an exchange.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{BgpState, Family, SessionStatus};
use crate::{Asn, Secret};

/// A BGP session over one of our connections to an exchange. Connection and peer address are its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InternetExchangeSession {
    /// The peer.
    pub autonomous_system: Asn,
    /// The name of our connection.
    pub connection: String,
    /// The peer's address.
    pub ip_address: IpAddr,
    /// Whether the peer is a route server of the exchange.
    #[serde(default)]
    pub is_route_server: bool,
    /// Where the session stands in its life.
    #[serde(default)]
    pub status: SessionStatus,
    /// The TCP MD5 password (RFC 2385). It is written as a fixed mark; see
    /// [`Network::to_json`](super::Network::to_json).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// The time to live of what we send, 1 to 255; 1 for a peer on the same LAN.
    #[serde(default = "one_hop")]
    pub multihop_ttl: u8,
    /// Whether we wait for the peer to connect.
    #[serde(default)]
    pub passive: bool,
    /// What the session was last seen to do; `None` if nobody has looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bgp_state: Option<BgpState>,
    /// The peer's or our order number for the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_reference: Option<String>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

fn one_hop() -> u8 {
    1
}

impl InternetExchangeSession {
    /// An enabled session without a password.
    pub fn new(autonomous_system: Asn, connection: impl Into<String>, ip_address: IpAddr) -> Self {
        InternetExchangeSession {
            autonomous_system,
            connection: connection.into(),
            ip_address,
            is_route_server: false,
            status: SessionStatus::Enabled,
            password: None,
            multihop_ttl: one_hop(),
            passive: false,
            bgp_state: None,
            service_reference: None,
            description: String::new(),
        }
    }

    /// The family of the peer's address.
    pub fn family(&self) -> Family {
        Family::from(self.ip_address)
    }
}
