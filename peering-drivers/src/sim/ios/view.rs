//! What a configuration means: interfaces, BGP, policies, read once from the tree.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};
use peering_core::cipher::PasswordAlgorithm;

use super::apply::Node;
use super::modes::Mode;
use crate::sim::family::Family;
use crate::sim::lines::autonomous_system;
use crate::sim::policy::{Entry, Policies, Rule};

/// A configuration, understood.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub(crate) hostname: String,
    pub(crate) domain: Option<String>,
    pub(crate) interfaces: Vec<Interface>,
    /// By name, with their route distinguisher and families.
    pub(crate) vrfs: BTreeMap<String, Vrf>,
    pub(crate) bgp: Option<Bgp>,
    pub(crate) policies: Policies,
    /// Where archived configurations go, when there is an archive.
    pub(crate) archive: Option<String>,
    pub(crate) is_quiet: bool,
    pub(crate) has_scp: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Vrf {
    pub(crate) rd: Option<String>,
    pub(crate) families: Vec<String>,
}

/// An interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Interface {
    pub(crate) name: String,
    pub(crate) description: String,
    /// Empty: the global table.
    pub(crate) vrf: String,
    pub(crate) addresses: Vec<IpNet>,
    pub(crate) mtu: u32,
    pub(crate) is_shut: bool,
}

/// `router bgp`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bgp {
    pub(crate) asn: u32,
    pub(crate) router_id: Option<Ipv4Addr>,
    is_ipv4_default: bool,
    groups: BTreeMap<String, Settings>,
    pub(crate) peers: BTreeMap<IpAddr, Settings>,
    networks: Vec<(IpNet, String)>,
}

/// What is set for a neighbour or a group. Of two, the first is for IPv4 or inbound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Empty: the global table.
    pub(crate) vrf: String,
    pub(crate) group: Option<String>,
    pub(crate) remote_as: Option<u32>,
    pub(crate) local_as: Option<u32>,
    pub(crate) password: Option<String>,
    pub(crate) is_shut: bool,
    pub(crate) description: Option<String>,
    /// Prefixes by family, and whether more are only remarked.
    pub(crate) limit: [Option<(usize, bool)>; 2],
    active: [Option<bool>; 2],
    /// By family, then by direction.
    pub(crate) route_map: [[Option<String>; 2]; 2],
    pub(crate) prefix_list: [[Option<String>; 2]; 2],
    pub(crate) is_soft: bool,
}

fn slot<T>(pair: &mut [T; 2], second: bool) -> &mut T {
    let [first, other] = pair;
    if second { other } else { first }
}

fn pick<T>(pair: &[T; 2], second: bool) -> &T {
    let [first, other] = pair;
    if second { other } else { first }
}

impl Settings {
    fn read(&mut self, words: &[&str], is_no: bool, family: Option<Family>) {
        let second = family == Some(Family::V6);
        match words {
            ["peer-group", name] => self.group = Some((*name).to_owned()),
            ["remote-as", asn] => self.remote_as = autonomous_system(asn),
            ["local-as", asn, ..] => self.local_as = autonomous_system(asn),
            ["password", hidden @ ..] => {
                let clear = PasswordAlgorithm::CiscoType7.decrypt(&hidden.join(" "), "").ok();
                self.password = clear.map(|clear| clear.expose().to_owned());
            }
            ["shutdown"] => self.is_shut = true,
            ["description", text @ ..] => self.description = Some(text.join(" ")),
            ["activate"] => *slot(&mut self.active, second) = Some(!is_no),
            ["soft-reconfiguration", "inbound"] => self.is_soft = true,
            ["maximum-prefix", most, rest @ ..] => {
                *slot(&mut self.limit, second) =
                    most.parse().ok().map(|most| (most, rest.contains(&"warning-only")));
            }
            [kind @ ("route-map" | "prefix-list"), name, direction] => {
                let by_family =
                    if *kind == "route-map" { &mut self.route_map } else { &mut self.prefix_list };
                *slot(slot(by_family, second), *direction == "out") = Some((*name).to_owned());
            }
            _ => {}
        }
    }

