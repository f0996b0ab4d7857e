//! Internet peering, automated: PeeringDB, the sessions you could have, and routers that take them safely.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod asn;
pub mod diff;
#[cfg(feature = "cache")]
pub mod discovery;
pub mod driver;
mod error;
pub mod model;
mod secret;
pub mod state;
#[cfg(feature = "template")]
pub mod template;

#[cfg(feature = "peeringdb")]
pub mod peeringdb;

pub use asn::Asn;
pub use diff::Diff;
pub use error::{Error, ErrorKind, ParseError, Result};
pub use secret::{REDACTED, Secret};
