//! Filling the cache and keeping it up to date.
//!
//! Whatever the source, the way is the same: answers are fetched and decoded into a spool on disk, and only
//! when everything is there does one short transaction apply it, cursors included. A sync that fails or is
//! killed half-way leaves the cache as it was.
//!
//! - [`load_dump`]: a directory of API answers, or answers built into the program. No network.
//! - [`sync`]: a server. The first time everything, then only what changed since.
//!
//! The rules by which rows replace each other are the cache's. Nothing here refuses a row: what has an
//! unexpected form is stored as it is and reported as a warning.
//!
//! ```no_run
//! use peering_core::peeringdb::sync::{SyncOptions, sync};
//! use peering_core::peeringdb::{Cache, Client, ClientOptions};
//!
//! # async fn run() -> peering_core::Result<()> {
//! let cache = Cache::open("peeringdb.sqlite")?;
//! let client = Client::new(ClientOptions::from_env())?;
//! let report = sync(&cache, &client, &SyncOptions::default()).await?;
//! println!("{} changes, {} warnings", report.changes(), report.warnings.len());
//! # Ok(())
//! # }
//! ```

mod decode;
mod dump;
mod envelope;
mod online;
mod progress;
mod report;
mod spool;

use std::time::Duration;

pub use dump::{DumpSource, load_dump};
pub use online::sync;
pub use progress::{Progress, SyncEvent};
pub use report::{SyncReport, TypeReport, Warning};

use super::record::ObjectType;

/// How a sync goes about its work.
#[derive(Clone, Debug)]
pub struct SyncOptions {
    /// The types to bring up to date. All by default.
    pub objects: Vec<ObjectType>,
    /// How far before its cursor an incremental sync asks again. At least one second is used, because times
    /// have whole seconds; rows that come twice are no changes. Five minutes by default.
    pub overlap: Duration,
    /// Ask for everything again instead of only what changed. Off by default.
    pub full: bool,
    /// Who is told how far the work is. Nobody by default.
    pub progress: Progress,
}

impl Default for SyncOptions {
    fn default() -> Self {
        SyncOptions {
            objects: ObjectType::ALL.to_vec(),
            overlap: Duration::from_secs(300),
            full: false,
            progress: Progress::none(),
        }
    }
}
