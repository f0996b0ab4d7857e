//! The rules of the sync, one test each, against a server in this process. Each fails without its rule.

use std::time::Duration;

use peering_core::ErrorKind;
use peering_core::peeringdb::record::{Net, NetIxLan, Org, Poc};
use peering_core::peeringdb::sync::{Note, Reconcile, Rule, SyncOptions, SyncReport, sync};
use peering_core::peeringdb::{
    BulkFiles, Cache, ChangeKind, ChangeQuery, Client, ClientOptions, MemberEvent, ObjectType, Query, Record,
};
use peering_tests::fake_peeringdb::{FakePeeringDb, Fault, KEY};
use serde_json::{Value, json};

/// Seconds of the first of January 2026, when everything begins.
const NEW_YEAR: i64 = 1_767_225_600;

fn at(second: i64) -> String {
    jiff::Timestamp::from_second(NEW_YEAR + second).unwrap().to_string()
}

fn net(id: u64, name: &str, second: i64) -> Value {
    json!({"id": id, "org_id": 1, "asn": 64496 + id, "name": name, "updated": at(second)})
}

fn port(id: u64, net: u64, second: i64) -> Value {
    json!({"id": id, "net_id": net, "ix_id": 1, "ixlan_id": 1, "asn": 64496 + net, "updated": at(second)})
}

async fn server() -> FakePeeringDb {
    let server = FakePeeringDb::start().await;
    server.put("org", json!({"id": 1, "name": "Org", "updated": at(0)}));
    server.put("ix", json!({"id": 1, "org_id": 1, "name": "IX", "updated": at(0)}));
    server.put("ixlan", json!({"id": 1, "ix_id": 1, "updated": at(0)}));
    for id in 1..=3 {
        server.put("net", net(id, &format!("Net {id}"), 0));
        server.put("netixlan", port(id, id, 0));
    }
    // So that no row under test is the newest one, about which a list without a time of its own says nothing.
    server.put("net", net(4, "Newest", 1000));
    server.put("netixlan", port(4, 4, 1000));
    server
}

fn how(reconcile: Reconcile) -> SyncOptions {
    SyncOptions { reconcile, ..SyncOptions::default() }
}

async fn run(cache: &Cache, server: &FakePeeringDb, reconcile: Reconcile) -> SyncReport {
    sync(cache, &server.client(), &how(reconcile)).await.unwrap()
}

/// A cache that has what the server has; what was asked for is forgotten.
async fn filled(server: &FakePeeringDb) -> Cache {
    let cache = Cache::in_memory().unwrap();
    run(&cache, server, Reconcile::Never).await;
    server.asked();
    cache
}

fn ids<R: Record>(cache: &Cache) -> Vec<u64> {
    cache.all::<R>().unwrap().iter().map(Record::id).collect()
}

fn name(cache: &Cache, id: u64) -> Option<String> {
    cache.by_id::<Net>(id).unwrap().and_then(|net| net.name)
}

fn has(report: &SyncReport, object: ObjectType, id: Option<u64>, rule: Rule) -> bool {
    report.notes.contains(&Note { object, id, rule })
}

fn unresolved(id: u64) -> Rule {
    Rule::Unresolved { parent: ObjectType::Net, id }
}

/// Three ports whose networks did not come with what changed: one is old, one was deleted, one never was.
async fn with_missing_parents() -> (FakePeeringDb, Cache) {
    let server = server().await;
    let cache = filled(&server).await;
    server.put("org", json!({"id": 42, "name": "Parent of a parent", "updated": at(-9000)}));
    server.put("net", json!({"id": 77, "org_id": 42, "asn": 64577, "name": "Old", "updated": at(-9000)}));
    server.put("net", net(78, "Deleted", -9000));
    server.delete("net", 78, &at(-8000));
    for (id, net) in [(50, 77), (51, 78), (52, 79), (53, 77)] {
        server.put("netixlan", port(id, net, 2000));
    }
    (server, cache)
}

