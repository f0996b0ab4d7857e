//! Interfaces: state and addresses.

use ipnet::IpNet;
use peering_core::ParseError;
use peering_core::state::{Interface, InterfaceAddresses};

use super::field::{long_age, long_name, mac};
use super::{after, wrong};

/// Reads `show interface`.
///
/// # Errors
/// When there is no interface, or one has a field of another form.
pub fn interfaces(text: &str) -> Result<Vec<Interface>, ParseError> {
    let mut found: Vec<Interface> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(interface) = opening(line) {
            found.push(interface);
        } else if let Some(interface) = found.last_mut() {
            detail(interface, line, number)?;
        }
    }
    if found.is_empty() { Err(ParseError::new("NAME is up or down", text.trim())) } else { Ok(found) }
}

/// `Ethernet1/1 is up`, `Vlan1 is down (Administratively down), line protocol is down, autostate enabled`
fn opening(line: &str) -> Option<Interface> {
    let (name, state) = line.split_once(" is ")?;
    // `admin state is up` has a space in its name, the lines below an interface begin with one
    if name.is_empty() || name.contains(' ') {
        return None;
    }
    let state_word = state.split([' ', ',']).next()?;
    let is_administrative = state.to_lowercase().contains("admin");
    let (is_up, is_enabled) = match state.split_once("line protocol is ") {
        Some((_, protocol)) => (protocol.starts_with("up"), !is_administrative),
        None if ["up", "down"].contains(&state_word) => (state_word == "up", !is_administrative),
        None => return None,
    };
    Some(Interface { name: long_name(name), is_up, is_enabled, ..Interface::default() })
}

fn detail(interface: &mut Interface, line: &str, number: usize) -> Result<(), ParseError> {
    let mut words = line.trim();
    let wrong = |expected| wrong(expected, line, number);
    if let Some(state) = words.strip_prefix("admin state is ") {
        interface.is_enabled = state.starts_with("up");
    } else if let Some(description) = words.strip_prefix("Description:") {
        // older trains go on in the same line; else it may hold any words
        let end = ["  MTU", "  Internet"].iter().filter_map(|next| description.find(next)).min();
        let (text, rest) = description.split_at(end.unwrap_or(description.len()));
        interface.description = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        words = rest;
    } else if let Some(age) = words.strip_prefix("Last link flapped ") {
        interface.since_flap = long_age(age).map_err(|_| wrong("when the link last flapped"))?;
    }
    if words.contains("ardware") && interface.mac_address.is_none() {
        let address: Option<String> = after(words, " address: ").or_else(|| after(words, " address is "));
        interface.mac_address = address.map(|address| mac(&address));
    }
    if words.contains(" bytes") && interface.mtu.is_none() {
        interface.mtu = after(words, "MTU ");
    }
    if let Some(speed) = after::<u64>(words, "BW ").filter(|_| interface.speed.is_none()) {
        let unit: String = after(words, &format!("BW {speed} ")).unwrap_or_default();
        let bits = match unit.trim_end_matches("/sec") {
            "Kbit" => speed.checked_mul(1000),
            "Mbit" => speed.checked_mul(1_000_000),
            _ => None,
        };
        interface.speed = Some(bits.ok_or_else(|| wrong("a speed in Kbit"))?);
    }
    Ok(())
}

/// The interface that a line opens: `Ethernet2/1, Interface status: protocol-up/link-up/admin-up, iod: 37,`
fn status(line: &str) -> Option<String> {
    let (name, _) = line.split_once(", Interface status:")?;
    Some(name.trim().to_owned())
}

/// Reads `show ip interface vrf all`.
///
/// # Errors
/// When it is another answer, or an address is none.
pub fn interface_addresses(text: &str) -> Result<Vec<InterfaceAddresses>, ParseError> {
    let mut found: Vec<InterfaceAddresses> = Vec::new();
    expect_status(text)?;
    for (number, line) in text.lines().enumerate() {
        if let Some(interface) = status(line) {
            found.push(InterfaceAddresses { interface, addresses: Vec::new() });
            continue;
        }
        let Some(rest) = line.trim().strip_prefix("IP address: ") else { continue };
        let wrong = || wrong("an address and its subnet", line, number);
        let address = rest.split([',', ' ']).next().unwrap_or_default();
        if address == "none" {
            continue;
        }
        let subnet: IpNet = after::<IpNet>(rest, "IP subnet: ").ok_or_else(wrong)?;
        let address = address.parse().map_err(|_| wrong())?;
        let whole = IpNet::new(address, subnet.prefix_len()).map_err(|_| wrong())?;
        found.last_mut().ok_or_else(wrong)?.addresses.push(whole);
    }
    Ok(found)
}

/// Reads `show ipv6 interface vrf all`, into the addresses of [`interface_addresses`].
///
/// # Errors
/// When it is another answer, or an address is none.
pub fn ipv6_addresses(
    mut found: Vec<InterfaceAddresses>,
    text: &str,
) -> Result<Vec<InterfaceAddresses>, ParseError> {
    expect_status(text)?;
    let mut place: Option<usize> = None;
    for (number, line) in text.lines().enumerate() {
        if let Some(interface) = status(line) {
            let known = found.iter().position(|known| known.interface == interface);
            place = Some(known.unwrap_or(found.len()));
            if known.is_none() {
                found.push(InterfaceAddresses { interface, addresses: Vec::new() });
            }
            continue;
        }
        // duplicates and addresses that are being checked are not in use
        let Some((words, _)) = line.split_once("[VALID]") else { continue };
        let wrong = || wrong("an IPv6 address", line, number);
        let words =
            words.trim().trim_start_matches("IPv6 link-local address:").trim_start_matches("IPv6 address:");
        let word = words.split_whitespace().next().ok_or_else(wrong)?;
        // a link-local address stands there without the length of its prefix
        let address: IpNet = word.parse().or_else(|_| format!("{word}/64").parse()).map_err(|_| wrong())?;
        let entry = place.and_then(|place| found.get_mut(place)).ok_or_else(wrong)?;
        if !entry.addresses.contains(&address) {
            entry.addresses.push(address);
        }
    }
    Ok(found)
}

fn expect_status(text: &str) -> Result<(), ParseError> {
    let is_answer = text.trim().is_empty() || text.contains("Interface Status for VRF");
    if is_answer { Ok(()) } else { Err(ParseError::new("Interface Status for VRF …", text.trim())) }
}
