//! What discovery finds.

use std::net::IpAddr;

use crate::Asn;
use crate::model::{AutonomousSystem, Family, InternetExchangeSession, Network};
use crate::peeringdb::record::{Net, NetIxLan};

/// A port of another network at an exchange of ours, and the sessions we could have with it.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerPort {
    /// The port.
    pub port: NetIxLan,
    /// The network behind it, if the mirror has its record.
    pub network: Option<Net>,
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
        autonomous_system(self.asn(), self.network.as_ref())
    }

    /// Adds the sessions, and the peer unless the network knows it. Gives the number of sessions added:
    /// none twice.
    pub fn add_to(&self, network: &mut Network) -> usize {
        let mut added = 0;
        for session in &self.sessions {
            let exists = network.internet_exchange_sessions.iter().any(|existing| {
                existing.connection == session.connection && existing.ip_address == session.ip_address
            });
            if exists {
                continue;
            }
            if network.autonomous_system(session.autonomous_system).is_none() {
                network.autonomous_systems.push(self.autonomous_system());
            }
            network.internet_exchange_sessions.push(session.clone());
            added += 1;
        }
        added
    }
}

/// An autonomous system with what PeeringDB says about it.
pub(super) fn autonomous_system(asn: Asn, record: Option<&Net>) -> AutonomousSystem {
    let name = record.and_then(|net| net.name.clone()).filter(|name| !name.is_empty());
    let mut system = AutonomousSystem::new(asn, name.unwrap_or_else(|| asn.to_string()));
    if let Some(net) = record {
        let limit = |prefixes: Option<u64>| prefixes.and_then(|prefixes| u32::try_from(prefixes).ok());
        system.irr_as_set = net.irr_as_set.clone().filter(|set| !set.is_empty());
        system.ipv4_max_prefixes = limit(net.info_prefixes4);
        system.ipv6_max_prefixes = limit(net.info_prefixes6);
    }
    system
}

/// A port of another network on a peering LAN where we have a port too, by PeeringDB's records alone.
#[derive(Clone, Debug, PartialEq)]
pub struct PossiblePort {
    /// Their port.
    pub theirs: NetIxLan,
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
