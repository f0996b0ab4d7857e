//! IOS-XR's parsers, by one table: against the replies in `tests/captures/cisco_iosxr/FUNCTION/`, which are made by hand, in the
//! forms of Cisco's YANG modules and of other people's recordings. What is asked of them: see `peering_tests::parsers`.

use peering_core::ParseError;
use peering_core::state::{ConfigFormat, NetworkInstance, ProbeConfig};
use peering_drivers::cisco_iosxr::parse;
use peering_drivers::transport::netconf::xml::Element;
use peering_tests::parsers;
use peering_tests::parsers::{Parsers, every_folder_has_a_row};

/// What the configuration says of the operations of the captured results.
fn operations() -> Vec<ProbeConfig> {
    let operation = |owner: &str, kind: &str, count| ProbeConfig {
        owner: owner.to_owned(),
        name: format!("operation {owner}"),
        kind: Some(kind.to_owned()),
        count: Some(count),
        ..ProbeConfig::default()
    };
    vec![operation("10", "icmp-echo", 16), operation("20", "udp-jitter", 10)]
}

/// An interface of a VRF, and the route distinguisher of another.
fn network_instances(reply: Element<'_>) -> Result<Vec<NetworkInstance>, ParseError> {
    let interfaces = [("GigabitEthernet0/0/0/2".to_owned(), "blue".to_owned())];
    let distinguishers = [("green".to_owned(), "192.0.2.1:7".to_owned())].into();
    parse::network_instances(reply, &interfaces, &distinguishers)
}

const PARSERS: Parsers = Parsers {
    platform: "cisco_iosxr",
    extension: "xml",
    table: parsers! { xml parse:
        facts;
        interface_names;
        interfaces;
        interface_addresses;
        interface_counters;
        bgp_instances;
        bgp_neighbors;
        bgp_neighbors_detail;
        bgp_groups;
        route_distinguishers;
        routes;
        arp_table;
        ipv6_neighbors;
        mac_table;
        lldp_neighbors;
        ntp_servers;
        ntp_peers;
        ntp_associations;
        users;
        snmp;
        config(reply) => parse::config(reply, ConfigFormat::Text);
        interface_instances;
        network_instances(reply) => network_instances(reply);
        environment(reply) => parse::environment(
            reply.find("sensors/data"),
            reply.required("processors/data")?,
            reply.required("memory/data")?,
        );
        probe_configs;
        probe_results(reply) => parse::probe_results(reply, &operations());
        ping;
        traceroute;
    },
};

#[test]
fn every_answer_gives_its_model() {
    PARSERS.give_their_models();
}

#[test]
fn every_folder_is_tested() {
    every_folder_has_a_row(&[&PARSERS]);
}

#[test]
fn what_is_cut_is_no_panic_and_never_half_a_model() {
    PARSERS.survive_cuts();
}

#[test]
fn what_is_corrupted_is_no_panic() {
    PARSERS.survive_corruption();
}

#[test]
fn a_namespace_makes_no_difference() {
    PARSERS.take_any_namespace();
}

#[test]
fn the_reply_to_another_question_is_an_error() {
    PARSERS.refuse(&["", "<rpc-reply><something-else><name>x</name></something-else></rpc-reply>"]);
}

#[test]
fn what_is_promised_is_there() {
    PARSERS.need_leaves(&[
        ("facts", "host-name"),
        ("facts", "uptime"),
        ("facts", "software-revision"),
        ("interface_names", "interface-name"),
        ("interfaces", "state"),
        ("interfaces", "line-state"),
        ("interface_counters", "interface-name"),
        ("interface_addresses", "prefix-length"),
        ("bgp_instances", "vrf-name"),
        ("bgp_neighbors", "connection-state"),
        ("bgp_neighbors", "remote-as"),
        ("bgp_neighbors", "neighbor-address"),
        ("bgp_neighbors_detail", "connection-state"),
        ("bgp_groups", "neighbor-group-name"),
        ("bgp_groups", "as-yy"),
        ("bgp_groups", "prefix-limit"),
        ("route_distinguishers", "vrf-name"),
        ("routes", "protocol-name"),
        ("routes", "prefix-length"),
        ("arp_table", "interface-name"),
        ("ipv6_neighbors", "interface-name"),
        ("mac_table", "address"),
        ("lldp_neighbors", "receiving-interface-name"),
        ("ntp_servers", "address-ipv4"),
        ("ntp_associations", "stratum"),
        ("users", "name"),
        ("snmp", "community-name"),
        ("network_instances", "vrf-name"),
        ("environment", "total-cpu-five-minute"),
        ("environment", "sensor"),
        ("probe_configs", "operation-id"),
        ("probe_results", "operation-id"),
        ("ping", "total"),
        ("traceroute", "hop-index"),
    ]);
}
