//! Decoded rows on disk, waiting for the transaction.
//!
//! The form is private and lives for one sync only: fixed-width numbers and texts preceded by their length.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::peeringdb::cache::{Cache, Row, Rows, Standing};
use crate::{Error, ErrorKind, Result};

/// Stands for a number that is not there; no number of PeeringDB's has this value.
const NONE: i64 = i64::MIN;

pub(super) fn failed(place: &Path, error: std::io::Error) -> Error {
    let text = format!("the spool on disk ({}): {error}", place.display());
    Error::new(ErrorKind::Storage, text).with_source(error)
}

/// How the folders are called.
const PREFIX: &str = ".peeringdb-spool-";

/// No sync takes that long: what is older was left by a process that was killed.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// A folder for one sync, gone when dropped.
#[derive(Debug)]
pub(super) struct Spool(TempDir);

impl Spool {
    /// Beside the cache, where there is room for its content; else where temporary files go.
    pub(super) fn new(cache: &Cache) -> Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        let beside = cache.path().map(|path| match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        });
        let folder = match beside {
            Some(folder) => {
                sweep(folder, ABANDONED);
                builder.tempdir_in(folder)
            }
            None => builder.tempdir(),
        };
        let place = beside.map_or_else(std::env::temp_dir, Path::to_owned);
        folder.map(Spool).map_err(|error| failed(&place, error))
    }

    /// A file of this name for an answer as it arrives.
    pub(super) fn answer(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A new file of rows, in the place of one that was given up.
    pub(super) fn rows(&self, name: &str) -> Result<RowWriter> {
        let place = self.0.path().join(name);
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&place)
            .map_err(|error| failed(&place, error))?;
        Ok(RowWriter { out: BufWriter::with_capacity(1 << 18, file), rows: 0, place })
    }
}

/// Removes folders that killed processes left. What cannot be removed stays: it only takes room.
fn sweep(folder: &Path, age: Duration) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let modified = entry.metadata().and_then(|data| data.modified()).ok();
        if is_ours && modified.and_then(|time| time.elapsed().ok()).is_some_and(|old| old >= age) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Writes rows.
#[derive(Debug)]
pub(super) struct RowWriter {
    out: BufWriter<File>,
    pub(super) rows: u64,
    place: PathBuf,
}

impl RowWriter {
    pub(super) fn push(&mut self, row: &Row) -> Result<()> {
        self.write(row).map_err(|error| failed(&self.place, error))
    }

    fn write(&mut self, row: &Row) -> std::io::Result<()> {
        let out = &mut self.out;
        out.write_all(&row.id.to_le_bytes())?;
        out.write_all(&row.updated.unwrap_or(NONE).to_le_bytes())?;
        out.write_all(&[row.standing as u8])?;
        for key in &row.keys {
            out.write_all(&key.unwrap_or(NONE).to_le_bytes())?;
        }
        for text in [&row.names, &row.doc] {
            out.write_all(&(text.len() as u64).to_le_bytes())?;
            out.write_all(text.as_bytes())?;
        }
        self.rows += 1;
        Ok(())
    }

    /// Everything is on disk; reads it from the start.
    pub(super) fn finish(self, keys: usize) -> Result<RowReader> {
        use std::io::Seek as _;
        let place = self.place;
        let mut file = self.out.into_inner().map_err(|error| failed(&place, error.into_error()))?;
        file.rewind().map_err(|error| failed(&place, error))?;
        Ok(RowReader {
            from: BufReader::with_capacity(1 << 18, file),
            keys,
            left: self.rows,
            text: Vec::new(),
            place,
        })
    }
}

/// Reads rows back.
#[derive(Debug)]
pub(super) struct RowReader {
    from: BufReader<File>,
    keys: usize,
    left: u64,
    text: Vec<u8>,
    place: PathBuf,
}

impl RowReader {
    pub(super) fn rows(&self) -> u64 {
        self.left
    }

    fn number(&mut self) -> std::io::Result<i64> {
        let mut bytes = [0; 8];
        self.from.read_exact(&mut bytes)?;
        Ok(i64::from_le_bytes(bytes))
    }

    fn optional(&mut self) -> std::io::Result<Option<i64>> {
        let number = self.number()?;
        Ok((number != NONE).then_some(number))
    }

    /// Reads a text into `into`, whose memory is used again.
    fn text(&mut self, into: &mut String) -> std::io::Result<()> {
        let length = usize::try_from(self.number()?).map_err(std::io::Error::other)?;
        let mut bytes = std::mem::take(&mut self.text);
        bytes.resize(length, 0);
        self.from.read_exact(&mut bytes)?;
        into.clear();
        into.push_str(std::str::from_utf8(&bytes).map_err(std::io::Error::other)?);
        self.text = bytes;
        Ok(())
    }

    fn fill(&mut self, row: &mut Row) -> std::io::Result<()> {
        row.id = self.number()?;
        row.updated = self.optional()?;
        let mut standing = [0];
        self.from.read_exact(&mut standing)?;
        row.standing = match standing {
            [0] => Standing::Live,
            [1] => Standing::Pending,
            _ => Standing::Deleted,
        };
        row.keys.clear();
        for _ in 0..self.keys {
            let key = self.optional()?;
            row.keys.push(key);
        }
        self.text(&mut row.names)?;
        self.text(&mut row.doc)
    }
}

impl Rows for RowReader {
    fn next_row(&mut self, row: &mut Row) -> Result<bool> {
        if self.left == 0 {
            return Ok(false);
        }
        self.left -= 1;
        self.fill(row).map_err(|error| failed(&self.place, error))?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_killed_processes_left_is_swept_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in [".peeringdb-spool-dead", "precious"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        sweep(folder.path(), ABANDONED);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
        sweep(folder.path(), Duration::ZERO);
        assert!(!folder.path().join(".peeringdb-spool-dead").exists());
        assert!(folder.path().join("precious").exists());
    }

    #[test]
    fn rows_come_back_as_they_went() {
        let spool = Spool::new(&Cache::in_memory().unwrap()).unwrap();
        let rows = [
            Row {
                id: 1,
                updated: Some(-5),
                standing: Standing::Deleted,
                keys: vec![Some(7), None],
                names: "é\u{1f}".to_owned(),
                doc: "{\"id\":1}".to_owned(),
            },
            Row { id: 2, keys: vec![None, Some(0)], doc: "{}".repeat(1000), ..Row::default() },
        ];
        let mut writer = spool.rows("x").unwrap();
        for row in &rows {
            writer.push(row).unwrap();
        }
        let mut reader = writer.finish(2).unwrap();
        let mut row = Row::default();
        for expected in &rows {
            assert!(reader.next_row(&mut row).unwrap());
            assert_eq!(&row, expected);
        }
        assert!(!reader.next_row(&mut row).unwrap());
    }
}
