//! The PeeringDB sync against a server in this process.

use std::sync::{Arc, Mutex};

use peering_core::ErrorKind;
use peering_core::peeringdb::record::{IxLan, Net, NetIxLan, Org, Poc};
use peering_core::peeringdb::sync::{
    DumpSource, Progress, Reconcile, SyncEvent, SyncOptions, SyncReport, load_dump, sync,
};
use peering_core::peeringdb::{Cache, ObjectType, Record};
use peering_tests::fake_peeringdb::{FakePeeringDb, Fault, KEY, put};
use serde_json::json;

async fn server() -> FakePeeringDb {
    let server = FakePeeringDb::start().await;
    server.put("org", json!({"id": 1, "name": "Org"}));
    for id in 1..=3 {
        let asn = 64495 + id;
        server.put(
            "net",
            json!({"id": id, "org_id": 1, "asn": asn, "name": format!("Net {id}"), "irr_as_set": ""}),
        );
        server.put(
            "netixlan",
            json!({"id": id, "net_id": id, "ix_id": 1, "ixlan_id": 1, "asn": asn, "updated": "2026-01-01T00:00:05Z"}),
        );
    }
    server.put("ix", json!({"id": 1, "org_id": 1, "name": "IX"}));
    server.put("ixlan", json!({"id": 1, "ix_id": 1}));
    server.put("poc", json!({"id": 1, "net_id": 1, "visible": "Public"}));
    server.put("poc", json!({"id": 2, "net_id": 1, "visible": "Users"}));
    server
}

fn ids<R: Record>(cache: &Cache) -> Vec<u64> {
    cache.all::<R>().unwrap().iter().map(Record::id).collect()
}

async fn run(cache: &Cache, server: &FakePeeringDb) -> SyncReport {
    sync(cache, &server.client(), &SyncOptions::default()).await.unwrap()
}

#[tokio::test]
async fn first_everything_then_what_changed() {
    let server = server().await;
    let cache = Cache::in_memory().unwrap();
    let report = run(&cache, &server).await;
    assert_eq!((report.changes(), report.missing.len()), (10, 0));
    let asked: Vec<String> = server.seen().into_iter().map(|seen| seen.what).collect();
    assert!(asked.contains(&"net".to_owned()));
    // Each list is followed by the changes since five minutes before its own time.
    assert!(asked.contains(&format!("netixlan?since={}", 1_767_225_605 - 300)));

    server.put("net", json!({"id": 1, "asn": 64496, "name": "Renamed", "updated": "2026-02-01T00:00:00Z"}));
    server.put("net", json!({"id": 9, "asn": 64499, "name": "New", "updated": "2026-02-01T00:00:01Z"}));
    server.delete("netixlan", 2, "2026-02-01T00:00:02Z");
    let report = run(&cache, &server).await;
    let net = report.of(ObjectType::Net).unwrap();
    assert_eq!((net.created, net.updated, net.deleted), (1, 1, 0));
    assert_eq!(report.of(ObjectType::NetIxLan).unwrap().deleted, 1);
    assert_eq!(cache.by_id::<Net>(1).unwrap().unwrap().name.as_deref(), Some("Renamed"));
    assert_eq!(ids::<NetIxLan>(&cache), [1, 3]);
    assert!(server.seen().iter().all(|seen| seen.what != "net" && seen.what != "netixlan"));

    // What comes twice because of the overlap changes nothing.
    let generation = cache.generation().unwrap();
    assert_eq!(run(&cache, &server).await.changes(), 0);
    assert_eq!(cache.generation().unwrap(), generation);
}

