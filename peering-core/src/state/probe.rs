//! Asking the network: ping and traceroute, and the probes that a router runs by itself.

use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What to ping, and how.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ping {
    /// A name or an address.
    pub destination: String,
    /// Our address; `None` leaves it to the router.
    pub source: Option<IpAddr>,
    /// Our interface; `None` leaves it to the router.
    pub source_interface: Option<String>,
    /// The network instance; `None` for the main table.
    pub network_instance: Option<String>,
    /// The most hops.
    pub ttl: u8,
    /// How long to wait for each answer; whole seconds on most routers.
    pub timeout: Duration,
    /// The size of a packet, in bytes, as the router counts it.
    pub size: u16,
    /// How many packets.
    pub count: u32,
}

impl Ping {
    /// Five packets of 100 bytes, two seconds each.
    pub fn new(destination: impl Into<String>) -> Ping {
        Ping {
            destination: destination.into(),
            source: None,
            source_interface: None,
            network_instance: None,
            ttl: 255,
            timeout: Duration::from_secs(2),
            size: 100,
            count: 5,
        }
    }
}

/// What a ping brought.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PingReport {
    /// Packets sent.
    pub sent: u32,
    /// Packets that no answer came to.
    pub lost: u32,
    /// The shortest round trip, in milliseconds; `None` when nothing came back.
    pub minimum: Option<f64>,
    /// The average.
    pub average: Option<f64>,
    /// The longest.
    pub maximum: Option<f64>,
    /// The standard deviation, where it is told.
    pub deviation: Option<f64>,
    /// The answers, in order.
    pub answers: Vec<PingAnswer>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PingAnswer {
    /// Who answered.
    pub address: IpAddr,
    /// The round trip, in milliseconds; `None` where the answer tells none: it was cut, or says "unreachable".
    pub round_trip: Option<f64>,
}

/// Whose way to trace, and how.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Traceroute {
    /// A name or an address.
    pub destination: String,
    /// Our address; `None` leaves it to the router.
    pub source: Option<IpAddr>,
    /// The network instance; `None` for the main table.
    pub network_instance: Option<String>,
    /// The most hops.
    pub ttl: u8,
    /// How long to wait for each answer; whole seconds on most routers.
    pub timeout: Duration,
}

impl Traceroute {
    /// Up to 255 hops, two seconds for each answer.
    pub fn new(destination: impl Into<String>) -> Traceroute {
        Traceroute {
            destination: destination.into(),
            source: None,
            network_instance: None,
            ttl: 255,
            timeout: Duration::from_secs(2),
        }
    }
}

/// One hop on the way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hop {
    /// Its distance, from 1.
    pub distance: u32,
    /// The probes sent to it, in order.
    pub probes: Vec<HopProbe>,
}

/// One probe of a hop; all `None` when nobody answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HopProbe {
    /// Who answered.
    pub address: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// The round trip, in milliseconds.
    pub round_trip: Option<f64>,
}

/// A probe that the router runs by itself (Junos RPM, Cisco IP SLA), as configured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeConfig {
    /// The owner that tests are grouped by.
    pub owner: String,
    /// The test's name.
    pub name: String,
    /// The kind, as the router spells it: `icmp-ping`, `udp-ping`, …
    pub kind: Option<String>,
    /// Whom it asks.
    pub target: Option<String>,
    /// Our address.
    pub source: Option<String>,
    /// Probes in a test.
    pub count: Option<u32>,
    /// The time between tests.
    pub interval: Option<Duration>,
}

/// What such a probe measured. Times are in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProbeResult {
    /// The owner that tests are grouped by.
    pub owner: String,
    /// The test's name.
    pub name: String,
    /// The kind, as the router spells it.
    pub kind: Option<String>,
    /// Whom it asks.
    pub target: Option<String>,
    /// Our address.
    pub source: Option<String>,
    /// Probes in a test.
    pub count: Option<u32>,
    /// The last round trip.
    pub round_trip: Option<f64>,
    /// The jitter of the round trip.
    pub jitter: Option<f64>,
    /// The probes that the last test lost.
    pub last_loss: Option<u32>,
    /// The test that runs.
    pub current: ProbeTimes,
    /// The last whole test.
    pub last: ProbeTimes,
    /// All tests.
    pub all: ProbeTimes,
}

/// Round trips of a test, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProbeTimes {
    /// The shortest.
    pub minimum: Option<f64>,
    /// The longest.
    pub maximum: Option<f64>,
    /// The average.
    pub average: Option<f64>,
}
