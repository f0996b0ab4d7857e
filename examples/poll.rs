//! Reads the BGP neighbours of routers, all at once: `poll frr://netops@r1 frr://netops@r2:2201`.
//!
//! The password comes from `PEERING_PASSWORD`; with `PEERING_RECORD=FILE` the session is kept, its secrets blacked out, and
//! with `PEERING_REPLAY=FILE` such a file answers in the router's place. Exits with 1 if a router cannot be read, with 2 if a session that is
//! enabled is not established.

use std::process::ExitCode;

use clap::Parser;
use peering_core::state::{AddressFamily, BgpNeighbor};
use peering_core::{Result, Router};
use tokio::task::JoinSet;

/// Read the BGP neighbours of routers.
#[derive(Parser)]
struct Arguments {
    /// Routers, as platform://user@host:port.
    #[arg(required = true)]
    routers: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut polls = JoinSet::new();
    for url in Arguments::parse().routers {
        polls.spawn(async move { (poll(&url).await, url) });
    }
    let (mut failed, mut down) = (false, false);
    while let Some(Ok((answer, url))) = polls.join_next().await {
        match answer {
            Ok(neighbors) => {
                println!("{url}");
                neighbors.iter().for_each(show);
                down |= neighbors.iter().any(|neighbor| neighbor.is_enabled && !neighbor.is_established());
            }
            Err(error) => {
                eprintln!("{url}: {error}");
                failed = true;
            }
        }
    }
    ExitCode::from(if failed { 1 } else { u8::from(down) * 2 })
}

async fn poll(url: &str) -> Result<Vec<BgpNeighbor>> {
    let (platform, target) = peering_examples::target(url)?;
    let router = Router::connect(peering_drivers::builtin().driver(&platform)?, &target).await?;
    let neighbors = router.bgp_neighbors().await?;
    router.close().await?;
    Ok(neighbors)
}

fn show(neighbor: &BgpNeighbor) {
    let address = neighbor.address.to_string();
    print!("  {address:<24} {:<12} {:<12}", neighbor.remote_as.to_string(), neighbor.state.to_string());
    match (&neighbor.down_reason, neighbor.uptime) {
        (Some(reason), _) => print!(" {reason}"),
        (None, Some(uptime)) => print!(" for {} s", uptime.as_secs()),
        (None, None) => {}
    }
    for family in &neighbor.families {
        if matches!(family.family, AddressFamily::Ipv4Unicast | AddressFamily::Ipv6Unicast) {
            let count = |number: Option<u64>| number.map_or("?".to_owned(), |number| number.to_string());
            print!(
                "  {}: {} received, {} accepted, {} sent",
                family.family,
                count(family.received),
                count(family.accepted),
                count(family.sent)
            );
        }
    }
    println!();
}
