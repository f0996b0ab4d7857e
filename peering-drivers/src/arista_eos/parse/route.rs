//! Routes, and the paths of BGP.

use std::collections::HashMap;
use std::net::IpAddr;

use ipnet::IpNet;
use peering_core::state::{BgpAttributes, Origin, Route};
use peering_core::{Asn, ParseError};
use serde::Deserialize;

use super::field::{AsNumber, Pairs, Text, address, router_id, told};
use super::json;

/// The interface of a tunnel's next hop, which EOS does not name.
const TUNNEL: &str = "Vxlan1";

#[derive(Deserialize)]
struct Rib<'a> {
    #[serde(borrow)]
    vrfs: Option<Pairs<'a, Routes<'a>>>,
    /// IPv6 has had no level of VRFs.
    #[serde(borrow)]
    routes: Option<Pairs<'a, RawRoute<'a>>>,
}

#[derive(Deserialize)]
struct Routes<'a> {
    #[serde(borrow, default)]
    routes: Pairs<'a, RawRoute<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRoute<'a> {
    #[serde(borrow)]
    route_type: Text<'a>,
    #[serde(default)]
    routing_disabled: bool,
    preference: Option<u32>,
    metric: Option<u32>,
    #[serde(borrow, default)]
    vias: Vec<Via<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Via<'a> {
    #[serde(borrow)]
    nexthop_addr: Option<Text<'a>>,
    vtep_addr: Option<Text<'a>>,
    interface: Option<Text<'a>>,
}

/// Reads `show ip route vrf NAME PREFIX detail` (and `show ipv6 …`) of one VRF.
///
/// # Errors
/// When it is no JSON of that shape, or a prefix or an address is none.
pub fn rib_routes(text: &str, instance: &str) -> Result<Vec<Route>, ParseError> {
    let rib: Rib<'_> = json(text)?;
    let of_instance = rib.vrfs.and_then(|vrfs| vrfs.0.into_iter().find(|(name, _)| &**name == instance));
    let routes = of_instance.map(|(_, routes)| routes.routes).or(rib.routes).unwrap_or_default();
    routes.0.into_iter().map(|(prefix, raw)| route(&prefix, raw, instance)).collect()
}

fn route(text: &str, raw: RawRoute<'_>, instance: &str) -> Result<Route, ParseError> {
    let mut next_hops = Vec::new();
    let mut interfaces = Vec::new();
    for via in raw.vias {
        let tunnel = via.vtep_addr.is_some().then(|| TUNNEL.to_owned());
        let hop = via.vtep_addr.or(via.nexthop_addr).filter(|address| !address.is_empty());
        next_hops.extend(hop.map(|hop| address(&hop)).transpose()?);
        interfaces.extend(tunnel.or_else(|| told(via.interface)));
    }
    if !next_hops.is_empty() && next_hops.len() != interfaces.len() {
        // which is whose cannot be told
        interfaces.clear();
    }
    Ok(Route {
        prefix: prefix(text)?,
        protocol: raw.route_type.into_owned(),
        table: None,
        network_instance: instance.to_owned(),
        is_best: !raw.routing_disabled,
        inactive_reason: None,
        preference: raw.preference,
        preference2: None,
        metric: raw.metric,
        metric2: None,
        next_hops,
        selected_next_hop: None,
        interfaces,
        age: None,
        bgp: None,
    })
}

fn prefix(text: &str) -> Result<IpNet, ParseError> {
    text.parse().map_err(|_| ParseError::new("a prefix", text))
}

/// Whether a route of [`rib_routes`] came from BGP, so that [`bgp_paths`] tells more.
pub fn has_bgp(route: &Route) -> bool {
    ["ebgp", "ibgp", "bgp"].contains(&route.protocol.to_lowercase().split(' ').next().unwrap_or_default())
}

#[derive(Deserialize)]
struct Bgp<'a> {
    #[serde(borrow)]
    vrfs: Pairs<'a, BgpVrf<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BgpVrf<'a> {
    asn: AsNumber,
    #[serde(borrow, default)]
    bgp_route_entries: HashMap<Text<'a>, Entry<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    #[serde(borrow, default)]
    bgp_route_paths: Vec<Path<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Path<'a> {
    #[serde(borrow, default)]
    as_path_entry: AsPath<'a>,
    med: Option<u32>,
    local_preference: Option<u32>,
    weight: Option<u32>,
    next_hop: Option<Text<'a>>,
    #[serde(borrow, default)]
    peer_entry: PeerEntry<'a>,
    reason_not_bestpath: Option<Text<'a>>,
    #[serde(borrow, default)]
    route_type: PathType<'a>,
    #[serde(borrow, default)]
    route_detail: PathDetail<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AsPath<'a> {
    #[serde(borrow)]
    as_path: Option<Text<'a>>,
    as_path_type: Option<Text<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PeerEntry<'a> {
    #[serde(borrow)]
    peer_addr: Option<Text<'a>>,
    peer_router_id: Option<Text<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PathType<'a> {
    #[serde(default)]
    active: bool,
    #[serde(borrow)]
    origin: Option<Text<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PathDetail<'a> {
    #[serde(borrow)]
    origin: Option<Text<'a>>,
    #[serde(borrow, default)]
    peer_entry: PeerEntry<'a>,
    #[serde(borrow, default)]
    community_list: Vec<Text<'a>>,
    #[serde(borrow, default)]
    ext_community_list: Vec<Text<'a>>,
    #[serde(borrow, default)]
    large_community_list: Vec<Text<'a>>,
}

