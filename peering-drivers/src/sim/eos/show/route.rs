//! Routes: BGP's table and the one that packets follow.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Value, json};

use super::Show;
use super::bgp::Peer;
use crate::sim::eos::cli::{Answer, Failure};
use crate::sim::eos::view::Instance;
use crate::sim::family::Family;

/// Which routes are asked for.
#[derive(Debug, Default)]
struct Question {
    what: Option<IpNet>,
    /// An address: the longest prefix that covers it.
    is_address: bool,
    is_longer: bool,
    protocol: Option<String>,
}

impl Question {
    fn of(words: &[&str]) -> Question {
        let mut own = Question::default();
        for word in words {
            match *word {
                "longer-prefixes" => own.is_longer = true,
                protocol @ ("bgp" | "connected" | "static") => own.protocol = Some(protocol.to_owned()),
                word => {
                    if let Ok(address) = word.parse::<IpAddr>() {
                        (own.what, own.is_address) = (Some(IpNet::from(address)), true);
                    } else if let Ok(net) = word.parse::<IpNet>() {
                        own.what = Some(net);
                    }
                }
            }
        }
        own
    }

    /// The prefixes that are meant, of all there are.
    fn choose(&self, all: impl Iterator<Item = IpNet>) -> Vec<IpNet> {
        match self.what {
            None => all.collect(),
            Some(what) if self.is_address => all
                .filter(|net| net.contains(&what.addr()))
                .max_by_key(IpNet::prefix_len)
                .into_iter()
                .collect(),
            Some(what) if self.is_longer => all.filter(|net| what.contains(net)).collect(),
            Some(what) => all.filter(|net| *net == what).collect(),
        }
    }
}

