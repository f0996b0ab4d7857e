//! Small benches of the PeeringDB cache, on the shipped sample's world.

use criterion::{Criterion, criterion_group, criterion_main};
use peering_benches::generate::{SAMPLE_SEED, generate};
use peering_core::Asn;
use peering_core::peeringdb::record::{Net, NetIxLan};
use peering_core::peeringdb::sync::{DumpSource, SyncOptions, load_dump};
use peering_core::peeringdb::{Cache, ObjectType, Query};

fn load(answers: &[(ObjectType, &[u8])]) -> Cache {
    let cache = Cache::in_memory().expect("a cache in memory");
    load_dump(&cache, &DumpSource::Embedded(answers), &SyncOptions::default()).expect("a good dump");
    cache
}

fn peeringdb(criterion: &mut Criterion) {
    let tables: Vec<_> =
        generate(SAMPLE_SEED).into_iter().map(|table| (table.object, table.answer())).collect();
    let answers: Vec<_> = tables.iter().map(|(object, answer)| (*object, answer.as_slice())).collect();
    criterion.bench_function("load the sample", |bencher| bencher.iter(|| load(&answers)));

    let cache = load(&answers);
    criterion.bench_function("connections of one AS", |bencher| {
        let query = Query::<NetIxLan>::new().asn(Asn::new(64500));
        bencher.iter(|| cache.find(&query).expect("rows"));
    });
    criterion.bench_function("search by name", |bencher| {
        let query = Query::<Net>::new().search("hazel");
        bencher.iter(|| cache.find(&query).expect("rows"));
    });
    let rows: Vec<String> = cache
        .all::<NetIxLan>()
        .expect("rows")
        .iter()
        .map(|port| serde_json::to_string(port).expect("a record is JSON"))
        .collect();
    criterion.bench_function("decode connections", |bencher| {
        bencher.iter(|| rows.iter().filter(|row| serde_json::from_str::<NetIxLan>(row).is_ok()).count());
    });
}

criterion_group!(benches, peeringdb);
criterion_main!(benches);
