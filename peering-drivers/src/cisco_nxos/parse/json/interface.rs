//! Interfaces: state, counters, addresses.

use std::collections::HashMap;
use std::net::IpAddr;

use ipnet::IpNet;
use peering_core::ParseError;
use peering_core::state::{Counters, Interface, InterfaceAddresses, InterfaceCounters};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::field::{Number, Table, Text, Texts, long_age, mac, number, told};
use super::{content, json};

/// What NX-OS says of a port that its operator shut.
const SHUT: &str = "dministratively down";

#[derive(Deserialize)]
struct Interfaces<T> {
    #[serde(rename = "TABLE_interface", bound(deserialize = "T: Deserialize<'de>"))]
    interfaces: Table<T>,
}

#[derive(Deserialize)]
struct Port<'a> {
    #[serde(borrow)]
    interface: Text<'a>,
    state: Option<Text<'a>>,
    state_rsn_desc: Option<Text<'a>>,
    admin_state: Option<Text<'a>>,
    desc: Option<Text<'a>>,
    eth_hw_addr: Option<Text<'a>>,
    eth_mtu: Option<Number<u32>>,
    eth_bw: Option<Text<'a>>,
    eth_link_flapped: Option<Text<'a>>,
    svi_admin_state: Option<Text<'a>>,
    svi_line_proto: Option<Text<'a>>,
    svi_desc: Option<Text<'a>>,
    svi_mac: Option<Text<'a>>,
    svi_mtu: Option<Number<u32>>,
    svi_bw: Option<Text<'a>>,
}

/// Reads `show interface`.
///
/// # Errors
/// When it is no JSON of that shape, or an interface has no state.
pub fn interfaces(text: &str) -> Result<Vec<Interface>, ParseError> {
    let all: Interfaces<Port<'_>> = json(text)?;
    all.interfaces.0.iter().map(Port::model).collect()
}

impl Port<'_> {
    fn model(&self) -> Result<Interface, ParseError> {
        let name = self.interface.to_string();
        let state = told(&self.state).or_else(|| told(&self.svi_line_proto));
        let state = state.ok_or_else(|| ParseError::new("the state of an interface", &name))?;
        let speed = told(&self.eth_bw).or_else(|| told(&self.svi_bw));
        let kilobits: Option<u64> = match &speed {
            Some(speed) => Some(speed.parse().map_err(|_| ParseError::new("a speed in kbit/s", speed))?),
            None => None,
        };
        let description = told(&self.desc).or_else(|| told(&self.svi_desc));
        Ok(Interface {
            name,
            description: description.map(|text| text.trim_matches('"').to_owned()),
            is_enabled: self.is_enabled(state == "up"),
            is_up: state == "up",
            mac_address: told(&self.eth_hw_addr).or_else(|| told(&self.svi_mac)).map(|address| mac(&address)),
            mac_placeholder: None,
            mtu: number(&self.eth_mtu).or_else(|| number(&self.svi_mtu)),
            speed: kilobits.and_then(|kilobits| kilobits.checked_mul(1000)),
            last_flapped: None,
            since_flap: long_age(self.eth_link_flapped.as_deref().unwrap_or_default())?,
            network_instance: None,
        })
    }

    /// Older trains do not tell it in a field of its own, but as the reason for being down.
    fn is_enabled(&self, is_up: bool) -> bool {
        let admin = told(&self.admin_state).or_else(|| told(&self.svi_admin_state));
        match (admin, told(&self.state_rsn_desc)) {
            (Some(admin), _) => admin == "up",
            (None, Some(reason)) => is_up || !reason.contains(SHUT),
            (None, None) => is_up,
        }
    }
}

/// A row of counters, which have other names for each kind of interface.
#[derive(Deserialize)]
#[serde(transparent)]
struct Counts<'a>(#[serde(borrow)] HashMap<&'a str, &'a RawValue>);

/// Reads the counters of `show interface`.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn interface_counters(text: &str) -> Result<Vec<InterfaceCounters>, ParseError> {
    let all: Interfaces<Counts<'_>> = json(text)?;
    all.interfaces.0.iter().map(Counts::model).collect()
}

