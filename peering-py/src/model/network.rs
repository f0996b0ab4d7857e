//! A network that no longer changes: its document, its look-ups and its rules.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use peering_core::model::{
    Connection, Context, ContextAssignment, DirectSession, Indexed, InternetExchangeSession, Network, Router,
    SessionRef,
};
use peering_core::{Asn, Error, ErrorKind, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use serde::Serialize;

use super::compat;
use crate::error::exception;
use crate::operation::Operation;
use crate::shape::{Shape, from_python};

/// A session of either sort, on its way from Python.
enum Session {
    InternetExchange(Box<InternetExchangeSession>),
    Direct(Box<DirectSession>),
}

impl Session {
    fn of(record: &Bound<'_, PyAny>) -> PyResult<Self> {
        // Only direct sessions have an address of ours: the others have that of their connection.
        Ok(if record.hasattr(pyo3::intern!(record.py(), "local_ip_address"))? {
            Session::Direct(Box::new(from_python(record, "session")?))
        } else {
            Session::InternetExchange(Box::new(from_python(record, "session")?))
        })
    }

    fn as_ref(&self) -> SessionRef<'_> {
        match self {
            Session::InternetExchange(session) => SessionRef::InternetExchange(session),
            Session::Direct(session) => SessionRef::Direct(session),
        }
    }
}

/// Where a row of a list is in it.
pub(crate) fn position<T>(rows: &[T], row: &T) -> usize {
    let bytes = std::ptr::from_ref(row).addr().saturating_sub(rows.as_ptr().addr());
    bytes / size_of::<T>().max(1)
}

fn positions<'a, T: 'a>(rows: &[T], found: impl IntoIterator<Item = &'a T>) -> Vec<usize> {
    found.into_iter().map(|row| position(rows, row)).collect()
}

/// A network that no longer changes, with its indexes.
#[pyclass(frozen, name = "Network", module = "peering._native")]
#[derive(Debug)]
pub(crate) struct NativeNetwork(Arc<Indexed>);

impl NativeNetwork {
    pub(crate) fn new(network: Network) -> Self {
        NativeNetwork(Arc::new(Indexed::from(network)))
    }

    /// The network, to be shared with work in other threads.
    pub(crate) fn indexed(&self) -> Arc<Indexed> {
        Arc::clone(&self.0)
    }

    fn object(py: Python<'_>, network: Network) -> PyResult<Py<PyAny>> {
        Ok(Py::new(py, NativeNetwork::new(network))?.into_any())
    }
}

/// Reads a document, with the interpreter released.
fn read(py: Python<'_>, parse: impl FnOnce() -> Result<Network> + Send) -> PyResult<NativeNetwork> {
    py.detach(|| parse().map(NativeNetwork::new)).map_err(|error| exception(py, &error))
}

/// Calls a macro with every list of a document and the look-ups by key that there are.
macro_rules! for_every_list {
    ($callback:ident!($($with:tt)*)) => {
        $callback!($($with)*;
            autonomous_systems, bgp_groups, internet_exchanges, connections, internet_exchange_sessions,
            direct_sessions, routing_policies, communities, relationships, bfds, routers, platforms, templates,
            config_contexts, tags, hidden_peers)
    };
}

/// Rows as records; `None` for one that is the same as before, and for a list in which nothing is another.
fn changed<T: Serialize + PartialEq>(
    py: Python<'_>,
    shape: &Shape,
    rows: &[T],
    before: Option<&[T]>,
) -> PyResult<Option<Vec<Option<Py<PyAny>>>>> {
    let before = before.unwrap_or_default();
    if rows == before {
        return Ok(None);
    }
    let row = |(at, row): (usize, &T)| {
        if before.get(at) == Some(row) { Ok(None) } else { shape.python(py, row).map(Some) }
    };
    rows.iter().enumerate().map(row).collect::<PyResult<_>>().map(Some)
}

