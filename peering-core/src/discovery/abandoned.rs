//! Sessions whose peer has left, as far as PeeringDB tells.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::Discovery;
use super::rules::{self, Traces};
use crate::model::{Connection, InternetExchangeSession, Network, Router};
use crate::{Asn, Error, ErrorKind, Result};

impl Discovery<'_> {
    /// Whether PeeringDB knows a port of this network with this address, at any exchange.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`].
    pub fn exists_in_peeringdb(&self, asn: Asn, address: IpAddr) -> Result<bool> {
        Ok(self.network(asn)?.is_some() && self.has_port(asn, address)?)
    }

    fn has_port(&self, asn: Asn, address: IpAddr) -> Result<bool> {
        let ports = self.index.ports_of(&self.snapshot, &[asn])?.pop().flatten();
        let mut ports = ports.iter().flat_map(|ports| ports.iter());
        Ok(ports.any(|port| rules::address(port, address.into()) == Some(address)))
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
        let connection = network.connection(&session.connection);
        let router = |name: &str| network.router(name);
        let traces = traces(session, connection, router)?;
        Ok(rules::may_be_abandoned(traces, self.compat)
            && self.network(session.autonomous_system)?.is_some()
            && !self.has_port(session.autonomous_system, session.ip_address)?)
    }

    /// All sessions of a network for which [`is_abandoned`](Discovery::is_abandoned) holds, in the document's order.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network lacks the connection of one of its sessions, whatever state that is in.
    pub fn abandoned<'n>(&self, network: &'n Network) -> Result<Vec<&'n InternetExchangeSession>> {
        let mut connections: HashMap<&str, &Connection> = HashMap::new();
        for row in &network.connections {
            connections.entry(&row.name).or_insert(row);
        }
        let mut routers: HashMap<&str, &Router> = HashMap::new();
        for row in &network.routers {
            routers.entry(&row.name).or_insert(row);
        }
        let mut found = Vec::new();
        for session in &network.internet_exchange_sessions {
            let connection = connections.get(session.connection.as_str()).copied();
            let traces = traces(session, connection, |name| routers.get(name).copied())?;
            if rules::may_be_abandoned(traces, self.compat) {
                found.push(session);
            }
        }
        // All peers in two statements, not each in two.
        let asns: HashSet<Asn> = found.iter().map(|session| session.autonomous_system).collect();
        let asns: Vec<Asn> = asns.into_iter().collect();
        let known = asns.iter().zip(self.index.networks(&self.snapshot, &asns)?);
        let known: HashSet<Asn> = known.filter(|(_, net)| net.is_some()).map(|(asn, _)| *asn).collect();
        let ports = self.index.ports_of(&self.snapshot, &asns)?;
        let mut addresses: HashSet<(Asn, IpAddr)> = HashSet::new();
        for (asn, ports) in asns.iter().zip(&ports) {
            let ports = ports.iter().flat_map(|ports| ports.iter());
            let of_port = |port| rules::FAMILIES.into_iter().filter_map(move |of| rules::address(port, of));
            addresses.extend(ports.flat_map(|port| of_port(port)).map(|ip| (*asn, ip)));
        }
        found.retain(|session| {
            known.contains(&session.autonomous_system)
                && !addresses.contains(&(session.autonomous_system, session.ip_address))
        });
        Ok(found)
    }
}

/// What of ours says that a session's peer may have left.
fn traces<'n>(
    session: &InternetExchangeSession,
    connection: Option<&'n Connection>,
    router: impl Fn(&'n str) -> Option<&'n Router>,
) -> Result<Traces> {
    let connection = connection.ok_or_else(|| {
        Error::new(ErrorKind::NotFound, format!("the network holds no connection {:?}", session.connection))
    })?;
    let router = connection.router.as_deref().and_then(router);
    Ok(Traces {
        connection_linked: connection.peeringdb_netixlan.is_some(),
        unpolled: router.is_some_and(|router| !router.poll_bgp_sessions_state),
        state: session.bgp_state,
    })
}
