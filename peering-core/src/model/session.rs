//! BGP sessions: over an exchange, and direct ones.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::serial::{default, is_default, is_one_hop, one_hop};
use super::{BgpState, Context, ContextAssignment, Family, SessionStatus};
use crate::{Asn, Compat, Secret};

/// A BGP session over one of our connections to an exchange. Connection and peer address are its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InternetExchangeSession {
    /// The peer.
    pub autonomous_system: Asn,
    /// The name of our connection.
    pub connection: String,
    /// The peer's address.
    pub ip_address: IpAddr,
    /// Whether the peer is a route server of the exchange.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_route_server: bool,
    /// Where the session stands in its life.
    #[serde(default)]
    pub status: SessionStatus,
    /// The TCP MD5 password (RFC 2385). It is written as a fixed mark; see
    /// [`Network::to_json`](super::Network::to_json).
    #[serde(default, skip_serializing_if = "is_default")]
    pub password: Option<Secret>,
    /// The password in the platform's cipher, where that is kept elsewhere; templates compute it otherwise.
    #[serde(default, skip_serializing_if = "is_default")]
    pub encrypted_password: Option<Secret>,
    /// The time to live of what we send, 1 to 255; 1 for a peer on the same LAN.
    #[serde(default = "one_hop", skip_serializing_if = "is_one_hop")]
    pub multihop_ttl: u8,
    /// Whether we wait for the peer to connect.
    #[serde(default, skip_serializing_if = "is_default")]
    pub passive: bool,
    /// Slugs of the session's own policies for what it receives.
    #[serde(default, skip_serializing_if = "is_default")]
    pub import_routing_policies: Vec<String>,
    /// Slugs of the session's own policies for what it sends.
    #[serde(default, skip_serializing_if = "is_default")]
    pub export_routing_policies: Vec<String>,
    /// Slugs of the session's own communities.
    #[serde(default, skip_serializing_if = "is_default")]
    pub communities: Vec<String>,
    /// The slug of its BFD timers, if it has any.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bfd: Option<String>,
    /// What the session was last seen to do; `None` if nobody has looked, or the router no longer knows it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bgp_state: Option<BgpState>,
    /// What it was last seen to carry.
    #[serde(default, skip_serializing_if = "is_default")]
    pub prefix_counts: PrefixCounts,
    /// When it was last seen established.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub last_established_state: Option<Timestamp>,
    /// The peer's or our order number for the session.
    #[serde(default, skip_serializing_if = "is_default")]
    pub service_reference: Option<String>,
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
            encrypted_password: None,
            multihop_ttl: one_hop(),
            passive: false,
            import_routing_policies: Vec::new(),
            export_routing_policies: Vec::new(),
            communities: Vec::new(),
            bfd: None,
            bgp_state: None,
            prefix_counts: default(),
            last_established_state: None,
            service_reference: None,
            tags: Vec::new(),
            config_contexts: Vec::new(),
            local_context_data: default(),
            id: None,
            description: String::new(),
            comments: String::new(),
        }
    }

    /// The family of the peer's address.
    pub fn family(&self) -> Family {
        Family::from(self.ip_address)
    }
}

