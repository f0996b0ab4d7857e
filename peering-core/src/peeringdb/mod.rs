//! PeeringDB: who peers where, as typed records, over HTTP or from a local mirror.
//!
//! - [`record`]: the objects, one struct per type.
//! - [`Query`]: what to look for, for the server and the mirror alike.
//! - [`Cache`]: one SQLite file with everything, read without a network.
//!
//! Knows nothing about routers, templates or what an operator wants; that is built on top.

#[cfg(feature = "cache")]
mod cache;
mod query;
pub mod record;

#[cfg(feature = "cache")]
pub use cache::{Cache, Snapshot, Statistics, TableStatistics};
pub use query::{Match, Query};
pub use record::{ObjectType, Record, Status};
