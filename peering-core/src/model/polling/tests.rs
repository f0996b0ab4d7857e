//! Which session an observation is about, and what becomes of the others.

use super::*;
use crate::model::{Connection, DirectSession, InternetExchange, Router};

fn network() -> Network {
    let mut connection = Connection::new("ix-1");
    connection.internet_exchange = Some("ix".into());
    connection.router = Some("r1".into());
    connection.ipv4_address = Some("192.0.2.1/24".parse().unwrap());
    let mut direct = DirectSession::new(Asn::new(64502), "192.0.2.10/30".parse().unwrap());
    direct.router = Some("r1".into());
    direct.network_instance = Some("blue".into());
    Network {
        autonomous_systems: vec![AutonomousSystem::new(Asn::new(64501), "Peer")],
        internet_exchanges: vec![InternetExchange::new("ix", "IX")],
        connections: vec![connection],
        internet_exchange_sessions: vec![
            InternetExchangeSession::new(Asn::new(64501), "ix-1", "192.0.2.10".parse().unwrap()),
            InternetExchangeSession::new(Asn::new(64501), "ix-1", "192.0.2.11".parse().unwrap()),
        ],
        direct_sessions: vec![direct],
        routers: vec![Router::new("r1", "r1.example.net")],
        ..Network::default()
    }
}

fn seen(table: &str, address: &str, asn: u32, state: BgpState) -> Observed {
    Observed {
        network_instance: table.into(),
        address: address.parse().unwrap(),
        zone: None,
        remote_as: Some(Asn::new(asn)),
        state: Some(state),
        prefix_counts: PrefixCounts { received: Some(7), accepted: Some(5), advertised: None },
    }
}

fn now() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

#[test]
fn table_and_number_decide_and_the_absent_are_forgotten() {
    let mut network = network();
    network.internet_exchange_sessions[1].bgp_state = Some(BgpState::Established);
    let observed = [
        seen("default", "192.0.2.10", 64501, BgpState::Established),
        seen("blue", "192.0.2.10", 64502, BgpState::Active),
        seen("default", "192.0.2.10", 64999, BgpState::Idle),
        seen("default", "192.0.2.77", 64501, BgpState::Idle),
    ];
    let report = network.apply_observations("r1", &observed, now(), Compat::Strict).unwrap();
    assert_eq!(report.updated, 2);
    assert_eq!(report.stale, ["internet_exchange_sessions[1]"]);
    let reasons: Vec<Unmatched> = report.unmatched.iter().map(|(_, why)| *why).collect();
    assert_eq!(reasons, [Unmatched::OtherAutonomousSystem(Asn::new(64501)), Unmatched::Unknown]);
    let sessions = &network.internet_exchange_sessions;
    assert_eq!(sessions[0].bgp_state, Some(BgpState::Established));
    assert_eq!(sessions[0].last_established_state, Some(now()));
    assert_eq!(sessions[0].prefix_counts.received, Some(7));
    assert_eq!(sessions[1].bgp_state, None);
    assert_eq!(network.direct_sessions[0].bgp_state, Some(BgpState::Active));
    assert_eq!(network.direct_sessions[0].last_established_state, None);
}

#[test]
fn peering_manager_looks_at_the_address_alone() {
    let mut network = network();
    network.internet_exchange_sessions[1].bgp_state = Some(BgpState::Established);
    let observed = [
        seen("default", "192.0.2.10", 64501, BgpState::Established),
        seen("red", "192.0.2.10", 1, BgpState::Idle),
    ];
    let report = network.apply_observations("r1", &observed, now(), Compat::PeeringManager).unwrap();
    assert_eq!(report.updated, 2);
    assert_eq!(network.direct_sessions[0].bgp_state, Some(BgpState::Idle));
    assert_eq!(network.internet_exchange_sessions[1].bgp_state, Some(BgpState::Established));
}

