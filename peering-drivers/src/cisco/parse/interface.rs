//! Interfaces: state, counters, addresses.

use ipnet::{IpNet, Ipv6Net};
use peering_core::ParseError;
use peering_core::state::{Interface, InterfaceAddresses, InterfaceCounters};

use super::field::{after, ipv6, mac, number, number_before, span, told};

/// The prefix of link-local addresses on an interface (RFC 4291, section 2.5.6): IOS does not print it.
const LINK_LOCAL: u8 = 64;

/// What stands before the state of a protocol: IOS-XR says of which.
const PROTOCOLS: [&str; 3] = [", line protocol is ", ", ipv4 protocol is ", ", ipv6 protocol is "];

/// A line that begins an interface: its name, and the words for its state and for that of its protocol, where the line has it.
///
/// `GigabitEthernet0/1 is administratively down, line protocol is down (disabled)`, or in IOS-XR `Loopback0 is Up, ipv4
/// protocol is Up`.
fn head(line: &str) -> Option<(&str, &str, Option<&str>)> {
    if line.starts_with(char::is_whitespace) {
        return None;
    }
    let (name, rest) = line.split_once(" is ")?;
    if let Some((state, protocol)) = PROTOCOLS.iter().find_map(|words| rest.split_once(words)) {
        return Some((
            name.trim(),
            state.trim(),
            Some(protocol.split_whitespace().next().unwrap_or_default()),
        ));
    }
    // some virtual interfaces have no protocol
    let state = rest.split(|sign: char| !sign.is_ascii_alphabetic()).next()?;
    let is_state = (state == "up" || state == "down") && !name.contains(char::is_whitespace);
    is_state.then_some((name, state, None))
}

/// Reads `show interfaces`.
///
/// # Errors
/// When no interface is found, or a line of one has not its form.
pub fn interfaces(text: &str) -> Result<Vec<Interface>, ParseError> {
    let mut found: Vec<Interface> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some((name, state, protocol)) = head(line) {
            found.push(Interface {
                name: name.to_owned(),
                is_enabled: !state.to_ascii_lowercase().contains("admin"),
                is_up: protocol.unwrap_or(state).contains("up"),
                ..Interface::default()
            });
            continue;
        }
        let words = line.trim_start();
        let Some(interface) = found.last_mut() else {
            if words.is_empty() {
                continue;
            }
            return Err(nothing(words).at_line(number));
        };
        if words.starts_with("Hardware is") {
            let address =
                words.split_once("address is ").and_then(|(_, rest)| rest.split_whitespace().next());
            interface.mac_address = address.and_then(mac);
        } else if let Some(text) = words.strip_prefix("Description: ") {
            interface.description = told(text);
        } else if let Some(rest) = words.strip_prefix("MTU ") {
            let wrong = || ParseError::new("MTU N bytes, BW N Kbit/sec, …", words).at_line(number);
            interface.mtu = Some(super::field::number(rest).ok_or_else(wrong)?);
            interface.speed = bandwidth(rest).ok_or_else(wrong)?;
        } else if let Some(age) = after(words, "Last link flapped ") {
            interface.since_flap = span(age);
        }
    }
    if found.is_empty() { Err(nothing(text)) } else { Ok(found) }
}

/// `1500 bytes, BW 1000000 Kbit/sec, …`, in bits per second; `Some(None)` where there is no bandwidth.
fn bandwidth(rest: &str) -> Option<Option<u64>> {
    let Some((_, rest)) = rest.split_once(" BW ") else { return Some(None) };
    let mut words = rest.split_whitespace();
    let number: u64 = words.next()?.parse().ok()?;
    let unit = match words.next()?.chars().next()? {
        'K' => 1_000,
        'M' => 1_000_000,
        'G' => 1_000_000_000,
        _ => 1,
    };
    number.checked_mul(unit).map(Some)
}

fn nothing(text: &str) -> ParseError {
    ParseError::new("INTERFACE is up, line protocol is up", text.trim())
}

/// Reads the counters out of `show interfaces`.
///
/// IOS counts packets of all kinds, then those of them to everybody or to a group, then those of these to a group, and IOS-XR
/// the last two apart; here each kind is by itself. Of what was sent, most versions of IOS do not tell the kinds: they are all
/// `None` then, and the packets are in `unicast_packets`.
///
/// # Errors
/// When no interface is found, or a line of counters has no number where one is promised.
pub fn interface_counters(text: &str) -> Result<Vec<InterfaceCounters>, ParseError> {
    let mut found: Vec<InterfaceCounters> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some((name, ..)) = head(line) {
            found.push(InterfaceCounters { interface: name.to_owned(), ..InterfaceCounters::default() });
        } else if found.is_empty() && !line.trim().is_empty() {
            return Err(nothing(line).at_line(number));
        } else if let Some(interface) = found.last_mut() {
            count(interface, line).ok_or_else(|| {
                ParseError::new("a number of packets or bytes", line.trim()).at_line(number)
            })?;
        }
    }
    if found.is_empty() { Err(nothing(text)) } else { Ok(found) }
}

