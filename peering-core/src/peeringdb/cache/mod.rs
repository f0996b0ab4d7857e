//! The local mirror: one SQLite file with every object, read without a network.
//!
//! Several processes may use one file at once. Readers never wait for a sync and see the state before it or
//! after it, never a mixture; a [`Snapshot`] keeps one state for as long as it lives.
//!
//! All calls block. From async code use `tokio::task::spawn_blocking`; a `Cache` is cheap to clone for that.
//! What fills the cache is [`sync`](super::sync).

mod apply;
mod follow;
mod history;
mod members;
mod names;
mod schema;
mod snapshot;
mod sql;
mod statistics;
mod turn;
mod upkeep;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use url::Url;

pub(crate) use apply::{Applied, Batch, Changeset, Cursor, Row, Rows, Run, Standing, parents};
pub use history::{Change, ChangeKind, ChangeQuery, FieldChange};
pub use members::{MemberChange, MemberEvent};
pub use names::Hit;
pub use snapshot::Snapshot;
pub use statistics::{Statistics, TableStatistics};
pub(crate) use turn::Turn;

use super::index::{Current, Index};
use super::query::Query;
use super::record::Record;
use crate::{Error, ErrorKind, Result};

/// How long one process waits for another that is writing.
const BUSY: Duration = Duration::from_secs(30);

/// So many connections stay open between uses.
const IDLE: usize = 8;

/// A local mirror of PeeringDB. Cheap to clone; clones share the connections.
///
/// ```
/// use peering_core::peeringdb::{Cache, Query, record::Net};
/// let cache = Cache::in_memory()?;
/// let networks = cache.find(&Query::<Net>::new().search("example"))?;
/// assert!(networks.is_empty());
/// # Ok::<(), peering_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Cache(Arc<Inner>);

struct Inner {
    location: Location,
    read_only: bool,
    idle: Mutex<Vec<Connection>>,
    /// Whether a sync through this handle is at work.
    taken: Arc<AtomicBool>,
    index: Current,
}

enum Location {
    File(PathBuf),
    /// The name of a database that lives as long as a connection to it.
    Memory(String),
}

impl Cache {
    /// Opens the cache in this file and makes it if it is not there.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be used, is not a cache of this library, or was made by a
    /// newer version of it; such a file is left as it is.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Cache::with(Location::File(path.as_ref().to_owned()), false)
    }

    /// Opens an existing cache for reading only, also from a medium that nobody can write to.
    ///
    /// # Errors
    /// As [`open`](Cache::open), and [`ErrorKind::Storage`] if there is no such file.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self> {
        Cache::with(Location::File(path.as_ref().to_owned()), true)
    }

    /// Whether there is a database in this file that is not ours to replace.
    pub(crate) fn is_foreign(path: &Path) -> bool {
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .is_ok_and(|connection| schema::is_foreign(&connection))
    }

    /// A cache in memory, gone with its last clone.
    ///
    /// A sync into it waits until no [`Snapshot`] is held, at most 30 seconds.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if SQLite refuses.
    pub fn in_memory() -> Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = NEXT.fetch_add(1, Ordering::Relaxed);
        Cache::with(Location::Memory(format!("file:/peeringdb-{name}?vfs=memdb")), false)
    }

    fn with(location: Location, read_only: bool) -> Result<Self> {
        let inner = Inner {
            location,
            read_only,
            idle: Mutex::default(),
            taken: Arc::default(),
            index: Current::default(),
        };
        let mut connection = inner.connect()?;
        schema::prepare(&mut connection, &inner.location, read_only).map_err(|error| inner.place(error))?;
        inner.give_back(connection);
        Ok(Cache(Arc::new(inner)))
    }

    /// The file, unless the cache is in memory.
    pub fn path(&self) -> Option<&Path> {
        match &self.0.location {
            Location::File(path) => Some(path),
            Location::Memory(_) => None,
        }
    }

    /// The present state, fixed: whatever is synchronised meanwhile, a snapshot answers from one state.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be read, [`ErrorKind::Locked`] if it stays locked.
    pub fn snapshot(&self) -> Result<Snapshot<'_>> {
        Snapshot::begin(self.lease()?)
    }

    /// The live object with this number.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be read.
    pub fn by_id<R: Record>(&self, id: u64) -> Result<Option<R>> {
        self.snapshot()?.by_id(id)
    }

    /// All live objects of a type, in the order of their numbers.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be read.
    pub fn all<R: Record>(&self) -> Result<Vec<R>> {
        self.find(&Query::new())
    }

    /// The objects that a query asks for, in the order of their numbers.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be read.
    pub fn find<R: Record>(&self, query: &Query<R>) -> Result<Vec<R>> {
        self.snapshot()?.find(query)
    }

    /// Hands the objects that a query asks for to `visit`, one by one, without holding them all in memory.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be read, and whatever `visit` returns.
    pub fn visit<R: Record>(&self, query: &Query<R>, visit: impl FnMut(R) -> Result<()>) -> Result<()> {
        self.snapshot()?.visit(query, visit)
    }

    /// How many objects a query asks for.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be read.
    pub fn count<R: Record>(&self, query: &Query<R>) -> Result<u64> {
        self.snapshot()?.count(query)
    }

    /// A number that grows whenever the content changes, whichever process changed it.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be read.
    pub fn generation(&self) -> Result<u64> {
        self.snapshot()?.generation()
    }

    /// Rows per type, cursors, time of the last sync, size.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be read.
    pub fn statistics(&self) -> Result<Statistics> {
        self.snapshot()?.statistics()
    }

    /// What discovery keeps in memory of one generation, shared by all clones.
    pub(crate) fn index(&self, generation: u64) -> Arc<Index> {
        self.0.index.of(generation)
    }

    pub(crate) fn lease(&self) -> Result<Lease<'_>> {
        let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let connection = self.0.connect()?;
                schema::configure(&connection, &self.0.location, self.0.read_only)
                    .map_err(|error| self.0.place(error.into()))?;
                connection
            }
        };
        Ok(Lease { inner: &self.0, connection: Some(connection) })
    }

    /// Whether this handle may only read.
    pub fn is_read_only(&self) -> bool {
        self.0.read_only
    }

    fn check_writable(&self) -> Result<()> {
        match self.is_read_only() {
            true => Err(self.0.place(Failure::Refused("opened for reading only".to_owned()))),
            false => Ok(()),
        }
    }

    pub(crate) fn place(&self, error: rusqlite::Error) -> Error {
        self.0.place(error.into())
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("path", &self.path()).field("read_only", &self.0.read_only).finish()
    }
}

