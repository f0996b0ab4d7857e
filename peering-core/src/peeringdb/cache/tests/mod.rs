//! The cache: rows in, queries out, many at once.

use serde_json::{Value, json};

use super::*;
use crate::Asn;
use crate::peeringdb::Match;
use crate::peeringdb::record::{Campus, Fac, Ix, IxLan, Net, NetIxLan, ObjectType, Org, Poc};

/// Rows from JSON values.
struct Given(std::vec::IntoIter<Row>);

impl Rows for Given {
    fn next_row(&mut self, row: &mut Row) -> Result<bool> {
        Ok(self.0.next().map(|next| *row = next).is_some())
    }
}

fn batch<R: Record>(with_key: bool, rows: &[Value]) -> Batch<Given> {
    let rows: Vec<Row> = rows
        .iter()
        .map(|value| {
            let record: R = serde_json::from_value(value.clone()).unwrap();
            Row::new(&record, value.to_string())
        })
        .collect();
    let rows = Given(rows.into_iter());
    Batch { object: R::OBJECT, columns: R::KEYS, with_key, as_of: None, complete_until: None, rows }
}

fn changeset(batches: Vec<Batch<Given>>) -> Changeset<Given> {
    Changeset {
        batches,
        cursors: Vec::new(),
        run: Run { origin: "here".to_owned(), with_key: false, objects: ObjectType::ALL.to_vec() },
        now: jiff::Timestamp::now(),
        keep: Duration::from_secs(3600),
    }
}

fn put<R: Record>(cache: &Cache, rows: &[Value]) -> Applied {
    put_as::<R>(cache, false, rows)
}

fn put_as<R: Record>(cache: &Cache, with_key: bool, rows: &[Value]) -> Applied {
    let outcome = cache.apply(changeset(vec![batch::<R>(with_key, rows)]), |_| ()).unwrap();
    outcome.types.into_iter().find(|(object, _)| *object == R::OBJECT).unwrap().1
}

fn at(second: u32) -> String {
    format!("2026-01-01T00:00:{second:02}Z")
}

fn net(id: u64, second: u32, status: &str) -> Value {
    json!({"id": id, "asn": 64496 + id, "name": format!("Net {id}"), "updated": at(second), "status": status})
}

fn port(id: u64, net: u64, ix: u64, second: u32, status: &str) -> Value {
    json!({"id": id, "net_id": net, "ix_id": ix, "ixlan_id": ix, "asn": 64496 + net,
           "updated": at(second), "status": status})
}

fn ids<R: Record>(cache: &Cache, query: &Query<R>) -> Vec<u64> {
    cache.find(query).unwrap().iter().map(Record::id).collect()
}

#[test]
fn may_be_shared_between_threads() {
    fn shared<T: Send + Sync + Clone>() {}
    fn sent<T: Send>() {}
    shared::<Cache>();
    sent::<Snapshot<'_>>();
}

#[test]
fn older_never_replaces_newer() {
    let cache = Cache::in_memory().unwrap();
    assert_eq!(put::<Net>(&cache, &[net(1, 5, "ok")]).created, 1);
    let mut older = net(1, 4, "ok");
    older["name"] = json!("old");
    assert_eq!(put::<Net>(&cache, &[older]).outdated, 1);
    assert_eq!(cache.by_id::<Net>(1).unwrap().unwrap().name.as_deref(), Some("Net 1"));
}

#[test]
fn an_older_answer_does_not_bring_a_deleted_row_back() {
    let cache = Cache::in_memory().unwrap();
    put::<Net>(&cache, &[net(1, 5, "ok")]);
    assert_eq!(put::<Net>(&cache, &[net(1, 6, "deleted")]).deleted, 1);
    assert_eq!(put::<Net>(&cache, &[net(1, 5, "ok")]).outdated, 1);
    assert_eq!(cache.by_id::<Net>(1).unwrap(), None);
    assert_eq!(ids(&cache, &Query::<Net>::new().including_deleted()), [1]);
    assert_eq!(put::<Net>(&cache, &[net(1, 7, "ok")]).created, 1);
    assert!(cache.by_id::<Net>(1).unwrap().is_some());
}

