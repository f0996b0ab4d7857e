//! Interfaces, and who answers on them, as the router shows them.

use std::net::IpAddr;

use ipnet::IpNet;
use tokio::time::Instant;

use super::bgp::unit_addresses;
use super::device::Junos;
use super::reply::failed;
use super::tree::Node;
use crate::sim::clock::{date, elapsed};
use crate::sim::fabric::{Holder, World};
use crate::sim::netconf::element::{Element, escaped};
use crate::sim::netconf::reply::Reply;

/// A physical interface: what is configured of it, and whether the hardware is there.
struct Port<'a> {
    name: String,
    config: Option<&'a Node>,
    is_there: bool,
    index: usize,
}

impl Port<'_> {
    fn is_enabled(&self) -> bool {
        self.config.is_none_or(|config| !config.has("disable"))
    }

    fn is_up(&self) -> bool {
        self.is_there && self.is_enabled()
    }

    fn is_loopback(&self) -> bool {
        self.name.starts_with("lo")
    }

    fn mtu(&self) -> String {
        let default = if self.is_loopback() { "Unlimited" } else { "1514" };
        self.config.and_then(|config| config.value("mtu")).unwrap_or(default).to_owned()
    }

    fn speed(&self) -> &'static str {
        match self.name.get(..3) {
            Some("et-") => "100Gbps",
            Some("xe-") => "10Gbps",
            _ => "1000mbps",
        }
    }

    fn mac(&self) -> String {
        format!("02:05:86:71:{:02x}:{:02x}", self.index >> 8 & 0xff, self.index & 0xff)
    }

    fn units(&self) -> impl Iterator<Item = &Node> {
        self.config.into_iter().flat_map(|config| config.all("unit"))
    }
}

/// What the hardware has and what is configured, together.
fn ports(junos: &Junos) -> Vec<Port<'_>> {
    let configured = || junos.active.child("interfaces").into_iter().flat_map(|all| all.all("interface"));
    let mut names: Vec<String> = junos.chassis.ports.iter().map(|port| port.name.clone()).collect();
    names.extend(configured().map(|port| port.word().to_owned()));
    names.push("lo0".to_owned());
    names.sort();
    names.dedup();
    let port = |(index, name): (usize, String)| {
        let is_there = name.starts_with("lo") || junos.chassis.ports.iter().any(|port| port.name == name);
        Port { config: configured().find(|port| port.word() == name), is_there, index, name }
    };
    names.into_iter().enumerate().map(port).collect()
}

fn status(is_up: bool) -> &'static str {
    if is_up { "up" } else { "down" }
}

/// `get-interface-information`
pub(crate) fn interfaces(junos: &Junos, rpc: &Element, now: Instant) -> Reply {
    let is_terse = rpc.has("terse");
    let is_extensive = rpc.has("extensive") || rpc.has("statistics");
    let style = if is_terse { "terse" } else { "normal" };
    let mut body = format!(
        "<interface-information xmlns=\"http://xml.juniper.net/junos/{}/junos-interface\" junos:style=\"{style}\">\n",
        junos.release()
    );
    if rpc.value("routing-instance").is_some_and(|name| name.starts_with("__juniper_private")) {
        body.push_str(INTERNAL);
        return Reply::new(body + "</interface-information>\n");
    }
    let wanted = rpc.value("interface-name");
    let fits = |name: &str| wanted.is_none_or(|glob| glob_fits(glob, name));
    let mut is_found = false;
    for port in ports(junos) {
        let units: Vec<&Node> =
            port.units().filter(|unit| fits(&format!("{}.{}", port.name, unit.word()))).collect();
        if fits(&port.name) {
            is_found = true;
            let all: Vec<&Node> = port.units().collect();
            physical(junos, &port, &all, (is_terse, is_extensive), now, &mut body);
        } else if !units.is_empty() {
            is_found = true;
            for unit in units {
                logical(&port, unit, is_terse, &mut body);
            }
        }
    }
    match wanted.filter(|_| !is_found) {
        Some(name) if !name.contains(['*', '[', '?']) => failed(&format!("device {name} not found")),
        _ => Reply::new(body + "</interface-information>\n"),
    }
}

