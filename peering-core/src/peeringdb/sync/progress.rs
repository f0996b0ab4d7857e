//! Telling somebody how far a sync is.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::report::TypeReport;
use crate::peeringdb::record::ObjectType;

/// A step of a sync.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SyncEvent {
    /// Waiting before the next request, to be kind to the server or because it asked for it.
    Waiting {
        /// How long.
        delay: Duration,
    },
    /// Another sync of the same cache is at work; this one waits for it.
    Queued,
    /// An answer is arriving, or a file is being read.
    Fetching {
        /// The type.
        object: ObjectType,
        /// Bytes so far, uncompressed.
        bytes: u64,
        /// All bytes, where the source says so.
        total: Option<u64>,
    },
    /// Rows have been decoded into the spool.
    Decoded {
        /// The type.
        object: ObjectType,
        /// Rows so far.
        rows: u64,
    },
    /// The source has nothing of this type.
    Missing {
        /// The type.
        object: ObjectType,
    },
    /// The rows of a type are being written. Between the first of these and [`Applied`](SyncEvent::Applied)
    /// the cache is locked for other writers.
    Applying {
        /// The type.
        object: ObjectType,
    },
    /// Everything is visible to readers.
    Applied {
        /// What changed, by type.
        types: Vec<TypeReport>,
    },
}

/// Who is told how far a sync is. Called from the threads that do the work; it should return at once.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<Listener>>);

type Listener = dyn Fn(&SyncEvent) + Send + Sync;

impl Progress {
    /// Tells this function.
    pub fn new(listener: impl Fn(&SyncEvent) + Send + Sync + 'static) -> Self {
        Progress(Some(Arc::new(listener)))
    }

    /// Tells nobody.
    pub fn none() -> Self {
        Progress(None)
    }

    pub(crate) fn tell(&self, event: &SyncEvent) {
        if let Some(listener) = &self.0 {
            listener(event);
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Progress(…)" } else { "Progress(none)" })
    }
}
