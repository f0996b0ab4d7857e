//! Interfaces, their addresses, and who is on their networks.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

use super::{Look, leaves, on_node};
use crate::sim::fabric::Holder;
use crate::sim::family::Family;
use crate::sim::iosxr::device::Xr;
use crate::sim::iosxr::modes::Mode;
use crate::sim::iosxr::view::{DEFAULT, Interface};
use crate::sim::lines::Language as _;
use crate::sim::netconf::element::Element;
use crate::sim::persona::Persona as _;

/// An interface that there is: in the configuration, in the hardware, or both.
#[derive(Clone, Debug)]
pub(crate) struct Port {
    pub(crate) interface: Interface,
    /// Nobody has shut it down.
    pub(crate) is_enabled: bool,
    pub(crate) is_up: bool,
    pub(crate) mac: String,
    /// In kbit/s.
    pub(crate) bandwidth: u64,
    pub(crate) mtu: u32,
}

/// The interfaces by name. A port that is only in the hardware is shut down, one that is only configured has no cable.
pub(crate) fn ports(look: Look<'_>) -> Vec<Port> {
    let view = &look.xr.view;
    let hardware: Vec<String> =
        look.xr.chassis.ports.iter().filter_map(|port| Mode::interface(&port.name)).collect();
    let mut all = view.interfaces.clone();
    for name in hardware.iter().filter(|name| !view.interfaces.iter().any(|own| own.name == **name)) {
        let vrf = DEFAULT.to_owned();
        all.push(Interface { name: name.clone(), vrf, is_shut: true, ..Interface::default() });
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    let port = |(place, interface): (usize, Interface)| {
        let parent = interface.name.split('.').next().unwrap_or_default();
        let is_virtual = ["Loopback", "Null", "BVI", "Bundle-Ether", "tunnel-ip"];
        let is_virtual = is_virtual.iter().any(|kind| parent.starts_with(kind));
        let has_cable = is_virtual || hardware.iter().any(|name| name == parent);
        let is_ethernet = !parent.starts_with("Loopback") && !parent.starts_with("Null");
        let bandwidth = match parent {
            name if name.starts_with("Gigabit") || name.starts_with("Mgmt") => 1_000_000,
            name if name.starts_with("TenGig") => 10_000_000,
            name if name.starts_with("TwentyFive") => 25_000_000,
            name if name.starts_with("Forty") => 40_000_000,
            name if name.starts_with("Hundred") => 100_000_000,
            name if name.starts_with("TwoHundred") => 200_000_000,
            name if name.starts_with("FourHundred") => 400_000_000,
            _ if is_virtual && is_ethernet => 10_000_000,
            _ => 0,
        };
        Port {
            is_enabled: !interface.is_shut,
            is_up: has_cable && !interface.is_shut,
            mac: match is_ethernet {
                true => format!("02:00:0c:{:02x}:{:02x}:01", look.router & 0xFF, place & 0xFF),
                false => "00:00:00:00:00:00".to_owned(),
            },
            bandwidth,
            mtu: interface.mtu.unwrap_or(if is_ethernet { 1514 } else { 1500 }),
            interface,
        }
    };
    all.into_iter().enumerate().map(port).collect()
}

/// A hardware address with dots, as the command line has it.
pub(crate) fn dotted(mac: &str) -> String {
    let digits: Vec<char> = mac.chars().filter(char::is_ascii_hexdigit).collect();
    digits.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join(".")
}

pub(super) fn all(look: Look<'_>) -> Vec<Element> {
    let ports = ports(look);
    let plain = |port: &Port| {
        let mut children = vec![Element::leaf("interface-name", &port.interface.name)];
        children.extend(port.interface.description.as_ref().map(|text| Element::leaf("description", text)));
        Element::with("interface", children)
    };
    let whole = |port: &Port| {
        let state = |is_up: bool| match (port.is_enabled, is_up) {
            (false, _) => "im-state-admin-down",
            (true, true) => "im-state-up",
            (true, false) => "im-state-down",
        };
        let mut children = vec![
            Element::leaf("interface-name", &port.interface.name),
            Element::leaf("state", state(port.is_up)),
            Element::leaf("line-state", state(port.is_up)),
            Element::leaf("last-state-transition-time", look.since(look.xr.chassis.booted)),
        ];
        children.extend(port.interface.description.as_ref().map(|text| Element::leaf("description", text)));
        children.push(Element::leaf("mtu", port.mtu));
        if port.bandwidth > 0 {
            children.push(Element::with("mac-address", vec![Element::leaf("address", &port.mac)]));
        }
        children.push(Element::leaf("bandwidth", port.bandwidth));
        if port.bandwidth > 0 {
            children.push(counters());
        }
        Element::with("interface", children)
    };
    vec![
        Element::with("interfaces", ports.iter().map(plain).collect()),
        Element::with("interface-xr", ports.iter().map(whole).collect()),
    ]
}

/// Nothing is counted here.
fn counters() -> Element {
    let names = [
        "packets-received",
        "bytes-received",
        "packets-sent",
        "bytes-sent",
        "multicast-packets-received",
        "broadcast-packets-received",
        "multicast-packets-sent",
        "broadcast-packets-sent",
        "output-drops",
        "input-drops",
        "input-errors",
        "output-errors",
    ];
    let full = Element::with("full-interface-stats", names.map(|name| Element::leaf(name, 0)).to_vec());
    Element::with("interface-statistics", vec![Element::leaf("stats-type", "full"), full])
}

/// By network instance, what is told of each interface.
fn by_vrf(look: Look<'_>, list: &str, tell: impl Fn(&Port) -> Option<Element>) -> Vec<Element> {
    let ports = ports(look);
    let mut vrfs = Vec::new();
    for vrf in look.xr.view.instances() {
        let own = ports.iter().filter(|port| port.interface.vrf == vrf);
        let told: Vec<Element> = own.filter_map(&tell).collect();
        if !told.is_empty() {
            vrfs.push(Element::with("vrf", vec![Element::leaf("vrf-name", vrf), Element::with(list, told)]));
        }
    }
    if vrfs.is_empty() {
        return Vec::new();
    }
    on_node(vec![Element::with("interface-data", vec![Element::with("vrfs", vrfs)])])
}

fn line_state(port: &Port) -> &'static str {
    if port.is_up { "up" } else { "down" }
}

