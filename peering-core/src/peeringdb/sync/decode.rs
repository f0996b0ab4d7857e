//! From an answer to spooled rows: every row is read once in its typed form, to know its keys and to say what
//! is odd about it.

use std::io::Read;

use serde_json::value::RawValue;

use super::envelope;
use super::progress::{Progress, SyncEvent};
use super::report::{SyncReport, Warning};
use super::spool::{RowReader, Spool};
use crate::Result;
use crate::peeringdb::cache::{Batch, Row};
use crate::peeringdb::record::{
    Campus, Carrier, CarrierFac, Fac, Ix, IxFac, IxLan, IxPfx, Net, NetFac, NetIxLan, ObjectType, Org, Poc,
    Record, Status,
};

/// One answer, decoded and spooled.
#[derive(Debug)]
pub(super) struct Spooled {
    object: ObjectType,
    with_key: bool,
    columns: &'static [&'static str],
    rows: RowReader,
    generated: Option<f64>,
    /// The newest `updated`, in Unix microseconds.
    newest: Option<i64>,
}

impl Spooled {
    pub(super) fn into_batch(self) -> Batch<RowReader> {
        Batch { object: self.object, columns: self.columns, with_key: self.with_key, rows: self.rows }
    }

    pub(super) fn object(&self) -> ObjectType {
        self.object
    }

    pub(super) fn with_key(&self) -> bool {
        self.with_key
    }

    /// Up to when the answer is complete, in Unix seconds: a list that was made in advance says when, and a
    /// change later than the newest one in it is not in it. `None` for an empty list without a date.
    pub(super) fn complete_until(&self) -> Option<i64> {
        let newest = self.newest.map(|micros| micros.div_euclid(1_000_000));
        let generated = self.generated.map(|seconds| seconds as i64);
        match (newest, generated) {
            (Some(newest), Some(generated)) => Some(newest.min(generated)),
            (newest, generated) => newest.or(generated),
        }
    }
}

/// What is the same for all answers of a sync.
pub(super) struct Decoder<'a> {
    pub(super) spool: &'a Spool,
    pub(super) progress: &'a Progress,
    pub(super) report: &'a mut SyncReport,
    pub(super) with_key: bool,
}

impl Decoder<'_> {
    /// Decodes an answer of this type. `part` tells answers of one type apart, `source` names it in errors.
    pub(super) fn decode(
        &mut self,
        object: ObjectType,
        part: &str,
        source: &str,
        from: impl Read,
    ) -> Result<Spooled> {
        match object {
            ObjectType::Org => self.typed::<Org>(part, source, from),
            ObjectType::Campus => self.typed::<Campus>(part, source, from),
            ObjectType::Fac => self.typed::<Fac>(part, source, from),
            ObjectType::Net => self.typed::<Net>(part, source, from),
            ObjectType::Ix => self.typed::<Ix>(part, source, from),
            ObjectType::Carrier => self.typed::<Carrier>(part, source, from),
            ObjectType::CarrierFac => self.typed::<CarrierFac>(part, source, from),
            ObjectType::IxFac => self.typed::<IxFac>(part, source, from),
            ObjectType::IxLan => self.typed::<IxLan>(part, source, from),
            ObjectType::IxPfx => self.typed::<IxPfx>(part, source, from),
            ObjectType::NetFac => self.typed::<NetFac>(part, source, from),
            ObjectType::NetIxLan => self.typed::<NetIxLan>(part, source, from),
            ObjectType::Poc => self.typed::<Poc>(part, source, from),
        }
    }

    fn typed<R: Record>(&mut self, part: &str, source: &str, from: impl Read) -> Result<Spooled> {
        let object = R::OBJECT;
        let mut writer = self.spool.rows(&format!("{object}-{part}.rows"))?;
        let mut newest = None;
        let envelope = envelope::read(from, source, |raw| {
            if let Some(row) = self.row::<R>(raw) {
                newest = newest.max(row.updated);
                writer.push(&row)?;
                if writer.rows.is_multiple_of(5000) {
                    self.progress.tell(&SyncEvent::Decoded { object, rows: writer.rows });
                }
            }
            Ok(())
        })?;
        let rows = writer.finish(R::KEYS.len())?;
        self.progress.tell(&SyncEvent::Decoded { object, rows: rows.rows() });
        self.report.read(object, rows.rows());
        Ok(Spooled {
            object,
            with_key: self.with_key,
            columns: R::KEYS,
            rows,
            generated: envelope.generated,
            newest,
        })
    }

    fn row<R: Record>(&mut self, raw: &RawValue) -> Option<Row> {
        let object = R::OBJECT;
        let read: Result<R, String> = match serde_json::from_str::<R>(raw.get()) {
            Ok(record) if i64::try_from(record.id()).is_err() => Err(format!("{} is too large", record.id())),
            Ok(record) => Ok(record),
            Err(error) => Err(error.to_string()),
        };
        let record = match read {
            Ok(record) => record,
            Err(why) => {
                let text = format!("not stored, because it is no object with a usable `id`: {why}");
                self.report.warn(Warning { object, id: None, text });
                return None;
            }
        };
        let mut warn = |text| self.report.warn(Warning { object, id: Some(record.id()), text });
        for field in record.undecoded() {
            warn(format!("`{field}` has an unexpected form; kept as it is"));
        }
        if let Status::Other(status) = record.status() {
            warn(format!("unknown status {status:?}; treated as live"));
        }
        Some(Row::new(&record, raw.get().to_owned()))
    }
}
