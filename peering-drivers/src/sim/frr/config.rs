//! The running configuration of the persona: what the daemons hold, and how `show running-config` prints it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::IpAddr;

use ipnet::IpNet;

use super::attribute::Key;
pub(crate) use crate::sim::family::Family;

/// The version that the persona answers as.
pub(crate) const VERSION: &str = "8.4.4";

/// `remote-as`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RemoteAs {
    Number(u32),
    Internal,
    External,
}

impl RemoteAs {
    fn print(self) -> String {
        match self {
            RemoteAs::Number(number) => number.to_string(),
            RemoteAs::Internal => "internal".to_owned(),
            RemoteAs::External => "external".to_owned(),
        }
    }
}

/// A neighbour or a peer group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Neighbor {
    pub(crate) remote_as: Option<RemoteAs>,
    pub(crate) group: Option<String>,
    pub(crate) settings: BTreeMap<Key, String>,
    pub(crate) families: BTreeMap<Family, BTreeMap<Key, String>>,
    /// Families that were switched off by `no … activate`.
    pub(crate) inactive: BTreeSet<Family>,
    /// Families with `no … send-community`.
    pub(crate) mute: BTreeSet<Family>,
}

/// `router bgp`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bgp {
    pub(crate) asn: u32,
    /// The `bgp …` lines, whole, by their keywords.
    pub(crate) lines: BTreeMap<(usize, String), String>,
    pub(crate) groups: BTreeMap<String, Neighbor>,
    pub(crate) peers: BTreeMap<IpAddr, Neighbor>,
    pub(crate) networks: BTreeMap<Family, BTreeMap<IpNet, String>>,
    pub(crate) family_lines: BTreeMap<Family, BTreeMap<(usize, String), String>>,
}

impl Bgp {
    /// Whether a `bgp` line with these very words is there.
    pub(crate) fn has(&self, line: &str) -> bool {
        self.lines.values().any(|own| own == line)
    }

    /// The group that a peer belongs to.
    pub(crate) fn group_of(&self, peer: &Neighbor) -> Option<&Neighbor> {
        peer.group.as_ref().and_then(|name| self.groups.get(name))
    }

    /// A session setting, the peer's own or its group's.
    pub(crate) fn setting(&self, peer: &Neighbor, words: &str) -> Option<String> {
        let key = Key::of(words);
        peer.settings.get(&key).or_else(|| self.group_of(peer)?.settings.get(&key)).cloned()
    }

    /// A setting of a family, the peer's own or its group's.
    pub(crate) fn family_setting(&self, peer: &Neighbor, family: Family, key: Key) -> Option<String> {
        let of = |neighbor: &Neighbor| neighbor.families.get(&family)?.get(&key).cloned();
        of(peer).or_else(|| of(self.group_of(peer)?))
    }

    /// The peer's AS number, as far as the configuration says it.
    pub(crate) fn remote_as(&self, peer: &Neighbor) -> Option<RemoteAs> {
        peer.remote_as.or_else(|| self.group_of(peer)?.remote_as)
    }

    /// Whether IPv4 unicast is on without being asked for.
    pub(crate) fn is_ipv4_default(&self) -> bool {
        !self.has("no bgp default ipv4-unicast")
    }

    /// Whether a family is active for a peer.
    pub(crate) fn is_active(&self, peer: &Neighbor, family: Family) -> bool {
        let key = Key::of("activate");
        let own = |n: &Neighbor| n.families.get(&family).is_some_and(|settings| settings.contains_key(&key));
        if peer.inactive.contains(&family) {
            return false;
        }
        let group = self.group_of(peer);
        own(peer)
            || group.is_some_and(own)
            || (family == Family::V4
                && self.is_ipv4_default()
                && !group.is_some_and(|group| group.inactive.contains(&family)))
    }

    /// The router identifier.
    pub(crate) fn router_id(&self) -> Option<&str> {
        self.lines.values().find_map(|line| line.strip_prefix("bgp router-id "))
    }
}

/// The action of a filter's entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Permit,
    Deny,
}

impl Action {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Action::Permit => "permit",
            Action::Deny => "deny",
        }
    }
}

