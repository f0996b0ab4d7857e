//! BGP and routes.

use peering_core::Result;
use peering_core::state::{AddressFamily, BgpAttributes, BgpNeighbor, DownReason, NeighborFamily, Route};
use serde_json::{Value, json};

use super::super::shape::{self, Absent, UNKNOWN};
use super::{canonical, parse, put};

/// A session that is being taken down counts as up over NX-API.
const CLOSING: &str = "Closing";

/// How the head of a section begins.
const SECTION: &str = "BGP summary information for VRF ";

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
    for neighbor in all {
        let (instance, address) = (main_name(&neighbor.network_instance), shape::address(neighbor));
        put(&mut found, &[instance, "peers", &address, "remote_id"], json!(address));
        if neighbor.down_reason == closing() {
            put(&mut found, &[instance, "peers", &address, "is_up"], json!(true));
        }
    }
    found
}

fn closing() -> Option<DownReason> {
    Some(DownReason::Other(CLOSING.to_owned()))
}

fn main_name(instance: &str) -> &str {
    if instance == "default" { "global" } else { instance }
}

/// `get_bgp_neighbors` over the command line: each section takes the place of the one before it of the same VRF, so that the
/// neighbours of the last family are left. Sections without a table do not count.
pub(super) fn by_last_section(text: &str) -> Result<Value> {
    let mut found = json!({});
    let unknown = shape::Unknown { router_id: "0.0.0.0", ..UNKNOWN };
    for section in text.split(SECTION).skip(1).map(|rest| format!("{SECTION}{rest}")) {
        let Some(instance) = parse::bgp_instances(&section)?.pop().filter(|one| one.local_as.is_some())
        else {
            continue;
        };
        let mut neighbors = parse::bgp_neighbors(&section)?;
        for neighbor in &mut neighbors {
            // how long one has been down is not looked for
            neighbor.state_age = None;
        }
        let family = |neighbor: &BgpNeighbor| neighbor.families.first().map_or_else(|| json!({}), counts);
        let peers = shape::neighbors(&neighbors, unknown, family);
        let Value::Object(section) = shape::bgp_instances(peers, &[instance]) else { continue };
        for (name, value) in section {
            put(&mut found, &[&name], value);
        }
    }
    Ok(found)
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
        "remote_address": bgp.peer.map_or_else(|| "0.0.0.0".to_owned(), |peer| peer.to_string()),
        "local_preference": preference,
        "communities": communities,
        "local_as": bgp.local_as,
        "remote_as": bgp.remote_as.map_or(0, peering_core::Asn::get),
    })
}
