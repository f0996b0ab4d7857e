//! The BGP summary.

use peering_core::state::{BgpInstance, BgpNeighbor};
use peering_core::{Asn, ParseError};
use serde::Deserialize;

use super::content;
use super::field::{Number, Table, Text, number, router_id};
use super::row::{Neighbors, Row, asn};

#[derive(Deserialize)]
struct Summary<'a> {
    #[serde(rename = "TABLE_vrf", borrow)]
    instances: Table<Vrf<'a>>,
}

#[derive(Deserialize)]
struct Vrf<'a> {
    #[serde(rename = "vrf-name-out", borrow)]
    name: Text<'a>,
    #[serde(rename = "vrf-router-id", borrow)]
    router_id: Text<'a>,
    #[serde(rename = "vrf-local-as", borrow)]
    local_as: Text<'a>,
    /// None where BGP has no family yet.
    #[serde(rename = "TABLE_af", borrow, default)]
    families: Table<Af<'a>>,
}

#[derive(Deserialize)]
struct Af<'a> {
    #[serde(rename = "TABLE_saf", borrow, default)]
    families: Table<Saf<'a>>,
}

#[derive(Deserialize)]
struct Saf<'a> {
    #[serde(rename = "af-name", borrow)]
    name: Text<'a>,
    #[serde(rename = "TABLE_neighbor", borrow, default)]
    neighbors: Table<Neighbor<'a>>,
}

#[derive(Deserialize)]
struct Neighbor<'a> {
    #[serde(borrow)]
    neighborid: Text<'a>,
    #[serde(borrow)]
    neighboras: Text<'a>,
    #[serde(borrow)]
    state: Text<'a>,
    #[serde(borrow)]
    time: Option<Text<'a>>,
    msgrecvd: Option<Number<u64>>,
    msgsent: Option<Number<u64>>,
    prefixreceived: Option<Number<u64>>,
}

/// Reads `show bgp all summary vrf all`: every VRF and address family.
///
/// # Errors
/// When it is no JSON of that shape, an address or AS number is none, or a state is none of BGP's.
pub fn bgp_neighbors(text: &str) -> Result<Vec<BgpNeighbor>, ParseError> {
    let Some(summary) = content::<Summary<'_>>(text)? else { return Ok(Vec::new()) };
    let mut neighbors = Neighbors::default();
    for vrf in &summary.instances.0 {
        let local_as = asn(&vrf.local_as)?;
        for family in vrf.families.0.iter().flat_map(|family| &family.families.0) {
            for neighbor in &family.neighbors.0 {
                neighbors.add(&row(vrf, local_as, &family.name, neighbor)?)?;
            }
        }
    }
    Ok(neighbors.finish())
}

fn row<'a>(
    vrf: &'a Vrf<'_>,
    local_as: Asn,
    family: &'a str,
    neighbor: &'a Neighbor<'_>,
) -> Result<Row<'a>, ParseError> {
    Ok(Row {
        instance: &vrf.name,
        own_id: router_id(&vrf.router_id),
        local_as,
        family,
        address: &neighbor.neighborid,
        remote_as: asn(&neighbor.neighboras)?,
        state: &neighbor.state,
        time: neighbor.time.as_deref().unwrap_or_default(),
        messages_received: number(&neighbor.msgrecvd),
        messages_sent: number(&neighbor.msgsent),
        prefixes: number(&neighbor.prefixreceived),
    })
}

/// Reads `show bgp all summary vrf all`: where BGP runs.
///
/// # Errors
/// When it is no JSON of that shape, or an AS number is none.
pub fn bgp_instances(text: &str) -> Result<Vec<BgpInstance>, ParseError> {
    let Some(summary) = content::<Summary<'_>>(text)? else { return Ok(Vec::new()) };
    let mut found: Vec<BgpInstance> = Vec::new();
    for vrf in &summary.instances.0 {
        // one that has neighbours stands there twice
        if !found.iter().any(|known| known.network_instance == *vrf.name) {
            found.push(BgpInstance {
                network_instance: vrf.name.to_string(),
                router_id: router_id(&vrf.router_id),
                local_as: Some(asn(&vrf.local_as)?),
            });
        }
    }
    Ok(found)
}
