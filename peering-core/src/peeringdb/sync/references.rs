//! Which objects the incoming rows refer to, and which of those nobody has.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::note::{Note, Rule};
use crate::Result;
use crate::peeringdb::cache::{Cache, Row, Standing, parents};
use crate::peeringdb::record::ObjectType;

/// The references of one sync.
#[derive(Debug, Default)]
pub(super) struct References {
    /// The objects that came, each with the place of the answer it first came in.
    present: HashMap<ObjectType, HashMap<i64, u32>>,
    /// So many answers were begun.
    answers: u32,
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

/// Where an answer begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    object: ObjectType,
    answer: u32,
    open: usize,
}

impl References {
    /// An answer of this type begins.
    pub(super) fn mark(&mut self, object: ObjectType) -> Mark {
        self.answers += 1;
        Mark { object, answer: self.answers, open: self.open.len() }
    }

    /// Forgets what has come since.
    pub(super) fn back_to(&mut self, mark: Mark) {
        self.open.truncate(mark.open);
        if let Some(present) = self.present.get_mut(&mark.object) {
            present.retain(|_, answer| *answer < mark.answer);
        }
    }

    /// A row has come. `columns` are the names of its keys.
    pub(super) fn add(&mut self, object: ObjectType, columns: &[&str], row: &Row) {
        self.present.entry(object).or_default().entry(row.id).or_insert(self.answers);
        if row.standing != Standing::Live {
            return;
        }
        for (column, parent) in parents(object) {
            let place = columns.iter().position(|known| known == column);
            let Some(parent_id) = place.and_then(|place| row.keys.get(place).copied().flatten()) else {
                continue;
            };
            if !self.has(*parent, parent_id) {
                self.open.push(Reference { object, id: row.id, parent: *parent, parent_id });
            }
        }
    }

    fn has(&self, object: ObjectType, id: i64) -> bool {
        self.present.get(&object).is_some_and(|ids| ids.contains_key(&id))
    }

    /// The objects of this type that rows refer to and that neither came nor are in the cache.
    pub(super) fn missing(&self, cache: &Cache, parent: ObjectType) -> Result<BTreeSet<i64>> {
        let wanted: BTreeSet<i64> = self
            .open
            .iter()
            .filter(|open| open.parent == parent && !self.has(parent, open.parent_id))
            .map(|open| open.parent_id)
            .collect();
        Ok(cache.unknown(parent, wanted)?.into_iter().collect())
    }

    /// A note for each reference to an object that is nowhere to be found.
    pub(super) fn unresolved(&self, cache: &Cache) -> Result<Vec<Note>> {
        let mut missing = HashMap::new();
        for parent in self.open.iter().map(|open| open.parent).collect::<HashSet<_>>() {
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
