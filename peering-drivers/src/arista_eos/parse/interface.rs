//! Interfaces: state, counters, addresses, light.

use std::collections::BTreeMap;

use ipnet::IpNet;
use peering_core::ParseError;
use peering_core::state::{Counters, Interface, InterfaceAddresses, InterfaceCounters, Optic, Reading};
use serde::Deserialize;

use super::field::{Pairs, Text, address, mac, timestamp, told};
use super::json;

#[derive(Deserialize)]
struct Interfaces<'a, T> {
    #[serde(borrow, bound(deserialize = "T: Deserialize<'de>"))]
    interfaces: Pairs<'a, T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawInterface<'a> {
    #[serde(borrow)]
    line_protocol_status: Text<'a>,
    #[serde(borrow)]
    interface_status: Text<'a>,
    description: Option<Text<'a>>,
    last_status_change_timestamp: Option<f64>,
    mtu: Option<u32>,
    bandwidth: Option<f64>,
    physical_address: Option<Text<'a>>,
}

/// Reads `show interfaces`.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn interfaces(text: &str) -> Result<Vec<Interface>, ParseError> {
    let all: Interfaces<'_, RawInterface<'_>> = json(text)?;
    all.interfaces
        .0
        .into_iter()
        .map(|(name, raw)| {
            let is_up = &*raw.line_protocol_status == "up";
            Ok(Interface {
                name: name.into_owned(),
                description: told(raw.description),
                is_enabled: is_up || &*raw.interface_status != "disabled",
                is_up,
                mac_address: told(raw.physical_address).map(|address| mac(&address)),
                mtu: raw.mtu,
                // below 2^53, far above any interface
                speed: raw.bandwidth.filter(|speed| *speed > 0.0).map(|speed| speed as u64),
                last_flapped: raw.last_status_change_timestamp.map(timestamp).transpose()?,
                ..Interface::default()
            })
        })
        .collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WithCounters {
    interface_counters: Option<RawCounters>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawCounters {
    out_octets: Option<u64>,
    in_octets: Option<u64>,
    out_ucast_pkts: Option<u64>,
    in_ucast_pkts: Option<u64>,
    out_multicast_pkts: Option<u64>,
    in_multicast_pkts: Option<u64>,
    out_broadcast_pkts: Option<u64>,
    in_broadcast_pkts: Option<u64>,
    out_discards: Option<u64>,
    in_discards: Option<u64>,
    total_out_errors: Option<u64>,
    total_in_errors: Option<u64>,
}

/// Reads the counters out of `show interfaces`. Subinterfaces have none.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn interface_counters(text: &str) -> Result<Vec<InterfaceCounters>, ParseError> {
    let all: Interfaces<'_, WithCounters> = json(text)?;
    let one = |(name, raw): (Text<'_>, WithCounters)| {
        let raw = raw.interface_counters.unwrap_or_default();
        InterfaceCounters {
            interface: name.into_owned(),
            received: Counters {
                octets: raw.in_octets,
                unicast_packets: raw.in_ucast_pkts,
                multicast_packets: raw.in_multicast_pkts,
                broadcast_packets: raw.in_broadcast_pkts,
                discards: raw.in_discards,
                errors: raw.total_in_errors,
            },
            sent: Counters {
                octets: raw.out_octets,
                unicast_packets: raw.out_ucast_pkts,
                multicast_packets: raw.out_multicast_pkts,
                broadcast_packets: raw.out_broadcast_pkts,
                discards: raw.out_discards,
                errors: raw.total_out_errors,
            },
        }
    };
    Ok(all.interfaces.0.into_iter().map(one).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WithIpv4<'a> {
    #[serde(borrow, default)]
    interface_address: Ipv4Addresses<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ipv4Addresses<'a> {
    #[serde(borrow)]
    primary_ip: Option<Masked<'a>>,
    #[serde(borrow, default)]
    secondary_ips_ordered_list: Vec<Masked<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Masked<'a> {
    #[serde(borrow)]
    address: Text<'a>,
    mask_len: u8,
}

/// Reads `show ip interface`: the interfaces that are routed, some without an address.
///
/// # Errors
/// When it is no JSON of that shape, or an address is none.
pub fn interface_addresses(text: &str) -> Result<Vec<InterfaceAddresses>, ParseError> {
    let all: Interfaces<'_, WithIpv4<'_>> = json(text)?;
    let one = |(name, raw): (Text<'_>, WithIpv4<'_>)| {
        let Ipv4Addresses { primary_ip, secondary_ips_ordered_list } = raw.interface_address;
        let given = primary_ip.into_iter().chain(secondary_ips_ordered_list);
        let mut addresses = Vec::new();
        for masked in given.filter(|masked| &*masked.address != "0.0.0.0") {
            addresses.push(prefix(&masked.address, masked.mask_len)?);
        }
        Ok(InterfaceAddresses { interface: name.into_owned(), addresses })
    };
    all.interfaces.0.into_iter().map(one).collect()
}

fn prefix(text: &str, length: u8) -> Result<IpNet, ParseError> {
    IpNet::new(address(text)?, length).map_err(|_| ParseError::new("a prefix length", &length.to_string()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WithIpv6<'a> {
    #[serde(borrow)]
    link_local: Option<Subnet<'a>>,
    #[serde(borrow, default)]
    addresses: Vec<Subnet<'a>>,
}

#[derive(Deserialize)]
struct Subnet<'a> {
    #[serde(borrow)]
    address: Option<Text<'a>>,
    subnet: Option<Text<'a>>,
}

/// Reads `show ipv6 interface`, and lays its addresses behind those of `ipv4`.
///
/// # Errors
/// When it is no JSON of that shape, or an address is none.
pub fn ipv6_addresses(
    ipv4: Vec<InterfaceAddresses>,
    text: &str,
) -> Result<Vec<InterfaceAddresses>, ParseError> {
    let all: Interfaces<'_, WithIpv6<'_>> = json(text)?;
    let mut merged = ipv4;
    let places: BTreeMap<String, usize> =
        merged.iter().enumerate().map(|(place, entry)| (entry.interface.clone(), place)).collect();
    for (name, raw) in all.interfaces.0 {
        let mut addresses = Vec::new();
        for subnet in raw.link_local.into_iter().chain(raw.addresses) {
            let Some(given) = subnet.address.filter(|address| !address.is_empty()) else { continue };
            let length = subnet.subnet.as_deref().and_then(|subnet| subnet.rsplit_once('/'));
            let length = length.and_then(|(_, length)| length.parse().ok());
            let length = length.ok_or_else(|| ParseError::new("a subnet with its length", &given))?;
            addresses.push(prefix(&given, length)?);
        }
        match places.get(&*name).and_then(|place| merged.get_mut(*place)) {
            Some(entry) => entry.addresses.append(&mut addresses),
            None => merged.push(InterfaceAddresses { interface: name.into_owned(), addresses }),
        }
    }
    Ok(merged)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawOptic {
    rx_power: Option<f64>,
    tx_power: Option<f64>,
    tx_bias: Option<f64>,
}

/// Reads `show interfaces transceiver`: one lane an interface, as EOS counts them.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn optics(text: &str) -> Result<Vec<Optic>, ParseError> {
    let all: Interfaces<'_, RawOptic> = json(text)?;
    let now = |instant| Reading { instant, ..Reading::default() };
    let one = |(name, raw): (Text<'_>, RawOptic)| Optic {
        interface: name.into_owned(),
        channel: 0,
        input_power: now(raw.rx_power),
        output_power: now(raw.tx_power),
        laser_bias_current: now(raw.tx_bias),
    };
    Ok(all.interfaces.0.into_iter().map(one).collect())
}
