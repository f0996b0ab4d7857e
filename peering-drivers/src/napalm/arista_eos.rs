//! What NAPALM's `eos` does in its own way.

use peering_core::state::{
    BgpAttributes, BgpGroup, BgpNeighborDetail, Facts, NtpAssociation, NtpServer, Route, User,
};
use serde_json::{Map, Value, json};

use super::quirks::{COMMON, Quirks};
use super::shape::{self, Absent, text};

/// No counters are 0; who has not said its identifier has this one.
const UNKNOWN: shape::Unknown = shape::Unknown { count: 0, router_id: "0.0.0.0" };

pub(super) const QUIRKS: Quirks = Quirks {
    facts,
    interfaces: |all| shape::interfaces(all, 0.0),
    interface_counters: |all| {
        // subinterfaces have none
        let own: Vec<_> = all.iter().filter(|entry| !entry.interface.contains('.')).cloned().collect();
        shape::interface_counters(&own)
    },
    interface_addresses: |all| shape::interface_addresses(all, true),
    bgp_neighbors: |all| shape::bgp_neighbors(all, UNKNOWN),
    bgp_instances: Some(shape::bgp_instances),
    bgp_neighbors_detail,
    bgp_config,
    routes,
    protocol: |name| name.eq_ignore_ascii_case("direct").then_some("connected"),
    environment: |all| shape::environment(all, 1024),
    users,
    ntp_servers,
    ntp_associations,
    cli_encodings: &[("json", " | json")],
    lacks: &[
        ("get_ipv6_neighbors_table", ""),
        ("get_ntp_peers", ""),
        ("get_probes_config", ""),
        ("get_probes_results", ""),
    ],
    ..COMMON
};

/// Without subinterfaces, in the order that people count in.
fn facts(facts: &Facts) -> Value {
    let mut interfaces: Vec<String> =
        facts.interfaces.iter().filter(|name| !name.contains('.')).cloned().collect();
    interfaces.sort_by_cached_key(|name| shape::natural(name));
    shape::facts(&Facts { interfaces, ..facts.clone() })
}

/// What NAPALM does not look for has its default, though EOS tells some of it.
fn bgp_neighbors_detail(all: &[BgpNeighborDetail]) -> Value {
    let without = |detail: &BgpNeighborDetail| {
        let mut detail = detail.clone();
        detail.is_local_address_configured = Some(detail.neighbor.local_address.is_some());
        detail.is_multihop = None;
        detail.active_prefixes = None;
        detail.neighbor.flaps = None;
        detail
    };
    let all: Vec<_> = all.iter().map(without).collect();
    shape::bgp_neighbors_detail(&all, "default", UNKNOWN)
}

/// No limits; of descriptions the first word; the greatest number of hops, which EOS leaves away, is 0.
fn bgp_config(all: &[BgpGroup]) -> Value {
    let first_word = |text: &Option<String>| text.as_ref()?.split_whitespace().next().map(str::to_owned);
    let without = |group: &BgpGroup| {
        let mut group = group.clone();
        group.prefix_limits.clear();
        group.multihop_ttl = group.multihop_ttl.filter(|ttl| *ttl < u8::MAX);
        group.description = first_word(&group.description);
        for neighbor in &mut group.neighbors {
            neighbor.prefix_limits.clear();
            neighbor.description = first_word(&neighbor.description);
        }
        group
    };
    shape::bgp_config(&all.iter().map(without).collect::<Vec<_>>())
}

/// A BGP path whose next hop is not in the routing table has no interface at all, that of a tunnel is in small letters; what is
/// discarded has a next hop of its own.
fn routes(all: &[Route]) -> Value {
    let absent = |route: &Route| Absent {
        next_hop: if is_discarded(route) { "NULL" } else { "" },
        interface: if route.bgp.is_some() { Value::Null } else { json!("") },
    };
    let renamed = |route: &Route| {
        let mut route = route.clone();
        for interface in route.interfaces.iter_mut().filter(|name| *name == "Vxlan1") {
            interface.make_ascii_lowercase();
        }
        route
    };
    shape::rows(&all.iter().map(renamed).collect::<Vec<_>>(), absent, attributes)
}

fn is_discarded(route: &Route) -> bool {
    route.bgp.is_none() && route.next_hops.is_empty() && route.interfaces.is_empty()
}

/// The AS of the peer is the origin's, unless the path is of our own AS.
fn attributes(route: &Route, bgp: &BgpAttributes) -> Value {
    let is_inside = bgp.remote_as.is_some() && bgp.remote_as == bgp.local_as;
    json!({
        "metric": route.metric,
        "as_path": bgp.as_path_text,
        "local_preference": bgp.local_preference,
        "local_as": bgp.local_as,
        "remote_as": if is_inside { bgp.local_as } else { bgp.as_path.last().copied() },
        "remote_address": bgp.peer.map(|peer| peer.to_string()),
        "preference2": route.preference2,
        "communities": bgp.communities,
    })
}

/// Keys of RSA and DSA only.
fn users(all: &[User]) -> Value {
    let known = |key: &String| key.starts_with("ssh-rsa") || key.starts_with("ssh-dss");
    let without = |user: &User| {
        let ssh_keys = user.ssh_keys.iter().filter(|key| known(key)).cloned().collect();
        User { ssh_keys, ..user.clone() }
    };
    shape::users(&all.iter().map(without).collect::<Vec<_>>())
}

/// Lines with an IPv6 reference, or with minutes and days since the last answer, are passed over.
fn ntp_associations(all: &[NtpAssociation]) -> Value {
    let is_read = |entry: &&NtpAssociation| {
        ["-", "u"].contains(&entry.kind.as_str())
            && entry.when.chars().all(|sign| sign.is_ascii_digit() || "hH-".contains(sign))
            && entry.reference_id.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '.')
    };
    shape::ntp_associations(&all.iter().filter(is_read).cloned().collect::<Vec<_>>())
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
