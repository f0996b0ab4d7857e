//! Drivers written in Python: `peering.driver` has their contract, this makes it the core's.
//!
//! | file | what |
//! |---|---|
//! | `call.rs` | one call at a time, plain or awaited |
//! | `failure.rs` | exceptions as errors |
//! | `target.rs` | a target as a `peering.Target` |

mod call;
mod failure;
mod target;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::{
    Capabilities, CommitOptions, Driver, Leftover, LoadMode, Pending, Read, Reads, Session, Target, Token,
};
use peering_core::state::{
    BgpGroup, BgpInstance, BgpNeighbor, BgpNeighborDetail, ConfigQuery, Environment, Facts, Hop, Interface,
    InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor, MacEntry, NetworkInstance,
    NtpAssociation, NtpServer, Optic, Ping, PingReport, ProbeConfig, ProbeResult, Route, RouteQuery, Snmp,
    Traceroute, User, Vlan,
};
use peering_core::{Diff, Error, ErrorKind, Result};
use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::shape::{Shape, from_python};
use call::{Arguments, Line, attach, nothing, one};
use failure::{Step, Words};

/// A driver written in Python.
#[derive(Debug)]
pub(crate) struct PythonDriver {
    object: Py<PyAny>,
    name: &'static str,
    capabilities: Capabilities,
}

impl PythonDriver {
    /// The driver, when the object is a `peering.driver.Driver`.
    pub(crate) fn from_object(object: &Bound<'_, PyAny>) -> PyResult<Option<PythonDriver>> {
        if !object.is_instance(&class(object.py(), "peering.driver", "Driver")?)? {
            return Ok(None);
        }
        let name: String = object.getattr("name")?.extract()?;
        let capabilities = capabilities(&object.call_method0("capabilities")?)?;
        Ok(Some(PythonDriver { object: object.clone().unbind(), name: leaked(&name)?, capabilities }))
    }
}

/// The core wants names that live for ever; there are few of them.
fn leaked(name: &str) -> PyResult<&'static str> {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().map_err(|_| PyRuntimeError::new_err("the names are broken"))?;
    if let Some(known) = names.get(name) {
        return Ok(known);
    }
    let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(kept);
    Ok(kept)
}

#[async_trait]
impl Driver for PythonDriver {
    fn name(&self) -> &'static str {
        self.name
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    async fn connect(&self, target: &Target) -> Result<Box<dyn Session>> {
        let words = Words::new(target);
        let driver = Line::new(attach(|py| Ok(self.object.clone_ref(py)))?, words.clone());
        let (to, host, platform) = (target.clone(), target.to_string(), self.name.to_owned());
        let session = driver
            .call("connect", one(move |py| target::object(py, &to)), Step::Connect, move |object| {
                let py = object.py();
                let misfit = |error: PyErr| words.misfit(py, &error, "connect");
                let base = class(py, "peering.driver", "Session").map_err(misfit)?;
                if !object.is_instance(&base).map_err(misfit)? {
                    return Err(misfit(PyTypeError::new_err("it is no peering.driver.Session")));
                }
                let line = Line::new(object.clone().unbind(), words.clone());
                // From here on it is closed when it is dropped.
                let mut session = PythonSession::new(line, platform, host);
                session.learn(object).map_err(misfit)?;
                Ok(session)
            })
            .await?;
        Ok(Box::new(session))
    }
}

/// A `peering.driver.Capabilities`.
fn capabilities(value: &Bound<'_, PyAny>) -> PyResult<Capabilities> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Claims {
        reads: Vec<String>,
        merge: bool,
        replace: bool,
        validate: bool,
        commit: bool,
        commit_confirmed: bool,
        minimum_window: Duration,
        window_step: Duration,
    }
    let claims: Claims = from_python(value, "capabilities")?;
    let claimed = Read::ALL.into_iter().filter(|read| claims.reads.iter().any(|name| name == read.name()));
    Ok(Capabilities {
        reads: claimed.fold(Reads::default(), Reads::with),
        merge: claims.merge,
        replace: claims.replace,
        validate: claims.validate,
        commit: claims.commit,
        commit_confirmed: claims.commit_confirmed,
        minimum_window: claims.minimum_window,
        window_step: claims.window_step,
    })
}

