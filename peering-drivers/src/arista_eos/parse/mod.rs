//! EOS's answers as models: pure functions from JSON or text.
//!
//! A promised field that is missing is an error; what EOS adds in a later version is passed over.

mod system;

use std::borrow::Cow;
use std::ops::Deref;

use peering_core::ParseError;
use serde::Deserialize;

pub use system::{Version, version};

/// A string, borrowed from the answer where it is spelt there without escapes.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// A text of the router's, unless it is empty.
fn told(text: Option<Text<'_>>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(|text| text.0.into_owned())
}

/// Reads a JSON answer of one shape; strings are borrowed from it where it spells them without escapes.
fn json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ParseError> {
    serde_json::from_str(text).map_err(|error| {
        let line = error.line();
        let found = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let found = found.get(error.column().saturating_sub(40)..).unwrap_or(found);
        ParseError::new(format!("EOS's JSON ({error})"), found.trim()).at_line(line)
    })
}
