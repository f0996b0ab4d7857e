//! Who is on the links: ARP, LLDP, VLANs; `ping` and `traceroute`.

use std::net::IpAddr;

use serde_json::json;

use super::{Show, address, after, merged, short, table};
use crate::sim::family::Family;
use crate::sim::nxos::seat::{Answer, Failure};

/// Somebody on a network of ours.
#[derive(Debug)]
struct Station {
    address: IpAddr,
    port: String,
    name: Option<String>,
}

impl Show<'_> {
    /// The members and routers that are up on the networks of an instance.
    fn stations(&self, vrf: &str) -> Vec<Station> {
        let members = self.world.members.iter().filter(|member| member.is_up);
        let members = members.flat_map(|member| member.addresses.iter().map(|address| (*address, None)));
        let routers = self.world.routers.iter().enumerate();
        let routers = routers.filter(|(index, other)| *index != self.router && other.chassis().is_on);
        let routers = routers.flat_map(|(_, other)| {
            let name = other.chassis().name.clone();
            other.addresses().into_iter().map(move |net| (net.addr(), Some(name.clone())))
        });
        let near = |(address, name): (IpAddr, Option<String>)| {
            let (port, _) = self.device.view.towards(vrf, address)?;
            Some(Station { address, port: port.name.clone(), name })
        };
        members.chain(routers).filter_map(near).collect()
    }

    /// `show ip arp` and `show ipv6 neighbor`. ARP has one table for all instances together.
    pub(super) fn neighbors(&self, family: Family, words: &[&str]) -> Result<Answer, Failure> {
        let is_v4 = family == Family::V4;
        let (mut rows, mut text) = (Vec::new(), String::new());
        if is_v4 {
            text.push_str("\nFlags: * - Adjacencies learnt on non-active FHRP router\n\n");
        }
        let chosen = self.chosen(words)?;
        let tables: Vec<(&str, &[&str])> = match after(words, "vrf") {
            Some("all") if is_v4 => vec![("all", chosen.as_slice())],
            _ => chosen.iter().map(|vrf| (*vrf, std::slice::from_ref(vrf))).collect(),
        };
        for (vrf, instances) in tables {
            let here: Vec<Station> = instances
                .iter()
                .flat_map(|instance| self.stations(instance))
                .filter(|station| Family::of(station.address) == family)
                .collect();
            let total = here.len();
            let head = if is_v4 {
                let whose = if vrf == "all" { "all contexts".to_owned() } else { format!("context {vrf}") };
                format!(
                    "IP ARP Table for {whose}\nTotal number of entries: {total}\nAddress         Age       MAC Address     Interface       Flags\n"
                )
            } else {
                format!(
                    "\nIPv6 Adjacency Table for VRF {vrf}\nTotal number of entries: {total}\nAddress         Age       MAC Address     Pref Source     Interface\n"
                )
            };
            text.push_str(&head);
            let mut entries = Vec::new();
            for station in here {
                let mac = hardware_address(station.address);
                if is_v4 {
                    text.push_str(&format!(
                        "{:<15} 00:00:04  {mac}  {:<15}\n",
                        station.address, station.port
                    ));
                } else {
                    text.push_str(&format!(
                        "{}\n                00:00:04  {mac}  50   icmpv6     {}\n",
                        station.address, station.port
                    ));
                }
                entries.push(if is_v4 {
                    json!({ "ip-addr-out": station.address, "time-stamp": "00:00:04", "mac": mac, "intf-out": station.port })
                } else {
                    json!({ "ipv6-addr": station.address, "time-stamp": "00:00:04", "mac": mac, "pref": "50",
                            "owner": "icmpv6", "intf-out": station.port })
                });
            }
            let row = json!({ "vrf-name-out": vrf, "cnt-total": total.to_string() });
            let table = if total == 0 { json!({}) } else { table("adj", entries) };
            rows.push(merged(row, table));
        }
        Ok(Answer::both(table("vrf", rows), text))
    }

    pub(super) fn lldp(&self, words: &[&str]) -> Answer {
        let only = after(words, "interface");
        let mut rows = Vec::new();
        let mut text = "Capability codes:\n  (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device\n  (W) WLAN Access \
                        Point, (P) Repeater, (S) Station, (O) Other\nDevice ID            Local Intf      Hold-time  \
                        Capability  Port ID  \n\n"
            .to_owned();
        let mut seen = Vec::new();
        for station in self.stations(super::super::view::DEFAULT) {
            let Some(name) = station.name.filter(|name| !seen.contains(name)) else { continue };
            if only.is_some_and(|only| only != station.port && only != short(&station.port)) {
                continue;
            }
            let mac = hardware_address(station.address);
            text.push_str(&format!(
                "Chassis id: {mac}\nPort id: Ethernet1/1\nLocal Port id: {}\nPort Description: not advertised\nSystem Name: \
                 {name}\nSystem Description: a simulated router\nTime remaining: 104 seconds\nSystem Capabilities: B, \
                 R\nEnabled Capabilities: R\nManagement Address: {}\nVlan ID: not advertised\n\n\n",
                short(&station.port),
                station.address,
            ));
            rows.push(json!({
                "chassis_type": "4", "chassis_id": mac, "port_type": "7", "port_id": "Ethernet1/1",
                "l_port_id": short(&station.port), "port_desc": "not advertised", "sys_name": name,
                "sys_desc": "a simulated router", "ttl": "104", "system_capability": "B, R", "enabled_capability": "R",
                "mgmt_addr_type": "IPV4", "mgmt_addr": station.address, "vlan_id": "not advertised",
            }));
            seen.push(name);
        }
        text.push_str(&format!("Total entries displayed: {}\n", rows.len()));
        let count = rows.len().to_string();
        Answer::both(merged(table("nbor_detail", rows), json!({ "neigh_count": count })), text)
    }

    /// A router's ports are routed: only its own address is there.
    pub(super) fn mac_addresses(&self) -> Answer {
        let own = self.mac(0);
        let row = json!({
            "disp_mac_addr": own, "disp_type": "G ", "disp_vlan": "-", "disp_is_static": "enabled", "disp_age": "-",
            "disp_is_secure": "disabled", "disp_is_ntfy": "disabled", "disp_port": "sup-eth1(R)",
        });
        let text = format!(
            "Legend: \n\t* - primary entry, G - Gateway MAC, (R) - Routed MAC, O - Overlay MAC\n\tage - seconds since last \
             seen,+ - primary entry using vPC Peer-Link,\n\t(T) - True, (F) - False, C - ControlPlane MAC, ~ - vsan\n   VLAN     \
             MAC Address      Type      age     Secure NTFY Ports\n---------+-----------------+--------+---------+------+----\
             +------------------\nG    -     {own}   static   -         F      F    sup-eth1(R)\n"
        );
        Answer::both(table("mac_address", vec![row]), text)
    }

    pub(super) fn vlans(&self) -> Answer {
        let tree = &self.device.running;
        let configured =
            tree.children.iter().filter_map(|node| Some((node.key.strip_prefix("vlan ")?, node)));
        let named = configured
            .flat_map(|(ids, node)| expand(ids).into_iter().map(move |id| (id, node.value("name"))));
        let mut text = "\nVLAN Name                             Status    Ports\n---- -------------------------------- --------- \
                        -------------------------------\n"
            .to_owned();
        let mut rows = Vec::new();
        for (id, name) in std::iter::once((1, Some("default"))).chain(named) {
            let name = name.map_or_else(|| format!("VLAN{id:04}"), str::to_owned);
            let is_in = |port: &str| {
                let section = tree.child(&format!("interface {port}"));
                let vlan = section.and_then(|section| section.value("switchport access vlan"));
                vlan.and_then(|vlan| vlan.parse::<u16>().ok()).unwrap_or(1) == id
            };
            let ports = self.ports().filter(|(_, port)| !port.is_routed && is_in(&port.name));
            let ports: Vec<&str> = ports.map(|(_, port)| port.name.as_str()).collect();
            text.push_str(&format!("{id:<4} {name:<32} active    {}\n", ports.join(", ")));
            let row = json!({
                "vlanshowbr-vlanid": id.to_string(), "vlanshowbr-vlanid-utf": id.to_string(), "vlanshowbr-vlanname": name,
                "vlanshowbr-vlanstate": "active", "vlanshowbr-shutstate": "noshutdown",
            });
            let more =
                if ports.is_empty() { json!({}) } else { json!({ "vlanshowplist-ifidx": ports.join(",") }) };
            rows.push(merged(row, more));
        }
        Answer::both(table("vlanbriefxbrief", rows), text)
    }

    /// Whether somebody answers at an address: on a network of ours, or we ourselves, or behind a route.
    fn answers(&self, address: IpAddr) -> bool {
        let view = &self.device.view;
        let own = view.interfaces.iter().filter(|port| !port.is_shut).flat_map(|port| &port.addresses);
        let is_near = || {
            view.vrfs.iter().any(|(vrf, _)| view.towards(vrf, address).is_some())
                && self.world.holder(self.router, address).is_some()
        };
        let is_far = || {
            let table = self.world.table(self.router, Family::of(address));
            table.keys().any(|net| net.contains(&address))
        };
        own.into_iter().any(|net| net.addr() == address) || is_near() || is_far()
    }

    pub(in super::super) fn ping(&self, words: &[&str]) -> Answer {
        let host = words.first().copied().unwrap_or_default();
        let number = |name: &str, default: u64| {
            after(words, name).and_then(|word| word.parse::<u64>().ok()).unwrap_or(default)
        };
        let (count, size) = (number("count", 5).min(1000), number("packet-size", 56));
        let Some(address) = address(words) else {
            return Answer::text(format!("ping: bad context or hostname {host}\n"));
        };
        let mut text = format!("PING {host} ({address}): {size} data bytes\n");
        let received = if self.answers(address) { count } else { 0 };
        for sequence in 0..count {
            text.push_str(&if received > 0 {
                format!("{} bytes from {address}: icmp_seq={sequence} ttl=63 time=0.412 ms\n", size + 8)
            } else {
                format!("Request {sequence} timed out\n")
            });
        }
        let loss = if received == 0 { 100.0 } else { 0.0 };
        text.push_str(&format!(
            "\n--- {host} ping statistics ---\n{count} packets transmitted, {received} packets received, {loss:.2}% packet loss\n"
        ));
        if received > 0 {
            text.push_str("round-trip min/avg/max = 0.412/0.412/0.412 ms\n");
        }
        Answer::text(text)
    }

    pub(in super::super) fn traceroute(&self, words: &[&str]) -> Answer {
        let host = words.first().copied().unwrap_or_default();
        let Some(address) = address(words) else {
            return Answer::text(format!("traceroute: unknown host {host}\n"));
        };
        let mut text = format!("traceroute to {host} ({address}), 30 hops max, 48 byte packets\n");
        if self.answers(address) {
            text.push_str(&format!(" 1  {address} ({address})  0.743 ms  0.838 ms  0.876 ms\n"));
        } else {
            (1..=30).for_each(|hop| text.push_str(&format!("{hop:2}  * * *\n")));
        }
        Answer::text(text)
    }
}

/// A hardware address made of a network address.
fn hardware_address(address: IpAddr) -> String {
    let number = match address {
        IpAddr::V4(address) => u32::from(address),
        IpAddr::V6(address) => u128::from(address) as u32,
    };
    format!("0200.{:04x}.{:04x}", number >> 16, number & 0xFFFF)
}

/// The numbers of a list such as `10,20-22`.
fn expand(list: &str) -> Vec<u16> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        first.parse::<u16>().ok().zip(last.parse::<u16>().ok()).map(|(first, last)| first..=last)
    };
    list.split(',').filter_map(range).flatten().collect()
}