/// One line of counters; `None` when a number is missing.
fn count(interface: &mut InterfaceCounters, line: &str) -> Option<()> {
    let (received, sent) = (&mut interface.received, &mut interface.sent);
    for (what, counters) in [(" packets input", &mut *received), (" packets output", &mut *sent)] {
        if line.contains(what) {
            counters.unicast_packets = Some(number_before(line, what)?);
            counters.octets = Some(number_before(line, " bytes")?);
            for drops in
                [" total input drops", " total output drops"].iter().filter(|drops| line.contains(**drops))
            {
                counters.discards = Some(number_before(line, drops)?);
            }
            return Some(());
        }
    }
    for (what, counters) in [("Received ", &mut *received), ("Output ", &mut *sent)] {
        let Some(rest) = line.trim_start().strip_prefix(what).filter(|rest| rest.contains(" broadcast"))
        else {
            continue;
        };
        let broadcasts: u64 = number(rest)?;
        // of IOS-XR: `6 broadcast packets, 1201 multicast packets`
        if rest.contains(" multicast packets") {
            let multicasts = number_before(rest, " multicast packets")?;
            counters.broadcast_packets = Some(broadcasts);
            counters.multicast_packets = Some(multicasts);
            let others = broadcasts.checked_add(multicasts)?;
            counters.unicast_packets = counters.unicast_packets.and_then(|all| all.checked_sub(others));
            return Some(());
        }
        // `264071 broadcasts (39327 IP multicasts)`, in older versions `338 broadcasts, 0 runts, …`
        let multicasts = match rest.split_once('(') {
            Some((_, rest)) => Some(number::<u64>(rest)?),
            None => None,
        };
        counters.broadcast_packets = Some(broadcasts.saturating_sub(multicasts.unwrap_or(0)));
        counters.multicast_packets = multicasts;
        counters.unicast_packets = counters.unicast_packets.and_then(|all| all.checked_sub(broadcasts));
        return Some(());
    }
    if line.contains(" input errors") {
        received.errors = Some(number_before(line, " input errors")?);
    } else if line.contains(" output errors") {
        sent.errors = Some(number_before(line, " output errors")?);
    } else if let Some((_, rest)) = line.split_once("Input queue: ") {
        // size/max/drops/flushes
        received.discards = Some(rest.split('/').nth(2)?.parse().ok()?);
        if let Some((_, rest)) = rest.split_once("Total output drops: ") {
            sent.discards = Some(number(rest)?);
        }
    }
    Some(())
}

/// Reads the IPv4 addresses out of `show ip interface`, in IOS-XR `show ipv4 vrf all interface`.
///
/// # Errors
/// When no interface is found, or an address has no prefix.
pub fn ipv4_addresses(text: &str) -> Result<Vec<InterfaceAddresses>, ParseError> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some((name, ..)) = head(line) {
            found.push(InterfaceAddresses { interface: name.to_owned(), addresses: Vec::new() });
            continue;
        }
        let words = line.trim();
        let address =
            ["Internet address is ", "Secondary address "].iter().find_map(|what| words.strip_prefix(what));
        if let (Some(interface), Some(address)) = (found.last_mut(), address) {
            let address = address.split_whitespace().next().unwrap_or_default();
            // of IOS-XR, where there is none
            if address.eq_ignore_ascii_case("unknown") {
                continue;
            }
            let address =
                address.parse().map_err(|_| ParseError::new("ADDRESS/LENGTH", words).at_line(number));
            interface.addresses.push(address?);
        }
    }
    found.retain(|interface| !interface.addresses.is_empty());
    if found.is_empty() && !text.lines().any(|line| head(line).is_some()) {
        Err(nothing(text))
    } else {
        Ok(found)
    }
}

/// Reads the IPv6 addresses out of `show ipv6 interface`, in IOS-XR `show ipv6 vrf all interface`; empty where no interface has IPv6.
///
/// # Errors
/// When an address has not its form.
pub fn ipv6_addresses(text: &str) -> Result<Vec<InterfaceAddresses>, ParseError> {
    let mut found: Vec<InterfaceAddresses> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some((name, ..)) = head(line) {
            found.push(InterfaceAddresses { interface: name.to_owned(), addresses: Vec::new() });
            continue;
        }
        let Some(interface) = found.last_mut() else { continue };
        let words = line.trim();
        let wrong = || ParseError::new("ADDRESS, subnet is ADDRESS/LENGTH", words).at_line(number);
        if let Some((_, rest)) = words.split_once("link-local address is ") {
            let address = rest.split_whitespace().next().and_then(ipv6).ok_or_else(wrong)?;
            interface.addresses.push(IpNet::V6(Ipv6Net::new(address, LINK_LOCAL).map_err(|_| wrong())?));
        } else if let Some((address, rest)) = words.split_once(", subnet is ") {
            // `2001:DB8::1 [TENTATIVE], subnet is …`
            let address = address.split_whitespace().next().and_then(ipv6).ok_or_else(wrong)?;
            let length = rest.split_whitespace().next().and_then(|subnet| subnet.split_once('/'));
            let length = length.and_then(|(_, length)| length.parse().ok()).ok_or_else(wrong)?;
            interface.addresses.push(IpNet::V6(Ipv6Net::new(address, length).map_err(|_| wrong())?));
        }
    }
    Ok(found)
}
