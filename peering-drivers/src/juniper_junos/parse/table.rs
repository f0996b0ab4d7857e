//! ARP and IPv6 neighbours: `get-arp-table-information`, `get-ipv6-nd-information`.

use std::time::Duration;

use peering_core::ParseError;
use peering_core::state::LinkNeighbor;

use super::reply::{address, items, leading, mac, required_mac, text};
use crate::transport::netconf::xml::Element;

/// Reads the ARP table; an age is the time until the entry expires.
///
/// # Errors
/// When the reply is another, or an entry lacks interface, address or link-layer address.
pub fn arp_table(reply: Element<'_>) -> Result<Vec<LinkNeighbor>, ParseError> {
    items(reply, &["arp-table-information"], "arp-table-entry")?
        .map(|entry| {
            Ok(LinkNeighbor {
                network_instance: None,
                interface: entry.required_text("interface-name")?.to_owned(),
                address: address(entry.required("ip-address")?)?,
                mac_address: Some(required_mac(entry.required("mac-address")?)?),
                age: expiry(entry, "time-to-expire"),
                state: None,
            })
        })
        .collect()
}

/// Reads the IPv6 neighbours; an age is the time until the entry expires.
///
/// # Errors
/// When the reply is another, or an entry lacks interface, address or state.
pub fn ipv6_neighbors(reply: Element<'_>) -> Result<Vec<LinkNeighbor>, ParseError> {
    items(reply, &["ipv6-nd-information"], "ipv6-nd-entry")?
        .map(|entry| {
            Ok(LinkNeighbor {
                network_instance: None,
                interface: entry.required_text("ipv6-nd-interface-name")?.to_owned(),
                address: address(entry.required("ipv6-nd-neighbor-address")?)?,
                mac_address: text(entry, "ipv6-nd-neighbor-l2-address").as_deref().and_then(mac),
                age: expiry(entry, "ipv6-nd-expire"),
                state: Some(entry.required_text("ipv6-nd-state")?.to_lowercase()),
            })
        })
        .collect()
}

/// Seconds, or a word for an entry that does not expire.
fn expiry(entry: Element<'_>, path: &str) -> Option<Duration> {
    entry.text_at(path).and_then(leading).map(Duration::from_secs)
}
