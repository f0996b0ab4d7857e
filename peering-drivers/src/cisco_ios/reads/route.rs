//! Routes to a prefix, in every VRF, with the paths of BGP behind them.

use std::net::IpAddr;

use ipnet::IpNet;
use peering_core::state::{BgpAttributes, Route, RouteMatch, RouteQuery};
use peering_core::{Asn, Result};

use super::super::parse::{self, BgpPath};
use super::super::session::IosSession;
use crate::cisco::{CommandLine, routes_within, unless_refused};

/// What the main table is called.
const MAIN: &str = "default";

/// What is asked for, in IOS's words.
#[derive(Clone)]
struct Question {
    is_ipv4: bool,
    /// Behind `show ip route`.
    route: String,
    /// Behind `show ip bgp`.
    bgp: String,
}

impl Question {
    fn new(matching: RouteMatch) -> Question {
        match matching {
            RouteMatch::Exact(prefix) => Question::exact(prefix),
            RouteMatch::Longest(address) => Question::of(address.to_string(), address.is_ipv4()),
            RouteMatch::Longer(prefix) => {
                let exact = Question::exact(prefix);
                Question { route: format!("{} longer-prefixes", exact.route), ..exact }
            }
        }
    }

    fn exact(prefix: IpNet) -> Question {
        match prefix.trunc() {
            IpNet::V4(prefix) => {
                let route = format!("{} {}", prefix.network(), prefix.netmask());
                Question { is_ipv4: true, route, bgp: prefix.to_string() }
            }
            IpNet::V6(prefix) => Question::of(prefix.to_string(), false),
        }
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

/// What was found in one network instance for one question.
struct Found {
    instance: String,
    question: Question,
    routes: Vec<Route>,
    paths: Vec<BgpPath>,
}

/// A neighbour of a network instance.
struct Neighbor {
    instance: String,
    address: IpAddr,
    asn: Asn,
}

impl IosSession {
    pub(in super::super) async fn read_routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        let question = Question::new(query.matching);
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
        let answers = names.zip(std::iter::once(answer).chain(self.each(&commands).await?));
        let is_wanted = |protocol: &str| query.protocol.as_ref().is_none_or(|wanted| protocol == wanted);
        let answers: Vec<((String, Question), Result<String>)> = match query.matching {
            RouteMatch::Longer(prefix) => {
                let listed = routes_within(answers, prefix, is_wanted)?.into_iter();
                let questions: Vec<_> =
                    listed.map(|(instance, prefix)| (instance, Question::exact(prefix))).collect();
                let commands: Vec<String> =
                    questions.iter().map(|(instance, question)| question.route(instance)).collect();
                questions.into_iter().zip(self.each(&commands).await?).collect()
            }
            _ => answers.map(|(instance, answer)| ((instance, question.clone()), answer)).collect(),
        };
        let mut found = Vec::new();
        for ((instance, question), answer) in answers {
            // that there is no route is said like a refusal
            let Some(text) = unless_refused(answer)? else { continue };
            let mut routes = parse::rib_routes(&text, &instance)?;
            routes.retain(|route| is_wanted(&route.protocol));
            if !routes.is_empty() {
                found.push(Found { instance, question, routes, paths: Vec::new() });
            }
        }
        let mut neighbors = Vec::new();
        // without BGP there are no paths
        if own.is_some() && is_wanted("bgp") {
            neighbors = self.read_paths(&mut found).await?;
        }
        Ok(found.into_iter().flat_map(|found| found.joined(&neighbors, own)).collect())
    }

    /// The paths of BGP; and the neighbours that they are from, where they are neighbours.
    async fn read_paths(&mut self, found: &mut [Found]) -> Result<Vec<Neighbor>> {
        let commands: Vec<String> = found.iter().map(|found| found.question.bgp(&found.instance)).collect();
        for (found, answer) in found.iter_mut().zip(self.each(&commands).await?) {
            if let Some(text) = unless_refused(answer)? {
                found.paths = parse::bgp_paths(&text)?;
            }
        }
        let mut asked: Vec<(&Found, IpAddr)> = Vec::new();
        for one in &*found {
            for peer in one.paths.iter().filter_map(|path| path.attributes.peer) {
                if !asked.iter().any(|(known, address)| known.instance == one.instance && *address == peer) {
                    asked.push((one, peer));
                }
            }
        }
        let commands: Vec<String> =
            asked.iter().map(|(found, peer)| found.question.neighbor(&found.instance, *peer)).collect();
        let mut neighbors = Vec::new();
        for ((found, address), answer) in asked.into_iter().zip(self.each(&commands).await?) {
            let Some(text) = unless_refused(answer)? else { continue };
            if let Some(asn) = parse::neighbor_as(&text, &spelled(address))? {
                neighbors.push(Neighbor { instance: found.instance.clone(), address, asn });
            }
        }
        Ok(neighbors)
    }
}

impl Found {
    /// The routes with the attributes of their paths; then the paths that are not in use.
    fn joined(mut self, neighbors: &[Neighbor], own: Option<Asn>) -> Vec<Route> {
        let neighbors: Vec<&Neighbor> =
            neighbors.iter().filter(|neighbor| neighbor.instance == self.instance).collect();
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
fn attributes(path: BgpPath, neighbors: &[&Neighbor], own: Option<Asn>) -> BgpAttributes {
    let mut attributes = path.attributes;
    attributes.local_as = own;
    attributes.remote_as = match attributes.peer {
        Some(peer) => {
            let known =
                neighbors.iter().find(|neighbor| neighbor.address == peer).map(|neighbor| neighbor.asn);
            known.or(if path.is_external { attributes.as_path.first().copied() } else { own })
        }
        None => None,
    };
    attributes
}
