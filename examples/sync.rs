//! Fills or refreshes a local PeeringDB cache, from a server or from a directory of API answers.
//! `cargo run --release --example sync` asks PeeringDB itself, with the key from `PEERINGDB_API_KEY` if there is one.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use peering_core::peeringdb::ClientOptions;
use peering_examples::source::Source;

/// Fills or refreshes a local PeeringDB cache.
#[derive(Parser)]
struct Arguments {
    /// The cache; made if it is not there.
    #[arg(long, default_value = "peeringdb.sqlite")]
    cache: PathBuf,
    /// Another server.
    #[arg(long)]
    base_url: Option<String>,
    /// A directory with API answers (<tag>.json, <tag>.json.gz) instead of a server.
    #[arg(long, conflicts_with = "base_url")]
    dump: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> peering_core::Result<()> {
    let started = Instant::now();
    let mut server = ClientOptions::from_env();
    server.base_url = arguments.base_url.unwrap_or(server.base_url);
    let source = arguments.dump.map_or(Source::Online(Box::new(server)), Source::Dump);
    let (cache, report) = source.open(&arguments.cache).await?;
    println!("{:<11} {:>8} {:>8} {:>8} {:>8}", "type", "rows", "created", "updated", "deleted");
    for table in cache.statistics()?.tables {
        let changes = report.of(table.object).map(|of| (of.created, of.updated, of.deleted));
        let (created, updated, deleted) = changes.unwrap_or_default();
        let note = if report.missing.contains(&table.object) { "  (not in the source)" } else { "" };
        println!("{:<11} {:>8} {created:>8} {updated:>8} {deleted:>8}{note}", table.object, table.live);
    }
    if report.joined {
        println!("another sync has just brought everything; nothing was fetched");
    }
    report.warnings().for_each(|warning| eprintln!("warning: {warning}"));
    println!("{} in {:.1} s", arguments.cache.display(), started.elapsed().as_secs_f64());
    Ok(())
}
