//! NX-OS's parsers, by two tables: against the answers in `tests/captures/cisco_nxos/FUNCTION/`, JSON and text, which are made by
//! hand, in the forms that Cisco's documentation and other people's recordings show. What is asked of them: see
//! `peering_tests::parsers`.

use peering_core::Asn;
use peering_core::state::{BgpInstance, InterfaceAddresses, InterfaceCounters};
use peering_drivers::cisco_nxos::parse::{json, text};
use peering_tests::parsers;
use peering_tests::parsers::{Parsers, every_folder_has_a_row};

/// The VRF that the captures of the details belong to.
fn instance() -> BgpInstance {
    BgpInstance {
        network_instance: "default".to_owned(),
        router_id: "192.0.2.1".parse().ok(),
        local_as: Some(Asn::new(65001)),
    }
}

/// What the captures of IPv6 addresses are added to.
fn ipv4() -> Vec<InterfaceAddresses> {
    let addresses = vec!["198.51.100.1/24".parse().unwrap()];
    vec![InterfaceAddresses { interface: "Ethernet1/1".to_owned(), addresses }]
}

/// What the captures of newer counters are laid over.
fn counters() -> Vec<InterfaceCounters> {
    let mut one = InterfaceCounters { interface: "Ethernet1/1".to_owned(), ..InterfaceCounters::default() };
    one.received.octets = Some(1);
    one.received.errors = Some(2);
    vec![one]
}

const JSON: Parsers = Parsers {
    platform: "cisco_nxos",
    extension: "json",
    table: parsers! { json:
        arp_table;
        bgp_instances;
        bgp_neighbors;
        detailed_counters(text) => json::detailed_counters(counters(), text);
        environment;
        hostname;
        interface_addresses;
        interface_counters;
        interface_instances;
        interfaces;
        ipv6_addresses(text) => json::ipv6_addresses(ipv4(), text);
        mac_table;
        network_instances;
        ntp_associations;
        ntp_servers;
        processor;
        serial_number;
        shared_memory;
        system_memory;
        version;
        vlans;
    },
};

const TEXT: Parsers = Parsers {
    platform: "cisco_nxos",
    extension: "txt",
    table: parsers! { text:
        arp_table;
        bgp_config;
        bgp_instances;
        bgp_neighbors;
        bgp_neighbors_detail(answer) => text::bgp_neighbors_detail(answer, &instance());
        bgp_paths;
        default_domain;
        hostname;
        interface_addresses;
        interface_names;
        interfaces;
        ipv6_addresses(answer) => text::ipv6_addresses(ipv4(), answer);
        ipv6_neighbors;
        lldp_neighbors;
        mac_table;
        ntp_associations;
        ntp_servers;
        ping;
        remote_as(answer) => text::remote_as(answer, "198.51.100.22".parse().unwrap());
        routes;
        serial_number;
        snmp;
        system_resources;
        temperatures;
        traceroute;
        transceivers;
        users;
        version;
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
    JSON.refuse(&["[]", "7", "\"x\"", "{\"x\": 1}", "% Invalid command"]);
}

/// Another command's answer is none of this one's.
#[test]
fn another_text_is_an_error() {
    // these read what they know and pass over the rest
    let lenient =
        ["bgp_config", "bgp_instances", "bgp_neighbors", "bgp_neighbors_detail", "bgp_paths", "remote_as"];
    for (name, parse) in TEXT.table.iter().filter(|(name, _)| !lenient.contains(name)) {
        assert!(parse("Building configuration, please wait").is_err(), "{name} takes another text");
    }
}

#[test]
fn what_is_promised_is_there() {
    // Either of two names is enough.
    JSON.need(&[("version", "sys_ver_str")], |text, field| {
        text.contains(field).then(|| text.replace(field, "other").replace("kickstart_ver_str", "other"))
    });
    JSON.need_fields(&[
        ("interfaces", "interface"),
        ("interfaces", "state"),
        ("bgp_neighbors", "neighborid"),
        ("bgp_neighbors", "neighboras"),
        ("bgp_neighbors", "state"),
        ("bgp_neighbors", "vrf-local-as"),
        ("arp_table", "intf-out"),
        ("environment", "curtemp"),
        ("environment", "fanname"),
        ("network_instances", "vrf_name"),
        ("vlans", "vlanshowbr-vlanname"),
    ]);
    TEXT.need_lines(&[
        ("bgp_neighbors_detail", "BGP state = "),
        ("bgp_neighbors", "BGP router identifier"),
        ("bgp_paths", "AS-Path: "),
        ("bgp_paths", " from "),
        ("routes", "Table for VRF"),
        ("system_resources", "Memory usage"),
        ("lldp_neighbors", "Local Port id"),
        ("ping", "packets transmitted"),
        ("version", "version"),
        ("arp_table", "Address "),
    ]);
}

/// What both forms tell is the same.
#[test]
fn both_forms_give_the_same_neighbors() {
    let (_, answer) = TEXT.captures("bgp_neighbors").remove(0);
    let (_, model) = JSON.captures("bgp_neighbors").remove(0);
    let (one, other) = (text::bgp_neighbors(&answer).unwrap(), json::bgp_neighbors(&model).unwrap());
    let key = |neighbor: &peering_core::state::BgpNeighbor| {
        (neighbor.address, neighbor.remote_as, neighbor.state, neighbor.is_enabled, neighbor.families.len())
    };
    let in_text: Vec<_> = one.iter().map(key).collect();
    for neighbor in
        other.iter().filter(|neighbor| neighbor.address.is_ipv4() && neighbor.network_instance == "default")
    {
        assert!(in_text.contains(&key(neighbor)), "{neighbor:?}");
    }
}
