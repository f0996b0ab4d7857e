//! Configurations of forty thousand lines: what differs between two of them, and a text merged into one.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use peering_drivers::cisco_ios::{difference, merged};

const LINES: usize = 40_000;

/// A router with this many sessions, each with its lists and its route map.
fn configuration(sessions: usize) -> String {
    let mut text = String::from(
        "version 17.3\nservice timestamps log datetime msec\n!\nhostname ios1\n!\nrouter bgp 64501\n",
    );
    let address = |session: usize| format!("10.{}.{}.{}", session >> 16, session >> 8 & 255, session & 255);
    for session in 0..sessions {
        let peer = address(session);
        writeln!(text, " neighbor {peer} remote-as {}", 65000 + session).unwrap();
        writeln!(text, " neighbor {peer} description session {session}").unwrap();
    }
    text.push_str(" !\n address-family ipv4\n");
    for session in 0..sessions {
        let peer = address(session);
        writeln!(text, "  neighbor {peer} activate\n  neighbor {peer} route-map PEER-{session}-IN in")
            .unwrap();
    }
    text.push_str(" exit-address-family\n!\n");
    for session in 0..sessions {
        for entry in 1..=4 {
            writeln!(text, "ip prefix-list PEER-{session} seq {} permit 192.0.{entry}.0/24", entry * 5)
                .unwrap();
        }
    }
    for session in 0..sessions {
        writeln!(
            text,
            "!\nroute-map PEER-{session}-IN permit 10\n match ip address prefix-list PEER-{session}\n set local-preference 100"
        )
        .unwrap();
    }
    text + "!\nend\n"
}

fn configurations(criterion: &mut Criterion) {
    let old = configuration(LINES / 12);
    assert!((LINES - 100..=LINES + 100).contains(&old.lines().count()), "{}", old.lines().count());
    let few = old
        .replace("description session 77\n", "description other\n")
        .replace("hostname ios1", "hostname ios2");
    let many = old.replace("local-preference 100", "local-preference 200");
    let text = (0..500).fold(String::from("router bgp 64501\n"), |mut text, session| {
        writeln!(text, " neighbor 10.99.{}.{} remote-as 65000", session >> 8, session & 255).unwrap();
        text
    });

    let mut group = criterion.benchmark_group("40000 lines");
    group.sample_size(10);
    for (name, new, lines) in [
        ("no difference", &old, 0),
        ("few differences", &few, 4),
        ("many differences", &many, LINES / 12 * 2),
    ] {
        let (added, removed) = difference(&old, new).counts();
        assert_eq!(added + removed, lines, "{name}");
        group.bench_function(name, |bencher| {
            bencher.iter(|| difference(black_box(&old), black_box(new)).counts());
        });
    }
    group.bench_function("500 sessions merged", |bencher| {
        bencher.iter(|| merged(black_box(&old), black_box(&text)).unwrap().len());
    });
    group.finish();
}

criterion_group!(benches, configurations);
criterion_main!(benches);
