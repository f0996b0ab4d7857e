//! A network as one router sees it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use minijinja::Value;

use super::{Item, Rows, View};
use crate::model::{
    Connection, DirectSession, Family, Indexed, InternetExchangeSession, Meeting, SessionRef,
};
use crate::{Asn, Compat};

/// A network as one router sees it, or as nobody in particular does.
pub(in super::super) struct Scope {
    pub(in super::super) network: Arc<Indexed>,
    pub(in super::super) compat: Compat,
    /// The router that is rendered.
    pub(in super::super) router: Option<usize>,
    /// The one exchange that is rendered, if it is not all.
    exchange: Option<usize>,
    /// The router's connections, ordered.
    pub(in super::super) connections: Vec<usize>,
    /// The sessions over them, ordered.
    sessions: Vec<usize>,
    /// Those per exchange and per peer.
    by_exchange: OnceLock<HashMap<usize, Vec<usize>>>,
    by_peer: OnceLock<HashMap<Asn, Vec<usize>>>,
    /// The router's direct sessions, ordered.
    direct_sessions: Vec<usize>,
    /// All sessions over exchanges, ordered; only for those who ask beyond the router.
    everywhere: OnceLock<Vec<usize>>,
    /// The place of each connection in their order.
    ranks: Vec<usize>,
    /// Where pairs of autonomous systems meet, as far as it was given.
    pub(in super::super) meetings: BTreeMap<(Asn, Asn), Meeting>,
}

impl Scope {
    pub(in super::super) fn new(
        network: Arc<Indexed>,
        router: Option<usize>,
        exchange: Option<usize>,
        meetings: BTreeMap<(Asn, Asn), Meeting>,
        compat: Compat,
    ) -> Scope {
        let ranks = ranks(&network);
        let mut scope = Scope {
            network,
            compat,
            router,
            exchange,
            connections: Vec::new(),
            sessions: Vec::new(),
            by_exchange: OnceLock::new(),
            by_peer: OnceLock::new(),
            direct_sessions: Vec::new(),
            everywhere: OnceLock::new(),
            ranks,
            meetings,
        };
        if let Some(router) = router {
            scope.connections = scope.connections_on(router);
            scope.sessions = scope.sessions_over(&scope.connections);
            scope.direct_sessions = match exchange {
                Some(_) => Vec::new(),
                None => scope.direct_sessions_on(router),
            };
        }
        scope
    }

    /// The values that show these models.
    pub(in super::super) fn rows(self: &Arc<Self>, items: impl Iterator<Item = Item>) -> Value {
        Value::from_object(Rows::new(self, items.collect()))
    }

    pub(in super::super) fn view(self: &Arc<Self>, item: Option<Item>) -> Value {
        item.map_or(Value::from(()), |item| View::value(self, item))
    }

