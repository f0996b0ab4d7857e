//! What must be true of a document, checked all at once.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;

use serde::Serialize;

use super::{Community, ContextAssignment, DirectSession, Network};
use crate::{Asn, Compat, Error, ErrorKind, REDACTED, Result, Secret};

/// One thing that is wrong with a [`Network`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where, e.g. `connections[0].vlan`; positions count from 0.
    pub path: String,
    /// What is wrong there, and what to do. It never quotes a password.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl Network {
    /// Checks that keys are unique, references lead somewhere and values are in range.
    ///
    /// # Errors
    /// [`ErrorKind::Options`], whose message holds every one of the [`problems`](Network::problems), a line each.
    pub fn validate(&self) -> Result<()> {
        report(&self.problems())
    }

    /// Everything that is wrong with the document, in its order.
    pub fn problems(&self) -> Vec<Problem> {
        let mut check = Check { keys: Keys::of(self), problems: Vec::new() };
        check.autonomous_systems(self);
        check.groups(self);
        check.exchanges(self);
        check.connections(self);
        check.exchange_sessions(self);
        check.direct_sessions(self);
        check.policies(self);
        check.routers(self);
        check.others(self);
        check.problems
    }
}

/// One error for all problems.
pub(super) fn report(problems: &[Problem]) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    Err(Error::new(ErrorKind::Options, format!("the network document is not sound:\n{}", lines.join("\n"))))
}

/// The keys that may be referred to.
struct Keys<'a> {
    asns: HashSet<Asn>,
    groups: HashSet<&'a str>,
    exchanges: HashSet<&'a str>,
    connections: HashSet<&'a str>,
    policies: HashSet<&'a str>,
    communities: HashSet<&'a str>,
    relationships: HashSet<&'a str>,
    bfds: HashSet<&'a str>,
    routers: HashSet<&'a str>,
    platforms: HashSet<&'a str>,
    templates: HashSet<&'a str>,
    contexts: HashSet<&'a str>,
}

impl<'a> Keys<'a> {
    fn of(network: &'a Network) -> Self {
        Keys {
            asns: network.autonomous_systems.iter().map(|row| row.asn).collect(),
            groups: network.bgp_groups.iter().map(|row| &*row.slug).collect(),
            exchanges: network.internet_exchanges.iter().map(|row| &*row.slug).collect(),
            connections: network.connections.iter().map(|row| &*row.name).collect(),
            policies: network.routing_policies.iter().map(|row| &*row.slug).collect(),
            communities: network.communities.iter().map(|row| &*row.slug).collect(),
            relationships: network.relationships.iter().map(|row| &*row.slug).collect(),
            bfds: network.bfds.iter().map(|row| &*row.slug).collect(),
            routers: network.routers.iter().map(|row| &*row.name).collect(),
            platforms: network.platforms.iter().map(|row| &*row.name).collect(),
            templates: network.templates.iter().map(|row| &*row.name).collect(),
            contexts: network.config_contexts.iter().map(|row| &*row.name).collect(),
        }
    }
}

struct Check<'a> {
    keys: Keys<'a>,
    problems: Vec<Problem>,
}

/// What the check of every session looks at.
struct SessionFields<'a> {
    asn: Asn,
    ttl: u8,
    password: Option<&'a Secret>,
    encrypted: Option<&'a Secret>,
    import: &'a [String],
    export: &'a [String],
    communities: &'a [String],
    bfd: Option<&'a str>,
    contexts: &'a [ContextAssignment],
}

