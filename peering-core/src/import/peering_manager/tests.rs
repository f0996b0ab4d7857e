//! Older forms, what is broken, and what is missing. Complete answers are in the integration tests.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::{Family, SessionStatus, Status};
use crate::{Asn, ErrorKind};

fn answers(lists: Value) -> Answers {
    let mut answers = Answers::default();
    for (endpoint, rows) in lists.as_object().unwrap() {
        answers.add(endpoint, &rows.to_string()).unwrap();
    }
    answers
}

/// The lines of a kind, without those about lists that a test does not have.
fn lines(report: &Report, kind: LineKind) -> Vec<String> {
    let lines = report.of(kind).filter(|line| line.message != "there is no answer of this list");
    lines.map(ToString::to_string).collect()
}

/// A version in which exchanges had the router, and many things were words.
fn old() -> Value {
    json!({
        "peering/autonomous-systems": [
            {"id": 3, "asn": 64501, "name": "Peer", "contact_name": "Sam", "contact_email": "sam@peer.example",
             "comments": "", "irr_as_set": "AS-PEER", "tags": ["Good Friend", "other"],
             "potential_internet_exchange_peering_sessions": ["192.0.2.9"],
             "prefixes": {"ipv4": ["198.51.100.0/24"], "ipv6": null}},
            {"id": 4, "asn": 64510, "name": "Route servers"},
        ],
        "peering/internet-exchanges": [
            {"id": 1, "name": "Lab", "slug": "lab", "peeringdb_id": 801, "ipv4_address": "192.0.2.1",
             "ipv6_address": "2001:db8::1", "router": {"id": 5, "name": "r1", "hostname": "r1.example", "platform": "junos"},
             "local_autonomous_system": {"id": 1, "asn": 64500, "name": "Ours"}, "check_bgp_session_states": true},
        ],
        "peering/internet-exchange-peering-sessions": [
            {"id": 1, "autonomous_system": {"id": 3, "asn": 64501, "name": "Peer"}, "internet_exchange": {"id": 1, "slug": "lab"},
             "ip_address": "192.0.2.9", "enabled": false, "is_route_server": false, "multihop_ttl": 1,
             "config_context": {"a": 1}, "comment": "an old one"},
        ],
        "peering/direct-peering-sessions": [
            {"id": 1, "autonomous_system": 3, "local_asn": 64500, "relationship": "private-peering",
             "ip_address": "203.0.113.2", "password": "", "enabled": true, "router": 5},
        ],
        "peering/communities": [{"id": 1, "name": "Learnt Here!", "value": "64500:1", "type": "ingress"}],
        "peering/routing-policies": [{"id": 1, "name": "In", "slug": "in", "type": "import-policy", "address_family": 6}],
        "peering/routers": [
            {"id": 5, "name": "r1", "hostname": "r1.example", "platform": "junos", "use_netbox": false,
             "configuration_template": {"id": 2, "name": "Junos"}},
        ],
        "peering/configurations": [{"id": 2, "name": "Junos", "template": "x", "comments": "for r1"}],
    })
}

