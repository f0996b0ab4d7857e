//! `get_bgp_config` of NAPALM's `ios`: it reads the lines of `router bgp` by pieces of text.
//!
//! What a group says its neighbours do not have; templates and neighbours in VRFs are not seen. A value that is found once
//! is the value; found more than once, a number is none, and a text is the list of them all. A password ends with a quotation
//! mark, which is that of the list that it was found in.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use regex::Regex;
use serde_json::{Map, Value, json};

/// The key of the neighbours without a group.
const NO_GROUP: &str = "_";

/// A line, and the `address-family` that it is below.
struct Line<'a> {
    text: &'a str,
    family: Option<&'a str>,
}

/// What the configuration makes, of one group and one neighbour of it, either of which may be empty for all.
pub(super) fn shape(text: &str, group: &str, neighbor: &str) -> Value {
    let lines = section(text);
    if lines.is_empty() {
        return json!({});
    }
    let own = number(&lines, r"router bgp (\d+)").unwrap_or(0);
    let mut found: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut neighbors: Vec<&str> = Vec::new();
    for address in lines.iter().filter_map(|line| address(line.text)) {
        if !neighbors.contains(&address) {
            neighbors.push(address);
        }
    }
    for address in neighbors.into_iter().filter(|address| neighbor.is_empty() || *address == neighbor) {
        let its = with(&lines, address);
        let families = families(&its);
        if families.iter().any(|family| family.contains("vrf")) {
            continue;
        }
        let name = texts(&its, r" peer-group (\S[^']*)").unwrap_or_else(|| NO_GROUP.to_owned());
        let fields = json!({
            "description": description(&its),
            "remote_as": number(&its, r" remote-as (\d+)").unwrap_or(0),
            "prefix_limit": prefix_limit(&its, families.first().copied().unwrap_or_default()),
            "export_policy": texts(&its, r"route-map (\S+) out").unwrap_or_default(),
            "import_policy": texts(&its, r"route-map (\S+) in").unwrap_or_default(),
            "local_address": texts(&its, r" update-source (\w+)").unwrap_or_default(),
            "local_as": number(&its, r"local-as (\d+)").unwrap_or(own),
            "authentication_key": texts(&its, r"password (?:[0-9] )?([^']+)").map(|key| format!("{key}'")).unwrap_or_default(),
            "nhs": has(&its, " next-hop-self"),
            "route_reflector_client": has(&its, "route-reflector-client"),
        });
        found.entry(name).or_default().insert(address.to_owned(), fields);
    }
    let mut answer = Map::new();
    if group.is_empty() || group == NO_GROUP {
        let members = found.remove(NO_GROUP).unwrap_or_default();
        answer.insert(NO_GROUP.to_owned(), nobody(own, members));
    }
    for (name, members) in
        found.into_iter().filter(|(name, _)| name != NO_GROUP && (group.is_empty() || name == group))
    {
        let fields = named(&lines, &name, own, members);
        answer.insert(name, fields);
    }
    Value::Object(answer)
}

/// The neighbours without a group.
fn nobody(own: u64, members: Map<String, Value>) -> Value {
    json!({
        "apply_groups": [],
        "description": "",
        "local_as": own,
        "type": "",
        "import_policy": "",
        "export_policy": "",
        "local_address": "",
        "multipath": false,
        "multihop_ttl": 0,
        "remote_as": 0,
        "remove_private_as": false,
        "prefix_limit": {},
        "neighbors": members,
    })
}

