//! What NAPALM's `eos` does in its own way.

use peering_core::state::{Facts, NtpServer, Route};
use serde_json::{Map, Value, json};

use super::quirks::{COMMON, Quirks};
use super::shape::{self, text};

pub(super) const QUIRKS: Quirks = Quirks {
    facts,
    interfaces: |all| shape::interfaces(all, 0.0),
    interface_counters: |all| {
        // subinterfaces have none
        let own: Vec<_> = all.iter().filter(|entry| !entry.interface.contains('.')).cloned().collect();
        shape::interface_counters(&own)
    },
    interface_addresses: |all| shape::interface_addresses(all, true),
    bgp_neighbors: |all| shape::bgp_neighbors(all, shape::Unknown { count: 0, router_id: "0.0.0.0" }),
    bgp_neighbors_detail: |all| shape::bgp_neighbors_detail(all, "default", 0),
    routes,
    protocol: |name| name.eq_ignore_ascii_case("direct").then_some("connected"),
    environment: |all| shape::environment(all, 1024),
    ntp_servers,
    cli_encodings: &[("json", " | json")],
    ..COMMON
};

/// Without subinterfaces, in the order that people count in.
fn facts(facts: &Facts) -> Value {
    let mut interfaces: Vec<String> =
        facts.interfaces.iter().filter(|name| !name.contains('.')).cloned().collect();
    interfaces.sort_by_cached_key(|name| shape::natural(name));
    shape::facts(&Facts { interfaces, ..facts.clone() })
}

/// A BGP path whose next hop is not in the routing table has no interface at all.
fn routes(all: &[Route]) -> Value {
    let no_interface = |route: &Route| if route.bgp.is_some() { Value::Null } else { json!("") };
    shape::rows(all, no_interface, shape::attributes)
}

/// Every server has every field.
fn ntp_servers(all: &[NtpServer]) -> Value {
    let one = |server: &NtpServer| {
        let fields = json!({
            "address": server.address,
            "port": server.port.unwrap_or(123),
            "version": server.version.unwrap_or(4),
            "association_type": server.association.as_deref().unwrap_or("SERVER"),
            "iburst": server.iburst.unwrap_or(false),
            "prefer": server.prefer.unwrap_or(false),
            "network_instance": server.network_instance.as_deref().unwrap_or("default"),
            "source_address": text(&server.source_address),
            "key_id": server.key_id.map_or(-1, i64::from),
        });
        (server.address.clone(), fields)
    };
    Value::Object(all.iter().map(one).collect::<Map<_, _>>())
}
