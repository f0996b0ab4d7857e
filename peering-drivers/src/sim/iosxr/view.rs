//! A configuration, understood: interfaces, network instances, neighbours with all that their groups give them.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};
use peering_core::cipher::PasswordAlgorithm;

use super::language::Node;
use super::modes::Mode;
use super::policy::Policies;
use crate::sim::family::Family;
use crate::sim::lines::autonomous_system;

/// The name of the network instance of the router itself.
pub(crate) const DEFAULT: &str = "default";

/// How many prefixes a neighbour may send when nothing is configured, by family.
pub(crate) const MAXIMUM_PREFIXES: [u64; 2] = [1_048_576, 524_288];

/// What is in force.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub(crate) hostname: String,
    pub(crate) interfaces: Vec<Interface>,
    /// The network instances besides that of the router itself.
    pub(crate) vrfs: Vec<String>,
    pub(crate) bgp: Option<Bgp>,
    pub(crate) policies: Policies,
    /// Static routes: the network instance, the prefix, and where to.
    pub(crate) routes: Vec<(String, IpNet, String)>,
    pub(crate) has_lldp: bool,
}

/// An interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Interface {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) vrf: String,
    /// The first address of IPv4 is the primary one.
    pub(crate) addresses: Vec<IpNet>,
    pub(crate) mtu: Option<u32>,
    pub(crate) is_shut: bool,
}

/// `router bgp`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bgp {
    pub(crate) asn: u32,
    pub(crate) instances: Vec<Instance>,
}

/// BGP in one network instance.
#[derive(Clone, Debug, Default)]
pub(crate) struct Instance {
    pub(crate) name: String,
    pub(crate) router_id: Option<Ipv4Addr>,
    /// External sessions need no policies.
    pub(crate) is_unsafe: bool,
    pub(crate) peers: BTreeMap<IpAddr, Settings>,
    /// Own prefixes, with the policy of each.
    networks: Vec<(IpNet, Option<String>)>,
}

/// What is set for a neighbour or a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) group: Option<String>,
    pub(crate) remote_as: Option<u32>,
    pub(crate) local_as: Option<u32>,
    pub(crate) password: Option<String>,
    pub(crate) is_shut: bool,
    pub(crate) description: Option<String>,
    pub(crate) multihop: Option<u8>,
    pub(crate) local_address: Option<IpAddr>,
    pub(crate) update_source: Option<String>,
    pub(crate) timers: Option<(u32, u32)>,
    /// What is set for IPv4 and IPv6, where the family is there.
    families: [Option<Carried>; 2],
}

/// What is set for a family of a neighbour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Carried {
    /// The policies inbound and outbound.
    pub(crate) policies: [Option<String>; 2],
    pub(crate) limit: Option<Limit>,
    pub(crate) sends_communities: bool,
    pub(crate) removes_private_as: bool,
}

/// How many prefixes a neighbour may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) most: u64,
    pub(crate) warning_percent: u8,
    pub(crate) is_warning_only: bool,
    pub(crate) restart_minutes: u32,
    pub(crate) discards: bool,
}

impl Limit {
    /// What stands behind `maximum-prefix`.
    pub(crate) fn read(words: &[&str]) -> Option<Limit> {
        let (most, rest) = words.split_first()?;
        let percent = rest.first().and_then(|percent| percent.parse().ok());
        let restart = rest.iter().position(|word| *word == "restart").and_then(|at| rest.get(at + 1));
        Some(Limit {
            most: most.parse().ok()?,
            warning_percent: percent.unwrap_or(75),
            is_warning_only: rest.contains(&"warning-only"),
            restart_minutes: restart.and_then(|minutes| minutes.parse().ok()).unwrap_or(0),
            discards: rest.contains(&"discard-extra-paths"),
        })
    }
}

fn family_of(key: &str) -> Option<Family> {
    match key {
        "address-family ipv4 unicast" => Some(Family::V4),
        "address-family ipv6 unicast" => Some(Family::V6),
        _ => None,
    }
}

impl Settings {
    fn of(node: &Node) -> Settings {
        let value = |key: &str| node.value(key);
        let first = |key: &str| value(key).and_then(|rest| rest.split(' ').next());
        let password =
            value("password").and_then(|kept| kept.strip_prefix("encrypted ")).and_then(|hidden| {
                PasswordAlgorithm::CiscoType7.decrypt(hidden, "").ok().map(|clear| clear.expose().to_owned())
            });
        let timers = value("timers").and_then(|times| {
            let mut times = times.split(' ').map(str::parse);
            Some((times.next()?.ok()?, times.next()?.ok()?))
        });
        let mut settings = Settings {
            group: value("use neighbor-group").map(str::to_owned),
            remote_as: value("remote-as").and_then(autonomous_system),
            local_as: first("local-as").and_then(autonomous_system),
            password,
            is_shut: node.has("shutdown"),
            description: value("description").map(str::to_owned),
            multihop: first("ebgp-multihop").and_then(|hops| hops.parse().ok()),
            local_address: value("local address").and_then(|address| address.parse().ok()),
            update_source: value("update-source").map(str::to_owned),
            timers,
            families: [None, None],
        };
        for child in &node.children {
            if let Some(family) = family_of(&child.key) {
                let [v4, v6] = &mut settings.families;
                *(if family == Family::V4 { v4 } else { v6 }) = Some(Carried::of(child));
            }
        }
        settings
    }

