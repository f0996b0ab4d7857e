//! The document, its checks and its rules.

use super::*;
use crate::{Asn, Compat, ErrorKind, Secret};

fn sample() -> Network {
    let mut exchange = InternetExchange::new("ix-1", "IX");
    exchange.local_autonomous_system = Some(Asn::new(64500));
    exchange.import_routing_policies = vec!["all".into()];
    let mut connection = Connection::new("ix-1-1");
    connection.internet_exchange = Some("ix-1".into());
    connection.router = Some("r1".into());
    connection.ipv4_address = Some("192.0.2.254/24".parse().unwrap());
    connection.mac_address = Some("00:1b:77:49:54:fd".parse().unwrap());
    let mut session = InternetExchangeSession::new(Asn::new(64501), "ix-1-1", "192.0.2.1".parse().unwrap());
    session.password = Some(Secret::new("hunter2"));
    session.import_routing_policies = vec!["v6".into()];
    let mut direct = DirectSession::new(Asn::new(64501), "198.51.100.2/30".parse().unwrap());
    direct.router = Some("r1".into());
    direct.bgp_group = Some("transit".into());
    direct.password = Some(Secret::new("correct horse"));
    let mut router = Router::new("r1", "r1.example.net");
    router.platform = Some("FRRouting".into());
    router.config_contexts = vec![
        ContextAssignment { context: "late".into(), weight: 20 },
        ContextAssignment { context: "early".into(), weight: 10 },
        ContextAssignment { context: "off".into(), weight: 30 },
    ];
    router.local_context_data.insert("own".into(), 1.into());
    let mut v6 = RoutingPolicy::new("v6", "IPv6");
    v6.address_family = Some(Family::Ipv6);
    let context = |name: &str, json: &str| ConfigContext::new(name, serde_json::from_str(json).unwrap());
    let mut off = context("off", r#"{"mtu": 1}"#);
    off.is_active = false;
    let mut peer = AutonomousSystem::new(Asn::new(64501), "Theirs: \"quoted\"\nand more");
    peer.comments = "Call them first.\n\n- in English\n".into();
    Network {
        autonomous_systems: vec![AutonomousSystem::new(Asn::new(64500), "Ours"), peer],
        bgp_groups: vec![BgpGroup::new("transit", "Transit")],
        internet_exchanges: vec![exchange],
        connections: vec![connection],
        internet_exchange_sessions: vec![session],
        direct_sessions: vec![direct],
        routing_policies: vec![RoutingPolicy::new("all", "All"), v6],
        communities: vec![Community::new("c", "C", "64500:1"), Community::new("yes", "on", "0:64500")],
        routers: vec![router],
        platforms: vec![Platform::new("FRRouting", "frr")],
        config_contexts: vec![
            context("early", r#"{"mtu": 1500, "ntp": {"a": 1}}"#),
            context("late", r#"{"mtu": 9000, "ntp": {"b": 2}}"#),
            off,
        ],
        tags: vec![Tag {
            name: "Yes".into(),
            slug: "no".into(),
            id: Some(7),
            description: "# not a comment".into(),
        }],
        ..Network::default()
    }
}

#[test]
fn a_document_survives_with_its_secrets_only_when_asked() {
    let network = sample();
    assert_eq!(Network::from_json(&network.to_json_exposing_secrets()).unwrap(), network);
    assert_eq!(Network::from_yaml(&network.to_yaml_exposing_secrets()).unwrap(), network);
    // JSON is YAML.
    assert_eq!(Network::from_yaml(&network.to_json_exposing_secrets()).unwrap(), network);

    for redacted in [network.to_json(), network.to_yaml()] {
        assert!(!redacted.contains("hunter2") && !redacted.contains("correct horse"));
        let refused = Network::from_yaml(&redacted).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Options);
        let message = refused.message();
        assert!(message.contains("internet_exchange_sessions[0].password: is the mark"), "{refused}");
        assert!(message.contains("direct_sessions[0].password: is the mark"), "{refused}");
    }
    assert!(!format!("{network:?}").contains("hunter2"));
}

#[test]
fn the_order_is_that_of_the_models() {
    let text = sample().to_yaml();
    let at = |word: &str| text.find(word).unwrap_or_else(|| panic!("{word} in {text}"));
    assert!(at("autonomous_systems:") < at("bgp_groups:") && at("bgp_groups:") < at("connections:"));
    assert_eq!(text, sample().to_yaml());
}

#[test]
fn every_problem_is_reported_with_its_path() {
    let mut network = sample();
    network.connections[0].vlan = Some(4095);
    network.connections[0].router = Some("r2".into());
    network.connections[0].internet_exchange = Some("ix-2".into());
    network.internet_exchange_sessions[0].multihop_ttl = 0;
    network.internet_exchange_sessions[0].autonomous_system = Asn::new(1);
    network.internet_exchange_sessions[0].bfd = Some("fast".into());
    network.routers[0].platform = Some("p".into());
    network.routing_policies[0].communities = vec!["x".into()];
    network.communities[0].value = "65536:1".into();
    network.direct_sessions[0].ip_address = "198.51.100.3/30".parse().unwrap();
    network.bfds.push(Bfd { detection_multiplier: 0, minimum_receive_interval: 0, ..Bfd::new("b", "B") });
    network.tags.push(Tag::default());
    let twice = network.internet_exchange_sessions[0].clone();
    network.internet_exchange_sessions.push(twice);
    let paths: Vec<String> = network.problems().into_iter().map(|problem| problem.path).collect();
    assert_eq!(
        paths,
        [
            "connections[0].internet_exchange",
            "connections[0].router",
            "connections[0].vlan",
            "internet_exchange_sessions[0].autonomous_system",
            "internet_exchange_sessions[0].multihop_ttl",
            "internet_exchange_sessions[0].bfd",
            "internet_exchange_sessions[1].ip_address",
            "internet_exchange_sessions[1].autonomous_system",
            "internet_exchange_sessions[1].multihop_ttl",
            "internet_exchange_sessions[1].bfd",
            "direct_sessions[0].ip_address",
            "routing_policies[0].communities[0]",
            "communities[0].value",
            "routers[0].platform",
            "tags[1].slug",
            "bfds[0].minimum_receive_interval",
            "bfds[0].detection_multiplier",
        ]
    );
    let message = network.validate().unwrap_err().to_string();
    assert!(paths.iter().all(|path| message.contains(path)), "{message}");
}

#[test]
fn one_address_has_one_owner_at_an_exchange() {
    let mut network = sample();
    let mut other = network.connections[0].clone();
    other.name = "ix-1-2".into();
    network.connections.push(other);
    let ours = InternetExchangeSession::new(Asn::new(64500), "ix-1-2", "192.0.2.1".parse().unwrap());
    network.internet_exchange_sessions.push(ours);
    let problems = network.problems();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].path, "internet_exchange_sessions[1].autonomous_system");
}

