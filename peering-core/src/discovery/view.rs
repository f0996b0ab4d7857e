//! The comparison of a network with the mirror.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;

use jiff::Timestamp;

use super::filter::network_types;
use super::peer::PeerPort;
use super::rules::{self, ExchangeView, Traces};
use super::{Compat, Filter};
use crate::model::{InternetExchange, InternetExchangeSession, Network};
use crate::peeringdb::record::{IxLan, Net, NetIxLan, NetType};
use crate::peeringdb::{Cache, Match, Query, Snapshot};
use crate::{Asn, Error, ErrorKind, Result};

/// One state of the mirror, one instant and one set of rules to look at it with.
///
/// Hold it for one piece of work, not for hours: what is synchronised later is not seen.
#[derive(Debug)]
pub struct Discovery<'a> {
    pub(super) snapshot: Snapshot<'a>,
    pub(super) compat: Compat,
    now: Timestamp,
}

impl<'a> Discovery<'a> {
    /// Looks at the cache's present state with our rules. Hidden peers are those hidden now.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the cache cannot be read; so for every method here.
    pub fn new(cache: &'a Cache) -> Result<Self> {
        Ok(Discovery { snapshot: cache.snapshot()?, compat: Compat::default(), now: Timestamp::now() })
    }

    /// Applies these rules instead.
    #[must_use]
    pub fn with_compat(mut self, compat: Compat) -> Self {
        self.compat = compat;
        self
    }

