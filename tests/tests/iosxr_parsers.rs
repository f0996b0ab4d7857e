//! IOS-XR's parsers, by one table: against the replies in `tests/captures/cisco_iosxr/FUNCTION/`, whole, cut short,
//! corrupted, and with a namespace in front of every name.
//!
//! The replies are made by hand, in the forms of Cisco's YANG modules and of other people's recordings. Beside each is
//! `CASE.expected`, the model as JSON; `PEERING_ACCEPT=1` writes what the parser says now.

use std::fs;
use std::path::{Path, PathBuf};

use peering_core::ParseError;
use peering_core::state::{ConfigFormat, NetworkInstance, ProbeConfig};
use peering_drivers::cisco_iosxr::parse;
use peering_drivers::transport::netconf::xml::{Document, Element};
use proptest::prelude::*;
use proptest::sample::Index;
use serde::Serialize;
use serde_json::Value;

type Parser = fn(&str) -> Result<Value, ParseError>;

fn value<T: Serialize>(model: Result<T, ParseError>) -> Result<Value, ParseError> {
    model.map(|model| serde_json::to_value(model).unwrap())
}

/// Rows of the table: a parser by its name, and how it is called where a reply is not all that it wants.
macro_rules! parsers {
    ($($name:ident $(($reply:ident) => $call:expr)?;)*) => {
        const PARSERS: &[(&str, Parser)] = &[$((stringify!($name), parsers!(one $name $(($reply) => $call)?))),*];
    };
    (one $name:ident) => { |text| value(parse::$name(Document::parse(text)?.root())) };
    (one $name:ident ($reply:ident) => $call:expr) => {
        |text| {
            let document = Document::parse(text)?;
            let $reply: Element<'_> = document.root();
            value($call)
        }
    };
}

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

parsers! {
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
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/cisco_iosxr").join(name)
}

/// The replies for a parser, with their paths.
fn replies(name: &str) -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(folder(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension != "expected"))
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no reply for {name}");
    found
}

fn check(path: &Path, model: &Value) {
    let expected = path.with_extension("expected");
    if std::env::var_os("PEERING_ACCEPT").is_some() {
        fs::write(&expected, serde_json::to_string_pretty(model).unwrap() + "\n").unwrap();
    }
    let expected: Value = serde_json::from_str(&fs::read_to_string(&expected).unwrap()).unwrap();
    assert_eq!(*model, expected, "{}", path.display());
}

#[test]
fn every_reply_gives_its_model() {
    for (name, parser) in PARSERS {
        for (path, text) in replies(name) {
            let model = parser(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            check(&path, &model);
        }
    }
}

/// With the same names in a namespace of their own.
fn prefixed(text: &str) -> String {
    let mut result = String::with_capacity(2 * text.len());
    let mut is_first = true;
    for piece in text.split_inclusive('<') {
        match piece.strip_prefix('/') {
            Some(rest) => result.push_str(&format!("/v:{rest}")),
            None if piece.starts_with(|char: char| char.is_ascii_alphabetic()) => {
                let end = piece.find([' ', '>', '/']).unwrap();
                let declared = if is_first { " xmlns:v=\"urn:example:vendor\"" } else { "" };
                is_first = false;
                result.push_str(&format!("v:{}{declared}{}", &piece[..end], &piece[end..]));
            }
            None => result.push_str(piece),
        }
    }
    result
}

#[test]
fn a_namespace_makes_no_difference() {
    for (name, parser) in PARSERS {
        for (path, text) in replies(name) {
            assert_eq!(parser(&prefixed(&text)), parser(&text), "{}", path.display());
        }
    }
}

#[test]
fn the_reply_to_another_question_is_an_error() {
    for (name, parser) in PARSERS {
        let error = parser("<rpc-reply><something-else><name>x</name></something-else></rpc-reply>");
        assert!(error.is_err(), "{name} takes it for {error:?}");
    }
}

/// Without a leaf that is promised there is no model, and never one with a default in its place.
#[test]
fn a_promised_field_that_is_missing_is_an_error() {
    for (name, leaf) in [
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
    ] {
        let parser = PARSERS.iter().find(|(known, _)| *known == name).unwrap().1;
        let (start, end) = (format!("<{leaf}>"), format!("</{leaf}>"));
        let mut seen = false;
        for (path, text) in replies(name) {
            let Some(from) = text.find(&start) else { continue };
            let to = from + text[from..].find(&end).unwrap() + end.len();
            seen = true;
            let cut = format!("{}{}", &text[..from], &text[to..]);
            assert!(parser(&cut).is_err(), "{} without <{leaf}>", path.display());
        }
        assert!(seen, "no reply of {name} has <{leaf}>");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_cut_short_is_an_error(at in any::<Index>()) {
        for (name, parser) in PARSERS {
            for (path, text) in replies(name) {
                let whole = text.trim_end();
                let cut = (0..=at.index(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap();
                prop_assert!(parser(&whole[..cut]).is_err(), "{} cut at {cut}", path.display());
            }
        }
    }

    #[test]
    fn what_is_corrupted_makes_no_panic(
        places in prop::collection::vec((any::<Index>(), "[<>/&;a-z0-9:%+. -]{0,3}|é|\u{0}"), 1..6),
    ) {
        for (name, parser) in PARSERS {
            for (_, text) in replies(name) {
                let mut chars: Vec<char> = text.chars().collect();
                for (place, with) in &places {
                    let at = place.index(chars.len());
                    chars.splice(at..=at, with.chars());
                }
                let _ = parser(&chars.into_iter().collect::<String>());
            }
        }
    }

    /// The values of leaves are anything, and some leaves are not there.
    #[test]
    fn other_values_make_no_panic(
        leaves in prop::collection::vec((any::<Index>(), "|-1|0|65536|18446744073709551616|1e400|NaN|x|::|%|\\+|é"), 1..5),
    ) {
        for (name, parser) in PARSERS {
            for (_, text) in replies(name) {
                let mut changed = text.clone();
                for (leaf, with) in &leaves {
                    let spans: Vec<(usize, usize)> = changed
                        .match_indices('>')
                        .filter_map(|(start, _)| {
                            let end = start + 1 + changed[start + 1..].find('<')?;
                            changed[end..].starts_with("</").then_some((start + 1, end))
                        })
                        .collect();
                    if !spans.is_empty() {
                        let (start, end) = spans[leaf.index(spans.len())];
                        changed.replace_range(start..end, with);
                    }
                }
                let _ = parser(&changed);
            }
        }
    }
}
