//! The configuration as Cisco's native models have it: BGP, network instances, interfaces, NTP, SNMP, users.

use std::net::IpAddr;

use super::agent::model;
use super::language::Node;
use super::modes::Mode;
use super::view::Limit;
use crate::sim::lines::autonomous_system;
use crate::sim::netconf::element::Element;

/// The models that there are, by their outermost element.
pub(crate) const NAMES: [&str; 7] =
    ["aaa", "bgp", "host-names", "interface-configurations", "ntp", "snmp", "vrfs"];

/// What a configuration says in a model; `None` when that is nothing.
pub(crate) fn configuration(tree: &Node, name: &str) -> Option<Element> {
    match name {
        "aaa" => users(tree),
        "bgp" => bgp(tree),
        "host-names" => {
            let name = tree.value("hostname")?;
            Some(of("host-names", "shellutil-cfg", vec![Element::leaf("host-name", name)]))
        }
        "interface-configurations" => interfaces(tree),
        "ntp" => ntp(tree),
        "snmp" => snmp(tree),
        "vrfs" => vrfs(tree),
        _ => None,
    }
}

/// The outermost element of a model; nothing when there is nothing in it.
fn filled(name: &str, module: &str, children: Vec<Element>) -> Option<Element> {
    (!children.is_empty()).then(|| of(name, module, children))
}

fn of(name: &str, module: &str, children: Vec<Element>) -> Element {
    Element::with(name, children).within(&model(module))
}

/// An element that only has to be there.
fn mark(name: &str) -> Element {
    Element::new(name)
}

fn optional(name: &str, text: Option<&str>) -> Option<Element> {
    text.map(|text| Element::leaf(name, text))
}

fn sections(tree: &Node, mode: Mode) -> impl Iterator<Item = &Node> {
    tree.children.iter().filter(move |node| node.mode == Some(mode))
}

fn last_word(node: &Node) -> &str {
    node.key.rsplit(' ').next().unwrap_or_default()
}

fn users(tree: &Node) -> Option<Element> {
    let one = |(index, node): (usize, &Node)| {
        let groups = node.children.iter().filter_map(|line| line.line.strip_prefix("group "));
        let groups: Vec<Element> = groups
            .map(|group| Element::with("usergroup-under-username", vec![Element::leaf("name", group)]))
            .collect();
        let mut children =
            vec![Element::leaf("ordering-index", index), Element::leaf("name", last_word(node))];
        if !groups.is_empty() {
            children.push(Element::with("usergroup-under-usernames", groups));
        }
        let hash = node.value("secret").and_then(|secret| secret.rsplit(' ').next());
        children.extend(optional("secret", hash));
        Element::with("username", children)
    };
    let all: Vec<Element> = sections(tree, Mode::Username).enumerate().map(one).collect();
    let usernames = filled("usernames", "aaa-locald-cfg", all)?;
    Some(of("aaa", "aaa-lib-cfg", vec![usernames]))
}

fn vrfs(tree: &Node) -> Option<Element> {
    let one = |node: &Node| {
        let mut children = vec![Element::leaf("vrf-name", last_word(node)), mark("create")];
        children.extend(optional("description", node.value("description")));
        Element::with("vrf", children)
    };
    filled("vrfs", "infra-rsi-cfg", sections(tree, Mode::Vrf).map(one).collect())
}

fn interfaces(tree: &Node) -> Option<Element> {
    let one = |node: &Node| {
        let mut children =
            vec![Element::leaf("active", "act"), Element::leaf("interface-name", last_word(node))];
        children.extend(optional("description", node.value("description")));
        if node.has("shutdown") {
            children.push(mark("shutdown"));
        }
        let vrf = node.value("vrf").map(|vrf| Element::leaf("vrf", vrf).within(&model("infra-rsi-cfg")));
        children.extend(vrf);
        Element::with("interface-configuration", children)
    };
    filled("interface-configurations", "ifmgr-cfg", sections(tree, Mode::Interface).map(one).collect())
}