/// A BGP session that is not over an exchange: transit, customers, private peering. Router, network instance
/// and peer address are its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DirectSession {
    /// The peer.
    pub autonomous_system: Asn,
    /// The autonomous system of ours; the router's, if there is none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub local_autonomous_system: Option<Asn>,
    /// Our address with the length of the link's prefix, where that is known.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub local_ip_address: Option<IpNet>,
    /// The peer's address with the length of the link's prefix.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub ip_address: IpNet,
    /// The slug of what it is for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub relationship: Option<String>,
    /// The slug of its group.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bgp_group: Option<String>,
    /// The router's name, once it is known.
    #[serde(default, skip_serializing_if = "is_default")]
    pub router: Option<String>,
    /// The name of the connection that it runs over, if it is a private VLAN at an exchange.
    #[serde(default, skip_serializing_if = "is_default")]
    pub connection: Option<String>,
    /// The VRF or network instance; the router's main table, if there is none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub network_instance: Option<String>,
    /// Where the session stands in its life.
    #[serde(default)]
    pub status: SessionStatus,
    /// The TCP MD5 password (RFC 2385). It is written as a fixed mark; see
    /// [`Network::to_json`](super::Network::to_json).
    #[serde(default, skip_serializing_if = "is_default")]
    pub password: Option<Secret>,
    /// The password in the platform's cipher, where that is kept elsewhere; templates compute it otherwise.
    #[serde(default, skip_serializing_if = "is_default")]
    pub encrypted_password: Option<Secret>,
    /// The time to live of what we send, 1 to 255; 1 for a peer on the same link.
    #[serde(default = "one_hop", skip_serializing_if = "is_one_hop")]
    pub multihop_ttl: u8,
    /// Whether we wait for the peer to connect.
    #[serde(default, skip_serializing_if = "is_default")]
    pub passive: bool,
    /// Slugs of the session's own policies for what it receives.
    #[serde(default, skip_serializing_if = "is_default")]
    pub import_routing_policies: Vec<String>,
    /// Slugs of the session's own policies for what it sends.
    #[serde(default, skip_serializing_if = "is_default")]
    pub export_routing_policies: Vec<String>,
    /// Slugs of the session's own communities.
    #[serde(default, skip_serializing_if = "is_default")]
    pub communities: Vec<String>,
    /// The slug of its BFD timers, if it has any.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bfd: Option<String>,
    /// What the session was last seen to do; `None` if nobody has looked, or the router no longer knows it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bgp_state: Option<BgpState>,
    /// What it was last seen to carry.
    #[serde(default, skip_serializing_if = "is_default")]
    pub prefix_counts: PrefixCounts,
    /// When it was last seen established.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub last_established_state: Option<Timestamp>,
    /// The peer's or our order number for the session.
    #[serde(default, skip_serializing_if = "is_default")]
    pub service_reference: Option<String>,
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

impl DirectSession {
    /// An enabled session without a password, on no router yet.
    pub fn new(autonomous_system: Asn, ip_address: IpNet) -> Self {
        DirectSession {
            autonomous_system,
            local_autonomous_system: None,
            local_ip_address: None,
            ip_address,
            relationship: None,
            bgp_group: None,
            router: None,
            connection: None,
            network_instance: None,
            status: SessionStatus::Enabled,
            password: None,
            encrypted_password: None,
            multihop_ttl: one_hop(),
            passive: false,
            import_routing_policies: Vec::new(),
            export_routing_policies: Vec::new(),
            communities: Vec::new(),
            bfd: None,
            bgp_state: None,
            prefix_counts: default(),
            last_established_state: None,
            service_reference: None,
            tags: Vec::new(),
            config_contexts: Vec::new(),
            local_context_data: default(),
            id: None,
            description: String::new(),
            comments: String::new(),
        }
    }

    /// The family of the peer's address.
    pub fn family(&self) -> Family {
        Family::from(self.ip_address.addr())
    }

    /// The first thing wrong with the two addresses.
    ///
    /// The peer's must be a host's; ours must differ; with a time to live of 1 both must be in one network of one
    /// length; ours must be a host's. IPv6, and IPv4 links of 31 and 32 bits, have hosts only (RFC 3021).
    /// Peering Manager holds equal addresses with different lengths for different; [`Compat::Strict`] does not.
    pub fn address_problem(&self, compat: Compat) -> Option<AddressProblem> {
        let remote = self.ip_address;
        not_a_host(remote).or_else(|| {
            let local = self.local_ip_address?;
            let same = match compat {
                Compat::Strict => local.addr() == remote.addr(),
                Compat::PeeringManager => local == remote,
            };
            if same {
                return Some(AddressProblem::Same);
            }
            if self.multihop_ttl == 1 && local.trunc() != remote.trunc() {
                return Some(AddressProblem::DifferentNetworks);
            }
            not_a_host(local)
        })
    }
}

/// What is wrong with the addresses of a [`DirectSession`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressProblem {
    /// This is the address of a network, not of a host.
    Network(IpAddr),
    /// This is a broadcast address, not a host's.
    Broadcast(IpAddr),
    /// Both ends have the same address.
    Same,
    /// The ends are in different networks, and the time to live is 1.
    DifferentNetworks,
}

impl fmt::Display for AddressProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AddressProblem::Network(address) => {
                write!(f, "{address} is the address of a network, not of a host")
            }
            AddressProblem::Broadcast(address) => write!(f, "{address} is a broadcast address, not a host's"),
            AddressProblem::Same => f.write_str("both ends have the same address"),
            AddressProblem::DifferentNetworks => {
                f.write_str("the ends are in different networks, but the time to live is 1")
            }
        }
    }
}

