//! Tables of the link layer, and VRFs.

use std::collections::BTreeMap;

use peering_core::ParseError;
use peering_core::state::{LinkNeighbor, MacEntry, NetworkInstance, Vlan};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::field::{Pairs, Text, address, duration, mac, timestamp, told};
use super::json;

#[derive(Deserialize)]
struct Vrfs<'a, T> {
    #[serde(borrow, bound(deserialize = "T: Deserialize<'de>"))]
    vrfs: Pairs<'a, T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawArp<'a> {
    #[serde(borrow, default)]
    ip_v4_neighbors: Vec<RawNeighbor<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawNeighbor<'a> {
    #[serde(borrow)]
    address: Text<'a>,
    #[serde(borrow)]
    interface: Text<'a>,
    hw_address: Option<Text<'a>>,
    age: Option<f64>,
    state: Option<Text<'a>>,
}

impl RawNeighbor<'_> {
    fn model(self, network_instance: Option<&str>) -> Result<LinkNeighbor, ParseError> {
        Ok(LinkNeighbor {
            network_instance: network_instance.map(str::to_owned),
            interface: self.interface.into_owned(),
            address: address(&self.address)?,
            mac_address: told(self.hw_address).map(|address| mac(&address)),
            // an entry that never ages has a negative one
            age: self.age.filter(|age| *age >= 0.0).map(duration).transpose()?,
            state: told(self.state).map(|state| state.to_lowercase()),
        })
    }
}

/// Reads `show arp vrf all`.
///
/// # Errors
/// When it is no JSON of that shape, or an address is none.
pub fn arp_table(text: &str) -> Result<Vec<LinkNeighbor>, ParseError> {
    let all: Vrfs<'_, RawArp<'_>> = json(text)?;
    let mut neighbors = Vec::new();
    for (name, table) in all.vrfs.0 {
        for raw in table.ip_v4_neighbors {
            neighbors.push(raw.model(Some(&name))?);
        }
    }
    Ok(neighbors)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawIpv6<'a> {
    /// Some versions have a level of VRFs.
    #[serde(borrow)]
    vrfs: Option<Pairs<'a, OfVrf<'a>>>,
    ip_v6_neighbors: Option<Vec<RawNeighbor<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfVrf<'a> {
    #[serde(borrow, default)]
    ip_v6_neighbors: Vec<RawNeighbor<'a>>,
}

/// Reads `show ipv6 neighbors`: those of the main table.
///
/// # Errors
/// When it is no JSON of that shape, or an address is none.
pub fn ipv6_neighbors(text: &str) -> Result<Vec<LinkNeighbor>, ParseError> {
    let all: RawIpv6<'_> = json(text)?;
    match (all.ip_v6_neighbors, all.vrfs) {
        (Some(neighbors), _) => neighbors.into_iter().map(|raw| raw.model(None)).collect(),
        (None, Some(vrfs)) => {
            let each = |(name, table): (Text<'_>, OfVrf<'_>)| {
                let models = table.ip_v6_neighbors.into_iter().map(|raw| raw.model(Some(&name)));
                models.collect::<Result<Vec<_>, _>>()
            };
            Ok(vrfs.0.into_iter().map(each).collect::<Result<Vec<_>, _>>()?.concat())
        }
        (None, None) => Err(ParseError::new("ipV6Neighbors or vrfs", text)),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMacs<'a> {
    #[serde(borrow)]
    unicast_table: RawMacTable<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMacTable<'a> {
    #[serde(borrow)]
    table_entries: Vec<RawMac<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMac<'a> {
    #[serde(borrow)]
    mac_address: Text<'a>,
    #[serde(borrow)]
    interface: Text<'a>,
    vlan_id: Option<u16>,
    entry_type: Option<Text<'a>>,
    moves: Option<u64>,
    last_move: Option<f64>,
}

/// Reads `show mac address-table`.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn mac_table(text: &str) -> Result<Vec<MacEntry>, ParseError> {
    let all: RawMacs<'_> = json(text)?;
    all.unicast_table
        .table_entries
        .into_iter()
        .map(|raw| {
            Ok(MacEntry {
                mac_address: mac(&raw.mac_address),
                interface: raw.interface.into_owned(),
                vlan: raw.vlan_id,
                is_static: raw.entry_type.as_deref() == Some("static"),
                is_active: true,
                moves: raw.moves,
                last_move: raw.last_move.map(timestamp).transpose()?,
            })
        })
        .collect()
}

#[derive(Deserialize)]
struct RawVlans<'a> {
    #[serde(borrow)]
    vlans: Pairs<'a, RawVlan<'a>>,
}

#[derive(Deserialize)]
struct RawVlan<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    interfaces: Pairs<'a, IgnoredAny>,
}

/// Reads `show vlan`.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn vlans(text: &str) -> Result<Vec<Vlan>, ParseError> {
    let all: RawVlans<'_> = json(text)?;
    all.vlans
        .0
        .into_iter()
        .map(|(id, raw)| {
            Ok(Vlan {
                id: id.parse().map_err(|_| ParseError::new("the number of a VLAN", &id))?,
                name: raw.name.into_owned(),
                interfaces: raw.interfaces.0.into_iter().map(|(name, _)| name.into_owned()).collect(),
            })
        })
        .collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawVrf<'a> {
    #[serde(borrow)]
    route_distinguisher: Text<'a>,
    #[serde(borrow)]
    interfaces: Vec<Text<'a>>,
}

/// Reads `show vrf`, sorted by name.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn network_instances(text: &str) -> Result<Vec<NetworkInstance>, ParseError> {
    let all: Vrfs<'_, RawVrf<'_>> = json(text)?;
    let mut sorted = BTreeMap::new();
    for (name, raw) in all.vrfs.0 {
        let unset = ["", "<not set>", "None"].contains(&&*raw.route_distinguisher);
        let kind = if &*name == "default" { "DEFAULT_INSTANCE" } else { "L3VRF" };
        let instance = NetworkInstance {
            name: name.clone().into_owned(),
            kind: kind.to_owned(),
            route_distinguisher: (!unset).then(|| raw.route_distinguisher.into_owned()),
            interfaces: raw.interfaces.into_iter().map(Text::into_owned).collect(),
        };
        sorted.insert(name, instance);
    }
    Ok(sorted.into_values().collect())
}
