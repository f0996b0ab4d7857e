//! Tables of the link layer, and the VRFs.

use std::time::Duration;

use peering_core::ParseError;
use peering_core::state::{LinkNeighbor, NetworkInstance};

use super::field::{headless, ipv6, mac, span};
use super::interface::long_name;

/// Reads `show arp`, of one VRF, the router's own addresses among it, which have no age.
///
/// # Errors
/// When the table has no head, or a row other columns.
pub fn arp_table(text: &str, instance: &str) -> Result<Vec<LinkNeighbor>, ParseError> {
    let mut found = Vec::new();
    // every card has a table of its own
    let mut is_table = false;
    let mut has_head = false;
    for (number, line) in (1..).zip(text.lines()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let wrong = || ParseError::new("ADDRESS AGE MAC STATE ARPA INTERFACE", line.trim()).at_line(number);
        match words.as_slice() {
            ["Address", "Age", ..] => (is_table, has_head) = (true, true),
            [] => {}
            [rule] if rule.starts_with("---") => is_table = false,
            [address, age, hardware, state, _, interface] if is_table => found.push(LinkNeighbor {
                network_instance: Some(instance.to_owned()),
                interface: long_name(interface),
                address: address.parse().map_err(|_| wrong())?,
                mac_address: match *hardware {
                    "-" => None,
                    hardware => Some(mac(hardware).ok_or_else(wrong)?),
                },
                age: age_of(age).ok_or_else(wrong)?,
                state: Some(state.to_lowercase()),
            }),
            _ if is_table => return Err(wrong()),
            _ => {}
        }
    }
    if has_head || text.trim().is_empty() {
        Ok(found)
    } else {
        Err(headless("Address  Age  Hardware Addr  …", text))
    }
}

/// `00:12:25`, or `-` for none.
fn age_of(text: &str) -> Option<Option<Duration>> {
    if text == "-" { Some(None) } else { span(text).map(Some) }
}

/// Reads `show ipv6 neighbors`, of all VRFs. What stands for a group of receivers is left out. The age is not read: manuals and
/// routers do not agree whether it is in minutes or in seconds.
///
/// # Errors
/// When the table has no head, or a row other columns.
pub fn ipv6_neighbors(text: &str) -> Result<Vec<LinkNeighbor>, ParseError> {
    let mut lines = (1..).zip(text.lines()).skip_while(|(_, line)| !line.starts_with("IPv6 Address"));
    if lines.next().is_none() {
        return if text.trim().is_empty() {
            Ok(Vec::new())
        } else {
            Err(headless("IPv6 Address  Age  …", text))
        };
    }
    let mut found = Vec::new();
    for (number, line) in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let wrong =
            || ParseError::new("ADDRESS AGE MAC STATE INTERFACE LOCATION", line.trim()).at_line(number);
        let (address, hardware, state, interface) = match words.as_slice() {
            [] => continue,
            _ if line.starts_with("[Mcast") || line.starts_with("IPv6 Address") => continue,
            [address, _, hardware, state, interface] | [address, _, hardware, state, interface, _] => {
                (address, hardware, state, interface)
            }
            _ => return Err(wrong()),
        };
        let mac_address = match *hardware {
            "-" => None,
            hardware => Some(mac(hardware).ok_or_else(wrong)?),
        };
        found.push(LinkNeighbor {
            network_instance: None,
            interface: long_name(interface),
            address: ipv6(address).ok_or_else(wrong)?.into(),
            mac_address,
            age: None,
            state: Some(state_of(state)),
        });
    }
    Ok(found)
}

/// The word for a state, as RFC 4861 has it.
fn state_of(word: &str) -> String {
    match word {
        "REACH" => "reachable".to_owned(),
        "INCMP" | "GLEAN" => "incomplete".to_owned(),
        word => word.to_lowercase(),
    }
}

/// Reads `show vrf all detail`. The main table is not among the VRFs. Empty where there are none.
///
/// # Errors
/// When a VRF has no name or no place for its route distinguisher.
pub fn vrfs(text: &str) -> Result<Vec<NetworkInstance>, ParseError> {
    let mut found: Vec<NetworkInstance> = Vec::new();
    // whether the lines are names of interfaces
    let mut lists = false;
    for (number, line) in (1..).zip(text.lines()) {
        let words = line.trim();
        if let Some(rest) = line.strip_prefix("VRF ").filter(|rest| rest.contains(';')) {
            let wrong = || ParseError::new("VRF NAME; RD N:N; VPN ID …", line).at_line(number);
            found.push(instance(rest).ok_or_else(wrong)?);
            lists = false;
        } else if words == "Interfaces:" {
            lists = true;
        } else if lists && line.starts_with(' ') && !words.is_empty() {
            if let Some(vrf) = found.last_mut() {
                vrf.interfaces.push(long_name(words));
            }
        } else {
            lists = false;
        }
    }
    Ok(found)
}

/// `blue; RD 64501:7; VPN ID not set`
fn instance(rest: &str) -> Option<NetworkInstance> {
    let (name, rest) = rest.split_once(';')?;
    let distinguisher = rest.split(';').find_map(|part| part.trim().strip_prefix("RD "))?;
    Some(NetworkInstance {
        name: Some(name.trim()).filter(|name| !name.is_empty())?.to_owned(),
        kind: "L3VRF".to_owned(),
        route_distinguisher: Some(distinguisher.trim()).filter(|text| *text != "not set").map(str::to_owned),
        interfaces: Vec::new(),
    })
}