#[tokio::test]
async fn missing_parents_are_asked_for_in_one_request_a_type() {
    let (server, cache) = with_missing_parents().await;
    let report = run(&cache, &server, Reconcile::Never).await;
    let asked: Vec<String> = server.asked().into_iter().filter(|what| what.contains("id__in")).collect();
    assert_eq!(asked, ["net?since=1&id__in=77%2C78%2C79", "org?since=1&id__in=42"]);
    assert_eq!(name(&cache, 77).as_deref(), Some("Old"));
    assert_eq!(cache.by_id::<Org>(42).unwrap().unwrap().name.as_deref(), Some("Parent of a parent"));
    // What is deleted came as that.
    let deleted = cache.find(&Query::<Net>::new().including_deleted().id(78)).unwrap();
    assert_eq!(deleted.len(), 1);
    assert_eq!(name(&cache, 78), None);
    // What is nowhere to be found keeps no row away.
    assert_eq!(ids::<NetIxLan>(&cache), [1, 2, 3, 4, 50, 51, 52, 53]);
    assert!(has(&report, ObjectType::NetIxLan, Some(52), unresolved(79)));
    assert_eq!(report.unresolved(ObjectType::NetIxLan), 1);
    // What has been found is not asked for again.
    run(&cache, &server, Reconcile::Never).await;
    let asked: Vec<String> = server.asked().into_iter().filter(|what| what.contains("id__in")).collect();
    assert_eq!(asked, ["net?since=1&id__in=79"]);
}

#[tokio::test]
async fn parents_that_cannot_be_asked_for_do_not_end_the_sync() {
    let broken = "{\"data\": [{\"id\": 77, \"org_id\": 42, \"asn\": \"odd\", \"name\": \"Half\"}, {\"id\":";
    for fault in [Fault::Page(500), Fault::Page(400), Fault::Empty(200), Fault::Body(broken)] {
        let (server, cache) = with_missing_parents().await;
        server.fail_at("net?since=1&", fault.clone());
        let options = ClientOptions { retry_budget: Duration::ZERO, ..server.options() };
        let client = Client::new(options).unwrap();
        let report = sync(&cache, &client, &how(Reconcile::Never)).await.unwrap();
        assert_eq!(ids::<NetIxLan>(&cache), [1, 2, 3, 4, 50, 51, 52, 53], "{fault:?}");
        // Half an answer counts for nothing: neither its rows nor what there is to say about them.
        for (row, net) in [(50, 77), (51, 78), (52, 79), (53, 77)] {
            assert!(has(&report, ObjectType::NetIxLan, Some(row), unresolved(net)), "{fault:?}: {row}");
        }
        assert_eq!(report.warnings().count(), 0, "{fault:?}: {:?}", report.notes);
        assert!(!server.asked().iter().any(|what| what.starts_with("org?since=1&")), "{fault:?}");
        // The ports come again because of the overlap, and then their parents too.
        let report = run(&cache, &server, Reconcile::Never).await;
        assert_eq!(report.unresolved(ObjectType::NetIxLan), 1, "{fault:?}");
        assert_eq!(name(&cache, 77).as_deref(), Some("Old"), "{fault:?}");
    }
}

#[tokio::test]
async fn complete_lists_are_asked_for_when_they_are_due() {
    let server = server().await;
    let cache = filled(&server).await;
    const DAY: Duration = Duration::from_secs(24 * 3600);
    for (reconcile, is_due) in [
        (Reconcile::Never, false),
        (Reconcile::After(DAY), false),
        (Reconcile::After(Duration::ZERO), true),
        (Reconcile::Now, true),
    ] {
        run(&cache, &server, reconcile).await;
        let asked = server.asked();
        for tag in ["org", "net", "netixlan"] {
            assert_eq!(asked.iter().any(|what| what == tag), is_due, "{reconcile:?}: {tag}");
            let since = format!("{tag}?since=");
            assert_eq!(
                asked.iter().filter(|what| what.starts_with(&since)).count(),
                1,
                "{reconcile:?}: {tag}"
            );
        }
    }
}