#[test]
fn old_forms_are_understood() {
    let Import { network, report } = import(&answers(old()));
    assert_eq!(report.problems, []);
    let peer = &network.autonomous_systems[0];
    assert_eq!(
        (peer.contacts[0].name.as_str(), peer.tags.as_slice()),
        ("Sam", &["good-friend", "other"].map(String::from)[..])
    );
    assert_eq!(peer.prefixes.as_ref().unwrap().ipv4.len(), 1);
    assert_eq!(network.autonomous_systems[2].name, "Ours", "made of what the exchange says");
    assert_eq!(network.tags[0].name, "Good Friend");
    let port = &network.connections[0];
    assert_eq!((port.name.as_str(), port.router.as_deref()), ("Lab", Some("r1")));
    assert_eq!((port.peeringdb_netixlan, port.ipv4_address.unwrap().prefix_len()), (Some(801), 32));
    let session = &network.internet_exchange_sessions[0];
    assert_eq!((session.status, session.connection.as_str()), (SessionStatus::Disabled, "Lab"));
    assert_eq!((session.comments.as_str(), &session.local_context_data["a"]), ("an old one", &json!(1)));
    let direct = &network.direct_sessions[0];
    assert_eq!(direct.local_autonomous_system, Some(Asn::new(64500)));
    assert_eq!((direct.relationship.as_deref(), direct.password.as_ref()), (Some("private-peering"), None));
    assert_eq!((direct.status, direct.ip_address.prefix_len()), (SessionStatus::Enabled, 32));
    assert_eq!(network.communities[0].slug, "learnt-here");
    assert_eq!(network.routing_policies[0].address_family, Some(Family::Ipv6));
    assert_eq!(
        (network.platforms[0].name.as_str(), network.platforms[0].driver.as_str()),
        ("junos", "junos")
    );
    assert_eq!(network.templates[0].description, "for r1");
    assert_eq!(
        lines(&report, LineKind::Renamed),
        ["bgp/communities 1: slug: there is no slug; it is \"learnt-here\" here"]
    );
    assert_eq!(lines(&report, LineKind::Made).len(), 8, "{:#?}", lines(&report, LineKind::Made));
    assert_eq!(
        lines(&report, LineKind::Withheld),
        [
            "peering/internet-exchange-peering-sessions: password: is not in the answers; sessions with a password have \
          none here (in 1 record, e.g. 1)"
        ]
    );
    assert!(lines(&report, LineKind::Missing).is_empty() && lines(&report, LineKind::Unknown).is_empty());
    let missing: Vec<_> = report.of(LineKind::Missing).map(|line| line.endpoint.as_str()).collect();
    assert!(missing.contains(&"net/bfd") && !missing.contains(&"bgp/communities"), "{missing:?}");
}

#[test]
fn equal_keys_become_unique_and_stay_so() {
    let rows = |order: &[u64]| -> Value {
        order.iter().map(|id| json!({"id": id, "name": if *id == 9 { "Lab-7" } else { "Lab" }})).collect()
    };
    let names = |order: &[u64]| {
        let Import { network, report } = import(&answers(json!({"net/connections": rows(order)})));
        assert_eq!(report.problems, []);
        let mut names: Vec<_> =
            network.connections.iter().map(|row| (row.id.unwrap(), row.name.clone())).collect();
        names.sort();
        (names, lines(&report, LineKind::Renamed).len())
    };
    let expected =
        [(2, "Lab"), (7, "Lab-7"), (8, "Lab-8"), (9, "Lab-7-9")].map(|(id, name)| (id, name.to_owned()));
    for order in [[2, 7, 8, 9], [9, 8, 7, 2], [7, 9, 2, 8]] {
        assert_eq!(names(&order), (expected.to_vec(), 3), "{order:?}");
    }
}

#[test]
fn what_leads_nowhere_is_told_and_left_out() {
    let Import { network, report } = import(&answers(json!({
        "peering/autonomous-systems": [{"id": 1, "name": "no number"}, {"id": 2, "asn": 64501, "name": "A",
            "import_routing_policies": [{"id": 9, "name": "Gone", "slug": "gone"}], "communities": [7, "lost"]}],
        "net/connections": [{"id": 1, "name": "C", "internet_exchange_point": {"id": 4, "slug": "gone"}, "router": null}],
        "peering/internet-exchange-peering-sessions": [
            {"id": 1, "autonomous_system": 5, "ixp_connection": 1, "ip_address": "192.0.2.1", "password": null},
            {"id": 2, "autonomous_system": 2, "ixp_connection": {"id": 8}, "ip_address": "192.0.2.1", "password": null},
            {"id": 3, "autonomous_system": 2, "ixp_connection": 1, "ip_address": "nonsense", "password": null},
        ],
    })));
    assert_eq!(report.problems, []);
    assert_eq!((network.autonomous_systems.len(), network.internet_exchange_sessions.len()), (1, 0));
    assert_eq!(
        lines(&report, LineKind::Missing),
        [
            "peering/autonomous-systems 1: asn: there is no AS number; the record is left out",
            "peering/autonomous-systems 2: import_routing_policies: refers to routing policy 9 (\"gone\"), which is not \
             among the answers; left out",
            "peering/autonomous-systems 2: communities: refers to community 7, which is not among the answers; left out",
            "peering/autonomous-systems 2: communities: refers to community \"lost\", which is not among the answers; \
             left out",
            "net/connections 1: internet_exchange_point: refers to exchange 4 (\"gone\"), which is not among the \
             answers; left out",
            "peering/internet-exchange-peering-sessions 1: autonomous_system: refers to autonomous system 5, which is \
             not among the answers; left out",
            "peering/internet-exchange-peering-sessions 1: autonomous_system: there is no autonomous system; the \
             session is left out",
            "peering/internet-exchange-peering-sessions 2: ixp_connection: refers to connection 8, which is not among \
             the answers; left out",
            "peering/internet-exchange-peering-sessions 2: ixp_connection: there is no connection; the session is left \
             out",
            "peering/internet-exchange-peering-sessions 3: ip_address: there is no address of the peer; the session is \
             left out",
        ]
    );
}

