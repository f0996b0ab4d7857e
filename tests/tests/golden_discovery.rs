//! `Compat::PeeringManager` against what Peering Manager itself answered, through the public API.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::IpAddr;

use peering_core::Asn;
use peering_core::discovery::{Compat, Discovery, Filter, PeerPort};
use peering_core::model::{
    AutonomousSystem, BgpState, Connection, HiddenPeer, InternetExchange, InternetExchangeSession, Network,
    Router,
};
use peering_core::peeringdb::sync::{DumpSource, SyncOptions, load_dump};
use peering_core::peeringdb::{Cache, ObjectType};
use peering_tests::shared;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct World {
    case: u32,
    local_asn: u32,
    netixlans: Vec<Port>,
    ixps: Vec<u64>,
    connections: Vec<Link>,
    sessions: Vec<Session>,
    hidden: Vec<Hidden>,
    expect: Expect,
}

#[derive(Deserialize)]
struct Port {
    id: u64,
    asn: u32,
    ixlan: u64,
    ipaddr4: Option<String>,
    ipaddr6: Option<String>,
}

#[derive(Deserialize)]
struct Link {
    id: u64,
    ixlan: u64,
    ipv4: Option<String>,
    ipv6: Option<String>,
    linked_netixlan: Option<u64>,
}

#[derive(Deserialize)]
struct Session {
    connection: u64,
    asn: u32,
    ip: IpAddr,
}

#[derive(Deserialize)]
struct Hidden {
    asn: u32,
    ixlan: u64,
    until: Option<String>,
}

#[derive(Deserialize)]
struct Expect {
    available: BTreeMap<u64, BTreeSet<u64>>,
    available_show_hidden: BTreeMap<u64, BTreeSet<u64>>,
    shared: BTreeMap<u32, BTreeSet<u64>>,
    missing: BTreeMap<u32, BTreeSet<u64>>,
    missing_per_ixp: BTreeMap<String, BTreeSet<u64>>,
}

fn load(tables: &[(ObjectType, Vec<Value>)]) -> Cache {
    let cache = Cache::in_memory().unwrap();
    let answers: Vec<(ObjectType, Vec<u8>)> = tables
        .iter()
        .map(|(object, rows)| (*object, json!({ "data": rows, "meta": {} }).to_string().into_bytes()))
        .collect();
    let borrowed: Vec<(ObjectType, &[u8])> =
        answers.iter().map(|(object, text)| (*object, text.as_slice())).collect();
    load_dump(&cache, &DumpSource::Embedded(&borrowed), &SyncOptions::default()).unwrap();
    cache
}

fn cache_of(world: &World) -> Cache {
    let ports = world.netixlans.iter().map(|port| {
        json!({
            "id": port.id, "net_id": port.asn, "ix_id": port.ixlan, "ixlan_id": port.ixlan, "asn": port.asn,
            "ipaddr4": port.ipaddr4, "ipaddr6": port.ipaddr6, "operational": true, "status": "ok",
            "created": "2024-01-01T00:00:00Z", "updated": "2024-01-01T00:00:00Z",
        })
    });
    let asns: BTreeSet<u32> = world.netixlans.iter().map(|port| port.asn).collect();
    let nets = asns.into_iter().map(|asn| {
        json!({
            "id": asn, "org_id": 1, "asn": asn, "name": format!("Network {asn}"), "status": "ok",
            "created": "2024-01-01T00:00:00Z", "updated": "2024-01-01T00:00:00Z",
        })
    });
    load(&[(ObjectType::Net, nets.collect()), (ObjectType::NetIxLan, ports.collect())])
}

fn network_of(world: &World) -> Network {
    let local = Asn::new(world.local_asn);
    let mut asns: BTreeSet<u32> = world.sessions.iter().map(|session| session.asn).collect();
    asns.insert(world.local_asn);
    let exchanges = world.ixps.iter().map(|lan| {
        let mut exchange = InternetExchange::new(format!("ix-{lan}"), format!("IX {lan}"));
        exchange.local_autonomous_system = Some(local);
        exchange.peeringdb_ixlan = Some(*lan);
        exchange
    });
    let connections = world.connections.iter().map(|link| {
        let mut connection = Connection::new(link.id.to_string());
        connection.internet_exchange = Some(format!("ix-{}", link.ixlan));
        connection.ipv4_address = link.ipv4.as_ref().map(|ip| format!("{ip}/24").parse().unwrap());
        connection.ipv6_address = link.ipv6.as_ref().map(|ip| format!("{ip}/64").parse().unwrap());
        connection
    });
    let sessions = world.sessions.iter().map(|session| {
        InternetExchangeSession::new(Asn::new(session.asn), session.connection.to_string(), session.ip)
    });
    let hidden = world.hidden.iter().map(|peer| HiddenPeer {
        asn: Asn::new(peer.asn),
        ixlan: peer.ixlan,
        until: peer.until.as_deref().map(|when| match when {
            "future" => "2101-01-01T00:00:00Z".parse().unwrap(),
            "past" => "2001-01-01T00:00:00Z".parse().unwrap(),
            instant => instant.parse().unwrap(),
        }),
        reason: String::new(),
    });
    let network = Network {
        autonomous_systems: asns.into_iter().map(|asn| AutonomousSystem::new(Asn::new(asn), "x")).collect(),
        internet_exchanges: exchanges.collect(),
        connections: connections.collect(),
        internet_exchange_sessions: sessions.collect(),
        hidden_peers: hidden.collect(),
        ..Network::default()
    };
    network.validate().unwrap();
    network
}

