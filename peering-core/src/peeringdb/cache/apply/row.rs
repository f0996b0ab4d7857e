//! What goes into the tables, and what became of it.

use super::super::sql::{SEPARATOR, folded};
use crate::Result;
use crate::peeringdb::record::{ObjectType, Record, Status};
use crate::peeringdb::sync::Note;

/// Whether an object is there, by the server's word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Standing {
    #[default]
    Live,
    /// Not yet there.
    Pending,
    /// A tombstone.
    Deleted,
}

/// A row on its way into the cache.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: i64,
    /// Unix microseconds.
    pub(crate) updated: Option<i64>,
    pub(crate) standing: Standing,
    pub(crate) keys: Vec<Option<i64>>,
    pub(crate) names: String,
    pub(crate) doc: String,
}

impl Row {
    /// The row of a record and the text it was read from.
    pub(crate) fn new<R: Record>(record: &R, doc: String) -> Self {
        let names: Vec<String> = record.names().into_iter().map(folded).collect();
        Row {
            // Whoever decodes the row has refused numbers that do not fit.
            id: record.id().cast_signed(),
            updated: record.updated().map(jiff::Timestamp::as_microsecond),
            standing: match record.status() {
                Status::Deleted => Standing::Deleted,
                Status::Pending => Standing::Pending,
                _ => Standing::Live,
            },
            keys: record.keys(),
            names: names.join(SEPARATOR),
            doc,
        }
    }
}

/// Rows of one type from one answer.
pub(crate) struct Batch<S> {
    pub(crate) object: ObjectType,
    pub(crate) columns: &'static [&'static str],
    /// Whether the server knew who asked.
    pub(crate) with_key: bool,
    /// As of when the answer was made, in Unix microseconds. `None` if it was made for us, now.
    pub(crate) as_of: Option<i64>,
    /// For a complete list: a live row that is not in it and not newer than this (Unix microseconds) is gone.
    pub(crate) complete_until: Option<i64>,
    pub(crate) rows: S,
}

/// A source of rows that reuses one row's memory.
pub(crate) trait Rows {
    /// Fills `row` with the next row; false at the end.
    fn next_row(&mut self, row: &mut Row) -> Result<bool>;
}

/// Up to where a type is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) object: ObjectType,
    pub(crate) with_key: bool,
    /// Unix seconds.
    pub(crate) since: i64,
    /// Whether a complete list was among the answers.
    pub(crate) listed: bool,
}

/// Everything that one sync or load brings.
pub(crate) struct Changeset<S> {
    pub(crate) batches: Vec<Batch<S>>,
    pub(crate) cursors: Vec<Cursor>,
    pub(crate) run: Run,
    pub(crate) now: jiff::Timestamp,
    /// How long changes are kept.
    pub(crate) keep: std::time::Duration,
}

/// Whose work it is.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// Where the rows come from, e.g. the server's address.
    pub(crate) origin: String,
    pub(crate) with_key: bool,
    pub(crate) objects: Vec<ObjectType>,
}

/// What became of everything.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) types: Vec<(ObjectType, Applied)>,
    pub(crate) notes: Vec<Note>,
}

/// What became of the rows of one type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) created: u64,
    pub(crate) updated: u64,
    pub(crate) deleted: u64,
    pub(crate) unchanged: u64,
    pub(crate) outdated: u64,
    /// Rows written, seen by readers or not.
    pub(crate) wrote: u64,
}

impl Applied {
    pub(super) fn add(&mut self, more: Applied) {
        self.created += more.created;
        self.updated += more.updated;
        self.deleted += more.deleted;
        self.unchanged += more.unchanged;
        self.outdated += more.outdated;
        self.wrote += more.wrote;
    }

    /// Counts a row that was written, by what readers see of it before and after.
    pub(super) fn count(&mut self, was_live: bool, is_live: bool) {
        self.wrote += 1;
        match (was_live, is_live) {
            (false, true) => self.created += 1,
            (true, true) => self.updated += 1,
            (true, false) => self.deleted += 1,
            (false, false) => self.unchanged += 1,
        }
    }
}
