//! Tables of the link layer: `ipv4-arp-oper`, `ipv6-nd-oper`, `l2vpn-oper`.

use std::time::Duration;

use peering_core::ParseError;
use peering_core::state::{LinkNeighbor, MacEntry};

use super::reply::{all, items, mac, text};
use crate::transport::netconf::xml::Element;

/// Reads the ARP table, the router's own addresses among it. The model does not tell the VRF.
///
/// # Errors
/// When the reply is another, or an entry lacks interface or address.
pub fn arp_table(reply: Element<'_>) -> Result<Vec<LinkNeighbor>, ParseError> {
    items(reply, "arp/nodes/node/entries/entry")?
        .into_iter()
        .map(|entry| {
            Ok(LinkNeighbor {
                network_instance: None,
                interface: entry.required_text("interface-name")?.to_owned(),
                address: entry.required_value("address")?,
                mac_address: entry.text_at("hardware-address").and_then(mac),
                age: entry.value_at("age")?.map(Duration::from_secs),
                state: text(entry, "state").map(|word| word.trim_start_matches("state-").to_owned()),
            })
        })
        .collect()
}

/// The states of a neighbour (RFC 4861) by Cisco's words.
const REACHABILITY: [(&str, &str); 6] = [
    ("incomplete", "incomplete"),
    ("reachable", "reachable"),
    ("stale", "stale"),
    ("delay", "delay"),
    ("probe", "probe"),
    ("glean", "incomplete"),
];

/// Reads the IPv6 neighbours; an age is the time since the neighbour was last known to be there.
///
/// # Errors
/// When the reply is another, or an entry lacks its address, or its interface the name.
pub fn ipv6_neighbors(reply: Element<'_>) -> Result<Vec<LinkNeighbor>, ParseError> {
    let mut found = Vec::new();
    for interface in items(reply, "ipv6-node-discovery/nodes/node/neighbor-interfaces/neighbor-interface")? {
        let name = interface.required_text("interface-name")?;
        for entry in all(interface, "host-addresses/host-address") {
            let state = entry.text_at("reachability-state").unwrap_or_default();
            let known = REACHABILITY.iter().find(|(word, _)| state.ends_with(word)).map(|(_, word)| *word);
            found.push(LinkNeighbor {
                network_instance: None,
                interface: name.to_owned(),
                address: entry.required_value("host-address")?,
                mac_address: entry.text_at("link-layer-address").and_then(mac),
                age: entry.value_at("last-reached-time/seconds")?.map(Duration::from_secs),
                state: known.or(Some(state)).filter(|word| !word.is_empty()).map(str::to_owned),
            });
        }
    }
    Ok(found)
}

/// Reads the MAC tables of the bridge domains. An address of the router itself has no interface (it is empty). The VLAN is
/// that of the interface's number, or the bridge domain's name where that is one: bridge domains have no VLAN of their own.
///
/// # Errors
/// When the reply is another, or an entry lacks its address.
pub fn mac_table(reply: Element<'_>) -> Result<Vec<MacEntry>, ParseError> {
    let mut found: Vec<MacEntry> = Vec::new();
    for entry in items(reply, "l2vpn-forwarding/nodes/node/l2fibmac-details/l2fibmac-detail")? {
        let address = entry.required("address")?;
        let wrong = || address.unexpected("a link-layer address", address.text());
        found.push(MacEntry {
            mac_address: mac(address.text()).ok_or_else(wrong)?,
            interface: text(entry, "segment/ac/interface-handle").unwrap_or_default(),
            vlan: entry.text_at("name").and_then(|name| name.parse().ok()),
            is_static: entry.text_at("bmac-configured") == Some("true"),
            is_active: true,
            moves: None,
            last_move: None,
        });
    }
    Ok(found)
}
