//! What NAPALM's `ios` does in its own way.

mod bgp;
mod bgp_config;
mod config;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use peering_core::state::{
    Environment, Facts, Hop, InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor, MacEntry,
    NetworkInstance, NtpAssociation, Optic, ProbeConfig, Reading, Snmp, Vlan,
};
use serde_json::{Map, Value, json};

use super::quirks::{COMMON, Quirks};
use super::shape::{self, text};
use crate::cisco::word;
use crate::cisco_ios::parse;

/// What stands for a value that is not known.
const UNKNOWN_NAME: &str = "Unknown";

pub(super) const QUIRKS: Quirks = Quirks {
    facts,
    interfaces: |all| {
        // one that tells neither is not seen
        let told: Vec<_> =
            all.iter().filter(|entry| entry.mtu.is_some() && entry.speed.is_some()).cloned().collect();
        shape::interfaces(&told, -1.0)
    },
    interface_counters,
    interface_counters_text: Some(("show interface summary", with_drops)),
    interface_addresses,
    bgp_neighbors: bgp::bgp_neighbors,
    bgp_instances: Some(bgp::bgp_instances),
    bgp_neighbors_detail: bgp::bgp_neighbors_detail,
    bgp_config_text: Some(("show running-config", bgp_config::shape)),
    routes: bgp::routes,
    has_empty_routes: true,
    arp_table: |all, _| shape::arp_table(&in_minutes(all), "default"),
    arp_of_vrf: Some((
        |vrf| Ok(format!("show arp vrf {} | exclude Incomplete", word("a VRF", vrf)?)),
        |text, vrf| Ok(shape::arp_table(&in_minutes(&parse::arp_table(text, vrf)?), vrf)),
    )),
    ipv6_neighbors,
    network_instances,
    vlans: |all| {
        let one = |vlan: &Vlan| Vlan { interfaces: canonical_all(&vlan.interfaces), ..vlan.clone() };
        shape::vlans(&all.iter().map(one).collect::<Vec<_>>())
    },
    users: |all| {
        // who has no password is not seen
        shape::users(&all.iter().filter(|user| user.password.is_some()).cloned().collect::<Vec<_>>())
    },
    environment,
    optics,
    lldp_neighbors,
    lldp_neighbors_detail,
    ntp_peers_asked: Some(|all| Value::Object(all.iter().map(|entry| (remote(entry), json!({}))).collect())),
    ntp_associations: |all| {
        let cut = |entry: &NtpAssociation| NtpAssociation { remote: remote(entry), ..entry.clone() };
        shape::ntp_associations(&all.iter().map(cut).collect::<Vec<_>>())
    },
    snmp,
    mac_table,
    probe_configs,
    traceroute: |hops, _| traceroute(hops),
    config_query: |query| peering_core::state::ConfigQuery { sanitized: false, ..query },
    config_text: config::without_dates,
    sanitize: Some(config::sanitize),
    cli_tells_refusals: true,
    lacks: &[("get_probes_results", ""), ("get_route_to", "longer")],
    ..COMMON
};

/// What is not known has a word.
fn facts(facts: &Facts) -> Value {
    let known = |text: &Option<String>| Some(text.clone().unwrap_or_else(|| UNKNOWN_NAME.to_owned()));
    shape::facts(&Facts {
        model: known(&facts.model),
        serial_number: known(&facts.serial_number),
        fqdn: known(&facts.fqdn),
        ..facts.clone()
    })
}

