//! What NAPALM's `junos` does in its own way.

use std::net::IpAddr;
use std::time::Duration;

use peering_core::state::{
    AddressFamily, BgpAttributes, BgpNeighbor, BgpNeighborDetail, ConfigQuery, Environment, Facts, Hop,
    Interface, LinkNeighbor, LldpNeighbor, Optic, Origin, PingReport, PrefixLimit, ProbeResult, ProbeTimes,
    Reading, Route, Snmp,
};
use serde_json::{Value, json};

use super::quirks::{COMMON, Quirks};
use super::shape::{self, Absent, Named};
use crate::juniper_junos::parse;

pub(super) const QUIRKS: Quirks = Quirks {
    facts,
    interfaces,
    bgp_neighbors: |all| shape::neighbors(all, shape::UNKNOWN, families),
    bgp_neighbors_detail,
    bgp_config: |all| shape::groups(all, prefix_limits),
    routes,
    protocol: |name| name.eq_ignore_ascii_case("connected").then_some("direct"),
    ipv6_neighbors,
    environment,
    optics,
    lldp_neighbors,
    lldp_neighbors_detail,
    ntp_text: Some(("show ntp associations no-resolve", ntp_stats)),
    snmp,
    probe_results,
    ping,
    traceroute,
    config_query: |query| ConfigQuery { full: false, sanitized: false, ..query },
    sanitize: Some(sanitize),
    cli_encodings: &[("json", " | display json"), ("xml", " | display xml")],
    has_pipes: true,
    lacks: &[("get_arp_table", "vrf"), ("get_route_to", "longer")],
    ..COMMON
};

/// Without logical interfaces: those that are another's with a number behind it.
fn facts(facts: &Facts) -> Value {
    let is_physical = |name: &&String| {
        let parent = name.rsplit_once('.').map(|(parent, _)| parent);
        parent.is_none_or(|parent| !facts.interfaces.iter().any(|other| other == parent))
    };
    let interfaces = facts.interfaces.iter().filter(is_physical).cloned().collect();
    shape::facts(&Facts { interfaces, ..facts.clone() })
}

/// Where there is no link-layer address, the device's word for that, or Python's. Zero seconds since a flap are none.
fn interfaces(all: &[Interface]) -> Value {
    let own = |interface: &Interface| Interface {
        since_flap: interface.since_flap.filter(|time| !time.is_zero()),
        ..interface.clone()
    };
    let mut found = shape::interfaces(&all.iter().map(own).collect::<Vec<_>>(), -1.0);
    for interface in all.iter().filter(|interface| interface.mac_address.is_none()) {
        let word = interface.mac_placeholder.as_deref().unwrap_or("None");
        if let Some(Value::Object(fields)) = found.get_mut(&interface.name) {
            fields.insert("mac_address".to_owned(), json!(word));
        }
    }
    found
}

/// By the protocol of the table alone, so that the last of several counts; nothing of a session that is down.
fn families(neighbor: &BgpNeighbor) -> Value {
    let unknown = || shape::counts(None, shape::UNKNOWN);
    let mut found = Named::from([("ipv4".to_owned(), unknown()), ("ipv6".to_owned(), unknown())]);
    for family in neighbor.families.iter().filter(|_| neighbor.is_established()) {
        let name = match &family.family {
            AddressFamily::Ipv4Unicast => "ipv4",
            AddressFamily::Ipv6Unicast => "ipv6",
            AddressFamily::Other(name) => match name.as_str() {
                "ipv4-multicast" | "ipv4-labeled-unicast" => "ipv4",
                "ipv6-multicast" | "ipv6-labeled-unicast" => "ipv6",
                "ipv4-flowspec" => "flow",
                _ => continue,
            },
        };
        found.insert(name.to_owned(), shape::counts(Some(family), shape::UNKNOWN));
    }
    json!(found)
}

