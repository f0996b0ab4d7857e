//! Routes to a prefix, in every VRF, with the paths of BGP behind them.

use std::net::IpAddr;

use ipnet::IpNet;
use peering_core::state::{BgpAttributes, Route, RouteMatch, RouteQuery};
use peering_core::{Asn, Error, Result};

use super::super::parse::{self, BgpPath};
use super::super::session::IosSession;
use crate::cisco::{CommandLine, unless_refused};

/// What the main table is called.
const MAIN: &str = "default";

/// What is asked for, in IOS's words.
struct Question {
    is_ipv4: bool,
    /// Behind `show ip route`.
    route: String,
    /// Behind `show ip bgp`.
    bgp: String,
}

impl Question {
    fn new(matching: RouteMatch) -> Result<Question> {
        Ok(match matching {
            RouteMatch::Exact(IpNet::V4(prefix)) => {
                let prefix = prefix.trunc();
                let route = format!("{} {}", prefix.network(), prefix.netmask());
                Question { is_ipv4: true, route, bgp: prefix.to_string() }
            }
            RouteMatch::Exact(IpNet::V6(prefix)) => Question::of(prefix.trunc().to_string(), false),
            RouteMatch::Longest(address) => Question::of(address.to_string(), address.is_ipv4()),
            RouteMatch::Longer(_) => return Err(Error::unsupported("routes with all that lie in a prefix")),
        })
    }

    fn of(words: String, is_ipv4: bool) -> Question {
        Question { is_ipv4, route: words.clone(), bgp: words }
    }

    fn route(&self, instance: &str) -> String {
        let ip = if self.is_ipv4 { "ip" } else { "ipv6" };
        match instance {
            MAIN => format!("show {ip} route {}", self.route),
            vrf => format!("show {ip} route vrf {vrf} {}", self.route),
        }
    }

    fn bgp(&self, instance: &str) -> String {
        format!("{} {}", self.table(instance), self.bgp)
    }

    /// The table of BGP.
    fn table(&self, instance: &str) -> String {
        match (instance, self.is_ipv4) {
            (MAIN, true) => "show ip bgp".to_owned(),
            (MAIN, false) => "show bgp ipv6 unicast".to_owned(),
            (vrf, true) => format!("show ip bgp vpnv4 vrf {vrf}"),
            (vrf, false) => format!("show bgp vpnv6 unicast vrf {vrf}"),
        }
    }

    fn neighbor(&self, instance: &str, address: IpAddr) -> String {
        format!("{} neighbors | include is {}", self.table(instance), spelled(address))
    }
}

/// An address as IOS prints it: with capitals.
fn spelled(address: IpAddr) -> String {
    address.to_string().to_uppercase()
}

/// What was found in one network instance.
struct Found {
    instance: String,
    routes: Vec<Route>,
    paths: Vec<BgpPath>,
    /// The AS of each of the paths' neighbours, where it is one.
    neighbors: Vec<(IpAddr, Asn)>,
}

