//! Bringing the cache up to date from a server.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::decode::{Decoder, Kind, Spooled};
use super::dump::{self, Fetched};
use super::progress::SyncEvent;
use super::references::References;
use super::report::SyncReport;
use super::spool::Spool;
use super::{Reconcile, SyncOptions};
use crate::peeringdb::cache::{Cache, Run, Turn, blocking};
use crate::peeringdb::client::{Client, Listed, Step};
use crate::peeringdb::record::ObjectType;
use crate::{Error, ErrorKind, Result};

/// How often to look whether the other sync has ended.
const LOOK: Duration = Duration::from_millis(200);

/// The most objects to ask for by their numbers, as for AS numbers.
const BY_NUMBER: usize = 150;

/// Brings the cache up to date from a server: the first time with everything, then with what changed since.
///
/// A list of everything may have been made by the server hours or days before, so it is followed by the
/// changes since its own time before any of it is applied. If this future is dropped, the cache stays as it
/// was or is completely updated.
///
/// # Errors
/// As the requests of [`Client::find`]; [`ErrorKind::Storage`] if the cache cannot be written, [`ErrorKind::Locked`] if
/// it stays locked or another sync takes longer than [`SyncOptions::patience`]. In each case the cache is as it was.
pub async fn sync(cache: &Cache, client: &Client, options: &SyncOptions) -> Result<SyncReport> {
    let run = Run {
        origin: client.options().base_url.clone(),
        with_key: client.has_key(),
        objects: options.objects.clone(),
    };
    let Some(turn) = turn(cache, Some(&run), options).await? else {
        return Ok(SyncReport { joined: true, ..SyncReport::default() });
    };
    let mut work = Work::new(cache, client, options);
    for object in ObjectType::ALL.into_iter().filter(|object| options.objects.contains(object)) {
        work.bring(object).await?;
    }
    work.apply(run, turn).await
}

/// Brings single objects of a type up to date from a server, deleted ones too, with what they refer to and the cache does
/// not have. Nothing else changes: the next [`sync`] asks for what it would have asked for. Of the options, those about
/// whole types mean nothing here.
///
/// # Errors
/// As [`sync`].
pub async fn refresh(
    cache: &Cache,
    client: &Client,
    object: ObjectType,
    ids: &[u64],
    options: &SyncOptions,
) -> Result<SyncReport> {
    // Of no type as a whole: no sync can join it.
    let run =
        Run { origin: client.options().base_url.clone(), with_key: client.has_key(), objects: Vec::new() };
    let Some(turn) = turn(cache, None, options).await? else { return Ok(SyncReport::default()) };
    let mut work = Work::new(cache, client, options);
    for some in ids.chunks(BY_NUMBER) {
        work.fetch(object, Kind::Parents, by_number(some)).await?;
    }
    work.apply(run, turn).await
}

/// The parameters that ask for objects by their numbers, whatever their status.
fn by_number<N: ToString>(ids: &[N]) -> Vec<(String, String)> {
    let ids: Vec<String> = ids.iter().map(N::to_string).collect();
    vec![("since".to_owned(), "1".to_owned()), ("id__in".to_owned(), ids.join(","))]
}

/// Waits for the turn to sync this cache. `None` if another sync has meanwhile brought what this run would.
async fn turn(cache: &Cache, run: Option<&Run>, options: &SyncOptions) -> Result<Option<Turn>> {
    let before = {
        let cache = cache.clone();
        blocking(move || cache.last_run()).await?
    };
    let began = Instant::now();
    let mut waited = false;
    loop {
        let attempt = cache.clone();
        if let Some(turn) = blocking(move || attempt.take_turn()).await? {
            let repeated = run.filter(|_| waited && options.reconcile != Reconcile::Now).cloned();
            let joined = match repeated {
                Some(run) => {
                    let cache = cache.clone();
                    blocking(move || cache.has_run(before, &run)).await?
                }
                None => false,
            };
            return Ok((!joined).then_some(turn));
        }
        if began.elapsed() >= options.patience {
            let text =
                "another sync of this cache is still at work; wait for it, or give this one more patience";
            return Err(Error::new(ErrorKind::Locked, text));
        }
        if !waited {
            options.progress.tell(&SyncEvent::Queued);
            waited = true;
        }
        tokio::time::sleep(LOOK.min(options.patience)).await;
    }
}

/// A sync at work.
struct Work<'a> {
    cache: &'a Cache,
    client: &'a Client,
    options: &'a SyncOptions,
    started: Instant,
    spool: Arc<Spool>,
    answers: Answers,
}

/// What has come so far.
#[derive(Debug, Default)]
struct Answers {
    report: SyncReport,
    spooled: Vec<Spooled>,
    references: References,
}

impl<'a> Work<'a> {
    fn new(cache: &'a Cache, client: &'a Client, options: &'a SyncOptions) -> Self {
        let (started, spool) = (Instant::now(), Arc::new(Spool::new(cache)));
        Work { cache, client, options, started, spool, answers: Answers::default() }
    }

