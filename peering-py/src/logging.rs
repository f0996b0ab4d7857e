//! What the core traces, as records of Python's `logging`: loggers `peering.*`, named as the core's modules.
//!
//! Off, an event costs the comparison of two numbers: the most talkative of the loggers is asked for its level when an
//! operation begins ([`refresh`]). On, events go through a queue to a thread of their own, which calls the loggers: so no
//! thread that moves bytes ever waits for the interpreter or for a handler, and a handler may call us. An operation ends
//! after its records have arrived ([`settled`]). Spans are records, too, at their end, and their fields are those of the
//! events within.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::{Duration, Instant, SystemTime};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList};
use tokio::sync::watch;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{Interest, Subscriber};
use tracing::{Event, Level, Metadata};

use crate::interpreter::attached;

/// Python's number for the least level that somebody listens to. Without `logging` that is a warning.
static LEVEL: AtomicUsize = AtomicUsize::new(WARNING);
const WARNING: usize = 30;

/// How many records may wait; more are dropped.
const ROOM: usize = 4096;
/// How long an operation waits for its records: a handler may be slow, or wait for us.
const PATIENCE: Duration = Duration::from_secs(1);

/// From now on events of the core come here.
pub(crate) fn begin() {
    // Somebody else's subscriber cannot be in this library.
    let _ = tracing::subscriber::set_global_default(Bridge);
}

/// Looks what the loggers listen to.
pub(crate) fn refresh(py: Python<'_>) -> PyResult<()> {
    static LOGGERS: PyOnceLock<Loggers> = PyOnceLock::new();
    let loggers = match LOGGERS.get(py) {
        Some(loggers) => loggers,
        None => {
            let modules = py.import("sys")?.getattr("modules")?;
            let Ok(logging) = modules.get_item("logging") else { return Ok(()) };
            LOGGERS.get_or_try_init(py, || Loggers::new(&logging))?
        }
    };
    LEVEL.store(loggers.level(py)?, Ordering::Relaxed);
    Ok(())
}

/// The loggers of this package.
struct Loggers {
    manager: Py<PyAny>,
    all: Py<PyDict>,
    ours: Py<PyList>,
    /// How many loggers there were when `ours` was looked up.
    count: AtomicUsize,
}

impl Loggers {
    fn new(logging: &Bound<'_, PyAny>) -> PyResult<Self> {
        logging.call_method1("getLogger", ("peering",))?;
        let manager = logging.getattr("Logger")?.getattr("manager")?;
        let all = manager.getattr("loggerDict")?.cast_into::<PyDict>()?.unbind();
        let ours = PyList::empty(logging.py()).unbind();
        Ok(Loggers { manager: manager.unbind(), all, ours, count: AtomicUsize::new(0) })
    }

    fn level(&self, py: Python<'_>) -> PyResult<usize> {
        let (all, ours) = (self.all.bind(py), self.ours.bind(py));
        if self.count.swap(all.len(), Ordering::Relaxed) != all.len() {
            ours.del_slice(0, ours.len())?;
            for (name, logger) in all.iter() {
                let name: String = name.extract()?;
                let is_ours = name == "peering" || name.starts_with("peering.");
                // a name that only has children is a placeholder without a level
                if is_ours && logger.hasattr("getEffectiveLevel")? {
                    ours.append(logger)?;
                }
            }
        }
        let mut least = usize::MAX;
        for logger in ours.iter() {
            least = least.min(logger.call_method0("getEffectiveLevel")?.extract()?);
        }
        let disabled: usize = self.manager.bind(py).getattr("disable")?.extract()?;
        Ok(if disabled >= least { disabled + 1 } else { least })
    }
}

fn number(level: Level) -> usize {
    match level {
        Level::ERROR => 40,
        Level::WARN => WARNING,
        Level::INFO => 20,
        Level::DEBUG => 10,
        Level::TRACE => 5,
    }
}

/// `peering_core::router` is `peering.router`.
fn logger_name(target: &str) -> String {
    let path = target.split_once("::").map_or("", |(_, path)| path);
    if path.is_empty() { "peering".to_owned() } else { format!("peering.{}", path.replace("::", ".")) }
}

