//! What NAPALM's driver for a platform does in its own way: one function a getter.

use std::time::Duration;

use jiff::Timestamp;
use peering_core::Result;
use peering_core::state::{
    BgpGroup, BgpInstance, BgpNeighbor, BgpNeighborDetail, ConfigQuery, Environment, Facts, Hop, Interface,
    InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor, MacEntry, NetworkInstance,
    NtpAssociation, NtpServer, Optic, PingReport, ProbeConfig, ProbeResult, Route, Snmp, User, Vlan,
};
use serde_json::Value;

use super::shape;

/// A command, and what its text makes.
pub(super) type OfText = (&'static str, fn(&str) -> Value);

/// A getter, a command, and what its text makes.
pub(super) type Getter = (&'static str, &'static str, fn(&str) -> Result<Value>);

/// The command for a VRF, and what its text makes.
pub(super) type OfVrf = (fn(&str) -> Result<String>, fn(&str, &str) -> Result<Value>);

/// A command, and what its text makes of counters.
pub(super) type CountersOfText = (&'static str, fn(Value, &str) -> Value);

/// A command, and what its text makes for a group and a neighbour.
pub(super) type GroupsOfText = (&'static str, fn(&str, &str, &str) -> Value);

/// How a platform's answers are shaped.
pub(super) struct Quirks {
    pub(super) facts: fn(&Facts) -> Value,
    pub(super) interfaces: fn(&[Interface]) -> Value,
    /// Where NAPALM counts a time back from its own clock: what that shows is the second argument.
    pub(super) interfaces_at: Option<fn(&[Interface], Timestamp) -> Value>,
    pub(super) interface_counters: fn(&[InterfaceCounters]) -> Value,
    /// Where NAPALM takes some of the counters from another command: that, and what its text makes of the others.
    pub(super) interface_counters_text: Option<CountersOfText>,
    pub(super) interface_addresses: fn(&[InterfaceAddresses]) -> Value,
    pub(super) bgp_neighbors: fn(&[BgpNeighbor]) -> Value,
    /// The instances without a neighbour, where NAPALM gives them too; asked for only where this is set.
    pub(super) bgp_instances: Option<fn(Value, &[BgpInstance]) -> Value>,
    pub(super) bgp_neighbors_detail: fn(&[BgpNeighborDetail]) -> Value,
    pub(super) bgp_config: fn(&[BgpGroup]) -> Value,
    /// Where NAPALM reads the configuration's text in a way of its own: the command, and what its text makes for a group and a
    /// neighbour, either of which may be empty.
    pub(super) bgp_config_text: Option<GroupsOfText>,
    pub(super) routes: fn(&[Route]) -> Value,
    /// Whether a prefix without a route is in the answer, with none.
    pub(super) has_empty_routes: bool,
    /// The platform's word for a protocol, where NAPALM translates it.
    pub(super) protocol: fn(&str) -> Option<&'static str>,
    /// The second argument is the VRF that is asked for; empty for all.
    pub(super) arp_table: fn(&[LinkNeighbor], &str) -> Value,
    /// Where NAPALM asks for one VRF alone, without knowing the others: the command, and what its text makes.
    pub(super) arp_of_vrf: Option<OfVrf>,
    pub(super) ipv6_neighbors: fn(&[LinkNeighbor]) -> Value,
    /// The second argument is the name that is asked for; empty for all.
    pub(super) network_instances: fn(&[NetworkInstance], &str) -> Value,
    pub(super) environment: fn(&Environment) -> Value,
    pub(super) optics: fn(&[Optic]) -> Value,
    pub(super) lldp_neighbors: fn(&[LldpNeighbor]) -> Value,
    pub(super) lldp_neighbors_detail: fn(&[LldpNeighbor]) -> Value,
    pub(super) users: fn(&[User]) -> Value,
    pub(super) ntp_servers: fn(&[NtpServer]) -> Value,
    pub(super) ntp_peers: fn(&[NtpServer]) -> Value,
    /// Where NAPALM takes whoever is asked for the time for a peer.
    pub(super) ntp_peers_asked: Option<fn(&[NtpAssociation]) -> Value>,
    pub(super) ntp_associations: fn(&[NtpAssociation]) -> Value,
    /// Where NAPALM reads a command's text in a way of its own: the command, and what the text makes.
    pub(super) ntp_text: Option<OfText>,
    pub(super) snmp: fn(&Snmp) -> Value,
    pub(super) vlans: fn(&[Vlan]) -> Value,
    pub(super) mac_table: fn(&[MacEntry]) -> Value,
    pub(super) probe_configs: fn(&[ProbeConfig]) -> Value,
    pub(super) probe_results: fn(&[ProbeResult]) -> Value,
    pub(super) ping: fn(&PingReport) -> Value,
    /// The second argument is how long each probe was waited for: NAPALM gives it for those without an answer.
    pub(super) traceroute: fn(&[Hop], Duration) -> Value,
    /// What a configuration is asked with, of what the caller wants.
    pub(super) config_query: fn(ConfigQuery) -> ConfigQuery,
    /// What NAPALM leaves of a configuration.
    pub(super) config_text: fn(&str) -> String,
    /// How NAPALM blacks secrets out, where it does that itself.
    pub(super) sanitize: Option<fn(&str) -> String>,
    /// The encodings of `cli` besides text, and what is put behind a command for them.
    pub(super) cli_encodings: &'static [(&'static str, &'static str)],
    /// Whether a command that is refused is answered with the router's words.
    pub(super) cli_tells_refusals: bool,
    /// Whether NAPALM takes the pipes behind a command of `cli` itself.
    pub(super) has_pipes: bool,
    /// The getters that NAPALM reads off a command's text in a way of its own: method, command, and what the text makes.
    pub(super) texts: &'static [Getter],
    /// The getters that NAPALM's driver does not have; with an argument's name, those that it has without it.
    pub(super) lacks: &'static [(&'static str, &'static str)],
}

/// What a platform without quirks has: names, defaults and units as NAPALM documents them.
pub(super) const COMMON: Quirks = Quirks {
    facts: shape::facts,
    interfaces: |all| shape::interfaces(all, -1.0),
    interfaces_at: None,
    interface_counters: shape::interface_counters,
    interface_counters_text: None,
    interface_addresses: |all| shape::interface_addresses(all, false),
    bgp_neighbors: |all| shape::bgp_neighbors(all, shape::UNKNOWN),
    bgp_instances: None,
    bgp_neighbors_detail: |all| {
        shape::bgp_neighbors_detail(all, "global", shape::Unknown { count: 0, router_id: "" })
    },
    bgp_config: shape::bgp_config,
    bgp_config_text: None,
    routes: shape::routes,
    has_empty_routes: false,
    protocol: |_| None,
    arp_table: shape::arp_table,
    arp_of_vrf: None,
    ipv6_neighbors: shape::ipv6_neighbors,
    network_instances: shape::network_instances,
    environment: |all| shape::environment(all, 1),
    optics: |all| shape::optics(all, 0.0),
    lldp_neighbors: shape::lldp_neighbors,
    lldp_neighbors_detail: shape::lldp_neighbors_detail,
    users: shape::users,
    ntp_servers: shape::ntp_names,
    ntp_peers: shape::ntp_names,
    ntp_peers_asked: None,
    ntp_associations: shape::ntp_associations,
    ntp_text: None,
    snmp: shape::snmp,
    vlans: shape::vlans,
    mac_table: shape::mac_table,
    probe_configs: shape::probe_configs,
    probe_results: shape::probe_results,
    ping: |report| shape::ping(report, report.lost),
    traceroute: shape::traceroute,
    config_query: |query| query,
    config_text: str::to_owned,
    sanitize: None,
    cli_encodings: &[],
    cli_tells_refusals: false,
    has_pipes: false,
    texts: &[],
    lacks: &[],
};

/// The quirks of NAPALM's driver of this name.
pub(super) fn of(driver: &str) -> &'static Quirks {
    match driver {
        #[cfg(feature = "arista_eos")]
        "eos" => &super::arista_eos::QUIRKS,
        #[cfg(feature = "cisco_ios")]
        "ios" => &super::cisco_ios::QUIRKS,
        #[cfg(feature = "cisco_iosxr")]
        "iosxr_netconf" => &super::cisco_iosxr::QUIRKS,
        #[cfg(feature = "cisco_nxos")]
        "nxos" => &super::cisco_nxos::NXAPI,
        #[cfg(feature = "cisco_nxos")]
        "nxos_ssh" => &super::cisco_nxos::SSH,
        #[cfg(feature = "juniper_junos")]
        "junos" => &super::juniper_junos::QUIRKS,
        _ => &COMMON,
    }
}

/// NAPALM's name for a platform of ours; of several that of the driver's first transport.
pub(super) fn name_of(platform: &str) -> &str {
    match platform {
        "arista_eos" => "eos",
        "cisco_ios" => "ios",
        "cisco_iosxr" => "iosxr_netconf",
        "cisco_nxos" => "nxos",
        "juniper_junos" => "junos",
        other => other,
    }
}