#[tokio::test]
async fn a_list_made_long_ago_is_brought_up_to_date_before_anybody_sees_it() {
    let server = server().await;
    for tag in ["org", "net", "netixlan", "ix", "ixlan", "poc"] {
        server.publish(tag, 1_767_225_700);
    }
    server.put("net", json!({"id": 1, "asn": 64496, "name": "Today", "updated": "2026-03-01T00:00:00Z"}));
    server.delete("net", 2, "2026-03-01T00:00:00Z");
    let cache = Cache::in_memory().unwrap();
    run(&cache, &server).await;
    assert_eq!(cache.by_id::<Net>(1).unwrap().unwrap().name.as_deref(), Some("Today"));
    assert_eq!(ids::<Net>(&cache), [1, 3]);
    // The network's connection went with it, although its tombstone never came.
    assert_eq!(ids::<NetIxLan>(&cache), [1, 3]);

    // Asking for everything again gets the old list again, and takes nothing back.
    let full = SyncOptions { reconcile: Reconcile::Now, ..SyncOptions::default() };
    let report = sync(&cache, &server.client(), &full).await.unwrap();
    assert_eq!(report.changes(), 0);
    assert!(report.of(ObjectType::Net).unwrap().outdated >= 2);
    assert_eq!(cache.by_id::<Net>(1).unwrap().unwrap().name.as_deref(), Some("Today"));
}

#[tokio::test]
async fn the_time_of_a_list_counts_and_not_only_its_newest_row() {
    let server = server().await;
    // A row claims to be newer than the list in which it stands.
    server.put("net", json!({"id": 1, "asn": 64496, "updated": "2026-03-05T00:00:00Z"}));
    server.publish("net", 1_772_323_200);
    server.put("net", json!({"id": 2, "asn": 64497, "name": "Between", "updated": "2026-03-02T00:00:00Z"}));
    let cache = Cache::in_memory().unwrap();
    run(&cache, &server).await;
    assert_eq!(cache.by_id::<Net>(2).unwrap().unwrap().name.as_deref(), Some("Between"));
}

#[tokio::test]
async fn changes_during_the_first_sync_are_not_lost() {
    let server = server().await;
    server.after_list(|path, tables| {
        if path == "net" {
            put(tables, "net", json!({"id": 7, "asn": 64499, "updated": "2026-04-01T00:00:00Z"}));
        }
    });
    let cache = Cache::in_memory().unwrap();
    run(&cache, &server).await;
    assert_eq!(ids::<Net>(&cache), [1, 2, 3, 7]);
}

#[tokio::test]
async fn with_and_without_a_key_do_not_mix() {
    let server = server().await;
    server.put(
        "ixlan",
        json!({"id": 1, "ix_id": 1, "ixf_ixp_member_list_url": "https://ix.example/members.json"}),
    );
    let cache = Cache::in_memory().unwrap();
    run(&cache, &server).await;
    assert_eq!(ids::<Poc>(&cache), [1]);
    server.seen();
    // The first sync with a key asks for all contacts, although an anonymous one has been here before.
    let keyed = server.client_with_key(KEY);
    sync(&cache, &keyed, &SyncOptions::default()).await.unwrap();
    assert_eq!(ids::<Poc>(&cache), [1, 2]);
    let asked: Vec<String> = server.seen().into_iter().map(|seen| seen.what).collect();
    assert!(asked.contains(&"poc".to_owned()) && asked.contains(&"ixlan".to_owned()));
    assert!(!asked.contains(&"net".to_owned()));
    // An anonymous answer without the member list does not erase it.
    server.put("ixlan", json!({"id": 1, "ix_id": 1}));
    run(&cache, &server).await;
    assert!(cache.by_id::<IxLan>(1).unwrap().unwrap().ixf_ixp_member_list_url.is_some());
    assert_eq!(ids::<Poc>(&cache), [1, 2]);
}

#[tokio::test]
async fn a_sync_that_fails_changes_nothing() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path().join("pdb.sqlite")).unwrap();
    run(&cache, &server).await;
    let before = (cache.statistics().unwrap(), cache.all::<Net>().unwrap());
    for fault in [Fault::Page(400), Fault::NoJson, Fault::Throttled(3600)] {
        // The networks have changed and are fetched before the fault strikes the next type.
        server.put("net", json!({"id": 1, "asn": 64496, "name": "Later", "updated": "2026-02-01T00:00:00Z"}));
        let strike = Arc::new(Mutex::new(Some(fault)));
        let target = server.clone();
        let progress = Progress::new(move |event| {
            if let SyncEvent::Decoded { object: ObjectType::Net, .. } = event
                && let Some(fault) = strike.lock().unwrap().take()
            {
                target.fail([fault]);
            }
        });
        let options = SyncOptions { progress, ..SyncOptions::default() };
        assert!(sync(&cache, &server.client(), &options).await.is_err());
        assert_eq!((cache.statistics().unwrap(), cache.all::<Net>().unwrap()), before);
    }
    // Nothing is left lying about either.
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().starts_with("pdb.sqlite")), "{left:?}");
    assert!(run(&cache, &server).await.changes() > 0);
}

