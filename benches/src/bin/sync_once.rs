//! One sync from a server on this machine, without the pauses that PeeringDB's own server asks for.
//!
//! `cargo run --release -p peering-benches --bin sync_once -- URL CACHE` prints what it did, one type a line, as JSON.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use serde_json::json;

/// Brings a cache up to date from a server on this machine.
#[derive(Parser)]
struct Arguments {
    /// The server.
    url: String,
    /// The cache; made if it is not there.
    cache: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match peering_benches::measure::sync_once(&arguments.url, &arguments.cache).await {
        Ok((_, report)) => {
            for of in &report.types {
                let line = json!({
                    "object": of.object.tag(), "rows": of.rows, "created": of.created, "updated": of.updated,
                    "deleted": of.deleted,
                });
                println!("{line}");
            }
            report.warnings().for_each(|warning| eprintln!("warning: {warning}"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