    pub(in super::super) fn session(&self, item: Item) -> Option<SessionRef<'_>> {
        match item {
            Item::ExchangeSession(index) => {
                self.network.internet_exchange_sessions.get(index).map(SessionRef::InternetExchange)
            }
            Item::DirectSession(index) => self.network.direct_sessions.get(index).map(SessionRef::Direct),
            _ => None,
        }
    }

    /// The exchange that a connection leads to.
    pub(in super::super) fn exchange_of(&self, connection: usize) -> Option<usize> {
        let slug = self.network.connections.get(connection)?.internet_exchange.as_deref()?;
        self.network.internet_exchange_position(slug)
    }

    fn connection_of(&self, session: &InternetExchangeSession) -> Option<usize> {
        self.network.connection_position(&session.connection)
    }

    /// The router's connections in order, of the exchange that is rendered.
    pub(in super::super) fn connections_on(&self, router: usize) -> Vec<usize> {
        let mut connections: Vec<usize> = self.network.connections_on(router).to_vec();
        connections.retain(|index| self.exchange.is_none() || self.exchange == self.exchange_of(*index));
        self.order_connections(&mut connections);
        connections
    }

    /// All connections to an exchange in order, or only the router's.
    pub(in super::super) fn connections_to(&self, exchange: usize, everywhere: bool) -> Vec<usize> {
        if everywhere || self.router.is_none() {
            let mut connections = self.network.connections_to(exchange).to_vec();
            self.order_connections(&mut connections);
            return connections;
        }
        let here = self.connections.iter().copied();
        here.filter(|index| self.exchange_of(*index) == Some(exchange)).collect()
    }

    fn order_connections(&self, connections: &mut [usize]) {
        connections.sort_by_key(|index| self.ranks.get(*index));
    }

    /// The sessions over some connections, in order.
    fn sessions_over(&self, connections: &[usize]) -> Vec<usize> {
        let mut sessions: Vec<usize> = connections
            .iter()
            .flat_map(|connection| self.network.sessions_over(*connection))
            .copied()
            .collect();
        self.order_sessions(&mut sessions);
        sessions
    }

    fn order_sessions(&self, sessions: &mut [usize]) {
        sessions.sort_by_cached_key(|index| self.session_key(*index));
    }

    /// By the order number (those without last), the peer, the connection and the address.
    #[allow(clippy::type_complexity)]
    fn session_key(
        &self,
        session: usize,
    ) -> Option<((bool, Option<&str>), Asn, Option<usize>, (u8, IpAddr), usize)> {
        let row = self.network.internet_exchange_sessions.get(session)?;
        let rank = self.connection_of(row).and_then(|connection| self.ranks.get(connection)).copied();
        Some((
            nulls_last(row.service_reference.as_deref()),
            row.autonomous_system,
            rank,
            address_key(row.ip_address),
            session,
        ))
    }

    pub(in super::super) fn direct_sessions_on(&self, router: usize) -> Vec<usize> {
        let mut sessions = self.network.direct_sessions_on(router).to_vec();
        self.order_direct_sessions(&mut sessions);
        sessions
    }

    fn order_direct_sessions(&self, sessions: &mut [usize]) {
        let rows = &self.network.direct_sessions;
        sessions.sort_by_cached_key(|index| {
            rows.get(*index).map(|row| {
                (
                    nulls_last(row.service_reference.clone()),
                    nulls_last(self.local_as_of(row)),
                    row.autonomous_system,
                    address_key(row.ip_address.addr()),
                    *index,
                )
            })
        });
    }

    /// Our autonomous system on a direct session.
    pub(in super::super) fn local_as_of(&self, session: &DirectSession) -> Option<Asn> {
        session.local_autonomous_system.or_else(|| {
            self.network.router(session.router.as_deref()?).and_then(|router| router.local_autonomous_system)
        })
    }

    /// The sessions of a router over exchanges.
    pub(in super::super) fn exchange_sessions_on(&self, router: usize) -> Vec<usize> {
        if self.router == Some(router) {
            return self.sessions.clone();
        }
        self.sessions_over(&self.connections_on(router))
    }

    /// The sessions at an exchange, on the router that is rendered or on all.
    pub(in super::super) fn sessions_at(&self, exchange: usize, everywhere: bool) -> Vec<usize> {
        if everywhere || self.router.is_none() {
            return self.sessions_over(self.network.connections_to(exchange));
        }
        let by_exchange = self.by_exchange.get_or_init(|| {
            self.grouped(|row| self.connection_of(row).and_then(|connection| self.exchange_of(connection)))
        });
        by_exchange.get(&exchange).cloned().unwrap_or_default()
    }

    /// The sessions with a peer over exchanges, on the router that is rendered or on all.
    pub(in super::super) fn sessions_with(&self, peer: Asn, everywhere: bool) -> Vec<usize> {
        if everywhere || self.router.is_none() {
            let all = self.everywhere.get_or_init(|| {
                let mut all: Vec<usize> = (0..self.network.internet_exchange_sessions.len()).collect();
                self.order_sessions(&mut all);
                all
            });
            let rows = &self.network.internet_exchange_sessions;
            let with_peer = |index: &usize| rows.get(*index).is_some_and(|row| row.autonomous_system == peer);
            return all.iter().copied().filter(with_peer).collect();
        }
        let by_peer = self.by_peer.get_or_init(|| self.grouped(|row| Some(row.autonomous_system)));
        by_peer.get(&peer).cloned().unwrap_or_default()
    }

    fn grouped<K: Eq + std::hash::Hash>(
        &self,
        key: impl Fn(&InternetExchangeSession) -> Option<K>,
    ) -> HashMap<K, Vec<usize>> {
        let mut groups: HashMap<K, Vec<usize>> = HashMap::new();
        for index in &self.sessions {
            let row = self.network.internet_exchange_sessions.get(*index);
            if let Some(key) = row.and_then(&key) {
                groups.entry(key).or_default().push(*index);
            }
        }
        groups
    }

    /// Direct sessions that fit, on the router that is rendered or on all.
    pub(in super::super) fn direct_sessions_where(
        &self,
        everywhere: bool,
        fits: impl Fn(&DirectSession) -> bool,
    ) -> Vec<usize> {
        let rows = &self.network.direct_sessions;
        let mut sessions = match self.router {
            Some(_) if !everywhere => self.direct_sessions.clone(),
            _ => (0..rows.len()).collect(),
        };
        sessions.retain(|index| rows.get(*index).is_some_and(&fits));
        if everywhere || self.router.is_none() {
            self.order_direct_sessions(&mut sessions);
        }
        sessions
    }

    /// The exchanges of some connections, in order.
    pub(in super::super) fn exchanges_of(&self, connections: &[usize]) -> Vec<usize> {
        let mut exchanges: Vec<usize> =
            connections.iter().filter_map(|connection| self.exchange_of(*connection)).collect();
        exchanges.sort_by(|a, b| exchange_key(&self.network, *a).cmp(&exchange_key(&self.network, *b)));
        exchanges.dedup();
        exchanges
    }

    /// The groups of some direct sessions, by name.
    pub(in super::super) fn groups_of(&self, sessions: &[usize]) -> Vec<usize> {
        let slugs = sessions
            .iter()
            .filter_map(|index| self.network.direct_sessions.get(*index)?.bgp_group.as_deref());
        let mut groups: Vec<usize> = slugs.filter_map(|slug| self.network.bgp_group_position(slug)).collect();
        groups.sort_by_key(|index| self.network.bgp_groups.get(*index).map(|row| (&row.name, &row.slug)));
        groups.dedup();
        groups
    }

    /// The peers of some sessions, by number.
    pub(in super::super) fn peers_of<'a>(
        &self,
        sessions: impl Iterator<Item = SessionRef<'a>>,
    ) -> Vec<usize> {
        let mut numbers: Vec<Asn> = sessions.map(SessionRef::autonomous_system).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut peers: Vec<usize> =
            numbers.iter().filter_map(|asn| self.network.autonomous_system_position(asn)).collect();
        if self.is_compat() {
            // A union of two queries: it comes out by the database's own numbers.
            peers.sort_by_key(|index| {
                (
                    self.network.autonomous_systems.get(*index).and_then(|row| row.id).unwrap_or(u64::MAX),
                    *index,
                )
            });
        }
        peers
    }

    /// What the router does: its sessions over exchanges, then the direct ones.
    pub(in super::super) fn sessions_here(&self) -> impl Iterator<Item = SessionRef<'_>> {
        let over_exchanges = self.sessions.iter().map(|index| Item::ExchangeSession(*index));
        let direct = self.direct_sessions.iter().map(|index| Item::DirectSession(*index));
        over_exchanges.chain(direct).filter_map(|item| self.session(item))
    }

    /// All communities, by value and name.
    pub(in super::super) fn all_communities(&self) -> Vec<usize> {
        let rows = &self.network.communities;
        let mut all: Vec<usize> = (0..rows.len()).collect();
        all.sort_by_key(|index| rows.get(*index).map(|row| (&row.value, &row.name)));
        all
    }

    pub(in super::super) fn direct_sessions_here(&self) -> &[usize] {
        &self.direct_sessions
    }

    /// "IX on router interface", as Peering Manager calls a connection.
    pub(super) fn connection_title(&self, connection: usize) -> Option<String> {
        let row = self.network.connections.get(connection)?;
        let exchange = self.network.exchange_at(row).map(|exchange| exchange.name.as_str());
        let place = row.router.as_ref().map(|router| match &row.interface {
            Some(interface) if !interface.is_empty() => format!("{router} {interface}"),
            _ => router.clone(),
        });
        Some(match (exchange, place) {
            (Some(exchange), Some(place)) => format!("{exchange} on {place}"),
            (Some(exchange), None) => exchange.to_owned(),
            (None, Some(place)) => place,
            (None, None) => row.name.clone(),
        })
    }

    /// The order of two models, where a template sorts them.
    pub(super) fn compare(&self, a: Item, b: Item) -> Ordering {
        match (a, b) {
            (Item::ExchangeSession(a), Item::ExchangeSession(b)) => {
                self.session_key(a).cmp(&self.session_key(b))
            }
            (Item::Connection(a), Item::Connection(b)) => self.ranks.get(a).cmp(&self.ranks.get(b)),
            (Item::Tag(a), Item::Tag(b)) => self.tag(a).cmp(&self.tag(b)),
            _ => a.cmp(&b),
        }
    }
}

