//! What one part of a network says alone.

use peering_core::Asn;
use peering_core::model::{
    AutonomousSystem, Community, Contact, Context, DirectSession, ListMerge, MacAddress, Network, Platform,
    merge,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::compat;
use crate::shape::{Shape, from_python};

/// The JSON Schema of network documents.
#[pyfunction]
pub(crate) fn network_schema(py: Python<'_>, shape: &Shape) -> PyResult<Py<PyAny>> {
    shape.python(py, &Network::json_schema())
}

#[pyfunction]
pub(crate) fn asn_is_private(asn: u32) -> bool {
    Asn::new(asn).is_private()
}

#[pyfunction]
pub(crate) fn community_kind(value: &str, rules: &str) -> PyResult<Option<&'static str>> {
    Ok(Community::kind_of(value, compat(rules)?).map(|kind| kind.as_str()))
}

/// The first thing wrong with the addresses of a direct session, in words.
#[pyfunction]
pub(crate) fn address_problem(session: &Bound<'_, PyAny>, rules: &str) -> PyResult<Option<String>> {
    let session: DirectSession = from_python(session, "session")?;
    Ok(session.address_problem(compat(rules)?).map(|problem| problem.to_string()))
}

#[pyfunction]
pub(crate) fn contact_is_reachable(contact: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(from_python::<Contact>(contact, "contact")?.is_reachable())
}

/// Whom to write to, as positions in the system's own contacts followed by those that are known.
#[pyfunction]
pub(crate) fn recipients(
    system: &Bound<'_, PyAny>,
    roles: Vec<String>,
    known: &Bound<'_, PyAny>,
) -> PyResult<Vec<usize>> {
    let system: AutonomousSystem = from_python(system, "system")?;
    let known: Vec<Contact> = from_python(known, "known")?;
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let all: Vec<&Contact> = system.contacts.iter().chain(&known).collect();
    let found = system.recipients(&roles, &known);
    let place = |contact: &Contact| all.iter().position(|row| std::ptr::eq(*row, contact));
    Ok(found.into_iter().filter_map(place).collect())
}

#[pyfunction]
pub(crate) fn platform_slug(platform: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(from_python::<Platform>(platform, "platform")?.slug())
}

/// A link-layer address in the form in which documents have it.
#[pyfunction]
pub(crate) fn mac_address(text: &str) -> PyResult<String> {
    let parsed = text.parse::<MacAddress>();
    parsed.map(|address| address.to_string()).map_err(|error| PyValueError::new_err(error.to_string()))
}

#[pyfunction]
pub(crate) fn merge_contexts(
    py: Python<'_>,
    old: &Bound<'_, PyAny>,
    new: &Bound<'_, PyAny>,
    recursive: bool,
    lists: &str,
    shape: &Shape,
) -> PyResult<Py<PyAny>> {
    let (old, new): (Context, Context) = (from_python(old, "old")?, from_python(new, "new")?);
    let lists = ListMerge::from_name(lists)
        .ok_or_else(|| PyValueError::new_err(format!("no way to merge lists is called {lists:?}")))?;
    shape.python(py, &merge(&old, &new, recursive, lists))
}