#[test]
fn a_wrong_document_is_an_error_with_all_paths_that_quotes_nothing() {
    let text = r#"{
  "internet_exchange_sessions": [
    {"autonomous_system": 1, "connection": "c", "ip_address": "192.0.2.1", "password": 1234567},
    {"autonomous_system": 1, "connection": "c", "ip_address": "192.0.2.999"}
  ],
  "connections": [{"name": "c", "pasword": "1234567"}],
  "routers": [{"name": "r"}]
}"#;
    for parsed in [Network::from_json(text), Network::from_yaml(text)] {
        let wrong = parsed.unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::Parse);
        let message = wrong.to_string();
        for part in [
            "internet_exchange_sessions[1].ip_address",
            "connections[0].pasword: unknown field `pasword`",
            "routers[0]: missing field `hostname`",
            "(line ",
        ] {
            assert!(message.contains(part), "{part} in {message}");
        }
        assert!(!message.contains("1234567"), "{message}");
    }
    let broken = Network::from_json("{\n\"routers\": [}").unwrap_err();
    assert!(broken.message().contains("line 2"), "{broken}");
    assert!(Network::from_json("{} x").is_err());
    for list in [" []", "[[], []]"] {
        let wrong = Network::from_json(list).unwrap_err();
        assert!(wrong.message().contains("is a list"), "{wrong}");
        assert!(Network::try_from(serde_json::from_str::<serde_json::Value>(list).unwrap()).is_err());
        assert!(Network::from_yaml(list).is_err());
    }
    let broken = Network::from_yaml("routers:\n  - name: [\n").unwrap_err();
    assert_eq!(broken.kind(), ErrorKind::Parse);
    assert_eq!(Network::from_yaml("# nothing yet\n").unwrap(), Network::default());
}

