//! What NAPALM's `nxos` and `nxos_ssh` do in their own ways.

mod bgp;
mod optics;

use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;
use peering_core::state::{
    ConfigQuery, Environment, Facts, Interface, InterfaceAddresses, InterfaceCounters, LinkNeighbor,
    LldpNeighbor, MacEntry, NetworkInstance, NtpAssociation, PingReport, Snmp, User, Vlan,
};
use peering_core::{Error, ErrorKind, Result};
use regex::Regex;
use serde_json::{Value, json};

use super::cisco;
use super::quirks::{COMMON, Quirks};
use super::shape::{self, text};
use crate::cisco_nxos::parse::text as parse;

/// How long both wait for a probe of a traceroute, whatever the caller says.
const PROBE: Duration = Duration::from_secs(5);

/// The names of the interface of the supervisor and of groups begin with a small letter on the router.
const CANONICAL: &[(&str, &str)] =
    &[("port-channel", "Port-channel"), ("loopback", "Loopback"), ("mgmt", "Management")];

/// What both have.
const BOTH: Quirks = Quirks {
    network_instances,
    lldp_neighbors,
    lldp_neighbors_detail,
    users,
    snmp,
    vlans,
    ping,
    traceroute: |hops, _| shape::traceroute(hops, PROBE),
    config_query: |query| ConfigQuery { sanitized: false, ..query },
    config_text,
    sanitize: Some(cisco::sanitize),
    cli_tells_refusals: true,
    ..COMMON
};

/// Of `nxos`, over NX-API.
pub(super) const NXAPI: Quirks = Quirks {
    facts: facts_of_api,
    interfaces_at: Some(interfaces_at),
    interface_addresses: |all| shape::interface_addresses(&own_families(all), false),
    bgp_neighbors: bgp::by_last_family,
    bgp_instances: Some(shape::bgp_instances),
    // of the main table alone
    arp_table: |all, _| {
        let is_main =
            |entry: &&LinkNeighbor| entry.network_instance.as_deref().is_none_or(|name| name == "default");
        shape::arp_table(&aged(&all.iter().filter(is_main).cloned().collect::<Vec<_>>()), "")
    },
    environment: environment_of_api,
    mac_table: mac_table_of_api,
    ntp_associations,
    lacks: &[
        ("get_arp_table", "vrf"),
        ("get_bgp_config", ""),
        ("get_bgp_neighbors_detail", ""),
        ("get_interfaces_counters", ""),
        ("get_ipv6_neighbors_table", ""),
        ("get_optics", ""),
        ("get_probes_config", ""),
        ("get_probes_results", ""),
        ("get_route_to", ""),
    ],
    ..BOTH
};

/// Of `nxos_ssh`.
pub(super) const SSH: Quirks = Quirks {
    facts: facts_of_shell,
    interfaces: interfaces_of_shell,
    interface_addresses: addresses_of_shell,
    interface_counters: counters,
    routes: bgp::routes,
    arp_table: |all, _| shape::arp_table(&aged(all), ""),
    arp_of_vrf: Some((
        |vrf| Ok(format!("show ip arp vrf {} | exc INCOMPLETE", one_word(vrf)?)),
        |text, _| Ok(shape::arp_table(&aged(&parse::arp_table(text)?), "")),
    )),
    environment: environment_of_shell,
    mac_table: mac_table_of_shell,
    texts: &[
        ("get_bgp_neighbors", "show bgp all summary vrf all", bgp::by_last_section),
        ("get_optics", "show interface transceiver details", optics::transceivers),
        // servers and peers are not told apart
        ("get_ntp_servers", "show ntp peers", ntp_names),
        ("get_ntp_peers", "show ntp peers", ntp_names),
    ],
    lacks: &[
        ("get_bgp_config", ""),
        ("get_bgp_neighbors_detail", ""),
        ("get_ipv6_neighbors_table", ""),
        ("get_ntp_stats", ""),
        ("get_probes_config", ""),
        ("get_probes_results", ""),
        ("get_route_to", "longer"),
    ],
    ..BOTH
};

/// A name as NAPALM's library for such names has it.
fn canonical(name: &str) -> String {
    let digits = name.trim_end_matches(|sign: char| sign.is_ascii_digit() || "/\\.: ".contains(sign)).len();
    let (kind, number) = name.split_at(digits);
    let long = CANONICAL.iter().find(|(short, _)| *short == kind).map_or(kind, |(_, long)| long);
    format!("{long}{number}")
}