    /// These settings, and for what they leave open those of the group.
    fn over(&self, group: &Settings) -> Settings {
        let mut own = self.clone();
        own.remote_as = own.remote_as.or(group.remote_as);
        own.local_as = own.local_as.or(group.local_as);
        own.password = own.password.or_else(|| group.password.clone());
        own.description = own.description.or_else(|| group.description.clone());
        own.is_shut |= group.is_shut;
        own.is_soft |= group.is_soft;
        for second in [false, true] {
            let limit = slot(&mut own.limit, second);
            *limit = limit.or(*pick(&group.limit, second));
            for out in [false, true] {
                for (mine, theirs) in
                    [(&mut own.route_map, &group.route_map), (&mut own.prefix_list, &group.prefix_list)]
                {
                    let place = slot(slot(mine, second), out);
                    if place.is_none() {
                        place.clone_from(pick(pick(theirs, second), out));
                    }
                }
            }
        }
        own
    }

    /// The route map and the prefix list for a family and a direction.
    pub(crate) fn policy(&self, family: Family, is_out: bool) -> (Option<&String>, Option<&String>) {
        let second = family == Family::V6;
        (
            pick(pick(&self.route_map, second), is_out).as_ref(),
            pick(pick(&self.prefix_list, second), is_out).as_ref(),
        )
    }

    /// How many prefixes take a session down.
    pub(crate) fn limit(&self, family: Family) -> Option<usize> {
        pick(&self.limit, family == Family::V6).filter(|(_, only_warns)| !only_warns).map(|(most, _)| most)
    }
}

impl Bgp {
    /// A neighbour with its group's settings.
    pub(crate) fn peer(&self, address: IpAddr) -> Option<Settings> {
        let own = self.peers.get(&address)?;
        let group = own.group.as_ref().and_then(|name| self.groups.get(name));
        Some(group.map_or_else(|| own.clone(), |group| own.over(group)))
    }

    /// Whether a family is active for a neighbour. In a VRF's family an activation is always said.
    pub(crate) fn is_active(&self, settings: &Settings, family: Family) -> bool {
        let default = family == Family::V4 && self.is_ipv4_default && settings.vrf.is_empty();
        pick(&settings.active, family == Family::V6).unwrap_or(default)
    }

    /// Whether a prefix passes what is set for a neighbour.
    pub(crate) fn passes(
        &self,
        policies: &Policies,
        settings: &Settings,
        (family, is_out): (Family, bool),
        prefix: &IpNet,
    ) -> bool {
        let (map, list) = settings.policy(family, is_out);
        map.is_none_or(|map| policies.permits(map, prefix))
            && list.is_none_or(|list| policies.passes(family, list, prefix))
    }

    /// The own prefixes of a family in a VRF.
    pub(crate) fn networks<'a>(&'a self, vrf: &'a str, family: Family) -> impl Iterator<Item = IpNet> + 'a {
        self.networks
            .iter()
            .filter(move |(net, own)| own == vrf && Family::of(net.addr()) == family)
            .map(|(net, _)| *net)
    }

    fn settings(&mut self, who: &str) -> &mut Settings {
        match who.parse::<IpAddr>() {
            Ok(address) => self.peers.entry(address).or_default(),
            Err(_) => self.groups.entry(who.to_owned()).or_default(),
        }
    }

    fn read(&mut self, section: &Node) {
        self.is_ipv4_default = !section.has("no bgp default ipv4-unicast");
        for node in &section.children {
            match (node.mode, node.words().as_slice()) {
                (Some(Mode::BgpFamily), [_, family, ..]) => {
                    let family = if *family == "ipv4" { Family::V4 } else { Family::V6 };
                    node.children.iter().for_each(|line| self.line(&line.words(), Some(family), ""));
                }
                (Some(Mode::BgpVrf), [_, family, _, vrf]) => {
                    let family = if *family == "ipv4" { Family::V4 } else { Family::V6 };
                    node.children.iter().for_each(|line| self.line(&line.words(), Some(family), vrf));
                }
                (_, words) => self.line(words, None, ""),
            }
        }
        self.peers.retain(|_, settings| settings.remote_as.is_some() || settings.group.is_some());
    }

    fn line(&mut self, words: &[&str], family: Option<Family>, vrf: &str) {
        match words {
            ["bgp", "router-id", id] if family.is_none() => self.router_id = id.parse().ok(),
            ["network", net, "mask", mask, ..] => {
                if let (Ok(net), Ok(mask)) = (net.parse(), mask.parse::<Ipv4Addr>())
                    && let Ok(net) = Ipv4Net::with_netmask(net, mask)
                {
                    self.networks.push((IpNet::V4(net.trunc()), vrf.to_owned()));
                }
            }
            ["network", net, ..] => {
                if let Ok(net) = net.parse() {
                    self.networks.push((net, vrf.to_owned()));
                }
            }
            ["neighbor", who, rest @ ..] => {
                let settings = self.settings(who);
                settings.read(rest, false, family);
                if !vrf.is_empty() {
                    settings.vrf = vrf.to_owned();
                }
            }
            ["no", "neighbor", who, rest @ ..] => self.settings(who).read(rest, true, family),
            _ => {}
        }
    }
}

