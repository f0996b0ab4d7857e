//! FRR's answers as models: pure functions from text, tested on captures of real daemons.
//!
//! A promised field that is missing is an error; what FRR adds in a later version is passed over.

mod bgp;
mod route;

use std::collections::BTreeMap;
use std::time::Duration;

use ipnet::IpNet;
use peering_core::ParseError;
use peering_core::state::{Interface, InterfaceAddresses};
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub(super) use bgp::{Neighbor, neighbors, vty_family};
pub use bgp::{bgp_neighbors, received};
pub use route::{bgp_paths, merge_routes, rib_routes};

/// What `show version` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The version of FRR, such as `8.4.4`.
    pub version: String,
    /// The host name.
    pub hostname: String,
    /// The operating system underneath, where it is told.
    pub system: Option<String>,
}

/// Reads `show version`.
///
/// # Errors
/// When no line begins with `FRRouting VERSION (HOST)`.
pub fn version(text: &str) -> Result<Version, ParseError> {
    let wrong = || ParseError::new("FRRouting VERSION (HOST)", text.trim());
    let line = text.lines().find_map(|line| line.strip_prefix("FRRouting ")).ok_or_else(wrong)?;
    let (version, rest) = line.split_once(" (").ok_or_else(wrong)?;
    let (hostname, rest) = rest.split_once(')').ok_or_else(wrong)?;
    let system = rest.trim_end_matches('.').strip_prefix(" on ").map(str::to_owned);
    Ok(Version { version: version.trim().to_owned(), hostname: hostname.to_owned(), system })
}

/// Reads Linux's `/proc/uptime`: the seconds since the start of the system.
///
/// # Errors
/// When the first word is no number.
pub fn uptime(text: &str) -> Result<Duration, ParseError> {
    text.split_whitespace()
        .next()
        .and_then(|word| word.parse().ok())
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| ParseError::new("seconds since the start", text.trim()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawInterface {
    administrative_status: String,
    operational_status: String,
    vrf_name: String,
    description: Option<String>,
    mtu: Option<u32>,
    /// Mbit/s; 0 and all ones stand for "not known".
    speed: Option<u64>,
    hardware_address: Option<String>,
    ip_addresses: Vec<RawAddress>,
}

#[derive(Deserialize)]
struct RawAddress {
    address: String,
}

/// Reads `show interface vrf all json`.
///
/// # Errors
/// When it is no JSON of that shape, or an address is none.
pub fn interfaces(text: &str) -> Result<Vec<Interface>, ParseError> {
    let raw: BTreeMap<String, RawInterface> = merged(text)?;
    raw.into_iter()
        .map(|(name, raw)| {
            Ok(Interface {
                description: raw.description.filter(|text| !text.is_empty()),
                is_enabled: raw.administrative_status == "up",
                is_up: raw.operational_status == "up",
                mac_address: raw.hardware_address.map(|mac| mac.to_lowercase()),
                mtu: raw.mtu,
                speed: raw
                    .speed
                    .filter(|speed| *speed != 0 && *speed < u64::from(u32::MAX))
                    .map(|megabits| megabits.saturating_mul(1_000_000)),
                network_instance: Some(raw.vrf_name),
                name,
                ..Interface::default()
            })
        })
        .collect()
}

/// Reads the addresses out of `show interface vrf all json`.
///
/// # Errors
/// When it is no JSON of that shape, or an address is none.
pub fn interface_addresses(text: &str) -> Result<Vec<InterfaceAddresses>, ParseError> {
    let raw: BTreeMap<String, RawInterface> = merged(text)?;
    raw.into_iter()
        .map(|(interface, raw)| {
            let addresses = raw
                .ip_addresses
                .iter()
                .map(|raw| raw.address.parse())
                .collect::<Result<Vec<IpNet>, _>>()
                .map_err(|_| ParseError::new(format!("addresses of interface {interface}"), text))?;
            Ok(InterfaceAddresses { interface, addresses })
        })
        .collect()
}

/// Reads a JSON answer of one shape; FRR prints one document per VRF for some commands, which are laid together.
fn merged<T: DeserializeOwned>(text: &str) -> Result<BTreeMap<String, T>, ParseError> {
    let mut all = BTreeMap::new();
    let mut documents = 0_usize;
    for document in serde_json::Deserializer::from_str(text).into_iter::<BTreeMap<String, T>>() {
        all.extend(document.map_err(|error| wrong(&error, text))?);
        documents += 1;
    }
    if documents == 0 {
        return Err(ParseError::new("JSON", text.trim()));
    }
    Ok(all)
}

fn wrong(error: &serde_json::Error, text: &str) -> ParseError {
    let line = error.line();
    let found = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    ParseError::new(format!("FRR's JSON ({error})"), found.trim()).at_line(line)
}

#[cfg(test)]
mod tests;