    /// Fetches what the rows refer to, and makes everything visible.
    async fn apply(mut self, run: Run, turn: Turn) -> Result<SyncReport> {
        self.bring_parents().await?;
        let Work { cache, options, started, answers, .. } = self;
        let Answers { mut report, spooled, references } = answers;
        report.fetch = started.elapsed();
        let (cache, options) = (cache.clone(), options.clone());
        // The turn goes along: if nobody waits any longer, the transaction still comes to its end.
        blocking(move || {
            dump::apply(&cache, Fetched { spooled, references, started, run }, &options, &mut report)?;
            drop(turn);
            Ok(report)
        })
        .await
    }

    /// Fetches what the cache lacks of a type.
    async fn bring(&mut self, object: ObjectType) -> Result<()> {
        let overlap = i64::try_from(self.options.overlap.as_secs()).unwrap_or(i64::MAX).max(1);
        let (cache, with_key) = (self.cache.clone(), self.client.has_key());
        let cursor = blocking(move || cache.cursor(object, with_key)).await?;
        let since = match cursor {
            Some((since, listed)) if !self.is_due(listed) => Some(since),
            cursor => {
                if !self.fetch(object, Kind::List, Vec::new()).await? {
                    self.options.progress.tell(&SyncEvent::Missing { object });
                    self.answers.report.missing.push(object);
                    return Ok(());
                }
                // What changed after the list was made, and since the last sync.
                let made = self.answers.spooled.last().and_then(Spooled::complete_until);
                let made = made.map(|micros| micros.div_euclid(1_000_000));
                match (made, cursor.map(|(since, _)| since)) {
                    (Some(made), Some(since)) => Some(made.min(since)),
                    (made, since) => made.or(since),
                }
            }
        };
        if let Some(since) = since {
            let since = since.saturating_sub(overlap).max(1);
            let is_known =
                self.fetch(object, Kind::Since, vec![("since".to_owned(), since.to_string())]).await?;
            if !is_known && cursor.is_some() {
                self.options.progress.tell(&SyncEvent::Missing { object });
                self.answers.report.missing.push(object);
            }
        }
        Ok(())
    }

    /// Whether a type is to be compared with a complete list. `listed` says when it last was.
    fn is_due(&self, listed: Option<i64>) -> bool {
        match self.options.reconcile {
            Reconcile::Never => false,
            Reconcile::Now => true,
            Reconcile::After(age) => {
                let age = i64::try_from(age.as_micros()).unwrap_or(i64::MAX);
                listed.is_none_or(|listed| Timestamp::now().as_microsecond().saturating_sub(listed) >= age)
            }
        }
    }

    /// Asks for the objects that rows refer to and nobody has. What cannot be had stays unresolved.
    async fn bring_parents(&mut self) -> Result<()> {
        // A parent may have a parent of its own, whose type comes before it.
        for object in ObjectType::ALL.into_iter().rev() {
            let (cache, mut references) = (self.cache.clone(), std::mem::take(&mut self.answers.references));
            let (missing, references) =
                blocking(move || Ok((references.missing(&cache, object), references))).await?;
            self.answers.references = references;
            let ids: Vec<i64> = missing?.into_iter().take(BY_NUMBER).collect();
            if ids.is_empty() {
                continue;
            }
            if let Err(error) = self.fetch(object, Kind::Parents, by_number(&ids)).await {
                tracing::warn!(%error, "PeeringDB: missing {object} could not be asked for");
            }
        }
        Ok(())
    }

    /// Fetches and decodes one answer. False if the server does not know the type.
    async fn fetch(
        &mut self,
        object: ObjectType,
        kind: Kind,
        parameters: Vec<(String, String)>,
    ) -> Result<bool> {
        let progress = &self.options.progress;
        let listener = |step| {
            progress.tell(&match step {
                Step::Waiting(delay) => SyncEvent::Waiting { delay },
                Step::Received { bytes, total } => SyncEvent::Fetching { object, bytes, total },
            });
        };
        let listed = match kind {
            Kind::List => self.client.fetch_list(object, &listener).await,
            _ => {
                let answer = self.client.fetch(object.tag(), &parameters, &listener).await;
                answer.map(|answer| Listed { answer, from_file: false })
            }
        };
        let Listed { answer, from_file } = match listed {
            Ok(listed) => listed,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        match self.decode(object, kind, answer).await {
            Err(error) if from_file && error.kind() == ErrorKind::Parse => {
                tracing::warn!(%error, "PeeringDB: the published file is broken; asking the server");
                let answer = self.client.fetch(object.tag(), &[], &listener).await?;
                self.decode(object, kind, answer).await?;
            }
            outcome => outcome?,
        }
        Ok(true)
    }

    async fn decode(&mut self, object: ObjectType, kind: Kind, answer: Vec<u8>) -> Result<()> {
        self.answers.report.bytes += answer.len() as u64;
        let progress = &self.options.progress;
        let (spool, progress, with_key) = (Arc::clone(&self.spool), progress.clone(), self.client.has_key());
        let mut answers = std::mem::take(&mut self.answers);
        let host = self.client.options().base_url.clone();
        let (outcome, answers) = blocking(move || {
            let mut decoder = Decoder {
                spool: &spool,
                progress: &progress,
                report: &mut answers.report,
                references: &mut answers.references,
                with_key,
            };
            let source = format!("the answer to {object} from {host}");
            let outcome = decoder.decode(object, kind, &source, &answer);
            let outcome = outcome.map(|spooled| answers.spooled.push(spooled));
            Ok((outcome, answers))
        })
        .await?;
        self.answers = answers;
        outcome
    }
}
