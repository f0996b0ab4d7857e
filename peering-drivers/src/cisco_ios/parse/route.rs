//! Routes to a prefix: the routing table's entry, and the paths of BGP behind it.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use ipnet::IpNet;
use peering_core::state::{BgpAttributes, Origin, Route};
use peering_core::{Asn, ParseError};

use super::field::{is_refusal, long_name, number, router_id, scoped, span};

/// Reads `show ip route [vrf NAME] ADDRESS [MASK]` or `show ipv6 route …`: one route a path that is in use. Empty where there is
/// none.
///
/// # Errors
/// When the entry has no protocol, or a path no form that is known.
pub fn rib_routes(text: &str, instance: &str) -> Result<Vec<Route>, ParseError> {
    let (mut template, mut found): (Option<Route>, Vec<Route>) = (None, Vec::new());
    // whether the lines are paths
    let mut is_path = false;
    for (line_number, line) in (1..).zip(text.lines()) {
        let words = line.trim();
        let wrong = |expected: &str| ParseError::new(expected, words).at_line(line_number);
        if let Some(rest) = words.strip_prefix("Routing entry for ") {
            let prefix = rest.split([',', ' ']).next().unwrap_or_default();
            let prefix: IpNet = prefix.parse().map_err(|_| wrong("Routing entry for PREFIX"))?;
            template = Some(new(prefix, instance));
            is_path = false;
            continue;
        }
        let Some(entry) = &mut template else { continue };
        if let Some(rest) = words.strip_prefix("Known via \"") {
            let (protocol, rest) = rest.split_once('"').ok_or_else(|| wrong("Known via \"PROTOCOL\""))?;
            // `bgp 65000`, `ospf 1`: the process is of no use elsewhere
            entry.protocol = protocol.split_whitespace().next().unwrap_or_default().to_owned();
            entry.preference = rest.split_once("distance ").and_then(|(_, rest)| number(rest));
            entry.metric = rest.split_once("metric ").and_then(|(_, rest)| number(rest));
        } else if words.starts_with("Routing Descriptor Blocks") || words.starts_with("Routing paths") {
            is_path = true;
        } else if is_path && !words.is_empty() {
            if let Some(path) = path(words).filter(|_| line.len() - line.trim_start().len() < 6) {
                found.push(path.of(entry));
            } else if let Some(last) = found.last_mut() {
                detail(words, last);
            } else {
                return Err(wrong("a path"));
            }
        }
    }
    match &template {
        Some(entry) if entry.protocol.is_empty() => {
            Err(ParseError::new("Known via \"PROTOCOL\"", text.trim()))
        }
        Some(_) if found.is_empty() => Err(ParseError::new("a path of the route", text.trim())),
        None if !text.trim().is_empty() && !is_refusal(text) => {
            Err(ParseError::new("Routing entry for …", text.trim()))
        }
        _ => Ok(found),
    }
}

fn new(prefix: IpNet, instance: &str) -> Route {
    Route {
        prefix,
        protocol: String::new(),
        table: None,
        network_instance: instance.to_owned(),
        is_best: true,
        inactive_reason: None,
        preference: None,
        preference2: None,
        metric: None,
        metric2: None,
        next_hops: Vec::new(),
        selected_next_hop: None,
        interfaces: Vec::new(),
        age: None,
        bgp: None,
    }
}

#[derive(Default)]
struct Path {
    next_hop: Option<IpAddr>,
    interface: Option<String>,
    age: Option<Duration>,
}

impl Path {
    fn of(self, entry: &Route) -> Route {
        Route {
            next_hops: self.next_hop.into_iter().collect(),
            interfaces: self.interface.into_iter().collect(),
            age: self.age,
            ..entry.clone()
        }
    }
}

