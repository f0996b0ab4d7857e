//! A network from Peering Manager's REST API.
//!
//! [`Answers`] are what the API gave: recorded into a directory, put in one by one, or fetched by a [`Server`] (feature
//! `peeringdb`, which brings HTTP). [`import`] makes a [`Network`] of them and a [`Report`] of everything that has no
//! place in one, could not be read, or leads nowhere. Nothing is left out without a line there.
//!
//! ```
//! use peering_core::import::peering_manager::{Answers, LineKind, import};
//! let mut answers = Answers::default();
//! answers.add("peering/autonomous-systems", r#"{"count": 1, "next": null, "results": [
//!     {"id": 7, "asn": 64500, "name": "Ours", "affiliated": true, "mood": "fine"}]}"#)?;
//! let import = import(&answers);
//! assert_eq!(import.network.autonomous_systems[0].name, "Ours");
//! let unknown = import.report.of(LineKind::Unknown).next().unwrap().to_string();
//! assert_eq!(unknown, "peering/autonomous-systems: mood: is not known here (in 1 record, e.g. 7)");
//! # Ok::<(), peering_core::Error>(())
//! ```
//!
//! # What becomes of what
//!
//! | there | here |
//! |---|---|
//! | references by number | our keys: AS numbers, slugs, names; the first of two equal ones keeps its own, the other gets its number |
//! | a nested object that was not recorded itself | autonomous systems, tags: taken from there, with a line; all else is left out, with a line |
//! | contacts and their assignments | contacts of autonomous systems and exchanges |
//! | config contexts and their assignments | the same |
//! | configurations, e-mails, export templates | templates of three kinds |
//! | hidden peers | the same, with the AS number from `peeringdb/networks` |
//! | NAPALM logins of routers | nothing: credentials belong into a [`Target`](crate::driver::Target) |
//! | `enabled`, `state`, `local_asn`, tags as names, exchanges with a router of their own | what took their place in later versions |
//!
//! The fields are those of version 1.10; what older and newer ones call otherwise is understood as well.

mod answers;
mod device;
mod endpoint;
mod exchange;
mod keys;
mod known;
mod network;
mod people;
mod policy;
mod record;
mod report;
#[cfg(feature = "peeringdb")]
mod server;
mod session;

use crate::model::Network;

pub use answers::Answers;
pub use report::{Line, LineKind, Report};
#[cfg(feature = "peeringdb")]
pub use server::Server;

/// A network, and what is to be known about how it came about.
#[derive(Clone, Debug)]
pub struct Import {
    /// The network. If the report has problems, it does not pass [`Network::validate`].
    pub network: Network,
    /// Everything that is not in it, and why.
    pub report: Report,
}

/// Makes a network of answers.
pub fn import(answers: &Answers) -> Import {
    network::import(answers)
}

#[cfg(test)]
mod tests;
