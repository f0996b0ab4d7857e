//! BGP as it is configured.

use std::collections::HashMap;

use peering_core::state::{AddressFamily, BgpConfigNeighbor, BgpGroup, PrefixLimit};
use peering_core::{Asn, ParseError, Secret};

use super::field::scoped;

/// Reads `show running-config | section router bgp`. Empty when BGP is not configured.
///
/// A neighbour has what its group says unless it says something else itself, as on the router. Passive peers (`bgp listen`)
/// and peers by interface are not neighbours with an address, and left out.
///
/// # Errors
/// When our own AS number, or a word that wants a number, has none.
pub fn bgp_config(text: &str) -> Result<Vec<BgpGroup>, ParseError> {
    let mut config = Config::default();
    for (number, line) in (1..).zip(text.lines()) {
        config.line(line, number)?;
    }
    Ok(config.finish())
}

/// What a group and a neighbour may both say; `None` is not said.
#[derive(Clone, Debug, Default)]
struct Said {
    description: Option<String>,
    import_policy: Option<String>,
    export_policy: Option<String>,
    authentication_key: Option<Secret>,
    next_hop_self: Option<bool>,
    route_reflector_client: Option<bool>,
    remove_private_as: Option<bool>,
    multihop_ttl: Option<u8>,
    local_as: Option<Asn>,
    remote_as: Option<Asn>,
    prefix_limit: Option<PrefixLimit>,
}

struct Neighbor<'a> {
    /// Where it stands among the neighbours.
    place: usize,
    group: Option<&'a str>,
    said: Said,
}

#[derive(Default)]
struct Config<'a> {
    local_as: Option<Asn>,
    /// The VRF that the lines belong to.
    instance: Option<&'a str>,
    vrf_depth: usize,
    groups: HashMap<&'a str, (usize, Said)>,
    neighbors: HashMap<(Option<&'a str>, &'a str), Neighbor<'a>>,
}

impl<'a> Config<'a> {
    fn line(&mut self, line: &'a str, number: usize) -> Result<(), ParseError> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let depth = line.len() - line.trim_start().len();
        if depth <= self.vrf_depth && words.first().is_some_and(|word| *word != "!") {
            self.instance = None;
        }
        // passwords stand in these lines: an error repeats the first words only
        let wrong = |expected: &str| {
            let beginning = words.iter().take(3).copied().collect::<Vec<_>>().join(" ");
            ParseError::new(expected, &beginning).at_line(number)
        };
        match words.as_slice() {
            ["router", "bgp", asn, ..] => {
                self.local_as = Some(asn.parse().map_err(|_| wrong("router bgp NUMBER"))?);
            }
            // below `router bgp` alone, not `vrf` in another place
            ["vrf", name] if depth > 0 => {
                self.instance = Some(name);
                self.vrf_depth = depth;
            }
            ["neighbor", "interface", ..] | ["no", "neighbor", "interface", ..] => {}
            ["neighbor", name, rest @ ..] => self.says(name, rest, false).map_err(|what| wrong(&what))?,
            ["no", "neighbor", name, rest @ ..] => {
                self.says(name, rest, true).map_err(|what| wrong(&what))?
            }
            _ => {}
        }
        Ok(())
    }

    fn says(&mut self, name: &'a str, words: &[&'a str], is_negated: bool) -> Result<(), String> {
        if scoped(name).is_err() {
            return says(self.group(name), words, is_negated);
        }
        let group = match words {
            ["peer", "group", group, ..] | ["peer-group", group, ..] if !is_negated => Some(*group),
            _ => None,
        };
        if let Some(group) = group {
            self.group(group);
        }
        let neighbor = self.neighbor(name);
        neighbor.group = group.or(neighbor.group);
        says(&mut neighbor.said, words, is_negated)
    }

    /// The group of this name, made where it is missing.
    fn group(&mut self, name: &'a str) -> &mut Said {
        let place = self.groups.len();
        &mut self.groups.entry(name).or_insert_with(|| (place, Said::default())).1
    }

    /// The neighbour of this address in the present VRF, made where it is missing.
    fn neighbor(&mut self, address: &'a str) -> &mut Neighbor<'a> {
        let place = self.neighbors.len();
        let new = || Neighbor { place, group: None, said: Said::default() };
        self.neighbors.entry((self.instance, address)).or_insert_with(new)
    }

    fn finish(self) -> Vec<BgpGroup> {
        let Some(own) = self.local_as else { return Vec::new() };
        let mut named: Vec<_> = self.groups.iter().collect();
        named.sort_by_key(|(_, (place, _))| *place);
        let mut groups: Vec<BgpGroup> =
            named.iter().map(|(name, (_, said))| group(Some(name), said, own)).collect();
        let mut without = group(None, &Said::default(), own);
        let mut neighbors: Vec<_> = self.neighbors.into_iter().collect();
        neighbors.sort_by_key(|(_, neighbor)| neighbor.place);
        let nothing = Said::default();
        for ((instance, address), neighbor) in neighbors {
            let inherited = neighbor.group.and_then(|name| self.groups.get(name));
            let said = inherited.map_or(&nothing, |(_, said)| said);
            let group = match inherited {
                Some((place, _)) => groups.get_mut(*place).unwrap_or(&mut without),
                None => &mut without,
            };
            group.neighbors.push(model(address, instance, &neighbor.said, said, own));
        }
        groups.push(without);
        groups
    }
}