    /// Looks at hidden peers as of this instant instead.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// The exchanges of ours where a session with another network is possible in principle.
    ///
    /// `ours` is one of our networks. Empty if both are the same.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`].
    pub fn shared_exchanges<'n>(
        &self,
        network: &'n Network,
        ours: Asn,
        theirs: Asn,
    ) -> Result<Vec<&'n InternetExchange>> {
        let mut lans = self.peering_lans_of(theirs)?;
        if self.compat == Compat::PeeringManager {
            let listed = self.peering_lans_of(ours)?;
            lans.retain(|lan| listed.contains(lan));
        } else if ours == theirs {
            lans.clear();
        }
        let exchanges = network.internet_exchanges.iter();
        Ok(exchanges
            .filter(|row| row.local_autonomous_system == Some(ours))
            .filter(|row| row.peeringdb_ixlan.is_some_and(|lan| lans.contains(&lan)))
            .collect())
    }

    /// The ports of another network with which we could have sessions and do not, at all shared exchanges.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`].
    pub fn missing(&self, network: &Network, ours: Asn, theirs: Asn) -> Result<Vec<PeerPort>> {
        if self.is_never_missing(ours, theirs) {
            return Ok(Vec::new());
        }
        let mut found: BTreeMap<u64, PeerPort> = BTreeMap::new();
        for exchange in self.shared_exchanges(network, ours, theirs)? {
            for peer in self.missing_over(network, exchange, theirs, false)? {
                match found.get_mut(&peer.port.id) {
                    Some(known) => known.sessions.extend(peer.sessions),
                    None => {
                        found.insert(peer.port.id, peer);
                    }
                }
            }
        }
        Ok(found.into_values().collect())
    }

    /// The ports of another network with which we could have sessions over one exchange and do not.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network has no such exchange.
    pub fn missing_at(&self, network: &Network, exchange: &str, theirs: Asn) -> Result<Vec<PeerPort>> {
        let exchange = find_exchange(network, exchange)?;
        if exchange.local_autonomous_system.is_some_and(|ours| self.is_never_missing(ours, theirs)) {
            return Ok(Vec::new());
        }
        self.missing_over(network, exchange, theirs, true)
    }

    fn is_never_missing(&self, ours: Asn, theirs: Asn) -> bool {
        ours == theirs || (self.compat == Compat::PeeringManager && theirs.is_private())
    }

    fn missing_over(
        &self,
        network: &Network,
        exchange: &InternetExchange,
        theirs: Asn,
        here_only: bool,
    ) -> Result<Vec<PeerPort>> {
        let Some(lan) = exchange.peeringdb_ixlan else { return Ok(Vec::new()) };
        let mut ports = self.snapshot.find(&Query::<NetIxLan>::new().ixlan_id(lan).asn(theirs))?;
        let view = ExchangeView::new(network, &exchange.slug);
        let filter = Filter::default();
        match self.compat {
            Compat::PeeringManager => {
                let over = here_only.then_some(exchange.slug.as_str());
                let taken = rules::session_addresses(network, theirs, over);
                ports.retain(|port| rules::has_address_outside(port, |ip| taken.contains(&ip)));
            }
            Compat::Strict => {
                let hidden = rules::hidden(&network.hidden_peers, lan, self.now);
                ports.retain(|port| {
                    !hidden.contains(&theirs)
                        && view.is_candidate(port, &filter, self.compat)
                        && view.is_available(port, self.compat)
                });
            }
        }
        self.peers(&view, lan, ports, &filter)
    }

    /// The ports at an exchange of ours with which we could have sessions and do not, by AS number.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network has no such exchange.
    pub fn available(&self, network: &Network, exchange: &str, filter: &Filter) -> Result<Vec<PeerPort>> {
        let exchange = find_exchange(network, exchange)?;
        let Some(lan) = exchange.peeringdb_ixlan else { return Ok(Vec::new()) };
        let view = ExchangeView::new(network, &exchange.slug);
        if self.compat == Compat::Strict && view.connections.is_empty() {
            return Ok(Vec::new());
        }
        let hidden = match filter.include_hidden {
            true => HashSet::new(),
            false => rules::hidden(&network.hidden_peers, lan, self.now),
        };
        let mut ports = self.ports_at(lan)?;
        ports.retain(|port| {
            port.asn.is_some_and(|asn| !hidden.contains(&asn))
                && view.is_candidate(port, filter, self.compat)
                && view.is_available(port, self.compat)
        });
        ports.sort_by_key(|port| (port.asn, port.id));
        self.peers(&view, lan, ports, filter)
    }

    /// Adds networks and sessions to ports, and applies the filter.
    fn peers(
        &self,
        view: &ExchangeView<'_>,
        lan: u64,
        ports: Vec<NetIxLan>,
        filter: &Filter,
    ) -> Result<Vec<PeerPort>> {
        if ports.is_empty() {
            return Ok(Vec::new());
        }
        let networks = self.networks_of(&ports)?;
        let route_servers = match self.compat {
            Compat::Strict => self.snapshot.by_id::<IxLan>(lan)?.and_then(|lan| lan.rs_asn),
            Compat::PeeringManager => None,
        };
        let peer = |port: NetIxLan| {
            let asn = port.asn?;
            let network = networks.get(&asn).cloned();
            if !filter.accepts(&port, network.as_ref()) {
                return None;
            }
            let is_route_server = self.compat == Compat::Strict
                && (route_servers == Some(asn)
                    || network
                        .as_ref()
                        .is_some_and(|net| network_types(net).contains(&NetType::RouteServer)));
            let sessions = view.absent_sessions(&port, self.compat).into_iter().map(|(connection, ip)| {
                let mut session = InternetExchangeSession::new(asn, connection, ip);
                session.is_route_server = is_route_server;
                session
            });
            let sessions = sessions.collect();
            Some(PeerPort { port, network, sessions })
        };
        Ok(ports.into_iter().filter_map(peer).collect())
    }

    fn networks_of(&self, ports: &[NetIxLan]) -> Result<HashMap<Asn, Net>> {
        let asns: HashSet<Asn> = ports.iter().filter_map(|port| port.asn).collect();
        let asns: Vec<Asn> = asns.into_iter().collect();
        let mut networks = HashMap::with_capacity(asns.len());
        // SQLite takes a limited number of parameters.
        for part in asns.chunks(5_000) {
            let query = Query::<Net>::new().asn(Match::any_of(part.iter().copied()));
            for network in self.snapshot.find(&query)? {
                if let Some(asn) = network.asn {
                    networks.insert(asn, network);
                }
            }
        }
        Ok(networks)
    }

    /// PeeringDB's record of a connection of ours, found by its addresses. `None` if there is none, or several.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network has no such connection.
    pub fn linked_port(&self, network: &Network, connection: &str) -> Result<Option<NetIxLan>> {
        let row = network.connection(connection).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, format!("the network holds no connection {connection:?}"))
        })?;
        let exchange = row.internet_exchange.as_deref().and_then(|slug| network.internet_exchange(slug));
        let local = exchange.and_then(|exchange| exchange.local_autonomous_system);
        let lan = exchange.and_then(|exchange| exchange.peeringdb_ixlan);
        let query = Query::<NetIxLan>::new();
        let ports = match (self.compat, lan, local) {
            (_, Some(lan), _) => self.snapshot.find(&query.ixlan_id(lan))?,
            (Compat::Strict, None, Some(local)) => self.snapshot.find(&query.asn(local))?,
            // Nothing indexed to go by: only the addresses themselves are left.
            _ => match (row.ipv4_address, row.ipv6_address) {
                (Some(net), _) => self.snapshot.find(&query.ipaddr4(net.addr()))?,
                (None, Some(net)) => self.snapshot.find(&query.ipaddr6(net.addr()))?,
                (None, None) => Vec::new(),
            },
        };
        Ok(rules::linked(row, local, &ports, self.compat).cloned())
    }

    /// Whether PeeringDB knows a port of this network with this address, at any exchange.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`].
    pub fn exists_in_peeringdb(&self, asn: Asn, address: IpAddr) -> Result<bool> {
        Ok(self.network(asn)?.is_some() && self.has_port(asn, address)?)
    }

    fn has_port(&self, asn: Asn, address: IpAddr) -> Result<bool> {
        let ports = self.ports_of(asn)?;
        Ok(ports.iter().any(|port| rules::address(port, address.into()) == Some(address)))
    }

    /// Whether the peer of a session seems to have left: the session is down, and PeeringDB knows the network but
    /// not that address any more.
    ///
    /// The session's [`bgp_state`](InternetExchangeSession::bgp_state) is what was last seen; a session on a router
    /// that is not polled is never abandoned.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network lacks the session's connection.
    pub fn is_abandoned(&self, network: &Network, session: &InternetExchangeSession) -> Result<bool> {
        let connection = network.connection(&session.connection).ok_or_else(|| {
            Error::new(
                ErrorKind::NotFound,
                format!("the network holds no connection {:?}", session.connection),
            )
        })?;
        let router = connection.router.as_deref().and_then(|name| network.router(name));
        let traces = Traces {
            connection_linked: connection.peeringdb_netixlan.is_some(),
            unpolled: router.is_some_and(|router| !router.poll_bgp_sessions_state),
            peer_known: self.network(session.autonomous_system)?.is_some(),
            address_known: self.has_port(session.autonomous_system, session.ip_address)?,
            state: session.bgp_state,
        };
        Ok(rules::is_abandoned(traces, self.compat))
    }
}

fn find_exchange<'n>(network: &'n Network, slug: &str) -> Result<&'n InternetExchange> {
    network
        .internet_exchange(slug)
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("the network holds no exchange {slug:?}")))
}
