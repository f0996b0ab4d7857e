//! Networks from other systems, for `peering.importing`.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use peering_core::import::peering_manager::{Answers, Import, Server, import};
use pyo3::prelude::*;

use crate::error::exception;
use crate::operation::Operation;
use crate::shape::{Shape, from_python};

/// What a Peering Manager's API gave.
#[pyclass(frozen, name = "PeeringManagerAnswers", module = "peering._native")]
#[derive(Debug)]
pub(crate) struct NativeAnswers(Mutex<Arc<Answers>>);

impl NativeAnswers {
    /// Held for moments only, and with the interpreter held.
    fn held(&self) -> MutexGuard<'_, Arc<Answers>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn object(py: Python<'_>, answers: Answers) -> PyResult<Py<PyAny>> {
        Ok(Py::new(py, NativeAnswers(Mutex::new(Arc::new(answers))))?.into_any())
    }
}

#[pymethods]
impl NativeAnswers {
    #[new]
    fn new() -> Self {
        NativeAnswers(Mutex::default())
    }

    #[staticmethod]
    fn from_dir(directory: PathBuf) -> Operation {
        Operation::blocking(move || Answers::from_dir(directory), NativeAnswers::object)
    }

    #[staticmethod]
    fn fetch(server: &Bound<'_, PyAny>) -> PyResult<Operation> {
        let server: Server = from_python(server, "server")?;
        Ok(Operation::new(async move { server.fetch().await }, NativeAnswers::object))
    }

    fn add(&self, py: Python<'_>, endpoint: &str, answer: &str) -> PyResult<()> {
        Arc::make_mut(&mut self.held()).add(endpoint, answer).map_err(|error| exception(py, &error))
    }

    fn has(&self, endpoint: &str) -> bool {
        self.held().has(endpoint)
    }

    /// The network and the report.
    fn import_network(&self, network: Py<Shape>, report: Py<Shape>) -> Operation {
        let answers = Arc::clone(&self.held());
        Operation::blocking(
            move || Ok(import(&answers)),
            move |py, imported: Import| {
                let network = network.get().python(py, &imported.network)?;
                let report = report.get().python(py, &imported.report)?;
                Ok((network, report).into_pyobject(py)?.into_any().unbind())
            },
        )
    }
}