    /// What is set for a family, if it is active.
    pub(crate) fn family(&self, family: Family) -> Option<&Carried> {
        let [v4, v6] = &self.families;
        if family == Family::V4 { v4.as_ref() } else { v6.as_ref() }
    }

    /// These settings, and for what they leave open those of the group.
    fn over(self, group: &Settings) -> Settings {
        let [v4, v6] = self.families;
        let [group_v4, group_v6] = &group.families;
        // A family is active where the neighbour itself has it.
        let under = |own: Option<Carried>, group: &Option<Carried>| {
            own.map(|own| group.as_ref().map_or_else(|| own.clone(), |group| own.clone().over(group)))
        };
        Settings {
            group: self.group,
            remote_as: self.remote_as.or(group.remote_as),
            local_as: self.local_as.or(group.local_as),
            password: self.password.or_else(|| group.password.clone()),
            is_shut: self.is_shut || group.is_shut,
            description: self.description.or_else(|| group.description.clone()),
            multihop: self.multihop.or(group.multihop),
            local_address: self.local_address.or(group.local_address),
            update_source: self.update_source.or_else(|| group.update_source.clone()),
            timers: self.timers.or(group.timers),
            families: [under(v4, group_v4), under(v6, group_v6)],
        }
    }
}

impl Carried {
    fn of(node: &Node) -> Carried {
        let policy = |direction: &str| {
            node.children.iter().find_map(|line| match line.words().as_slice() {
                ["route-policy", name, own] if *own == direction => Some((*name).to_owned()),
                _ => None,
            })
        };
        let limit = node.value("maximum-prefix").map(|rest| rest.split(' ').collect::<Vec<_>>());
        Carried {
            policies: [policy("in"), policy("out")],
            limit: limit.and_then(|words| Limit::read(&words)),
            sends_communities: node.has("send-community-ebgp"),
            removes_private_as: node.value("remove-private-as").is_some(),
        }
    }

    fn over(self, group: &Carried) -> Carried {
        let ([own_in, own_out], [their_in, their_out]) = (self.policies, group.policies.clone());
        Carried {
            policies: [own_in.or(their_in), own_out.or(their_out)],
            limit: self.limit.or(group.limit),
            sends_communities: self.sends_communities || group.sends_communities,
            removes_private_as: self.removes_private_as || group.removes_private_as,
        }
    }

    /// The policy of a direction.
    pub(crate) fn policy(&self, is_out: bool) -> Option<&str> {
        let [inbound, outbound] = &self.policies;
        if is_out { outbound.as_deref() } else { inbound.as_deref() }
    }
}

impl Bgp {
    /// A neighbour, and the network instance that it is in: the first that has it.
    pub(crate) fn peer(&self, address: IpAddr) -> Option<(&Instance, &Settings)> {
        let instance = self.instances.iter().find(|instance| instance.peers.contains_key(&address))?;
        Some((instance, instance.peers.get(&address)?))
    }

    fn of(asn: u32, section: &Node) -> Bgp {
        let groups: BTreeMap<&str, Settings> = section
            .children
            .iter()
            .filter_map(|node| Some((node.key.strip_prefix("neighbor-group ")?, Settings::of(node))))
            .collect();
        let vrfs = section.children.iter().filter_map(|node| Some((node.key.strip_prefix("vrf ")?, node)));
        let all = [(DEFAULT, section)].into_iter().chain(vrfs);
        Bgp { asn, instances: all.map(|(name, node)| Instance::of(name, node, &groups)).collect() }
    }
}

impl Instance {
    fn of(name: &str, section: &Node, groups: &BTreeMap<&str, Settings>) -> Instance {
        let mut instance = Instance {
            name: name.to_owned(),
            router_id: section.value("bgp router-id").and_then(|id| id.parse().ok()),
            is_unsafe: section.has("bgp unsafe-ebgp-policy"),
            ..Instance::default()
        };
        for node in &section.children {
            if let Some(address) = node.key.strip_prefix("neighbor ").and_then(|word| word.parse().ok()) {
                let own = Settings::of(node);
                let group = own.group.as_deref().and_then(|group| groups.get(group));
                let settings = match group {
                    Some(group) => own.over(group),
                    None => own,
                };
                instance.peers.insert(address, settings);
            }
            if family_of(&node.key).is_some() {
                instance.networks.extend(node.children.iter().filter_map(|line| network(&line.words())));
            }
        }
        instance
    }

    /// Whether a prefix passes what is set for a neighbour: between autonomous systems nothing does without a policy.
    pub(crate) fn passes(
        &self,
        policies: &Policies,
        (carried, is_external): (&Carried, bool),
        is_out: bool,
        prefix: &IpNet,
    ) -> bool {
        match carried.policy(is_out) {
            Some(policy) => policies.permits(policy, prefix),
            None => !is_external || self.is_unsafe,
        }
    }

