//! Whatever fails, a cache has its old state or its new one, and the caller a typed error.
//!
//! The server in the middle of a sync, the disk, the medium, the file itself, and other processes.

mod damage;
mod disk;
mod media;
mod mount;
mod processes;
mod server;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use peering_core::peeringdb::Cache;
use peering_core::peeringdb::sync::{DumpSource, SyncOptions, load_dump};
use peering_tests::fake_peeringdb::State;

/// The sample that the repository ships.
fn sample() -> DumpSource<'static> {
    DumpSource::directory(Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/peeringdb-sample"))
}

/// The state of a cache, with searches for words of the sample.
fn state(cache: &Cache) -> State {
    State::of(cache, &["networks", "exchange", "harbour"]).unwrap()
}

/// Fills a cache with the sample and closes it.
fn fill(path: &Path) -> State {
    let cache = Cache::open(path).unwrap();
    load_dump(&cache, &sample(), &SyncOptions::default()).unwrap();
    state(&cache)
}

/// The files of a folder with their bytes. What says nothing is left out: locks, empty logs, and the indexes of logs,
/// which SQLite leaves behind where it only reads.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .filter(|(name, bytes)| (name.ends_with("sqlite") || !bytes.is_empty()) && !name.ends_with("-shm"))
        .collect()
}

/// The path with another ending, e.g. `-wal`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// What is in a folder that does not belong to the cache `pdb.sqlite`.
fn left_behind(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| !name.starts_with("pdb.sqlite"))
        .collect()
}
