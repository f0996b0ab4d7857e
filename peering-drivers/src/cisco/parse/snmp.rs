//! SNMP.

use peering_core::state::{Snmp, SnmpCommunity};
use peering_core::{ParseError, Secret};

/// Reads `show run | include snmp-server`, in IOS-XR `show running-config snmp-server`.
///
/// # Errors
/// When a community has no name.
pub fn snmp(text: &str) -> Result<Snmp, ParseError> {
    let mut found = Snmp::default();
    for (number, line) in (1..).zip(text.lines()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["snmp-server", "community", name, rest @ ..] => found.communities.push(community(name, rest)),
            ["snmp-server", "community"] => {
                return Err(ParseError::new("snmp-server community NAME", line.trim()).at_line(number));
            }
            ["snmp-server", "location", rest @ ..] => found.location = Some(rest.join(" ")),
            ["snmp-server", "contact", rest @ ..] => found.contact = Some(rest.join(" ")),
            ["snmp-server", "chassis-id", rest @ ..] => found.chassis_id = Some(rest.join(" ")),
            _ => {}
        }
    }
    Ok(found)
}

/// `[view NAME] [ro | rw] [ipv6 NAME] [LIST]`, in IOS-XR `[ro | rw] [SystemOwner | LROwner] [IPv4 NAME] [IPv6 NAME] [LIST]`.
fn community(name: &str, words: &[&str]) -> SnmpCommunity {
    let mut found = SnmpCommunity { name: Secret::new(name), may_write: false, access_list: None };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.to_ascii_lowercase().as_str() {
            "view" => drop(words.next()),
            "ro" | "systemowner" | "sdrowner" | "lrowner" => {}
            "rw" => found.may_write = true,
            "ipv4" | "ipv6" => {
                found.access_list = found.access_list.or_else(|| words.next().map(|list| (*list).to_owned()))
            }
            _ => found.access_list = Some((*word).to_owned()),
        }
    }
    found
}
