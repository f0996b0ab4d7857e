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

/// Whether everything that should be up is up.
async fn run(arguments: Arguments) -> Result<bool> {
    let started = Instant::now();
    let source = match &arguments.dump {
        Some(directory) => Source::Dump(directory.clone()),
        None if arguments.online => Source::Online(Box::new(ClientOptions::from_env())),
        None => Source::Sample,
    };
    let path = arguments.cache.clone().map_or_else(|| source.default_cache(), Ok)?;
    let (cache, report) = source.open(&path).await?;
    step(format!(
        "PeeringDB: {} rows in {}",
        cache.statistics()?.tables.iter().map(|of| of.live).sum::<u64>(),
        path.display()
    ));
    if !report.missing.is_empty() {
        let missing: Vec<_> = report.missing.iter().map(ToString::to_string).collect();
        println!("  not in this source, so not known: {}", missing.join(", "));
    }
    let mut plan = Plan::new(&cache, arguments.asn, arguments.ix)?;

    let (driver, target, _simulation) = match &arguments.router {
        Some(url) => peering_examples::target(url).map(|(driver, target)| (driver, target, None))?,
        None => simulation::start(&plan, arguments.asn).await?,
    };
    plan.on_router(&target.host, &driver);
    let text = plan.render(arguments.template.as_ref())?;
    let router = Router::connect(peering_drivers::builtin().driver(&driver)?, &target).await?;
    let facts = router.facts().await?;
    step(format!("{} at {target}: {} {}", facts.hostname, facts.vendor, facts.os_version));
    let mut candidate = router.candidate().await?;
    candidate.merge(&text).await?;
    let diff = candidate.diff().await?;
    show_diff(&diff);
    if diff.is_empty() || arguments.dry_run {
        println!(
            "  {}",
            if diff.is_empty() { "nothing to change" } else { "a dry run: nothing was changed" }
        );
        candidate.discard().await?;
        return router.close().await.map(|()| true);
    }

    let wait = Duration::from_secs(arguments.wait);
    step("commit, to be taken back unless the sessions come up");
    let mut pending = candidate.commit_confirmed(wait + Duration::from_secs(15), Some("turnup")).await?;
    println!("  in force; the router takes it back at {:.0}", pending.deadline());
    let health = match pending.wait_for_sessions(&plan.addresses(), wait).await {
        Ok(health) => health,
        Err(error) => return pending.revert().await.and(Err(error)),
    };
    for up in &health.established {
        println!("  {} {} {}", paint("32", "up  "), up.address, up.remote_as);
    }
    for down in &health.down {
        println!("  {} {down}", paint("31", "down"));
    }
    if health.is_healthy() {
        pending.confirm().await?;
        step(format!(
            "{} sessions are up; confirmed and saved, {:.1} s in all",
            health.established.len(),
            started.elapsed().as_secs_f32()
        ));
    } else {
        pending.revert().await?;
        step(format!(
            "{} of {} sessions did not come up; the old configuration is back",
            health.down.len(),
            plan.addresses().len()
        ));
    }
    router.close().await?;
    Ok(health.is_healthy())
}
