//! What came of the rows of a file.

use std::error::Error;
use std::fmt::{self, Debug};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

/// What a row's check ends with, if it comes to its end.
pub(super) type Checked = Result<(), Box<dyn Error>>;

/// What came of one file.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The file's name.
    pub file: String,
    /// How many rows came out as recorded.
    pub passed: usize,
    /// The others; one for the whole file if it could not be read.
    pub failed: Vec<RowReport>,
    /// What the file holds and no row looked at.
    pub notes: Vec<String>,
}

/// A row that did not come out as recorded.
#[derive(Clone, Debug)]
pub struct RowReport {
    /// The row's name or position.
    pub row: String,
    /// Each difference: what was compared, what was expected, what came.
    pub differences: Vec<String>,
}

impl FileReport {
    pub(super) fn new(file: String, rows: Result<Rows, String>) -> FileReport {
        match rows {
            Ok(Rows { passed, failed, notes }) => FileReport { file, passed, failed, notes },
            Err(why) => {
                let whole = RowReport { row: "the file".to_owned(), differences: vec![why] };
                FileReport { file, passed: 0, failed: vec![whole], notes: Vec::new() }
            }
        }
    }
}

impl fmt::Display for FileReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} passed, {} failed", self.file, self.passed, self.failed.len())?;
        for RowReport { row, differences } in &self.failed {
            for difference in differences {
                write!(f, "\n  {row}: {difference}")?;
            }
        }
        for note in &self.notes {
            write!(f, "\n  note: {note}")?;
        }
        Ok(())
    }
}

/// What came of the rows so far.
#[derive(Debug, Default)]
pub(super) struct Rows {
    passed: usize,
    failed: Vec<RowReport>,
    notes: Vec<String>,
}

impl Rows {
    /// Checks one row. An error and a panic fail the row, not the run.
    pub(super) fn check(&mut self, row: String, check: impl FnOnce(&mut Differences) -> Checked) {
        let mut differences = Differences::default();
        let ended = catch_unwind(AssertUnwindSafe(|| check(&mut differences)));
        let Differences(mut differences) = differences;
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => differences.push(format!("could not be run: {error}")),
            Err(_) => differences.push("panicked".to_owned()),
        }
        if differences.is_empty() {
            self.passed += 1;
        } else {
            self.failed.push(RowReport { row, differences });
        }
    }

    /// Says something about the file that is no failure.
    pub(super) fn note(&mut self, note: String) {
        self.notes.push(note);
    }
}

/// What differs in one row.
#[derive(Debug, Default)]
pub(super) struct Differences(Vec<String>);

impl Differences {
    /// Compares one answer with the recorded one.
    pub(super) fn same<T: PartialEq + Debug>(&mut self, what: &str, expected: T, got: T) {
        if expected != got {
            self.0.push(format!("{what}: expected {expected:?}, got {got:?}"));
        }
    }

    /// As [`same`](Differences::same), if the row records an answer.
    pub(super) fn same_if_recorded<T: PartialEq + Debug>(&mut self, what: &str, expected: Option<T>, got: T) {
        if let Some(expected) = expected {
            self.same(what, expected, got);
        }
    }
}

/// Checks each row of a file that is a list.
pub(super) fn each<R: DeserializeOwned>(
    text: &str,
    check: impl Fn(R, &mut Differences) -> Checked,
) -> Result<Rows, String> {
    let list: Vec<&RawValue> =
        serde_json::from_str(text).map_err(|error| format!("is no list of rows: {error}"))?;
    let mut rows = Rows::default();
    for (position, raw) in list.into_iter().enumerate() {
        rows.check(name_of(position, raw), |differences| {
            check(serde_json::from_str(raw.get())?, differences)
        });
    }
    Ok(rows)
}

/// A row is called by its position, and by its number or name if it has one.
fn name_of(position: usize, raw: &RawValue) -> String {
    let row: Value = serde_json::from_str(raw.get()).unwrap_or_default();
    let own =
        ["case", "name", "filter"].into_iter().find_map(|key| Some(format!(" ({key} {})", row.get(key)?)));
    format!("row {position}{}", own.unwrap_or_default())
}