/// `* 10.33.4.10 (default), from 10.33.4.10, 12:25:28 ago, via GigabitEthernet0/2`, `* directly connected, via Vlan781`, or with
/// IPv6 `FE80::1, GigabitEthernet0/0`. `None` for a line that says more of the path before it.
fn path(words: &str) -> Option<Path> {
    let mut parts = words.strip_prefix('*').unwrap_or(words).trim_start().split(',').map(str::trim);
    let first = parts.next()?;
    let mut found = Path::default();
    match first.split_whitespace().next().and_then(scoped) {
        Some((address, _)) => found.next_hop = Some(address),
        None if first == "directly connected" || first.starts_with("receive via ") || first == "Null0" => {
            found.interface = first.strip_prefix("receive via ").map(long_name);
        }
        None => {
            // `directly connected via GigabitEthernet0/0` of IPv6
            found.interface = Some(long_name(first.strip_prefix("directly connected via ")?));
        }
    }
    for part in parts {
        if let Some(name) = part.strip_prefix("via ") {
            found.interface = Some(long_name(name));
        } else if let Some(age) = part.strip_suffix(" ago") {
            found.age = span(age);
        } else if !part.starts_with("from ")
            && part.contains(|sign: char| sign.is_ascii_digit())
            && !part.contains(' ')
        {
            found.interface = Some(long_name(part));
        }
    }
    Some(found)
}

/// What stands below a path.
fn detail(words: &str, route: &mut Route) {
    if let Some(metric) = words.strip_prefix("Route metric is ") {
        route.metric = number(metric);
    } else if let Some(age) = words.strip_prefix("Last updated ") {
        route.age = age.strip_suffix(" ago").and_then(span);
    }
}

/// A path of BGP, as `show ip bgp PREFIX` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BgpPath {
    /// The prefix.
    pub prefix: IpNet,
    /// The next hop; `None` for a path of our own.
    pub next_hop: Option<IpAddr>,
    /// Whether it is the best.
    pub is_best: bool,
    /// Whether it came over an external session.
    pub is_external: bool,
    /// Its attributes; the AS numbers of the session are not told here.
    pub attributes: BgpAttributes,
}

/// Reads `show ip bgp PREFIX`, `show ip bgp vpnv4 vrf NAME PREFIX`, `show bgp ipv6 unicast PREFIX`. Paths that are kept as they were
/// received, before the policy, are left out. Empty where BGP has none.
///
/// # Errors
/// When a path has no line with its next hop, or a number is none.
pub fn bgp_paths(text: &str) -> Result<Vec<BgpPath>, ParseError> {
    let mut prefix: Option<IpNet> = None;
    let mut found: Vec<BgpPath> = Vec::new();
    // the AS path that the next lines belong to
    let mut as_path: Option<(&str, bool)> = None;
    // whether they are those of a copy
    let mut is_passed_over = false;
    for (line_number, line) in (1..).zip(text.lines()) {
        let words = line.trim();
        let wrong = |expected: &str| ParseError::new(expected, words).at_line(line_number);
        if let Some(rest) = words.strip_prefix("BGP routing table entry for ") {
            prefix = Some(entry(rest).ok_or_else(|| wrong("BGP routing table entry for PREFIX"))?);
            continue;
        }
        let Some(prefix) = prefix else { continue };
        let depth = line.len() - line.trim_start().len();
        if depth == 2 && is_as_path(words) {
            if as_path.is_some() {
                return Err(wrong("NEXT-HOP from ADDRESS (ID)"));
            }
            let path = words.split(", ").next().unwrap_or_default().trim_end_matches(',');
            as_path = Some((path, words.contains("(received-only)")));
        } else if let Some((_, from)) = words.split_once(" from ").filter(|_| depth == 4) {
            let Some((path, is_copy)) = as_path.take() else { return Err(wrong("an AS path before it")) };
            let attributes = peer(from, path).ok_or_else(|| wrong("NEXT-HOP from ADDRESS (ID)"))?;
            let next_hop = words.split_whitespace().next().and_then(scoped).map(|(address, _)| address);
            let next_hop = next_hop.ok_or_else(|| wrong("NEXT-HOP from ADDRESS (ID)"))?;
            let is_own = attributes.peer.is_none();
            let next_hop = Some(next_hop).filter(|_| !is_own || !next_hop.is_unspecified());
            is_passed_over = is_copy;
            if !is_copy {
                found.push(BgpPath { prefix, next_hop, is_best: false, is_external: false, attributes });
            }
        } else if let Some(path) = found.last_mut().filter(|_| !is_passed_over) {
            say(path, words).ok_or_else(|| wrong("the attributes of a path"))?;
        }
    }
    if prefix.is_none() && !text.trim().is_empty() && !is_refusal(text) {
        return Err(ParseError::new("BGP routing table entry for …", text.trim()));
    }
    if let Some((path, _)) = as_path {
        return Err(ParseError::new("NEXT-HOP from ADDRESS (ID)", path));
    }
    Ok(found)
}

