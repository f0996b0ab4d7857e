//! Who joined and who left the exchanges of a network, and what else changed in a local mirror of PeeringDB:
//! `cargo run --release --example changes -- --cache peeringdb.sqlite --asn 64500 [--since 2026-11-01T00:00:00Z]`

use std::path::PathBuf;

use clap::Parser;
use jiff::Timestamp;
use peering_core::discovery::Discovery;
use peering_core::peeringdb::{Cache, ChangeQuery, MemberEvent, ObjectType};
use peering_core::{Asn, Result};

/// Lists what the syncs of a mirror have changed.
#[derive(Parser)]
struct Arguments {
    /// The mirror, as the example `sync` makes it.
    #[arg(long)]
    cache: PathBuf,
    /// Our network.
    #[arg(long)]
    asn: Asn,
    /// Since when; by default since the mirror's history begins.
    #[arg(long)]
    since: Option<Timestamp>,
}

fn main() {
    if let Err(error) = run(&Arguments::parse()) {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let cache = Cache::open_read_only(&arguments.cache)?;
    let beginnings = ObjectType::ALL.map(|object| cache.history_begins(object));
    let begin = beginnings.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().max();
    let Some(since) = arguments.since.or(begin) else {
        println!("the mirror is empty");
        return Ok(());
    };
    let exchanges: Vec<u64> = Discovery::new(&cache)?.peering_lans_of(arguments.asn)?.into_iter().collect();
    println!("since {since}, at the {} exchanges of {}:", exchanges.len(), arguments.asn);
    for change in cache.member_changes(since, &exchanges)? {
        let what = match change.event {
            MemberEvent::Joined => "joined",
            MemberEvent::Left => "left",
        };
        println!("  {} {what} ixlan {} ({})", change.asn, change.ixlan, change.at);
    }
    println!("everywhere:");
    for change in cache.changes(&ChangeQuery { since: Some(since), ..ChangeQuery::default() })? {
        println!("  {:?} {} {}", change.kind, change.object, change.id);
        for field in change.fields.iter().filter(|field| field.field != "updated") {
            let shown = |value: &Option<serde_json::Value>| {
                value.as_ref().map_or("-".to_owned(), ToString::to_string)
            };
            println!("    {}: {} → {}", field.field, shown(&field.old), shown(&field.new));
        }
    }
    Ok(())
}