/// Only what there is a line for. Packets of all kinds count as unicast, and those to a group as broadcast, too; of the number
/// of those to a group the last digit is read. Where a version tells what was sent to everybody, that line stands for what was
/// received, and is not understood.
fn interface_counters(all: &[InterfaceCounters]) -> Value {
    let mut found: BTreeMap<String, Value> = BTreeMap::new();
    for interface in all {
        let (received, sent) = (interface.received, interface.sent);
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
        let to_many =
            received.broadcast_packets.map(|packets| packets + received.multicast_packets.unwrap_or(0));
        if let Some(octets) = received.octets {
            let packets = received.unicast_packets.map(|packets| packets + to_many.unwrap_or(0));
            put("rx_unicast_packets", packets.map_or(json!(-1), |packets| json!(packets)));
            put("rx_octets", json!(octets));
        }
        if let Some(packets) = to_many {
            let is_told = sent.broadcast_packets.is_none();
            // its line has another word
            let has_groups = is_told && interface.interface != "Control Plane Interface";
            let groups = received.multicast_packets.filter(|_| has_groups).map(|packets| packets % 10);
            put("rx_broadcast_packets", if is_told { json!(packets) } else { json!(-1) });
            put("rx_multicast_packets", groups.map_or(json!(-1), |packets| json!(packets)));
        }
        if let Some(octets) = sent.octets {
            let to_many = sent.broadcast_packets.map(|packets| packets + sent.multicast_packets.unwrap_or(0));
            let packets = sent.unicast_packets.map(|packets| packets + to_many.unwrap_or(0));
            put("tx_unicast_packets", packets.map_or(json!(-1), |packets| json!(packets)));
            put("tx_octets", json!(octets));
            put("tx_broadcast_packets", json!(-1));
            put("tx_multicast_packets", json!(-1));
        }
        for (direction, counters) in [("rx", received), ("tx", sent)] {
            if let Some(errors) = counters.errors {
                put(&format!("{direction}_errors"), json!(errors));
                put(&format!("{direction}_discards"), json!(-1));
            }
        }
        found.insert(interface.interface.clone(), Value::Object(fields));
    }
    json!(found)
}

/// What was dropped from the queues, by the summary: the fast ones are looked for by their short names only.
fn with_drops(counters: Value, summary: &str) -> Value {
    let Value::Object(mut found) = counters else { return counters };
    let drops = parse::queue_drops(summary).unwrap_or_default();
    for (name, fields) in &mut found {
        let is_fast =
            ["HundredGigabit", "FortyGigabit", "TenGigabit"].iter().any(|kind| name.starts_with(kind));
        let name = if is_fast { parse::short_name(name) } else { name.clone() };
        if let (Some((input, output)), Some(fields)) = (drops.get(&name), fields.as_object_mut()) {
            fields.insert("rx_discards".to_owned(), json!(input));
            fields.insert("tx_discards".to_owned(), json!(output));
        }
    }
    Value::Object(found)
}

/// A link-local address has the length of the whole range.
fn interface_addresses(all: &[InterfaceAddresses]) -> Value {
    let widened = |address: &IpNet| match address {
        IpNet::V6(net) if net.addr().is_unicast_link_local() => {
            ipnet::Ipv6Net::new(net.addr(), 10).map_or(*address, IpNet::V6)
        }
        other => *other,
    };
    let one = |entry: &InterfaceAddresses| InterfaceAddresses {
        interface: entry.interface.clone(),
        addresses: entry.addresses.iter().map(widened).collect(),
    };
    let mut shaped = shape::interface_addresses(&all.iter().map(one).collect::<Vec<_>>(), false);
    for entry in all.iter().filter(|entry| entry.addresses.is_empty()) {
        // IPv6 without an address yet
        if let Some(fields) = shaped.get_mut(&entry.interface) {
            *fields = json!({ "ipv6": {} });
        }
    }
    shaped
}

/// The numbers are minutes.
fn in_minutes(all: &[LinkNeighbor]) -> Vec<LinkNeighbor> {
    let minutes = |age: Duration| Duration::from_secs(age.as_secs() / 60);
    all.iter().map(|entry| LinkNeighbor { age: entry.age.map(minutes), ..entry.clone() }).collect()
}

/// Of the main table, with IOS's short names and words.
fn ipv6_neighbors(all: &[LinkNeighbor]) -> Value {
    let state = |state: &str| match state {
        "reachable" => "REACH".to_owned(),
        "incomplete" => "INCMP".to_owned(),
        other => other.to_owned(),
    };
    let mut told = in_minutes(all);
    told.retain(|entry| entry.network_instance.as_deref() == Some("default"));
    for entry in &mut told {
        entry.interface = parse::short_name(&entry.interface);
        entry.state = entry.state.as_deref().map(state);
    }
    shape::ipv6_neighbors(&told)
}

