//! What a sync did.

use std::time::Duration;

use serde::Serialize;

use super::note::{Note, Rule};
use crate::peeringdb::cache::Applied;
use crate::peeringdb::record::ObjectType;

/// What a sync did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SyncReport {
    /// What became of the rows, one entry per type that was in the source.
    pub types: Vec<TypeReport>,
    /// The types that the source did not have. Their rows, if any, stay as they were.
    pub missing: Vec<ObjectType>,
    /// Every row that needed a rule, and which.
    pub notes: Vec<Note>,
    /// Another sync was at work or had just ended when this one began: nothing was fetched, the cache is as that one
    /// left it.
    pub joined: bool,
    /// Bytes read, uncompressed.
    pub bytes: u64,
    /// Time for fetching and decoding into the spool.
    pub fetch: Duration,
    /// Time for the transaction.
    pub apply: Duration,
}

/// What became of the rows of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TypeReport {
    /// The type.
    pub object: ObjectType,
    /// Rows in the source.
    pub rows: u64,
    /// Objects that readers did not see before.
    pub created: u64,
    /// Objects that are different now.
    pub updated: u64,
    /// Objects that readers no longer see.
    pub deleted: u64,
    /// Rows that changed nothing.
    pub unchanged: u64,
    /// Rows that were older than what the cache had, and were left.
    pub outdated: u64,
}

impl SyncReport {
    /// The entry of one type.
    pub fn of(&self, object: ObjectType) -> Option<&TypeReport> {
        self.types.iter().find(|report| report.object == object)
    }

    /// Rows in the source, of all types.
    pub fn rows(&self) -> u64 {
        self.types.iter().map(|report| report.rows).sum()
    }

    /// Objects created, updated or deleted.
    pub fn changes(&self) -> u64 {
        self.types.iter().map(|report| report.created + report.updated + report.deleted).sum()
    }

    /// The notes that somebody should look at: the source says something unexpected.
    pub fn warnings(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(|note| note.rule.is_warning())
    }

    /// How many references to objects that are nowhere to be found were kept, from rows of this type.
    pub fn unresolved(&self, object: ObjectType) -> usize {
        let is_one = |note: &&Note| note.object == object && matches!(note.rule, Rule::Unresolved { .. });
        self.notes.iter().filter(is_one).count()
    }

    /// Notes how many rows of a type were read.
    pub(super) fn read(&mut self, object: ObjectType, rows: u64) {
        self.change(object, |entry| entry.rows += rows);
    }

    pub(super) fn applied(&mut self, object: ObjectType, applied: Applied) {
        self.change(object, |entry| {
            entry.created += applied.created;
            entry.updated += applied.updated;
            entry.deleted += applied.deleted;
            entry.unchanged += applied.unchanged;
            entry.outdated += applied.outdated;
        });
    }

    fn change(&mut self, object: ObjectType, change: impl FnOnce(&mut TypeReport)) {
        if let Some(entry) = self.types.iter_mut().find(|report| report.object == object) {
            return change(entry);
        }
        let mut entry =
            TypeReport { object, rows: 0, created: 0, updated: 0, deleted: 0, unchanged: 0, outdated: 0 };
        change(&mut entry);
        self.types.push(entry);
        self.types.sort_by_key(|report| report.object);
    }
}
