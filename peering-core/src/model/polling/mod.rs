//! What routers were seen to do, brought into the network: states and counters, and sessions that exist on a router only.
//!
//! Drivers give [`BgpNeighbor`]s, NAPALM gives its own shapes ([`napalm`]); both become an [`Observed`]. From there on
//! one rule finds the session that an observation is about: same router, same network instance, same address, same AS number.

pub mod napalm;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AutonomousSystem, BgpState, Family, InternetExchangeSession, Network, PrefixCounts};
use crate::state::{AddressFamily, BgpNeighbor};
use crate::{Asn, Compat, Error, ErrorKind, Result};

/// A neighbour as a router showed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// The VRF or network instance; `default` for the main table.
    pub network_instance: String,
    /// The peer's address.
    pub address: IpAddr,
    /// The zone of a link-local address, e.g. `eth0` (RFC 4007).
    pub zone: Option<String>,
    /// The peer's AS number, where the router tells.
    pub remote_as: Option<Asn>,
    /// The state; `None` where the router's words are not known.
    pub state: Option<BgpState>,
    /// Prefixes of the peer's own family.
    pub prefix_counts: PrefixCounts,
}

impl From<&BgpNeighbor> for Observed {
    fn from(neighbor: &BgpNeighbor) -> Self {
        let family = match Family::from(neighbor.address) {
            Family::Ipv4 => AddressFamily::Ipv4Unicast,
            Family::Ipv6 => AddressFamily::Ipv6Unicast,
        };
        let counts = neighbor.family(&family).map_or_else(PrefixCounts::default, |counts| PrefixCounts {
            received: counts.received,
            accepted: counts.accepted,
            advertised: counts.sent,
        });
        Observed {
            network_instance: neighbor.network_instance.clone(),
            address: neighbor.address,
            zone: None,
            remote_as: Some(neighbor.remote_as),
            state: Some(neighbor.state),
            prefix_counts: counts,
        }
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)?;
        if let Some(zone) = &self.zone {
            write!(f, "%{zone}")?;
        }
        if let Some(asn) = self.remote_as {
            write!(f, " {asn}")?;
        }
        write!(f, " in {:?}", self.network_instance)
    }
}

/// What a poll of one router brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PollReport {
    /// How many sessions were brought up to date.
    pub updated: usize,
    /// Sessions of ours that the router did not show: their state is unknown now. By their path in the document.
    pub stale: Vec<String>,
    /// Neighbours that are no session of ours, with the reason.
    pub unmatched: Vec<(Observed, Unmatched)>,
}

/// Why a neighbour is no session of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unmatched {
    /// No session on this router has this address in this network instance.
    Unknown,
    /// The session with this address has a peer with this AS number.
    OtherAutonomousSystem(Asn),
    /// Several sessions could be meant.
    Ambiguous,
}

impl fmt::Display for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unmatched::Unknown => f.write_str("no session has this address"),
            Unmatched::OtherAutonomousSystem(asn) => write!(f, "the session with this address is with {asn}"),
            Unmatched::Ambiguous => f.write_str("several sessions have this address"),
        }
    }
}

/// The name of the main table in [`Observed::network_instance`].
const MAIN_TABLE: &str = "default";

/// A session of a network that can be written to.
#[derive(Clone, Copy, Debug)]
enum Position {
    InternetExchange(usize),
    Direct(usize),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Position::InternetExchange(at) => write!(f, "internet_exchange_sessions[{at}]"),
            Position::Direct(at) => write!(f, "direct_sessions[{at}]"),
        }
    }
}

/// A session on the router that is polled.
struct Candidate {
    position: Position,
    network_instance: String,
    asn: Asn,
}

impl Network {
    /// Brings in what a router showed, all of it: a session that is not among the neighbours is stale afterwards.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network holds no such router; then nothing has changed.
    pub fn apply_observations(
        &mut self,
        router: &str,
        observed: &[Observed],
        now: Timestamp,
        compat: Compat,
    ) -> Result<PollReport> {
        if self.router(router).is_none() {
            return Err(Error::new(ErrorKind::NotFound, format!("the network holds no router {router:?}")));
        }
        let candidates = self.candidates(router);
        let mut report = PollReport::default();
        let mut seen = HashSet::new();
        for neighbor in observed {
            let here = candidates.get(&neighbor.address).map_or(&[][..], Vec::as_slice);
            match find(here, neighbor, compat) {
                Ok(candidate) => {
                    seen.insert(candidate.position.to_string());
                    self.write(candidate.position, neighbor, now);
                    report.updated += 1;
                }
                Err(why) => report.unmatched.push((neighbor.clone(), why)),
            }
        }
        let all = candidates.values().flatten().map(|candidate| candidate.position);
        let mut absent: Vec<Position> =
            all.filter(|position| !seen.contains(&position.to_string())).collect();
        absent.sort_by_key(|position| match position {
            Position::InternetExchange(at) => (0, *at),
            Position::Direct(at) => (1, *at),
        });
        for position in absent {
            report.stale.push(position.to_string());
            if compat == Compat::Strict {
                self.forget(position);
            }
        }
        Ok(report)
    }

