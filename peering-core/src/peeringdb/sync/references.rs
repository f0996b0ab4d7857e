//! Which objects the incoming rows refer to, and which of those nobody has.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::note::{Note, Rule};
use crate::Result;
use crate::peeringdb::cache::{Cache, Row, Standing, parents};
use crate::peeringdb::record::ObjectType;

/// The references of one sync.
#[derive(Debug, Default)]
pub(super) struct References {
    present: HashMap<ObjectType, HashSet<i64>>,
    /// References to objects that had not come when the row came.
    open: Vec<Reference>,
}

#[derive(Clone, Copy, Debug)]
struct Reference {
    object: ObjectType,
    id: i64,
    parent: ObjectType,
    parent_id: i64,
}

/// What one answer has brought so far.
#[derive(Debug, Default)]
pub(super) struct Arrived {
    ids: Vec<i64>,
    open: Vec<Reference>,
}

impl References {
    /// A row has come. `columns` are the names of its keys. It counts once the answer is [whole](References::add).
    pub(super) fn see(&self, object: ObjectType, columns: &[&str], row: &Row, arrived: &mut Arrived) {
        arrived.ids.push(row.id);
        if row.standing != Standing::Live {
            return;
        }
        for (column, parent) in parents(object) {
            let place = columns.iter().position(|known| known == column);
            let Some(parent_id) = place.and_then(|place| row.keys.get(place).copied().flatten()) else {
                continue;
            };
            if !self.has(*parent, parent_id) {
                arrived.open.push(Reference { object, id: row.id, parent: *parent, parent_id });
            }
        }
    }

    /// An answer has come to its end.
    pub(super) fn add(&mut self, object: ObjectType, arrived: Arrived) {
        self.present.entry(object).or_default().extend(arrived.ids);
        self.open.extend(arrived.open);
    }

    fn has(&self, object: ObjectType, id: i64) -> bool {
        self.present.get(&object).is_some_and(|ids| ids.contains(&id))
    }

    /// The objects of this type that rows refer to and that neither came nor are in the cache.
    pub(super) fn missing(&mut self, cache: &Cache, parent: ObjectType) -> Result<BTreeSet<i64>> {
        let wanted: BTreeSet<i64> = self
            .open
            .iter()
            .filter(|open| open.parent == parent && !self.has(parent, open.parent_id))
            .map(|open| open.parent_id)
            .collect();
        let missing: BTreeSet<i64> = cache.unknown(parent, wanted.iter().copied())?.into_iter().collect();
        // Those that the cache has need not be looked for again.
        self.present.entry(parent).or_default().extend(wanted.difference(&missing));
        Ok(missing)
    }

    /// A note for each reference to an object that is nowhere to be found.
    pub(super) fn unresolved(mut self, cache: &Cache) -> Result<Vec<Note>> {
        let mut missing = HashMap::new();
        let parents: HashSet<_> = self.open.iter().map(|open| open.parent).collect();
        for parent in parents {
            missing.insert(parent, self.missing(cache, parent)?);
        }
        let is_missing = |open: &&Reference| {
            missing.get(&open.parent).is_some_and(|missing| missing.contains(&open.parent_id))
        };
        Ok(self
            .open
            .iter()
            .filter(is_missing)
            .map(|open| Note {
                object: open.object,
                id: Some(open.id.cast_unsigned()),
                rule: Rule::Unresolved { parent: open.parent, id: open.parent_id.cast_unsigned() },
            })
            .collect())
    }
}
