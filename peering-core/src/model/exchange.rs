//! Exchanges, our connections to them, and the peers we do not want to be asked about.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Family, Status};
use crate::Asn;

/// An internet exchange as one of our autonomous systems sees it.
///
/// Two of our systems at the same exchange are two values with different slugs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InternetExchange {
    /// Its name. It need not be unique: exchanges of the same name exist.
    pub name: String,
    /// The key by which connections refer to it; unique in a [`Network`](super::Network).
    pub slug: String,
    /// Whether it is in use.
    #[serde(default)]
    pub status: Status,
    /// The autonomous system of ours that peers there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_autonomous_system: Option<Asn>,
    /// PeeringDB's number of the peering LAN (`ixlan.id`); without it nothing can be discovered there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peeringdb_ixlan: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl InternetExchange {
    /// An enabled exchange with this key and name.
    pub fn new(slug: impl Into<String>, name: impl Into<String>) -> Self {
        InternetExchange {
            name: name.into(),
            slug: slug.into(),
            status: Status::Enabled,
            local_autonomous_system: None,
            peeringdb_ixlan: None,
            description: String::new(),
        }
    }
}

/// One port of ours on an exchange's peering LAN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// The key by which sessions refer to it; unique in a [`Network`](super::Network).
    pub name: String,
    /// The exchange's slug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internet_exchange: Option<String>,
    /// Whether it is in use.
    #[serde(default)]
    pub status: Status,
    /// The router's name, once it is known on which router the port is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub router: Option<String>,
    /// The interface's name on that router.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
    /// The 802.1Q tag, 1 to 4094.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vlan: Option<u16>,
    /// Our IPv4 address with the length of the peering LAN's prefix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv4_address: Option<Ipv4Net>,
    /// Our IPv6 address with the length of the peering LAN's prefix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv6_address: Option<Ipv6Net>,
    /// PeeringDB's record of the port (`netixlan.id`), if it is linked to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peeringdb_netixlan: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl Connection {
    /// An enabled connection with this name and nothing else.
    pub fn new(name: impl Into<String>) -> Self {
        Connection {
            name: name.into(),
            internet_exchange: None,
            status: Status::Enabled,
            router: None,
            interface: None,
            vlan: None,
            ipv4_address: None,
            ipv6_address: None,
            peeringdb_netixlan: None,
            description: String::new(),
        }
    }

    /// Our address of one family, without prefix length.
    pub fn address(&self, family: Family) -> Option<IpAddr> {
        self.interface_address(family).map(|net| net.addr())
    }

    /// Our address of one family, with prefix length.
    pub fn interface_address(&self, family: Family) -> Option<IpNet> {
        match family {
            Family::Ipv4 => self.ipv4_address.map(IpNet::V4),
            Family::Ipv6 => self.ipv6_address.map(IpNet::V6),
        }
    }
}

/// A network that is not to be proposed as a peer on one peering LAN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HiddenPeer {
    /// The network.
    pub asn: Asn,
    /// PeeringDB's number of the peering LAN (`ixlan.id`).
    pub ixlan: u64,
    /// When hiding ends; never, if there is no instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Why it is hidden.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl HiddenPeer {
    /// Whether the peer is still hidden at this instant.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hiding_ends_at_its_instant() {
        let until: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
        let mut hidden =
            HiddenPeer { asn: Asn::new(64500), ixlan: 1, until: Some(until), reason: String::new() };
        assert!(hidden.is_active("2029-12-31T23:59:59Z".parse().unwrap()));
        assert!(!hidden.is_active(until));
        hidden.until = None;
        assert!(hidden.is_active(until));
    }

    #[test]
    fn an_interface_address_keeps_its_host_part() {
        let json = r#"{"name": "a", "ipv4_address": "192.0.2.7/24", "ipv6_address": "2001:db8::7/64"}"#;
        let connection: Connection = serde_json::from_str(json).unwrap();
        assert_eq!(connection.address(Family::Ipv4).unwrap().to_string(), "192.0.2.7");
        assert_eq!(connection.interface_address(Family::Ipv6).unwrap().to_string(), "2001:db8::7/64");
        assert!(
            serde_json::from_str::<Connection>(r#"{"name": "a", "ipv4_address": "2001:db8::7/64"}"#).is_err()
        );
    }
}
