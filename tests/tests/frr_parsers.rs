//! FRR's parsers, by one table: against recordings of real routers in `tests/captures/frr/FUNCTION/`. What is asked of them: see
//! `peering_tests::parsers`.

use peering_drivers::frr::parse;
use peering_tests::parsers;
use peering_tests::parsers::Parsers;

const PARSERS: Parsers = Parsers {
    platform: "frr",
    extension: "",
    table: parsers! { parse:
        version(text) => parse::version(text).map(|read| (read.version, read.hostname, read.system));
        interfaces;
        interface_addresses;
        bgp_neighbors;
        received;
        bgp_paths(text) => parse::bgp_paths(text, "default");
        rib_routes;
    },
};

#[test]
fn every_answer_gives_its_model() {
    PARSERS.give_their_models();
}

#[test]
fn no_answer_is_an_error() {
    PARSERS.refuse(&[""]);
}

#[test]
fn what_is_cut_is_no_panic_and_never_half_a_model() {
    PARSERS.survive_cuts();
}

#[test]
fn what_is_corrupted_is_no_panic() {
    PARSERS.survive_corruption();
}
