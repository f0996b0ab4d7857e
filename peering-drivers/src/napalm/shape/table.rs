//! Tables of the link layer, and network instances.

use peering_core::state::{LinkNeighbor, LldpNeighbor, MacEntry, NetworkInstance, Vlan};
use serde_json::{Map, Value, json};

use super::{Named, epoch, mac, text};

fn age(neighbor: &LinkNeighbor) -> f64 {
    neighbor.age.map_or(-1.0, |age| age.as_secs_f64())
}

/// `get_arp_table`: of one VRF unless `instance` is empty.
pub(in crate::napalm) fn arp_table(all: &[LinkNeighbor], instance: &str) -> Value {
    let is_wanted =
        |entry: &&LinkNeighbor| instance.is_empty() || entry.network_instance.as_deref() == Some(instance);
    let one = |neighbor: &LinkNeighbor| {
        json!({
            "interface": neighbor.interface,
            "mac": mac(&neighbor.mac_address),
            "ip": neighbor.address.to_string(),
            "age": age(neighbor),
        })
    };
    all.iter().filter(is_wanted).map(one).collect()
}

/// `get_ipv6_neighbors_table`.
pub(in crate::napalm) fn ipv6_neighbors(all: &[LinkNeighbor]) -> Value {
    let one = |neighbor: &LinkNeighbor| {
        json!({
            "interface": neighbor.interface,
            "mac": mac(&neighbor.mac_address),
            "ip": neighbor.address.to_string(),
            "age": age(neighbor),
            "state": text(&neighbor.state).to_uppercase(),
        })
    };
    all.iter().map(one).collect()
}

/// `get_network_instances`: one unless `name` is empty.
pub(in crate::napalm) fn network_instances(all: &[NetworkInstance], name: &str) -> Value {
    let mut found: Named<Value> = Named::new();
    for instance in all.iter().filter(|instance| name.is_empty() || instance.name == name) {
        let interfaces: Map<String, Value> =
            instance.interfaces.iter().map(|name| (name.clone(), json!({}))).collect();
        let fields = json!({
            "name": instance.name,
            "type": instance.kind,
            "state": { "route_distinguisher": text(&instance.route_distinguisher) },
            "interfaces": { "interface": interfaces },
        });
        found.insert(instance.name.clone(), fields);
    }
    json!(found)
}

/// `get_lldp_neighbors`.
pub(in crate::napalm) fn lldp_neighbors(all: &[LldpNeighbor]) -> Value {
    by_interface(
        all,
        |neighbor| json!({ "hostname": text(&neighbor.system_name), "port": text(&neighbor.port) }),
    )
}

/// `get_lldp_neighbors_detail`.
pub(in crate::napalm) fn lldp_neighbors_detail(all: &[LldpNeighbor]) -> Value {
    by_interface(all, |neighbor| {
        json!({
            "parent_interface": text(&neighbor.parent_interface),
            "remote_port": text(&neighbor.port),
            "remote_port_description": text(&neighbor.port_description),
            "remote_chassis_id": chassis(&neighbor.chassis_id),
            "remote_system_name": text(&neighbor.system_name),
            "remote_system_description": text(&neighbor.system_description),
            "remote_system_capab": neighbor.capabilities,
            "remote_system_enable_capab": neighbor.enabled_capabilities,
        })
    })
}

fn by_interface(all: &[LldpNeighbor], fields: impl Fn(&LldpNeighbor) -> Value) -> Value {
    let mut found: Named<Vec<Value>> = Named::new();
    for neighbor in all {
        found.entry(neighbor.interface.clone()).or_default().push(fields(neighbor));
    }
    json!(found)
}

/// A chassis that is a link-layer address has capitals.
fn chassis(id: &Option<String>) -> String {
    let id = text(id);
    let is_mac = id.len() == 17
        && id.split(':').count() == 6
        && id.split(':').all(|byte| byte.len() == 2 && u8::from_str_radix(byte, 16).is_ok());
    if is_mac { id.to_uppercase() } else { id.to_owned() }
}

/// `get_mac_address_table`.
pub(in crate::napalm) fn mac_table(all: &[MacEntry]) -> Value {
    let one = |entry: &MacEntry| {
        json!({
            "mac": entry.mac_address.to_uppercase(),
            "interface": entry.interface,
            "vlan": entry.vlan.unwrap_or(0),
            "static": entry.is_static,
            "active": entry.is_active,
            "moves": entry.moves.unwrap_or(0),
            "last_move": entry.last_move.map_or(0.0, epoch),
        })
    };
    all.iter().map(one).collect()
}

/// `get_vlans`.
pub(in crate::napalm) fn vlans(all: &[Vlan]) -> Value {
    let one =
        |vlan: &Vlan| (vlan.id.to_string(), json!({ "name": vlan.name, "interfaces": vlan.interfaces }));
    Value::Object(all.iter().map(one).collect())
}
