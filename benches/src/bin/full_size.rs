//! Loads a dump of any size into a new cache, twice, and prints time and memory.
//!
//! `cargo run --release -p peering-benches --bin full_size -- DIRECTORY [DELTA]`: the first load fills an empty
//! cache, the second finds nothing to change; with a directory of changes a third applies those. Peak memory
//! is the process's high-water mark, where the system tells it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use peering_benches::measure;
use peering_core::Asn;
use peering_core::peeringdb::record::{Net, NetIxLan};
use peering_core::peeringdb::sync::{DumpSource, SyncOptions, load_dump};
use peering_core::peeringdb::{Cache, Match, Query};

/// Loads a dump and prints time and memory.
#[derive(Parser)]
struct Arguments {
    /// Directory with one API answer per type.
    directory: PathBuf,
    /// Directory with the answers to a later `since`.
    delta: Option<PathBuf>,
    /// Keep the cache in memory.
    #[arg(long)]
    memory: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let cache = if arguments.memory {
        Cache::in_memory()?
    } else {
        Cache::open(folder.path().join("peeringdb.sqlite"))?
    };
    println!(
        "{:<28} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9}",
        "step", "rows", "changes", "decode s", "apply s", "total s", "peak MiB"
    );
    let remember = SyncOptions::default();
    let forget = SyncOptions { history: Duration::ZERO, ..SyncOptions::default() };
    load("first load", &cache, &arguments.directory, &remember)?;
    load("the same again", &cache, &arguments.directory, &remember)?;
    if let Some(delta) = &arguments.delta {
        // Several times each on copies, because what history costs is less than what else happens on a machine.
        for round in 0..3 {
            for (name, options) in [("changes", &remember), ("changes, no history", &forget)] {
                let copy = folder.path().join(format!("{round}{}.sqlite", name.len()));
                cache.copy_to(&copy)?;
                load(name, &Cache::open(&copy)?, delta, options)?;
            }
        }
        load("changes", &cache, delta, &remember)?;
    }
    step("read all netixlan", || Ok(cache.all::<NetIxLan>()?.len()))?;
    step("read all net", || Ok(cache.all::<Net>()?.len()))?;
    step("search net by name", || Ok(cache.find(&Query::<Net>::new().search("net"))?.len()))?;
    let asn = cache.find(&Query::<Net>::new().ix_count(Match::at_least(100)).limit(1))?;
    let asn = asn.first().and_then(|net| net.asn).unwrap_or(Asn::new(64500));
    step("connections of one AS", || Ok(cache.find(&Query::<NetIxLan>::new().asn(asn))?.len()))?;
    println!("cache: {:.1} MB", cache.statistics()?.bytes as f64 / 1e6);
    Ok(())
}

fn load(
    name: &str,
    cache: &Cache,
    directory: &Path,
    options: &SyncOptions,
) -> Result<(), peering_core::Error> {
    let report = load_dump(cache, &DumpSource::directory(directory), options)?;
    println!(
        "{name:<28} {:>8} {:>8} {:>9.2} {:>9.2} {:>9.2} {:>9}",
        report.rows(),
        report.changes(),
        report.fetch.as_secs_f64(),
        report.apply.as_secs_f64(),
        (report.fetch + report.apply).as_secs_f64(),
        peak()
    );
    Ok(())
}

fn step(
    name: &str,
    work: impl FnOnce() -> Result<usize, peering_core::Error>,
) -> Result<(), peering_core::Error> {
    let started = Instant::now();
    let rows = work()?;
    println!("{name:<28} {rows:>8} {:>38.4} {:>9}", started.elapsed().as_secs_f64(), peak());
    Ok(())
}

/// Peak memory in MiB, or a dash where the system does not tell.
fn peak() -> String {
    measure::peak().map_or_else(|| "-".to_owned(), |mib| format!("{mib:.0}"))
}
