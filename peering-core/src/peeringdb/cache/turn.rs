//! Whose turn it is to fetch: two syncs into one cache would ask the server for the same twice.
//!
//! The lock is the operating system's, on a file beside the cache, so it ends with its process, however that ends. It
//! keeps nobody from reading, and the tables have their own.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Cache, Location};
use crate::{Error, ErrorKind, Result};

/// The turn; over when dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    /// Closing the file releases its lock.
    _file: Option<File>,
    _within: Option<Within>,
}

/// The turn among the clones of one handle.
#[derive(Debug)]
struct Within(Arc<AtomicBool>);

impl Drop for Within {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Cache {
    /// The turn, unless somebody else has it.
    pub(crate) fn take_turn(&self) -> Result<Option<Turn>> {
        self.check_writable()?;
        let taken = Arc::clone(&self.0.taken);
        if taken.swap(true, Ordering::Acquire) {
            return Ok(None);
        }
        let within = Some(Within(taken));
        match &self.0.location {
            Location::File(path) => Ok(lock(path)?.map(|file| Turn { _file: Some(file), _within: within })),
            Location::Memory(_) => Ok(Some(Turn { _file: None, _within: within })),
        }
    }

    /// The turn for a file that may not be a sound cache.
    pub(crate) fn take_turn_at(path: &Path) -> Result<Option<Turn>> {
        Ok(lock(path)?.map(|file| Turn { _file: Some(file), _within: None }))
    }

    /// The number of the last sync or load, 0 before the first.
    pub(crate) fn last_run(&self) -> Result<i64> {
        let lease = self.lease()?;
        lease
            .get()?
            .query_row("SELECT coalesce(max(number), 0) FROM run", [], |row| row.get(0))
            .map_err(|error| self.place(error))
    }

    /// Whether a sync after the run `number` has brought all that this one would.
    pub(crate) fn has_run(&self, number: i64, like: &super::Run) -> Result<bool> {
        let lease = self.lease()?;
        let connection = lease.get()?;
        let find = || -> rusqlite::Result<bool> {
            let mut statement = connection
                .prepare_cached("SELECT objects, audience FROM run WHERE number > ?1 AND origin = ?2")?;
            let mut rows = statement.query(rusqlite::params![number, like.origin])?;
            while let Some(row) = rows.next()? {
                let objects: Vec<&str> = row.get_ref(0)?.as_str()?.split(' ').collect();
                let has_all = like.objects.iter().all(|object| objects.contains(&object.tag()));
                if has_all && (!like.with_key || row.get_ref(1)?.as_str()? == "key") {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        find().map_err(|error| self.place(error))
    }
}

/// The lock beside a cache, unless somebody holds it.
fn lock(cache: &Path) -> Result<Option<File>> {
    let mut name = cache.to_owned().into_os_string();
    name.push(".lock");
    let name = PathBuf::from(name);
    let fail = |error: std::io::Error| {
        let text = format!("{} cannot be locked: {error}", name.display());
        Error::new(ErrorKind::Storage, text).with_source(error)
    };
    let file = File::options().write(true).create(true).truncate(false).open(&name).map_err(fail)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(fail(error)),
    }
}