impl Check<'_> {
    fn problem(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem { path: path.into(), message: message.into() });
    }

    /// A key that must be there, must not be empty and must be the first of its kind.
    fn key<K: Eq + Hash + fmt::Display>(
        &mut self,
        seen: &mut HashMap<K, usize>,
        list: &str,
        field: &str,
        index: usize,
        key: K,
    ) {
        if key.to_string().is_empty() {
            self.problem(
                format!("{list}[{index}].{field}"),
                "is empty; it is the key by which others refer to it",
            );
        } else if let Some(first) = seen.get(&key) {
            let message = format!("{key} occurs twice, first in {list}[{first}]");
            self.problem(format!("{list}[{index}].{field}"), message);
        } else {
            seen.insert(key, index);
        }
    }

    fn unknown(&mut self, path: String, what: &str, key: &dyn fmt::Display) {
        self.problem(path, format!("refers to {what} {key}, which is not in the document"));
    }

    fn asn(&mut self, at: &str, field: &str, asn: Option<Asn>) {
        if let Some(asn) = asn.filter(|asn| !self.keys.asns.contains(asn)) {
            self.unknown(format!("{at}.{field}"), "autonomous system", &asn);
        }
    }

    fn reference(&mut self, known: fn(&Keys<'_>, &str) -> bool, path: String, what: &str, key: Option<&str>) {
        if let Some(key) = key.filter(|key| !known(&self.keys, key)) {
            self.unknown(path, what, &format_args!("{key:?}"));
        }
    }

    fn policies_of(&mut self, at: &str, import: &[String], export: &[String], communities: &[String]) {
        for (field, slugs) in [("import_routing_policies", import), ("export_routing_policies", export)] {
            for (index, slug) in slugs.iter().enumerate() {
                let path = format!("{at}.{field}[{index}]");
                self.reference(|keys, key| keys.policies.contains(key), path, "routing policy", Some(slug));
            }
        }
        self.communities_of(at, communities);
    }

    fn communities_of(&mut self, at: &str, communities: &[String]) {
        for (index, slug) in communities.iter().enumerate() {
            let path = format!("{at}.communities[{index}]");
            self.reference(|keys, key| keys.communities.contains(key), path, "community", Some(slug));
        }
    }

    fn contexts_of(&mut self, at: &str, assignments: &[ContextAssignment]) {
        for (index, assignment) in assignments.iter().enumerate() {
            let path = format!("{at}.config_contexts[{index}].context");
            let known = |keys: &Keys<'_>, key: &str| keys.contexts.contains(key);
            self.reference(known, path, "config context", Some(&assignment.context));
        }
    }

    fn autonomous_systems(&mut self, network: &Network) {
        let mut seen = HashMap::new();
        for (index, row) in network.autonomous_systems.iter().enumerate() {
            let at = format!("autonomous_systems[{index}]");
            self.key(&mut seen, "autonomous_systems", "asn", index, row.asn);
            self.policies_of(
                &at,
                &row.import_routing_policies,
                &row.export_routing_policies,
                &row.communities,
            );
            self.contexts_of(&at, &row.config_contexts);
        }
    }

    fn groups(&mut self, network: &Network) {
        let mut seen = HashMap::new();
        for (index, row) in network.bgp_groups.iter().enumerate() {
            let at = format!("bgp_groups[{index}]");
            self.key(&mut seen, "bgp_groups", "slug", index, &row.slug);
            self.policies_of(
                &at,
                &row.import_routing_policies,
                &row.export_routing_policies,
                &row.communities,
            );
            self.contexts_of(&at, &row.config_contexts);
        }
    }

    fn exchanges(&mut self, network: &Network) {
        let mut seen = HashMap::new();
        for (index, row) in network.internet_exchanges.iter().enumerate() {
            let at = format!("internet_exchanges[{index}]");
            self.key(&mut seen, "internet_exchanges", "slug", index, &row.slug);
            self.asn(&at, "local_autonomous_system", row.local_autonomous_system);
            self.policies_of(
                &at,
                &row.import_routing_policies,
                &row.export_routing_policies,
                &row.communities,
            );
            self.contexts_of(&at, &row.config_contexts);
        }
    }

    fn connections(&mut self, network: &Network) {
        let mut seen = HashMap::new();
        for (index, row) in network.connections.iter().enumerate() {
            let at = format!("connections[{index}]");
            self.key(&mut seen, "connections", "name", index, &row.name);
            let slug = row.internet_exchange.as_deref();
            let known = |keys: &Keys<'_>, key: &str| keys.exchanges.contains(key);
            self.reference(known, format!("{at}.internet_exchange"), "exchange", slug);
            let known = |keys: &Keys<'_>, key: &str| keys.routers.contains(key);
            self.reference(known, format!("{at}.router"), "router", row.router.as_deref());
            if let Some(vlan) = row.vlan.filter(|vlan| !(1..=4094).contains(vlan)) {
                self.problem(format!("{at}.vlan"), format!("{vlan} is not in 1 to 4094"));
            }
            self.contexts_of(&at, &row.config_contexts);
        }
    }

    fn exchange_sessions(&mut self, network: &Network) {
        let exchange_of: HashMap<&str, &str> = network
            .connections
            .iter()
            .filter_map(|row| Some((row.name.as_str(), row.internet_exchange.as_deref()?)))
            .collect();
        let mut seen: HashMap<(&str, IpAddr), usize> = HashMap::new();
        let mut owners: HashMap<(&str, IpAddr), (Asn, usize)> = HashMap::new();
        for (index, row) in network.internet_exchange_sessions.iter().enumerate() {
            let at = format!("internet_exchange_sessions[{index}]");
            let known = |keys: &Keys<'_>, key: &str| keys.connections.contains(key);
            self.reference(known, format!("{at}.connection"), "connection", Some(&row.connection));
            let twice = seen.insert((&row.connection, row.ip_address), index);
            if let Some(first) = twice {
                let message = format!(
                    "{} over {:?} occurs twice, first in internet_exchange_sessions[{first}]",
                    row.ip_address, row.connection
                );
                self.problem(format!("{at}.ip_address"), message);
            } else if let Some(exchange) = exchange_of.get(row.connection.as_str()) {
                let (owner, first) =
                    *owners.entry((*exchange, row.ip_address)).or_insert((row.autonomous_system, index));
                if owner != row.autonomous_system {
                    let message = format!(
                        "{} is {owner}'s in internet_exchange_sessions[{first}]; one address has one owner",
                        row.ip_address
                    );
                    self.problem(format!("{at}.autonomous_system"), message);
                }
            }
            self.session(
                &at,
                SessionFields {
                    asn: row.autonomous_system,
                    ttl: row.multihop_ttl,
                    password: row.password.as_ref(),
                    encrypted: row.encrypted_password.as_ref(),
                    import: &row.import_routing_policies,
                    export: &row.export_routing_policies,
                    communities: &row.communities,
                    bfd: row.bfd.as_deref(),
                    contexts: &row.config_contexts,
                },
            );
        }
    }

    fn direct_sessions(&mut self, network: &Network) {
        type Key<'a> = (&'a str, Option<&'a str>, IpAddr);
        let mut seen: HashMap<Key<'_>, usize> = HashMap::new();
        for (index, row) in network.direct_sessions.iter().enumerate() {
            let at = format!("direct_sessions[{index}]");
            if let Some(router) = &row.router {
                let key = (router.as_str(), row.network_instance.as_deref(), row.ip_address.addr());
                if let Some(first) = seen.insert(key, index) {
                    let message = format!(
                        "{} on router {router:?} occurs twice, first in direct_sessions[{first}]",
                        row.ip_address.addr()
                    );
                    self.problem(format!("{at}.ip_address"), message);
                }
            }
            self.direct_session(&at, row);
        }
    }

    fn direct_session(&mut self, at: &str, row: &DirectSession) {
        self.asn(at, "local_autonomous_system", row.local_autonomous_system);
        type Known = fn(&Keys<'_>, &str) -> bool;
        let references: [(&str, &str, Option<&String>, Known); 4] = [
            ("relationship", "relationship", row.relationship.as_ref(), |k, key| {
                k.relationships.contains(key)
            }),
            ("bgp_group", "BGP group", row.bgp_group.as_ref(), |k, key| k.groups.contains(key)),
            ("router", "router", row.router.as_ref(), |k, key| k.routers.contains(key)),
            ("connection", "connection", row.connection.as_ref(), |k, key| k.connections.contains(key)),
        ];
        for (field, what, key, known) in references {
            self.reference(known, format!("{at}.{field}"), what, key.map(String::as_str));
        }
        if row.local_ip_address.is_some_and(|local| local.addr().is_ipv4() != row.ip_address.addr().is_ipv4())
        {
            self.problem(format!("{at}.local_ip_address"), "is of another family than ip_address");
        } else if let Some(problem) = row.address_problem(Compat::Strict) {
            self.problem(format!("{at}.ip_address"), problem.to_string());
        }
        self.session(
            at,
            SessionFields {
                asn: row.autonomous_system,
                ttl: row.multihop_ttl,
                password: row.password.as_ref(),
                encrypted: row.encrypted_password.as_ref(),
                import: &row.import_routing_policies,
                export: &row.export_routing_policies,
                communities: &row.communities,
                bfd: row.bfd.as_deref(),
                contexts: &row.config_contexts,
            },
        );
    }

    fn session(&mut self, at: &str, session: SessionFields<'_>) {
        self.asn(at, "autonomous_system", Some(session.asn));
        if session.ttl == 0 {
            self.problem(format!("{at}.multihop_ttl"), "is not in 1 to 255");
        }
        for (field, password) in [("password", session.password), ("encrypted_password", session.encrypted)] {
            if password.is_some_and(|password| password.expose() == REDACTED) {
                self.problem(
                    format!("{at}.{field}"),
                    "is the mark that stands for a password; give the password itself or remove it",
                );
            }
        }
        self.policies_of(at, session.import, session.export, session.communities);
        self.reference(|keys, key| keys.bfds.contains(key), format!("{at}.bfd"), "BFD", session.bfd);
        self.contexts_of(at, session.contexts);
    }

    fn policies(&mut self, network: &Network) {
        let mut seen = HashMap::new();
        for (index, row) in network.routing_policies.iter().enumerate() {
            let at = format!("routing_policies[{index}]");
            self.key(&mut seen, "routing_policies", "slug", index, &row.slug);
            self.communities_of(&at, &row.communities);
            self.contexts_of(&at, &row.config_contexts);
        }
        let mut seen = HashMap::new();
        for (index, row) in network.communities.iter().enumerate() {
            let at = format!("communities[{index}]");
            self.key(&mut seen, "communities", "slug", index, &row.slug);
            if Community::kind_of(&row.value, Compat::Strict).is_none() {
                let message = format!(
                    "{:?} is no community; write 64500:1, target:64500:1, origin:64500:1 or 64500:1:2",
                    row.value
                );
                self.problem(format!("{at}.value"), message);
            }
            self.contexts_of(&at, &row.config_contexts);
        }
    }

    fn routers(&mut self, network: &Network) {
        let mut seen = HashMap::new();
        for (index, row) in network.routers.iter().enumerate() {
            let at = format!("routers[{index}]");
            self.key(&mut seen, "routers", "name", index, &row.name);
            let known = |keys: &Keys<'_>, key: &str| keys.platforms.contains(key);
            self.reference(known, format!("{at}.platform"), "platform", row.platform.as_deref());
            self.asn(&at, "local_autonomous_system", row.local_autonomous_system);
            let known = |keys: &Keys<'_>, key: &str| keys.templates.contains(key);
            let template = row.configuration_template.as_deref();
            self.reference(known, format!("{at}.configuration_template"), "template", template);
            self.communities_of(&at, &row.communities);
            self.contexts_of(&at, &row.config_contexts);
        }
    }

    fn others(&mut self, network: &Network) {
        fn keys<T>(rows: &[T], key: impl Fn(&T) -> String) -> impl Iterator<Item = (usize, String)> {
            rows.iter().map(key).enumerate()
        }
        type Keyed = Vec<(usize, String)>;
        let lists: [(&str, &str, Keyed); 6] = [
            ("relationships", "slug", keys(&network.relationships, |row| row.slug.clone()).collect()),
            ("bfds", "slug", keys(&network.bfds, |row| row.slug.clone()).collect()),
            ("platforms", "name", keys(&network.platforms, |row| row.name.clone()).collect()),
            ("config_contexts", "name", keys(&network.config_contexts, |row| row.name.clone()).collect()),
            ("tags", "slug", keys(&network.tags, |row| row.slug.clone()).collect()),
            (
                "hidden_peers",
                "asn",
                keys(&network.hidden_peers, |row| format!("{} at ixlan {}", row.asn, row.ixlan)).collect(),
            ),
        ];
        for (list, field, rows) in lists {
            let mut seen = HashMap::new();
            for (index, key) in rows {
                self.key(&mut seen, list, field, index, key);
            }
        }
        let mut seen = HashMap::new();
        for (index, row) in network.templates.iter().enumerate() {
            let key = if row.name.is_empty() {
                String::new()
            } else {
                format!("{}::{}", row.kind.prefix(), row.name)
            };
            self.key(&mut seen, "templates", "name", index, key);
        }
        for (index, row) in network.bfds.iter().enumerate() {
            let at = format!("bfds[{index}]");
            for (field, interval, least) in [
                ("minimum_transmit_interval", row.minimum_transmit_interval, 1),
                ("minimum_receive_interval", row.minimum_receive_interval, 1),
                ("hold_time", row.hold_time, 0),
            ] {
                if !(least..=255_000).contains(&interval) {
                    self.problem(
                        format!("{at}.{field}"),
                        format!("{interval} is not in {least} to 255000 milliseconds"),
                    );
                }
            }
            if row.detection_multiplier == 0 {
                self.problem(format!("{at}.detection_multiplier"), "is not in 1 to 255");
            }
        }
    }
}
