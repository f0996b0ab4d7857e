//! Rows that a complete list no longer has. The server does not send a tombstone for everything.

use std::collections::HashSet;

use super::Work;
use super::row::{Batch, Row, Standing};
use crate::peeringdb::record::ObjectType;
use crate::peeringdb::sync::{Note, Rule};

/// So many rows may vanish from any list.
const FEW: usize = 10;

/// A list that lacks more than one in so many rows is not believed.
const SHARE: usize = 10;

/// The complete lists of one sync, each with the rows that it and the other answers of its type have.
pub(super) struct Lists(Vec<List>);

struct List {
    object: ObjectType,
    with_key: bool,
    until: i64,
    /// Rows in the list itself.
    rows: usize,
    present: HashSet<i64>,
}

impl Lists {
    pub(super) fn of<S>(batches: &[Batch<S>]) -> Self {
        let list = |batch: &Batch<S>| {
            let until = batch.complete_until?;
            let (object, with_key) = (batch.object, batch.with_key);
            Some(List { object, with_key, until, rows: 0, present: HashSet::new() })
        };
        Lists(batches.iter().filter_map(list).collect())
    }

    /// There is nothing to compare this type with.
    pub(super) fn forget(&mut self, object: ObjectType) {
        self.0.retain(|list| list.object != object);
    }

    pub(super) fn saw(&mut self, object: ObjectType, row: &Row, listed: bool) {
        if let Some(list) = self.0.iter_mut().find(|list| list.object == object) {
            list.rows += usize::from(listed);
            if row.standing == Standing::Live {
                list.present.insert(row.id);
            }
        }
    }

    /// Hides the live rows that a list should have and has not.
    pub(super) fn compare(self, work: &mut Work<'_>) -> rusqlite::Result<()> {
        for list in self.0 {
            let expected = list.expected(work)?;
            let absent: Vec<i64> = expected.iter().filter(|id| !list.present.contains(id)).copied().collect();
            let is_empty = list.rows == 0 && !expected.is_empty();
            if is_empty || absent.len() > FEW.max(expected.len() / SHARE) {
                let rule =
                    Rule::ListTooShort { expected: expected.len() as u64, absent: absent.len() as u64 };
                work.outcome.notes.push(Note { object: list.object, id: None, rule });
                continue;
            }
            for id in absent {
                work.hide(list.object, id, list.until, Rule::AbsentFromList)?;
            }
        }
        Ok(())
    }
}

impl List {
    /// The live rows that the list must have if they still exist: those not newer than it, and visible to whoever
    /// asked. Contacts that were fetched with a key say nothing about a list that was fetched without one.
    fn expected(&self, work: &Work<'_>) -> rusqlite::Result<Vec<i64>> {
        let visible = match (self.object, self.with_key) {
            (ObjectType::Poc, true) => "json_extract(doc, '$.visible') IS NOT 'Private'",
            (ObjectType::Poc, false) => {
                "NOT EXISTS (SELECT 1 FROM cursor WHERE object = 'poc' AND audience = 'key')"
            }
            _ => "true",
        };
        let sql = format!(
            "SELECT id FROM {} WHERE live AND coalesce(updated, 0) <= ?1 AND {visible} ORDER BY id",
            self.object
        );
        let mut statement = work.transaction.prepare(&sql)?;
        let ids = statement.query_map([self.until], |row| row.get(0))?;
        ids.collect()
    }
}
