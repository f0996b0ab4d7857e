//! Search by name: SQLite's full-text index over the names of live objects.

use std::collections::HashMap;

use rusqlite::{Connection, params};
use serde::Serialize;

use super::sql::{SEPARATOR, folded};
use super::{Cache, Snapshot};
use crate::peeringdb::record::ObjectType;
use crate::{Asn, Result};

/// The types that have names of their own. A type's place is part of its rows' numbers in the index.
const SEARCHED: [ObjectType; 6] = [
    ObjectType::Org,
    ObjectType::Campus,
    ObjectType::Fac,
    ObjectType::Net,
    ObjectType::Ix,
    ObjectType::Carrier,
];

/// An object found by [`Cache::search`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// The type: one that has names (`org`, `campus`, `fac`, `net`, `ix`, `carrier`).
    pub object: ObjectType,
    /// The object's number.
    pub id: u64,
    /// Its `name`; empty if it has none.
    pub name: String,
    /// How well it fits, SQLite's `bm25`: the smaller the better. An AS number that was asked for fits best.
    pub rank: f64,
}

impl Cache {
    /// The live objects whose names have words that begin with all words of `text`, best first, at most `limit`.
    ///
    /// Case and diacritics do not matter, nor does the order of the words, and no character has a special meaning. The
    /// names are `name`, `aka` and `name_long`. A text that is an AS number, with or without `AS`, finds that network
    /// first. Works offline; the server's own search needs the network and ranks in another way.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`](crate::ErrorKind::Storage) if the file cannot be read.
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<Hit>> {
        self.snapshot()?.search(text, limit)
    }
}

impl Snapshot<'_> {
    /// As [`Cache::search`].
    ///
    /// # Errors
    /// [`ErrorKind::Storage`](crate::ErrorKind::Storage) if the file cannot be read.
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<Hit>> {
        let connection = self.connection()?;
        hits(connection, text, limit).map_err(|error| self.place(error))
    }
}

fn hits(connection: &Connection, text: &str, limit: usize) -> rusqlite::Result<Vec<Hit>> {
    let mut found = Vec::new();
    if let Some(asn) = as_number(text) {
        let mut statement = connection.prepare_cached(
            "SELECT id, coalesce(json_extract(doc, '$.name'), '') FROM net WHERE asn = ?1 AND live",
        )?;
        let rows = statement
            .query_map([asn.get()], |row| hit(ObjectType::Net, row.get(0)?, row.get(1)?, f64::MIN))?;
        for row in rows {
            found.push(row?);
        }
    }
    if let Some(wanted) = expression(text) {
        let sql = "SELECT rowid, rank FROM name WHERE name MATCH ?1 ORDER BY rank, rowid LIMIT ?2";
        let mut statement = connection.prepare_cached(sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![wanted, limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for row in rows {
            let (number, rank): (i64, f64) = row?;
            let place = usize::try_from(number.rem_euclid(16)).ok();
            let Some(object) = place.and_then(|place| SEARCHED.get(place).copied()) else { continue };
            let id = number.div_euclid(16);
            let sql = format!("SELECT coalesce(json_extract(doc, '$.name'), '') FROM {object} WHERE id = ?1");
            let name = connection.prepare_cached(&sql)?.query_row([id], |row| row.get(0))?;
            found.push(hit(object, id, name, rank)?);
        }
    }
    let mut seen = HashMap::new();
    found.retain(|hit| seen.insert((hit.object, hit.id), ()).is_none());
    found.truncate(limit);
    Ok(found)
}

fn hit(object: ObjectType, id: i64, name: String, rank: f64) -> rusqlite::Result<Hit> {
    Ok(Hit { object, id: id.cast_unsigned(), name, rank })
}

fn as_number(text: &str) -> Option<Asn> {
    let text = text.trim();
    let digits = text.strip_prefix(['a', 'A']).and_then(|rest| rest.strip_prefix(['s', 'S'])).unwrap_or(text);
    digits.trim_start().parse::<u32>().ok().map(Asn::new)
}

/// The search as SQLite's query language: every word quoted, so that none is an operator. `None` if there is no word.
fn expression(text: &str) -> Option<String> {
    let words: Vec<String> = folded(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| format!("\"{word}\"*"))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn number(object: ObjectType, id: i64) -> Option<i64> {
    let place = SEARCHED.iter().position(|known| *known == object)?;
    Some(id.wrapping_mul(16).wrapping_add(i64::try_from(place).ok()?))
}

/// An object is live now.
pub(super) fn add(connection: &Connection, object: ObjectType, id: i64, names: &str) -> rusqlite::Result<()> {
    if let Some(number) = number(object, id) {
        connection
            .prepare_cached("INSERT INTO name (rowid, names) VALUES (?1, ?2)")?
            .execute(params![number, words(names)])?;
    }
    Ok(())
}

/// An object that was live with these names is no longer, or has others.
pub(super) fn remove(
    connection: &Connection,
    object: ObjectType,
    id: i64,
    names: &str,
) -> rusqlite::Result<()> {
    if let Some(number) = number(object, id) {
        connection
            .prepare_cached("INSERT INTO name (name, rowid, names) VALUES ('delete', ?1, ?2)")?
            .execute(params![number, words(names)])?;
    }
    Ok(())
}

/// A type's rows were all new.
pub(super) fn fill(connection: &Connection, object: ObjectType) -> rusqlite::Result<()> {
    if let Some(number) = number(object, 0) {
        connection.execute(
            &format!("INSERT INTO name (rowid, names) SELECT id * 16 + {number}, replace(names, '{SEPARATOR}', ' ') FROM {object} WHERE live"),
            [],
        )?;
    }
    Ok(())
}

fn words(names: &str) -> String {
    names.replace(SEPARATOR, " ")
}
