//! What a template is given: the models as one router sees them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use super::view::{Item, Scope, View};
use crate::model::{Indexed, Meeting, Network};
use crate::{Asn, Compat, Error, ErrorKind, Result, Secret};

/// The variables of one rendering.
///
/// For a router these are
///
/// - `router`: the router;
/// - `local_as`: the autonomous system of ours that is configured;
/// - `internet_exchange_points`: the exchanges that the router has a connection to, by name;
/// - `bgp_groups`: the groups of its direct sessions, by name;
/// - `autonomous_systems`: the peers of the router's sessions, by number;
/// - `routing_policies`: those that the router needs, by name;
/// - `communities`: all, by value;
/// - whatever [`with`](RenderContext::with) adds.
///
/// Everything reached from there is limited to this router: `exchange | sessions` never lists a session that
/// lives on another one, unless `all_routers=true` is asked for. Attributes are named as the models' fields; a
/// connection has `internet_exchange_point`, a session `ixp_connection`, `enabled` and the counts of prefixes.
/// Passwords are in it, in clear; neither its `Debug` form nor an error ever shows them.
///
/// Nothing is looked up while a template runs: the prefixes and AS lists of the IRR are in the models
/// ([`irr`](crate::irr)), the instant is given, and so is what PeeringDB knows ([`Meeting`]).
#[derive(Clone)]
pub struct RenderContext {
    network: Arc<Indexed>,
    subject: Subject,
    driver: Option<String>,
    variables: BTreeMap<String, Value>,
    meetings: BTreeMap<(Asn, Asn), Meeting>,
    now: Timestamp,
}

/// What is rendered.
#[derive(Clone, Copy)]
enum Subject {
    /// Positions of the router, of one exchange if it is not all, and of our autonomous system.
    Router {
        router: usize,
        exchange: Option<usize>,
        local_as: usize,
    },
    /// The position of an autonomous system to write to.
    Peer(usize),
    Nothing,
}

impl RenderContext {
    /// Everything on one router.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network holds no such router, or not the router's own autonomous system.
    pub fn for_router(network: impl Into<Arc<Indexed>>, router: &str) -> Result<RenderContext> {
        RenderContext::build(network.into(), router, None)
    }

    /// One exchange on one router: `internet_exchange_points` holds this one only, and so do the sessions; there
    /// are no direct ones.
    ///
    /// `local_as` is the exchange's, or the router's if the exchange names none.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network holds no such router, exchange or autonomous system, or no connection
    /// of that router to that exchange.
    pub fn for_exchange(
        network: impl Into<Arc<Indexed>>,
        router: &str,
        exchange: &str,
    ) -> Result<RenderContext> {
        RenderContext::build(network.into(), router, Some(exchange))
    }

    fn build(network: Arc<Indexed>, router: &str, exchange: Option<&str>) -> Result<RenderContext> {
        let position = network.router_position(router).ok_or_else(|| absent(format!("router {router:?}")))?;
        let exchange = exchange
            .map(|slug| {
                network.internet_exchange_position(slug).ok_or_else(|| absent(format!("exchange {slug:?}")))
            })
            .transpose()?;
        let row = network.routers.get(position);
        let exchange_row = exchange.and_then(|index| network.internet_exchanges.get(index));
        let asn = exchange_row
            .and_then(|exchange| exchange.local_autonomous_system)
            .or(row.and_then(|router| router.local_autonomous_system))
            .ok_or_else(|| absent(format!("local autonomous system for router {router:?}")))?;
        let local_as = network
            .autonomous_system_position(&asn)
            .ok_or_else(|| absent(format!("autonomous system {asn}")))?;
        if let Some(exchange) = exchange_row {
            let connections = network.connections_on(position);
            let mut rows = connections.iter().filter_map(|index| network.connections.get(*index));
            if !rows.any(|row| row.internet_exchange.as_ref() == Some(&exchange.slug)) {
                return Err(absent(format!(
                    "connection of router {router:?} to exchange {:?}",
                    exchange.slug
                )));
            }
        }
        let platform = row.and_then(|router| network.platform(router.platform.as_deref()?));
        let driver = platform.map(|platform| platform.driver.clone());
        let subject = Subject::Router { router: position, exchange, local_as };
        Ok(RenderContext { driver, ..RenderContext::new(network, subject) })
    }

    /// A message to a peer: `affiliated_autonomous_systems`, which are ours, and `autonomous_system`, the peer.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network holds no such autonomous system.
    pub fn for_peer(network: impl Into<Arc<Indexed>>, asn: Asn) -> Result<RenderContext> {
        let network = network.into();
        let peer = network
            .autonomous_system_position(&asn)
            .ok_or_else(|| absent(format!("autonomous system {asn}")))?;
        Ok(RenderContext::new(network, Subject::Peer(peer)))
    }

    /// No models: only what [`with`](RenderContext::with) adds.
    pub fn empty() -> RenderContext {
        RenderContext::new(Arc::new(Indexed::from(Network::default())), Subject::Nothing)
    }

    fn new(network: Arc<Indexed>, subject: Subject) -> RenderContext {
        RenderContext {
            network,
            subject,
            driver: None,
            variables: BTreeMap::new(),
            meetings: BTreeMap::new(),
            now: Timestamp::now(),
        }
    }