    /// The sessions on a router, by the peer's address.
    fn candidates(&self, router: &str) -> BTreeMap<IpAddr, Vec<Candidate>> {
        let instance = |name: &Option<String>| name.clone().unwrap_or_else(|| MAIN_TABLE.to_owned());
        let connections: HashMap<&str, String> = self
            .connections
            .iter()
            .filter(|row| row.router.as_deref() == Some(router))
            .map(|row| (row.name.as_str(), instance(&row.network_instance)))
            .collect();
        let mut candidates: BTreeMap<IpAddr, Vec<Candidate>> = BTreeMap::new();
        for (at, row) in self.internet_exchange_sessions.iter().enumerate() {
            if let Some(network_instance) = connections.get(row.connection.as_str()) {
                candidates.entry(row.ip_address).or_default().push(Candidate {
                    position: Position::InternetExchange(at),
                    network_instance: network_instance.clone(),
                    asn: row.autonomous_system,
                });
            }
        }
        for (at, row) in self.direct_sessions.iter().enumerate() {
            if row.router.as_deref() == Some(router) {
                candidates.entry(row.ip_address.addr()).or_default().push(Candidate {
                    position: Position::Direct(at),
                    network_instance: instance(&row.network_instance),
                    asn: row.autonomous_system,
                });
            }
        }
        candidates
    }

    fn write(&mut self, position: Position, neighbor: &Observed, now: Timestamp) {
        let fields = match position {
            Position::InternetExchange(at) => self
                .internet_exchange_sessions
                .get_mut(at)
                .map(|row| (&mut row.bgp_state, &mut row.prefix_counts, &mut row.last_established_state)),
            Position::Direct(at) => self
                .direct_sessions
                .get_mut(at)
                .map(|row| (&mut row.bgp_state, &mut row.prefix_counts, &mut row.last_established_state)),
        };
        if let Some((state, counts, established)) = fields {
            *state = neighbor.state;
            *counts = neighbor.prefix_counts;
            if neighbor.state == Some(BgpState::Established) {
                *established = Some(now);
            }
        }
    }

    fn forget(&mut self, position: Position) {
        let fields = match position {
            Position::InternetExchange(at) => self
                .internet_exchange_sessions
                .get_mut(at)
                .map(|row| (&mut row.bgp_state, &mut row.prefix_counts)),
            Position::Direct(at) => {
                self.direct_sessions.get_mut(at).map(|row| (&mut row.bgp_state, &mut row.prefix_counts))
            }
        };
        if let Some((state, counts)) = fields {
            *state = None;
            *counts = PrefixCounts::default();
        }
    }
}

/// The session that an observation is about.
fn find<'c>(here: &'c [Candidate], neighbor: &Observed, compat: Compat) -> Result<&'c Candidate, Unmatched> {
    if compat == Compat::PeeringManager {
        let is_direct = |candidate: &&Candidate| matches!(candidate.position, Position::Direct(_));
        let direct: Vec<&Candidate> = here.iter().filter(is_direct).collect();
        let sort = if direct.is_empty() { here.iter().collect() } else { direct };
        return match sort.as_slice() {
            [] => Err(Unmatched::Unknown),
            [one] => Ok(one),
            _ => Err(Unmatched::Ambiguous),
        };
    }
    let same_table: Vec<&Candidate> =
        here.iter().filter(|candidate| candidate.network_instance == neighbor.network_instance).collect();
    let fits = |candidate: &&&Candidate| neighbor.remote_as.is_none_or(|asn| asn == candidate.asn);
    let fitting: Vec<&Candidate> = same_table.iter().filter(fits).copied().collect();
    match (fitting.as_slice(), same_table.as_slice()) {
        ([one], _) => Ok(one),
        ([], []) => Err(Unmatched::Unknown),
        ([], [other, ..]) => Err(Unmatched::OtherAutonomousSystem(other.asn)),
        _ => Err(Unmatched::Ambiguous),
    }
}