#[test]
fn values_that_do_not_fit_are_told_but_never_secret_ones() {
    let Import { network, report } = import(&answers(json!({
        "net/connections": [{"id": 1, "name": "C", "vlan": 70000, "status": {"value": "asleep", "label": "Asleep"},
            "mac_address": "zz", "ipv4_address": "2001:db8::1/64", "tags": [5]}],
        "peering/direct-peering-sessions": [{"id": 1, "autonomous_system": {"asn": 64501}, "ip_address": "192.0.2.1/24",
            "password": {"hidden": "hunter2"}, "multihop_ttl": -1, "passive": "yes", "last_established_state": "once"}],
    })));
    assert_eq!((network.connections[0].status, network.connections[0].vlan), (Status::Enabled, None));
    let told = lines(&report, LineKind::Unreadable);
    let fields: Vec<&str> = told.iter().map(|line| line.split(": ").nth(1).unwrap()).collect();
    assert_eq!(
        fields,
        [
            "status",
            "vlan",
            "mac_address",
            "ipv4_address",
            "tags",
            "password",
            "multihop_ttl",
            "passive",
            "last_established_state"
        ]
    );
    assert!(told[1].ends_with("expected a number in range, found 70000; left out"), "{}", told[1]);
    assert!(!told.concat().contains("hunter2"));
}

#[test]
fn what_is_no_answer_is_refused() {
    for text in ["", "<html>", "{\"detail\": \"Invalid token\"}", "7", "[1]", "{\"results\": {}}"] {
        let error = Answers::default().add("net/bfd", text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parse, "{text}");
    }
    let mut answers = Answers::default();
    answers.add("/api/net/bfd/", r#"{"id": 1, "name": "A"}"#).unwrap();
    answers
        .add("net/bfd", r#"{"count": 3, "results": [{"id": 1, "name": "B"}, {"id": 2, "name": "C"}]}"#)
        .unwrap();
    let Import { network, report } = import(&answers);
    let names: Vec<&str> = network.bfds.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["B", "C"], "a record that comes twice is one");
    assert_eq!(lines(&report, LineKind::Missing), ["net/bfd: 2 of 3 records are among the answers"]);
}

/// Any value in the place of any other.
fn shaken(value: Value, at: usize, new: &Value) -> Value {
    fn walk(value: &mut Value, left: &mut usize, new: &Value) {
        if *left == 0 {
            *value = new.clone();
        }
        *left = left.wrapping_sub(1);
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, left, new)),
            Value::Object(fields) => fields.values_mut().for_each(|field| walk(field, left, new)),
            _ => {}
        }
    }
    let (mut value, mut left) = (value, at);
    walk(&mut value, &mut left, new);
    value
}

proptest! {
    #[test]
    fn no_answer_brings_it_down(at in 10usize..200, kind in 0usize..7, text in "\\PC{0,12}") {
        let new = [json!(null), json!(true), json!(-1), json!(18446744073709551615u64), json!(text), json!([text]),
            json!({"id": text, "label": text})];
        let lists = shaken(old(), at, &new[kind]);
        let mut answers = Answers::default();
        for (endpoint, rows) in lists.as_object().unwrap() {
            // What is no answer is not taken in.
            let _ = answers.add(endpoint, &rows.to_string());
        }
        let Import { network, report } = import(&answers);
        prop_assert_eq!(network.problems(), report.problems);
    }
}
