//! The comparison of a network with the mirror.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::peer::{ExchangePeers, PeerPort};
use super::rules::{self, ExchangeView, Ours};
use super::{Compat, Filter};
use crate::model::{InternetExchange, InternetExchangeSession, Meeting, MeetingFacility, Network};
use crate::peeringdb::index::{Index, Member};
use crate::peeringdb::record::NetIxLan;
use crate::peeringdb::{Cache, Query, Snapshot};
use crate::{Asn, Error, ErrorKind, Result};

/// One state of the mirror, one instant and one set of rules to look at it with.
///
/// Hold it for one piece of work, not for hours: what is synchronised later is not seen. Records and indexes are kept
/// with the cache until its content changes, and shared: a new `Discovery` of the same state, in any thread and of any
/// clone of the cache, finds what others have read.
#[derive(Debug)]
pub struct Discovery<'a> {
    pub(crate) snapshot: Snapshot<'a>,
    pub(crate) index: Arc<Index>,
    pub(super) compat: Compat,
    now: Timestamp,
}

impl<'a> Discovery<'a> {
    /// Looks at the cache's present state with our rules. Hidden peers are those hidden now.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if the cache cannot be read; so for every method here.
    pub fn new(cache: &'a Cache) -> Result<Self> {
        let snapshot = cache.snapshot()?;
        let index = cache.index(snapshot.generation()?);
        Ok(Discovery { snapshot, index, compat: Compat::default(), now: Timestamp::now() })
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

    /// Where one of our networks and another one meet, and what is missing: for a template about the two, such as a
    /// request for peering.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`].
    pub fn meeting(&self, network: &Network, ours: Asn, theirs: Asn) -> Result<Meeting> {
        let exchanges = self.shared_exchanges(network, ours, theirs)?;
        let facilities = self.shared_facilities(ours, theirs)?;
        let missing = self.missing(network, ours, theirs)?;
        Ok(Meeting {
            exchanges: exchanges.into_iter().map(|row| row.slug.clone()).collect(),
            facilities: facilities
                .iter()
                .map(|row| MeetingFacility {
                    id: row.id,
                    name: row.name.clone().unwrap_or_default(),
                    city: row.city.clone().unwrap_or_default(),
                    country: row.country.clone().unwrap_or_default(),
                })
                .collect(),
            missing_sessions: missing.iter().flat_map(|peer| peer.missing(network)).collect(),
        })
    }

    /// The ports of another network with which we could have sessions and do not, at all shared exchanges.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`].
    pub fn missing(&self, network: &Network, ours: Asn, theirs: Asn) -> Result<Vec<PeerPort>> {
        if self.is_never_missing(ours, theirs) {
            return Ok(Vec::new());
        }
        let exchanges = self.shared_exchanges(network, ours, theirs)?;
        let view = Ours::at(network, &exchanges);
        let mut found: BTreeMap<u64, PeerPort> = BTreeMap::new();
        for exchange in exchanges {
            for peer in self.missing_over(network, exchange, &view, theirs, false)? {
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
        self.missing_over(network, exchange, &Ours::at(network, &[exchange]), theirs, true)
    }

    fn is_never_missing(&self, ours: Asn, theirs: Asn) -> bool {
        ours == theirs || (self.compat == Compat::PeeringManager && theirs.is_private())
    }

    fn missing_over<'n>(
        &self,
        network: &Network,
        exchange: &'n InternetExchange,
        view: &Ours<'n>,
        theirs: Asn,
        here_only: bool,
    ) -> Result<Vec<PeerPort>> {
        let Some(lan) = exchange.peeringdb_ixlan else { return Ok(Vec::new()) };
        let mut ports = self.ports_of(theirs)?;
        ports.retain(|port| port.ixlan_id == Some(lan));
        let view = view.exchange(exchange);
        let filter = Filter::default();
        match self.compat {
            Compat::PeeringManager => {
                let over = here_only.then_some(exchange.slug.as_str());
                let taken = rules::session_addresses(network, theirs, over);
                ports.retain(|port| rules::has_address_outside(&(&**port).into(), |ip| taken.contains(&ip)));
            }
            Compat::Strict => {
                let hidden = rules::hidden(&network.hidden_peers, lan, self.now);
                ports.retain(|port| {
                    let port = (&**port).into();
                    !hidden.contains(&theirs)
                        && view.is_candidate(&port, &filter, self.compat)
                        && view.is_available(&port, self.compat)
                });
            }
        }
        if ports.is_empty() {
            return Ok(Vec::new());
        }
        let record = self.network(theirs)?;
        let peers = Peers::new(self, &view, lan, &filter)?;
        let members = ports.into_iter().map(|port| Member::new(theirs, port, record.clone()));
        Ok(members.filter_map(|member| peers.peer(&member)).collect())
    }

    /// The ports at an exchange of ours with which we could have sessions and do not, by AS number.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network has no such exchange.
    pub fn available(&self, network: &Network, exchange: &str, filter: &Filter) -> Result<Vec<PeerPort>> {
        let exchange = find_exchange(network, exchange)?;
        let found = self.available_at(network, vec![exchange], filter)?;
        Ok(found.into_iter().next().map(|found| found.peers).unwrap_or_default())
    }

    /// The same at all exchanges of one of our networks at once: every exchange with `ours` as its local autonomous
    /// system, in the document's order, as [`available`](Discovery::available) answers for it.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`].
    pub fn available_everywhere<'n>(
        &self,
        network: &'n Network,
        ours: Asn,
        filter: &Filter,
    ) -> Result<Vec<ExchangePeers<'n>>> {
        let exchanges = network.internet_exchanges.iter();
        let exchanges = exchanges.filter(|row| row.local_autonomous_system == Some(ours)).collect();
        self.available_at(network, exchanges, filter)
    }

