//! BGP as it is configured.

use peering_core::Asn;
use peering_core::state::{AddressFamily, BgpGroup, PrefixLimit};
use serde_json::{Value, json};

use super::{Named, text};

/// The key of the neighbours without a group.
const NO_GROUP: &str = "_";

/// One group, and of that one neighbour, where they are asked for; a neighbour without its group is not heeded.
pub(in crate::napalm) fn bgp_group(mut all: Vec<BgpGroup>, group: &str, neighbor: &str) -> Vec<BgpGroup> {
    if !group.is_empty() {
        all.retain(|entry| entry.name.as_deref().unwrap_or(NO_GROUP) == group);
        if !neighbor.is_empty() {
            for entry in &mut all {
                entry.neighbors.retain(|entry| entry.address == neighbor);
            }
        }
    }
    all
}

/// `get_bgp_config`.
pub(in crate::napalm) fn bgp_config(all: &[BgpGroup]) -> Value {
    groups(all, prefix_limits)
}

/// `get_bgp_config`, with the limits as a function gives them.
pub(in crate::napalm) fn groups(all: &[BgpGroup], prefix_limits: fn(&[PrefixLimit]) -> Value) -> Value {
    let asn = |asn: Option<Asn>| asn.map_or(0, Asn::get);
    let mut found: Named<Value> = Named::new();
    for group in all {
        let mut neighbors: Named<Value> = Named::new();
        for neighbor in &group.neighbors {
            let key = neighbor.authentication_key.as_ref();
            let fields = json!({
                "description": text(&neighbor.description),
                "import_policy": text(&neighbor.import_policy),
                "export_policy": text(&neighbor.export_policy),
                "local_address": text(&neighbor.local_address),
                // NAPALM's users get it in clear
                "authentication_key": key.map(peering_core::Secret::expose).unwrap_or_default(),
                "nhs": neighbor.next_hop_self,
                "route_reflector_client": neighbor.route_reflector_client,
                "local_as": asn(neighbor.local_as),
                "remote_as": asn(neighbor.remote_as),
                "prefix_limit": prefix_limits(&neighbor.prefix_limits),
            });
            neighbors.insert(neighbor.address.clone(), fields);
        }
        let fields = json!({
            "type": text(&group.kind),
            "description": text(&group.description),
            "apply_groups": group.apply_groups,
            "multihop_ttl": group.multihop_ttl.unwrap_or(0),
            "multipath": group.multipath,
            "local_address": text(&group.local_address),
            "local_as": asn(group.local_as),
            "remote_as": asn(group.remote_as),
            "import_policy": text(&group.import_policy),
            "export_policy": text(&group.export_policy),
            "remove_private_as": group.remove_private_as,
            "prefix_limit": prefix_limits(&group.prefix_limits),
            "neighbors": neighbors,
        });
        found.insert(group.name.clone().unwrap_or_else(|| NO_GROUP.to_owned()), fields);
    }
    json!(found)
}

/// By family, as Junos calls them: `inet` and `inet6`, then `unicast`, `flow`, …
fn prefix_limits(all: &[PrefixLimit]) -> Value {
    let mut found: Named<Named<Named<Value>>> = Named::new();
    for limit in all {
        let (family, kind) = match &limit.family {
            AddressFamily::Ipv4Unicast => ("inet", "unicast"),
            AddressFamily::Ipv6Unicast => ("inet6", "unicast"),
            AddressFamily::Other(name) => match name.split_once('-') {
                Some(("ipv4", kind)) => ("inet", kind),
                Some(("ipv6", kind)) => ("inet6", kind),
                Some(both) => both,
                None => (name.as_str(), "unicast"),
            },
        };
        let teardown = json!({
            "threshold": limit.threshold.unwrap_or(0),
            "timeout": limit.idle_timeout.map_or(0, |time| time.as_secs() / 60),
        });
        let mut entries =
            Named::from([("limit".to_owned(), json!(limit.limit)), ("teardown".to_owned(), teardown)]);
        if let Some(table) = &limit.no_validate {
            entries.insert("novalidate".to_owned(), json!(table));
        }
        found.entry(family.to_owned()).or_default().insert(kind.to_owned(), entries);
    }
    json!(found)
}