/// One line's words behind the name. The error says what was expected.
fn says(said: &mut Said, words: &[&str], is_negated: bool) -> Result<(), String> {
    let number = |what: &str| format!("{what} and a number");
    match words {
        ["description", rest @ ..] => said.description = (!is_negated).then(|| rest.join(" ")),
        ["remote-as", asn, ..] if !is_negated => {
            said.remote_as = Some(asn.parse().map_err(|_| number("remote-as"))?);
        }
        ["local-as", asn, ..] if !is_negated => {
            said.local_as = Some(asn.parse().map_err(|_| number("local-as"))?);
        }
        ["route-map", name, "in"] => said.import_policy = (!is_negated).then(|| (*name).to_owned()),
        ["route-map", name, "out"] => said.export_policy = (!is_negated).then(|| (*name).to_owned()),
        ["route-map", "in"] => said.import_policy = None,
        ["route-map", "out"] => said.export_policy = None,
        ["next-hop-self", ..] => said.next_hop_self = Some(!is_negated),
        ["route-reflector-client", ..] => said.route_reflector_client = Some(!is_negated),
        ["remove-private-as", ..] => said.remove_private_as = Some(!is_negated),
        // EOS leaves its default away
        ["ebgp-multihop"] => said.multihop_ttl = (!is_negated).then_some(u8::MAX),
        ["ebgp-multihop", ttl, ..] if !is_negated => {
            said.multihop_ttl = Some(ttl.parse().map_err(|_| number("ebgp-multihop"))?);
        }
        ["password", rest @ ..] => {
            said.authentication_key = rest.last().filter(|_| !is_negated).map(|key| Secret::new(*key));
        }
        ["maximum-routes", limit, rest @ ..] if !is_negated => {
            let limit = limit.parse().map_err(|_| number("maximum-routes"))?;
            said.prefix_limit = prefix_limit(limit, rest);
        }
        _ => {}
    }
    Ok(())
}

/// EOS counts the routes of all families together; 0 is no limit.
fn prefix_limit(limit: u64, rest: &[&str]) -> Option<PrefixLimit> {
    let threshold = match rest {
        ["warning-limit", share, "percent", ..] => share.parse().ok(),
        ["warning-limit", routes, ..] => {
            let routes: Option<u64> = routes.parse().ok();
            routes.and_then(|routes| u32::try_from(routes.checked_mul(100)?.checked_div(limit)?).ok())
        }
        _ => None,
    };
    let family = AddressFamily::Other("all".to_owned());
    (limit > 0).then_some(PrefixLimit { family, limit, threshold, idle_timeout: None, no_validate: None })
}

fn group(name: Option<&str>, said: &Said, own: Asn) -> BgpGroup {
    BgpGroup {
        name: name.map(str::to_owned),
        description: said.description.clone(),
        multihop_ttl: said.multihop_ttl,
        local_as: Some(said.local_as.unwrap_or(own)),
        remote_as: said.remote_as,
        import_policy: said.import_policy.clone(),
        export_policy: said.export_policy.clone(),
        remove_private_as: said.remove_private_as.unwrap_or(false),
        prefix_limits: said.prefix_limit.clone().into_iter().collect(),
        ..BgpGroup::default()
    }
}

fn model(address: &str, instance: Option<&str>, said: &Said, group: &Said, own: Asn) -> BgpConfigNeighbor {
    let either = |own: &Option<String>, group: &Option<String>| own.clone().or_else(|| group.clone());
    BgpConfigNeighbor {
        address: address.to_owned(),
        network_instance: instance.map(str::to_owned),
        description: either(&said.description, &group.description),
        import_policy: either(&said.import_policy, &group.import_policy),
        export_policy: either(&said.export_policy, &group.export_policy),
        local_address: None,
        authentication_key: said.authentication_key.clone().or_else(|| group.authentication_key.clone()),
        next_hop_self: said.next_hop_self.or(group.next_hop_self).unwrap_or(false),
        route_reflector_client: said.route_reflector_client.or(group.route_reflector_client).unwrap_or(false),
        local_as: Some(said.local_as.or(group.local_as).unwrap_or(own)),
        remote_as: said.remote_as.or(group.remote_as),
        prefix_limits: said.prefix_limit.clone().or_else(|| group.prefix_limit.clone()).into_iter().collect(),
    }
}
