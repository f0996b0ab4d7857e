//! Faults of the server in the middle of a sync.

use std::time::Duration;

use peering_core::ErrorKind;
use peering_core::peeringdb::record::Net;
use peering_core::peeringdb::sync::{Reconcile, Rule, SyncOptions, SyncReport, sync};
use peering_core::peeringdb::{Cache, Client, ClientOptions, ObjectType};
use peering_tests::fake_peeringdb::{FakePeeringDb, Fault, State};
use serde_json::{Value, json};

use super::left_behind;

const WORDS: &[&str] = &["net", "org", "stage"];

fn net(id: u64, name: &str, updated: &str) -> Value {
    json!({"id": id, "org_id": 1, "asn": 64495 + id, "name": name, "updated": updated})
}

fn port(id: u64, net: u64, updated: &str) -> Value {
    json!({"id": id, "net_id": net, "ix_id": 1, "ixlan_id": 1, "asn": 64495 + net, "updated": updated})
}

async fn server() -> FakePeeringDb {
    let server = FakePeeringDb::start().await;
    server.put("org", json!({"id": 1, "name": "Org"}));
    server.put("ix", json!({"id": 1, "org_id": 1, "name": "IX"}));
    server.put("ixlan", json!({"id": 1, "ix_id": 1}));
    for id in 1..=3 {
        server.put("net", net(id, &format!("Net {id}"), "2026-01-01T00:00:00Z"));
        server.put("netixlan", port(id, id, "2026-01-01T00:00:00Z"));
    }
    server.put("poc", json!({"id": 1, "net_id": 1, "visible": "Public"}));
    server
}

/// Something of every kind happens on the server, and nothing of it twice.
fn move_on(server: &FakePeeringDb, stage: u64) -> String {
    let updated = format!("2026-02-01T{:02}:{:02}:00Z", stage / 60, stage % 60);
    let name = format!("Stage {stage}");
    server.put("org", json!({"id": 1, "name": format!("Org of stage {stage}"), "updated": updated}));
    server.put("net", net(1, &name, &updated));
    server.put("net", net(100 + stage, "New", &updated));
    server.put("netixlan", port(100 + stage, 100 + stage, &updated));
    server.delete("netixlan", 99 + stage, &updated);
    server.put("poc", json!({"id": stage, "net_id": 1, "visible": "Public", "updated": updated}));
    name
}

/// The ways to sync, and the requests in the middle of each: networks are spooled before, contacts come after.
const MIDDLES: [(Reconcile, &str); 3] = [
    (Reconcile::Never, "netixlan?since="),
    (Reconcile::Now, "netixlan"),
    (Reconcile::Now, "netixlan?since="),
];

fn how(reconcile: Reconcile) -> SyncOptions {
    SyncOptions { reconcile, ..SyncOptions::default() }
}

/// A server, a cache in a file that was filled from it, and what has happened since.
struct Stage {
    server: FakePeeringDb,
    folder: tempfile::TempDir,
    cache: Cache,
    stage: u64,
}

