//! The promises of a driver, for authors of drivers in Python: `peering.conformance` has the words.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::conformance::{ALL, Change, Subject};
use peering_core::driver::{Driver, Target};
use peering_core::{Error, ErrorKind, Result};
use pyo3::prelude::*;
use serde::Deserialize;

use crate::error::{exception, from_exception};
use crate::operation::Operation;
use crate::shape::from_python;
use crate::target;

/// The names of the promises.
#[pyfunction]
pub(crate) fn promises() -> Vec<&'static str> {
    ALL.iter().map(|behaviour| behaviour.name()).collect()
}

/// Checks one promise: nothing, or what was not kept.
#[pyfunction]
pub(crate) fn check_promise(subject: &Bound<'_, PyAny>, name: &str) -> PyResult<Operation> {
    let py = subject.py();
    let unknown = || exception(py, &Error::new(ErrorKind::Options, format!("no promise is called {name:?}")));
    let behaviour = ALL.iter().find(|behaviour| behaviour.name() == name).ok_or_else(unknown)?;
    let subject = PythonSubject::of(subject)?;
    let work =
        async move { Ok(behaviour.check(&subject).await.err().map(|violation| violation.to_string())) };
    Ok(Operation::new(work, |py, violation| Ok(violation.into_pyobject(py)?.into_any().unbind())))
}

struct PythonSubject {
    object: Arc<Py<PyAny>>,
    driver: Arc<dyn Driver>,
    targets: [Target; 3],
    change: Change,
    refused: String,
    commands: (String, String),
    window: Duration,
    grace: Duration,
}

impl PythonSubject {
    fn of(object: &Bound<'_, PyAny>) -> PyResult<PythonSubject> {
        #[derive(Deserialize)]
        struct Wanted {
            apply: String,
            remove: String,
            marker: String,
            secret: Option<String>,
        }
        let at = |name: &str| target::target(&object.getattr(name)?);
        let change: Wanted = from_python(&object.getattr("change")?, "change")?;
        Ok(PythonSubject {
            driver: target::driver(&object.getattr("driver")?)?,
            targets: [at("target")?, at("wrong_password")?, at("nobody")?],
            change: Change {
                apply: change.apply,
                remove: change.remove,
                marker: change.marker,
                secret: change.secret,
            },
            refused: object.getattr("refused")?.extract()?,
            commands: object.getattr("commands")?.extract()?,
            window: object.getattr("window")?.extract()?,
            grace: object.getattr("grace")?.extract()?,
            object: Arc::new(object.clone().unbind()),
        })
    }

    async fn call(&self, method: &'static str) -> Result<()> {
        let object = Arc::clone(&self.object);
        let called = tokio::task::spawn_blocking(move || {
            Python::try_attach(|py| {
                object.call_method0(py, method).map(drop).map_err(|raised| {
                    from_exception(py, &raised)
                        .unwrap_or_else(|| Error::new(ErrorKind::Options, format!("{method}: {raised}")))
                })
            })
        });
        called.await.ok().flatten().unwrap_or_else(|| Err(Error::new(ErrorKind::Closed, "it ended early")))
    }
}

#[async_trait]
impl Subject for PythonSubject {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::clone(&self.driver)
    }

    fn target(&self) -> Target {
        let [target, ..] = &self.targets;
        target.clone()
    }

    fn wrong_password(&self) -> Target {
        let [_, target, _] = &self.targets;
        target.clone()
    }

    fn nobody(&self) -> Target {
        let [.., target] = &self.targets;
        target.clone()
    }

    fn change(&self) -> Change {
        self.change.clone()
    }

    /// An answer that is no text is an empty replacement, which nothing accepts.
    fn replacement(&self, running: &str) -> String {
        let answer = Python::try_attach(|py| {
            self.object.call_method1(py, "replacement", (running,)).and_then(|text| text.extract(py))
        });
        answer.and_then(PyResult::ok).unwrap_or_default()
    }

    fn refused(&self) -> String {
        self.refused.clone()
    }

    fn commands(&self) -> (String, String) {
        self.commands.clone()
    }

    async fn meddle(&self) -> Result<()> {
        self.call("meddle").await
    }

    async fn mend(&self) -> Result<()> {
        self.call("mend").await
    }

    fn window(&self) -> Duration {
        self.window
    }

    fn grace(&self) -> Duration {
        self.grace
    }
}
