//! Networks, their contacts and their presence in facilities.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::macros::record;
use super::values::{
    ContractPolicy, LocationPolicy, NetType, PeeringPolicy, PocRole, Ratio, Scope, SocialMedia, Traffic,
    Visibility,
};
use crate::Asn;

record! {
    /// A network: one AS number with what its operator says about it.
    Net, keys [org_id, asn], names [name, aka, name_long], {
        /// The organisation.
        org_id: u64,
        /// Name, unique among living networks.
        name: String,
        /// Other name; may be empty.
        aka: String,
        /// Long name; may be empty.
        name_long: String,
        /// Web site; the server fills an empty one from the organisation.
        website: String,
        /// Accounts on social networks.
        social_media: [SocialMedia],
        /// The AS number, unique among living networks.
        asn: Asn,
        /// Address of the looking glass; may be empty.
        looking_glass: String,
        /// Address of the route server (a public view, not one of an exchange); may be empty.
        route_server: String,
        /// AS-SET or route-set, in any of the usual spellings, or empty. Attacker-controlled text.
        irr_as_set: String,
        /// The first of `info_types`, for old clients.
        info_type: NetType,
        /// What the network does.
        info_types: [NetType],
        /// Advised limit of IPv4 prefixes; may be `null`.
        info_prefixes4: u64,
        /// Advised limit of IPv6 prefixes; may be `null`.
        info_prefixes6: u64,
        /// Traffic level.
        info_traffic: Traffic,
        /// Which way the traffic flows.
        info_ratio: Ratio,
        /// Where the network operates.
        info_scope: Scope,
        /// Whether it speaks IPv4 or IPv6 unicast.
        info_unicast: bool,
        /// Whether it speaks multicast.
        info_multicast: bool,
        /// Whether it speaks IPv6.
        info_ipv6: bool,
        /// Whether its routes must never be taken from a route server.
        info_never_via_route_servers: bool,
        /// Number of exchanges, as counted by the server.
        ix_count: u64,
        /// Number of facilities, as counted by the server.
        fac_count: u64,
        /// Free text.
        notes: String,
        /// When its connections last changed; may be `null`.
        netixlan_updated: Timestamp,
        /// When its facilities last changed; may be `null`.
        netfac_updated: Timestamp,
        /// When its contacts last changed; may be `null`.
        poc_updated: Timestamp,
        /// Address of the peering policy; may be empty.
        policy_url: String,
        /// General peering policy.
        policy_general: PeeringPolicy,
        /// Whether it asks for several locations.
        policy_locations: LocationPolicy,
        /// Whether it asks for a balance of traffic.
        policy_ratio: bool,
        /// Whether it asks for a contract.
        policy_contracts: ContractPolicy,
        /// Whether exchanges may update its connections.
        allow_ixp_update: bool,
        /// Fields that exchanges may not update (since server 2.80).
        ixp_update_exclude: [String],
        /// Address of the status page; may be `null`.
        status_dashboard: String,
        /// What the regional registry says about the AS number; may be `null`.
        rir_status: String,
        /// When `rir_status` last changed; may be `null`.
        rir_status_updated: Timestamp,
        /// Address of the logo; may be `null`.
        logo: String,
    }
}

record! {
    /// Presence of a network in a facility.
    NetFac, keys [net_id, fac_id, local_asn], names [name], {
        /// The facility's name.
        name: String,
        /// The facility's city.
        city: String,
        /// The facility's country, two letters.
        country: String,
        /// The network.
        net_id: u64,
        /// The facility.
        fac_id: u64,
        /// The AS number used there.
        local_asn: Asn,
    }
}

record! {
    /// A contact of a network.
    Poc, keys [net_id], names [name], {
        /// The network.
        net_id: u64,
        /// What the contact is for.
        role: PocRole,
        /// Who may see the contact.
        visible: Visibility,
        /// Name of the person or desk; may be empty.
        name: String,
        /// Telephone number; may be empty.
        phone: String,
        /// Mail address; may be empty.
        email: String,
        /// Web page; may be empty.
        url: String,
    }
}

/// The AS-SET of a network, as the server's `as_set` answers it. Asked for online only, never cached.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AsSet {
    /// The network's AS number.
    pub asn: Asn,
    /// The network's `irr_as_set`; may be empty.
    pub irr_as_set: String,
}