fn class<'py>(py: Python<'py>, module: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
    PyModule::import(py, module)?.getattr(name)
}

/// A value of the core as an instance of the package's record class.
fn record<'py, T: Serialize>(
    py: Python<'py>,
    module: &str,
    name: &str,
    value: &T,
) -> PyResult<Bound<'py, PyAny>> {
    let shape =
        PyModule::import(py, "peering._record")?.call_method1("shape_of", (class(py, module, name)?,))?;
    Ok(shape.cast::<Shape>()?.get().python(py, value)?.into_bound(py))
}

fn state<T: Serialize + Send + 'static>(name: &'static str, value: T) -> Arguments {
    one(move |py| record(py, "peering.state", name, &value))
}

fn text(value: &str) -> Arguments {
    let value = value.to_owned();
    one(move |py| Ok(value.into_pyobject(py)?.into_any()))
}

/// One of `peering.pending.Leftover`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Left {
    Pending(Pending),
    Candidate { holder: String, is_ours: bool },
    Ended { token: Token, outcome: String },
}

/// A session written in Python; closed when it is dropped.
#[derive(Debug)]
struct PythonSession {
    line: Arc<Line>,
    capabilities: Capabilities,
    leftovers: Vec<Leftover>,
    platform: String,
    host: String,
}

impl Drop for PythonSession {
    fn drop(&mut self) {
        Arc::clone(&self.line).forget();
    }
}

impl PythonSession {
    fn new(line: Arc<Line>, platform: String, host: String) -> PythonSession {
        PythonSession { line, capabilities: Capabilities::default(), leftovers: Vec::new(), platform, host }
    }

    /// Asks what does not change during a session.
    fn learn(&mut self, object: &Bound<'_, PyAny>) -> PyResult<()> {
        self.capabilities = capabilities(&object.call_method0("capabilities")?)?;
        let left: Vec<Left> = from_python(&object.call_method0("leftovers")?, "leftovers")?;
        self.leftovers = left.into_iter().map(|one| self.leftover(one)).collect();
        Ok(())
    }

    fn leftover(&self, left: Left) -> Leftover {
        match left {
            Left::Pending(pending) => {
                Leftover::Pending(Pending { token: self.named(pending.token), ..pending })
            }
            Left::Candidate { holder, is_ours } => Leftover::Candidate { holder, is_ours },
            Left::Ended { token, outcome } => Leftover::Ended { token: self.named(token), outcome },
        }
    }

    /// A token with our names for platform and host: a driver need not know them.
    fn named(&self, token: Token) -> Token {
        Token { platform: self.platform.clone(), host: self.host.clone(), id: token.id }
    }

    async fn read<T: DeserializeOwned + Send + 'static>(
        &self,
        method: &'static str,
        arguments: Arguments,
    ) -> Result<T> {
        let line = Arc::clone(&self.line);
        let read = move |value: &Bound<'_, PyAny>| {
            from_python(value, method).map_err(|error| line.words().misfit(value.py(), &error, method))
        };
        self.line.call(method, arguments, Step::Read, read).await
    }

    /// A step of a change. What the device says in refusing it may hold secrets.
    async fn change<T: Send + 'static>(
        &self,
        method: &'static str,
        arguments: Arguments,
        step: Step,
        read: impl FnOnce(&Bound<'_, PyAny>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let outcome = self.line.call(method, arguments, step, read).await;
        outcome.map_err(|error| {
            if error.kind() != ErrorKind::Rejected {
                return error;
            }
            let shown = attach(|py| Ok(shown(&self.line, py, error.message())));
            Error::new(error.kind(), shown.unwrap_or_default())
        })
    }

    /// Reads a pending commit, or none.
    async fn change_pending(
        &self,
        method: &'static str,
        arguments: Arguments,
        step: Step,
    ) -> Result<Option<Pending>> {
        let line = Arc::clone(&self.line);
        let read = move |value: &Bound<'_, PyAny>| {
            from_python(value, method).map_err(|error| line.words().misfit(value.py(), &error, method))
        };
        let pending: Option<Pending> = self.change(method, arguments, step, read).await?;
        Ok(pending.map(|pending| Pending { token: self.named(pending.token), ..pending }))
    }
}