/// What an import of sessions from a router brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionImport {
    /// The peers' addresses of the sessions that were added.
    pub sessions_added: Vec<IpAddr>,
    /// The autonomous systems that were added for them.
    pub autonomous_systems_added: Vec<Asn>,
    /// Neighbours that were left out, with the reason.
    pub ignored: Vec<(Observed, Ignored)>,
}

/// Why a neighbour was not imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ignored {
    /// Its address is not on the exchange's LAN.
    Elsewhere,
    /// It is in another network instance than the connection.
    OtherNetworkInstance,
    /// The network has the session.
    Exists,
    /// The router does not tell its AS number.
    NoAutonomousSystem,
    /// Nobody knows its AS number.
    UnknownAutonomousSystem,
    /// It is our own address.
    Ours,
}

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Ignored::Elsewhere => "its address is not on the exchange's LAN",
            Ignored::OtherNetworkInstance => "it is in another network instance than the connection",
            Ignored::Exists => "the session is known",
            Ignored::NoAutonomousSystem => "the router does not tell its AS number",
            Ignored::UnknownAutonomousSystem => "nobody knows its AS number",
            Ignored::Ours => "it is our own address",
        })
    }
}

impl Network {
    /// Adds the sessions over a connection that its router has and the network does not: enabled, with no policies.
    ///
    /// Peers that the network does not know are asked of `describe`, e.g. from PeeringDB
    /// ([`AutonomousSystem::from_record`]); a neighbour whose AS number it does not know either is left out.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the network holds no such connection; then nothing has changed.
    pub fn import_sessions(
        &mut self,
        connection: &str,
        observed: &[Observed],
        compat: Compat,
        mut describe: impl FnMut(Asn) -> Option<AutonomousSystem>,
    ) -> Result<SessionImport> {
        let row = self.connection(connection).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, format!("the network holds no connection {connection:?}"))
        })?;
        let exchange = row.internet_exchange.as_deref().and_then(|slug| self.internet_exchange(slug));
        let mut lans: Vec<IpNet> = exchange.map_or_else(Vec::new, |exchange| exchange.prefixes.clone());
        let own: Vec<IpNet> =
            Family::ALL.into_iter().filter_map(|family| row.interface_address(family)).collect();
        if compat == Compat::Strict {
            lans.extend(&own);
        }
        let table = row.network_instance.clone().unwrap_or_else(|| MAIN_TABLE.to_owned());
        let mut existing: HashSet<IpAddr> = self
            .internet_exchange_sessions
            .iter()
            .filter(|session| session.connection == connection)
            .map(|session| session.ip_address)
            .collect();
        let mut known: HashSet<Asn> = self.autonomous_systems.iter().map(|row| row.asn).collect();
        let mut report = SessionImport::default();
        for neighbor in observed {
            let why = if compat == Compat::Strict && neighbor.network_instance != table {
                Some(Ignored::OtherNetworkInstance)
            } else if !lans.iter().any(|lan| lan.contains(&neighbor.address)) {
                Some(Ignored::Elsewhere)
            } else if compat == Compat::Strict && own.iter().any(|net| net.addr() == neighbor.address) {
                Some(Ignored::Ours)
            } else if existing.contains(&neighbor.address) {
                Some(Ignored::Exists)
            } else {
                None
            };
            let Some(asn) = neighbor.remote_as else {
                report.ignored.push((neighbor.clone(), why.unwrap_or(Ignored::NoAutonomousSystem)));
                continue;
            };
            if let Some(why) = why {
                report.ignored.push((neighbor.clone(), why));
                continue;
            }
            if !known.contains(&asn) {
                let Some(system) = describe(asn) else {
                    report.ignored.push((neighbor.clone(), Ignored::UnknownAutonomousSystem));
                    continue;
                };
                known.insert(asn);
                report.autonomous_systems_added.push(asn);
                self.autonomous_systems.push(system);
            }
            existing.insert(neighbor.address);
            report.sessions_added.push(neighbor.address);
            self.internet_exchange_sessions.push(InternetExchangeSession::new(
                asn,
                connection,
                neighbor.address,
            ));
        }
        Ok(report)
    }
}

#[cfg(test)]
mod tests;
