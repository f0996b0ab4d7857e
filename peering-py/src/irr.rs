//! AS-SETs, prefix lists and their look-ups, for `peering.irr`, which has their words.

use ipnet::IpNet;
use jiff::Timestamp;
use peering_core::irr::{
    AsSet, AsSets, Because, Bgpq4, Found, Guard, Guarded, Outcome, ParseOptions, PrefixEntry, Prefixes,
    RefreshOptions, Refreshed, aggregated, as_list, parse_as_list, parse_prefixes, refresh, settle,
};
use peering_core::model::{AutonomousSystem, Family, IrrSync, Network};
use peering_core::{Asn, Error, ParseError};
use pyo3::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::exception;
use crate::operation::Operation;
use crate::shape::{Shape, from_python};

fn parsed<T>(py: Python<'_>, value: Result<T, ParseError>) -> PyResult<T> {
    value.map_err(|error| exception(py, &Error::from(error)))
}

fn written<T: Serialize>(shape: &Bound<'_, Shape>, value: &T) -> PyResult<Py<PyAny>> {
    shape.get().python(shape.py(), value)
}

/// The sets in an operator's text.
#[pyfunction]
pub(crate) fn irr_parse(
    asn: u32,
    text: &str,
    options: &Bound<'_, PyAny>,
    shape: &Bound<'_, Shape>,
) -> PyResult<Py<PyAny>> {
    let options: ParseOptions = from_python(options, "options")?;
    written(shape, &AsSets::parse_with(Asn::new(asn), text, &options))
}

/// Those that are meant for a family.
#[pyfunction]
pub(crate) fn irr_of_family(
    sets: &Bound<'_, PyAny>,
    asn: u32,
    family: &Bound<'_, PyAny>,
    shape: &Bound<'_, Shape>,
) -> PyResult<Py<PyAny>> {
    let (sets, family): (AsSets, Family) = (from_python(sets, "sets")?, from_python(family, "family")?);
    written(shape, &sets.of_family(Asn::new(asn), family))
}

/// One set, from its text.
#[pyfunction]
pub(crate) fn irr_parse_set(text: &str, shape: &Bound<'_, Shape>) -> PyResult<Py<PyAny>> {
    written(shape, &parsed(shape.py(), text.parse::<AsSet>())?)
}

#[pyfunction]
pub(crate) fn irr_set_text(set: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(from_python::<AsSet>(set, "set")?.to_string())
}

/// What a set is, or the fault that it has and words for it.
type Checked = (Option<Py<PyAny>>, Option<Py<PyAny>>, Option<String>);

/// What a set is, or the fault that it has.
#[pyfunction]
pub(crate) fn irr_check_set(
    set: &Bound<'_, PyAny>,
    kind: &Bound<'_, Shape>,
    fault: &Bound<'_, Shape>,
) -> PyResult<Checked> {
    Ok(match from_python::<AsSet>(set, "set")?.check() {
        Ok(found) => (Some(written(kind, &found)?), None, None),
        Err(found) => (None, Some(written(fault, &found)?), Some(found.to_string())),
    })
}

/// Whether an entry is exact, and the least and the greatest length that it accepts. `OptionsError` for one that
/// contradicts itself.
#[pyfunction]
pub(crate) fn irr_entry(entry: &Bound<'_, PyAny>) -> PyResult<(bool, u8, u8)> {
    let entry: PrefixEntry = from_python(entry, "entry")?;
    let (least, most) = entry.lengths().into_inner();
    Ok((entry.is_exact(), least, most))
}

/// Whether any of the entries accepts a prefix.
#[pyfunction]
pub(crate) fn irr_accepts(entries: &Bound<'_, PyAny>, prefix: &Bound<'_, PyAny>) -> PyResult<bool> {
    let (entries, prefix): (Vec<PrefixEntry>, IpNet) =
        (from_python(entries, "entries")?, from_python(prefix, "prefix")?);
    Ok(entries.iter().any(|entry| entry.accepts(&prefix)))
}

