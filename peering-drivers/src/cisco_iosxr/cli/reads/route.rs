//! Routes to a prefix, in every VRF, with the paths of BGP behind them.

use std::collections::BTreeSet;
use std::net::IpAddr;

use peering_core::Result;
use peering_core::state::{BgpAttributes, BgpNeighbor, Route, RouteMatch, RouteQuery};

use crate::cisco::{CommandLine, routes_within, unless_refused};
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
    pub(in crate::cisco_iosxr::cli) async fn read_routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        let (is_ipv4, asked) = match query.matching {
            RouteMatch::Exact(prefix) => (prefix.addr().is_ipv4(), prefix.trunc().to_string()),
            RouteMatch::Longest(address) => (address.is_ipv4(), address.to_string()),
            RouteMatch::Longer(prefix) => {
                (prefix.addr().is_ipv4(), format!("longer-prefixes {}", prefix.trunc()))
            }
        };
        let question =
            |instance: &str, asked: &str| format!("show route {} {asked}", table(instance, is_ipv4));
        let main = question(MAIN, &asked);
        let [vrfs, answer] = self.all(["show vrf all detail", &main]).await?;
        let vrfs = parse::vrfs(&unless_refused(vrfs)?.unwrap_or_default())?;
        let vrfs = CliSession::names(&vrfs)?;
        let commands: Vec<String> = vrfs.iter().map(|vrf| question(vrf, &asked)).collect();
        let names = std::iter::once(MAIN.to_owned()).chain(vrfs);
        let answers = names.zip(std::iter::once(answer).chain(self.each(&commands).await?));
        let is_wanted =
            |protocol: &str| query.protocol.as_ref().is_none_or(|wanted| is_protocol(protocol, wanted));
        let answers: Vec<(String, Result<String>)> = match query.matching {
            RouteMatch::Longer(prefix) => {
                let listed = routes_within(answers, prefix, is_wanted)?;
                let commands: Vec<String> =
                    listed.iter().map(|(vrf, prefix)| question(vrf, &prefix.to_string())).collect();
                listed.into_iter().map(|(vrf, _)| vrf).zip(self.each(&commands).await?).collect()
            }
            _ => answers.collect(),
        };
        let mut found = Vec::new();
        for (instance, answer) in answers {
            // that there is no route is said like a refusal
            let Some(text) = unless_refused(answer)? else { continue };
            found.extend(parse::route(&text, &instance)?.filter(|route| is_wanted(&route.protocol)));
        }
        self.with_paths(found, is_ipv4).await
    }

    /// A route a path of BGP; a route as it is, where BGP tells none.
    async fn with_paths(&mut self, routes: Vec<Route>, is_ipv4: bool) -> Result<Vec<Route>> {
        let of_bgp = |route: &&Route| route.protocol == "bgp";
        let question =
            |route: &Route| format!("show bgp {} {}", table(&route.network_instance, is_ipv4), route.prefix);
        let commands: Vec<String> = routes.iter().filter(of_bgp).map(question).collect();
        let mut answers = self.each(&commands).await?.into_iter();
        let mut told: Vec<(Route, Vec<BgpPath>)> = Vec::new();
        for route in routes {
            let answer = if of_bgp(&&route) { answers.next() } else { None };
            let text = answer.map(unless_refused).transpose()?.flatten().unwrap_or_default();
            let mut paths = parse::bgp_paths(&text)?;
            paths.retain(|path| path.prefix == route.prefix);
            told.push((route, paths));
        }
        let neighbors = self.read_neighbors(&told, is_ipv4).await?;
        let mut all = Vec::new();
        for (route, paths) in told {
            match paths.is_empty() {
                true => all.push(route),
                false => all.extend(paths.into_iter().map(|path| joined(&route, path, &neighbors))),
            }
        }
        Ok(all)
    }

    /// The neighbours that paths are from, with their network instances.
    async fn read_neighbors(
        &mut self,
        told: &[(Route, Vec<BgpPath>)],
        is_ipv4: bool,
    ) -> Result<Vec<(String, BgpNeighbor)>> {
        let peers = told.iter().flat_map(|(route, paths)| {
            let peers = paths.iter().filter_map(|path| path.attributes.peer);
            peers.map(|peer| (route.network_instance.clone(), peer))
        });
        let asked: BTreeSet<(String, IpAddr)> = peers.collect();
        let commands: Vec<String> = asked
            .iter()
            .map(|(instance, peer)| format!("show bgp {} neighbors {peer}", table(instance, is_ipv4)))
            .collect();
        let mut found = Vec::new();
        for ((instance, _), answer) in asked.into_iter().zip(self.each(&commands).await?) {
            let text = unless_refused(answer)?.unwrap_or_default();
            let neighbors = parse::bgp_neighbors(&[], &[&text])?;
            found.extend(neighbors.into_iter().map(|neighbor| (instance.clone(), neighbor)));
        }
        Ok(found)
    }
}

/// A path that is in use has what the table of routes tells of it; another has its own next hop.
fn joined(route: &Route, path: BgpPath, neighbors: &[(String, BgpNeighbor)]) -> Route {
    let is_used = path.is_best || path.next_hop.is_some_and(|hop| route.next_hops.contains(&hop));
    let mut of_instance =
        neighbors.iter().filter(|(instance, _)| *instance == route.network_instance).map(|(_, one)| one);
    let session = of_instance.find(|neighbor| Some(neighbor.address) == path.attributes.peer);
    // with the AS numbers of the session
    let attributes = BgpAttributes {
        remote_as: session.map(|neighbor| neighbor.remote_as),
        local_as: session.map(|neighbor| neighbor.local_as),
        ..path.attributes
    };
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