/// A group. Its hops are never found.
fn named(lines: &[Line<'_>], name: &str, own: u64, members: Map<String, Value>) -> Value {
    let its = with(lines, name);
    let families = families(&its);
    let is_multipath = |family: &str| {
        lines.iter().any(|line| line.family == Some(family) && line.text.contains(" multipath"))
    };
    let (local, remote) =
        (number(&its, r"local-as (\d+)").unwrap_or(own), number(&its, r" remote-as (\d+)").unwrap_or(0));
    json!({
        "apply_groups": [],
        "description": description(&its),
        "local_as": local,
        "type": if local == remote { "internal" } else { "external" },
        "import_policy": texts(&its, r"route-map (\S+) in").unwrap_or_default(),
        "export_policy": texts(&its, r"route-map (\S+) out").unwrap_or_default(),
        "local_address": texts(&its, r" update-source (\w+)").unwrap_or_default(),
        "multipath": families.iter().any(|family| is_multipath(family)),
        "multihop_ttl": 0,
        "remote_as": remote,
        "remove_private_as": has(&its, "remove-private-as"),
        "prefix_limit": prefix_limit(&its, families.last().copied().unwrap_or_default()),
        "neighbors": members,
    })
}

/// The lines of `router bgp`, with itself.
fn section(text: &str) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    let (mut is_inside, mut family) = (false, None);
    for line in text.lines() {
        if !line.starts_with(' ') {
            is_inside = line.contains("router bgp");
            family = None;
        }
        let words = line.trim();
        if !is_inside || words.is_empty() || words.starts_with('!') {
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        if depth <= 1 {
            family = words.starts_with("address-family").then_some(line);
            found.push(Line { text: line, family: None });
        } else {
            found.push(Line { text: line, family });
        }
    }
    found
}

/// The address in a line of a neighbour: IPv4 wherever it stands, else IPv6 with two colons in a row.
fn address(line: &str) -> Option<&str> {
    if !line.contains(" neighbor ") {
        return None;
    }
    let words = || line.split_whitespace();
    words()
        .find(|word| word.parse::<Ipv4Addr>().is_ok())
        .or_else(|| words().find(|word| word.contains("::") && word.parse::<Ipv6Addr>().is_ok()))
}

/// The lines with a piece of text.
fn with<'a>(lines: &'a [Line<'a>], piece: &str) -> Vec<&'a Line<'a>> {
    lines.iter().filter(|line| line.text.contains(piece)).collect()
}

/// The address families that they are below.
fn families<'a>(lines: &[&'a Line<'a>]) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for family in lines.iter().filter_map(|line| line.family) {
        if !found.contains(&family) {
            found.push(family);
        }
    }
    found
}

trait Text {
    fn text(&self) -> &str;
}

impl Text for Line<'_> {
    fn text(&self) -> &str {
        self.text
    }
}

impl Text for &Line<'_> {
    fn text(&self) -> &str {
        self.text
    }
}

/// All that a pattern finds.
fn all(lines: &[impl Text], pattern: &str) -> Vec<String> {
    let Ok(pattern) = Regex::new(pattern) else { return Vec::new() };
    let find = |line: &_| {
        let line: &str = Text::text(line);
        pattern
            .captures_iter(line)
            .filter_map(|found| Some(found.get(1)?.as_str().to_owned()))
            .collect::<Vec<_>>()
    };
    lines.iter().flat_map(find).collect()
}

fn texts(lines: &[&Line<'_>], pattern: &str) -> Option<String> {
    let found = all(lines, pattern);
    match found.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        more => {
            Some(format!("[{}]", more.iter().map(|text| format!("'{text}'")).collect::<Vec<_>>().join(", ")))
        }
    }
}

/// Up to an apostrophe, which ends a text.
fn description(lines: &[&Line<'_>]) -> String {
    texts(lines, r" description ([^']+)").unwrap_or_default()
}

fn number(lines: &[impl Text], pattern: &str) -> Option<u64> {
    match all(lines, pattern).as_slice() {
        [one] => one.parse().ok(),
        _ => None,
    }
}

fn has(lines: &[&Line<'_>], piece: &str) -> bool {
    lines.iter().any(|line| line.text.contains(piece))
}

/// Only a limit with a threshold and a time to restart is seen.
fn prefix_limit(lines: &[&Line<'_>], family: &str) -> Value {
    let words: Vec<&str> = family.split_whitespace().collect();
    let inet = match family.to_lowercase() {
        family if family.contains("ipv6") => "inet6",
        family if family.contains("ipv4") => "inet",
        _ => return json!({}),
    };
    let kind = if words.len() == 2 { "unicast" } else { words.last().copied().unwrap_or_default() };
    json!({ inet: { kind: {
        "limit": number(lines, r"maximum-prefix (\d+) \d+ \w+ \d+").unwrap_or(0),
        "teardown": {
            "threshold": number(lines, r"maximum-prefix \d+ (\d+) \w+ \d+").unwrap_or(0),
            "timeout": number(lines, r"maximum-prefix \d+ \d+ \w+ (\d+)").unwrap_or(0),
        },
    } } })
}