/// What connects the parts of the machine.
const INTERNAL: &str = "<physical-interface>\n<name>em1</name>\n<admin-status>up</admin-status>\n<oper-status>up</oper-status>\n\
    <logical-interface>\n<name>em1.0</name>\n<admin-status>up</admin-status>\n<oper-status>up</oper-status>\n\
    <address-family>\n<address-family-name>inet</address-family-name>\n<interface-address>\n\
    <ifa-local junos:emit=\"emit\">128.0.0.1/2</ifa-local>\n</interface-address>\n</address-family>\n\
    </logical-interface>\n</physical-interface>\n";

fn physical(
    junos: &Junos,
    port: &Port<'_>,
    units: &[&Node],
    (is_terse, is_extensive): (bool, bool),
    now: Instant,
    out: &mut String,
) {
    let admin = if port.is_enabled() { "Enabled" } else { "Disabled" };
    out.push_str(&format!(
        "<physical-interface>\n<name>{}</name>\n<admin-status junos:format=\"{admin}\">{}</admin-status>\n<oper-status>{}</oper-status>\n",
        escaped(&port.name),
        status(port.is_enabled()),
        status(port.is_up())
    ));
    if let Some(description) = port.config.and_then(|config| config.value("description")) {
        out.push_str(&format!("<description>{}</description>\n", escaped(description)));
    }
    if !is_terse {
        let clock = junos.database.clock;
        let up = clock.scaled(now.saturating_duration_since(junos.chassis.booted));
        let flapped = date(clock.at(now).saturating_sub_unsigned(up));
        out.push_str(&format!(
            "<local-index>{0}</local-index>\n<snmp-index>{1}</snmp-index>\n<link-level-type>{2}</link-level-type>\n<mtu>{3}</mtu>\n",
            130 + port.index,
            500 + port.index,
            if port.is_loopback() { "Loopback" } else { "Ethernet" },
            port.mtu()
        ));
        if !port.is_loopback() {
            out.push_str(&format!(
                "<speed>{}</speed>\n<current-physical-address>{1}</current-physical-address>\n\
                 <hardware-physical-address>{1}</hardware-physical-address>\n\
                 <interface-flapped junos:seconds=\"{up}\">{flapped} ({2} ago)</interface-flapped>\n",
                port.speed(),
                port.mac(),
                elapsed(up)
            ));
        }
        out.push_str(&statistics(is_extensive));
    }
    for unit in units {
        logical(port, unit, is_terse, out);
    }
    out.push_str("</physical-interface>\n");
}

/// Nothing is carried on the LAN but the sessions, which are not counted here.
fn statistics(is_extensive: bool) -> String {
    let leaves =
        |names: &[&str]| names.iter().map(|name| format!("<{name}>0</{name}>\n")).collect::<String>();
    let mut text = String::from("<traffic-statistics junos:style=\"brief\">\n");
    text.push_str(&leaves(&["input-bytes", "output-bytes", "input-packets", "output-packets"]));
    text.push_str("</traffic-statistics>\n");
    if is_extensive {
        let errors = ["input-errors", "input-drops", "framing-errors", "input-runts", "input-discards"];
        text.push_str(&format!("<input-error-list>\n{}</input-error-list>\n", leaves(&errors)));
        let errors =
            ["carrier-transitions", "output-errors", "output-collisions", "output-drops", "mtu-errors"];
        text.push_str(&format!("<output-error-list>\n{}</output-error-list>\n", leaves(&errors)));
        let packets = [
            "input-unicasts",
            "output-unicasts",
            "input-broadcasts",
            "output-broadcasts",
            "input-multicasts",
            "output-multicasts",
        ];
        text.push_str(&format!(
            "<ethernet-mac-statistics junos:style=\"verbose\">\n{}</ethernet-mac-statistics>\n",
            leaves(&packets)
        ));
    }
    text
}

