//! Loading API answers from files or from memory.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::time::Instant;

use flate2::bufread::MultiGzDecoder;
use jiff::Timestamp;

use super::decode::{Decoder, Kind, Spooled};
use super::progress::{Progress, SyncEvent};
use super::references::References;
use super::report::SyncReport;
use super::spool::Spool;
use super::{Reconcile, SyncOptions};
use crate::peeringdb::cache::{Cache, Changeset, Run};
use crate::peeringdb::record::ObjectType;
use crate::{Error, ErrorKind, Result};

/// Where a dump is. A dump is one API answer per type, `{"data": [...], "meta": {...}}`, plain or gzipped.
#[derive(Clone, Debug)]
pub enum DumpSource<'a> {
    /// A directory with files `<tag>.json`, `<tag>.json.gz` or, as PeeringDB publishes them, `<tag>-0.json`.
    Directory(PathBuf),
    /// Answers in memory, e.g. built into the program.
    Embedded(&'a [(ObjectType, &'a [u8])]),
}

impl DumpSource<'_> {
    /// A directory.
    pub fn directory(path: impl Into<PathBuf>) -> Self {
        DumpSource::Directory(path.into())
    }

    /// The answer of this type, if the dump has one.
    fn open(&self, object: ObjectType) -> Result<Option<Answer<'_>>> {
        let directory = match self {
            DumpSource::Embedded(answers) => {
                let found = answers.iter().find(|(known, _)| *known == object);
                return Ok(found.map(|(_, bytes)| Answer {
                    name: format!("{object} (embedded)"),
                    size: bytes.len() as u64,
                    from: Box::new(*bytes),
                }));
            }
            DumpSource::Directory(directory) => directory,
        };
        for ending in [".json", "-0.json", ".json.gz", "-0.json.gz"] {
            let path = directory.join(format!("{object}{ending}"));
            let name = path.display().to_string();
            match File::open(&path) {
                Ok(file) => {
                    let size = file.metadata().map(|data| data.len()).unwrap_or_default();
                    return Ok(Some(Answer { name, size, from: Box::new(file) }));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    let text = format!("{name} cannot be read: {error}");
                    return Err(Error::new(ErrorKind::Storage, text).with_source(error));
                }
            }
        }
        Ok(None)
    }
}

/// One answer of a dump, not yet read.
struct Answer<'a> {
    name: String,
    /// Bytes as they stand, packed or not.
    size: u64,
    from: Box<dyn Read + 'a>,
}

/// Loads a dump into the cache. Types that the dump does not have are left as they are and reported.
///
/// Rows replace each other as in any sync, so a dump that is older than the cache takes nothing back. What the dump
/// lacks is left too, because it may be a part, unless [`Reconcile::Now`] says that it is complete. Blocks; from async
/// code use `tokio::task::spawn_blocking`.
///
/// # Errors
/// [`ErrorKind::NotFound`] if the dump has none of the types asked for, [`ErrorKind::Parse`] if an answer is
/// malformed or cut short, [`ErrorKind::Storage`] or [`ErrorKind::Locked`] if the cache cannot be written. In
/// each case the cache is as it was.
pub fn load_dump(cache: &Cache, source: &DumpSource<'_>, options: &SyncOptions) -> Result<SyncReport> {
    let started = Instant::now();
    let (mut report, mut references) = (SyncReport::default(), References::default());
    let spool = Spool::new(cache);
    let kind = if options.reconcile == Reconcile::Now { Kind::List } else { Kind::Dump };
    let mut spooled: Vec<Spooled> = Vec::new();
    for object in ObjectType::ALL.into_iter().filter(|object| options.objects.contains(object)) {
        let Some(Answer { name, size, from }) = source.open(object)? else {
            options.progress.tell(&SyncEvent::Missing { object });
            report.missing.push(object);
            continue;
        };
        let progress = &options.progress;
        let mut counted = Counted { from, bytes: 0, told: 0, total: size, object, progress };
        let answer = unpacked(&mut counted, &name)?;
        counted.tell();
        report.bytes += answer.len() as u64;
        let mut decoder = Decoder {
            spool: &spool,
            progress,
            report: &mut report,
            references: &mut references,
            with_key: false,
        };
        spooled.push(decoder.decode(object, kind, &name, &answer)?);
    }
    let place = match source {
        DumpSource::Directory(path) => path.display().to_string(),
        DumpSource::Embedded(_) => "the embedded dump".to_owned(),
    };
    if spooled.is_empty() {
        return Err(Error::new(
            ErrorKind::NotFound,
            format!(
                "{place} has no PeeringDB answers; expected files such as net.json, net.json.gz or net-0.json"
            ),
        ));
    }
    report.fetch = started.elapsed();
    let run = Run { origin: place, with_key: false, objects: options.objects.clone() };
    apply(cache, Fetched { spooled, references, started, run }, options, &mut report)?;
    Ok(report)
}

