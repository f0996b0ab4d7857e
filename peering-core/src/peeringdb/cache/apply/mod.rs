//! Writing: everything that a sync brings, cursors and history included, in one transaction.
//!
//! The rules by which rows replace each other are in `writer`, those for rows that go with another one in `parents`,
//! those for rows that vanish without a word in `listed`, and what is remembered of all this in `journal`.

mod journal;
mod listed;
mod parents;
mod row;
mod writer;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

pub(super) use journal::forget;
pub(crate) use parents::parents;
pub(crate) use row::{Applied, Batch, Changeset, Cursor, Outcome, Row, Rows, Run, Standing};

use super::{Cache, Failure, names};
use crate::Result;
use crate::peeringdb::record::ObjectType;
use crate::peeringdb::sync::{Note, Rule};
use journal::Journal;
use listed::Lists;
use parents::{Gone, orphans};
use writer::Writer;

/// A transaction at work.
struct Work<'t> {
    transaction: &'t Transaction<'t>,
    journal: Journal<'t>,
    gone: Gone<'t>,
    outcome: Outcome,
}

impl Cache {
    /// Applies everything or nothing. Readers see the old state until this returns.
    pub(crate) fn apply<S: Rows>(
        &self,
        changes: Changeset<S>,
        applying: impl FnMut(ObjectType),
    ) -> Result<Outcome> {
        self.check_writable()?;
        let mut lease = self.lease()?;
        let connection = lease.connection()?;
        let outcome = write(connection, changes, applying).map_err(|failure| self.0.place(failure))?;
        shrink_log(connection);
        Ok(outcome)
    }

    /// The cursor of a type, in Unix seconds, and when a complete list was last compared, in Unix microseconds.
    pub(crate) fn cursor(&self, object: ObjectType, with_key: bool) -> Result<Option<(i64, Option<i64>)>> {
        let lease = self.lease()?;
        lease
            .get()?
            .query_row(
                "SELECT since, listed FROM cursor WHERE object = ?1 AND audience = ?2",
                [object.tag(), audience(object, with_key)],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()
            .map_err(|error| self.place(error))
    }

    /// Those of these objects that the cache has never had.
    pub(crate) fn unknown(&self, object: ObjectType, ids: impl IntoIterator<Item = i64>) -> Result<Vec<i64>> {
        let lease = self.lease()?;
        let connection = lease.get()?;
        let find = || -> rusqlite::Result<Vec<i64>> {
            let sql = format!("SELECT EXISTS (SELECT 1 FROM {object} WHERE id = ?1)");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut unknown = Vec::new();
            for id in ids {
                if !statement.query_row([id], |row| row.get::<_, bool>(0))? {
                    unknown.push(id);
                }
            }
            Ok(unknown)
        };
        find().map_err(|error| self.place(error))
    }
}

fn write<S: Rows>(
    connection: &mut Connection,
    changes: Changeset<S>,
    mut applying: impl FnMut(ObjectType),
) -> Result<Outcome, Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut work = Work {
        transaction: &transaction,
        journal: Journal::begin(&transaction, &changes.run, changes.now, changes.keep)?,
        gone: Gone::new(&transaction),
        outcome: Outcome::default(),
    };
    let mut lists = Lists::of(&changes.batches);
    for mut batch in changes.batches {
        applying(batch.object);
        let was_empty = work.is_empty(batch.object)?;
        if was_empty {
            work.journal.begins_with(batch.object)?;
            lists.forget(batch.object);
        }
        let (object, listed) = (batch.object, batch.complete_until.is_some());
        let applied = Writer::new(&mut work, &batch, was_empty)
            .apply(&mut batch.rows, |row| lists.saw(object, row, listed))?;
        work.add(object, applied);
    }
    lists.compare(&mut work)?;
    if work.has_changed() {
        work.hide_orphans()?;
    }
    for object in ObjectType::ALL.into_iter().filter(|object| work.journal.is_filling(*object)) {
        names::fill(&transaction, object)?;
    }
    for cursor in &changes.cursors {
        advance(&transaction, cursor, work.journal.at)?;
    }
    let sum = work.sum();
    transaction.execute(
        "UPDATE state SET synced = ?1, generation = generation + ?2",
        params![work.journal.at, i64::from(work.has_changed())],
    )?;
    let Work { journal, outcome, .. } = work;
    journal.end(sum, changes.keep)?;
    transaction.commit()?;
    Ok(outcome)
}

impl Work<'_> {
    fn note(&mut self, object: ObjectType, id: i64, rule: Rule) {
        self.outcome.notes.push(Note { object, id: Some(id.cast_unsigned()), rule });
    }

    fn add(&mut self, object: ObjectType, more: Applied) {
        let types = &mut self.outcome.types;
        match types.iter_mut().find(|(known, _)| *known == object) {
            Some((_, sum)) => sum.add(more),
            None => types.push((object, more)),
        }
    }

    fn sum(&self) -> Applied {
        let mut sum = Applied::default();
        self.outcome.types.iter().for_each(|(_, applied)| sum.add(*applied));
        sum
    }

    fn has_changed(&self) -> bool {
        self.outcome.types.iter().any(|(_, applied)| applied.wrote > 0)
    }

    fn is_empty(&self, object: ObjectType) -> rusqlite::Result<bool> {
        let sql = format!("SELECT NOT EXISTS (SELECT 1 FROM {object})");
        self.transaction.query_row(&sql, [], |row| row.get(0))
    }

    /// Hides what belonged to objects that are gone. Parents come before their children, so one pass does.
    fn hide_orphans(&mut self) -> rusqlite::Result<()> {
        for object in ObjectType::ALL {
            for (id, loss) in orphans(self.transaction, object)? {
                let rule = Rule::WentWithParent { parent: loss.with, id: loss.id.cast_unsigned() };
                self.hide(object, id, loss.since, rule)?;
            }
        }
        Ok(())
    }

    /// A row is gone although no tombstone says so.
    fn hide(&mut self, object: ObjectType, id: i64, gone: i64, rule: Rule) -> rusqlite::Result<()> {
        let sql = format!("UPDATE {object} SET live = 0, gone = ?2 WHERE id = ?1 AND live RETURNING names");
        let names: Option<String> =
            self.transaction.prepare_cached(&sql)?.query_row([id, gone], |row| row.get(0)).optional()?;
        // A row may be an orphan twice.
        let Some(names) = names else { return Ok(()) };
        if !self.journal.is_filling(object) {
            self.journal.record(object, id, true, false, Some("{}"))?;
            names::remove(self.transaction, object, id, &names)?;
        }
        self.gone.set(object, id, Some(gone));
        self.note(object, id, rule);
        self.add(object, Applied { deleted: 1, wrote: 1, ..Applied::default() });
        Ok(())
    }
}

/// Empties the write-ahead log after a large write, if nobody is reading from it.
fn shrink_log(connection: &Connection) {
    let _ = connection.busy_timeout(std::time::Duration::ZERO);
    let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    let _ = connection.busy_timeout(super::BUSY);
}

fn audience(object: ObjectType, with_key: bool) -> &'static str {
    if with_key && object.depends_on_audience() { "key" } else { "" }
}

/// A cursor never goes back.
fn advance(connection: &Connection, cursor: &Cursor, at: i64) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO cursor (object, audience, since, listed) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (object, audience) DO UPDATE
         SET since = max(since, excluded.since), listed = coalesce(excluded.listed, listed)",
        params![
            cursor.object.tag(),
            audience(cursor.object, cursor.with_key),
            cursor.since,
            cursor.listed.then_some(at)
        ],
    )?;
    Ok(())
}