    fn available_at<'n>(
        &self,
        network: &'n Network,
        exchanges: Vec<&'n InternetExchange>,
        filter: &Filter,
    ) -> Result<Vec<ExchangePeers<'n>>> {
        let view = Ours::at(network, &exchanges);
        let lan_of = |exchange: &InternetExchange| {
            // Without a connection of ours there is nothing to look for, so nothing is read.
            let is_used = self.compat == Compat::PeeringManager || view.exchange_has_connections(exchange);
            exchange.peeringdb_ixlan.filter(|_| is_used)
        };
        let numbers: Vec<u64> = exchanges.iter().filter_map(|exchange| lan_of(exchange)).collect();
        let mut lans = self.index.members(&self.snapshot, &numbers)?.into_iter();
        let mut found = Vec::with_capacity(exchanges.len());
        for exchange in exchanges {
            let mut peers = Vec::new();
            if let Some(number) = lan_of(exchange)
                && let Some(lan) = lans.next().flatten()
            {
                let view = view.exchange(exchange);
                let hidden = match filter.include_hidden {
                    true => HashSet::new(),
                    false => rules::hidden(&network.hidden_peers, number, self.now),
                };
                let rules = Peers::new(self, &view, number, filter)?;
                let strict = self.compat == Compat::Strict;
                peers.reserve(lan.members().len());
                for member in lan.members() {
                    let port = &member.facts;
                    if hidden.contains(&member.asn) || !view.is_candidate(port, filter, self.compat) {
                        continue;
                    }
                    // Strictly, a port is available if it has sessions; they are looked for only once.
                    if strict || view.is_available(port, self.compat) {
                        peers.extend(rules.peer(member).filter(|peer| !strict || !peer.sessions.is_empty()));
                    }
                }
            }
            found.push(ExchangePeers { exchange, peers });
        }
        Ok(found)
    }

    /// PeeringDB's record of a connection of ours, found by its addresses. `None` if there is none, or several.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network has no such connection.
    pub fn linked_port(&self, network: &Network, connection: &str) -> Result<Option<Arc<NetIxLan>>> {
        let row = network.connection(connection).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, format!("the network holds no connection {connection:?}"))
        })?;
        let exchange = row.internet_exchange.as_deref().and_then(|slug| network.internet_exchange(slug));
        let local = exchange.and_then(|exchange| exchange.local_autonomous_system);
        let lan = exchange.and_then(|exchange| exchange.peeringdb_ixlan);
        let query = Query::<NetIxLan>::new();
        let ports = match (self.compat, lan, local) {
            (_, Some(lan), _) => self.ports_at(lan)?,
            (Compat::Strict, None, Some(local)) => self.ports_of(local)?,
            // Nothing indexed to go by: only the addresses themselves are left.
            _ => match (row.ipv4_address, row.ipv6_address) {
                (Some(net), _) => self.index.keep_ports(self.snapshot.find(&query.ipaddr4(net.addr()))?),
                (None, Some(net)) => self.index.keep_ports(self.snapshot.find(&query.ipaddr6(net.addr()))?),
                (None, None) => Vec::new(),
            },
        };
        Ok(rules::linked(row, local, &ports, self.compat).cloned())
    }
}

/// What turns the ports on one peering LAN into peers.
struct Peers<'v, 'n> {
    view: &'v ExchangeView<'n, 'v>,
    filter: &'v Filter,
    compat: Compat,
    /// The network of the exchange's route servers.
    route_servers: Option<Asn>,
}

impl<'v, 'n> Peers<'v, 'n> {
    fn new(
        discovery: &Discovery<'_>,
        view: &'v ExchangeView<'n, 'v>,
        lan: u64,
        filter: &'v Filter,
    ) -> Result<Self> {
        let compat = discovery.compat;
        let route_servers = match compat {
            Compat::Strict => {
                let lan = discovery.index.peering_lans(&discovery.snapshot, &[lan])?.pop();
                lan.and_then(|lan| lan.rs_asn)
            }
            Compat::PeeringManager => None,
        };
        Ok(Peers { view, filter, compat, route_servers })
    }

    /// Adds network and sessions to a port, and applies the filter.
    fn peer(&self, member: &Member) -> Option<PeerPort> {
        let Member { asn, facts, port, network, is_route_server } = member;
        if !self.filter.accepts_port(facts, network.as_deref()) {
            return None;
        }
        let is_route_server =
            self.compat == Compat::Strict && (self.route_servers == Some(*asn) || *is_route_server);
        // Exactly enough, as a rule: `collect` would take room for four, and this is done for every port there is.
        let mut sessions = Vec::with_capacity(self.view.most_sessions(facts));
        for (connection, ip) in self.view.absent_sessions(facts, self.compat) {
            let mut session = InternetExchangeSession::new(*asn, connection, ip);
            session.is_route_server = is_route_server;
            sessions.push(session);
        }
        Some(PeerPort { port: Arc::clone(port), network: network.clone(), sessions })
    }
}

fn find_exchange<'n>(network: &'n Network, slug: &str) -> Result<&'n InternetExchange> {
    network
        .internet_exchange(slug)
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("the network holds no exchange {slug:?}")))
}
