//! Asking a server.

use std::time::Duration;

use jiff::Timestamp;
use peering_core::peeringdb::{BulkFiles, Client, ClientOptions, Limits, Repeats};
use peering_core::{Asn, Secret};
use pyo3::prelude::*;
use serde::Deserialize;

use super::of_type;
use super::query::Spec;
use super::rows::{NativeStream, object_type, record, records, value};
use crate::error::exception;
use crate::operation::Operation;
use crate::runtime::HomeBound;
use crate::shape::{Shape, from_python};

/// The keyword arguments of `peering.peeringdb.Client`. What is left out has the core's default.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    base_url: Option<String>,
    api_key: Option<Secret>,
    user_agent: Option<String>,
    proxy: Option<Secret>,
    connect_timeout: Option<Duration>,
    read_timeout: Option<Duration>,
    total_timeout: Option<Duration>,
    retry_budget: Option<Duration>,
    limits: Option<Pace>,
    bulk: Option<Bulk>,
}

/// `peering.peeringdb.Limits`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pace {
    pace: Duration,
    pace_with_key: Duration,
    repeats: Option<Repetitions>,
}

/// `peering.peeringdb.Repeats`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Repetitions {
    requests: usize,
    window: Duration,
    large: u64,
    large_window: Duration,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Bulk {
    Use(bool),
    At(String),
}

impl Options {
    fn over(self, defaults: ClientOptions) -> ClientOptions {
        ClientOptions {
            base_url: self.base_url.unwrap_or(defaults.base_url),
            api_key: self.api_key.or(defaults.api_key),
            user_agent: self.user_agent.unwrap_or(defaults.user_agent),
            proxy: self.proxy.or(defaults.proxy),
            connect_timeout: self.connect_timeout.unwrap_or(defaults.connect_timeout),
            read_timeout: self.read_timeout.unwrap_or(defaults.read_timeout),
            total_timeout: self.total_timeout.unwrap_or(defaults.total_timeout),
            retry_budget: self.retry_budget.unwrap_or(defaults.retry_budget),
            limits: self.limits.map_or(defaults.limits, Limits::from),
            bulk: match self.bulk {
                None => defaults.bulk,
                Some(Bulk::Use(true)) => BulkFiles::Automatic,
                Some(Bulk::Use(false)) => BulkFiles::Never,
                Some(Bulk::At(folder)) => BulkFiles::At(folder),
            },
        }
    }
}

impl From<Pace> for Limits {
    fn from(Pace { pace, pace_with_key, repeats }: Pace) -> Self {
        let repeats = repeats.map(|Repetitions { requests, window, large, large_window }| Repeats {
            requests,
            window,
            large,
            large_window,
        });
        Limits { pace, pace_with_key, repeats }
    }
}

/// A client, as `peering.peeringdb.Client` has it.
#[pyclass(frozen, name = "Client", module = "peering._native")]
#[derive(Debug)]
pub(crate) struct NativeClient(HomeBound<Client>);

impl NativeClient {
    /// The core's handle.
    pub(super) fn client(&self, py: Python<'_>) -> PyResult<Client> {
        self.0.here(py).cloned()
    }
}

#[pymethods]
impl NativeClient {
    #[new]
    fn new(py: Python<'_>, options: &Bound<'_, PyAny>, from_env: bool) -> PyResult<Self> {
        let options: Options = from_python(options, "client")?;
        let defaults = if from_env { ClientOptions::from_env() } else { ClientOptions::default() };
        let client = Client::new(options.over(defaults)).map_err(|error| exception(py, &error))?;
        Ok(NativeClient(HomeBound::new(client)))
    }

    #[getter]
    fn base_url(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.0.here(py)?.options().base_url.clone())
    }

    #[getter]
    fn has_key(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.0.here(py)?.has_key())
    }

    #[getter]
    fn server_version(&self, py: Python<'_>) -> PyResult<Option<String>> {
        Ok(self.0.here(py)?.server_version())
    }

    fn find(
        &self,
        py: Python<'_>,
        tag: &str,
        shape: Py<Shape>,
        spec: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let (client, spec): (_, Spec) = (self.client(py)?, from_python(spec, "query")?);
        Ok(of_type!(object_type(py, tag)?, R => Operation::new(
            async move { client.find::<R>(&spec.query()?).await },
            move |py, found| records(py, found, shape),
        )))
    }

    fn changed_since(
        &self,
        py: Python<'_>,
        tag: &str,
        shape: Py<Shape>,
        since: Timestamp,
        spec: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let (client, spec): (_, Spec) = (self.client(py)?, from_python(spec, "query")?);
        Ok(of_type!(object_type(py, tag)?, R => Operation::new(
            async move { client.changed_since::<R>(since, &spec.query()?).await },
            move |py, found| records(py, found, shape),
        )))
    }

    fn expanded(
        &self,
        py: Python<'_>,
        tag: &str,
        shape: Py<Shape>,
        id: u64,
        depth: u8,
    ) -> PyResult<Operation> {
        let client = self.client(py)?;
        Ok(of_type!(object_type(py, tag)?, R => Operation::new(
            async move { client.expanded::<R>(id, depth).await },
            move |py, found| record(py, found, &shape),
        )))
    }

    fn as_set(&self, py: Python<'_>, shape: Py<Shape>, asn: u32) -> PyResult<Operation> {
        let client = self.client(py)?;
        Ok(Operation::new(async move { client.as_set(Asn::new(asn)).await }, move |py, found| match found {
            Some(found) => value(py, &found, &shape),
            None => Ok(py.None()),
        }))
    }

    fn stream(
        &self,
        py: Python<'_>,
        tag: &str,
        shape: Py<Shape>,
        spec: &Bound<'_, PyAny>,
        depth: u8,
    ) -> PyResult<NativeStream> {
        let (client, spec): (_, Spec) = (self.client(py)?, from_python(spec, "query")?);
        Ok(of_type!(object_type(py, tag)?, R => {
            let query = spec.query::<R>().map_err(|error| exception(py, &error))?;
            match depth {
                0 => NativeStream::records(client.stream(query), shape),
                depth => NativeStream::records(client.stream_expanded(query, depth), shape),
            }
        }))
    }
}