impl Stage {
    async fn new() -> Stage {
        let server = server().await;
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().join("pdb.sqlite")).unwrap();
        sync(&cache, &server.client(), &SyncOptions::default()).await.unwrap();
        Stage { server, folder, cache, stage: 0 }
    }

    fn state(&self) -> State {
        State::of(&self.cache, WORDS).unwrap()
    }

    fn name(&self) -> Option<String> {
        self.cache.by_id::<Net>(1).unwrap().unwrap().name
    }

    /// A fault ends the sync; the next sync brings everything.
    async fn fails(&mut self, fault: Fault, kind: ErrorKind, options: &ClientOptions) {
        for (reconcile, middle) in MIDDLES {
            let context = format!("{fault:?} at {middle}, {reconcile:?}");
            let before = self.state();
            self.stage += 1;
            let name = move_on(&self.server, self.stage);
            self.server.fail_at(middle, fault.clone());
            let client = Client::new(options.clone()).unwrap();
            let error = sync(&self.cache, &client, &how(reconcile)).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{context}: {error}");
            assert_eq!(self.state(), before, "{context}: something is visible");
            assert_eq!(left_behind(self.folder.path()), [] as [&str; 0], "{context}");
            self.catches_up(reconcile, &name, &context).await;
        }
    }

    /// A fault costs the sync another attempt and nothing else.
    async fn is_survived(&mut self, fault: Fault, options: &ClientOptions) {
        for (reconcile, middle) in MIDDLES {
            let context = format!("{fault:?} at {middle}, {reconcile:?}");
            self.stage += 1;
            let name = move_on(&self.server, self.stage);
            self.server.asked();
            self.server.fail_at(middle, fault.clone());
            let client = Client::new(options.clone()).unwrap();
            sync(&self.cache, &client, &how(reconcile)).await.unwrap();
            let asked = self.server.asked();
            let is_middle =
                |what: &&String| what.as_str() == middle || middle.contains('?') && what.starts_with(middle);
            assert_eq!(asked.iter().filter(is_middle).count(), 2, "{context}: {asked:?}");
            assert_eq!(self.name(), Some(name.clone()), "{context}");
            assert_eq!(left_behind(self.folder.path()), [] as [&str; 0], "{context}");
            self.catches_up(reconcile, &name, &context).await;
        }
    }

    async fn catches_up(&self, reconcile: Reconcile, name: &str, context: &str) {
        sync(&self.cache, &self.server.client(), &how(reconcile)).await.unwrap();
        assert_eq!(self.name().as_deref(), Some(name), "{context}");
        let fresh = Cache::in_memory().unwrap();
        sync(&fresh, &self.server.client(), &SyncOptions::default()).await.unwrap();
        self.state().assert_same_content(&State::of(&fresh, WORDS).unwrap(), context);
        assert_eq!(self.cache.check().unwrap(), [] as [&str; 0], "{context}");
    }
}

/// Without any patience for what might pass.
fn impatient(stage: &Stage) -> ClientOptions {
    ClientOptions { retry_budget: Duration::ZERO, ..stage.server.options() }
}

#[tokio::test]
async fn an_answer_that_is_none_ends_the_sync() {
    let mut stage = Stage::new().await;
    let options = stage.server.options();
    let no_json = "{\"data\": [{\"id\": 1, \"name\": \"Good\"}], \"meta\": ";
    for fault in [
        Fault::InvalidJsonMiddle,
        Fault::NoJson,
        Fault::Empty(200),
        Fault::Body(no_json),
        Fault::Body("{\"meta\": {}}"),
        Fault::Body("[]"),
    ] {
        stage.fails(fault, ErrorKind::Parse, &options).await;
    }
    let cut = "{\"data\": [{\"id\": 1}], \"meta\": {\"truncated\": \"250 of 300\"}}";
    stage.fails(Fault::Body(cut), ErrorKind::Rejected, &options).await;
    stage.fails(Fault::RedirectLoop, ErrorKind::Rejected, &options).await;
    stage.fails(Fault::Page(400), ErrorKind::Rejected, &options).await;
    stage.fails(Fault::Page(403), ErrorKind::Auth, &options).await;
    // Longer than anybody here would wait.
    stage.fails(Fault::Throttled(3600), ErrorKind::RateLimited, &options).await;
    stage.fails(Fault::ThrottledInWords("1 hours"), ErrorKind::RateLimited, &options).await;
}

#[tokio::test]
async fn what_might_pass_ends_the_sync_only_when_the_budget_is_spent() {
    let mut stage = Stage::new().await;
    let options = impatient(&stage);
    stage.fails(Fault::CutShort, ErrorKind::Closed, &options).await;
    stage.fails(Fault::Page(500), ErrorKind::Connect, &options).await;
    stage.fails(Fault::Empty(503), ErrorKind::Connect, &options).await;
    stage.fails(Fault::Empty(429), ErrorKind::RateLimited, &options).await;
    stage.fails(Fault::Throttled(1), ErrorKind::RateLimited, &options).await;
}

