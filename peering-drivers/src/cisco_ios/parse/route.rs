//! Routes to a prefix: the routing table's entry, and whose they are.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use peering_core::state::Route;
use peering_core::{Asn, ParseError};

use super::field::{is_refusal, long_name, number, scoped, span};
use crate::cisco::parse::unread;

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
            template = Some(unread(prefix, instance));
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
