//! Interfaces and their addresses.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{Show, written};
use crate::sim::ios::apply::short;
use crate::sim::ios::view::Interface;

fn status(port: &Interface) -> (&'static str, &'static str) {
    if port.is_shut { ("administratively down", "down") } else { ("up", "up") }
}

fn v4(port: &Interface) -> impl Iterator<Item = &IpNet> {
    port.addresses.iter().filter(|net| net.addr().is_ipv4())
}

fn v6(port: &Interface) -> impl Iterator<Item = &IpNet> {
    port.addresses.iter().filter(|net| net.addr().is_ipv6())
}

/// A made-up address of the hardware, of the port's place.
pub(super) fn hardware(index: usize) -> String {
    format!("0050.56{:02x}.{:04x}", index >> 16 & 0xff, index & 0xffff)
}

impl Show<'_> {
    fn chosen(&self, name: Option<&str>) -> impl Iterator<Item = (usize, &Interface)> {
        let name = name.map(str::to_owned);
        let all = self.device.view.interfaces.iter().enumerate();
        all.filter(move |(_, port)| name.as_deref().is_none_or(|name| name == port.name))
    }

    pub(super) fn interfaces(&self, name: Option<&str>) -> String {
        self.chosen(name).map(|(index, port)| one(index + 1, port)).collect()
    }

    pub(super) fn descriptions(&self) -> String {
        let line = |(_, port): (usize, &Interface)| {
            let (own, protocol) = status(port);
            let own = if port.is_shut { "admin down" } else { own };
            format!("{:<31}{own:<15}{protocol:<9}{}\n", short(&port.name), port.description)
        };
        let lines: String = self.chosen(None).map(line).collect();
        format!("Interface                      Status         Protocol Description\n{lines}")
    }

    pub(super) fn interface_summary(&self) -> String {
        let line = |(_, port): (usize, &Interface)| {
            let mark = if port.is_shut { " " } else { "*" };
            format!(
                "{mark} {:<23}{:>8}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n",
                port.name, 0, 0, 0, 0, 0, 0, 0, 0, 0
            )
        };
        let lines: String = self.chosen(None).map(line).collect();
        format!(
            "\n *: interface is up\n IHQ: pkts in input hold queue     IQD: pkts dropped from input queue\n \
             OHQ: pkts in output hold queue    OQD: pkts dropped from output queue\n \
             RXBS: rx rate (bits/sec)          RXPS: rx rate (pkts/sec)\n \
             TXBS: tx rate (bits/sec)          TXPS: tx rate (pkts/sec)\n TRTL: throttle count\n\n  \
             Interface                   IHQ       IQD       OHQ       OQD      RXBS      RXPS      TXBS      TXPS      TRTL\n\
             {}\n{lines}",
            "-".repeat(117)
        )
    }

    pub(super) fn ip_brief(&self) -> String {
        let line = |(_, port): (usize, &Interface)| {
            let address = v4(port).next().map(|net| net.addr().to_string());
            let (own, protocol) = status(port);
            let method = if address.is_some() { "manual" } else { "unset" };
            let address = address.unwrap_or_else(|| "unassigned".to_owned());
            format!("{:<22} {address:<15} YES {method:<6} {own:<21} {protocol}\n", port.name)
        };
        let lines: String = self.chosen(None).map(line).collect();
        format!("Interface              IP-Address      OK? Method Status                Protocol\n{lines}")
    }

    pub(super) fn ipv6_brief(&self) -> String {
        let line = |(index, port): (usize, &Interface)| {
            let (own, protocol) = status(port);
            let mut text = format!("{:<22} [{own}/{protocol}]\n", port.name);
            if v6(port).next().is_some() {
                text.push_str(&format!("    {}\n", link_local(index + 1)));
            } else {
                text.push_str("    unassigned\n");
            }
            v6(port).for_each(|net| text.push_str(&format!("    {}\n", written(net.addr()))));
            text
        };
        self.chosen(None).map(line).collect()
    }

    pub(super) fn ip_interfaces(&self, name: Option<&str>) -> String {
        let one = |(_, port): (usize, &Interface)| {
            let (own, protocol) = status(port);
            let mut text = format!("{} is {own}, line protocol is {protocol}\n", port.name);
            let mut all = v4(port);
            match all.next() {
                None => text.push_str("  Internet protocol processing disabled\n"),
                Some(first) => {
                    text.push_str(&format!("  Internet address is {first}\n  Broadcast address is 255.255.255.255\n  Address determined by non-volatile memory\n  MTU is {} bytes\n  Helper address is not set\n  Directed broadcast forwarding is disabled\n", port.mtu));
                    all.for_each(|net| text.push_str(&format!("  Secondary address {net}\n")));
                    text.push_str("  Outgoing access list is not set\n  Inbound  access list is not set\n  Proxy ARP is enabled\n  Security level is default\n  Split horizon is enabled\n  ICMP redirects are always sent\n  ICMP unreachables are always sent\n  IP CEF switching is enabled\n");
                    if !port.vrf.is_empty() {
                        text.push_str(&format!("  VPN Routing/Forwarding \"{}\"\n", port.vrf));
                    }
                }
            }
            text
        };
        self.chosen(name).map(one).collect()
    }

    pub(super) fn ipv6_interfaces(&self, name: Option<&str>) -> String {
        let one = |(index, port): (usize, &Interface)| {
            let (own, protocol) = status(port);
            let globals: String = v6(port)
                .map(|net| {
                    format!(
                        "    {}, subnet is {}/{}\n",
                        written(net.addr()),
                        written(net.network()),
                        net.prefix_len()
                    )
                })
                .collect();
            if globals.is_empty() {
                return String::new();
            }
            format!(
                "{} is {own}, line protocol is {protocol}\n  IPv6 is enabled, link-local address is {}\n  No Virtual link-local address(es):\n  Global unicast address(es):\n{globals}  Joined group address(es):\n    FF02::1\n    FF02::2\n  MTU is {} bytes\n  ICMP error messages limited to one every 100 milliseconds\n  ND DAD is enabled, number of DAD attempts: 1\n  ND reachable time is 30000 milliseconds (using 30000)\n",
                port.name,
                link_local(index + 1),
                port.mtu
            )
        };
        self.chosen(name).map(one).collect()
    }

    /// Ourselves, and whoever has a BGP session with us on a network of ours.
    fn stations(&self, vrf: &str) -> Vec<(IpAddr, Option<String>, String)> {
        let mut all = Vec::new();
        for (index, port) in self.chosen(None).filter(|(_, port)| port.vrf == vrf && !port.is_shut) {
            all.extend(
                port.addresses.iter().map(|net| (net.addr(), Some(hardware(index + 1)), port.name.clone())),
            );
        }
        for (index, address) in self.device.chassis.sessions.keys().enumerate() {
            let port = self.device.view.towards(vrf, *address);
            if let Some((port, _)) = port.filter(|_| self.world.holder(self.router, *address).is_some()) {
                all.push((*address, Some(hardware(0x1000 + index)), port.name.clone()));
            }
        }
        all
    }

    pub(super) fn arp(&self, vrf: &str) -> String {
        let own: Vec<IpAddr> =
            self.device.view.interfaces.iter().flat_map(|port| &port.addresses).map(IpNet::addr).collect();
        let lines: String = self
            .stations(vrf)
            .into_iter()
            .filter(|(address, ..)| address.is_ipv4())
            .map(|(address, mac, port)| {
                let age = if own.contains(&address) { "-" } else { "4" };
                format!(
                    "Internet  {:<17}{age:>5}   {}  ARPA   {port}\n",
                    address.to_string(),
                    mac.unwrap_or_default()
                )
            })
            .collect();
        format!("Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n{lines}")
    }

    pub(super) fn ipv6_neighbors(&self, vrf: &str) -> String {
        let own: Vec<IpAddr> =
            self.device.view.interfaces.iter().flat_map(|port| &port.addresses).map(IpNet::addr).collect();
        let lines: String = self
            .stations(vrf)
            .into_iter()
            .filter(|(address, ..)| address.is_ipv6() && !own.contains(address))
            .map(|(address, mac, port)| {
                format!(
                    "{:<40}{:>4} {}  REACH {}\n",
                    written(address),
                    0,
                    mac.unwrap_or_default(),
                    short(&port)
                )
            })
            .collect();
        format!("IPv6 Address                              Age Link-layer Addr State Interface\n{lines}\n")
    }
}

