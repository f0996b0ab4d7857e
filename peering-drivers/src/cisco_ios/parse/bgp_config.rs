//! BGP as it is configured: peer groups, templates, VRFs.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::time::Duration;

use peering_core::state::{AddressFamily, BgpConfigNeighbor, BgpGroup, PrefixLimit};
use peering_core::{Asn, ParseError, Secret};

use super::bgp_summary::family;
use super::field::scoped;

/// How many templates may inherit from one another: IOS allows seven.
const DEPTH: usize = 8;

/// Reads BGP out of `show running-config`. Empty when BGP is not configured.
///
/// A neighbour has what its peer group and its templates say unless it says something else itself, as on the router. Peer groups
/// and session templates are groups; of policies that differ by family, a neighbour has those of its own address's family. Passive
/// neighbours (`bgp listen range`) have no address, and are left out. Our address is the name of an interface, as IOS wants it.
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

/// What a neighbour, a group or a template may say of a family; `None` is not said.
#[derive(Clone, Debug, Default)]
struct OfFamily {
    import_policy: Option<String>,
    export_policy: Option<String>,
    next_hop_self: Option<bool>,
    route_reflector_client: Option<bool>,
    remove_private_as: Option<bool>,
    limit: Option<(u64, Option<u32>, Option<Duration>)>,
}

/// What one may say.
#[derive(Clone, Debug, Default)]
struct Said {
    description: Option<String>,
    remote_as: Option<Asn>,
    local_as: Option<Asn>,
    local_address: Option<String>,
    authentication_key: Option<Secret>,
    multihop_ttl: Option<u8>,
    /// The peer group.
    group: Option<String>,
    /// The templates that it inherits from.
    session: Vec<String>,
    policies: Vec<(AddressFamily, String)>,
    families: BTreeMap<AddressFamily, OfFamily>,
}

/// A VRF and a name, with what is said under it and its place among the others.
type Named = HashMap<(Option<String>, String), (usize, Said)>;

/// What the lines belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Outside,
    Process,
    Session(String),
    Policy(String),
}

#[derive(Debug, Default)]
struct Config {
    place: Place,
    local_as: Option<Asn>,
    instance: Option<String>,
    family: Option<AddressFamily>,
    is_multipath: bool,
    groups: Named,
    neighbors: Named,
    sessions: Named,
    policies: Named,
}