/// What is shown of a text: passwords blacked out by the session's `redact`, or nothing when that fails.
fn shown(line: &Line, py: Python<'_>, text: &str) -> String {
    let shown = line.object().bind(py).call_method1("redact", (text,)).and_then(|shown| shown.extract());
    match shown {
        Ok(shown) => line.words().clean(&String::clone(&shown)),
        Err(error) => {
            tracing::warn!(error = %line.words().error(py, &error, Step::Read), "`redact` failed: nothing is shown");
            peering_core::REDACTED.to_owned()
        }
    }
}

fn token(token: &Token) -> Arguments {
    let token = token.clone();
    one(move |py| record(py, "peering.pending", "Token", &token))
}

#[async_trait]
impl Session for PythonSession {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn leftovers(&self) -> &[Leftover] {
        &self.leftovers
    }

    async fn facts(&mut self) -> Result<Facts> {
        self.read("facts", nothing()).await
    }

    async fn interfaces(&mut self) -> Result<Vec<Interface>> {
        self.read("interfaces", nothing()).await
    }

    async fn interface_addresses(&mut self) -> Result<Vec<InterfaceAddresses>> {
        self.read("interface_addresses", nothing()).await
    }

    async fn interface_counters(&mut self) -> Result<Vec<InterfaceCounters>> {
        self.read("interface_counters", nothing()).await
    }

    async fn bgp_instances(&mut self) -> Result<Vec<BgpInstance>> {
        self.read("bgp_instances", nothing()).await
    }

    async fn bgp_neighbors(&mut self) -> Result<Vec<BgpNeighbor>> {
        self.read("bgp_neighbors", nothing()).await
    }

    async fn bgp_neighbors_detail(&mut self, address: Option<IpAddr>) -> Result<Vec<BgpNeighborDetail>> {
        self.read("bgp_neighbors_detail", one(move |py| Ok(address.into_pyobject(py)?.into_any()))).await
    }

    async fn bgp_config(&mut self) -> Result<Vec<BgpGroup>> {
        self.read("bgp_config", nothing()).await
    }