#[tokio::test]
async fn what_the_server_forgot_is_gone_after_reconciling_and_not_before() {
    let server = server().await;
    let cache = filled(&server).await;
    server.forget("net", 2);
    run(&cache, &server, Reconcile::Never).await;
    assert_eq!(ids::<Net>(&cache), [1, 2, 3, 4]);
    let report = run(&cache, &server, Reconcile::Now).await;
    assert!(has(&report, ObjectType::Net, Some(2), Rule::AbsentFromList));
    assert_eq!(report.of(ObjectType::Net).unwrap().deleted, 1);
    assert_eq!(ids::<Net>(&cache), [1, 3, 4]);
    // It is back as soon as a later list has it back.
    server.put("net", net(2, "Net 2", 0));
    server.put("net", net(4, "Newest", 1500));
    let report = run(&cache, &server, Reconcile::Now).await;
    assert!(has(&report, ObjectType::Net, Some(2), Rule::Returned), "{:?}", report.notes);
    assert_eq!(ids::<Net>(&cache), [1, 2, 3, 4]);
}

#[tokio::test]
async fn an_anonymous_list_takes_no_contacts_away_that_came_with_a_key() {
    let server = server().await;
    for (id, visible) in [(1, "Public"), (2, "Users"), (3, "Users"), (4, "Public")] {
        let second = if id == 4 { 1000 } else { 0 };
        server.put("poc", json!({"id": id, "net_id": 1, "visible": visible, "updated": at(second)}));
    }
    let cache = Cache::in_memory().unwrap();
    sync(&cache, &server.client_with_key(KEY), &SyncOptions::default()).await.unwrap();
    assert_eq!(ids::<Poc>(&cache), [1, 2, 3, 4]);
    server.forget("poc", 2);
    run(&cache, &server, Reconcile::Now).await;
    assert_eq!(ids::<Poc>(&cache), [1, 2, 3, 4]);
    sync(&cache, &server.client_with_key(KEY), &how(Reconcile::Now)).await.unwrap();
    assert_eq!(ids::<Poc>(&cache), [1, 3, 4]);
}

#[tokio::test]
async fn a_list_that_is_implausibly_short_is_not_believed() {
    let server = server().await;
    // One is newer than the others, so that the changes since then bring it and no other.
    (1..=100).for_each(|id| server.put("net", net(id, &format!("Net {id}"), if id == 1 { 1000 } else { 0 })));
    let cache = filled(&server).await;
    let cursor = cache.statistics().unwrap().table(ObjectType::Net).unwrap().cursor;
    let all = server.rows("net");
    for (rest, is_believed) in [(0, false), (1, false), (89, false), (95, true)] {
        // The list is made of a part; what changed later is nothing.
        server.fill("net", all[..rest].to_vec());
        server.publish("net", NEW_YEAR + 5000);
        server.fill("net", all.clone());
        let options = SyncOptions { overlap: Duration::from_secs(1), ..how(Reconcile::Now) };
        let report = sync(&cache, &server.client(), &options).await.unwrap();
        let rule = Rule::ListTooShort { expected: 100, absent: 100 - rest.max(1) as u64 };
        let is_told = has(&report, ObjectType::Net, None, rule);
        assert_eq!(is_told, !is_believed, "{rest}: {:?}", report.notes);
        assert_eq!(report.warnings().count(), usize::from(!is_believed), "{rest}");
        assert_eq!(ids::<Net>(&cache).len(), if is_believed { rest } else { 100 }, "{rest}");
        // An empty list says nothing about how far it goes.
        if rest == 0 {
            assert_eq!(cache.statistics().unwrap().table(ObjectType::Net).unwrap().cursor, cursor);
        }
    }
}

