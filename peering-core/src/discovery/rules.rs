//! The rules, as functions of records and models: no cache, no clock.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use super::{Compat, Filter};
use crate::Asn;
use crate::model::{
    BgpState, Connection, Family, HiddenPeer, InternetExchange, InternetExchangeSession, Network,
};
use crate::peeringdb::index::PortFacts;
use crate::peeringdb::record::NetIxLan;

/// In the order in which sessions are proposed.
pub(super) const FAMILIES: [Family; 2] = [Family::Ipv6, Family::Ipv4];

/// The address of a port.
pub(super) fn address(port: &NetIxLan, family: Family) -> Option<IpAddr> {
    match family {
        Family::Ipv4 => port.ipaddr4.map(IpAddr::V4),
        Family::Ipv6 => port.ipaddr6.map(IpAddr::V6),
    }
}

/// The addresses of a port, in the order in which sessions are proposed.
fn addresses(port: &PortFacts) -> impl Iterator<Item = (Family, IpAddr)> {
    let ipv6 = port.ipaddr6.map(|ip| (Family::Ipv6, IpAddr::V6(ip)));
    let ipv4 = port.ipaddr4.map(|ip| (Family::Ipv4, IpAddr::V4(ip)));
    [ipv6, ipv4].into_iter().flatten()
}

/// What the rules look at of a network of ours, gathered once for all exchanges that are asked about.
pub(super) struct Ours<'a> {
    connections: HashMap<&'a str, Vec<&'a Connection>>,
    /// Peer addresses of all sessions, by the name of our connection.
    sessions: HashMap<&'a str, HashSet<IpAddr>>,
    /// Our own addresses, anywhere.
    addresses: HashSet<IpAddr>,
}

impl<'a> Ours<'a> {
    pub(super) fn at(network: &'a Network, exchanges: &[&'a InternetExchange]) -> Self {
        let mut connections: HashMap<&str, Vec<&Connection>> =
            exchanges.iter().map(|row| (row.slug.as_str(), Vec::new())).collect();
        let mut sessions: HashMap<&str, HashSet<IpAddr>> = HashMap::new();
        for row in &network.connections {
            if let Some(here) = row.internet_exchange.as_deref().and_then(|slug| connections.get_mut(slug)) {
                here.push(row);
                sessions.insert(&row.name, HashSet::new());
            }
        }
        for row in &network.internet_exchange_sessions {
            if let Some(over) = sessions.get_mut(row.connection.as_str()) {
                over.insert(row.ip_address);
            }
        }
        let addresses = network
            .connections
            .iter()
            .flat_map(|row| FAMILIES.into_iter().filter_map(|family| row.address(family)))
            .collect();
        Ours { connections, sessions, addresses }
    }

    /// Whether we have a connection to this exchange, one of those that were asked about.
    pub(super) fn exchange_has_connections(&self, exchange: &InternetExchange) -> bool {
        self.connections.get(exchange.slug.as_str()).is_some_and(|rows| !rows.is_empty())
    }

    pub(super) fn exchange(&self, exchange: &'a InternetExchange) -> ExchangeView<'a, '_> {
        let rows = self.connections.get(exchange.slug.as_str()).into_iter().flatten();
        let with_sessions = |row: &&'a Connection| Some((*row, self.sessions.get(row.name.as_str())?));
        ExchangeView {
            connections: rows.filter_map(with_sessions).collect(),
            addresses: &self.addresses,
            local: exchange.local_autonomous_system,
        }
    }
}

/// One exchange of ours, with everything that the rules look at.
pub(super) struct ExchangeView<'a, 'o> {
    /// Our connections, and the peers' addresses with which they have sessions.
    connections: Vec<(&'a Connection, &'o HashSet<IpAddr>)>,
    addresses: &'o HashSet<IpAddr>,
    local: Option<Asn>,
}

