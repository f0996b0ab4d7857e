//! BGP and routes.

use peering_core::state::{
    AddressFamily, BgpAttributes, BgpInstance, BgpNeighbor, DownReason, NeighborFamily, Route,
};
use serde_json::{Value, json};

use super::super::shape::{self, Absent, UNKNOWN};
use super::canonical;

/// A session that is being taken down counts as up over NX-API.
const CLOSING: &str = "Closing";

/// The order in which NX-OS lists the address families.
const ORDER: &[&str] = &[
    "ipv4-unicast",
    "ipv4-multicast",
    "ipv6-unicast",
    "ipv6-multicast",
    "vpnv4-unicast",
    "vpnv6-unicast",
    "l2vpn-vpls",
    "l2vpn-evpn",
];

/// NAPALM's name of a family: `ipv4`, `vpnv4`, `l2vpn`.
fn family_name(family: &AddressFamily) -> String {
    let name = family.to_string();
    name.split('-').next().unwrap_or(&name).to_owned()
}

fn counts(family: &NeighborFamily) -> Value {
    let received = NeighborFamily { accepted: None, sent: None, ..family.clone() };
    json!({ (family_name(&family.family)): shape::counts(Some(&received), UNKNOWN) })
}

/// `get_bgp_neighbors` over NX-API: of several families the last is left, the peer's identifier is its address, ages are not
/// looked for.
pub(super) fn by_last_family(all: &[BgpNeighbor]) -> Value {
    let ageless = |neighbor: &BgpNeighbor| BgpNeighbor { uptime: None, state_age: None, ..neighbor.clone() };
    let ageless: Vec<_> = all.iter().map(ageless).collect();
    let last = |neighbor: &BgpNeighbor| neighbor.families.last().map_or_else(|| json!({}), counts);
    let mut found = shape::neighbors(&ageless, UNKNOWN, last);
    for instance in found.as_object_mut().into_iter().flat_map(|found| found.values_mut()) {
        for (address, peer) in instance["peers"].as_object_mut().into_iter().flatten() {
            peer["remote_id"] = json!(address);
        }
    }
    for neighbor in all.iter().filter(|neighbor| neighbor.down_reason == closing()) {
        let name = main_name(&neighbor.network_instance);
        found[name]["peers"][neighbor.address.to_string()]["is_up"] = json!(true);
    }
    found
}

fn closing() -> Option<DownReason> {
    Some(DownReason::Other(CLOSING.to_owned()))
}

fn main_name(instance: &str) -> &str {
    if instance == "default" { "global" } else { instance }
}

fn place(family: &AddressFamily) -> usize {
    let name = family.to_string();
    ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len())
}

/// `get_bgp_neighbors` over the command line: each family of a VRF takes the place of the one before it, so that the neighbours of
/// the last are left.
pub(super) fn by_last_section(all: &[BgpNeighbor]) -> Value {
    let last_of = |instance: &str| {
        let of_instance = all.iter().filter(|neighbor| neighbor.network_instance == instance);
        of_instance.flat_map(|neighbor| &neighbor.families).map(|family| place(&family.family)).max()
    };
    let mut left = Vec::new();
    for neighbor in all {
        let last = last_of(&neighbor.network_instance);
        let family = neighbor.families.iter().find(|family| Some(place(&family.family)) == last);
        if let Some(family) = family {
            let families = vec![family.clone()];
            // ages of those that are down are not looked for
            left.push(BgpNeighbor { families, state_age: None, ..neighbor.clone() });
        }
    }
    let unknown = shape::Unknown { router_id: "0.0.0.0", ..UNKNOWN };
    shape::neighbors(&left, unknown, |neighbor| neighbor.families.first().map_or_else(|| json!({}), counts))
}

/// VRFs whose BGP has a router, with or without neighbours.
pub(super) fn with_instances(neighbors: Value, instances: &[BgpInstance]) -> Value {
    let told: Vec<_> = instances.iter().filter(|instance| instance.local_as.is_some()).cloned().collect();
    shape::bgp_instances(neighbors, &told)
}

/// `get_route_to`: the metric stands where the preference should.
pub(super) fn routes(all: &[Route]) -> Value {
    let renamed = |route: &Route| Route {
        preference: route.metric,
        inactive_reason: None,
        interfaces: route.interfaces.iter().map(|name| canonical(name)).collect(),
        ..route.clone()
    };
    let absent = |_: &Route| Absent { next_hop: "", interface: json!("") };
    shape::rows(&all.iter().map(renamed).collect::<Vec<_>>(), absent, attributes)
}

/// Nothing of a path that is not the best.
fn attributes(_: &Route, bgp: &BgpAttributes) -> Value {
    let Some(preference) = bgp.local_preference else { return json!({}) };
    let communities: Vec<&String> = bgp.communities.iter().chain(&bgp.extended_communities).collect();
    json!({
        "as_path": bgp.as_path_text,
        "remote_address": bgp.peer.map(|peer| peer.to_string()).unwrap_or_default(),
        "local_preference": preference,
        "communities": communities,
        "local_as": bgp.local_as,
        "remote_as": bgp.remote_as.map_or(0, peering_core::Asn::get),
    })
}
