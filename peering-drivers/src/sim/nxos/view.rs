//! What a configuration means: interfaces, BGP, networks, read once from the tree.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::apply::clear_of;
use super::modes::Mode;
use super::policy::policies;
use super::tree::Node;
use crate::sim::family::Family;
use crate::sim::lines::autonomous_system;
use crate::sim::policy::Policies;

/// The names of the network instances that are always there.
pub(crate) const DEFAULT: &str = "default";
pub(crate) const MANAGEMENT: &str = "management";

/// A configuration, understood.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub(crate) hostname: String,
    pub(crate) domain: Option<String>,
    pub(crate) interfaces: Vec<Interface>,
    /// Network instances in the order of their numbers, with their route distinguisher.
    pub(crate) vrfs: Vec<(String, Option<String>)>,
    pub(crate) bgp: Option<Bgp>,
    pub(crate) policies: Policies,
    /// Static routes: instance, prefix, where to.
    pub(crate) routes: Vec<(String, IpNet, String)>,
    /// Whether NX-API answers, and SCP and SFTP.
    pub(crate) has_api: bool,
    pub(crate) copies: (bool, bool),
}

/// An interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Interface {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) vrf: String,
    pub(crate) addresses: Vec<IpNet>,
    pub(crate) mtu: Option<u32>,
    pub(crate) is_shut: bool,
    pub(crate) is_routed: bool,
}

/// `router bgp`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bgp {
    pub(crate) asn: u32,
    pub(crate) instances: Vec<Instance>,
    templates: BTreeMap<String, Settings>,
}

/// BGP in one network instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Instance {
    pub(crate) name: String,
    router_id: Option<Ipv4Addr>,
    local_as: Option<u32>,
    /// The families that it runs, with the own prefixes and the route map of each.
    pub(crate) families: BTreeMap<Family, Vec<(IpNet, Option<String>)>>,
    pub(crate) peers: BTreeMap<IpAddr, Settings>,
}

/// What is set for a neighbour or a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) template: Option<String>,
    pub(crate) remote_as: Option<u32>,
    pub(crate) local_as: Option<u32>,
    pub(crate) password: Option<String>,
    pub(crate) is_shut: Option<bool>,
    pub(crate) description: Option<String>,
    pub(crate) multihop: Option<u8>,
    pub(crate) update_source: Option<String>,
    pub(crate) is_passive: Option<bool>,
    pub(crate) has_bfd: Option<bool>,
    pub(crate) timers: Option<(u64, u64)>,
    pub(crate) families: BTreeMap<Family, Carried>,
}

/// What is set for a family of a neighbour. Of two, the first is inbound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Carried {
    pub(crate) maps: [Option<String>; 2],
    pub(crate) lists: [Option<String>; 2],
    /// Prefixes, from how many of a hundred it is remarked, and whether more are only remarked.
    pub(crate) limit: Option<(u64, u64, bool)>,
    pub(crate) is_soft: Option<bool>,
    pub(crate) is_next_hop_self: Option<bool>,
}

fn pick<T: Clone>(own: &Option<T>, other: &Option<T>) -> Option<T> {
    own.clone().or_else(|| other.clone())
}

fn both<T: Clone>([own_in, own_out]: &[Option<T>; 2], [in_, out]: &[Option<T>; 2]) -> [Option<T>; 2] {
    [pick(own_in, in_), pick(own_out, out)]
}

impl Carried {
    fn read(section: &Node) -> Carried {
        let mut own = Carried::default();
        for line in &section.children {
            match line.words().as_slice() {
                ["route-map", name, direction] => set(&mut own.maps, direction, name),
                ["prefix-list", name, direction] => set(&mut own.lists, direction, name),
                ["maximum-prefix", most, rest @ ..] => {
                    let threshold = rest.first().and_then(|word| word.parse().ok()).unwrap_or(75);
                    let is_warning = rest.contains(&"warning-only");
                    own.limit = most.parse().ok().map(|most| (most, threshold, is_warning));
                }
                ["soft-reconfiguration", ..] => own.is_soft = Some(true),
                ["next-hop-self", ..] => own.is_next_hop_self = Some(true),
                _ => {}
            }
        }
        own
    }

    fn over(&self, other: &Carried) -> Carried {
        Carried {
            maps: both(&self.maps, &other.maps),
            lists: both(&self.lists, &other.lists),
            limit: pick(&self.limit, &other.limit),
            is_soft: pick(&self.is_soft, &other.is_soft),
            is_next_hop_self: pick(&self.is_next_hop_self, &other.is_next_hop_self),
        }
    }
}

fn set([in_, out]: &mut [Option<String>; 2], direction: &str, name: &str) {
    *(if direction == "out" { out } else { in_ }) = Some(name.to_owned());
}

