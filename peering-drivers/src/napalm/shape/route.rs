//! Routes, with their BGP attributes.

use peering_core::Asn;
use peering_core::state::{BgpAttributes, Route};
use serde_json::{Value, json};

use super::{Named, text};

/// `get_route_to`: one row a next hop.
pub(in crate::napalm) fn routes(all: &[Route]) -> Value {
    rows(all, |_| Absent { next_hop: "", interface: json!("") }, attributes)
}

/// What stands for a next hop and an interface that a route does not have.
pub(in crate::napalm) struct Absent {
    pub(in crate::napalm) next_hop: &'static str,
    pub(in crate::napalm) interface: Value,
}

/// `get_route_to`: `attributes` gives the BGP attributes.
pub(in crate::napalm) fn rows(
    all: &[Route],
    absent: fn(&Route) -> Absent,
    attributes: fn(&Route, &BgpAttributes) -> Value,
) -> Value {
    let mut found: Named<Vec<Value>> = Named::new();
    for route in all {
        let rows = found.entry(route.prefix.to_string()).or_default();
        let hops = route.next_hops.len().max(route.interfaces.len()).max(1);
        let absent = absent(route);
        for hop in 0..hops {
            let next_hop = route.next_hops.get(hop).map(ToString::to_string);
            let next_hop = next_hop.unwrap_or_else(|| absent.next_hop.to_owned());
            let interface =
                route.interfaces.get(hop).map_or_else(|| absent.interface.clone(), |name| json!(name));
            let is_selected = route.selected_next_hop.map_or(route.is_best, |selected| selected == hop);
            rows.push(json!({
                "current_active": route.is_best,
                "last_active": route.is_best,
                "age": route.age.map_or(0, |age| age.as_secs()),
                "next_hop": next_hop,
                "protocol": route.protocol,
                "outgoing_interface": interface,
                "preference": route.preference.unwrap_or(0),
                "inactive_reason": text(&route.inactive_reason),
                "routing_table": route.table.as_ref().unwrap_or(&route.network_instance),
                "selected_next_hop": is_selected,
                "protocol_attributes": route.bgp.as_ref().map_or(json!({}), |bgp| attributes(route, bgp)),
            }));
        }
    }
    json!(found)
}

/// The BGP attributes; null is not told.
pub(in crate::napalm) fn attributes(route: &Route, bgp: &BgpAttributes) -> Value {
    let path = || bgp.as_path.iter().map(Asn::to_string).collect::<Vec<_>>().join(" ");
    json!({
        "metric": route.metric,
        "metric2": route.metric2,
        "as_path": bgp.as_path_text.clone().unwrap_or_else(path),
        "local_preference": bgp.local_preference,
        "local_as": bgp.local_as,
        "remote_as": bgp.remote_as,
        "remote_address": bgp.peer.map(|peer| peer.to_string()),
        "preference2": route.preference2,
        "communities": bgp.communities,
    })
}
