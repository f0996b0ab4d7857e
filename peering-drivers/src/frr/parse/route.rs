//! Routes to one prefix: what zebra has in its table, and what BGP knows of it.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use ipnet::IpNet;
use peering_core::state::{BgpAttributes, Origin, Route};
use peering_core::{Asn, ParseError};
use serde::Deserialize;

use super::{merged, wrong};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRoute {
    protocol: String,
    vrf_name: String,
    #[serde(default)]
    selected: bool,
    distance: Option<u32>,
    metric: Option<u32>,
    uptime: Option<String>,
    #[serde(default)]
    nexthops: Vec<RawHop>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawHop {
    ip: Option<IpAddr>,
    interface_name: Option<String>,
}

/// Reads `show ip route vrf all PREFIX json`, or the same of IPv6.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn rib_routes(text: &str) -> Result<Vec<Route>, ParseError> {
    let mut all = Vec::new();
    for (prefix, routes) in merged::<Vec<RawRoute>>(text)? {
        let prefix: IpNet =
            prefix.parse().map_err(|_| ParseError::new("a prefix as key of a route", &prefix))?;
        for raw in routes {
            let mut next_hops: Vec<IpAddr> = raw.nexthops.iter().filter_map(|hop| hop.ip).collect();
            next_hops.sort_by_key(is_link_local);
            all.push(Route {
                prefix,
                protocol: raw.protocol.to_lowercase(),
                table: None,
                network_instance: raw.vrf_name,
                is_best: raw.selected,
                inactive_reason: None,
                preference: raw.distance,
                preference2: None,
                metric: raw.metric,
                metric2: None,
                next_hops,
                selected_next_hop: None,
                interfaces: raw.nexthops.into_iter().filter_map(|hop| hop.interface_name).collect(),
                age: raw.uptime.as_deref().and_then(age),
                bgp: None,
            });
        }
    }
    Ok(all)
}

/// FRR's three ways to write an age: `HH:MM:SS`, `1d02h03m`, `2w3d04h`.
fn age(text: &str) -> Option<Duration> {
    let mut seconds = 0_u64;
    if text.contains(':') {
        for part in text.split(':') {
            seconds = seconds.checked_mul(60)?.checked_add(part.parse().ok()?)?;
        }
        return Some(Duration::from_secs(seconds));
    }
    let mut number = String::new();
    for character in text.chars() {
        let unit = match character {
            '0'..='9' => {
                number.push(character);
                continue;
            }
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            'y' => 31_536_000,
            _ => return None,
        };
        seconds = seconds.checked_add(number.parse::<u64>().ok()?.checked_mul(unit)?)?;
        number.clear();
    }
    number.is_empty().then_some(Duration::from_secs(seconds))
}

fn is_link_local(address: &IpAddr) -> bool {
    matches!(address, IpAddr::V6(address) if address.is_unicast_link_local())
}

