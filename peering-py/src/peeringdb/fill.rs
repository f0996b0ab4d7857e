//! What fills a cache.

use std::path::PathBuf;
use std::time::Duration;

use peering_core::Result;
use peering_core::peeringdb;
use peering_core::peeringdb::ObjectType;
use peering_core::peeringdb::sync::{
    DumpSource, Progress, Reconcile, Repair, SyncEvent, SyncOptions, SyncReport,
};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde::Deserialize;

use super::cache::NativeCache;
use super::client::NativeClient;
use super::rows::{object_type, value};
use crate::operation::Operation;
use crate::shape::{Shape, from_python};

/// The keyword arguments of a sync. What is left out has the core's default.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    objects: Option<Vec<ObjectType>>,
    overlap: Option<Duration>,
    reconcile: Option<When>,
    history: Option<Duration>,
    patience: Option<Duration>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum When {
    Word(Word),
    After(Duration),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Never,
    Now,
}

/// The options, with whoever is told of the progress: a callable and the shape of what it is called with.
fn options(given: &Bound<'_, PyAny>, progress: Option<(Py<PyAny>, Py<Shape>)>) -> PyResult<SyncOptions> {
    let given: Options = from_python(given, "sync")?;
    let defaults = SyncOptions::default();
    Ok(SyncOptions {
        objects: given.objects.unwrap_or(defaults.objects),
        overlap: given.overlap.unwrap_or(defaults.overlap),
        reconcile: match given.reconcile {
            None => defaults.reconcile,
            Some(When::Word(Word::Never)) => Reconcile::Never,
            Some(When::Word(Word::Now)) => Reconcile::Now,
            Some(When::After(age)) => Reconcile::After(age),
        },
        history: given.history.unwrap_or(defaults.history),
        patience: given.patience.unwrap_or(defaults.patience),
        progress: progress.map_or_else(Progress::none, |(callback, shape)| {
            Progress::new(move |event| tell(&callback, &shape, event))
        }),
    })
}

/// Calls a Python function from a thread of ours. What it raises does not end the sync, but is not hidden either.
fn tell(callback: &Py<PyAny>, shape: &Py<Shape>, event: &SyncEvent) {
    // Without an interpreter (it is shutting down) nobody listens.
    crate::interpreter::attached(|py| {
        let called = value(py, event, shape).and_then(|event| callback.call1(py, (event,)));
        if let Err(error) = called {
            error.write_unraisable(py, Some(callback.bind(py)));
        }
    });
}

/// A dump: a directory, or answers in memory by the tags of their types.
enum Dump {
    Directory(PathBuf),
    Embedded(Vec<(ObjectType, Vec<u8>)>),
}

impl Dump {
    fn new(
        py: Python<'_>,
        directory: Option<PathBuf>,
        answers: Vec<(String, Py<PyBytes>)>,
    ) -> PyResult<Self> {
        if let Some(directory) = directory {
            return Ok(Dump::Directory(directory));
        }
        let answer =
            |(tag, answer): (String, Py<PyBytes>)| Ok((object_type(py, &tag)?, answer.as_bytes(py).to_vec()));
        Ok(Dump::Embedded(answers.into_iter().map(answer).collect::<PyResult<_>>()?))
    }

    fn using<T>(&self, work: impl FnOnce(&DumpSource<'_>) -> Result<T>) -> Result<T> {
        match self {
            Dump::Directory(directory) => work(&DumpSource::directory(directory)),
            Dump::Embedded(answers) => {
                let answers: Vec<(ObjectType, &[u8])> =
                    answers.iter().map(|(object, answer)| (*object, answer.as_slice())).collect();
                work(&DumpSource::Embedded(&answers))
            }
        }
    }
}

/// Brings a cache up to date from a server.
#[pyfunction]
pub(crate) fn sync(
    py: Python<'_>,
    cache: &NativeCache,
    client: &NativeClient,
    report: Py<Shape>,
    given: &Bound<'_, PyAny>,
    progress: Option<(Py<PyAny>, Py<Shape>)>,
) -> PyResult<Operation> {
    let (cache, client, options) = (cache.cache(py)?, client.client(py)?, options(given, progress)?);
    let work = async move { peeringdb::sync::sync(&cache, &client, &options).await };
    Ok(Operation::new(work, move |py, done: SyncReport| value(py, &done, &report)))
}

/// Brings single objects up to date from a server.
#[pyfunction]
#[pyo3(signature = (cache, client, tag, ids, report, given, progress))]
#[expect(clippy::too_many_arguments, reason = "the interpreter is one of them")]
pub(crate) fn refresh(
    py: Python<'_>,
    cache: &NativeCache,
    client: &NativeClient,
    tag: &str,
    ids: Vec<u64>,
    report: Py<Shape>,
    given: &Bound<'_, PyAny>,
    progress: Option<(Py<PyAny>, Py<Shape>)>,
) -> PyResult<Operation> {
    let (cache, client, options) = (cache.cache(py)?, client.client(py)?, options(given, progress)?);
    let object = object_type(py, tag)?;
    let work = async move { peeringdb::sync::refresh(&cache, &client, object, &ids, &options).await };
    Ok(Operation::new(work, move |py, done: SyncReport| value(py, &done, &report)))
}

/// Loads a dump into a cache.
#[pyfunction]
#[pyo3(signature = (cache, directory, answers, report, given, progress))]
pub(crate) fn load_dump(
    py: Python<'_>,
    cache: &NativeCache,
    directory: Option<PathBuf>,
    answers: Vec<(String, Py<PyBytes>)>,
    report: Py<Shape>,
    given: &Bound<'_, PyAny>,
    progress: Option<(Py<PyAny>, Py<Shape>)>,
) -> PyResult<Operation> {
    let (cache, options) = (cache.cache(py)?, options(given, progress)?);
    let dump = Dump::new(py, directory, answers)?;
    let work = move || dump.using(|source| peeringdb::sync::load_dump(&cache, source, &options));
    Ok(Operation::blocking(work, move |py, done| value(py, &done, &report)))
}

/// Makes a sound cache of a dump, if the one in this file is damaged.
#[pyfunction]
#[pyo3(signature = (path, directory, answers, shape, given, progress))]
pub(crate) fn repair(
    py: Python<'_>,
    path: PathBuf,
    directory: Option<PathBuf>,
    answers: Vec<(String, Py<PyBytes>)>,
    shape: Py<Shape>,
    given: &Bound<'_, PyAny>,
    progress: Option<(Py<PyAny>, Py<Shape>)>,
) -> PyResult<Operation> {
    let (options, dump) = (options(given, progress)?, Dump::new(py, directory, answers)?);
    let work = move || dump.using(|source| peeringdb::sync::repair(&path, source, &options));
    Ok(Operation::blocking(work, move |py, done: Option<Repair>| match done {
        Some(done) => value(py, &done, &shape),
        None => Ok(py.None()),
    }))
}