fn of_family(port: &Port, family: Family) -> Vec<IpNet> {
    let own = port.interface.addresses.iter().copied();
    own.filter(|net| Family::of(net.addr()) == family).collect()
}

pub(super) fn ipv4(look: Look<'_>) -> Vec<Element> {
    by_vrf(look, "details", |port| {
        let addresses = of_family(port, Family::V4);
        let (primary, others) = addresses.split_first()?;
        let mut children = vec![
            Element::leaf("interface-name", &port.interface.name),
            Element::leaf("primary-address", primary.addr()),
            Element::leaf("line-state", line_state(port)),
            Element::leaf("prefix-length", primary.prefix_len()),
        ];
        for net in others {
            let (address, length) = (net.addr().to_string(), net.prefix_len().to_string());
            children.push(leaves("secondary-address", &[("address", &address), ("prefix-length", &length)]));
        }
        children.push(Element::leaf("mtu", port.mtu.saturating_sub(14)));
        Some(Element::with("detail", children))
    })
}

pub(super) fn ipv6(look: Look<'_>) -> Vec<Element> {
    by_vrf(look, "global-details", |port| {
        let addresses = of_family(port, Family::V6);
        if addresses.is_empty() {
            return None;
        }
        let mut children = vec![
            Element::leaf("interface-name", &port.interface.name),
            Element::leaf("line-state", line_state(port)),
            Element::leaf("mtu", port.mtu.saturating_sub(14)),
            Element::leaf("vrf-name", &port.interface.vrf),
        ];
        let state = if port.is_up { "active" } else { "inaccessible" };
        let address = |name: &str, address: Ipv6Addr, length: u8| {
            let (address, length) = (address.to_string(), length.to_string());
            leaves(name, &[("address", &address), ("prefix-length", &length), ("address-state", state)])
        };
        for net in &addresses {
            if let IpAddr::V6(own) = net.addr() {
                children.push(address("address", own, net.prefix_len()));
            }
        }
        children.push(address("link-local-address", Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1), 128));
        Some(Element::with("global-detail", children))
    })
}

/// Who answers on our networks, and where: the address and the interface.
pub(crate) fn known(look: Look<'_>, family: Family) -> Vec<(IpAddr, String, String)> {
    let members = look.world.members.iter().flat_map(|member| member.addresses.iter().copied());
    let routers = look.world.routers.iter().flat_map(|router| router.addresses()).map(|net| net.addr());
    let mut all: Vec<IpAddr> =
        members.chain(routers).filter(|address| Family::of(*address) == family).collect();
    all.sort_unstable();
    all.dedup();
    let own = look.xr.addresses();
    all.retain(|address| !own.iter().any(|net| net.addr() == *address));
    let one = |address: IpAddr| {
        let holder = look.world.holder(look.router, address)?;
        let number = match holder {
            Holder::Member(index) => 0x100 + index,
            Holder::Router(index) => index,
        };
        let (port, _) = look.xr.view.instances().iter().find_map(|vrf| look.xr.view.towards(vrf, address))?;
        let mac = format!("02:00:0d:{:02x}:{:02x}:01", (number >> 8) & 0xFF, number & 0xFF);
        Some((address, port.name.clone(), mac))
    };
    all.into_iter().filter_map(one).collect()
}