/// The same set of prefixes in fewer entries.
#[pyfunction]
pub(crate) fn irr_aggregated(entries: &Bound<'_, PyAny>, shape: &Bound<'_, Shape>) -> PyResult<Py<PyAny>> {
    let entries: Vec<PrefixEntry> = from_python(entries, "entries")?;
    written(shape, &shape.py().detach(|| aggregated(&entries)))
}

#[pyfunction]
pub(crate) fn irr_parse_prefixes(text: &str, shape: &Bound<'_, Shape>) -> PyResult<Py<PyAny>> {
    written(shape, &parsed(shape.py(), shape.py().detach(|| parse_prefixes(text)))?)
}

#[pyfunction]
pub(crate) fn irr_parse_as_list(text: &str, shape: &Bound<'_, Shape>) -> PyResult<Py<PyAny>> {
    written(shape, &parsed(shape.py(), shape.py().detach(|| parse_as_list(text)))?)
}

#[pyfunction]
pub(crate) fn irr_as_list(own: u32, found: Vec<u32>) -> Vec<u32> {
    as_list(Asn::new(own), found.into_iter().map(Asn::new)).into_iter().map(Asn::get).collect()
}

/// A question: a set, a family (without one its autonomous systems are meant), and what is special about it.
struct Question {
    bgpq4: Bgpq4,
    set: AsSet,
    family: Option<Family>,
    sync: IrrSync,
}

impl Question {
    fn of(
        bgpq4: &Bound<'_, PyAny>,
        set: &Bound<'_, PyAny>,
        family: &Bound<'_, PyAny>,
        sync: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let sync: Option<IrrSync> = from_python(sync, "sync")?;
        Ok(Question {
            bgpq4: from_python(bgpq4, "bgpq4")?,
            set: from_python(set, "set")?,
            family: from_python(family, "family")?,
            sync: sync.unwrap_or_default(),
        })
    }
}

/// The command for a question: the program and its arguments.
#[pyfunction]
pub(crate) fn irr_command(
    bgpq4: &Bound<'_, PyAny>,
    set: &Bound<'_, PyAny>,
    family: &Bound<'_, PyAny>,
    sync: &Bound<'_, PyAny>,
    first: u32,
) -> PyResult<Vec<String>> {
    let Question { bgpq4, set, family, sync } = Question::of(bgpq4, set, family, sync)?;
    Ok(match family {
        Some(family) => bgpq4.prefix_command(&set, family, &sync),
        None => bgpq4.as_list_command(&set, Asn::new(first), &sync),
    })
}

/// Looks up the prefixes of a set, or its autonomous systems.
#[pyfunction]
pub(crate) fn irr_look_up(
    bgpq4: &Bound<'_, PyAny>,
    set: &Bound<'_, PyAny>,
    family: &Bound<'_, PyAny>,
    sync: &Bound<'_, PyAny>,
    shape: Py<Shape>,
) -> PyResult<Operation> {
    let Question { bgpq4, set, family, sync } = Question::of(bgpq4, set, family, sync)?;
    Ok(match family {
        Some(family) => {
            let work = async move { bgpq4.prefixes(&set, family, &sync).await };
            Operation::new(work, move |py, found| pair(py, &found, &shape))
        }
        None => {
            let work = async move { bgpq4.as_list(&set, &sync).await };
            Operation::new(work, move |py, found| pair(py, &found, &shape))
        }
    })
}

/// What was found, and the notes.
fn pair<T: Serialize>(py: Python<'_>, found: &Found<T>, shape: &Py<Shape>) -> PyResult<Py<PyAny>> {
    let value = shape.get().python(py, &found.value)?;
    Ok((value, found.notes.clone()).into_pyobject(py)?.into_any().unbind())
}

