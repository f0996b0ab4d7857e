//! What a template is given: the models as one router sees them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use super::view::{Item, Scope, View};
use crate::model::Network;
use crate::{Error, ErrorKind, Result, Secret};

/// The variables of one rendering, for one router.
///
/// - `router`: the router;
/// - `local_as`: the autonomous system of ours that is configured;
/// - `internet_exchange_points`: the exchanges that the router has a connection to, by slug;
/// - `autonomous_systems`: the peers of the router's sessions, by number;
/// - whatever [`with`](RenderContext::with) adds.
///
/// Everything reached from there is limited to this router: `exchange | sessions` never lists a session that
/// lives on another one. Attributes are named as the models' fields; a connection has `internet_exchange_point`, a
/// session `ixp_connection` and `enabled`; a platform's name is at `router.platform.name`.
/// Passwords are in it, in clear; neither its `Debug` form nor an error ever shows them.
#[derive(Clone)]
pub struct RenderContext {
    scope: Arc<Scope>,
    driver: Option<String>,
    variables: BTreeMap<String, Value>,
    secrets: Vec<Secret>,
}

impl RenderContext {
    /// Everything on one router.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network holds no such router, or not the router's own autonomous system.
    pub fn for_router(network: &Network, router: &str) -> Result<RenderContext> {
        RenderContext::build(network, router, None)
    }

    /// One exchange on one router: `internet_exchange_points` holds this one only, and so do the sessions.
    ///
    /// `local_as` is the exchange's, or the router's if the exchange names none.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network holds no such router, exchange or autonomous system, or no connection
    /// of that router to that exchange.
    pub fn for_exchange(network: &Network, router: &str, exchange: &str) -> Result<RenderContext> {
        RenderContext::build(network, router, Some(exchange))
    }

    fn build(network: &Network, router: &str, exchange: Option<&str>) -> Result<RenderContext> {
        let absent = |what: String| Error::new(ErrorKind::NotFound, format!("the network holds no {what}"));
        let position = network
            .routers
            .iter()
            .position(|row| row.name == router)
            .ok_or_else(|| absent(format!("router {router:?}")))?;
        let row = network.router(router);
        let exchange = exchange
            .map(|slug| network.internet_exchange(slug).ok_or_else(|| absent(format!("exchange {slug:?}"))))
            .transpose()?;
        let local_as = exchange
            .and_then(|exchange| exchange.local_autonomous_system)
            .or(row.and_then(|router| router.local_autonomous_system))
            .ok_or_else(|| absent(format!("local autonomous system for router {router:?}")))?;
        let driver = row
            .and_then(|router| network.platform(router.platform.as_deref()?))
            .map(|platform| platform.driver.clone());

        let scope = Arc::new(Scope::new(network.clone(), position, exchange.map(|row| row.slug.as_str())));
        if let Some(exchange) = exchange.filter(|_| scope.connections.is_empty()) {
            return Err(absent(format!("connection of router {router:?} to exchange {:?}", exchange.slug)));
        }
        let local_as = scope
            .autonomous_system(local_as)
            .ok_or_else(|| absent(format!("autonomous system {local_as}")))?;

        let exchanges: BTreeSet<(&str, usize)> = scope
            .connections
            .iter()
            .filter_map(|index| scope.exchange_of(*index))
            .filter_map(|index| Some((scope.network.internet_exchanges.get(index)?.slug.as_str(), index)))
            .collect();
        // Sessions are in the order of their peers' numbers.
        let mut peers: Vec<usize> = scope.sessions.iter().filter_map(|index| scope.peer_of(*index)).collect();
        peers.dedup();

        let view = |item| View::value(&scope, item);
        let variables = BTreeMap::from([
            ("router".to_owned(), view(Item::Router(position))),
            ("local_as".to_owned(), view(Item::AutonomousSystem(local_as))),
            (
                "internet_exchange_points".to_owned(),
                exchanges.into_iter().map(|(_, index)| view(Item::Exchange(index))).collect(),
            ),
            (
                "autonomous_systems".to_owned(),
                peers.into_iter().map(|index| view(Item::AutonomousSystem(index))).collect(),
            ),
        ]);
        let secrets = network
            .internet_exchange_sessions
            .iter()
            .filter_map(|session| session.password.clone())
            .collect();
        Ok(RenderContext { scope, driver, variables, secrets })
    }

    /// Adds a variable of the caller's own, or replaces one. Its strings are guarded like all others.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> RenderContext {
        self.variables.insert(name.to_owned(), Value::from(Serde(value)));
        self
    }

    /// The name of the driver that talks to the router, if its platform is known.
    pub fn driver(&self) -> Option<&str> {
        self.driver.as_deref()
    }

    pub(super) fn value(&self) -> Value {
        Value::from_pairs(self.variables.iter().map(|(name, value)| (name.clone(), value.clone())))
    }

    /// What must never stand in an error's text.
    pub(super) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }
}

impl fmt::Debug for RenderContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RenderContext")
            .field("router", &self.scope.network.routers.get(self.scope.router).map(|router| &router.name))
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
