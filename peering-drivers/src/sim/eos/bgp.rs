//! What the LAN asks of the persona.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::Device;
use super::apply::load;
use super::view::{Bgp, DEFAULT, Instance};
use crate::sim::family::Family;
use crate::sim::persona::{Chassis, Neighbor, Persona};
use crate::sim::session::Side;

/// How many routes a neighbour may send when nothing is configured.
pub(crate) const MAXIMUM_ROUTES: u64 = 256_000;

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
                if let Some(neighbor) = self.neighbor(bgp, instance, *address) {
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
        let own = instance.networks(policies, family);
        own.filter(|prefix| instance.passes(policies, &settings, family, true, prefix)).collect()
    }

    fn filter(&self, from: IpAddr, family: Family, prefixes: &mut Vec<IpNet>) {
        match self.view.bgp.as_ref().and_then(|bgp| bgp.peer(from)) {
            Some((instance, settings)) => {
                let policies = &self.view.policies;
                prefixes.retain(|prefix| instance.passes(policies, &settings, family, false, prefix));
            }
            None => prefixes.clear(),
        }
    }

    fn running_config(&self) -> String {
        self.running.print()
    }

    fn startup_config(&self) -> String {
        self.startup().to_owned()
    }

    fn configure(&mut self, text: &str) -> Result<(), (usize, String)> {
        let mut tree = self.running.clone();
        let result = load(&mut tree, text);
        self.install(tree);
        result
    }

    fn restart(&mut self) {
        let mut tree = Device::clean(&self.chassis.ports);
        // A file that somebody wrote may not read: what comes after the first error is not there then.
        let _ = load(&mut tree, self.startup());
        self.store.sessions.clear();
        self.store.timer = None;
        self.install(tree);
        self.chassis.restart();
    }
}

impl Device {
    fn neighbor(&self, bgp: &Bgp, instance: &Instance, address: IpAddr) -> Option<Neighbor> {
        let settings = bgp.settings(instance, address)?;
        let limit = match settings.limit {
            Some((_, true)) | Some((0, _)) => None,
            Some((most, false)) => usize::try_from(most).ok(),
            None => usize::try_from(MAXIMUM_ROUTES).ok(),
        };
        // Without a remote AS there is no neighbour yet, only settings for one.
        let expects = Some(settings.remote_as?);
        let side = Side {
            asn: settings.local_as.unwrap_or(bgp.asn),
            expects,
            password: settings.password.clone(),
            ipv4: instance.is_active(&settings, Family::V4),
            ipv6: instance.is_active(&settings, Family::V6),
            is_shut: settings.is_shut.unwrap_or(false),
        };
        let local = self.view.towards(&instance.name, address).map(|(_, local)| local);
        Some(Neighbor { local, side, limits: [limit, limit] })
    }
}
