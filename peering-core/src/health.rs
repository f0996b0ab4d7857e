//! Waiting for BGP sessions: the gate between a commit and its confirmation.

use std::fmt;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::router::Lease;
use crate::state::{BgpNeighbor, BgpState, DownReason};

/// How often the neighbours are read while waiting.
const INTERVAL: Duration = Duration::from_millis(250);

/// The sessions that were waited for, as last seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Those that are established.
    pub established: Vec<BgpNeighbor>,
    /// Those that are not.
    pub down: Vec<SessionDown>,
}

impl Health {
    /// Whether every session is established.
    pub fn is_healthy(&self) -> bool {
        self.down.is_empty()
    }

    fn of(peers: &[IpAddr], neighbors: &[BgpNeighbor]) -> Self {
        let mut health = Health::default();
        for &address in peers {
            let mut seen = neighbors.iter().filter(|neighbor| neighbor.address == address);
            match seen.clone().find(|neighbor| neighbor.is_established()) {
                Some(up) => health.established.push(up.clone()),
                None => {
                    let neighbor = seen.next();
                    health.down.push(SessionDown {
                        address,
                        state: neighbor.map(|neighbor| neighbor.state),
                        reason: neighbor.and_then(|neighbor| neighbor.down_reason.clone()),
                    });
                }
            }
        }
        health
    }
}

/// A session that did not come up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionDown {
    /// The peer's address.
    pub address: IpAddr,
    /// Its state; `None` when the router has no such neighbour.
    pub state: Option<BgpState>,
    /// Why, where the router tells.
    pub reason: Option<DownReason>,
}

impl fmt::Display for SessionDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.state {
            None => write!(f, "{} is not configured on the router", self.address)?,
            Some(state) => write!(f, "{} is {state}", self.address)?,
        }
        match &self.reason {
            Some(reason) => write!(f, ": {reason}"),
            None => Ok(()),
        }
    }
}

/// Reads the neighbours until all `peers` are established or `within` is over.
pub(crate) async fn wait(lease: &mut Lease, peers: &[IpAddr], within: Duration) -> Result<Health> {
    let end = Instant::now() + within;
    loop {
        let health = Health::of(peers, &lease.bgp_neighbors().await?);
        let left = end.saturating_duration_since(Instant::now());
        if health.is_healthy() || left.is_zero() {
            return Ok(health);
        }
        tokio::time::sleep(INTERVAL.min(left)).await;
    }
}