/// -1 for counters that are not told, 0 for times; the port of BGP for ports; three fields mean something else.
fn bgp_neighbors_detail(all: &[BgpNeighborDetail]) -> Value {
    let filled = |detail: &BgpNeighborDetail| {
        let mut detail = detail.clone();
        let neighbor = &mut detail.neighbor;
        for time in [
            &mut neighbor.hold_time,
            &mut neighbor.keepalive,
            &mut detail.configured_hold_time,
            &mut detail.configured_keepalive,
        ] {
            time.get_or_insert(Duration::ZERO);
        }
        neighbor.flaps.get_or_insert(0);
        detail.messages_queued.get_or_insert(0);
        detail.local_port.get_or_insert(179);
        detail.remote_port.get_or_insert(179);
        let instance = neighbor.network_instance.as_str();
        detail.routing_table = Some(if instance == "default" { "global" } else { instance }.to_owned());
        detail.suppresses_4byte_as.get_or_insert(true);
        detail.prepends_local_as = Some(detail.supports_add_path == Some(false));
        let has_families = detail.options.iter().any(|option| option == "AddressFamily");
        detail.is_local_address_configured = Some(has_families);
        detail
    };
    shape::bgp_neighbors_detail(&all.iter().map(filled).collect::<Vec<_>>(), "global", shape::UNKNOWN)
}

/// Only what is configured, of the four families that NAPALM looks at.
fn prefix_limits(all: &[PrefixLimit]) -> Value {
    let mut found: Named<Named<Named<Value>>> = Named::new();
    for limit in all {
        let (family, kind) = match limit.family.to_string().as_str() {
            "ipv4-unicast" => ("inet", "unicast"),
            "ipv6-unicast" => ("inet6", "unicast"),
            "ipv4-flowspec" => ("inet", "flow"),
            "ipv6-flowspec" => ("inet6", "flow"),
            _ => continue,
        };
        let mut teardown = Named::new();
        if let Some(threshold) = limit.threshold {
            teardown.insert("threshold".to_owned(), json!(threshold));
        }
        if let Some(timeout) = limit.idle_timeout {
            teardown.insert("timeout".to_owned(), json!(timeout.as_secs() / 60));
        }
        let mut fields = Named::from([("limit".to_owned(), json!(limit.limit))]);
        if !teardown.is_empty() {
            fields.insert("teardown".to_owned(), json!(teardown));
        }
        if let Some(policy) = &limit.no_validate {
            fields.insert("novalidate".to_owned(), json!(policy));
        }
        found.entry(family.to_owned()).or_default().insert(kind.to_owned(), fields);
    }
    json!(found)
}

/// One row for each next hop that Junos names; a route without one is not listed.
fn routes(all: &[Route]) -> Value {
    let has_hop = |route: &&Route| !route.next_hops.is_empty() || !route.interfaces.is_empty();
    let own = |route: &Route| Route {
        protocol: protocol(&route.protocol),
        // None is selected.
        selected_next_hop: route.selected_next_hop.or(Some(usize::MAX)),
        ..route.clone()
    };
    let rows: Vec<Route> = all.iter().filter(has_hop).map(own).collect();
    shape::rows(&rows, |_| Absent { next_hop: "", interface: Value::Null }, attributes)
}

/// As Junos prints it.
fn protocol(name: &str) -> String {
    match name {
        "connected" => "Direct".to_owned(),
        "bgp" | "ospf" | "ospf2" | "ospf3" | "rip" | "ldp" | "rsvp" | "pim" | "msdp" | "evpn" => {
            name.to_uppercase()
        }
        "is-is" | "isis" => "IS-IS".to_owned(),
        _ => {
            let mut chars = name.chars();
            let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
            first + chars.as_str()
        }
    }
}

/// The neighbour is its BGP identifier; communities of all kinds are in one list.
fn attributes(route: &Route, bgp: &BgpAttributes) -> Value {
    let large = bgp.large_communities.iter().map(|community| format!("large:{community}"));
    let others = bgp.communities.iter().chain(&bgp.extended_communities).cloned();
    let communities: Vec<String> = others.chain(large).collect();
    let mark = match bgp.origin {
        Some(Origin::Incomplete) => " ?",
        Some(Origin::Egp) => " E",
        _ => "",
    };
    json!({
        "metric": route.metric,
        "metric2": route.metric2,
        "as_path": bgp.as_path_text.as_ref().map(|path| format!("{path}{mark}").trim().to_owned()),
        "local_preference": bgp.local_preference,
        "local_as": bgp.local_as,
        "remote_as": bgp.remote_as,
        "remote_address": bgp.peer_router_id,
        "preference2": route.preference2,
        "communities": if communities.is_empty() { Value::Null } else { json!(communities) },
    })
}

