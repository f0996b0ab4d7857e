//! What a configuration means: interfaces, BGP, networks, read once from the tree.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use peering_core::cipher::PasswordAlgorithm;

use super::modes::Mode;
use super::policy::policies;
use super::tree::Node;
use crate::sim::family::Family;
use crate::sim::lines::autonomous_system;
use crate::sim::policy::Policies;

/// The name of the network instance that is always there.
pub(crate) const DEFAULT: &str = "default";

/// A configuration, understood.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub(crate) hostname: String,
    pub(crate) domain: Option<String>,
    pub(crate) interfaces: Vec<Interface>,
    /// Network instances by name, with their route distinguisher: `default` is not among them.
    pub(crate) vrfs: BTreeMap<String, Option<String>>,
    pub(crate) bgp: Option<Bgp>,
    pub(crate) policies: Policies,
    /// Static routes: instance, prefix, where to.
    pub(crate) routes: Vec<(String, IpNet, String)>,
    /// Whether eAPI answers.
    pub(crate) has_api: bool,
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
}

/// BGP in one network instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Instance {
    pub(crate) name: String,
    pub(crate) router_id: Option<Ipv4Addr>,
    is_ipv4_default: bool,
    is_ipv6_default: bool,
    /// Without a policy nothing passes, inbound and outbound.
    denies: [bool; 2],
    pub(crate) groups: BTreeMap<String, Settings>,
    pub(crate) peers: BTreeMap<IpAddr, Settings>,
    /// Own prefixes, with the route map of each.
    networks: Vec<(IpNet, Option<String>)>,
}

/// What is set for a neighbour or a group. Of two, the first is for IPv4 or inbound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) group: Option<String>,
    pub(crate) remote_as: Option<u32>,
    pub(crate) local_as: Option<u32>,
    pub(crate) password: Option<String>,
    pub(crate) is_shut: Option<bool>,
    pub(crate) description: Option<String>,
    /// Prefixes, and whether more are only remarked.
    pub(crate) limit: Option<(u64, bool)>,
    pub(crate) multihop: Option<u8>,
    pub(crate) update_source: Option<String>,
    active: [Option<bool>; 2],
    pub(crate) route_map: [Option<String>; 2],
    prefix_list: [Option<String>; 2],
    family_route_map: [[Option<String>; 2]; 2],
    family_prefix_list: [[Option<String>; 2]; 2],
}

fn slot<T>(pair: &mut [T; 2], second: bool) -> &mut T {
    let [first, other] = pair;
    if second { other } else { first }
}

fn of<T>(pair: &[T; 2], second: bool) -> &T {
    let [first, other] = pair;
    if second { other } else { first }
}

impl Settings {
    /// Takes over a line `neighbor WHO …`, from an address family or from outside.
    fn read(&mut self, who: &str, words: &[&str], is_no: bool, family: Option<Family>) {
        match words {
            ["peer", "group", name] => self.group = Some((*name).to_owned()),
            ["remote-as", asn] => self.remote_as = autonomous_system(asn),
            ["local-as", asn, ..] => self.local_as = autonomous_system(asn),
            ["password", "7", hidden] => {
                let clear = PasswordAlgorithm::AristaType7.decrypt(hidden, who).ok();
                self.password = clear.map(|clear| clear.expose().to_owned());
            }
            ["shutdown"] => self.is_shut = Some(!is_no),
            ["description", text @ ..] => self.description = Some(text.join(" ")),
            ["maximum-routes", most, rest @ ..] => {
                self.limit = most.parse().ok().map(|most| (most, rest.contains(&"warning-only")));
            }
            ["ebgp-multihop"] => self.multihop = Some(255),
            ["ebgp-multihop", hops] => self.multihop = hops.parse().ok(),
            ["update-source", source] => self.update_source = Some((*source).to_owned()),
            ["activate"] => {
                if let Some(family) = family {
                    *slot(&mut self.active, family == Family::V6) = Some(!is_no);
                }
            }
            [kind @ ("route-map" | "prefix-list"), name, direction] => {
                let pair = match (*kind, family) {
                    ("route-map", None) => &mut self.route_map,
                    ("route-map", Some(family)) => slot(&mut self.family_route_map, family == Family::V6),
                    (_, None) => &mut self.prefix_list,
                    (_, Some(family)) => slot(&mut self.family_prefix_list, family == Family::V6),
                };
                *slot(pair, *direction == "out") = Some((*name).to_owned());
            }
            _ => {}
        }
    }