fn ids(peers: Vec<PeerPort>) -> BTreeSet<u64> {
    peers.into_iter().map(|peer| peer.port.id).collect()
}

#[test]
fn discovery_answers_as_recorded() {
    let Some(path) = shared("golden/discovery.json") else { return };
    let worlds: Vec<World> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    assert!(!worlds.is_empty());
    for world in &worlds {
        let case = world.case;
        let (cache, network) = (cache_of(world), network_of(world));
        let now = "2024-06-01T00:00:00Z".parse().unwrap();
        let discovery = Discovery::new(&cache).unwrap().with_compat(Compat::PeeringManager).at(now);
        let us = Asn::new(world.local_asn);

        for (show, expected) in
            [(false, &world.expect.available), (true, &world.expect.available_show_hidden)]
        {
            let filter = Filter { include_hidden: show, ..Filter::default() };
            let everywhere = discovery.available_everywhere(&network, us, &filter).unwrap();
            let everywhere: BTreeMap<u64, BTreeSet<u64>> = everywhere
                .into_iter()
                .map(|found| (found.exchange.peeringdb_ixlan.unwrap(), ids(found.peers)))
                .collect();
            assert_eq!(&everywhere, expected, "case {case}: available everywhere, hidden shown: {show}");
            for (lan, expected) in expected {
                let found = discovery.available(&network, &format!("ix-{lan}"), &filter).unwrap();
                assert_eq!(&ids(found), expected, "case {case}: available at {lan}, hidden shown: {show}");
            }
        }
        for (asn, expected) in &world.expect.shared {
            let found = discovery.shared_exchanges(&network, us, Asn::new(*asn)).unwrap();
            let found: BTreeSet<u64> =
                found.into_iter().filter_map(|exchange| exchange.peeringdb_ixlan).collect();
            assert_eq!(&found, expected, "case {case}: shared with {asn}");
        }
        for (asn, expected) in &world.expect.missing {
            let found = discovery.missing(&network, us, Asn::new(*asn)).unwrap();
            assert_eq!(&ids(found), expected, "case {case}: missing with {asn}");
        }
        for (key, expected) in &world.expect.missing_per_ixp {
            let (asn, lan) = key.split_once('@').unwrap();
            let found = discovery.missing_at(&network, &format!("ix-{lan}"), asn.parse().unwrap()).unwrap();
            assert_eq!(&ids(found), expected, "case {case}: missing with {key}");
        }
        for link in &world.connections {
            let found = discovery.linked_port(&network, &link.id.to_string()).unwrap();
            assert_eq!(
                found.map(|port| port.id),
                link.linked_netixlan,
                "case {case}: connection {}",
                link.id
            );
        }
    }
    println!("{} cases", worlds.len());
}

#[derive(Deserialize)]
struct Abandoned {
    connection_linked: bool,
    router: bool,
    polling: bool,
    peer_in_pdb: bool,
    ip_in_pdb: bool,
    bgp_state: Option<BgpState>,
    exists_in_peeringdb: bool,
    abandoned: bool,
}

#[test]
fn abandoned_sessions_are_as_recorded() {
    let Some(path) = shared("golden/is_abandoned.json") else { return };
    let rows: Vec<Abandoned> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    assert!(!rows.is_empty());
    let peer = Asn::new(64501);
    for (number, row) in rows.iter().enumerate() {
        let net = row.peer_in_pdb.then(|| json!({"id": 5, "asn": 64501, "name": "Peer", "status": "ok"}));
        // The address stands in PeeringDB, or another one does.
        let ip = if row.ip_in_pdb { "192.0.2.2" } else { "192.0.2.3" };
        let port = json!({
            "id": 7, "net_id": 5, "ix_id": 1, "ixlan_id": 1, "asn": 64501, "ipaddr4": ip, "ipaddr6": null,
            "status": "ok",
        });
        let cache = load(&[(ObjectType::Net, net.into_iter().collect()), (ObjectType::NetIxLan, vec![port])]);

        let mut connection = Connection::new("c");
        connection.peeringdb_netixlan = row.connection_linked.then_some(1);
        connection.router = row.router.then(|| "r".to_owned());
        let mut router = Router::new("r", "r.example.net");
        router.poll_bgp_sessions_state = row.polling;
        let mut session = InternetExchangeSession::new(peer, "c", "192.0.2.2".parse().unwrap());
        session.bgp_state = row.bgp_state;
        let network = Network {
            connections: vec![connection],
            routers: vec![router],
            internet_exchange_sessions: vec![session.clone()],
            ..Network::default()
        };

        let discovery = Discovery::new(&cache).unwrap().with_compat(Compat::PeeringManager);
        let exists = discovery.exists_in_peeringdb(peer, session.ip_address).unwrap();
        assert_eq!(exists, row.exists_in_peeringdb, "row {number}");
        assert_eq!(discovery.is_abandoned(&network, &session).unwrap(), row.abandoned, "row {number}");
        assert_eq!(!discovery.abandoned(&network).unwrap().is_empty(), row.abandoned, "row {number}");
    }
    println!("{} rows", rows.len());
}
