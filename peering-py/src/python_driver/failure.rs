//! Exceptions of a driver that is written in Python, as errors of the core.

use std::fmt;

use peering_core::driver::{Credentials, Target};
use peering_core::{Error, ErrorKind, REDACTED};
use pyo3::exceptions::{
    PyConnectionError, PyEOFError, PyFileNotFoundError, PyNotImplementedError, PyOSError, PyPermissionError,
    PyTimeoutError,
};
use pyo3::prelude::*;

use crate::error::{Raised, from_exception};

/// What was being done: it decides what an exception means that says nothing itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Connect,
    Read,
    /// After its request was sent, nobody knows what became of it.
    Commit,
}

/// What words of a driver may be shown: those without the target's secrets.
#[derive(Clone)]
pub(super) struct Words {
    secrets: Vec<String>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words")
    }
}

impl Words {
    pub(super) fn new(target: &Target) -> Words {
        let Credentials { password, passphrase, .. } = &target.credentials;
        let secrets = [password, passphrase].into_iter().flatten();
        Words {
            secrets: secrets
                .filter(|secret| !secret.is_empty())
                .map(|secret| secret.expose().to_owned())
                .collect(),
        }
    }

    /// A text without the target's secrets.
    pub(super) fn clean(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, REDACTED))
    }

    /// An exception of the driver. One of `peering.exceptions` keeps its kind.
    pub(super) fn error(&self, py: Python<'_>, raised: &PyErr, step: Step) -> Error {
        let Some(error) = from_exception(py, raised) else {
            let unnamed = |_| "an exception".to_owned();
            let name = raised.get_type(py).name().map_or_else(unnamed, |name| name.to_string());
            let words = self.clean(&raised.value(py).to_string());
            let message = if words.is_empty() { name } else { format!("{name}: {words}") };
            return Error::new(kind(py, raised, step), message).with_source(Raised(raised.clone_ref(py)));
        };
        let mut clean = Error::new(error.kind(), self.clean(error.message()));
        if let Some(operation) = error.operation() {
            clean = clean.with_operation(operation);
        }
        if let Some(wait) = error.retry_after() {
            clean = clean.with_retry_after(wait);
        }
        clean
    }

    /// What a driver returned is not what its method promises.
    pub(super) fn misfit(&self, py: Python<'_>, raised: &PyErr, method: &str) -> Error {
        let error = self.error(py, raised, Step::Read);
        let message = format!("the driver's `{method}` returned something else: {}", error.message());
        Error::new(ErrorKind::Parse, message)
    }
}

/// The kind of an exception that is not ours.
fn kind(py: Python<'_>, raised: &PyErr, step: Step) -> ErrorKind {
    let is_lost = || {
        raised.is_instance_of::<PyConnectionError>(py)
            || raised.is_instance_of::<PyEOFError>(py)
            || raised.is_instance_of::<PyOSError>(py)
            || !raised.is_instance_of::<pyo3::exceptions::PyException>(py)
    };
    if raised.is_instance_of::<PyNotImplementedError>(py) {
        ErrorKind::Unsupported
    } else if step == Step::Commit {
        ErrorKind::OutcomeUnknown
    } else if raised.is_instance_of::<PyTimeoutError>(py) {
        ErrorKind::Timeout
    } else if raised.is_instance_of::<PyFileNotFoundError>(py)
        || raised.is_instance_of::<PyPermissionError>(py)
    {
        ErrorKind::Storage
    } else if is_lost() && step == Step::Connect {
        ErrorKind::Connect
    } else if is_lost() {
        ErrorKind::Closed
    } else {
        ErrorKind::Parse
    }
}
