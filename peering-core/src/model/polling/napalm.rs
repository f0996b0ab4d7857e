//! The neighbours of a router in NAPALM's shapes, as JSON text.
//!
//! NAPALM gives `vrf → peers → address` (`get_bgp_neighbors`) and `vrf → AS number → [neighbour]`
//! (`get_bgp_neighbors_detail`). It calls the main table `global`.

use std::fmt;
use std::marker::PhantomData;
use std::net::IpAddr;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{MAIN_TABLE, Observed};
use crate::model::{BgpState, Family, PrefixCounts};
use crate::{Asn, Compat, ParseError};

/// Reads the answer of `get_bgp_neighbors`, in its order. `null` is a router without neighbours.
///
/// A neighbour whose address cannot be read is left out. Peering Manager also leaves out those without `remote_as`,
/// and those whose address was in another VRF already; [`Compat::Strict`] keeps them.
///
/// # Errors
/// [`ParseError`] if the text is not JSON of that shape.
pub fn bgp_neighbors(json: &str, compat: Compat) -> Result<Vec<Observed>, ParseError> {
    let instances: Option<Ordered<Instance>> = parse(json)?;
    let mut observed: Vec<Observed> = Vec::new();
    for (network_instance, instance) in instances.unwrap_or_default().0 {
        for (address, peer) in instance.peers.0 {
            let Some((address, zone)) = address_of(&address) else { continue };
            let neighbor = peer.observed(&network_instance, address, zone);
            let twice =
                observed.iter().any(|had| had.address == neighbor.address && had.zone == neighbor.zone);
            if compat == Compat::Strict || (neighbor.remote_as.is_some() && !twice) {
                observed.push(neighbor);
            }
        }
    }
    Ok(observed)
}

/// Reads the answer of `get_bgp_neighbors_detail`, in its order. `null` is a router without neighbours.
///
/// # Errors
/// [`ParseError`] if the text is not JSON of that shape.
pub fn bgp_neighbors_detail(json: &str, compat: Compat) -> Result<Vec<Observed>, ParseError> {
    let instances: Option<Ordered<Ordered<Vec<Detail>>>> = parse(json)?;
    let mut observed = Vec::new();
    for (network_instance, systems) in instances.unwrap_or_default().0 {
        for (asn, neighbors) in systems.0 {
            for detail in neighbors {
                let Some((address, zone)) = address_of(&detail.remote_address) else { continue };
                let count =
                    |count: Option<i64>| match (count.and_then(|count| u64::try_from(count).ok()), compat) {
                        (None, Compat::PeeringManager) => Some(0),
                        (count, _) => count,
                    };
                observed.push(Observed {
                    network_instance: instance_name(&network_instance),
                    address,
                    zone,
                    remote_as: detail.remote_as.map(Asn::new).or_else(|| asn.parse().ok()),
                    state: state(&detail.connection_state, compat),
                    prefix_counts: PrefixCounts {
                        received: count(detail.received_prefix_count),
                        accepted: count(detail.accepted_prefix_count),
                        advertised: count(detail.advertised_prefix_count),
                    },
                });
            }
        }
    }
    Ok(observed)
}

/// The state that a router's words name.
///
/// Peering Manager knows the six names of RFC 4271 at the beginning of the text, in any case.
/// [`Compat::Strict`] also knows what routers write instead: `Estab…`, `Shut (Admin)`, `Closing`, `bgp-st-…`.
pub fn state(words: &str, compat: Compat) -> Option<BgpState> {
    let words = words.to_lowercase();
    let named = |words: &str| {
        let names = [
            ("idle", BgpState::Idle),
            ("connect", BgpState::Connect),
            ("active", BgpState::Active),
            ("opensent", BgpState::OpenSent),
            ("openconfirm", BgpState::OpenConfirm),
            ("established", BgpState::Established),
        ];
        names.into_iter().find(|(name, _)| words.starts_with(name)).map(|(_, state)| state)
    };
    if compat == Compat::PeeringManager {
        return named(&words);
    }
    let words = words.trim().trim_start_matches("bgp-st-");
    let others = [("estab", BgpState::Established), ("shut", BgpState::Idle), ("cl", BgpState::Idle)];
    named(words)
        .or_else(|| others.into_iter().find(|(start, _)| words.starts_with(start)).map(|(_, state)| state))
}

fn parse<'t, T: Deserialize<'t>>(json: &'t str) -> Result<T, ParseError> {
    serde_json::from_str(json).map_err(|error| {
        ParseError::new("neighbours in NAPALM's shape", &error.to_string()).at_line(error.line())
    })
}

fn instance_name(name: &str) -> String {
    if name == "global" { MAIN_TABLE.to_owned() } else { name.to_owned() }
}

fn address_of(text: &str) -> Option<(IpAddr, Option<String>)> {
    match text.split_once('%') {
        None => Some((text.parse().ok()?, None)),
        // A zone must not be empty, and only IPv6 has them.
        Some((address, zone)) if !zone.is_empty() && !zone.contains('%') => {
            Some((IpAddr::V6(address.parse().ok()?), Some(zone.to_owned())))
        }
        Some(_) => None,
    }
}

#[derive(Deserialize)]
struct Instance {
    #[serde(default)]
    peers: Ordered<Peer>,
}

#[derive(Deserialize)]
struct Peer {
    remote_as: Option<u32>,
    is_up: Option<bool>,
    #[serde(default)]
    address_family: Ordered<Counters>,
}

#[derive(Deserialize)]
struct Counters {
    received_prefixes: Option<i64>,
    accepted_prefixes: Option<i64>,
    sent_prefixes: Option<i64>,
}

#[derive(Deserialize)]
struct Detail {
    remote_address: String,
    remote_as: Option<u32>,
    #[serde(default)]
    connection_state: String,
    received_prefix_count: Option<i64>,
    accepted_prefix_count: Option<i64>,
    advertised_prefix_count: Option<i64>,
}

impl Peer {
    fn observed(self, network_instance: &str, address: IpAddr, zone: Option<String>) -> Observed {
        let family = match Family::from(address) {
            Family::Ipv4 => "ipv4",
            Family::Ipv6 => "ipv6",
        };
        let counters = self.address_family.0.into_iter().find(|(name, _)| name.starts_with(family));
        let count = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
        Observed {
            network_instance: instance_name(network_instance),
            address,
            zone,
            remote_as: self.remote_as.map(Asn::new),
            // "Not up" could be any of the other five.
            state: self.is_up.filter(|up| *up).map(|_| BgpState::Established),
            prefix_counts: counters.map_or_else(PrefixCounts::default, |(_, counters)| PrefixCounts {
                received: count(counters.received_prefixes),
                accepted: count(counters.accepted_prefixes),
                advertised: count(counters.sent_prefixes),
            }),
        }
    }
}

/// A JSON object as a list: its order decides which of two equal addresses counts.
struct Ordered<T>(Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Ordered(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Ordered<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Ordered(entries))
            }
        }
        deserializer.deserialize_map(Entries(PhantomData))
    }
}
