//! The local mirror.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use peering_core::Result;
use peering_core::peeringdb::Cache;
use pyo3::prelude::*;

use super::of_type;
use super::query::{Changes, Spec};
use super::rows::{NativeStream, object_type, plain, record, records, value, values};
use crate::operation::Operation;
use crate::runtime::HomeBound;
use crate::shape::{Shape, from_python};

/// A cache, as `peering.peeringdb.Cache` has it.
#[pyclass(frozen, name = "Cache", module = "peering._native")]
#[derive(Debug)]
pub(crate) struct NativeCache(HomeBound<Cache>);

impl NativeCache {
    /// The core's handle.
    pub(crate) fn cache(&self, py: Python<'_>) -> PyResult<Cache> {
        self.0.here(py).cloned()
    }

    /// An operation on the cache.
    fn with<T: Send + 'static>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&Cache) -> Result<T> + Send + 'static,
        make: impl FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
    ) -> PyResult<Operation> {
        let cache = self.cache(py)?;
        Ok(Operation::blocking(move || work(&cache), make))
    }
}

#[pymethods]
impl NativeCache {
    #[staticmethod]
    fn open(path: PathBuf, read_only: bool) -> Operation {
        let open = move || if read_only { Cache::open_read_only(path) } else { Cache::open(path) };
        Operation::blocking(open, |py, cache| Ok(Py::new(py, NativeCache(HomeBound::new(cache)))?.into_any()))
    }

    #[staticmethod]
    fn in_memory() -> Operation {
        Operation::blocking(Cache::in_memory, |py, cache| {
            Ok(Py::new(py, NativeCache(HomeBound::new(cache)))?.into_any())
        })
    }

    #[getter]
    fn path(&self, py: Python<'_>) -> PyResult<Option<PathBuf>> {
        Ok(self.0.here(py)?.path().map(Into::into))
    }

    #[getter]
    fn is_read_only(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.0.here(py)?.is_read_only())
    }

    fn by_id(&self, py: Python<'_>, tag: &str, shape: Py<Shape>, id: u64) -> PyResult<Operation> {
        of_type!(object_type(py, tag)?, R => {
            self.with(py, move |cache| cache.by_id::<R>(id), move |py, found| record(py, found, &shape))
        })
    }

    fn find(
        &self,
        py: Python<'_>,
        tag: &str,
        shape: Py<Shape>,
        spec: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let spec: Spec = from_python(spec, "query")?;
        of_type!(object_type(py, tag)?, R => {
            let find = move |cache: &Cache| cache.find::<R>(&spec.query()?);
            self.with(py, find, move |py, found| records(py, found, shape))
        })
    }

    fn count(&self, py: Python<'_>, tag: &str, spec: &Bound<'_, PyAny>) -> PyResult<Operation> {
        let spec: Spec = from_python(spec, "query")?;
        of_type!(object_type(py, tag)?, R => {
            self.with(py, move |cache| cache.count::<R>(&spec.query()?), plain)
        })
    }

    fn search(&self, py: Python<'_>, shape: Py<Shape>, text: String, limit: usize) -> PyResult<Operation> {
        self.with(py, move |cache| cache.search(&text, limit), move |py, hits| values(py, hits, shape))
    }

    fn generation(&self, py: Python<'_>) -> PyResult<Operation> {
        self.with(py, Cache::generation, plain)
    }

    fn statistics(&self, py: Python<'_>, shape: Py<Shape>) -> PyResult<Operation> {
        self.with(py, Cache::statistics, move |py, statistics| value(py, &statistics, &shape))
    }

    fn changes(&self, py: Python<'_>, shape: Py<Shape>, query: &Bound<'_, PyAny>) -> PyResult<Operation> {
        let query: Changes = from_python(query, "query")?;
        let read = move |cache: &Cache| cache.changes(&query.into());
        self.with(py, read, move |py, changes| values(py, changes, shape))
    }

    fn as_of(
        &self,
        py: Python<'_>,
        tag: &str,
        shape: Py<Shape>,
        id: u64,
        at: Timestamp,
    ) -> PyResult<Operation> {
        of_type!(object_type(py, tag)?, R => {
            self.with(py, move |cache| cache.as_of::<R>(id, at), move |py, found| record(py, found, &shape))
        })
    }

    fn history_begins(&self, py: Python<'_>, tag: &str) -> PyResult<Operation> {
        let object = object_type(py, tag)?;
        self.with(py, move |cache| cache.history_begins(object), plain)
    }

    fn last_change(&self, py: Python<'_>) -> PyResult<Operation> {
        self.with(py, Cache::last_change, plain)
    }

    fn member_changes(
        &self,
        py: Python<'_>,
        shape: Py<Shape>,
        since: Timestamp,
        ixlans: Vec<u64>,
    ) -> PyResult<Operation> {
        let read = move |cache: &Cache| cache.member_changes(since, &ixlans);
        self.with(py, read, move |py, changes| values(py, changes, shape))
    }

    fn follow(
        &self,
        py: Python<'_>,
        shape: Py<Shape>,
        after: Option<u64>,
        look: Duration,
    ) -> PyResult<NativeStream> {
        Ok(NativeStream::values(self.cache(py)?.follow(after, look), shape))
    }

    fn check(&self, py: Python<'_>) -> PyResult<Operation> {
        self.with(py, Cache::check, plain)
    }

    fn copy_to(&self, py: Python<'_>, path: PathBuf) -> PyResult<Operation> {
        self.with(py, move |cache| cache.copy_to(path), |py, ()| Ok(py.None()))
    }

    fn flush(&self, py: Python<'_>) -> PyResult<Operation> {
        self.with(py, Cache::flush, |py, ()| Ok(py.None()))
    }

    fn forget_changes(&self, py: Python<'_>, older_than: Duration) -> PyResult<Operation> {
        self.with(py, move |cache| cache.forget_changes(older_than), |py, ()| Ok(py.None()))
    }
}