impl View {
    /// Reads a configuration.
    pub(crate) fn of(tree: &Node) -> View {
        let mut view = View {
            hostname: tree.value("hostname").unwrap_or("Router").to_owned(),
            domain: tree.value("ip domain name").or(tree.value("ip domain-name")).map(str::to_owned),
            is_quiet: tree.has("file prompt quiet"),
            has_scp: tree.has("ip scp server enable"),
            ..View::default()
        };
        for node in &tree.children {
            match (node.mode, node.words().as_slice()) {
                (Some(Mode::Interface), [_, name]) => view.interfaces.push(Interface::of(name, node)),
                (Some(Mode::Vrf), [.., name]) => {
                    let families = node.children.iter().filter(|line| line.mode.is_some());
                    let families =
                        families.filter_map(|line| line.key.split(' ').nth(1).map(str::to_owned)).collect();
                    let vrf = Vrf { rd: node.value("rd").map(str::to_owned), families };
                    view.vrfs.insert((*name).to_owned(), vrf);
                }
                (Some(Mode::Bgp), [_, _, asn]) => {
                    let mut bgp = Bgp { asn: autonomous_system(asn).unwrap_or(0), ..Bgp::default() };
                    bgp.read(node);
                    view.bgp = Some(bgp);
                }
                (Some(Mode::Archive), _) => view.archive = node.value("path").map(str::to_owned),
                (Some(Mode::RouteMap), [_, name, action, _]) => {
                    let entry = Entry::of(node, *action == "permit");
                    view.policies.maps.entry((*name).to_owned()).or_default().push(entry);
                }
                (_, [family @ ("ip" | "ipv6"), "prefix-list", name, rest @ ..]) => {
                    let family = if *family == "ip" { Family::V4 } else { Family::V6 };
                    if let Some(rule) = Rule::read(rest) {
                        view.policies.lists.entry((family, (*name).to_owned())).or_default().push(rule);
                    }
                }
                _ => {}
            }
        }
        view
    }

    /// The interface and our address on the network that another address is on, in a VRF.
    pub(crate) fn towards(&self, vrf: &str, other: IpAddr) -> Option<(&Interface, IpAddr)> {
        let up = self.interfaces.iter().filter(|port| port.vrf == vrf && !port.is_shut);
        up.into_iter()
            .find_map(|port| Some((port, port.addresses.iter().find(|net| net.contains(&other))?.addr())))
    }

    /// The BGP identifier: configured, or the highest address of a loopback, or of any interface.
    pub(crate) fn router_id(&self) -> Ipv4Addr {
        let highest = |is_loopback: bool| {
            let ports = self.interfaces.iter().filter(|port| port.vrf.is_empty() && !port.is_shut);
            let ports = ports.filter(|port| !is_loopback || port.name.starts_with("Loopback"));
            let all = ports.flat_map(|port| &port.addresses).filter_map(|net| match net.addr() {
                IpAddr::V4(address) => Some(address),
                IpAddr::V6(_) => None,
            });
            all.max()
        };
        let configured = self.bgp.as_ref().and_then(|bgp| bgp.router_id);
        configured.or_else(|| highest(true)).or_else(|| highest(false)).unwrap_or(Ipv4Addr::UNSPECIFIED)
    }
}

impl Interface {
    fn of(name: &str, section: &Node) -> Interface {
        let addresses = section.children.iter().filter_map(|line| match line.words().as_slice() {
            ["ip", "address", address, mask, ..] => {
                Ipv4Net::with_netmask(address.parse().ok()?, mask.parse().ok()?).ok().map(IpNet::V4)
            }
            ["ipv6", "address", net] => net.parse().ok(),
            _ => None,
        });
        Interface {
            name: name.to_owned(),
            description: section.value("description").unwrap_or_default().to_owned(),
            vrf: section.value("vrf forwarding").unwrap_or_default().to_owned(),
            addresses: addresses.collect(),
            mtu: section.value("mtu").and_then(|mtu| mtu.parse().ok()).unwrap_or(1500),
            is_shut: section.has("shutdown"),
        }
    }
}
