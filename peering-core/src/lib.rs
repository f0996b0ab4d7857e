//! Internet peering, automated: PeeringDB, the sessions you could have, and routers that take them safely.
//!
//! - `peeringdb`: typed records of every object, a polite client, and a local cache that is full, incremental and
//!   crash-safe.
//! - `discovery`: where my network meets others: shared exchanges, missing, available and possible sessions.
//! - [`model`]: what an operator wants, typed, as one document: exchanges, connections, sessions, policies, routers.
//! - [`irr`]: what an AS-SET stands for, as prefixes and AS numbers, with the last good answer kept.
//! - [`import`]: a network taken over from Peering Manager, with an account of what could not be.
//! - [`cipher`]: passwords in the forms in which routers store them.
//! - `template`: Jinja2 templates that render a router's configuration, with one guard for every string.
//! - [`driver`], [`Router`], [`Candidate`], [`Confirming`]: load, diff, commit with a timer, confirm or revert.
//!
//! The drivers themselves are in the crate `peering-drivers`. This one has no router platform and no SSH: somebody who
//! only wants PeeringDB depends on it alone.
//!
//! | feature | brings | pulls in |
//! |---|---|---|
//! | `peeringdb` | records and the HTTP client; Peering Manager over HTTP | reqwest, rustls |
//! | `cache` | the SQLite cache and discovery | rusqlite |
//! | `bundled-sqlite` | SQLite from source, instead of the system's | a C compiler |
//! | `template` | the template engine | minijinja |
//! | `irr` | AS-SETs looked up with bgpq4 | tokio's processes |
//! | `conformance` | the promises of a driver, as functions | nothing |
//! | `schema` | the JSON Schema of network documents | schemars |
//!
//! What it refuses to be: an inventory, a scheduler, a web application, a second NetBox.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod asn;
mod candidate;
pub mod cipher;
mod compat;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod diff;
#[cfg(feature = "cache")]
pub mod discovery;
pub mod docs;
pub mod driver;
mod error;
mod health;
pub mod import;
pub mod irr;
pub mod model;
#[cfg(feature = "peeringdb")]
pub mod peeringdb;
mod reads;
mod router;
mod secret;
pub mod state;
#[cfg(feature = "template")]
pub mod template;

pub use asn::Asn;
pub use candidate::{Candidate, Confirming};
pub use compat::Compat;
pub use diff::Diff;
pub use error::{Error, ErrorKind, ParseError, Result};
pub use health::{Health, SessionDown};
pub use router::Router;
pub use secret::{REDACTED, Secret, exposing};
