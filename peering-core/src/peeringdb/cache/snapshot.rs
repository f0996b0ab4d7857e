//! Reading one state of the cache.

use std::fmt;

use rusqlite::{Connection, OptionalExtension, Params, params_from_iter};

use super::sql::Select;
use super::statistics::Statistics;
use super::{Failure, Lease, statistics};
use crate::peeringdb::query::Query;
use crate::peeringdb::record::Record;
use crate::{Error, ErrorKind, Result};

/// One state of the cache, fixed for as long as this lives.
///
/// Holding one for hours keeps the file from shrinking; take a new one for every piece of work.
pub struct Snapshot<'a> {
    lease: Lease<'a>,
}

impl fmt::Debug for Snapshot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

impl<'a> Snapshot<'a> {
    pub(super) fn begin(lease: Lease<'a>) -> Result<Self> {
        let snapshot = Snapshot { lease };
        snapshot.lease.get()?.execute_batch("BEGIN").map_err(|error| snapshot.lease.place(error))?;
        // The first read fixes the state.
        snapshot.generation()?;
        Ok(snapshot)
    }

    pub(super) fn connection(&self) -> Result<&Connection> {
        self.lease.get()
    }

    pub(super) fn fail(&self, failure: Failure) -> Error {
        self.lease.fail(failure)
    }

    pub(super) fn place(&self, error: rusqlite::Error) -> Error {
        self.lease.place(error)
    }

    /// The live object with this number.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be read.
    pub fn by_id<R: Record>(&self, id: u64) -> Result<Option<R>> {
        let mut found = self.find(&Query::<R>::new().id(id))?;
        Ok(found.pop())
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
        let mut found = Vec::new();
        self.visit(query, |record| {
            found.push(record);
            Ok(())
        })?;
        Ok(found)
    }

    /// Hands the objects that a query asks for to `visit`, one by one.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be read, and whatever `visit` returns.
    pub fn visit<R: Record>(&self, query: &Query<R>, mut visit: impl FnMut(R) -> Result<()>) -> Result<()> {
        let select = Select::new("id, doc", query);
        let fail = |error| self.lease.place(error);
        let mut statement = self.lease.get()?.prepare_cached(&select.sql).map_err(fail)?;
        let mut rows = statement.query(params_from_iter(select.values)).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let doc = row.get_ref(1).map_err(fail)?.as_bytes().map_err(|error| fail(error.into()))?;
            let record = serde_json::from_slice(doc).map_err(|error| {
                let id: i64 = row.get(0).unwrap_or_default();
                Error::new(
                    ErrorKind::Storage,
                    format!("the cached {} {id} cannot be read: {error}", R::OBJECT),
                )
                .with_source(error)
            })?;
            visit(record)?;
        }
        Ok(())
    }

    /// The numbers of the objects that a query asks for, in order.
    pub(crate) fn ids<R: Record>(&self, query: &Query<R>) -> Result<Vec<u64>> {
        let select = Select::new("id", query);
        let mut ids = Vec::new();
        self.rows(&select.sql, params_from_iter(select.values), |row| {
            ids.push(row.get::<_, i64>(0)?.unsigned_abs());
            Ok(())
        })?;
        Ok(ids)
    }

    /// Hands the rows of any statement to `visit`, one by one.
    pub(crate) fn rows(
        &self,
        sql: &str,
        parameters: impl Params,
        mut visit: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<()> {
        let fail = |error| self.lease.place(error);
        let mut statement = self.lease.get()?.prepare_cached(sql).map_err(fail)?;
        let mut rows = statement.query(parameters).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            visit(row).map_err(fail)?;
        }
        Ok(())
    }

    /// How many objects a query asks for.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be read.
    pub fn count<R: Record>(&self, query: &Query<R>) -> Result<u64> {
        let select = Select::new("id", query);
        let sql = format!("SELECT count(*) FROM ({})", select.sql);
        let count: i64 = self
            .lease
            .get()?
            .prepare_cached(&sql)
            .and_then(|mut statement| statement.query_row(params_from_iter(select.values), |row| row.get(0)))
            .map_err(|error| self.lease.place(error))?;
        Ok(count.unsigned_abs())
    }

    /// A number that grows whenever the content changes.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be read.
    pub fn generation(&self) -> Result<u64> {
        let generation: Option<i64> = self
            .lease
            .get()?
            .prepare_cached("SELECT generation FROM state")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)).optional())
            .map_err(|error| self.lease.place(error))?;
        Ok(generation.unwrap_or_default().unsigned_abs())
    }

    /// Rows per type, cursors, time of the last sync, size.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the file cannot be read.
    pub fn statistics(&self) -> Result<Statistics> {
        statistics::read(self.lease.get()?).map_err(|error| self.lease.place(error))
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        if let Ok(connection) = self.lease.get() {
            // If this fails the connection is not given back to the pool, and closing it does the same.
            let _ = connection.execute_batch("ROLLBACK");
        }
    }
}
