//! The tokio runtime of this process, made at the first use and never at import.
//!
//! Threads do not survive a fork: a child gets a runtime of its own, and what was opened before the fork says so
//! instead of waiting for ever ([`HomeBound`]).

use std::sync::Mutex;

use peering_core::{Error, ErrorKind};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::runtime::Runtime;

use crate::error::exception;
use crate::{interpreter, logging};

/// Locked with the interpreter held only, and never across a call that lets it go: so no thread can hold it when
/// `os.fork` copies the process.
static CURRENT: Mutex<Option<(u32, &'static Runtime)>> = Mutex::new(None);

/// The runtime of this process.
pub(crate) fn runtime(py: Python<'_>) -> PyResult<&'static Runtime> {
    let mut current = CURRENT.lock().map_err(|_| PyRuntimeError::new_err("the runtime is broken"))?;
    let process = std::process::id();
    match *current {
        Some((owner, runtime)) if owner == process => Ok(runtime),
        // The parent's runtime has no threads here. It cannot even be dropped: it would wait for them.
        _ => {
            let made = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .thread_name("peering")
                .build()
                .map_err(|error| PyRuntimeError::new_err(format!("no threads for peering: {error}")))?;
            let runtime: &'static Runtime = Box::leak(Box::new(made));
            if current.replace((process, runtime)).is_some() {
                interpreter::empty();
            } else {
                logging::begin();
                interpreter::watch(py)?;
            }
            Ok(runtime)
        }
    }
}

/// Whether this process has a runtime of its own.
pub(crate) fn is_here() -> bool {
    CURRENT.lock().is_ok_and(|current| current.is_some_and(|(owner, _)| owner == std::process::id()))
}

/// Something that works only in the process that made it: it has a connection, a task or a database handle.
#[derive(Debug)]
pub(crate) struct HomeBound<T> {
    process: u32,
    /// There until it is dropped.
    value: Option<T>,
}

impl<T> HomeBound<T> {
    pub(crate) fn new(value: T) -> Self {
        HomeBound { process: std::process::id(), value: Some(value) }
    }

    /// The value. `ClosedError` in a process that was forked later.
    pub(crate) fn here(&self, py: Python<'_>) -> PyResult<&T> {
        if let Some(value) = self.value.as_ref().filter(|_| self.process == std::process::id()) {
            return Ok(value);
        }
        let message = "it was opened before this process was forked; open it again here";
        Err(exception(py, &Error::new(ErrorKind::Closed, message)))
    }
}

impl<T> Drop for HomeBound<T> {
    /// A process that was forked later leaves it alone: a lock in it may be held by a thread that is not there.
    fn drop(&mut self) {
        if self.process != std::process::id()
            && let Some(value) = self.value.take()
        {
            std::mem::forget(value);
        }
    }
}
