//! What changed, who came and went, and what is forgotten.

use futures_util::StreamExt as _;

use super::*;

/// The time of the last sync.
fn now(cache: &Cache) -> jiff::Timestamp {
    cache.statistics().unwrap().synced.unwrap()
}

#[test]
fn every_change_is_told_field_by_field() {
    let cache = Cache::in_memory().unwrap();
    put::<Net>(&cache, &[net(1, 1, "ok"), net(2, 1, "ok")]);
    let start = now(&cache);
    assert_eq!(cache.changes(&ChangeQuery::default()).unwrap(), []);
    let mut renamed = net(1, 2, "ok");
    renamed["name"] = json!("New");
    renamed["aka"] = json!(null);
    put::<Net>(&cache, &[renamed, net(2, 2, "deleted"), net(3, 2, "ok"), net(4, 2, "deleted")]);
    put::<Net>(&cache, &[net(2, 3, "ok")]);
    let all = cache.changes(&ChangeQuery { since: Some(start), ..ChangeQuery::default() }).unwrap();
    let told: Vec<_> = all.iter().map(|change| (change.id, change.kind)).collect();
    use ChangeKind::{Created, Deleted, Updated};
    assert_eq!(told, [(1, Updated), (2, Deleted), (3, Created), (2, Created)]);
    let fields: Vec<_> =
        all[0].fields.iter().map(|f| (f.field.as_str(), f.old.clone(), f.new.clone())).collect();
    assert_eq!(
        fields,
        [
            ("aka", None, Some(Value::Null)),
            ("name", Some(json!("Net 1")), Some(json!("New"))),
            ("updated", Some(json!(at(1))), Some(json!(at(2)))),
        ]
    );
    let json = serde_json::to_value(&all[0]).unwrap();
    assert_eq!((&json["object"], &json["kind"]), (&json!("net"), &json!("updated")));
    assert_eq!(serde_json::from_value::<Change>(json).unwrap(), all[0]);
    // Filters.
    let of = |query: ChangeQuery| cache.changes(&query).unwrap().iter().map(|c| c.number).collect::<Vec<_>>();
    let numbers: Vec<u64> = all.iter().map(|change| change.number).collect();
    assert_eq!(of(ChangeQuery { after: Some(numbers[1]), ..ChangeQuery::default() }), numbers[2..]);
    assert_eq!(of(ChangeQuery { id: Some(2), ..ChangeQuery::default() }), [numbers[1], numbers[3]]);
    assert_eq!(of(ChangeQuery { limit: Some(1), ..ChangeQuery::default() }), numbers[..1]);
    assert!(of(ChangeQuery { objects: vec![ObjectType::Org], ..ChangeQuery::default() }).is_empty());
}

