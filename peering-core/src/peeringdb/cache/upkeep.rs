//! Looking after the file: is it sound, copy it, empty it, forget old changes.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use url::Url;

use super::apply::forget;
use super::{Cache, Failure};
use crate::peeringdb::record::ObjectType;
use crate::{Error, ErrorKind, Result};

impl Cache {
    /// What is wrong with the cache; nothing if it is sound. Reads every page: seconds for a full one.
    ///
    /// SQLite's own check, then ours: every object is JSON and has the number under which it is kept, and nothing is at
    /// once live and gone. [`repair`](super::super::sync::repair) makes a sound cache of a dump.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file is so damaged that it cannot be checked.
    pub fn check(&self) -> Result<Vec<String>> {
        let snapshot = self.snapshot()?;
        check(snapshot.connection()?).map_err(|error| snapshot.place(error))
    }

    /// Copies the cache as it is now into a new file, while others read and write it. The copy is compact.
    ///
    /// # Errors
    /// [`ErrorKind::Options`] if there is such a file already, [`ErrorKind::Storage`] if it cannot be written.
    pub fn copy_to(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        if path.exists() {
            let text = format!("{} is there already; a copy needs a new file", path.display());
            return Err(Error::new(ErrorKind::Options, text));
        }
        let Some(name) = self.copy_name(path) else {
            return Err(Error::new(ErrorKind::Options, "the copy's name must be UTF-8"));
        };
        let lease = self.lease()?;
        lease.get()?.execute("VACUUM INTO ?1", [name]).map_err(|error| self.place(error))?;
        Ok(())
    }

    /// What SQLite calls this file. From a cache in memory it would otherwise make a database in memory of that name.
    fn copy_name(&self, path: &Path) -> Option<String> {
        const FILES: &str = if cfg!(windows) { "win32" } else { "unix" };
        if self.path().is_some() {
            return path.to_str().map(str::to_owned);
        }
        let uri = Url::from_file_path(std::path::absolute(path).ok()?).ok()?;
        Some(format!("{uri}?vfs={FILES}"))
    }

    /// Removes every object, cursor and change; the next sync fetches everything. Readers see all or nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Locked`] if a sync is at work, [`ErrorKind::Storage`] if the cache cannot be written.
    pub fn flush(&self) -> Result<()> {
        let Some(_turn) = self.take_turn()? else {
            return Err(Error::new(
                ErrorKind::Locked,
                "a sync of this cache is at work; flush it afterwards",
            ));
        };
        self.change(|connection| {
            for object in ObjectType::ALL {
                connection.execute(&format!("DELETE FROM {object}"), [])?;
            }
            connection.execute_batch(
                "DELETE FROM cursor; DELETE FROM history; DELETE FROM change; DELETE FROM run;
                 INSERT INTO name (name) VALUES ('delete-all');
                 UPDATE state SET synced = NULL, generation = generation + 1;",
            )
        })
    }

    /// Forgets the changes that are older than this. Syncs do it by themselves, see
    /// [`SyncOptions::history`](super::super::sync::SyncOptions::history).
    ///
    /// # Errors
    /// [`ErrorKind::Locked`] if another process writes for long, [`ErrorKind::Storage`] if the cache cannot be written.
    pub fn forget_changes(&self, older_than: Duration) -> Result<()> {
        let age = i64::try_from(older_than.as_micros()).unwrap_or(i64::MAX);
        let before = Timestamp::now().as_microsecond().saturating_sub(age);
        self.change(|connection| {
            let last =
                connection.query_row("SELECT coalesce(max(number), 0) FROM run", [], |row| row.get(0))?;
            forget(connection, before, last)
        })
    }

    fn change(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<()>) -> Result<()> {
        self.check_writable()?;
        let mut lease = self.lease()?;
        let connection = lease.connection()?;
        let change = || -> Result<(), Failure> {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            work(&transaction)?;
            Ok(transaction.commit()?)
        };
        change().map_err(|failure| self.0.place(failure))
    }
}

fn check(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let mut wrong = statement
        .query_map([], |row| row.get::<_, String>(0))?
        .filter(|line| line.as_ref().is_ok_and(|line| line != "ok") || line.is_err())
        .collect::<rusqlite::Result<Vec<String>>>()?;
    for object in ObjectType::ALL {
        let sql = format!(
            "SELECT id, NOT json_valid(doc), live AND gone IS NOT NULL FROM {object}
             WHERE NOT json_valid(doc) OR (live AND gone IS NOT NULL) OR json_extract(doc, '$.id') IS NOT id"
        );
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            wrong.push(match (row.get(1)?, row.get(2)?) {
                (true, _) => format!("{object} {id}: what is kept is no JSON"),
                (_, true) => format!("{object} {id}: live and gone at once"),
                _ => format!("{object} {id}: kept under a number that is not its own"),
            });
        }
    }
    Ok(wrong)
}
