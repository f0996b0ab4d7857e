//! The two ways to a router: NX-API, and the command line over SSH.

use peering_core::driver::Target;
use peering_core::{Error, ErrorKind, ParseError, Result};

use super::dialect::DIALECT;
use super::nxapi::{Form, NxApi};
use super::redact::redact;
use super::{CiscoNxos, NAME, NxosTransport};
use crate::transport::shell::Shell;
use crate::transport::{Redactor, Scheme, Transcript};

/// A router that can be asked.
#[derive(Debug)]
pub(super) enum Link {
    /// NX-API.
    Api(NxApi),
    /// The command line.
    Shell(Box<Shell>),
}

impl Link {
    /// Logs in where there is something to log in to; NX-API has not connected yet.
    ///
    /// # Errors
    /// Those of [`Shell::connect`], or of a client for HTTP.
    pub(super) async fn connect(driver: &CiscoNxos, target: &Target) -> Result<Link> {
        Ok(match driver.transport {
            NxosTransport::Https => Link::Api(NxApi::new(target, Scheme::Https)?),
            NxosTransport::Http => Link::Api(NxApi::new(target, Scheme::Http)?),
            NxosTransport::Ssh => {
                let redactor = Redactor { platform: NAME, redact };
                let password = driver.enable_password.as_ref();
                Link::Shell(Box::new(Shell::connect(target, &DIALECT, password, redactor).await?))
            }
        })
    }

    /// Whether nothing can be asked over it any more.
    pub(super) fn is_closed(&self) -> bool {
        match self {
            Link::Api(_) => false,
            Link::Shell(shell) => shell.is_closed(),
        }
    }

    /// What records it.
    pub(super) fn transcript(&self) -> &Transcript {
        match self {
            Link::Api(api) => api.transcript(),
            Link::Shell(shell) => shell.transcript(),
        }
    }

    /// How this router answers at its best.
    pub(super) fn form(&self) -> Form {
        match self {
            Link::Api(_) => Form::Json,
            Link::Shell(_) => Form::Text,
        }
    }

    /// Commands that change nothing, sent together: what each printed, or why not.
    ///
    /// # Errors
    /// The path's.
    pub(super) async fn texts(&mut self, commands: &[String]) -> Result<Vec<Result<String>>> {
        let commands: Vec<&str> = commands.iter().map(String::as_str).collect();
        match self {
            Link::Api(api) => one_by_one(api, &commands, Form::Text).await,
            Link::Shell(shell) => shell.run_all(&commands).await,
        }
    }

    /// The same in JSON.
    ///
    /// # Errors
    /// As [`Link::texts`].
    pub(super) async fn jsons(&mut self, commands: &[String]) -> Result<Vec<Result<String>>> {
        match self {
            Link::Api(api) => {
                let commands: Vec<&str> = commands.iter().map(String::as_str).collect();
                one_by_one(api, &commands, Form::Json).await
            }
            Link::Shell(shell) => {
                let commands: Vec<String> =
                    commands.iter().map(|command| format!("{command} | json")).collect();
                let commands: Vec<&str> = commands.iter().map(String::as_str).collect();
                shell.run_all(&commands).await
            }
        }
    }

    /// One command in text.
    ///
    /// # Errors
    /// `Rejected` with the router's words, or the path's.
    pub(super) async fn text(&mut self, command: &str) -> Result<String> {
        let mut answers = self.texts(&[command.to_owned()]).await?;
        answers.pop().unwrap_or_else(|| Err(missing()))
    }

    /// One command in JSON, read by a parser.
    ///
    /// # Errors
    /// `Rejected` with the router's words, `Parse`, or the path's.
    pub(super) async fn json<T>(
        &mut self,
        command: &str,
        parse: fn(&str) -> Result<T, ParseError>,
    ) -> Result<T> {
        let mut answers = self.jsons(&[command.to_owned()]).await?;
        Ok(parse(&answers.pop().unwrap_or_else(|| Err(missing()))?)?)
    }
}

/// A batch ends at the first refusal: what stands behind it is asked in another.
async fn one_by_one(api: &NxApi, commands: &[&str], form: Form) -> Result<Vec<Result<String>>> {
    let mut found: Vec<Result<String>> = Vec::with_capacity(commands.len());
    while let Some(rest) = commands.get(found.len()..).filter(|rest| !rest.is_empty()) {
        let mut answers = api.run(rest, form).await?;
        // some versions answer behind a refusal, others do not
        let refused = answers.iter().position(Result::is_err).unwrap_or(answers.len());
        answers.truncate(refused + 1);
        found.append(&mut answers);
    }
    Ok(found)
}

/// A whole batch: every answer, or the first refusal.
///
/// # Errors
/// The first refusal; `Parse` when there is another number of answers.
pub(super) fn all<const N: usize>(answers: Vec<Result<String>>) -> Result<[String; N]> {
    let answers: Vec<String> = answers.into_iter().collect::<Result<_>>()?;
    answers.try_into().map_err(|_| missing())
}

fn missing() -> Error {
    Error::new(ErrorKind::Parse, "there are fewer answers than commands")
}

/// An answer that a router may refuse, because it does not have what is asked for; other errors are errors.
///
/// # Errors
/// Those but `Rejected`.
pub(super) fn where_it_has(answer: Result<String>) -> Result<Option<String>> {
    match answer {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::Rejected => Ok(None),
        Err(error) => Err(error),
    }
}