/// Puts a value into an object, below these names.
fn put(object: &mut Value, path: &[&str], value: Value) {
    let mut place = object;
    for name in path {
        let Value::Object(fields) = place else { return };
        place = fields.entry(*name).or_insert_with(|| json!({}));
    }
    *place = value;
}

/// A VRF's name; it stands in a command.
fn one_word(name: &str) -> Result<&str> {
    let is_plain = |sign: char| sign.is_ascii_graphic() && !"|;>\"'".contains(sign);
    match name.chars().all(is_plain) {
        true => Ok(name),
        false => Err(Error::new(ErrorKind::Options, format!("{name:?} is no VRF"))),
    }
}

/// A chassis without a number has none, rather than an empty one.
fn facts_of_api(facts: &Facts) -> Value {
    let mut found = shape::facts(facts);
    put(&mut found, &["serial_number"], json!(facts.serial_number));
    found
}

/// Without a domain there is no whole name.
fn facts_of_shell(facts: &Facts) -> Value {
    let mut found = shape::facts(facts);
    put(&mut found, &["fqdn"], json!(text(&facts.fqdn)));
    // a model that is not called so is not found
    let model = facts.model.as_ref().filter(|model| model.to_lowercase().contains("chassis"));
    put(&mut found, &["model"], json!(model.map(String::as_str).unwrap_or_default()));
    let names = facts.interfaces.iter().map(|name| canonical(name)).collect();
    put(&mut found, &["interface_list"], names);
    found
}

/// What the router tells of a configuration, and when, is cut out.
static NOTES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)!Command: show .*$|!Time:.*\d{4}\s*$|Startup config saved at:.*$").ok()
});

fn config_text(text: &str) -> String {
    let text = match NOTES.as_ref() {
        Some(notes) => notes.replace_all(text, "").into_owned(),
        None => text.to_owned(),
    };
    text.trim().to_owned()
}

/// Ages are counted back from the clock; a VLAN's interface is up when it is meant to be.
fn interfaces_at(all: &[Interface], now: Timestamp) -> Value {
    let moment = |interface: &Interface| {
        let mut interface = interface.clone();
        interface.is_up |= interface.name.starts_with("Vlan") && interface.is_enabled;
        interface.last_flapped = interface.since_flap.and_then(|age| now.checked_sub(age).ok());
        interface.since_flap = None;
        interface
    };
    shape::interfaces(&all.iter().map(moment).collect::<Vec<_>>(), 0.0)
}

/// When a link last flapped is not looked for, nor the address of a VLAN's interface, which stands there in other words.
fn interfaces_of_shell(all: &[Interface]) -> Value {
    let shown = |interface: &Interface| Interface {
        name: canonical(&interface.name),
        since_flap: None,
        mac_address: interface.mac_address.clone().filter(|_| !interface.name.starts_with("Vlan")),
        ..interface.clone()
    };
    shape::interfaces(&all.iter().map(shown).collect::<Vec<_>>(), -1.0)
}

/// A link-local address counts where there is no other, and has all bits of its prefix; interfaces without any address are not there.
fn own_families(all: &[InterfaceAddresses]) -> Vec<InterfaceAddresses> {
    let is_link_local = |address: &ipnet::IpNet| match address {
        ipnet::IpNet::V6(address) => address.addr().is_unicast_link_local(),
        ipnet::IpNet::V4(_) => false,
    };
    let own = |entry: &InterfaceAddresses| {
        let has_global =
            entry.addresses.iter().any(|address| address.addr().is_ipv6() && !is_link_local(address));
        let addresses = entry.addresses.iter().filter(|address| !has_global || !is_link_local(address));
        let whole = |address: &ipnet::IpNet| match is_link_local(address) {
            true => ipnet::IpNet::from(address.addr()),
            false => *address,
        };
        InterfaceAddresses { interface: entry.interface.clone(), addresses: addresses.map(whole).collect() }
    };
    all.iter().map(own).filter(|entry| !entry.addresses.is_empty()).collect()
}

/// An interface without any address has both families.
fn addresses_of_shell(all: &[InterfaceAddresses]) -> Value {
    let mut found = shape::interface_addresses(all, false);
    for entry in all.iter().filter(|entry| entry.addresses.is_empty()) {
        put(&mut found, &[&entry.interface], json!({ "ipv4": {}, "ipv6": {} }));
    }
    found
}