#[tokio::test]
async fn a_server_that_goes_silent_ends_the_sync() {
    let mut stage = Stage::new().await;
    let hang = ClientOptions { read_timeout: Duration::from_secs(1), ..impatient(&stage) };
    stage.fails(Fault::Hang, ErrorKind::Timeout, &hang).await;
    let drip = ClientOptions { total_timeout: Duration::from_secs(1), ..impatient(&stage) };
    stage.fails(Fault::Drip(Duration::from_millis(20)), ErrorKind::Timeout, &drip).await;
}

#[tokio::test]
async fn what_passes_costs_another_attempt() {
    let mut stage = Stage::new().await;
    let options = stage.server.options();
    stage.is_survived(Fault::CutShort, &options).await;
    stage.is_survived(Fault::Page(500), &options).await;
}

#[tokio::test]
async fn a_wait_that_the_server_asks_for_is_waited_for() {
    let mut stage = Stage::new().await;
    let options = stage.server.options();
    stage.is_survived(Fault::Throttled(1), &options).await;
    stage.is_survived(Fault::Empty(429), &options).await;
}

#[tokio::test]
async fn silence_that_passes_costs_another_attempt() {
    let mut stage = Stage::new().await;
    let options = ClientOptions { read_timeout: Duration::from_secs(1), ..stage.server.options() };
    stage.is_survived(Fault::Hang, &options).await;
}

fn warnings(report: &SyncReport) -> Vec<String> {
    report.warnings().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_row_with_wrong_types_is_kept_and_one_without_a_number_is_told() {
    for (reconcile, middle) in [(Reconcile::Never, "net?since="), (Reconcile::Now, "net?since=")] {
        let stage = Stage::new().await;
        move_on(&stage.server, 1);
        stage.server.fail_at(middle, Fault::WrongType);
        let report = sync(&stage.cache, &stage.server.client(), &how(reconcile)).await.unwrap();
        let warnings = warnings(&report);
        for field in ["asn", "org_id", "name", "info_ipv6", "updated", "created", "status"] {
            let start = format!("net 1: `{field}` has an unexpected form");
            assert!(warnings.iter().any(|warning| warning.starts_with(&start)), "{field}: {warnings:?}");
        }
        let row = serde_json::to_value(stage.cache.by_id::<Net>(1).unwrap().unwrap()).unwrap();
        assert_eq!(
            (&row["asn"], &row["name"], &row["status"]),
            (&json!("AS64500"), &json!(5), &json!(["ok"]))
        );
        // The others came as ever.
        assert_eq!(report.of(ObjectType::NetIxLan).unwrap().created, 1);
    }
    for reconcile in [Reconcile::Never, Reconcile::Now] {
        let stage = Stage::new().await;
        let name = move_on(&stage.server, 1);
        for row in [json!({"id": "seven"}), json!({"name": "no number"}), json!({"id": u64::MAX})] {
            stage.server.put("net", with_time(row));
        }
        let report = sync(&stage.cache, &stage.server.client(), &how(reconcile)).await.unwrap();
        let unreadable = |rule: &Rule| matches!(rule, Rule::Unreadable(_));
        let count = report.notes.iter().filter(|note| unreadable(&note.rule)).count();
        assert_eq!(count, if reconcile == Reconcile::Now { 6 } else { 3 }, "{:?}", report.notes);
        assert_eq!(stage.name(), Some(name));
        assert_eq!(stage.cache.check().unwrap(), [] as [&str; 0]);
    }
}

fn with_time(mut row: Value) -> Value {
    row["updated"] = json!("2026-02-02T00:00:00Z");
    row
}