/// Lays the paths of `show ip bgp PREFIX vrf NAME` (and `show ipv6 …`) over the routes of [`rib_routes`] of the same VRF: each
/// BGP route becomes one a path; the others stay.
///
/// # Errors
/// When it is no JSON of that shape, or an address is none.
pub fn bgp_paths(routes: Vec<Route>, text: &str, instance: &str) -> Result<Vec<Route>, ParseError> {
    let all: Bgp<'_> = json(text)?;
    let vrf = all.vrfs.0.into_iter().find(|(name, _)| &**name == instance);
    let Some((_, vrf)) = vrf else { return Ok(routes) };
    let mut entries = HashMap::new();
    for (text, entry) in &vrf.bgp_route_entries {
        entries.insert(prefix(text)?, entry);
    }
    let mut found = Vec::new();
    for route in routes {
        if !has_bgp(&route) {
            found.push(route);
            continue;
        }
        for raw in entries.get(&route.prefix).into_iter().flat_map(|entry| &entry.bgp_route_paths) {
            found.push(path(&route, raw, vrf.asn.0)?);
        }
    }
    Ok(found)
}

fn path(route: &Route, raw: &Path<'_>, own: Asn) -> Result<Route, ParseError> {
    let given =
        |text: &Option<Text<'_>>| text.as_deref().filter(|text| !text.is_empty()).map(address).transpose();
    let next_hop = given(&raw.next_hop)?;
    let same = |hop: &IpAddr| Some(*hop) == next_hop;
    let interface = route.next_hops.iter().rposition(same).and_then(|place| route.interfaces.get(place));
    let text = raw.as_path_entry.as_path.as_deref().unwrap_or_default();
    let as_path = as_path(text);
    let is_inside = matches!(raw.as_path_entry.as_path_type.as_deref(), Some("Internal" | "Local"));
    let remote_as = if is_inside { Some(own) } else { as_path.first().copied() };
    let peer = match given(&raw.route_detail.peer_entry.peer_addr) {
        Ok(Some(peer)) => Some(peer),
        _ => given(&raw.peer_entry.peer_addr)?,
    };
    let list = |texts: &[Text<'_>]| texts.iter().map(|text| text.to_string()).collect();
    Ok(Route {
        is_best: raw.route_type.active,
        inactive_reason: told(raw.reason_not_bestpath.clone()),
        preference2: raw.weight.map(i64::from),
        next_hops: next_hop.into_iter().collect(),
        interfaces: interface.cloned().into_iter().collect(),
        bgp: Some(BgpAttributes {
            as_path,
            as_path_text: Some(text.to_owned()),
            origin: raw.route_type.origin.as_deref().or(raw.route_detail.origin.as_deref()).and_then(origin),
            local_preference: raw.local_preference,
            med: raw.med,
            communities: list(&raw.route_detail.community_list),
            extended_communities: list(&raw.route_detail.ext_community_list),
            large_communities: list(&raw.route_detail.large_community_list),
            peer: peer.filter(|peer| !peer.is_unspecified()),
            peer_router_id: raw.peer_entry.peer_router_id.as_deref().and_then(router_id),
            remote_as,
            local_as: Some(own),
        }),
        ..route.clone()
    })
}

/// The numbers of `65001 {65002,65003} (65004) i`, in their order.
fn as_path(text: &str) -> Vec<Asn> {
    let separates = |sign: char| sign.is_whitespace() || ",(){}[]".contains(sign);
    text.split(separates).filter_map(|word| word.parse().ok()).collect()
}

fn origin(text: &str) -> Option<Origin> {
    match text {
        "Igp" => Some(Origin::Igp),
        "Egp" => Some(Origin::Egp),
        "Incomplete" => Some(Origin::Incomplete),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_as_path_is_flattened() {
        let numbers: Vec<u32> =
            as_path("(65001 65002) 1.10 {64500,64501} i").iter().map(|asn| asn.get()).collect();
        assert_eq!(numbers, [65001, 65002, 65546, 64500, 64501]);
        assert!(as_path("").is_empty());
    }
}
