//! Routers, for `peering.router`, which has their words.

use std::net::IpAddr;
use std::time::Duration;

use peering_core::Router;
use peering_core::driver::Token;
use pyo3::prelude::*;

use crate::change::Opened;
use crate::operation::Operation;
use crate::reads::ReadByName;
use crate::runtime::HomeBound;
use crate::shape::{Form, Shape, from_python, to_value};
use crate::target;

/// Connects: a driver's name or options, and a target.
#[pyfunction]
pub(crate) fn connect(driver: &Bound<'_, PyAny>, target: &Bound<'_, PyAny>) -> PyResult<Operation> {
    let (driver, target) = (target::driver(driver)?, target::target(target)?);
    Ok(Operation::object(async move {
        let router = Router::connect(driver, &target).await?;
        Ok(NativeRouter { router: HomeBound::new(router), opened: Opened::default() })
    }))
}

/// The names of the drivers that are compiled in.
#[pyfunction]
pub(crate) fn driver_names() -> Vec<&'static str> {
    peering_drivers::builtin().names().collect()
}

/// A connected router.
#[pyclass(frozen, name = "Router", module = "peering._native")]
#[derive(Debug)]
pub(crate) struct NativeRouter {
    router: HomeBound<Router>,
    opened: Opened,
}

#[pymethods]
impl NativeRouter {
    #[getter]
    fn platform(&self, py: Python<'_>) -> PyResult<&'static str> {
        Ok(self.router.here(py)?.platform())
    }

    #[getter]
    fn host(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.router.here(py)?.host().to_owned())
    }

    fn capabilities(&self, py: Python<'_>, shape: &Shape) -> PyResult<Py<PyAny>> {
        shape.python(py, &self.router.here(py)?.capabilities())
    }

    fn leftovers(&self, py: Python<'_>, shape: &Shape) -> PyResult<Py<PyAny>> {
        shape.python(py, self.router.here(py)?.leftovers())
    }

    fn read(
        &self,
        py: Python<'_>,
        name: String,
        shape: Py<Shape>,
        argument: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let (mut router, argument) = (self.router.here(py)?.clone(), to_value(argument, Form::Core)?);
        let work = async move { router.read(&name, argument).await };
        Ok(Operation::new(work, move |py, found| found.python(py, shape)))
    }

    fn check(&self, py: Python<'_>) -> PyResult<Operation> {
        let router = self.router.here(py)?.clone();
        Ok(Operation::unit(async move { router.check().await }))
    }

    fn wait_for_sessions(
        &self,
        py: Python<'_>,
        peers: Vec<IpAddr>,
        within: Duration,
        shape: Py<Shape>,
    ) -> PyResult<Operation> {
        let router = self.router.here(py)?.clone();
        let work = async move { router.wait_for_sessions(&peers, within).await };
        Ok(Operation::new(work, move |py, health| shape.get().python(py, &health)))
    }

    fn candidate(&self, py: Python<'_>) -> PyResult<Operation> {
        let (router, opened) = (self.router.here(py)?.clone(), self.opened.clone());
        Ok(Operation::object(async move { Ok(opened.candidate(router.candidate().await?)) }))
    }

    fn pending(&self, py: Python<'_>, shape: Py<Shape>) -> PyResult<Operation> {
        let router = self.router.here(py)?.clone();
        let work = async move { router.pending().await };
        Ok(Operation::new(work, move |py, pending| match pending {
            Some(pending) => shape.get().python(py, &pending),
            None => Ok(py.None()),
        }))
    }

    fn reattach(&self, py: Python<'_>, token: &Bound<'_, PyAny>) -> PyResult<Operation> {
        let (router, opened) = (self.router.here(py)?.clone(), self.opened.clone());
        let token: Token = from_python(token, "token")?;
        Ok(Operation::object(async move { Ok(opened.confirming(router.reattach(&token).await?)) }))
    }

    fn close(&self, py: Python<'_>) -> PyResult<Operation> {
        let (router, opened) = (self.router.here(py)?.clone(), self.opened.clone());
        Ok(Operation::unit(async move {
            opened.release().await;
            router.close().await
        }))
    }
}
