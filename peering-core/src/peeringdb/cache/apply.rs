//! Writing: rows from a spool into the tables, all types and cursors in one transaction.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params, params_from_iter};
use serde_json::Value;

use super::sql::{SEPARATOR, folded};
use super::{Cache, schema};
use crate::peeringdb::record::{ObjectType, Record};
use crate::{Error, ErrorKind, Result};

/// A row on its way into the cache.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: i64,
    /// Unix microseconds.
    pub(crate) updated: Option<i64>,
    pub(crate) live: bool,
    pub(crate) keys: Vec<Option<i64>>,
    pub(crate) names: String,
    pub(crate) doc: String,
}

impl Row {
    /// The row of a record and the text it was read from.
    pub(crate) fn new<R: Record>(record: &R, doc: String) -> Self {
        Row {
            // Whoever decodes the row has refused numbers that do not fit.
            id: record.id().cast_signed(),
            updated: record.updated().map(jiff::Timestamp::as_microsecond),
            live: record.status().is_live(),
            keys: record.keys(),
            names: record.names().iter().map(|name| folded(name)).collect::<Vec<_>>().join(SEPARATOR),
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
}

/// What became of the rows of one type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) created: u64,
    pub(crate) updated: u64,
    pub(crate) deleted: u64,
    pub(crate) unchanged: u64,
    pub(crate) outdated: u64,
}

impl Applied {
    fn changes(self) -> u64 {
        self.created + self.updated + self.deleted
    }
}

/// What is stored under a row's number.
struct Stored {
    updated: Option<i64>,
    live: bool,
    same: bool,
    hides_more: bool,
}

impl Cache {
    /// Applies everything or nothing. Readers see the old state until this returns.
    pub(crate) fn apply<S: Rows>(
        &self,
        batches: Vec<Batch<S>>,
        cursors: &[Cursor],
        now: jiff::Timestamp,
        mut applying: impl FnMut(ObjectType),
    ) -> Result<Vec<(ObjectType, Applied)>> {
        if self.is_read_only() {
            return Err(Error::new(ErrorKind::Storage, "this cache was opened for reading only"));
        }
        let mut lease = self.lease()?;
        let connection = lease.connection()?;
        let fail = |error| self.place(error);
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fail)?;
        let mut results: Vec<(ObjectType, Applied)> = Vec::new();
        for mut batch in batches {
            applying(batch.object);
            let applied = Writer::new(&transaction, &batch).apply(&mut batch.rows, &fail)?;
            add(&mut results, batch.object, applied);
        }
        cascade(&transaction, &mut results).map_err(fail)?;
        for cursor in cursors {
            advance(&transaction, cursor).map_err(fail)?;
        }
        let changes: u64 = results.iter().map(|(_, applied)| applied.changes()).sum();
        transaction
            .execute(
                "UPDATE state SET synced = ?1, generation = generation + ?2",
                params![now.as_microsecond(), i64::from(changes > 0)],
            )
            .map_err(fail)?;
        transaction.commit().map_err(fail)?;
        shrink_log(connection);
        Ok(results)
    }

    /// How many rows refer to a parent that the cache has never seen, by type.
    pub(crate) fn dangling(&self) -> Result<Vec<(ObjectType, u64)>> {
        let lease = self.lease()?;
        let connection = lease.get()?;
        let mut found = Vec::new();
        for (object, parents) in PARENTS {
            let missing: Vec<String> = parents
                .iter()
                .map(|(column, parent)| {
                    format!(
                        "NOT EXISTS (SELECT 1 FROM {parent} AS parent WHERE parent.id = {object}.{column})"
                    )
                })
                .collect();
            let count: i64 = connection
                .query_row(
                    &format!("SELECT count(*) FROM {object} WHERE {}", missing.join(" OR ")),
                    [],
                    |row| row.get(0),
                )
                .map_err(|error| self.place(error))?;
            if count > 0 {
                found.push((object, count.unsigned_abs()));
            }
        }
        Ok(found)
    }

    /// The cursor of a type, in Unix seconds.
    pub(crate) fn cursor(&self, object: ObjectType, with_key: bool) -> Result<Option<i64>> {
        let lease = self.lease()?;
        lease
            .get()?
            .query_row(
                "SELECT since FROM cursor WHERE object = ?1 AND audience = ?2",
                [object.tag(), audience(object, with_key)],
                |row| row.get(0),
            )
            .optional()
            .map_err(|error| self.place(error))
    }
}

