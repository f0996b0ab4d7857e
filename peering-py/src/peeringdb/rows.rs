//! Records as Python objects: one, none, or many.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use futures_core::Stream;
use peering_core::Error;
use peering_core::peeringdb::{ObjectType, Record};
use pyo3::prelude::*;
use serde::Serialize;
use tokio::sync::Mutex;

use super::of_type;
use crate::error::exception;
use crate::operation::Operation;
use crate::runtime::HomeBound;
use crate::shape::{Columns, Misfit, Shape};
use crate::table::{Rows, Source};

/// Records.
struct Records<R>(Vec<R>);

impl<R: Record> Source for Records<R> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, py: Python<'_>, shape: &Shape, index: usize) -> Option<PyResult<Py<PyAny>>> {
        self.0.as_slice().get(index).map(|record| one(py, record, shape))
    }

    fn fill(&self, py: Python<'_>, columns: &mut Columns) -> std::result::Result<(), Misfit> {
        py.detach(|| self.0.iter().try_for_each(|record| columns.push(&record.typed())))
    }
}

/// A record, or what the server sent if that is asked for.
fn one<R: Record>(py: Python<'_>, record: &R, shape: &Shape) -> PyResult<Py<PyAny>> {
    if shape.is_any() { shape.python(py, record) } else { shape.python(py, &record.typed()) }
}

/// A table of records.
pub(super) fn records<R: Record>(py: Python<'_>, found: Vec<R>, shape: Py<Shape>) -> PyResult<Py<PyAny>> {
    Ok(Py::new(py, Rows::boxed(Box::new(Records(found)), shape))?.into_any())
}

/// One record or `None`.
pub(super) fn record<R: Record>(py: Python<'_>, found: Option<R>, shape: &Py<Shape>) -> PyResult<Py<PyAny>> {
    found.map_or_else(|| Ok(py.None()), |record| one(py, &record, shape.get()))
}

/// A value of a record class.
pub(super) fn value<T: Serialize>(py: Python<'_>, value: &T, shape: &Py<Shape>) -> PyResult<Py<PyAny>> {
    shape.get().python(py, value)
}

/// A table of values of a record class.
pub(super) fn values<T: Serialize + Send + Sync + 'static>(
    py: Python<'_>,
    values: Vec<T>,
    shape: Py<Shape>,
) -> PyResult<Py<PyAny>> {
    Ok(Py::new(py, Rows::new(values, shape))?.into_any())
}

/// A number, a text, a list of such.
pub(super) fn plain<T: for<'py> IntoPyObject<'py>>(py: Python<'_>, value: T) -> PyResult<Py<PyAny>> {
    use pyo3::IntoPyObjectExt as _;
    value.into_py_any(py)
}

/// The type with this tag.
pub(super) fn object_type(py: Python<'_>, tag: &str) -> PyResult<ObjectType> {
    tag.parse().map_err(|error| exception(py, &Error::from(error)))
}

/// The fields of a type's records, in order.
#[pyfunction]
pub(crate) fn object_fields(py: Python<'_>, tag: &str) -> PyResult<Vec<&'static str>> {
    let object = object_type(py, tag)?;
    Ok(of_type!(object, R => R::FIELDS.to_vec()))
}

/// Whatever comes piece by piece.
trait Pieces: Send {
    /// The next piece, as what makes a Python object of it.
    fn next(&mut self) -> Pin<Box<dyn Future<Output = peering_core::Result<Option<Made>>> + Send + '_>>;
}

type Made = Box<dyn FnOnce(Python<'_>, &Py<Shape>) -> PyResult<Py<PyAny>> + Send>;

struct Streamed<T, F> {
    stream: Pin<Box<dyn Stream<Item = peering_core::Result<T>> + Send>>,
    make: F,
}

impl<T, F> Pieces for Streamed<T, F>
where
    T: Send + 'static,
    F: Fn(Python<'_>, T, &Py<Shape>) -> PyResult<Py<PyAny>> + Clone + Send + 'static,
{
    fn next(&mut self) -> Pin<Box<dyn Future<Output = peering_core::Result<Option<Made>>> + Send + '_>> {
        Box::pin(async move {
            let piece = poll_fn(|context| self.stream.as_mut().poll_next(context)).await.transpose()?;
            let make = self.make.clone();
            Ok(piece.map(|piece| {
                Box::new(move |py: Python<'_>, shape: &Py<Shape>| make(py, piece, shape)) as Made
            }))
        })
    }
}

/// A stream of records or other values, for a Python iterator.
#[pyclass(frozen, name = "Stream", module = "peering._native")]
pub(crate) struct NativeStream {
    pieces: HomeBound<Arc<Mutex<Box<dyn Pieces>>>>,
    shape: Py<Shape>,
}

impl std::fmt::Debug for NativeStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stream")
    }
}

impl NativeStream {
    pub(super) fn records<R: Record>(
        stream: impl Stream<Item = peering_core::Result<R>> + Send + 'static,
        shape: Py<Shape>,
    ) -> Self {
        NativeStream::new(stream, |py, found: R, shape| record(py, Some(found), shape), shape)
    }

    pub(super) fn values<T: Serialize + Send + 'static>(
        stream: impl Stream<Item = peering_core::Result<T>> + Send + 'static,
        shape: Py<Shape>,
    ) -> Self {
        NativeStream::new(stream, |py, found: T, shape| value(py, &found, shape), shape)
    }

    fn new<T: Send + 'static>(
        stream: impl Stream<Item = peering_core::Result<T>> + Send + 'static,
        make: impl Fn(Python<'_>, T, &Py<Shape>) -> PyResult<Py<PyAny>> + Clone + Send + 'static,
        shape: Py<Shape>,
    ) -> Self {
        let pieces: Box<dyn Pieces> = Box::new(Streamed { stream: Box::pin(stream), make });
        NativeStream { pieces: HomeBound::new(Arc::new(Mutex::new(pieces))), shape }
    }
}

#[pymethods]
impl NativeStream {
    /// The next piece; `None` at the end.
    fn next(&self, py: Python<'_>) -> PyResult<Operation> {
        let (pieces, shape) = (Arc::clone(self.pieces.here(py)?), self.shape.clone_ref(py));
        let work = async move { pieces.lock().await.next().await };
        Ok(Operation::new(work, move |py, made: Option<Made>| match made {
            Some(make) => make(py, &shape),
            None => Ok(py.None()),
        }))
    }
}
