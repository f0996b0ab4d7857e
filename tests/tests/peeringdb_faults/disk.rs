//! A disk that gets full.

use std::sync::{Arc, Mutex};

use peering_core::peeringdb::sync::{
    DumpSource, Progress, Reconcile, SyncEvent, SyncOptions, load_dump, sync,
};
use peering_core::peeringdb::{Cache, ObjectType};
use peering_core::{Error, ErrorKind};
use peering_tests::fake_peeringdb::{FakePeeringDb, State};
use serde_json::{Value, json};

use super::left_behind;
use super::mount::Mount;

/// Rows of about one KiB.
const ROWS: u64 = 1500;

fn row(id: u64, second: u64) -> Value {
    json!({
        "id": id, "asn": 64512 + id, "name": format!("Large {id} of {second}"), "notes": "lorem ".repeat(150),
        "status": "ok", "updated": format!("2026-01-01T00:00:{second:02}Z"),
    })
}

fn answer(second: u64, count: u64) -> String {
    let rows: Vec<Value> = (1..=count).map(|id| row(id, second)).collect();
    json!({"data": rows, "meta": {}}).to_string()
}

fn load(cache: &Cache, answer: &str, progress: Progress) -> Result<(), Error> {
    let answers = [(ObjectType::Net, answer.as_bytes())];
    let options = SyncOptions { progress, ..SyncOptions::default() };
    load_dump(cache, &DumpSource::Embedded(&answers), &options).map(|_| ())
}

fn state(cache: &Cache) -> State {
    State::of(cache, &["large", "small"]).unwrap()
}

/// How far a sync came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reached {
    Nothing,
    Spooled,
    Applying,
    Applied,
}

fn watched() -> (Progress, Arc<Mutex<Reached>>) {
    let reached = Arc::new(Mutex::new(Reached::Nothing));
    let seen = Arc::clone(&reached);
    let progress = Progress::new(move |event| {
        *seen.lock().unwrap() = match event {
            SyncEvent::Decoded { .. } => Reached::Spooled,
            SyncEvent::Applying { .. } => Reached::Applying,
            SyncEvent::Applied { .. } => Reached::Applied,
            _ => return,
        };
    });
    (progress, reached)
}

/// The error says what happened and where.
fn assert_full(error: &Error, place: &std::path::Path, context: &str) {
    assert_eq!(error.kind(), ErrorKind::Storage, "{context}: {error}");
    assert!(error.to_string().contains(place.to_str().unwrap()), "{context}: {error}");
}

#[test]
fn a_fill_that_does_not_fit_leaves_what_was_there() {
    let (old, large) = (answer(1, 20), answer(2, ROWS));
    let mut struck = Vec::new();
    // From what holds not even half of the spool to what holds everything.
    for kib in (512..=8192).step_by(512) {
        let Some(mount) = Mount::new(kib) else { return };
        let path = mount.path().join("pdb.sqlite");
        let cache = Cache::open(&path).unwrap();
        load(&cache, &old, Progress::none()).unwrap();
        let before = state(&cache);
        let (progress, reached) = watched();
        let outcome = load(&cache, &large, progress);
        let reached = *reached.lock().unwrap();
        let context = format!("{kib} KiB, {reached:?}");
        struck.push(reached);
        let Err(error) = outcome else {
            assert_eq!(state(&cache).live[3].1.len() as u64, ROWS, "{context}");
            continue;
        };
        assert_full(&error, mount.path(), &context);
        assert_eq!(left_behind(mount.path()), [] as [&str; 0], "{context}");
        // The same for the handle that failed, for another one, and after all have been closed.
        for handle in [cache.clone(), Cache::open(&path).unwrap(), Cache::open_read_only(&path).unwrap()] {
            assert_eq!(state(&handle), before, "{context}");
            assert_eq!(handle.check().unwrap(), [] as [&str; 0], "{context}");
        }
        drop(cache);
        let cache = Cache::open(&path).unwrap();
        assert_eq!(state(&cache), before, "{context}");
        // Where there is room again the next one works.
        mount.change("size=16m");
        load(&cache, &large, Progress::none()).unwrap();
        assert_eq!(state(&cache).live[3].1.len() as u64, ROWS, "{context}");
        assert_eq!(cache.check().unwrap(), [] as [&str; 0], "{context}");
    }
    for reached in [Reached::Nothing, Reached::Applying, Reached::Applied] {
        assert!(struck.contains(&reached), "no size struck at {reached:?}: {struck:?}");
    }
}

#[tokio::test]
async fn an_online_sync_that_does_not_fit_leaves_what_was_there() {
    let server = FakePeeringDb::start().await;
    server.put("net", json!({"id": 1, "asn": 64512, "name": "Small"}));
    let client = server.client();
    let mut struck = Vec::new();
    for kib in [1024, 1536, 2048, 3072, 4096, 5120, 6144, 8192] {
        let Some(mount) = Mount::new(kib) else { return };
        let path = mount.path().join("pdb.sqlite");
        let cache = Cache::open(&path).unwrap();
        let small = FakePeeringDb::start().await;
        small.put("net", json!({"id": 1, "asn": 64512, "name": "Small"}));
        sync(&cache, &small.client(), &SyncOptions::default()).await.unwrap();
        let before = state(&cache);
        if server.rows("net").len() == 1 {
            (1..=ROWS).for_each(|id| server.put("net", row(id, 9)));
        }
        let (progress, reached) = watched();
        let options = SyncOptions { progress, reconcile: Reconcile::Now, ..SyncOptions::default() };
        let outcome = sync(&cache, &client, &options).await;
        let context = format!("{kib} KiB, {:?}", reached.lock().unwrap());
        struck.push(outcome.is_ok());
        if let Err(error) = outcome {
            assert_full(&error, mount.path(), &context);
            assert_eq!(left_behind(mount.path()), [] as [&str; 0], "{context}");
            assert_eq!(state(&cache), before, "{context}");
            assert_eq!(cache.check().unwrap(), [] as [&str; 0], "{context}");
            mount.change("size=24m");
            sync(&cache, &client, &SyncOptions { reconcile: Reconcile::Now, ..SyncOptions::default() })
                .await
                .unwrap();
        }
        assert_eq!(state(&cache).live[3].1.len() as u64, ROWS, "{context}");
    }
    assert!(struck.contains(&false), "every size was enough");
}
