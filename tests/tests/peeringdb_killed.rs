//! A process that dies in the middle of a sync leaves the cache as it was, or as it should be.
//!
//! The test runs its own program again as the process that dies.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use peering_core::peeringdb::sync::{DumpSource, Progress, SyncEvent, SyncOptions, load_dump, sync};
use peering_core::peeringdb::{Cache, Client, ClientOptions, Limits, ObjectType};
use peering_tests::fake_peeringdb::{FakePeeringDb, State};
use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};

/// Set for the process that dies: where the cache is, what to load or whom to ask, and when to die by itself.
const CACHE: &str = "PEERING_TEST_KILLED_CACHE";
const SOURCE: &str = "PEERING_TEST_KILLED_SOURCE";
const MOMENT: &str = "PEERING_TEST_KILLED_AT";

/// So many times each way of syncing is killed.
const KILLS: u32 = 100;

/// After so many kills a sync is left to end, to see how long one takes now.
const MEASURE_EVERY: u32 = 20;

fn sample() -> DumpSource<'static> {
    DumpSource::directory(Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/peeringdb-sample"))
}

/// The process that dies.
#[tokio::test]
async fn dies_at_the_given_moment() {
    let (Some(cache), Ok(source)) = (std::env::var_os(CACHE), std::env::var(SOURCE)) else { return };
    let moment = std::env::var(MOMENT).unwrap_or_default();
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
    let cache = Cache::open(cache).unwrap();
    say("begin");
    if source.starts_with("http") {
        let client = ClientOptions { base_url: source, limits: Limits::none(), ..ClientOptions::default() };
        sync(&cache, &Client::new(client).unwrap(), &options).await.unwrap();
    } else {
        load_dump(&cache, &DumpSource::directory(source), &options).unwrap();
    }
    drop(cache);
    say("end");
}

fn say(word: &str) {
    println!("\n{word}");
    std::io::stdout().flush().unwrap();
}

fn start(cache: &Path, source: &str, moment: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "dies_at_the_given_moment", "--nocapture"])
        .env(CACHE, cache)
        .env(SOURCE, source)
        .env(MOMENT, moment)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Reads what the process says up to this word. False if it ended before.
fn wait_for(out: &mut impl BufRead, word: &str) -> bool {
    out.lines().map_while(Result::ok).any(|line| line == word)
}

#[test]
fn the_old_state_is_what_is_left() {
    let DumpSource::Directory(source) = sample() else { unreachable!() };
    for moment in ["spooled", "applying"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pdb.sqlite");
        let cache = Cache::open(&path).unwrap();
        let old = br#"{"data": [{"id": 1, "name": "Old", "updated": "2001-01-01T00:00:00Z"}], "meta": {}}"#;
        let answers = [(ObjectType::Net, old.as_slice())];
        load_dump(&cache, &DumpSource::Embedded(&answers), &SyncOptions::default()).unwrap();
        let before = cache.statistics().unwrap();
        drop(cache);

        let died = start(&path, source.to_str().unwrap(), moment).wait_with_output().unwrap();
        assert!(!died.status.success(), "{moment}: it should have died");

        let cache = Cache::open(&path).unwrap();
        assert_eq!(cache.statistics().unwrap(), before, "{moment}");
        // And nothing stands in the way of the next one.
        let report = load_dump(&cache, &sample(), &SyncOptions::default()).unwrap();
        assert!(report.changes() > 800, "{moment}");
        assert_eq!(report.of(ObjectType::Net).unwrap().updated, 1, "{moment}");
    }
}

/// The rows of a type, before and after what the sync brings: every third is new, changed or deleted.
fn rows(tag: &str, count: u64, after: bool) -> Vec<Value> {
    let mut rows = Vec::new();
    for id in 1..=count {
        let what = id % 9;
        if what == 0 && !after {
            continue;
        }
        let is_changed = after && matches!(what, 0 | 3 | 6);
        let word = if is_changed { "later" } else { "early" };
        rows.push(json!({
            "id": id, "org_id": 1 + id % 50, "asn": 4_200_000_000 + id, "net_id": id, "ix_id": 1, "ixlan_id": 1,
            "name": format!("{tag} {word} {id}"), "notes": "something to say ".repeat(30),
            "status": if is_changed && what == 6 { "deleted" } else { "ok" },
            "updated": if is_changed { "2026-02-01T00:00:00Z" } else { "2026-01-01T00:00:00Z" },
        }));
    }
    rows
}

const TABLES: [(&str, u64); 5] = [("org", 60), ("net", 500), ("ix", 1), ("ixlan", 1), ("netixlan", 700)];

/// A folder of answers.
fn dump(after: bool) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (tag, count) in TABLES {
        let answer = json!({"data": rows(tag, count, after), "meta": {}}).to_string();
        std::fs::write(folder.path().join(format!("{tag}.json")), answer).unwrap();
    }
    folder
}

/// A cache at rest with its state.
struct Kept {
    path: PathBuf,
    state: State,
}

impl Kept {
    fn fill(path: PathBuf, answers: &[&Path]) -> Kept {
        let cache = Cache::open(&path).unwrap();
        for answers in answers {
            load_dump(&cache, &DumpSource::directory(*answers), &SyncOptions::default()).unwrap();
        }
        Kept { path, state: state(&cache) }
    }
}

fn state(cache: &Cache) -> State {
    State::of(cache, &["net early", "net later", "org"]).unwrap()
}

