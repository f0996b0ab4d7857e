//! The FRR persona: one router with its daemons' state. What it answers is in the files beside this one.

pub(crate) mod apply;
pub(crate) mod attribute;
pub(crate) mod bgp;
pub(crate) mod config;
pub(crate) mod exec;
pub(crate) mod grammar;
pub(crate) mod guard;
pub(crate) mod interface;
pub(crate) mod json;
pub(crate) mod line;
pub(crate) mod reload;
pub(crate) mod routes;
pub(crate) mod server;
pub(crate) mod show;
pub(crate) mod terminal;
pub(crate) mod text;

use std::net::IpAddr;

use ipnet::IpNet;

use super::persona::Chassis;
use super::router::Port;
use config::Config;

/// One router.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) chassis: Chassis,
    pub(crate) config: Config,
    /// The saved configuration, as text.
    pub(crate) startup: String,
    pub(crate) guards: guard::Folders,
}

impl Device {
    /// Every address, the kernel's own and the configured ones.
    pub(crate) fn addresses(&self) -> Vec<IpNet> {
        let mut all: Vec<IpNet> =
            self.chassis.ports.iter().flat_map(|port| port.addresses.iter().copied()).collect();
        for lines in self.config.interfaces.values() {
            all.extend(lines.values().filter_map(|line| configured(line)));
        }
        all
    }

    /// The same without lengths, for the daemons.
    pub(crate) fn own(&self) -> Vec<IpAddr> {
        self.addresses().iter().map(IpNet::addr).collect()
    }

    /// The port that leads to an address, and its number.
    pub(crate) fn port_towards(&self, other: IpAddr) -> Option<(usize, &Port)> {
        let found = self
            .chassis
            .ports
            .iter()
            .enumerate()
            .find(|(_, port)| port.addresses.iter().any(|net| net.contains(&other)));
        found.map(|(index, port)| (index + 2, port))
    }

    /// The BGP identifier.
    pub(crate) fn router_id(&self) -> String {
        let configured = self.config.bgp.as_ref().and_then(|bgp| bgp.router_id().map(str::to_owned));
        let own =
            || self.addresses().iter().map(IpNet::addr).filter(IpAddr::is_ipv4).max().map(|a| a.to_string());
        configured.or_else(own).unwrap_or_else(|| "0.0.0.0".to_owned())
    }
}

/// The address in an interface's line.
pub(crate) fn configured(line: &str) -> Option<IpNet> {
    line.strip_prefix("ip address ").or_else(|| line.strip_prefix("ipv6 address "))?.parse().ok()
}