/// What NAPALM calls interfaces that IOS calls otherwise.
const KINDS: [(&str, &str); 3] = [
    ("HundredGigE", "HundredGigabitEthernet"),
    ("TwoHundredGigE", "TwoHundredGigabitEthernet"),
    ("mgmt", "Management"),
];

/// NAPALM's long name of an interface.
fn canonical(name: &str) -> String {
    let digits = name.find(|sign: char| sign.is_ascii_digit()).unwrap_or(name.len());
    let (kind, number) = name.split_at(digits);
    match KINDS.iter().find(|(ours, _)| *ours == kind) {
        Some((_, theirs)) => format!("{theirs}{number}"),
        None => name.to_owned(),
    }
}

fn canonical_all(names: &[String]) -> Vec<String> {
    names.iter().map(|name| canonical(name)).collect()
}

/// One that is asked for is the answer itself.
fn network_instances(all: &[NetworkInstance], name: &str) -> Value {
    let mut all = all.to_vec();
    for instance in all.iter_mut().filter(|instance| instance.name != "default") {
        instance.interfaces = canonical_all(&instance.interfaces);
    }
    let shaped = shape::network_instances(&all, name);
    if name.is_empty() { shaped } else { shaped.get(name).cloned().unwrap_or(Value::Null) }
}

/// The first processor only. IOS-XE's memory is in units of 1024 bytes, as it prints it. What NAPALM does not look for, or the
/// router does not know, is called `invalid`.
fn environment(all: &Environment) -> Value {
    let mut told = all.clone();
    told.processors.truncate(1);
    told.temperatures.retain(|sensor| sensor.celsius.is_some());
    let is_whole = |memory: &peering_core::state::Memory| {
        memory.total.is_multiple_of(1024) && memory.used.is_multiple_of(1024)
    };
    let unit = if told.memory.as_ref().is_some_and(is_whole) { 1024 } else { 1 };
    let mut shaped = shape::environment(&told, unit);
    if let Some(fields) = shaped.as_object_mut() {
        if all.temperatures.is_empty() {
            let none = json!({ "invalid": { "is_alert": false, "is_critical": false, "temperature": -1.0 } });
            fields.insert("temperature".to_owned(), none);
        }
        let power = json!({ "invalid": { "status": true, "output": -1.0, "capacity": -1.0 } });
        fields.insert("power".to_owned(), power);
        fields.insert("fans".to_owned(), json!({ "invalid": { "status": true } }));
    }
    shaped
}

/// What is not told is far below any light; of the current it is nothing.
fn optics(all: &[Optic]) -> Value {
    let none = Some(0.0);
    let current = |reading: &Reading| Reading {
        instant: reading.instant.or(none),
        average: none,
        minimum: none,
        maximum: none,
    };
    let one =
        |optic: &Optic| Optic { laser_bias_current: current(&optic.laser_bias_current), ..optic.clone() };
    shape::optics(&all.iter().map(one).collect::<Vec<_>>(), -100.0)
}

/// Who tells no name has that of its chassis; link-layer addresses have capitals and colons.
fn lldp_neighbors(all: &[LldpNeighbor]) -> Value {
    let has_form = |text: &str| {
        [(':', 5), ('-', 5), ('.', 2)].iter().any(|(sign, count)| text.matches(*sign).count() == *count)
    };
    let port = |text: &String| if has_form(text) { address(text) } else { text.clone() };
    let one = |neighbor: &LldpNeighbor| LldpNeighbor {
        interface: canonical(&neighbor.interface),
        system_name: neighbor.system_name.clone().or_else(|| neighbor.chassis_id.as_deref().map(address)),
        port: neighbor.port.as_ref().map(port),
        ..neighbor.clone()
    };
    shape::lldp_neighbors(&all.iter().map(one).collect::<Vec<_>>())
}

/// Whatever may be a link-layer address, in capitals with colons: six, three or two parts, twelve digits, or the number itself.
/// What is none stays as it is.
fn address(text: &str) -> String {
    let parts: Vec<&str> = text.split(['.', ':', '-']).collect();
    let width = match parts.len() {
        1 if text.len() == 12 => 12,
        2 => 6,
        3 => 4,
        6 => 2,
        _ => 0,
    };
    let is_hex = |part: &&str| {
        !part.is_empty() && part.len() <= width && part.bytes().all(|sign| sign.is_ascii_hexdigit())
    };
    let digits = if parts.iter().all(is_hex) {
        parts.iter().map(|part| format!("{part:0>width$}")).collect::<String>().to_uppercase()
    } else {
        match text.parse::<u64>() {
            Ok(number) if number < 1 << 48 => format!("{number:012X}"),
            _ => return text.to_owned(),
        }
    };
    let mut found = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 2 == 0 {
            found.push(':');
        }
        found.push(digit);
    }
    found
}