impl IosSession {
    pub(in super::super) async fn read_routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        let question = Question::new(query.matching)?;
        let main = question.route(MAIN);
        let [vrfs, answer, own] = self.all(["show vrf", &main, "show ip protocols | include bgp"]).await?;
        let own = match unless_refused(own)? {
            Some(text) => parse::own_as(&text)?,
            None => None,
        };
        let mut vrfs = self.vrfs(vrfs).await?;
        vrfs.retain(|vrf| if question.is_ipv4 { vrf.has_ipv4 } else { vrf.has_ipv6 });
        let commands: Vec<String> = vrfs.iter().map(|vrf| question.route(&vrf.name)).collect();
        let names = std::iter::once(MAIN.to_owned()).chain(vrfs.into_iter().map(|vrf| vrf.name));
        let answers = std::iter::once(answer).chain(self.each(&commands).await?);
        let mut found = Vec::new();
        for (instance, answer) in names.zip(answers) {
            // that there is no route is said like a refusal
            let Some(text) = unless_refused(answer)? else { continue };
            let mut routes = parse::rib_routes(&text, &instance)?;
            if let Some(protocol) = &query.protocol {
                routes.retain(|route| route.protocol == *protocol);
            }
            if !routes.is_empty() {
                found.push(Found { instance, routes, paths: Vec::new(), neighbors: Vec::new() });
            }
        }
        // without BGP there are no paths
        if own.is_some() && query.protocol.as_deref().is_none_or(|protocol| protocol == "bgp") {
            self.read_paths(&question, &mut found).await?;
        }
        Ok(found.into_iter().flat_map(|found| found.joined(own)).collect())
    }

    /// The paths of BGP, and the AS of the neighbours that they are from.
    async fn read_paths(&mut self, question: &Question, found: &mut [Found]) -> Result<()> {
        let commands: Vec<String> = found.iter().map(|found| question.bgp(&found.instance)).collect();
        for (found, answer) in found.iter_mut().zip(self.each(&commands).await?) {
            if let Some(text) = unless_refused(answer)? {
                found.paths = parse::bgp_paths(&text)?;
            }
        }
        let mut asked: Vec<(usize, IpAddr)> = Vec::new();
        for (place, found) in found.iter().enumerate() {
            for peer in found.paths.iter().filter_map(|path| path.attributes.peer) {
                if !asked.contains(&(place, peer)) {
                    asked.push((place, peer));
                }
            }
        }
        let instance = |place: &usize| found.get(*place).map_or(MAIN, |found| &found.instance);
        let commands: Vec<String> =
            asked.iter().map(|(place, peer)| question.neighbor(instance(place), *peer)).collect();
        for ((place, peer), answer) in asked.into_iter().zip(self.each(&commands).await?) {
            let Some(text) = unless_refused(answer)? else { continue };
            if let (Some(found), Some(asn)) =
                (found.get_mut(place), parse::neighbor_as(&text, &spelled(peer))?)
            {
                found.neighbors.push((peer, asn));
            }
        }
        Ok(())
    }
}

impl Found {
    /// The routes with the attributes of their paths; then the paths that are not in use.
    fn joined(mut self, own: Option<Asn>) -> Vec<Route> {
        let neighbors = std::mem::take(&mut self.neighbors);
        let mut paths: Vec<Option<BgpPath>> = std::mem::take(&mut self.paths).into_iter().map(Some).collect();
        let best = paths.iter().flatten().find(|path| path.is_best).cloned();
        for route in self.routes.iter_mut().filter(|route| route.protocol == "bgp") {
            let is_its = |path: &Option<BgpPath>| {
                path.as_ref().is_some_and(|path| {
                    path.next_hop.is_some() && path.next_hop == route.next_hops.first().copied()
                })
            };
            // a path whose next hop is resolved some other way is the best one
            let path =
                paths.iter_mut().find(|path| is_its(path)).and_then(Option::take).or_else(|| best.clone());
            if let Some(path) = path {
                route.selected_next_hop = path.is_best.then_some(0);
                route.bgp = Some(attributes(path, &neighbors, own));
            }
        }
        let template = self.routes.first().cloned();
        let rest = paths.into_iter().flatten().filter(|path| {
            // the best path is in use, whatever its next hop is called
            !path.is_best || !self.routes.iter().any(|route| route.protocol == "bgp")
        });
        let rest: Vec<Route> = rest
            .filter_map(|path| {
                Some(Route {
                    prefix: path.prefix,
                    protocol: "bgp".to_owned(),
                    is_best: false,
                    preference: None,
                    metric: path.attributes.med,
                    next_hops: path.next_hop.into_iter().collect(),
                    selected_next_hop: None,
                    interfaces: Vec::new(),
                    age: None,
                    bgp: Some(attributes(path, &neighbors, own)),
                    ..template.clone()?
                })
            })
            .collect();
        self.routes.into_iter().chain(rest).collect()
    }
}

/// The attributes, with the AS numbers of the session: of a peer that is no neighbour here (a path from another VRF) it is our
/// own within, and outside the first of the path.
fn attributes(path: BgpPath, neighbors: &[(IpAddr, Asn)], own: Option<Asn>) -> BgpAttributes {
    let mut attributes = path.attributes;
    attributes.local_as = own;
    attributes.remote_as = match attributes.peer {
        Some(peer) => {
            let known = neighbors.iter().find(|(address, _)| *address == peer).map(|(_, asn)| *asn);
            known.or(if path.is_external { attributes.as_path.first().copied() } else { own })
        }
        None => None,
    };
    attributes
}
