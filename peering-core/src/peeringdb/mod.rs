//! PeeringDB: who peers where, as typed records, over HTTP or from a local mirror.
//!
//! - [`record`]: the objects, one struct per type.
//! - [`Query`]: what to look for, for the server and the mirror alike.
//! - [`Client`]: asks a server.
//! - [`Cache`]: one SQLite file with everything, read without a network.
//! - [`sync`]: fills the mirror, from a server or from a dump, and keeps it up to date.
//!
//! Knows nothing about routers, templates or what an operator wants; that is built on top.

#[cfg(feature = "cache")]
mod cache;
mod client;
#[cfg(feature = "cache")]
pub(crate) mod index;
mod query;
pub mod record;
#[cfg(feature = "cache")]
pub mod sync;

#[cfg(feature = "cache")]
pub use cache::{
    Cache, Change, ChangeKind, ChangeQuery, FieldChange, Hit, MemberChange, MemberEvent, Snapshot,
    Statistics, TableStatistics,
};
pub use client::{BulkFiles, Client, ClientOptions, Limits, Repeats};
pub use query::{Match, Query};
pub use record::{ObjectType, Record, Status};
