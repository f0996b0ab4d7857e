//! Templates, for `peering.template`, which has their words.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use jiff::Timestamp;
use peering_core::model::{Contact, Indexed, Meeting, Template};
use peering_core::template::{Engine, Escape, Finding, FindingKind, Options, RenderContext, Whitespace};
use peering_core::{Asn, Error, ErrorKind, REDACTED, Result, Secret};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use serde::Serialize;

use crate::error::exception;
use crate::model::NativeNetwork;
use crate::operation::Operation;
use crate::plain::plain;
use crate::shape::{Shape, from_python};

/// The policy of this name.
fn policy(py: Python<'_>, name: &str) -> PyResult<Escape> {
    let own = [Escape::PLAIN, Escape::JSON, Escape::UNGUARDED, Escape::for_driver(name)];
    own.into_iter().find(|escape| escape.name == name).ok_or_else(|| {
        exception(py, &Error::new(ErrorKind::Options, format!("no platform's policy is called {name:?}")))
    })
}

/// The name of the policy for what a driver renders.
#[pyfunction]
pub(crate) fn escape_for_driver(driver: &str) -> &'static str {
    Escape::for_driver(driver).name
}

/// The text as it may be emitted.
#[pyfunction]
pub(crate) fn escape_guard(py: Python<'_>, policy_name: &str, text: &str) -> PyResult<String> {
    Ok(policy(py, policy_name)?.guard(text).into_owned())
}

/// Whether the platform can express a password.
#[pyfunction]
pub(crate) fn escape_can_express(py: Python<'_>, policy_name: &str, password: &str) -> PyResult<bool> {
    Ok(policy(py, policy_name)?.secret(password).is_some())
}

/// A set of templates. It is rendered from by many threads, and added to by one at a time.
#[pyclass(frozen, name = "Engine", module = "peering._native")]
#[derive(Debug)]
pub(crate) struct NativeEngine(Arc<RwLock<Engine>>);

/// Never with the interpreter held: whoever has the lock may want it.
fn reading(engine: &RwLock<Engine>) -> RwLockReadGuard<'_, Engine> {
    engine.read().unwrap_or_else(PoisonError::into_inner)
}

/// As [`reading`].
fn writing(engine: &RwLock<Engine>) -> RwLockWriteGuard<'_, Engine> {
    engine.write().unwrap_or_else(PoisonError::into_inner)
}

impl NativeEngine {
    /// Something that only looks at the templates, in the background.
    fn looking<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Engine) -> Result<T> + Send + 'static,
        make: impl FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
    ) -> Operation {
        let engine = Arc::clone(&self.0);
        Operation::blocking(move || look(&reading(&engine)), make)
    }
}

#[pymethods]
impl NativeEngine {
    #[new]
    fn new(py: Python<'_>, policy_name: &str, options: &Bound<'_, PyAny>) -> PyResult<Self> {
        let options: Options = from_python(options, "options")?;
        Ok(NativeEngine(Arc::new(RwLock::new(Engine::new(policy(py, policy_name)?, options)))))
    }

    fn add(
        &self,
        py: Python<'_>,
        name: &str,
        source: &str,
        whitespace: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let whitespace: Option<Whitespace> =
            whitespace.map(|value| from_python(value, "whitespace")).transpose()?;
        let added = py.detach(|| match whitespace {
            Some(whitespace) => writing(&self.0).add_with(name, source, whitespace),
            None => writing(&self.0).add(name, source),
        });
        added.map_err(|error| exception(py, &error))
    }

    fn add_template(&self, py: Python<'_>, template: &Bound<'_, PyAny>) -> PyResult<()> {
        let template: Template = from_python(template, "template")?;
        py.detach(|| writing(&self.0).add_template(&template)).map_err(|error| exception(py, &error))
    }

    fn add_directory(&self, directory: PathBuf) -> Operation {
        let engine = Arc::clone(&self.0);
        Operation::blocking(
            move || writing(&engine).add_directory(directory),
            |py, added| Ok(added.into_pyobject(py)?.into_any().unbind()),
        )
    }

    fn names(&self, py: Python<'_>) -> Vec<String> {
        py.detach(|| reading(&self.0).names().into_iter().map(str::to_owned).collect())
    }

    fn render(&self, name: String, context: &Bound<'_, NativeContext>) -> Operation {
        let context = context.get().0.clone();
        self.looking(
            move |engine| engine.render(&name, &context),
            |py, text| Ok(text.into_pyobject(py)?.into_any().unbind()),
        )
    }

    fn render_email(
        &self,
        name: String,
        context: &Bound<'_, NativeContext>,
        roles: Vec<String>,
        known: &Bound<'_, PyAny>,
        shape: Py<Shape>,
    ) -> PyResult<Operation> {
        let (context, known) = (context.get().0.clone(), from_python::<Vec<Contact>>(known, "known")?);
        let look = move |engine: &Engine| {
            let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
            engine.render_email(&name, &context, &roles, &known)
        };
        Ok(self.looking(look, move |py, email| shape.get().python(py, &email)))
    }

