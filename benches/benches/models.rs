//! A network document of ten thousand sessions: read, checked, indexed, and asked for the policies of every session.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use peering_benches::sessions::network;
use peering_core::Compat;
use peering_core::model::{Indexed, Network, SessionRef};

const ROUTERS: u32 = 10;
const SESSIONS_EACH: u32 = 1000;

fn models(criterion: &mut Criterion) {
    let network = network(ROUTERS, SESSIONS_EACH);
    let sessions = network.internet_exchange_sessions.len() + network.direct_sessions.len();
    assert_eq!(sessions, (ROUTERS * SESSIONS_EACH) as usize);
    network.validate().expect("the document is sound");
    let (json, yaml) = (network.to_json_exposing_secrets(), network.to_yaml_exposing_secrets());

    let mut group = criterion.benchmark_group("10000 sessions");
    group.sample_size(20);
    group.bench_function("validate", |bencher| bencher.iter(|| black_box(&network).problems().len()));
    group.bench_function("read JSON and validate", |bencher| {
        bencher.iter(|| Network::from_json(black_box(&json)).expect("it was written before"));
    });
    group.bench_function("read YAML and validate", |bencher| {
        bencher.iter(|| Network::from_yaml(black_box(&yaml)).expect("it was written before"));
    });
    group.bench_function("write JSON", |bencher| bencher.iter(|| black_box(&network).to_json().len()));
    group.bench_function("write YAML", |bencher| bencher.iter(|| black_box(&network).to_yaml().len()));
    group.bench_function("clone and index", |bencher| {
        bencher.iter(|| Indexed::from(black_box(&network).clone()));
    });
    let indexed = Indexed::from(network.clone());
    group.bench_function("import policies of every session", |bencher| {
        bencher.iter(|| {
            let exchange = indexed.internet_exchange_sessions.iter().map(SessionRef::InternetExchange);
            exchange
                .chain(indexed.direct_sessions.iter().map(SessionRef::Direct))
                .map(|session| indexed.import_policies(session, Compat::Strict).len())
                .sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, models);
criterion_main!(benches);
