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
use peering_core::model::{AutonomousSystem, Divergence, Indexed, InternetExchangeSession, Network};
use peering_core::peeringdb::Cache;
use peering_core::peeringdb::record::{Net, NetIxLan};
use peering_core::{Asn, Compat, Result};
use pyo3::prelude::*;
use serde::Deserialize;

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

/// What of a network's record a model takes over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    name: Option<String>,
    irr_as_set: Option<String>,
    info_prefixes4: Option<u64>,
    info_prefixes6: Option<u64>,
}

impl From<Described> for Net {
    fn from(described: Described) -> Self {
        Net {
            name: described.name,
            irr_as_set: described.irr_as_set,
            info_prefixes4: described.info_prefixes4,
            info_prefixes6: described.info_prefixes6,
            ..Net::default()
        }
    }
}

/// A peer whose sessions are to be added.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Peer {
    asn: Asn,
    network: Option<Described>,
    sessions: Vec<InternetExchangeSession>,
}

/// The network with the sessions of peers, and with the peers that it does not know; and how many sessions these are.
#[pyfunction]
pub(crate) fn add_peers(
    py: Python<'_>,
    network: &NativeNetwork,
    peers: &Bound<'_, PyAny>,
) -> PyResult<(NativeNetwork, usize)> {
    let peers: Vec<Peer> = from_python(peers, "peers")?;
    let ports: Vec<PeerPort> = peers
        .into_iter()
        .map(|peer| PeerPort {
            port: Arc::new(NetIxLan { asn: Some(peer.asn), ..NetIxLan::default() }),
            network: peer.network.map(|network| Arc::new(network.into())),
            sessions: peer.sessions,
        })
        .collect();
    Ok(py.detach(|| {
        let mut changed = Network::clone(&network.indexed());
        let count = PeerPort::add_all(&ports, &mut changed);
        (NativeNetwork::new(changed), count)
    }))
}

/// The autonomous system that a record describes.
#[pyfunction]
pub(crate) fn system_from_record(
    py: Python<'_>,
    asn: u32,
    record: &Bound<'_, PyAny>,
    shape: &Shape,
) -> PyResult<Py<PyAny>> {
    let record: Option<Described> = from_python(record, "record")?;
    let record = record.map(Net::from).unwrap_or_default();
    shape.python(py, &AutonomousSystem::from_record(Asn::new(asn), &record))
}

/// Where a system differs from its record: our field, the record's, what we have, what it has; and the system refreshed.
#[pyfunction]
pub(crate) fn system_refreshed(
    py: Python<'_>,
    system: &Bound<'_, PyAny>,
    record: &Bound<'_, PyAny>,
    shape: &Shape,
    difference: &Shape,
) -> PyResult<(Vec<Py<PyAny>>, Py<PyAny>, Vec<Py<PyAny>>)> {
    let mut system: AutonomousSystem = from_python(system, "system")?;
    let record: Net = from_python::<Described>(record, "record")?.into();
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
