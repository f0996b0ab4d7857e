//! Interfaces as JSON.

use ipnet::IpNet;

use super::json::{Node, Object};
use super::show::View;

/// One interface, as the daemons see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interface {
    pub(crate) name: String,
    pub(crate) index: usize,
    pub(crate) addresses: Vec<IpNet>,
    pub(crate) description: Option<String>,
    pub(crate) is_up: bool,
}

impl View<'_> {
    /// The interfaces, `lo` last.
    pub(crate) fn interfaces(&self) -> Vec<Interface> {
        let device = self.device;
        let mut names: Vec<&str> = device.chassis.ports.iter().map(|port| port.name.as_str()).collect();
        let known = device.config.interfaces.keys().map(String::as_str);
        names.extend(known.filter(|name| !device.chassis.ports.iter().any(|port| port.name == *name)));
        let listed = names.into_iter().filter(|name| *name != "lo").enumerate();
        let mut all: Vec<_> = listed
            .map(|(index, name)| {
                let lines = device.config.interfaces.get(name).map(|lines| lines.values());
                let lines: Vec<&String> = lines.into_iter().flatten().collect();
                let port = device.chassis.ports.iter().find(|port| port.name == name);
                let mut addresses = port.map(|port| port.addresses.clone()).unwrap_or_default();
                addresses.extend(lines.iter().filter_map(|line| super::configured(line)));
                let description =
                    lines.iter().find_map(|line| line.strip_prefix("description ").map(str::to_owned));
                let is_up = port.is_some() && !lines.iter().any(|line| *line == "shutdown");
                Interface { name: name.to_owned(), index: index + 2, addresses, description, is_up }
            })
            .collect();
        let name = "lo".to_owned();
        all.push(Interface { name, index: 1, addresses: Vec::new(), description: None, is_up: true });
        all
    }

    /// `show interface json`.
    pub(crate) fn interfaces_json(&self) -> Object {
        let mut all = Object::new();
        for Interface { name, index, addresses, description, is_up } in self.interfaces() {
            let is_loop = name == "lo";
            let state = if is_up { "up" } else { "down" };
            let mut entry = Object::new()
                .with("administrativeStatus", state)
                .with("operationalStatus", state)
                .with("linkDetection", true)
                .with("linkUps", 0)
                .with("linkDowns", 0)
                .with("vrfName", "default");
            if let Some(text) = description {
                entry.set("description", text);
            }
            entry = entry
                .with("mplsEnabled", false)
                .with("linkDown", false)
                .with("linkDownV6", false)
                .with("mcForwardingV4", false)
                .with("mcForwardingV6", false)
                .with("pseudoInterface", false)
                .with("index", index)
                .with("metric", 0)
                .with("mtu", if is_loop { 65_536 } else { 1500 })
                .with("speed", if is_loop { 0 } else { 10_000 })
                .with(
                    "flags",
                    if is_loop { "<UP,LOOPBACK,RUNNING>" } else { "<UP,BROADCAST,RUNNING,MULTICAST>" },
                )
                .with("type", if is_loop { "Loopback" } else { "Ethernet" });
            if !is_loop {
                entry.set("hardwareAddress", hardware_address(self.router, index));
            }
            let list = addresses.iter().map(|net| {
                let address = Object::new().with("address", net.to_string());
                Node::Object(address.with("secondary", false).with("unnumbered", false))
            });
            entry.set("ipAddresses", list.collect::<Vec<_>>());
            entry = entry
                .with("interfaceType", if is_loop { "Other" } else { "VETH" })
                .with("interfaceSlaveType", "None")
                .with("lacpBypass", false)
                .with("evpnMh", Object::new())
                .with("protodown", "off");
            all.set(name, entry);
        }
        all
    }
}

/// An address out of the block for documentation (RFC 7042, section 2.1.2).
pub(crate) fn hardware_address(router: usize, index: usize) -> String {
    format!("00:00:5e:00:53:{:02x}", (router * 16 + index) % 256)
}
