//! What PeeringDB says of two networks, as plain values: templates look nothing up themselves.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

/// Where two autonomous systems meet: what the template filters `shared_ixps`, `shared_facilities` and
/// `missing_sessions` answer from. `Discovery::meeting` fills it from PeeringDB.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Meeting {
    /// Slugs of the exchanges where both are.
    pub exchanges: Vec<String>,
    /// The facilities where both are.
    pub facilities: Vec<MeetingFacility>,
    /// The ports with which sessions could be and are not.
    pub missing_sessions: Vec<MissingSession>,
}

/// A facility where two autonomous systems are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingFacility {
    /// Its name in PeeringDB.
    pub name: String,
    /// The city that it is in.
    pub city: String,
    /// The country that it is in, two letters.
    pub country: String,
    /// PeeringDB's number of it (`fac.id`).
    pub id: u64,
}

/// A port of the other network with which sessions could be and are not. The addresses go by PeeringDB's names
/// (`netixlan`), as templates know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingSession {
    /// The exchange's slug.
    pub internet_exchange: String,
    /// The names of our connections over which one is missing.
    pub connections: Vec<String>,
    /// The port's IPv4 address, if a session with it is missing.
    pub ipaddr4: Option<Ipv4Addr>,
    /// The port's IPv6 address, if a session with it is missing.
    pub ipaddr6: Option<Ipv6Addr>,
}