impl<'a> ExchangeView<'a, '_> {
    /// How many sessions a port and our connections could have at most.
    pub(super) fn most_sessions(&self, port: &PortFacts) -> usize {
        addresses(port).count() * self.connections.len()
    }

    /// The sessions that a port and our connections could have and do not: connection and peer address.
    pub(super) fn absent_sessions(
        &self,
        port: &PortFacts,
        compat: Compat,
    ) -> impl Iterator<Item = (&'a str, IpAddr)> {
        self.connections.iter().flat_map(move |(connection, existing)| {
            addresses(port).filter_map(move |(family, theirs)| {
                let both = compat == Compat::PeeringManager || connection.address(family).is_some();
                (both && !existing.contains(&theirs)).then_some((connection.name.as_str(), theirs))
            })
        })
    }

    /// Whether a port is a candidate for peering over this exchange at all.
    pub(super) fn is_candidate(&self, port: &PortFacts, filter: &Filter, compat: Compat) -> bool {
        if port.asn.is_none() || port.asn == self.local {
            return false;
        }
        if compat == Compat::PeeringManager {
            return true;
        }
        port.is_live
            && (filter.operational.is_some() || port.is_operational)
            && !addresses(port).any(|(_, ip)| self.addresses.contains(&ip))
    }

    /// Whether a candidate has a session left to be made.
    pub(super) fn is_available(&self, port: &PortFacts, compat: Compat) -> bool {
        if compat == Compat::Strict {
            return self.absent_sessions(port, compat).next().is_some();
        }
        // Taken is what every connection has, and without a connection nothing is taken.
        has_address_outside(port, |ip| {
            !self.connections.is_empty()
                && self.connections.iter().all(|(_, existing)| existing.contains(&ip))
        })
    }
}

/// Whether a port has an address that is not taken.
pub(super) fn has_address_outside(port: &PortFacts, is_taken: impl Fn(IpAddr) -> bool) -> bool {
    addresses(port).any(|(_, ip)| !is_taken(ip))
}

/// The addresses of all sessions with a network, or of those over some connections.
pub(super) fn session_addresses(network: &Network, with: Asn, over: Option<&str>) -> HashSet<IpAddr> {
    let on_exchange = |session: &InternetExchangeSession| {
        over.is_none_or(|slug| {
            network
                .connection(&session.connection)
                .is_some_and(|row| row.internet_exchange.as_deref() == Some(slug))
        })
    };
    network
        .internet_exchange_sessions
        .iter()
        .filter(|session| session.autonomous_system == with && on_exchange(session))
        .map(|session| session.ip_address)
        .collect()
}

/// The networks that are hidden on a peering LAN now.
pub(super) fn hidden(peers: &[HiddenPeer], ixlan: u64, now: jiff::Timestamp) -> HashSet<Asn> {
    peers.iter().filter(|peer| peer.ixlan == ixlan && peer.is_active(now)).map(|peer| peer.asn).collect()
}

/// The record that describes a connection of the network `local`, if there is exactly one.
pub(super) fn linked<'p>(
    connection: &Connection,
    local: Option<Asn>,
    ports: &'p [Arc<NetIxLan>],
    compat: Compat,
) -> Option<&'p Arc<NetIxLan>> {
    let mut found = ports.iter().filter(|port| describes(port, connection, local, compat));
    match (found.next(), found.next()) {
        (Some(port), None) => Some(port),
        _ => None,
    }
}

fn describes(port: &NetIxLan, connection: &Connection, local: Option<Asn>, compat: Compat) -> bool {
    let pairs = FAMILIES.map(|family| (connection.address(family), address(port, family)));
    match compat {
        Compat::PeeringManager => {
            pairs.iter().all(|(ours, record)| ours == record) && pairs.iter().any(|(ours, _)| ours.is_some())
        }
        Compat::Strict => {
            let differ = |(ours, record): &(Option<IpAddr>, Option<IpAddr>)| {
                ours.is_some() && record.is_some() && ours != record
            };
            let equal = |(ours, record): &(Option<IpAddr>, Option<IpAddr>)| ours.is_some() && ours == record;
            local.is_none_or(|asn| port.asn == Some(asn))
                && !pairs.iter().any(differ)
                && pairs.iter().any(equal)
        }
    }
}

/// What of ours decides whether a session's peer may have left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traces {
    /// Our connection is linked to a record.
    pub(super) connection_linked: bool,
    /// The session's state is unknown because its router is not polled.
    pub(super) unpolled: bool,
    /// What the session was last seen to do.
    pub(super) state: Option<BgpState>,
}

/// Whether a session is down on a connection that PeeringDB knows, so that it matters whether the peer is known there.
pub(super) fn may_be_abandoned(traces: Traces, compat: Compat) -> bool {
    let down = match traces.state {
        Some(BgpState::Idle | BgpState::Active) => true,
        Some(BgpState::Connect) => compat == Compat::Strict,
        _ => false,
    };
    traces.connection_linked && !traces.unpolled && down
}