#[test]
fn the_same_second_applies_if_different_and_is_nothing_if_equal() {
    let cache = Cache::in_memory().unwrap();
    put::<Net>(&cache, &[net(1, 5, "ok")]);
    let generation = cache.generation().unwrap();
    assert_eq!(put::<Net>(&cache, &[net(1, 5, "ok")]).unchanged, 1);
    assert_eq!(cache.generation().unwrap(), generation);
    let mut changed = net(1, 5, "ok");
    changed["name"] = json!("New");
    assert_eq!(put::<Net>(&cache, &[changed]).updated, 1);
    assert_eq!(cache.generation().unwrap(), generation + 1);
}

#[test]
fn another_spelling_of_the_same_row_is_no_change() {
    let cache = Cache::in_memory().unwrap();
    put::<Org>(&cache, &[json!({"id": 1, "name": "Zürich"})]);
    let record = Org { id: 1, name: Some("Zürich".to_owned()), ..Org::default() };
    let row = Row::new(&record, r#"{ "name": "Z\u00fcrich", "id": 1 }"#.to_owned());
    let mut spelled = batch::<Org>(false, &[]);
    spelled.rows = Given(vec![row].into_iter());
    let outcome = cache.apply(changeset(vec![spelled]), |_| ()).unwrap();
    assert_eq!(outcome.types.first().unwrap().1.unchanged, 1);
}

#[test]
fn an_update_clears_what_is_gone() {
    let cache = Cache::in_memory().unwrap();
    put::<Org>(&cache, &[json!({"id": 1, "aka": "x", "notes": "y", "updated": at(1)})]);
    put::<Org>(&cache, &[json!({"id": 1, "aka": null, "updated": at(2)})]);
    let org = cache.by_id::<Org>(1).unwrap().unwrap();
    assert_eq!((org.aka, org.notes), (None, None));
    assert!(ids(&cache, &Query::<Org>::new().search("x")).is_empty());
}

#[test]
fn a_row_without_a_time_is_taken() {
    let cache = Cache::in_memory().unwrap();
    put::<Org>(&cache, &[json!({"id": 1, "name": "a", "updated": at(1)})]);
    assert_eq!(put::<Org>(&cache, &[json!({"id": 1, "name": "b", "updated": "some day"})]).updated, 1);
    assert_eq!(put::<Org>(&cache, &[json!({"id": 1, "name": "c", "updated": at(1)})]).updated, 1);
}

#[test]
fn a_deleted_network_takes_its_connections_along() {
    let cache = Cache::in_memory().unwrap();
    put::<Net>(&cache, &[net(1, 1, "ok"), net(2, 1, "ok")]);
    put::<NetIxLan>(&cache, &[port(10, 1, 1, 2, "ok"), port(11, 1, 1, 9, "ok"), port(12, 2, 1, 2, "ok")]);
    put::<Poc>(&cache, &[json!({"id": 1, "net_id": 1, "updated": at(1), "status": "ok"})]);
    put::<Net>(&cache, &[net(1, 5, "deleted")]);
    // What changed after the network was deleted is somebody's later word.
    assert_eq!(ids(&cache, &Query::<NetIxLan>::new()), [11, 12]);
    assert!(ids(&cache, &Query::<Poc>::new()).is_empty());
    // The same row again changes nothing as long as the network is gone, and counts once it is back.
    assert_eq!(put::<NetIxLan>(&cache, &[port(10, 1, 1, 2, "ok")]).unchanged, 1);
    put::<Net>(&cache, &[net(1, 6, "ok")]);
    assert_eq!(ids(&cache, &Query::<NetIxLan>::new()), [11, 12]);
    assert_eq!(put::<NetIxLan>(&cache, &[port(10, 1, 1, 2, "ok")]).created, 1);
    assert_eq!(ids(&cache, &Query::<NetIxLan>::new()), [10, 11, 12]);
}

#[test]
fn live_is_not_only_ok() {
    let cache = Cache::in_memory().unwrap();
    put::<NetIxLan>(&cache, &[port(1, 1, 1, 1, "not-operational"), port(2, 1, 1, 1, "resting")]);
    put::<Campus>(&cache, &[json!({"id": 1, "status": "pending"})]);
    assert_eq!(ids(&cache, &Query::<NetIxLan>::new()), [1, 2]);
    assert_eq!(cache.by_id::<Campus>(1).unwrap(), None);
}

#[test]
fn an_anonymous_answer_does_not_erase_a_member_list() {
    let cache = Cache::in_memory().unwrap();
    let full = json!({"id": 1, "ixf_ixp_member_list_url": "https://example.net/m.json", "updated": at(1)});
    let bare = json!({"id": 1, "updated": at(1)});
    put_as::<IxLan>(&cache, true, std::slice::from_ref(&full));
    assert_eq!(put_as::<IxLan>(&cache, false, std::slice::from_ref(&bare)).unchanged, 1);
    assert!(cache.by_id::<IxLan>(1).unwrap().unwrap().ixf_ixp_member_list_url.is_some());
    assert_eq!(put_as::<IxLan>(&cache, true, &[bare]).updated, 1);
}

#[test]
fn cursors_never_go_back_and_do_not_mix() {
    let cache = Cache::in_memory().unwrap();
    let advance = |object, with_key, since| {
        let cursors = vec![Cursor { object, with_key, since, listed: false }];
        cache.apply(Changeset { cursors, ..changeset(Vec::new()) }, |_| ()).unwrap();
    };
    advance(ObjectType::Poc, false, 100);
    advance(ObjectType::Poc, false, 50);
    advance(ObjectType::Net, true, 70);
    assert_eq!(cache.cursor(ObjectType::Poc, false).unwrap(), Some((100, None)));
    assert_eq!(cache.cursor(ObjectType::Poc, true).unwrap(), None);
    assert_eq!(cache.cursor(ObjectType::Net, false).unwrap(), Some((70, None)));
    let statistics = cache.statistics().unwrap();
    assert_eq!(statistics.table(ObjectType::Poc).unwrap().cursor, jiff::Timestamp::from_second(100).ok());
}

#[test]
fn queries_by_every_kind_of_field() {
    let cache = Cache::in_memory().unwrap();
    put::<Net>(
        &cache,
        &[
            json!({"id": 1, "asn": 64500, "name": "Zürich 100% Net", "aka": "", "info_scope": "Europe", "info_ipv6": true,
                   "info_prefixes4": 100, "status": "ok"}),
            json!({"id": 2, "asn": 64501, "name": "Other", "aka": "zürnet_x", "info_scope": "Global", "info_ipv6": false,
                   "info_prefixes4": 5, "status": "ok"}),
            json!({"id": 3, "asn": 64500, "name": "Gone", "status": "deleted"}),
        ],
    );
    put::<NetIxLan>(&cache, &[port(1, 1, 7, 1, "ok"), port(2, 2, 7, 1, "deleted"), port(3, 2, 8, 1, "ok")]);
    put::<Ix>(&cache, &[json!({"id": 7, "name": "I"}), json!({"id": 8, "name": "II"})]);
    let q = Query::<Net>::new;
    assert_eq!(ids(&cache, &q().asn(Asn::new(64500))), [1]);
    assert_eq!(ids(&cache, &q().asn(Match::any_of([Asn::new(64500), Asn::new(64501)]))), [1, 2]);
    assert_eq!(ids(&cache, &q().search("ZÜR")), [1, 2]);
    assert_eq!(ids(&cache, &q().search("0% n")), [1]);
    assert_eq!(ids(&cache, &q().search("%")), [1]);
    assert_eq!(ids(&cache, &q().search("tzür")), [] as [u64; 0]);
    assert_eq!(ids(&cache, &q().aka(Match::contains("NET_"))), [2]);
    assert_eq!(ids(&cache, &q().name(Match::starts_with("oth"))), [2]);
    assert_eq!(ids(&cache, &q().name(Match::contains("_"))), [] as [u64; 0]);
    assert_eq!(ids(&cache, &q().name("Other")), [2]);
    assert_eq!(ids(&cache, &q().info_ipv6(true)), [1]);
    assert_eq!(ids(&cache, &q().info_prefixes4(Match::at_least(100))), [1]);
    assert_eq!(ids(&cache, &q().info_prefixes4(Match::less_than(100))), [2]);
    assert_eq!(ids(&cache, &q().at_exchange(7)), [1]);
    assert_eq!(ids(&cache, &q().limit(1).skip(1)), [2]);
    assert_eq!(ids(&cache, &Query::<Ix>::new().with_network(2)), [8]);
    assert_eq!(ids(&cache, &Query::<NetIxLan>::new().ix_id(8)), [3]);
    assert_eq!(cache.count(&q()).unwrap(), 2);
    assert_eq!(ids(&cache, &Query::<Fac>::new().with_exchange(7)), [] as [u64; 0]);
}

#[test]
fn a_snapshot_stays_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::open(directory.path().join("pdb.sqlite")).unwrap();
    put::<Net>(&cache, &[net(1, 1, "ok")]);
    let other = Cache::open(cache.path().unwrap()).unwrap();
    let before = other.snapshot().unwrap();
    put::<Net>(&cache, &[net(2, 1, "ok")]);
    assert_eq!(before.count(&Query::<Net>::new()).unwrap(), 1);
    assert_eq!(other.count(&Query::<Net>::new()).unwrap(), 2);
    assert_eq!(before.generation().unwrap() + 1, other.generation().unwrap());
}

