//! Decoded rows, waiting for the transaction: on disk, if there are many.
//!
//! The form is private and lives for one sync only: fixed-width numbers and texts preceded by their length.

use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::SpooledTempFile;

use crate::peeringdb::cache::{Cache, Row, Rows, Standing};
use crate::{Error, ErrorKind, Result};

/// Stands for a number that is not there; no number of PeeringDB's has this value.
const NONE: i64 = i64::MIN;

fn failed(place: &Path, error: std::io::Error) -> Error {
    let text = format!("the rows cannot wait on disk (in {}): {error}", place.display());
    Error::new(ErrorKind::Storage, text).with_source(error)
}

/// So many bytes of one answer's rows stay in memory: the changes of a day do, a whole list does not.
const IN_MEMORY: usize = 1 << 20;

/// Where rows wait: beside the cache, where there is room for its content; else where temporary files go.
///
/// The files have no names, so whatever happens to this process, nothing is left of them.
#[derive(Debug)]
pub(super) struct Spool(PathBuf);

impl Spool {
    pub(super) fn new(cache: &Cache) -> Self {
        let beside = cache.path().map(|path| match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        });
        Spool(beside.unwrap_or_else(std::env::temp_dir))
    }

    /// A place for the rows of one answer.
    pub(super) fn rows(&self) -> RowWriter {
        let file = tempfile::spooled_tempfile_in(IN_MEMORY, &self.0);
        RowWriter { out: BufWriter::with_capacity(1 << 16, file), rows: 0, place: self.0.clone() }
    }
}

/// Writes rows.
#[derive(Debug)]
pub(super) struct RowWriter {
    out: BufWriter<SpooledTempFile>,
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

    /// Everything is there; reads it from the start.
    pub(super) fn finish(self, keys: usize) -> Result<RowReader> {
        use std::io::Seek as _;
        let place = self.place;
        let mut file = self.out.into_inner().map_err(|error| failed(&place, error.into_error()))?;
        file.rewind().map_err(|error| failed(&place, error))?;
        Ok(RowReader {
            from: BufReader::with_capacity(1 << 16, file),
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
    from: BufReader<SpooledTempFile>,
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
    fn rows_come_back_as_they_went() {
        let spool = Spool::new(&Cache::in_memory().unwrap());
        let rows = [
            Row {
                id: 1,
                updated: Some(-5),
                standing: Standing::Deleted,
                keys: vec![Some(7), None],
                names: "é\u{1f}".to_owned(),
                doc: "{\"id\":1}".to_owned(),
            },
            Row { id: 2, keys: vec![None, Some(0)], doc: "{}".repeat(IN_MEMORY), ..Row::default() },
        ];
        let mut writer = spool.rows();
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
