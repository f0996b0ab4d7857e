//! Looks into a local mirror of PeeringDB and after it, offline:
//! `cargo run --release --example mirror -- --cache peeringdb.sqlite search "dus ix"`

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::Duration;

use clap::{Parser, Subcommand};
use futures_util::TryStreamExt as _;
use peering_core::Result;
use peering_core::discovery::{Discovery, ExchangeMeasure};
use peering_core::peeringdb::Cache;
use peering_core::peeringdb::sync::{DumpSource, SyncOptions, repair};

#[derive(Parser)]
struct Arguments {
    /// The mirror, as the example `sync` makes it.
    #[arg(long)]
    cache: PathBuf,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Organisations, campuses, facilities, networks, exchanges and carriers by words of their names.
    Search { text: String },
    /// Facilities within so many kilometres of another one.
    Near { fac: u64, kilometres: f64 },
    /// The exchanges with the most networks.
    Largest,
    /// Whether the file is sound.
    Check,
    /// A copy, while others read and write.
    Copy { to: PathBuf },
    /// A new mirror from a dump in the place of a damaged one, which is kept.
    Repair { dump: PathBuf },
    /// Every change from now on, whichever process makes it.
    Watch,
}

#[tokio::main]
async fn main() {
    let Arguments { cache, what } = Arguments::parse();
    run(&cache, what).await.unwrap_or_else(|error| {
        eprintln!("{error}");
        std::process::exit(1)
    });
}

async fn run(path: &Path, what: What) -> Result<()> {
    if let What::Repair { dump } = &what {
        show(repair(path, &DumpSource::directory(dump), &SyncOptions::default())?.map(|done| done.kept));
        return Ok(());
    }
    let cache = Cache::open_read_only(path)?;
    let discovery = Discovery::new(&cache)?;
    match what {
        What::Search { text } => show(cache.search(&text, 20)?),
        What::Near { fac, kilometres } => {
            let near = discovery.facilities_near_facility(fac, kilometres)?.into_iter();
            show(near.map(|row| (row.kilometres, row.facility.id, row.facility.name.clone())));
        }
        What::Largest => show(discovery.largest_exchanges(ExchangeMeasure::Networks, 20)?),
        What::Check => show(cache.check()?),
        What::Copy { to } => cache.copy_to(to)?,
        What::Repair { .. } => {}
        What::Watch => {
            let mut changes = pin!(cache.follow(None, Duration::from_secs(2)));
            while let Some(change) = changes.try_next().await? {
                show([change]);
            }
        }
    }
    Ok(())
}

fn show(rows: impl IntoIterator<Item: std::fmt::Debug>) {
    rows.into_iter().for_each(|row| println!("{row:?}"));
}
