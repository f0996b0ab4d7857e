//! What the LAN asks of the persona: neighbours, policies, own prefixes; and what happens to the machine.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::Device;
use super::apply::load;
use super::attribute::Key;
use super::config::{Bgp, Config, Family, RemoteAs};
use crate::sim::persona::{Chassis, Neighbor, Persona};
use crate::sim::session::Side;

impl Persona for Device {
    fn chassis(&self) -> &Chassis {
        &self.chassis
    }

    fn chassis_mut(&mut self) -> &mut Chassis {
        &mut self.chassis
    }

    fn addresses(&self) -> Vec<IpNet> {
        Device::addresses(self)
    }

    fn local_as(&self) -> Option<u32> {
        self.config.bgp.as_ref().map(|bgp| bgp.asn)
    }

    fn router_id(&self) -> String {
        Device::router_id(self)
    }

    fn neighbors(&self) -> BTreeMap<IpAddr, Neighbor> {
        let Some(bgp) = &self.config.bgp else { return BTreeMap::new() };
        let own = Device::addresses(self);
        let towards = |other: &IpAddr| own.iter().find(|net| net.contains(other)).map(IpNet::addr);
        let neighbor = |(address, peer): (&IpAddr, &super::config::Neighbor)| {
            let limits = Family::BOTH.map(|family| limit(bgp, peer, family));
            (*address, Neighbor { local: towards(address), side: side(bgp, peer), limits })
        };
        bgp.peers.iter().map(neighbor).collect()
    }

    fn exported(&self, to: IpAddr, family: Family) -> Vec<IpNet> {
        let Some(bgp) = &self.config.bgp else { return Vec::new() };
        bgp.peers.get(&to).map(|peer| self.config.exported(bgp, peer, family)).unwrap_or_default()
    }

    fn filter(&self, from: IpAddr, family: Family, prefixes: &mut Vec<IpNet>) {
        let peer = self.config.bgp.as_ref().and_then(|bgp| Some((bgp, bgp.peers.get(&from)?)));
        match peer {
            Some((bgp, peer)) => {
                let policy = self.config.policy(bgp, peer, family, false);
                prefixes.retain(|prefix| self.config.lets_pass(&policy, prefix));
            }
            None => prefixes.clear(),
        }
    }

    fn running_config(&self) -> String {
        self.config.print()
    }

    fn startup_config(&self) -> String {
        self.startup.clone()
    }

    fn configure(&mut self, text: &str) -> Result<(), (usize, String)> {
        let own = self.own();
        load(&mut self.config, &own, text)
    }

    fn restart(&mut self) {
        let mut config = Config::new(&self.chassis.name);
        let own: Vec<_> =
            self.chassis.ports.iter().flat_map(|port| &port.addresses).map(IpNet::addr).collect();
        // It was printed by ourselves.
        let _ = load(&mut config, &own, &self.startup);
        self.config = config;
        self.chassis.restart();
    }
}

/// How many prefixes of a family take the session down.
fn limit(bgp: &Bgp, peer: &super::config::Neighbor, family: Family) -> Option<usize> {
    let limit = bgp.family_setting(peer, family, Key::of("maximum-prefix"))?;
    let most = limit.split(' ').next().and_then(|number| number.parse().ok());
    most.filter(|_| !limit.contains("warning-only"))
}

/// What a configured neighbour brings into its session.
fn side(bgp: &Bgp, peer: &super::config::Neighbor) -> Side {
    let expects = match bgp.remote_as(peer) {
        Some(RemoteAs::Number(number)) => Some(number),
        Some(RemoteAs::Internal) => Some(bgp.asn),
        _ => None,
    };
    Side {
        asn: bgp.asn,
        expects,
        password: bgp.setting(peer, "password"),
        ipv4: bgp.is_active(peer, Family::V4),
        ipv6: bgp.is_active(peer, Family::V6),
        is_shut: bgp.setting(peer, "shutdown").is_some(),
    }
}

/// What filters the routes of a neighbour in one direction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Policy {
    family: Family,
    map: Option<String>,
    list: Option<String>,
    /// Nothing passes: an external neighbour without a policy (RFC 8212).
    is_shut: bool,
}

impl Config {
    /// The policy of a neighbour, in or out.
    pub(crate) fn policy(
        &self,
        bgp: &Bgp,
        peer: &super::config::Neighbor,
        family: Family,
        is_out: bool,
    ) -> Policy {
        let setting = |words: &str| {
            let key = if is_out { Key::outbound(words) } else { Key::of(words) };
            let value = bgp.family_setting(peer, family, key)?;
            value.split(' ').next().map(str::to_owned)
        };
        let (map, list) = (setting("route-map"), setting("prefix-list"));
        let is_internal = matches!(bgp.remote_as(peer), Some(RemoteAs::Internal))
            || bgp.remote_as(peer) == Some(RemoteAs::Number(bgp.asn));
        let is_required = !is_internal && !bgp.has("no bgp ebgp-requires-policy");
        let is_shut = map.is_none() && list.is_none() && is_required;
        Policy { family, map, list, is_shut }
    }

    /// Whether a policy lets a prefix pass.
    pub(crate) fn lets_pass(&self, policy: &Policy, prefix: &IpNet) -> bool {
        !policy.is_shut
            && policy.map.as_ref().is_none_or(|map| self.permits(map, prefix))
            && policy.list.as_ref().is_none_or(|list| self.passes(policy.family, list, prefix))
    }

    /// Our own networks that a neighbour is told.
    pub(crate) fn exported(&self, bgp: &Bgp, peer: &super::config::Neighbor, family: Family) -> Vec<IpNet> {
        let networks = bgp.networks.get(&family).map(|networks| networks.keys()).into_iter().flatten();
        let policy = self.policy(bgp, peer, family, true);
        networks.copied().filter(|prefix| self.lets_pass(&policy, prefix)).collect()
    }
}