fn ntp(tree: &Node) -> Option<Element> {
    let section = sections(tree, Mode::Ntp).next()?;
    // By network instance: the peers of both families.
    let mut vrfs: Vec<(&str, [Vec<Element>; 2])> = Vec::new();
    for line in &section.children {
        let words = line.words();
        let (kind, vrf, address, rest) = match words.as_slice() {
            [kind @ ("server" | "peer"), "vrf", vrf, address, rest @ ..] => (*kind, *vrf, *address, rest),
            [kind @ ("server" | "peer"), address, rest @ ..] => (*kind, "default", *address, rest),
            _ => continue,
        };
        let Ok(parsed) = address.parse::<IpAddr>() else { continue };
        let version = if parsed.is_ipv4() { "ipv4" } else { "ipv6" };
        let after =
            |word: &str| rest.iter().position(|own| *own == word).and_then(|at| rest.get(at + 1)).copied();
        let mut kinds = vec![Element::leaf("peer-type", kind)];
        if version == "ipv6" {
            kinds.push(Element::leaf("address-ipv6", address));
        }
        kinds.extend(optional("ntp-version", after("version")));
        kinds.extend(optional("authentication-key", after("key")));
        if rest.contains(&"prefer") {
            kinds.push(mark("preferred-peer"));
        }
        if rest.contains(&"iburst") {
            kinds.push(mark("iburst"));
        }
        let peer = Element::with(
            &format!("peer-{version}"),
            vec![
                Element::leaf(&format!("address-{version}"), address),
                Element::with(&format!("peer-type-{version}"), kinds),
            ],
        );
        let at = vrfs.iter().position(|(own, _)| *own == vrf).unwrap_or_else(|| {
            vrfs.push((vrf, [Vec::new(), Vec::new()]));
            vrfs.len() - 1
        });
        if let Some((_, [v4, v6])) = vrfs.get_mut(at) {
            if version == "ipv4" { v4.push(peer) } else { v6.push(peer) }
        }
    }
    let vrf = |(name, [v4, v6]): (&str, [Vec<Element>; 2])| {
        let lists = [("peer-ipv4s", v4), ("peer-ipv6s", v6)];
        let lists = lists.into_iter().filter(|(_, all)| !all.is_empty());
        let lists = lists.map(|(list, all)| Element::with(list, all));
        Element::with("peer-vrf", [Element::leaf("vrf-name", name)].into_iter().chain(lists).collect())
    };
    let all: Vec<Element> = vrfs.into_iter().map(vrf).collect();
    (!all.is_empty()).then(|| of("ntp", "ip-ntp-cfg", vec![Element::with("peer-vrfs", all)]))
}

fn snmp(tree: &Node) -> Option<Element> {
    let community = |line: &Node| {
        let words = line.words();
        let ["snmp-server", "community", name, rest @ ..] = words.as_slice() else { return None };
        let privilege = if rest.contains(&"RW") { "read-write" } else { "read-only" };
        let mut children =
            vec![Element::leaf("community-name", name), Element::leaf("priviledge", privilege)];
        let list =
            rest.iter().find(|word| !["RO", "RW", "SystemOwner", "LROwner", "IPv4", "IPv6"].contains(word));
        if let Some(list) = list {
            children.push(Element::leaf("v4acl-type", "ipv4"));
            children.push(Element::leaf("v4-access-list", list));
        }
        Some(Element::with("default-community", children))
    };
    let communities: Vec<Element> = tree.children.iter().filter_map(community).collect();
    let system = ["chassis-id", "contact", "location"];
    let system: Vec<Element> = system
        .into_iter()
        .filter_map(|name| optional(name, tree.value(&format!("snmp-server {name}"))))
        .collect();
    let mut children = Vec::new();
    if !communities.is_empty() {
        children
            .push(Element::with("administration", vec![Element::with("default-communities", communities)]));
    }
    if !system.is_empty() {
        children.push(Element::with("system", system));
    }
    filled("snmp", "snmp-agent-cfg", children)
}

