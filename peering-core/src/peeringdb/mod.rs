//! PeeringDB: who peers where, as typed records, over HTTP or from a local mirror.
//!
//! - [`record`]: the objects, one struct per type.
//! - `Client`: asks a PeeringDB server.
//! - `Cache`: one SQLite file with everything, kept up to date by `sync`, read without a network.
//!
//! Knows nothing about routers, templates or what an operator wants; that is built on top.

pub mod record;

pub use record::{ObjectType, Record, Status};