/// Of a description the first line.
fn lldp_neighbors_detail(all: &[LldpNeighbor]) -> Value {
    let first = |text: &Option<String>| text.as_ref()?.lines().next().map(str::to_owned);
    let one = |neighbor: &LldpNeighbor| LldpNeighbor {
        interface: canonical(&neighbor.interface),
        chassis_id: neighbor.chassis_id.as_deref().map(address),
        system_description: first(&neighbor.system_description),
        ..neighbor.clone()
    };
    shape::lldp_neighbors_detail(&all.iter().map(one).collect::<Vec<_>>())
}

/// Digits and dots only: an IPv6 address ends before its first colon.
fn remote(entry: &NtpAssociation) -> String {
    entry.remote.chars().take_while(|sign| sign.is_ascii_digit() || *sign == '.').collect()
}

/// What is not told has words.
fn snmp(snmp: &Snmp) -> Value {
    let known = |text: &Option<String>| Some(text.clone().unwrap_or_else(|| "unknown".to_owned()));
    let mut told = Snmp {
        chassis_id: known(&snmp.chassis_id),
        contact: known(&snmp.contact),
        location: known(&snmp.location),
        communities: snmp.communities.clone(),
    };
    for community in told.communities.iter_mut().filter(|community| community.access_list.is_none()) {
        community.access_list = Some("N/A".to_owned());
    }
    shape::snmp(&told)
}

/// Moves are never told. The switch itself is no interface; what is in no VLAN is in 0, or in -1 when it has an interface.
fn mac_table(all: &[MacEntry]) -> Value {
    let one = |entry: &MacEntry| {
        let lower = entry.interface.to_lowercase();
        let is_self =
            entry.is_static && (lower == "cpu" || lower.contains("router") || lower.contains("switch"));
        let interface = if is_self { "" } else { &entry.interface };
        json!({
            "mac": entry.mac_address.to_uppercase(),
            "interface": interface,
            "vlan": entry.vlan.map_or(if interface.is_empty() { 0 } else { -1 }, i64::from),
            "static": entry.is_static,
            "active": entry.is_active,
            "moves": -1,
            "last_move": -1.0,
        })
    };
    all.iter().map(one).collect()
}

/// Pings with everything told, by NAPALM's name for them.
fn probe_configs(all: &[ProbeConfig]) -> Value {
    let is_read = |probe: &&ProbeConfig| {
        probe.kind.as_deref() == Some("icmp-echo")
            && !probe.name.is_empty()
            && probe.source.is_some()
            && probe.count.is_some()
            && probe.interval.is_some()
    };
    let one = |probe: &ProbeConfig| ProbeConfig { kind: Some("icmp-ping".to_owned()), ..probe.clone() };
    shape::probe_configs(&all.iter().filter(is_read).map(one).collect::<Vec<_>>())
}

/// Three probes a hop; one without an answer took no time, and nobody sent it.
fn traceroute(hops: &[Hop]) -> Value {
    let mut found = Map::new();
    for hop in hops {
        let mut probes = Map::new();
        for number in 0..3 {
            let probe = hop
                .probes
                .get(number)
                .filter(|probe| probe.round_trip.is_some())
                .cloned()
                .unwrap_or_default();
            let address = probe
                .address
                .as_deref()
                .map(|text| text.parse().map_or(text.to_owned(), |ip: IpAddr| ip.to_string()));
            let fields = json!({
                "rtt": probe.round_trip.unwrap_or(0.0),
                "ip_address": address.unwrap_or_default(),
                "host_name": text(&probe.name),
            });
            probes.insert((number + 1).to_string(), fields);
        }
        found.insert(hop.distance.to_string(), json!({ "probes": probes }));
    }
    json!({ "success": found })
}
