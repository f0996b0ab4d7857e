//! One answer's rows into one table, by the rules.

use std::cmp::Ordering;

use rusqlite::{OptionalExtension, params_from_iter};

use super::Work;
use super::journal::differences;
use super::parents::Loss;
use super::row::{Applied, Batch, Row, Rows, Standing};
use crate::peeringdb::cache::{Failure, names, schema};
use crate::peeringdb::record::ObjectType;
use crate::peeringdb::sync::Rule;

/// The statements for one table, and what the answer says about itself.
pub(super) struct Writer<'w, 't> {
    work: &'w mut Work<'t>,
    object: ObjectType,
    columns: &'static [&'static str],
    with_key: bool,
    as_of: i64,
    was_empty: bool,
    insert: String,
    find: String,
    applied: Applied,
}

/// What is stored under a row's number.
struct Stored {
    live: bool,
    gone: Option<i64>,
    seen: Option<i64>,
    names: String,
    /// Whether each of the key columns is another one now.
    other_keys: Vec<bool>,
    order: Option<Ordering>,
    /// What is different, unless the row is older anyway. `None` if nothing is.
    differences: Option<String>,
    shows_more: bool,
}

impl<'w, 't> Writer<'w, 't> {
    pub(super) fn new<S>(work: &'w mut Work<'t>, batch: &Batch<S>, was_empty: bool) -> Self {
        let object = batch.object;
        let columns: String = batch.columns.iter().map(|column| format!(", {column}")).collect();
        let places: String = (0..batch.columns.len()).map(|at| format!(", ?{}", at + 8)).collect();
        let insert = format!(
            "INTO {object} (id, updated, live, names, doc, gone, seen{columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7{places})"
        );
        Writer {
            object,
            columns: batch.columns,
            with_key: batch.with_key,
            as_of: batch.as_of.unwrap_or(work.journal.at),
            was_empty,
            find: format!(
                "SELECT updated, live, gone, seen, names, doc{columns} FROM {object} WHERE id = ?1"
            ),
            insert: format!("INSERT {insert} ON CONFLICT (id) DO NOTHING"),
            applied: Applied::default(),
            work,
        }
    }

    /// Writes all rows; `each` sees every row first.
    pub(super) fn apply(
        mut self,
        rows: &mut impl Rows,
        mut each: impl FnMut(&Row),
    ) -> Result<Applied, Failure> {
        // Filling an empty table is twice as fast without its indexes, but for those of hidden rows: there are few.
        let own = format!("{}_", self.object);
        let indexes: Vec<_> = schema::indexes()
            .filter(|(name, _)| self.was_empty && name.starts_with(&own) && !name.ends_with("_hidden"))
            .collect();
        for (name, _) in &indexes {
            self.work.transaction.execute_batch(&format!("DROP INDEX {name}"))?;
        }
        let mut row = Row::default();
        while rows.next_row(&mut row)? {
            each(&row);
            self.row(&row)?;
        }
        for (_, statement) in &indexes {
            self.work.transaction.execute_batch(statement)?;
        }
        Ok(self.applied)
    }

    fn row(&mut self, row: &Row) -> Result<(), Failure> {
        let mut gone = match row.standing {
            Standing::Live => self.work.gone.parent_of(self.object, self.columns, row)?,
            Standing::Pending => None,
            // A tombstone from the future must not outlast what comes after it.
            Standing::Deleted => {
                let now = self.work.journal.at;
                Some(Loss { with: self.object, id: row.id, since: row.updated.unwrap_or(now).min(now) })
            }
        };
        if self.was_empty && self.write(&self.insert, row, gone.map(|loss| loss.since))? > 0 {
            self.arrived(row, gone)?;
            return Ok(());
        }
        let Some(stored) = self.stored(row)? else {
            self.write(&self.insert, row, gone.map(|loss| loss.since))?;
            return Ok(self.arrived(row, gone)?);
        };
        if stored.order == Some(Ordering::Less) {
            self.applied.outdated += 1;
            self.note(row, Rule::Outdated);
            return Ok(());
        }
        let is_earlier_answer = stored.seen.is_some_and(|seen| self.as_of < seen);
        let Some(fields) = &stored.differences else {
            // Gone by a rule and not by the server's word, and now the server has it in a later answer.
            let returns = row.standing == Standing::Live
                && !stored.live
                && gone.is_none()
                && stored.gone.is_some_and(|gone| self.as_of > gone);
            if returns {
                self.update(row, None, &stored)?;
                self.note(row, Rule::Returned);
                self.applied.count(false, true);
                self.changed(row, false, true, "{}", &stored.names)?;
            } else {
                self.applied.unchanged += 1;
            }
            return Ok(());
        };
        if stored.order != Some(Ordering::Greater) && is_earlier_answer {
            self.applied.outdated += 1;
            self.note(row, Rule::Outdated);
            return Ok(());
        }
        if stored.order == Some(Ordering::Equal) && stored.shows_more {
            self.applied.unchanged += 1;
            self.note(row, Rule::ShowsLess);
            return Ok(());
        }
        // An answer from before the row went cannot bring it back.
        if let (Standing::Live, None, Some(since)) = (row.standing, gone, stored.gone)
            && self.as_of <= since
        {
            gone = Some(Loss { with: self.object, id: row.id, since });
        }
        self.update(row, gone.map(|loss| loss.since), &stored)?;
        let is_live = row.standing == Standing::Live && gone.is_none();
        self.work.gone.set(self.object, row.id, gone.map(|loss| loss.since));
        self.went_along(row, gone);
        self.applied.count(stored.live, is_live);
        Ok(self.changed(row, stored.live, is_live, fields, &stored.names)?)
    }