pub(super) fn arp(look: Look<'_>) -> Vec<Element> {
    let entry = |(address, interface, mac): (IpAddr, String, String)| {
        leaves(
            "entry",
            &[
                ("address", &address.to_string()),
                ("interface-name", &interface),
                ("media-type", "media-arpa"),
                ("state", "state-dynamic"),
                ("flag", "flag-dynamic"),
                ("age", "60"),
                ("hardware-length", "6"),
                ("hardware-address", &mac),
            ],
        )
    };
    let entries: Vec<Element> = known(look, Family::V4).into_iter().map(entry).collect();
    if entries.is_empty() { Vec::new() } else { on_node(vec![Element::with("entries", entries)]) }
}

pub(super) fn nd(look: Look<'_>) -> Vec<Element> {
    let mut ports: Vec<(String, Vec<Element>)> = Vec::new();
    for (address, interface, mac) in known(look, Family::V6) {
        let mut host = leaves("host-address", &[("host-address", &address.to_string())]);
        host.children.push(leaves("last-reached-time", &[("seconds", "12")]));
        host.children.push(Element::leaf("reachability-state", "reachable"));
        host.children.push(Element::leaf("link-layer-address", dotted(&mac)));
        match ports.iter_mut().find(|(own, _)| *own == interface) {
            Some((_, hosts)) => hosts.push(host),
            None => ports.push((interface, vec![host])),
        }
    }
    if ports.is_empty() {
        return Vec::new();
    }
    let port = |(name, hosts): (String, Vec<Element>)| {
        let children = vec![Element::leaf("interface-name", name), Element::with("host-addresses", hosts)];
        Element::with("neighbor-interface", children)
    };
    on_node(vec![Element::with("neighbor-interfaces", ports.into_iter().map(port).collect())])
}

/// A router that LLDP has heard of.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// Our interface.
    pub(crate) interface: String,
    pub(crate) name: String,
    pub(crate) chassis: String,
    /// Its interface.
    pub(crate) port: String,
    /// What its interface is described as; one without a description advertises none.
    pub(crate) description: Option<String>,
    /// Its address on the network.
    pub(crate) address: IpAddr,
}

/// Whom LLDP has heard of. Routers speak it where it is configured; what is on an exchange besides them should not.
pub(crate) fn heard(look: Look<'_>) -> Vec<Heard> {
    if !look.xr.view.has_lldp {
        return Vec::new();
    }
    let mut all = Vec::new();
    let others = look.world.routers.iter().enumerate();
    for (index, other) in others.filter(|(index, other)| *index != look.router && other.chassis().is_on) {
        for far in &other.chassis().ports {
            let near = other.addresses().into_iter().find_map(|net| {
                let is_far = far.addresses.iter().any(|own| own.addr() == net.addr());
                let (port, _) = look.xr.view.towards(DEFAULT, net.addr()).filter(|_| is_far)?;
                Some((port.name.clone(), net.addr()))
            });
            let described = look.world.router::<Xr>(index).and_then(|xr| {
                xr.view.interfaces.iter().find(|own| own.name == far.name)?.description.clone()
            });
            all.extend(near.map(|(interface, address)| Heard {
                interface,
                address,
                description: described,
                name: other.chassis().name.clone(),
                chassis: format!("0200.0c{:02x}.0000", index & 0xFF),
                port: far.name.clone(),
            }));
        }
    }
    all
}

pub(super) fn lldp(look: Look<'_>) -> Vec<Element> {
    let one = |near: &Heard| {
        let mut more = leaves(
            "detail",
            &[
                ("system-name", &near.name),
                ("system-description", "a simulated router"),
                ("time-remaining", "109"),
                ("system-capabilities", "R"),
                ("enabled-capabilities", "R"),
            ],
        );
        let mut neighbor = leaves(
            "lldp-neighbor",
            &[
                ("receiving-interface-name", &near.interface),
                ("device-id", &near.name),
                ("chassis-id", &near.chassis),
                ("port-id-detail", &near.port),
                ("hold-time", "120"),
                ("enabled-capabilities", "R"),
            ],
        );
        if let Some(text) = &near.description {
            more.children.push(Element::leaf("port-description", text));
        }
        neighbor.children.push(more);
        let children = vec![
            Element::leaf("interface-name", &near.interface),
            Element::leaf("device-id", &near.name),
            neighbor,
        ];
        Element::with("detail", children)
    };
    let details: Vec<Element> = heard(look).iter().map(one).collect();
    if details.is_empty() {
        return Vec::new();
    }
    on_node(vec![Element::with("neighbors", vec![Element::with("details", details)])])
}
