//! `get-interface-information`: normal, terse and extensive.

use std::time::Duration;

use ipnet::IpNet;
use peering_core::ParseError;
use peering_core::state::{Counters, Interface, InterfaceAddresses, InterfaceCounters};

use super::reply::{address, items, leading, mac, seconds, text};
use crate::transport::netconf::xml::Element;

const NAMES: [&str; 1] = ["interface-information"];
const PHYSICAL: &str = "physical-interface";
const LOGICAL: &str = "logical-interface";

/// Reads the interfaces: each physical one, then its logical ones. A logical interface has the state, speed, MTU and
/// link-layer address of its physical one.
///
/// # Errors
/// When the reply is another, or an interface lacks its name or state.
pub fn interfaces(reply: Element<'_>) -> Result<Vec<Interface>, ParseError> {
    let mut found = Vec::new();
    for physical in items(reply, &NAMES, PHYSICAL)? {
        let own = Interface {
            name: physical.required_text("name")?.to_owned(),
            description: text(physical, "description"),
            is_enabled: physical.required_text("admin-status")? == "up",
            is_up: physical.required_text("oper-status")? == "up",
            mtu: physical.text_at("mtu").and_then(leading),
            speed: speed(physical),
            since_flap: since_flap(physical)?,
            ..link_address(physical)
        };
        let logical = physical.children_named(LOGICAL).map(|logical| {
            Ok(Interface {
                name: logical.required_text("name")?.to_owned(),
                description: text(logical, "description"),
                is_enabled: logical.find("if-config-flags/iff-down").is_none(),
                ..own.clone()
            })
        });
        let logical: Vec<Interface> = logical.collect::<Result<_, ParseError>>()?;
        found.push(own);
        found.extend(logical);
    }
    Ok(found)
}

/// How long ago it went up or down; one that never did has zero seconds.
fn since_flap(physical: Element<'_>) -> Result<Option<Duration>, ParseError> {
    let has_flapped = physical.text_at("interface-flapped").is_some_and(|text| text != "Never");
    if has_flapped { seconds(physical, "interface-flapped") } else { Ok(None) }
}

/// The interface's link-layer address, or the word that stands in its place.
fn link_address(physical: Element<'_>) -> Interface {
    let address = text(physical, "current-physical-address");
    let mac_address = address.as_deref().and_then(mac);
    let mac_placeholder = address.filter(|_| mac_address.is_none());
    Interface { mac_address, mac_placeholder, ..Interface::default() }
}

/// Bits per second, as configured or, where that is left to negotiation, as negotiated.
fn speed(physical: Element<'_>) -> Option<u64> {
    let configured = physical.text_at("speed")?;
    let said = match configured.get(..4) {
        Some(word) if word.eq_ignore_ascii_case("auto") => {
            physical.text_at("ethernet-autonegotiation/link-partner-speed")?
        }
        _ => configured,
    };
    let number: u64 = leading(said)?;
    let unit = said.trim_start_matches(|char: char| char.is_ascii_digit() || char == ' ').to_lowercase();
    let factor = match unit.as_str() {
        "" | "m" | "mbps" => 1_000_000,
        "g" | "gbps" => 1_000_000_000,
        "k" | "kbps" => 1_000,
        "bps" => 1,
        _ => return None,
    };
    number.checked_mul(factor)
}

/// Reads the addresses, IPv4 and IPv6, of the logical interfaces that have any. Without a prefix length an address is a
/// host's.
///
/// # Errors
/// When the reply is another, an interface lacks its name, or an address is none.
pub fn interface_addresses(reply: Element<'_>) -> Result<Vec<InterfaceAddresses>, ParseError> {
    let mut found = Vec::new();
    for logical in items(reply, &NAMES, PHYSICAL)?.flat_map(|physical| physical.children_named(LOGICAL)) {
        let mut addresses = Vec::new();
        for family in logical.children_named("address-family") {
            if !matches!(family.text_at("address-family-name"), Some("inet" | "inet6")) {
                continue;
            }
            let locals = family.children_named("interface-address").filter_map(|own| own.child("ifa-local"));
            for local in locals.filter(|local| !local.text().is_empty()) {
                addresses.push(prefix(local)?);
            }
        }
        if !addresses.is_empty() {
            let interface = logical.required_text("name")?.to_owned();
            found.push(InterfaceAddresses { interface, addresses });
        }
    }
    Ok(found)
}

fn prefix(local: Element<'_>) -> Result<IpNet, ParseError> {
    if local.text().contains('/') {
        return local.value();
    }
    Ok(IpNet::from(address(local)?))
}

/// Reads the counters of the physical interfaces, each followed by its logical ones.
///
/// # Errors
/// When the reply is another, an interface lacks its name, or a counter is no number.
pub fn interface_counters(reply: Element<'_>) -> Result<Vec<InterfaceCounters>, ParseError> {
    let mut found = Vec::new();
    for physical in items(reply, &NAMES, PHYSICAL)? {
        found.push(counters(physical)?);
        for logical in physical.children_named(LOGICAL) {
            found.push(counters(logical)?);
        }
    }
    Ok(found)
}

fn counters(interface: Element<'_>) -> Result<InterfaceCounters, ParseError> {
    let traffic = Group(interface.child("traffic-statistics"));
    let ethernet = Group(interface.child("ethernet-mac-statistics"));
    let wrong_in = Group(interface.child("input-error-list"));
    let wrong_out = Group(interface.child("output-error-list"));
    Ok(InterfaceCounters {
        interface: interface.required_text("name")?.to_owned(),
        received: Counters {
            octets: traffic.count("input-bytes")?,
            unicast_packets: ethernet.count("input-unicasts")?,
            multicast_packets: ethernet.count("input-multicasts")?,
            broadcast_packets: ethernet.count("input-broadcasts")?,
            discards: wrong_in.count("input-discards")?,
            errors: wrong_in.count("input-errors")?,
        },
        sent: Counters {
            octets: traffic.count("output-bytes")?,
            unicast_packets: ethernet.count("output-unicasts")?,
            multicast_packets: ethernet.count("output-multicasts")?,
            broadcast_packets: ethernet.count("output-broadcasts")?,
            discards: wrong_out.count("output-drops")?,
            errors: wrong_out.count("output-errors")?,
        },
    })
}

/// A group of counters, which not every interface has.
struct Group<'d>(Option<Element<'d>>);

impl Group<'_> {
    fn count(&self, name: &str) -> Result<Option<u64>, ParseError> {
        self.0.map_or(Ok(None), |group| group.value_at(name))
    }
}
