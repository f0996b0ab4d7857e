//! Files that are damaged, or no caches at all.

use std::path::Path;

use peering_core::peeringdb::record::Net;
use peering_core::peeringdb::sync::{DumpSource, Repair, SyncOptions, load_dump, repair, sync};
use peering_core::peeringdb::{Cache, ChangeQuery, ObjectType};
use peering_core::{Error, ErrorKind};
use peering_tests::fake_peeringdb::{FakePeeringDb, State};
use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::json;

use super::{beside, files, fill, sample, state};

/// Where SQLite keeps what tells whose file it is, and which version.
const VERSION_AT: usize = 60;
const APPLICATION_AT: usize = 68;

const PAGE: usize = 4096;

/// The bytes of a cache that was filled, changed once and closed, without a page to spare.
fn sound() -> (Vec<u8>, State) {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("pdb.sqlite"), folder.path().join("copy.sqlite"));
    fill(&path);
    Cache::open(&path).unwrap().copy_to(&copy).unwrap();
    // The first opening makes the copy one with a log.
    let state = state(&Cache::open(&copy).unwrap());
    (std::fs::read(copy).unwrap(), state)
}

/// Reads all that can be read. Each reading may fail with a typed error; none may panic.
fn read_all(cache: &Cache) -> Vec<Error> {
    let mut failed = Vec::new();
    let mut outcomes = vec![
        State::of(cache, &["networks", "a", "64500"]).map(|_| ()),
        cache.statistics().map(|_| ()),
        cache.generation().map(|_| ()),
        cache.search("harbour exchange", 10).map(|_| ()),
        cache.changes(&ChangeQuery::default()).map(|_| ()),
        cache.history_begins(ObjectType::Net).map(|_| ()),
        cache.as_of::<Net>(1, jiff::Timestamp::now()).map(|_| ()),
        cache.member_changes(jiff::Timestamp::now(), &[1, 2, 3]).map(|_| ()),
    ];
    outcomes.push(match cache.check() {
        Ok(found) if found.is_empty() => Ok(()),
        Ok(found) => Err(Error::new(ErrorKind::Storage, found.join("; "))),
        Err(error) => Err(error),
    });
    failed.extend(outcomes.into_iter().filter_map(Result::err));
    failed
}

/// Opens the file in both ways and reads what can be read. What went wrong.
fn open_and_read(path: &Path) -> Vec<Error> {
    let mut failed = Vec::new();
    for opened in [Cache::open_read_only(path), Cache::open(path)] {
        match opened {
            Ok(cache) => failed.extend(read_all(&cache)),
            Err(error) => failed.push(error),
        }
    }
    failed
}

fn assert_typed(failed: &[Error], context: &str) {
    for error in failed {
        // What is in the tables may name a past that is not there.
        let is_typed = matches!(error.kind(), ErrorKind::Storage | ErrorKind::NotFound);
        assert!(is_typed, "{context}: {error:?}");
    }
}

