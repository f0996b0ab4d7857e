//! Candidates and pending commits, for `peering.candidate`, which has their words.

use std::net::IpAddr;
use std::sync::{Arc, Mutex as StdMutex, Weak};
use std::time::Duration;

use jiff::Timestamp;
use peering_core::driver::Token;
use peering_core::{Candidate, Confirming, Error, ErrorKind, Result};
use pyo3::prelude::*;
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

use crate::operation::Operation;
use crate::reads::ReadByName;
use crate::runtime::HomeBound;
use crate::shape::{Form, Shape, to_value};

/// Something that is used up by its last step.
type Slot<T> = Arc<Mutex<Option<T>>>;

fn ended(what: &str) -> Error {
    Error::new(
        ErrorKind::Closed,
        format!(
            "this {what} has ended: it was committed, confirmed, reverted or discarded, or its router was closed"
        ),
    )
}

/// The thing, for one step.
async fn using<T>(slot: Slot<T>, what: &str) -> Result<OwnedMappedMutexGuard<Option<T>, T>> {
    OwnedMutexGuard::try_map(slot.lock_owned().await, Option::as_mut).map_err(|_| ended(what))
}

/// The thing, for its last step.
async fn taking<T>(slot: Slot<T>, what: &str) -> Result<T> {
    slot.lock_owned().await.take().ok_or_else(|| ended(what))
}

/// What of a router is open: a Python variable may live longer than the `with` block of its router.
#[derive(Clone, Debug, Default)]
pub(crate) struct Opened(Arc<StdMutex<Option<Open>>>);

#[derive(Debug)]
enum Open {
    Candidate(Weak<Mutex<Option<Candidate>>>),
    Confirming(Weak<Mutex<Option<Confirming>>>),
}

impl Opened {
    fn set(&self, open: Open) {
        if let Ok(mut slot) = self.0.lock() {
            *slot = Some(open);
        }
    }

    pub(crate) fn candidate(&self, candidate: Candidate) -> NativeCandidate {
        let slot = Arc::new(Mutex::new(Some(candidate)));
        self.set(Open::Candidate(Arc::downgrade(&slot)));
        NativeCandidate { slot: HomeBound::new(slot), opened: self.clone() }
    }

    pub(crate) fn confirming(&self, confirming: Confirming) -> NativeConfirming {
        let (token, deadline) = (confirming.token().clone(), confirming.deadline());
        let slot = Arc::new(Mutex::new(Some(confirming)));
        self.set(Open::Confirming(Arc::downgrade(&slot)));
        NativeConfirming { slot: HomeBound::new(slot), token, deadline }
    }

    /// Lets go of what is open: the router discards a candidate at its next call, the device takes a pending commit back.
    pub(crate) async fn release(&self) {
        let open = self.0.lock().ok().and_then(|mut slot| slot.take());
        match open {
            Some(Open::Candidate(slot)) => end(slot).await,
            Some(Open::Confirming(slot)) => end(slot).await,
            None => {}
        }
    }
}

async fn end<T>(slot: Weak<Mutex<Option<T>>>) {
    if let Some(slot) = slot.upgrade() {
        slot.lock().await.take();
    }
}

/// An open candidate.
#[pyclass(frozen, name = "Candidate", module = "peering._native")]
#[derive(Debug)]
pub(crate) struct NativeCandidate {
    slot: HomeBound<Slot<Candidate>>,
    opened: Opened,
}

const CANDIDATE: &str = "candidate";

impl NativeCandidate {
    fn slot(&self, py: Python<'_>) -> PyResult<Slot<Candidate>> {
        self.slot.here(py).cloned()
    }
}

#[pymethods]
impl NativeCandidate {
    fn read(
        &self,
        py: Python<'_>,
        name: String,
        shape: Py<Shape>,
        argument: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let (slot, argument) = (self.slot(py)?, to_value(argument, Form::Core)?);
        let work = async move { using(slot, CANDIDATE).await?.read(&name, argument).await };
        Ok(Operation::new(work, move |py, found| found.python(py, shape)))
    }

    fn merge(&self, py: Python<'_>, text: String) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        Ok(Operation::unit(async move { using(slot, CANDIDATE).await?.merge(&text).await }))
    }

    fn replace(&self, py: Python<'_>, text: String) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        Ok(Operation::unit(async move { using(slot, CANDIDATE).await?.replace(&text).await }))
    }

    fn validate(&self, py: Python<'_>) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        Ok(Operation::unit(async move { using(slot, CANDIDATE).await?.validate().await }))
    }

    /// The diff: what the device said, and what is shown.
    fn diff(&self, py: Python<'_>) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        let work = async move { using(slot, CANDIDATE).await?.diff().await };
        Ok(Operation::new(work, |py, diff| {
            Ok((diff.expose(), diff.to_string()).into_pyobject(py)?.into_any().unbind())
        }))
    }

    fn discard(&self, py: Python<'_>) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        Ok(Operation::unit(async move { taking(slot, CANDIDATE).await?.discard().await }))
    }

    /// Discards it unless it has ended.
    fn leave(&self, py: Python<'_>) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        Ok(Operation::unit(async move {
            let candidate = slot.lock_owned().await.take();
            match candidate {
                Some(candidate) => candidate.discard().await,
                None => Ok(()),
            }
        }))
    }

    fn commit(&self, py: Python<'_>, message: Option<String>) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        Ok(Operation::unit(async move { taking(slot, CANDIDATE).await?.commit(message.as_deref()).await }))
    }

    fn commit_confirmed(
        &self,
        py: Python<'_>,
        window: Duration,
        message: Option<String>,
    ) -> PyResult<Operation> {
        let (slot, opened) = (self.slot(py)?, self.opened.clone());
        let work = async move {
            let candidate = taking(slot, CANDIDATE).await?;
            let confirming = candidate.commit_confirmed(window, message.as_deref()).await?;
            Ok(opened.confirming(confirming))
        };
        Ok(Operation::object(work))
    }
}

/// A commit that waits for its confirmation.
#[pyclass(frozen, name = "Confirming", module = "peering._native")]
#[derive(Debug)]
pub(crate) struct NativeConfirming {
    slot: HomeBound<Slot<Confirming>>,
    token: Token,
    #[pyo3(get)]
    deadline: Timestamp,
}

const CONFIRMING: &str = "pending commit";

impl NativeConfirming {
    fn slot(&self, py: Python<'_>) -> PyResult<Slot<Confirming>> {
        self.slot.here(py).cloned()
    }
}

#[pymethods]
impl NativeConfirming {
    fn token(&self, py: Python<'_>, shape: &Shape) -> PyResult<Py<PyAny>> {
        shape.python(py, &self.token)
    }

    fn read(
        &self,
        py: Python<'_>,
        name: String,
        shape: Py<Shape>,
        argument: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let (slot, argument) = (self.slot(py)?, to_value(argument, Form::Core)?);
        let work = async move { using(slot, CONFIRMING).await?.read(&name, argument).await };
        Ok(Operation::new(work, move |py, found| found.python(py, shape)))
    }

    fn wait_for_sessions(
        &self,
        py: Python<'_>,
        peers: Vec<IpAddr>,
        within: Duration,
        shape: Py<Shape>,
    ) -> PyResult<Operation> {
        let slot = self.slot(py)?;
        let work = async move { using(slot, CONFIRMING).await?.wait_for_sessions(&peers, within).await };
        Ok(Operation::new(work, move |py, health| shape.get().python(py, &health)))
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
