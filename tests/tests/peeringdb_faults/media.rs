//! Media that nobody can write to.

use peering_core::ErrorKind;
use peering_core::peeringdb::record::Net;
use peering_core::peeringdb::sync::{DumpSource, SyncOptions, load_dump, repair, sync};
use peering_core::peeringdb::{Cache, Match, ObjectType, Query};
use peering_tests::fake_peeringdb::FakePeeringDb;

use super::mount::Mount;
use super::{beside, fill, sample, state};

/// A change of one network of the sample.
const CHANGE: &[u8] =
    br#"{"data": [{"id": 1, "org_id": 7, "asn": 64500, "name": "Renamed Networks", "status": "ok",
    "updated": "2026-06-01T00:00:00Z"}], "meta": {}}"#;

fn change(cache: &Cache) {
    let answers = [(ObjectType::Net, CHANGE)];
    let report = load_dump(cache, &DumpSource::Embedded(&answers), &SyncOptions::default()).unwrap();
    assert_eq!(report.changes(), 1);
}

#[tokio::test]
async fn a_cache_is_read_where_nobody_can_write() {
    let Some(mount) = Mount::new(16 * 1024) else { return };
    let path = mount.path().join("pdb.sqlite");
    fill(&path);
    let cache = Cache::open(&path).unwrap();
    change(&cache);
    let expected = state(&cache);
    drop(cache);
    mount.change("ro");

    let cache = Cache::open_read_only(&path).unwrap();
    assert_eq!(state(&cache), expected);
    assert_eq!(expected.changes.len(), 1);
    assert_eq!(cache.search("renamed net", 10).unwrap()[0].id, 1);
    let query = Query::<Net>::new().asn(Match::any_of([64500.into()]));
    assert_eq!(cache.find(&query).unwrap()[0].name.as_deref(), Some("Renamed Networks"));
    let past = cache.as_of::<Net>(1, cache.history_begins(ObjectType::Net).unwrap().unwrap()).unwrap();
    assert_eq!(past.unwrap().name.as_deref(), Some("Example Networks"));
    assert_eq!(cache.check().unwrap(), [] as [&str; 0]);
    assert_eq!(repair(&path, &sample(), &SyncOptions::default()).unwrap(), None);
    // A copy on another medium is one for writing.
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.sqlite");
    cache.copy_to(&copy).unwrap();
    assert_eq!(state(&Cache::open(&copy).unwrap()), expected);

    // Whatever would write says that it cannot.
    let server = FakePeeringDb::start().await;
    let kinds = [
        Cache::open(&path).map(|_| ()).unwrap_err(),
        Cache::open(mount.path().join("new.sqlite")).map(|_| ()).unwrap_err(),
        cache.copy_to(mount.path().join("copy.sqlite")).unwrap_err(),
        cache.flush().unwrap_err(),
        load_dump(&cache, &sample(), &SyncOptions::default()).unwrap_err(),
        sync(&cache, &server.client(), &SyncOptions::default()).await.unwrap_err(),
    ];
    for error in kinds {
        assert_eq!(error.kind(), ErrorKind::Storage, "{error}");
        assert!(error.to_string().contains(mount.path().to_str().unwrap()), "{error}");
    }
    assert_eq!(server.asked(), [] as [&str; 0]);
    assert_eq!(state(&cache), expected);
}

#[test]
fn changes_that_are_still_in_the_log_are_not_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("pdb.sqlite");
    let old = fill(&source);
    let cache = Cache::open(&source).unwrap();
    // A reader of the old state keeps the log from being emptied.
    let snapshot = cache.snapshot().unwrap();
    change(&cache);
    let expected = state(&cache);
    assert_ne!(expected, old);
    assert!(std::fs::metadata(beside(&source, "-wal")).unwrap().len() > 0);
    for endings in [&["", "-wal"][..], &["", "-wal", "-shm"]] {
        let Some(mount) = Mount::new(16 * 1024) else { return };
        let path = mount.path().join("pdb.sqlite");
        for ending in endings {
            std::fs::copy(beside(&source, ending), beside(&path, ending)).unwrap();
        }
        mount.change("ro");
        // Either the new state or a refusal that names the file, never the old state.
        match Cache::open_read_only(&path) {
            Ok(cache) => assert_eq!(state(&cache), expected, "{endings:?}"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Storage, "{error}");
                assert!(error.to_string().contains("pdb.sqlite"), "{error}");
            }
        }
        // Where one can write again nothing has been lost.
        mount.change("rw");
        assert_eq!(state(&Cache::open(&path).unwrap()), expected, "{endings:?}");
    }
    drop(snapshot);
}
