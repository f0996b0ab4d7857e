//! From an answer to spooled rows: every row is read once in its typed form, to know its keys and to say what
//! is odd about it.

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::envelope;
use super::note::{Note, Rule};
use super::progress::{Progress, SyncEvent};
use super::references::{Arrived, References};
use super::report::SyncReport;
use super::spool::{RowReader, Spool};
use crate::Result;
use crate::peeringdb::cache::{Batch, Cursor, Row};
use crate::peeringdb::record::{
    Campus, Carrier, CarrierFac, Fac, Ix, IxFac, IxLan, IxPfx, Net, NetFac, NetIxLan, ObjectType, Org, Poc,
    Record, Status,
};

/// What an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// All live rows, as the server had them when it made the list.
    List,
    /// The same from a file, which may be a part.
    Dump,
    /// What changed since some time.
    Since,
    /// Rows that others refer to.
    Parents,
}

/// One answer, decoded and spooled.
#[derive(Debug)]
pub(super) struct Spooled {
    object: ObjectType,
    kind: Kind,
    with_key: bool,
    columns: &'static [&'static str],
    rows: RowReader,
    generated: Option<f64>,
    /// The newest `updated`, in Unix microseconds.
    newest: Option<i64>,
    /// Whether every row could be read. If not, a row that seems to be absent may be the one that could not.
    is_readable: bool,
}

impl Spooled {
    pub(super) fn into_batch(self) -> Batch<RowReader> {
        Batch {
            complete_until: self.complete_until().filter(|_| self.kind == Kind::List && self.is_readable),
            object: self.object,
            columns: self.columns,
            with_key: self.with_key,
            as_of: match self.kind {
                Kind::List | Kind::Dump => self.generated().or(self.newest),
                Kind::Since | Kind::Parents => None,
            },
            rows: self.rows,
        }
    }

    fn generated(&self) -> Option<i64> {
        self.generated.map(|seconds| (seconds * 1e6) as i64)
    }

    /// Up to when the answer is complete, in Unix microseconds: a list that was made in advance says when, and a change
    /// later than the newest one in it is not in it.
    pub(super) fn complete_until(&self) -> Option<i64> {
        match (self.newest, self.generated()) {
            (Some(newest), Some(generated)) => Some(newest.min(generated)),
            (newest, generated) => newest.or(generated),
        }
    }

    /// Up to where the type is complete now, but never later than `started`, whatever a row says. An empty list sets no
    /// cursor: a server that lost its rows for a moment would hide them for good.
    pub(super) fn cursor(&self, started: Timestamp) -> Option<Cursor> {
        if self.kind == Kind::Parents || self.rows.rows() == 0 {
            return None;
        }
        let since = self.complete_until()?.div_euclid(1_000_000).min(started.as_second());
        let listed = matches!(self.kind, Kind::List | Kind::Dump);
        Some(Cursor { object: self.object, with_key: self.with_key, since, listed })
    }
}

/// What is the same for all answers of a sync.
pub(super) struct Decoder<'a> {
    pub(super) spool: &'a Spool,
    pub(super) progress: &'a Progress,
    pub(super) report: &'a mut SyncReport,
    pub(super) references: &'a mut References,
    pub(super) with_key: bool,
}

impl Decoder<'_> {
    /// Decodes an answer of this type. `source` names it in errors.
    pub(super) fn decode(
        &mut self,
        object: ObjectType,
        kind: Kind,
        source: &str,
        answer: &[u8],
    ) -> Result<Spooled> {
        match object {
            ObjectType::Org => self.typed::<Org>(kind, source, answer),
            ObjectType::Campus => self.typed::<Campus>(kind, source, answer),
            ObjectType::Fac => self.typed::<Fac>(kind, source, answer),
            ObjectType::Net => self.typed::<Net>(kind, source, answer),
            ObjectType::Ix => self.typed::<Ix>(kind, source, answer),
            ObjectType::Carrier => self.typed::<Carrier>(kind, source, answer),
            ObjectType::CarrierFac => self.typed::<CarrierFac>(kind, source, answer),
            ObjectType::IxFac => self.typed::<IxFac>(kind, source, answer),
            ObjectType::IxLan => self.typed::<IxLan>(kind, source, answer),
            ObjectType::IxPfx => self.typed::<IxPfx>(kind, source, answer),
            ObjectType::NetFac => self.typed::<NetFac>(kind, source, answer),
            ObjectType::NetIxLan => self.typed::<NetIxLan>(kind, source, answer),
            ObjectType::Poc => self.typed::<Poc>(kind, source, answer),
        }
    }

    fn typed<R: Record>(&mut self, kind: Kind, source: &str, answer: &[u8]) -> Result<Spooled> {
        let object = R::OBJECT;
        let mut writer = self.spool.rows();
        let mut newest = None;
        // An answer that breaks off may be asked for again, or done without: until its end nothing of it counts.
        let (mut notes, mut arrived) = (Vec::new(), Arrived::default());
        let envelope = envelope::read(answer, source, |raw| {
            if let Some(row) = row::<R>(raw, &mut notes) {
                newest = newest.max(row.updated);
                self.references.see(object, R::KEYS, &row, &mut arrived);
                writer.push(&row)?;
                if writer.rows.is_multiple_of(5000) {
                    self.progress.tell(&SyncEvent::Decoded { object, rows: writer.rows });
                }
            }
            Ok(())
        })?;
        let rows = writer.finish(R::KEYS.len())?;
        self.references.add(object, arrived);
        let is_readable = !notes.iter().any(|note| matches!(note.rule, Rule::Unreadable(_)));
        self.report.notes.append(&mut notes);
        self.progress.tell(&SyncEvent::Decoded { object, rows: rows.rows() });
        self.report.read(object, rows.rows());
        Ok(Spooled {
            object,
            kind,
            with_key: self.with_key,
            columns: R::KEYS,
            rows,
            generated: envelope.generated,
            newest,
            is_readable,
        })
    }
}

/// One row, and notes on what is odd about it.
fn row<R: Record>(raw: &RawValue, notes: &mut Vec<Note>) -> Option<Row> {
    let object = R::OBJECT;
    let read: Result<R, String> = match serde_json::from_str::<R>(raw.get()) {
        Ok(record) if i64::try_from(record.id()).is_err() => Err(format!("{} is too large", record.id())),
        Ok(record) => Ok(record),
        Err(error) => Err(error.to_string()),
    };
    let record = match read {
        Ok(record) => record,
        Err(why) => {
            notes.push(Note { object, id: None, rule: Rule::Unreadable(why) });
            return None;
        }
    };
    let mut note = |rule| notes.push(Note { object, id: Some(record.id()), rule });
    record.undecoded().into_iter().map(Rule::Undecoded).for_each(&mut note);
    record.unknown_values().into_iter().map(Rule::UnknownValue).for_each(&mut note);
    if let Status::Other(status) = record.status() {
        note(Rule::UnknownStatus(status));
    }
    Some(Row::new(&record, raw.get().to_owned()))
}
