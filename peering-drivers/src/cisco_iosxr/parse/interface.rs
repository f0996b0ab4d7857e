//! Interfaces: `pfi-im-cmd-oper`, `ipv4-io-oper`, `ipv6-ma-oper`.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use peering_core::ParseError;
use peering_core::state::{Counters, Interface, InterfaceAddresses, InterfaceCounters};

use super::reply::{all, data, items, mac};
use crate::transport::netconf::xml::Element;

const MODEL: &str = "interfaces";
const UP: &str = "im-state-up";
const SHUT_DOWN: &str = "im-state-admin-down";

/// Reads the names of the interfaces, in the router's order.
///
/// # Errors
/// When the reply has no interfaces, or one lacks its name.
pub fn interface_names(reply: Element<'_>) -> Result<Vec<String>, ParseError> {
    let data = if reply.name() == "data" { reply } else { reply.required("data")? };
    let names = all(data.required(MODEL)?, "interfaces/interface");
    names.iter().map(|found| found.required_text("interface-name").map(str::to_owned)).collect()
}

/// Reads the interfaces. Bundles and subinterfaces are among them.
///
/// # Errors
/// When the reply is another, or an interface lacks its name or a state.
pub fn interfaces(reply: Element<'_>) -> Result<Vec<Interface>, ParseError> {
    let mut descriptions = HashMap::new();
    for found in items(reply, "interfaces/interfaces/interface")? {
        let description = found.text_at("description").filter(|text| !text.is_empty());
        descriptions
            .extend(description.map(|text| (found.text_at("interface-name").unwrap_or_default(), text)));
    }
    let mut interfaces = Vec::new();
    for found in items(reply, "interfaces/interface-xr/interface")? {
        let name = found.required_text("interface-name")?;
        let kilobits: Option<u64> = found.value_at("bandwidth")?;
        interfaces.push(Interface {
            name: name.to_owned(),
            description: descriptions.get(name).map(|text| (*text).to_owned()),
            is_enabled: found.required_text("state")? != SHUT_DOWN,
            is_up: found.required_text("line-state")? == UP,
            mac_address: found.text_at("mac-address/address").and_then(mac),
            mtu: found.value_at("mtu")?,
            // A loopback has none.
            speed: kilobits.filter(|speed| *speed > 0).and_then(|speed| speed.checked_mul(1000)),
            since_flap: found.value_at("last-state-transition-time")?.map(Duration::from_secs),
            ..Interface::default()
        });
    }
    Ok(interfaces)
}

/// Reads the counters of the interfaces that have any. Cisco counts packets of all kinds together; those to one receiver
/// are what is left of them.
///
/// # Errors
/// When the reply is another, an interface lacks its name, or a counter is no number.
pub fn interface_counters(reply: Element<'_>) -> Result<Vec<InterfaceCounters>, ParseError> {
    let mut found = Vec::new();
    for interface in items(reply, "interfaces/interface-xr/interface")? {
        let name = interface.required_text("interface-name")?;
        let Some(statistics) = interface.child("interface-statistics") else { continue };
        let full = statistics.child("full-interface-stats");
        let Some(own) = full.or_else(|| statistics.child("basic-interface-stats")) else {
            found.push(InterfaceCounters { interface: name.to_owned(), ..InterfaceCounters::default() });
            continue;
        };
        found.push(InterfaceCounters {
            interface: name.to_owned(),
            received: counters(own, "received", "input")?,
            sent: counters(own, "sent", "output")?,
        });
    }
    Ok(found)
}

fn counters(own: Element<'_>, verb: &str, direction: &str) -> Result<Counters, ParseError> {
    let multicast: Option<u64> = own.value_at(&format!("multicast-packets-{verb}"))?;
    let broadcast: Option<u64> = own.value_at(&format!("broadcast-packets-{verb}"))?;
    let packets: Option<u64> = own.value_at(&format!("packets-{verb}"))?;
    let others = multicast.zip(broadcast).and_then(|(one, other)| one.checked_add(other));
    Ok(Counters {
        octets: own.value_at(&format!("bytes-{verb}"))?,
        unicast_packets: packets.zip(others).and_then(|(all, others)| all.checked_sub(others)),
        multicast_packets: multicast,
        broadcast_packets: broadcast,
        discards: own.value_at(&format!("{direction}-drops"))?,
        errors: own.value_at(&format!("{direction}-errors"))?,
    })
}

/// Reads the addresses of the interfaces in every VRF, IPv4 and IPv6 in one reply, without link-local ones.
///
/// # Errors
/// When the reply is another, an interface lacks its name, or an address or length is none.
pub fn interface_addresses(reply: Element<'_>) -> Result<Vec<InterfaceAddresses>, ParseError> {
    let data = data(reply, &["ipv4-network", "ipv6-network"])?;
    let mut found: Vec<InterfaceAddresses> = Vec::new();
    for own in all(data, "ipv4-network/nodes/node/interface-data/vrfs/vrf/details/detail") {
        let mut addresses = Vec::new();
        addresses.extend(prefix(own, "primary-address")?);
        for other in own.children_named("secondary-address") {
            addresses.extend(prefix(other, "address")?);
        }
        add(&mut found, own, addresses)?;
    }
    for own in all(data, "ipv6-network/nodes/node/interface-data/vrfs/vrf/global-details/global-detail") {
        let mut addresses = Vec::new();
        for other in own.children_named("address") {
            addresses.extend(prefix(other, "address")?);
        }
        add(&mut found, own, addresses)?;
    }
    Ok(found)
}

/// Several nodes may tell the same of one interface.
fn add(
    found: &mut Vec<InterfaceAddresses>,
    own: Element<'_>,
    addresses: Vec<IpNet>,
) -> Result<(), ParseError> {
    let name = own.required_text("interface-name")?;
    if addresses.is_empty() {
        return Ok(());
    }
    let at = found.iter().position(|entry| entry.interface == name).unwrap_or(found.len());
    if at == found.len() {
        found.push(InterfaceAddresses { interface: name.to_owned(), addresses: Vec::new() });
    }
    if let Some(entry) = found.get_mut(at) {
        for address in addresses {
            if !entry.addresses.contains(&address) {
                entry.addresses.push(address);
            }
        }
    }
    Ok(())
}

/// The address in a leaf, with the length beside it; `None` for the unspecified address of an interface without one.
fn prefix(own: Element<'_>, leaf: &str) -> Result<Option<IpNet>, ParseError> {
    let Some(address) = super::reply::address(own, leaf)? else { return Ok(None) };
    if matches!(address, IpAddr::V6(address) if address.is_unicast_link_local()) {
        return Ok(None);
    }
    let length = own.required("prefix-length")?;
    let wrong = |_| length.unexpected("the length of a prefix", length.text());
    IpNet::new(address, length.value()?).map(Some).map_err(wrong)
}
