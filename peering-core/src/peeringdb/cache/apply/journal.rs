//! Writing history: what a run changed, field by field.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use rusqlite::{Connection, params};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::row::{Applied, Run};
use crate::peeringdb::record::{Name, ObjectType};

/// The changes of one run.
pub(super) struct Journal<'t> {
    connection: &'t Connection,
    run: i64,
    /// When the run is; later than every run before it.
    pub(super) at: i64,
    /// Nothing is to be kept.
    idle: bool,
    /// The types whose rows are all new: their history begins with this run.
    filling: HashSet<ObjectType>,
}

impl<'t> Journal<'t> {
    pub(super) fn begin(
        connection: &'t Connection,
        run: &Run,
        now: jiff::Timestamp,
        keep: Duration,
    ) -> rusqlite::Result<Self> {
        let last: Option<i64> = connection.query_row("SELECT max(at) FROM run", [], |row| row.get(0))?;
        let at = last.map_or(now.as_microsecond(), |last| now.as_microsecond().max(last + 1));
        let objects: Vec<&str> = run.objects.iter().map(|object| object.tag()).collect();
        connection.execute(
            "INSERT INTO run (at, origin, audience, objects, created, updated, deleted) VALUES (?1, ?2, ?3, ?4, 0, 0, 0)",
            params![at, run.origin, if run.with_key { "key" } else { "" }, objects.join(" ")],
        )?;
        let run = connection.last_insert_rowid();
        Ok(Journal { connection, run, at, idle: keep.is_zero(), filling: HashSet::new() })
    }

    /// The type was empty until now.
    pub(super) fn begins_with(&mut self, object: ObjectType) -> rusqlite::Result<()> {
        self.connection.execute(
            "INSERT INTO history (object, since) VALUES (?1, ?2) ON CONFLICT (object) DO UPDATE SET since = excluded.since",
            params![object.tag(), self.at],
        )?;
        self.filling.insert(object);
        Ok(())
    }

    pub(super) fn is_filling(&self, object: ObjectType) -> bool {
        self.filling.contains(&object)
    }

    /// A row is different now. `fields` is what [`differences`] found; `None` for a row that was not there.
    pub(super) fn record(
        &self,
        object: ObjectType,
        id: i64,
        was_live: bool,
        is_live: bool,
        fields: Option<&str>,
    ) -> rusqlite::Result<()> {
        if self.idle || self.is_filling(object) {
            return Ok(());
        }
        self.connection
            .prepare_cached(
                "INSERT INTO change (run, object, id, was_live, is_live, fields) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![self.run, object.tag(), id, was_live, is_live, fields])?;
        Ok(())
    }

    /// Sums the run up and forgets what is too old.
    pub(super) fn end(self, sum: Applied, keep: Duration) -> rusqlite::Result<()> {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.connection.execute(
            "UPDATE run SET created = ?2, updated = ?3, deleted = ?4 WHERE number = ?1",
            params![self.run, count(sum.created), count(sum.updated), count(sum.deleted)],
        )?;
        let keep = i64::try_from(keep.as_micros()).unwrap_or(i64::MAX);
        forget(self.connection, self.at.saturating_sub(keep), self.run)
    }
}

/// Forgets the changes before this time, and the runs but for `last`.
pub(in super::super) fn forget(connection: &Connection, before: i64, last: i64) -> rusqlite::Result<()> {
    let (first, oldest): (Option<i64>, Option<i64>) = connection
        .query_row("SELECT number, at FROM run ORDER BY number LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .or_else(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => Ok((None, None)),
            other => Err(other),
        })?;
    connection.execute("UPDATE history SET since = ?1 WHERE since < ?1", [before])?;
    // Runs are in the order of their times, so the oldest tells whether there is anything to do.
    if first.is_none_or(|first| first == last) || oldest.is_none_or(|oldest| oldest >= before) {
        return Ok(());
    }
    connection.execute("DELETE FROM change WHERE run IN (SELECT number FROM run WHERE at < ?1)", [before])?;
    connection.execute("DELETE FROM run WHERE at < ?1 AND number <> ?2", [before, last])?;
    Ok(())
}

/// The fields in which two objects differ, as JSON: `{"name": {"old": "A", "new": "B"}}`, without `old` or `new` where
/// the field is absent. `None` if they are the same value, however they are written.
pub(super) fn differences(old: &str, new: &str) -> Option<String> {
    if old == new {
        return None;
    }
    let (Ok(before), Ok(after)) = (serde_json::from_str::<Fields<'_>>(old), serde_json::from_str(new)) else {
        return Some("{}".to_owned());
    };
    let after: Fields<'_> = after;
    let mut changed = String::new();
    let mut add = |name: &str, old: Option<&RawValue>, new: Option<&RawValue>| {
        changed.push(if changed.is_empty() { '{' } else { ',' });
        changed.push_str(&Value::from(name).to_string());
        changed.push_str(":{");
        for (at, (side, value)) in [("old", old), ("new", new)].into_iter().enumerate() {
            let Some(value) = value else { continue };
            if at == 1 && old.is_some() {
                changed.push(',');
            }
            changed.push_str(&format!("\"{side}\":{}", value.get()));
        }
        changed.push('}');
    };
    for (at, (name, value)) in after.0.iter().enumerate() {
        match before.find(at, name) {
            Some(known) if same(known, value) => {}
            known => add(name, known, Some(value)),
        }
    }
    for (at, (name, value)) in before.0.iter().enumerate() {
        if after.find(at, name).is_none() {
            add(name, Some(value), None);
        }
    }
    if changed.is_empty() {
        return None;
    }
    changed.push('}');
    Some(changed)
}

fn same(one: &RawValue, other: &RawValue) -> bool {
    one.get() == other.get()
        || matches!(
            (serde_json::from_str::<Value>(one.get()), serde_json::from_str::<Value>(other.get())),
            (Ok(one), Ok(other)) if one == other
        )
}

/// An object's fields as they are written.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// The server keeps the order of its fields, so a field's place is looked at first.
    fn find(&self, place: usize, name: &str) -> Option<&'a RawValue> {
        let here = self.0.get(place).filter(|(known, _)| known == name);
        here.or_else(|| self.0.iter().find(|(known, _)| known == name)).map(|(_, value)| *value)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::with_capacity(48);
                while let Some((Name(name), value)) = map.next_entry()? {
                    fields.push((name, value));
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::differences;

    #[test]
    fn only_what_differs_is_told() {
        let same = differences(r#"{"id":1,"a":"é","b":null}"#, r#"{"id": 1, "b": null, "a": "\u00e9"}"#);
        assert_eq!(same, None);
        let changed = differences(r#"{"id":1,"a":1,"gone":[1]}"#, r#"{"id":1,"a":2,"new":null}"#).unwrap();
        assert_eq!(changed, r#"{"a":{"old":1,"new":2},"new":{"new":null},"gone":{"old":[1]}}"#);
        assert_eq!(differences(r#"{"a\"b":1}"#, r#"{"a\"b":2}"#).unwrap(), r#"{"a\"b":{"old":1,"new":2}}"#);
    }
}
