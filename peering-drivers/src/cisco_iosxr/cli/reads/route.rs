//! Routes to a prefix, in every VRF, with the paths of BGP behind them.

use std::net::IpAddr;

use peering_core::state::{BgpAttributes, BgpNeighbor, Route, RouteMatch, RouteQuery};
use peering_core::{Asn, Error, Result};

use crate::cisco::{CommandLine, unless_refused};
use crate::cisco_iosxr::cli::parse::{self, BgpPath};
use crate::cisco_iosxr::cli::session::CliSession;
use crate::cisco_iosxr::reads::is_protocol;

/// What the main table is called.
const MAIN: &str = "default";

/// The VRF and the family in a command: `vrf blue ipv4 unicast`.
fn table(instance: &str, is_ipv4: bool) -> String {
    let family = if is_ipv4 { "ipv4 unicast" } else { "ipv6 unicast" };
    match instance {
        MAIN => family.to_owned(),
        vrf => format!("vrf {vrf} {family}"),
    }
}

impl CliSession {
    /// What lies in a prefix is not asked for: IOS-XR has that as a table of another form.
    pub(in crate::cisco_iosxr::cli) async fn read_routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        let (is_ipv4, asked) = match query.matching {
            RouteMatch::Exact(prefix) => (prefix.addr().is_ipv4(), prefix.trunc().to_string()),
            RouteMatch::Longest(address) => (address.is_ipv4(), address.to_string()),
            RouteMatch::Longer(_) => return Err(Error::unsupported("routes with all that lie in a prefix")),
        };
        let question = |instance: &str| format!("show route {} {asked}", table(instance, is_ipv4));
        let main = question(MAIN);
        let [vrfs, answer] = self.all(["show vrf all detail", &main]).await?;
        let vrfs = parse::vrfs(&unless_refused(vrfs)?.unwrap_or_default())?;
        let vrfs = CliSession::names(&vrfs)?;
        let commands: Vec<String> = vrfs.iter().map(|vrf| question(vrf)).collect();
        let answers = std::iter::once(answer).chain(self.each(&commands).await?);
        let mut found = Vec::new();
        for (instance, answer) in std::iter::once(MAIN).chain(vrfs.iter().map(String::as_str)).zip(answers) {
            // that there is no route is said like a refusal
            let Some(text) = unless_refused(answer)? else { continue };
            let route = parse::route(&text, instance)?;
            let is_wanted = |route: &Route| {
                query.protocol.as_ref().is_none_or(|wanted| is_protocol(&route.protocol, wanted))
            };
            found.extend(route.filter(is_wanted));
        }
        let mut all = Vec::new();
        for route in found {
            match route.protocol.as_str() {
                "bgp" => all.extend(self.read_paths(route).await?),
                _ => all.push(route),
            }
        }
        Ok(all)
    }

    /// A route a path of BGP; the route as it is, where BGP tells none.
    async fn read_paths(&mut self, route: Route) -> Result<Vec<Route>> {
        let table = table(&route.network_instance, route.prefix.addr().is_ipv4());
        let paths = match self.perhaps(&format!("show bgp {table} {}", route.prefix)).await? {
            Some(text) => parse::bgp_paths(&text)?,
            None => Vec::new(),
        };
        let mut peers: Vec<IpAddr> = paths.iter().filter_map(|path| path.attributes.peer).collect();
        peers.sort_unstable();
        peers.dedup();
        let commands: Vec<String> =
            peers.iter().map(|peer| format!("show bgp {table} neighbors {peer}")).collect();
        let mut texts = Vec::new();
        for answer in self.each(&commands).await? {
            texts.extend(unless_refused(answer)?);
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let neighbors = parse::bgp_neighbors(&[], &texts)?;
        let of_prefix: Vec<BgpPath> = paths.into_iter().filter(|path| path.prefix == route.prefix).collect();
        if of_prefix.is_empty() {
            return Ok(vec![route]);
        }
        Ok(of_prefix.into_iter().map(|path| joined(&route, path, &neighbors)).collect())
    }
}

/// A path that is in use has what the table of routes tells of it; another has its own next hop.
fn joined(route: &Route, path: BgpPath, neighbors: &[BgpNeighbor]) -> Route {
    let is_used = path.is_best || path.next_hop.is_some_and(|hop| route.next_hops.contains(&hop));
    let attributes = attributes(path.attributes, neighbors);
    let next_hops = match path.next_hop {
        Some(hop) if !path.is_best => vec![hop],
        _ => route.next_hops.clone(),
    };
    if is_used {
        return Route { next_hops, bgp: Some(attributes), ..route.clone() };
    }
    Route {
        is_best: false,
        preference: None,
        metric: attributes.med,
        next_hops,
        interfaces: Vec::new(),
        age: None,
        bgp: Some(attributes),
        ..route.clone()
    }
}

/// The attributes, with the AS numbers of the session.
fn attributes(attributes: BgpAttributes, neighbors: &[BgpNeighbor]) -> BgpAttributes {
    let session = neighbors.iter().find(|neighbor| Some(neighbor.address) == attributes.peer);
    let of = |number: fn(&BgpNeighbor) -> Asn| session.map(number);
    BgpAttributes {
        remote_as: of(|neighbor| neighbor.remote_as),
        local_as: of(|neighbor| neighbor.local_as),
        ..attributes
    }
}
