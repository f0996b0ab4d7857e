//! The account of an import.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::endpoint::Kind;
use crate::model::Problem;

/// What an import took over, and what it did not.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// How many records of each endpoint became part of the network.
    pub imported: BTreeMap<String, usize>,
    /// Everything else, in the order in which it was met.
    pub lines: Vec<Line>,
    /// Why the network does not pass [`Network::validate`](crate::model::Network::validate); nothing, if it does.
    pub problems: Vec<Problem>,
}

impl Report {
    /// The lines of one kind.
    pub fn of(&self, kind: LineKind) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.kind == kind)
    }
}

/// Something that did not become part of the network as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What kind of thing it is.
    pub kind: LineKind,
    /// The endpoint, e.g. `peering/autonomous-systems`; `*` for all of them.
    pub endpoint: String,
    /// The record's number there, if it is about one.
    pub record: Option<u64>,
    /// The field, if it is about one.
    pub field: Option<String>,
    /// What was done, and why. It never holds a password.
    pub message: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.endpoint)?;
        if let Some(record) = self.record {
            write!(f, " {record}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ": {field}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// What a [`Line`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LineKind {
    /// It has no counterpart in a network.
    NoCounterpart,
    /// The field is not known to this version.
    Unknown,
    /// Its value could not be read, so it was left out.
    Unreadable,
    /// It refers to something that is not among the answers, or part of the answers is missing.
    Missing,
    /// It got another key, because its own was taken or it had none.
    Renamed,
    /// It was made from what others say of it, or from an older form.
    Made,
    /// The API does not show it.
    Withheld,
    /// It follows from the rest, or is about that system itself.
    Derived,
}

/// What is found out while records are converted.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) lines: Vec<Line>,
    /// Fields that many records have in common, by kind, endpoint and name.
    fields: BTreeMap<(LineKind, &'static str, String), Counted>,
}

/// What is to be said of a field of many records.
struct Counted {
    message: String,
    records: usize,
    first: Option<u64>,
}

impl Notes {
    pub(super) fn line(
        &mut self,
        kind: LineKind,
        of: Kind,
        record: Option<u64>,
        field: Option<&str>,
        message: impl Into<String>,
    ) {
        let (endpoint, field) = (of.endpoint().to_owned(), field.map(str::to_owned));
        self.lines.push(Line { kind, endpoint, record, field, message: message.into() });
    }

    /// Counts a field about which the same is to be said for all records.
    pub(super) fn field(
        &mut self,
        kind: LineKind,
        endpoint: &'static str,
        record: Option<u64>,
        field: &str,
        message: &str,
    ) {
        let new = || Counted { message: message.to_owned(), records: 0, first: record };
        self.fields.entry((kind, endpoint, field.to_owned())).or_insert_with(new).records += 1;
    }

    /// All lines, those about fields last.
    pub(super) fn into_lines(mut self) -> Vec<Line> {
        for ((kind, endpoint, field), Counted { message, records: count, first }) in self.fields {
            let records = if count == 1 { "record" } else { "records" };
            let example = first.map(|id| format!(", e.g. {id}")).unwrap_or_default();
            self.lines.push(Line {
                kind,
                endpoint: endpoint.to_owned(),
                record: None,
                field: Some(field),
                message: format!("{message} (in {count} {records}{example})"),
            });
        }
        self.lines
    }
}
