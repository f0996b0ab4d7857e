//! What routers were seen to do, brought into a network.

use std::collections::HashMap;
use std::net::IpAddr;

use jiff::Timestamp;
use peering_core::model::polling::{Ignored, Observed, Unmatched, napalm};
use peering_core::model::{AutonomousSystem, Network};
use peering_core::state::BgpNeighbor;
use peering_core::{Asn, Error, ErrorKind};
use pyo3::prelude::*;
use serde::Serialize;

use super::{NativeNetwork, compat};
use crate::error::exception;
use crate::shape::{Shape, from_python};

/// `peering.model.PollReport`.
#[derive(Serialize)]
struct Polled {
    updated: usize,
    stale: Vec<String>,
    unmatched: Vec<UnmatchedNeighbor>,
}

#[derive(Serialize)]
struct UnmatchedNeighbor {
    neighbor: Observed,
    reason: &'static str,
    autonomous_system: Option<Asn>,
    text: String,
}

/// `peering.model.SessionImport`.
#[derive(Serialize)]
struct Imported {
    sessions_added: Vec<IpAddr>,
    autonomous_systems_added: Vec<Asn>,
    ignored: Vec<IgnoredNeighbor>,
}

#[derive(Serialize)]
struct IgnoredNeighbor {
    neighbor: Observed,
    reason: &'static str,
    text: String,
}

fn reason(why: Unmatched) -> (&'static str, Option<Asn>) {
    match why {
        Unmatched::Unknown => ("unknown", None),
        Unmatched::OtherAutonomousSystem(asn) => ("other-autonomous-system", Some(asn)),
        Unmatched::Ambiguous => ("ambiguous", None),
    }
}

fn ignored(why: Ignored) -> &'static str {
    match why {
        Ignored::Elsewhere => "elsewhere",
        Ignored::OtherNetworkInstance => "other-network-instance",
        Ignored::Exists => "exists",
        Ignored::NoAutonomousSystem => "no-autonomous-system",
        Ignored::UnknownAutonomousSystem => "unknown-autonomous-system",
        Ignored::Ours => "ours",
    }
}

/// Neighbours as a driver gives them, or as they were observed already.
fn observed(neighbors: &Bound<'_, PyAny>) -> PyResult<Vec<Observed>> {
    let one = |neighbor: PyResult<Bound<'_, PyAny>>| {
        let neighbor = neighbor?;
        if neighbor.hasattr(pyo3::intern!(neighbor.py(), "prefix_counts"))? {
            return from_python::<Observed>(&neighbor, "neighbor");
        }
        from_python::<BgpNeighbor>(&neighbor, "neighbor").map(|neighbor| Observed::from(&neighbor))
    };
    neighbors.try_iter()?.map(one).collect()
}

/// Neighbours in NAPALM's shapes, given as JSON text.
#[pyfunction]
pub(crate) fn from_napalm(
    py: Python<'_>,
    json: &str,
    is_detail: bool,
    rules: &str,
    shape: &Shape,
) -> PyResult<Vec<Py<PyAny>>> {
    let read = if is_detail { napalm::bgp_neighbors_detail } else { napalm::bgp_neighbors };
    let found = read(json, compat(rules)?);
    let found = found.map_err(|error| {
        exception(py, &Error::new(ErrorKind::Parse, error.to_string()).with_source(error))
    })?;
    found.iter().map(|neighbor| shape.python(py, neighbor)).collect()
}

/// The network after a poll of a router, and the report.
#[pyfunction]
pub(crate) fn polled(
    py: Python<'_>,
    network: &NativeNetwork,
    router: &str,
    neighbors: &Bound<'_, PyAny>,
    now: Timestamp,
    rules: &str,
    report: &Shape,
) -> PyResult<(NativeNetwork, Py<PyAny>)> {
    let (observed, compat) = (observed(neighbors)?, compat(rules)?);
    let done = py.detach(|| {
        let mut changed = Network::clone(&network.indexed());
        let report = changed.apply_observations(router, &observed, now, compat)?;
        Ok((NativeNetwork::new(changed), report))
    });
    let (changed, polled) = done.map_err(|error| exception(py, &error))?;
    let unmatched = polled.unmatched.into_iter().map(|(neighbor, why)| {
        let (reason, autonomous_system) = reason(why);
        let text = format!("{neighbor}: {why}");
        UnmatchedNeighbor { neighbor, reason, autonomous_system, text }
    });
    let polled = Polled { updated: polled.updated, stale: polled.stale, unmatched: unmatched.collect() };
    Ok((changed, report.python(py, &polled)?))
}

/// The network with the sessions over a connection that its router has; `known` describes peers.
#[pyfunction]
pub(crate) fn import_sessions(
    py: Python<'_>,
    network: &NativeNetwork,
    connection: &str,
    neighbors: &Bound<'_, PyAny>,
    known: &Bound<'_, PyAny>,
    rules: &str,
    report: &Shape,
) -> PyResult<(NativeNetwork, Py<PyAny>)> {
    let (observed, compat) = (observed(neighbors)?, compat(rules)?);
    let known: Vec<AutonomousSystem> = from_python(known, "known")?;
    let mut known: HashMap<Asn, AutonomousSystem> = known.into_iter().map(|row| (row.asn, row)).collect();
    let done = py.detach(|| {
        let mut changed = Network::clone(&network.indexed());
        let report = changed.import_sessions(connection, &observed, compat, |asn| known.remove(&asn))?;
        Ok((NativeNetwork::new(changed), report))
    });
    let (changed, imported) = done.map_err(|error| exception(py, &error))?;
    let left_out = imported.ignored.into_iter();
    let imported = Imported {
        sessions_added: imported.sessions_added,
        autonomous_systems_added: imported.autonomous_systems_added,
        ignored: left_out
            .map(|(neighbor, why)| {
                let text = format!("{neighbor}: {why}");
                IgnoredNeighbor { neighbor, reason: ignored(why), text }
            })
            .collect(),
    };
    Ok((changed, report.python(py, &imported)?))
}
