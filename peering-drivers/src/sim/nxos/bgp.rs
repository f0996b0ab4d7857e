//! What the LAN asks of the persona.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::Device;
use super::apply::load;
use super::view::{Bgp, DEFAULT};
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
        let up = self.view.interfaces.iter().filter(|port| !port.is_shut && port.is_routed);
        up.flat_map(|port| port.addresses.iter().copied()).collect()
    }

    fn local_as(&self) -> Option<u32> {
        self.view.bgp.as_ref().map(|bgp| bgp.asn)
    }

    fn router_id(&self) -> String {
        self.view.router_id(DEFAULT).to_string()
    }

    fn neighbors(&self) -> BTreeMap<IpAddr, Neighbor> {
        let mut all = BTreeMap::new();
        let Some(bgp) = &self.view.bgp else { return all };
        for instance in &bgp.instances {
            for address in instance.peers.keys() {
                if let Some(neighbor) = self.neighbor(bgp, *address) {
                    all.entry(*address).or_insert(neighbor);
                }
            }
        }
        all
    }

    fn exported(&self, to: IpAddr, family: Family) -> Vec<IpNet> {
        let Some((instance, settings)) = self.view.bgp.as_ref().and_then(|bgp| bgp.peer(to)) else {
            return Vec::new();
        };
        let policies = &self.view.policies;
        let own = instance.networks(policies, family).into_iter();
        own.filter(|prefix| settings.passes(policies, family, true, prefix)).collect()
    }

    fn filter(&self, from: IpAddr, family: Family, prefixes: &mut Vec<IpNet>) {
        match self.view.bgp.as_ref().and_then(|bgp| bgp.peer(from)) {
            Some((_, settings)) => {
                let policies = &self.view.policies;
                prefixes.retain(|prefix| settings.passes(policies, family, false, prefix));
            }
            None => prefixes.clear(),
        }
    }

    fn running_config(&self) -> String {
        self.at_present().print()
    }

    fn startup_config(&self) -> String {
        self.store.startup.clone().unwrap_or_default()
    }

    fn configure(&mut self, text: &str) -> Result<(), (usize, String)> {
        let mut tree = self.running.clone();
        let result = load(&mut tree, text);
        self.install(tree);
        result
    }

    fn restart(&mut self) {
        let mut tree = Device::clean(&self.chassis.ports);
        let _ = load(&mut tree, &self.startup_config());
        self.store.forget_rollback();
        // Those with names live in memory; files stay.
        self.store.checkpoints.clear();
        self.install(tree);
        self.chassis.restart();
    }
}

impl Device {
    fn neighbor(&self, bgp: &Bgp, address: IpAddr) -> Option<Neighbor> {
        let (instance, settings) = bgp.peer(address)?;
        let limit = |family: Family| match settings.families.get(&family)?.limit? {
            (most, _, false) => usize::try_from(most).ok(),
            _ => None,
        };
        let is_on = |family: Family| settings.families.contains_key(&family);
        let side = Side {
            asn: bgp.local_as(instance, &settings),
            // Without a remote AS there is no neighbour yet, only settings for one.
            expects: Some(settings.remote_as?),
            password: settings.password.clone(),
            ipv4: is_on(Family::V4),
            ipv6: is_on(Family::V6),
            is_shut: settings.is_shut.unwrap_or(false),
        };
        let local = self.view.towards(&instance.name, address).map(|(_, local)| local);
        Some(Neighbor { local, side, limits: [limit(Family::V4), limit(Family::V6)] })
    }
}
