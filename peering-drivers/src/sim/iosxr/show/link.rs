//! Who is on the router's networks, and at the other end of its cables.

use super::Look;
use crate::sim::family::Family;
use crate::sim::iosxr::language::short;
use crate::sim::iosxr::oper::{NODE, dotted, heard, known, ports};
use crate::sim::iosxr::view::DEFAULT;

/// The network instance that an interface is in.
fn vrf<'a>(look: Look<'a>, interface: &str) -> &'a str {
    let own = look.xr.view.interfaces.iter().find(|port| port.name == interface);
    own.map_or(DEFAULT, |port| &port.vrf)
}

pub(super) fn arp(look: Look<'_>, instance: Option<&str>) -> String {
    let instance = instance.unwrap_or(DEFAULT);
    if !look.xr.view.instances().contains(&instance) {
        return format!("% VRF '{instance}' does not exist\n");
    }
    let rule = "-".repeat(79);
    let mut out = format!(
        "\n{rule}\n{NODE}\n{rule}\nAddress         Age        Hardware Addr   State      Type  Interface\n"
    );
    for (address, interface, mac) in known(look, Family::V4) {
        if vrf(look, &interface) == instance {
            let mac = dotted(&mac);
            out.push_str(&format!(
                "{:<15} 00:01:00   {mac}  Dynamic    ARPA  {interface}\n",
                address.to_string()
            ));
        }
    }
    for port in
        ports(look).iter().filter(|port| port.interface.vrf == instance && port.is_up && port.bandwidth > 0)
    {
        let mac = dotted(&port.mac);
        for net in port.interface.addresses.iter().filter(|net| net.addr().is_ipv4()) {
            out.push_str(&format!(
                "{:<15} -          {mac}  Interface  ARPA  {}\n",
                net.addr().to_string(),
                port.interface.name
            ));
        }
    }
    out
}

pub(super) fn ipv6_neighbors(look: Look<'_>) -> String {
    let mut out = String::from(
        "IPv6 Address                             Age Link-layer Addr State Interface            Location\n",
    );
    for (address, interface, mac) in known(look, Family::V6) {
        out.push_str(&format!(
            "{:<38} {:>5} {:<15} REACH {:<20} {NODE}\n",
            address.to_string(),
            12,
            dotted(&mac),
            short(&interface)
        ));
    }
    for interface in
        ports(look).iter().filter(|port| port.interface.addresses.iter().any(|net| net.addr().is_ipv6()))
    {
        out.push_str(&format!(
            "[Mcast adjacency]                          - 0000.0000.0000  REACH {:<20} {NODE}\n",
            short(&interface.interface.name)
        ));
    }
    out
}

pub(super) fn lldp(look: Look<'_>, is_detailed: bool) -> String {
    if !look.xr.view.has_lldp {
        return "% LLDP is not enabled\n".to_owned();
    }
    let codes = "Capability codes:\n        (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device\n        \
        (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other\n\n";
    let mut out = codes.to_owned();
    if !is_detailed {
        out.push_str("Device ID       Local Intf                      Hold-time  Capability      Port ID\n");
    }
    let all = heard(look);
    for near in &all {
        if is_detailed {
            let described = match &near.description {
                Some(text) => format!(": {text}"),
                None => " - not advertised".to_owned(),
            };
            let family = if near.address.is_ipv4() { "IPv4" } else { "IPv6" };
            out.push_str(&format!(
                "{}\nLocal Interface: {}\nChassis id: {}\nPort id: {}\nPort Description{described}\nSystem Name: {}\n\n\
                 System Description: \na simulated router\n\nTime remaining: 109 seconds\nHold Time: 120 seconds\n\
                 System Capabilities: R\nEnabled Capabilities: R\nManagement Addresses:\n  {family} address: {}\n\n\
                 Peer MAC Address: 02:00:0c:00:00:01\n\n",
                "-".repeat(48),
                near.interface,
                near.chassis,
                near.port,
                near.name,
                near.address
            ));
        } else {
            out.push_str(&format!(
                "{:<15} {:<31} 120        R               {}\n",
                near.name, near.interface, near.port
            ));
        }
    }
    out + &format!("\nTotal entries displayed: {}\n\n", all.len())
}
