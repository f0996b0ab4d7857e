//! BGP as it is configured.

use std::collections::HashMap;
use std::time::Duration;

use peering_core::state::{AddressFamily, BgpConfigNeighbor, BgpGroup, PrefixLimit};
use peering_core::{Asn, ParseError, Secret};

use super::field::family;

/// Reads `show running-config bgp`. Empty when BGP is not configured.
///
/// The templates of peers and of sessions are the groups. A neighbour has what its templates say unless it says something else
/// itself, as on the router. Ranges and interfaces as neighbours have no address, and are left out.
///
/// # Errors
/// When our own AS number, or a word that wants a number, has none.
pub fn bgp_config(text: &str) -> Result<Vec<BgpGroup>, ParseError> {
    let mut config = Config::default();
    for (number, line) in text.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let depth = line.len() - line.trim_start().len();
        if words.is_empty() || words.first().is_some_and(|word| word.starts_with('!')) {
            continue;
        }
        config.line(depth, &words).map_err(|expected| {
            // passwords stand in these lines: an error repeats the first words only
            let beginning = words.iter().take(2).copied().collect::<Vec<_>>().join(" ");
            ParseError::new(expected, &beginning).at_line(number + 1)
        })?;
    }
    Ok(config.finish())
}

/// What a template and a neighbour may both say; `None` is not said.
#[derive(Clone, Debug, Default)]
struct Said {
    /// The templates that it takes the rest from, the nearest first.
    inherits: Vec<(Kind, String)>,
    description: Option<String>,
    remote_as: Option<Asn>,
    local_as: Option<Asn>,
    local_address: Option<String>,
    password: Option<Secret>,
    multihop_ttl: Option<u8>,
    remove_private_as: Option<bool>,
    import_policy: Vec<String>,
    export_policy: Vec<String>,
    next_hop_self: Option<bool>,
    route_reflector_client: Option<bool>,
    prefix_limits: Vec<PrefixLimit>,
}

/// What a template is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Peer,
    Session,
    Policy,
}

fn kind(word: &str) -> Option<Kind> {
    match word {
        "peer" => Some(Kind::Peer),
        "peer-session" => Some(Kind::Session),
        "peer-policy" => Some(Kind::Policy),
        _ => None,
    }
}

/// Whose lines these are.
#[derive(Clone, Debug)]
enum Owner {
    Template(Kind, String),
    /// By its place.
    Neighbor(usize),
}

#[derive(Debug)]
struct Neighbor {
    address: String,
    instance: Option<String>,
    said: Said,
}

#[derive(Default)]
struct Config {
    local_as: Option<Asn>,
    /// The VRF that the lines belong to, and how deep it stands.
    instance: Option<(usize, String)>,
    /// A template or neighbour, and how deep it stands.
    owner: Option<(usize, Owner)>,
    /// The address family of the lines, and how deep it stands.
    family: Option<(usize, AddressFamily)>,
    templates: HashMap<(Kind, String), (usize, Said)>,
    neighbors: Vec<Neighbor>,
}

impl Config {
    fn line(&mut self, depth: usize, words: &[&str]) -> Result<(), String> {
        if self.instance.as_ref().is_some_and(|(at, _)| depth <= *at) {
            self.instance = None;
        }
        if self.owner.as_ref().is_some_and(|(at, _)| depth <= *at) {
            self.owner = None;
        }
        if self.family.as_ref().is_some_and(|(at, _)| depth <= *at) {
            self.family = None;
        }
        match (words, &self.owner) {
            (["router", "bgp", asn, ..], _) => {
                self.local_as = Some(number(asn, "router bgp")?);
            }
            // what stands before or behind `router bgp` is no part of it
            _ if self.local_as.is_none() || depth == 0 => {}
            (["address-family", name @ ..], Some(_)) => {
                self.family = Some((depth, family(&name.join(" "))));
            }
            (_, Some((_, owner))) => {
                let owner = owner.clone();
                let family = self.family.as_ref().map(|(_, family)| family.clone());
                if let Some(said) = self.said(&owner) {
                    says(said, words, family)?;
                }
            }
            (["vrf", name], None) => self.instance = Some((depth, (*name).to_owned())),
            (["template", word, name, ..], None) => {
                if let Some(kind) = kind(word) {
                    let place = self.templates.len();
                    self.templates.entry((kind, (*name).to_owned())).or_insert((place, Said::default()));
                    self.owner = Some((depth, Owner::Template(kind, (*name).to_owned())));
                }
            }
            (["neighbor", address, rest @ ..], None) => self.neighbor(depth, address, rest)?,
            _ => {}
        }
        Ok(())
    }

