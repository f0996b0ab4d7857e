//! A process that dies in the middle of a load leaves the cache as it was.
//!
//! The test runs its own program again as the process that dies.

use std::path::Path;
use std::process::Command;

use peering_core::peeringdb::sync::{DumpSource, Progress, SyncEvent, SyncOptions, load_dump};
use peering_core::peeringdb::{Cache, ObjectType};

/// Set for the process that dies: where the cache is, and when to die.
const CACHE: &str = "PEERING_TEST_KILLED_CACHE";
const MOMENT: &str = "PEERING_TEST_KILLED_AT";

fn sample() -> DumpSource<'static> {
    DumpSource::directory(Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/peeringdb-sample"))
}

#[test]
fn dies_at_the_given_moment() {
    let (Some(cache), Some(moment)) = (std::env::var_os(CACHE), std::env::var_os(MOMENT)) else {
        return;
    };
    let progress = Progress::new(move |event| {
        let now = match event {
            SyncEvent::Decoded { object: ObjectType::Poc, .. } => "spooled",
            SyncEvent::Applying { object: ObjectType::NetIxLan } => "applying",
            _ => return,
        };
        if moment == now {
            std::process::abort();
        }
    });
    let options = SyncOptions { progress, ..SyncOptions::default() };
    let _ = load_dump(&Cache::open(cache).unwrap(), &sample(), &options);
}

#[test]
fn the_old_state_is_what_is_left() {
    for moment in ["spooled", "applying"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pdb.sqlite");
        let cache = Cache::open(&path).unwrap();
        let old = br#"{"data": [{"id": 1, "name": "Old", "updated": "2001-01-01T00:00:00Z"}], "meta": {}}"#;
        let answers = [(ObjectType::Net, old.as_slice())];
        load_dump(&cache, &DumpSource::Embedded(&answers), &SyncOptions::default()).unwrap();
        let before = cache.statistics().unwrap();
        drop(cache);

        let died = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "dies_at_the_given_moment"])
            .env(CACHE, &path)
            .env(MOMENT, moment)
            .output()
            .unwrap();
        assert!(!died.status.success(), "{moment}: it should have died");

        let cache = Cache::open(&path).unwrap();
        assert_eq!(cache.statistics().unwrap(), before, "{moment}");
        // And nothing stands in the way of the next one.
        let report = load_dump(&cache, &sample(), &SyncOptions::default()).unwrap();
        assert!(report.changes() > 800, "{moment}");
        assert_eq!(report.of(ObjectType::Net).unwrap().updated, 1, "{moment}");
    }
}