fn not_a_host(address: IpNet) -> Option<AddressProblem> {
    match address {
        IpNet::V4(net) if net.prefix_len() < 31 => {
            let host = net.addr();
            if host == net.network() {
                Some(AddressProblem::Network(host.into()))
            } else if host == net.broadcast() {
                Some(AddressProblem::Broadcast(host.into()))
            } else {
                None
            }
        }
        _ => None,
    }
}

/// How many prefixes a session was last seen to carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PrefixCounts {
    /// Received, before the import policy.
    #[serde(skip_serializing_if = "is_default")]
    pub received: Option<u64>,
    /// Accepted by the import policy.
    #[serde(skip_serializing_if = "is_default")]
    pub accepted: Option<u64>,
    /// Sent, after the export policy.
    #[serde(skip_serializing_if = "is_default")]
    pub advertised: Option<u64>,
}

/// A session of either sort.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SessionRef<'a> {
    /// Over an exchange.
    InternetExchange(&'a InternetExchangeSession),
    /// Direct.
    Direct(&'a DirectSession),
}

/// Reads one field that both sorts of session have.
macro_rules! either {
    ($self:ident, $row:ident => $field:expr) => {
        match $self {
            SessionRef::InternetExchange($row) => $field,
            SessionRef::Direct($row) => $field,
        }
    };
}

impl<'a> SessionRef<'a> {
    /// The peer.
    pub fn autonomous_system(self) -> Asn {
        either!(self, row => row.autonomous_system)
    }

    /// The peer's address.
    pub fn address(self) -> IpAddr {
        match self {
            SessionRef::InternetExchange(row) => row.ip_address,
            SessionRef::Direct(row) => row.ip_address.addr(),
        }
    }

    /// The family of the peer's address.
    pub fn family(self) -> Family {
        Family::from(self.address())
    }

    /// Where the session stands in its life.
    pub fn status(self) -> SessionStatus {
        either!(self, row => row.status)
    }

    /// The password in clear.
    pub fn password(self) -> Option<&'a Secret> {
        either!(self, row => row.password.as_ref().filter(|password| !password.is_empty()))
    }

    /// The password in the platform's cipher, as stored.
    pub fn encrypted_password(self) -> Option<&'a Secret> {
        either!(self, row => row.encrypted_password.as_ref().filter(|password| !password.is_empty()))
    }

    /// Slugs of its own policies for what it receives.
    pub fn import_routing_policies(self) -> &'a [String] {
        either!(self, row => &row.import_routing_policies)
    }

    /// Slugs of its own policies for what it sends.
    pub fn export_routing_policies(self) -> &'a [String] {
        either!(self, row => &row.export_routing_policies)
    }

    /// Slugs of its own communities.
    pub fn communities(self) -> &'a [String] {
        either!(self, row => &row.communities)
    }

    /// The slug of its BFD timers.
    pub fn bfd(self) -> Option<&'a str> {
        either!(self, row => row.bfd.as_deref())
    }

    /// The state that it was last seen in.
    pub fn bgp_state(self) -> Option<BgpState> {
        either!(self, row => row.bgp_state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(local: &str, remote: &str, ttl: u8) -> Option<AddressProblem> {
        let mut session = DirectSession::new(Asn::new(64500), remote.parse().unwrap());
        session.local_ip_address = Some(local.parse().unwrap());
        session.multihop_ttl = ttl;
        session.address_problem(Compat::Strict)
    }

    #[test]
    fn addresses_are_checked_in_order() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(problem("192.0.2.1/30", "192.0.2.2/30", 1), None);
        assert_eq!(
            problem("192.0.2.0/30", "192.0.2.3/30", 1),
            Some(AddressProblem::Broadcast(address("192.0.2.3")))
        );
        assert_eq!(problem("192.0.2.1/29", "192.0.2.1/30", 1), Some(AddressProblem::Same));
        assert_eq!(problem("192.0.2.1/29", "192.0.2.2/30", 1), Some(AddressProblem::DifferentNetworks));
        assert_eq!(problem("192.0.2.1/29", "192.0.2.2/30", 2), None);
        assert_eq!(
            problem("192.0.2.0/30", "192.0.2.1/30", 1),
            Some(AddressProblem::Network(address("192.0.2.0")))
        );
        assert_eq!(problem("192.0.2.0/31", "192.0.2.1/31", 1), None);
        assert_eq!(problem("2001:db8::/64", "2001:db8::1/64", 1), None);
    }
}
