//! BGP and routes.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use peering_core::state::{
    BgpGroup, BgpInstance, BgpNeighbor, BgpNeighborDetail, Route, RouteMatch, RouteQuery,
};
use peering_core::{Asn, Error, ErrorKind, Result};

use super::super::link::where_it_has;
use super::super::nxapi::Form;
use super::super::parse::text::BgpPath;
use super::super::parse::{json, text};
use super::super::session::NxosSession;
use super::word;

const SUMMARY: &str = "show bgp all summary vrf all";

/// Commands that are sent together: a route of many prefixes asks about each of them.
const TOGETHER: usize = 64;

/// The paths of one prefix in one VRF.
type Paths = ((String, IpNet), Vec<BgpPath>);

impl NxosSession {
    /// The summary in this router's form; `None` where no BGP runs.
    async fn bgp_summary(&mut self) -> Result<Option<String>> {
        let command = [SUMMARY.to_owned()];
        let answer = match self.link.form() {
            Form::Json => self.link.jsons(&command).await?.pop(),
            Form::Text => self.link.texts(&command).await?.pop(),
        };
        let answer = answer.unwrap_or_else(|| Ok(String::new()));
        match answer {
            Ok(text) => Ok(Some(text).filter(|text| !is_not_running(text))),
            Err(error) if error.kind() == ErrorKind::Rejected && is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(in super::super) async fn read_bgp_neighbors(&mut self) -> Result<Vec<BgpNeighbor>> {
        let Some(summary) = self.bgp_summary().await? else { return Ok(Vec::new()) };
        Ok(match self.link.form() {
            Form::Json => json::bgp_neighbors(&summary)?,
            Form::Text => text::bgp_neighbors(&summary)?,
        })
    }

    pub(in super::super) async fn read_bgp_instances(&mut self) -> Result<Vec<BgpInstance>> {
        let Some(summary) = self.bgp_summary().await? else { return Ok(Vec::new()) };
        Ok(match self.link.form() {
            Form::Json => json::bgp_instances(&summary)?,
            Form::Text => text::bgp_instances(&summary)?,
        })
    }

    /// In text over both transports: what NX-OS tells of a neighbour in JSON differs from train to train.
    pub(in super::super) async fn read_bgp_neighbors_detail(
        &mut self,
        address: Option<IpAddr>,
    ) -> Result<Vec<BgpNeighborDetail>> {
        let mut instances = self.read_bgp_instances().await?;
        // BGP does nothing where it has no AS
        instances.retain(|instance| instance.local_as.is_some());
        let one = address.map(|address| format!("{address} ")).unwrap_or_default();
        let mut asked = Vec::new();
        for instance in &instances {
            let name = word("a VRF", &instance.network_instance)?;
            asked.push(format!("show bgp all neighbors {one}vrf {name}"));
        }
        let answers = self.link.texts(&asked).await?;
        let mut found = Vec::new();
        for (instance, answer) in instances.iter().zip(answers) {
            let answer = match address {
                None => Some(answer?),
                // a VRF that has not this neighbour refuses
                Some(_) => where_it_has(answer)?,
            };
            found.extend(text::bgp_neighbors_detail(&answer.unwrap_or_default(), instance)?);
        }
        found.retain(|detail| address.is_none_or(|address| detail.neighbor.address == address));
        Ok(found)
    }

    pub(in super::super) async fn read_bgp_config(&mut self) -> Result<Vec<BgpGroup>> {
        match self.link.text("show running-config bgp").await {
            Ok(text) => Ok(text::bgp_config(&text)?),
            Err(error) if error.kind() == ErrorKind::Rejected && is_absent(&error) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// In text over both transports, for the same reason as with the neighbours' details.
    pub(in super::super) async fn read_routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        let (what, is_ipv4, longer) = match query.matching {
            RouteMatch::Exact(prefix) => (prefix.trunc().to_string(), prefix.addr().is_ipv4(), ""),
            RouteMatch::Longer(prefix) => {
                (prefix.trunc().to_string(), prefix.addr().is_ipv4(), " longer-prefixes")
            }
            RouteMatch::Longest(address) => (address.to_string(), address.is_ipv4(), ""),
        };
        let ip = if is_ipv4 { "ip" } else { "ipv6" };
        let answer = self.link.text(&format!("show {ip} route vrf all {what}{longer}")).await?;
        let mut found = text::routes(&answer)?;
        if let RouteMatch::Exact(prefix) = query.matching {
            // NX-OS gives the covering route where there is no such prefix
            found.retain(|route| route.prefix == prefix.trunc());
        }
        found.retain(|route| {
            query.protocol.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(&route.protocol))
        });
        self.add_bgp(&mut found).await?;
        Ok(found)
    }

    async fn add_bgp(&mut self, routes: &mut [Route]) -> Result<()> {
        let with_bgp = routes.iter().filter(|route| route.bgp.is_some());
        let keys: BTreeSet<(String, IpNet)> =
            with_bgp.map(|route| (route.network_instance.clone(), route.prefix)).collect();
        let mut paths: Vec<Paths> = Vec::new();
        for some in keys.into_iter().collect::<Vec<_>>().chunks(TOGETHER) {
            let mut asked = Vec::new();
            for (instance, prefix) in some {
                let instance = word("a VRF", instance)?;
                asked.push(match prefix {
                    IpNet::V4(prefix) => format!("show ip bgp vrf {instance} {prefix}"),
                    IpNet::V6(prefix) => format!("show bgp ipv6 unicast {prefix} vrf {instance}"),
                });
            }
            for (key, answer) in some.iter().zip(self.link.texts(&asked).await?) {
                // a route that has just gone
                let answer = where_it_has(answer)?.unwrap_or_default();
                paths.push((key.clone(), text::bgp_paths(&answer)?));
            }
        }
        let senders = self.remote_ases(&paths).await?;
        for route in routes.iter_mut() {
            let Some(own) = route.bgp.as_ref().map(|bgp| bgp.local_as) else { continue };
            let of_route = paths.iter().find(|((instance, prefix), _)| {
                *instance == route.network_instance && *prefix == route.prefix
            });
            let Some(path) = of_route.and_then(|(_, paths)| path_of(route, paths)) else { continue };
            let mut attributes = path.attributes.clone();
            let known = attributes.peer.and_then(|peer| {
                let key = (route.network_instance.clone(), peer);
                senders.iter().find(|(sender, _)| *sender == key).map(|(_, asn)| *asn)
            });
            attributes.remote_as = known.or(match path.kind.as_str() {
                "internal" => own,
                // a route server does not put its own AS in front
                "external" => attributes.as_path.first().copied(),
                _ => None,
            });
            attributes.local_as = own;
            route.bgp = Some(attributes);
        }
        Ok(())
    }

    /// The AS of each neighbour that a path came from.
    async fn remote_ases(&mut self, paths: &[Paths]) -> Result<Vec<((String, IpAddr), Asn)>> {
        let peers = paths.iter().flat_map(|((instance, _), paths)| {
            let peers = paths.iter().filter_map(|path| path.attributes.peer);
            peers.map(|peer| (instance.clone(), peer))
        });
        let peers: Vec<(String, IpAddr)> = peers.collect::<BTreeSet<_>>().into_iter().collect();
        let mut found = Vec::new();
        for some in peers.chunks(TOGETHER) {
            let asked: Vec<String> = some
                .iter()
                .map(|(instance, peer)| match peer {
                    IpAddr::V4(_) => format!("show ip bgp neighbors vrf {instance} | include \"is {peer}\""),
                    IpAddr::V6(_) => {
                        format!("show bgp ipv6 unicast neighbors vrf {instance} | include \"is {peer}\"")
                    }
                })
                .collect();
            for (key, answer) in some.iter().zip(self.link.texts(&asked).await?) {
                // a path from another VRF has its neighbour there
                let answer = where_it_has(answer)?.unwrap_or_default();
                found.extend(text::remote_as(&answer, key.1)?.map(|asn| (key.clone(), asn)));
            }
        }
        Ok(found)
    }
}

/// The path that a route of the table came from: of its next hop, the best first; our own routes have another next hop there.
fn path_of<'a>(route: &Route, paths: &'a [BgpPath]) -> Option<&'a BgpPath> {
    let is_own = |path: &BgpPath| ["redist", "local", "aggregate"].contains(&path.kind.as_str());
    let fits = |path: &&BgpPath| match (path.next_hop, route.next_hops.first()) {
        _ if is_own(path) && path.is_best => true,
        (Some(hop), Some(next_hop)) => hop == *next_hop,
        _ => false,
    };
    paths.iter().filter(fits).max_by_key(|path| (path.is_best, path.is_multipath))
}

/// The words of a router whose BGP is configured but has not started.
fn is_not_running(text: &str) -> bool {
    text.contains("process currently not running")
}

/// The words of a router without `feature bgp`: then it does not know the command.
fn is_absent(error: &Error) -> bool {
    let words = error.message().to_lowercase();
    ["invalid command", "invalid input", "not running", "not enabled"]
        .iter()
        .any(|known| words.contains(known))
}
