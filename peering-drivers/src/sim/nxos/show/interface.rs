//! Interfaces, their addresses, network instances.

use serde_json::{Value, json};

use super::{Show, merged, short, table};
use crate::sim::family::Family;
use crate::sim::nxos::seat::{Answer, Failure};
use crate::sim::nxos::view::Interface;

impl Show<'_> {
    pub(super) fn interfaces(&self, only: Option<&str>) -> Result<Answer, Failure> {
        let mut rows = Vec::new();
        let mut text = String::new();
        for (place, port) in self.ports().filter(|(_, port)| only.is_none_or(|only| only == port.name)) {
            text.push_str(&self.interface_text(place, port));
            rows.push(self.interface(place, port));
        }
        if let (Some(_), true) = (only, rows.is_empty()) {
            return Err(Failure::refused("Invalid interface format at '^' marker."));
        }
        Ok(Answer::both(table("interface", rows), text))
    }

    fn interface(&self, place: usize, port: &Interface) -> Value {
        let state = if self.is_up(port) { "up" } else { "down" };
        let admin = if port.is_shut { "down" } else { "up" };
        let mut row = json!({ "interface": port.name, "state": state, "admin_state": admin });
        if !self.is_up(port) {
            let words = if port.is_shut { "Administratively down" } else { "Link not connected" };
            row = merged(row, json!({ "state_rsn_desc": words }));
        }
        if !port.description.is_empty() {
            row = merged(row, json!({ "desc": port.description }));
        }
        if let Some(net) = port.addresses.iter().find(|net| net.addr().is_ipv4()) {
            let address = json!({
                "eth_ip_addr": net.addr(), "eth_ip_mask": net.prefix_len(), "eth_ip_prefix": net.network(),
            });
            row = merged(row, address);
        }
        let mtu = Self::mtu(port).to_string();
        if port.name.starts_with("loopback") {
            return merged(row, json!({ "eth_hw_desc": "Loopback", "eth_mtu": mtu, "eth_bw": 8_000_000 }));
        }
        if port.name.starts_with("Vlan") {
            let more = json!({
                "svi_line_proto": state, "svi_admin_state": admin, "svi_mac": self.mac(place), "svi_mtu": mtu,
                "svi_bw": 1_000_000, "svi_desc": port.description,
            });
            return merged(row, more);
        }
        let hardware = json!({
            "eth_hw_desc": "1000/10000 Ethernet", "eth_hw_addr": self.mac(place), "eth_bia_addr": self.mac(place),
            "eth_mtu": mtu, "eth_bw": 1_000_000, "eth_dly": 10, "eth_reliability": "255", "eth_txload": "1",
            "eth_rxload": "1", "medium": "broadcast", "eth_mode": if port.is_routed { "routed" } else { "access" },
            "eth_duplex": "full", "eth_speed": "1000 Mb/s", "eth_autoneg": "on", "eth_link_flapped": "never",
        });
        let counters = if port.name.starts_with("mgmt") {
            json!({
                "vdc_lvl_in_pkts": 0, "vdc_lvl_in_ucast": 0, "vdc_lvl_in_mcast": 0, "vdc_lvl_in_bcast": 0,
                "vdc_lvl_in_bytes": 0, "vdc_lvl_out_pkts": 0, "vdc_lvl_out_ucast": 0, "vdc_lvl_out_mcast": 0,
                "vdc_lvl_out_bcast": 0, "vdc_lvl_out_bytes": 0,
            })
        } else {
            json!({
                "eth_inucast": 0, "eth_inmcast": 0, "eth_inbcast": 0, "eth_inpkts": 0, "eth_inbytes": 0, "eth_inerr": 0,
                "eth_indiscard": 0, "eth_crc": 0, "eth_outucast": 0, "eth_outmcast": 0, "eth_outbcast": 0,
                "eth_outpkts": 0, "eth_outbytes": 0, "eth_outerr": 0, "eth_outdiscard": 0,
            })
        };
        merged(merged(row, hardware), counters)
    }

    pub(super) fn interface_status(&self) -> Answer {
        let bar = "-".repeat(80);
        let mut text = format!(
            "\n{bar}\nPort          Name               Status    Vlan      Duplex  Speed   Type\n{bar}\n"
        );
        let mut rows = Vec::new();
        for (_, port) in self.ports() {
            let state = match (self.is_up(port), port.is_shut) {
                (true, _) => "connected",
                (false, true) => "disabled",
                (false, false) => "notconnec",
            };
            let name = if port.description.is_empty() { "--" } else { &port.description };
            let name: String = name.chars().take(18).collect();
            let vlan = if port.is_routed { "routed" } else { "1" };
            text.push_str(&format!(
                "{:<13} {name:<18} {state:<9} {vlan:<9} full    1000    --\n",
                short(&port.name)
            ));
            rows.push(json!({ "interface": port.name, "state": state, "vlan": vlan, "duplex": "full", "speed": "1000" }));
        }
        Answer::both(table("interface", rows), text)
    }

    /// Nothing has gone over them.
    pub(super) fn counters_detailed(&self) -> Answer {
        let row = |port: &Interface| match port.name.starts_with("mgmt") {
            true => {
                json!({ "interface": port.name, "mgmt_in_pkts": "0", "mgmt_in_bytes": "0", "mgmt_in_mcast": "0",
                            "mgmt_out_pkts": "0", "mgmt_out_bytes": "0" })
            }
            false => json!({ "interface": port.name }),
        };
        Answer::data(table("interface", self.ports().map(|(_, port)| row(port)).collect()))
    }

    pub(super) fn transceivers(&self) -> Answer {
        let ports =
            self.ports().filter(|(_, port)| port.name.starts_with("Ethernet") && !port.name.contains('.'));
        let names: Vec<&str> = ports.map(|(_, port)| port.name.as_str()).collect();
        let row = |name: &&str| json!({ "interface": name, "sfp": "not present" });
        let text = names
            .iter()
            .map(|name| format!("{name}\n    transceiver is not present\n\n"))
            .collect::<String>();
        Answer::both(table("interface", names.iter().map(row).collect()), text)
    }

    pub(super) fn addresses(&self, family: Family, words: &[&str]) -> Result<Answer, Failure> {
        let is_v4 = family == Family::V4;
        let (mut vrfs, mut rows, mut text) = (Vec::new(), Vec::new(), String::new());
        for vrf in self.chosen(words)? {
            let has_some = |port: &Interface| port.addresses.iter().any(|net| net.addr().is_ipv4() == is_v4);
            let ports: Vec<(usize, &Interface)> = self
                .ports()
                .filter(|(_, port)| port.vrf == vrf && port.is_routed && has_some(port))
                .collect();
            text.push_str(&self.addresses_text(vrf, &ports, is_v4));
            for (place, port) in ports {
                vrfs.push(json!({ "ROW_vrf": { "vrf-name-out": vrf } }));
                rows.push(json!({ "ROW_intf": self.address_row(place, port, is_v4) }));
            }
        }
        let one_or_many =
            |mut all: Vec<Value>| if all.len() == 1 { all.pop().unwrap_or_default() } else { all.into() };
        if rows.is_empty() {
            return Ok(Answer { json: Some(json!({})), text: Some(text) });
        }
        let data = json!({ "TABLE_vrf": one_or_many(vrfs), "TABLE_intf": one_or_many(rows) });
        Ok(Answer::both(data, text))
    }

    fn address_row(&self, place: usize, port: &Interface, is_v4: bool) -> Value {
        let state = if self.is_up(port) { "up" } else { "down" };
        let base = json!({
            "intf-name": port.name, "proto-state": state, "link-state": state,
            "admin-state": if port.is_shut { "down" } else { "up" }, "iod": (place + 2).to_string(),
            "mtu": Self::mtu(port).to_string(),
        });
        let own: Vec<_> = port.addresses.iter().filter(|net| net.addr().is_ipv4() == is_v4).collect();
        let Some(first) = own.first() else { return base };
        if !is_v4 {
            let all: Vec<String> = own.iter().map(ToString::to_string).collect();
            let addresses = if let [one] = all.as_slice() { json!(one) } else { json!(all) };
            let more = json!({
                "addr": addresses, "prefix": first.trunc().to_string(), "linklocal-addr": format!("fe80::{:x}", place + 1),
                "linklocal-configured": "FALSE",
            });
            return merged(base, more);
        }
        let row = merged(
            base,
            json!({
                "prefix": first.addr(), "subnet": first.network(), "masklen": first.prefix_len().to_string(),
                "num-addr": own.len().to_string(), "ip-disabled": "FALSE", "bcast-addr": "255.255.255.255",
            }),
        );
        let second: Vec<Value> = own
            .iter()
            .skip(1)
            .map(|net| {
                json!({ "prefix1": net.addr(), "subnet1": net.network(), "masklen1": net.prefix_len().to_string() })
            })
            .collect();
        if second.is_empty() { row } else { merged(row, table("secondary_address", second)) }
    }

    pub(super) fn vrfs(&self, is_detailed: bool) -> Answer {
        let mut rows = Vec::new();
        let mut text =
            "VRF-Name                           VRF-ID State   Reason                        \n".to_owned();
        for (index, (name, rd)) in self.device.view.vrfs.iter().enumerate() {
            let id = index + 1;
            text.push_str(&format!("{name:<34} {id:>6} Up      --                            \n"));
            let row = json!({ "vrf_name": name, "vrf_id": id, "vrf_state": "Up", "vrf_reason": "--" });
            let detail = json!({
                "vpnid": "unknown", "rd": rd.as_deref().unwrap_or("0:0"), "vni": 0, "max_routes": 0, "mid_threshold": 0,
                "TABLE_tib": { "ROW_tib": [
                    { "tib_id": 80_000_000 + id, "tib_af": "IPv6", "tib_nonce": 80_000_000 + id, "tib_state": "Up" },
                    { "tib_id": id, "tib_af": "IPv4", "tib_nonce": id, "tib_state": "Up" },
                ] },
            });
            rows.push(if is_detailed { merged(row, detail) } else { row });
        }
        let data = table("vrf", rows);
        if is_detailed { Answer::data(data) } else { Answer::both(data, text) }
    }

    pub(super) fn vrf_interfaces(&self) -> Answer {
        let mut rows = Vec::new();
        let mut text =
            "Interface                 VRF-Name                        VRF-ID  Site-of-Origin\n".to_owned();
        for (_, port) in self.ports().filter(|(_, port)| port.is_routed) {
            let id =
                self.device.view.vrfs.iter().position(|(name, _)| *name == port.vrf).map_or(0, |id| id + 1);
            text.push_str(&format!("{:<25} {:<31} {id:>7}  --\n", port.name, port.vrf));
            rows.push(json!({ "if_name": port.name, "vrf_name": port.vrf, "vrf_id": id, "soo": "--" }));
        }
        Answer::both(table("if", rows), text)
    }
}
