//! Tables of the link layer, and VRFs.

use std::net::IpAddr;

use peering_core::ParseError;
use peering_core::state::{LinkNeighbor, MacEntry, NetworkInstance, Vlan};
use serde::Deserialize;

use super::field::{Number, Table, Text, Texts, age, long_name, mac, number, told};
use super::{content, json};

#[derive(Deserialize)]
struct Arp<'a> {
    #[serde(rename = "TABLE_vrf", borrow)]
    instances: Table<ArpVrf<'a>>,
}

#[derive(Deserialize)]
struct ArpVrf<'a> {
    #[serde(rename = "vrf-name-out", borrow)]
    name: Text<'a>,
    #[serde(rename = "TABLE_adj", borrow, default)]
    neighbors: Table<Adjacency<'a>>,
}

#[derive(Deserialize)]
struct Adjacency<'a> {
    #[serde(rename = "ip-addr-out", borrow)]
    address: Text<'a>,
    #[serde(borrow)]
    mac: Option<Text<'a>>,
    #[serde(rename = "time-stamp", borrow)]
    age: Option<Text<'a>>,
    #[serde(rename = "intf-out", borrow)]
    interface: Text<'a>,
    #[serde(borrow)]
    incomplete: Option<Text<'a>>,
}

/// Reads `show ip arp`, of one VRF or all.
///
/// # Errors
/// When it is no JSON of that shape, or an address or age is none.
pub fn arp_table(text: &str) -> Result<Vec<LinkNeighbor>, ParseError> {
    let Some(arp) = content::<Arp<'_>>(text)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for vrf in &arp.instances.0 {
        for entry in &vrf.neighbors.0 {
            let address: IpAddr =
                entry.address.parse().map_err(|_| ParseError::new("an address", &entry.address))?;
            let is_open = told(&entry.incomplete).is_some_and(|word| word == "true");
            let mac_address = told(&entry.mac).filter(|text| !is_open && !text.contains("INCOMPLETE"));
            found.push(LinkNeighbor {
                // `all` is the name of the answer, not of a VRF
                network_instance: vrf.name.told().filter(|name| *name != "all").map(str::to_owned),
                interface: entry.interface.to_string(),
                address,
                mac_address: mac_address.map(|address| mac(&address)),
                age: age(entry.age.as_deref().unwrap_or_default())?,
                state: None,
            });
        }
    }
    Ok(found)
}

#[derive(Deserialize)]
struct Macs<'a> {
    #[serde(rename = "TABLE_mac_address", borrow)]
    entries: Table<Mac<'a>>,
}

#[derive(Deserialize)]
struct Mac<'a> {
    #[serde(borrow)]
    disp_mac_addr: Text<'a>,
    #[serde(borrow)]
    disp_vlan: Text<'a>,
    #[serde(borrow)]
    disp_port: Text<'a>,
    #[serde(borrow)]
    disp_is_static: Text<'a>,
}

/// Reads `show mac address-table`. The router's own addresses have no VLAN.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn mac_table(text: &str) -> Result<Vec<MacEntry>, ParseError> {
    let Some(macs) = content::<Macs<'_>>(text)? else { return Ok(Vec::new()) };
    let entry = |entry: &Mac<'_>| MacEntry {
        mac_address: mac(&entry.disp_mac_addr),
        interface: entry.disp_port.to_string(),
        vlan: entry.disp_vlan.parse().ok().filter(|vlan| *vlan > 0),
        is_static: ["enabled", "1", "true"].contains(&&*entry.disp_is_static),
        is_active: true,
        moves: None,
        last_move: None,
    };
    Ok(macs.entries.0.iter().map(entry).collect())
}

#[derive(Deserialize)]
struct Vlans<'a> {
    #[serde(rename = "TABLE_vlanbriefxbrief", borrow)]
    vlans: Table<RawVlan<'a>>,
}

