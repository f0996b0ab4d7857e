//! The parsers of IOS-XR's command line, by one table: against the answers in `tests/captures/cisco_iosxr_cli/FUNCTION/`, which are
//! made by hand, in the forms that Cisco's documentation shows. What is asked of them: see `peering_tests::parsers`.

use peering_core::ParseError;
use peering_core::state::BgpInstance;
use peering_drivers::cisco_iosxr::cli::parse;
use peering_tests::parsers;
use peering_tests::parsers::{Parsers, every_folder_has_a_row, list};

/// The processes, and the answers for the neighbours.
fn with_processes<T>(
    text: &str,
    read: fn(&[BgpInstance], &[&str]) -> Result<T, ParseError>,
) -> Result<T, ParseError> {
    let all = list(text)?;
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let (processes, texts) = all.split_first().ok_or_else(|| ParseError::new("an answer", text))?;
    read(&parse::bgp_instances(processes)?, texts)
}

const PARSERS: Parsers = Parsers {
    platform: "cisco_iosxr_cli",
    extension: "",
    table: parsers! { parse:
        version(text) => parse::version(text).map(|found| {
            (found.release, found.hostname, found.uptime, found.model)
        });
        hostname;
        chassis(text) => parse::chassis(text).map(|found| {
            found.map(|chassis| (chassis.model, chassis.serial_number))
        });
        interface_names;
        interfaces;
        interface_counters;
        ipv4_addresses;
        ipv6_addresses;
        bgp_instances;
        bgp_neighbors(text) => with_processes(text, parse::bgp_neighbors);
        bgp_neighbors_detail(text) => with_processes(text, parse::bgp_neighbors_detail);
        bgp_config;
        route(text) => parse::route(text, "blue");
        listed_routes(text) => parse::listed_routes(text).map(|all| {
            all.into_iter().map(|route| (route.prefix, route.protocols)).collect::<Vec<_>>()
        });
        bgp_paths(text) => parse::bgp_paths(text).map(|all| {
            all.into_iter()
                .map(|path| (path.prefix, path.next_hop, path.is_best, path.is_external, path.attributes))
                .collect::<Vec<_>>()
        });
        arp_table(text) => parse::arp_table(text, "blue");
        ipv6_neighbors;
        vrfs;
        lldp_neighbors;
        users;
        ntp_servers;
        ntp_peers;
        ntp_associations;
        snmp;
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
fn a_cut_table_is_the_beginning_of_the_whole() {
    PARSERS.keep_beginnings(&["interfaces", "listed_routes", "arp_table", "ipv6_neighbors", "vrfs"]);
}

#[test]
fn what_is_promised_is_there() {
    PARSERS.need_lines(&[
        ("version", "uptime is"),
        ("version", "Software, Version"),
        ("chassis", "PID"),
        ("interface_names", "-----"),
        ("interfaces", "line protocol"),
        ("interface_counters", "line protocol"),
        ("ipv4_addresses", "ipv4 protocol"),
        ("bgp_instances", "Autonomous System: "),
        ("route", "Known via"),
        ("route", "Routing Descriptor Blocks"),
        ("listed_routes", "Codes:"),
        ("listed_routes", "[1/0] via 2001"),
        ("bgp_paths", "from"),
        ("arp_table", "Hardware Addr"),
        ("ipv6_neighbors", "Link-layer"),
        ("lldp_neighbors", "Port id"),
        ("ping", "Success rate"),
    ]);
    for name in ["bgp_neighbors", "bgp_neighbors_detail"] {
        PARSERS.need_lines(&["BGP state =", "Remote AS"].map(|line| (name, line)));
    }
}

#[test]
fn a_number_is_a_number() {
    PARSERS.need_numbers(&[
        ("version", "16 minutes"),
        ("interfaces", "1514 bytes"),
        ("interface_counters", "363478 bytes"),
        ("bgp_instances", "System: 64501"),
        ("bgp_neighbors", "hold time is 180"),
        ("bgp_neighbors", "40 accepted"),
        ("bgp_config", "remote-as 64505"),
        ("listed_routes", "203.0.113.64/26"),
        ("bgp_paths", "localpref 110"),
        ("arp_table", "00:12:25"),
        ("ntp_servers", "version 4"),
        ("ntp_associations", " 1.91 "),
        ("ping", "4/5"),
        ("traceroute", "9 msec"),
    ]);
}
