//! How large exchanges and networks are, by the ports and facilities that PeeringDB lists.

use std::cmp::Reverse;
use std::sync::Arc;

use super::Discovery;
use crate::Result;
use crate::peeringdb::index::{ExchangeTotal, NetworkTotal};
use crate::peeringdb::record::{Ix, Net};

/// An exchange in numbers.
///
/// Every live port counts, operational or not: a port that is down today is still capacity that was bought.
#[derive(Clone, Debug, PartialEq)]
pub struct ExchangeSize {
    /// PeeringDB's number of it (`ix.id`).
    pub ix: u64,
    /// Its record, if the mirror has it.
    pub exchange: Option<Arc<Ix>>,
    /// Its members: different networks (`netixlan.net_id`) with a port there.
    pub networks: u64,
    /// Their ports (`netixlan`).
    pub ports: u64,
    /// The sum of their speeds (`netixlan.speed`), in Mbit/s. Ports with an unknown speed (0, or none) add nothing.
    pub capacity: u64,
}

/// A network in numbers. Every live port counts, as for [`ExchangeSize`].
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkSize {
    /// PeeringDB's number of it (`net.id`), which is not its AS number.
    pub net: u64,
    /// Its record, if the mirror has it.
    pub network: Option<Arc<Net>>,
    /// Different exchanges (`netixlan.ix_id`) where it has a port.
    pub exchanges: u64,
    /// Its ports (`netixlan`).
    pub ports: u64,
    /// Different facilities (`netfac.fac_id`) where it is present.
    pub facilities: u64,
    /// The sum of its ports' speeds (`netixlan.speed`), in Mbit/s.
    pub capacity: u64,
}

/// By what exchanges are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ExchangeMeasure {
    /// [`ExchangeSize::networks`].
    #[default]
    Networks,
    /// [`ExchangeSize::ports`].
    Ports,
    /// [`ExchangeSize::capacity`].
    Capacity,
}

/// By what networks are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NetworkMeasure {
    /// [`NetworkSize::exchanges`].
    #[default]
    Exchanges,
    /// [`NetworkSize::ports`].
    Ports,
    /// [`NetworkSize::facilities`].
    Facilities,
    /// [`NetworkSize::capacity`].
    Capacity,
}

impl Discovery<'_> {
    /// The largest exchanges, at most `limit`, largest first; equal ones by their number (`ix.id`), lowest first.
    ///
    /// Exchanges without a port are not listed.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`](crate::ErrorKind::Storage) if the cache cannot be read.
    pub fn largest_exchanges(&self, by: ExchangeMeasure, limit: usize) -> Result<Vec<ExchangeSize>> {
        let totals = self.index.exchange_totals(&self.snapshot)?.iter().copied();
        let totals = largest(totals, limit, |row| {
            let size = match by {
                ExchangeMeasure::Networks => row.networks,
                ExchangeMeasure::Ports => row.ports,
                ExchangeMeasure::Capacity => row.speed,
            };
            (Reverse(size), row.ix)
        });
        let numbers: Vec<u64> = totals.iter().map(|row| row.ix).collect();
        let mut records = self.index.exchanges(&self.snapshot, &numbers)?.into_iter().peekable();
        let size = |row: ExchangeTotal| ExchangeSize {
            ix: row.ix,
            exchange: records.next_if(|record| record.id == row.ix),
            networks: row.networks,
            ports: row.ports,
            capacity: row.speed,
        };
        Ok(totals.into_iter().map(size).collect())
    }

    /// The networks with the widest presence, at most `limit`, widest first; equal ones by their number (`net.id`),
    /// lowest first.
    ///
    /// Networks without a port and without a facility are not listed.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`](crate::ErrorKind::Storage) if the cache cannot be read.
    pub fn largest_networks(&self, by: NetworkMeasure, limit: usize) -> Result<Vec<NetworkSize>> {
        let totals = self.index.network_totals(&self.snapshot)?.iter().copied();
        let totals = largest(totals, limit, |row| {
            let size = match by {
                NetworkMeasure::Exchanges => row.exchanges,
                NetworkMeasure::Ports => row.ports,
                NetworkMeasure::Facilities => row.facilities,
                NetworkMeasure::Capacity => row.speed,
            };
            (Reverse(size), row.net)
        });
        let numbers: Vec<u64> = totals.iter().map(|row| row.net).collect();
        let mut records = self.index.networks_by_id(&self.snapshot, &numbers)?.into_iter().peekable();
        let size = |row: NetworkTotal| NetworkSize {
            net: row.net,
            network: records.next_if(|record| record.id == row.net),
            exchanges: row.exchanges,
            ports: row.ports,
            facilities: row.facilities,
            capacity: row.speed,
        };
        Ok(totals.into_iter().map(size).collect())
    }
}

/// The first `limit` rows by a key.
fn largest<T, K: Ord>(rows: impl Iterator<Item = T>, limit: usize, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut rows: Vec<T> = rows.collect();
    if limit < rows.len() {
        rows.select_nth_unstable_by_key(limit, &key);
        rows.truncate(limit);
    }
    rows.sort_unstable_by_key(key);
    rows
}
