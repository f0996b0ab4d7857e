//! Routes to a prefix, and the paths of BGP behind them.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use peering_core::state::{BgpAttributes, Origin, Route};
use peering_core::{Asn, ParseError};

use super::field::{is_refusal, router_id, scoped};

/// A route of which only the prefix has been read.
pub(crate) fn unread(prefix: IpNet, instance: &str) -> Route {
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
    } else if let Some(rest) =
        words.strip_prefix("Extended Community: ").or_else(|| words.strip_prefix("Extended community: "))
    {
        attributes.extended_communities = list(rest);
    } else if let Some(rest) = words.strip_prefix("Large Community: ") {
        attributes.large_communities = list(rest);
    }
    Some(())
}