/// Reads `show interface counters detailed`, which is newer and tells less of some: what it tells is laid over the counters
/// of [`interface_counters`].
///
/// # Errors
/// When it is no JSON of that shape.
pub fn detailed_counters(
    mut counters: Vec<InterfaceCounters>,
    text: &str,
) -> Result<Vec<InterfaceCounters>, ParseError> {
    let Some(all) = content::<Interfaces<Counts<'_>>>(text)? else { return Ok(counters) };
    for newer in &all.interfaces.0 {
        let newer = newer.model()?;
        match counters.iter_mut().find(|known| known.interface == newer.interface) {
            Some(known) => {
                overlay(&mut known.received, newer.received);
                overlay(&mut known.sent, newer.sent);
            }
            None => counters.push(newer),
        }
    }
    Ok(counters)
}

fn overlay(known: &mut Counters, newer: Counters) {
    *known = Counters {
        octets: newer.octets.or(known.octets),
        unicast_packets: newer.unicast_packets.or(known.unicast_packets),
        multicast_packets: newer.multicast_packets.or(known.multicast_packets),
        broadcast_packets: newer.broadcast_packets.or(known.broadcast_packets),
        discards: newer.discards.or(known.discards),
        errors: newer.errors.or(known.errors),
    };
}

impl Counts<'_> {
    fn model(&self) -> Result<InterfaceCounters, ParseError> {
        let name: Text<'_> = match self.0.get("interface") {
            Some(name) => json(name.get())?,
            None => return Err(ParseError::new("the name of an interface", "none")),
        };
        Ok(InterfaceCounters {
            interface: name.to_string(),
            received: Counters {
                octets: self.octets("in")?,
                unicast_packets: self.count(&["eth_inucast", "vdc_lvl_in_ucast", "svi_ucast_pkts_in"])?,
                multicast_packets: self.count(&[
                    "eth_inmcast",
                    "mgmt_in_mcast",
                    "vdc_lvl_in_mcast",
                    "svi_mcast_pkts_in",
                ])?,
                broadcast_packets: self.count(&["eth_inbcast", "vdc_lvl_in_bcast"])?,
                discards: self.count(&["eth_indiscard"])?,
                errors: self.count(&["eth_inerr"])?,
            },
            sent: Counters {
                octets: self.octets("out")?,
                unicast_packets: self.count(&["eth_outucast", "vdc_lvl_out_ucast", "svi_ucast_pkts_out"])?,
                multicast_packets: self.count(&[
                    "eth_outmcast",
                    "mgmt_out_mcast",
                    "vdc_lvl_out_mcast",
                    "svi_mcast_pkts_out",
                ])?,
                broadcast_packets: self.count(&["eth_outbcast", "vdc_lvl_out_bcast"])?,
                discards: self.count(&["eth_outdiscard"])?,
                errors: self.count(&["eth_outerr"])?,
            },
        })
    }

    /// The first of these that is told.
    fn count(&self, names: &[&str]) -> Result<Option<u64>, ParseError> {
        let told = names.iter().find_map(|name| self.0.get(name));
        told.map(|raw| json::<Number<u64>>(raw.get()).map(|number| number.0)).transpose()
    }

    fn octets(&self, way: &str) -> Result<Option<u64>, ParseError> {
        let names = [format!("eth_{way}bytes"), format!("mgmt_{way}_bytes"), format!("vdc_lvl_{way}_bytes")];
        if let Some(octets) = self.count(&names.each_ref().map(String::as_str))? {
            return Ok(Some(octets));
        }
        // the interface of a VLAN counts the two apart; one alone is not all
        let unicast = self.count(&[&format!("svi_ucast_bytes_{way}")])?;
        let multicast = self.count(&[&format!("svi_mcast_bytes_{way}")])?;
        Ok(unicast.zip(multicast).and_then(|(unicast, multicast)| unicast.checked_add(multicast)))
    }
}

#[derive(Deserialize)]
struct Addresses<T> {
    #[serde(rename = "TABLE_intf", bound(deserialize = "T: Deserialize<'de>"))]
    interfaces: Table<T>,
}

#[derive(Deserialize)]
struct Ipv4<'a> {
    #[serde(rename = "intf-name", borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    prefix: Option<Text<'a>>,
    #[serde(borrow)]
    masklen: Option<Text<'a>>,
    #[serde(rename = "unnum-intf", borrow)]
    lender: Option<Text<'a>>,
    #[serde(rename = "TABLE_secondary_address", borrow, default)]
    secondary: Table<Secondary<'a>>,
}