impl Show<'_> {
    /// `show ip|ipv6 bgp [PREFIX]`.
    pub(super) fn bgp_routes(
        &self,
        family: Family,
        words: &[&str],
        vrf: Option<&str>,
    ) -> Result<Answer, Failure> {
        let question = Question::of(words);
        let chosen = self.chosen(vrf)?;
        let mut vrfs = Map::new();
        let Some(bgp) = self.bgp() else { return Ok(Answer::data(json!({ "vrfs": vrfs }))) };
        for instance in bgp.instances.iter().filter(|instance| chosen.contains(&instance.name.as_str())) {
            let peers = self.peers(bgp, instance);
            let mut table = self.learnt(&peers, family);
            for own in instance.networks(&self.device.view.policies, family) {
                table.entry(own).or_default();
            }
            let mut entries = Map::new();
            for prefix in question.choose(table.keys().copied()) {
                let from = table.get(&prefix).map(Vec::as_slice).unwrap_or_default();
                let paths = self.paths(instance, prefix, family, from, &peers);
                let entry = json!({
                    "address": prefix.addr(), "maskLength": prefix.prefix_len(), "totalPaths": paths.len(),
                    "totalAdvertisedPeers": 0, "bgpAdvertisedPeerGroups": {}, "bgpRoutePaths": paths,
                });
                entries.insert(prefix.to_string(), entry);
            }
            let entry = json!({
                "vrf": instance.name, "routerId": self.device.view.router_id(&instance.name),
                "asn": bgp.asn.to_string(), "bgpRouteEntries": entries,
            });
            vrfs.insert(instance.name.clone(), entry);
        }
        Ok(Answer::data(json!({ "vrfs": vrfs })))
    }

    /// What the neighbours of one network instance have sent and we have accepted; the best of each prefix first.
    fn learnt(&self, peers: &[Peer<'_>], family: Family) -> BTreeMap<IpNet, Vec<IpAddr>> {
        let mut table = self.world.table(self.router, family);
        for from in table.values_mut() {
            from.retain(|from| peers.iter().any(|peer| peer.address == *from));
        }
        table.retain(|_, from| !from.is_empty());
        table
    }

    fn paths(
        &self,
        instance: &Instance,
        prefix: IpNet,
        family: Family,
        from: &[IpAddr],
        peers: &[Peer<'_>],
    ) -> Vec<Value> {
        let mut paths = Vec::new();
        let is_own = instance.networks(&self.device.view.policies, family).any(|own| own == prefix);
        if is_own {
            paths.push(path("Local", "i", "", "", true, 0));
        }
        for address in from {
            let Some(peer) = peers.iter().find(|peer| peer.address == *address) else { continue };
            let kind = if peer.link_type() == "internal" { "Internal" } else { "External" };
            let sequence = if kind == "Internal" { "i".to_owned() } else { format!("{} i", peer.remote_as) };
            let id = self.world.told(self.router, *address).map_or_else(String::new, |(_, id)| id);
            let is_best = paths.is_empty();
            paths.push(path(kind, &sequence, &address.to_string(), &id, is_best, 100));
        }
        paths
    }

    /// `show ip|ipv6 route [vrf V] [PREFIX]`.
    pub(super) fn routes(
        &self,
        family: Family,
        words: &[&str],
        vrf: Option<&str>,
    ) -> Result<Answer, Failure> {
        let question = Question::of(words);
        let mut vrfs = Map::new();
        for name in self.chosen(vrf)? {
            let mut all = self.forwarding(family, name);
            if let Some(protocol) = &question.protocol {
                all.retain(|_, route| {
                    let kind = route.get("routeType").and_then(Value::as_str).unwrap_or_default();
                    kind == protocol || (protocol == "bgp" && kind.ends_with("BGP"))
                });
            }
            let routes: Map<String, Value> = question
                .choose(all.keys().copied())
                .into_iter()
                .filter_map(|prefix| Some((prefix.to_string(), all.remove(&prefix)?)))
                .collect();
            let entry = json!({
                "routes": routes, "allRoutesProgrammedKernel": true, "routingDisabled": false,
                "allRoutesProgrammedHardware": true, "defaultRouteState": "notSet",
            });
            vrfs.insert(name.to_owned(), entry);
        }
        // The IPv6 form has no level for the instance unless one is named `all`.
        let is_flat = family == Family::V6 && vrf != Some("all");
        let first = vrfs.iter().next().map(|(_, entry)| entry.clone()).filter(|_| is_flat);
        Ok(Answer::data(first.unwrap_or_else(|| json!({ "vrfs": vrfs }))))
    }

    fn forwarding(&self, family: Family, vrf: &str) -> BTreeMap<IpNet, Value> {
        let view = &self.device.view;
        let mut all = BTreeMap::new();
        let bgp = self.bgp();
        let instance = bgp.and_then(|bgp| bgp.instances.iter().find(|instance| instance.name == vrf));
        if let Some((bgp, instance)) = bgp.zip(instance) {
            let peers = self.peers(bgp, instance);
            for (prefix, from) in self.learnt(&peers, family) {
                let Some(best) = from.first() else { continue };
                let peer = peers.iter().find(|peer| peer.address == *best);
                let kind =
                    if peer.is_some_and(|peer| peer.link_type() == "internal") { "iBGP" } else { "eBGP" };
                let port = view.towards(vrf, *best).map(|(port, _)| port.name.clone());
                let via = json!([{ "nexthopAddr": best, "interface": port }]);
                all.insert(prefix, route(kind, 200, "forward", false, via));
            }
        }
        for (_, prefix, to) in
            view.routes.iter().filter(|(own, net, _)| own == vrf && Family::of(net.addr()) == family)
        {
            let hop = to.split(' ').find_map(|word| word.parse::<IpAddr>().ok());
            let port = hop.and_then(|hop| view.towards(vrf, hop)).map(|(port, _)| port.name.clone());
            let (action, via) = match hop {
                Some(hop) => ("forward", json!([{ "nexthopAddr": hop, "interface": port }])),
                None => ("drop", json!([])),
            };
            all.insert(*prefix, route("static", 1, action, false, via));
        }
        for port in
            view.interfaces.iter().filter(|port| port.vrf == vrf && port.is_routed && self.is_up(port))
        {
            for net in port.addresses.iter().filter(|net| Family::of(net.addr()) == family) {
                let via = json!([{ "interface": port.name }]);
                all.insert(net.trunc(), route("connected", 0, "forward", true, via));
            }
        }
        all
    }
}

fn route(kind: &str, preference: u32, action: &str, is_direct: bool, vias: Value) -> Value {
    json!({
        "kernelProgrammed": true, "hardwareProgrammed": true, "directlyConnected": is_direct, "preference": preference,
        "metric": 0, "routeAction": action, "routeType": kind, "vias": vias,
    })
}

fn path(kind: &str, sequence: &str, from: &str, id: &str, is_best: bool, preference: u32) -> Value {
    json!({
        "asPathEntry": { "asPathType": kind, "asPath": sequence },
        "med": 0,
        "localPreference": preference,
        "weight": 0,
        "nextHop": from,
        "reasonNotBestpath": if is_best { "noReason" } else { "routerId" },
        "routeType": {
            "valid": true, "active": is_best, "backup": false, "stale": false, "suppressed": false, "queued": false,
            "ecmp": false, "ecmpHead": false, "ecmpContributor": false, "atomicAggregator": false,
        },
        "routeDetail": {
            "origin": "Igp", "communityList": [], "extCommunityList": [], "recvdFromRRClient": false,
            "peerEntry": { "peerRouterId": id, "peerAddr": from },
        },
    })
}
