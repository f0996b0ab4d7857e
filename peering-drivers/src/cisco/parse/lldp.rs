//! Who is at the other end of the cables.

use peering_core::ParseError;
use peering_core::state::LldpNeighbor;

use super::field::{long_name, mac, told};

/// What stands for a value that the neighbour does not tell.
const SILENT: &str = "not advertised";

/// Reads `show lldp neighbors detail`. Older versions do not tell our interface there: it is empty then, and
/// the short table has them in the same order.
///
/// # Errors
/// When a neighbour has no port.
pub fn lldp_neighbors(text: &str) -> Result<Vec<LldpNeighbor>, ParseError> {
    let mut found: Vec<LldpNeighbor> = Vec::new();
    // `Local Intf` stands before the chassis
    let mut interface = String::new();
    let mut parent = None;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((name, value)) = field(line) else { continue };
        let value = told(value).filter(|value| !value.contains(SILENT));
        if name == "Local Intf" || name == "Local Interface" {
            interface = value.map(|name| long_name(&name)).unwrap_or_default();
            continue;
        }
        if name == "Parent Interface" {
            parent = value;
            continue;
        }
        if name == "Chassis id" {
            let chassis_id = value.map(|id| mac(&id).unwrap_or(id));
            found.push(LldpNeighbor {
                interface: std::mem::take(&mut interface),
                parent_interface: parent.take(),
                chassis_id,
                ..LldpNeighbor::default()
            });
            continue;
        }
        let Some(neighbor) = found.last_mut() else { continue };
        match name {
            "Port id" => neighbor.port = value,
            "Port Description" => neighbor.port_description = value,
            "System Name" => neighbor.system_name = value,
            "System Description" => {
                neighbor.system_description = match value {
                    Some(value) => Some(value),
                    // on lines of its own, where it is told
                    None if line.trim_end().ends_with(':') => {
                        let mut all = Vec::new();
                        while let Some(line) = lines.next_if(|line| !is_end(line)) {
                            all.push(line.trim_end());
                        }
                        told(&all.join("\n"))
                    }
                    None => None,
                };
            }
            "System Capabilities" => neighbor.capabilities = capabilities(value),
            "Enabled Capabilities" => neighbor.enabled_capabilities = capabilities(value),
            _ => {}
        }
    }
    match found.iter().find(|neighbor| neighbor.port.is_none()) {
        Some(without) => Err(ParseError::new(
            "Port id: …",
            without.chassis_id.as_deref().unwrap_or("a neighbour without chassis"),
        )),
        None => Ok(found),
    }
}

/// `Port id: Gi0/1`, or `Port Description - not advertised`.
fn field(line: &str) -> Option<(&str, &str)> {
    if line.starts_with(char::is_whitespace) {
        return None;
    }
    let place = line.find([':', '-']).filter(|place| *place > 0)?;
    Some((line.get(..place)?.trim_end(), line.get(place + 1..)?.trim_start_matches([' ', '-'])))
}

/// A blank line, or the field that follows a description.
fn is_end(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with("Time remaining")
}

/// The letters of `B,R`, by the names of the model, sorted.
fn capabilities(letters: Option<String>) -> Vec<String> {
    let letters = letters.unwrap_or_default();
    let name = |letter: &str| match letter.trim().to_ascii_uppercase().as_str() {
        "" => None,
        "P" => Some("repeater"),
        "B" => Some("bridge"),
        "W" => Some("wlan-access-point"),
        "R" => Some("router"),
        "T" => Some("telephone"),
        "C" => Some("docsis-cable-device"),
        "S" => Some("station"),
        _ => Some("other"),
    };
    let mut names: Vec<String> = letters.split(',').filter_map(name).map(str::to_owned).collect();
    names.sort();
    names
}