fn link_local(index: usize) -> String {
    format!("FE80::250:56FF:FE00:{index:X}")
}

fn one(index: usize, port: &Interface) -> String {
    let (own, protocol) = status(port);
    let mac = hardware(index);
    let is_loopback = port.name.starts_with("Loopback");
    let kind =
        if is_loopback { "Loopback".to_owned() } else { format!("CSR vNIC, address is {mac} (bia {mac})") };
    let mut text = format!("{} is {own}, line protocol is {protocol}\n  Hardware is {kind}\n", port.name);
    if !port.description.is_empty() {
        text.push_str(&format!("  Description: {}\n", port.description));
    }
    if let Some(net) = v4(port).next() {
        text.push_str(&format!("  Internet address is {net}\n"));
    }
    let (width, delay) = if is_loopback { (8_000_000, 5000) } else { (1_000_000, 10) };
    text.push_str(&format!(
        "  MTU {} bytes, BW {width} Kbit/sec, DLY {delay} usec,\n     reliability 255/255, txload 1/255, rxload 1/255\n",
        port.mtu
    ));
    if is_loopback {
        text.push_str("  Encapsulation LOOPBACK, loopback not set\n  Keepalive set (10 sec)\n");
    } else {
        text.push_str("  Encapsulation ARPA, loopback not set\n  Keepalive set (10 sec)\n  Full Duplex, 1000Mbps, link type is auto, media type is RJ45\n  ARP type: ARPA, ARP Timeout 04:00:00\n");
    }
    text.push_str(
        "  Last input 00:00:01, output 00:00:01, output hang never\n  Last clearing of \"show interface\" counters never\n  \
         Input queue: 0/375/0/0 (size/max/drops/flushes); Total output drops: 0\n  Queueing strategy: fifo\n  Output queue: 0/40 (size/max)\n  \
         5 minute input rate 0 bits/sec, 0 packets/sec\n  5 minute output rate 0 bits/sec, 0 packets/sec\n     \
         118 packets input, 11502 bytes, 0 no buffer\n     Received 0 broadcasts (0 IP multicasts)\n     \
         0 runts, 0 giants, 0 throttles\n     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored\n     \
         0 watchdog, 0 multicast, 0 pause input\n     177 packets output, 19267 bytes, 0 underruns\n     \
         0 output errors, 0 collisions, 1 interface resets\n     0 unknown protocol drops\n     \
         0 babbles, 0 late collision, 0 deferred\n     0 lost carrier, 0 no carrier, 0 pause output\n     \
         0 output buffer failures, 0 output buffers swapped out\n",
    );
    text
}
