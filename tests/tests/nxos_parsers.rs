//! NX-OS's parsers, by two tables: against the answers in `tests/captures/cisco_nxos/FUNCTION/`, JSON and text, whole, cut short
//! and corrupted.
//!
//! The answers are made by hand, in the forms that Cisco's documentation and other people's recordings show. Beside each is
//! `CASE.EXTENSION.expected`, the model as JSON; `PEERING_ACCEPT=1` writes what the parser says now.

use std::fs;
use std::path::{Path, PathBuf};

use peering_core::state::{BgpInstance, InterfaceAddresses, InterfaceCounters};
use peering_core::{Asn, ParseError};
use peering_drivers::cisco_nxos::parse::{json, text};
use proptest::prelude::*;
use proptest::sample::Index;
use serde::Serialize;
use serde_json::Value;

type Parser = fn(&str) -> Result<Value, ParseError>;

fn value<T: Serialize>(model: Result<T, ParseError>) -> Result<Value, ParseError> {
    model.map(|model| serde_json::to_value(model).unwrap())
}

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

/// Rows of a table: a parser by its name, and how it is called where a text is not all that it wants.
macro_rules! parsers {
    ($table:ident, $module:ident: $($name:ident $(($text:ident) => $call:expr)?;)*) => {
        const $table: &[(&str, Parser)] = &[$((stringify!($name), parsers!(one $module $name $(($text) => $call)?))),*];
    };
    (one $module:ident $name:ident) => { |text| value($module::$name(text)) };
    (one $module:ident $name:ident ($text:ident) => $call:expr) => { |$text| value($call) };
}

parsers! { JSON, json:
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
}

parsers! { TEXT, text:
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
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/cisco_nxos")
}

/// The captures of one parser.
fn captures(name: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let folder = folder().join(name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no capture in {}", folder.display());
    found
}

/// Every capture with its parser.
fn all() -> Vec<(Parser, PathBuf, String)> {
    let of = |table: &'static [(&str, Parser)], extension: &'static str| {
        table.iter().flat_map(move |(name, parse)| {
            captures(name, extension).into_iter().map(move |(path, text)| (*parse, path, text))
        })
    };
    of(JSON, "json").chain(of(TEXT, "txt")).collect()
}

#[test]
fn every_answer_gives_its_model() {
    for (parse, path, text) in all() {
        let model = parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let expected = PathBuf::from(format!("{}.expected", path.display()));
        if std::env::var_os("PEERING_ACCEPT").is_some() {
            fs::write(&expected, serde_json::to_string_pretty(&model).unwrap() + "\n").unwrap();
        }
        let expected: Value = serde_json::from_str(&fs::read_to_string(&expected).unwrap()).unwrap();
        assert_eq!(model, expected, "{}", path.display());
    }
}

/// No folder without its row.
#[test]
fn every_folder_is_tested() {
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(JSON.iter().chain(TEXT).any(|(known, _)| *known == name), "no parser {name} in the tables");
    }
}

/// JSON that is cut is an error, never a part of the model; so is JSON of another shape.
#[test]
fn json_that_is_cut_is_an_error() {
    for (name, parse) in JSON {
        for (path, text) in captures(name, "json") {
            for cut in 1..text.trim_end().len() {
                if let Some(part) = text.get(..cut) {
                    assert!(parse(part).is_err(), "{} cut at {cut} is taken", path.display());
                }
            }
            for other in ["[]", "7", "\"x\"", "{\"x\": 1}", "% Invalid command"] {
                assert!(parse(other).is_err(), "{name} takes {other}");
            }
        }
    }
}

/// Text that is cut or is something else gives a model or an error, and never more than the whole.
#[test]
fn text_that_is_cut_does_not_panic() {
    for (parse, _, text) in all() {
        for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            let _ = parse(&text[..cut]);
            let _ = parse(&text[cut..]);
        }
    }
}

/// Another command's answer is none of this one's.
#[test]
fn another_text_is_an_error() {
    // these read what they know and pass over the rest
    let lenient =
        ["bgp_config", "bgp_instances", "bgp_neighbors", "bgp_neighbors_detail", "bgp_paths", "remote_as"];
    for (name, parse) in TEXT.iter().filter(|(name, _)| !lenient.contains(name)) {
        assert!(parse("Building configuration, please wait").is_err(), "{name} takes another text");
    }
}

/// A promised field that is missing is an error.
#[test]
fn what_is_promised_is_there() {
    for (name, field) in [
        ("version", "sys_ver_str"),
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
    ] {
        let (_, parse) = JSON.iter().find(|(known, _)| *known == name).unwrap();
        let (path, text) = captures(name, "json").pop().unwrap();
        let text = text.replace(&format!("\"{field}\""), "\"other\"").replace("kickstart_ver_str", "other");
        assert!(parse(&text).is_err(), "{} without {field} is taken", path.display());
    }
    for (name, line) in [
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
    ] {
        let (_, parse) = TEXT.iter().find(|(known, _)| *known == name).unwrap();
        let (path, text) = captures(name, "txt").remove(0);
        let without: Vec<&str> = text.lines().filter(|found| !found.contains(line)).collect();
        assert!(parse(&without.join("\n")).is_err(), "{} without {line:?} is taken", path.display());
    }
}

/// What both forms tell is the same.
#[test]
fn both_forms_give_the_same_neighbors() {
    let (_, answer) = captures("bgp_neighbors", "txt").remove(0);
    let (_, model) = captures("bgp_neighbors", "json").remove(0);
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Bytes replaced, removed or doubled anywhere: a model or a typed error, no panic.
    #[test]
    fn corrupted_answers_do_not_panic(
        capture in any::<Index>(),
        places in prop::collection::vec((any::<Index>(), any::<u8>(), 0_u8..3), 1..6),
    ) {
        let all = all();
        let (parse, _, text) = capture.get(&all);
        let mut bytes = text.clone().into_bytes();
        for (place, byte, how) in places {
            let place = place.index(bytes.len());
            match how {
                0 => bytes[place] = byte,
                1 => drop(bytes.remove(place)),
                _ => bytes.insert(place, byte),
            }
            if bytes.is_empty() {
                break;
            }
        }
        let _ = parse(&String::from_utf8_lossy(&bytes));
    }
}
