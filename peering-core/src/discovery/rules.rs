//! The rules, as functions of records and models: no cache, no clock.

use std::collections::HashSet;
use std::net::IpAddr;

use super::{Compat, Filter};
use crate::Asn;
use crate::model::{BgpState, Connection, Family, HiddenPeer, InternetExchangeSession, Network};
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

/// One exchange of ours, with everything that the rules look at.
pub(super) struct ExchangeView<'a> {
    pub(super) connections: Vec<&'a Connection>,
    /// Peer address and connection of every session over them.
    existing: HashSet<(&'a str, IpAddr)>,
    /// Our own addresses, anywhere.
    ours: HashSet<IpAddr>,
    local: Option<Asn>,
}

impl<'a> ExchangeView<'a> {
    pub(super) fn new(network: &'a Network, slug: &'a str) -> Self {
        let connections: Vec<&Connection> = network.connections_of(slug).collect();
        let names: HashSet<&str> = connections.iter().map(|row| row.name.as_str()).collect();
        let existing = network
            .internet_exchange_sessions
            .iter()
            .filter(|row| names.contains(row.connection.as_str()))
            .map(|row| (row.connection.as_str(), row.ip_address))
            .collect();
        let ours = network
            .connections
            .iter()
            .flat_map(|row| FAMILIES.into_iter().filter_map(|family| row.address(family)))
            .collect();
        let local = network.internet_exchange(slug).and_then(|row| row.local_autonomous_system);
        ExchangeView { connections, existing, ours, local }
    }

    /// The sessions that a port and our connections could have and do not: connection and peer address.
    pub(super) fn absent_sessions(&self, port: &NetIxLan, compat: Compat) -> Vec<(&'a str, IpAddr)> {
        let mut absent = Vec::new();
        for connection in &self.connections {
            for family in FAMILIES {
                let Some(theirs) = address(port, family) else { continue };
                let both = compat == Compat::PeeringManager || connection.address(family).is_some();
                if both && !self.existing.contains(&(connection.name.as_str(), theirs)) {
                    absent.push((connection.name.as_str(), theirs));
                }
            }
        }
        absent
    }

    /// Whether a port is a candidate for peering over this exchange at all.
    pub(super) fn is_candidate(&self, port: &NetIxLan, filter: &Filter, compat: Compat) -> bool {
        if port.asn.is_none() || port.asn == self.local {
            return false;
        }
        if compat == Compat::PeeringManager {
            return true;
        }
        port.status.as_ref().is_none_or(|status| status.is_live())
            && (filter.operational.is_some() || port.is_operational())
            && !FAMILIES
                .into_iter()
                .filter_map(|family| address(port, family))
                .any(|ip| self.ours.contains(&ip))
    }

    /// Whether a candidate has a session left to be made.
    pub(super) fn is_available(&self, port: &NetIxLan, compat: Compat) -> bool {
        if compat == Compat::Strict {
            return !self.absent_sessions(port, compat).is_empty();
        }
        // Taken is what every connection has, and without a connection nothing is taken.
        has_address_outside(port, |ip| {
            !self.connections.is_empty()
                && self.connections.iter().all(|row| self.existing.contains(&(row.name.as_str(), ip)))
        })
    }
}

/// Whether a port has an address that is not taken.
pub(super) fn has_address_outside(port: &NetIxLan, is_taken: impl Fn(IpAddr) -> bool) -> bool {
    FAMILIES.into_iter().filter_map(|family| address(port, family)).any(|ip| !is_taken(ip))
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
    ports: &'p [NetIxLan],
    compat: Compat,
) -> Option<&'p NetIxLan> {
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

/// What decides whether a session's peer has left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traces {
    /// Our connection is linked to a record.
    pub(super) connection_linked: bool,
    /// The session's state is unknown because its router is not polled.
    pub(super) unpolled: bool,
    /// The mirror has the peer's network.
    pub(super) peer_known: bool,
    /// The mirror has a port of that network with that address.
    pub(super) address_known: bool,
    /// What the session was last seen to do.
    pub(super) state: Option<BgpState>,
}

pub(super) fn is_abandoned(traces: Traces, compat: Compat) -> bool {
    let down = match traces.state {
        Some(BgpState::Idle | BgpState::Active) => true,
        Some(BgpState::Connect) => compat == Compat::Strict,
        _ => false,
    };
    traces.connection_linked && !traces.unpolled && traces.peer_known && !traces.address_known && down
}
