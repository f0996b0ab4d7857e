//! Reading history: what changed, since when, and how a record was before.
//!
//! Every sync writes down what it changed. The time of a change is when the cache learned of it, which is later than the
//! record's own `updated`; it never goes back, whatever the clock does. How long changes are kept is
//! [`SyncOptions::history`](crate::peeringdb::sync::SyncOptions::history). The first fill of a type is its beginning and
//! no change.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Cache, Failure, Snapshot};
use crate::Result;
use crate::peeringdb::record::{ObjectType, Record};

/// What happened to an object, for readers of the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It was not there before.
    Created,
    /// Some of its fields are different.
    Updated,
    /// It is gone.
    Deleted,
}

/// A field that is different now. A field that was or is absent has no value; one that was or is `null` has that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field's name.
    pub field: String,
    /// The value before.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub old: Option<Value>,
    /// The value after.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub new: Option<Value>,
}

/// One object, changed by one sync.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its place among all changes of this cache. Numbers grow and are never used again, but some are left out.
    pub number: u64,
    /// When the cache learned of it.
    pub at: Timestamp,
    /// The object's type.
    pub object: ObjectType,
    /// The object's number.
    pub id: u64,
    /// What happened.
    pub kind: ChangeKind,
    /// The fields that are different, `updated` among them, in no particular order. Empty for an object that is new, and
    /// for one that came or went by a rule of the sync and not by the server's word.
    pub fields: Vec<FieldChange>,
}

/// Which changes to tell, oldest first. The default is all that are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeQuery {
    /// Only changes later than this.
    pub since: Option<Timestamp>,
    /// Only changes after the one with this number.
    pub after: Option<u64>,
    /// Only objects of these types; all if empty.
    pub objects: Vec<ObjectType>,
    /// Only the object with this number.
    pub id: Option<u64>,
    /// At most so many.
    pub limit: Option<usize>,
}

impl Cache {
    /// What changed.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if `since` or `after` is before the beginning of what is kept,
    /// [`ErrorKind::Storage`](crate::ErrorKind::Storage) if the file cannot be read.
    pub fn changes(&self, query: &ChangeQuery) -> Result<Vec<Change>> {
        self.snapshot()?.changes(query)
    }

    /// An object as the cache had it at this time. `None` if it was not there.
    ///
    /// # Errors
    /// As [`changes`](Cache::changes).
    pub fn as_of<R: Record>(&self, id: u64, at: Timestamp) -> Result<Option<R>> {
        self.snapshot()?.as_of(id, at)
    }

    /// Since when the changes of a type are kept without a gap. `None` if the cache never had any objects of it.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`](crate::ErrorKind::Storage) if the file cannot be read.
    pub fn history_begins(&self, object: ObjectType) -> Result<Option<Timestamp>> {
        let snapshot = self.snapshot()?;
        begin(snapshot.connection()?, object)
            .map(|begin| begin.map(time))
            .map_err(|error| snapshot.place(error))
    }

    /// The number of the last change; 0 before the first.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`](crate::ErrorKind::Storage) if the file cannot be read.
    pub fn last_change(&self) -> Result<u64> {
        let snapshot = self.snapshot()?;
        last(snapshot.connection()?).map(i64::unsigned_abs).map_err(|error| snapshot.place(error))
    }
}

impl Snapshot<'_> {
    /// As [`Cache::changes`].
    ///
    /// # Errors
    /// As [`Cache::changes`].
    pub fn changes(&self, query: &ChangeQuery) -> Result<Vec<Change>> {
        let connection = self.connection()?;
        changes(connection, query).map_err(|failure| self.fail(failure))
    }

    /// As [`Cache::as_of`].
    ///
    /// # Errors
    /// As [`Cache::changes`].
    pub fn as_of<R: Record>(&self, id: u64, at: Timestamp) -> Result<Option<R>> {
        let past = self
            .connection()
            .map_err(Failure::from)
            .and_then(|connection| past(connection, R::OBJECT, id.cast_signed(), at.as_microsecond()))
            .map_err(|failure| self.fail(failure))?;
        let Some(past) = past else { return Ok(None) };
        let record = serde_json::from_value(Value::Object(past)).map_err(|error| {
            self.fail(Failure::Refused(format!("the past {} {id} cannot be read: {error}", R::OBJECT)))
        })?;
        Ok(Some(record))
    }
}