impl Config {
    fn line(&mut self, line: &str, number: usize) -> Result<(), ParseError> {
        let words: Vec<&str> = line.split_whitespace().collect();
        if !line.starts_with(' ') && !words.is_empty() {
            self.place = Place::Outside;
        }
        // passwords stand in these lines: an error repeats the first words only
        let wrong = |expected: &str| {
            let beginning = words.iter().take(3).copied().collect::<Vec<_>>().join(" ");
            ParseError::new(expected, &beginning).at_line(number)
        };
        match (&self.place, words.as_slice()) {
            (Place::Outside, ["router", "bgp", asn, ..]) => {
                self.local_as = Some(asn.parse().map_err(|_| wrong("router bgp NUMBER"))?);
                (self.place, self.instance, self.family) = (Place::Process, None, None);
            }
            (Place::Outside, _) => {}
            (_, ["template", "peer-session", name]) => {
                under(&mut self.sessions, None, name);
                self.place = Place::Session((*name).to_owned());
            }
            (_, ["template", "peer-policy", name]) => {
                under(&mut self.policies, None, name);
                self.place = Place::Policy((*name).to_owned());
            }
            (_, ["exit-peer-session" | "exit-peer-policy"]) => self.place = Place::Process,
            (Place::Session(name), words) => {
                let said = under(&mut self.sessions, None, name);
                says(said, words, &AddressFamily::Ipv4Unicast).map_err(wrong)?;
            }
            (Place::Policy(name), words) => {
                let said = under(&mut self.policies, None, name);
                says(said, words, &AddressFamily::Ipv4Unicast).map_err(wrong)?;
            }
            (_, ["address-family", rest @ ..]) => {
                let vrf = rest.iter().position(|word| *word == "vrf");
                self.instance = vrf.and_then(|place| rest.get(place + 1)).map(|name| (*name).to_owned());
                let words = rest.get(..vrf.unwrap_or(rest.len())).unwrap_or_default();
                // IOS leaves `unicast` away
                let name =
                    if words.len() == 1 { format!("{} unicast", words.join(" ")) } else { words.join(" ") };
                self.family = Some(family(&name));
            }
            (_, ["exit-address-family"]) => (self.instance, self.family) = (None, None),
            (_, ["maximum-paths", rest @ ..]) => {
                let paths: Option<u32> = rest.iter().find_map(|word| word.parse().ok());
                self.is_multipath |= paths.is_some_and(|paths| paths > 1);
            }
            (_, ["neighbor", name, rest @ ..]) => {
                let family = self.family.clone().unwrap_or(AddressFamily::Ipv4Unicast);
                says(self.named(name), rest, &family).map_err(wrong)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The neighbour of an address in the present VRF, or the group of a name; made where it is missing.
    fn named(&mut self, name: &str) -> &mut Said {
        match scoped(name) {
            Some(_) => under(&mut self.neighbors, self.instance.clone(), name),
            None => under(&mut self.groups, None, name),
        }
    }

    fn finish(self) -> Vec<BgpGroup> {
        let Some(own) = self.local_as else { return Vec::new() };
        let mut found: Vec<BgpGroup> = Vec::new();
        for ((_, name), said) in in_order(&self.groups).into_iter().chain(in_order(&self.sessions)) {
            found.push(group(Some(name), &self.resolved(said), own, self.is_multipath));
        }
        let mut without = group(None, &Said::default(), own, self.is_multipath);
        for ((instance, address), said) in in_order(&self.neighbors) {
            let name = said.group.as_ref().or(said.session.first());
            let group =
                name.and_then(|name| found.iter_mut().find(|group| group.name.as_ref() == Some(name)));
            let neighbor = neighbor(address, instance.as_deref(), &self.resolved(said), own);
            group.unwrap_or(&mut without).neighbors.push(neighbor);
        }
        found.push(without);
        found
    }

    /// What one says, with all that it inherits.
    fn resolved(&self, said: &Said) -> Said {
        let mut all = said.clone();
        if let Some(group) = said.group.as_ref().and_then(|name| named(&self.groups, name)) {
            all.inherit(&self.with_templates(group, DEPTH));
        }
        all.inherit(&self.with_templates(said, DEPTH));
        all
    }

    fn with_templates(&self, said: &Said, depth: usize) -> Said {
        let mut all = said.clone();
        if depth == 0 {
            return all;
        }
        for template in said.session.iter().filter_map(|name| named(&self.sessions, name)) {
            all.inherit(&self.with_templates(template, depth - 1));
        }
        for (family, name) in &said.policies {
            if let Some(template) = named(&self.policies, name) {
                let mut inherited = self.with_templates(template, depth - 1);
                // a template belongs to no family until somebody inherits from it
                let said = std::mem::take(&mut inherited.families).into_values();
                inherited.families = said.map(|said| (family.clone(), said)).collect();
                all.inherit(&inherited);
            }
        }
        all
    }
}

fn named<'a>(all: &'a Named, name: &str) -> Option<&'a Said> {
    all.get(&(None, name.to_owned())).map(|(_, said)| said)
}

/// What is said under a name, made where it is missing.
fn under<'a>(all: &'a mut Named, instance: Option<String>, name: &str) -> &'a mut Said {
    let place = all.len();
    &mut all.entry((instance, name.to_owned())).or_insert_with(|| (place, Said::default())).1
}

/// Everything in the configuration's order.
fn in_order(all: &Named) -> Vec<(&(Option<String>, String), &Said)> {
    let mut all: Vec<_> = all.iter().collect();
    all.sort_by_key(|(_, (place, _))| *place);
    all.into_iter().map(|(key, (_, said))| (key, said)).collect()
}

impl Said {
    fn of(&mut self, family: &AddressFamily) -> &mut OfFamily {
        self.families.entry(family.clone()).or_default()
    }

    /// What is not said here is as another says.
    fn inherit(&mut self, other: &Said) {
        fn or<T: Clone>(own: &mut Option<T>, other: &Option<T>) {
            if own.is_none() {
                own.clone_from(other);
            }
        }
        or(&mut self.description, &other.description);
        or(&mut self.remote_as, &other.remote_as);
        or(&mut self.local_as, &other.local_as);
        or(&mut self.local_address, &other.local_address);
        or(&mut self.authentication_key, &other.authentication_key);
        or(&mut self.multihop_ttl, &other.multihop_ttl);
        for (family, theirs) in &other.families {
            let own = self.of(family);
            or(&mut own.import_policy, &theirs.import_policy);
            or(&mut own.export_policy, &theirs.export_policy);
            or(&mut own.next_hop_self, &theirs.next_hop_self);
            or(&mut own.route_reflector_client, &theirs.route_reflector_client);
            or(&mut own.remove_private_as, &theirs.remove_private_as);
            or(&mut own.limit, &theirs.limit);
        }
    }

    /// What is said of the family that an address is of, else of the first that says it.
    fn policy<T: Clone>(&self, address: Option<IpAddr>, field: fn(&OfFamily) -> &Option<T>) -> Option<T> {
        let own = match address {
            Some(IpAddr::V6(_)) => AddressFamily::Ipv6Unicast,
            _ => AddressFamily::Ipv4Unicast,
        };
        let mut all: Vec<_> = self.families.iter().collect();
        all.sort_by_key(|(family, _)| **family != own);
        all.into_iter().find_map(|(_, said)| field(said).clone())
    }

