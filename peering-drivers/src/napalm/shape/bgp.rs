//! The BGP neighbours.

use std::net::IpAddr;
use std::time::Duration;

use peering_core::state::{AddressFamily, BgpInstance, BgpNeighbor, BgpNeighborDetail, NeighborFamily};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Named, text};

/// What stands for "not known".
#[derive(Clone, Copy)]
pub(in crate::napalm) struct Unknown {
    /// A number: of prefixes, of messages, …
    pub(in crate::napalm) count: i64,
    /// The BGP identifier of a peer.
    pub(in crate::napalm) router_id: &'static str,
}

/// As most drivers have it.
pub(in crate::napalm) const UNKNOWN: Unknown = Unknown { count: -1, router_id: "" };

/// The address of a peer, with its interface where it is link-local.
pub(in crate::napalm) fn address(neighbor: &BgpNeighbor) -> String {
    match (&neighbor.interface, neighbor.address) {
        (Some(interface), IpAddr::V6(address)) if address.is_unicast_link_local() => {
            format!("{address}%{interface}")
        }
        (_, address) => address.to_string(),
    }
}

#[derive(Serialize)]
struct Instance {
    router_id: String,
    peers: Named<Value>,
}

/// `get_bgp_neighbors`: always the two unicast families.
pub(in crate::napalm) fn bgp_neighbors(all: &[BgpNeighbor], unknown: Unknown) -> Value {
    let families = |neighbor: &BgpNeighbor| {
        json!({
            "ipv4": counts(neighbor.family(&AddressFamily::Ipv4Unicast), unknown),
            "ipv6": counts(neighbor.family(&AddressFamily::Ipv6Unicast), unknown),
        })
    };
    neighbors(all, unknown, families)
}

/// The counts of one family, of which nothing may be known.
pub(in crate::napalm) fn counts(family: Option<&NeighborFamily>, unknown: Unknown) -> Value {
    let count = |number: Option<u64>| number.map_or(json!(unknown.count), |number| json!(number));
    json!({
        "received_prefixes": count(family.and_then(|family| family.received)),
        "accepted_prefixes": count(family.and_then(|family| family.accepted)),
        "sent_prefixes": count(family.and_then(|family| family.sent)),
    })
}

/// `get_bgp_neighbors`, with the families of each as a function gives them.
pub(in crate::napalm) fn neighbors(
    all: &[BgpNeighbor],
    unknown: Unknown,
    families: impl Fn(&BgpNeighbor) -> Value,
) -> Value {
    let mut found: Named<Instance> = Named::new();
    for neighbor in all {
        let name = match neighbor.network_instance.as_str() {
            "default" => "global",
            name => name,
        };
        let remote_id = neighbor.remote_router_id.map(|id| id.to_string());
        let peer = json!({
            "local_as": neighbor.local_as,
            "remote_as": neighbor.remote_as,
            "remote_id": remote_id.as_deref().unwrap_or(unknown.router_id),
            "is_up": neighbor.is_established(),
            "is_enabled": neighbor.is_enabled,
            "description": text(&neighbor.description),
            "uptime": neighbor.uptime.or(neighbor.state_age).map_or(json!(-1), |time| json!(time.as_secs())),
            "address_family": families(neighbor),
        });
        let new = || Instance {
            router_id: neighbor.local_router_id.map(|id| id.to_string()).unwrap_or_default(),
            peers: Named::new(),
        };
        found.entry(name.to_owned()).or_insert_with(new).peers.insert(address(neighbor), peer);
    }
    json!(found)
}

/// `get_bgp_neighbors` with the instances that have no neighbour, and the BGP identifier of each instance.
pub(in crate::napalm) fn bgp_instances(neighbors: Value, instances: &[BgpInstance]) -> Value {
    let Value::Object(mut found) = neighbors else { return neighbors };
    for instance in instances {
        let name = match instance.network_instance.as_str() {
            "default" => "global",
            name => name,
        };
        let id = instance.router_id.map_or_else(|| "0.0.0.0".to_owned(), |id| id.to_string());
        let entry = found.entry(name).or_insert_with(|| json!({ "peers": {} }));
        if let Some(fields) = entry.as_object_mut() {
            fields.insert("router_id".to_owned(), json!(id));
        }
    }
    Value::Object(found)
}

/// `get_bgp_neighbors_detail`: `main` is the key of the main table.
pub(in crate::napalm) fn bgp_neighbors_detail(
    all: &[BgpNeighborDetail],
    main: &str,
    unknown: Unknown,
) -> Value {
    let mut found: Named<Named<Vec<Value>>> = Named::new();
    for detail in all {
        let instance = match detail.neighbor.network_instance.as_str() {
            "default" => main,
            name => name,
        };
        let by_as = found.entry(instance.to_owned()).or_default();
        let peers = by_as.entry(detail.neighbor.remote_as.get().to_string()).or_default();
        peers.push(one_detail(detail, unknown));
    }
    json!(found)
}

fn one_detail(detail: &BgpNeighborDetail, unknown: Unknown) -> Value {
    let neighbor = &detail.neighbor;
    let count = |number: Option<u64>| number.map_or(json!(unknown.count), |number| json!(number));
    let port = |number: Option<u16>| count(number.map(u64::from));
    let seconds = |time: Option<Duration>| count(time.map(|time| time.as_secs()));
    let flag = |flag: Option<bool>| flag.unwrap_or(false);
    let router_id = neighbor.remote_router_id.map(|id| id.to_string());
    let local_address = neighbor.local_address.map(|address| address.to_string()).unwrap_or_default();
    json!({
        "up": neighbor.is_established(),
        "local_as": neighbor.local_as,
        "remote_as": neighbor.remote_as,
        "router_id": router_id.as_deref().unwrap_or(unknown.router_id),
        "local_address": local_address,
        "routing_table": detail.routing_table.as_ref().unwrap_or(&neighbor.network_instance),
        "local_address_configured": flag(detail.is_local_address_configured),
        "local_port": port(detail.local_port),
        "remote_address": address(neighbor),
        "remote_port": port(detail.remote_port),
        "multihop": flag(detail.is_multihop),
        "multipath": flag(detail.is_multipath),
        "remove_private_as": flag(detail.removes_private_as),
        "import_policy": text(&detail.import_policy),
        "export_policy": text(&detail.export_policy),
        "input_messages": count(neighbor.messages_received),
        "output_messages": count(neighbor.messages_sent),
        "input_updates": count(detail.updates_received),
        "output_updates": count(detail.updates_sent),
        "messages_queued_out": count(detail.messages_queued),
        "connection_state": neighbor.state.to_string(),
        "previous_connection_state": text(&detail.previous_state),
        "last_event": text(&detail.last_event),
        "suppress_4byte_as": flag(detail.suppresses_4byte_as),
        "local_as_prepend": flag(detail.prepends_local_as),
        "holdtime": seconds(neighbor.hold_time),
        "configured_holdtime": seconds(detail.configured_hold_time),
        "keepalive": seconds(neighbor.keepalive),
        "configured_keepalive": seconds(detail.configured_keepalive),
        "active_prefix_count": count(detail.active_prefixes),
        "received_prefix_count": count(detail.received_prefixes),
        "accepted_prefix_count": count(detail.accepted_prefixes),
        "suppressed_prefix_count": count(detail.suppressed_prefixes),
        "advertised_prefix_count": count(detail.advertised_prefixes),
        "flap_count": count(neighbor.flaps),
    })
}