#[derive(Deserialize)]
struct Secondary<'a> {
    #[serde(borrow)]
    prefix1: Text<'a>,
    #[serde(borrow)]
    masklen1: Text<'a>,
}

/// Reads `show ip interface`, of one VRF or all. An interface without an address of its own has that of its lender.
///
/// # Errors
/// When it is no JSON of that shape, or an address is none.
pub fn interface_addresses(text: &str) -> Result<Vec<InterfaceAddresses>, ParseError> {
    let Some(all) = content::<Addresses<Ipv4<'_>>>(text)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in &all.interfaces.0 {
        let lender = entry.lender.as_ref().and_then(Text::told);
        let lender = lender.and_then(|lender| all.interfaces.0.iter().find(|other| &*other.name == lender));
        let mut addresses = Vec::new();
        let own = match (entry.primary()?, lender) {
            (None, Some(lender)) => lender.primary()?,
            (own, _) => own,
        };
        addresses.extend(own);
        for secondary in &entry.secondary.0 {
            addresses.push(whole(&secondary.prefix1, &secondary.masklen1)?);
        }
        found.push(InterfaceAddresses { interface: entry.name.to_string(), addresses });
    }
    Ok(found)
}

impl Ipv4<'_> {
    fn primary(&self) -> Result<Option<IpNet>, ParseError> {
        let Some(address) = told(&self.prefix) else { return Ok(None) };
        let length = told(&self.masklen).unwrap_or_default();
        whole(&address, &length).map(Some)
    }
}

fn whole(address: &str, length: &str) -> Result<IpNet, ParseError> {
    let both = format!("{address}/{length}");
    both.parse().map_err(|_| ParseError::new("an address with the length of its prefix", &both))
}

#[derive(Deserialize)]
struct Ipv6<'a> {
    #[serde(rename = "intf-name", borrow)]
    name: Text<'a>,
    #[serde(borrow, default)]
    addr: Texts<'a>,
    #[serde(rename = "TABLE_addr", borrow, default)]
    addresses: Table<Ipv6Address<'a>>,
    #[serde(borrow)]
    prefix: Option<Text<'a>>,
    #[serde(rename = "linklocal-addr", borrow)]
    link_local: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Ipv6Address<'a> {
    #[serde(borrow)]
    addr: Text<'a>,
}

/// Reads `show ipv6 interface`, of one VRF or all, into the addresses of [`interface_addresses`].
///
/// # Errors
/// When it is no JSON of that shape, or an address is none.
pub fn ipv6_addresses(
    mut found: Vec<InterfaceAddresses>,
    text: &str,
) -> Result<Vec<InterfaceAddresses>, ParseError> {
    let Some(all) = content::<Addresses<Ipv6<'_>>>(text)? else { return Ok(found) };
    for entry in &all.interfaces.0 {
        let rows = entry.addresses.0.iter().map(|row| &row.addr);
        let texts = entry.addr.0.iter().chain(rows).chain(&entry.link_local);
        let mut addresses: Vec<IpNet> = Vec::new();
        for text in texts.filter_map(Text::told) {
            let address = ipv6(text, entry.prefix.as_ref().and_then(Text::told))?;
            let is_new = !addresses.iter().any(|known| known.addr() == address.addr());
            if is_new && !address.addr().is_unspecified() {
                addresses.push(address);
            }
        }
        match found.iter_mut().find(|known| known.interface == *entry.name) {
            Some(known) => known.addresses.append(&mut addresses),
            None => found.push(InterfaceAddresses { interface: entry.name.to_string(), addresses }),
        }
    }
    Ok(found)
}

/// `2001:db8::1/64`, or without a length: a link-local address has 64 bits of prefix, another that of the subnet.
fn ipv6(text: &str, subnet: Option<&str>) -> Result<IpNet, ParseError> {
    let wrong = || ParseError::new("an IPv6 address", text);
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let address: IpAddr = text.parse().map_err(|_| wrong())?;
    let is_link_local = matches!(address, IpAddr::V6(address) if address.is_unicast_link_local());
    let length = match subnet.and_then(|subnet| subnet.parse::<IpNet>().ok()) {
        _ if is_link_local => 64,
        Some(subnet) => subnet.prefix_len(),
        None => 128,
    };
    IpNet::new(address, length).map_err(|_| wrong())
}
