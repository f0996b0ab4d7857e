//! What discovery costs, cold and warm.
//!
//! On the data that `PEERING_FULL_DATA` names, a directory with one API answer per type; else on the shipped sample's
//! world, which is small. The cold ones build everything each time, the warm ones find what an earlier call has kept.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use peering_benches::generate::{SAMPLE_SEED, generate};
use peering_core::Asn;
use peering_core::discovery::{Discovery, ExchangeMeasure, Filter, NetworkMeasure, Place};
use peering_core::model::Network;
use peering_core::peeringdb::Cache;
use peering_core::peeringdb::sync::{DumpSource, SyncOptions, load_dump};

/// At how many exchanges our network is, if the data has as many.
const EXCHANGES: usize = 60;

fn fill(file: &Path) {
    let cache = Cache::open(file).expect("a cache");
    let options = SyncOptions::default();
    match std::env::var_os("PEERING_FULL_DATA") {
        Some(directory) => load_dump(&cache, &DumpSource::directory(directory), &options),
        None => {
            let tables: Vec<_> =
                generate(SAMPLE_SEED).into_iter().map(|table| (table.object, table.answer())).collect();
            let answers: Vec<_> =
                tables.iter().map(|(object, answer)| (*object, answer.as_slice())).collect();
            load_dump(&cache, &DumpSource::Embedded(&answers), &options)
        }
    }
    .expect("a good dump");
}

/// A network of ours: this one, as it was imported, at the largest of its exchanges, with sessions with every third
/// port at the very largest.
fn ours(discovery: &Discovery<'_>, asn: Asn, exchanges: usize) -> Network {
    let mut network = Network::default();
    discovery.import(&mut network, asn).expect("an import");
    let rows = &mut network.internet_exchanges;
    rows.sort_by_cached_key(|row| {
        let lan = row.peeringdb_ixlan.unwrap_or_default();
        std::cmp::Reverse(discovery.ports_at(lan).expect("ports").len())
    });
    rows.truncate(exchanges);
    let slugs: Vec<String> = rows.iter().map(|row| row.slug.clone()).collect();
    network.connections.retain(|row| row.internet_exchange.as_ref().is_some_and(|slug| slugs.contains(slug)));
    let peers = discovery.available(&network, &slugs[0], &Filter::default()).expect("peers");
    let sessions = peers.into_iter().step_by(3).flat_map(|peer| peer.sessions);
    network.internet_exchange_sessions = sessions.collect();
    network
}