/// An AS number in two halves, as the model has most of them.
fn halves(name: &str, asn: &str) -> Option<Element> {
    let asn = autonomous_system(asn)?;
    let parts = vec![Element::leaf("as-xx", asn >> 16), Element::leaf("as-yy", asn & 0xffff)];
    Some(Element::with(name, parts))
}

fn bgp(tree: &Node) -> Option<Element> {
    let section = sections(tree, Mode::Bgp).next()?;
    let asn = autonomous_system(last_word(section))?;
    let mut entity = Vec::new();
    let groups =
        neighbors(section, "neighbor-group ", ["neighbor-group", "neighbor-group-name", "neighbor-group-af"]);
    if !groups.is_empty() {
        entity.push(Element::with("neighbor-groups", groups));
    }
    let peers = neighbors(section, "neighbor ", ["neighbor", "neighbor-address", "neighbor-af"]);
    if !peers.is_empty() {
        entity.push(Element::with("neighbors", peers));
    }
    let mut main = vec![Element::with("global", global(section, "global-afs", "global-af"))];
    if !entity.is_empty() {
        main.push(Element::with("bgp-entity", entity));
    }
    let mut process =
        vec![Element::leaf("as", asn & 0xffff), mark("bgp-running"), Element::with("default-vrf", main)];
    let vrfs: Vec<Element> = sections(section, Mode::BgpVrf).map(vrf).collect();
    if !vrfs.is_empty() {
        process.push(Element::with("vrfs", vrfs));
    }
    let number = vec![Element::leaf("as", asn >> 16), Element::with("four-byte-as", process)];
    let instance = vec![Element::leaf("instance-name", "default"), Element::with("instance-as", number)];
    Some(of("bgp", "ipv4-bgp-cfg", vec![Element::with("instance", instance)]))
}

fn vrf(section: &Node) -> Element {
    let mut own = vec![mark("exists")];
    own.extend(section.value("rd").and_then(distinguisher));
    own.extend(global(section, "vrf-global-afs", "vrf-global-af"));
    let mut children = vec![Element::leaf("vrf-name", last_word(section)), Element::with("vrf-global", own)];
    let peers = neighbors(section, "neighbor ", ["vrf-neighbor", "neighbor-address", "vrf-neighbor-af"]);
    if !peers.is_empty() {
        children.push(Element::with("vrf-neighbors", peers));
    }
    Element::with("vrf", children)
}

fn distinguisher(text: &str) -> Option<Element> {
    let (head, index) = text.split_once(':')?;
    let children = match head.parse::<IpAddr>() {
        Ok(address) => vec![
            Element::leaf("type", "ipv4-address"),
            Element::leaf("address", address),
            Element::leaf("address-index", index),
        ],
        Err(_) => {
            let asn = autonomous_system(head)?;
            let kind = if asn > 0xffff { "four-byte-as" } else { "as" };
            vec![
                Element::leaf("type", kind),
                Element::leaf("as-xx", asn >> 16),
                Element::leaf("as", asn & 0xffff),
                Element::leaf("as-index", index),
            ]
        }
    };
    Some(Element::with("route-distinguisher", children))
}

fn family(node: &Node) -> Option<&'static str> {
    match node.key.as_str() {
        "address-family ipv4 unicast" => Some("ipv4-unicast"),
        "address-family ipv6 unicast" => Some("ipv6-unicast"),
        _ => None,
    }
}

fn global(section: &Node, list: &str, entry: &str) -> Vec<Element> {
    let one = |node: &Node| {
        let name = family(node).filter(|_| node.mode == Some(Mode::BgpFamily))?;
        Some(Element::with(entry, vec![Element::leaf("af-name", name), mark("enable")]))
    };
    let families: Vec<Element> = section.children.iter().filter_map(one).collect();
    let id = section.value("bgp router-id").map(|id| Element::leaf("router-id", id));
    let families = (!families.is_empty()).then(|| Element::with(list, families));
    id.into_iter().chain(families).collect()
}