fn changes(connection: &Connection, query: &ChangeQuery) -> Result<Vec<Change>, Failure> {
    if let Some(since) = query.since {
        let objects = if query.objects.is_empty() { &ObjectType::ALL[..] } else { &query.objects };
        for object in objects {
            check_begin(connection, *object, since.as_microsecond())?;
        }
    }
    let mut sql = "SELECT change.number, run.at, object, id, was_live, is_live, fields
                   FROM change JOIN run ON run.number = change.run WHERE (was_live OR is_live)"
        .to_owned();
    let mut values: Vec<Sql> = Vec::new();
    let mut condition = |text: &str, value: Sql| {
        values.push(value);
        sql.push_str(&format!(" AND {text} ?{}", values.len()));
    };
    if let Some(after) = query.after {
        let first: Option<i64> =
            connection.query_row("SELECT min(number) FROM change", [], |row| row.get(0))?;
        let first = first.map_or_else(|| last(connection).map(|last| last + 1), Ok)?;
        if after.cast_signed() < first - 1 && after.cast_signed() < last(connection)? {
            return Err(Failure::Forgotten(format!(
                "the changes after number {after} are no longer kept; the first that is has number {first}"
            )));
        }
        condition("change.number >", Sql::Integer(after.cast_signed()));
    }
    if let Some(since) = query.since {
        condition("run.at >", Sql::Integer(since.as_microsecond()));
    }
    if let Some(id) = query.id {
        condition("id =", Sql::Integer(id.cast_signed()));
    }
    if !query.objects.is_empty() {
        let tags: Vec<&str> = query.objects.iter().map(|object| object.tag()).collect();
        // Tags are our own words.
        sql.push_str(&format!(" AND object IN ('{}')", tags.join("', '")));
    }
    sql.push_str(" ORDER BY change.number");
    if let Some(limit) = query.limit {
        sql.push_str(&format!(" LIMIT {limit}"));
    }
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let Ok(object) = row.get::<_, String>(2)?.parse() else { continue };
        let fields: Option<String> = row.get(6)?;
        found.push(Change {
            number: row.get::<_, i64>(0)?.unsigned_abs(),
            at: time(row.get(1)?),
            object,
            id: row.get::<_, i64>(3)?.cast_unsigned(),
            kind: match (row.get(4)?, row.get(5)?) {
                (false, _) => ChangeKind::Created,
                (true, true) => ChangeKind::Updated,
                (true, false) => ChangeKind::Deleted,
            },
            fields: fields.map(|text| field_changes(&text)).transpose()?.unwrap_or_default(),
        });
    }
    Ok(found)
}

/// One side of a change. The field is told apart from one that is there and `null`.
#[derive(Deserialize)]
struct Sides {
    #[serde(default, deserialize_with = "present")]
    old: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    new: Option<Value>,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

fn field_changes(text: &str) -> Result<Vec<FieldChange>, Failure> {
    let fields: BTreeMap<String, Sides> = serde_json::from_str(text)
        .map_err(|error| Failure::Refused(format!("a change on record cannot be read: {error}")))?;
    let change = |(field, Sides { old, new })| FieldChange { field, old, new };
    Ok(fields.into_iter().map(change).collect())
}

/// An object as it was, if it was there: as it is, with every later change taken back.
pub(super) fn past(
    connection: &Connection,
    object: ObjectType,
    id: i64,
    at: i64,
) -> Result<Option<Map<String, Value>>, Failure> {
    check_begin(connection, object, at)?;
    let now: Option<(bool, String)> = connection
        .prepare_cached(&format!("SELECT live, doc FROM {object} WHERE id = ?1"))?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((mut live, doc)) = now else { return Ok(None) };
    let mut fields: Map<String, Value> = serde_json::from_str(&doc)
        .map_err(|error| Failure::Refused(format!("the cached {object} {id} cannot be read: {error}")))?;
    let mut statement = connection.prepare_cached(
        "SELECT was_live, fields FROM change JOIN run ON run.number = change.run
         WHERE object = ?1 AND id = ?2 AND run.at > ?3 ORDER BY change.number DESC",
    )?;
    let mut rows = statement.query(rusqlite::params![object.tag(), id, at])?;
    while let Some(row) = rows.next()? {
        live = row.get(0)?;
        let Some(text) = row.get::<_, Option<String>>(1)? else { return Ok(None) };
        for change in field_changes(&text)? {
            match change.old {
                Some(old) => fields.insert(change.field, old),
                None => fields.remove(&change.field),
            };
        }
    }
    Ok(live.then_some(fields))
}

fn begin(connection: &Connection, object: ObjectType) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT since FROM history WHERE object = ?1")?
        .query_row([object.tag()], |row| row.get(0))
        .optional()
}

/// A type that the cache never had has no past that could be missing.
pub(super) fn check_begin(connection: &Connection, object: ObjectType, at: i64) -> Result<(), Failure> {
    match begin(connection, object)? {
        Some(begin) if at < begin => Err(Failure::Forgotten(format!(
            "the history of {object} begins at {}; ask for a later time",
            time(begin)
        ))),
        _ => Ok(()),
    }
}

fn last(connection: &Connection) -> rusqlite::Result<i64> {
    let last = connection
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'change'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(last.unwrap_or_default())
}

pub(super) fn time(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}
