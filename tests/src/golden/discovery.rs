//! `discovery.json`: small worlds of exchanges, connections, sessions and PeeringDB rows, and who could be peered with.
//!
//! Each world is loaded into a cache and a network; every answer that the recording holds is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::Timestamp;
use peering_core::discovery::{Discovery, Filter, PeerPort};
use peering_core::model::{
    AutonomousSystem, Connection, HiddenPeer, InternetExchange, InternetExchangeSession, Network,
};
use peering_core::peeringdb::sync::{DumpSource, SyncOptions, load_dump};
use peering_core::peeringdb::{Cache, ObjectType};
use peering_core::{Asn, Compat};
use serde::Deserialize;
use serde_json::{Value, json};

use super::report::{Checked, Differences, Rows, each};

/// When the questions are asked: after what is `past`, before what is `future`.
const NOW: &str = "2024-06-01T00:00:00Z";

#[derive(Deserialize)]
struct World {
    local_asn: u32,
    netixlans: Vec<Port>,
    ixps: Vec<u64>,
    connections: Vec<Link>,
    #[serde(default)]
    sessions: Vec<Session>,
    #[serde(default)]
    hidden: Vec<Hidden>,
    expect: Expect,
}

#[derive(Deserialize)]
struct Port {
    id: u64,
    asn: u32,
    ixlan: u64,
    #[serde(default)]
    ipaddr4: Option<String>,
    #[serde(default)]
    ipaddr6: Option<String>,
}

#[derive(Deserialize)]
struct Link {
    id: u64,
    ixlan: u64,
    #[serde(default)]
    ipv4: Option<String>,
    #[serde(default)]
    ipv6: Option<String>,
    #[serde(default)]
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
    #[serde(default)]
    until: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Expect {
    available: Option<BTreeMap<u64, BTreeSet<u64>>>,
    available_show_hidden: Option<BTreeMap<u64, BTreeSet<u64>>>,
    shared: BTreeMap<u32, BTreeSet<u64>>,
    missing: BTreeMap<u32, BTreeSet<u64>>,
    missing_per_ixp: BTreeMap<String, BTreeSet<u64>>,
}

/// A cache of these rows.
pub(super) fn cache_of(tables: &[(ObjectType, Vec<Value>)]) -> peering_core::Result<Cache> {
    let cache = Cache::in_memory()?;
    let answers: Vec<(ObjectType, Vec<u8>)> = tables
        .iter()
        .map(|(object, rows)| (*object, json!({ "data": rows, "meta": {} }).to_string().into_bytes()))
        .collect();
    let borrowed: Vec<(ObjectType, &[u8])> =
        answers.iter().map(|(object, text)| (*object, text.as_slice())).collect();
    load_dump(&cache, &DumpSource::Embedded(&borrowed), &SyncOptions::default())?;
    Ok(cache)
}

fn peeringdb_of(world: &World) -> peering_core::Result<Cache> {
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
    cache_of(&[(ObjectType::Net, nets.collect()), (ObjectType::NetIxLan, ports.collect())])
}

fn slug(ixlan: u64) -> String {
    format!("ix-{ixlan}")
}

fn network_of(world: &World) -> Result<Network, Box<dyn std::error::Error>> {
    let local = Asn::new(world.local_asn);
    let mut asns: BTreeSet<u32> = world.sessions.iter().map(|session| session.asn).collect();
    asns.insert(world.local_asn);
    let mut network = Network {
        autonomous_systems: asns.into_iter().map(|asn| AutonomousSystem::new(Asn::new(asn), "x")).collect(),
        ..Network::default()
    };
    for lan in &world.ixps {
        let mut exchange = InternetExchange::new(slug(*lan), format!("IX {lan}"));
        exchange.local_autonomous_system = Some(local);
        exchange.peeringdb_ixlan = Some(*lan);
        network.internet_exchanges.push(exchange);
    }
    for link in &world.connections {
        let mut connection = Connection::new(link.id.to_string());
        connection.internet_exchange = Some(slug(link.ixlan));
        connection.ipv4_address = link.ipv4.as_ref().map(|ip| format!("{ip}/24").parse()).transpose()?;
        connection.ipv6_address = link.ipv6.as_ref().map(|ip| format!("{ip}/64").parse()).transpose()?;
        network.connections.push(connection);
    }
    for Session { connection, asn, ip } in &world.sessions {
        let session = InternetExchangeSession::new(Asn::new(*asn), connection.to_string(), *ip);
        network.internet_exchange_sessions.push(session);
    }
    for peer in &world.hidden {
        let until = match peer.until.as_deref() {
            None => None,
            Some("future") => Some("2101-01-01T00:00:00Z".parse::<Timestamp>()?),
            Some("past") => Some("2001-01-01T00:00:00Z".parse()?),
            Some(instant) => Some(instant.parse()?),
        };
        let asn = Asn::new(peer.asn);
        network.hidden_peers.push(HiddenPeer { asn, ixlan: peer.ixlan, until, reason: String::new() });
    }
    network.validate()?;
    Ok(network)
}

fn ids(peers: Vec<PeerPort>) -> BTreeSet<u64> {
    peers.into_iter().map(|peer| peer.port.id).collect()
}

pub(super) fn run(text: &str) -> Result<Rows, String> {
    each(text, check)
}

fn check(world: World, differences: &mut Differences) -> Checked {
    let (cache, network) = (peeringdb_of(&world)?, network_of(&world)?);
    let discovery = Discovery::new(&cache)?.with_compat(Compat::PeeringManager).at(NOW.parse()?);
    let us = Asn::new(world.local_asn);
    let Expect { available, available_show_hidden, shared, missing, missing_per_ixp } = &world.expect;
    for (include_hidden, expected) in [(false, available), (true, available_show_hidden)] {
        let Some(expected) = expected else { continue };
        let filter = Filter { include_hidden, ..Filter::default() };
        let mut everywhere: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
        for found in discovery.available_everywhere(&network, us, &filter)? {
            let lan = found.exchange.peeringdb_ixlan.ok_or("an exchange without LAN")?;
            everywhere.insert(lan, ids(found.peers));
        }
        let hidden = if include_hidden { ", hidden shown" } else { "" };
        for (lan, expected) in expected {
            let at = ids(discovery.available(&network, &slug(*lan), &filter)?);
            differences.same(&format!("available at {lan}{hidden}"), expected, &at);
        }
        differences.same(&format!("available everywhere{hidden}"), expected, &everywhere);
    }
    for (asn, expected) in shared {
        let found = discovery.shared_exchanges(&network, us, Asn::new(*asn))?;
        let found: BTreeSet<u64> =
            found.into_iter().filter_map(|exchange| exchange.peeringdb_ixlan).collect();
        differences.same(&format!("shared with {asn}"), expected, &found);
    }
    for (asn, expected) in missing {
        let found = ids(discovery.missing(&network, us, Asn::new(*asn))?);
        differences.same(&format!("missing with {asn}"), expected, &found);
    }
    for (key, expected) in missing_per_ixp {
        let (asn, lan) = key.split_once('@').ok_or("the key is not `asn@ixlan`")?;
        let found = ids(discovery.missing_at(&network, &slug(lan.parse()?), asn.parse()?)?);
        differences.same(&format!("missing with {key}"), expected, &found);
    }
    for link in &world.connections {
        let found = discovery.linked_port(&network, &link.id.to_string())?.map(|port| port.id);
        differences.same(&format!("port of connection {}", link.id), link.linked_netixlan, found);
    }
    Ok(())
}