#[tokio::test]
async fn a_stale_list_neither_reverts_nor_deletes_what_is_newer() {
    let server = server().await;
    server.publish("net", NEW_YEAR + 1500);
    let cache = filled(&server).await;
    // A counter moves without the server calling it a change.
    let mut counted = net(4, "Newest", 1000);
    counted["ix_count"] = json!(5);
    server.put("net", counted);
    server.put("net", net(1, "Renamed", 2000));
    server.put("net", net(9, "Created", 2000));
    server.delete("net", 2, &at(2000));
    run(&cache, &server, Reconcile::Never).await;
    for _ in 0..2 {
        let report = run(&cache, &server, Reconcile::Now).await;
        assert_eq!(report.changes(), 0, "{:?}", report.notes);
        assert!(has(&report, ObjectType::Net, Some(1), Rule::Outdated));
        assert_eq!(ids::<Net>(&cache), [1, 3, 4, 9]);
        assert_eq!(name(&cache, 1).as_deref(), Some("Renamed"));
        assert_eq!(cache.by_id::<Net>(4).unwrap().unwrap().ix_count, Some(5));
    }
}

#[tokio::test]
async fn each_type_and_audience_goes_on_from_its_own_cursor() {
    let server = server().await;
    server.put("poc", json!({"id": 1, "net_id": 1, "visible": "Public", "updated": at(100)}));
    server.put("poc", json!({"id": 2, "net_id": 1, "visible": "Users", "updated": at(3000)}));
    let cache = filled(&server).await;
    let since = |tag: &str, second: i64| format!("{tag}?since={}", NEW_YEAR + second);
    // At least a second before the cursor, because times have whole seconds.
    for (overlap, before) in [(60, 60), (1, 1), (0, 1)] {
        let options = SyncOptions { overlap: Duration::from_secs(overlap), ..how(Reconcile::Never) };
        sync(&cache, &server.client(), &options).await.unwrap();
        let asked = server.asked();
        for (tag, cursor) in [("org", 0), ("net", 1000), ("netixlan", 1000), ("poc", 100)] {
            assert!(asked.contains(&since(tag, cursor - before)), "{tag}, {overlap}: {asked:?}");
        }
        // Of what the cache has nothing yet there is no cursor: the list is asked for again.
        assert!(asked.contains(&"campus".to_owned()), "{asked:?}");
    }
    // The first caller with a key begins anew where a key shows more, and goes on from there.
    sync(&cache, &server.client_with_key(KEY), &how(Reconcile::Never)).await.unwrap();
    let asked = server.asked();
    assert!(asked.contains(&"poc".to_owned()) && asked.contains(&"ixlan".to_owned()), "{asked:?}");
    assert!(asked.contains(&since("net", 1000 - 300)), "{asked:?}");
    sync(&cache, &server.client_with_key(KEY), &how(Reconcile::Never)).await.unwrap();
    assert!(server.asked().contains(&since("poc", 3000 - 300)));
    run(&cache, &server, Reconcile::Never).await;
    assert!(server.asked().contains(&since("poc", 100 - 300)));
    let statistics = cache.statistics().unwrap();
    let poc = statistics.table(ObjectType::Poc).unwrap();
    let second = |cursor: Option<jiff::Timestamp>| cursor.map(|cursor| cursor.as_second() - NEW_YEAR);
    assert_eq!((second(poc.cursor), second(poc.cursor_with_key)), (Some(100), Some(3000)));
}

/// A client of `server` that takes lists from the files of another one.
fn with_files(server: &FakePeeringDb, files: &FakePeeringDb) -> Client {
    Client::new(ClientOptions { bulk: BulkFiles::At(files.url()), ..server.options() }).unwrap()
}

