//! Where networks are and what they share, by PeeringDB's records alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::peer::{PossiblePort, PossibleSession};
use super::rules::{self, FAMILIES};
use super::{Compat, Discovery};
use crate::peeringdb::Query;
use crate::peeringdb::record::{Fac, Ix, Net, NetIxLan};
use crate::{Asn, Result};

/// Every method fails with [`ErrorKind::Storage`](crate::ErrorKind::Storage) if the cache cannot be read, and
/// only so. Lists are in the order of the objects' numbers unless it says otherwise.
impl Discovery<'_> {
    /// The network with this AS number.
    pub fn network(&self, asn: Asn) -> Result<Option<Arc<Net>>> {
        self.index.network(&self.snapshot, asn)
    }

    /// The networks one of whose names contains this text.
    pub fn networks_named(&self, text: &str) -> Result<Vec<Arc<Net>>> {
        self.index.networks_by_id(&self.snapshot, &self.snapshot.ids(&Query::<Net>::new().search(text))?)
    }

    /// The exchanges one of whose names contains this text.
    pub fn exchanges_named(&self, text: &str) -> Result<Vec<Arc<Ix>>> {
        self.index.exchanges(&self.snapshot, &self.snapshot.ids(&Query::<Ix>::new().search(text))?)
    }

    /// The facilities one of whose names contains this text.
    pub fn facilities_named(&self, text: &str) -> Result<Vec<Arc<Fac>>> {
        self.index.buildings(&self.snapshot, &self.snapshot.ids(&Query::<Fac>::new().search(text))?)
    }

    /// The networks connected to an exchange (`ix.id`).
    pub fn networks_at_exchange(&self, ix: u64) -> Result<Vec<Arc<Net>>> {
        self.index.networks_at_exchange(&self.snapshot, ix)
    }

    /// The networks present in a facility (`fac.id`).
    pub fn networks_at_facility(&self, fac: u64) -> Result<Vec<Arc<Net>>> {
        self.index.networks_at_facility(&self.snapshot, fac)
    }

    /// The exchanges present in a facility (`fac.id`).
    pub fn exchanges_at_facility(&self, fac: u64) -> Result<Vec<Arc<Ix>>> {
        self.index.exchanges_at_facility(&self.snapshot, fac)
    }

    /// The ports of a network, at all exchanges.
    pub fn ports_of(&self, asn: Asn) -> Result<Vec<Arc<NetIxLan>>> {
        let ports = self.index.ports_of(&self.snapshot, &[asn])?.pop().flatten();
        Ok(ports.map(|ports| ports.to_vec()).unwrap_or_default())
    }

    /// The ports on a peering LAN (`ixlan.id`).
    pub fn ports_at(&self, ixlan: u64) -> Result<Vec<Arc<NetIxLan>>> {
        let lan = self.index.ports_at(&self.snapshot, &[ixlan])?.pop().flatten();
        Ok(lan.map(|lan| lan.ports.clone()).unwrap_or_default())
    }

    /// The numbers (`ixlan.id`) of the peering LANs where a network has a port.
    pub fn peering_lans_of(&self, asn: Asn) -> Result<BTreeSet<u64>> {
        // One network's rows are read faster than everybody's, unless those have been read.
        if let Some(presence) = self.index.presence_so_far() {
            return Ok(presence.lans_of(asn).iter().copied().collect());
        }
        Ok(self.ports_of(asn)?.iter().filter_map(|port| port.ixlan_id).collect())
    }

    /// The networks that have a port on a peering LAN where this one has a port, by AS number, itself left out.
    ///
    /// As the ports say (`netixlan.asn`); a network without a record in the mirror is left out, and is among
    /// [`asns_at_exchanges_of`](Discovery::asns_at_exchanges_of).
    pub fn networks_at_exchanges_of(&self, asn: Asn) -> Result<Vec<Arc<Net>>> {
        let networks = self.index.networks(&self.snapshot, &self.asns_at_exchanges_of(asn)?)?;
        Ok(networks.into_iter().flatten().collect())
    }

    /// The AS numbers that have a port (`netixlan.asn`) on a peering LAN where this one has a port, sorted, itself
    /// left out. Reads no records.
    pub fn asns_at_exchanges_of(&self, asn: Asn) -> Result<Vec<Asn>> {
        Ok(self.index.presence(&self.snapshot)?.neighbours_of(asn))
    }

    /// The exchanges where a network has a port.
    pub fn exchanges_of(&self, asn: Asn) -> Result<Vec<Arc<Ix>>> {
        self.exchanges_with(&self.peering_lans_of(asn)?)
    }

    /// The exchanges where two networks have a port on the same peering LAN.
    pub fn shared_peeringdb_exchanges(&self, one: Asn, other: Asn) -> Result<Vec<Arc<Ix>>> {
        let lans = &self.peering_lans_of(one)? & &self.peering_lans_of(other)?;
        self.exchanges_with(&lans)
    }

    fn exchanges_with(&self, lans: &BTreeSet<u64>) -> Result<Vec<Arc<Ix>>> {
        let lans: Vec<u64> = lans.iter().copied().collect();
        let lans = self.index.peering_lans(&self.snapshot, &lans)?;
        let exchanges: BTreeSet<u64> = lans.iter().filter_map(|lan| lan.ix_id).collect();
        let exchanges: Vec<u64> = exchanges.into_iter().collect();
        self.index.exchanges(&self.snapshot, &exchanges)
    }

    /// The facilities where a network is present.
    pub fn facilities_of(&self, asn: Asn) -> Result<Vec<Arc<Fac>>> {
        // By the network, not by `local_asn`: that may be another number than the network's own.
        match self.network(asn)? {
            Some(network) => self.index.facilities_of(&self.snapshot, network.id),
            None => Ok(Vec::new()),
        }
    }

    /// The facilities where two networks are present.
    pub fn shared_facilities(&self, one: Asn, other: Asn) -> Result<Vec<Arc<Fac>>> {
        let theirs: BTreeSet<u64> = self.facilities_of(other)?.iter().map(|fac| fac.id).collect();
        let mut shared = self.facilities_of(one)?;
        shared.retain(|fac| theirs.contains(&fac.id));
        Ok(shared)
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
