use serde_json::{Value, json};

use super::*;
use crate::Asn;

fn round_trip<R: Record>(value: Value) -> R {
    let record: R = serde_json::from_str(&value.to_string()).unwrap();
    assert_eq!(serde_json::to_value(&record).unwrap(), value);
    let from_value: R = serde_json::from_value(value).unwrap();
    assert_eq!(record, from_value);
    record
}

#[test]
fn absent_null_and_empty_stay_apart() {
    let absent: Net = round_trip(json!({"id": 1}));
    let null: Net = round_trip(json!({"id": 1, "aka": null}));
    let empty: Net = round_trip(json!({"id": 1, "aka": ""}));
    assert_eq!((absent.aka.clone(), null.aka.clone(), empty.aka), (None, None, Some(String::new())));
    assert_ne!(absent, null);
}

#[test]
fn a_wrong_type_loses_nothing() {
    let record: NetIxLan = round_trip(json!({
        "id": 1, "asn": "64500", "speed": -1, "ipaddr4": "192.0.2.300", "ipaddr6": ["2001:db8::1"],
        "operational": "yes", "updated": "yesterday", "status": 7, "name": 5, "created": 1.5,
    }));
    assert_eq!(record.asn, None);
    let mut undecoded = record.undecoded();
    undecoded.sort_unstable();
    assert_eq!(
        undecoded,
        ["asn", "created", "ipaddr4", "ipaddr6", "name", "operational", "speed", "status", "updated"]
    );
}

#[test]
fn an_unusual_spelling_is_read_and_kept() {
    let record: NetIxLan =
        round_trip(json!({"id": 1, "ipaddr6": "2001:0DB8::0001", "updated": "2024-01-01T00:00:00+00:00"}));
    assert_eq!(record.ipaddr6, Some("2001:db8::1".parse().unwrap()));
    assert_eq!(record.updated, Some("2024-01-01T00:00:00Z".parse().unwrap()));
    assert!(record.undecoded().is_empty());
    let place: Fac = round_trip(json!({"id": 1, "latitude": 52, "longitude": 4.5}));
    assert_eq!(place.latitude, Some(52.0));
}

#[test]
fn a_change_wins_over_what_was_kept() {
    let mut record: NetIxLan =
        serde_json::from_value(json!({"id": 1, "ipaddr6": "2001:0DB8::1", "speed": "fast", "notes": null}))
            .unwrap();
    record.ipaddr6 = Some("2001:db8::2".parse().unwrap());
    record.speed = Some(1000);
    record.notes = Some("new".to_owned());
    assert_eq!(
        serde_json::to_value(&record).unwrap(),
        json!({"id": 1, "ipaddr6": "2001:db8::2", "speed": 1000, "notes": "new"})
    );
    record.ipaddr6 = None;
    assert_eq!(serde_json::to_value(&record).unwrap(), json!({"id": 1, "speed": 1000, "notes": "new"}));
}

#[test]
fn unknown_fields_and_values_stay() {
    let record: Net = round_trip(json!({
        "id": 1, "meta": {"rtbh_community": "64500:666"}, "quantum": [1, {"a": null}],
        "info_scope": "The Moon", "info_types": ["NSP", "Space"],
        "social_media": [{"service": "x", "identifier": "y", "verified": true}],
    }));
    assert_eq!(record.info_scope, Some(Scope::Other("The Moon".to_owned())));
    assert_eq!(record.info_types, Some(vec![NetType::Nsp, NetType::Other("Space".to_owned())]));
    assert_eq!(record.social_media.as_ref().map(Vec::len), Some(1));
    assert_eq!(record.extra.len(), 2);
    assert!(record.undecoded().is_empty());
}

#[test]
fn only_the_number_is_needed() {
    assert!(serde_json::from_str::<Net>("{}").is_err());
    assert!(serde_json::from_str::<Net>("[]").is_err());
    assert_eq!(serde_json::from_str::<Org>(r#"{"id":7}"#).unwrap().id(), 7);
}

#[test]
fn live_is_neither_deleted_nor_pending() {
    for (text, live) in
        [("ok", true), ("not-operational", true), ("frozen", true), ("deleted", false), ("pending", false)]
    {
        assert_eq!(Status::from(text).is_live(), live, "{text}");
    }
}

#[test]
fn operational_in_both_dialects() {
    let port = |value: Value| serde_json::from_value::<NetIxLan>(value).unwrap().is_operational();
    assert!(port(json!({"id": 1})));
    assert!(port(json!({"id": 1, "operational": true, "status": "ok"})));
    assert!(!port(json!({"id": 1, "operational": false, "status": "ok"})));
    assert!(!port(json!({"id": 1, "operational": false, "status": "not-operational"})));
    assert!(!port(json!({"id": 1, "status": "not-operational"})));
}

#[test]
fn parents_come_first() {
    let position = |tag: &str| {
        let object: ObjectType = tag.parse().unwrap();
        ObjectType::ALL.iter().position(|o| *o == object).unwrap()
    };
    for (child, parents) in [
        ("campus", &["org"][..]),
        ("fac", &["org", "campus"]),
        ("net", &["org"]),
        ("carrierfac", &["carrier", "fac"]),
        ("ixfac", &["ix", "fac"]),
        ("ixpfx", &["ixlan"]),
        ("netfac", &["net", "fac"]),
        ("netixlan", &["net", "ixlan", "fac"]),
        ("poc", &["net"]),
    ] {
        for parent in parents {
            assert!(position(parent) < position(child), "{parent} before {child}");
        }
    }
    assert!("NetIXLan".parse::<ObjectType>().is_err());
}

#[test]
fn keys_and_names_follow_the_declaration() {
    let net: Net =
        serde_json::from_value(json!({"id": 1, "asn": 64500, "name": "A", "aka": "", "name_long": "C"}))
            .unwrap();
    assert_eq!(Net::KEYS, ["org_id", "asn"]);
    assert_eq!(net.keys(), [None, Some(64500)]);
    assert_eq!(net.names(), ["A", "C"]);
    assert_eq!(net.asn, Some(Asn::new(64500)));
    for field in Net::KEYS.iter().chain(Net::NAMES) {
        assert!(Net::FIELDS.contains(field));
    }
}

#[test]
fn the_typed_form_has_every_field_once_and_loses_nothing() {
    let sent = json!({"id": 1, "asn": 64500, "ipaddr4": "192.0.2.1", "ipaddr6": null, "speed": "fast", "colour": "red"});
    let record: NetIxLan = round_trip(sent);
    let typed = serde_json::to_value(record.typed()).unwrap();
    let mut names: Vec<&str> = typed.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let mut known = NetIxLan::FIELDS.to_vec();
    known.extend(["extra", "kept"]);
    known.sort_unstable();
    assert_eq!(names, known);
    assert_eq!((&typed["asn"], &typed["ipaddr4"]), (&json!(64500), &json!("192.0.2.1")));
    assert!(typed["ipaddr6"].is_null() && typed["speed"].is_null() && typed["status"].is_null());
    assert_eq!((&typed["extra"], &typed["kept"]), (&json!({"colour": "red"}), &json!({"speed": "fast"})));
}
