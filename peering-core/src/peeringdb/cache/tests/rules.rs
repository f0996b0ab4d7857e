//! One test a rule, each of which fails without it.

use super::*;
use crate::peeringdb::record::{IxFac, IxPfx, NetFac};
use crate::peeringdb::sync::{Note, Rule};

/// A list made at this second of the first minute of 2026.
fn list<R: Record>(second: u32, rows: &[Value]) -> Batch<Given> {
    let made: jiff::Timestamp = at(second).parse().unwrap();
    let made = Some(made.as_microsecond());
    Batch { as_of: made, complete_until: made, ..batch::<R>(false, rows) }
}

fn apply(cache: &Cache, batches: Vec<Batch<Given>>) -> Vec<Note> {
    cache.apply(changeset(batches), |_| ()).unwrap().notes
}

fn rules(notes: &[Note]) -> Vec<(ObjectType, Option<u64>, Rule)> {
    notes.iter().map(|note| (note.object, note.id, note.rule.clone())).collect()
}

fn contact(id: u64, visible: &str) -> Value {
    json!({"id": id, "net_id": 1, "visible": visible, "updated": at(1), "status": "ok"})
}

#[test]
fn of_two_rows_as_old_the_one_from_the_later_answer_counts() {
    let cache = Cache::in_memory().unwrap();
    let counted = |count: u64| json!({"id": 1, "asn": 64497, "ix_count": count, "updated": at(1)});
    apply(&cache, vec![list::<Net>(30, &[counted(2)])]);
    let notes = apply(&cache, vec![list::<Net>(20, &[counted(1)])]);
    assert_eq!(rules(&notes), [(ObjectType::Net, Some(1), Rule::Outdated)]);
    assert_eq!(cache.by_id::<Net>(1).unwrap().unwrap().ix_count, Some(2));
    apply(&cache, vec![list::<Net>(40, &[counted(3)])]);
    assert_eq!(cache.by_id::<Net>(1).unwrap().unwrap().ix_count, Some(3));
}

#[test]
fn what_a_complete_list_lacks_is_gone() {
    let cache = Cache::in_memory().unwrap();
    put::<Net>(&cache, &[net(1, 1, "ok"), net(2, 1, "ok"), net(3, 50, "ok")]);
    // Number 3 is newer than the list, so the list says nothing about it.
    let notes = apply(&cache, vec![list::<Net>(40, &[net(1, 1, "ok")])]);
    assert_eq!(rules(&notes), [(ObjectType::Net, Some(2), Rule::AbsentFromList)]);
    assert_eq!(ids(&cache, &Query::<Net>::new()), [1, 3]);
    // A list from before cannot bring it back, a later one can.
    apply(&cache, vec![list::<Net>(30, &[net(1, 1, "ok"), net(2, 1, "ok")])]);
    assert_eq!(ids(&cache, &Query::<Net>::new()), [1, 3]);
    // Not even with a change that was never seen.
    apply(&cache, vec![list::<Net>(35, &[net(1, 1, "ok"), net(2, 20, "ok")])]);
    assert_eq!(ids(&cache, &Query::<Net>::new()), [1, 3]);
    let notes = apply(&cache, vec![list::<Net>(45, &[net(1, 1, "ok"), net(2, 20, "ok")])]);
    assert_eq!(rules(&notes), [(ObjectType::Net, Some(2), Rule::Returned)]);
    assert_eq!(ids(&cache, &Query::<Net>::new()), [1, 2, 3]);
}

#[test]
fn a_row_in_the_changes_after_a_list_is_not_absent() {
    let cache = Cache::in_memory().unwrap();
    put::<Net>(&cache, &[net(1, 1, "ok"), net(2, 1, "ok")]);
    let changes = batch::<Net>(false, &[net(2, 1, "ok")]);
    assert_eq!(apply(&cache, vec![list::<Net>(40, &[net(1, 1, "ok")]), changes]), []);
    assert_eq!(ids(&cache, &Query::<Net>::new()), [1, 2]);
}

