//! Where networks are and what they share, by PeeringDB's records alone.

use std::collections::BTreeSet;

use super::peer::{PossiblePort, PossibleSession};
use super::rules::{self, FAMILIES};
use super::{Compat, Discovery};
use crate::peeringdb::record::{Fac, Ix, IxLan, Net, NetFac, NetIxLan};
use crate::peeringdb::{Match, Query};
use crate::{Asn, Result};

/// Every method fails with [`ErrorKind::Storage`](crate::ErrorKind::Storage) if the cache cannot be read, and
/// only so.
impl Discovery<'_> {
    /// The network with this AS number.
    pub fn network(&self, asn: Asn) -> Result<Option<Net>> {
        Ok(self.snapshot.find(&Query::<Net>::new().asn(asn).limit(1))?.pop())
    }

    /// The networks one of whose names contains this text.
    pub fn networks_named(&self, text: &str) -> Result<Vec<Net>> {
        self.snapshot.find(&Query::new().search(text))
    }

    /// The exchanges one of whose names contains this text.
    pub fn exchanges_named(&self, text: &str) -> Result<Vec<Ix>> {
        self.snapshot.find(&Query::new().search(text))
    }

    /// The facilities one of whose names contains this text.
    pub fn facilities_named(&self, text: &str) -> Result<Vec<Fac>> {
        self.snapshot.find(&Query::new().search(text))
    }

    /// The networks connected to an exchange (`ix.id`).
    pub fn networks_at_exchange(&self, ix: u64) -> Result<Vec<Net>> {
        self.snapshot.find(&Query::<Net>::new().at_exchange(ix))
    }

    /// The networks present in a facility (`fac.id`).
    pub fn networks_at_facility(&self, fac: u64) -> Result<Vec<Net>> {
        self.snapshot.find(&Query::<Net>::new().at_facility(fac))
    }

    /// The exchanges present in a facility (`fac.id`).
    pub fn exchanges_at_facility(&self, fac: u64) -> Result<Vec<Ix>> {
        self.snapshot.find(&Query::<Ix>::new().at_facility(fac))
    }

    /// The ports of a network, at all exchanges.
    pub fn ports_of(&self, asn: Asn) -> Result<Vec<NetIxLan>> {
        self.snapshot.find(&Query::<NetIxLan>::new().asn(asn))
    }

    /// The ports on a peering LAN (`ixlan.id`).
    pub fn ports_at(&self, ixlan: u64) -> Result<Vec<NetIxLan>> {
        self.snapshot.find(&Query::<NetIxLan>::new().ixlan_id(ixlan))
    }

    /// The numbers (`ixlan.id`) of the peering LANs where a network has a port.
    pub fn peering_lans_of(&self, asn: Asn) -> Result<BTreeSet<u64>> {
        Ok(self.ports_of(asn)?.into_iter().filter_map(|port| port.ixlan_id).collect())
    }

    /// The exchanges where a network has a port.
    pub fn exchanges_of(&self, asn: Asn) -> Result<Vec<Ix>> {
        self.exchanges_with(&self.peering_lans_of(asn)?)
    }

    /// The exchanges where two networks have a port on the same peering LAN.
    pub fn shared_peeringdb_exchanges(&self, one: Asn, other: Asn) -> Result<Vec<Ix>> {
        let lans = &self.peering_lans_of(one)? & &self.peering_lans_of(other)?;
        self.exchanges_with(&lans)
    }

    fn exchanges_with(&self, lans: &BTreeSet<u64>) -> Result<Vec<Ix>> {
        if lans.is_empty() {
            return Ok(Vec::new());
        }
        let lans = self.snapshot.find(&Query::<IxLan>::new().id(Match::any_of(lans.iter().copied())))?;
        let exchanges: BTreeSet<u64> = lans.into_iter().filter_map(|lan| lan.ix_id).collect();
        self.snapshot.find(&Query::<Ix>::new().id(Match::any_of(exchanges)))
    }

    /// The facilities where a network is present.
    pub fn facilities_of(&self, asn: Asn) -> Result<Vec<Fac>> {
        self.facilities_with(&self.facility_numbers(asn)?)
    }

    /// The facilities where two networks are present.
    pub fn shared_facilities(&self, one: Asn, other: Asn) -> Result<Vec<Fac>> {
        self.facilities_with(&(&self.facility_numbers(one)? & &self.facility_numbers(other)?))
    }

    fn facility_numbers(&self, asn: Asn) -> Result<BTreeSet<u64>> {
        // By the network, not by `local_asn`: that may be another number than the network's own.
        let Some(network) = self.network(asn)? else { return Ok(BTreeSet::new()) };
        let presence = self.snapshot.find(&Query::<NetFac>::new().net_id(network.id))?;
        Ok(presence.into_iter().filter_map(|row| row.fac_id).collect())
    }

    fn facilities_with(&self, numbers: &BTreeSet<u64>) -> Result<Vec<Fac>> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        self.snapshot.find(&Query::<Fac>::new().id(Match::any_of(numbers.iter().copied())))
    }

    /// The sessions that two networks could have, whether or not either has been imported.
    ///
    /// Empty if both are the same network.
    pub fn possible(&self, ours: Asn, theirs: Asn) -> Result<Vec<PossiblePort>> {
        if ours == theirs {
            return Ok(Vec::new());
        }
        let strict = self.compat == Compat::Strict;
        let mine = self.ports_of(ours)?;
        let mut found = Vec::new();
        for port in self.ports_of(theirs)? {
            let mut here = mine.iter().filter(|row| row.ixlan_id == port.ixlan_id).peekable();
            if here.peek().is_none() || (strict && !port.is_operational()) {
                continue;
            }
            let mut sessions = Vec::new();
            for row in here.filter(|row| !strict || row.is_operational()) {
                for family in FAMILIES {
                    let our_address = rules::address(row, family);
                    let Some(their_address) = rules::address(&port, family) else { continue };
                    if !strict || our_address.is_some() {
                        sessions.push(PossibleSession { ours: row.id, family, our_address, their_address });
                    }
                }
            }
            if !strict || !sessions.is_empty() {
                found.push(PossiblePort { theirs: port, sessions });
            }
        }
        Ok(found)
    }
}
