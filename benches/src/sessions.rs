//! Networks of any size for template benches: routers, exchanges, peers and sessions, the same each time.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use peering_core::model::{
    AutonomousSystem, BgpGroup, Community, Connection, DirectSession, InternetExchange,
    InternetExchangeSession, Network, Platform, Relationship, Router, RoutingPolicy, SessionStatus,
};
use peering_core::{Asn, Secret};

/// The exchanges that every router is connected to.
const EXCHANGES: u32 = 4;

/// A network of so many routers with so many sessions each: nineteen in twenty over four exchanges, the others direct.
pub fn network(routers: u32, sessions: u32) -> Network {
    let ours = Asn::new(64500);
    let mut network = Network::default();
    network
        .autonomous_systems
        .push(AutonomousSystem { affiliated: true, ..AutonomousSystem::new(ours, "Ours") });
    network.platforms.push(Platform::new("Platform", "plain"));
    for (weight, slug) in
        [(10, "accept-all"), (50, "peer-in"), (200, "ix-out"), (0, "reject-all"), (5, "customer")]
    {
        network
            .routing_policies
            .push(RoutingPolicy { weight, ..RoutingPolicy::new(slug, slug.to_uppercase()) });
    }
    for (slug, value) in [("learnt-ix", "64500:1"), ("learnt-direct", "64500:2"), ("no-export", "64500:0:99")]
    {
        network.communities.push(Community::new(slug, slug, value));
    }
    network.relationships.push(Relationship {
        slug: "transit".into(),
        name: "Transit".into(),
        ..Relationship::default()
    });
    network.bgp_groups.push(BgpGroup::new("transit", "Transit"));
    for index in 0..EXCHANGES {
        let mut exchange = InternetExchange::new(format!("ix-{index}"), format!("Exchange {index}"));
        exchange.local_autonomous_system = Some(ours);
        exchange.import_routing_policies = vec!["accept-all".into()];
        exchange.export_routing_policies = vec!["ix-out".into(), "reject-all".into()];
        exchange.communities = vec!["learnt-ix".into()];
        network.internet_exchanges.push(exchange);
    }
    for router in 0..routers {
        add_router(&mut network, router, sessions);
    }
    network
}

fn add_router(network: &mut Network, number: u32, sessions: u32) {
    let name = format!("r{number}");
    let mut router = Router::new(&name, format!("{name}.example.net"));
    router.local_autonomous_system = Some(Asn::new(64500));
    router.platform = Some("Platform".into());
    network.routers.push(router);
    for index in 0..EXCHANGES {
        let mut connection = Connection::new(format!("{name} at ix-{index}"));
        connection.internet_exchange = Some(format!("ix-{index}"));
        connection.router = Some(name.clone());
        connection.interface = Some(format!("et-0/0/{index}"));
        connection.ipv4_address = format!("10.{index}.{number}.1/16").parse().ok();
        connection.ipv6_address = format!("2001:db8:{index}::{number:x}:1/64").parse().ok();
        network.connections.push(connection);
    }
    for index in 0..sessions {
        // Two sessions with each peer, one per family.
        let asn = Asn::new(4_200_000_000 + index / 2);
        if network.autonomous_systems.get(1 + index as usize / 2).is_none() {
            add_peer(network, asn, index / 2);
        }
        let exchange = (index / 2) % EXCHANGES;
        let host = 256 + index / 2;
        let ip: IpAddr = match index % 2 {
            0 => Ipv4Addr::from(0x0a00_0000 | (exchange << 16) | host).into(),
            _ => Ipv6Addr::from((0x2001_0db8 << 96) | (u128::from(exchange) << 80) | u128::from(host)).into(),
        };
        if index % 20 == 19 {
            add_direct(network, &name, asn, number, index);
            continue;
        }
        let mut session = InternetExchangeSession::new(asn, format!("{name} at ix-{exchange}"), ip);
        session.id = Some(u64::from(number) * 100_000 + u64::from(index));
        session.is_route_server = index % 50 < 2;
        session.passive = index % 9 == 0;
        session.password = (index % 5 == 0).then(|| Secret::new(format!("secret{index}")));
        if index % 11 == 0 {
            session.status = SessionStatus::Disabled;
        }
        if index % 7 == 0 {
            session.import_routing_policies = vec!["customer".into()];
        }
        network.internet_exchange_sessions.push(session);
    }
}

fn add_peer(network: &mut Network, asn: Asn, number: u32) {
    let mut peer = AutonomousSystem::new(asn, format!("Example Network {number} GmbH & Co. KG"));
    peer.irr_as_set = Some(format!("AS-EXAMPLE{number}"));
    peer.ipv4_max_prefixes = Some(number % 900);
    peer.ipv6_max_prefixes = (!number.is_multiple_of(3)).then_some(number % 300);
    if number.is_multiple_of(4) {
        peer.import_routing_policies = vec!["peer-in".into()];
    }
    network.autonomous_systems.push(peer);
}

fn add_direct(network: &mut Network, router: &str, asn: Asn, number: u32, index: u32) {
    let link = Ipv4Addr::from(0xc612_0000 + number * 4096 + index * 4);
    let at = |offset: u32| format!("{}/30", Ipv4Addr::from(u32::from(link) + offset)).parse().ok();
    let Some(remote) = at(2) else { return };
    let mut session = DirectSession::new(asn, remote);
    session.local_ip_address = at(1);
    session.router = Some(router.to_owned());
    session.bgp_group = Some("transit".into());
    session.relationship = Some("transit".into());
    session.communities = vec!["learnt-direct".into()];
    network.direct_sessions.push(session);
}
