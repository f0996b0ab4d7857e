//! What a sync did.

use std::fmt;
use std::time::Duration;

use crate::peeringdb::cache::Applied;
use crate::peeringdb::record::ObjectType;

/// What a sync did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SyncReport {
    /// What became of the rows, one entry per type that was in the source.
    pub types: Vec<TypeReport>,
    /// The types that the source did not have. Their rows, if any, stay as they were.
    pub missing: Vec<ObjectType>,
    /// What was odd, at most [`SyncReport::WARNINGS`] of them.
    pub warnings: Vec<Warning>,
    /// How many more warnings there were.
    pub more_warnings: u64,
    /// Rows whose parent is not in the cache, by type: kept, but not to be found through the parent.
    pub dangling: Vec<(ObjectType, u64)>,
    /// Bytes read, uncompressed.
    pub bytes: u64,
    /// Time for fetching and decoding into the spool.
    pub fetch: Duration,
    /// Time for the transaction.
    pub apply: Duration,
}

/// What became of the rows of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// Something odd in a row. The row is stored all the same, except where the text says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The type.
    pub object: ObjectType,
    /// The row's number, where it has one.
    pub id: Option<u64>,
    /// What is odd.
    pub text: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            Some(id) => write!(f, "{} {id}: {}", self.object, self.text),
            None => write!(f, "{}: {}", self.object, self.text),
        }
    }
}

impl SyncReport {
    /// So many warnings are kept.
    pub const WARNINGS: usize = 100;

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

    pub(crate) fn warn(&mut self, warning: Warning) {
        if self.warnings.len() < Self::WARNINGS {
            self.warnings.push(warning);
        } else {
            self.more_warnings += 1;
        }
    }

    /// Notes how many rows of a type were read.
    pub(crate) fn read(&mut self, object: ObjectType, rows: u64) {
        self.change(object, |entry| entry.rows += rows);
    }

    pub(crate) fn applied(&mut self, object: ObjectType, applied: Applied) {
        // A cascade may reach a type that was not in the source.
        if self.of(object).is_none() && applied == Applied::default() {
            return;
        }
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
