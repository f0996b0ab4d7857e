//! Junos's parsers, by a table of those of XML and one of text: against the replies in `tests/captures/juniper_junos/FUNCTION/`,
//! which are made by hand, in the forms that Junos's documentation and other people's recordings show. What is asked of them:
//! see `peering_tests::parsers`.

use peering_core::state::ConfigFormat;
use peering_drivers::juniper_junos::parse;
use peering_tests::parsers;
use peering_tests::parsers::{Parsers, every_folder_has_a_row};

const PARSERS: Parsers = Parsers {
    platform: "juniper_junos",
    extension: "xml",
    table: parsers! { xml parse:
        software;
        serial_number;
        boot_age;
        domain_name;
        interfaces;
        interface_addresses;
        interface_counters;
        routing_instances;
        bgp_state_ages;
        bgp_neighbors(reply) => parse::bgp_neighbors(reply, "master");
        bgp_neighbors_detail(reply) => parse::bgp_neighbors_detail(reply, "master");
        router_as;
        next_hop_self_policies;
        bgp_groups(reply) => parse::bgp_groups(reply, &["SELF".to_owned()].into());
        routes;
        arp_table;
        ipv6_neighbors;
        network_instances;
        environment(reply) => parse::environment(
            reply.required("sensors")?,
            reply.required("engines")?,
            reply.required("thresholds")?,
            reply.find("power"),
        );
        optics;
        lldp_neighbors;
        users;
        root_user;
        snmp;
        ntp_servers;
        ntp_peers;
        vlans;
        mac_table;
        probe_configs;
        probe_results;
        ping;
        traceroute;
        config(reply) => parse::config(reply, ConfigFormat::Text);
    },
};

const TEXT: Parsers = Parsers {
    platform: "juniper_junos",
    extension: "txt",
    table: parsers! { parse:
        ntp_associations;
    },
};

#[test]
fn every_answer_gives_its_model() {
    PARSERS.give_their_models();
    TEXT.give_their_models();
}

#[test]
fn every_folder_is_tested() {
    every_folder_has_a_row(&[&PARSERS, &TEXT]);
}

#[test]
fn what_is_cut_is_no_panic_and_never_half_a_model() {
    PARSERS.survive_cuts();
    TEXT.survive_cuts();
}

#[test]
fn what_is_corrupted_is_no_panic() {
    PARSERS.survive_corruption();
    TEXT.survive_corruption();
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
fn half_a_line_of_an_association_is_an_error() {
    TEXT.refuse(&["===\n*192.0.2.1 .GPS. one u 1 1 1 1.0 1.0 1.0"]);
}