/// Brings the lists of autonomous systems up to date: gives the systems as they are then, and what became of each.
#[pyfunction]
pub(crate) fn irr_refresh(
    systems: &Bound<'_, PyAny>,
    bgpq4: &Bound<'_, PyAny>,
    options: &Bound<'_, PyAny>,
    now: Timestamp,
    system: Py<Shape>,
    refusal: Py<Shape>,
    problems: Py<Shape>,
) -> PyResult<Operation> {
    let autonomous_systems: Vec<AutonomousSystem> = from_python(systems, "autonomous_systems")?;
    let bgpq4: Bgpq4 = from_python(bgpq4, "bgpq4")?;
    let options: RefreshOptions = from_python(options, "options")?;
    let work = async move {
        let mut network = Network { autonomous_systems, ..Network::default() };
        let refreshed = refresh(&mut network, &bgpq4, &options, now).await;
        Ok((network.autonomous_systems, refreshed))
    };
    Ok(Operation::new(work, move |py, (systems, refreshed)| {
        let systems = system.get().python(py, &systems)?;
        let rows = refreshed.into_iter().map(|row| {
            let Refreshed { asn, prefixes, as_list, problems: found, notes } = row;
            let prefixes = outcome(py, prefixes, &refusal)?;
            let as_list = outcome(py, as_list, &refusal)?;
            let found = problems.get().python(py, &found)?;
            Ok((asn.get(), prefixes, as_list, found, notes).into_pyobject(py)?.into_any().unbind())
        });
        let rows: Vec<_> = rows.collect::<PyResult<_>>()?;
        Ok((systems, rows).into_pyobject(py)?.into_any().unbind())
    }))
}

/// What became of a list, for `peering.irr` to make its classes of.
fn outcome(py: Python<'_>, outcome: Outcome, shape: &Py<Shape>) -> PyResult<Py<PyAny>> {
    let nothing = || py.None();
    let row = match outcome {
        Outcome::Skipped => ("skipped", nothing(), nothing(), nothing()),
        Outcome::Unchanged => ("unchanged", nothing(), nothing(), nothing()),
        Outcome::Updated { before, now } => (
            "updated",
            before.into_pyobject(py)?.into_any().unbind(),
            now.into_pyobject(py)?.into_any().unbind(),
            nothing(),
        ),
        Outcome::Kept { because, at } => {
            let (error, refusal) = match because {
                Because::Failed(error) => (exception(py, &error).into_value(py).into_any(), nothing()),
                Because::Refused(refusal) => (nothing(), self::refusal(py, &refusal, shape)?),
            };
            ("kept", error, refusal, at.into_pyobject(py)?.into_any().unbind())
        }
    };
    Ok(row.into_pyobject(py)?.into_any().unbind())
}

/// A refusal, with words for it.
fn refusal(py: Python<'_>, refusal: &peering_core::irr::Refusal, shape: &Py<Shape>) -> PyResult<Py<PyAny>> {
    let record = shape.get().python(py, refusal)?;
    Ok((record, refusal.to_string()).into_pyobject(py)?.into_any().unbind())
}

/// Lets a new list take the place of the last good one, or not. Gives what is held then, since when, and what became of
/// it. The lists are of prefixes if there is a shape for them, else of AS numbers.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "they are the core's, and two shapes")]
pub(crate) fn irr_settle(
    held: &Bound<'_, PyAny>,
    at: Option<Timestamp>,
    found: &Bound<'_, PyAny>,
    guard: &Bound<'_, PyAny>,
    now: Timestamp,
    are_prefixes: bool,
    list: &Bound<'_, Shape>,
    refusal: &Bound<'_, Shape>,
) -> PyResult<Py<PyAny>> {
    let guard: Guard = from_python(guard, "guard")?;
    let refusal = refusal.clone().unbind();
    if are_prefixes {
        settled::<Prefixes>(held, at, found, &guard, now, list, &refusal)
    } else {
        settled::<Vec<Asn>>(held, at, found, &guard, now, list, &refusal)
    }
}

fn settled<T: Guarded + Serialize + DeserializeOwned>(
    held: &Bound<'_, PyAny>,
    mut at: Option<Timestamp>,
    found: &Bound<'_, PyAny>,
    guard: &Guard,
    now: Timestamp,
    list: &Bound<'_, Shape>,
    refusal: &Py<Shape>,
) -> PyResult<Py<PyAny>> {
    let py = held.py();
    let (mut held, found): (Option<T>, T) = (from_python(held, "held")?, from_python(found, "found")?);
    let became = settle(&mut held, &mut at, Ok(found), guard, now);
    let (held, became) = (written(list, &held)?, outcome(py, became, refusal)?);
    Ok((held, at, became).into_pyobject(py)?.into_any().unbind())
}
