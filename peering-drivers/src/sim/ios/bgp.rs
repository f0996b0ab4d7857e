//! What the LAN asks of the persona.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::Device;
use super::apply::load;
use super::view::Bgp;
use crate::sim::family::Family;
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
        let up = self.view.interfaces.iter().filter(|port| !port.is_shut);
        up.flat_map(|port| port.addresses.iter().copied()).collect()
    }

    fn local_as(&self) -> Option<u32> {
        self.view.bgp.as_ref().map(|bgp| bgp.asn)
    }

    fn router_id(&self) -> String {
        self.view.router_id().to_string()
    }

    fn neighbors(&self) -> BTreeMap<IpAddr, Neighbor> {
        let Some(bgp) = &self.view.bgp else { return BTreeMap::new() };
        let look = |address: &IpAddr| Some((*address, self.neighbor(bgp, *address)?));
        bgp.peers.keys().filter_map(look).collect()
    }

    fn exported(&self, to: IpAddr, family: Family) -> Vec<IpNet> {
        let Some((bgp, settings)) = self.view.bgp.as_ref().and_then(|bgp| Some((bgp, bgp.peer(to)?))) else {
            return Vec::new();
        };
        let own = bgp.networks(&settings.vrf, family);
        own.filter(|net| bgp.passes(&self.view.policies, &settings, (family, true), net)).collect()
    }

    fn filter(&self, from: IpAddr, family: Family, prefixes: &mut Vec<IpNet>) {
        match self.view.bgp.as_ref().and_then(|bgp| Some((bgp, bgp.peer(from)?))) {
            Some((bgp, settings)) => {
                let policies = &self.view.policies;
                prefixes.retain(|net| bgp.passes(policies, &settings, (family, false), net));
            }
            None => prefixes.clear(),
        }
    }

    fn running_config(&self) -> String {
        self.running.print()
    }

    fn startup_config(&self) -> String {
        self.store.startup.clone()
    }

    fn configure(&mut self, text: &str) -> Result<(), (usize, String)> {
        let mut tree = self.running.clone();
        let result = load(&mut tree, text);
        self.install(tree);
        result
    }

    fn restart(&mut self) {
        let mut tree = Device::clean(&self.chassis.ports, &self.version);
        // What does not read in what was saved is left away, as at a start.
        let _ = super::apply::load_all(&mut tree, &self.store.startup);
        self.store.pending = None;
        self.install(tree);
        self.chassis.restart();
    }
}

impl Device {
    fn neighbor(&self, bgp: &Bgp, address: IpAddr) -> Option<Neighbor> {
        let settings = bgp.peer(address)?;
        let side = Side {
            asn: settings.local_as.unwrap_or(bgp.asn),
            // Without a remote AS there is no neighbour yet, only settings for one.
            expects: Some(settings.remote_as?),
            password: settings.password.clone(),
            ipv4: bgp.is_active(&settings, Family::V4),
            ipv6: bgp.is_active(&settings, Family::V6),
            is_shut: settings.is_shut,
        };
        let local = self.view.towards(&settings.vrf, address).map(|(_, local)| local);
        let limits = [settings.limit(Family::V4), settings.limit(Family::V6)];
        Some(Neighbor { local, side, limits })
    }
}
