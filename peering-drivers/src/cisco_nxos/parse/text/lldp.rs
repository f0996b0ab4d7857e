//! Who is at the other end of a cable.

use peering_core::ParseError;
use peering_core::state::LldpNeighbor;

use super::field::{long_name, mac};

/// What NX-OS puts in the place of what the neighbour does not say.
const UNSAID: &str = "not advertised";

/// Reads `show lldp neighbors detail`; empty where nobody was heard.
///
/// # Errors
/// When it is another answer, or a neighbour has no port of ours.
pub fn lldp_neighbors(text: &str) -> Result<Vec<LldpNeighbor>, ParseError> {
    let mut found: Vec<LldpNeighbor> = Vec::new();
    let mut is_description = false;
    let is_answer = ["Capability codes", "Total entries displayed", "Chassis id:"];
    if !text.trim().is_empty() && !is_answer.iter().any(|words| text.contains(words)) {
        return Err(ParseError::new("the answer of `show lldp neighbors detail`", text.trim()));
    }
    for line in text.lines() {
        if let Some(id) = line.strip_prefix("Chassis id:") {
            found.push(LldpNeighbor { chassis_id: said(id).map(|id| mac(&id)), ..LldpNeighbor::default() });
            continue;
        }
        let Some(neighbor) = found.last_mut() else { continue };
        let field = line.split_once(": ").map(|(name, value)| (name, said(value)));
        match field {
            Some(("Port id", value)) => neighbor.port = value,
            Some(("Local Port id", value)) => neighbor.interface = long_name(&value.unwrap_or_default()),
            Some(("Port Description", value)) => neighbor.port_description = value,
            Some(("System Name", value)) => neighbor.system_name = value.filter(|name| name != "N/A"),
            Some(("System Description", value)) => {
                neighbor.system_description = value;
                is_description = true;
                continue;
            }
            Some(("System Capabilities", value)) => neighbor.capabilities = capabilities(value),
            Some(("Enabled Capabilities", value)) => neighbor.enabled_capabilities = capabilities(value),
            Some(("Time remaining", _)) => {}
            // a description has several lines, and any words
            _ if is_description && !line.trim().is_empty() => {
                if let Some(description) = &mut neighbor.system_description {
                    description.push('\n');
                    description.push_str(line.trim_end());
                }
                continue;
            }
            _ => {}
        }
        is_description = false;
    }
    match found.iter().find(|neighbor| neighbor.interface.is_empty()) {
        Some(neighbor) => {
            let chassis = neighbor.chassis_id.as_deref().unwrap_or("a neighbour");
            Err(ParseError::new("Local Port id: …", chassis))
        }
        None => Ok(found),
    }
}

fn said(value: &str) -> Option<String> {
    Some(value.trim()).filter(|value| !value.is_empty() && !value.contains(UNSAID)).map(str::to_owned)
}

/// `B, R`, in the order of their names.
fn capabilities(letters: Option<String>) -> Vec<String> {
    let letters = letters.unwrap_or_default();
    let name = |letter: &str| match letter.trim() {
        "O" => Some("other"),
        "P" => Some("repeater"),
        "B" => Some("bridge"),
        "W" => Some("wlan-access-point"),
        "R" => Some("router"),
        "T" => Some("telephone"),
        "C" => Some("docsis-cable-device"),
        "S" => Some("station"),
        _ => None,
    };
    let mut names: Vec<String> = letters.split(',').filter_map(name).map(str::to_owned).collect();
    names.sort();
    names
}
