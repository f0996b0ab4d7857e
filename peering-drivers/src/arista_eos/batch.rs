//! A batch of commands and its answers, whichever way they go.
//!
//! The router runs the commands in order and stops at the first that fails.

use std::ops::Range;

use peering_core::{Error, ParseError, Result, Secret};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// How the answers are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    /// The command's own model.
    Json,
    /// What a terminal would show.
    Text,
}

/// One command, perhaps with the lines that it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) text: String,
    pub(super) input: Option<Secret>,
}

impl Command {
    /// A command that reads further lines: a banner, a certificate, a password.
    pub(super) fn with_input(text: impl Into<String>, input: Secret) -> Command {
        Command { text: text.into(), input: Some(input) }
    }

    /// Whether it only looks, and so may be asked twice.
    pub(super) fn only_looks(&self) -> bool {
        self.text.starts_with("show ")
    }
}

impl From<&str> for Command {
    fn from(text: &str) -> Self {
        Command { text: text.to_owned(), input: None }
    }
}

impl From<String> for Command {
    fn from(text: String) -> Self {
        Command { text, input: None }
    }
}

/// The answers of a batch.
#[derive(Debug)]
pub(super) enum Replies {
    /// Of eAPI, as they came: nothing is copied out until somebody asks.
    Api {
        /// All of them.
        all: Box<RawValue>,
        /// Where each is in it.
        places: Vec<Range<usize>>,
    },
    /// What each command printed.
    Printed(Vec<String>),
}

impl Replies {
    /// Finds eAPI's answers of `count` commands; the first `skip` are not the caller's.
    pub(super) fn new(all: Box<RawValue>, skip: usize, count: usize) -> Result<Replies, ParseError> {
        let text = all.get();
        let each: Vec<&RawValue> = serde_json::from_str(text)
            .map_err(|error| ParseError::new(format!("a list of answers ({error})"), text))?;
        if each.len() != skip + count {
            return Err(ParseError::new(format!("{} answers", skip + count), &each.len().to_string()));
        }
        let place = |raw: &&RawValue| {
            // each is a part of `text`, so the difference of the two places is where it begins
            let start = raw.get().as_ptr() as usize - text.as_ptr() as usize;
            start..start + raw.get().len()
        };
        let places = each.iter().skip(skip).map(place).collect();
        Ok(Replies::Api { all, places })
    }

    /// The answers in JSON, one a command.
    ///
    /// # Errors
    /// `Parse` when there is another number of them.
    pub(super) fn each<const N: usize>(&self) -> Result<[&str; N]> {
        self.all()
            .try_into()
            .map_err(|found: Vec<_>| ParseError::new(format!("{N} answers"), &found.len().to_string()).into())
    }

    /// The answers in JSON, in the order of the commands.
    pub(super) fn all(&self) -> Vec<&str> {
        match self {
            Replies::Api { all, places } => {
                places.iter().map(|place| all.get().get(place.clone()).unwrap_or_default()).collect()
            }
            Replies::Printed(all) => all.iter().map(String::as_str).collect(),
        }
    }

    /// The answers in text, in the order of the commands.
    ///
    /// # Errors
    /// `Parse` when one is no text.
    pub(super) fn texts(self) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Text {
            output: String,
        }
        let text = |raw: &str| {
            serde_json::from_str::<Text>(raw)
                .map(|text| text.output)
                .map_err(|error| ParseError::new(format!("the text of a command ({error})"), raw).into())
        };
        match self {
            Replies::Printed(all) => Ok(all),
            Replies::Api { .. } => self.all().into_iter().map(text).collect(),
        }
    }

    /// The text of the last command.
    ///
    /// # Errors
    /// `Parse` when there is none.
    pub(super) fn text(self) -> Result<String> {
        self.texts()?.pop().ok_or_else(|| ParseError::new("the text of a command", "no answer").into())
    }
}

/// Which command of the caller's batch was refused; those before it were executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the command with the index {0} was refused, those before it were executed")]
pub(super) struct Place(pub(super) usize);

/// The index of the command that the router refused; `None` when the error is none of that kind.
pub(super) fn place(error: &Error) -> Option<usize> {
    let source = std::error::Error::source(error)?;
    source.downcast_ref::<Place>().map(|place| place.0)
}

#[cfg(test)]
mod tests {
    use peering_core::ErrorKind;

    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let raw = RawValue::from_string(r#"[{}, {"a": [1]}, {"output":"x\ny"}]"#.to_owned()).unwrap();
        let replies = Replies::new(raw.clone(), 1, 2).unwrap();
        assert_eq!(replies.each::<2>().unwrap(), [r#"{"a": [1]}"#, r#"{"output":"x\ny"}"#]);
        assert_eq!(replies.text().unwrap_err().kind(), ErrorKind::Parse, "the first is no text");
        assert_eq!(Replies::new(raw.clone(), 2, 1).unwrap().text().unwrap(), "x\ny");
        assert!(Replies::new(raw, 1, 1).is_err());
        let printed = Replies::Printed(vec!["{}".to_owned(), "x\n".to_owned()]);
        assert_eq!(printed.each::<2>().unwrap(), ["{}", "x\n"]);
        assert_eq!(printed.text().unwrap(), "x\n");
    }
}
