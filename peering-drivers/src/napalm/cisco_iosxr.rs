//! What NAPALM's `iosxr_netconf` does in its own way.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use peering_core::state::{
    AddressFamily, BgpGroup, BgpNeighbor, BgpNeighborDetail, Environment, Hop, Interface, InterfaceCounters,
    LinkNeighbor, LldpNeighbor, NtpAssociation, PrefixLimit, ProbeConfig, ProbeResult, Route, User,
};
use serde_json::{Value, json};

use super::quirks::{COMMON, Quirks};
use super::shape::{self, Absent, Named, Unknown};

const UNKNOWN: Unknown = Unknown { count: 0, router_id: "0.0.0.0" };

pub(super) const QUIRKS: Quirks = Quirks {
    interfaces,
    interface_counters,
    bgp_neighbors: |all| shape::neighbors(all, UNKNOWN, own_family),
    bgp_instances: Some(shape::bgp_instances),
    bgp_neighbors_detail,
    bgp_config,
    routes,
    arp_table: |all, _| arp_table(all),
    environment,
    lldp_neighbors_detail,
    users,
    probe_configs,
    probe_results,
    ntp_associations,
    traceroute,
    lacks: &[
        ("get_arp_table", "vrf"),
        ("get_config", "full"),
        ("get_config", "sanitized"),
        ("get_ipv6_neighbors_table", ""),
        ("get_network_instances", ""),
        ("get_route_to", "longer"),
        ("get_optics", ""),
        ("ping", ""),
        ("cli", ""),
    ],
    ..COMMON
};

/// No time since a flap; a speed that is not told is zero.
fn interfaces(all: &[Interface]) -> Value {
    let own = |interface: &Interface| Interface { since_flap: None, ..interface.clone() };
    shape::interfaces(&all.iter().map(own).collect::<Vec<_>>(), 0.0)
}

/// All packets are called those to one receiver. What has no counters of groups has none at all, and empty texts stand for
/// them.
fn interface_counters(all: &[InterfaceCounters]) -> Value {
    let mut own = all.to_vec();
    for counters in own.iter_mut().flat_map(|one| [&mut one.received, &mut one.sent]) {
        let parts = [counters.unicast_packets, counters.multicast_packets, counters.broadcast_packets];
        counters.unicast_packets = parts.into_iter().sum();
    }
    let mut found = shape::interface_counters(&own);
    for interface in all.iter().filter(|interface| interface.received.multicast_packets.is_none()) {
        if let Some(Value::Object(fields)) = found.get_mut(&interface.interface) {
            fields.values_mut().for_each(|value| *value = json!(""));
        }
    }
    found
}

/// The family of the address that the session runs over.
fn own_family(neighbor: &BgpNeighbor) -> Value {
    let (name, family) = match neighbor.address.is_ipv4() {
        true => ("ipv4", AddressFamily::Ipv4Unicast),
        false => ("ipv6", AddressFamily::Ipv6Unicast),
    };
    let counted = neighbor.family(&family).or_else(|| neighbor.families.first());
    let mut counts = shape::counts(counted.filter(|_| neighbor.is_established()), UNKNOWN);
    // What was denied is not counted as received.
    if let Value::Object(fields) = &mut counts {
        let accepted = fields.get("accepted_prefixes").cloned().unwrap_or_default();
        fields.insert("received_prefixes".to_owned(), accepted);
    }
    json!({ name: counts })
}

