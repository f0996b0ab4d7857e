//! EOS's parsers, by one table: against the answers in `tests/captures/arista_eos/FUNCTION/`, whole, cut short and corrupted.
//!
//! The answers are made by hand, in the forms that EOS's documentation and other people's recordings show; a parser of
//! several answers has them as a list in one file. Beside each is `CASE.expected`, the model as JSON; `PEERING_ACCEPT=1`
//! writes what the parser says now.

use std::fs;
use std::path::{Path, PathBuf};

use peering_core::ParseError;
use peering_drivers::arista_eos::parse;
use proptest::prelude::*;
use proptest::sample::Index;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

type Parser = fn(&str) -> Result<Value, ParseError>;

fn value<T: Serialize>(model: Result<T, ParseError>) -> Result<Value, ParseError> {
    model.map(|model| serde_json::to_value(model).unwrap())
}

/// The answers of a list.
fn list<const N: usize>(text: &str) -> Result<[&str; N], ParseError> {
    let wrong = || ParseError::new(format!("a list of {N} answers"), text);
    let each: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| wrong())?;
    each.into_iter().map(RawValue::get).collect::<Vec<_>>().try_into().map_err(|_| wrong())
}

/// The summary that the captures of the details belong to.
const SUMMARY: &str =
    r#"{"vrfs":{"default":{"routerId":"192.0.2.1","peers":{"192.0.2.2":{"prefixAccepted":7}}}}}"#;

/// Rows of the table: a parser by its name, and how it is called where a text is not all that it wants.
macro_rules! parsers {
    ($($name:ident $(($text:ident) => $call:expr)?;)*) => {
        const PARSERS: &[(&str, Parser)] = &[$((stringify!($name), parsers!(one $name $(($text) => $call)?))),*];
    };
    (one $name:ident) => { |text| value(parse::$name(text)) };
    (one $name:ident ($text:ident) => $call:expr) => { |$text| value($call) };
}

parsers! {
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
    bgp_neighbors_detail(text) => parse::bgp_neighbors_detail(text, SUMMARY);
    bgp_config;
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
    top;
    lldp_neighbors;
    lldp_neighbors_detail;
    users;
    ntp_servers(text) => parse::ntp_servers(text).map(|servers| {
        servers.into_iter().map(|entry| (entry.server, entry.interface)).collect::<Vec<_>>()
    });
    ntp_associations;
    snmp_communities;
    snmp_field(text) => parse::snmp_field(text, parse::Snmp::Contact);
    vlans;
    mac_table;
    ping;
    traceroute;
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/arista_eos")
}

/// The captures of one parser.
fn captures(name: &str) -> Vec<(PathBuf, String)> {
    let folder = folder().join(name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "expected"))
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no capture in {}", folder.display());
    found
}

#[test]
fn every_answer_gives_its_model() {
    for (name, parse) in PARSERS {
        for (path, text) in captures(name) {
            let model = parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let expected = path.with_extension("expected");
            if std::env::var_os("PEERING_ACCEPT").is_some() {
                fs::write(&expected, serde_json::to_string_pretty(&model).unwrap() + "\n").unwrap();
            }
            let expected: Value = serde_json::from_str(&fs::read_to_string(&expected).unwrap()).unwrap();
            assert_eq!(model, expected, "{}", path.display());
        }
    }
}

/// No folder without its row.
#[test]
fn every_folder_is_tested() {
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(PARSERS.iter().any(|(known, _)| *known == name), "no parser {name} in the table");
    }
}

/// JSON that is cut is an error, never a part of the model; so is JSON of another shape.
#[test]
fn json_that_is_cut_is_an_error() {
    for (name, parse) in PARSERS {
        for (path, text) in captures(name) {
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            for cut in 0..text.trim_end().len() {
                if let Some(part) = text.get(..cut) {
                    assert!(parse(part).is_err(), "{} cut at {cut} is taken", path.display());
                }
            }
            for other in ["null", "[]", "7", "\"x\"", "% Invalid input"] {
                assert!(parse(other).is_err(), "{name} takes {other}");
            }
        }
    }
}

/// Text that is cut or is something else gives a model or an error, and never more than the whole.
#[test]
fn text_that_is_cut_does_not_panic() {
    for (name, parse) in PARSERS {
        for (_, text) in captures(name) {
            for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
                let _ = parse(&text[..cut]);
                let _ = parse(&text[cut..]);
            }
        }
    }
}

/// A promised field that is missing is an error.
#[test]
fn what_is_promised_is_there() {
    for (name, field) in [
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
    ] {
        let (_, parse) = PARSERS.iter().find(|(known, _)| *known == name).unwrap();
        let (path, text) = captures(name).remove(0);
        let text = text.replace(&format!("\"{field}\""), "\"other\"");
        assert!(parse(&text).is_err(), "{} without {field} is taken", path.display());
    }
    let (_, detail) = PARSERS.iter().find(|(name, _)| *name == "bgp_neighbors_detail").unwrap();
    for (_, text) in captures("bgp_neighbors_detail") {
        for line in ["BGP state is", "Local AS is", "remote router ID", "BGP neighbor is"] {
            let without: Vec<&str> = text.lines().filter(|found| !found.contains(line)).collect();
            assert!(detail(&without.join("\n")).is_err(), "without {line:?} it is taken");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Bytes replaced, removed or doubled anywhere: a model or a typed error, no panic.
    #[test]
    fn corrupted_answers_do_not_panic(
        parser in any::<Index>(),
        capture in any::<Index>(),
        places in prop::collection::vec((any::<Index>(), any::<u8>(), 0_u8..3), 1..6),
    ) {
        let (name, parse) = parser.get(PARSERS);
        let all = captures(name);
        let mut bytes = capture.get(&all).1.clone().into_bytes();
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
