//! A sound cache in the place of a damaged one.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::{DumpSource, SyncOptions, SyncReport, load_dump};
use crate::peeringdb::cache::Cache;
use crate::{Error, ErrorKind, Result};

/// What a repair did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repair {
    /// What was wrong with the cache.
    pub found: Vec<String>,
    /// Where the damaged file is now. Nothing of it was thrown away.
    pub kept: Option<PathBuf>,
    /// The load of the dump into the new cache. The next [`sync`](super::sync) goes on from there.
    pub report: SyncReport,
}

/// Checks the cache in this file and, if it is damaged or not there, makes a new one from a dump in its place. `None` if
/// it is sound.
///
/// The damaged file is kept beside the new one under another name. Contacts that only a caller with a key may see, and
/// the history, are not in a dump: the next sync with a key brings the contacts, the history begins anew. Other
/// processes should close the cache first; those that do not keep the damaged one.
///
/// # Errors
/// [`ErrorKind::Locked`] if a sync of it is at work, [`ErrorKind::Storage`] if the file is not a cache of this library
/// or of a newer version of it, which is left as it is; as [`load_dump`] if the dump cannot be loaded. In each case
/// what was there is still there.
pub fn repair(path: &Path, source: &DumpSource<'_>, options: &SyncOptions) -> Result<Option<Repair>> {
    let found = match Cache::open_read_only(path).and_then(|cache| cache.check()) {
        Ok(found) if found.is_empty() => return Ok(None),
        Ok(found) => found,
        Err(error) if Cache::is_foreign(path) => return Err(error),
        Err(error) => vec![error.message().to_owned()],
    };
    let Some(_turn) = Cache::take_turn_at(path)? else {
        return Err(Error::new(ErrorKind::Locked, "a sync of this cache is at work; repair it afterwards"));
    };
    let fresh = beside(path, "repaired");
    let loaded = Cache::open(&fresh).and_then(|cache| load_dump(&cache, source, options));
    let report = match loaded {
        Ok(report) => report,
        Err(error) => {
            for ending in ["", "-wal", "-shm", ".lock"] {
                let _ = std::fs::remove_file(with_ending(&fresh, ending));
            }
            return Err(error);
        }
    };
    let kept = path.exists().then(|| beside(path, "damaged"));
    for ending in ["-wal", "-shm", ""] {
        let old = with_ending(path, ending);
        if let Some(kept) = kept.as_ref().filter(|_| old.exists()) {
            rename(&old, &with_ending(kept, ending))?;
        }
    }
    // Closing the last connection has put everything into the file itself.
    rename(&fresh, path)?;
    Ok(Some(Repair { found, kept, report }))
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).map_err(|error| {
        let text = format!("{} cannot be renamed to {}: {error}", from.display(), to.display());
        Error::new(ErrorKind::Storage, text).with_source(error)
    })
}

/// A name beside this one that nobody has.
fn beside(path: &Path, word: &str) -> PathBuf {
    with_ending(path, &format!(".{word}-{}", Timestamp::now().as_microsecond()))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}
