//! LLDP neighbours: `get-lldp-neighbors-information`, and what is told of one interface's.

use peering_core::ParseError;
use peering_core::state::LldpNeighbor;

use super::reply::{items, mac, text};
use crate::transport::netconf::xml::Element;

/// Junos's words for what a system can be, in lower case, and the model's.
const CAPABILITIES: [(&str, &str); 8] = [
    ("bridge", "bridge"),
    ("docsis cable device", "docsis-cable-device"),
    ("other", "other"),
    ("repeater", "repeater"),
    ("router", "router"),
    ("station only", "station"),
    ("telephone", "telephone"),
    ("wlan access point", "wlan-access-point"),
];

/// Reads the neighbours, from the list of all or from the details of one interface.
///
/// # Errors
/// When the reply is another, or a neighbour lacks our interface.
pub fn lldp_neighbors(reply: Element<'_>) -> Result<Vec<LldpNeighbor>, ParseError> {
    items(reply, &["lldp-neighbors-information"], "lldp-neighbor-information")?.map(neighbor).collect()
}

fn neighbor(entry: Element<'_>) -> Result<LldpNeighbor, ParseError> {
    // Newer releases have the interface in the element that is the port's number elsewhere.
    let interface = match text(entry, "lldp-local-interface") {
        Some(interface) => interface,
        None => entry.required_text("lldp-local-port-id")?.to_owned(),
    };
    let chassis = text(entry, "lldp-remote-chassis-id");
    Ok(LldpNeighbor {
        interface,
        parent_interface: text(entry, "lldp-local-parent-interface-name").filter(|parent| parent != "-"),
        chassis_id: chassis.map(|chassis| mac(&chassis).unwrap_or(chassis)),
        port: text(entry, "lldp-remote-port-id"),
        port_description: text(entry, "lldp-remote-port-description"),
        system_name: text(entry, "lldp-remote-system-name"),
        system_description: text(entry, "lldp-system-description/lldp-remote-system-description"),
        capabilities: capabilities(entry.text_at("lldp-remote-system-capabilities-supported")),
        enabled_capabilities: capabilities(entry.text_at("lldp-remote-system-capabilities-enabled")),
    })
}

fn capabilities(said: Option<&str>) -> Vec<String> {
    let said = said.unwrap_or_default().to_lowercase();
    let named = CAPABILITIES.iter().filter(|(word, _)| said.contains(word));
    named.map(|(_, name)| (*name).to_owned()).collect()
}