#[test]
fn many_threads_read_while_one_writes() {
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::open(directory.path().join("pdb.sqlite")).unwrap();
    let pair = |second| [net(1, second, "ok"), net(2, second, "ok")];
    put::<Net>(&cache, &pair(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let own = Cache::open_read_only(cache.path().unwrap()).unwrap();
                for _ in 0..50 {
                    let all = own.all::<Net>().unwrap();
                    assert_eq!(all.len(), 2);
                    assert_eq!(all.first().unwrap().updated, all.last().unwrap().updated);
                }
            });
        }
        for second in 1..20 {
            assert_eq!(put::<Net>(&cache, &pair(second)).updated, 2);
        }
    });
}

#[test]
fn in_memory_caches_are_apart_and_clones_are_not() {
    let (one, other) = (Cache::in_memory().unwrap(), Cache::in_memory().unwrap());
    put::<Net>(&one, &[net(1, 1, "ok")]);
    assert_eq!(one.clone().all::<Net>().unwrap().len(), 1);
    assert!(other.all::<Net>().unwrap().is_empty());
    let (first, second) = (one.snapshot().unwrap(), one.snapshot().unwrap());
    assert_eq!(first.generation().unwrap(), second.generation().unwrap());
}

#[test]
fn a_foreign_file_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file");
    let refused = |text: &str| {
        let before = std::fs::read(&path).unwrap();
        let error = Cache::open(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Storage);
        assert!(error.to_string().contains(text), "{error}");
        assert!(error.to_string().contains("file"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    };
    std::fs::write(
        &path,
        b"this is no database, but it is longer than a header would be; so it must not be touched",
    )
    .unwrap();
    refused("not a database");

    std::fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    refused("belongs to something else");

    std::fs::remove_file(&path).unwrap();
    drop(Cache::open(&path).unwrap());
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    refused("newer version");
}

#[test]
fn a_missing_file_is_not_made_by_reading() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("none");
    assert_eq!(Cache::open_read_only(&path).unwrap_err().kind(), ErrorKind::Storage);
    assert!(!path.exists());
    drop(Cache::open(&path).unwrap());
    let cache = Cache::open_read_only(&path).unwrap();
    assert!(cache.is_read_only());
    assert_eq!(cache.apply(changeset(Vec::new()), |_| ()).unwrap_err().kind(), ErrorKind::Storage);
}

#[test]
fn two_processes_may_make_the_same_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("pdb.sqlite");
    std::thread::scope(|scope| {
        for id in 0..8 {
            let path = &path;
            scope.spawn(move || {
                let cache = Cache::open(path).unwrap();
                put::<Net>(&cache, &[net(id, 1, "ok")]);
            });
        }
    });
    assert_eq!(Cache::open(&path).unwrap().all::<Net>().unwrap().len(), 8);
}

#[test]
fn the_schema_has_the_columns_of_the_records() {
    let cache = Cache::in_memory().unwrap();
    let lease = cache.lease().unwrap();
    for (object, keys) in crate::peeringdb::record::key_columns() {
        let connection = lease.get().unwrap();
        let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
        let mut columns: Vec<String> = statement
            .query_map([object.tag()], |row| row.get(0))
            .unwrap()
            .map(|name| name.unwrap())
            .collect();
        columns.retain(|name| {
            !["id", "updated", "live", "names", "doc", "gone", "seen"].contains(&name.as_str())
        });
        assert_eq!(columns, keys, "{object}");
    }
}

mod history;
mod names;
mod rules;
mod upkeep;