    /// Adds a variable of the caller's own, or replaces one. Its strings are guarded like all others.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> RenderContext {
        self.variables.insert(name.to_owned(), Value::from(Serde(value)));
        self
    }

    /// Adds where two autonomous systems meet, one of which is usually ours.
    #[must_use]
    pub fn with_meeting(mut self, ours: Asn, theirs: Asn, meeting: Meeting) -> RenderContext {
        self.meetings.insert((ours, theirs), meeting);
        self
    }

    /// Sets the instant that the function `now` gives; without it, that of the context's making.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> RenderContext {
        self.now = now;
        self
    }

    /// The name of the driver that talks to the router, if its platform is known.
    pub fn driver(&self) -> Option<&str> {
        self.driver.as_deref()
    }

    /// Everything that the models are in.
    pub fn network(&self) -> &Indexed {
        &self.network
    }

    /// The same without the router's driver: an engine for any platform renders it.
    #[cfg(test)]
    pub(super) fn for_any_platform(mut self) -> RenderContext {
        self.driver = None;
        self
    }

    /// The names of the variables that were added.
    pub(super) fn names(&self) -> Vec<&str> {
        self.variables.keys().map(String::as_str).collect()
    }

    pub(super) fn peer(&self) -> Option<usize> {
        match self.subject {
            Subject::Peer(peer) => Some(peer),
            _ => None,
        }
    }

    /// The variables, by whose rules.
    pub(super) fn value(&self, compat: Compat) -> Value {
        let mut variables = match self.subject {
            Subject::Router { router, exchange, local_as } => {
                self.router_variables(router, exchange, local_as, compat)
            }
            Subject::Peer(peer) => self.peer_variables(peer, compat),
            Subject::Nothing => BTreeMap::new(),
        };
        variables.extend(self.variables.iter().map(|(name, value)| (name.as_str(), value.clone())));
        // A name that no template can say.
        variables.insert(NOW, Value::from(self.now.as_microsecond()));
        Value::from_pairs(variables)
    }

    fn scope(&self, router: Option<usize>, exchange: Option<usize>, compat: Compat) -> Arc<Scope> {
        let network = Arc::clone(&self.network);
        Arc::new(Scope::new(network, router, exchange, self.meetings.clone(), compat))
    }

    fn router_variables(
        &self,
        router: usize,
        exchange: Option<usize>,
        local_as: usize,
        compat: Compat,
    ) -> BTreeMap<&str, Value> {
        let scope = self.scope(Some(router), exchange, compat);
        let exchanges = scope.exchanges_of(&scope.connections);
        let groups = scope.groups_of(scope.direct_sessions_here());
        let peers = scope.peers_of(scope.sessions_here());
        let policies = self.network.routers.get(router).map(|row| self.network.router_policies(row));
        let policies = policies.unwrap_or_default();
        let policies = policies.iter().filter_map(|row| self.network.routing_policy_position(&row.slug));
        BTreeMap::from([
            ("router", View::value(&scope, Item::Router(router))),
            ("local_as", View::value(&scope, Item::AutonomousSystem(local_as))),
            ("internet_exchange_points", scope.rows(exchanges.into_iter().map(Item::Exchange))),
            ("bgp_groups", scope.rows(groups.into_iter().map(Item::Group))),
            ("autonomous_systems", scope.rows(peers.into_iter().map(Item::AutonomousSystem))),
            ("routing_policies", scope.rows(policies.map(Item::Policy))),
            ("communities", scope.rows(scope.all_communities().into_iter().map(Item::Community))),
        ])
    }

    fn peer_variables(&self, peer: usize, compat: Compat) -> BTreeMap<&str, Value> {
        let scope = self.scope(None, None, compat);
        let mut ours: Vec<(Asn, usize)> =
            self.network.autonomous_systems.iter().map(|row| row.asn).zip(0..).collect();
        ours.retain(|(asn, _)| self.network.autonomous_system(asn).is_some_and(|row| row.affiliated));
        ours.sort_unstable();
        BTreeMap::from([
            ("autonomous_system", View::value(&scope, Item::AutonomousSystem(peer))),
            (
                "affiliated_autonomous_systems",
                scope.rows(ours.into_iter().map(|(_, index)| Item::AutonomousSystem(index))),
            ),
        ])
    }

    /// What must never stand in an error's text.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        let exchange = self
            .network
            .internet_exchange_sessions
            .iter()
            .flat_map(|row| [&row.password, &row.encrypted_password]);
        let direct =
            self.network.direct_sessions.iter().flat_map(|row| [&row.password, &row.encrypted_password]);
        exchange.chain(direct).flatten().cloned().collect()
    }
}

/// The variable that holds the instant, in microseconds.
pub(super) const NOW: &str = "__now";

fn absent(what: String) -> Error {
    Error::new(ErrorKind::NotFound, format!("the network holds no {what}"))
}

impl fmt::Debug for RenderContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.subject {
            Subject::Router { router, .. } => self.network.routers.get(router).map(|row| row.name.clone()),
            Subject::Peer(peer) => self.network.autonomous_systems.get(peer).map(|row| row.asn.to_string()),
            Subject::Nothing => None,
        };
        f.debug_struct("RenderContext")
            .field("for", &name)
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