fn discovery(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("peeringdb.sqlite");
    fill(&file);
    let cache = Cache::open_read_only(&file).expect("the cache");
    let discovery = Discovery::new(&cache).expect("a discovery");
    let none = Filter::default();

    let by_exchanges = discovery.largest_networks(NetworkMeasure::Exchanges, usize::MAX).expect("networks");
    let asn_of = |place: usize| by_exchanges[place].network.as_ref().and_then(|net| net.asn).expect("an AS");
    let busiest = asn_of(0);
    let small = asn_of(by_exchanges.len() / 2);
    let largest = &discovery.largest_exchanges(ExchangeMeasure::Ports, 1).expect("exchanges")[0];
    let ix = largest.ix;
    let network = ours(&discovery, busiest, EXCHANGES);
    let everywhere = discovery.available_everywhere(&network, busiest, &none).expect("peers");
    let peers: Vec<_> = everywhere.iter().flat_map(|row| &row.peers).collect();
    println!(
        "the busiest network: {} exchanges, {} networks there; at {} of them {} ports to peer with in {} sessions",
        discovery.exchanges_of(busiest).expect("exchanges").len(),
        discovery.networks_at_exchanges_of(busiest).expect("networks").len(),
        everywhere.len(),
        peers.len(),
        peers.iter().map(|peer| peer.sessions.len()).sum::<usize>(),
    );
    drop(everywhere);
    // The widest network that is at the largest exchange.
    let members = discovery.networks_at_exchange(ix).expect("networks");
    let member = by_exchanges.iter().find(|row| members.iter().any(|net| net.id == row.net));
    let member = member.and_then(|row| row.network.as_ref()?.asn).expect("a member");
    let there = ours(&discovery, member, 1);
    let exchange = &there.internet_exchanges[0];
    let (slug, lan) = (&exchange.slug, exchange.peeringdb_ixlan.expect("a peering LAN"));
    println!(
        "the largest exchange: {} networks, {} ports; {} ports to peer with at {slug}",
        largest.networks,
        largest.ports,
        discovery.available(&there, slug, &none).expect("peers").len(),
    );

    let open = || Cache::open_read_only(&file).expect("the cache");
    let mut cold = criterion.benchmark_group("cold");
    cold.sample_size(20).measurement_time(Duration::from_secs(5));
    cold.bench_function("open, and where one small network is", |bencher| {
        bencher.iter_with_large_drop(|| {
            let cache = open();
            let count = Discovery::new(&cache).and_then(|new| new.exchanges_of(small)).expect("rows").len();
            (cache, count)
        });
    });
    cold.bench_function("who is on which peering LAN (the integers)", |bencher| {
        bencher.iter_batched_ref(
            open,
            |cache| Discovery::new(cache).and_then(|new| new.asns_at_exchanges_of(busiest)).expect("rows"),
            BatchSize::PerIteration,
        );
    });
    cold.bench_function("totals of all networks", |bencher| {
        bencher.iter_batched_ref(
            open,
            |cache| {
                let new = Discovery::new(cache).expect("a discovery");
                new.largest_networks(NetworkMeasure::Capacity, 1).expect("rows")
            },
            BatchSize::PerIteration,
        );
    });
    cold.bench_function("networks at the shared exchanges of the busiest", |bencher| {
        bencher.iter_batched_ref(
            open,
            |cache| {
                Discovery::new(cache).and_then(|new| new.networks_at_exchanges_of(busiest)).expect("rows")
            },
            BatchSize::PerIteration,
        );
    });
    cold.bench_function("available at all exchanges", |bencher| {
        bencher.iter_batched_ref(
            open,
            |cache| {
                let new = Discovery::new(cache).expect("a discovery");
                new.available_everywhere(&network, busiest, &none).expect("peers").len()
            },
            BatchSize::PerIteration,
        );
    });
    cold.finish();

    let mut warm = criterion.benchmark_group("warm");
    warm.bench_function("a new discovery", |bencher| bencher.iter(|| Discovery::new(&cache).expect("one")));
    warm.bench_function("available at the largest exchange", |bencher| {
        bencher.iter(|| discovery.available(&there, black_box(slug), &none).expect("peers"));
    });
    warm.bench_function("ports_at the largest exchange", |bencher| {
        bencher.iter(|| discovery.ports_at(black_box(lan)).expect("ports"));
    });
    warm.bench_function("networks_at_exchange, the largest", |bencher| {
        bencher.iter(|| discovery.networks_at_exchange(black_box(ix)).expect("networks"));
    });
    warm.bench_function("networks at the shared exchanges of the busiest", |bencher| {
        bencher.iter(|| discovery.networks_at_exchanges_of(black_box(busiest)).expect("networks"));
    });
    let everywhere = || discovery.available_everywhere(&network, busiest, &none).expect("peers");
    warm.bench_function("available at all exchanges, and dropping the answer", |bencher| {
        bencher.iter(everywhere);
    });
    warm.bench_function("available at all exchanges", |bencher| {
        bencher.iter_batched(|| (), |()| everywhere(), BatchSize::PerIteration);
    });
    warm.bench_function("missing with one network", |bencher| {
        bencher.iter(|| discovery.missing(&network, busiest, black_box(small)).expect("peers"));
    });
    warm.bench_function("facilities within 100 km", |bencher| {
        let place = Place::new(52.3702, 4.8952).expect("a place");
        bencher.iter(|| discovery.facilities_near(black_box(place), 100.0).expect("facilities"));
    });
    warm.bench_function("the ten largest exchanges", |bencher| {
        bencher.iter(|| discovery.largest_exchanges(ExchangeMeasure::Capacity, black_box(10)).expect("rows"));
    });
    warm.bench_function("the ten largest networks", |bencher| {
        bencher.iter(|| discovery.largest_networks(NetworkMeasure::Capacity, black_box(10)).expect("rows"));
    });
    warm.finish();
}

criterion_group!(benches, discovery);
criterion_main!(benches);
