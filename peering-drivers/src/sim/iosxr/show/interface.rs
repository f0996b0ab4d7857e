//! Interfaces and their addresses.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

use super::Look;
use crate::sim::clock::age;
use crate::sim::iosxr::language::short;
use crate::sim::iosxr::oper::{Port, dotted, ports};
use crate::sim::iosxr::view::DEFAULT;

/// The state of an interface and that of its line.
fn states(port: &Port) -> (&'static str, &'static str) {
    match (port.is_enabled, port.is_up) {
        (false, _) => ("administratively down", "administratively down"),
        (true, true) => ("up", "up"),
        (true, false) => ("down", "down"),
    }
}

/// The same in the narrow columns of tables.
fn column(port: &Port) -> &'static str {
    if !port.is_enabled {
        "admin-down"
    } else if port.is_up {
        "up"
    } else {
        "down"
    }
}

pub(super) fn brief(look: Look<'_>) -> String {
    let rule = "-".repeat(80);
    let mut out = format!(
        "\n               Intf       Intf        LineP              Encap  MTU        BW\n\
         \x20              Name       State       State               Type (byte)    (Kbps)\n{rule}\n"
    );
    for port in ports(look) {
        let (name, state) = (short(&port.interface.name), column(&port));
        out.push_str(&format!(
            "{name:>19} {state:>11} {state:>11} {:>18} {:>5} {:>10}\n",
            encapsulation(&port),
            port.mtu,
            port.bandwidth
        ));
    }
    out + "\n"
}

fn encapsulation(port: &Port) -> &'static str {
    match port.interface.name.as_str() {
        name if name.starts_with("Loopback") => "Loopback",
        name if name.starts_with("Null") => "Null",
        name if name.contains('.') => "802.1Q",
        _ => "ARPA",
    }
}

pub(super) fn descriptions(look: Look<'_>) -> String {
    let mut out = String::from("\nInterface          Status      Protocol    Description\n");
    out.push_str(&format!("{}\n", "-".repeat(80)));
    for port in ports(look) {
        let (name, state) = (short(&port.interface.name), column(&port));
        let text = port.interface.description.as_deref().unwrap_or_default();
        out.push_str(&format!("{name:<18} {state:<11} {state:<11} {text}\n"));
    }
    out + "\n"
}

/// `show interfaces`, of all or of one.
pub(super) fn whole(look: Look<'_>, name: Option<&str>) -> String {
    let all = ports(look);
    all.iter()
        .filter(|port| name.is_none_or(|name| name == port.interface.name))
        .map(|port| one(look, port))
        .collect()
}

fn one(look: Look<'_>, port: &Port) -> String {
    let (state, line) = states(port);
    let is_virtual = port.bandwidth == 0;
    let kind = match port.interface.name.as_str() {
        name if name.starts_with("Loopback") => "Loopback interface(s)",
        name if name.starts_with("Null") => "Null interface",
        name if name.contains('.') => "VLAN sub-interface(s)",
        name if name.starts_with("Bundle") => "Aggregated Ethernet interface(s)",
        name if name.starts_with("MgmtEth") => "Management Ethernet",
        name => name.split(|sign: char| sign.is_ascii_digit()).next().unwrap_or_default(),
    };
    let mac = dotted(&port.mac);
    let mut out = format!(
        "{} is {state}, line protocol is {line} \n  Interface state transitions: 1\n  Hardware is {kind}",
        port.interface.name
    );
    if !is_virtual {
        out.push_str(&format!(", address is {mac} (bia {mac})"));
    }
    out.push('\n');
    if let Some(text) = &port.interface.description {
        out.push_str(&format!("  Description: {text}\n"));
    }
    let address = port.interface.addresses.iter().find(|net| net.addr().is_ipv4());
    let address = address.map_or_else(|| "Unknown".to_owned(), IpNet::to_string);
    let most = if is_virtual { String::new() } else { format!(" (Max: {} Kbit)", port.bandwidth) };
    let load = if is_virtual {
        "reliability Unknown, txload Unknown, rxload Unknown"
    } else {
        "reliability 255/255, txload 0/255, rxload 0/255"
    };
    out.push_str(&format!(
        "  Internet address is {address}\n  MTU {} bytes, BW {} Kbit{most}\n     {load}\n",
        port.mtu, port.bandwidth
    ));
    let flapped = age(look.since(look.xr.chassis.booted));
    if is_virtual {
        return out
            + &format!(
                "  Encapsulation {},  loopback not set,\n  Last link flapped {flapped}\n  Last input Unknown, output Unknown\n  \
                 Last clearing of \"show interface\" counters Unknown\n  Input/output data rate is disabled.\n\n",
                encapsulation(port)
            );
    }
    out + &format!(
        "  Encapsulation {},\n  Full-duplex, {}Mb/s, link type is force-up\n  output flow control is off, input flow control is off\n  \
         Carrier delay (up) is 10 msec\n  loopback not set,\n  Last link flapped {flapped}\n  ARP type ARPA, ARP timeout 04:00:00\n  \
         Last input 00:00:00, output 00:00:00\n  Last clearing of \"show interface\" counters never\n  \
         5 minute input rate 0 bits/sec, 0 packets/sec\n  5 minute output rate 0 bits/sec, 0 packets/sec\n     \
         0 packets input, 0 bytes, 0 total input drops\n     0 drops for unrecognized upper-level protocol\n     \
         Received 0 broadcast packets, 0 multicast packets\n              0 runts, 0 giants, 0 throttles, 0 parity\n     \
         0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored, 0 abort\n     0 packets output, 0 bytes, 0 total output drops\n     \
         Output 0 broadcast packets, 0 multicast packets\n     0 output errors, 0 underruns, 0 applique, 0 resets\n     \
         0 output buffer failures, 0 output buffers swapped out\n     0 carrier transitions\n\n",
        encapsulation(port),
        port.bandwidth / 1000
    )
}