#[test]
fn a_document_may_be_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let network = sample();
    let whole = directory.path().join("network.yaml");
    network.save_exposing_secrets(&whole).unwrap();
    assert_eq!(Network::load(&whole).unwrap(), network);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&whole).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let split = directory.path().join("split");
    network.save_exposing_secrets(&split).unwrap();
    assert_eq!(Network::load(&split).unwrap(), network);
    // Saving again, with a list that has become empty.
    let fewer = Network { tags: Vec::new(), ..network };
    fewer.save_exposing_secrets(&split).unwrap();
    assert_eq!(Network::load(&split).unwrap(), fewer);

    // A second file with a mistake is named, with the position in it.
    std::fs::write(
        split.join("zz.json"),
        r#"{"routers": [{"name": "r2", "hostname": "h", "platform": "x"}]}"#,
    )
    .unwrap();
    let message = Network::load(&split).unwrap_err().to_string();
    assert!(message.contains("zz.json: routers[0].platform"), "{message}");
    let refused = fewer.save_exposing_secrets(&split).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Options);
    assert_eq!(Network::load(directory.path().join("none.yaml")).unwrap_err().kind(), ErrorKind::Storage);
}

#[test]
fn rules_look_up_by_key() {
    let network = Indexed::from(sample());
    let session = SessionRef::InternetExchange(&network.internet_exchange_sessions[0]);
    let slugs =
        |policies: Vec<&RoutingPolicy>| policies.iter().map(|row| row.slug.clone()).collect::<Vec<_>>();
    assert_eq!(slugs(network.import_policies(session, Compat::Strict)), ["all"]);
    assert_eq!(slugs(network.import_policies(session, Compat::PeeringManager)), ["v6", "all"]);
    let router = network.router("r1").unwrap();
    assert_eq!(slugs(network.router_policies(router)), ["all", "v6"]);
    assert_eq!(network.sessions_on(router).count(), 2);
    assert_eq!(network.local_address(session).unwrap().to_string(), "192.0.2.254/24");
    assert_eq!(network.tag_name("no"), "Yes");
    assert_eq!(network.tag_name("other"), "other");
    assert!(network.autonomous_system(&Asn::new(9)).is_none());

    let context = network.merged_context(&router.config_contexts, &router.local_context_data, Compat::Strict);
    assert_eq!(
        serde_json::Value::from(context),
        serde_json::json!({"mtu": 9000, "ntp": {"a": 1, "b": 2}, "own": 1})
    );
    let compat = network.merged_context(&router.config_contexts, &Context::new(), Compat::PeeringManager);
    assert_eq!(compat["mtu"], 1);
}

#[test]
fn a_password_is_hidden_as_its_router_does() {
    use crate::cipher::PasswordAlgorithm::AristaType7;
    let mut network = sample();
    let hidden = |network: &Network, direct: bool, compat| {
        let indexed = Indexed::from(network.clone());
        let session = match direct {
            false => SessionRef::InternetExchange(&indexed.internet_exchange_sessions[0]),
            true => SessionRef::Direct(&indexed.direct_sessions[0]),
        };
        indexed.encrypted_password(session, compat)
    };
    network.routers[0].encrypt_passwords = true;
    assert_eq!(hidden(&network, false, Compat::Strict).unwrap(), None, "the platform has no cipher");
    network.platforms[0].password_algorithm = Some(AristaType7);
    network.routers[0].encrypt_passwords = false;
    assert_eq!(hidden(&network, false, Compat::Strict).unwrap(), None, "the router does not want it");

    network.routers[0].encrypt_passwords = true;
    let clear = |text: &Secret, key| AristaType7.decrypt(text.expose(), key).ok();
    let over = hidden(&network, false, Compat::Strict).unwrap().unwrap();
    assert_eq!(clear(&over, "192.0.2.1"), Some(Secret::new("hunter2")));
    assert_eq!(hidden(&network, false, Compat::PeeringManager).unwrap(), Some(over));
    let direct = hidden(&network, true, Compat::Strict).unwrap().unwrap();
    assert_eq!(clear(&direct, "198.51.100.2"), Some(Secret::new("correct horse")));
    let theirs = hidden(&network, true, Compat::PeeringManager).unwrap().unwrap();
    assert_eq!(clear(&theirs, "198.51.100.2/30"), Some(Secret::new("correct horse")));

    // What is stored is kept while it is right, and where nothing else is known.
    network.direct_sessions[0].encrypted_password = Some(theirs.clone());
    assert_eq!(hidden(&network, true, Compat::PeeringManager).unwrap(), Some(theirs.clone()));
    assert_eq!(hidden(&network, true, Compat::Strict).unwrap(), Some(direct));
    network.direct_sessions[0].password = None;
    assert_eq!(hidden(&network, true, Compat::Strict).unwrap(), Some(theirs));

    network.internet_exchange_sessions[0].password = Some(Secret::new("n\u{f6}"));
    let refused = hidden(&network, false, Compat::Strict).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Options);
}