    /// These settings, and for what they leave open those of the group.
    fn over(&self, group: &Settings) -> Settings {
        fn pick<T: Clone>(own: &Option<T>, other: &Option<T>) -> Option<T> {
            own.clone().or_else(|| other.clone())
        }
        fn both<T: Clone>(own: &[Option<T>; 2], other: &[Option<T>; 2]) -> [Option<T>; 2] {
            [pick(of(own, false), of(other, false)), pick(of(own, true), of(other, true))]
        }
        let (maps, lists) = (&self.family_route_map, &self.family_prefix_list);
        let (their_maps, their_lists) = (&group.family_route_map, &group.family_prefix_list);
        let families =
            |own, other| [both(of(own, false), of(other, false)), both(of(own, true), of(other, true))];
        Settings {
            group: self.group.clone(),
            remote_as: pick(&self.remote_as, &group.remote_as),
            local_as: pick(&self.local_as, &group.local_as),
            password: pick(&self.password, &group.password),
            is_shut: pick(&self.is_shut, &group.is_shut),
            description: pick(&self.description, &group.description),
            limit: pick(&self.limit, &group.limit),
            multihop: pick(&self.multihop, &group.multihop),
            update_source: pick(&self.update_source, &group.update_source),
            active: both(&self.active, &group.active),
            route_map: both(&self.route_map, &group.route_map),
            prefix_list: both(&self.prefix_list, &group.prefix_list),
            family_route_map: families(maps, their_maps),
            family_prefix_list: families(lists, their_lists),
        }
    }

    /// The route map and the prefix list for a family and a direction: the family's own first.
    pub(crate) fn policy(&self, family: Family, is_out: bool) -> (Option<&String>, Option<&String>) {
        let second = family == Family::V6;
        let own = of(of(&self.family_route_map, second), is_out).as_ref();
        let list = of(of(&self.family_prefix_list, second), is_out).as_ref();
        let map = own.or(of(&self.route_map, is_out).as_ref());
        (map, list.or(of(&self.prefix_list, is_out).as_ref()))
    }
}

impl Bgp {
    /// A neighbour with its group's settings, and the network instance that it is in: the first that has it.
    pub(crate) fn peer(&self, address: IpAddr) -> Option<(&Instance, Settings)> {
        let instance = self.instances.iter().find(|instance| instance.peers.contains_key(&address))?;
        Some((instance, self.settings(instance, address)?))
    }

    /// A neighbour of an instance, with its group's settings; groups are those of the instance or of the default one.
    pub(crate) fn settings(&self, instance: &Instance, address: IpAddr) -> Option<Settings> {
        let own = instance.peers.get(&address)?;
        let default = self.instances.first();
        let group = own.group.as_ref().and_then(|name| {
            instance.groups.get(name).or_else(|| default.and_then(|default| default.groups.get(name)))
        });
        Some(group.map_or_else(|| own.clone(), |group| own.over(group)))
    }
}

impl Instance {
    /// Whether a family is active for a neighbour with these settings.
    pub(crate) fn is_active(&self, settings: &Settings, family: Family) -> bool {
        let default = if family == Family::V4 { self.is_ipv4_default } else { self.is_ipv6_default };
        of(&settings.active, family == Family::V6).unwrap_or(default)
    }

    /// Whether a prefix passes what is set for a neighbour.
    pub(crate) fn passes(
        &self,
        policies: &Policies,
        settings: &Settings,
        family: Family,
        is_out: bool,
        prefix: &IpNet,
    ) -> bool {
        let (map, list) = settings.policy(family, is_out);
        if map.is_none() && list.is_none() {
            return !of(&self.denies, is_out);
        }
        map.is_none_or(|map| policies.permits(map, prefix))
            && list.is_none_or(|list| policies.passes(family, list, prefix))
    }

    /// The own prefixes of a family.
    pub(crate) fn networks<'a>(
        &'a self,
        policies: &'a Policies,
        family: Family,
    ) -> impl Iterator<Item = IpNet> + 'a {
        let own = self.networks.iter().filter(move |(net, _)| Family::of(net.addr()) == family);
        own.filter(|(net, map)| map.as_ref().is_none_or(|map| policies.permits(map, net)))
            .map(|(net, _)| *net)
    }

    fn read(&mut self, section: &Node) {
        self.is_ipv4_default = !section.has("no bgp default ipv4-unicast");
        self.is_ipv6_default = section.has("bgp default ipv6-unicast");
        for node in &section.children {
            if let (Some(Mode::BgpFamily), Some(family)) = (node.mode, family(&node.key)) {
                node.children.iter().for_each(|line| self.line(&line.words(), Some(family)));
            } else if node.mode.is_none() {
                self.line(&node.words(), None);
            }
        }
    }

    fn line(&mut self, words: &[&str], family: Option<Family>) {
        match words {
            ["router-id", id] => self.router_id = id.parse().ok(),
            ["bgp", "missing-policy", "direction", direction, "action", action] => {
                *slot(&mut self.denies, *direction == "out") = *action != "permit";
            }
            ["network", prefix, rest @ ..] => {
                let map = matches!(rest, ["route-map", ..]).then(|| rest.get(1)).flatten();
                if let Ok(prefix) = prefix.parse() {
                    self.networks.push((prefix, map.map(|map| (*map).to_owned())));
                }
            }
            ["neighbor", who, rest @ ..] => self.settings(who).read(who, rest, false, family),
            ["no", "neighbor", who, rest @ ..] => self.settings(who).read(who, rest, true, family),
            _ => {}
        }
    }

    fn settings(&mut self, who: &str) -> &mut Settings {
        match who.parse::<IpAddr>() {
            Ok(address) => self.peers.entry(address).or_default(),
            Err(_) => self.groups.entry(who.to_owned()).or_default(),
        }
    }
}