impl Inner {
    fn connect(&self) -> Result<Connection> {
        let connection = match &self.location {
            Location::File(path) if self.read_only => return self.connect_to_read(path),
            Location::File(path) => Connection::open_with_flags(
                path,
                OpenFlags::SQLITE_OPEN_READ_WRITE
                    | OpenFlags::SQLITE_OPEN_CREATE
                    | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            ),
            Location::Memory(uri) => Connection::open_with_flags(
                uri,
                OpenFlags::SQLITE_OPEN_READ_WRITE
                    | OpenFlags::SQLITE_OPEN_CREATE
                    | OpenFlags::SQLITE_OPEN_URI
                    | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            ),
        };
        let connection = connection.map_err(|error| self.place(error.into()))?;
        connection.busy_timeout(BUSY).map_err(|error| self.place(error.into()))?;
        Ok(connection)
    }

    /// A database with a write-ahead log needs a shared file beside it. Where none can be made nobody can write, so
    /// the file may be taken for immutable, provided that no log is left to be read.
    fn connect_to_read(&self, path: &Path) -> Result<Connection> {
        let mode = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || -> rusqlite::Result<Connection> {
            let connection = Connection::open_with_flags(path, mode)?;
            connection.busy_timeout(BUSY)?;
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
            Ok(connection)
        };
        let error = match open() {
            Ok(connection) => return Ok(connection),
            Err(error) => error,
        };
        let is_stuck = matches!(
            error.sqlite_error_code(),
            Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::ReadOnly)
        );
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let has_log = std::fs::metadata(log).is_ok_and(|log| log.len() > 0);
        if !is_stuck || has_log || !path.exists() {
            return Err(self.place(error.into()));
        }
        let uri = Url::from_file_path(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
            .map_err(|()| self.place(error.into()))?;
        Connection::open_with_flags(format!("{uri}?immutable=1"), mode | OpenFlags::SQLITE_OPEN_URI)
            .map_err(|error| self.place(error.into()))
    }

    fn give_back(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // A connection inside a transaction is broken: closing it rolls back.
        if idle.len() < IDLE && connection.is_autocommit() {
            idle.push(connection);
        }
    }

    /// Says which file it was.
    fn place(&self, error: Failure) -> Error {
        let place = match &self.location {
            Location::File(path) => path.display().to_string(),
            Location::Memory(_) => "in memory".to_owned(),
        };
        error.into_error(&place)
    }
}

/// What went wrong inside the store, before anybody says which file it was.
pub(crate) enum Failure {
    Sqlite(rusqlite::Error),
    Refused(String),
    /// Asked for what the cache remembers no longer, or never did.
    Forgotten(String),
    /// Not the store's own failure.
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Other(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Sqlite(error)
    }
}

impl Failure {
    fn into_error(self, place: &str) -> Error {
        match self {
            Failure::Other(error) => error,
            Failure::Forgotten(what) => {
                Error::new(ErrorKind::NotFound, format!("PeeringDB cache ({place}): {what}"))
            }
            Failure::Refused(why) => {
                Error::new(ErrorKind::Storage, format!("PeeringDB cache ({place}): {why}"))
            }
            Failure::Sqlite(error) => {
                use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
                match error.sqlite_error_code() {
                    Some(DatabaseBusy | DatabaseLocked) => Error::new(
                        ErrorKind::Locked,
                        format!(
                            "PeeringDB cache ({place}) is in use by another sync or reader; try again later"
                        ),
                    ),
                    _ => Error::new(ErrorKind::Storage, format!("PeeringDB cache ({place}): {error}")),
                }
                .with_source(error)
            }
        }
    }
}

/// Runs what blocks where blocking is allowed.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::new(ErrorKind::Closed, "the runtime is shutting down")),
        },
    }
}

/// A connection on loan.
pub(crate) struct Lease<'a> {
    inner: &'a Inner,
    connection: Option<Connection>,
}

impl Lease<'_> {
    pub(crate) fn connection(&mut self) -> Result<&mut Connection> {
        self.connection
            .as_mut()
            .ok_or_else(|| Error::new(ErrorKind::Closed, "the connection to the cache was given back"))
    }

    pub(crate) fn get(&self) -> Result<&Connection> {
        self.connection
            .as_ref()
            .ok_or_else(|| Error::new(ErrorKind::Closed, "the connection to the cache was given back"))
    }

    pub(crate) fn place(&self, error: rusqlite::Error) -> Error {
        self.inner.place(error.into())
    }

    fn fail(&self, failure: Failure) -> Error {
        self.inner.place(failure)
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.inner.give_back(connection);
        }
    }
}

#[cfg(test)]
mod tests;
