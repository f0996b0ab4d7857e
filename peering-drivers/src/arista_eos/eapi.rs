//! The words of eAPI: a batch of commands, its answers, its refusals.
//!
//! One `runCmds` is one HTTP request; the router runs the commands in order and stops at the first that fails.

use std::ops::Range;

use peering_core::{Error, ErrorKind, ParseError, Result, Secret};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::redact::redact;
use crate::transport::RpcError;

/// Where eAPI listens.
pub(super) const PATH: &str = "/command-api";

/// "This user may not run it": eAPI's number for it.
const UNAUTHORIZED: i64 = 1005;

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
    text: String,
    input: Option<Secret>,
}

impl Command {
    /// A command that reads further lines: a banner, a certificate, a password.
    pub(super) fn with_input(text: impl Into<String>, input: Secret) -> Command {
        Command { text: text.into(), input: Some(input) }
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

/// A command without input is a string, one with input an object.
impl Serialize for Command {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct WithInput<'a> {
            cmd: &'a str,
            input: &'a str,
        }
        match &self.input {
            Some(input) => WithInput { cmd: &self.text, input: input.expose() }.serialize(serializer),
            None => serializer.serialize_str(&self.text),
        }
    }
}

/// The parameters of `runCmds`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Params<'a> {
    /// The revision of the commands' models: the first of each, which the parsers know.
    pub(super) version: u8,
    pub(super) cmds: &'a [&'a Command],
    pub(super) format: Format,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) auto_complete: Option<bool>,
}

/// The answers of a batch, as they came: nothing is copied out until somebody asks.
#[derive(Debug)]
pub(super) struct Replies {
    all: Box<RawValue>,
    places: Vec<Range<usize>>,
}

impl Replies {
    /// Finds the answers of `count` commands; the first `skip` are not the caller's.
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
        Ok(Replies { all, places })
    }

    /// The answers in JSON, one a command.
    ///
    /// # Errors
    /// `Parse` when there is another number of them.
    pub(super) fn each<const N: usize>(&self) -> Result<[&str; N]> {
        self.iter()
            .collect::<Vec<_>>()
            .try_into()
            .map_err(|found: Vec<_>| ParseError::new(format!("{N} answers"), &found.len().to_string()).into())
    }

    /// The answers in JSON, in the order of the commands.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.places.iter().map(|place| self.all.get().get(place.clone()).unwrap_or_default())
    }

    /// The answers in text, in the order of the commands.
    ///
    /// # Errors
    /// `Parse` when one is no text.
    pub(super) fn texts(&self) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Text {
            output: String,
        }
        let text = |raw: &str| {
            serde_json::from_str::<Text>(raw)
                .map(|text| text.output)
                .map_err(|error| ParseError::new(format!("the text of a command ({error})"), raw).into())
        };
        self.iter().map(text).collect()
    }

    /// The text of the last command.
    ///
    /// # Errors
    /// `Parse` when there is none.
    pub(super) fn text(&self) -> Result<String> {
        self.texts()?.pop().ok_or_else(|| ParseError::new("the text of a command", "no answer").into())
    }
}

/// What stands in the place of the answer of the command that failed.
#[derive(Deserialize)]
struct Failed {
    #[serde(default)]
    errors: Vec<String>,
}

/// The router's refusal as an error, in its own words. `is_enabled` says that the first command was ours.
pub(super) fn refused(error: &RpcError, is_enabled: bool) -> Error {
    let data = error.data.as_ref().map(|data| data.get()).unwrap_or_default();
    let outputs: Vec<&RawValue> = serde_json::from_str(data).unwrap_or_default();
    let words = outputs
        .last()
        .and_then(|raw| serde_json::from_str::<Failed>(raw.get()).ok())
        .map(|failed| failed.errors.join(" "))
        .unwrap_or_default();
    let is_about_enable = is_enabled && outputs.len() == 1;
    let colon = if words.is_empty() { "" } else { ": " };
    let kind = match error.code {
        UNAUTHORIZED => ErrorKind::Auth,
        _ if is_about_enable => ErrorKind::Auth,
        _ => ErrorKind::Rejected,
    };
    let refusal = Error::new(kind, redact(&format!("{error}{colon}{}", words.trim())));
    match outputs.len().checked_sub(1 + usize::from(is_enabled)) {
        Some(place) => refusal.with_source(Place(place)),
        None => refusal,
    }
}

/// Which command of the caller's batch was refused; those before it were executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the command with the index {0} was refused, those before it were executed")]
struct Place(usize);

/// The index of the command that the router refused; `None` when the error is none of that kind.
pub(super) fn place(error: &Error) -> Option<usize> {
    let source = std::error::Error::source(error)?;
    source.downcast_ref::<Place>().map(|place| place.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str, is_enabled: bool) -> Error {
        refused(&serde_json::from_str(text).unwrap(), is_enabled)
    }

    #[test]
    fn a_batch_is_written_as_the_router_reads_it() {
        let commands = [&"show version".into(), &Command::with_input("enable", Secret::new("hunter2"))];
        let params = Params { version: 1, cmds: &commands, format: Format::Text, auto_complete: None };
        assert_eq!(
            serde_json::to_string(&params).unwrap(),
            r#"{"version":1,"cmds":["show version",{"cmd":"enable","input":"hunter2"}],"format":"text"}"#
        );
        assert!(!format!("{params:?}").contains("hunter2"));
    }

    #[test]
    fn answers_are_told_apart() {
        let raw = RawValue::from_string(r#"[{}, {"a": [1]}, {"output":"x\ny"}]"#.to_owned()).unwrap();
        let replies = Replies::new(raw.clone(), 1, 2).unwrap();
        assert_eq!(replies.each::<2>().unwrap(), [r#"{"a": [1]}"#, r#"{"output":"x\ny"}"#]);
        assert_eq!(replies.text().unwrap_err().kind(), ErrorKind::Parse, "the first is no text");
        assert_eq!(Replies::new(raw.clone(), 2, 1).unwrap().text().unwrap(), "x\ny");
        assert!(Replies::new(raw, 1, 1).is_err());
    }

    #[test]
    fn refusals_keep_the_routers_words_but_no_secret() {
        let text = r#"{"code":1002,"message":"CLI command 2 of 2 'neighbor 192.0.2.1 password 0 hunter2' failed: invalid command","data":[{},{"errors":["Invalid input (at token 2: 'hunter2')"]}]}"#;
        let invalid = error(text, true);
        assert_eq!(invalid.kind(), ErrorKind::Rejected);
        assert!(!invalid.to_string().contains("hunter2"), "{invalid}");
        assert_eq!(place(&invalid), Some(0), "the first one is `enable`");
        let text = r#"{"code":1000,"message":"CLI command 1 of 1 'ping x' failed: could not run command","data":[{"errors":["Name or service not known"]}]}"#;
        assert!(error(text, false).to_string().contains("Name or service not known"));
        let text = r#"{"code":1005,"message":"permission denied","data":[{},{"errors":["x"]}]}"#;
        assert_eq!(error(text, true).kind(), ErrorKind::Auth);
        let text = r#"{"code":1002,"message":"no","data":[{"errors":["Bad secret"]}]}"#;
        assert_eq!(
            (error(text, true).kind(), error(text, false).kind()),
            (ErrorKind::Auth, ErrorKind::Rejected)
        );
    }
}