#[derive(Deserialize)]
struct RawTable {
    prefix: Option<IpNet>,
    #[serde(default)]
    paths: Vec<RawPath>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPath {
    aspath: RawAsPath,
    origin: Option<String>,
    #[serde(rename = "metric", alias = "med")]
    med: Option<u32>,
    #[serde(rename = "locPrf")]
    local_preference: Option<u32>,
    bestpath: Option<RawBest>,
    #[serde(default)]
    community: Words,
    #[serde(default)]
    extended_community: Words,
    #[serde(default)]
    large_community: Words,
    #[serde(default)]
    nexthops: Vec<RawHop>,
    peer: RawPeer,
}

#[derive(Deserialize)]
struct RawAsPath {
    #[serde(default)]
    segments: Vec<RawSegment>,
}

#[derive(Deserialize)]
struct RawSegment {
    list: Vec<u32>,
}

#[derive(Deserialize, Default)]
struct RawBest {
    #[serde(default)]
    overall: bool,
    #[serde(default)]
    multipath: bool,
}

#[derive(Deserialize, Default)]
struct Words {
    #[serde(default)]
    string: String,
}

impl Words {
    fn list(&self) -> Vec<String> {
        self.string.split_whitespace().map(str::to_owned).collect()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPeer {
    peer_id: Option<String>,
    router_id: Option<String>,
}

/// Reads `show bgp [vrf X] ipv4 unicast PREFIX json`, or the same of IPv6: every path, the best one marked.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn bgp_paths(text: &str, network_instance: &str) -> Result<Vec<Route>, ParseError> {
    let raw: RawTable = serde_json::from_str(text).map_err(|error| wrong(&error, text))?;
    let Some(prefix) = raw.prefix else {
        return if raw.paths.is_empty() {
            Ok(Vec::new())
        } else {
            Err(ParseError::new("the prefix of the paths", text.trim()))
        };
    };
    Ok(raw.paths.into_iter().map(|path| route(prefix, network_instance, path)).collect())
}

fn route(prefix: IpNet, network_instance: &str, path: RawPath) -> Route {
    let best = path.bestpath.unwrap_or_default();
    let mut next_hops: Vec<IpAddr> =
        path.nexthops.iter().filter_map(|hop| hop.ip).filter(|hop| !hop.is_unspecified()).collect();
    next_hops.sort_by_key(is_link_local);
    let origin = match path.origin.as_deref() {
        Some("IGP") => Some(Origin::Igp),
        Some("EGP") => Some(Origin::Egp),
        Some("incomplete") => Some(Origin::Incomplete),
        _ => None,
    };
    let peer: Option<IpAddr> = path.peer.peer_id.and_then(|id| id.parse().ok());
    let router_id: Option<Ipv4Addr> = path.peer.router_id.and_then(|id| id.parse().ok());
    Route {
        prefix,
        protocol: "bgp".to_owned(),
        table: None,
        network_instance: network_instance.to_owned(),
        is_best: best.overall || best.multipath,
        inactive_reason: None,
        preference: None,
        preference2: None,
        metric: path.med,
        metric2: None,
        next_hops,
        selected_next_hop: None,
        interfaces: Vec::new(),
        age: None,
        bgp: Some(BgpAttributes {
            as_path: path
                .aspath
                .segments
                .into_iter()
                .flat_map(|segment| segment.list)
                .map(Asn::new)
                .collect(),
            as_path_text: None,
            origin,
            local_preference: path.local_preference,
            med: path.med,
            communities: path.community.list(),
            extended_communities: path.extended_community.list(),
            large_communities: path.large_community.list(),
            peer: peer.filter(|peer| !peer.is_unspecified()),
            peer_router_id: router_id.filter(|id| !id.is_unspecified()),
            remote_as: None,
            local_as: None,
        }),
    }
}

/// Lays BGP's paths over zebra's routes: the longest prefix of both counts, zebra says which one is in use.
pub fn merge_routes(rib: Vec<Route>, paths: Vec<Route>) -> Vec<Route> {
    let longest = rib.iter().chain(&paths).map(|route| route.prefix.prefix_len()).max();
    let mut merged: Vec<Route> = Vec::new();
    for mut path in paths {
        let in_rib = rib.iter().find(|route| {
            route.protocol == "bgp"
                && route.prefix == path.prefix
                && route.network_instance == path.network_instance
        });
        match in_rib {
            Some(in_rib) if path.is_best => {
                path.is_best = in_rib.is_best;
                path.preference = in_rib.preference;
                path.metric = in_rib.metric;
                path.interfaces.clone_from(&in_rib.interfaces);
                path.age = in_rib.age;
            }
            _ => path.is_best = false,
        }
        merged.push(path);
    }
    let is_told = |route: &Route| {
        route.protocol == "bgp"
            && merged
                .iter()
                .any(|path| path.prefix == route.prefix && path.network_instance == route.network_instance)
    };
    let others: Vec<Route> = rib.into_iter().filter(|route| !is_told(route)).collect();
    merged.extend(others);
    merged.retain(|route| Some(route.prefix.prefix_len()) == longest);
    merged.sort_by_key(|route| !route.is_best);
    merged
}
