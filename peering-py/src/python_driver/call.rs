//! Calling a method of a driver or session that is written in Python, plain or `async def`.
//!
//! One call runs at a time, from its start to its end, even when nobody waits for it any more: the next one begins after it, so
//! nothing is ever out of step. Only [`Line::hang_up`] cancels what is awaited.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex};

use peering_core::{Error, ErrorKind, Result};
use pyo3::exceptions::PyBaseException;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyTuple};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tracing::Instrument;

use super::failure::{Step, Words};

/// The arguments of a call, made when there is an interpreter.
pub(super) type Arguments = Box<dyn for<'py> FnOnce(Python<'py>) -> PyResult<Bound<'py, PyTuple>> + Send>;

pub(super) fn nothing() -> Arguments {
    Box::new(|py| Ok(PyTuple::empty(py)))
}

pub(super) fn one(
    make: impl for<'py> FnOnce(Python<'py>) -> PyResult<Bound<'py, PyAny>> + Send + 'static,
) -> Arguments {
    Box::new(move |py| PyTuple::new(py, [make(py)?]))
}

/// The way to one Python object.
pub(super) struct Line {
    object: Py<PyAny>,
    words: Words,
    runtime: Handle,
    /// Held during a call; whether the object is closed.
    turn: Arc<tokio::sync::Mutex<bool>>,
    /// What cancels the call that is awaited now.
    cancel: Mutex<Option<Py<PyAny>>>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").finish_non_exhaustive()
    }
}

impl Line {
    pub(super) fn new(object: Py<PyAny>, words: Words) -> Arc<Line> {
        let (turn, cancel) = (Arc::default(), Mutex::default());
        Arc::new(Line { object, words, runtime: Handle::current(), turn, cancel })
    }

    pub(super) fn object(&self) -> &Py<PyAny> {
        &self.object
    }

    pub(super) fn words(&self) -> &Words {
        &self.words
    }

    /// Calls a method in its turn, and reads what it returned. When this future is dropped after the call has begun, the
    /// call goes on in the background, and what it returned is dropped.
    pub(super) async fn call<T: Send + 'static>(
        self: &Arc<Self>,
        method: &'static str,
        arguments: Arguments,
        step: Step,
        read: impl FnOnce(&Bound<'_, PyAny>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        if *turn {
            return Err(Error::new(ErrorKind::Closed, "the session has ended; connect again"));
        }
        let line = Arc::clone(self);
        self.in_background(async move {
            let outcome = line.run(method, arguments, step, read).await;
            drop(turn);
            outcome
        })
        .await
    }

    /// Cancels what is awaited, waits for what is not, and closes. Every later call is `Closed`.
    pub(super) async fn hang_up(self: &Arc<Self>) -> Result<()> {
        let line = Arc::clone(self);
        self.in_background(async move {
            if let Some(cancel) = line.cancel.lock().ok().and_then(|mut cancel| cancel.take()) {
                // Whatever it says, the call ends or is waited for.
                let _ =
                    attach(|py| cancel.call0(py).map_err(|error| line.words.error(py, &error, Step::Read)));
            }
            let mut turn = line.turn.lock().await;
            if std::mem::replace(&mut *turn, true) {
                return Ok(());
            }
            line.run("close", nothing(), Step::Read, |_| Ok(())).await
        })
        .await
    }

    /// The same, when there is nobody to tell.
    pub(super) fn forget(self: Arc<Self>) {
        let runtime = self.runtime.clone();
        runtime.spawn(async move {
            if let Err(error) = self.hang_up().await {
                tracing::debug!(%error, "a session that was dropped did not close");
            }
        });
    }

    async fn in_background<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let task = self.runtime.spawn(work.in_current_span());
        task.await.unwrap_or_else(|failure| {
            Err(Error::new(ErrorKind::Closed, format!("the call ended early: {failure}")))
        })
    }

    async fn run<T>(
        self: &Arc<Self>,
        method: &'static str,
        arguments: Arguments,
        step: Step,
        read: impl FnOnce(&Bound<'_, PyAny>) -> Result<T>,
    ) -> Result<T> {
        let line = Arc::clone(self);
        let begun = tokio::task::spawn_blocking(move || line.begin(method, arguments, step)).await;
        let value = match begun
            .map_err(|failure| Error::new(ErrorKind::Closed, format!("the call ended early: {failure}")))??
        {
            Begun::Done(value) => value,
            Begun::Awaited(outcome) => {
                let outcome = outcome.await;
                if let Ok(mut cancel) = self.cancel.lock() {
                    *cancel = None;
                }
                match outcome {
                    Ok(Ok(value)) => value,
                    Ok(Err(error)) => return attach(|py| Err(self.words.error(py, &error, step))),
                    Err(_) => return Err(Error::new(ErrorKind::Closed, "the event loop has ended")),
                }
            }
        };
        attach(|py| read(value.bind(py)))
    }

    /// Runs a plain method to its end, or begins one that is awaited.
    fn begin(&self, method: &str, arguments: Arguments, step: Step) -> Result<Begun> {
        attach(|py| self.begin_in(py, method, arguments).map_err(|error| self.words.error(py, &error, step)))
    }

    fn begin_in(&self, py: Python<'_>, method: &str, arguments: Arguments) -> PyResult<Begun> {
        let value = self.object.bind(py).call_method1(method, arguments(py)?)?;
        if !value.hasattr(pyo3::intern!(py, "__await__"))? {
            return Ok(Begun::Done(value.unbind()));
        }
        let (sender, outcome) = oneshot::channel();
        let sender = Mutex::new(Some(sender));
        let done = move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| -> PyResult<()> {
            let (value, error): (Py<PyAny>, Option<Bound<'_, PyBaseException>>) = arguments.extract()?;
            let outcome = error.map_or(Ok(value), |error| Err(PyErr::from_value(error.into_any())));
            if let Some(sender) = sender.lock().ok().and_then(|mut sender| sender.take()) {
                // Nobody waits any more: the runtime is gone.
                let _ = sender.send(outcome);
            }
            Ok(())
        };
        let done = PyCFunction::new_closure(py, None, None, done)?;
        let cancel = PyModule::import(py, "peering._loop")?.call_method1("start", (value, done))?;
        if let Ok(mut slot) = self.cancel.lock() {
            *slot = Some(cancel.unbind());
        }
        Ok(Begun::Awaited(outcome))
    }
}

enum Begun {
    Done(Py<PyAny>),
    Awaited(oneshot::Receiver<PyResult<Py<PyAny>>>),
}

/// With the interpreter, unless it is shutting down.
pub(super) fn attach<T>(work: impl FnOnce(Python<'_>) -> Result<T>) -> Result<T> {
    crate::interpreter::attached(work)
        .unwrap_or_else(|| Err(Error::new(ErrorKind::Closed, "the Python interpreter is shutting down")))
}