fn logical(port: &Port<'_>, unit: &Node, is_terse: bool, out: &mut String) {
    let is_up = port.is_up() && !unit.has("disable");
    out.push_str(&format!("<logical-interface>\n<name>{}.{}</name>\n", escaped(&port.name), unit.word()));
    if is_terse {
        out.push_str(&format!(
            "<admin-status>{}</admin-status>\n<oper-status>{}</oper-status>\n",
            status(!unit.has("disable")),
            status(is_up)
        ));
    }
    if let Some(description) = unit.value("description") {
        out.push_str(&format!("<description>{}</description>\n", escaped(description)));
    }
    if !is_terse {
        let flag = if is_up { "<iff-up/>" } else { "<iff-down/>" };
        out.push_str(&format!("<if-config-flags>\n{flag}\n<iff-snmp-traps/>\n</if-config-flags>\n<encapsulation>ENET2</encapsulation>\n"));
    }
    for (name, is_ours) in [("inet", IpAddr::is_ipv4 as fn(&IpAddr) -> bool), ("inet6", IpAddr::is_ipv6)] {
        if unit.child("family").is_none_or(|families| !families.has(name)) {
            continue;
        }
        out.push_str(&format!("<address-family>\n<address-family-name>{name}</address-family-name>\n"));
        if !is_terse {
            out.push_str("<mtu>1500</mtu>\n");
        }
        for net in unit_addresses(unit).into_iter().filter(|net| is_ours(&net.addr())) {
            out.push_str("<interface-address>\n");
            match is_terse {
                true => out.push_str(&format!("<ifa-local junos:emit=\"emit\">{net}</ifa-local>\n")),
                false => {
                    out.push_str(&format!(
                        "<ifa-destination>{}</ifa-destination>\n<ifa-local>{}</ifa-local>\n",
                        net.trunc(),
                        net.addr()
                    ));
                    if let IpNet::V4(v4) = net {
                        out.push_str(&format!("<ifa-broadcast>{}</ifa-broadcast>\n", v4.broadcast()));
                    }
                }
            }
            out.push_str("</interface-address>\n");
        }
        out.push_str("</address-family>\n");
    }
    out.push_str("</logical-interface>\n");
}

/// `show interfaces terse` as text.
pub(crate) fn terse_text(junos: &Junos) -> String {
    let mut text = String::from("Interface               Admin Link Proto    Local                 Remote\n");
    for port in ports(junos) {
        let line = format!("{:<23} {:<5} {}", port.name, status(port.is_enabled()), status(port.is_up()));
        text.push_str(&format!("{}\n", line.trim_end()));
        for unit in port.units() {
            let mut head = format!(
                "{:<23} {:<5} {:<4}",
                format!("{}.{}", port.name, unit.word()),
                status(!unit.has("disable")),
                status(port.is_up() && !unit.has("disable"))
            );
            let nets = unit_addresses(unit);
            if nets.is_empty() {
                text.push_str(&format!("{}\n", head.trim_end()));
            }
            for net in nets {
                let family = if net.addr().is_ipv4() { "inet" } else { "inet6" };
                text.push_str(&format!("{head} {family:<8} {net}\n"));
                head = " ".repeat(34);
            }
        }
    }
    text
}