fn add(results: &mut Vec<(ObjectType, Applied)>, object: ObjectType, more: Applied) {
    let at = match results.iter().position(|(known, _)| *known == object) {
        Some(at) => at,
        None => {
            results.push((object, Applied::default()));
            results.len() - 1
        }
    };
    if let Some((_, sum)) = results.get_mut(at) {
        sum.created += more.created;
        sum.updated += more.updated;
        sum.deleted += more.deleted;
        sum.unchanged += more.unchanged;
        sum.outdated += more.outdated;
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
fn advance(connection: &Connection, cursor: &Cursor) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO cursor (object, audience, since) VALUES (?1, ?2, ?3)
         ON CONFLICT (object, audience) DO UPDATE SET since = max(since, excluded.since)",
        params![cursor.object.tag(), audience(cursor.object, cursor.with_key), cursor.since],
    )?;
    Ok(())
}

/// The parents without which an object makes no sense; each pair of columns is one index.
const PARENTS: [(ObjectType, &[(&str, ObjectType)]); 12] = [
    (ObjectType::Campus, &[("org_id", ObjectType::Org)]),
    (ObjectType::Fac, &[("org_id", ObjectType::Org)]),
    (ObjectType::Net, &[("org_id", ObjectType::Org)]),
    (ObjectType::Ix, &[("org_id", ObjectType::Org)]),
    (ObjectType::Carrier, &[("org_id", ObjectType::Org)]),
    (ObjectType::CarrierFac, &[("carrier_id", ObjectType::Carrier), ("fac_id", ObjectType::Fac)]),
    (ObjectType::IxFac, &[("ix_id", ObjectType::Ix), ("fac_id", ObjectType::Fac)]),
    (ObjectType::IxLan, &[("ix_id", ObjectType::Ix)]),
    (ObjectType::IxPfx, &[("ixlan_id", ObjectType::IxLan)]),
    (ObjectType::NetFac, &[("net_id", ObjectType::Net), ("fac_id", ObjectType::Fac)]),
    (ObjectType::NetIxLan, &[("net_id", ObjectType::Net), ("ix_id", ObjectType::Ix)]),
    (ObjectType::Poc, &[("net_id", ObjectType::Net)]),
];

/// The objects that belong to a network and go with it.
const OF_A_NETWORK: [ObjectType; 3] = [ObjectType::NetFac, ObjectType::NetIxLan, ObjectType::Poc];

/// Hides what belonged to deleted networks: the server does not always send tombstones for it.
fn cascade(connection: &Connection, results: &mut Vec<(ObjectType, Applied)>) -> rusqlite::Result<()> {
    for object in OF_A_NETWORK {
        let hidden = connection.execute(
            &format!(
                "UPDATE {object} SET live = 0 WHERE live AND EXISTS (
                     SELECT 1 FROM net WHERE NOT net.live AND net.id = {object}.net_id
                         AND json_extract(net.doc, '$.status') = 'deleted'
                         AND coalesce({object}.updated, 0) <= coalesce(net.updated, 0))
                 AND net_id IN (SELECT id FROM net WHERE NOT live)"
            ),
            [],
        )?;
        add(results, object, Applied { deleted: hidden as u64, ..Applied::default() });
    }
    Ok(())
}

/// The statements for one table.
struct Writer<'a> {
    transaction: &'a Transaction<'a>,
    object: ObjectType,
    with_key: bool,
    insert: String,
    replace: String,
    find: String,
    revive: Option<String>,
}