/// States are as Junos spells them.
fn ipv6_neighbors(all: &[LinkNeighbor]) -> Value {
    let mut found = shape::ipv6_neighbors(all);
    for (fields, neighbor) in found.as_array_mut().into_iter().flatten().zip(all) {
        if let Some(state) = fields.get_mut("state") {
            *state = json!(neighbor.state);
        }
    }
    found
}

/// Memory is in mebibytes, that of the last routing engine.
fn environment(all: &Environment) -> Value {
    let mut own = all.clone();
    for supply in &mut own.power_supplies {
        supply.name = supply.name.replace("PEM", "Power Supply");
    }
    let mut found = shape::environment(&own, 1);
    let last = all.processors.last().and_then(|processor| processor.memory).or(all.memory);
    if let (Some(memory), Some(fields)) = (last, found.get_mut("memory")) {
        let mebibytes = |bytes: u64| (bytes as f64 / 1_048_576.0).round_ties_even() as u64;
        *fields = json!({ "available_ram": mebibytes(memory.total), "used_ram": mebibytes(memory.used) });
    }
    found
}

/// The dark is 0, as is what is not told.
fn optics(all: &[Optic]) -> Value {
    let lit =
        |reading: Reading| Reading { instant: reading.instant.filter(|value| value.is_finite()), ..reading };
    let own = |optic: &Optic| Optic {
        input_power: lit(optic.input_power),
        output_power: lit(optic.output_power),
        laser_bias_current: lit(optic.laser_bias_current),
        ..optic.clone()
    };
    shape::optics(&all.iter().map(own).collect::<Vec<_>>(), 0.0)
}

/// A port that is not told is what describes it; a name that is not told is Python's word for that.
fn lldp_neighbors(all: &[LldpNeighbor]) -> Value {
    let python = |text: &Option<String>| Some(text.clone().unwrap_or_else(|| "None".to_owned()));
    let own = |neighbor: &LldpNeighbor| LldpNeighbor {
        port: python(&neighbor.port.clone().or_else(|| neighbor.port_description.clone())),
        system_name: python(&neighbor.system_name),
        ..neighbor.clone()
    };
    shape::lldp_neighbors(&all.iter().map(own).collect::<Vec<_>>())
}

/// An interface that belongs to no other has a dash there.
fn lldp_neighbors_detail(all: &[LldpNeighbor]) -> Value {
    let own = |neighbor: &LldpNeighbor| LldpNeighbor {
        parent_interface: Some(neighbor.parent_interface.clone().unwrap_or_else(|| "-".to_owned())),
        ..neighbor.clone()
    };
    shape::lldp_neighbors_detail(&all.iter().map(own).collect::<Vec<_>>())
}

/// What stands before the first association is three lines, the first of them empty: one that is not there costs an
/// association. A line that NAPALM's pattern does not fit is left out: `when` in days, a type other than unicast, a name or
/// an address that is cut.
fn ntp_stats(text: &str) -> Value {
    let fits = |when: &str| when.bytes().all(|byte| byte.is_ascii_digit() || b"hH-".contains(&byte));
    let lines = text.lines().skip(3).filter(|line| !line.trim().is_empty());
    let all: Vec<_> = lines
        .filter_map(|line| parse::ntp_association(line).ok())
        .filter(|entry| fits(&entry.when) && matches!(entry.kind.as_str(), "-" | "u"))
        .filter(|entry| entry.remote.parse::<IpAddr>().is_ok())
        .collect();
    shape::ntp_associations(&all)
}

/// Nothing where nothing is configured.
fn snmp(snmp: &Snmp) -> Value {
    if *snmp == Snmp::default() { json!({}) } else { shape::snmp(snmp) }
}

/// Microseconds times a thousandth: not always the nearest number.
fn python_milliseconds(time: f64) -> f64 {
    (time * 1e3).round() * 1e-3
}

fn probe_results(all: &[ProbeResult]) -> Value {
    let time = |time: Option<f64>| time.map(python_milliseconds);
    let times = |times: ProbeTimes| ProbeTimes {
        minimum: time(times.minimum),
        maximum: time(times.maximum),
        average: time(times.average),
    };
    let own = |result: &ProbeResult| ProbeResult {
        round_trip: time(result.round_trip),
        jitter: time(result.jitter),
        current: times(result.current),
        last: times(result.last),
        all: times(result.all),
        ..result.clone()
    };
    shape::probe_results(&all.iter().map(own).collect::<Vec<_>>())
}