/// A rule of a prefix list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PrefixRule {
    pub(crate) action: Action,
    /// `None` is `any`.
    pub(crate) prefix: Option<IpNet>,
    pub(crate) ge: Option<u8>,
    pub(crate) le: Option<u8>,
}

impl PrefixRule {
    /// Whether a prefix meets the rule.
    pub(crate) fn covers(&self, prefix: &IpNet) -> bool {
        let Some(own) = &self.prefix else { return true };
        let length = prefix.prefix_len();
        let (low, high) = match (self.ge, self.le) {
            (None, None) => (own.prefix_len(), own.prefix_len()),
            (ge, le) => (ge.unwrap_or(own.prefix_len()), le.unwrap_or(own.max_prefix_len())),
        };
        own.contains(prefix) && (low..=high).contains(&length)
    }

    fn print(&self) -> String {
        let mut text = format!("{} ", self.action.word());
        match &self.prefix {
            Some(prefix) => text.push_str(&prefix.to_string()),
            None => text.push_str("any"),
        }
        for (word, bound) in [("ge", self.ge), ("le", self.le)] {
            if let Some(bound) = bound {
                let _ = write!(text, " {word} {bound}");
            }
        }
        text
    }
}

/// An entry of a route map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RouteMapEntry {
    pub(crate) action: Action,
    /// `match`, `set` and the rest, whole lines by rank and keywords.
    pub(crate) lines: BTreeMap<(usize, String), String>,
}

/// Everything that is configured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
    pub(crate) hostname: String,
    /// Lines of the top level, by rank and keywords.
    pub(crate) lines: BTreeMap<(usize, String), String>,
    pub(crate) routes: BTreeMap<Family, BTreeMap<IpNet, BTreeSet<String>>>,
    pub(crate) interfaces: BTreeMap<String, BTreeMap<(usize, String), String>>,
    pub(crate) bgp: Option<Bgp>,
    pub(crate) prefix_lists: BTreeMap<Family, BTreeMap<String, BTreeMap<u32, PrefixRule>>>,
    /// `bgp as-path access-list` and `bgp community-list` lines.
    pub(crate) lists: BTreeSet<String>,
    pub(crate) route_maps: BTreeMap<(String, u32), RouteMapEntry>,
    pub(crate) rpki: Option<BTreeMap<(usize, String), String>>,
}

impl Config {
    /// An empty configuration of a router with this name.
    pub(crate) fn new(hostname: &str) -> Config {
        Config { hostname: hostname.to_owned(), rpki: Some(BTreeMap::new()), ..Config::default() }
    }

    /// The text of `show running-config no-header`.
    pub(crate) fn print(&self) -> String {
        let mut out = Printer::default();
        out.line(&format!("frr version {VERSION}"));
        out.line("frr defaults traditional");
        out.line(&format!("hostname {}", self.hostname));
        self.lines.values().for_each(|line| out.line(line));
        out.bang();
        if self.routes.values().any(|routes| !routes.is_empty()) {
            for (family, routes) in &self.routes {
                for (prefix, targets) in routes {
                    targets
                        .iter()
                        .for_each(|to| out.line(&format!("{} route {prefix} {to}", family.keyword())));
                }
            }
            out.bang();
        }
        for (name, lines) in self.interfaces.iter().filter(|(_, lines)| !lines.is_empty()) {
            out.line(&format!("interface {name}"));
            lines.values().for_each(|line| out.line(&format!(" {line}")));
            out.line("exit");
            out.bang();
        }
        if let Some(bgp) = &self.bgp {
            bgp.print(&mut out);
        }
        for (family, lists) in &self.prefix_lists {
            for (name, rules) in lists {
                for (sequence, rule) in rules {
                    let rule = rule.print();
                    out.line(&format!("{} prefix-list {name} seq {sequence} {rule}", family.keyword()));
                }
            }
            if !lists.is_empty() {
                out.bang();
            }
        }
        if !self.lists.is_empty() {
            self.lists.iter().for_each(|line| out.line(line));
            out.bang();
        }
        for ((name, sequence), entry) in &self.route_maps {
            out.line(&format!("route-map {name} {} {sequence}", entry.action.word()));
            entry.lines.values().for_each(|line| out.line(&format!(" {line}")));
            out.line("exit");
            out.bang();
        }
        if let Some(lines) = &self.rpki {
            out.line("rpki");
            lines.values().for_each(|line| out.line(&format!(" {line}")));
            out.line("exit");
            out.bang();
        }
        out.line("end");
        out.text
    }

