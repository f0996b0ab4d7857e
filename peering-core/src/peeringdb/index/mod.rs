//! What discovery keeps in memory of one state of the cache: who is where, and the records asked for so far.
//!
//! An [`Index`] belongs to one *generation*, the number in the cache that every change raises in its own transaction,
//! whichever process makes it. So two snapshots with one generation hold the same content, and what was read through
//! one is true for the other: threads, and clones of a `Cache`, share one index, and a sync by anybody leads to a new
//! one. `PRAGMA data_version` cannot do that: it says to *one connection* that somebody else wrote, its values mean
//! nothing to another connection of the pool, it does not change for the connection's own writes, and it changes when
//! a sync found nothing new.
//!
//! Two levels, both filled by the first question that needs them and never before:
//!
//! - [`Presence`] and its neighbours in `presence`: sorted integers from one scan of an index, without reading JSON.
//!   For questions about many networks at once.
//! - Records, decoded once and shared from then on. For questions about one network, one exchange or one facility,
//!   which read their few rows through SQLite's own indexes and do not wait for a scan.
//!
//! Only what exists is kept, so memory is bounded by the data; it is given back when the next generation is looked
//! at, or with the last clone of the cache. Nothing here holds a snapshot: callers bring their own, of the same
//! generation. The peering rules are in [`discovery`](crate::discovery), not here.

mod memo;
mod presence;
mod records;
mod relation;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use memo::{Memo, Once};
pub(crate) use presence::{ExchangeTotal, NetworkTotal, Place, Presence};
use records::PeeringLan;
pub(crate) use records::{Member, PortFacts, types};

use super::cache::Snapshot;
use super::record::{Fac, Ix, IxLan, Net, NetIxLan};
use crate::{Asn, Result};
use presence::Facilities;

/// A list that several questions share.
pub(crate) type List<T> = Arc<[T]>;

/// What is kept of one generation.
pub(crate) struct Index {
    generation: u64,
    presence: Once<Presence>,
    facilities: Once<Facilities>,
    places: Once<Vec<Place>>,
    networks: Memo<u64, Arc<Net>>,
    exchanges: Memo<u64, Arc<Ix>>,
    peering_lans: Memo<u64, Arc<IxLan>>,
    buildings: Memo<u64, Arc<Fac>>,
    ports: Memo<u64, Arc<NetIxLan>>,
    network_of: Memo<Asn, Arc<Net>>,
    ports_of: Memo<Asn, List<Arc<NetIxLan>>>,
    ports_at: Memo<u64, Arc<PeeringLan>>,
    prefixes_of: Memo<u64, List<ipnet::IpNet>>,
    networks_at_exchange: Memo<u64, List<Arc<Net>>>,
    networks_at_facility: Memo<u64, List<Arc<Net>>>,
    exchanges_at_facility: Memo<u64, List<Arc<Ix>>>,
    facilities_of: Memo<u64, List<Arc<Fac>>>,
}

impl Index {
    fn new(generation: u64) -> Self {
        Index {
            generation,
            presence: Once::default(),
            facilities: Once::default(),
            places: Once::default(),
            networks: Memo::default(),
            exchanges: Memo::default(),
            peering_lans: Memo::default(),
            buildings: Memo::default(),
            ports: Memo::default(),
            network_of: Memo::default(),
            ports_of: Memo::default(),
            ports_at: Memo::default(),
            prefixes_of: Memo::default(),
            networks_at_exchange: Memo::default(),
            networks_at_facility: Memo::default(),
            exchanges_at_facility: Memo::default(),
            facilities_of: Memo::default(),
        }
    }

    /// Who is on which peering LAN.
    pub(crate) fn presence(&self, snapshot: &Snapshot<'_>) -> Result<&Presence> {
        self.presence.get_or_build(|| Presence::read(snapshot))
    }

    /// Who is on which peering LAN, if somebody has asked before.
    pub(crate) fn presence_so_far(&self) -> Option<&Presence> {
        self.presence.get()
    }

    /// Exchanges with their totals, by number.
    pub(crate) fn exchange_totals(&self, snapshot: &Snapshot<'_>) -> Result<&[ExchangeTotal]> {
        Ok(self.presence(snapshot)?.exchange_totals())
    }

    /// Networks with their totals, by number.
    pub(crate) fn network_totals(&self, snapshot: &Snapshot<'_>) -> Result<&[NetworkTotal]> {
        let presence = self.presence(snapshot)?;
        let facilities = self.facilities.get_or_build(|| Facilities::read(snapshot))?;
        Ok(facilities.network_totals(presence))
    }

    /// Where the facilities are, as far as it is known, by number.
    pub(crate) fn places(&self, snapshot: &Snapshot<'_>) -> Result<&[Place]> {
        Ok(self.places.get_or_build(|| presence::places(snapshot))?)
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("generation", &self.generation).finish_non_exhaustive()
    }
}

/// The index of the generation that was last looked at.
#[derive(Default)]
pub(crate) struct Current(Mutex<Option<Arc<Index>>>);

impl Current {
    /// The index of this generation; an empty one if another was looked at last.
    pub(crate) fn of(&self, generation: u64) -> Arc<Index> {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*current {
            Some(index) if index.generation == generation => Arc::clone(index),
            // Not only if it is older: a file may have been put back from a backup.
            _ => Arc::clone(current.insert(Arc::new(Index::new(generation)))),
        }
    }
}