/// A record on its way.
struct Entry {
    source: &'static Metadata<'static>,
    message: String,
    fields: Fields,
    created: SystemTime,
}

type Fields = Vec<(&'static str, String)>;

impl Entry {
    fn new(source: &'static Metadata<'static>, message: String, fields: Fields) -> Self {
        Entry { source, message, fields, created: SystemTime::now() }
    }

    fn emit(self, py: Python<'_>) -> PyResult<()> {
        let (name, level) = (logger_name(self.source.target()), number(*self.source.level()));
        let logger = py.import("logging")?.call_method1("getLogger", (name.as_str(),))?;
        if !logger.call_method1("isEnabledFor", (level,))?.is_truthy()? {
            return Ok(());
        }
        let (mut message, fields) = (self.message, PyDict::new(py));
        for (key, value) in &self.fields {
            let _ = write!(message, "{}{key}={value}", if message.is_empty() { "" } else { " " });
            fields.set_item(key, value)?;
        }
        let extra = PyDict::new(py);
        extra.set_item("peering", fields)?;
        let (file, line) = (self.source.file().unwrap_or_default(), self.source.line().unwrap_or_default());
        let record = logger.call_method1(
            "makeRecord",
            (name, level, file, line, message, (), py.None(), py.None(), extra),
        )?;
        let created = self.created.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        record.setattr("created", created.as_secs_f64())?;
        record.setattr("msecs", created.subsec_millis())?;
        record.setattr("threadName", "peering")?;
        logger.call_method1("handle", (record,))?;
        Ok(())
    }
}

/// The way to the thread that calls the loggers. Each process has its own.
struct Queue {
    process: u32,
    sender: SyncSender<Entry>,
    queued: u64,
    delivered: watch::Receiver<u64>,
}

static QUEUE: Mutex<Option<Queue>> = Mutex::new(None);

/// A lock that is only ever held for a moment. `None` where a fork has copied it while it was held: then nobody opens it.
fn brief<T>(lock: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    for _ in 0..1000 {
        match lock.try_lock() {
            Ok(guard) => return Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => std::thread::yield_now(),
        }
    }
    None
}

fn push(entry: Entry) {
    let Some(mut slot) = brief(&QUEUE) else { return };
    if slot.as_ref().is_none_or(|queue| queue.process != std::process::id()) {
        let (sender, receiver) = sync_channel(ROOM);
        let (count, delivered) = watch::channel(0);
        let deliver = move || deliver(&receiver, &count);
        if std::thread::Builder::new().name("peering-logging".to_owned()).spawn(deliver).is_err() {
            return;
        }
        // The one of before a fork has threads that are not here: it cannot even be dropped.
        std::mem::forget(slot.replace(Queue { process: std::process::id(), sender, queued: 0, delivered }));
    }
    if let Some(queue) = slot.as_mut()
        && queue.sender.try_send(entry).is_ok()
    {
        queue.queued += 1;
    }
}

thread_local! {
    static DELIVERS: Cell<bool> = const { Cell::new(false) };
    /// The spans that this thread is in.
    static ENTERED: RefCell<Vec<Id>> = const { RefCell::new(Vec::new()) };
}

fn deliver(entries: &Receiver<Entry>, count: &watch::Sender<u64>) {
    DELIVERS.set(true);
    while let Ok(entry) = entries.recv() {
        let emitted = attached(|py| {
            if let Err(error) = entry.emit(py) {
                error.write_unraisable(py, None);
            }
        });
        if emitted.is_none() {
            return;
        }
        count.send_modify(|count| *count += 1);
    }
}

/// Whether this thread calls the loggers. What a handler of theirs does cannot wait for itself.
pub(crate) fn delivers() -> bool {
    DELIVERS.get()
}

fn underway() -> Option<(u64, watch::Receiver<u64>)> {
    let slot = brief(&QUEUE)?;
    let queue = slot.as_ref().filter(|queue| queue.process == std::process::id())?;
    (*queue.delivered.borrow() < queue.queued).then(|| (queue.queued, queue.delivered.clone()))
}

/// Waits until what has been logged has reached its handlers.
pub(crate) async fn settled() {
    if let Some((goal, mut delivered)) = underway() {
        let _ = tokio::time::timeout(PATIENCE, delivered.wait_for(|count| *count >= goal)).await;
    }
}

/// The same for a thread.
pub(crate) fn drain(until: Instant) {
    let Some((goal, delivered)) = underway() else { return };
    while *delivered.borrow() < goal && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A span that has not ended.
struct Span {
    source: &'static Metadata<'static>,
    fields: Fields,
    began: Instant,
    references: usize,
}

static SPANS: Mutex<Option<HashMap<u64, Span>>> = Mutex::new(None);

fn with_spans<T>(work: impl FnOnce(&mut HashMap<u64, Span>) -> T) -> Option<T> {
    brief(&SPANS).map(|mut spans| work(spans.get_or_insert_default()))
}

/// The fields of the span that we are in, with those of the ones around it.
fn context(explicit: Option<&Id>) -> Fields {
    let id = explicit.cloned().or_else(|| ENTERED.with_borrow(|entered| entered.last().cloned()));
    let fields =
        id.and_then(|id| with_spans(|spans| spans.get(&id.into_u64()).map(|span| span.fields.clone())));
    fields.flatten().unwrap_or_default()
}

/// Reads the values of an event or a span.
#[derive(Default)]
struct Reader {
    message: String,
    fields: Fields,
}

impl Reader {
    fn set(&mut self, field: &Field, value: String) {
        match self.fields.iter_mut().find(|(name, _)| *name == field.name()) {
            _ if field.name() == "message" => self.message = value,
            Some((_, old)) => *old = value,
            None => self.fields.push((field.name(), value)),
        }
    }

    /// These, and of the others what is not said here.
    fn within(mut self, around: Fields) -> Self {
        for (name, value) in around {
            if self.fields.iter().all(|(own, _)| *own != name) {
                self.fields.push((name, value));
            }
        }
        self
    }
}

impl Visit for Reader {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.set(field, format!("{value:?}"));
    }
}

/// The subscriber of `tracing`.
struct Bridge;

impl Subscriber for Bridge {
    fn register_callsite(&self, source: &'static Metadata<'static>) -> Interest {
        if source.target().starts_with("peering_") { Interest::sometimes() } else { Interest::never() }
    }

    fn enabled(&self, source: &Metadata<'_>) -> bool {
        number(*source.level()) >= LEVEL.load(Ordering::Relaxed)
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut reader = Reader::default();
        span.record(&mut reader);
        let fields = reader.within(context(span.parent())).fields;
        let source = span.metadata();
        with_spans(|spans| spans.insert(id, Span { source, fields, began: Instant::now(), references: 1 }));
        Id::from_u64(id)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let mut reader = Reader::default();
        values.record(&mut reader);
        with_spans(|spans| {
            if let Some(span) = spans.get_mut(&id.into_u64()) {
                span.fields = reader.within(std::mem::take(&mut span.fields)).fields;
            }
        });
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut reader = Reader::default();
        event.record(&mut reader);
        let reader = reader.within(context(event.parent()));
        push(Entry::new(event.metadata(), reader.message, reader.fields));
    }

    fn enter(&self, id: &Id) {
        ENTERED.with_borrow_mut(|entered| entered.push(id.clone()));
    }

    fn exit(&self, id: &Id) {
        ENTERED.with_borrow_mut(|entered| {
            if let Some(place) = entered.iter().rposition(|other| other == id) {
                entered.remove(place);
            }
        });
    }

    fn clone_span(&self, id: &Id) -> Id {
        with_spans(|spans| {
            if let Some(span) = spans.get_mut(&id.into_u64()) {
                span.references += 1;
            }
        });
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let ended = with_spans(|spans| {
            let span = spans.get_mut(&id.into_u64())?;
            span.references -= 1;
            if span.references == 0 { spans.remove(&id.into_u64()) } else { None }
        });
        let Some(mut span) = ended.flatten() else { return false };
        span.fields.push(("took", format!("{:.1}ms", span.began.elapsed().as_secs_f64() * 1000.0)));
        push(Entry::new(span.source, span.source.name().to_owned(), span.fields));
        true
    }
}
