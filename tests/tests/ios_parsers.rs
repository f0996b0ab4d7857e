//! The parsers of IOS, and of IOS-XR's command line, by two tables: against the answers in
//! `tests/captures/cisco_ios/FUNCTION/` and `tests/captures/cisco_iosxr_cli/FUNCTION/`, whole, cut short and corrupted.
//!
//! The answers are made by hand, in the forms that Cisco's documentation and other people's recordings show; a parser of
//! several answers has them as a list of texts in one file. Beside each is `CASE.expected`, the model as JSON;
//! `PEERING_ACCEPT=1` writes what the parser says now.

use std::fs;
use std::path::{Path, PathBuf};

use peering_core::ParseError;
use peering_drivers::cisco_ios::parse;
use peering_drivers::cisco_iosxr::cli::parse as xr;
use proptest::prelude::*;
use proptest::sample::Index;
use serde::Serialize;
use serde_json::Value;

type Parser = fn(&str) -> Result<Value, ParseError>;

fn value<T: Serialize>(model: Result<T, ParseError>) -> Result<Value, ParseError> {
    model.map(|model| serde_json::to_value(model).unwrap())
}

/// The answers of a list.
fn list(text: &str) -> Result<Vec<String>, ParseError> {
    serde_json::from_str(text).map_err(|_| ParseError::new("a list of texts", text))
}

/// The first answer of a list, and the others.
fn join<T>(text: &str, parse: fn(&str, &[&str]) -> Result<Vec<T>, ParseError>) -> Result<Vec<T>, ParseError> {
    let all = list(text)?;
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let (first, rest) = all.split_first().ok_or_else(|| ParseError::new("an answer", text))?;
    parse(first, rest)
}

/// Paths, field by field.
fn paths(all: Vec<parse::BgpPath>) -> Vec<impl Serialize> {
    let fields =
        |path: parse::BgpPath| (path.prefix, path.next_hop, path.is_best, path.is_external, path.attributes);
    all.into_iter().map(fields).collect()
}

/// Rows of a table: a parser by its folder, and how it is called where a text is not all that it wants.
macro_rules! parsers {
    ($table:ident: $module:ident in $folder:literal; $($name:ident $(($text:ident) => $call:expr)?;)*) => {
        const $table: &[(&str, Parser)] = &[
            $((concat!($folder, "/", stringify!($name)), parsers!(one $module $name $(($text) => $call)?))),*
        ];
    };
    (one $module:ident $name:ident) => { |text| value($module::$name(text)) };
    (one $module:ident $name:ident ($text:ident) => $call:expr) => { |$text| value($call) };
}

parsers! {
    IOS: parse in "cisco_ios";
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
    bgp_paths(text) => parse::bgp_paths(text).map(paths);
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
}

parsers! {
    XR: xr in "cisco_iosxr_cli";
    version(text) => xr::version(text).map(|found| (found.release, found.hostname, found.uptime, found.model));
    hostname;
    chassis(text) => xr::chassis(text).map(|found| found.map(|chassis| (chassis.model, chassis.serial_number)));
    interface_names;
    interfaces;
    interface_counters;
    ipv4_addresses;
    ipv6_addresses;
    bgp_instances;
    bgp_neighbors(text) => join(text, |processes, texts| {
        xr::bgp_neighbors(&xr::bgp_instances(processes)?, texts)
    });
    bgp_neighbors_detail(text) => join(text, |processes, texts| {
        xr::bgp_neighbors_detail(&xr::bgp_instances(processes)?, texts)
    });
    bgp_config;
    route(text) => xr::route(text, "blue");
    bgp_paths(text) => xr::bgp_paths(text).map(paths);
    arp_table(text) => xr::arp_table(text, "blue");
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
}

/// All of both tables.
fn parsers() -> impl Iterator<Item = &'static (&'static str, Parser)> {
    IOS.iter().chain(XR)
}

/// Where the captures of a parser are: of IOS, where no platform is named.
fn path(name: &str) -> String {
    if name.contains('/') { name.to_owned() } else { format!("cisco_ios/{name}") }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("captures")
}

