//! Reading an answer `{"data": [...], "meta": {...}}` row by row.
//!
//! The text of a row is handed on as it stands; nothing is copied.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Error, ErrorKind, Result};

/// What an answer says besides its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Envelope {
    /// When the server made the answer, in Unix seconds, where it was made in advance.
    pub(super) generated: Option<f64>,
}

/// Hands every row to `row` as the text that stands in the answer. `source` names it in errors.
pub(super) fn read(
    answer: &[u8],
    source: &str,
    mut row: impl FnMut(&RawValue) -> Result<()>,
) -> Result<Envelope> {
    let mut found = Found::default();
    let mut failed = None;
    let mut parser = serde_json::Deserializer::from_slice(answer);
    let outcome = Whole { found: &mut found, row: &mut row, failed: &mut failed }
        .deserialize(&mut parser)
        .and_then(|()| parser.end());
    if let Some(error) = failed {
        return Err(error);
    }
    outcome.map_err(|error| {
        Error::new(ErrorKind::Parse, format!("{source} is not a complete PeeringDB answer: {error}"))
            .with_source(error)
    })?;
    if !found.data {
        let said = found.error.map_or_else(String::new, |text| format!(": {text}"));
        return Err(Error::new(ErrorKind::Parse, format!("{source} has no `data`{said}")));
    }
    if let Some(said) = found.truncated {
        let text = format!("{source} is not complete, rows were left out: {said}");
        return Err(Error::new(ErrorKind::Rejected, text));
    }
    Ok(Envelope { generated: found.generated })
}

#[derive(Default)]
struct Found {
    data: bool,
    generated: Option<f64>,
    error: Option<String>,
    truncated: Option<String>,
}

struct Whole<'a, F> {
    found: &'a mut Found,
    row: &'a mut F,
    failed: &'a mut Option<Error>,
}

impl<'de, F: FnMut(&RawValue) -> Result<()>> DeserializeSeed<'de> for Whole<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, F: FnMut(&RawValue) -> Result<()>> Visitor<'de> for Whole<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `data`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "data" => {
                    map.next_value_seed(List { row: self.row, failed: self.failed })?;
                    self.found.data = true;
                }
                "meta" => {
                    // Of any form: only what is understood is taken.
                    let meta = map.next_value::<serde_json::Value>()?;
                    self.found.generated = meta.get("generated").and_then(serde_json::Value::as_f64);
                    self.found.truncated = meta.get("truncated").map(serde_json::Value::to_string);
                    self.found.error = meta.get("error").map(|error| match error.as_str() {
                        Some(text) => text.to_owned(),
                        None => error.to_string(),
                    });
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct List<'a, F> {
    row: &'a mut F,
    failed: &'a mut Option<Error>,
}

impl<'de, F: FnMut(&RawValue) -> Result<()>> DeserializeSeed<'de> for List<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(&RawValue) -> Result<()>> Visitor<'de> for List<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while let Some(row) = rows.next_element::<&RawValue>()? {
            if let Err(error) = (self.row)(row) {
                *self.failed = Some(error);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Result<(Vec<String>, Envelope)> {
        let mut rows = Vec::new();
        let envelope = read(text.as_bytes(), "the answer", |row| {
            rows.push(row.get().to_owned());
            Ok(())
        })?;
        Ok((rows, envelope))
    }

    #[test]
    fn rows_come_as_they_stand() {
        let (found, envelope) =
            rows(r#"{"data": [{"id": 1, "x":"\u00e9"}, {"id":2}], "meta": {"generated": 5.5}}"#).unwrap();
        assert_eq!(found, [r#"{"id": 1, "x":"\u00e9"}"#, r#"{"id":2}"#]);
        assert_eq!(envelope.generated, Some(5.5));
        assert_eq!(rows(r#"{"meta": [], "data": [], "new": {"a": [1]}}"#).unwrap().1, Envelope::default());
    }

    #[test]
    fn half_an_answer_is_none() {
        for text in [
            "",
            "<html>",
            "[]",
            "{}",
            r#"{"data": [{"id": 1}"#,
            r#"{"data": [{"id": 1}]"#,
            r#"{"data": []}x"#,
        ] {
            assert_eq!(rows(text).unwrap_err().kind(), ErrorKind::Parse, "{text}");
        }
    }

    #[test]
    fn an_answer_with_rows_left_out_is_refused() {
        let error = rows(r#"{"data": [{"id": 1}], "meta": {"truncated": "250 of 300"}}"#).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(error.to_string().contains("250 of 300"), "{error}");
    }

    #[test]
    fn the_servers_own_words_are_kept() {
        let error = rows(r#"{"meta": {"error": "Cache data is corrupted"}}"#).unwrap_err();
        assert!(error.to_string().contains("Cache data is corrupted"), "{error}");
    }
}