pub(super) fn addresses(look: Look<'_>) -> String {
    let mut out =
        String::from("\nInterface                      IP-Address      Status          Protocol Vrf-Name\n");
    for port in ports(look) {
        let first = port.interface.addresses.iter().map(IpNet::addr).find(IpAddr::is_ipv4);
        let address = first.map_or_else(|| "unassigned".to_owned(), |address| address.to_string());
        let status = if port.is_enabled { if port.is_up { "Up" } else { "Down" } } else { "Shutdown" };
        let line = if port.is_up { "Up" } else { "Down" };
        out.push_str(&format!(
            "{:<30} {address:<15} {status:<15} {line:<8} {}\n",
            port.interface.name, port.interface.vrf
        ));
    }
    out + "\n"
}

/// The first line about an interface in a family.
fn head(port: &Port, family: &str) -> String {
    let status = if port.is_enabled { if port.is_up { "Up" } else { "Down" } } else { "Shutdown" };
    let line = if port.is_up { "Up" } else { "Down" };
    format!("{} is {status}, {family} protocol is {line}", port.interface.name)
}

/// The number of a VRF.
fn number(look: Look<'_>, vrf: &str) -> usize {
    let place = look.xr.view.instances().iter().position(|own| *own == vrf).unwrap_or(0);
    if vrf == DEFAULT { 0x6000_0000 } else { 0x6000_0000 + place }
}

pub(super) fn ipv4(look: Look<'_>) -> String {
    let one = |port: &Port| {
        let vrf = &port.interface.vrf;
        let mut out = format!("{} \n  Vrf is {vrf} (vrfid {:#x})\n", head(port, "ipv4"), number(look, vrf));
        let mut own = port.interface.addresses.iter().filter(|net| net.addr().is_ipv4());
        match own.next() {
            None => out.push_str("  Internet protocol processing disabled\n"),
            Some(first) => {
                out.push_str(&format!("  Internet address is {first}\n"));
                own.for_each(|net| out.push_str(&format!("  Secondary address {net}\n")));
                out.push_str(&format!(
                    "  MTU is {} ({} is available to IP)\n  Helper address is not set\n  Directed broadcast forwarding is disabled\n  \
                     Outgoing access list is not set\n  Inbound  common access list is not set, access list is not set\n  \
                     Proxy ARP is disabled\n  ICMP redirects are never sent\n  ICMP unreachables are always sent\n  \
                     ICMP mask replies are never sent\n  Table Id is 0xe0000000\n",
                    port.mtu,
                    port.mtu.saturating_sub(14)
                ));
            }
        }
        out
    };
    ports(look).iter().map(one).collect()
}

pub(super) fn ipv6(look: Look<'_>) -> String {
    let one = |port: &Port| {
        let vrf = &port.interface.vrf;
        let own: Vec<&IpNet> = port.interface.addresses.iter().filter(|net| net.addr().is_ipv6()).collect();
        let head = format!("{}, Vrfid is {vrf} ({:#x})\n", head(port, "ipv6"), number(look, vrf));
        if own.is_empty() {
            return head + "  IPv6 is disabled\n";
        }
        let local = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);
        let mut out = format!(
            "{head}  IPv6 is enabled, link-local address is {local} \n  Global unicast address(es):\n"
        );
        for net in own {
            out.push_str(&format!("    {}, subnet is {} \n", net.addr(), net.trunc()));
        }
        out + &format!(
            "  Joined group address(es): ff02::2 ff02::1\n  MTU is {} ({} is available to IPv6)\n  ICMP redirects are disabled\n  \
             ICMP unreachables are enabled\n  ND DAD is enabled, number of DAD attempts 1\n  ND reachable time is 0 milliseconds\n  \
             Outgoing access list is not set\n  Inbound  common access list is not set, access list is not set\n  Table Id is 0xe0800000\n",
            port.mtu,
            port.mtu.saturating_sub(14)
        )
    };
    ports(look).iter().map(one).collect()
}
