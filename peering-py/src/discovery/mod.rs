//! Who we could peer with, for `peering.discovery`, which has its words.
//!
//! A question is its name with an argument, as for the reads of a router. Each is answered by a `Discovery` of its own, over
//! the state that the cache is in then; what was read of that state before is shared.
//!
//! | file | what |
//! |---|---|
//! | `questions.rs` | the questions, by their names |
//! | `found.rs` | what discovery finds, as records |

mod found;
mod questions;

use std::sync::Arc;

use jiff::Timestamp;
use peering_core::discovery::{Discovery, PeerPort};
use peering_core::model::{AutonomousSystem, Contact, Divergence, Indexed, Network};
use peering_core::peeringdb::record::{Net, NetIxLan};
use peering_core::peeringdb::{Cache, Record};
use peering_core::{Asn, Compat, Error, ErrorKind, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use serde_json::Value;

use crate::error::exception;
use crate::model::{NativeNetwork, compat};
use crate::operation::Operation;
use crate::peeringdb::NativeCache;
use crate::shape::{Form, Shape, from_python, to_value};

/// How to look: at which cache, when, and by whose rules.
struct Look {
    cache: Cache,
    compat: Compat,
    now: Option<Timestamp>,
}

impl Look {
    fn of(py: Python<'_>, cache: &NativeCache, rules: &str, now: Option<Timestamp>) -> PyResult<Self> {
        Ok(Look { cache: cache.cache(py)?, compat: compat(rules)?, now })
    }

    fn with<T>(&self, ask: impl FnOnce(&Discovery<'_>) -> Result<T>) -> Result<T> {
        let discovery = Discovery::new(&self.cache)?.with_compat(self.compat);
        match self.now {
            Some(now) => ask(&discovery.at(now)),
            None => ask(&discovery),
        }
    }
}

/// Answers a question; see `questions.rs`.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "who asks whom what, how")]
pub(crate) fn discover(
    py: Python<'_>,
    cache: &NativeCache,
    rules: &str,
    now: Option<Timestamp>,
    name: String,
    network: Option<&NativeNetwork>,
    with_: &Bound<'_, PyAny>,
    shape: Py<Shape>,
) -> PyResult<Operation> {
    let look = Look::of(py, cache, rules, now)?;
    let network: Arc<Indexed> =
        network.map_or_else(|| Arc::new(Network::default().into()), NativeNetwork::indexed);
    let with = to_value(with_, Form::Core)?;
    let work = move || look.with(|discovery| questions::answer(discovery, &name, &network, with));
    Ok(Operation::blocking(work, |py, found| found.python(py, shape)))
}

/// Our exchanges and connections, taken over from PeeringDB: the network with them, and the report.
#[pyfunction]
pub(crate) fn import_exchanges(
    py: Python<'_>,
    cache: &NativeCache,
    rules: &str,
    network: &NativeNetwork,
    asn: u32,
    report: Py<Shape>,
) -> PyResult<Operation> {
    let (look, network) = (Look::of(py, cache, rules, None)?, network.indexed());
    let work = move || {
        let mut changed = Network::clone(&network);
        let report = look.with(|discovery| discovery.import(&mut changed, Asn::new(asn)))?;
        Ok((NativeNetwork::new(changed), report))
    };
    Ok(Operation::blocking(work, move |py, (changed, done)| {
        let done = report.get().python(py, &found::Imported::from(done))?;
        Ok((changed, done).into_pyobject(py)?.into_any().unbind())
    }))
}

/// A record of PeeringDB's from its record class: the fields that say something, and what the class holds besides.
fn record_of<R: Record>(value: &Bound<'_, PyAny>, what: &str) -> PyResult<R> {
    let Value::Object(mut fields) = to_value(value, Form::Core)? else {
        return Err(PyTypeError::new_err(format!("{what} is no record of PeeringDB's")));
    };
    for besides in ["extra", "kept"] {
        if let Some(Value::Object(values)) = fields.remove(besides) {
            fields.extend(values);
        }
    }
    fields.retain(|_, value| !value.is_null());
    serde_json::from_value(Value::Object(fields))
        .map_err(|error| exception(value.py(), &Error::new(ErrorKind::Options, format!("{what}: {error}"))))
}

/// A port, its network where PeeringDB has it, and the sessions there.
type GivenPeer<'py> = (Bound<'py, PyAny>, Option<Bound<'py, PyAny>>, Bound<'py, PyAny>);

/// The network with the sessions of peers, and with the peers that it does not know.
#[pyfunction]
pub(crate) fn add_peers(
    py: Python<'_>,
    network: &NativeNetwork,
    peers: Vec<GivenPeer<'_>>,
) -> PyResult<NativeNetwork> {
    let peer = |(port, network, sessions): GivenPeer<'_>| {
        let record = network.map(|network| record_of(&network, "network")).transpose()?;
        Ok(PeerPort {
            port: Arc::new(record_of(&port, "port")?),
            network: record.map(Arc::new),
            sessions: from_python(&sessions, "sessions")?,
        })
    };
    let peers: Vec<PeerPort> = peers.into_iter().map(peer).collect::<PyResult<_>>()?;
    Ok(py.detach(|| {
        let mut changed = Network::clone(&network.indexed());
        PeerPort::add_all(&peers, &mut changed);
        NativeNetwork::new(changed)
    }))
}

