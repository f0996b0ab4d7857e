//! BGP's neighbours and routes of NAPALM's `ios`.

use peering_core::state::{AddressFamily, BgpAttributes, BgpInstance, BgpNeighbor, BgpNeighborDetail, Route};
use serde_json::{Map, Value, json};

use super::super::shape::{self, Absent};

/// Who has not said its identifier has this one.
const UNKNOWN: shape::Unknown = shape::Unknown { count: 0, router_id: "0.0.0.0" };

/// What a family of a neighbour in a VRF is called.
const OF_VRF: [(&str, &str); 2] = [("ipv4 unicast", "vpnv4 unicast"), ("ipv6 unicast", "vpnv6 unicast")];

/// What NAPALM asks the neighbours of; others of the summary are not seen.
const FAMILIES: [&str; 7] = [
    "ipv4 unicast",
    "ipv4 multicast",
    "ipv6 unicast",
    "ipv6 multicast",
    "vpnv4 unicast",
    "vpnv6 unicast",
    "ipv4 mdt",
];

/// By IOS's names of the families; that of a neighbour in a VRF is the VPN's. Who has no description has that of the one
/// before. Nothing is known of a session that is down.
pub(super) fn bgp_neighbors(all: &[BgpNeighbor]) -> Value {
    let mut description = None;
    let mut told = Vec::new();
    for neighbor in all {
        let mut neighbor = neighbor.clone();
        description = neighbor.description.take().or(description);
        neighbor.description.clone_from(&description);
        neighbor.families.retain(|family| {
            FAMILIES.contains(&family_name(&family.family, &neighbor.network_instance).as_str())
        });
        neighbor.state_age = None;
        if !neighbor.families.is_empty() {
            told.push(neighbor);
        }
    }
    shape::neighbors(&told, UNKNOWN, |neighbor| {
        let families = neighbor.families.iter().map(|family| {
            let known = neighbor.is_established();
            let count = |count: Option<u64>| count.filter(|_| known).map_or(json!(-1), |count| json!(count));
            let counts = json!({
                "received_prefixes": count(family.accepted),
                "accepted_prefixes": count(family.accepted),
                "sent_prefixes": count(family.sent),
            });
            (family_name(&family.family, &neighbor.network_instance), counts)
        });
        Value::Object(families.collect())
    })
}

/// `ipv4 unicast`, in a VRF `vpnv4 unicast`.
fn family_name(family: &AddressFamily, instance: &str) -> String {
    let name = family.to_string().replacen('-', " ", 1);
    match OF_VRF.iter().find(|(plain, _)| instance != "default" && *plain == name) {
        Some((_, of_vrf)) => (*of_vrf).to_owned(),
        None => name,
    }
}

/// One BGP identifier and one AS for all VRFs: those of the router.
pub(super) fn bgp_instances(neighbors: Value, instances: &[BgpInstance]) -> Value {
    let Value::Object(mut found) = neighbors else { return neighbors };
    let Some(main) = instances.iter().find(|instance| instance.network_instance == "default") else {
        return Value::Object(found);
    };
    for entry in found.values_mut() {
        if let (Some(id), Some(fields)) = (main.router_id, entry.as_object_mut()) {
            fields.insert("router_id".to_owned(), json!(id.to_string()));
        }
        let peers = entry.get_mut("peers").and_then(Value::as_object_mut);
        for peer in peers.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
            if let Some(asn) = main.local_as {
                peer.insert("local_as".to_owned(), json!(asn));
            }
        }
    }
    Value::Object(found)
}

/// A neighbour once for each of its families, each time with what is told of the first; in the order of the summary, family by
/// family. Who was up once is up. A session without messages tells its policies only. What the policies denied counts as
/// received and suppressed; a peer in the same link has made our address a configured one.
pub(super) fn bgp_neighbors_detail(all: &[BgpNeighborDetail]) -> Value {
    let mut families: Vec<String> = Vec::new();
    let mut rows: Vec<(usize, usize, BgpNeighborDetail)> = Vec::new();
    for (place, detail) in all.iter().enumerate() {
        let shaped = one_detail(detail);
        for family in &detail.neighbor.families {
            let name = family_name(&family.family, &detail.neighbor.network_instance);
            let rank = families.iter().position(|known| *known == name).unwrap_or_else(|| {
                families.push(name.clone());
                families.len() - 1
            });
            rows.push((rank, place, shaped.clone()));
        }
    }
    rows.sort_by_key(|(rank, place, _)| (*rank, *place));
    let (ups, rows): (Vec<bool>, Vec<_>) = rows
        .into_iter()
        .map(|(_, _, detail)| {
            let up = detail.neighbor.is_established() || detail.neighbor.state_age.is_some();
            (up, detail)
        })
        .unzip();
    let mut shaped = shape::bgp_neighbors_detail(&rows, "global", UNKNOWN);
    for (up, row) in ups.iter().zip(&rows) {
        let instance = if row.neighbor.network_instance == "default" {
            "global"
        } else {
            &row.neighbor.network_instance
        };
        let asn = row.neighbor.remote_as.get().to_string();
        let address = row.neighbor.address.to_string();
        let peers =
            shaped.get_mut(instance).and_then(|peers| peers.get_mut(&asn)).and_then(Value::as_array_mut);
        for peer in peers.into_iter().flatten().filter(|peer| peer["remote_address"] == address.as_str()) {
            if let Some(fields) = peer.as_object_mut() {
                fields.insert("up".to_owned(), json!(up));
            }
        }
    }
    shaped
}