    /// Whether a prefix passes a route map; a map that does not exist lets nothing pass.
    pub(crate) fn permits(&self, route_map: &str, prefix: &IpNet) -> bool {
        let family = Family::of(prefix.addr());
        let entries = self.route_maps.iter().filter(|((name, _), _)| name == route_map);
        for (_, entry) in entries {
            if entry.lines.values().all(|line| self.matches(line, family, prefix)) {
                return entry.action == Action::Permit;
            }
        }
        false
    }

    /// Whether a line of a route map lets a prefix through to its action; conditions on other things than prefixes do.
    fn matches(&self, line: &str, family: Family, prefix: &IpNet) -> bool {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["match", keyword @ ("ip" | "ipv6"), "address", "prefix-list", list] => {
                *keyword == family.keyword() && self.passes(family, list, prefix)
            }
            _ => true,
        }
    }

    /// Whether a prefix passes a prefix list; one that does not exist lets everything pass.
    pub(crate) fn passes(&self, family: Family, list: &str, prefix: &IpNet) -> bool {
        let Some(rules) = self.prefix_lists.get(&family).and_then(|lists| lists.get(list)) else {
            return true;
        };
        rules.values().find(|rule| rule.covers(prefix)).is_some_and(|rule| rule.action == Action::Permit)
    }
}

impl Bgp {
    fn print(&self, out: &mut Printer) {
        out.line(&format!("router bgp {}", self.asn));
        self.lines.values().for_each(|line| out.line(&format!(" {line}")));
        for (name, group) in &self.groups {
            out.line(&format!(" neighbor {name} peer-group"));
            if let Some(remote_as) = group.remote_as {
                out.line(&format!(" neighbor {name} remote-as {}", remote_as.print()));
            }
            print_settings(out, " ", name, &group.settings);
        }
        for (address, peer) in &self.peers {
            let name = address.to_string();
            if let Some(remote_as) = peer.remote_as {
                out.line(&format!(" neighbor {name} remote-as {}", remote_as.print()));
            }
            if let Some(group) = &peer.group {
                out.line(&format!(" neighbor {name} peer-group {group}"));
            }
            print_settings(out, " ", &name, &peer.settings);
        }
        for family in Family::BOTH {
            let mut block = Printer::default();
            self.print_family(&mut block, family);
            if !block.text.is_empty() {
                out.line(" !");
                out.line(&format!(" address-family {} unicast", family.name()));
                out.text.push_str(&block.text);
                out.line(" exit-address-family");
            }
        }
        out.line("exit");
        out.bang();
    }

    fn print_family(&self, out: &mut Printer, family: Family) {
        for (network, options) in self.networks.get(&family).into_iter().flatten() {
            out.line(format!("  network {network} {options}").trim_end());
        }
        self.family_lines
            .get(&family)
            .into_iter()
            .flatten()
            .for_each(|(_, line)| out.line(&format!("  {line}")));
        let groups = self.groups.iter().map(|(name, group)| (name.clone(), group));
        let peers = self.peers.iter().map(|(address, peer)| (address.to_string(), peer));
        for (name, neighbor) in groups.chain(peers) {
            if neighbor.inactive.contains(&family) {
                out.line(&format!("  no neighbor {name} activate"));
            }
            if let Some(settings) = neighbor.families.get(&family) {
                print_settings(out, "  ", &name, settings);
            }
            if neighbor.mute.contains(&family) {
                out.line(&format!("  no neighbor {name} send-community"));
            }
        }
    }
}

fn print_settings(out: &mut Printer, indent: &str, name: &str, settings: &BTreeMap<Key, String>) {
    for (key, value) in settings {
        out.line(&format!("{indent}neighbor {name} {}", key.print(value)));
    }
}

#[derive(Default)]
struct Printer {
    text: String,
}

impl Printer {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn bang(&mut self) {
        self.line("!");
    }
}