/// Neighbours or groups. `names`: of one, of its key, of one of its families.
fn neighbors(section: &Node, start: &str, names: [&str; 3]) -> Vec<Element> {
    let [one, key, carried] = names;
    let all = section.children.iter().filter_map(|node| Some((node.key.strip_prefix(start)?, node)));
    all.map(|(name, node)| {
        let mut children = vec![Element::leaf(key, name)];
        if start == "neighbor-group " {
            children.push(mark("create"));
        }
        children.extend(node.value("remote-as").and_then(|asn| halves("remote-as", asn)));
        children.extend(optional("neighbor-group-add-member", node.value("use neighbor-group")));
        children.extend(settings(node));
        let families: Vec<Element> =
            node.children.iter().filter_map(|child| carries(child, carried)).collect();
        if !families.is_empty() {
            children.push(Element::with(&format!("{carried}s"), families));
        }
        Element::with(one, children)
    })
    .collect()
}

fn settings(node: &Node) -> Vec<Element> {
    let mut all = Vec::new();
    all.extend(optional("description", node.value("description")));
    if node.has("shutdown") {
        all.push(mark("shutdown"));
    }
    let multihop = node.value("ebgp-multihop").map(|rest| {
        let hops = rest.split(' ').next().unwrap_or_default();
        let mpls = rest.ends_with(" mpls");
        Element::with(
            "ebgp-multihop",
            vec![Element::leaf("max-hop-count", hops), Element::leaf("mpls-deactivation", mpls)],
        )
    });
    all.extend(multihop);
    all.extend(optional("update-source-interface", node.value("update-source")));
    let local = node.value("local address").map(|address| {
        let parts =
            vec![Element::leaf("local-address-disable", false), Element::leaf("local-ip-address", address)];
        Element::with("local-address", parts)
    });
    all.extend(local);
    let local_as = node.value("local-as").and_then(|rest| halves("local-as", rest.split(' ').next()?));
    all.extend(local_as.map(|mut own| {
        own.children.insert(0, Element::leaf("disable", false));
        own
    }));
    let password = node.value("password").and_then(|kept| kept.strip_prefix("encrypted ")).map(|hidden| {
        let parts =
            vec![Element::leaf("password-disable", false), Element::leaf("password", format!("!{hidden}"))];
        Element::with("password", parts)
    });
    all.extend(password);
    all
}

fn carries(node: &Node, name: &str) -> Option<Element> {
    let family = family(node).filter(|_| node.mode == Some(Mode::NeighborFamily))?;
    let mut children = vec![Element::leaf("af-name", family), mark("activate")];
    for line in &node.children {
        let words = line.words();
        children.extend(match words.as_slice() {
            ["route-policy", policy, "in"] => Some(Element::leaf("route-policy-in", policy)),
            ["route-policy", policy, "out"] => Some(Element::leaf("route-policy-out", policy)),
            ["maximum-prefix", rest @ ..] => Limit::read(rest).map(limit),
            ["remove-private-as", ..] => {
                Some(Element::with("remove-private-as", vec![Element::leaf("enable", true)]))
            }
            [word @ ("next-hop-self" | "route-reflector-client" | "send-community-ebgp" | "multipath")] => {
                Some(Element::leaf(word, true))
            }
            _ => None,
        });
    }
    Some(Element::with(name, children))
}

fn limit(limit: Limit) -> Element {
    Element::with(
        "maximum-prefixes",
        vec![
            Element::leaf("prefix-limit", limit.most),
            Element::leaf("warning-percentage", limit.warning_percent),
            Element::leaf("warning-only", limit.is_warning_only),
            Element::leaf("restart-time", limit.restart_minutes),
            Element::leaf("discard-extra-paths", limit.discards),
        ],
    )
}
