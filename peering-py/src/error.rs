//! Errors of the core as exceptions of `peering.exceptions`, which are written in Python.

use std::error::Error as _;

use peering_core::template::TemplateError;
use peering_core::{Error, ErrorKind};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyModule};

/// The exception for an error: a subclass of `PeeringError` by its kind, with the same attributes.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    build(py, error).unwrap_or_else(|failure| failure)
}

fn build(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let class = exceptions(py)?.getattr(class_name(error.kind()))?;
    let details = PyDict::new(py);
    details.set_item("platform", error.platform())?;
    details.set_item("host", error.host())?;
    details.set_item("operation", error.operation())?;
    details.set_item("retry_after", error.retry_after())?;
    match error.source().and_then(|source| source.downcast_ref::<TemplateError>()) {
        // Its words are the message already.
        Some(place) => add_place(&details, place)?,
        None => details.set_item("cause", causes(error))?,
    }
    Ok(PyErr::from_value(class.call((error.message(),), Some(&details))?))
}

/// Where a template failed, and why.
fn add_place(details: &Bound<'_, PyDict>, place: &TemplateError) -> PyResult<()> {
    let reason = serde_json::to_value(place.kind()).ok();
    details.set_item("template", place.template())?;
    details.set_item("line", place.line())?;
    details.set_item("reason", reason.as_ref().and_then(serde_json::Value::as_str))?;
    details.set_item("detail", place.detail())
}

fn exceptions(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    MODULE
        .get_or_try_init(py, || Ok(PyModule::import(py, "peering.exceptions")?.unbind()))
        .map(|module| module.bind(py))
}

/// The chain of sources in one line, where there is one.
fn causes(error: &Error) -> Option<String> {
    let mut words = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        words.push(cause.to_string());
        next = cause.source();
    }
    (!words.is_empty()).then(|| words.join(": "))
}

fn class_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Auth => "AuthError",
        ErrorKind::HostKey => "HostKeyError",
        ErrorKind::Tls => "TlsError",
        ErrorKind::Options => "OptionsError",
        ErrorKind::NotFound => "NotFoundError",
        ErrorKind::Unsupported => "UnsupportedError",
        ErrorKind::Rejected => "RejectedError",
        ErrorKind::Locked => "LockedError",
        ErrorKind::Connect => "ConnectError",
        ErrorKind::Timeout => "TimeoutError",
        ErrorKind::Closed => "ClosedError",
        ErrorKind::RateLimited => "RateLimitedError",
        ErrorKind::Parse => "ParseError",
        ErrorKind::Template => "TemplateError",
        ErrorKind::OutcomeUnknown => "OutcomeUnknownError",
        ErrorKind::Storage => "StorageError",
        _ => "PeeringError",
    }
}
