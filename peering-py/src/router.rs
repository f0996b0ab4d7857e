//! Routers, candidates and pending commits, for `peering.router`, which has their words.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use peering_core::{Candidate, Confirming, Error, ErrorKind, Result, Router};
use pyo3::PyClass;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::operation::Operation;
use crate::reads::ReadByName;
use crate::runtime::HomeBound;
use crate::shape::{Form, Shape, to_value};
use crate::target;

/// Connects: a driver's name or options, and a target.
#[pyfunction]
pub(crate) fn connect(driver: &Bound<'_, PyAny>, target: &Bound<'_, PyAny>) -> PyResult<Operation> {
    let (driver, target) = (target::driver(driver)?, target::target(target)?);
    let work = async move { Router::connect(driver, &target).await };
    Ok(Operation::new(work, |py, router| object(py, NativeRouter(HomeBound::new(router)))))
}

/// The names of the drivers that are compiled in.
#[pyfunction]
pub(crate) fn driver_names() -> Vec<&'static str> {
    peering_drivers::builtin().names().collect()
}

fn object<T: PyClass + Into<PyClassInitializer<T>>>(py: Python<'_>, value: T) -> PyResult<Py<PyAny>> {
    Ok(Py::new(py, value)?.into_any())
}

/// A connected router.
#[pyclass(frozen, name = "Router", module = "peering._native")]
#[derive(Debug)]
pub(crate) struct NativeRouter(HomeBound<Router>);

#[pymethods]
impl NativeRouter {
    #[getter]
    fn platform(&self, py: Python<'_>) -> PyResult<&'static str> {
        Ok(self.0.here(py)?.platform())
    }

    #[getter]
    fn host(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.0.here(py)?.host().to_owned())
    }

    fn read(
        &self,
        py: Python<'_>,
        name: String,
        shape: Py<Shape>,
        with: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let (mut router, with) = (self.0.here(py)?.clone(), to_value(with, Form::Core)?);
        let work = async move { router.read(&name, with).await };
        Ok(Operation::new(work, move |py, found| found.python(py, shape)))
    }

    fn check(&self, py: Python<'_>) -> PyResult<Operation> {
        let router = self.0.here(py)?.clone();
        Ok(Operation::unit(async move { router.check().await }))
    }

    fn candidate(&self, py: Python<'_>) -> PyResult<Operation> {
        let router = self.0.here(py)?.clone();
        let work = async move { router.candidate().await };
        Ok(Operation::new(work, |py, candidate| object(py, NativeCandidate::new(candidate))))
    }

    fn close(&self, py: Python<'_>) -> PyResult<Operation> {
        let router = self.0.here(py)?.clone();
        Ok(Operation::unit(async move { router.close().await }))
    }
}

/// Something that is used up by its last step.
type Slot<T> = Arc<Mutex<Option<T>>>;

fn ended(what: &str) -> Error {
    Error::new(
        ErrorKind::Closed,
        format!("this {what} has ended: it was committed, confirmed, reverted or discarded"),
    )
}

/// The thing, for one step.
async fn using<T>(slot: Slot<T>, what: &str) -> Result<OwnedMutexGuard<Option<T>>> {
    let guard = slot.lock_owned().await;
    if guard.is_some() { Ok(guard) } else { Err(ended(what)) }
}

/// The thing, for its last step.
async fn taking<T>(slot: Slot<T>, what: &str) -> Result<T> {
    slot.lock_owned().await.take().ok_or_else(|| ended(what))
}

/// An open candidate.
#[pyclass(frozen, name = "Candidate", module = "peering._native")]
#[derive(Debug)]
pub(crate) struct NativeCandidate(HomeBound<Slot<Candidate>>);

impl NativeCandidate {
    fn new(candidate: Candidate) -> Self {
        NativeCandidate(HomeBound::new(Arc::new(Mutex::new(Some(candidate)))))
    }

