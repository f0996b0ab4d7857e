//! Internet exchanges, their peering LANs and the connections to them.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use jiff::Timestamp;

use super::macros::record;
use super::values::{ImportStatus, Protocol, Region, ServiceLevel, SocialMedia, Status, Terms, Visibility};
use crate::Asn;

record! {
    /// An internet exchange.
    Ix, keys [org_id], names [name, aka, name_long], {
        /// The organisation.
        org_id: u64,
        /// Name, unique among living exchanges.
        name: String,
        /// Other name; may be empty.
        aka: String,
        /// Long name; may be empty.
        name_long: String,
        /// City.
        city: String,
        /// Country, two letters (ISO 3166-1).
        country: String,
        /// Part of the world.
        region_continent: Region,
        /// Always `Ethernet`.
        media: String,
        /// Free text.
        notes: String,
        /// Whether there is a LAN with an IPv4 or IPv6 prefix (derived by the server).
        proto_unicast: bool,
        /// Whether multicast is carried.
        proto_multicast: bool,
        /// Whether there is a LAN with an IPv6 prefix (derived by the server).
        proto_ipv6: bool,
        /// Web site.
        website: String,
        /// Accounts on social networks.
        social_media: [SocialMedia],
        /// Address of the traffic statistics; may be empty.
        url_stats: String,
        /// Address of the technical desk.
        tech_email: String,
        /// Number of the technical desk; may be empty.
        tech_phone: String,
        /// Address for policy questions; may be empty.
        policy_email: String,
        /// Number for policy questions; may be empty.
        policy_phone: String,
        /// Number of the sales desk; may be empty.
        sales_phone: String,
        /// Address of the sales desk; may be empty.
        sales_email: String,
        /// Number of networks, as counted by the server.
        net_count: u64,
        /// Number of facilities, as counted by the server.
        fac_count: u64,
        /// Number of networks in the exchange's own member list.
        ixf_net_count: u64,
        /// When the member list was last imported; may be `null`.
        ixf_last_import: Timestamp,
        /// When an import was last asked for; may be `null`.
        ixf_import_request: Timestamp,
        /// Where that import stands.
        ixf_import_request_status: ImportStatus,
        /// Support on offer.
        service_level: ServiceLevel,
        /// Commercial terms.
        terms: Terms,
        /// Address of the status page; may be `null`.
        status_dashboard: String,
        /// Address of the logo; may be `null`.
        logo: String,
    }
}

record! {
    /// A peering LAN of an exchange. An exchange has one, with the exchange's own number, in all known data.
    IxLan, keys [ix_id], names [name], {
        /// The exchange.
        ix_id: u64,
        /// Name; usually empty.
        name: String,
        /// Description; usually empty.
        descr: String,
        /// Maximum transmission unit in bytes; `null` in old data.
        mtu: u64,
        /// Whether 802.1Q tags are supported; always false.
        dot1q_support: bool,
        /// AS number of the route servers; `null` or 0 where there is none.
        rs_asn: Asn,
        /// Hardware address of the ARP sponge; may be `null`.
        arp_sponge: String,
        /// Address of the member list (IX-F); absent unless the caller may see it, may be `null`.
        ixf_ixp_member_list_url: String,
        /// Who may see that address.
        ixf_ixp_member_list_url_visible: Visibility,
        /// Whether the server imports that member list.
        ixf_ixp_import_enabled: bool,
    }
}

record! {
    /// A prefix of a peering LAN.
    IxPfx, keys [ixlan_id], names [], {
        /// The peering LAN.
        ixlan_id: u64,
        /// The address family.
        protocol: Protocol,
        /// The prefix.
        prefix: IpNet,
        /// Whether the prefix is announced to the internet.
        in_dfz: bool,
    }
}

record! {
    /// Presence of an exchange in a facility.
    IxFac, keys [ix_id, fac_id], names [name], {
        /// The facility's name.
        name: String,
        /// The facility's city.
        city: String,
        /// The facility's country, two letters.
        country: String,
        /// The exchange.
        ix_id: u64,
        /// The facility.
        fac_id: u64,
    }
}

record! {
    /// A connection of a network to a peering LAN: one router port with its addresses.
    NetIxLan, keys [net_id, ix_id, ixlan_id, asn, speed], names [name], {
        /// The network.
        net_id: u64,
        /// The exchange.
        ix_id: u64,
        /// The exchange's name.
        name: String,
        /// The peering LAN.
        ixlan_id: u64,
        /// Free text.
        notes: String,
        /// Speed of the port in Mbit/s; 0 occurs and means unknown.
        speed: u64,
        /// The AS number used there.
        asn: Asn,
        /// IPv4 address; `null` if there is none.
        ipaddr4: Ipv4Addr,
        /// IPv6 address; `null` if there is none.
        ipaddr6: Ipv6Addr,
        /// Whether the network peers with the route servers there.
        is_rs_peer: bool,
        /// Whether the network speaks BFD (RFC 5880) there.
        bfd_support: bool,
        /// Whether the port passes traffic; ask [`is_operational`](NetIxLan::is_operational).
        operational: bool,
        /// The facility in which the network's end is; may be `null`.
        net_side_id: u64,
        /// The facility in which the exchange's end is; may be `null`.
        ix_side_id: u64,
    }
}

impl NetIxLan {
    /// Whether the port passes traffic: `operational` is not false and the status is not `not-operational`.
    ///
    /// Servers before 2.83 say it with the field alone, later ones with the status. Older records that have
    /// neither count as operational.
    pub fn is_operational(&self) -> bool {
        self.operational != Some(false) && self.status != Some(Status::NotOperational)
    }
}
