//! Bringing the cache up to date from a server.

use std::fs::File;
use std::sync::Arc;
use std::time::Instant;

use super::SyncOptions;
use super::decode::{Decoder, Spooled};
use super::dump;
use super::progress::SyncEvent;
use super::report::SyncReport;
use super::spool::Spool;
use crate::peeringdb::cache::Cache;
use crate::peeringdb::client::{Client, Step};
use crate::peeringdb::record::ObjectType;
use crate::{Error, ErrorKind, Result};

/// Brings the cache up to date from a server: the first time with everything, then with what changed since.
///
/// A list of everything may have been made by the server hours or days before, so it is followed by the
/// changes since its own time before any of it is applied. If this future is dropped, the cache stays as it
/// was or is completely updated.
///
/// # Errors
/// As the requests of [`Client::find`]; [`ErrorKind::Storage`] or [`ErrorKind::Locked`] if the cache cannot be
/// written. In each case the cache is as it was.
pub async fn sync(cache: &Cache, client: &Client, options: &SyncOptions) -> Result<SyncReport> {
    let started = Instant::now();
    let mut work = Work {
        client,
        options,
        with_key: client.has_key(),
        spool: {
            let cache = cache.clone();
            Arc::new(blocking(move || Spool::new(&cache)).await?)
        },
        report: SyncReport::default(),
    };
    let mut lists: Vec<ObjectType> = Vec::new();
    let overlap = i64::try_from(options.overlap.as_secs()).unwrap_or(i64::MAX).max(1);
    let mut spooled: Vec<Spooled> = Vec::new();
    for object in ObjectType::ALL.into_iter().filter(|object| options.objects.contains(object)) {
        let cursor = if options.full { None } else { work.cursor(cache, object).await? };
        let since = cursor.map(|cursor| cursor.saturating_sub(overlap));
        match work.fetch(object, since).await? {
            Some(answer) => spooled.push(answer),
            None => {
                options.progress.tell(&SyncEvent::Missing { object });
                work.report.missing.push(object);
                continue;
            }
        }
        if cursor.is_none() {
            lists.push(object);
        }
    }
    // What changed after the lists were made, and while they were being fetched.
    let follow: Vec<_> = spooled
        .iter()
        .filter(|answer| lists.contains(&answer.object()))
        .filter_map(|answer| Some((answer.object(), answer.complete_until()?.saturating_sub(overlap))))
        .collect();
    for (object, since) in follow {
        spooled.extend(work.fetch(object, Some(since)).await?);
    }
    let mut report = work.report;
    report.fetch = started.elapsed();
    let (cache, progress) = (cache.clone(), options.progress.clone());
    let cursors = dump::cursors(&spooled, dump::started_at(started));
    // The spool goes along: if nobody waits any longer, the transaction still comes to its end.
    let spool = work.spool;
    blocking(move || {
        dump::apply(&cache, spooled, &cursors, &progress, &mut report)?;
        drop(spool);
        Ok(report)
    })
    .await
}

/// A sync at work.
struct Work<'a> {
    client: &'a Client,
    options: &'a SyncOptions,
    with_key: bool,
    spool: Arc<Spool>,
    report: SyncReport,
}

impl Work<'_> {
    async fn cursor(&self, cache: &Cache, object: ObjectType) -> Result<Option<i64>> {
        let (cache, with_key) = (cache.clone(), self.with_key);
        blocking(move || cache.cursor(object, with_key)).await
    }

    /// Fetches and decodes one answer. `None` if the server does not know the type.
    async fn fetch(&mut self, object: ObjectType, since: Option<i64>) -> Result<Option<Spooled>> {
        let (part, parameters) = match since {
            None => ("list", Vec::new()),
            Some(since) => ("since", vec![("since".to_owned(), since.max(1).to_string())]),
        };
        let path = self.spool.answer(&format!("{object}-{part}.json"));
        let progress = &self.options.progress;
        let listener = |step| {
            progress.tell(&match step {
                Step::Waiting(delay) => SyncEvent::Waiting { delay },
                Step::Received { bytes, total } => SyncEvent::Fetching { object, bytes, total },
            });
        };
        let answer = match since {
            None => self.client.download_list(object, &path, &listener).await,
            Some(_) => self.client.download(object.tag(), &parameters, &path, &listener).await,
        };
        match answer {
            Ok(bytes) => self.report.bytes += bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
        let (spool, progress, with_key) = (Arc::clone(&self.spool), progress.clone(), self.with_key);
        let mut report = std::mem::take(&mut self.report);
        let host = self.client.options().base_url.clone();
        let (outcome, report) = blocking(move || {
            let mut decoder = Decoder { spool: &spool, progress: &progress, report: &mut report, with_key };
            let outcome = File::open(&path)
                .map_err(|error| {
                    Error::new(ErrorKind::Storage, format!("the spool on disk: {error}")).with_source(error)
                })
                .and_then(|file| {
                    decoder.decode(object, part, &format!("the answer to {object} from {host}"), file)
                });
            // The rows are spooled; the text is not needed any more.
            let _ = std::fs::remove_file(&path);
            Ok((outcome, report))
        })
        .await?;
        self.report = report;
        outcome.map(Some)
    }
}

/// Runs what blocks where blocking is allowed.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::new(ErrorKind::Closed, "the runtime is shutting down")),
        },
    }
}
