//! What PeeringDB says of two networks, as plain values: templates look nothing up themselves.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// Where two autonomous systems meet: what the template filters `shared_ixps`, `shared_facilities` and
/// `missing_sessions` answer from. `Discovery::meeting` fills it from PeeringDB.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Meeting {
    /// Slugs of the exchanges where both are.
    pub exchanges: Vec<String>,
    /// The facilities where both are.
    pub facilities: Vec<MeetingFacility>,
    /// The sessions that could be and are not.
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

/// A session over an exchange that could be and is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingSession {
    /// The exchange's slug.
    pub internet_exchange: String,
    /// The name of our connection.
    pub connection: String,
    /// The peer's address.
    pub ip_address: IpAddr,
}