#[test]
fn a_list_that_is_too_short_is_not_believed() {
    let cache = Cache::in_memory().unwrap();
    let all: Vec<Value> = (1..=100).map(|id| net(id, 1, "ok")).collect();
    put::<Net>(&cache, &all);
    for rest in [0, 1, 89] {
        let notes = apply(&cache, vec![list::<Net>(40, &all[..rest])]);
        let rule = Rule::ListTooShort { expected: 100, absent: 100 - rest as u64 };
        assert_eq!(rules(&notes), [(ObjectType::Net, None, rule)]);
        assert!(notes[0].rule.is_warning());
    }
    assert_eq!(apply(&cache, vec![list::<Net>(40, &all[..90])]).len(), 10);
    // An empty list is never believed, however few rows there are.
    put::<Org>(&cache, &[json!({"id": 1, "name": "a", "updated": at(1)})]);
    apply(&cache, vec![list::<Org>(40, &[])]);
    assert_eq!(ids(&cache, &Query::<Org>::new()), [1]);
}

#[test]
fn an_anonymous_list_says_nothing_about_contacts_fetched_with_a_key() {
    let keyed = |rows: &[Value]| Batch { with_key: true, ..list::<Poc>(40, rows) };
    let cursor = |with_key| vec![Cursor { object: ObjectType::Poc, with_key, since: 1, listed: true }];
    let run = |cache: &Cache, batch: Batch<Given>| {
        let cursors = cursor(batch.with_key);
        cache.apply(Changeset { cursors, ..changeset(vec![batch]) }, |_| ()).unwrap();
        ids(cache, &Query::<Poc>::new())
    };
    let cache = Cache::in_memory().unwrap();
    run(&cache, keyed(&[contact(1, "Public"), contact(2, "Users"), contact(3, "Private")]));
    assert_eq!(run(&cache, list::<Poc>(50, &[contact(1, "Public")])), [1, 2, 3]);
    // Private contacts are shown to their own organisation only, so another key's list says nothing about them.
    assert_eq!(run(&cache, keyed(&[contact(1, "Public")])), [1, 3]);
    // Among anonymous lists, absence counts.
    let cache = Cache::in_memory().unwrap();
    run(&cache, list::<Poc>(40, &[contact(1, "Public"), contact(2, "Public")]));
    assert_eq!(run(&cache, list::<Poc>(50, &[contact(1, "Public")])), [1]);
}

#[test]
fn everything_that_belongs_to_a_deleted_object_goes_with_it() {
    let cache = Cache::in_memory().unwrap();
    put::<Org>(&cache, &[json!({"id": 1, "name": "Org", "updated": at(1)})]);
    put::<Ix>(&cache, &[json!({"id": 7, "org_id": 1, "updated": at(1)})]);
    put::<IxLan>(&cache, &[json!({"id": 7, "ix_id": 7, "updated": at(1)})]);
    put::<IxPfx>(&cache, &[json!({"id": 1, "ixlan_id": 7, "updated": at(1)})]);
    put::<IxFac>(&cache, &[json!({"id": 1, "ix_id": 7, "fac_id": 9, "updated": at(1)})]);
    put::<Net>(&cache, &[net(1, 1, "ok")]);
    put::<NetIxLan>(&cache, &[port(1, 1, 7, 1, "ok")]);
    put::<NetFac>(&cache, &[json!({"id": 1, "net_id": 1, "fac_id": 9, "updated": at(1)})]);
    let org = json!({"id": 1, "name": "Org", "updated": at(5), "status": "deleted"});
    let notes = apply(&cache, vec![batch::<Org>(false, &[org])]);
    let gone: Vec<String> = notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        gone,
        [
            "ix 7: gone with org 1",
            "ixfac 1: gone with ix 7",
            "ixlan 7: gone with ix 7",
            "ixpfx 1: gone with ixlan 7",
            "netixlan 1: gone with ix 7"
        ]
    );
    assert_eq!(ids(&cache, &Query::<NetFac>::new()), [1]);
    // A list from before that moment brings nothing back, not even a row that was never seen.
    apply(&cache, vec![list::<NetIxLan>(4, &[port(1, 1, 7, 1, "ok"), port(2, 1, 7, 2, "ok")])]);
    assert!(ids(&cache, &Query::<NetIxLan>::new()).is_empty());
}

