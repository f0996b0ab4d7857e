//! What an operator wants: autonomous systems, exchanges, connections, sessions, routers, as plain typed values.
//!
//! A [`Network`] holds them all and is one JSON document. Its parts refer to each other by the keys that people
//! use: an autonomous system by its number, an exchange by its slug, a connection and a router by their names.
//! [`discovery`](crate::discovery) fills a network from PeeringDB, [`template`](crate::template) renders it.
//!
//! The words and the value strings are Peering Manager's, so that documents and templates carry over. Nothing here
//! reads a file, asks a server or knows a router's language.

mod autonomous_system;
mod exchange;
mod network;
mod router;
mod session;
mod status;

pub use autonomous_system::AutonomousSystem;
pub use exchange::{Connection, HiddenPeer, InternetExchange};
pub use network::Network;
pub use router::{Platform, Router};
pub use session::InternetExchangeSession;
pub use status::{Family, SessionStatus, Status};

pub use crate::state::BgpState;
