//! Where the PeeringDB of an example comes from: the shipped sample, a directory of dumps, or PeeringDB itself.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use peering_core::peeringdb::sync::{
    DumpSource, Progress, SyncEvent, SyncOptions, SyncReport, load_dump, sync,
};
use peering_core::peeringdb::{Cache, Client, ClientOptions};
use peering_core::{Error, ErrorKind, Result};

use crate::sample;

/// Where the records come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The sample that is built into the examples.
    Sample,
    /// A directory of API answers.
    Dump(PathBuf),
    /// A server, with the key from `PEERINGDB_API_KEY` if there is one.
    Online(Box<ClientOptions>),
}

impl Source {
    /// A cache file of this source's own, so that records of different origin never mix: `peering/<name>.sqlite` in the
    /// user's cache folder.
    pub fn default_cache(&self) -> Result<PathBuf> {
        let folder = std::env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
            .unwrap_or_else(std::env::temp_dir)
            .join("peering");
        std::fs::create_dir_all(&folder).map_err(|error| {
            Error::new(ErrorKind::Storage, format!("{} cannot be made", folder.display())).with_source(error)
        })?;
        Ok(folder.join(match self {
            Source::Sample => "sample.sqlite".to_owned(),
            Source::Dump(directory) => {
                let mut hasher = DefaultHasher::new();
                directory.canonicalize().unwrap_or_else(|_| directory.clone()).hash(&mut hasher);
                format!("dump-{:016x}.sqlite", hasher.finish())
            }
            Source::Online(_) => "peeringdb.sqlite".to_owned(),
        }))
    }

    /// Opens the cache and brings it up to date, with a bar.
    pub async fn open(&self, path: &Path) -> Result<(Cache, SyncReport)> {
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template("{msg:32} {wide_bar} {bytes}/{total_bytes}") {
            bar.set_style(style);
        }
        let options = SyncOptions { progress: shown_on(bar.clone()), ..SyncOptions::default() };
        let cache = Cache::open(path)?;
        let load =
            |source: &DumpSource<'_>| tokio::task::block_in_place(|| load_dump(&cache, source, &options));
        let report = match self {
            Source::Sample => load(&DumpSource::Embedded(sample::ANSWERS))?,
            Source::Dump(directory) => load(&DumpSource::directory(directory))?,
            Source::Online(server) => sync(&cache, &Client::new(*server.clone())?, &options).await?,
        };
        bar.finish_and_clear();
        Ok((cache, report))
    }
}

fn shown_on(bar: ProgressBar) -> Progress {
    Progress::new(move |event| match event {
        SyncEvent::Waiting { delay } => bar.set_message(format!("waiting {:.0} s", delay.as_secs_f64())),
        SyncEvent::Queued => bar.set_message("another sync is at work"),
        SyncEvent::Fetching { object, bytes, total } => {
            bar.set_message(format!("fetching {object}"));
            bar.set_length(total.unwrap_or(*bytes));
            bar.set_position(*bytes);
        }
        SyncEvent::Decoded { object, rows } => bar.set_message(format!("decoding {object}, {rows} rows")),
        SyncEvent::Applying { object } => bar.set_message(format!("writing {object}")),
        _ => bar.tick(),
    })
}
