//! The way of our threads into the interpreter, which is closed before that ends.
//!
//! A thread that asks an ending interpreter for its turn is stopped for ever or killed in the middle of Rust code, as the
//! version of Python likes. So nobody may be on the way then: every thread of ours goes in by [`attached`], a thread of
//! Python's that waits in Rust comes back by [`returning`], and [`end`] closes both.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use pyo3::prelude::*;

static IS_CLOSED: AtomicBool = AtomicBool::new(false);
/// How many threads are on their way, or in.
static INSIDE: AtomicUsize = AtomicUsize::new(0);
/// The thread that ends the interpreter may go in until the last.
static LAST: Mutex<Option<ThreadId>> = Mutex::new(None);

/// How long the end waits for those that are in: one may be stuck in somebody's logging handler.
const PATIENCE: Duration = Duration::from_secs(2);

/// A thread on its way, or in.
pub(crate) struct Inside(());

impl Inside {
    fn new() -> Option<Inside> {
        INSIDE.fetch_add(1, Ordering::SeqCst);
        let inside = Inside(());
        (!IS_CLOSED.load(Ordering::SeqCst) || is_last()).then_some(inside)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.fetch_sub(1, Ordering::SeqCst);
    }
}

fn is_last() -> bool {
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) == Some(thread::current().id())
}

/// Does something with the interpreter, from a thread of ours. `None` when it is ending, or has ended.
pub(crate) fn attached<T>(work: impl FnOnce(Python<'_>) -> T) -> Option<T> {
    let _inside = Inside::new()?;
    Python::try_attach(work)
}

/// What a thread of Python's that has released the interpreter calls before it takes it again; the guard is dropped
/// after that. When the interpreter is ending the thread stays here: the end of the process is near.
pub(crate) fn returning() -> Inside {
    loop {
        match Inside::new() {
            Some(inside) => return inside,
            None => thread::park(),
        }
    }
}

/// Registers the end, once for all processes that are forked from this one.
pub(crate) fn watch(py: Python<'_>) -> PyResult<()> {
    py.import("atexit")?.call_method1("register", (wrap_pyfunction!(end, py)?,))?;
    Ok(())
}

/// Nobody is in: a process that was forked has only the thread that forked.
pub(crate) fn empty() {
    INSIDE.store(0, Ordering::SeqCst);
}

/// Lets what was logged reach its handlers, and closes the way.
#[pyfunction]
fn end(py: Python<'_>) {
    if !crate::runtime::is_here() {
        return;
    }
    py.detach(|| {
        let until = Instant::now() + PATIENCE;
        crate::logging::drain(until);
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread::current().id());
        IS_CLOSED.store(true, Ordering::SeqCst);
        while INSIDE.load(Ordering::SeqCst) > 0 && Instant::now() < until {
            thread::sleep(Duration::from_millis(1));
        }
    });
}