/// The state without what no two syncs have in common: their times.
fn timeless(state: &State) -> State {
    let mut state = state.clone();
    let epoch = jiff::Timestamp::UNIX_EPOCH;
    state.changes.iter_mut().for_each(|change| change.at = epoch);
    state.statistics.synced = None;
    state
}

struct Killer {
    source: String,
    old: Kept,
    new: State,
    rng: TestRng,
    context: String,
}

impl Killer {
    /// Kills syncs from this source; the old state is at `folder`.
    fn new(folder: &Path, source: String) -> Killer {
        let (before, after) = (dump(false), dump(true));
        let old = Kept::fill(folder.join("old.sqlite"), &[before.path()]);
        let new = Kept::fill(folder.join("new.sqlite"), &[before.path(), after.path()]).state;
        assert_ne!(timeless(&old.state), timeless(&new));
        let seed = std::env::var("PEERING_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed: u64 = seed.unwrap_or_else(|| jiff::Timestamp::now().as_microsecond().unsigned_abs());
        println!("PEERING_TEST_SEED={seed}");
        let rng = TestRng::from_seed(RngAlgorithm::XorShift, &[seed.to_le_bytes(), [7; 8]].concat());
        Killer { source, old, new, rng, context: format!("seed {seed}") }
    }

    /// Kills one sync after another and returns how many left the old state, and how many the new one.
    fn run(mut self) -> (u32, u32) {
        let (mut old, mut new) = (0, 0);
        let mut whole = Duration::ZERO;
        for kill in 0..KILLS {
            if kill % MEASURE_EVERY == 0 {
                whole = self.measure();
            }
            let delay = Duration::from_nanos(self.rng.next_u64() % whole.as_nanos().max(1) as u64);
            let context = format!("{}, kill {kill} after {delay:?} of {whole:?}", self.context);
            let folder = tempfile::tempdir().unwrap();
            let path = self.reset(folder.path());
            let mut child = start(&path, &self.source, "");
            let mut out = BufReader::new(child.stdout.take().unwrap());
            assert!(wait_for(&mut out, "begin"), "{context}: it died too early");
            std::thread::sleep(delay);
            child.kill().unwrap();
            child.wait().unwrap();
            match self.is_new(&path, &context) {
                true => new += 1,
                false => old += 1,
            }
            if kill % 10 == 0 {
                self.goes_on(&path, &context);
            }
        }
        (old, new)
    }

    fn reset(&self, folder: &Path) -> PathBuf {
        let path = folder.join("pdb.sqlite");
        std::fs::copy(&self.old.path, &path).unwrap();
        path
    }

    /// How long a sync takes that nobody kills.
    fn measure(&self) -> Duration {
        let folder = tempfile::tempdir().unwrap();
        let path = self.reset(folder.path());
        let mut child = start(&path, &self.source, "");
        let mut out = BufReader::new(child.stdout.take().unwrap());
        assert!(wait_for(&mut out, "begin"));
        let began = Instant::now();
        assert!(wait_for(&mut out, "end"), "{}: the sync failed", self.context);
        let whole = began.elapsed();
        assert!(child.wait().unwrap().success());
        assert!(self.is_new(&path, &self.context), "{}: nobody killed it", self.context);
        whole
    }

    /// The cache is sound, free, and has exactly one of the two states. Whether it is the new one.
    fn is_new(&self, path: &Path, context: &str) -> bool {
        let cache = Cache::open(path).unwrap();
        assert_eq!(cache.check().unwrap(), [] as [&str; 0], "{context}");
        let state = state(&cache);
        let is_new = state.statistics.generation != self.old.state.statistics.generation;
        if is_new {
            assert!(
                timeless(&state) == timeless(&self.new),
                "{context}: neither the old state nor the new one"
            );
        } else {
            assert!(state == self.old.state, "{context}: neither the old state nor the new one");
        }
        let mut lock = path.as_os_str().to_owned();
        lock.push(".lock");
        if let Ok(lock) = std::fs::File::options().write(true).open(lock) {
            assert!(lock.try_lock().is_ok(), "{context}: the lock of the dead is still held");
        }
        is_new
    }

    /// Nothing stands in the way of the next sync.
    fn goes_on(&self, path: &Path, context: &str) {
        let mut child = start(path, &self.source, "");
        let mut out = BufReader::new(child.stdout.take().unwrap());
        assert!(wait_for(&mut out, "end"), "{context}: the next sync failed");
        child.wait().unwrap();
        let cache = Cache::open(path).unwrap();
        state(&cache).assert_same_content(&self.new, context);
        assert_eq!(cache.check().unwrap(), [] as [&str; 0], "{context}");
    }
}

fn assert_both(way: &str, (old, new): (u32, u32)) {
    println!("{way}: {old} kills left the old state, {new} the new one");
    assert_eq!(old + new, KILLS);
    assert!(old > 0, "{way}: none of the kills struck before the end");
}

#[test]
fn killed_at_any_point_of_a_load() {
    let (folder, after) = (tempfile::tempdir().unwrap(), dump(true));
    let killer = Killer::new(folder.path(), after.path().to_str().unwrap().to_owned());
    assert_both("load", killer.run());
}

#[test]
fn killed_at_any_point_of_an_online_sync() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(FakePeeringDb::start());
    for (tag, count) in TABLES {
        server.fill(tag, rows(tag, count, true));
    }
    let folder = tempfile::tempdir().unwrap();
    assert_both("online", Killer::new(folder.path(), server.url()).run());
}
