//! Lists whom a network could still peer with, exchange by exchange, from a local mirror of PeeringDB:
//! `cargo run --release --example peers -- --cache peeringdb.sqlite --asn 64500 [--ix ID] [--json]`

use std::path::PathBuf;

use clap::Parser;
use peering_core::discovery::{Discovery, Filter};
use peering_core::model::Network;
use peering_core::peeringdb::Cache;
use peering_core::peeringdb::record::IxLan;
use peering_core::{Asn, Result};
use serde_json::json;

/// Lists the sessions that a network could have and does not.
#[derive(Parser)]
struct Arguments {
    /// The mirror, as the example `sync` makes it.
    #[arg(long)]
    cache: PathBuf,
    /// Our network.
    #[arg(long)]
    asn: Asn,
    /// Only this exchange (PeeringDB's number of it).
    #[arg(long)]
    ix: Option<u64>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

fn main() {
    if let Err(error) = run(&Arguments::parse()) {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let cache = Cache::open_read_only(&arguments.cache)?;
    let discovery = Discovery::new(&cache)?;
    let mut network = Network::default();
    let report = discovery.import(&mut network, arguments.asn)?;
    report.notes.iter().for_each(|note| eprintln!("note: {note}"));
    let mut rows = Vec::new();
    for exchange in &network.internet_exchanges {
        let lan = exchange.peeringdb_ixlan.unwrap_or_default();
        let ix = cache.by_id::<IxLan>(lan)?.and_then(|lan| lan.ix_id).unwrap_or(lan);
        if arguments.ix.is_some_and(|wanted| wanted != ix) {
            continue;
        }
        let peers = discovery.available(&network, &exchange.slug, &Filter::default())?;
        if !arguments.json {
            println!("{} (ix {ix}): {} ports to peer with", exchange.name.escape_debug(), peers.len());
        }
        for peer in &peers {
            let addresses: Vec<String> =
                peer.sessions.iter().map(|session| session.ip_address.to_string()).collect();
            if arguments.json {
                rows.push(json!({
                    "ix": ix, "exchange": exchange.name, "asn": peer.asn(), "name": peer.name(),
                    "netixlan": peer.port.id, "sessions": peer.sessions,
                }));
            } else {
                // A stranger wrote the name: it must not move the cursor.
                println!(
                    "  {:<12} {:<40} {}",
                    peer.asn().to_string(),
                    peer.name().escape_debug().to_string(),
                    addresses.join(" ")
                );
            }
        }
    }
    if arguments.json {
        println!("{:#}", serde_json::Value::from(rows));
    }
    Ok(())
}
