//! Who is where, as integers: one scan per table, without reading JSON where an index has the columns.
//!
//! Live rows only. Numbers that a record lacks are left out of what they would be a key of; what is counted says so.

use std::sync::OnceLock;

use rusqlite::types::ValueRef;

use super::relation::Relation;
use crate::peeringdb::cache::Snapshot;
use crate::{Asn, Result};

/// Covered by the index `netixlan_ixlan`, in its order.
pub(super) const PORTS: &str =
    "SELECT ixlan_id, asn, net_id, ix_id, speed FROM netixlan WHERE live ORDER BY ixlan_id, asn";

/// Covered by the index `netfac_net`, in its order. `live` is not in that index, but the few rows that are not live
/// have one of their own.
pub(super) const FACILITIES: &str = "SELECT net_id, fac_id FROM netfac \
    WHERE id NOT IN (SELECT id FROM netfac WHERE NOT live) ORDER BY net_id, fac_id";

const PLACES: &str = "SELECT id, json_extract(doc, '$.latitude'), json_extract(doc, '$.longitude') FROM fac \
    WHERE live ORDER BY id";

/// Who has ports on which peering LAN.
#[derive(Debug)]
pub(crate) struct Presence {
    lans_of: Relation,
    members_of: Relation,
    ports: Vec<Port>,
    exchange_totals: OnceLock<Vec<ExchangeTotal>>,
}

/// What of a port is summed up.
#[derive(Clone, Copy, Debug)]
struct Port {
    ix: Option<u64>,
    net: Option<u64>,
    /// Mbit/s; 0 if the record has none.
    speed: u64,
}

/// An exchange in sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExchangeTotal {
    pub(crate) ix: u64,
    pub(crate) networks: u64,
    pub(crate) ports: u64,
    /// Mbit/s.
    pub(crate) speed: u64,
}

/// A network in sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NetworkTotal {
    pub(crate) net: u64,
    pub(crate) exchanges: u64,
    pub(crate) ports: u64,
    pub(crate) facilities: u64,
    /// Mbit/s.
    pub(crate) speed: u64,
}

impl Presence {
    pub(super) fn read(snapshot: &Snapshot<'_>) -> Result<Self> {
        let (mut by_lan, mut ports) = (Vec::new(), Vec::new());
        snapshot.rows(PORTS, [], |row| {
            if let (Some(lan), Some(asn)) = (number(row.get_ref(0)?), number(row.get_ref(1)?)) {
                by_lan.push((lan, asn));
            }
            let (net, ix) = (number(row.get_ref(2)?), number(row.get_ref(3)?));
            ports.push(Port { ix, net, speed: number(row.get_ref(4)?).unwrap_or_default() });
            Ok(())
        })?;
        let by_asn = by_lan.iter().map(|(lan, asn)| (*asn, *lan)).collect();
        Ok(Presence {
            lans_of: Relation::new(by_asn),
            members_of: Relation::new(by_lan),
            ports,
            exchange_totals: OnceLock::new(),
        })
    }

    /// The peering LANs (`ixlan.id`) where a network has a port.
    pub(crate) fn lans_of(&self, asn: Asn) -> &[u64] {
        self.lans_of.of(asn.get().into())
    }

    /// The networks with a port on a peering LAN where this one has a port, itself left out, by number.
    pub(crate) fn neighbours_of(&self, asn: Asn) -> Vec<Asn> {
        let lans = self.lans_of(asn).iter();
        // They were AS numbers when they were read.
        let mut found: Vec<u32> = lans
            .flat_map(|lan| self.members_of.of(*lan))
            .filter_map(|number| u32::try_from(*number).ok())
            .filter(|number| *number != asn.get())
            .collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(Asn::new).collect()
    }

    /// Every exchange that has a port, by number.
    pub(super) fn exchange_totals(&self) -> &[ExchangeTotal] {
        self.exchange_totals.get_or_init(|| {
            let ports = self.ports.iter().filter_map(|port| Some((port.ix?, port.net, port.speed)));
            let sums = summed(ports.collect());
            sums.into_iter()
                .map(|sum| ExchangeTotal {
                    ix: sum.key,
                    networks: sum.others,
                    ports: sum.ports,
                    speed: sum.speed,
                })
                .collect()
        })
    }
}

