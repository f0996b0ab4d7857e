//! Search by name.

use super::*;

fn found(cache: &Cache, text: &str) -> Vec<(ObjectType, u64)> {
    cache.search(text, 10).unwrap().into_iter().map(|hit| (hit.object, hit.id)).collect()
}

#[test]
fn words_are_found_in_any_order_case_and_accent() {
    let cache = Cache::in_memory().unwrap();
    put::<Ix>(
        &cache,
        &[json!({"id": 1, "name": "DE-CIX Düsseldorf", "aka": "", "name_long": "Deutscher Commercial"})],
    );
    put::<Net>(
        &cache,
        &[
            json!({"id": 1, "asn": 64500, "name": "Example Düsseldorf Net"}),
            json!({"id": 2, "asn": 64501, "name": "64500"}),
        ],
    );
    put::<Org>(&cache, &[json!({"id": 3, "name": "Gone Düsseldorf", "status": "deleted"})]);
    assert_eq!(found(&cache, "dusseldorf de-cix"), [(ObjectType::Ix, 1)]);
    assert_eq!(found(&cache, "DÜSSEL"), [(ObjectType::Net, 1), (ObjectType::Ix, 1)]);
    assert_eq!(found(&cache, "commercial cix"), [(ObjectType::Ix, 1)]);
    assert_eq!(found(&cache, "sseldorf"), []);
    // An AS number finds the network itself first, then what is called like it.
    assert_eq!(found(&cache, "64500"), [(ObjectType::Net, 1), (ObjectType::Net, 2)]);
    assert_eq!(found(&cache, " as64501 "), [(ObjectType::Net, 2)]);
    assert_eq!(cache.search("düsseldorf", 1).unwrap().len(), 1);
    assert_eq!(cache.search("cix", 10).unwrap()[0].name, "DE-CIX Düsseldorf");
}

#[test]
fn nothing_in_a_search_is_an_operator() {
    let cache = Cache::in_memory().unwrap();
    put::<Net>(&cache, &[json!({"id": 1, "asn": 64500, "name": "not \"near\" or* (and)"})]);
    for text in ["\"", "*", "a AND", "NOT", "near(", "names:", "-x", "^not", "{", "'", "\u{1f}", "", " "] {
        cache.search(text, 10).unwrap();
    }
    assert_eq!(found(&cache, "NOT near OR* (and)"), [(ObjectType::Net, 1)]);
    assert!(found(&cache, "").is_empty());
}

#[test]
fn the_index_follows_the_names() {
    let cache = Cache::in_memory().unwrap();
    let row = |name: &str, second, status: &str| json!({"id": 1, "name": name, "updated": at(second), "status": status});
    put::<Org>(&cache, &[row("old words", 1, "ok")]);
    put::<Org>(&cache, &[row("new words", 2, "ok")]);
    assert_eq!(found(&cache, "old"), []);
    assert_eq!(found(&cache, "new"), [(ObjectType::Org, 1)]);
    put::<Org>(&cache, &[row("new words", 3, "deleted")]);
    assert_eq!(found(&cache, "words"), []);
    put::<Org>(&cache, &[row("new words", 4, "ok")]);
    assert_eq!(found(&cache, "words"), [(ObjectType::Org, 1)]);
    // What goes along with its parent, too.
    put::<Net>(&cache, &[json!({"id": 5, "org_id": 1, "asn": 64500, "name": "child", "updated": at(4)})]);
    put::<Org>(&cache, &[row("new words", 5, "deleted")]);
    assert_eq!(found(&cache, "child"), []);
    cache.flush().unwrap();
    assert_eq!(cache.check().unwrap(), [] as [String; 0]);
}
