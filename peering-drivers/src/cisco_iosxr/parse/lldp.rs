//! LLDP: `ethernet-lldp-oper`.

use peering_core::ParseError;
use peering_core::state::LldpNeighbor;

use super::reply::{items, mac, text};
use crate::transport::netconf::xml::Element;

/// The letters of capabilities, as `show lldp neighbors` explains them.
const CAPABILITIES: [(&str, &str); 8] = [
    ("R", "router"),
    ("B", "bridge"),
    ("T", "telephone"),
    ("C", "docsis-cable-device"),
    ("W", "wlan-access-point"),
    ("P", "repeater"),
    ("S", "station"),
    ("O", "other"),
];

/// Reads who LLDP has heard of, with everything.
///
/// # Errors
/// When the reply is another, or a neighbour lacks our interface.
pub fn lldp_neighbors(reply: Element<'_>) -> Result<Vec<LldpNeighbor>, ParseError> {
    items(reply, "lldp/nodes/node/neighbors/details/detail/lldp-neighbor")?
        .into_iter()
        .map(|found| {
            let chassis = text(found, "chassis-id");
            Ok(LldpNeighbor {
                interface: found.required_text("receiving-interface-name")?.to_owned(),
                parent_interface: text(found, "receiving-parent-interface-name"),
                chassis_id: chassis.as_deref().and_then(mac).or(chassis),
                port: text(found, "port-id-detail"),
                port_description: text(found, "detail/port-description"),
                system_name: text(found, "detail/system-name"),
                system_description: text(found, "detail/system-description"),
                capabilities: capabilities(found, "detail/system-capabilities"),
                enabled_capabilities: capabilities(found, "detail/enabled-capabilities"),
            })
        })
        .collect()
}

fn capabilities(found: Element<'_>, path: &str) -> Vec<String> {
    let letters = found.text_at(path).unwrap_or_default().split([',', ' ']).map(str::trim);
    let known = letters.filter_map(|letter| CAPABILITIES.iter().find(|(known, _)| *known == letter));
    known.map(|(_, name)| (*name).to_owned()).collect()
}