/// Everybody whose address is on one of our networks and who answers: address, interface, and a MAC of our making.
pub(crate) fn neighbors(world: &World, router: usize, junos: &Junos) -> Vec<(IpAddr, String, String)> {
    let members = world.members.iter().flat_map(|member| member.addresses.iter().copied());
    let routers = world.routers.iter().flat_map(|other| other.addresses()).map(|net| net.addr());
    let mut all: Vec<(IpAddr, String, String)> = members
        .chain(routers)
        .filter_map(|address| {
            let (interface, own) = junos.towards(address)?;
            if own == address {
                return None;
            }
            let (kind, index) = match world.holder(router, address)? {
                Holder::Member(index) => (1, index),
                Holder::Router(index) => (2, index),
            };
            let mac = format!("02:00:5e:{kind:02x}:{:02x}:{:02x}", index >> 8 & 0xff, index & 0xff);
            Some((address, interface, mac))
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

/// `get-arp-table-information`
pub(crate) fn arp(world: &World, router: usize, junos: &Junos, rpc: &Element) -> Reply {
    let mut body = format!(
        "<arp-table-information xmlns=\"http://xml.juniper.net/junos/{}/junos-arp\" junos:style=\"normal\">\n",
        junos.release()
    );
    let all = neighbors(world, router, junos);
    let v4: Vec<_> = all.iter().filter(|(address, ..)| address.is_ipv4()).collect();
    for (address, interface, mac) in &v4 {
        let expires =
            if rpc.has("expiration-time") { "<time-to-expire> 1200</time-to-expire>\n" } else { "" };
        body.push_str(&format!(
            "<arp-table-entry>\n<mac-address>{mac}</mac-address>\n<ip-address>{address}</ip-address>\n\
             <interface-name>{interface}</interface-name>\n{expires}<arp-table-entry-flags>\n<none/>\n</arp-table-entry-flags>\n</arp-table-entry>\n"
        ));
    }
    body.push_str(&format!("<arp-entry-count>{}</arp-entry-count>\n", v4.len()));
    Reply::new(body + "</arp-table-information>\n")
}

/// `get-ipv6-nd-information`
pub(crate) fn nd(world: &World, router: usize, junos: &Junos) -> Reply {
    let mut body = format!(
        "<ipv6-nd-information xmlns=\"http://xml.juniper.net/junos/{}/junos-ipv6\">\n",
        junos.release()
    );
    let all = neighbors(world, router, junos);
    let v6: Vec<_> = all.iter().filter(|(address, ..)| address.is_ipv6()).collect();
    for (address, interface, mac) in &v6 {
        body.push_str(&format!(
            "<ipv6-nd-entry>\n<ipv6-nd-neighbor-address>{address}</ipv6-nd-neighbor-address>\n\
             <ipv6-nd-neighbor-l2-address>{mac}</ipv6-nd-neighbor-l2-address>\n<ipv6-nd-state>reachable</ipv6-nd-state>\n\
             <ipv6-nd-expire>20</ipv6-nd-expire>\n<ipv6-nd-isrouter>yes</ipv6-nd-isrouter>\n<ipv6-nd-issecure>no</ipv6-nd-issecure>\n\
             <ipv6-nd-interface-name>{interface}</ipv6-nd-interface-name>\n</ipv6-nd-entry>\n"
        ));
    }
    body.push_str(&format!("<ipv6-nd-total>{}</ipv6-nd-total>\n", v6.len()));
    Reply::new(body + "</ipv6-nd-information>\n")
}

/// A pattern of a shell: `*`, `?`, `[abc]`.
fn glob_fits(glob: &str, name: &str) -> bool {
    fn fits(glob: &[char], name: &[char]) -> bool {
        match (glob, name) {
            ([], []) => true,
            (['*', rest @ ..], _) => {
                fits(rest, name) || name.split_first().is_some_and(|(_, after)| fits(glob, after))
            }
            (['?', rest @ ..], [_, after @ ..]) => fits(rest, after),
            (['[', rest @ ..], [letter, after @ ..]) => {
                let end = rest.iter().position(|one| *one == ']');
                end.and_then(|end| rest.split_at_checked(end)).is_some_and(|(set, rest)| {
                    set.contains(letter) && fits(rest.get(1..).unwrap_or_default(), after)
                })
            }
            ([one, rest @ ..], [letter, after @ ..]) => one == letter && fits(rest, after),
            _ => false,
        }
    }
    let letters = |text: &str| text.chars().collect::<Vec<_>>();
    fits(&letters(glob), &letters(name))
}
