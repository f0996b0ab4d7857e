//! [`Operation`]: one asynchronous Rust function, which Python either waits for or awaits.
//!
//! `peering._operation` has the two helpers: `operation.wait()` is the plain twin of a call, and `finish(operation)` the
//! one for asyncio. Nothing begins before one of them is called.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::task::Poll;
use std::time::Duration;

use peering_core::Result;
use pyo3::PyClass;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use tokio::task::AbortHandle;

use crate::error::exception;
use crate::runtime::runtime;
use crate::{interpreter, logging};

/// How often a waiting thread looks whether Python has a signal for it.
const SIGNALS: Duration = Duration::from_millis(50);

/// Makes the Python value, once there is an interpreter to make it in.
type Answer = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;
type Work = Pin<Box<dyn Future<Output = Result<Answer>> + Send>>;

/// Work that has not begun.
#[pyclass(frozen, module = "peering._native")]
pub(crate) struct Operation {
    work: Mutex<Option<Work>>,
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Operation")
    }
}

impl Operation {
    /// An operation whose value `make` turns into a Python object.
    pub(crate) fn new<T: Send + 'static>(
        future: impl Future<Output = Result<T>> + Send + 'static,
        make: impl FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
    ) -> Self {
        let work: Work = Box::pin(async move {
            let value = future.await?;
            Ok(Box::new(move |py: Python<'_>| make(py, value)) as Answer)
        });
        Operation { work: Mutex::new(Some(work)) }
    }

    /// An operation that makes an object of ours.
    pub(crate) fn object<T: PyClass + Into<PyClassInitializer<T>> + Send + 'static>(
        future: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Self {
        Operation::new(future, |py, value| Ok(Py::new(py, value)?.into_any()))
    }

    /// An operation without a value.
    pub(crate) fn unit(future: impl Future<Output = Result<()>> + Send + 'static) -> Self {
        Operation::new(future, |py, ()| Ok(py.None()))
    }

    /// An operation that blocks a thread: a database, a file.
    pub(crate) fn blocking<T: Send + 'static>(
        work: impl FnOnce() -> Result<T> + Send + 'static,
        make: impl FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
    ) -> Self {
        let run = async move {
            tokio::task::spawn_blocking(work).await.unwrap_or_else(|failure| {
                let message = format!("the work ended early: {failure}");
                Err(peering_core::Error::new(peering_core::ErrorKind::Closed, message))
            })
        };
        Operation::new(run, make)
    }

    /// The work, ready to be run: its records of `logging` arrive before its outcome.
    fn begin(&self, py: Python<'_>) -> PyResult<Work> {
        let mut work = self.work.lock().map_err(|_| PyRuntimeError::new_err("the operation is broken"))?;
        let work = work.take().ok_or_else(|| PyRuntimeError::new_err("this operation has begun already"))?;
        logging::refresh(py)?;
        let waits = !logging::delivers();
        Ok(Box::pin(async move {
            let outcome = guarded(work).await;
            if waits {
                logging::settled().await;
            }
            outcome
        }))
    }
}

/// A fault of ours that panics is an outcome, too: nobody waits for ever.
async fn guarded(mut work: Work) -> Result<Answer> {
    std::future::poll_fn(move |context| {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.unwrap_or_else(|_| {
            let broken =
                |_: Python<'_>| Err(PyRuntimeError::new_err("the operation ended without an outcome"));
            Poll::Ready(Ok(Box::new(broken) as Answer))
        })
    })
    .await
}

fn finish(py: Python<'_>, outcome: Result<Answer>) -> PyResult<Py<PyAny>> {
    match outcome {
        Ok(answer) => answer(py),
        Err(error) => Err(exception(py, &error)),
    }
}

#[pymethods]
impl Operation {
    /// Runs it and waits, with the interpreter released; a signal handler that raises (Ctrl-C) ends the work.
    fn wait(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let work = self.begin(py)?;
        let (sender, mut receiver) = channel();
        let task = runtime(py)?.spawn(async move {
            // Nobody waits any more: then nobody misses the outcome.
            let _ = sender.send(work.await);
        });
        loop {
            let waiting = &mut receiver;
            let (received, inside) =
                py.detach(move || (waiting.recv_timeout(SIGNALS), interpreter::returning()));
            drop(inside);
            match received {
                Ok(outcome) => return finish(py, outcome),
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(raised) = py.check_signals() {
                        task.abort();
                        return Err(raised);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(PyRuntimeError::new_err("the operation ended without an outcome"));
                }
            }
        }
    }

    /// Runs it in the background; `done(value, exception)` is called from a thread of ours at its end, unless it is
    /// cancelled first.
    fn start(&self, py: Python<'_>, done: Py<PyAny>) -> PyResult<Task> {
        let work = self.begin(py)?;
        let task = runtime(py)?.spawn(async move {
            let outcome = work.await;
            // Without an interpreter (it is ending) nobody waits.
            interpreter::attached(|py| {
                let called = match finish(py, outcome) {
                    Ok(value) => done.call1(py, (value, py.None())),
                    Err(error) => done.call1(py, (py.None(), error.into_value(py))),
                };
                if let Err(error) = called {
                    error.write_unraisable(py, Some(done.bind(py)));
                }
            });
        });
        Ok(Task { task: task.abort_handle() })
    }
}

/// Work in the background.
#[pyclass(frozen, module = "peering._native")]
#[derive(Debug)]
pub(crate) struct Task {
    task: AbortHandle,
}

#[pymethods]
impl Task {
    /// Ends it at its next await: what it holds is dropped as the core promises for dropped futures.
    fn cancel(&self) {
        self.task.abort();
    }
}
