//! What discovery finds.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;

use crate::Asn;
use crate::model::{
    AutonomousSystem, Family, InternetExchange, InternetExchangeSession, MissingSession, Network,
};
use crate::peeringdb::record::{Net, NetIxLan};

/// A port of another network at an exchange of ours, and the sessions we could have with it.
///
/// The records are shared with everybody who looks at the same state of the cache; cloning a port copies its
/// sessions only.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerPort {
    /// The port.
    pub port: Arc<NetIxLan>,
    /// The network behind it, if the mirror has its record.
    pub network: Option<Arc<Net>>,
    /// The sessions that do not exist yet, ready to be added: per connection of ours, IPv6 before IPv4.
    pub sessions: Vec<InternetExchangeSession>,
}

impl PeerPort {
    /// The peer's number; 0 if the record has none.
    pub fn asn(&self) -> Asn {
        self.port.asn.unwrap_or(Asn::new(0))
    }

    /// The peer's name, or its number if the mirror has no name. A stranger wrote it.
    pub fn name(&self) -> String {
        self.autonomous_system().name
    }

    /// The peer as it would be added to a network.
    pub fn autonomous_system(&self) -> AutonomousSystem {
        autonomous_system(self.asn(), self.network.as_deref())
    }

    /// What is missing with the port, for each exchange of ours that leads to it.
    pub(super) fn missing(&self, network: &Network) -> Vec<MissingSession> {
        let mut found: Vec<MissingSession> = Vec::new();
        for session in &self.sessions {
            let connection = network.connection(&session.connection);
            let exchange = connection.and_then(|row| row.internet_exchange.clone()).unwrap_or_default();
            let position = found.iter().position(|row| row.internet_exchange == exchange);
            let position = position.unwrap_or_else(|| {
                found.push(MissingSession {
                    internet_exchange: exchange,
                    connections: Vec::new(),
                    ipaddr4: None,
                    ipaddr6: None,
                });
                found.len() - 1
            });
            let Some(row) = found.get_mut(position) else { continue };
            match session.ip_address {
                IpAddr::V4(address) => row.ipaddr4 = Some(address),
                IpAddr::V6(address) => row.ipaddr6 = Some(address),
            }
            if !row.connections.contains(&session.connection) {
                row.connections.push(session.connection.clone());
            }
        }
        found
    }

    /// Adds the sessions, and the peer unless the network knows it. Gives the number of sessions added:
    /// none twice.
    pub fn add_to(&self, network: &mut Network) -> usize {
        PeerPort::add_all([self], network)
    }

    /// Adds the sessions of many ports, as [`add_to`](PeerPort::add_to) does for one. Looks at what the network
    /// already has once, not once for each session.
    pub fn add_all<'p>(peers: impl IntoIterator<Item = &'p PeerPort>, network: &mut Network) -> usize {
        let known: HashSet<Asn> = network.autonomous_systems.iter().map(|row| row.asn).collect();
        let mut existing: HashSet<(&str, IpAddr)> = network
            .internet_exchange_sessions
            .iter()
            .map(|row| (row.connection.as_str(), row.ip_address))
            .collect();
        let (mut added, mut sessions, mut systems) = (HashSet::new(), Vec::new(), Vec::new());
        for peer in peers {
            for session in &peer.sessions {
                if !existing.insert((&session.connection, session.ip_address)) {
                    continue;
                }
                let asn = session.autonomous_system;
                if !known.contains(&asn) && added.insert(asn) {
                    systems.push(peer.autonomous_system());
                }
                sessions.push(session.clone());
            }
        }
        let count = sessions.len();
        network.autonomous_systems.extend(systems);
        network.internet_exchange_sessions.extend(sessions);
        count
    }
}

/// An exchange of ours with the ports there with which we could have sessions and do not.
#[derive(Clone, Debug, PartialEq)]
pub struct ExchangePeers<'n> {
    /// The exchange, as it stands in our network.
    pub exchange: &'n InternetExchange,
    /// The ports, by AS number; none where there is nobody left.
    pub peers: Vec<PeerPort>,
}

/// An autonomous system with what PeeringDB says about it.
pub(super) fn autonomous_system(asn: Asn, record: Option<&Net>) -> AutonomousSystem {
    match record {
        Some(record) => AutonomousSystem::from_record(asn, record),
        None => AutonomousSystem::new(asn, asn.to_string()),
    }
}

/// A port of another network on a peering LAN where we have a port too, by PeeringDB's records alone.
#[derive(Clone, Debug, PartialEq)]
pub struct PossiblePort {
    /// Their port.
    pub theirs: Arc<NetIxLan>,
    /// The sessions between it and our ports on that LAN.
    pub sessions: Vec<PossibleSession>,
}

/// A session that two networks could have, by PeeringDB's records alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PossibleSession {
    /// Our port (`netixlan.id`).
    pub ours: u64,
    /// The family.
    pub family: Family,
    /// Our address; `None` only with [`Compat::PeeringManager`](super::Compat::PeeringManager), which does not look.
    pub our_address: Option<IpAddr>,
    /// Their address.
    pub their_address: IpAddr,
}