#[pymethods]
impl NativeNetwork {
    #[new]
    fn of(record: &Bound<'_, PyAny>) -> PyResult<Self> {
        from_python::<Network>(record, "network").map(NativeNetwork::new)
    }

    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        read(py, || Network::from_json(text))
    }

    #[staticmethod]
    fn from_yaml(py: Python<'_>, text: &str) -> PyResult<Self> {
        read(py, || Network::from_yaml(text))
    }

    #[staticmethod]
    fn load(path: PathBuf) -> Operation {
        Operation::blocking(move || Network::load(path), NativeNetwork::object)
    }

    /// The rows of a list as records, where they are others than those of `before`.
    fn rows(
        &self,
        py: Python<'_>,
        list: &str,
        shape: &Shape,
        before: Option<&NativeNetwork>,
    ) -> PyResult<Option<Vec<Option<Py<PyAny>>>>> {
        macro_rules! by_name {
            (; $($name:ident),*) => {
                match list {
                    $(stringify!($name) => {
                        changed(py, shape, &self.0.$name, before.map(|before| before.0.$name.as_slice()))
                    })*
                    other => Err(PyTypeError::new_err(format!("a network has no list {other:?}"))),
                }
            };
        }
        for_every_list!(by_name!())
    }

    fn to_json(&self, py: Python<'_>, expose: bool) -> String {
        let network = &self.0;
        py.detach(|| if expose { network.to_json_exposing_secrets() } else { network.to_json() })
    }

    fn to_yaml(&self, py: Python<'_>, expose: bool) -> String {
        let network = &self.0;
        py.detach(|| if expose { network.to_yaml_exposing_secrets() } else { network.to_yaml() })
    }

    fn save(&self, path: PathBuf, expose: bool) -> Operation {
        let network = self.indexed();
        let work = move || {
            if !expose && holds_secrets(&network) {
                let message =
                    "the network holds passwords, which a file would hold in clear; say expose_secrets=True";
                return Err(Error::new(ErrorKind::Options, message));
            }
            network.save_exposing_secrets(path)
        };
        Operation::blocking(work, |py, ()| Ok(py.None()))
    }

    fn validate(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.0.validate()).map_err(|error| exception(py, &error))
    }

    /// Path and message of everything that is wrong.
    fn problems(&self, py: Python<'_>) -> Vec<(String, String)> {
        let problems = py.detach(|| self.0.problems());
        problems.into_iter().map(|problem| (problem.path, problem.message)).collect()
    }

    /// The position of the row with this key in a list.
    fn find(&self, list: &str, key: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
        let network = self.indexed();
        if list == "autonomous_systems" {
            let asn = Asn::new(key.extract()?);
            return Ok(network.autonomous_system(&asn).map(|row| position(&network.autonomous_systems, row)));
        }
        let key: &str = key.extract()?;
        macro_rules! look_up {
            ($($list:ident: $one:ident),*) => {
                match list {
                    $(stringify!($list) => network.$one(key).map(|row| position(&network.$list, row)),)*
                    other => return Err(PyTypeError::new_err(format!("{other:?} has no keys"))),
                }
            };
        }
        Ok(look_up!(
            bgp_groups: bgp_group,
            internet_exchanges: internet_exchange,
            connections: connection,
            routing_policies: routing_policy,
            communities: community,
            relationships: relationship,
            bfds: bfd,
            routers: router,
            platforms: platform,
            config_contexts: config_context
        ))
    }

    fn connections_of(&self, slug: &str) -> Vec<usize> {
        let network = self.indexed();
        positions(&network.connections, network.connections_of(slug))
    }

    /// The positions of the sessions on a router: of those over exchanges, and of the direct ones.
    fn sessions_on(&self, router: &Bound<'_, PyAny>) -> PyResult<(Vec<usize>, Vec<usize>)> {
        let (network, router) = (self.indexed(), from_python::<Router>(router, "router")?);
        let (mut over_exchanges, mut direct) = (Vec::new(), Vec::new());
        for session in network.sessions_on(&router) {
            match session {
                SessionRef::InternetExchange(row) => {
                    over_exchanges.push(position(&network.internet_exchange_sessions, row));
                }
                SessionRef::Direct(row) => direct.push(position(&network.direct_sessions, row)),
            }
        }
        Ok((over_exchanges, direct))
    }

    fn router_of(&self, session: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
        let (network, session) = (self.indexed(), Session::of(session)?);
        Ok(network.router_of(session.as_ref()).map(|row| position(&network.routers, row)))
    }

    fn expected_neighbors(&self, router: &str, exchange: Option<&str>) -> Vec<IpAddr> {
        self.indexed().expected_neighbors(router, exchange)
    }

    fn router_policies(&self, router: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
        let (network, router) = (self.indexed(), from_python::<Router>(router, "router")?);
        Ok(positions(&network.routing_policies, network.router_policies(&router)))
    }

    fn import_policies(&self, session: &Bound<'_, PyAny>, rules: &str) -> PyResult<Vec<usize>> {
        let (network, session) = (self.indexed(), Session::of(session)?);
        let found = network.import_policies(session.as_ref(), compat(rules)?);
        Ok(positions(&network.routing_policies, found))
    }

    fn export_policies(&self, session: &Bound<'_, PyAny>, rules: &str) -> PyResult<Vec<usize>> {
        let (network, session) = (self.indexed(), Session::of(session)?);
        let found = network.export_policies(session.as_ref(), compat(rules)?);
        Ok(positions(&network.routing_policies, found))
    }

    fn ordered_policies(&self, slugs: Vec<String>) -> Vec<usize> {
        let network = self.indexed();
        positions(&network.routing_policies, network.ordered_policies(&slugs))
    }

    fn merged_communities(&self, session: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
        let (network, session) = (self.indexed(), Session::of(session)?);
        Ok(positions(&network.communities, network.merged_communities(session.as_ref())))
    }

    fn ordered_communities(&self, slugs: Vec<String>) -> Vec<usize> {
        let network = self.indexed();
        positions(&network.communities, network.ordered_communities(&slugs))
    }

    fn max_prefixes(&self, session: &Bound<'_, PyAny>) -> PyResult<Option<u32>> {
        Ok(self.indexed().max_prefixes(Session::of(session)?.as_ref()))
    }

    fn connection_status(&self, connection: &Bound<'_, PyAny>) -> PyResult<&'static str> {
        let connection: Connection = from_python(connection, "connection")?;
        Ok(self.indexed().connection_status(&connection).as_str())
    }

    fn session_status(&self, session: &Bound<'_, PyAny>) -> PyResult<&'static str> {
        Ok(self.indexed().session_status(Session::of(session)?.as_ref()).as_str())
    }

    /// In clear: `peering.Secret` hides it again.
    fn encrypted_password(&self, session: &Bound<'_, PyAny>, rules: &str) -> PyResult<Option<String>> {
        let (py, network) = (session.py(), self.indexed());
        let found = network.encrypted_password(Session::of(session)?.as_ref(), compat(rules)?);
        let found = found.map_err(|error| exception(py, &error))?;
        Ok(found.map(|secret| secret.expose().to_owned()))
    }

    /// With the prefix length, as text.
    fn local_address(&self, session: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
        let found = self.indexed().local_address(Session::of(session)?.as_ref());
        Ok(found.map(|address| address.to_string()))
    }

    fn tag_name(&self, slug: &str) -> String {
        self.indexed().tag_name(slug).to_owned()
    }

    fn merged_context(
        &self,
        py: Python<'_>,
        assigned: &Bound<'_, PyAny>,
        own: &Bound<'_, PyAny>,
        rules: &str,
        shape: &Shape,
    ) -> PyResult<Py<PyAny>> {
        let assigned: Vec<ContextAssignment> = from_python(assigned, "config_contexts")?;
        let own: Context = from_python(own, "local_context_data")?;
        shape.python(py, &self.indexed().merged_context(&assigned, &own, compat(rules)?))
    }
}

fn holds_secrets(network: &Network) -> bool {
    let over_exchanges = network.internet_exchange_sessions.iter().map(SessionRef::InternetExchange);
    let direct = network.direct_sessions.iter().map(SessionRef::Direct);
    over_exchanges.chain(direct).any(|row| row.password().or(row.encrypted_password()).is_some())
}