/// Of ports, groups and the supervisor's interface; what is not told is 0, and of the last much is not looked for.
fn counters(all: &[InterfaceCounters]) -> Value {
    let is_known = |entry: &&InterfaceCounters| {
        ["Ether", "port-channel", "mgm"].iter().any(|kind| entry.interface.starts_with(kind))
    };
    let known = |entry: &InterfaceCounters| {
        let mut entry = entry.clone();
        let is_supervisor = entry.interface.starts_with("mgm");
        for counters in [&mut entry.received, &mut entry.sent] {
            if is_supervisor {
                counters.unicast_packets = None;
                counters.broadcast_packets = None;
            }
            for count in [
                &mut counters.octets,
                &mut counters.unicast_packets,
                &mut counters.multicast_packets,
                &mut counters.broadcast_packets,
                &mut counters.discards,
                &mut counters.errors,
            ] {
                count.get_or_insert(0);
            }
        }
        if is_supervisor {
            entry.sent.multicast_packets = Some(0);
        }
        entry
    };
    shape::interface_counters(&all.iter().filter(is_known).map(known).collect::<Vec<_>>())
}

/// To a tenth of a second.
fn aged(all: &[LinkNeighbor]) -> Vec<LinkNeighbor> {
    let round = |age: Duration| Duration::from_secs_f64((age.as_secs_f64() * 10.0).round() / 10.0);
    all.iter().map(|entry| LinkNeighbor { age: entry.age.map(round), ..entry.clone() }).collect()
}

/// No route distinguisher is one of zeros.
fn network_instances(all: &[NetworkInstance], name: &str) -> Value {
    let named = |instance: &NetworkInstance| {
        let mut instance = instance.clone();
        instance.route_distinguisher.get_or_insert_with(|| "0:0".to_owned());
        instance
    };
    shape::network_instances(&all.iter().map(named).collect::<Vec<_>>(), name)
}

fn lldp_neighbors(all: &[LldpNeighbor]) -> Value {
    shape::lldp_neighbors(&renamed(all))
}

fn lldp_neighbors_detail(all: &[LldpNeighbor]) -> Value {
    shape::lldp_neighbors_detail(&renamed(all))
}

/// Of a description the first line; a chassis that is a link-layer address as NX-OS spells it.
fn renamed(all: &[LldpNeighbor]) -> Vec<LldpNeighbor> {
    let dotted = |id: &String| {
        let digits: Vec<char> = id.chars().filter(|sign| *sign != ':').collect();
        let is_mac = id.len() == 17 && digits.len() == 12 && digits.iter().all(char::is_ascii_hexdigit);
        match is_mac {
            true => digits.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("."),
            false => id.clone(),
        }
    };
    let one = |neighbor: &LldpNeighbor| LldpNeighbor {
        interface: canonical(&neighbor.interface),
        chassis_id: neighbor.chassis_id.as_ref().map(dotted),
        system_description: neighbor
            .system_description
            .as_ref()
            .and_then(|text| text.lines().next())
            .map(str::to_owned),
        ..neighbor.clone()
    };
    all.iter().map(one).collect()
}

/// The kind of a key is left away, and keys of other kinds than these.
fn users(all: &[User]) -> Value {
    let key = |key: &String| {
        let (kind, value) = key.split_once(' ')?;
        ["ssh-rsa", "ssh-dsa"].contains(&kind).then(|| value.trim().to_owned())
    };
    let one = |user: &User| User { ssh_keys: user.ssh_keys.iter().filter_map(key).collect(), ..user.clone() };
    shape::users(&all.iter().map(one).collect::<Vec<_>>())
}

/// The mode is the name of a role. Nothing is nothing at all.
fn snmp(snmp: &Snmp) -> Value {
    if snmp.communities.is_empty() && snmp.location.is_none() && snmp.contact.is_none() {
        return json!({});
    }
    let mut found = shape::snmp(snmp);
    for community in &snmp.communities {
        let role = if community.may_write { "network-admin" } else { "network-operator" };
        put(&mut found, &["community", community.name.expose(), "mode"], json!(role));
    }
    found
}

/// A VLAN without interfaces has one without a name.
fn vlans(all: &[Vlan]) -> Value {
    let one = |vlan: &Vlan| {
        let mut interfaces: Vec<String> = vlan.interfaces.iter().map(|name| canonical(name)).collect();
        if interfaces.is_empty() {
            interfaces.push(String::new());
        }
        Vlan { interfaces, ..vlan.clone() }
    };
    shape::vlans(&all.iter().map(one).collect::<Vec<_>>())
}