#[test]
fn an_unknown_router_changes_nothing() {
    let error = network().apply_observations("r9", &[], now(), Compat::Strict).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn sessions_are_imported_with_a_reason_for_each_that_is_not() {
    let mut network = network();
    let observed = [
        seen("default", "192.0.2.10", 64501, BgpState::Established),
        seen("default", "192.0.2.20", 64501, BgpState::Established),
        seen("default", "192.0.2.21", 64777, BgpState::Established),
        seen("default", "192.0.2.22", 64888, BgpState::Established),
        seen("default", "198.51.100.1", 64501, BgpState::Established),
        seen("blue", "192.0.2.23", 64501, BgpState::Established),
        seen("default", "192.0.2.1", 64501, BgpState::Idle),
    ];
    let describe = |asn: Asn| (asn.get() == 64777).then(|| AutonomousSystem::new(asn, "New"));
    let report = network.import_sessions("ix-1", &observed, Compat::Strict, describe).unwrap();
    assert_eq!(report.sessions_added.len(), 2);
    assert_eq!(report.autonomous_systems_added, [Asn::new(64777)]);
    let reasons: Vec<Ignored> = report.ignored.iter().map(|(_, why)| *why).collect();
    assert_eq!(
        reasons,
        [
            Ignored::Exists,
            Ignored::UnknownAutonomousSystem,
            Ignored::Elsewhere,
            Ignored::OtherNetworkInstance,
            Ignored::Ours
        ]
    );
    let again = network.import_sessions("ix-1", &observed, Compat::Strict, |_| None).unwrap();
    assert!(again.sessions_added.is_empty());
    let linked = network.import_sessions("ix-1", &observed[4..5], Compat::PeeringManager, |_| None).unwrap();
    assert_eq!(linked.ignored[0].1, Ignored::Elsewhere);
}

#[test]
fn words_of_all_platforms_name_a_state() {
    for (words, strict, compat) in [
        ("Established", Some(BgpState::Established), Some(BgpState::Established)),
        ("EstabSync", Some(BgpState::Established), None),
        ("Shut (Admin)", Some(BgpState::Idle), None),
        ("Idle (PfxCt)", Some(BgpState::Idle), Some(BgpState::Idle)),
        ("bgp-st-openconfirm", Some(BgpState::OpenConfirm), None),
        ("Closing", Some(BgpState::Idle), None),
        ("", None, None),
        ("nonsense", None, None),
    ] {
        assert_eq!(napalm::state(words, Compat::Strict), strict, "{words}");
        assert_eq!(napalm::state(words, Compat::PeeringManager), compat, "{words}");
    }
}

#[test]
fn napalm_shapes_are_read() {
    let neighbors = r#"{"global": {"router_id": "192.0.2.1", "peers": {"192.0.2.10": {"remote_as": 64501, "is_up": true,
        "address_family": {"ipv4": {"received_prefixes": 5, "accepted_prefixes": -1, "sent_prefixes": 3}}},
        "bad": {"remote_as": 1}, "192.0.2.11": {}}}}"#;
    let observed = napalm::bgp_neighbors(neighbors, Compat::Strict).unwrap();
    assert_eq!(observed.len(), 2);
    assert_eq!(observed[0].network_instance, "default");
    assert_eq!(
        observed[0].prefix_counts,
        PrefixCounts { received: Some(5), accepted: None, advertised: Some(3) }
    );
    assert_eq!(napalm::bgp_neighbors(neighbors, Compat::PeeringManager).unwrap().len(), 1);
    assert_eq!(napalm::bgp_neighbors("null", Compat::Strict).unwrap(), []);
    assert!(napalm::bgp_neighbors("[", Compat::Strict).is_err());
    let detail = r#"{"blue": {"64501": [{"remote_address": "fe80::1%eth0", "connection_state": "Active",
        "received_prefix_count": -1}]}}"#;
    let observed = napalm::bgp_neighbors_detail(detail, Compat::Strict).unwrap();
    assert_eq!(observed[0].to_string(), "fe80::1%eth0 AS64501 in \"blue\"");
    assert_eq!(observed[0].prefix_counts.received, None);
}
