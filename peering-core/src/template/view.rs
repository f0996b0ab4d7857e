//! The models as a template sees them: attributes are looked up when they are asked for, relations included.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{DynObject, Object, ObjectRepr};

use crate::model::{
    AutonomousSystem, Connection, Family, InternetExchange, InternetExchangeSession, Network, Platform,
    Router, SessionStatus,
};
use crate::{Asn, Secret};

/// A network as one router sees it. Numbers are positions in the network's lists.
pub(super) struct Scope {
    pub(super) network: Network,
    pub(super) router: usize,
    /// The router's connections, in document order.
    pub(super) connections: Vec<usize>,
    /// The sessions over them, by peer, family and address.
    pub(super) sessions: Vec<usize>,
    autonomous_systems: HashMap<Asn, usize>,
    exchanges: HashMap<String, usize>,
    connection_names: HashMap<String, usize>,
}

impl Scope {
    pub(super) fn new(network: Network, router: usize, exchange: Option<&str>) -> Scope {
        let name = network.routers.get(router).map(|router| router.name.clone());
        let connections: Vec<usize> = network
            .connections
            .iter()
            .enumerate()
            .filter(|(_, row)| row.router.is_some() && row.router == name)
            .filter(|(_, row)| exchange.is_none() || row.internet_exchange.as_deref() == exchange)
            .map(|(index, _)| index)
            .collect();
        let connection_names: HashMap<String, usize> = connections
            .iter()
            .filter_map(|index| Some((network.connections.get(*index)?.name.clone(), *index)))
            .collect();
        let mut sessions: Vec<(&InternetExchangeSession, usize)> = network
            .internet_exchange_sessions
            .iter()
            .zip(0..)
            .filter(|(row, _)| connection_names.contains_key(&row.connection))
            .collect();
        sessions.sort_by_key(|(row, _)| (row.autonomous_system, row.ip_address, row.connection.clone()));
        let sessions = sessions.into_iter().map(|(_, index)| index).collect();
        let autonomous_systems = network.autonomous_systems.iter().map(|row| row.asn).zip(0..).collect();
        let exchanges = network.internet_exchanges.iter().map(|row| row.slug.clone()).zip(0..).collect();
        Scope { network, router, connections, sessions, autonomous_systems, exchanges, connection_names }
    }

    pub(super) fn autonomous_system(&self, asn: Asn) -> Option<usize> {
        self.autonomous_systems.get(&asn).copied()
    }

    pub(super) fn exchange_of(&self, connection: usize) -> Option<usize> {
        let slug = self.network.connections.get(connection)?.internet_exchange.as_ref()?;
        self.exchanges.get(slug).copied()
    }

    pub(super) fn peer_of(&self, session: usize) -> Option<usize> {
        self.autonomous_system(self.network.internet_exchange_sessions.get(session)?.autonomous_system)
    }

    pub(super) fn connection_of(&self, session: usize) -> Option<usize> {
        let name = &self.network.internet_exchange_sessions.get(session)?.connection;
        self.connection_names.get(name).copied()
    }
}

/// Which model a view shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Item {
    AutonomousSystem(usize),
    Exchange(usize),
    Connection(usize),
    Session(usize),
    Router(usize),
    Platform(usize),
}

/// One model in a template.
pub(super) struct View {
    pub(super) scope: Arc<Scope>,
    pub(super) item: Item,
}

impl View {
    pub(super) fn value(scope: &Arc<Scope>, item: Item) -> Value {
        Value::from_object(View { scope: Arc::clone(scope), item })
    }

    pub(super) fn session(&self) -> Option<&InternetExchangeSession> {
        match self.item {
            Item::Session(index) => self.scope.network.internet_exchange_sessions.get(index),
            _ => None,
        }
    }

    fn related(&self, item: Option<Item>) -> Value {
        item.map_or(Value::from(()), |item| View::value(&self.scope, item))
    }

    fn local_as(&self, asn: Option<Asn>) -> Value {
        self.related(asn.and_then(|asn| self.scope.autonomous_system(asn)).map(Item::AutonomousSystem))
    }

    fn attribute(&self, key: &str) -> Option<Value> {
        let network = &self.scope.network;
        match self.item {
            Item::AutonomousSystem(index) => autonomous_system(network.autonomous_systems.get(index)?, key),
            Item::Exchange(index) => self.exchange(network.internet_exchanges.get(index)?, key),
            Item::Connection(index) => self.connection(index, network.connections.get(index)?, key),
            Item::Session(index) => {
                self.session_attribute(index, network.internet_exchange_sessions.get(index)?, key)
            }
            Item::Router(index) => self.router(network.routers.get(index)?, key),
            Item::Platform(index) => platform(network.platforms.get(index)?, key),
        }
    }