fn one_detail(detail: &BgpNeighborDetail) -> BgpNeighborDetail {
    let mut detail = detail.clone();
    let option = |name: &str| detail.options.iter().find_map(|option| option.strip_prefix(name));
    let denied = option("Local Policy Denied Prefixes: ").and_then(|rest| rest.split_once("outbound, "));
    let denied = denied.and_then(|(_, inbound)| inbound.split(' ').next()?.parse::<u64>().ok());
    let four_octets = option("Four-octets ASN Capability: ").map(|told| told != "advertised and received");
    let is_same_link = option("peering address in same link").is_some();
    let first = detail.neighbor.families.first();
    let (accepted, sent) = (first.and_then(|family| family.accepted), first.and_then(|family| family.sent));
    // NAPALM's template finds the counts behind those of the messages
    let is_told = detail.neighbor.messages_received.is_some();
    if detail.neighbor.network_instance == "default" {
        detail.routing_table = Some("global".to_owned());
    }
    detail.suppresses_4byte_as = four_octets;
    detail.is_multihop = None;
    detail.removes_private_as = None;
    detail.configured_hold_time = None;
    detail.configured_keepalive = None;
    detail.is_local_address_configured = Some(is_told && is_same_link);
    detail.last_event = detail.last_event.filter(|_| is_told);
    detail.is_multipath = detail.is_multipath.filter(|_| is_told);
    detail.accepted_prefixes = accepted.filter(|_| is_told);
    detail.advertised_prefixes = sent.filter(|_| is_told);
    detail.active_prefixes = detail.active_prefixes.filter(|_| is_told);
    detail.suppressed_prefixes = denied.filter(|_| is_told);
    detail.received_prefixes = accepted.map(|accepted| accepted + denied.unwrap_or(0)).filter(|_| is_told);
    detail.neighbor.flaps = detail.neighbor.flaps.filter(|_| is_told);
    detail
}

/// What is in use only: VRFs in order, the main table behind them. The preference is the metric; an age that is not told is an
/// empty text; every path of BGP has the attributes of the best.
pub(super) fn routes(all: &[Route]) -> Value {
    let mut told: Vec<Route> = all.iter().filter(|route| route.is_best).cloned().collect();
    told.sort_by_key(|route| (route.network_instance == "default", route.network_instance.clone()));
    let best: Vec<_> = told.iter().filter(|route| route.selected_next_hop == Some(0)).cloned().collect();
    for route in &mut told {
        let is_its =
            |other: &&Route| other.prefix == route.prefix && other.network_instance == route.network_instance;
        if let Some(best) = best.iter().find(is_its).filter(|_| route.protocol == "bgp") {
            route.bgp.clone_from(&best.bgp);
        }
        route.preference = route.metric;
        route.interfaces = super::canonical_all(&route.interfaces);
        route.selected_next_hop = None;
    }
    let mut rows = shape::rows(&told, |_| Absent { next_hop: "", interface: json!("") }, attributes);
    let ageless: Vec<_> = told.iter().map(|route| (route.prefix.to_string(), route.age.is_none())).collect();
    for (prefix, rows) in rows.as_object_mut().into_iter().flatten() {
        let ages = ageless.iter().filter(|(of, _)| of == prefix).map(|(_, is_ageless)| *is_ageless);
        let rows = rows.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut);
        for (row, _) in rows.zip(ages).filter(|(_, is_ageless)| *is_ageless) {
            row.insert("age".to_owned(), json!(""));
        }
    }
    rows
}

fn attributes(_: &Route, bgp: &BgpAttributes) -> Value {
    let communities: Vec<&String> = bgp.communities.iter().chain(&bgp.extended_communities).collect();
    json!({
        "as_path": bgp.as_path_text.as_deref().unwrap_or("Local"),
        "remote_address": bgp.peer.map(|peer| peer.to_string()).unwrap_or_default(),
        "communities": communities,
        "local_preference": bgp.local_preference,
        "local_as": bgp.local_as,
        "remote_as": bgp.remote_as,
    })
}
