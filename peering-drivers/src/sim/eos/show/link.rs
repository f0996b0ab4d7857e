//! Who is on the links: ARP, LLDP, VLANs; `ping` and `traceroute`.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::{Show, after};
use crate::sim::eos::cli::{Answer, Failure};
use crate::sim::eos::view::DEFAULT;
use crate::sim::family::Family;

/// Somebody on a network of ours.
#[derive(Debug)]
struct Station {
    address: IpAddr,
    port: String,
    vrf: String,
    mac: String,
}

impl Show<'_> {
    /// The members and routers that are up on our networks.
    fn stations(&self) -> Vec<Station> {
        let members = self.world.members.iter().filter(|member| member.is_up);
        let members = members.flat_map(|member| member.addresses.iter().copied());
        let routers = self.world.routers.iter().enumerate();
        let routers = routers.filter(|(index, other)| *index != self.router && other.chassis().is_on);
        let routers = routers.flat_map(|(_, other)| other.addresses().into_iter().map(|net| net.addr()));
        let mut all = Vec::new();
        for address in members.chain(routers) {
            for vrf in self.device.view.instances() {
                if let Some((port, _)) = self.device.view.towards(vrf, address) {
                    let (port, mac) = (port.name.clone(), hardware_address(address));
                    all.push(Station { address, port, vrf: vrf.to_owned(), mac });
                }
            }
        }
        all
    }

    /// `show arp` and `show ipv6 neighbors`.
    pub(super) fn neighbors(&self, family: Family, vrf: Option<&str>) -> Result<Answer, Failure> {
        let key = if family == Family::V4 { "ipV4Neighbors" } else { "ipV6Neighbors" };
        let stations = self.stations();
        let mut all = Map::new();
        for name in self.chosen(vrf)? {
            let own = stations.iter().filter(|one| one.vrf == name && Family::of(one.address) == family);
            let entries: Vec<Value> = own
                .map(|one| json!({ "address": one.address, "hwAddress": one.mac, "interface": one.port, "age": 0 }))
                .collect();
            let entry = json!({
                "dynamicEntries": entries.len(), "totalEntries": entries.len(), "staticEntries": 0,
                "notLearnedEntries": 0, key: entries,
            });
            all.insert(name.to_owned(), entry);
        }
        Ok(match vrf {
            None => Answer::data(all.remove(DEFAULT).unwrap_or_default()),
            Some(_) => Answer::data(json!({ "vrfs": all })),
        })
    }

    /// The network instances that a command is about.
    pub(super) fn chosen(&self, vrf: Option<&str>) -> Result<Vec<&str>, Failure> {
        let all = self.device.view.instances();
        match vrf {
            Some("all") => Ok(all),
            name => {
                let name = name.unwrap_or(DEFAULT);
                let found: Vec<&str> = all.into_iter().filter(|own| *own == name).collect();
                if found.is_empty() {
                    Err(Failure::refused(format!("VRF {name} does not exist")))
                } else {
                    Ok(found)
                }
            }
        }
    }

    /// Routers speak LLDP; what is on an exchange besides them should not.
    pub(super) fn lldp(&self, options: &[&str]) -> Answer {
        let only = options.first().filter(|word| **word != "detail");
        let mut plain = Vec::new();
        let mut detailed = Map::new();
        for port in &self.device.view.interfaces {
            detailed.entry(port.name.clone()).or_insert_with(|| json!({ "lldpNeighborInfo": [] }));
        }
        let others = self.world.routers.iter().enumerate();
        for (index, other) in others.filter(|(index, other)| *index != self.router && other.chassis().is_on) {
            let chassis = other.chassis();
            for (number, far) in chassis.ports.iter().enumerate() {
                let near = other.addresses().into_iter().find_map(|net| {
                    let is_far = far.addresses.iter().any(|own| own.addr() == net.addr());
                    let (port, _) = self.device.view.towards(DEFAULT, net.addr()).filter(|_| is_far)?;
                    Some(port.name.clone())
                });
                let Some(near) = near.filter(|near| only.is_none_or(|only| *only == near.as_str())) else {
                    continue;
                };
                plain.push(json!({
                    "port": near, "neighborDevice": chassis.name, "neighborPort": far.name, "ttl": 120,
                }));
                let entry = json!({
                    "systemName": chassis.name,
                    "systemDescription": "a simulated router",
                    "systemCapabilities": { "bridge": true, "router": true },
                    "chassisIdType": "macAddress",
                    "chassisId": format!("001c.73{:02x}.0000", index & 0xFF),
                    "ttl": 120,
                    "neighborInterfaceInfo": {
                        "interfaceIdType": "interfaceName",
                        "interfaceId": format!("\"{}\"", far.name),
                        "interfaceId_v2": far.name,
                        "interfaceDescription": format!("port {}", number + 1),
                    },
                    "managementAddresses": [],
                });
                if let Some(Value::Array(list)) =
                    detailed.get_mut(&near).and_then(|info| info.get_mut("lldpNeighborInfo"))
                {
                    list.push(entry);
                }
            }
        }
        if options.contains(&"detail") {
            detailed.retain(|name, _| only.is_none_or(|only| *only == name.as_str()));
            Answer::data(json!({ "lldpNeighbors": detailed }))
        } else {
            let count = plain.len();
            Answer::data(json!({
                "tablesLastChangeTime": self.clock(self.device.chassis.booted), "tablesInserts": count,
                "tablesDeletes": 0, "tablesDrops": 0, "tablesAgeOuts": 0, "lldpNeighbors": plain,
            }))
        }
    }

    /// A router's ports are routed: no addresses are learnt.
    pub(super) fn mac_addresses(&self) -> Answer {
        Answer::data(
            json!({ "unicastTable": { "tableEntries": [] }, "multicastTable": { "tableEntries": [] } }),
        )
    }

    pub(super) fn vlans(&self) -> Answer {
        let view = &self.device.view;
        let tree = &self.device.running;
        let mut all = Map::new();
        let configured =
            tree.children.iter().filter_map(|node| node.key.strip_prefix("vlan ").map(|id| (id, node)));
        let ids = configured.flat_map(|(ids, node)| expand(ids).into_iter().map(move |id| (id, Some(node))));
        for (id, node) in [(1, None)].into_iter().chain(ids) {
            let access = |name: &str| {
                let section = tree.child(&format!("interface {name}"))?;
                let vlan = section.value("switchport access vlan").and_then(|vlan| vlan.parse::<u16>().ok());
                Some(vlan.unwrap_or(1) == id)
            };
            let ports =
                view.interfaces.iter().filter(|port| !port.is_routed && access(&port.name) == Some(true));
            let ports: Map<String, Value> =
                ports.map(|port| (port.name.clone(), json!({ "privatePromoted": false }))).collect();
            let default = if id == 1 { "default".to_owned() } else { format!("VLAN{id:04}") };
            let name = node.and_then(|node| node.value("name")).map_or(default, str::to_owned);
            let entry = json!({ "status": "active", "name": name, "interfaces": ports, "dynamic": false });
            all.insert(id.to_string(), entry);
        }
        Answer::data(json!({ "sourceDetail": "", "vlans": all }))
    }

    /// Whether somebody answers at an address: on a network of ours, or we ourselves, or behind a route.
    fn answers(&self, address: IpAddr) -> bool {
        let is_own = self
            .device
            .view
            .interfaces
            .iter()
            .any(|port| !port.is_shut && port.addresses.iter().any(|net| net.addr() == address));
        let is_near = || self.world.holder(self.router, address).is_some();
        let is_near = || {
            self.device.view.instances().iter().any(|vrf| self.device.view.towards(vrf, address).is_some())
                && is_near()
        };
        let is_far =
            || self.world.table(self.router, Family::of(address)).keys().any(|net| net.contains(&address));
        is_own || is_near() || is_far()
    }

    pub(super) fn ping(&self, words: &[&str]) -> Answer {
        let words: Vec<&str> = match words {
            ["vrf", _, rest @ ..] | ["ip" | "ipv6", rest @ ..] => rest.to_vec(),
            all => all.to_vec(),
        };
        let host = words.first().copied().unwrap_or_default();
        let number = |name: &str, default: u64| {
            after(&words, name).and_then(|word| word.parse::<u64>().ok()).unwrap_or(default)
        };
        let (count, size) = (number("repeat", 5).min(1000), number("size", 100));
        let Ok(address) = host.parse::<IpAddr>() else {
            return Answer::message(format!("ping: {host}: Name or service not known"));
        };
        // The size is that of the packet with its heads.
        let data = size.saturating_sub(28);
        let mut text = format!("PING {host} ({address}) {data}({size}) bytes of data.\n");
        let received = if self.answers(address) { count } else { 0 };
        for number in 1..=received {
            text.push_str(&format!(
                "{} bytes from {address}: icmp_seq={number} ttl=64 time=0.412 ms\n",
                data + 8
            ));
        }
        let loss = if received == 0 { 100 } else { 0 };
        text.push_str(&format!(
            "\n--- {host} ping statistics ---\n{count} packets transmitted, {received} received, {loss}% packet loss, time \
             {}ms\n",
            count * 2
        ));
        if received > 0 {
            text.push_str("rtt min/avg/max/mdev = 0.412/0.412/0.412/0.000 ms, ipg/ewma 2.000/0.412 ms\n");
        }
        Answer { json: Some(json!({ "messages": [text] })), text: Some(text) }
    }

    pub(super) fn traceroute(&self, words: &[&str]) -> Answer {
        let host = words.iter().find(|word| word.parse::<IpAddr>().is_ok()).copied().unwrap_or_default();
        let Ok(address) = host.parse::<IpAddr>() else {
            return Answer::message("traceroute: unknown host");
        };
        let most = after(words, "-m").and_then(|word| word.parse::<u32>().ok()).unwrap_or(30).min(255);
        let mut text = format!("traceroute to {host} ({address}), {most} hops max, 60 byte packets\n");
        if self.answers(address) {
            text.push_str(&format!(" 1  {address} ({address})  0.412 ms  0.409 ms  0.415 ms\n"));
        } else {
            (1..=most).for_each(|hop| text.push_str(&format!("{hop:2}  * * *\n")));
        }
        Answer::text(text)
    }
}

/// A hardware address made of a network address, as EOS writes it.
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
