//! What the cache holds.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use crate::peeringdb::record::ObjectType;

/// What the cache holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// One entry per type, in the order of [`ObjectType::ALL`].
    pub tables: Vec<TableStatistics>,
    /// When the last sync or load was applied.
    pub synced: Option<Timestamp>,
    /// Grows whenever the content changes.
    pub generation: u64,
    /// Size of the database in bytes, without what is still in the write-ahead log.
    pub bytes: u64,
}

/// What the cache holds of one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableStatistics {
    /// The type.
    pub object: ObjectType,
    /// Objects that readers see.
    pub live: u64,
    /// Tombstones and pending objects.
    pub hidden: u64,
    /// Up to when the type is known to be complete, for anybody.
    pub cursor: Option<Timestamp>,
    /// The same for a caller with an API key, where the answer depends on it.
    pub cursor_with_key: Option<Timestamp>,
}

impl Statistics {
    /// The entry of one type.
    pub fn table(&self, object: ObjectType) -> Option<&TableStatistics> {
        self.tables.iter().find(|table| table.object == object)
    }

    /// How long ago the last sync or load was. `None` if there was none; zero if the clock has gone back since.
    pub fn age(&self) -> Option<Duration> {
        let synced = self.synced?;
        Some(Duration::try_from(Timestamp::now().duration_since(synced)).unwrap_or_default())
    }

    /// All objects that readers see.
    pub fn live(&self) -> u64 {
        self.tables.iter().map(|table| table.live).sum()
    }
}

pub(super) fn read(connection: &Connection) -> rusqlite::Result<Statistics> {
    let unsigned = |number: i64| number.unsigned_abs();
    let mut tables = Vec::with_capacity(ObjectType::ALL.len());
    for object in ObjectType::ALL {
        let count = |rows: &str| -> rusqlite::Result<i64> {
            connection
                .prepare_cached(&format!("SELECT count(*) FROM {object} WHERE {rows}"))?
                .query_row([], |row| row.get(0))
        };
        // Both are answered from indexes.
        let (all, hidden) = (count("true")?, count("NOT live")?);
        let mut table = TableStatistics {
            object,
            live: unsigned(all - hidden),
            hidden: unsigned(hidden),
            cursor: None,
            cursor_with_key: None,
        };
        let mut statement =
            connection.prepare_cached("SELECT audience, since FROM cursor WHERE object = ?1")?;
        let mut rows = statement.query([object.tag()])?;
        while let Some(row) = rows.next()? {
            let since = Timestamp::from_second(row.get(1)?).ok();
            match row.get_ref(0)?.as_str()? {
                "" => table.cursor = since,
                _ => table.cursor_with_key = since,
            }
        }
        tables.push(table);
    }
    let (generation, synced): (i64, Option<i64>) =
        connection
            .query_row("SELECT generation, synced FROM state", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    let page: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    Ok(Statistics {
        tables,
        synced: synced.and_then(|micros| Timestamp::from_microsecond(micros).ok()),
        generation: unsigned(generation),
        bytes: unsigned(pages * page),
    })
}