/// Messages received and updates are zero; the unspecified address is ours while there is no connection.
fn bgp_neighbors_detail(all: &[BgpNeighborDetail]) -> Value {
    let own = |detail: &BgpNeighborDetail| {
        let mut detail = detail.clone();
        detail.updates_received = None;
        detail.updates_sent = None;
        // What was denied is not counted as received.
        detail.received_prefixes = detail.accepted_prefixes;
        let neighbor = &mut detail.neighbor;
        neighbor.messages_received = None;
        let unspecified = match neighbor.address {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        neighbor.local_address.get_or_insert(unspecified);
        detail
    };
    shape::bgp_neighbors_detail(&all.iter().map(own).collect::<Vec<_>>(), "global", UNKNOWN)
}

/// Without neighbours of VRFs; every group is external, and takes private AS numbers out. A neighbour without a limit has
/// one of zero.
fn bgp_config(all: &[BgpGroup]) -> Value {
    let own = |group: &BgpGroup| {
        let mut group = group.clone();
        group.neighbors.retain(|neighbor| neighbor.network_instance.is_none());
        for neighbor in group.neighbors.iter_mut().filter(|neighbor| neighbor.prefix_limits.is_empty()) {
            let family = if neighbor.address.contains(':') {
                AddressFamily::Ipv6Unicast
            } else {
                AddressFamily::Ipv4Unicast
            };
            neighbor.prefix_limits.push(PrefixLimit {
                family,
                limit: 0,
                threshold: None,
                idle_timeout: None,
                no_validate: None,
            });
        }
        if group.name.is_some() {
            group.kind = Some("external".to_owned());
            group.remove_private_as = true;
        }
        group
    };
    shape::groups(&all.iter().map(own).collect::<Vec<_>>(), prefix_limits)
}

/// One family each; minutes.
fn prefix_limits(all: &[PrefixLimit]) -> Value {
    let mut found: Named<Value> = Named::new();
    for limit in all {
        let family = match limit.family {
            AddressFamily::Ipv4Unicast => "inet",
            AddressFamily::Ipv6Unicast => "inet6",
            AddressFamily::Other(_) => continue,
        };
        let teardown = json!({
            "threshold": limit.threshold.unwrap_or(0),
            "timeout": limit.idle_timeout.map_or(0, |time| time.as_secs() / 60),
        });
        found.insert(family.to_owned(), json!({ "unicast": { "limit": limit.limit, "teardown": teardown } }));
    }
    json!(found)
}

/// Cisco's priority is called the preference; no interface, no attributes.
fn routes(all: &[Route]) -> Value {
    let own = |route: &Route| Route {
        preference: route.preference2.and_then(|priority| u32::try_from(priority).ok()),
        interfaces: Vec::new(),
        table: Some(route.network_instance.clone()),
        ..route.clone()
    };
    let routes: Vec<Route> = all.iter().map(own).collect();
    let mut found = shape::rows(&routes, |_| Absent { next_hop: "", interface: json!("") }, |_, _| json!({}));
    for row in found.as_object_mut().into_iter().flat_map(|rows| rows.values_mut()) {
        for fields in row.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            fields.insert("last_active".to_owned(), json!(false));
            fields.insert("selected_next_hop".to_owned(), json!(false));
        }
    }
    found
}

/// An entry that does not age has age zero.
fn arp_table(all: &[LinkNeighbor]) -> Value {
    let own =
        |entry: &LinkNeighbor| LinkNeighbor { age: entry.age.or(Some(Duration::ZERO)), ..entry.clone() };
    shape::arp_table(&all.iter().map(own).collect::<Vec<_>>(), "")
}

