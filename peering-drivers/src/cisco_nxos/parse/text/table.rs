//! Tables of the link layer.

use std::net::IpAddr;

use peering_core::ParseError;
use peering_core::state::{LinkNeighbor, MacEntry};

use super::field::{age, long_name, mac};
use super::wrong;

/// Reads `show ip arp vrf …`. The name of a VRF is that of the head; in the answer for all of them it is not told.
///
/// # Errors
/// When the head of the table is missing, or a line has another form.
pub fn arp_table(text: &str) -> Result<Vec<LinkNeighbor>, ParseError> {
    let mut found = Vec::new();
    let mut table = Table::default();
    for (number, line) in text.lines().enumerate() {
        if table.head(line, "IP ARP Table for context ") {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let [address, time, link, interface, ..] = words.as_slice() else {
            return Err(wrong("address, age, MAC address and interface", line, number));
        };
        let wrong = |expected| wrong(expected, line, number);
        found.push(LinkNeighbor {
            network_instance: table.instance.clone(),
            interface: (*interface).to_owned(),
            address: address.parse().map_err(|_| wrong("an address"))?,
            mac_address: Some(*link).filter(|link| *link != "INCOMPLETE").map(mac),
            age: age(time)?,
            state: None,
        });
    }
    if table.is_open {
        Ok(found)
    } else {
        Err(ParseError::new("Address … MAC Address … Interface", text.trim()))
    }
}

/// Reads `show ipv6 neighbor vrf …`. As [`arp_table`]; a long address has a line for itself.
///
/// # Errors
/// When the head of the table is missing, or a line has another form.
pub fn ipv6_neighbors(text: &str) -> Result<Vec<LinkNeighbor>, ParseError> {
    let mut found = Vec::new();
    let mut table = Table::default();
    let mut open: Option<&str> = None;
    for (number, line) in text.lines().enumerate() {
        if open.is_none() && table.head(line, "IPv6 Adjacency Table for VRF ") {
            continue;
        }
        let wrong = |expected| wrong(expected, line, number);
        let mut words: Vec<&str> = line.split_whitespace().collect();
        if let (None, [address]) = (open, words.as_slice()) {
            open = Some(address);
            continue;
        }
        words.splice(0..0, open.take());
        let [address, time, link, _, _, interface, ..] = words.as_slice() else {
            return Err(wrong("address, age, MAC address, preference, source and interface"));
        };
        let address: IpAddr = address.parse().map_err(|_| wrong("an IPv6 address"))?;
        found.push(LinkNeighbor {
            network_instance: table.instance.clone(),
            interface: (*interface).to_owned(),
            address,
            mac_address: Some(*link).filter(|link| *link != "INCOMPLETE").map(mac),
            age: age(time)?,
            state: None,
        });
    }
    match (open, table.is_open) {
        (Some(address), _) => Err(ParseError::new("the rest of a neighbour", address)),
        (None, false) => Err(ParseError::new("Address … MAC Address … Interface", text.trim())),
        (None, true) => Ok(found),
    }
}

/// A table that lines may belong to.
#[derive(Default)]
struct Table {
    instance: Option<String>,
    is_open: bool,
    is_head: bool,
}

impl Table {
    /// Whether a line stands before a table, or is its head.
    fn head(&mut self, line: &str, name: &str) -> bool {
        if let Some((_, instance)) = line.split_once(name) {
            self.instance = Some(instance.trim().to_owned());
            self.is_head = true;
        } else if line.contains(" Table for all ") {
            self.instance = None;
            self.is_head = true;
        } else if line.starts_with("Address ") {
            (self.is_open, self.is_head) = (true, false);
            return true;
        } else if line.starts_with("Flags:") {
            self.is_head = true;
        }
        self.is_head || !self.is_open || line.trim().is_empty()
    }
}

/// Reads `show mac address-table`. An entry of several ports, as those of groups are, is one for each of them.
///
/// # Errors
/// When the rule below the head is missing, or a line has another form.
pub fn mac_table(text: &str) -> Result<Vec<MacEntry>, ParseError> {
    let mut found: Vec<MacEntry> = Vec::new();
    let (mut has_head, mut is_legend) = (false, true);
    for (number, line) in text.lines().enumerate() {
        // the head comes again every 500 lines
        if line.starts_with("Legend") {
            is_legend = true;
        }
        if line.starts_with("---") {
            (has_head, is_legend) = (true, false);
            continue;
        }
        if is_legend || line.trim().is_empty() {
            continue;
        }
        let line = line.replace("vPC Peer-Link", "vPC-Peer-Link");
        let marked = line.trim_start_matches(['*', '+', 'G', 'O', 'C', 'E']);
        let marked =
            ["(R)", "(T)", "(F)"].iter().find_map(|mark| marked.strip_prefix(mark)).unwrap_or(marked);
        let words: Vec<&str> = marked.split_whitespace().collect();
        let [vlan, address, kind, _, _, _, port, more @ ..] = words.as_slice() else {
            // the ports that the line before had no room for
            let last = found.last().cloned().ok_or_else(|| wrong("a MAC address", &line, number))?;
            found.extend(words.iter().map(|port| MacEntry { interface: long_name(port), ..last.clone() }));
            continue;
        };
        let is_vlan = vlan.parse::<u16>().is_ok() || ["-", "all", "All"].contains(vlan);
        if !is_vlan || mac(address) == **address {
            return Err(wrong("a VLAN and a MAC address", &line, number));
        }
        for port in std::iter::once(port).chain(more) {
            let kind = kind.to_lowercase();
            found.push(MacEntry {
                mac_address: mac(address),
                interface: long_name(port),
                vlan: vlan.parse().ok(),
                is_static: ["self", "static", "system"].contains(&kind.as_str()),
                is_active: kind == "dynamic",
                moves: None,
                last_move: None,
            });
        }
    }
    match has_head || text.trim().is_empty() {
        true => Ok(found),
        false => Err(ParseError::new("VLAN … MAC Address … Ports", text.trim())),
    }
}
