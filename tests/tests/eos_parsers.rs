//! EOS's parsers, by two tables: against the answers in `tests/captures/arista_eos/FUNCTION/`, which are made by hand, in the
//! forms that EOS's documentation and other people's recordings show. What is asked of them: see `peering_tests::parsers`.

use peering_core::ParseError;
use peering_drivers::arista_eos::parse;
use peering_tests::parsers;
use peering_tests::parsers::{Parsers, every_folder_has_a_row};
use serde_json::value::RawValue;

/// The answers of a list.
fn list<const N: usize>(text: &str) -> Result<[&str; N], ParseError> {
    let wrong = || ParseError::new(format!("a list of {N} answers"), text);
    let each: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| wrong())?;
    each.into_iter().map(RawValue::get).collect::<Vec<_>>().try_into().map_err(|_| wrong())
}

/// The summary that the captures of the details belong to.
const SUMMARY: &str =
    r#"{"vrfs":{"default":{"routerId":"192.0.2.1","peers":{"192.0.2.2":{"prefixAccepted":7}}}}}"#;

const JSON: Parsers = Parsers {
    platform: "arista_eos",
    extension: "json",
    table: parsers! { parse:
        version(text) => parse::version(text).map(|version| {
            (version.release(), version.is_virtual(), version.internal_version, version.serial_number, version.uptime)
        });
        hostname(text) => parse::hostname(text).map(|names| (names.hostname, names.fqdn));
        interfaces;
        interface_counters;
        interface_addresses;
        ipv6_addresses(text) => parse::ipv6_addresses(Vec::new(), text);
        optics;
        bgp_instances(text) => list(text).and_then(parse::bgp_instances);
        bgp_neighbors(text) => list(text).and_then(|[ipv4_summary, ipv6_summary, ipv4, ipv6]| {
            parse::bgp_neighbors([ipv4_summary, ipv6_summary], [ipv4, ipv6])
        });
        rib_routes(text) => parse::rib_routes(text, "default");
        bgp_paths(text) => list(text).and_then(|[rib, bgp]| {
            parse::bgp_paths(parse::rib_routes(rib, "default")?, bgp, "default")
        });
        arp_table;
        ipv6_neighbors;
        network_instances;
        fans;
        temperatures;
        power_supplies;
        lldp_neighbors;
        lldp_neighbors_detail;
        users;
        snmp_field(text) => parse::snmp_field(text, parse::Snmp::Contact);
        vlans;
        mac_table;
    },
};

const TEXT: Parsers = Parsers {
    platform: "arista_eos",
    extension: "txt",
    table: parsers! { parse:
        bgp_neighbors_detail(text) => parse::bgp_neighbors_detail(text, SUMMARY);
        bgp_config;
        top;
        ntp_servers(text) => parse::ntp_servers(text).map(|servers| {
            servers.into_iter().map(|entry| (entry.server, entry.interface)).collect::<Vec<_>>()
        });
        ntp_associations;
        snmp_communities;
        ping;
        traceroute;
    },
};

#[test]
fn every_answer_gives_its_model() {
    JSON.give_their_models();
    TEXT.give_their_models();
}

#[test]
fn every_folder_is_tested() {
    every_folder_has_a_row(&[&JSON, &TEXT]);
}

#[test]
fn what_is_cut_is_no_panic_and_never_half_a_model() {
    JSON.survive_cuts();
    TEXT.survive_cuts();
}

#[test]
fn what_is_corrupted_is_no_panic() {
    JSON.survive_corruption();
    TEXT.survive_corruption();
}

#[test]
fn json_of_another_shape_is_an_error() {
    JSON.refuse(&["", "null", "[]", "7", "\"x\"", "% Invalid input"]);
}

#[test]
fn what_is_promised_is_there() {
    JSON.need_fields(&[
        ("version", "modelName"),
        ("interfaces", "lineProtocolStatus"),
        ("bgp_neighbors", "peerAddress"),
        ("bgp_neighbors", "asn"),
        ("bgp_neighbors", "state"),
        ("arp_table", "interface"),
        ("temperatures", "overheatThreshold"),
        ("lldp_neighbors", "neighborPort"),
        ("rib_routes", "routeType"),
        ("network_instances", "interfaces"),
    ]);
    TEXT.need_lines(
        &["BGP state is", "Local AS is", "remote router ID", "BGP neighbor is"]
            .map(|line| ("bgp_neighbors_detail", line)),
    );
}