impl Settings {
    fn read(section: &Node) -> Settings {
        let mut own = Settings::default();
        for line in &section.children {
            match line.words().as_slice() {
                ["inherit", "peer", name] => own.template = Some((*name).to_owned()),
                ["remote-as", asn] => own.remote_as = autonomous_system(asn),
                ["local-as", asn, ..] => own.local_as = autonomous_system(asn),
                ["password", kind, hidden] => own.password = clear_of(kind, hidden),
                ["shutdown"] => own.is_shut = Some(true),
                ["description", text @ ..] => own.description = Some(text.join(" ")),
                ["ebgp-multihop", hops] => own.multihop = hops.parse().ok(),
                ["update-source", source] => own.update_source = Some((*source).to_owned()),
                ["transport", ..] => own.is_passive = Some(true),
                ["bfd", ..] => own.has_bfd = Some(true),
                ["timers", keepalive, hold] => {
                    own.timers = keepalive.parse().ok().zip(hold.parse().ok());
                }
                ["address-family", family, _] => {
                    own.families.insert(family_of(family), Carried::read(line));
                }
                _ => {}
            }
        }
        own
    }

    /// These settings, and for what they leave open those of the template.
    fn over(&self, template: &Settings) -> Settings {
        let mut families = template.families.clone();
        for (family, own) in &self.families {
            let carried = template.families.get(family).map_or_else(|| own.clone(), |other| own.over(other));
            families.insert(*family, carried);
        }
        Settings {
            template: self.template.clone(),
            remote_as: pick(&self.remote_as, &template.remote_as),
            local_as: pick(&self.local_as, &template.local_as),
            password: pick(&self.password, &template.password),
            is_shut: pick(&self.is_shut, &template.is_shut),
            description: pick(&self.description, &template.description),
            multihop: pick(&self.multihop, &template.multihop),
            update_source: pick(&self.update_source, &template.update_source),
            is_passive: pick(&self.is_passive, &template.is_passive),
            has_bfd: pick(&self.has_bfd, &template.has_bfd),
            timers: pick(&self.timers, &template.timers),
            families,
        }
    }

    /// Whether a prefix of a family passes, inbound or outbound.
    pub(crate) fn passes(&self, policies: &Policies, family: Family, is_out: bool, prefix: &IpNet) -> bool {
        let Some(carried) = self.families.get(&family) else { return false };
        let of = |[in_, out]: &[Option<String>; 2]| if is_out { out.clone() } else { in_.clone() };
        of(&carried.maps).is_none_or(|map| policies.permits(&map, prefix))
            && of(&carried.lists).is_none_or(|list| policies.passes(family, &list, prefix))
    }
}

fn family_of(word: &str) -> Family {
    if word == "ipv6" { Family::V6 } else { Family::V4 }
}

impl Bgp {
    fn read(asn: u32, section: &Node) -> Bgp {
        let mut bgp = Bgp { asn, ..Bgp::default() };
        bgp.instances.push(Instance::read(DEFAULT, section));
        for node in &section.children {
            match (node.mode, node.words().as_slice()) {
                (Some(Mode::BgpVrf), [_, name]) => bgp.instances.push(Instance::read(name, node)),
                (Some(Mode::Template), [.., name]) => {
                    bgp.templates.insert((*name).to_owned(), Settings::read(node));
                }
                _ => {}
            }
        }
        bgp
    }

    /// A neighbour with its template's settings, and the network instance that it is in: the first that has it.
    pub(crate) fn peer(&self, address: IpAddr) -> Option<(&Instance, Settings)> {
        let instance = self.instances.iter().find(|instance| instance.peers.contains_key(&address))?;
        let own = instance.peers.get(&address)?;
        let template = own.template.as_ref().and_then(|name| self.templates.get(name));
        Some((instance, template.map_or_else(|| own.clone(), |template| own.over(template))))
    }

    /// Our number towards a neighbour of an instance.
    pub(crate) fn local_as(&self, instance: &Instance, settings: &Settings) -> u32 {
        settings.local_as.or(instance.local_as).unwrap_or(self.asn)
    }
}

impl Instance {
    fn read(name: &str, section: &Node) -> Instance {
        let mut own = Instance { name: name.to_owned(), ..Instance::default() };
        for node in &section.children {
            match (node.mode, node.words().as_slice()) {
                (None, ["router-id", id]) => own.router_id = id.parse().ok(),
                (None, ["local-as", asn]) => own.local_as = autonomous_system(asn),
                (Some(Mode::BgpFamily), [_, family, _]) => {
                    let networks = node.children.iter().filter_map(|line| match line.words().as_slice() {
                        ["network", prefix, rest @ ..] => {
                            let map = rest.get(1).map(|map| (*map).to_owned());
                            prefix.parse().ok().map(|prefix| (prefix, map))
                        }
                        _ => None,
                    });
                    own.families.insert(family_of(family), networks.collect());
                }
                (Some(Mode::Neighbor), [_, address]) => {
                    if let Ok(address) = address.parse() {
                        own.peers.insert(address, Settings::read(node));
                    }
                }
                _ => {}
            }
        }
        own
    }