/// Everything that is to be applied.
pub(super) struct Fetched {
    pub(super) spooled: Vec<Spooled>,
    pub(super) references: References,
    pub(super) started: Instant,
    pub(super) run: Run,
}

/// The transaction of a sync.
pub(super) fn apply(
    cache: &Cache,
    fetched: Fetched,
    options: &SyncOptions,
    report: &mut SyncReport,
) -> Result<()> {
    let started = started_at(fetched.started);
    let applying = Instant::now();
    let unresolved = fetched.references.unresolved(cache)?;
    let changes = Changeset {
        cursors: fetched.spooled.iter().filter_map(|answer| answer.cursor(started)).collect(),
        batches: fetched.spooled.into_iter().map(Spooled::into_batch).collect(),
        run: fetched.run,
        now: Timestamp::now(),
        keep: options.history,
    };
    let outcome = cache.apply(changes, |object| options.progress.tell(&SyncEvent::Applying { object }))?;
    for (object, applied) in outcome.types {
        report.applied(object, applied);
    }
    report.notes.extend(outcome.notes);
    report.notes.extend(unresolved);
    report.apply = applying.elapsed();
    options.progress.tell(&SyncEvent::Applied { types: report.types.clone() });
    Ok(())
}

/// The wall-clock time of an instant in the recent past.
fn started_at(started: Instant) -> Timestamp {
    let ago = jiff::SignedDuration::try_from(started.elapsed()).unwrap_or_default();
    Timestamp::now().checked_sub(ago).unwrap_or_else(|_| Timestamp::now())
}

/// The whole text, without gzip if it is there.
fn unpacked(from: impl Read, name: &str) -> Result<Vec<u8>> {
    use std::io::BufRead as _;
    let mut from = BufReader::with_capacity(1 << 18, from);
    let mut answer = Vec::new();
    let fail = |kind, error: io::Error| {
        Error::new(kind, format!("{name} cannot be read: {error}")).with_source(error)
    };
    if from.fill_buf().map_err(|error| fail(ErrorKind::Storage, error))?.starts_with(&[0x1f, 0x8b]) {
        let read = MultiGzDecoder::new(from).read_to_end(&mut answer);
        read.map_err(|error| fail(ErrorKind::Parse, error))?;
    } else {
        from.read_to_end(&mut answer).map_err(|error| fail(ErrorKind::Storage, error))?;
    }
    Ok(answer)
}

/// Counts the bytes of the source as they stand there, and tells how far the reading is.
struct Counted<'a, R> {
    from: R,
    bytes: u64,
    told: u64,
    total: u64,
    object: ObjectType,
    progress: &'a Progress,
}

impl<R> Counted<'_, R> {
    fn tell(&mut self) {
        self.told = self.bytes;
        let event = SyncEvent::Fetching { object: self.object, bytes: self.bytes, total: Some(self.total) };
        self.progress.tell(&event);
    }
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.bytes += read as u64;
        if self.bytes - self.told >= 1 << 20 {
            self.tell();
        }
        Ok(read)
    }
}
