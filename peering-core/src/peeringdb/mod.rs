//! PeeringDB: who peers where, as typed records, over HTTP or from a local mirror.
//!
//! - [`record`]: the objects, one struct per type.
//! - [`Query`]: what to look for, for the server and the mirror alike.
//! - [`Client`]: asks a server.
//! - [`Cache`]: one SQLite file with everything, read without a network.
//! - [`sync`]: fills the mirror, from a server or from a dump, and keeps it up to date.
//!
//! Every sync remembers what it changed, and names can be searched without a network:
//!
//! ```
//! # #[cfg(feature = "cache")]
//! # fn main() -> peering_core::Result<()> {
//! use peering_core::peeringdb::record::Net;
//! use peering_core::peeringdb::sync::{DumpSource, SyncOptions, load_dump};
//! use peering_core::peeringdb::{Cache, ChangeQuery, ObjectType};
//!
//! let cache = Cache::in_memory()?;
//! let load = |answer: &[u8]| load_dump(&cache, &DumpSource::Embedded(&[(ObjectType::Net, answer)]), &SyncOptions::default());
//! load(br#"{"data": [{"id": 1, "asn": 64500, "name": "Old", "updated": "2026-01-01T00:00:00Z"}]}"#)?;
//! let before = cache.history_begins(ObjectType::Net)?;
//! load(br#"{"data": [{"id": 1, "asn": 64500, "name": "New", "updated": "2026-01-02T00:00:00Z"}]}"#)?;
//!
//! assert_eq!(cache.search("new", 10)?.len(), 1);
//! let changes = cache.changes(&ChangeQuery { since: before, ..ChangeQuery::default() })?;
//! assert_eq!(changes[0].fields[0].new, Some("New".into()));
//! let was = cache.as_of::<Net>(1, before.unwrap())?;
//! assert_eq!(was.unwrap().name.as_deref(), Some("Old"));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "cache"))]
//! # fn main() {}
//! ```
//!
//! Knows nothing about routers, templates or what an operator wants; that is built on top.

#[cfg(feature = "cache")]
mod cache;
pub(crate) mod client;
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