    /// What is to be looked at in a template, and, with a context, in what it writes.
    fn check(&self, name: String, context: Option<&Bound<'_, NativeContext>>, shape: Py<Shape>) -> Operation {
        let context = context.map(|context| context.get().0.clone());
        let look = move |engine: &Engine| match &context {
            Some(context) => engine.check_with(&name, context),
            None => engine.check(&name),
        };
        self.looking(look, move |py, found| {
            let rows: Vec<_> = found.into_iter().map(Row::from).collect();
            shape.get().python(py, &rows)
        })
    }

    /// Applies a filter to values.
    fn apply_filter(
        &self,
        py: Python<'_>,
        filter: &str,
        arguments: &Bound<'_, PyTuple>,
        named: &Bound<'_, PyDict>,
        shape: &Bound<'_, Shape>,
    ) -> PyResult<Py<PyAny>> {
        let what = |name: &str| format!("argument {name} of the filter {filter}");
        let values =
            arguments.iter().enumerate().map(|(index, value)| plain(&value, &what(&index.to_string())));
        let values: Vec<_> = values.collect::<PyResult<_>>()?;
        let named = named.items().into_iter().map(|pair| {
            let (name, value): (String, Bound<'_, PyAny>) = pair.extract()?;
            let value = plain(&value, &what(&name))?;
            Ok((name, value))
        });
        let named: Vec<_> = named.collect::<PyResult<_>>()?;
        let applied = py.detach(|| reading(&self.0).apply_filter(filter, values, named));
        shape.get().python(py, &applied.map_err(|error| exception(py, &error))?)
    }
}

/// A finding in the form of its record class.
#[derive(Serialize)]
struct Row {
    template: String,
    line: Option<usize>,
    kind: serde_json::Value,
    message: String,
    reason: Option<serde_json::Value>,
}

impl From<Finding> for Row {
    fn from(finding: Finding) -> Self {
        let Finding { template, line, kind, message } = finding;
        let word = |value: serde_json::Result<serde_json::Value>| value.unwrap_or_default();
        let (kind, reason) = match kind {
            FindingKind::Error(reason) => ("error".into(), Some(word(serde_json::to_value(reason)))),
            kind => (word(serde_json::to_value(kind)), None),
        };
        Row { template, line, kind, message, reason }
    }
}

/// The models, unless their passwords are blacked out: a router must never get the mark that stands for one.
fn models(network: &Bound<'_, NativeNetwork>) -> PyResult<Arc<Indexed>> {
    let models = network.get().indexed();
    let exchange = models.internet_exchange_sessions.iter();
    let exchange = exchange.flat_map(|row| [&row.password, &row.encrypted_password]);
    let direct = models.direct_sessions.iter().flat_map(|row| [&row.password, &row.encrypted_password]);
    if exchange.chain(direct).flatten().any(|password: &Secret| password.expose() == REDACTED) {
        let words =
            "network: its passwords are blacked out; `to_dict(expose_secrets=True)` gives one that has them";
        return Err(exception(network.py(), &Error::new(ErrorKind::Options, words)));
    }
    Ok(models)
}

/// The variables of one rendering.
#[pyclass(frozen, name = "RenderContext", module = "peering._native")]
#[derive(Debug)]
pub(crate) struct NativeContext(RenderContext);

impl NativeContext {
    fn made(py: Python<'_>, context: Result<RenderContext>) -> PyResult<Self> {
        context.map(NativeContext).map_err(|error| exception(py, &error))
    }
}

#[pymethods]
impl NativeContext {
    /// Without models.
    #[new]
    fn new() -> Self {
        NativeContext(RenderContext::empty())
    }

    #[staticmethod]
    fn for_router(
        py: Python<'_>,
        network: &Bound<'_, NativeNetwork>,
        router: &str,
        exchange: Option<&str>,
    ) -> PyResult<Self> {
        let network = models(network)?;
        NativeContext::made(
            py,
            match exchange {
                Some(exchange) => RenderContext::for_exchange(network, router, exchange),
                None => RenderContext::for_router(network, router),
            },
        )
    }

    #[staticmethod]
    fn for_peer(py: Python<'_>, network: &Bound<'_, NativeNetwork>, asn: u32) -> PyResult<Self> {
        NativeContext::made(py, RenderContext::for_peer(models(network)?, Asn::new(asn)))
    }

    /// The same with variables of the caller's own.
    fn having(&self, variables: &Bound<'_, PyDict>) -> PyResult<Self> {
        let mut context = self.0.clone();
        for pair in variables.items() {
            let (name, value): (String, Bound<'_, PyAny>) = pair.extract()?;
            context = context.with(&name, plain(&value, &format!("the variable {name}"))?);
        }
        Ok(NativeContext(context))
    }

    fn with_meeting(&self, ours: u32, theirs: u32, meeting: &Bound<'_, PyAny>) -> PyResult<Self> {
        let meeting: Meeting = from_python(meeting, "meeting")?;
        Ok(NativeContext(self.0.clone().with_meeting(Asn::new(ours), Asn::new(theirs), meeting)))
    }

    fn at(&self, now: Timestamp) -> Self {
        NativeContext(self.0.clone().at(now))
    }

    #[getter]
    fn driver(&self) -> Option<String> {
        self.0.driver().map(str::to_owned)
    }
}
