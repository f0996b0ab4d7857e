//! `policies_communities.json`: the policies and communities of a session, merged from all levels, and the policies
//! that its router needs.
//!
//! The recordings have slugs only. Names are taken to be the slugs, and communities to be in the order of their slugs.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use peering_core::model::{
    AutonomousSystem, BgpGroup, Community, Connection, DirectSession, Family, Indexed, InternetExchange,
    InternetExchangeSession, Network, Router, RoutingPolicy,
};
use peering_core::{Asn, Compat};
use serde::Deserialize;

use super::report::{Rows, each};

#[derive(Deserialize)]
struct Row {
    kind: Kind,
    ip: IpAddr,
    policies: Vec<Policy>,
    assigned: Levels,
    expect: Expect,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Ixp,
    Direct,
}

#[derive(Deserialize)]
struct Policy {
    slug: String,
    #[serde(default)]
    weight: u16,
    #[serde(default)]
    family: u8,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Levels {
    session: Level,
    #[serde(rename = "as")]
    peer: Level,
    /// The exchange, for a session over one.
    group: Level,
    router: Level,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Level {
    import: Vec<String>,
    export: Vec<String>,
    communities: Vec<String>,
}

#[derive(Deserialize)]
struct Expect {
    import_: Option<Vec<String>>,
    import_reverse: Option<Vec<String>>,
    export: Option<Vec<String>>,
    export_reverse: Option<Vec<String>>,
    communities: Option<Vec<String>>,
    router_policies: Option<Vec<String>>,
}

pub(super) fn run(text: &str) -> Result<Rows, String> {
    each(text, |row: Row, differences| {
        let network = network_of(&row)?;
        let router = network.router("r").ok_or("the router is gone")?;
        let session = network.sessions_on(router).next().ok_or("the session is gone")?;
        let slugs = |policies: Vec<&RoutingPolicy>| -> Vec<String> {
            policies.into_iter().map(|policy| policy.slug.clone()).collect()
        };
        let reversed = |mut slugs: Vec<String>| {
            slugs.reverse();
            slugs
        };
        let import = slugs(network.import_policies(session, Compat::PeeringManager));
        let export = slugs(network.export_policies(session, Compat::PeeringManager));
        let communities: Vec<String> =
            network.merged_communities(session).into_iter().map(|community| community.slug.clone()).collect();
        let Row { expect, .. } = row;
        differences.same_if_recorded("import", expect.import_, import.clone());
        differences.same_if_recorded("import, reversed", expect.import_reverse, reversed(import));
        differences.same_if_recorded("export", expect.export, export.clone());
        differences.same_if_recorded("export, reversed", expect.export_reverse, reversed(export));
        differences.same_if_recorded("communities", expect.communities, communities);
        let needed = slugs(network.router_policies(router));
        differences.same_if_recorded("policies of the router", expect.router_policies, needed);
        Ok(())
    })
}

fn network_of(row: &Row) -> Result<Indexed, String> {
    let Levels { session, peer: peer_level, group, router: router_level } = &row.assigned;
    let levels = [session, peer_level, group, router_level];
    let slugs: BTreeSet<&String> = levels.iter().flat_map(|level| &level.communities).collect();
    let asn = Asn::new(64501);
    let mut peer = AutonomousSystem::new(asn, "Peer");
    peer.import_routing_policies.clone_from(&peer_level.import);
    peer.export_routing_policies.clone_from(&peer_level.export);
    peer.communities.clone_from(&peer_level.communities);
    let mut router = Router::new("r", "r.example.net");
    router.communities.clone_from(&router_level.communities);
    let mut network = Network {
        autonomous_systems: vec![peer],
        routers: vec![router],
        routing_policies: row.policies.iter().map(policy).collect::<Result<_, _>>()?,
        // Of equal values, the names decide.
        communities: slugs.into_iter().map(|slug| Community::new(slug, slug, "64500:1")).collect(),
        ..Network::default()
    };
    match row.kind {
        Kind::Ixp => {
            let mut exchange = InternetExchange::new("x", "X");
            exchange.import_routing_policies.clone_from(&group.import);
            exchange.export_routing_policies.clone_from(&group.export);
            exchange.communities.clone_from(&group.communities);
            let mut connection = Connection::new("c");
            connection.internet_exchange = Some("x".to_owned());
            connection.router = Some("r".to_owned());
            let mut over = InternetExchangeSession::new(asn, "c", row.ip);
            over.import_routing_policies.clone_from(&session.import);
            over.export_routing_policies.clone_from(&session.export);
            over.communities.clone_from(&session.communities);
            network.internet_exchanges = vec![exchange];
            network.connections = vec![connection];
            network.internet_exchange_sessions = vec![over];
        }
        Kind::Direct => {
            let mut in_common = BgpGroup::new("g", "G");
            in_common.import_routing_policies.clone_from(&group.import);
            in_common.export_routing_policies.clone_from(&group.export);
            in_common.communities.clone_from(&group.communities);
            let mut direct = DirectSession::new(asn, IpNet::from(row.ip));
            direct.bgp_group = Some("g".to_owned());
            direct.router = Some("r".to_owned());
            direct.import_routing_policies.clone_from(&session.import);
            direct.export_routing_policies.clone_from(&session.export);
            direct.communities.clone_from(&session.communities);
            network.bgp_groups = vec![in_common];
            network.direct_sessions = vec![direct];
        }
    }
    network.validate().map_err(|error| error.to_string())?;
    Ok(Indexed::from(network))
}

fn policy(row: &Policy) -> Result<RoutingPolicy, String> {
    let mut policy = RoutingPolicy::new(&row.slug, &row.slug);
    policy.weight = row.weight;
    policy.address_family = match row.family {
        0 => None,
        4 => Some(Family::Ipv4),
        6 => Some(Family::Ipv6),
        other => return Err(format!("no address family {other}")),
    };
    Ok(policy)
}