#[test]
fn a_deleted_row_never_seen_is_kept_as_a_tombstone() {
    let cache = Cache::in_memory().unwrap();
    put::<Net>(&cache, &[net(1, 1, "ok")]);
    let notes = apply(&cache, vec![batch::<Net>(false, &[net(2, 5, "deleted")])]);
    assert_eq!(rules(&notes), [(ObjectType::Net, Some(2), Rule::NeverSeen)]);
    apply(&cache, vec![batch::<Net>(false, &[net(2, 4, "ok")])]);
    assert_eq!(ids(&cache, &Query::<Net>::new()), [1]);
}

#[test]
fn names_may_be_swapped_and_used_again() {
    let cache = Cache::in_memory().unwrap();
    let named = |id: u64, name: &str, second, status: &str| json!({"id": id, "asn": 64500, "name": name, "updated": at(second), "status": status});
    put::<Net>(&cache, &[named(1, "A", 1, "ok"), named(2, "B", 1, "ok")]);
    put::<Net>(&cache, &[named(1, "B", 2, "ok"), named(2, "A", 2, "ok")]);
    put::<Net>(&cache, &[named(1, "B", 3, "deleted"), named(3, "B", 3, "ok")]);
    let names: Vec<_> =
        cache.all::<Net>().unwrap().into_iter().map(|net| (net.id, net.name.unwrap())).collect();
    assert_eq!(names, [(2, "A".to_owned()), (3, "B".to_owned())]);
    let found: Vec<u64> = cache.search("b", 10).unwrap().iter().map(|hit| hit.id).collect();
    assert_eq!(found, [3]);
}

#[test]
fn a_tombstone_from_the_future_does_not_outlast_what_follows() {
    let cache = Cache::in_memory().unwrap();
    let row =
        |updated: &str, status: &str| json!({"id": 1, "asn": 64500, "updated": updated, "status": status});
    put::<Net>(&cache, &[row("2999-01-01T00:00:00Z", "deleted")]);
    put::<Net>(&cache, &[row("2999-01-01T00:00:01Z", "ok")]);
    assert_eq!(ids(&cache, &Query::<Net>::new()), [1]);
}

#[test]
fn a_clock_that_goes_back_loses_nothing() {
    let cache = Cache::in_memory().unwrap();
    let run = |now: &str, row: Value| {
        let cursors = vec![Cursor { object: ObjectType::Net, with_key: false, since: 50, listed: true }];
        let now = now.parse().unwrap();
        let changes = Changeset { cursors, now, ..changeset(vec![batch::<Net>(false, &[row])]) };
        cache.apply(changes, |_| ()).unwrap();
        cache.statistics().unwrap().synced.unwrap()
    };
    let first = run("2026-01-02T00:00:00Z", net(1, 1, "ok"));
    let mut changed = net(1, 1, "ok");
    changed["name"] = json!("Changed in the same second");
    let second = run("1970-01-01T00:00:00Z", changed.clone());
    assert!(second > first);
    assert_eq!(cache.by_id::<Net>(1).unwrap().unwrap().name.as_deref(), changed["name"].as_str());
    let changes = cache.changes(&ChangeQuery { since: Some(first), ..ChangeQuery::default() }).unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(cache.as_of::<Net>(1, first).unwrap().unwrap().name.as_deref(), Some("Net 1"));
}