    /// `neighbor 192.0.2.1`, or with `remote-as 65001` in the same line.
    fn neighbor(&mut self, depth: usize, address: &str, rest: &[&str]) -> Result<(), String> {
        if address.parse::<std::net::IpAddr>().is_err() {
            // a range or an interface: its lines are nobody's
            self.owner = Some((depth, Owner::Neighbor(usize::MAX)));
            return Ok(());
        }
        let instance = self.instance.as_ref().map(|(_, name)| name.clone());
        let mut said = Said::default();
        if !rest.is_empty() {
            says(&mut said, rest, None)?;
        }
        self.owner = Some((depth, Owner::Neighbor(self.neighbors.len())));
        self.neighbors.push(Neighbor { address: address.to_owned(), instance, said });
        Ok(())
    }

    fn said(&mut self, owner: &Owner) -> Option<&mut Said> {
        match owner {
            Owner::Template(kind, name) => {
                self.templates.get_mut(&(*kind, name.clone())).map(|(_, said)| said)
            }
            Owner::Neighbor(place) => self.neighbors.get_mut(*place).map(|neighbor| &mut neighbor.said),
        }
    }

    fn finish(self) -> Vec<BgpGroup> {
        let Some(own) = self.local_as else { return Vec::new() };
        let mut named: Vec<_> =
            self.templates.iter().filter(|((kind, _), _)| *kind != Kind::Policy).collect();
        named.sort_by_key(|(_, (place, _))| *place);
        let mut groups: Vec<(Option<(Kind, &str)>, BgpGroup)> = Vec::new();
        for ((kind, name), (_, said)) in named {
            groups.push((Some((*kind, name)), group(Some(name), &self.whole(said), own)));
        }
        groups.push((None, group(None, &Said::default(), own)));
        for neighbor in &self.neighbors {
            let of = |wanted| {
                let mut inherits = neighbor.said.inherits.iter();
                inherits.find(|(kind, _)| *kind == wanted).map(|(kind, name)| (*kind, name.as_str()))
            };
            let wanted = of(Kind::Peer).or_else(|| of(Kind::Session));
            let place = groups.iter().position(|(key, _)| *key == wanted);
            let place = place.unwrap_or(groups.len().saturating_sub(1));
            if let Some((_, group)) = groups.get_mut(place) {
                group.neighbors.push(model(neighbor, &self.whole(&neighbor.said), own));
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    /// What is said with all that is inherited.
    fn whole(&self, said: &Said) -> Said {
        let mut whole = said.clone();
        let mut seen: Vec<(Kind, String)> = Vec::new();
        let mut open: Vec<(Kind, String)> = said.inherits.iter().rev().cloned().collect();
        while let Some(next) = open.pop() {
            // templates may inherit from each other, in a circle even
            if seen.contains(&next) {
                continue;
            }
            if let Some((_, from)) = self.templates.get(&next) {
                whole.fill(from);
                open.extend(from.inherits.iter().rev().cloned());
            }
            seen.push(next);
        }
        whole
    }
}

impl Said {
    /// Takes what is not said from another.
    fn fill(&mut self, from: &Said) {
        fn or<T: Clone>(own: &mut Option<T>, from: &Option<T>) {
            if own.is_none() {
                own.clone_from(from);
            }
        }
        or(&mut self.description, &from.description);
        or(&mut self.remote_as, &from.remote_as);
        or(&mut self.local_as, &from.local_as);
        or(&mut self.local_address, &from.local_address);
        or(&mut self.password, &from.password);
        or(&mut self.multihop_ttl, &from.multihop_ttl);
        or(&mut self.remove_private_as, &from.remove_private_as);
        or(&mut self.next_hop_self, &from.next_hop_self);
        or(&mut self.route_reflector_client, &from.route_reflector_client);
        for (own, from) in
            [(&mut self.import_policy, &from.import_policy), (&mut self.export_policy, &from.export_policy)]
        {
            if own.is_empty() {
                own.clone_from(from);
            }
        }
        for limit in &from.prefix_limits {
            if !self.prefix_limits.iter().any(|own| own.family == limit.family) {
                self.prefix_limits.push(limit.clone());
            }
        }
    }
}

fn number<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{what} and a number"))
}

/// One line of a template or neighbour. The error says what was expected.
fn says(said: &mut Said, words: &[&str], family: Option<AddressFamily>) -> Result<(), String> {
    match words {
        ["inherit", word, name, ..] => {
            if let Some(kind) = kind(word) {
                said.inherits.push((kind, (*name).to_owned()));
            }
        }
        ["remote-as", "external" | "internal"] => {}
        ["remote-as", asn, ..] => said.remote_as = Some(number(asn, "remote-as")?),
        ["local-as", asn, ..] => said.local_as = Some(number(asn, "local-as")?),
        ["description", text @ ..] => said.description = Some(text.join(" ")),
        ["update-source", interface, ..] => said.local_address = Some((*interface).to_owned()),
        // a number before the password says how it is hidden
        ["password", .., key] => said.password = Some(Secret::new(*key)),
        ["ebgp-multihop", ttl, ..] => said.multihop_ttl = Some(number(ttl, "ebgp-multihop")?),
        ["remove-private-as", ..] => said.remove_private_as = Some(true),
        ["no", "remove-private-as", ..] => said.remove_private_as = Some(false),
        ["route-map" | "prefix-list" | "filter-list", name, "in"] => add(&mut said.import_policy, name),
        ["route-map" | "prefix-list" | "filter-list", name, "out"] => add(&mut said.export_policy, name),
        ["next-hop-self", ..] => said.next_hop_self = Some(true),
        ["no", "next-hop-self", ..] => said.next_hop_self = Some(false),
        ["route-reflector-client", ..] => said.route_reflector_client = Some(true),
        ["maximum-prefix", limit, rest @ ..] => {
            let family = family.unwrap_or(AddressFamily::Ipv4Unicast);
            said.prefix_limits.push(prefix_limit(family, number(limit, "maximum-prefix")?, rest)?);
        }
        _ => {}
    }
    Ok(())
}

/// A neighbour with several families may name the same policy in each.
fn add(policies: &mut Vec<String>, name: &str) {
    if !policies.iter().any(|known| known == name) {
        policies.push(name.to_owned());
    }
}

/// `maximum-prefix 100 80 restart 5`: 80 per cent, five minutes.
fn prefix_limit(family: AddressFamily, limit: u64, rest: &[&str]) -> Result<PrefixLimit, String> {
    let threshold = rest.first().and_then(|share| share.parse().ok());
    let restart = rest.iter().skip_while(|word| **word != "restart").nth(1);
    let minutes: Option<u64> = restart.map(|minutes| number(minutes, "restart")).transpose()?;
    let idle_timeout = minutes.and_then(|minutes| minutes.checked_mul(60)).map(Duration::from_secs);
    Ok(PrefixLimit { family, limit, threshold, idle_timeout, no_validate: None })
}

fn joined(policies: &[String]) -> Option<String> {
    Some(policies.join(" ")).filter(|text| !text.is_empty())
}

fn group(name: Option<&str>, said: &Said, own: Asn) -> BgpGroup {
    BgpGroup {
        name: name.map(str::to_owned),
        kind: said.remote_as.map(|asn| if asn == own { "internal" } else { "external" }.to_owned()),
        description: said.description.clone(),
        multihop_ttl: said.multihop_ttl,
        local_address: said.local_address.clone(),
        local_as: Some(said.local_as.unwrap_or(own)),
        remote_as: said.remote_as,
        import_policy: joined(&said.import_policy),
        export_policy: joined(&said.export_policy),
        remove_private_as: said.remove_private_as.unwrap_or(false),
        prefix_limits: said.prefix_limits.clone(),
        ..BgpGroup::default()
    }
}

fn model(neighbor: &Neighbor, said: &Said, own: Asn) -> BgpConfigNeighbor {
    BgpConfigNeighbor {
        address: neighbor.address.clone(),
        network_instance: neighbor.instance.clone(),
        description: said.description.clone(),
        import_policy: joined(&said.import_policy),
        export_policy: joined(&said.export_policy),
        local_address: said.local_address.clone(),
        authentication_key: said.password.clone(),
        next_hop_self: said.next_hop_self.unwrap_or(false),
        route_reflector_client: said.route_reflector_client.unwrap_or(false),
        local_as: Some(said.local_as.unwrap_or(own)),
        remote_as: said.remote_as,
        prefix_limits: said.prefix_limits.clone(),
    }
}
