//! Tables of the link layer: ARP, IPv6 neighbours, VLANs.

use std::time::Duration;

use peering_core::ParseError;
use peering_core::state::{LinkNeighbor, Vlan};

use super::field::{headless, ipv6, long_name, mac, name_list};

/// IOS counts the age of neighbours in minutes.
fn minutes(text: &str) -> Option<Option<Duration>> {
    match text {
        "-" => Some(None),
        text => text.parse::<u64>().ok()?.checked_mul(60).map(|seconds| Some(Duration::from_secs(seconds))),
    }
}

/// Reads `show arp`, of one VRF. The age is in whole minutes; our own addresses have none. A static entry has no interface.
///
/// # Errors
/// When the table has no head, or a row has other columns.
pub fn arp_table(text: &str, instance: &str) -> Result<Vec<LinkNeighbor>, ParseError> {
    let mut found = Vec::new();
    let mut lines = (1..).zip(text.lines()).skip_while(|(_, line)| !line.starts_with("Protocol"));
    if lines.next().is_none() {
        return if text.trim().is_empty() {
            Ok(found)
        } else {
            Err(headless("Protocol  Address  Age (min)  …", text))
        };
    }
    for (number, line) in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let wrong =
            || ParseError::new("Internet ADDRESS AGE MAC ARPA INTERFACE", line.trim()).at_line(number);
        let (address, age, hardware, interface) = match words.as_slice() {
            [] => continue,
            [_, address, age, hardware, _] => (address, age, hardware, ""),
            [_, address, age, hardware, _, interface] => (address, age, hardware, *interface),
            _ => return Err(wrong()),
        };
        let mac_address = match *hardware {
            "Incomplete" => None,
            hardware => Some(mac(hardware).ok_or_else(wrong)?),
        };
        found.push(LinkNeighbor {
            network_instance: Some(instance.to_owned()),
            interface: interface.to_owned(),
            address: address.parse().map_err(|_| wrong())?,
            mac_address,
            age: minutes(age).ok_or_else(wrong)?,
            state: None,
        });
    }
    Ok(found)
}

/// Reads `show ipv6 neighbors`, of one VRF. Empty where there are none.
///
/// # Errors
/// When a row has other columns.
pub fn ipv6_neighbors(text: &str, instance: &str) -> Result<Vec<LinkNeighbor>, ParseError> {
    let lines = (1..).zip(text.lines()).skip_while(|(_, line)| !line.starts_with("IPv6 Address")).skip(1);
    let mut found = Vec::new();
    for (number, line) in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let wrong = || ParseError::new("ADDRESS AGE MAC STATE INTERFACE", line.trim()).at_line(number);
        let (address, age, hardware, state, interface) = match words.as_slice() {
            [] => continue,
            [address, age, hardware, state, interface] => (address, age, *hardware, state, interface),
            _ => return Err(wrong()),
        };
        let mac_address = match hardware {
            "-" => None,
            hardware => Some(mac(hardware).ok_or_else(wrong)?),
        };
        found.push(LinkNeighbor {
            network_instance: Some(instance.to_owned()),
            interface: long_name(interface),
            address: ipv6(address).ok_or_else(wrong)?.into(),
            mac_address,
            age: minutes(age).ok_or_else(wrong)?,
            state: Some(state_of(state)),
        });
    }
    Ok(found)
}

/// IOS's word for a state, as RFC 4861 has it.
fn state_of(word: &str) -> String {
    match word {
        "REACH" => "reachable".to_owned(),
        "INCMP" => "incomplete".to_owned(),
        word => word.to_lowercase(),
    }
}

/// The words of a VLAN's status while it is in use; a suspended one is not.
const IN_USE: [&str; 4] = ["active", "act/lshut", "act/ishut", "act/unsup"];

/// Reads `show vlan all-ports`, `show vlan brief` or `show vlan id N`: the VLANs that are not suspended.
///
/// # Errors
/// When the table has no head, or a row begins with a number that no VLAN has.
pub fn vlans(text: &str) -> Result<Vec<Vlan>, ParseError> {
    let mut found: Vec<Vlan> = Vec::new();
    let mut lines = (1..).zip(text.lines()).skip_while(|(_, line)| !line.starts_with("VLAN Name"));
    lines.next().ok_or_else(|| headless("VLAN Name  Status  Ports", text))?;
    // whether the line before belongs to a VLAN whose ports may go on
    let mut goes_on = false;
    for (number, line) in lines {
        if line.starts_with("----") {
            continue;
        }
        if line.starts_with(' ') && goes_on && !line.trim().is_empty() {
            if let Some(vlan) = found.last_mut() {
                vlan.interfaces.extend(name_list(line));
            }
            continue;
        }
        if line.starts_with("VLAN ") || line.trim().is_empty() {
            // the second table tells of their media
            break;
        }
        goes_on = false;
        let wrong = || ParseError::new("NUMBER NAME STATUS PORTS", line.trim()).at_line(number);
        let (id, rest) = line.split_once(' ').ok_or_else(wrong)?;
        let id = id.parse().map_err(|_| wrong())?;
        if let Some((name, ports)) = status(rest) {
            goes_on = true;
            found.push(Vlan { id, name: name.to_owned(), interfaces: name_list(ports).collect() });
        }
    }
    Ok(found)
}

/// The name before the status, and the ports behind it; a name may have spaces.
fn status(rest: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    for word in rest.split(' ') {
        if IN_USE.contains(&word) && !rest.get(..at)?.trim().is_empty() {
            return Some((rest.get(..at)?.trim(), rest.get(at + word.len()..)?));
        }
        at += word.len() + 1;
    }
    None
}

/// What `show vrf` tells of one VRF.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vrf {
    /// Its name.
    pub name: String,
    /// Whether it has IPv4.
    pub has_ipv4: bool,
    /// Whether it has IPv6.
    pub has_ipv6: bool,
}

/// Reads `show vrf`, or the `show ip vrf` of older versions, which tells no families: IPv4 then. Empty where there is none.
///
/// # Errors
/// When the table has no head, where there is a table.
pub fn vrfs(text: &str) -> Result<Vec<Vrf>, ParseError> {
    let mut lines = text.lines().skip_while(|line| !line.trim_start().starts_with("Name "));
    let Some(head) = lines.next() else {
        return if text.trim().is_empty() {
            Ok(Vec::new())
        } else {
            Err(headless("Name  Default RD  …", text))
        };
    };
    let has_families = head.contains("Protocols");
    // further interfaces stand far to the right
    let rows = lines.filter(|line| line.len() - line.trim_start().len() <= 2);
    let vrf = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next()?.to_owned();
        let families = words.find(|word| word.split(',').all(|family| family == "ipv4" || family == "ipv6"));
        let has = |family: &str| families.is_some_and(|families| families.contains(family));
        Some(Vrf { name, has_ipv4: !has_families || has("ipv4"), has_ipv6: has("ipv6") })
    };
    Ok(rows.filter_map(vrf).collect())
}