#[tokio::test]
async fn a_file_that_is_broken_in_the_middle_is_made_up_for_by_the_server() {
    let (server, files) = (server().await, server().await);
    files.put("net", net(1, "Yesterday", 0));
    for tag in ["org", "net", "ix", "ixlan", "netixlan"] {
        files.publish(tag, NEW_YEAR + 1500);
    }
    let client = with_files(&server, &files);
    let odd = "{\"data\": [{\"id\": 5, \"org_id\": 99, \"asn\": \"odd\", \"name\": \"Half\"}, {\"id\":";
    let cut = "{\"data\": [{\"id\": 5, \"org_id\": 99, \"name\": \"Half\"}], \"meta\": {";
    for fault in [Fault::InvalidJsonMiddle, Fault::Body(odd), Fault::Body(cut)] {
        let cache = Cache::in_memory().unwrap();
        files.fail_at("net-0.json", fault.clone());
        let report = sync(&cache, &client, &SyncOptions::default()).await.unwrap();
        assert_eq!(ids::<Net>(&cache), [1, 2, 3, 4], "{fault:?}");
        assert_eq!(name(&cache, 1).as_deref(), Some("Net 1"), "{fault:?}");
        assert_eq!(report.of(ObjectType::Net).unwrap().created, 4, "{fault:?}");
        assert_eq!(report.warnings().count(), 0, "{fault:?}: {:?}", report.notes);
        let asked = server.asked();
        assert_eq!(asked.iter().filter(|what| *what == "net").count(), 1, "{fault:?}: {asked:?}");
        // The other files are still taken, and nobody asks for what only the broken one spoke of.
        assert!(files.asked().contains(&"netixlan-0.json".to_owned()), "{fault:?}");
        assert!(
            !asked.iter().any(|what| what == "netixlan" || what.contains("id__in")),
            "{fault:?}: {asked:?}"
        );
    }
    // The server's own list has nobody who makes up for it.
    let cache = Cache::in_memory().unwrap();
    files.fail_at("net-0.json", Fault::InvalidJsonMiddle);
    server.fail_at("net", Fault::InvalidJsonMiddle);
    let error = sync(&cache, &client, &SyncOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Parse);
    assert_eq!(server.asked().iter().filter(|what| *what == "net").count(), 1);
    assert_eq!(cache.statistics().unwrap().live(), 0);
}

#[tokio::test]
async fn a_server_that_answers_in_place_of_a_file_is_asked_once() {
    let (server, files) = (server().await, FakePeeringDb::start().await);
    let cache = Cache::in_memory().unwrap();
    server.fail_at("net", Fault::InvalidJsonMiddle);
    let error = sync(&cache, &with_files(&server, &files), &SyncOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Parse);
    assert_eq!(server.asked().iter().filter(|what| *what == "net").count(), 1);
}

#[tokio::test]
async fn only_deleted_and_pending_rows_are_hidden() {
    let server = server().await;
    let statuses = ["not-operational", "hibernating", "pending", "deleted"];
    for (id, status) in (10..).zip(statuses) {
        let mut row = port(id, 1, 0);
        row["status"] = json!(status);
        server.put("netixlan", row);
    }
    let cache = Cache::in_memory().unwrap();
    let report = run(&cache, &server, Reconcile::Never).await;
    assert_eq!(ids::<NetIxLan>(&cache), [1, 2, 3, 4, 10, 11]);
    let warnings: Vec<&Note> = report.warnings().collect();
    assert!(!warnings.is_empty());
    // Of the known ones nobody needs to be told.
    let hibernating =
        |note: &&Note| note.id == Some(11) && note.rule == Rule::UnknownStatus("hibernating".to_owned());
    assert!(warnings.iter().all(hibernating), "{warnings:?}");
}

#[tokio::test]
async fn unknown_words_and_fields_are_kept_and_told() {
    let server = server().await;
    let mut row = net(1, "Net 1", 2000);
    row["info_scope"] = json!("Orbital");
    row["policy_general"] = json!("Telepathic");
    row["qubits"] = json!({"n": [1, null]});
    row["status"] = json!("ok");
    row["created"] = json!(at(-5));
    let cache = filled(&server).await;
    server.put("net", row.clone());
    let report = run(&cache, &server, Reconcile::Never).await;
    for field in ["info_scope", "policy_general"] {
        assert!(has(&report, ObjectType::Net, Some(1), Rule::UnknownValue(field)), "{:?}", report.notes);
    }
    assert_eq!(report.warnings().count(), 2);
    assert_eq!(serde_json::to_value(cache.by_id::<Net>(1).unwrap().unwrap()).unwrap(), row);
}

