//! BGP and routes.

use std::net::IpAddr;

use ipnet::IpNet;
use peering_core::state::{
    BgpGroup, BgpInstance, BgpNeighbor, BgpNeighborDetail, Route, RouteMatch, RouteQuery,
};
use peering_core::{ErrorKind, Result};

use crate::cisco_iosxr::session::NetconfSession;
use crate::cisco_iosxr::{parse, request};

pub(in crate::cisco_iosxr) async fn bgp_neighbors(session: &NetconfSession) -> Result<Vec<BgpNeighbor>> {
    Ok(parse::bgp_neighbors(session.ask(request::bgp(None)?).await?.root())?)
}

pub(in crate::cisco_iosxr) async fn bgp_instances(session: &NetconfSession) -> Result<Vec<BgpInstance>> {
    Ok(parse::bgp_instances(session.ask(request::bgp(None)?).await?.root())?)
}

/// Whatever the router makes of the filter, only the neighbours that were asked for are told.
pub(in crate::cisco_iosxr) async fn bgp_neighbors_detail(
    session: &NetconfSession,
    address: Option<IpAddr>,
) -> Result<Vec<BgpNeighborDetail>> {
    let mut found = parse::bgp_neighbors_detail(session.ask(request::bgp(address)?).await?.root())?;
    found.retain(|detail| address.is_none_or(|wanted| detail.neighbor.address == wanted));
    Ok(found)
}

pub(in crate::cisco_iosxr) async fn bgp_config(session: &NetconfSession) -> Result<Vec<BgpGroup>> {
    Ok(parse::bgp_groups(session.ask(request::bgp_config()?).await?.root())?)
}

/// The model has keys for an exact prefix, and for the route that an address takes; for all within a prefix the whole table
/// of the family is read.
pub(in crate::cisco_iosxr) async fn routes(
    session: &NetconfSession,
    query: &RouteQuery,
) -> Result<Vec<Route>> {
    let mut routes = match query.matching {
        RouteMatch::Exact(wanted) => table(session, wanted.addr().is_ipv4(), Some(wanted)).await?,
        RouteMatch::Longer(wanted) => table(session, wanted.addr().is_ipv4(), None).await?,
        RouteMatch::Longest(address) => longest(session, address).await?,
    };
    match query.matching {
        RouteMatch::Exact(wanted) => routes.retain(|route| route.prefix.trunc() == wanted.trunc()),
        RouteMatch::Longer(wanted) => routes.retain(|route| wanted.trunc().contains(&route.prefix)),
        RouteMatch::Longest(address) => {
            let covers = |route: &Route| route.prefix.contains(&address);
            let most = routes.iter().filter(|route| covers(route)).map(length).max();
            routes.retain(|route| covers(route) && Some(length(route)) == most);
        }
    }
    if let Some(protocol) = &query.protocol {
        routes.retain(|route| is_protocol(&route.protocol, protocol));
    }
    Ok(routes)
}

async fn table(session: &NetconfSession, is_ipv4: bool, exact: Option<IpNet>) -> Result<Vec<Route>> {
    Ok(parse::routes(session.ask(request::routes(is_ipv4, exact)?).await?.root())?)
}

/// Releases before 7.0.1 do not know the key, and answer with nothing or a refusal; then the table is looked through.
async fn longest(session: &NetconfSession, address: IpAddr) -> Result<Vec<Route>> {
    match session.ask(request::best_route(address)?).await {
        Ok(reply) => {
            let found = parse::routes(reply.root())?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Err(error) if error.kind() == ErrorKind::Rejected => {}
        Err(error) => return Err(error),
    }
    table(session, address.is_ipv4(), None).await
}

fn length(route: &Route) -> u8 {
    route.prefix.prefix_len()
}

/// The router's own addresses are `local` routes beside the connected ones.
pub(in crate::cisco_iosxr) fn is_protocol(own: &str, wanted: &str) -> bool {
    let wanted = if wanted.eq_ignore_ascii_case("direct") { "connected" } else { wanted };
    own.eq_ignore_ascii_case(wanted)
}
