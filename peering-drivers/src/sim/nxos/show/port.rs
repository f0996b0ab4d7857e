//! One interface, as text.

use super::Show;
use crate::sim::nxos::view::Interface;

impl Show<'_> {
    /// The hardware address of one of our ports.
    pub(super) fn mac(&self, place: usize) -> String {
        format!("5254.{:02x}00.{:04x}", self.router & 0xFF, place & 0xFFFF)
    }

    pub(super) fn ports(&self) -> impl Iterator<Item = (usize, &Interface)> {
        self.device.view.interfaces.iter().enumerate()
    }

    /// Ports that are there have a cable; what was only configured has none.
    pub(super) fn is_up(&self, port: &Interface) -> bool {
        let own = self.device.chassis.ports.iter();
        let is_there = own.filter_map(|own| crate::sim::nxos::apply::interface(&own.name));
        !port.is_shut
            && (!port.name.starts_with("Ethernet") || is_there.into_iter().any(|name| name == port.name))
    }

    pub(super) fn mtu(port: &Interface) -> u32 {
        port.mtu.unwrap_or(1500)
    }

    pub(super) fn interface_text(&self, place: usize, port: &Interface) -> String {
        let state = if self.is_up(port) { "up" } else { "down" };
        let admin = if port.is_shut { "down" } else { "up" };
        let reason = match (self.is_up(port), port.is_shut) {
            (true, _) => "",
            (false, true) => " (Administratively down)",
            (false, false) => " (Link not connected)",
        };
        let mut out = vec![format!("{} is {state}{reason}", port.name), format!("admin state is {admin},")];
        if port.name.starts_with("loopback") {
            out.push("  Hardware: Loopback".to_owned());
        } else {
            out.push(format!("  Hardware: Ethernet, address: {mac} (bia {mac})", mac = self.mac(place)));
        }
        if !port.description.is_empty() {
            out.push(format!("  Description: {}", port.description));
        }
        if let Some(net) = port.addresses.iter().find(|net| net.addr().is_ipv4()) {
            out.push(format!("  Internet Address is {net}"));
        }
        out.push(format!("  MTU {} bytes, BW 1000000 Kbit, DLY 10 usec", Self::mtu(port)));
        out.push("  reliability 255/255, txload 1/255, rxload 1/255".to_owned());
        out.push("  Encapsulation ARPA, medium is broadcast".to_owned());
        out.push(format!("  Port mode is {}", if port.is_routed { "routed" } else { "access" }));
        out.push("  full-duplex, 1000 Mb/s".to_owned());
        out.push("  Last link flapped never".to_owned());
        out.push("  RX\n    0 unicast packets  0 multicast packets  0 broadcast packets\n    0 input packets  0 bytes".to_owned());
        out.push("  TX\n    0 unicast packets  0 multicast packets  0 broadcast packets\n    0 output packets  0 bytes".to_owned());
        out.join("\n") + "\n\n"
    }

    pub(super) fn addresses_text(&self, vrf: &str, ports: &[(usize, &Interface)], is_v4: bool) -> String {
        let name = if is_v4 { "IP" } else { "IPv6" };
        let mut out = format!("{name} Interface Status for VRF \"{vrf}\"\n");
        for (place, port) in ports {
            let own: Vec<_> = port.addresses.iter().filter(|net| net.addr().is_ipv4() == is_v4).collect();
            let state = if self.is_up(port) { "protocol-up/link-up" } else { "protocol-down/link-down" };
            let admin = if port.is_shut { "admin-down" } else { "admin-up" };
            out.push_str(&format!("{}, Interface status: {state}/{admin}, iod: {},\n", port.name, place + 2));
            if is_v4 {
                for (index, net) in own.iter().enumerate() {
                    let second = if index > 0 { " secondary" } else { "" };
                    out.push_str(&format!(
                        "  IP address: {}, IP subnet: {}{second} route-preference: 0, tag: 0\n",
                        net.addr(),
                        net.trunc()
                    ));
                }
                out.push_str("  IP broadcast address: 255.255.255.255\n");
                out.push_str(&format!("  IP MTU: {} bytes (using link MTU)\n", Self::mtu(port)));
            } else {
                out.push_str("  IPv6 address:\n");
                own.iter().for_each(|net| out.push_str(&format!("    {net} [VALID]\n")));
                if let Some(first) = own.first() {
                    out.push_str(&format!("  IPv6 subnet:  {}\n", first.trunc()));
                }
                out.push_str(&format!(
                    "  IPv6 link-local address: fe80::{:x} (default) [VALID]\n",
                    place + 1
                ));
                out.push_str(&format!("  IPv6 MTU: {} (using link MTU)\n", Self::mtu(port)));
            }
        }
        out
    }
}
