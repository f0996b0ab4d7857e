//! What the API gave, list by list.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use super::endpoint::Kind;
use crate::{Error, ErrorKind, Result};

/// A record as the API gives it.
pub(super) type Row = Map<String, Value>;

/// The API's answers, by endpoint.
///
/// In a directory, each endpoint is a file such as `peering/autonomous-systems.json`; further pages are
/// `peering/autonomous-systems.2.json` and so on.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    lists: BTreeMap<String, List>,
    refused: Vec<String>,
}

#[derive(Clone, Debug, Default)]
struct List {
    rows: Vec<Row>,
    /// Positions by number: a record that moves while pages are fetched comes twice.
    positions: HashMap<u64, usize>,
    /// How many there are in all, as the answers say.
    count: Option<u64>,
}

/// What an answer says about the next one.
#[cfg_attr(not(feature = "peeringdb"), allow(dead_code))]
pub(super) struct Page {
    pub(super) records: usize,
    pub(super) next: Option<String>,
}

impl Answers {
    /// Reads all answers below a directory.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if something cannot be read; otherwise as [`add`](Answers::add), with the file's name.
    pub fn from_dir(directory: impl AsRef<Path>) -> Result<Answers> {
        let directory = directory.as_ref();
        let mut files = Vec::new();
        collect(directory, String::new(), &mut files)?;
        files.sort();
        let mut answers = Answers::default();
        for (endpoint, _, name) in files {
            let path = directory.join(&name);
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
            answers
                .add(&endpoint, &text)
                .map_err(|error| Error::new(error.kind(), format!("{name}: {}", error.message())))?;
        }
        Ok(answers)
    }

    /// Takes in one answer: a page, a bare list of records, or one record.
    ///
    /// # Errors
    /// [`ErrorKind::Parse`] if it is none of these; then it has not been taken in.
    pub fn add(&mut self, endpoint: &str, answer: &str) -> Result<()> {
        self.add_page(endpoint, answer.as_bytes()).map(drop)
    }

    pub(super) fn add_page(&mut self, endpoint: &str, answer: &[u8]) -> Result<Page> {
        let parsed: Value = serde_json::from_slice(answer).map_err(|error| {
            let text = format!("not JSON at line {}, column {}", error.line(), error.column());
            Error::new(ErrorKind::Parse, text)
        })?;
        let no_list = |what: &str| {
            let text = format!("not an answer of Peering Manager's API, which has a list `results`: {what}");
            Error::new(ErrorKind::Parse, text)
        };
        let (rows, count, next) = match parsed {
            Value::Array(rows) => (rows, None, None),
            Value::Object(mut page) => match (page.remove("results"), page.get("id")) {
                (Some(Value::Array(rows)), _) => {
                    let next = page.get("next").and_then(Value::as_str).map(str::to_owned);
                    (rows, page.get("count").and_then(Value::as_u64), next)
                }
                (None, Some(_)) => (vec![Value::Object(page)], None, None),
                _ => {
                    let keys: Vec<&str> = page.keys().map(String::as_str).take(8).collect();
                    return Err(no_list(&format!("an object with {}", keys.join(", "))));
                }
            },
            _ => return Err(no_list("neither an object nor a list")),
        };
        let rows: Option<Vec<Row>> = rows
            .into_iter()
            .map(|row| match row {
                Value::Object(row) => Some(row),
                _ => None,
            })
            .collect();
        let rows = rows.ok_or_else(|| no_list("a record is no object"))?;
        let endpoint = endpoint.trim_matches('/');
        let endpoint = endpoint.strip_prefix("api/").unwrap_or(endpoint);
        let list = self.lists.entry(endpoint.to_owned()).or_default();
        list.count = count.or(list.count);
        let records = rows.len();
        rows.into_iter().for_each(|row| list.put(row));
        Ok(Page { records, next })
    }

    /// The records of a kind, each number once, with the endpoint that they came from.
    pub(super) fn rows(&self, kind: Kind) -> impl Iterator<Item = &Row> {
        let mut met = std::collections::HashSet::new();
        let lists = kind.endpoints().iter().filter_map(|endpoint| self.lists.get(*endpoint));
        lists.flat_map(|list| &list.rows).filter(move |row| id(row).is_none_or(|id| met.insert(id)))
    }

    /// Every endpoint, with the number of its records, and how many there are in all, if that is another number.
    pub(super) fn counts(&self) -> impl Iterator<Item = (&str, usize, Option<u64>)> {
        self.lists.iter().map(|(endpoint, list)| {
            let all = list.count.filter(|count| *count != list.rows.len() as u64);
            (endpoint.as_str(), list.rows.len(), all)
        })
    }

    /// Whether there is an answer of this endpoint, e.g. `net/bfd`.
    pub fn has(&self, endpoint: &str) -> bool {
        self.lists.contains_key(endpoint)
    }

    /// Lists that the token may not read.
    pub(super) fn refused(&self) -> impl Iterator<Item = &str> {
        self.refused.iter().map(String::as_str)
    }

    /// Notes how many records there are, which were not fetched; `None`, if they may not be read.
    #[cfg(feature = "peeringdb")]
    pub(super) fn note_count(&mut self, endpoint: &str, count: Option<u64>) {
        match count {
            Some(_) => self.lists.entry(endpoint.to_owned()).or_default().count = count,
            None => self.refused.push(endpoint.to_owned()),
        }
    }
}

impl List {
    fn put(&mut self, row: Row) {
        let position = id(&row).and_then(|id| self.positions.get(&id).copied());
        match position.and_then(|position| self.rows.get_mut(position)) {
            Some(known) => *known = row,
            None => {
                if let Some(id) = id(&row) {
                    self.positions.insert(id, self.rows.len());
                }
                self.rows.push(row);
            }
        }
    }
}

/// The number of a record.
pub(super) fn id(row: &Row) -> Option<u64> {
    row.get("id").and_then(Value::as_u64)
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Storage, format!("{} cannot be read", path.display())).with_source(error)
}

/// The answers below a directory: endpoint, page, path within the directory.
fn collect(directory: &Path, within: String, files: &mut Vec<(String, u32, String)>) -> Result<()> {
    let entries = fs::read_dir(directory.join(&within)).map_err(|error| unreadable(directory, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(directory, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = if within.is_empty() { name } else { format!("{within}/{name}") };
        if entry.path().is_dir() {
            collect(directory, path, files)?;
        } else if let Some(stem) = path.strip_suffix(".json") {
            let page = stem.rsplit_once('.').and_then(|(stem, page)| Some((stem, page.parse().ok()?)));
            let (endpoint, page) = page.unwrap_or((stem, 1));
            files.push((endpoint.to_owned(), page, path.clone()));
        }
    }
    Ok(())
}