#[derive(Deserialize)]
struct RawVlan<'a> {
    #[serde(rename = "vlanshowbr-vlanid-utf")]
    id: Option<Number<u16>>,
    /// Four bytes of it, as text, in some versions.
    #[serde(rename = "vlanshowbr-vlanid", borrow)]
    raw_id: Option<Text<'a>>,
    #[serde(rename = "vlanshowbr-vlanname", borrow)]
    name: Text<'a>,
    #[serde(rename = "vlanshowplist-ifidx", borrow, default)]
    ports: Texts<'a>,
}

/// Reads `show vlan brief`.
///
/// # Errors
/// When it is no JSON of that shape, or a VLAN has no number.
pub fn vlans(text: &str) -> Result<Vec<Vlan>, ParseError> {
    let Some(all) = content::<Vlans<'_>>(text)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for vlan in &all.vlans.0 {
        let raw = told(&vlan.raw_id);
        let id = number(&vlan.id).or_else(|| raw.as_deref().and_then(|id| id.parse().ok()));
        let id =
            id.ok_or_else(|| ParseError::new("the number of a VLAN", raw.as_deref().unwrap_or("none")))?;
        let mut interfaces = Vec::new();
        for part in vlan.ports.0.iter().flat_map(|ports| ports.split(',')) {
            expand(part.trim(), &mut interfaces)?;
        }
        found.push(Vlan { id, name: vlan.name.to_string(), interfaces });
    }
    Ok(found)
}

/// The most interfaces that a range can mean: a chassis has fewer.
const MOST: u32 = 4096;

/// `Ethernet1/6-10` is five interfaces.
fn expand(text: &str, found: &mut Vec<String>) -> Result<(), ParseError> {
    let range = text.rsplit_once('-').and_then(|(start, last)| {
        let digits = start.len() - start.chars().rev().take_while(char::is_ascii_digit).count();
        let (kind, first) = (start.get(..digits)?, start.get(digits..)?);
        Some((kind, first.parse::<u32>().ok()?, last.parse::<u32>().ok()?))
    });
    match range {
        Some((kind, first, last)) => {
            if last.checked_sub(first).is_none_or(|count| count >= MOST) {
                return Err(ParseError::new("a range of interfaces", text));
            }
            found.extend((first..=last).map(|number| long_name(&format!("{kind}{number}"))));
        }
        None if text.is_empty() => {}
        None => found.push(long_name(text)),
    }
    Ok(())
}

#[derive(Deserialize)]
struct Vrfs<'a> {
    #[serde(rename = "TABLE_vrf", borrow)]
    instances: Table<Vrf<'a>>,
}

#[derive(Deserialize)]
struct Vrf<'a> {
    #[serde(rename = "vrf_name", borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    rd: Option<Text<'a>>,
}

/// Reads `show vrf detail`; the interfaces are in [`interface_instances`].
///
/// # Errors
/// When it is no JSON of that shape.
pub fn network_instances(text: &str) -> Result<Vec<NetworkInstance>, ParseError> {
    let vrfs: Vrfs<'_> = json(text)?;
    let model = |vrf: &Vrf<'_>| NetworkInstance {
        name: vrf.name.to_string(),
        kind: if &*vrf.name == "default" { "DEFAULT_INSTANCE" } else { "L3VRF" }.to_owned(),
        // what none has
        route_distinguisher: told(&vrf.rd).filter(|rd| rd != "0:0" && rd != "--"),
        interfaces: Vec::new(),
    };
    Ok(vrfs.instances.0.iter().map(model).collect())
}

#[derive(Deserialize)]
struct Members<'a> {
    #[serde(rename = "TABLE_if", borrow)]
    interfaces: Table<Member<'a>>,
}

#[derive(Deserialize)]
struct Member<'a> {
    #[serde(borrow)]
    if_name: Text<'a>,
    #[serde(borrow)]
    vrf_name: Text<'a>,
}

/// Reads `show vrf interface`: interfaces, each with its VRF.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn interface_instances(text: &str) -> Result<Vec<(String, String)>, ParseError> {
    let Some(members) = content::<Members<'_>>(text)? else { return Ok(Vec::new()) };
    Ok(members.interfaces.0.iter().map(|row| (row.if_name.to_string(), row.vrf_name.to_string())).collect())
}
