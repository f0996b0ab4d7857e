//! Migration, copies, checks, and whose turn it is.

use super::*;

#[test]
fn a_file_of_the_first_version_is_taken_along() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pdb.sqlite");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../schema_1.sql")).unwrap();
    old.execute_batch(
        "CREATE INDEX netixlan_ixlan ON netixlan (ixlan_id, asn);
         CREATE INDEX of_old ON net (updated);
         INSERT INTO net (id, updated, live, org_id, asn, names, doc) VALUES
             (1, 1000000, 1, 1, 64500, 'first', '{\"id\":1,\"asn\":64500,\"name\":\"First\",\"updated\":\"1970-01-01T00:00:01Z\"}'),
             (2, 2000000, 0, 1, 64501, 'second', '{\"id\":2,\"name\":\"Second\",\"status\":\"deleted\"}');
         INSERT INTO netixlan (id, updated, live, net_id, ix_id, ixlan_id, asn, names, doc) VALUES
             (1, 1000000, 1, 1, 7, 7, 64500, '', '{\"id\":1,\"net_id\":1,\"ix_id\":7,\"ixlan_id\":7,\"asn\":64500,\"speed\":10000}'),
             (2, 1000000, 0, 2, 7, 7, 64501, '', '{\"id\":2,\"net_id\":2,\"status\":\"ok\"}');
         INSERT INTO cursor VALUES ('net', '', 1);
         PRAGMA application_id = 1349665858; PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(old);
    assert_eq!(Cache::open_read_only(&path).unwrap_err().kind(), ErrorKind::Storage);
    let cache = Cache::open(&path).unwrap();
    assert_eq!(cache.check().unwrap(), [] as [String; 0]);
    assert_eq!(ids(&cache, &Query::<NetIxLan>::new().speed(10_000)), [1]);
    assert_eq!(cache.search("first", 10).unwrap().len(), 1);
    assert!(cache.search("second", 10).unwrap().is_empty());
    assert_eq!(cache.cursor(ObjectType::Net, false).unwrap(), Some((1, None)));
    // The indexes are those of a new file.
    let indexes = |cache: &Cache| -> Vec<String> {
        let lease = cache.lease().unwrap();
        let sql = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
        let mut statement = lease.get().unwrap().prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let fresh = Cache::open(folder.path().join("fresh.sqlite")).unwrap();
    assert_eq!(indexes(&cache), indexes(&fresh));
    // And a row hidden by the first version's rule comes back with its parent.
    put::<Net>(&cache, &[net(2, 5, "ok")]);
    put::<NetIxLan>(&cache, &[json!({"id": 2, "net_id": 2, "status": "ok"})]);
    assert_eq!(ids(&cache, &Query::<NetIxLan>::new()), [1, 2]);
}

#[test]
fn a_copy_is_the_same_and_never_over_something() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path().join("pdb.sqlite")).unwrap();
    put::<Net>(&cache, &[net(1, 1, "ok"), net(2, 1, "deleted")]);
    let copy = folder.path().join("it's a copy.sqlite");
    // Somebody is reading and somebody writes while it is made.
    let reading = cache.snapshot().unwrap();
    cache.copy_to(&copy).unwrap();
    put::<Net>(&cache, &[net(3, 1, "ok")]);
    assert_eq!(cache.copy_to(&copy).unwrap_err().kind(), ErrorKind::Options);
    let copy = Cache::open(&copy).unwrap();
    let all = Query::<Net>::new().including_deleted();
    assert_eq!(copy.find(&all).unwrap(), reading.find(&all).unwrap());
    assert_eq!(copy.check().unwrap(), [] as [String; 0]);
}

#[test]
fn a_copy_of_what_is_in_memory_is_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::in_memory().unwrap();
    put::<Net>(&cache, &[net(1, 1, "ok")]);
    let copy = folder.path().join("100 % of it?.sqlite");
    cache.copy_to(&copy).unwrap();
    assert_eq!(ids(&Cache::open_read_only(&copy).unwrap(), &Query::<Net>::new()), [1]);
}

#[test]
fn a_flush_leaves_nothing_and_readers_their_state() {
    let cache = Cache::open(tempfile::tempdir().unwrap().keep().join("pdb.sqlite")).unwrap();
    put::<Net>(&cache, &[net(1, 1, "ok")]);
    let other = Cache::open(cache.path().unwrap()).unwrap();
    let reading = other.snapshot().unwrap();
    let generation = cache.generation().unwrap();
    let turn = other.take_turn().unwrap().unwrap();
    assert_eq!(cache.flush().unwrap_err().kind(), ErrorKind::Locked);
    drop(turn);
    cache.flush().unwrap();
    assert_eq!(reading.count(&Query::<Net>::new()).unwrap(), 1);
    drop(reading);
    let statistics = other.statistics().unwrap();
    assert_eq!((statistics.live(), statistics.synced, statistics.age()), (0, None, None));
    assert!(other.generation().unwrap() > generation);
    assert_eq!(other.changes(&ChangeQuery::default()).unwrap(), []);
    std::fs::remove_dir_all(cache.path().unwrap().parent().unwrap()).unwrap();
}

#[test]
fn a_check_finds_what_sqlite_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path().join("pdb.sqlite")).unwrap();
    put::<Net>(&cache, &[net(1, 1, "ok"), net(2, 1, "ok"), net(3, 1, "ok")]);
    assert_eq!(cache.check().unwrap(), [] as [String; 0]);
    let own = Connection::open(cache.path().unwrap()).unwrap();
    own.execute_batch(
        "UPDATE net SET doc = '{' WHERE id = 1; UPDATE net SET gone = 5 WHERE id = 2;
         UPDATE net SET doc = replace(doc, '\"id\":3', '\"id\":4') WHERE id = 3;",
    )
    .unwrap();
    let wrong = cache.check().unwrap();
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    assert!(wrong[0].starts_with("net 1: what is kept is no JSON"), "{wrong:?}");
}

#[test]
fn one_sync_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let one = Cache::open(folder.path().join("pdb.sqlite")).unwrap();
    let two = Cache::open(one.path().unwrap()).unwrap();
    for (first, second) in [(&one, &two), (&one, &one.clone()), (&two, &one)] {
        let turn = first.take_turn().unwrap();
        assert!(turn.is_some());
        assert!(second.take_turn().unwrap().is_none());
        drop(turn);
        assert!(second.take_turn().unwrap().is_some());
    }
    let memory = Cache::in_memory().unwrap();
    let turn = memory.take_turn().unwrap();
    assert!(turn.is_some() && memory.clone().take_turn().unwrap().is_none());
}
