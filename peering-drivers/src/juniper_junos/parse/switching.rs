//! Ethernet switching in its three forms: VLANs of old switches, of those with Enhanced Layer 2 Software, and the bridge
//! domains of routers.

use peering_core::ParseError;
use peering_core::state::{MacEntry, Vlan};

use super::reply::{all, items_of_any, leading, required_mac};
use crate::transport::netconf::xml::Element;

/// How a device switches Ethernet frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SwitchStyle {
    /// `vlans`, on older switches.
    Vlan,
    /// `vlans`, with Enhanced Layer 2 Software.
    EnhancedVlan,
    /// `bridge-domains`, on routers.
    BridgeDomain,
    /// Not at all.
    None,
}

const TABLES: [&str; 3] = ["ethernet-switching-table", "l2ng", "l2ald"];

/// Reads the style out of `get-ethernet-switching-table-information`, summary; `None` when the answer is another's.
pub fn switch_style(reply: Element<'_>) -> Option<SwitchStyle> {
    std::iter::once(reply).chain(reply.children()).find_map(|element| match element.name() {
        "l2ng-l2ald-rtb-macdb" => Some(SwitchStyle::EnhancedVlan),
        "ethernet-switching-table-information" => Some(SwitchStyle::Vlan),
        _ => None,
    })
}

/// Whether the answer to `show bridge mac-table count` is a table's.
pub fn has_bridge_domains(reply: Element<'_>) -> bool {
    reply.name() == "l2ald-rtb-mac-count" || reply.child("l2ald-rtb-mac-count").is_some()
}

/// Reads the MAC table, in whichever form it is.
///
/// # Errors
/// When the reply is another, or an entry lacks address or interface.
pub fn mac_table(reply: Element<'_>) -> Result<Vec<MacEntry>, ParseError> {
    let mut found = Vec::new();
    for table in items_of_any(reply, &TABLES, "ethernet-switching-table")? {
        for entry in table.children_named("mac-table-entry") {
            let names = ["mac-address", "mac-interface", "mac-vlan-tag"];
            let learned = mac_entry(entry, entry, names)?;
            found.extend(learned.map(|learned| MacEntry {
                is_static: entry.text_at("mac-type") == Some("Static"),
                ..learned
            }));
        }
    }
    for vlan in items_of_any(reply, &TABLES, "l2ng-l2ald-mac-entry-vlan")? {
        let names = ["l2ng-l2-mac-address", "l2ng-l2-mac-logical-interface", "l2ng-l2-vlan-id"];
        let mut entries: Vec<Element<'_>> = vlan.children_named("l2ng-mac-entry").collect();
        if vlan.child("l2ng-l2-mac-address").is_some() {
            entries.push(vlan);
        }
        for entry in entries {
            found.extend(mac_entry(entry, vlan, names)?);
        }
    }
    for entry in items_of_any(reply, &TABLES, "l2ald-mac-entry")? {
        let names = ["l2-mac-address", "l2-mac-logical-interface", "l2-bridge-vlan"];
        found.extend(mac_entry(entry, entry, names)?);
    }
    Ok(found)
}

/// One entry; `None` for that of flooding, whose address is `*`.
fn mac_entry(
    entry: Element<'_>,
    vlan: Element<'_>,
    [address, interface, tag]: [&str; 3],
) -> Result<Option<MacEntry>, ParseError> {
    let address = entry.required(address)?;
    if address.text() == "*" {
        return Ok(None);
    }
    Ok(Some(MacEntry {
        mac_address: required_mac(address)?,
        interface: entry.required_text(interface)?.to_owned(),
        vlan: entry.text_at(tag).or_else(|| vlan.text_at(tag)).and_then(leading),
        is_static: false,
        is_active: true,
        moves: None,
        last_move: None,
    }))
}

/// Reads the VLANs or bridge domains, in whichever form they are.
///
/// # Errors
/// When the reply is another, or a VLAN lacks its name.
pub fn vlans(reply: Element<'_>) -> Result<Vec<Vlan>, ParseError> {
    let words = ["vlan", "bridge"];
    let mut found = Vec::new();
    for entry in items_of_any(reply, &words, "vlan")? {
        let members = all(entry, "vlan-detail/vlan-member-list/vlan-member/vlan-member-interface");
        found.push(vlan(entry, "vlan-tag", "vlan-name", &members)?);
    }
    for entry in items_of_any(reply, &words, "l2ng-l2ald-vlan-instance-group")? {
        let members = all(entry, "l2ng-l2rtb-vlan-member/l2ng-l2rtb-vlan-member-interface");
        found.push(vlan(entry, "l2ng-l2rtb-vlan-tag", "l2ng-l2rtb-vlan-name", &members)?);
    }
    for entry in items_of_any(reply, &words, "l2ald-bridge-instance-group")? {
        let members = all(entry, "l2rtb-interface-name");
        found.push(vlan(entry, "l2rtb-bridge-vlan", "l2rtb-bridging-domain", &members)?);
    }
    Ok(found)
}

fn vlan(entry: Element<'_>, tag: &str, name: &str, members: &[Element<'_>]) -> Result<Vlan, ParseError> {
    // An interface that is up has a star behind it.
    let names = members.iter().map(|member| member.text().trim_end_matches('*'));
    Ok(Vlan {
        id: entry.text_at(tag).and_then(leading).unwrap_or(0),
        name: entry.required_text(name)?.to_owned(),
        interfaces: names.filter(|name| !matches!(*name, "" | "None")).map(str::to_owned).collect(),
    })
}