#[test]
fn maintenance_is_inherited() {
    let mut network = sample();
    network.routers[0].status = Status::Maintenance;
    network.bgp_groups[0].status = Status::PreMaintenance;
    let indexed = Indexed::from(network.clone());
    let over = SessionRef::InternetExchange(&indexed.internet_exchange_sessions[0]);
    let direct = SessionRef::Direct(&indexed.direct_sessions[0]);
    assert_eq!(indexed.session_status(over), SessionStatus::Maintenance);
    assert_eq!(indexed.session_status(direct), SessionStatus::Maintenance);
    network.routers[0].status = Status::Disabled;
    network.internet_exchanges[0].status = Status::PostMaintenance;
    let indexed = Indexed::from(network);
    let over = SessionRef::InternetExchange(&indexed.internet_exchange_sessions[0]);
    assert_eq!(indexed.session_status(over), SessionStatus::PostMaintenance);
    assert_eq!(indexed.connection_status(&indexed.connections[0]), Status::PostMaintenance);
}

#[test]
fn lists_merge_in_six_ways() {
    let context = |json: &str| -> Context { serde_json::from_str(json).unwrap() };
    let (old, new) = (context(r#"{"l": [1, 2], "d": {"x": 1}}"#), context(r#"{"l": [2, 3], "d": {"y": 2}}"#));
    for (name, list) in [
        ("replace", "[2,3]"),
        ("keep", "[1,2]"),
        ("append", "[1,2,2,3]"),
        ("prepend", "[2,3,1,2]"),
        ("append_rp", "[1,2,3]"),
        ("prepend_rp", "[2,3,1]"),
    ] {
        let merged = merge(&old, &new, true, ListMerge::from_name(name).unwrap());
        assert_eq!(merged["l"].to_string(), list, "{name}");
        assert_eq!(merged["d"].to_string(), r#"{"x":1,"y":2}"#);
    }
    assert_eq!(merge(&old, &new, false, ListMerge::Replace)["d"].to_string(), r#"{"y":2}"#);
    assert_eq!(ListMerge::from_name("other"), None);
}

#[cfg(feature = "peeringdb")]
#[test]
fn a_refresh_takes_over_what_it_may() {
    let record: crate::peeringdb::record::Net = serde_json::from_str(
        r#"{"id": 1, "asn": 1, "name": "New", "irr_as_set": "", "info_prefixes4": 100, "status": "ok",
            "created": "2024-01-01T00:00:00Z", "updated": "2024-01-01T00:00:00Z"}"#,
    )
    .unwrap();
    let mut system = AutonomousSystem::new(Asn::new(1), "Old");
    system.peeringdb_sync.name = false;
    let fields: Vec<&str> = system.divergence(&record).iter().map(|divergence| divergence.field).collect();
    assert_eq!(fields, ["name", "ipv4_max_prefixes"]);
    let changed = system.refresh(&record);
    assert_eq!(changed.len(), 1);
    assert_eq!((system.name.as_str(), system.ipv4_max_prefixes), ("Old", Some(100)));
    let mut private = AutonomousSystem::new(Asn::new(64500), "Old");
    assert!(private.divergence(&record).is_empty() && private.refresh(&record).is_empty());
}

#[test]
fn whom_to_wait_for_after_a_commit() {
    let addresses = |network: Network, exchange: Option<&str>| -> Vec<String> {
        let found = Indexed::from(network).expected_neighbors("r1", exchange);
        found.iter().map(ToString::to_string).collect()
    };
    assert_eq!(addresses(sample(), None), ["192.0.2.1", "198.51.100.2"]);
    assert_eq!(addresses(sample(), Some("ix-1")), ["192.0.2.1"]);
    assert!(addresses(sample(), Some("other")).is_empty());
    assert!(Indexed::from(sample()).expected_neighbors("r2", None).is_empty());
    // In maintenance a session is drained, not shut; what is only asked for stays so, whatever its exchange does.
    let mut network = sample();
    network.internet_exchanges[0].status = Status::Maintenance;
    assert_eq!(addresses(network.clone(), None), ["192.0.2.1", "198.51.100.2"]);
    network.internet_exchange_sessions[0].status = SessionStatus::Requested;
    assert_eq!(addresses(network.clone(), None), ["198.51.100.2"]);
    network.bgp_groups[0].status = Status::Disabled;
    assert!(addresses(network, None).is_empty());
}
