//! What a cache has for its readers, to be compared with what it had before, or with another cache.

use peering_core::Result;
use peering_core::peeringdb::record::{
    Campus, Carrier, CarrierFac, Fac, Ix, IxFac, IxLan, IxPfx, Net, NetFac, NetIxLan, Org, Poc,
};
use peering_core::peeringdb::{Cache, Change, ChangeQuery, ObjectType, Query, Record, Snapshot, Statistics};
use serde_json::Value;

/// Everything that a reader can learn from a cache.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The live objects of each type.
    pub live: Vec<(ObjectType, Vec<Value>)>,
    /// The same with tombstones and what else is hidden.
    pub all: Vec<(ObjectType, Vec<Value>)>,
    /// What searches for some words find: type and number, sorted.
    pub found: Vec<Vec<(ObjectType, u64)>>,
    /// All changes that are kept.
    pub changes: Vec<Change>,
    /// Counts, cursors, times.
    pub statistics: Statistics,
}

impl State {
    /// The state of this cache. The searches are for these words.
    ///
    /// # Errors
    /// As the cache's reading.
    pub fn of(cache: &Cache, words: &[&str]) -> Result<State> {
        let snapshot = cache.snapshot()?;
        let mut found = Vec::new();
        for word in words {
            let hits = snapshot.search(word, 1_000_000)?;
            let mut hits: Vec<_> = hits.into_iter().map(|hit| (hit.object, hit.id)).collect();
            hits.sort();
            found.push(hits);
        }
        Ok(State {
            live: content(&snapshot, false)?,
            all: content(&snapshot, true)?,
            found,
            changes: snapshot.changes(&ChangeQuery::default())?,
            // The file may grow by what was rolled back.
            statistics: Statistics { bytes: 0, ..snapshot.statistics()? },
        })
    }

    /// How the two differ in what is live, for messages.
    ///
    /// # Panics
    /// When they do.
    pub fn assert_same_content(&self, other: &State, context: &str) {
        for ((object, ours), (_, theirs)) in self.live.iter().zip(&other.live) {
            assert_eq!(ours, theirs, "{context}: {object}");
        }
        assert_eq!(self.found, other.found, "{context}: search");
    }
}

fn content(snapshot: &Snapshot<'_>, with_hidden: bool) -> Result<Vec<(ObjectType, Vec<Value>)>> {
    Ok(vec![
        rows::<Org>(snapshot, with_hidden)?,
        rows::<Campus>(snapshot, with_hidden)?,
        rows::<Fac>(snapshot, with_hidden)?,
        rows::<Net>(snapshot, with_hidden)?,
        rows::<Ix>(snapshot, with_hidden)?,
        rows::<Carrier>(snapshot, with_hidden)?,
        rows::<CarrierFac>(snapshot, with_hidden)?,
        rows::<IxFac>(snapshot, with_hidden)?,
        rows::<IxLan>(snapshot, with_hidden)?,
        rows::<IxPfx>(snapshot, with_hidden)?,
        rows::<NetFac>(snapshot, with_hidden)?,
        rows::<NetIxLan>(snapshot, with_hidden)?,
        rows::<Poc>(snapshot, with_hidden)?,
    ])
}

fn rows<R: Record>(snapshot: &Snapshot<'_>, with_hidden: bool) -> Result<(ObjectType, Vec<Value>)> {
    let query = if with_hidden { Query::<R>::new().including_deleted() } else { Query::new() };
    let rows = snapshot.find(&query)?;
    Ok((R::OBJECT, rows.iter().map(|row| serde_json::to_value(row).unwrap_or_default()).collect()))
}