#[tokio::test]
async fn names_and_numbers_may_change_hands() {
    let server = server().await;
    let cache = filled(&server).await;
    let asn = |row: &mut Value, asn: u32| row["asn"] = json!(asn);
    let (mut one, mut two) = (net(1, "Net 2", 2000), net(2, "Net 1", 2000));
    asn(&mut one, 64498);
    asn(&mut two, 64497);
    let mut heir = net(9, "Net 3", 2000);
    asn(&mut heir, 64499);
    server.delete("net", 3, &at(2000));
    [one, two, heir].into_iter().for_each(|row| server.put("net", row));
    let report = run(&cache, &server, Reconcile::Never).await;
    assert_eq!(report.warnings().count(), 0);
    let names: Vec<_> =
        cache.all::<Net>().unwrap().into_iter().map(|net| (net.id, net.name.unwrap())).collect();
    let expected = [(1, "Net 2"), (2, "Net 1"), (4, "Newest"), (9, "Net 3")];
    assert_eq!(names, expected.map(|(id, name)| (id, name.to_owned())));
    for (text, id) in
        [("net 1", 2), ("net 2", 1), ("net 3", 9), ("AS64498", 1), ("AS64497", 2), ("AS64499", 9)]
    {
        let found: Vec<u64> = cache.search(text, 10).unwrap().iter().map(|hit| hit.id).collect();
        assert_eq!(found, [id], "{text}");
    }
    assert_eq!(cache.check().unwrap(), [] as [&str; 0]);
}

#[tokio::test]
async fn what_a_sync_changed_is_told_and_what_it_filled_is_not() {
    let server = server().await;
    let cache = filled(&server).await;
    assert_eq!(cache.changes(&ChangeQuery::default()).unwrap(), []);
    let began = cache.statistics().unwrap().synced.unwrap();
    server.put("net", net(1, "Renamed", 2000));
    server.put("net", net(9, "Created", 2000));
    server.put("netixlan", port(9, 9, 2000));
    server.delete("net", 3, &at(2000));
    let report = run(&cache, &server, Reconcile::Never).await;
    let changes = cache.changes(&ChangeQuery::default()).unwrap();
    let mut told: Vec<_> = changes.iter().map(|change| (change.object, change.id, change.kind)).collect();
    told.sort_by_key(|(object, id, _)| (*object, *id));
    // The port of the deleted network went with it.
    let expected = [
        (ObjectType::Net, 1, ChangeKind::Updated),
        (ObjectType::Net, 3, ChangeKind::Deleted),
        (ObjectType::Net, 9, ChangeKind::Created),
        (ObjectType::NetIxLan, 3, ChangeKind::Deleted),
        (ObjectType::NetIxLan, 9, ChangeKind::Created),
    ];
    assert_eq!(told, expected);
    assert_eq!(report.changes(), expected.len() as u64);
    let renamed = changes.iter().find(|change| change.id == 1).unwrap();
    let name_change = renamed.fields.iter().find(|field| field.field == "name").unwrap();
    assert_eq!((&name_change.old, &name_change.new), (&Some(json!("Net 1")), &Some(json!("Renamed"))));
    assert_eq!(cache.as_of::<Net>(1, began).unwrap().unwrap().name.as_deref(), Some("Net 1"));
    assert_eq!(cache.as_of::<Net>(9, began).unwrap(), None);

    let members = cache.member_changes(began, &[1]).unwrap();
    let members: Vec<_> = members.iter().map(|member| (member.asn.get(), member.event)).collect();
    assert_eq!(members, [(64499, MemberEvent::Left), (64505, MemberEvent::Joined)]);
    // The same again is no change.
    run(&cache, &server, Reconcile::Now).await;
    assert_eq!(cache.changes(&ChangeQuery::default()).unwrap(), changes);
}