    fn limits(&self) -> Vec<PrefixLimit> {
        let limit = |(family, said): (&AddressFamily, &OfFamily)| {
            said.limit.map(|(limit, threshold, idle_timeout)| PrefixLimit {
                family: family.clone(),
                limit,
                threshold,
                idle_timeout,
                no_validate: None,
            })
        };
        self.families.iter().filter_map(limit).collect()
    }
}

/// One line's words behind the name. The error says what was expected.
fn says(said: &mut Said, words: &[&str], family: &AddressFamily) -> Result<(), &'static str> {
    match words {
        ["description", rest @ ..] => said.description = Some(rest.join(" ")),
        ["remote-as", asn, ..] => said.remote_as = Some(asn.parse().map_err(|_| "remote-as NUMBER")?),
        ["local-as", asn, ..] => said.local_as = Some(asn.parse().map_err(|_| "local-as NUMBER")?),
        ["update-source", interface] => said.local_address = Some((*interface).to_owned()),
        ["peer-group", group] => said.group = Some((*group).to_owned()),
        ["inherit", "peer-session", name, ..] => said.session.push((*name).to_owned()),
        ["inherit", "peer-policy", name, ..] => said.policies.push((family.clone(), (*name).to_owned())),
        ["password", rest @ ..] => said.authentication_key = rest.last().map(|key| Secret::new(*key)),
        ["ebgp-multihop"] => said.multihop_ttl = Some(u8::MAX),
        ["ebgp-multihop", ttl] => said.multihop_ttl = Some(ttl.parse().map_err(|_| "ebgp-multihop NUMBER")?),
        ["route-map", name, "in"] => said.of(family).import_policy = Some((*name).to_owned()),
        ["route-map", name, "out"] => said.of(family).export_policy = Some((*name).to_owned()),
        ["next-hop-self", ..] => said.of(family).next_hop_self = Some(true),
        ["route-reflector-client"] => said.of(family).route_reflector_client = Some(true),
        ["remove-private-as", ..] => said.of(family).remove_private_as = Some(true),
        ["maximum-prefix", limit, rest @ ..] => {
            let limit = limit.parse().map_err(|_| "maximum-prefix NUMBER")?;
            let threshold = rest.first().and_then(|word| word.parse().ok());
            let restart = rest.iter().skip_while(|word| **word != "restart").nth(1);
            let minutes: Option<u64> =
                restart.map(|word| word.parse()).transpose().map_err(|_| "restart MINUTES")?;
            let idle_timeout = minutes.and_then(|minutes| minutes.checked_mul(60)).map(Duration::from_secs);
            said.of(family).limit = Some((limit, threshold, idle_timeout));
        }
        _ => {}
    }
    Ok(())
}

fn group(name: Option<&str>, said: &Said, own: Asn, multipath: bool) -> BgpGroup {
    let local_as = said.local_as.unwrap_or(own);
    let kind = |asn: Asn| if asn == local_as { "internal" } else { "external" }.to_owned();
    BgpGroup {
        name: name.map(str::to_owned),
        kind: said.remote_as.map(kind),
        description: said.description.clone(),
        apply_groups: Vec::new(),
        multihop_ttl: said.multihop_ttl,
        multipath,
        local_address: said.local_address.clone(),
        local_as: Some(local_as),
        remote_as: said.remote_as,
        import_policy: said.policy(None, |said| &said.import_policy),
        export_policy: said.policy(None, |said| &said.export_policy),
        remove_private_as: said.policy(None, |said| &said.remove_private_as).unwrap_or(false),
        prefix_limits: said.limits(),
        neighbors: Vec::new(),
    }
}

fn neighbor(name: &str, instance: Option<&str>, said: &Said, own: Asn) -> BgpConfigNeighbor {
    let address = scoped(name).map(|(address, _)| address);
    BgpConfigNeighbor {
        address: name.to_owned(),
        network_instance: instance.map(str::to_owned),
        description: said.description.clone(),
        import_policy: said.policy(address, |said| &said.import_policy),
        export_policy: said.policy(address, |said| &said.export_policy),
        local_address: said.local_address.clone(),
        authentication_key: said.authentication_key.clone(),
        next_hop_self: said.policy(address, |said| &said.next_hop_self).unwrap_or(false),
        route_reflector_client: said.policy(address, |said| &said.route_reflector_client).unwrap_or(false),
        local_as: Some(said.local_as.unwrap_or(own)),
        remote_as: said.remote_as,
        prefix_limits: said.limits(),
    }
}