    async fn routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        self.read("routes", state("RouteQuery", query)).await
    }

    async fn arp_table(&mut self) -> Result<Vec<LinkNeighbor>> {
        self.read("arp_table", nothing()).await
    }

    async fn ipv6_neighbors(&mut self) -> Result<Vec<LinkNeighbor>> {
        self.read("ipv6_neighbors", nothing()).await
    }

    async fn network_instances(&mut self) -> Result<Vec<NetworkInstance>> {
        self.read("network_instances", nothing()).await
    }

    async fn environment(&mut self) -> Result<Environment> {
        self.read("environment", nothing()).await
    }

    async fn optics(&mut self) -> Result<Vec<Optic>> {
        self.read("optics", nothing()).await
    }

    async fn lldp_neighbors(&mut self) -> Result<Vec<LldpNeighbor>> {
        self.read("lldp_neighbors", nothing()).await
    }

    async fn lldp_neighbors_detail(&mut self, interface: Option<String>) -> Result<Vec<LldpNeighbor>> {
        self.read("lldp_neighbors_detail", one(move |py| Ok(interface.into_pyobject(py)?.into_any()))).await
    }

    async fn users(&mut self) -> Result<Vec<User>> {
        self.read("users", nothing()).await
    }

    async fn ntp_servers(&mut self) -> Result<Vec<NtpServer>> {
        self.read("ntp_servers", nothing()).await
    }

    async fn ntp_peers(&mut self) -> Result<Vec<NtpServer>> {
        self.read("ntp_peers", nothing()).await
    }

    async fn ntp_associations(&mut self) -> Result<Vec<NtpAssociation>> {
        self.read("ntp_associations", nothing()).await
    }

    async fn snmp(&mut self) -> Result<Snmp> {
        self.read("snmp", nothing()).await
    }

    async fn vlans(&mut self) -> Result<Vec<Vlan>> {
        self.read("vlans", nothing()).await
    }

    async fn mac_table(&mut self) -> Result<Vec<MacEntry>> {
        self.read("mac_table", nothing()).await
    }

    async fn probe_configs(&mut self) -> Result<Vec<ProbeConfig>> {
        self.read("probe_configs", nothing()).await
    }

    async fn probe_results(&mut self) -> Result<Vec<ProbeResult>> {
        self.read("probe_results", nothing()).await
    }

    async fn running_config(&mut self) -> Result<String> {
        self.read("running_config", nothing()).await
    }

    async fn config(&mut self, query: ConfigQuery) -> Result<String> {
        self.read("config", state("ConfigQuery", query)).await
    }

    async fn ping(&mut self, query: Ping) -> Result<PingReport> {
        self.read("ping", state("Ping", query)).await
    }

    async fn traceroute(&mut self, query: Traceroute) -> Result<Vec<Hop>> {
        self.read("traceroute", state("Traceroute", query)).await
    }

    async fn command(&mut self, command: &str) -> Result<String> {
        self.read("command", text(command)).await
    }

    async fn open_candidate(&mut self) -> Result<()> {
        self.change("open_candidate", nothing(), Step::Read, |_| Ok(())).await
    }

    async fn stage(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        let text = text.to_owned();
        let arguments: Arguments = Box::new(move |py| {
            let word = if mode == LoadMode::Merge { "merge" } else { "replace" };
            (class(py, "peering.driver", "LoadMode")?.call1((word,))?, text).into_pyobject(py)
        });
        self.change("stage", arguments, Step::Read, |_| Ok(())).await
    }

    async fn validate(&mut self) -> Result<()> {
        self.change("validate", nothing(), Step::Read, |_| Ok(())).await
    }

    async fn diff(&mut self) -> Result<Diff> {
        let line = Arc::clone(&self.line);
        let read = move |value: &Bound<'_, PyAny>| {
            let py = value.py();
            let raw: String = value.extract().map_err(|error| line.words().misfit(py, &error, "diff"))?;
            Ok(Diff::new(raw, |raw| shown(&line, py, raw)))
        };
        self.change("diff", nothing(), Step::Read, read).await
    }

    async fn commit(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        let options = options.clone();
        let arguments = one(move |py| {
            let given = PyDict::new(py);
            given.set_item("window", options.window)?;
            given.set_item("message", options.message)?;
            class(py, "peering.driver", "CommitOptions")?.call((), Some(&given))
        });
        self.change_pending("commit", arguments, Step::Commit).await
    }

    async fn confirm(&mut self, of: &Token) -> Result<()> {
        self.change("confirm", token(of), Step::Commit, |_| Ok(())).await
    }

    async fn revert(&mut self, of: &Token) -> Result<()> {
        self.change("revert", token(of), Step::Commit, |_| Ok(())).await
    }

    async fn discard(&mut self) -> Result<()> {
        self.change("discard", nothing(), Step::Read, |_| Ok(())).await
    }

    async fn pending(&mut self) -> Result<Option<Pending>> {
        self.change_pending("pending", nothing(), Step::Read).await
    }

    async fn check(&mut self) -> Result<()> {
        self.line.call("check", nothing(), Step::Read, |_| Ok(())).await
    }

    async fn close(&mut self) -> Result<()> {
        self.line.hang_up().await
    }
}