#[test]
fn flipped_bytes_never_panic_and_the_file_is_left_alone() {
    let (sound, _) = sound();
    let seed = std::env::var("PEERING_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or(0x5eed_2026);
    println!("PEERING_TEST_SEED={seed}");
    let mut rng = TestRng::from_seed(RngAlgorithm::XorShift, &[seed.to_le_bytes(), [7; 8]].concat());
    let mut below = |end: usize| (rng.next_u64() % end as u64) as usize;
    let folder = tempfile::tempdir().unwrap();
    let mut noticed = 0;
    for round in 0..60 {
        let mut bytes = sound.clone();
        // A few bytes anywhere, or several in one page, where the structure is.
        let page = below(sound.len() / PAGE) * PAGE;
        for _ in 0..=below(16) {
            let at = if round % 2 == 0 { below(bytes.len()) } else { page + below(128) };
            bytes[at] ^= 1 << below(8);
        }
        let path = folder.path().join(format!("{round}.sqlite"));
        std::fs::write(&path, &bytes).unwrap();
        let failed = open_and_read(&path);
        assert_typed(&failed, &format!("seed {seed}, round {round}"));
        noticed += usize::from(!failed.is_empty());
        assert!(std::fs::read(&path).unwrap() == bytes, "seed {seed}, round {round}: the file was changed");
        std::fs::remove_file(&path).unwrap();
    }
    assert!(noticed > 10, "only {noticed} damages showed");
}

#[test]
fn a_page_of_garbage_is_noticed() {
    let (sound, _) = sound();
    let folder = tempfile::tempdir().unwrap();
    let pages = sound.len() / PAGE;
    for page in (0..pages).step_by(pages / 24) {
        let mut bytes = sound.clone();
        bytes[page * PAGE..(page + 1) * PAGE].fill(0xa5);
        let path = folder.path().join(format!("{page}.sqlite"));
        std::fs::write(&path, &bytes).unwrap();
        let failed = open_and_read(&path);
        assert_typed(&failed, &format!("page {page}"));
        assert!(!failed.is_empty(), "page {page}: nobody noticed");
        assert!(std::fs::read(&path).unwrap() == bytes, "page {page}: the file was changed");
    }
}

/// Files that are no sound caches, by what they are.
fn damaged(sound: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let zeroed = |range: std::ops::Range<usize>| {
        let mut bytes = sound.to_vec();
        bytes[range].fill(0);
        bytes
    };
    vec![
        ("cut in the first page", sound[..1000].to_vec()),
        ("cut to the header", sound[..100].to_vec()),
        ("cut at a page", sound[..PAGE * (sound.len() / PAGE / 2)].to_vec()),
        ("cut within a page", sound[..PAGE * 20 + 7].to_vec()),
        ("header zeroed", zeroed(0..100)),
        ("all zero", zeroed(0..sound.len())),
        ("half of it zero", zeroed(sound.len() / 2..sound.len())),
        ("a text", b"This is a letter to a friend and no database.\n".repeat(50)),
    ]
}

#[test]
fn what_is_no_cache_is_refused_and_left_alone() {
    let (sound, _) = sound();
    let folder = tempfile::tempdir().unwrap();
    for (what, bytes) in damaged(&sound) {
        let path = folder.path().join("pdb.sqlite");
        std::fs::write(&path, &bytes).unwrap();
        let failed = open_and_read(&path);
        assert!(!failed.is_empty(), "{what}: nobody noticed");
        for error in &failed {
            assert_eq!(error.kind(), ErrorKind::Storage, "{what}: {error:?}");
        }
        assert!(failed.iter().any(|error| error.to_string().contains("pdb.sqlite")), "{what}: {failed:?}");
        assert!(std::fs::read(&path).unwrap() == bytes, "{what}: the file was changed");
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(beside(&path, ending));
        }
    }
}

async fn server() -> FakePeeringDb {
    let server = FakePeeringDb::start().await;
    server.put(
        "net",
        json!({"id": 1, "org_id": 7, "asn": 64500, "name": "Later", "updated": "2026-12-01T00:00:00Z"}),
    );
    server
}

#[tokio::test]
async fn a_damaged_cache_is_replaced_and_kept() {
    let (sound, expected) = sound();
    let server = server().await;
    for (what, bytes) in damaged(&sound) {
        for log in [None, Some(b"part of a log that nobody can read".to_vec())] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("pdb.sqlite");
            std::fs::write(&path, &bytes).unwrap();
            if let Some(log) = &log {
                std::fs::write(beside(&path, "-wal"), log).unwrap();
            }
            let Repair { found, kept, report } =
                repair(&path, &sample(), &SyncOptions::default()).unwrap().unwrap();
            assert!(!found.is_empty(), "{what}");
            assert!(report.changes() > 800, "{what}");
            let kept = kept.unwrap();
            let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
            let now = files(folder.path());
            assert!(now[&name(&kept)] == bytes, "{what}: what was kept is not what was there");
            let kept_log = now.get(&name(&beside(&kept, "-wal")));
            assert_eq!(kept_log, log.as_ref(), "{what}: the log");
            let cache = Cache::open(&path).unwrap();
            assert_eq!(cache.check().unwrap(), [] as [&str; 0], "{what}");
            state(&cache).assert_same_content(&expected, what);
            // The next sync goes on from the dump.
            server.asked();
            sync(&cache, &server.client(), &SyncOptions::default()).await.unwrap();
            let asked = server.asked();
            assert!(asked.iter().any(|what| what.starts_with("net?since=")), "{what}: {asked:?}");
            assert!(!asked.contains(&"net".to_owned()), "{what}: {asked:?}");
            assert_eq!(cache.by_id::<Net>(1).unwrap().unwrap().name.as_deref(), Some("Later"));
        }
    }
}