/// The loss is a percentage, and an error when it is all of it.
fn ping(report: &PingReport) -> Value {
    let loss = u64::from(report.lost).saturating_mul(100).checked_div(u64::from(report.sent)).unwrap_or(100);
    if loss == 100 {
        return json!({ "error": format!("Packet loss {loss}") });
    }
    let mut own = report.clone();
    for time in [&mut own.minimum, &mut own.average, &mut own.maximum, &mut own.deviation] {
        time.get_or_insert(-0.001);
    }
    for answer in &mut own.answers {
        answer.round_trip.get_or_insert(-0.001);
    }
    shape::ping(&own, u32::try_from(loss).unwrap_or(100))
}

/// A probe without an answer took no time; a name that Junos does not tell is empty.
fn traceroute(hops: &[Hop], _: Duration) -> Value {
    let mut own = hops.to_vec();
    for probe in own.iter_mut().flat_map(|hop| &mut hop.probes) {
        probe.round_trip = Some(python_milliseconds(probe.round_trip.unwrap_or(0.0)));
        probe.name.get_or_insert_default();
    }
    shape::traceroute(&own, Duration::ZERO)
}

/// Blacks out communities and what Junos or crypt hides in quotes, line by line.
fn sanitize(text: &str) -> String {
    text.split_inclusive('\n').map(sanitize_line).collect()
}

const REMOVED: &str = "<removed>";

fn sanitize_line(line: &str) -> String {
    let indent = line.len() - line.trim_start().len();
    let (space, statement) = line.split_at(indent);
    if let Some(rest) = statement.strip_prefix("community").filter(|_| indent > 0) {
        let word = rest.trim_start();
        let gap = rest.len() - word.len();
        let end = word.find(|char: char| !(char.is_alphanumeric() || char == '_')).unwrap_or(word.len());
        let (name, tail) = word.split_at(end);
        let is_block = tail.starts_with(char::is_whitespace) && tail.trim_start().starts_with('{');
        if gap > 0 && !name.is_empty() && (tail.starts_with(';') || is_block) {
            let gap = rest.get(..gap).unwrap_or_default();
            return format!("{space}community{gap}{REMOVED}{tail}");
        }
    }
    let hidden = line.rmatch_indices("\"$").find_map(|(start, _)| {
        let rest = line.get(start + 2..)?;
        let kind = rest.strip_prefix(|char: char| char.is_ascii_digit())?.strip_prefix('$')?;
        let end = kind.find("\";")?;
        let is_word = end > 0 && !kind.get(..end)?.contains(char::is_whitespace);
        is_word.then(|| (start, kind.get(end + 1..).unwrap_or_default()))
    });
    match hidden {
        Some((start, tail)) => format!("{}{REMOVED}{tail}", line.get(..start).unwrap_or_default()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_napalm_takes_for_secret_is_removed() {
        for (line, expected) in [
            ("    community public;\n", "    community <removed>;\n"),
            ("    community secure {\n", "    community <removed> {\n"),
            ("community top;\n", "community top;\n"),
            ("    community AS-64500 members 64500:1;\n", "    community AS-64500 members 64500:1;\n"),
            ("  secret \"$9$abc.d\"; ## SECRET-DATA\n", "  secret <removed>; ## SECRET-DATA\n"),
            ("  description \"costs $5\";", "  description \"costs $5\";"),
        ] {
            assert_eq!(sanitize(line), expected);
        }
    }

    #[test]
    fn protocols_are_spelled_as_junos_does() {
        for (name, expected) in
            [("bgp", "BGP"), ("static", "Static"), ("connected", "Direct"), ("is-is", "IS-IS")]
        {
            assert_eq!(protocol(name), expected);
        }
    }

    #[test]
    fn a_ping_without_an_answer_is_an_error() {
        let report = PingReport { sent: 5, lost: 5, ..PingReport::default() };
        assert_eq!(ping(&report), json!({ "error": "Packet loss 100" }));
    }
}