#[tokio::test]
async fn a_sync_given_up_between_spool_and_transaction_changes_nothing() {
    let server = server().await;
    let cache = Cache::in_memory().unwrap();
    run(&cache, &server).await;
    server.put("net", json!({"id": 1, "asn": 64496, "name": "Later", "updated": "2026-02-01T00:00:00Z"}));
    let (spooled, mut all_spooled) = tokio::sync::mpsc::unbounded_channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = Mutex::new(released);
    let progress = Progress::new(move |event| {
        if let SyncEvent::Decoded { object: ObjectType::Poc, .. } = event {
            let _ = spooled.send(());
            // Everything is spooled; the sync stands still here until it has been given up.
            let _ = released.lock().unwrap().recv();
        }
    });
    let task = tokio::spawn({
        let (cache, server) = (cache.clone(), server.clone());
        async move { sync(&cache, &server.client(), &SyncOptions { progress, ..SyncOptions::default() }).await }
    });
    all_spooled.recv().await.unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    drop(release);
    assert_eq!(cache.by_id::<Net>(1).unwrap().unwrap().name.as_deref(), Some("Net 1"));
    assert_eq!(run(&cache, &server).await.changes(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_and_a_reader_share_one_file() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pdb.sqlite");
    run(&Cache::open(&path).unwrap(), &server).await;
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let reader = std::thread::spawn({
        let (path, stop) = (path.clone(), Arc::clone(&stop));
        move || {
            let cache = Cache::open_read_only(path).unwrap();
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                // All networks and connections carry the number of the round they belong to.
                let snapshot = cache.snapshot().unwrap();
                let rounds = |notes: Vec<Option<String>>| {
                    notes.into_iter().flatten().collect::<std::collections::BTreeSet<_>>()
                };
                let mut all =
                    rounds(snapshot.all::<Net>().unwrap().into_iter().map(|net| net.notes).collect());
                all.extend(rounds(
                    snapshot.all::<NetIxLan>().unwrap().into_iter().map(|port| port.notes).collect(),
                ));
                assert!(all.len() <= 1, "a mixture: {all:?}");
            }
        }
    });
    for round in 1..=8 {
        let updated = format!("2026-02-01T00:00:{round:02}Z");
        for id in 1..=3 {
            let notes = format!("round {round}");
            server.put("net", json!({"id": id, "asn": 64495 + id, "notes": notes, "updated": updated}));
            server.put(
                "netixlan",
                json!({"id": id, "net_id": id, "ix_id": 1, "notes": notes, "updated": updated}),
            );
        }
        let (one, two) = (Cache::open(&path).unwrap(), Cache::open(&path).unwrap());
        let (first, second) = tokio::join!(run(&one, &server), run(&two, &server));
        assert_eq!(first.changes() + second.changes(), 6);
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    reader.join().unwrap();
}

#[tokio::test]
async fn rows_of_the_future_are_kept_and_reported() {
    let server = FakePeeringDb::start().await;
    let row = json!({
        "id": 1, "asn": "AS64500", "status": "hibernating", "updated": "2026-01-01T00:00:00Z",
        "created": "the other day", "qubits": {"n": [1, 2.5, null]}, "info_scope": "Orbital", "social_media": null,
    });
    server.put("net", row.clone());
    server.put("org", json!({"no": "number"}));
    let cache = Cache::in_memory().unwrap();
    let report = run(&cache, &server).await;
    let net = cache.by_id::<Net>(1).unwrap().unwrap();
    assert_eq!(serde_json::to_value(&net).unwrap(), row);
    let warnings: Vec<String> = report.warnings().map(ToString::to_string).collect();
    for text in
        ["net 1: `asn`", "net 1: `created`", "net 1: unknown status \"hibernating\"", "org: not stored"]
    {
        assert!(warnings.iter().any(|warning| warning.starts_with(text)), "{text}: {warnings:?}");
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_not_taken_for_gone() {
    let server = server().await;
    let cache = Cache::in_memory().unwrap();
    run(&cache, &server).await;
    server.forget("net", 2);
    server.put("net", json!({"id": "2", "asn": 64497, "updated": "2026-02-01T00:00:00Z"}));
    let full = SyncOptions { reconcile: Reconcile::Now, ..SyncOptions::default() };
    let report = sync(&cache, &server.client(), &full).await.unwrap();
    assert!(report.warnings().any(|note| note.to_string().starts_with("net: not stored")));
    assert_eq!(ids::<Net>(&cache), [1, 2, 3]);
    // Once nothing is in doubt, what is absent is gone.
    server.fill("net", server.rows("net").into_iter().filter(|row| row["id"] != "2").collect());
    server.put("net", json!({"id": 9, "asn": 64499, "updated": "2026-02-02T00:00:00Z"}));
    sync(&cache, &server.client(), &full).await.unwrap();
    assert_eq!(ids::<Net>(&cache), [1, 3, 9]);
}

#[tokio::test]
async fn a_time_in_the_future_does_not_stop_the_cursor() {
    let server = server().await;
    server.put("net", json!({"id": 8, "asn": 64499, "updated": "2999-01-01T00:00:00Z"}));
    let cache = Cache::in_memory().unwrap();
    run(&cache, &server).await;
    let cursor = cache.statistics().unwrap().table(ObjectType::Net).unwrap().cursor.unwrap();
    assert!(cursor <= jiff::Timestamp::now());
}

#[tokio::test]
async fn a_dump_is_continued_online() {
    let server = server().await;
    let org = br#"{"data": [{"id": 1, "name": "Old", "updated": "2025-12-31T00:00:00Z", "status": "ok"}], "meta": {}}"#;
    let cache = Cache::in_memory().unwrap();
    let source = [(ObjectType::Org, org.as_slice())];
    let report = load_dump(&cache, &DumpSource::Embedded(&source), &SyncOptions::default()).unwrap();
    assert_eq!((report.changes(), report.missing.len()), (1, 12));
    run(&cache, &server).await;
    let asked = server.seen();
    assert!(asked.iter().any(|seen| seen.what.starts_with("org?since=")));
    assert!(asked.iter().all(|seen| seen.what != "org"));
    assert_eq!(cache.by_id::<Org>(1).unwrap().unwrap().name.as_deref(), Some("Org"));
}

#[test]
fn a_broken_dump_is_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path().join("pdb.sqlite")).unwrap();
    let dump = folder.path().join("dump");
    std::fs::create_dir(&dump).unwrap();
    let load = || load_dump(&cache, &DumpSource::directory(&dump), &SyncOptions::default());
    assert_eq!(load().unwrap_err().kind(), ErrorKind::NotFound);
    std::fs::write(dump.join("org-0.json"), r#"{"data": [{"id": 1}], "meta": {}}"#).unwrap();
    std::fs::write(dump.join("net.json"), r#"{"data": [{"id": 1}, {"id":"#).unwrap();
    let error = load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Parse);
    assert!(error.to_string().contains("net.json"), "{error}");
    assert_eq!(cache.statistics().unwrap().live(), 0);
    std::fs::remove_file(dump.join("net.json")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, br#"{"data": [{"id": 1}], "meta": {}}"#).unwrap();
    let packed = packed.finish().unwrap();
    std::fs::write(dump.join("net.json.gz"), &packed[..packed.len() - 12]).unwrap();
    assert_eq!(load().unwrap_err().kind(), ErrorKind::Parse);
    std::fs::write(dump.join("net.json.gz"), packed).unwrap();
    assert_eq!(load().unwrap().changes(), 2);
}
