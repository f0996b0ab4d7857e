//! [`Rows`]: what a query or a read found, kept as Rust values that become Python objects when they are looked at.

use std::fmt;

use arrow_schema::ArrowError;
use arrow_schema::ffi::FFI_ArrowSchema;
use pyo3::exceptions::{PyIndexError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};
use serde::Serialize;

use crate::shape::{Columns, Form, Misfit, Shape, to_value};

/// Many values of one kind.
pub(crate) trait Source: Send + Sync {
    fn len(&self) -> usize;
    fn get(&self, py: Python<'_>, shape: &Shape, index: usize) -> Option<PyResult<Py<PyAny>>>;
    /// Writes all rows into Arrow columns.
    fn fill(&self, py: Python<'_>, columns: &mut Columns) -> Result<(), Misfit>;
}

impl<T: Serialize + Send + Sync> Source for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn get(&self, py: Python<'_>, shape: &Shape, index: usize) -> Option<PyResult<Py<PyAny>>> {
        self.as_slice().get(index).map(|row| shape.python(py, row))
    }

    fn fill(&self, py: Python<'_>, columns: &mut Columns) -> Result<(), Misfit> {
        py.detach(|| self.iter().try_for_each(|row| columns.push(row)))
    }
}

/// Rows that are Python objects already.
struct Objects(Vec<Py<PyAny>>);

impl Source for Objects {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, py: Python<'_>, _shape: &Shape, index: usize) -> Option<PyResult<Py<PyAny>>> {
        self.0.get(index).map(|row| Ok(row.clone_ref(py)))
    }

    fn fill(&self, py: Python<'_>, columns: &mut Columns) -> Result<(), Misfit> {
        self.0.iter().try_for_each(|row| columns.push(&to_value(row.bind(py), Form::Text { expose: false })?))
    }
}

/// The rows behind a `peering.Table`.
#[pyclass(frozen, module = "peering._native")]
pub(crate) struct Rows {
    rows: Box<dyn Source>,
    shape: Py<Shape>,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("len", &self.rows.len()).finish_non_exhaustive()
    }
}

impl Rows {
    /// Rows of Rust values.
    pub(crate) fn boxed(rows: Box<dyn Source>, shape: Py<Shape>) -> Self {
        Rows { rows, shape }
    }

    pub(crate) fn new<T: Serialize + Send + Sync + 'static>(rows: Vec<T>, shape: Py<Shape>) -> Self {
        Rows { rows: Box::new(rows), shape }
    }
}

#[pymethods]
impl Rows {
    /// Rows of objects that are there already, of one record class.
    #[new]
    fn of(shape: Py<Shape>, objects: Vec<Py<PyAny>>) -> Self {
        Rows { rows: Box::new(Objects(objects)), shape }
    }

    fn __len__(&self) -> usize {
        self.rows.len()
    }

    /// The row at an index from 0.
    fn get(&self, py: Python<'_>, index: usize) -> PyResult<Py<PyAny>> {
        let found = self.rows.get(py, self.shape.get(), index);
        found.unwrap_or_else(|| Err(PyIndexError::new_err("the table has no such row")))
    }

    /// All rows.
    fn all(&self, py: Python<'_>) -> PyResult<Py<PyList>> {
        let rows = (0..self.rows.len()).map(|index| self.get(py, index));
        Ok(PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)?.unbind())
    }

    /// An `ArrowArrayStream` of all rows in one batch.
    fn arrow_stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let mut columns = self.shape.get().columns(py)?;
        self.rows.fill(py, &mut columns).map_err(|misfit| misfit.exception(py))?;
        PyCapsule::new_with_value(py, columns.stream().map_err(arrow)?, c"arrow_array_stream")
    }

    /// An `ArrowSchema`.
    fn arrow_schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = self.shape.get().columns(py)?.schema();
        PyCapsule::new_with_value(py, FFI_ArrowSchema::try_from(&schema).map_err(arrow)?, c"arrow_schema")
    }
}

fn arrow(error: ArrowError) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}