/// Only those who answered.
fn ping(report: &PingReport) -> Value {
    let mut report = report.clone();
    report.answers.retain(|answer| answer.round_trip.is_some());
    shape::ping(&report, report.lost)
}

/// Every entry is static: NX-OS's word for "not static" is none of those that are looked for.
fn mac_table_of_api(all: &[MacEntry]) -> Value {
    let one = |entry: &MacEntry| MacEntry { is_static: true, ..entry.clone() };
    shape::mac_table(&all.iter().map(one).collect::<Vec<_>>())
}

/// What is static on the router itself has no interface; moves are not known.
fn mac_table_of_shell(all: &[MacEntry]) -> Value {
    let one = |entry: &MacEntry| {
        let name = entry.interface.to_lowercase();
        let is_own = name == "cpu" || name.contains("router") || name.contains("switch");
        let interface = if entry.is_static && is_own { String::new() } else { canonical(&entry.interface) };
        MacEntry { interface, ..entry.clone() }
    };
    let mut found = shape::mac_table(&all.iter().map(one).collect::<Vec<_>>());
    for entry in found.as_array_mut().into_iter().flatten() {
        put(entry, &["moves"], json!(-1));
        put(entry, &["last_move"], json!(-1.0));
    }
    found
}

/// Seconds; and what NX-OS does not tell.
fn ntp_associations(all: &[NtpAssociation]) -> Value {
    let one = |entry: &NtpAssociation| NtpAssociation {
        reference_id: entry.remote.clone(),
        kind: String::new(),
        when: String::new(),
        // the number that the router gave has five digits behind the point
        delay: (entry.delay * 100.0).round() / 1e5,
        offset: 0.0,
        jitter: 0.0,
        ..entry.clone()
    };
    shape::ntp_associations(&all.iter().map(one).collect::<Vec<_>>())
}

fn ntp_names(text: &str) -> Result<Value> {
    Ok(shape::ntp_names(&parse::ntp_servers(text)?))
}

/// The module, the place in it and what is measured: of `1-2 INTAKE`.
fn sensor(name: &str) -> Option<(&str, &str, &str)> {
    let (place, kind) = name.split_once(' ')?;
    let (module, place) = place.rsplit_once('-')?;
    Some((module, place, kind))
}

/// Sensors are counted in the first module alone. Older trains, whose fans are called `Fan-1`, write `ok`, which is not taken
/// for well. The fans of power supplies are left away.
fn environment_of_api(all: &Environment) -> Value {
    let mut all = all.clone();
    let is_old = all.fans.iter().any(|fan| fan.name.starts_with("Fan-"));
    all.fans.retain(|fan| !fan.name.contains("PS"));
    for fan in &mut all.fans {
        fan.is_ok &= !is_old;
    }
    for temperature in &mut all.temperatures {
        temperature.is_alert |= is_old;
        if let Some((module, _, kind)) = sensor(&temperature.name).filter(|(module, ..)| *module != "1") {
            temperature.name = format!("{module}-1 {kind}");
        }
    }
    let mut found = shape::environment(&all, 1);
    if let Some(memory) = &all.memory {
        // megabytes, times a thousand
        let free = memory.total.saturating_sub(memory.used);
        let memory = json!({ "available_ram": (free >> 20) * 1000, "used_ram": (memory.used >> 20) * 1000 });
        put(&mut found, &["memory"], memory);
    }
    found
}

/// Kilobytes. Fans and power supplies are not looked for.
fn environment_of_shell(all: &Environment) -> Value {
    let mut all = all.clone();
    all.fans.clear();
    all.power_supplies.clear();
    for temperature in &mut all.temperatures {
        if let Some((module, _, kind)) = sensor(&temperature.name) {
            temperature.name = format!("{kind}-{module}");
        }
    }
    let mut found = shape::environment(&all, 1024);
    put(&mut found, &["fans", "invalid"], json!({ "status": true }));
    put(&mut found, &["power", "invalid"], json!({ "status": true, "output": -1.0, "capacity": -1.0 }));
    if !all.processors.iter().any(|processor| processor.name == "0") {
        put(&mut found, &["cpu", "0"], json!({ "%usage": -1.0 }));
    }
    found
}