/// The place of each connection: by its exchange, then its router, then as in the document.
fn ranks(network: &Indexed) -> Vec<usize> {
    let key = |index: &usize| {
        let row = network.connections.get(*index)?;
        let exchange =
            row.internet_exchange.as_deref().and_then(|slug| network.internet_exchange_position(slug));
        Some((nulls_last(exchange.and_then(|index| exchange_key(network, index))), router_key(network, row)))
    };
    let mut order: Vec<usize> = (0..network.connections.len()).collect();
    order.sort_by(|a, b| key(a).cmp(&key(b)).then(a.cmp(b)));
    let mut ranks = vec![0; order.len()];
    for (rank, index) in order.into_iter().enumerate() {
        if let Some(slot) = ranks.get_mut(index) {
            *slot = rank;
        }
    }
    ranks
}

/// By our autonomous system there, the name and the slug.
#[allow(clippy::type_complexity)]
fn exchange_key(network: &Indexed, index: usize) -> Option<((bool, Option<Asn>), &str, &str)> {
    let row = network.internet_exchanges.get(index)?;
    Some((nulls_last(row.local_autonomous_system), &row.name, &row.slug))
}

#[allow(clippy::type_complexity)]
fn router_key<'a>(
    network: &'a Indexed,
    row: &'a Connection,
) -> (bool, Option<((bool, Option<Asn>), &'a str)>) {
    let router = row.router.as_deref().and_then(|name| network.router(name));
    nulls_last(router.map(|router| (nulls_last(router.local_autonomous_system), router.name.as_str())))
}

fn nulls_last<T>(value: Option<T>) -> (bool, Option<T>) {
    (value.is_none(), value)
}

/// Version 4 first, then by number.
fn address_key(address: IpAddr) -> (u8, IpAddr) {
    (Family::from(address).version(), address)
}
