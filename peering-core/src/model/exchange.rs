//! Exchanges, our connections to them, and the peers we do not want to be asked about.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::serial::{default, is_default};
use super::{Contact, Context, ContextAssignment, Family, Status};
use crate::{Asn, ParseError};

/// An internet exchange as one of our autonomous systems sees it.
///
/// Two of our systems at the same exchange are two values with different slugs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    #[serde(default, skip_serializing_if = "is_default")]
    pub local_autonomous_system: Option<Asn>,
    /// PeeringDB's number of the peering LAN (`ixlan.id`); without it nothing can be discovered there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub peeringdb_ixlan: Option<u64>,
    /// The prefixes of the peering LAN (PeeringDB `ixpfx`).
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub prefixes: Vec<IpNet>,
    /// Slugs of the policies for what all sessions there receive.
    #[serde(default, skip_serializing_if = "is_default")]
    pub import_routing_policies: Vec<String>,
    /// Slugs of the policies for what all sessions there send.
    #[serde(default, skip_serializing_if = "is_default")]
    pub export_routing_policies: Vec<String>,
    /// Slugs of the communities of all sessions there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub communities: Vec<String>,
    /// Whom to write to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub contacts: Vec<Contact>,
    /// Slugs of its tags.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tags: Vec<String>,
    /// The contexts that apply to it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub config_contexts: Vec<ContextAssignment>,
    /// Values of its own for templates, over those of its contexts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub local_context_data: Context,
    /// Its number in the system that it was imported from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
    /// Longer notes of the operator's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comments: String,
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
            prefixes: Vec::new(),
            import_routing_policies: Vec::new(),
            export_routing_policies: Vec::new(),
            communities: Vec::new(),
            contacts: Vec::new(),
            tags: Vec::new(),
            config_contexts: Vec::new(),
            local_context_data: default(),
            id: None,
            description: String::new(),
            comments: String::new(),
        }
    }
}

/// One port of ours on an exchange's peering LAN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// The key by which sessions refer to it; unique in a [`Network`](super::Network).
    pub name: String,
    /// The exchange's slug.
    #[serde(default, skip_serializing_if = "is_default")]
    pub internet_exchange: Option<String>,
    /// Whether it is in use.
    #[serde(default)]
    pub status: Status,
    /// The router's name, once it is known on which router the port is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub router: Option<String>,
    /// The interface's name on that router.
    #[serde(default, skip_serializing_if = "is_default")]
    pub interface: Option<String>,
    /// The VRF or network instance of the port; the router's main table, if there is none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub network_instance: Option<String>,
    /// The 802.1Q tag, 1 to 4094.
    #[serde(default, skip_serializing_if = "is_default")]
    pub vlan: Option<u16>,
    /// The link-layer address of the port.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mac_address: Option<MacAddress>,
    /// Our IPv4 address with the length of the peering LAN's prefix.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub ipv4_address: Option<Ipv4Net>,
    /// Our IPv6 address with the length of the peering LAN's prefix.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub ipv6_address: Option<Ipv6Net>,
    /// PeeringDB's record of the port (`netixlan.id`), if it is linked to one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub peeringdb_netixlan: Option<u64>,
    /// Slugs of its tags.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tags: Vec<String>,
    /// The contexts that apply to it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub config_contexts: Vec<ContextAssignment>,
    /// Values of its own for templates, over those of its contexts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub local_context_data: Context,
    /// Its number in the system that it was imported from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
    /// Longer notes of the operator's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comments: String,
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
            network_instance: None,
            vlan: None,
            mac_address: None,
            ipv4_address: None,
            ipv6_address: None,
            peeringdb_netixlan: None,
            tags: Vec::new(),
            config_contexts: Vec::new(),
            local_context_data: default(),
            id: None,
            description: String::new(),
            comments: String::new(),
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

/// A link-layer address of 48 bits, written `00:1b:77:49:54:fd`.
///
/// Parsing accepts that, `00-1B-77-49-54-FD`, `001b.7749.54fd` and `001B774954FD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct MacAddress([u8; 6]);

impl MacAddress {
    /// Its bytes, in the order in which they are written.
    pub const fn bytes(self) -> [u8; 6] {
        self.0
    }

    /// Three groups of four digits, as Cisco's systems write it: `001b.7749.54fd`.
    pub fn dotted(self) -> String {
        let [a, b, c, d, e, f] = self.0;
        format!("{a:02x}{b:02x}.{c:02x}{d:02x}.{e:02x}{f:02x}")
    }

    /// The digits alone: `001b774954fd`.
    pub fn bare(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl FromStr for MacAddress {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let group = match (text.contains(':'), text.contains('-'), text.contains('.')) {
            (true, false, false) | (false, true, false) => 2,
            (false, false, true) => 4,
            _ => 12,
        };
        let wrong = || ParseError::new("a MAC address such as 00:1b:77:49:54:fd", text);
        let digits: Vec<&str> = text.split([':', '-', '.']).collect();
        let digits =
            if digits.iter().all(|part| part.len() == group) { digits.concat() } else { String::new() };
        if digits.len() != 12 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let number = u64::from_str_radix(&digits, 16).map_err(|_| wrong())?;
        let [_, _, bytes @ ..] = number.to_be_bytes();
        Ok(MacAddress(bytes))
    }
}

impl TryFrom<String> for MacAddress {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<MacAddress> for String {
    fn from(address: MacAddress) -> Self {
        address.to_string()
    }
}

/// A network that is not to be proposed as a peer on one peering LAN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HiddenPeer {
    /// The network.
    pub asn: Asn,
    /// PeeringDB's number of the peering LAN (`ixlan.id`).
    pub ixlan: u64,
    /// When hiding ends; never, if there is no instant.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub until: Option<Timestamp>,
    /// Why it is hidden.
    #[serde(default, skip_serializing_if = "is_default")]
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
    fn a_mac_address_has_four_spellings() {
        for text in ["00:1b:77:49:54:fd", "00-1B-77-49-54-FD", "001b.7749.54fd", "001B774954FD"] {
            let address: MacAddress = text.parse().unwrap();
            assert_eq!(address.to_string(), "00:1b:77:49:54:fd", "{text}");
            assert_eq!(address.dotted(), "001b.7749.54fd");
            assert_eq!(address.bare(), "001b774954fd");
        }
        for text in ["", "zz", "00:1b:77:49:54", "00:1b-77:49:54:fd", "001b:7749:54fd", "00.1b.77.49.54.fd"] {
            assert!(text.parse::<MacAddress>().is_err(), "{text}");
        }
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