    /// The own prefixes of a family.
    pub(crate) fn networks<'a>(
        &'a self,
        policies: &'a Policies,
        family: Family,
    ) -> impl Iterator<Item = IpNet> + 'a {
        let own = self.networks.iter().filter(move |(net, _)| Family::of(net.addr()) == family);
        own.filter(|(net, policy)| policy.as_ref().is_none_or(|policy| policies.permits(policy, net)))
            .map(|(net, _)| *net)
    }
}

fn network(words: &[&str]) -> Option<(IpNet, Option<String>)> {
    let ["network", prefix, rest @ ..] = words else { return None };
    let policy = rest.get(1).filter(|_| rest.first() == Some(&"route-policy"));
    Some((prefix.parse().ok()?, policy.map(|policy| (*policy).to_owned())))
}

impl View {
    /// Reads a configuration.
    pub(crate) fn of(tree: &Node) -> View {
        let mut view = View {
            hostname: tree.value("hostname").unwrap_or("ios").to_owned(),
            policies: Policies::of(tree),
            has_lldp: tree.child("lldp").is_some(),
            ..View::default()
        };
        for node in &tree.children {
            match (node.mode, node.words().as_slice()) {
                (Some(Mode::Interface), [_, name]) => view.interfaces.push(Interface::of(name, node)),
                (Some(Mode::Vrf), [_, name]) => view.vrfs.push((*name).to_owned()),
                (Some(Mode::Bgp), [_, _, asn]) => {
                    view.bgp = autonomous_system(asn).map(|asn| Bgp::of(asn, node))
                }
                (Some(Mode::Static), _) => view.add_routes(DEFAULT, node),
                _ => {}
            }
        }
        view
    }

    fn add_routes(&mut self, vrf: &str, section: &Node) {
        for node in &section.children {
            if let Some(vrf) = node.key.strip_prefix("vrf ") {
                self.add_routes(vrf, node);
            }
            let lines = node.children.iter().filter(|_| node.mode == Some(Mode::StaticFamily));
            self.routes.extend(lines.filter_map(|line| {
                let (prefix, to) = line.line.split_once(' ')?;
                Some((vrf.to_owned(), prefix.parse().ok()?, to.to_owned()))
            }));
        }
    }

    /// The names of the network instances, that of the router itself first.
    pub(crate) fn instances(&self) -> Vec<&str> {
        [DEFAULT].into_iter().chain(self.vrfs.iter().map(String::as_str)).collect()
    }

    /// The interface and our address on the network that another address is on, in a network instance.
    pub(crate) fn towards(&self, vrf: &str, other: IpAddr) -> Option<(&Interface, IpAddr)> {
        let up = self.interfaces.iter().filter(|port| port.vrf == vrf && !port.is_shut);
        let mut found = up
            .filter_map(|port| Some((port, port.addresses.iter().find(|net| net.contains(&other))?.addr())));
        found.next()
    }

    /// The BGP identifier: configured, or the highest address of a loopback interface. Without either there is none.
    pub(crate) fn router_id(&self, vrf: &str) -> Ipv4Addr {
        let instances = self.bgp.iter().flat_map(|bgp| &bgp.instances);
        let configured = |name: &str| instances.clone().find(|one| one.name == name)?.router_id;
        let highest = |is_loopback: bool| {
            let ports = self.interfaces.iter().filter(|port| port.vrf == DEFAULT && !port.is_shut);
            let ports = ports.filter(|port| !is_loopback || port.name.starts_with("Loopback"));
            let all = ports.flat_map(|port| &port.addresses).filter_map(|net| match net.addr() {
                IpAddr::V4(address) => Some(address),
                IpAddr::V6(_) => None,
            });
            all.max()
        };
        configured(vrf)
            .or_else(|| configured(DEFAULT))
            .or_else(|| highest(true))
            .or_else(|| highest(false))
            .unwrap_or(Ipv4Addr::UNSPECIFIED)
    }
}

impl Interface {
    fn of(name: &str, section: &Node) -> Interface {
        let masked = |address: &str, mask: &str| {
            let (address, mask) = (address.parse().ok()?, mask.parse().ok()?);
            Ipv4Net::with_netmask(address, mask).ok().map(IpNet::V4)
        };
        let addresses = section.children.iter().filter_map(|line| match line.words().as_slice() {
            ["ipv4", "address", address, mask, ..] => masked(address, mask),
            ["ipv6", "address", net] => net.parse().ok(),
            _ => None,
        });
        Interface {
            name: name.to_owned(),
            description: section.value("description").map(str::to_owned),
            vrf: section.value("vrf").unwrap_or(DEFAULT).to_owned(),
            addresses: addresses.collect(),
            mtu: section.value("mtu").and_then(|mtu| mtu.parse().ok()),
            is_shut: section.has("shutdown"),
        }
    }
}
