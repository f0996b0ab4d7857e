//! Who is at the other end of the cables.

use peering_core::ParseError;
use peering_core::state::LldpNeighbor;
use serde::Deserialize;

use super::field::{Pairs, Text, mac, told};
use super::json;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Brief<'a> {
    #[serde(borrow)]
    lldp_neighbors: Vec<RawBrief<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawBrief<'a> {
    #[serde(borrow)]
    port: Text<'a>,
    #[serde(borrow)]
    neighbor_device: Text<'a>,
    #[serde(borrow)]
    neighbor_port: Text<'a>,
}

/// Reads `show lldp neighbors`.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn lldp_neighbors(text: &str) -> Result<Vec<LldpNeighbor>, ParseError> {
    let all: Brief<'_> = json(text)?;
    let one = |raw: RawBrief<'_>| LldpNeighbor {
        interface: raw.port.into_owned(),
        system_name: told(Some(raw.neighbor_device)),
        port: told(Some(raw.neighbor_port)),
        ..LldpNeighbor::default()
    };
    Ok(all.lldp_neighbors.into_iter().map(one).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail<'a> {
    #[serde(borrow)]
    lldp_neighbors: Pairs<'a, OfInterface<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfInterface<'a> {
    #[serde(borrow, default)]
    lldp_neighbor_info: Vec<RawNeighbor<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawNeighbor<'a> {
    chassis_id: Option<Text<'a>>,
    chassis_id_type: Option<Text<'a>>,
    system_name: Option<Text<'a>>,
    system_description: Option<Text<'a>>,
    #[serde(borrow, default)]
    system_capabilities: Pairs<'a, bool>,
    #[serde(borrow, default)]
    neighbor_interface_info: RawPort<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPort<'a> {
    #[serde(borrow)]
    interface_id: Option<Text<'a>>,
    interface_description: Option<Text<'a>>,
}

/// Reads `show lldp neighbors detail`, of all interfaces or of one.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn lldp_neighbors_detail(text: &str) -> Result<Vec<LldpNeighbor>, ParseError> {
    let all: Detail<'_> = json(text)?;
    let mut neighbors = Vec::new();
    for (interface, raw) in all.lldp_neighbors.0 {
        neighbors.extend(raw.lldp_neighbor_info.into_iter().map(|raw| neighbor(&interface, raw)));
    }
    Ok(neighbors)
}

fn neighbor(interface: &str, raw: RawNeighbor<'_>) -> LldpNeighbor {
    let is_mac = raw.chassis_id_type.as_deref() == Some("macAddress");
    let chassis = told(raw.chassis_id).map(|id| if is_mac { mac(&id) } else { id });
    // some versions put quotes around the name of the port
    let port = told(raw.neighbor_interface_info.interface_id).map(|port| port.replace('"', ""));
    let capabilities = &raw.system_capabilities.0;
    LldpNeighbor {
        interface: interface.to_owned(),
        parent_interface: Some(interface.to_owned()),
        chassis_id: chassis,
        port,
        port_description: told(raw.neighbor_interface_info.interface_description),
        system_name: told(raw.system_name),
        system_description: told(raw.system_description),
        capabilities: names(capabilities.iter().map(|(name, _)| name)),
        enabled_capabilities: names(
            capabilities.iter().filter(|(_, is_enabled)| *is_enabled).map(|(name, _)| name),
        ),
    }
}

/// The capabilities by the names of the model, sorted.
fn names<'a>(raw: impl Iterator<Item = &'a Text<'a>>) -> Vec<String> {
    let mut names: Vec<String> = raw.map(|name| capability(name)).collect();
    names.sort();
    names
}

fn capability(name: &str) -> String {
    match name.to_lowercase().as_str() {
        "wlanaccesspoint" => "wlan-access-point".to_owned(),
        "docsis" => "docsis-cable-device".to_owned(),
        "stationonly" => "station".to_owned(),
        name => name.to_owned(),
    }
}