/// Which networks are in which facilities.
#[derive(Debug)]
pub(super) struct Facilities {
    of_network: Relation,
    totals: OnceLock<Vec<NetworkTotal>>,
}

impl Facilities {
    pub(super) fn read(snapshot: &Snapshot<'_>) -> Result<Self> {
        let mut pairs = Vec::new();
        snapshot.rows(FACILITIES, [], |row| {
            pairs.extend(number(row.get_ref(0)?).zip(number(row.get_ref(1)?)));
            Ok(())
        })?;
        Ok(Facilities { of_network: Relation::new(pairs), totals: OnceLock::new() })
    }

    /// Every network that has a port or is in a facility, by number.
    pub(super) fn network_totals(&self, presence: &Presence) -> &[NetworkTotal] {
        self.totals.get_or_init(|| {
            let ports = presence.ports.iter().filter_map(|port| Some((port.net?, port.ix, port.speed)));
            let mut totals: Vec<NetworkTotal> = summed(ports.collect())
                .into_iter()
                .map(|sum| NetworkTotal {
                    net: sum.key,
                    exchanges: sum.others,
                    ports: sum.ports,
                    facilities: self.of_network.of(sum.key).len() as u64,
                    speed: sum.speed,
                })
                .collect();
            let with_ports = totals.len();
            for (net, facilities) in self.of_network.iter() {
                let known = totals.get(..with_ports).unwrap_or_default();
                if known.binary_search_by_key(&net, |total| total.net).is_err() {
                    let facilities = facilities.len() as u64;
                    totals.push(NetworkTotal { net, facilities, ..NetworkTotal::default() });
                }
            }
            totals.sort_unstable_by_key(|total| total.net);
            totals
        })
    }
}

/// Ports of one key.
struct Sum {
    key: u64,
    /// How many different others it has them with.
    others: u64,
    ports: u64,
    speed: u64,
}

/// Sums ports (key, other, speed) by key.
fn summed(mut ports: Vec<(u64, Option<u64>, u64)>) -> Vec<Sum> {
    ports.sort_unstable();
    let mut sums: Vec<Sum> = Vec::new();
    for ports in ports.chunk_by(|one, other| one.0 == other.0) {
        let Some((key, ..)) = ports.first() else { continue };
        sums.push(Sum {
            key: *key,
            others: ports
                .chunk_by(|one, other| one.1 == other.1)
                .filter(|same| same.iter().any(|port| port.1.is_some()))
                .count() as u64,
            ports: ports.len() as u64,
            // Strangers wrote the speeds.
            speed: ports.iter().fold(0, |sum: u64, port| sum.saturating_add(port.2)),
        });
    }
    sums
}

/// A facility and its coordinates as they stand in its record, in degrees north and east.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) fac: u64,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

pub(super) fn places(snapshot: &Snapshot<'_>) -> Result<Vec<Place>> {
    let mut places = Vec::new();
    snapshot.rows(PLACES, [], |row| {
        let (latitude, longitude) = (degrees(row.get_ref(1)?), degrees(row.get_ref(2)?));
        if let (Some(fac), Some(latitude), Some(longitude)) = (number(row.get_ref(0)?), latitude, longitude) {
            places.push(Place { fac, latitude, longitude });
        }
        Ok(())
    })?;
    Ok(places)
}

/// What a column for a field of the type `u64` holds, if the record has it.
pub(super) fn number(value: ValueRef<'_>) -> Option<u64> {
    match value {
        ValueRef::Integer(number) => u64::try_from(number).ok(),
        _ => None,
    }
}

fn degrees(value: ValueRef<'_>) -> Option<f64> {
    match value {
        ValueRef::Real(degrees) => Some(degrees),
        ValueRef::Integer(degrees) => Some(degrees as f64),
        _ => None,
    }
}
