//! IOS's parsers, by one table: against the answers in `tests/captures/cisco_ios/FUNCTION/`, which are made by hand, in the forms
//! that Cisco's documentation and other people's recordings show. What is asked of them: see `peering_tests::parsers`.

use peering_core::ParseError;
use peering_drivers::cisco_ios::parse;
use peering_tests::parsers;
use peering_tests::parsers::{Parsers, every_folder_has_a_row, list};

/// The first answer of a list, and the others.
fn join<T>(text: &str, parse: fn(&str, &[&str]) -> Result<Vec<T>, ParseError>) -> Result<Vec<T>, ParseError> {
    let all = list(text)?;
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let (first, rest) = all.split_first().ok_or_else(|| ParseError::new("an answer", text))?;
    parse(first, rest)
}

const PARSERS: Parsers = Parsers {
    platform: "cisco_ios",
    extension: "",
    table: parsers! { parse:
        version(text) => parse::version(text).map(|found| {
            (found.software, found.hostname, found.uptime, found.model, found.serial_number)
        });
        default_domain;
        interface_names;
        interfaces;
        interface_counters;
        queue_drops;
        ipv4_addresses;
        ipv6_addresses;
        optics;
        bgp_neighbors(text) => join(text, parse::bgp_neighbors);
        bgp_neighbors_detail(text) => join(text, parse::bgp_neighbors_detail);
        listed_neighbors(text) => parse::listed_neighbors(text).map(|all| {
            all.into_iter().map(|one| (one.family, one.spelling, one.address)).collect::<Vec<_>>()
        });
        bgp_instance(text) => parse::bgp_instance(text, "RED");
        bgp_config;
        config(text) => Ok::<_, ParseError>(parse::config(text));
        rib_routes(text) => parse::rib_routes(text, "RED");
        bgp_paths(text) => parse::bgp_paths(text).map(|all| {
            all.into_iter()
                .map(|path| (path.prefix, path.next_hop, path.is_best, path.is_external, path.attributes))
                .collect::<Vec<_>>()
        });
        listed_routes(text) => parse::listed_routes(text).map(|all| {
            all.into_iter().map(|route| (route.prefix, route.protocols)).collect::<Vec<_>>()
        });
        neighbor_as(text) => parse::neighbor_as(text, "192.0.2.2");
        own_as;
        arp_table(text) => parse::arp_table(text, "default");
        ipv6_neighbors(text) => parse::ipv6_neighbors(text, "default");
        vrfs(text) => parse::vrfs(text).map(|all| {
            all.into_iter().map(|vrf| (vrf.name, vrf.has_ipv4, vrf.has_ipv6)).collect::<Vec<_>>()
        });
        network_instances(text) => list(text).and_then(|all| match all.as_slice() {
            [vrfs, interfaces] => parse::network_instances([vrfs, interfaces]),
            _ => Err(ParseError::new("two answers", text)),
        });
        processors;
        memory_pools;
        system_memory;
        temperatures;
        lldp_neighbors;
        lldp_interfaces;
        users;
        ntp_servers;
        ntp_peers;
        ntp_associations;
        snmp;
        vlans;
        mac_table;
        ping;
        traceroute;
        probe_configs;
        probe_results;
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

/// What a part of a table tells is what the whole tells: a cut never changes what stands before it.
#[test]
fn a_cut_table_is_the_beginning_of_the_whole() {
    PARSERS.keep_beginnings(&[
        "interfaces",
        "optics",
        "listed_routes",
        "arp_table",
        "ipv6_neighbors",
        "mac_table",
        "vlans",
        "ntp_servers",
    ]);
}

#[test]
fn what_is_promised_is_there() {
    PARSERS.need_lines(&[
        ("version", "uptime is"),
        ("version", "Software"),
        ("interface_names", "Interface  "),
        ("interfaces", "line protocol"),
        ("interface_counters", "line protocol"),
        ("ipv4_addresses", "line protocol"),
        ("bgp_instance", "router identifier"),
        ("listed_neighbors", "router identifier"),
        ("listed_neighbors", "For address family"),
        ("rib_routes", "Known via"),
        ("rib_routes", "Routing Descriptor Blocks"),
        ("bgp_paths", "from"),
        ("listed_routes", "Codes:"),
        ("listed_routes", "is subnetted"),
        ("listed_routes", "[110/20] via 10.1.1.2"),
        ("arp_table", "Protocol"),
        ("vlans", "VLAN Name"),
        ("processors", "CPU utilization"),
        ("memory_pools", "Processor"),
        ("system_memory", "System memory"),
        ("lldp_neighbors", "Port id"),
        ("lldp_interfaces", "Device ID"),
        ("ping", "Success rate"),
    ]);
    for name in ["bgp_neighbors", "bgp_neighbors_detail"] {
        PARSERS.need_lines(&["BGP state =", "local AS number", "BGP neighbor is"].map(|line| (name, line)));
    }
}

/// Numbers that are none are errors, not zeros.
#[test]
fn a_number_is_a_number() {
    PARSERS.need_numbers(&[
        ("interfaces", "1500 bytes"),
        ("interface_counters", "64000000 bytes"),
        ("queue_drops", " 34 "),
        ("arp_table", " 221 "),
        ("ipv6_neighbors", " 5 "),
        ("ntp_associations", " 1024 "),
        ("ping", "4/5"),
        ("processors", "one minute: 6%"),
        ("memory_pools", "21505428"),
        ("temperatures", "47"),
        ("traceroute", "14 msec"),
        ("users", "privilege 15"),
        ("bgp_paths", "localpref 110"),
        ("listed_routes", "198.18.0.0/15"),
        ("listed_routes", "2001:DB8:7::/48"),
        ("bgp_config", "remote-as 64501"),
    ]);
}
