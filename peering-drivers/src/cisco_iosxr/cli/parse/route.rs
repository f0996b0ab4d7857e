//! Routes to a prefix.

use std::time::Duration;

use peering_core::ParseError;
use peering_core::state::Route;

use super::field::{is_refusal, number, scoped, span};
use crate::cisco::parse::unread;

/// Reads `show route [vrf NAME] ipv4|ipv6 unicast PREFIX|ADDRESS`: one route with the next hops of all its paths. `None` where there
/// is none.
///
/// # Errors
/// When the entry has no protocol or no path, or a path no form that is known.
pub fn route(text: &str, instance: &str) -> Result<Option<Route>, ParseError> {
    let mut found: Option<Route> = None;
    // whether the lines are paths
    let mut is_path = false;
    let mut paths = 0_usize;
    for (line_number, line) in (1..).zip(text.lines()) {
        let words = line.trim();
        let wrong = |expected: &str| ParseError::new(expected, words).at_line(line_number);
        if let Some(rest) = words.strip_prefix("Routing entry for ") {
            let prefix = rest.split([',', ' ']).next().unwrap_or_default();
            found = Some(unread(prefix.parse().map_err(|_| wrong("Routing entry for PREFIX"))?, instance));
            continue;
        }
        let Some(entry) = &mut found else { continue };
        if let Some(rest) = words.strip_prefix("Known via \"") {
            let (protocol, rest) = rest.split_once('"').ok_or_else(|| wrong("Known via \"PROTOCOL\""))?;
            // `bgp 65000`, `ospf core`: the process is of no use elsewhere
            entry.protocol = protocol.split_whitespace().next().unwrap_or_default().to_lowercase();
            entry.preference = rest.split_once("distance ").and_then(|(_, rest)| number(rest));
            entry.metric = rest.split_once("metric ").and_then(|(_, rest)| number(rest));
        } else if let Some(rest) = words.strip_prefix("Installed ") {
            entry.age = age(rest);
        } else if words.starts_with("Routing Descriptor Blocks") {
            is_path = true;
        } else if line.starts_with("  ") && !line.starts_with("   ") {
            // `No advertising protos.` ends them
            is_path = false;
        } else if is_path && line.starts_with("    ") && !line.starts_with("     ") {
            path(words, entry).ok_or_else(|| wrong("a path"))?;
            paths += 1;
        }
    }
    match found {
        Some(entry) if entry.protocol.is_empty() => {
            Err(ParseError::new("Known via \"PROTOCOL\"", text.trim()))
        }
        Some(_) if paths == 0 => Err(ParseError::new("a path of the route", text.trim())),
        None if !text.trim().is_empty() && !is_refusal(text) => {
            Err(ParseError::new("Routing entry for …", text.trim()))
        }
        found => Ok(found),
    }
}

/// `Nov  9 12:00:58.262 for 00:45:01`
fn age(rest: &str) -> Option<Duration> {
    rest.split_once(" for ").and_then(|(_, time)| span(time))
}

/// `192.0.2.2, from 192.0.2.2, via GigabitEthernet0/0/0/0, BGP external`, or `directly connected, via Loopback0`.
fn path(words: &str, route: &mut Route) -> Option<()> {
    let mut parts = words.split(',').map(str::trim);
    let first = parts.next()?;
    if first != "directly connected" {
        let address = first.split_whitespace().next().and_then(scoped)?;
        route.next_hops.push(address.0);
    }
    for part in parts {
        route.interfaces.extend(part.strip_prefix("via ").map(str::to_owned));
    }
    Some(())
}
