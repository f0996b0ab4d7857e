//! Filling the cache and keeping it up to date.
//!
//! Whatever the source, the way is the same: answers are fetched and decoded into a spool on disk, and only
//! when everything is there does one short transaction apply it, cursors included. A sync that fails or is
//! killed half-way leaves the cache as it was.
//!
//! - [`load_dump`]: a directory of API answers, or answers built into the program. No network.
//! - [`sync`]: a server. The first time everything, then only what changed since.
//! - [`refresh`]: single objects from a server.
//! - [`repair`]: a new cache from a dump in the place of a damaged one.
//!
//! The rules, each of which protects from something that the server really does:
//!
//! - Up to where a type is complete is remembered per type, and apart for callers with a key, whose answers have more.
//!   It never goes back, and a sync asks again from a little before it, because times have whole seconds.
//! - An older row never replaces a newer one, and of two that are as old the one from the later answer counts. A bare
//!   list may have been made days ago, so it is followed by the changes since, before anybody sees it.
//! - What belongs to a deleted object goes with it: not everything has a tombstone. What a complete list no longer has
//!   is gone too, if whoever asked could have seen it and the list is not implausibly short.
//! - Objects that rows refer to and that nobody has are asked for, one request a type, whatever their status; if there
//!   are none, the row stays all the same.
//! - Unknown fields, words and statuses stay as they are. Whatever is not deleted or pending is live.
//! - Nothing has to be unique but the number: deleted objects keep the names and addresses that others use again.
//!
//! No row ends a sync. The report lists [every row that needed a rule](Note).
//!
//! ```no_run
//! use peering_core::peeringdb::sync::{SyncOptions, sync};
//! use peering_core::peeringdb::{Cache, Client, ClientOptions};
//!
//! # async fn run() -> peering_core::Result<()> {
//! let cache = Cache::open("peeringdb.sqlite")?;
//! let client = Client::new(ClientOptions::from_env())?;
//! let report = sync(&cache, &client, &SyncOptions::default()).await?;
//! println!("{} changes, {} warnings", report.changes(), report.warnings().count());
//! # Ok(())
//! # }
//! ```

mod decode;
mod dump;
mod envelope;
mod note;
mod online;
mod progress;
mod references;
mod repair;
mod report;
mod spool;

use std::time::Duration;

pub use dump::{DumpSource, load_dump};
pub use note::{Note, Rule};
pub use online::{refresh, sync};
pub use progress::{Progress, SyncEvent};
pub use repair::{Repair, repair};
pub use report::{SyncReport, TypeReport};

use super::record::ObjectType;

/// How a sync goes about its work.
#[derive(Clone, Debug)]
pub struct SyncOptions {
    /// The types to bring up to date. All by default.
    pub objects: Vec<ObjectType>,
    /// How far before its cursor an incremental sync asks again. At least one second is used, because times
    /// have whole seconds; rows that come twice are no changes. Five minutes by default.
    pub overlap: Duration,
    /// When to compare everything with the server's complete lists. Once a day by default.
    pub reconcile: Reconcile,
    /// How long the cache remembers what changed; see [`Cache::changes`](super::Cache::changes). Zero remembers nothing.
    /// One year by default.
    pub history: Duration,
    /// How long to wait while another sync of the same cache is at work. It is joined, not repeated: see
    /// [`SyncReport::joined`]. 15 minutes by default.
    pub patience: Duration,
    /// Who is told how far the work is. Nobody by default.
    pub progress: Progress,
}

/// When to fetch complete lists again, and take what they lack for gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reconcile {
    /// Never: only changes, once there is something to begin with.
    Never,
    /// When the last list of a type is as old as this.
    After(Duration),
    /// In this sync.
    Now,
}

impl Default for SyncOptions {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 3600);
        SyncOptions {
            objects: ObjectType::ALL.to_vec(),
            overlap: Duration::from_secs(300),
            reconcile: Reconcile::After(DAY),
            history: 365 * DAY,
            patience: Duration::from_secs(900),
            progress: Progress::none(),
        }
    }
}
