//! Internet peering, automated: PeeringDB, the sessions you could have, and routers that take them safely.

mod asn;
mod error;
mod secret;

#[cfg(feature = "peeringdb")]
pub mod peeringdb;

pub use asn::Asn;
pub use error::{Error, ErrorKind, ParseError, Result};
pub use secret::{REDACTED, Secret};
