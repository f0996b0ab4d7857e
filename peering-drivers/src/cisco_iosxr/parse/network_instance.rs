//! Network instances in the configuration: `infra-rsi-cfg`, `ifmgr-cfg`.

use std::collections::BTreeMap;

use peering_core::ParseError;
use peering_core::state::NetworkInstance;

use super::reply::items;
use crate::transport::netconf::xml::Element;

/// Reads which interface is in which VRF; interfaces of the main table are left out.
///
/// # Errors
/// When the reply is another, or an interface that has a VRF lacks its name.
pub fn interface_instances(reply: Element<'_>) -> Result<Vec<(String, String)>, ParseError> {
    let mut found = Vec::new();
    for interface in items(reply, "interface-configurations/interface-configuration")? {
        if let Some(vrf) = interface.text_at("vrf").filter(|vrf| !vrf.is_empty()) {
            found.push((interface.required_text("interface-name")?.to_owned(), vrf.to_owned()));
        }
    }
    Ok(found)
}

/// Reads the VRFs, with their interfaces and route distinguishers, as the others of these parsers tell them. The main table is not
/// among them.
///
/// # Errors
/// When the reply is another, or a VRF lacks its name.
pub fn network_instances(
    reply: Element<'_>,
    interfaces: &[(String, String)],
    distinguishers: &BTreeMap<String, String>,
) -> Result<Vec<NetworkInstance>, ParseError> {
    items(reply, "vrfs/vrf")?
        .into_iter()
        .map(|vrf| {
            let name = vrf.required_text("vrf-name")?;
            let own = interfaces.iter().filter(|(_, vrf)| vrf == name);
            Ok(NetworkInstance {
                name: name.to_owned(),
                kind: "L3VRF".to_owned(),
                route_distinguisher: distinguishers.get(name).cloned(),
                interfaces: own.map(|(interface, _)| interface.clone()).collect(),
            })
        })
        .collect()
}
