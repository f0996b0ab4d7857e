//! Internet peering, automated: PeeringDB, the sessions you could have, and routers that take them safely.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod asn;
mod candidate;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod diff;
pub mod driver;
mod error;
mod health;
mod router;
mod secret;
pub mod state;

pub use asn::Asn;
pub use candidate::{Candidate, Confirming};
pub use diff::Diff;
pub use error::{Error, ErrorKind, ParseError, Result};
pub use health::{Health, SessionDown};
pub use router::Router;
pub use secret::{REDACTED, Secret};