    /// The own prefixes of a family.
    pub(crate) fn networks(&self, policies: &Policies, family: Family) -> Vec<IpNet> {
        let own = self.families.get(&family).into_iter().flatten();
        own.filter(|(net, map)| map.as_ref().is_none_or(|map| policies.permits(map, net)))
            .map(|(net, _)| *net)
            .collect()
    }
}

impl View {
    /// Reads a configuration.
    pub(crate) fn of(tree: &Node) -> View {
        let has = |line: &str| tree.has(line);
        let mut view = View {
            hostname: tree.value("hostname").unwrap_or("switch").to_owned(),
            domain: tree.value("ip domain-name").map(str::to_owned),
            policies: policies(tree),
            has_api: has("feature nxapi"),
            copies: (has("feature scp-server"), has("feature sftp-server")),
            vrfs: vec![(DEFAULT.to_owned(), None), (MANAGEMENT.to_owned(), None)],
            ..View::default()
        };
        for node in &tree.children {
            match (node.mode, node.words().as_slice()) {
                (Some(Mode::Interface), [_, name]) => view.interfaces.push(Interface::of(name, node)),
                (Some(Mode::Vrf), [.., name]) => {
                    let rd = node.value("rd").map(str::to_owned);
                    if !view.vrfs.iter().any(|(own, _)| own == name) {
                        view.vrfs.push(((*name).to_owned(), rd));
                    }
                    node.children.iter().for_each(|line| view.add_route(name, &line.words()));
                }
                (Some(Mode::Bgp), [_, _, asn]) => {
                    view.bgp = autonomous_system(asn).map(|asn| Bgp::read(asn, node));
                }
                (None, words) => view.add_route(DEFAULT, words),
                _ => {}
            }
        }
        view
    }

    fn add_route(&mut self, vrf: &str, words: &[&str]) {
        if let ["ip" | "ipv6", "route", prefix, to @ ..] = words
            && let Ok(prefix) = prefix.parse()
        {
            self.routes.push((vrf.to_owned(), prefix, to.join(" ")));
        }
    }

    /// The interface and our address on the network that another address is on, in a network instance.
    pub(crate) fn towards(&self, vrf: &str, other: IpAddr) -> Option<(&Interface, IpAddr)> {
        let up = self.interfaces.iter().filter(|port| port.vrf == vrf && !port.is_shut && port.is_routed);
        up.filter(|port| port.is_routed)
            .find_map(|port| Some((port, port.addresses.iter().find(|net| net.contains(&other))?.addr())))
    }

    /// The BGP identifier: configured, or the first address of a loopback, or of any interface.
    pub(crate) fn router_id(&self, vrf: &str) -> Ipv4Addr {
        let bgp = self.bgp.as_ref();
        let instance = bgp.and_then(|bgp| bgp.instances.iter().find(|instance| instance.name == vrf));
        let first = |is_loopback: bool| {
            let ports = self.interfaces.iter().filter(|port| port.vrf == vrf && !port.is_shut);
            let ports = ports.filter(|port| !is_loopback || port.name.starts_with("loopback"));
            ports.flat_map(|port| &port.addresses).find_map(|net| match net.addr() {
                IpAddr::V4(address) => Some(address),
                IpAddr::V6(_) => None,
            })
        };
        let own = instance.and_then(|instance| instance.router_id);
        own.or_else(|| first(true)).or_else(|| first(false)).unwrap_or(Ipv4Addr::UNSPECIFIED)
    }
}

impl Interface {
    fn of(name: &str, section: &Node) -> Interface {
        let addresses = section.children.iter().filter_map(|line| match line.words().as_slice() {
            ["ip" | "ipv6", "address", net, ..] => net.parse().ok(),
            _ => None,
        });
        let default = if name.starts_with("mgmt") { MANAGEMENT } else { DEFAULT };
        Interface {
            name: name.to_owned(),
            description: section.value("description").unwrap_or_default().to_owned(),
            vrf: section.value("vrf member").unwrap_or(default).to_owned(),
            addresses: addresses.collect(),
            mtu: section.value("mtu").and_then(|mtu| mtu.parse().ok()),
            is_shut: section.has("shutdown"),
            is_routed: section.has("no switchport")
                || !(name.starts_with("Ethernet") || name.starts_with("port-channel"))
                || name.contains('.'),
        }
    }
}
