//! VRFs.

use peering_core::ParseError;
use peering_core::state::NetworkInstance;

use super::field::long_name;
use super::system::interface_names;

/// Reads `show vrf detail` and `show ip interface brief`: what is in no VRF is in the main table.
///
/// # Errors
/// When a VRF has no name, or the interfaces have no head.
pub fn network_instances([vrfs, interfaces]: [&str; 2]) -> Result<Vec<NetworkInstance>, ParseError> {
    let mut named: Vec<NetworkInstance> = Vec::new();
    // whether the lines are names of interfaces
    let mut lists = false;
    for (number, line) in (1..).zip(vrfs.lines()) {
        let words = line.trim();
        if let Some(rest) = line.strip_prefix("VRF ").filter(|rest| rest.contains("default RD")) {
            let wrong = || ParseError::new("VRF NAME (VRF Id = N); default RD N:N; …", line).at_line(number);
            named.push(instance(rest).ok_or_else(wrong)?);
            lists = false;
        } else if words.starts_with("Interfaces:") {
            lists = true;
        } else if lists && line.starts_with("    ") && !words.contains(':') {
            if let Some(vrf) = named.last_mut() {
                vrf.interfaces.extend(words.split_whitespace().map(long_name));
            }
        } else {
            lists = false;
        }
    }
    let is_free = |name: &String| !named.iter().any(|vrf| vrf.interfaces.contains(name));
    let main = NetworkInstance {
        name: "default".to_owned(),
        kind: "DEFAULT_INSTANCE".to_owned(),
        route_distinguisher: None,
        interfaces: interface_names(interfaces)?.into_iter().filter(is_free).collect(),
    };
    named.insert(0, main);
    Ok(named)
}

/// `CustA (VRF Id = 1); default RD 1:1; default VPNID <not set>`
fn instance(rest: &str) -> Option<NetworkInstance> {
    let name = rest.split([' ', ';']).next().filter(|name| !name.is_empty())?;
    let (_, distinguisher) = rest.split_once("default RD ")?;
    let distinguisher = distinguisher.split(';').next()?.trim();
    Some(NetworkInstance {
        name: name.to_owned(),
        kind: "L3VRF".to_owned(),
        route_distinguisher: (distinguisher != "<not set>").then(|| distinguisher.to_owned()),
        interfaces: Vec::new(),
    })
}