impl<'a> Writer<'a> {
    fn new<S>(transaction: &'a Transaction<'a>, batch: &Batch<S>) -> Self {
        let object = batch.object;
        let columns: String = batch.columns.iter().map(|column| format!(", {column}")).collect();
        let places: String = (0..batch.columns.len()).map(|at| format!(", ?{}", at + 6)).collect();
        let insert = format!(
            "INTO {object} (id, updated, live, names, doc{columns}) VALUES (?1, ?2, ?3, ?4, ?5{places})"
        );
        Writer {
            transaction,
            object,
            with_key: batch.with_key,
            find: format!("SELECT updated, live, doc FROM {object} WHERE id = ?1"),
            replace: format!("REPLACE {insert}"),
            insert: format!("INSERT {insert} ON CONFLICT (id) DO NOTHING"),
            revive: OF_A_NETWORK.contains(&object).then(|| {
                format!(
                    "UPDATE {object} SET live = 1 WHERE id = ?1 AND NOT EXISTS (
                         SELECT 1 FROM net WHERE net.id = {object}.net_id AND NOT net.live)"
                )
            }),
        }
    }

    fn apply(&self, rows: &mut impl Rows, fail: &impl Fn(rusqlite::Error) -> Error) -> Result<Applied> {
        let table = self.object;
        let empty: bool = self
            .transaction
            .query_row(&format!("SELECT NOT EXISTS (SELECT 1 FROM {table})"), [], |row| row.get(0))
            .map_err(fail)?;
        // Filling an empty table is twice as fast without its indexes.
        let own = format!("{table}_");
        let indexes: Vec<_> = schema::indexes().filter(|(name, _)| empty && name.starts_with(&own)).collect();
        for (name, _) in &indexes {
            self.transaction.execute_batch(&format!("DROP INDEX {name}")).map_err(fail)?;
        }
        let mut applied = Applied::default();
        let mut row = Row::default();
        while rows.next_row(&mut row)? {
            self.row(&row, empty, &mut applied).map_err(fail)?;
        }
        for (_, statement) in &indexes {
            self.transaction.execute_batch(statement).map_err(fail)?;
        }
        Ok(applied)
    }

    fn row(&self, row: &Row, was_empty: bool, applied: &mut Applied) -> rusqlite::Result<()> {
        if was_empty && self.write(&self.insert, row)? > 0 {
            if row.live {
                applied.created += 1;
            } else {
                applied.unchanged += 1;
            }
            return Ok(());
        }
        let Some(stored) = self.stored(row)? else {
            self.write(&self.replace, row)?;
            if row.live {
                applied.created += 1;
            } else {
                applied.unchanged += 1;
            }
            return Ok(());
        };
        // Without both times there is no telling which is older; then what was just answered wins.
        let order = row.updated.zip(stored.updated).map(|(new, old)| new.cmp(&old));
        if order == Some(std::cmp::Ordering::Less) {
            applied.outdated += 1;
            return Ok(());
        }
        if stored.same || (order == Some(std::cmp::Ordering::Equal) && stored.hides_more) {
            if row.live && !stored.live && self.revive(row)? {
                applied.created += 1;
            } else {
                applied.unchanged += 1;
            }
            return Ok(());
        }
        self.write(&self.replace, row)?;
        match (stored.live, row.live) {
            (true, true) => applied.updated += 1,
            (true, false) => applied.deleted += 1,
            (false, true) => applied.created += 1,
            (false, false) => applied.unchanged += 1,
        }
        Ok(())
    }

    fn write(&self, sql: &str, row: &Row) -> rusqlite::Result<usize> {
        let mut statement = self.transaction.prepare_cached(sql)?;
        let fixed: [&dyn rusqlite::ToSql; 5] = [&row.id, &row.updated, &row.live, &row.names, &row.doc];
        let keys = row.keys.iter().map(|key| key as &dyn rusqlite::ToSql);
        statement.execute(params_from_iter(fixed.into_iter().chain(keys)))
    }

    fn stored(&self, row: &Row) -> rusqlite::Result<Option<Stored>> {
        let mut statement = self.transaction.prepare_cached(&self.find)?;
        statement
            .query_row([row.id], |found| {
                let doc = found.get_ref(2)?.as_str()?;
                Ok(Stored {
                    updated: found.get(0)?,
                    live: found.get(1)?,
                    same: doc == row.doc || same_value(doc, &row.doc),
                    hides_more: self.object == ObjectType::IxLan
                        && !self.with_key
                        && shows_member_list(doc)
                        && !shows_member_list(&row.doc),
                })
            })
            .optional()
    }

    /// Brings back what was hidden only because its network was gone, if the network is back.
    fn revive(&self, row: &Row) -> rusqlite::Result<bool> {
        match &self.revive {
            Some(sql) => Ok(self.transaction.prepare_cached(sql)?.execute([row.id])? > 0),
            None => Ok(false),
        }
    }
}

/// Whether two texts are the same JSON value: another server may space or escape differently.
fn same_value(one: &str, other: &str) -> bool {
    match (serde_json::from_str::<Value>(one), serde_json::from_str::<Value>(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Whether the row has the address of the member list, which the server leaves out for those who may not see it.
fn shows_member_list(doc: &str) -> bool {
    doc.contains("\"ixf_ixp_member_list_url\"")
}
