//! The main job, end to end: a PeeringDB mirror, the exchanges of a network, its peers at one of them, a rendered
//! configuration, the diff on a router, a commit with a confirm timer, BGP sessions that come up, the confirmation.
//!
//! Without arguments it plays with a shipped sample and simulated routers. With `--router` it is your own router: what
//! does not come up within `--wait` seconds is taken back, and the exit status is not zero.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use peering_core::peeringdb::ClientOptions;
use peering_core::{Asn, Result, Router};
use peering_examples::job::Plan;
use peering_examples::source::Source;
use peering_examples::{paint, show_diff, simulation, step};

/// Brings up the sessions that a network could have at an exchange.
#[derive(Parser)]
struct Arguments {
    /// Our network.
    #[arg(long, default_value = "64500")]
    asn: Asn,
    /// PeeringDB's number of the exchange (default: the smallest with somebody to peer with).
    #[arg(long)]
    ix: Option<u64>,
    /// The cache file (default: in the user's cache folder).
    #[arg(long)]
    cache: Option<PathBuf>,
    /// A directory of PeeringDB's API answers instead of the sample.
    #[arg(long)]
    dump: Option<PathBuf>,
    /// PeeringDB itself instead of the sample; a key is taken from PEERINGDB_API_KEY.
    #[arg(long, conflicts_with = "dump")]
    online: bool,
    /// A router as platform://user@host:port; the password comes from PEERING_PASSWORD.
    #[arg(long)]
    router: Option<String>,
    /// Another template.
    #[arg(long)]
    template: Option<PathBuf>,
    /// Show the diff and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Seconds to wait for the sessions; the router takes the change back 15 seconds later.
    #[arg(long, default_value = "45")]
    wait: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{}", paint("31", format!("{error}")));
            ExitCode::FAILURE
        }
    }
}
