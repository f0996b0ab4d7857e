//! Two processes and one cache. The test runs its own program again as the other process.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use peering_core::ErrorKind;
use peering_core::peeringdb::record::Net;
use peering_core::peeringdb::sync::{Progress, Reconcile, SyncEvent, SyncOptions, sync};
use peering_core::peeringdb::{Cache, Client, ClientOptions, Limits};
use peering_tests::fake_peeringdb::FakePeeringDb;
use serde_json::json;

/// Set for the other process: where the cache is, and the server.
const CACHE: &str = "PEERING_TEST_SYNCED_CACHE";
const SERVER: &str = "PEERING_TEST_SYNCED_FROM";

#[tokio::test]
async fn syncs_as_another_process() {
    let (Some(path), Ok(base_url)) = (std::env::var_os(CACHE), std::env::var(SERVER)) else { return };
    let progress = Progress::new(|event| {
        if let SyncEvent::Queued = event {
            println!("\nqueued");
        }
    });
    // If the answers are held for good, this ends and so does the test.
    let (read_timeout, retry_budget) = (Duration::from_secs(60), Duration::ZERO);
    let limits = Limits::none();
    let options = ClientOptions { base_url, limits, read_timeout, retry_budget, ..ClientOptions::default() };
    let client = Client::new(options).unwrap();
    let options = SyncOptions { progress, ..SyncOptions::default() };
    let report = sync(&Cache::open(path).unwrap(), &client, &options).await.unwrap();
    println!("\njoined: {}", report.joined);
}

/// The other process.
struct Other {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Other {
    fn start(path: &Path, server: &FakePeeringDb) -> Other {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "processes::syncs_as_another_process", "--nocapture"])
            .env(CACHE, path)
            .env(SERVER, server.url())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Other { child, out }
    }

    /// Reads on to a line that begins so.
    fn said(&mut self, word: &str) -> String {
        let mut line = String::new();
        while self.out.read_line(&mut line).unwrap() > 0 {
            if line.starts_with(word) {
                return line.trim().to_owned();
            }
            line.clear();
        }
        panic!("the other process never said {word:?}");
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.out.read_to_end(&mut Vec::new());
        let _ = self.child.wait();
    }
}

async fn server() -> FakePeeringDb {
    let server = FakePeeringDb::start().await;
    server.put("org", json!({"id": 1, "name": "Org"}));
    server.put("net", json!({"id": 1, "org_id": 1, "asn": 64496, "name": "Net"}));
    server.put("poc", json!({"id": 1, "net_id": 1, "visible": "Public"}));
    server
}

async fn until_asked(server: &FakePeeringDb, what: &str) {
    while !server.has_been_asked(what) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn together_they_ask_for_everything_once() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pdb.sqlite");
    for round in 0..2 {
        let updated = format!("2026-02-0{}T00:00:00Z", round + 1);
        server.put("net", json!({"id": 1, "org_id": 1, "asn": 64496, "name": updated, "updated": updated}));
        server.asked();
        let middle = if round == 0 { "net" } else { "net?since=" };
        server.hold(Some(middle));
        let mut first = Other::start(&path, &server);
        until_asked(&server, middle).await;
        let mut second = Other::start(&path, &server);
        second.said("queued");
        server.hold(None);
        assert_eq!(first.said("joined"), "joined: false", "round {round}");
        assert_eq!(second.said("joined"), "joined: true", "round {round}");
        let mut asked = server.asked();
        let all = asked.len();
        asked.sort();
        asked.dedup();
        assert_eq!(asked.len(), all, "round {round}: asked for twice: {asked:?}");
        assert!(all >= 3, "{asked:?}");
        let name = Cache::open_read_only(&path).unwrap().by_id::<Net>(1).unwrap().unwrap().name;
        assert_eq!(name, Some(updated));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn patience_ends_and_so_does_the_lock_of_a_killed_process() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pdb.sqlite");
    server.hold(Some("net"));
    let mut other = Other::start(&path, &server);
    until_asked(&server, "net").await;
    let asked = server.asked();
    assert!(asked.contains(&"net".to_owned()));
    let cache = Cache::open(&path).unwrap();
    for patience in [Duration::ZERO, Duration::from_millis(300)] {
        let options = SyncOptions { patience, ..SyncOptions::default() };
        let error = sync(&cache, &server.client(), &options).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
    }
    assert_eq!(cache.flush().unwrap_err().kind(), ErrorKind::Locked);
    let repaired = peering_core::peeringdb::sync::repair(&path, &super::sample(), &SyncOptions::default());
    assert_eq!(repaired.unwrap(), None);
    assert_eq!(server.asked(), [] as [&str; 0]);
    assert_eq!(cache.statistics().unwrap().live(), 0);

    other.kill();
    server.hold(None);
    let options =
        SyncOptions { patience: Duration::ZERO, reconcile: Reconcile::Never, ..SyncOptions::default() };
    let report = sync(&cache, &server.client(), &options).await.unwrap();
    assert!(!report.joined);
    assert_eq!(cache.by_id::<Net>(1).unwrap().unwrap().name.as_deref(), Some("Net"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_cache_is_not_repaired_while_a_sync_is_at_work() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pdb.sqlite");
    server.hold(Some("net"));
    let _other = Other::start(&path, &server);
    until_asked(&server, "net").await;
    let lock = std::fs::File::options().write(true).open(super::beside(&path, ".lock")).unwrap();
    assert!(lock.try_lock().is_err());
    for ending in ["", "-wal"] {
        let file = super::beside(&path, ending);
        let length = std::fs::metadata(&file).unwrap().len();
        std::fs::write(&file, vec![0xa5; length as usize]).unwrap();
    }
    let before = super::files(folder.path());
    let error =
        peering_core::peeringdb::sync::repair(&path, &super::sample(), &SyncOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
    assert!(super::files(folder.path()) == before);
}
