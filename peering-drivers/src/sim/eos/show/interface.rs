//! Interfaces, their addresses, network instances.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Value, json};

use super::{Show, merged};
use crate::sim::eos::apply::interface;
use crate::sim::eos::cli::{Answer, Failure};
use crate::sim::eos::view::{DEFAULT, Interface};

/// A link-local address as good as any.
const LINK_LOCAL: &str = "fe80::1";

impl Show<'_> {
    /// The hardware address of one of our ports.
    pub(super) fn mac(&self, place: usize) -> String {
        format!("00:1c:73:{:02x}:{:02x}:01", self.router & 0xFF, place & 0xFF)
    }

    fn ports(&self) -> impl Iterator<Item = (usize, &Interface)> {
        self.device.view.interfaces.iter().enumerate()
    }

    /// Ports that are there have a cable; what was only configured has none.
    pub(super) fn is_up(&self, port: &Interface) -> bool {
        let is_there = self
            .device
            .chassis
            .ports
            .iter()
            .any(|own| interface(&own.name).is_some_and(|name| name == port.name));
        !port.is_shut && (is_there || !port.name.starts_with("Ethernet"))
    }

    fn status(&self, port: &Interface) -> Value {
        let (line, status) = match (self.is_up(port), port.is_shut) {
            (true, _) => ("up", "connected"),
            (false, true) => ("down", "disabled"),
            (false, false) => ("down", "notconnect"),
        };
        json!({ "name": port.name, "lineProtocolStatus": line, "interfaceStatus": status, "description": port.description })
    }

    pub(super) fn interfaces(&self, only: Option<&str>) -> Result<Answer, Failure> {
        let mut all = Map::new();
        for (place, port) in self.ports().filter(|(_, port)| only.is_none_or(|only| only == port.name)) {
            let is_ethernet = port.name.starts_with("Ethernet") || port.name.starts_with("Management");
            let hardware = match port.name.as_str() {
                name if name.contains('.') => "subinterface",
                name if name.starts_with("Loopback") => "loopback",
                name if name.starts_with("Vlan") => "vlan",
                name if name.starts_with("Port-Channel") => "portChannel",
                _ => "ethernet",
            };
            let mtu = port.mtu.unwrap_or(if port.is_routed { 1500 } else { 9214 });
            let mut entry = merged(
                self.status(port),
                json!({
                    "hardware": hardware,
                    "mtu": mtu,
                    "bandwidth": if is_ethernet { 1_000_000_000_u64 } else { 0 },
                    "forwardingModel": if port.is_routed { "routed" } else { "bridged" },
                    "lastStatusChangeTimestamp": self.clock(self.device.chassis.booted),
                    "interfaceAddress": addresses_v4(port).map(|primary| vec![primary]).unwrap_or_default(),
                }),
            );
            if is_ethernet && hardware != "subinterface" {
                let extra = json!({
                    "physicalAddress": self.mac(place),
                    "burnedInAddress": self.mac(place),
                    "autoNegotiate": "unknown",
                    "loopbackMode": "loopbackNone",
                    "duplex": "duplexFull",
                    "interfaceStatistics": {
                        "updateInterval": 300.0, "inBitsRate": 0.0, "inPktsRate": 0.0, "outBitsRate": 0.0,
                        "outPktsRate": 0.0,
                    },
                    "interfaceCounters": self.counters(),
                });
                entry = merged(entry, extra);
            }
            all.insert(port.name.clone(), entry);
        }
        if let (Some(only), true) = (only, all.is_empty()) {
            return Err(Failure::refused(format!("Interface {only} does not exist")));
        }
        Ok(Answer::data(json!({ "interfaces": all })))
    }

    /// Traffic as old as the machine: BGP's keepalives, about.
    fn counters(&self) -> Value {
        let packets = self.uptime() as u64 / 10;
        json!({
            "counterRefreshTime": self.epoch,
            "inOctets": packets * 90, "inUcastPkts": packets, "inMulticastPkts": packets / 3, "inBroadcastPkts": 0,
            "inDiscards": 0, "totalInErrors": 0,
            "outOctets": packets * 90, "outUcastPkts": packets, "outMulticastPkts": packets / 3, "outBroadcastPkts": 0,
            "outDiscards": 0, "totalOutErrors": 0, "linkStatusChanges": 1,
            "inputErrorsDetail": {
                "runtFrames": 0, "giantFrames": 0, "fcsErrors": 0, "alignmentErrors": 0, "symbolErrors": 0, "rxPause": 0,
            },
            "outputErrorsDetail": { "collisions": 0, "lateCollisions": 0, "deferredTransmissions": 0, "txPause": 0 },
        })
    }

    pub(super) fn ip_interface(&self) -> Answer {
        let mut all = Map::new();
        for (_, port) in self.ports().filter(|(_, port)| port.is_routed) {
            let Some(address) = addresses_v4(port) else { continue };
            let entry = json!({
                "interfaceAddress": address, "urpf": "disable", "enabled": !port.is_shut, "vrf": port.vrf,
                "mtu": port.mtu.unwrap_or(1500), "localProxyArp": false, "proxyArp": false,
            });
            all.insert(port.name.clone(), merged(self.status(port), entry));
        }
        Answer::data(json!({ "interfaces": all }))
    }

    pub(super) fn ipv6_interface(&self) -> Result<Answer, Failure> {
        let mut all = Map::new();
        for (_, port) in self.ports().filter(|(_, port)| port.is_routed) {
            let own: Vec<Value> = addresses(port, false)
                .map(|net| {
                    let subnet = net.trunc().to_string();
                    json!({ "subnet": subnet, "dadfailed": false, "active": true, "address": net.addr() })
                })
                .collect();
            if own.is_empty() {
                continue;
            }
            let entry = json!({
                "addresses": own,
                "linkLocal": { "subnet": "fe80::/64", "dadfailed": false, "active": true, "address": LINK_LOCAL },
                "vrf": port.vrf, "mtu": port.mtu.unwrap_or(1500), "state": "enabled", "urpf": "disable",
                "urpfV4V6Mismatch": false, "dadStatus": "enabled", "dadAttempts": 1, "autoConfigStatus": "stateless",
                "multicastGroupAddresses": ["ff02::1"], "ndReachableTime": 30000, "ndRetransmitInterval": 1000,
            });
            all.insert(port.name.clone(), merged(self.status(port), entry));
        }
        if all.is_empty() {
            return Err(Failure::refused("No IPv6 configured interfaces"));
        }
        Ok(Answer::data(json!({ "interfaces": all })))
    }

    pub(super) fn vrfs(&self) -> Answer {
        let view = &self.device.view;
        let mut all = Map::new();
        for name in view.instances() {
            let ports = || view.interfaces.iter().filter(|port| port.vrf == name && port.is_routed);
            let with = |is_v4: bool| {
                let ports = ports().filter(|port| addresses(port, is_v4).next().is_some());
                ports.map(|port| port.name.as_str()).collect::<Vec<_>>()
            };
            let suffix = if name == DEFAULT { String::new() } else { format!(" vrf {name}") };
            let routing =
                |line: &str| if self.device.running.has(&format!("{line}{suffix}")) { "up" } else { "down" };
            let named: Vec<&str> = ports().map(|port| port.name.as_str()).collect();
            let rd = view.vrfs.get(name).cloned().flatten().unwrap_or_default();
            let protocols = json!({
                "ipv4": { "supported": true, "protocolState": "up", "routingState": routing("ip routing") },
                "ipv6": { "supported": true, "protocolState": "up", "routingState": routing("ipv6 unicast-routing") },
            });
            let entry = json!({
                "routeDistinguisher": rd, "protocols": protocols, "vrfState": "up", "interfacesV4": with(true),
                "interfacesV6": with(false), "interfaces": named,
            });
            all.insert(name.to_owned(), entry);
        }
        Answer::data(json!({ "vrfs": all }))
    }
}

fn addresses(port: &Interface, is_v4: bool) -> impl Iterator<Item = &IpNet> {
    port.addresses.iter().filter(move |net| matches!(net.addr(), IpAddr::V4(_)) == is_v4)
}

/// The IPv4 addresses of a port, when it has any: the first is the primary one.
fn addresses_v4(port: &Interface) -> Option<Value> {
    let entry = |net: &IpNet| json!({ "address": net.addr(), "maskLen": net.prefix_len() });
    let mut own = addresses(port, true);
    let primary = own.next().map(entry)?;
    let secondary: Vec<Value> = own.map(entry).collect();
    Some(json!({
        "primaryIp": primary,
        "secondaryIps": {},
        "secondaryIpsOrderedList": secondary,
        "virtualIp": { "address": "0.0.0.0", "maskLen": 0 },
        "broadcastAddress": "255.255.255.255",
    }))
}