    fn slot(&self, py: Python<'_>) -> PyResult<Slot<Candidate>> {
        self.0.here(py).cloned()
    }
}

const CANDIDATE: &str = "candidate";

#[pymethods]
impl NativeCandidate {
    fn read(
        &self,
        py: Python<'_>,
        name: String,
        shape: Py<Shape>,
        with: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let (slot, with) = (self.slot(py)?, to_value(with, Form::Core)?);
        let work = async move {
            let mut guard = using(slot, CANDIDATE).await?;
            guard.as_mut().ok_or_else(|| ended(CANDIDATE))?.read(&name, with).await
        };
        Ok(Operation::new(work, move |py, found| found.python(py, shape)))
    }

    fn merge(&self, py: Python<'_>, text: String) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        Ok(Operation::unit(async move {
            let mut guard = using(slot, CANDIDATE).await?;
            guard.as_mut().ok_or_else(|| ended(CANDIDATE))?.merge(&text).await
        }))
    }

    /// The diff: what is shown, and what the device said.
    fn diff(&self, py: Python<'_>) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        let work = async move {
            let mut guard = using(slot, CANDIDATE).await?;
            guard.as_mut().ok_or_else(|| ended(CANDIDATE))?.diff().await
        };
        Ok(Operation::new(work, |py, diff| {
            Ok((diff.to_string(), diff.expose()).into_pyobject(py)?.into_any().unbind())
        }))
    }

    fn discard(&self, py: Python<'_>) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        Ok(Operation::unit(async move { taking(slot, CANDIDATE).await?.discard().await }))
    }

    fn commit_confirmed(
        &self,
        py: Python<'_>,
        window: Duration,
        message: Option<String>,
    ) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        let work =
            async move { taking(slot, CANDIDATE).await?.commit_confirmed(window, message.as_deref()).await };
        Ok(Operation::new(work, |py, confirming| object(py, NativeConfirming::new(confirming))))
    }
}

/// A commit that waits for its confirmation.
#[pyclass(frozen, name = "Confirming", module = "peering._native")]
#[derive(Debug)]
pub(crate) struct NativeConfirming {
    slot: HomeBound<Slot<Confirming>>,
}

impl NativeConfirming {
    fn new(confirming: Confirming) -> Self {
        NativeConfirming { slot: HomeBound::new(Arc::new(Mutex::new(Some(confirming)))) }
    }

    fn slot(&self, py: Python<'_>) -> PyResult<Slot<Confirming>> {
        self.slot.here(py).cloned()
    }
}

const CONFIRMING: &str = "pending commit";

#[pymethods]
impl NativeConfirming {
    fn read(
        &self,
        py: Python<'_>,
        name: String,
        shape: Py<Shape>,
        with: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let (slot, with) = (self.slot(py)?, to_value(with, Form::Core)?);
        let work = async move {
            let mut guard = using(slot, CONFIRMING).await?;
            guard.as_mut().ok_or_else(|| ended(CONFIRMING))?.read(&name, with).await
        };
        Ok(Operation::new(work, move |py, found| found.python(py, shape)))
    }

    /// How many of the peers are established when all are, or `within` is over.
    fn wait_for_sessions(&self, py: Python<'_>, peers: Vec<IpAddr>, within: Duration) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        let work = async move {
            let mut guard = using(slot, CONFIRMING).await?;
            guard.as_mut().ok_or_else(|| ended(CONFIRMING))?.wait_for_sessions(&peers, within).await
        };
        Ok(Operation::new(work, |py, health| {
            Ok(health.established.len().into_pyobject(py)?.into_any().unbind())
        }))
    }

    fn confirm(&self, py: Python<'_>) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        Ok(Operation::unit(async move { taking(slot, CONFIRMING).await?.confirm().await }))
    }

    fn revert(&self, py: Python<'_>) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        Ok(Operation::unit(async move { taking(slot, CONFIRMING).await?.revert().await }))
    }
}