/// Whether a port and its network are of interest.
#[pyfunction]
pub(crate) fn filter_accepts(
    filter: &Bound<'_, PyAny>,
    port: &Bound<'_, PyAny>,
    network: Option<&Bound<'_, PyAny>>,
) -> PyResult<bool> {
    let filter = questions::filter(filter)?;
    let network: Option<Net> = network.map(|network| record_of(network, "network")).transpose()?;
    Ok(filter.accepts(&record_of::<NetIxLan>(port, "port")?, network.as_ref()))
}

/// The contact that a record describes.
#[pyfunction]
pub(crate) fn contact_from_record(
    py: Python<'_>,
    record: &Bound<'_, PyAny>,
    shape: &Shape,
) -> PyResult<Py<PyAny>> {
    shape.python(py, &Contact::from_record(&record_of(record, "record")?))
}

/// The autonomous system that a record describes.
#[pyfunction]
pub(crate) fn system_from_record(
    py: Python<'_>,
    asn: u32,
    record: &Bound<'_, PyAny>,
    shape: &Shape,
) -> PyResult<Py<PyAny>> {
    shape.python(py, &AutonomousSystem::from_record(Asn::new(asn), &record_of(record, "record")?))
}

/// Differences, the refreshed system, changes.
type Refreshed = (Vec<Py<PyAny>>, Py<PyAny>, Vec<Py<PyAny>>);

/// Where a system differs from its record; the system with what follows the record taken over; and what that changed.
#[pyfunction]
pub(crate) fn system_refreshed(
    py: Python<'_>,
    system: &Bound<'_, PyAny>,
    record: &Bound<'_, PyAny>,
    shape: &Shape,
    difference: &Shape,
) -> PyResult<Refreshed> {
    let mut system: AutonomousSystem = from_python(system, "system")?;
    let record: Net = record_of(record, "record")?;
    let rows = |rows: Vec<Divergence>| -> PyResult<Vec<Py<PyAny>>> {
        rows.iter().map(|row| difference.python(py, &found::Difference::from(row))).collect()
    };
    let differing = rows(system.divergence(&record))?;
    let changes = rows(system.refresh(&record))?;
    Ok((differing, shape.python(py, &system)?, changes))
}

/// The way along the surface between two places, in kilometres.
#[pyfunction]
pub(crate) fn place_distance(py: Python<'_>, one: (f64, f64), other: (f64, f64)) -> PyResult<f64> {
    let place = |(latitude, longitude)| {
        peering_core::discovery::Place::new(latitude, longitude).map_err(|error| exception(py, &error))
    };
    Ok(place(one)?.distance(place(other)?))
}