/// `1.0.4.0/24, version 279621`, or with a route distinguisher `65417:2:1.0.4.0/24`, `[2:2]2001:DB8::/32`.
fn entry(rest: &str) -> Option<IpNet> {
    let word = rest.split(',').next()?.trim();
    let word =
        word.strip_prefix('[').and_then(|word| word.split_once(']')).map_or(word, |(_, prefix)| prefix);
    let of_vpn = || word.rsplit_once(':').and_then(|(_, prefix)| prefix.parse().ok());
    word.parse().ok().or_else(of_vpn)
}

fn is_as_path(words: &str) -> bool {
    let first = words.split([',', ' ']).next().unwrap_or_default();
    first == "Local" || first.trim_start_matches(['(', '{']).starts_with(|sign: char| sign.is_ascii_digit())
}

/// `10.33.4.10 (10.33.4.11)` behind `from`: 0.0.0.0 is ourselves.
fn peer(from: &str, path: &str) -> Option<BgpAttributes> {
    let mut words = from.split_whitespace();
    let (peer, _) = scoped(words.next()?)?;
    let id = words.next()?.strip_prefix('(')?.strip_suffix(')')?;
    let _: Ipv4Addr = id.parse().ok()?;
    let numbers =
        path.split([' ', ',', '(', ')', '{', '}']).filter(|word| !word.is_empty() && *word != "Local");
    let as_path = numbers.map(str::parse).collect::<Result<Vec<Asn>, _>>().ok()?;
    Some(BgpAttributes {
        as_path,
        as_path_text: Some(path).filter(|path| *path != "Local").map(str::to_owned),
        peer: Some(peer).filter(|peer| !peer.is_unspecified()),
        peer_router_id: router_id(id),
        ..BgpAttributes::default()
    })
}

/// One line below the next hop.
fn say(path: &mut BgpPath, words: &str) -> Option<()> {
    let attributes = &mut path.attributes;
    let list = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    if let Some(rest) = words.strip_prefix("Origin ") {
        let mut parts = rest.split(',').map(str::trim);
        attributes.origin = match parts.next()? {
            "IGP" => Some(Origin::Igp),
            "EGP" => Some(Origin::Egp),
            "incomplete" => Some(Origin::Incomplete),
            _ => None,
        };
        for part in parts {
            if let Some(metric) = part.strip_prefix("metric ") {
                attributes.med = Some(metric.parse().ok()?);
            } else if let Some(preference) = part.strip_prefix("localpref ") {
                attributes.local_preference = Some(preference.parse().ok()?);
            }
            path.is_external |= part == "external";
            path.is_best |= part == "best";
        }
    } else if let Some(rest) = words.strip_prefix("Community: ") {
        attributes.communities = list(rest);
    } else if let Some(rest) = words.strip_prefix("Extended Community: ") {
        attributes.extended_communities = list(rest);
    } else if let Some(rest) = words.strip_prefix("Large Community: ") {
        attributes.large_communities = list(rest);
    }
    Some(())
}

/// The AS of a neighbour, out of `show ip bgp neighbors | include is ADDRESS`; `None` where it is no neighbour.
///
/// # Errors
/// When the AS is none.
pub fn neighbor_as(text: &str, address: &str) -> Result<Option<Asn>, ParseError> {
    for line in text.lines() {
        let Some(rest) = line.trim().strip_prefix("BGP neighbor is ") else { continue };
        let is_it = rest.split([',', ' ']).next().is_some_and(|word| word.eq_ignore_ascii_case(address));
        let Some((_, asn)) = rest.split_once("remote AS ").filter(|_| is_it) else { continue };
        let asn = asn.split([',', ' ']).next().unwrap_or_default();
        return asn.parse().map(Some).map_err(|_| ParseError::new("remote AS N", line.trim()));
    }
    Ok(None)
}

/// Our AS, out of `show ip protocols | include bgp`; `None` where BGP does not run.
///
/// # Errors
/// When the AS is none.
pub fn own_as(text: &str) -> Result<Option<Asn>, ParseError> {
    let Some((_, rest)) = text.split_once("Routing Protocol is \"bgp ") else { return Ok(None) };
    let asn = rest.split('"').next().unwrap_or_default();
    asn.parse().map(Some).map_err(|_| ParseError::new("Routing Protocol is \"bgp N\"", rest))
}