#[test]
fn what_belongs_to_others_is_neither_opened_nor_replaced() {
    let (sound, _) = sound();
    let mut foreign = sound.clone();
    foreign[APPLICATION_AT..APPLICATION_AT + 4].copy_from_slice(&7_u32.to_be_bytes());
    let mut anonymous = sound.clone();
    anonymous[APPLICATION_AT..APPLICATION_AT + 4].fill(0);
    let mut newer = sound.clone();
    newer[VERSION_AT..VERSION_AT + 4].copy_from_slice(&99_u32.to_be_bytes());
    for (what, bytes, words) in [
        ("another program's", foreign, "belongs to something else"),
        ("somebody's", anonymous, "belongs to something else"),
        ("a newer version's", newer, "newer version"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pdb.sqlite");
        std::fs::write(&path, &bytes).unwrap();
        let errors = [
            Cache::open(&path).unwrap_err(),
            Cache::open_read_only(&path).unwrap_err(),
            repair(&path, &sample(), &SyncOptions::default()).unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::Storage, "{what}: {error}");
            assert!(error.to_string().contains(words), "{what}: {error}");
        }
        let left = files(folder.path());
        assert!(left["pdb.sqlite"] == bytes, "{what}: the file was changed");
        assert_eq!(left.keys().collect::<Vec<_>>(), ["pdb.sqlite"], "{what}");
    }
}

#[test]
fn a_sound_cache_needs_no_repair() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pdb.sqlite");
    let expected = fill(&path);
    let before = files(folder.path());
    assert_eq!(repair(&path, &sample(), &SyncOptions::default()).unwrap(), None);
    assert!(files(folder.path()) == before);
    assert_eq!(state(&Cache::open(&path).unwrap()), expected);
}

#[test]
fn where_there_is_no_cache_repair_makes_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pdb.sqlite");
    let done = repair(&path, &sample(), &SyncOptions::default()).unwrap().unwrap();
    assert_eq!(done.kept, None);
    assert_eq!(Cache::open(&path).unwrap().check().unwrap(), [] as [&str; 0]);
    assert_eq!(files(folder.path()).keys().collect::<Vec<_>>(), ["pdb.sqlite"]);
}

#[test]
fn a_repair_that_fails_leaves_everything_as_it_was() {
    let (sound, _) = sound();
    let broken: [(ObjectType, &[u8]); 2] = [
        (ObjectType::Org, br#"{"data": [{"id": 1, "name": "Org"}], "meta": {}}"#),
        (ObjectType::Net, br#"{"data": [{"id": 1, "name": "#),
    ];
    for (what, bytes) in damaged(&sound) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pdb.sqlite");
        std::fs::write(&path, &bytes).unwrap();
        std::fs::write(beside(&path, "-wal"), b"what is left of a log").unwrap();
        let before = files(folder.path());
        let error = repair(&path, &DumpSource::Embedded(&broken), &SyncOptions::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parse, "{what}: {error}");
        let nothing = tempfile::tempdir().unwrap();
        let error =
            repair(&path, &DumpSource::directory(nothing.path()), &SyncOptions::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{what}: {error}");
        let after = files(folder.path());
        assert!(after == before, "{what}: {:?}, before {:?}", after.keys(), before.keys());
    }
}

#[test]
fn a_wrong_object_within_a_sound_file_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pdb.sqlite");
    let cache = Cache::open(&path).unwrap();
    let answers = [(
        ObjectType::Net,
        br#"{"data": [{"id": 1234567, "name": "Misplaced", "updated": "2026-01-01T00:00:00Z"}], "meta": {}}"#
            .as_slice(),
    )];
    load_dump(&cache, &DumpSource::Embedded(&answers), &SyncOptions::default()).unwrap();
    assert_eq!(cache.check().unwrap(), [] as [&str; 0]);
    drop(cache);
    // SQLite finds nothing wrong with another text of the same length.
    let mut bytes = std::fs::read(&path).unwrap();
    let text = br#""id": 1234567"#;
    let at = bytes.windows(text.len()).position(|window| window == text).unwrap();
    bytes[at..at + text.len()].copy_from_slice(br#""id": 7654321"#);
    std::fs::write(&path, &bytes).unwrap();
    let found = Cache::open(&path).unwrap().check().unwrap();
    assert_eq!(found, ["net 1234567: kept under a number that is not its own"]);
}