/// One sensor a place, that of the air that comes in, and none of power supplies; trays of fans without their rack.
fn environment(all: &Environment) -> Value {
    let mut own = all.clone();
    own.fans.retain(|fan| fan.name.contains("FT"));
    for fan in &mut own.fans {
        fan.name = fan.name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    let mut places: Named<usize> = Named::new();
    let mut kept = Vec::new();
    for sensor in &all.temperatures {
        let (place, name) = sensor.name.split_once('-').unwrap_or((&sensor.name, ""));
        if place.contains("PM") || sensor.name.contains("-PM") {
            continue;
        }
        let sensor = peering_core::state::Temperature { name: place.to_owned(), ..sensor.clone() };
        match places.get(place).copied() {
            None => {
                places.insert(place.to_owned(), kept.len());
                kept.push(sensor);
            }
            Some(at) if name == "Inlet" => {
                if let Some(old) = kept.get_mut(at) {
                    *old = sensor;
                }
            }
            Some(_) => {}
        }
    }
    own.temperatures = kept;
    shape::environment(&own, 1)
}

/// No interface above is Python's word for none.
fn lldp_neighbors_detail(all: &[LldpNeighbor]) -> Value {
    let own = |neighbor: &LldpNeighbor| LldpNeighbor {
        parent_interface: neighbor.parent_interface.clone().or_else(|| Some("None".to_owned())),
        ..neighbor.clone()
    };
    shape::lldp_neighbors_detail(&all.iter().map(own).collect::<Vec<_>>())
}

/// Without secrets: only `password` is read, not `secret`.
fn users(all: &[User]) -> Value {
    let own = |user: &User| User { password: None, ..user.clone() };
    shape::users(&all.iter().map(own).collect::<Vec<_>>())
}

/// NAPALM's names for the kinds of probes.
fn kind(kind: Option<&str>) -> Option<String> {
    let name = match kind? {
        "icmp-echo" => "icmp-ping",
        "icmp-timestamp" => "icmp-ping-timestamp",
        "udp-echo" => "udp-ping",
        "udp-jitter" => "udp-ping-timestamp",
        _ => return None,
    };
    Some(name.to_owned())
}

fn is_jitter(kind: Option<&str>) -> bool {
    kind.is_some_and(|kind| kind.ends_with("jitter"))
}

fn probe_configs(all: &[ProbeConfig]) -> Value {
    let own = |probe: &ProbeConfig| ProbeConfig {
        kind: kind(probe.kind.as_deref()),
        count: probe.count.filter(|_| !is_jitter(probe.kind.as_deref())),
        ..probe.clone()
    };
    shape::probe_configs(&all.iter().map(own).collect::<Vec<_>>())
}

/// Averages are over the tests, not over the packets of a test; the jitter is the root of the mean square, below zero.
fn probe_results(all: &[ProbeResult]) -> Value {
    let own = |probe: &ProbeResult| {
        let packets = f64::from(probe.count.filter(|_| is_jitter(probe.kind.as_deref())).unwrap_or(1));
        let square =
            probe.jitter.zip(probe.all.average).map(|(deviation, mean)| deviation.powi(2) + mean.powi(2));
        let mut own = ProbeResult {
            kind: kind(probe.kind.as_deref()),
            count: probe.count.filter(|_| !is_jitter(probe.kind.as_deref())),
            target: None,
            round_trip: None,
            jitter: square.map(|square| -(square * packets).sqrt()),
            ..probe.clone()
        };
        for times in [&mut own.last, &mut own.all] {
            times.average = times.average.map(|average| average * packets);
        }
        own
    };
    shape::probe_results(&all.iter().map(own).collect::<Vec<_>>())
}

/// Only those that have an address.
fn ntp_associations(all: &[NtpAssociation]) -> Value {
    let is_address = |entry: &&NtpAssociation| entry.remote.parse::<IpAddr>().is_ok();
    shape::ntp_associations(&all.iter().filter(is_address).cloned().collect::<Vec<_>>())
}

/// A probe without an answer has the address of its hop; an address without a name is its own.
fn traceroute(all: &[Hop], timeout: Duration) -> Value {
    let own = |hop: &Hop| {
        let mut hop = hop.clone();
        let answered = hop.probes.iter().find(|probe| probe.address.is_some()).cloned().unwrap_or_default();
        for probe in &mut hop.probes {
            if probe.address.is_none() {
                probe.address.clone_from(&answered.address);
                probe.name.clone_from(&answered.name);
            }
            if probe.name.is_none() {
                probe.name.clone_from(&probe.address);
            }
        }
        hop
    };
    shape::traceroute(&all.iter().map(own).collect::<Vec<_>>(), timeout)
}