    fn exchange(&self, row: &InternetExchange, key: &str) -> Option<Value> {
        Some(match key {
            "name" => Value::from(&*row.name),
            "slug" => Value::from(&*row.slug),
            "status" => Value::from(row.status.as_str()),
            "local_autonomous_system" => self.local_as(row.local_autonomous_system),
            "peeringdb_ixlan" => Value::from(row.peeringdb_ixlan),
            "description" => Value::from(&*row.description),
            _ => return None,
        })
    }

    fn connection(&self, index: usize, row: &Connection, key: &str) -> Option<Value> {
        Some(match key {
            "name" => Value::from(&*row.name),
            "internet_exchange_point" => self.related(self.scope.exchange_of(index).map(Item::Exchange)),
            "status" => Value::from(row.status.as_str()),
            // A scope holds connections of its own router only.
            "router" => self.related(Some(Item::Router(self.scope.router))),
            "interface" => Value::from(row.interface.clone()),
            "vlan" => Value::from(row.vlan),
            "ipv4_address" => Value::from(row.ipv4_address.map(|address| address.to_string())),
            "ipv6_address" => Value::from(row.ipv6_address.map(|address| address.to_string())),
            "peeringdb_netixlan" => Value::from(row.peeringdb_netixlan),
            "description" => Value::from(&*row.description),
            _ => return None,
        })
    }

    fn session_attribute(&self, index: usize, row: &InternetExchangeSession, key: &str) -> Option<Value> {
        Some(match key {
            "autonomous_system" => self.related(self.scope.peer_of(index).map(Item::AutonomousSystem)),
            "ixp_connection" => self.related(self.scope.connection_of(index).map(Item::Connection)),
            "ip_address" => Value::from(row.ip_address.to_string()),
            "is_route_server" => Value::from(row.is_route_server),
            "status" => Value::from(row.status.as_str()),
            "enabled" => Value::from(row.status == SessionStatus::Enabled),
            "password" => match row.password.as_ref().filter(|password| !password.is_empty()) {
                Some(password) => Value::from_object(Password(password.clone())),
                None => Value::from(()),
            },
            "multihop_ttl" => Value::from(row.multihop_ttl),
            "passive" => Value::from(row.passive),
            "bgp_state" => Value::from(row.bgp_state.map(|state| state.to_string().to_lowercase())),
            "service_reference" => Value::from(row.service_reference.clone()),
            "description" => Value::from(&*row.description),
            _ => return None,
        })
    }

    fn router(&self, row: &Router, key: &str) -> Option<Value> {
        Some(match key {
            "name" => Value::from(&*row.name),
            "hostname" => Value::from(&*row.hostname),
            "platform" => {
                let name = row.platform.as_ref();
                let position =
                    self.scope.network.platforms.iter().position(|platform| Some(&platform.name) == name);
                self.related(position.map(Item::Platform))
            }
            "status" => Value::from(row.status.as_str()),
            "local_autonomous_system" => self.local_as(row.local_autonomous_system),
            "poll_bgp_sessions_state" => Value::from(row.poll_bgp_sessions_state),
            _ => return None,
        })
    }
}

fn autonomous_system(row: &AutonomousSystem, key: &str) -> Option<Value> {
    Some(match key {
        "asn" => Value::from(row.asn.get()),
        "name" => Value::from(&*row.name),
        "affiliated" => Value::from(row.affiliated),
        "irr_as_set" => Value::from(row.irr_as_set.clone()),
        "ipv4_max_prefixes" => Value::from(row.max_prefixes(Family::Ipv4)),
        "ipv6_max_prefixes" => Value::from(row.max_prefixes(Family::Ipv6)),
        "description" => Value::from(&*row.description),
        _ => return None,
    })
}

fn platform(row: &Platform, key: &str) -> Option<Value> {
    Some(match key {
        "name" => Value::from(&*row.name),
        "driver" => Value::from(&*row.driver),
        "description" => Value::from(&*row.description),
        _ => return None,
    })
}

impl Object for View {
    // Not a map: a filter that walks over maps must not meet a password.
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.attribute(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.attribute(key)
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        other.downcast_ref::<View>().map(|other| self.item.cmp(&other.item))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.item {
            Item::AutonomousSystem(_) => {
                let (asn, name) = (self.attribute("asn"), self.attribute("name"));
                return write!(f, "AS{} - {}", asn.unwrap_or_default(), name.unwrap_or_default());
            }
            Item::Session(_) => self.attribute("ip_address"),
            _ => self.attribute("name"),
        };
        write!(f, "{}", name.unwrap_or_default())
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.item)
    }
}

/// A session's password: emitted unchanged or refused, never printed by anything but an emission.
pub(super) struct Password(pub(super) Secret);

impl Object for Password {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.expose())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