fn family(key: &str) -> Option<Family> {
    match key {
        "address-family ipv4" => Some(Family::V4),
        "address-family ipv6" => Some(Family::V6),
        _ => None,
    }
}

impl View {
    /// Reads a configuration.
    pub(crate) fn of(tree: &Node) -> View {
        let mut view = View {
            hostname: tree.value("hostname").unwrap_or("localhost").to_owned(),
            domain: tree.value("dns domain").or(tree.value("ip domain-name")).map(str::to_owned),
            policies: policies(tree),
            ..View::default()
        };
        for node in &tree.children {
            match (node.mode, node.words().as_slice()) {
                (Some(Mode::Interface), [_, name]) => view.interfaces.push(Interface::of(name, node)),
                (Some(Mode::Vrf), [.., name]) => {
                    let rd = node.value("rd").map(str::to_owned);
                    view.vrfs.entry((*name).to_owned()).or_insert(rd);
                }
                (Some(Mode::Bgp), [_, _, asn]) => {
                    view.bgp = autonomous_system(asn).map(|asn| bgp(asn, node, &mut view.vrfs));
                }
                (Some(Mode::Api), _) => view.has_api = node.has("no shutdown"),
                (None, ["ip" | "ipv6", "route", "vrf", vrf, prefix, to @ ..]) => {
                    view.add_route(vrf, prefix, to);
                }
                (None, ["ip" | "ipv6", "route", prefix, to @ ..]) => view.add_route(DEFAULT, prefix, to),
                _ => {}
            }
        }
        view
    }

    fn add_route(&mut self, vrf: &str, prefix: &str, to: &[&str]) {
        if let Ok(prefix) = prefix.parse() {
            self.routes.push((vrf.to_owned(), prefix, to.join(" ")));
        }
    }

    /// The names of the network instances, `default` among them.
    pub(crate) fn instances(&self) -> Vec<&str> {
        self.vrfs.keys().map(String::as_str).chain([DEFAULT]).collect()
    }

    /// The interface and our address on the network that another address is on, in a network instance.
    pub(crate) fn towards(&self, vrf: &str, other: IpAddr) -> Option<(&Interface, IpAddr)> {
        let up = self.interfaces.iter().filter(|port| port.vrf == vrf && !port.is_shut);
        up.filter(|port| port.is_routed)
            .find_map(|port| Some((port, port.addresses.iter().find(|net| net.contains(&other))?.addr())))
    }

    /// The BGP identifier: configured, or the highest address of a loopback, or of any interface.
    pub(crate) fn router_id(&self, vrf: &str) -> Ipv4Addr {
        let bgp = self.bgp.as_ref();
        let instance = bgp.and_then(|bgp| bgp.instances.iter().find(|instance| instance.name == vrf));
        let highest = |is_loopback: bool| {
            let ports = self.interfaces.iter().filter(|port| port.vrf == vrf && !port.is_shut);
            let ports = ports.filter(|port| !is_loopback || port.name.starts_with("Loopback"));
            let all = ports.flat_map(|port| &port.addresses).filter_map(|net| match net.addr() {
                IpAddr::V4(address) => Some(address),
                IpAddr::V6(_) => None,
            });
            all.max()
        };
        instance
            .and_then(|instance| instance.router_id)
            .or_else(|| highest(true))
            .or_else(|| highest(false))
            .unwrap_or(Ipv4Addr::UNSPECIFIED)
    }
}

fn bgp(asn: u32, section: &Node, vrfs: &mut BTreeMap<String, Option<String>>) -> Bgp {
    let mut default = Instance { name: DEFAULT.to_owned(), ..Instance::default() };
    default.read(section);
    let mut instances = vec![default];
    for node in section.children.iter().filter(|node| node.mode == Some(Mode::BgpVrf)) {
        let name = node.key.trim_start_matches("vrf ").to_owned();
        let mut instance = Instance { name: name.clone(), ..Instance::default() };
        instance.read(node);
        if let Some(rd) = node.value("rd") {
            vrfs.insert(name, Some(rd.to_owned()));
        }
        instances.push(instance);
    }
    Bgp { asn, instances }
}

impl Interface {
    fn of(name: &str, section: &Node) -> Interface {
        let addresses = section.children.iter().filter_map(|line| match line.words().as_slice() {
            ["ip" | "ipv6", "address", net, ..] => net.parse().ok(),
            _ => None,
        });
        Interface {
            name: name.to_owned(),
            description: section.value("description").unwrap_or_default().to_owned(),
            vrf: section.value("vrf").unwrap_or(DEFAULT).to_owned(),
            addresses: addresses.collect(),
            mtu: section.value("mtu").and_then(|mtu| mtu.parse().ok()),
            is_shut: section.has("shutdown"),
            is_routed: section.has("no switchport")
                || !(name.starts_with("Ethernet") || name.starts_with("Port-Channel")),
        }
    }
}