/// The captures of one parser.
fn captures(name: &str) -> Vec<(PathBuf, String)> {
    let folder = folder().join(path(name));
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

fn parser(name: &str) -> Parser {
    parsers().find(|(known, _)| *known == path(name)).unwrap().1
}

#[test]
fn every_answer_gives_its_model() {
    for (name, parse) in parsers() {
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
    for platform in ["cisco_ios", "cisco_iosxr_cli"] {
        for entry in fs::read_dir(folder().join(platform)).unwrap() {
            let name = format!("{platform}/{}", entry.unwrap().file_name().into_string().unwrap());
            assert!(parsers().any(|(known, _)| *known == name), "no parser {name} in the table");
        }
    }
}

/// A text that is cut, or is something else, gives a model or an error, and never a panic; a list that is cut is no list.
#[test]
fn text_that_is_cut_does_not_panic() {
    for (name, parse) in parsers() {
        for (path, text) in captures(name) {
            if path.extension().is_some_and(|extension| extension == "json") {
                let all = list(&text).unwrap();
                for (place, one) in all.iter().enumerate() {
                    for cut in (0..one.len()).step_by(7).filter(|cut| one.is_char_boundary(*cut)) {
                        let mut all = all.clone();
                        all[place] = one[..cut].to_owned();
                        let _ = parse(&serde_json::to_string(&all).unwrap());
                    }
                }
                continue;
            }
            // of a long text not every place
            let step = 1 + text.len() / 1500;
            for cut in (0..text.len()).step_by(step).filter(|cut| text.is_char_boundary(*cut)) {
                let _ = parse(&text[..cut]);
                let _ = parse(&text[cut..]);
            }
        }
    }
}

/// What a part of a table tells is what the whole tells: a cut never changes what stands before it.
#[test]
fn a_cut_table_is_the_beginning_of_the_whole() {
    for name in [
        "interfaces",
        "optics",
        "arp_table",
        "ipv6_neighbors",
        "mac_table",
        "vlans",
        "ntp_servers",
        "cisco_iosxr_cli/interfaces",
        "cisco_iosxr_cli/arp_table",
        "cisco_iosxr_cli/ipv6_neighbors",
        "cisco_iosxr_cli/vrfs",
    ] {
        for (path, text) in captures(name) {
            let whole = parser(name)(&text).unwrap();
            let whole = whole.as_array().unwrap();
            // at the ends of lines: within one, nobody can tell that something is missing
            for (cut, _) in text.match_indices('\n') {
                let Ok(part) = parser(name)(&text[..cut]) else { continue };
                let part = part.as_array().unwrap();
                let known = part.len().saturating_sub(1);
                assert_eq!(part[..known], whole[..known], "{} cut at {cut}", path.display());
            }
        }
    }
}

/// A promised field that is missing is an error.
#[test]
fn what_is_promised_is_there() {
    for (name, line) in [
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
        ("arp_table", "Protocol"),
        ("vlans", "VLAN Name"),
        ("processors", "CPU utilization"),
        ("memory_pools", "Processor"),
        ("system_memory", "System memory"),
        ("lldp_neighbors", "Port id"),
        ("lldp_interfaces", "Device ID"),
        ("ping", "Success rate"),
        ("cisco_iosxr_cli/version", "uptime is"),
        ("cisco_iosxr_cli/version", "Software, Version"),
        ("cisco_iosxr_cli/chassis", "PID"),
        ("cisco_iosxr_cli/interface_names", "-----"),
        ("cisco_iosxr_cli/bgp_instances", "Autonomous System: "),
        ("cisco_iosxr_cli/route", "Known via"),
        ("cisco_iosxr_cli/route", "Routing Descriptor Blocks"),
        ("cisco_iosxr_cli/arp_table", "Hardware Addr"),
        ("cisco_iosxr_cli/ipv6_neighbors", "Link-layer"),
    ] {
        let has_it = |text: &str| text.lines().any(|found| found.contains(line));
        for (path, text) in captures(name).into_iter().filter(|(_, text)| has_it(text)) {
            let without: Vec<&str> = text.lines().filter(|found| !found.contains(line)).collect();
            assert!(
                parser(name)(&without.join("\n")).is_err(),
                "{} without {line:?} is taken",
                path.display()
            );
        }
    }
    for name in ["bgp_neighbors", "bgp_neighbors_detail"] {
        let (_, text) = captures(name).remove(0);
        let all = list(&text).unwrap();
        for line in ["BGP state =", "local AS number", "BGP neighbor is"] {
            let strip = |text: &String| {
                text.lines().filter(|found| !found.contains(line)).collect::<Vec<_>>().join("\n")
            };
            let without = serde_json::to_string(&all.iter().map(strip).collect::<Vec<_>>()).unwrap();
            assert!(parser(name)(&without).is_err(), "{name} without {line:?} is taken");
        }
    }
}

/// Numbers that are none are errors, not zeros.
#[test]
fn a_number_is_a_number() {
    for (name, number) in [
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
        ("bgp_config", "remote-as 64501"),
        ("cisco_iosxr_cli/version", "16 minutes"),
        ("cisco_iosxr_cli/interfaces", "1514 bytes"),
        ("cisco_iosxr_cli/interface_counters", "363478 bytes"),
        ("cisco_iosxr_cli/bgp_instances", "System: 64501"),
        ("cisco_iosxr_cli/bgp_config", "remote-as 64505"),
        ("cisco_iosxr_cli/arp_table", "00:12:25"),
        ("cisco_iosxr_cli/ntp_servers", "version 4"),
    ] {
        let found = captures(name).into_iter().find(|(_, text)| text.contains(number));
        let (path, text) = found.unwrap_or_else(|| panic!("{name} has no {number:?}"));
        let digit = number.find(|sign: char| sign.is_ascii_digit()).unwrap();
        let mut broken = number.to_owned();
        broken.replace_range(digit..=digit, "x");
        assert!(
            parser(name)(&text.replacen(number, &broken, 1)).is_err(),
            "{} with {broken:?}",
            path.display()
        );
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
        let all: Vec<_> = parsers().collect();
        let (name, parse) = parser.get(&all);
        let all = captures(name);
        let mut bytes = capture.get(&all).1.clone().into_bytes();
        for (place, byte, how) in places {
            if bytes.is_empty() {
                break;
            }
            let place = place.index(bytes.len());
            match how {
                0 => bytes[place] = byte,
                1 => drop(bytes.remove(place)),
                _ => bytes.insert(place, byte),
            }
        }
        let _ = parse(&String::from_utf8_lossy(&bytes));
    }
}