    /// A row is there that was not there before.
    fn arrived(&mut self, row: &Row, gone: Option<Loss>) -> rusqlite::Result<()> {
        let is_live = row.standing == Standing::Live && gone.is_none();
        self.applied.count(false, is_live);
        self.work.gone.set(self.object, row.id, gone.map(|loss| loss.since));
        if row.standing == Standing::Deleted {
            self.note(row, Rule::NeverSeen);
        }
        self.went_along(row, gone);
        if self.work.journal.is_filling(self.object) {
            return Ok(());
        }
        self.work.journal.record(self.object, row.id, false, is_live, None)?;
        if is_live {
            names::add(self.work.transaction, self.object, row.id, &row.names)?;
        }
        Ok(())
    }

    /// A stored row is different now.
    fn changed(
        &mut self,
        row: &Row,
        was_live: bool,
        is_live: bool,
        fields: &str,
        old_names: &str,
    ) -> rusqlite::Result<()> {
        if self.work.journal.is_filling(self.object) {
            return Ok(());
        }
        self.work.journal.record(self.object, row.id, was_live, is_live, Some(fields))?;
        if was_live == is_live && (!is_live || old_names == row.names) {
            return Ok(());
        }
        if was_live {
            names::remove(self.work.transaction, self.object, row.id, old_names)?;
        }
        if is_live {
            names::add(self.work.transaction, self.object, row.id, &row.names)?;
        }
        Ok(())
    }

    fn went_along(&mut self, row: &Row, gone: Option<Loss>) {
        if let (Standing::Live, Some(loss)) = (row.standing, gone)
            && loss.with != self.object
        {
            self.note(row, Rule::WentWithParent { parent: loss.with, id: loss.id.cast_unsigned() });
        }
    }

    fn note(&mut self, row: &Row, rule: Rule) {
        self.work.note(self.object, row.id, rule);
    }

    /// Updates only the columns that are different: SQLite writes every index that has a column which is set.
    fn update(&self, row: &Row, gone: Option<i64>, stored: &Stored) -> rusqlite::Result<()> {
        let live = row.standing == Standing::Live && gone.is_none();
        let mut columns = vec!["updated", "doc", "seen"];
        let mut values: Vec<&dyn rusqlite::ToSql> = vec![&row.updated, &row.doc, &self.as_of];
        if live != stored.live || gone != stored.gone {
            columns.extend(["live", "gone"]);
            values.extend([&live as &dyn rusqlite::ToSql, &gone]);
        }
        if row.names != stored.names {
            columns.push("names");
            values.push(&row.names);
        }
        for ((column, key), is_other) in self.columns.iter().zip(&row.keys).zip(&stored.other_keys) {
            if *is_other {
                columns.push(column);
                values.push(key);
            }
        }
        values.push(&row.id);
        let set = columns.join(" = ?, ");
        let sql = format!("UPDATE {} SET {set} = ? WHERE id = ?", self.object);
        self.work.transaction.prepare_cached(&sql)?.execute(params_from_iter(values))?;
        Ok(())
    }

    fn write(&self, sql: &str, row: &Row, gone: Option<i64>) -> rusqlite::Result<usize> {
        let mut statement = self.work.transaction.prepare_cached(sql)?;
        let live = row.standing == Standing::Live && gone.is_none();
        let fixed: [&dyn rusqlite::ToSql; 7] =
            [&row.id, &row.updated, &live, &row.names, &row.doc, &gone, &self.as_of];
        let keys = row.keys.iter().map(|key| key as &dyn rusqlite::ToSql);
        statement.execute(params_from_iter(fixed.into_iter().chain(keys)))
    }

    fn stored(&self, row: &Row) -> rusqlite::Result<Option<Stored>> {
        let mut statement = self.work.transaction.prepare_cached(&self.find)?;
        statement
            .query_row([row.id], |found| {
                let updated: Option<i64> = found.get(0)?;
                // Without both times there is no telling which is older; then what was answered later wins.
                let order = row.updated.zip(updated).map(|(new, old)| new.cmp(&old));
                let doc = found.get_ref(5)?.as_str()?;
                Ok(Stored {
                    live: found.get(1)?,
                    gone: found.get(2)?,
                    seen: found.get(3)?,
                    names: found.get(4)?,
                    other_keys: (6..)
                        .zip(&row.keys)
                        .map(|(at, key)| Ok(found.get::<_, Option<i64>>(at)? != *key))
                        .collect::<rusqlite::Result<_>>()?,
                    order,
                    differences: match order {
                        Some(Ordering::Less) => None,
                        _ => differences(doc, &row.doc),
                    },
                    shows_more: self.object == ObjectType::IxLan
                        && !self.with_key
                        && shows_member_list(doc)
                        && !shows_member_list(&row.doc),
                })
            })
            .optional()
    }
}

/// Whether the row has the address of the member list, which the server leaves out for those who may not see it.
fn shows_member_list(doc: &str) -> bool {
    doc.contains("\"ixf_ixp_member_list_url\"")
}