#[test]
fn a_record_as_it_was_at_any_time() {
    let cache = Cache::in_memory().unwrap();
    put::<Org>(&cache, &[json!({"id": 9, "updated": at(0)})]);
    let mut states: Vec<(jiff::Timestamp, Option<Net>)> = Vec::new();
    put::<Net>(&cache, &[net(7, 1, "ok")]);
    let row = |second, more: Value| {
        let mut row = net(1, second, "ok");
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        row
    };
    for step in [
        json!({"info_scope": "Europe", "meta": {"a": 1}}),
        json!({"info_scope": "Global", "notes": null}),
        json!({"status": "deleted", "notes": ""}),
        json!({"info_scope": "Africa", "latitude": 1.50}),
        json!({"name": "x".repeat(300)}),
    ] {
        put::<Net>(&cache, &[row(states.len() as u32 + 2, step)]);
        states.push((now(&cache), cache.by_id(1).unwrap()));
    }
    assert_eq!(states[2].1, None);
    for (time, state) in &states {
        assert_eq!(&cache.as_of::<Net>(1, *time).unwrap(), state);
    }
    let before = states[0].0 - jiff::SignedDuration::from_micros(1);
    assert_eq!(cache.as_of::<Net>(1, before).unwrap(), None);
    // Before the beginning there is no telling.
    let begins = cache.history_begins(ObjectType::Net).unwrap().unwrap();
    let error = cache.as_of::<Net>(1, begins - jiff::SignedDuration::from_micros(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("history of net begins"), "{error}");
}

#[test]
fn who_joined_and_who_left() {
    let cache = Cache::in_memory().unwrap();
    put::<NetIxLan>(
        &cache,
        &[
            port(1, 1, 7, 1, "ok"),
            port(2, 1, 7, 1, "ok"),
            port(3, 2, 7, 1, "ok"),
            port(4, 3, 7, 1, "ok"),
            port(5, 4, 8, 1, "ok"),
            port(6, 4, 9, 1, "ok"),
        ],
    );
    let since = now(&cache);
    put::<NetIxLan>(
        &cache,
        &[
            port(1, 1, 7, 2, "deleted"), // has another port
            port(3, 2, 7, 2, "deleted"), // left
            port(4, 3, 7, 2, "deleted"), // moved to number 10
            port(10, 3, 7, 2, "ok"),
            port(11, 5, 7, 2, "ok"), // joined
            port(5, 4, 7, 2, "ok"),  // moved from 8 to 7
            port(12, 6, 7, 2, "ok"), // came and went
            port(6, 4, 9, 2, "deleted"),
        ],
    );
    put::<NetIxLan>(&cache, &[port(12, 6, 7, 3, "deleted"), port(13, 5, 7, 3, "ok")]);
    let told: Vec<_> = cache
        .member_changes(since, &[7, 8])
        .unwrap()
        .into_iter()
        .map(|change| (change.ixlan, change.asn.get() - 64496, change.event, change.ports))
        .collect();
    use MemberEvent::{Joined, Left};
    assert_eq!(
        told,
        [(7, 2, Left, vec![3]), (7, 4, Joined, vec![5]), (7, 5, Joined, vec![11, 13]), (8, 4, Left, vec![5])]
    );
    assert_eq!(cache.member_changes(now(&cache), &[7, 8]).unwrap(), []);
}

#[test]
fn what_is_too_old_is_forgotten_and_nobody_pretends_otherwise() {
    let cache = Cache::in_memory().unwrap();
    let run = |day: u32, row: Value, keep: u64| {
        let now = format!("2026-01-{day:02}T00:00:00Z").parse().unwrap();
        let keep = Duration::from_secs(keep * 86_400);
        cache.apply(Changeset { now, keep, ..changeset(vec![batch::<Net>(false, &[row])]) }, |_| ()).unwrap();
    };
    for day in 1..=5 {
        run(day, net(1, day, "ok"), 100);
    }
    let third: jiff::Timestamp = "2026-01-03T00:00:00Z".parse().unwrap();
    let since = |time| ChangeQuery { since: Some(time), ..ChangeQuery::default() };
    assert_eq!(cache.changes(&since(third)).unwrap().len(), 2);
    run(6, net(1, 6, "ok"), 2);
    assert_eq!(cache.changes(&since(third)).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(cache.as_of::<Net>(1, third).unwrap_err().kind(), ErrorKind::NotFound);
    let kept = cache.changes(&ChangeQuery::default()).unwrap();
    assert_eq!(kept.len(), 3);
    let after = |after| cache.changes(&ChangeQuery { after: Some(after), ..ChangeQuery::default() });
    assert_eq!(after(0).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(after(kept[0].number).unwrap().len(), 2);
    // Nothing at all is kept if nothing is to be.
    run(7, net(1, 7, "ok"), 0);
    assert_eq!(cache.changes(&ChangeQuery::default()).unwrap(), []);
    assert_eq!(cache.as_of::<Net>(1, now(&cache)).unwrap(), cache.by_id(1).unwrap());
    run(8, net(1, 8, "ok"), 100);
    assert_eq!(cache.changes(&ChangeQuery::default()).unwrap().len(), 1);
    let seventh = "2026-01-07T00:00:00Z".parse().unwrap();
    assert_eq!(cache.as_of::<Net>(1, seventh).unwrap().unwrap().updated, Some(at(7).parse().unwrap()));
    cache.forget_changes(Duration::ZERO).unwrap();
    assert_eq!(cache.changes(&ChangeQuery::default()).unwrap(), []);
}

#[tokio::test]
async fn changes_come_as_a_stream_from_whoever_makes_them() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path().join("pdb.sqlite")).unwrap();
    let other = Cache::open(cache.path().unwrap()).unwrap();
    put::<Net>(&other, &[net(1, 1, "ok")]);
    let mut stream = Box::pin(cache.follow(None, Duration::from_millis(5)));
    // Not polled yet, so not begun: begin, and see nothing.
    assert!(tokio::time::timeout(Duration::from_millis(50), stream.next()).await.is_err());
    for second in 2..5 {
        put::<Net>(&other, &[net(1, second, "ok"), net(9, second, "deleted")]);
    }
    let mut last = 0;
    for _ in 2..5 {
        let change = stream.next().await.unwrap().unwrap();
        assert_eq!((change.id, change.kind), (1, ChangeKind::Updated));
        assert!(change.number > last);
        last = change.number;
    }
    drop(stream);
    // And again from a place that was kept.
    put::<Net>(&other, &[net(2, 1, "ok")]);
    let mut stream = Box::pin(cache.follow(Some(last), Duration::from_millis(5)));
    assert_eq!(stream.next().await.unwrap().unwrap().id, 2);
    other.forget_changes(Duration::ZERO).unwrap();
    put::<Net>(&other, &[net(3, 1, "ok")]);
    let mut stream = Box::pin(cache.follow(Some(last), Duration::from_millis(5)));
    assert_eq!(stream.next().await.unwrap().unwrap_err().kind(), ErrorKind::NotFound);
    assert!(stream.next().await.is_none());
}
