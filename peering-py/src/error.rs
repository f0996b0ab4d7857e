//! Errors of the core as exceptions of `peering.exceptions`, which are written in Python.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

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
    let made = PyErr::from_value(class.call((error.message(),), Some(&details))?);
    if let Some(raised) = error.source().and_then(|source| source.downcast_ref::<Raised>()) {
        made.set_cause(py, Some(raised.0.clone_ref(py)));
    }
    Ok(made)
}

/// Where a template failed, and why.
fn add_place(details: &Bound<'_, PyDict>, place: &TemplateError) -> PyResult<()> {
    let reason = serde_json::to_value(place.kind()).ok();
    details.set_item("template", place.template())?;
    details.set_item("line", place.line())?;
    details.set_item("reason", reason.as_ref().and_then(serde_json::Value::as_str))?;
    details.set_item("detail", place.detail())
}

/// An exception of somebody else's Python, underneath an error: becomes its `__cause__`, with the traceback.
pub(crate) struct Raised(pub(crate) PyErr);

impl fmt::Debug for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Raised")
    }
}

/// Its words are left out: they are not known to be free of secrets.
impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = crate::interpreter::attached(|py| self.0.get_type(py).name().map(|name| name.to_string()));
        f.write_str(&name.and_then(Result::ok).unwrap_or_else(|| "an exception".to_owned()))
    }
}

impl std::error::Error for Raised {}

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

/// The error that an exception of `peering.exceptions` stands for; `None` for any other.
pub(crate) fn from_exception(py: Python<'_>, raised: &PyErr) -> Option<Error> {
    let value = raised.value(py);
    let module = exceptions(py).ok()?;
    let is_a =
        |name: &str| module.getattr(name).is_ok_and(|class| value.is_instance(&class).unwrap_or_default());
    let (kind, _) = CLASSES.iter().find(|(_, name)| is_a(name))?;
    let text = |name: &str| value.getattr(name).ok()?.extract::<Option<String>>().ok()?;
    let mut error = Error::new(*kind, text("message").unwrap_or_default());
    for (name, add) in [
        ("platform", Error::with_platform as fn(Error, &str) -> Error),
        ("host", Error::with_host),
        ("operation", Error::with_operation),
    ] {
        if let Some(text) = text(name) {
            error = add(error, &text);
        }
    }
    if let Ok(Some(wait)) = value.getattr("retry_after").and_then(|wait| wait.extract::<Option<Duration>>()) {
        error = error.with_retry_after(wait);
    }
    Some(error)
}

fn class_name(kind: ErrorKind) -> &'static str {
    CLASSES.iter().find(|(of, _)| *of == kind).map_or("PeeringError", |(_, name)| name)
}

/// The exception of each kind.
const CLASSES: [(ErrorKind, &str); 16] = [
    (ErrorKind::Auth, "AuthError"),
    (ErrorKind::HostKey, "HostKeyError"),
    (ErrorKind::Tls, "TlsError"),
    (ErrorKind::Options, "OptionsError"),
    (ErrorKind::NotFound, "NotFoundError"),
    (ErrorKind::Unsupported, "UnsupportedError"),
    (ErrorKind::Rejected, "RejectedError"),
    (ErrorKind::Locked, "LockedError"),
    (ErrorKind::Connect, "ConnectError"),
    (ErrorKind::Timeout, "TimeoutError"),
    (ErrorKind::Closed, "ClosedError"),
    (ErrorKind::RateLimited, "RateLimitedError"),
    (ErrorKind::Parse, "ParseError"),
    (ErrorKind::Template, "TemplateError"),
    (ErrorKind::OutcomeUnknown, "OutcomeUnknownError"),
    (ErrorKind::Storage, "StorageError"),
];
