//! The command line over SSH: batches, typed one command after the other.
//!
//! A batch begins in exec mode and leaves it as it was found, whatever came in between. Nothing that may have changed
//! something is typed twice. A session that was cut, or left in the midst of a batch, is not gone on with: the next batch
//! logs in again, where eAPI would simply send another request.

use std::time::Duration;

use peering_core::driver::Target;
use peering_core::{Error, ErrorKind, Result, Secret};
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};

use super::batch::{Command, Format, Place, Replies};
use super::redact::redact;
use super::{AristaEos, NAME, dialect};
use crate::transport::shell::{self, Mode, Shell};
use crate::transport::{Redactor, Transcript};

/// What asks for JSON in the form that eAPI gives: the first revision of each model. Without a number the command line
/// gives the latest.
const REVISION: &str = " | json revision 1";

/// The same where the command line does not know revisions.
const LATEST: &str = " | json";

/// The last words of what asks for lines of input.
const ASKS: &str = "'EOF' on its own line to end\\.?";

/// What `write memory` says when it has.
const SAVED: &str = "Copy completed successfully.";

/// What ends them.
const END: &str = "EOF";

/// A router's command line.
#[derive(Debug)]
pub(super) struct Terminal {
    shell: Shell,
    target: Target,
    is_enabled: bool,
    enable_password: Option<Secret>,
    json: &'static str,
    /// As it was after the login.
    mode: Mode,
    /// A batch has begun, and has not come to its end.
    is_midway: bool,
}

impl Terminal {
    /// Logs in, and becomes privileged where that is wanted.
    ///
    /// # Errors
    /// Those of [`Shell::connect`]; `Auth` when `enable` is not let do.
    pub(super) async fn log_in(driver: &AristaEos, target: &Target) -> Result<Terminal> {
        let (is_enabled, enable_password) = (driver.enable, driver.enable_password.clone());
        let mut shell = open(target, is_enabled, enable_password.as_ref()).await?;
        let mode = shell.mode().clone();
        let probe = shell.run_all(&[&format!("show version{REVISION}")]).await?;
        let json = match probe.into_iter().next() {
            Some(Err(error)) if error.kind() == ErrorKind::Rejected => LATEST,
            _ => REVISION,
        };
        let target = target.clone();
        Ok(Terminal { shell, target, is_enabled, enable_password, json, mode, is_midway: false })
    }

    /// What records it.
    pub(super) fn transcript(&self) -> &Transcript {
        self.shell.transcript()
    }

    /// Ends the session.
    pub(super) async fn close(&mut self) {
        self.shell.close().await;
    }

    /// Runs a batch, within a limit or as long as the caller waits.
    ///
    /// # Errors
    /// As eAPI's; those for which [`was_never_sent`] are of a new login.
    pub(super) async fn run(
        &mut self,
        commands: &[Command],
        format: Format,
        limit: Option<Duration>,
    ) -> Result<Replies> {
        let end = limit.map(|limit| (limit, Instant::now() + limit));
        if self.is_midway || self.shell.is_closed() {
            within(end, self.log_in_again()).await.map_err(unsent)?;
        }
        self.is_midway = true;
        let (answers, is_back) = within(end, async {
            let answers = self.answers(commands, format).await;
            let is_back = self.come_back(commands).await;
            Ok((answers, is_back))
        })
        .await?;
        // where it is not back, what was answered still counts
        self.is_midway = is_back.is_err() || *self.shell.mode() != self.mode;
        answers.map(Replies::Printed)
    }

    async fn log_in_again(&mut self) -> Result<()> {
        self.shell = open(&self.target, self.is_enabled, self.enable_password.as_ref()).await?;
        self.is_midway = false;
        Ok(())
    }

    async fn answers(&mut self, commands: &[Command], format: Format) -> Result<Vec<String>> {
        let mut answers = Vec::with_capacity(commands.len());
        for (index, command) in commands.iter().enumerate() {
            let answer = self.answer(command, format).await;
            answers.push(answer.map_err(|error| refused(error, index))?);
        }
        Ok(answers)
    }

    async fn answer(&mut self, command: &Command, format: Format) -> Result<String> {
        // a tab would complete the word before it
        let line = command.text.replace('\t', " ");
        if let Some(input) = &command.input {
            let input = format!("{}\n{END}", input.expose());
            let printed = self.shell.feed(&line, ASKS, &input).await?;
            return quiet(&line, &printed);
        }
        match format {
            Format::Json if command.only_looks() => model(self.look(&format!("{line}{}", self.json)).await?),
            Format::Json => match self.shell.mode() {
                Mode::Configuration(_) => quiet(&line, &self.enter(&line).await?),
                _ => done(&line, &self.shell.run(&line).await?),
            },
            Format::Text if command.only_looks() => Ok(text(self.look(&line).await?)),
            Format::Text => Ok(text(self.shell.run(&line).await?)),
        }
    }

    /// A command that may be asked twice.
    async fn look(&mut self, line: &str) -> Result<String> {
        self.shell.run_all(&[line]).await?.pop().unwrap_or_else(|| Ok(String::new()))
    }

    /// A line of configuration.
    async fn enter(&mut self, line: &str) -> Result<String> {
        let mut printed = self.shell.configure(&[line]).await.map_err(|(_, error)| error)?;
        Ok(printed.pop().unwrap_or_default())
    }

    /// Back in exec mode and in the VRF of the login; does nothing where the session has ended.
    async fn come_back(&mut self, commands: &[Command]) -> Result<()> {
        if self.shell.is_closed() {
            return Ok(());
        }
        self.shell.leave().await?;
        if commands.iter().any(|command| command.text.starts_with("cli vrf ")) {
            self.shell.run("cli vrf default").await?;
        }
        Ok(())
    }
}

async fn open(target: &Target, is_enabled: bool, password: Option<&Secret>) -> Result<Shell> {
    let dialect = if is_enabled { &dialect::ENABLED } else { &dialect::AS_IT_IS };
    let shell = Shell::connect(target, dialect, password, Redactor { platform: NAME, redact }).await?;
    if is_enabled && *shell.mode() == Mode::User {
        return Err(Error::new(
            ErrorKind::Auth,
            format!("{target} wants a password for `enable`, or does not let this account do it"),
        ));
    }
    Ok(shell)
}

/// A model, or the refusal that stands in its place.
fn model(printed: String) -> Result<String> {
    #[derive(Deserialize)]
    struct Refusal {
        errors: Vec<String>,
    }
    if printed.contains("\"errors\"")
        && let Ok(Refusal { errors }) = serde_json::from_str::<Refusal>(&printed)
        && !errors.is_empty()
    {
        return Err(Error::new(ErrorKind::Rejected, redact(&errors.join(" "))));
    }
    Ok(printed)
}

/// What eAPI answers to a command that has nothing to show. Whatever it printed before: a line that begins as a refusal
/// is one.
fn quiet(line: &str, printed: &str) -> Result<String> {
    let is_refusal = |printed: &&str| printed.starts_with('%');
    match printed.lines().find(is_refusal) {
        Some(words) => Err(shell::refused(line, words, redact)),
        None => Ok("{}".to_owned()),
    }
}

/// The same of a command that acts. Such a one prints nothing, or warnings, or how it went: other words may be why it was not
/// done.
fn done(line: &str, printed: &str) -> Result<String> {
    let is_expected = |words: &&str| words.is_empty() || words.starts_with('!') || *words == SAVED;
    match printed.lines().map(str::trim).find(|words| !is_expected(words)) {
        Some(words) => Err(shell::refused(line, words, redact)),
        None => Ok("{}".to_owned()),
    }
}

/// A text with the end of its last line, as eAPI gives it.
fn text(mut printed: String) -> String {
    if !printed.is_empty() && !printed.ends_with('\n') {
        printed.push('\n');
    }
    printed
}

/// The router's refusal, with its place in the batch. Who is not let do something is told so in words.
fn refused(error: Error, index: usize) -> Error {
    if error.kind() != ErrorKind::Rejected {
        return error;
    }
    let is_denied = error.message().contains("Authorization denied");
    let kind = if is_denied { ErrorKind::Auth } else { ErrorKind::Rejected };
    Error::new(kind, error.message()).with_source(Place(index))
}

/// The time for a batch, and when it is over.
type End = Option<(Duration, Instant)>;

async fn within<T>(end: End, step: impl Future<Output = Result<T>>) -> Result<T> {
    let Some((limit, end)) = end else { return step.await };
    match timeout_at(end, step).await {
        Ok(result) => result,
        Err(_) => Err(Error::new(ErrorKind::Timeout, format!("no answer within {limit:?}"))),
    }
}

/// There was no session that anything could have been typed into.
#[derive(Debug, thiserror::Error)]
#[error("nothing was typed")]
struct Unsent(#[source] Error);

fn unsent(error: Error) -> Error {
    // `Timeout` would leave open what has become of the batch
    let kind = if error.kind() == ErrorKind::Timeout { ErrorKind::Connect } else { error.kind() };
    Error::new(kind, error.message()).with_source(Unsent(error))
}

/// Whether a batch that failed with this error certainly was not begun.
pub(super) fn was_never_sent(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<Unsent>())
}

#[cfg(test)]
mod tests {
    use super::super::batch::place;
    use super::*;

    #[test]
    fn refusals_are_found_where_they_stand() {
        let unconverted =
            "{\n    \"errors\": [\n        \"This is an unconverted command\"\n    ]\n}".to_owned();
        assert_eq!(model(unconverted).unwrap_err().kind(), ErrorKind::Rejected);
        for whole in [r#"{"errors": []}"#, r#"{"errors": 3}"#, r#"{"version": "4.32.2F"}"#] {
            assert_eq!(model(whole.to_owned()).unwrap(), whole);
        }
        let warned = "! Interface does not exist\n% Invalid input (at token 1: 'hunter2')";
        let error = quiet("neighbor x password hunter2", warned).unwrap_err();
        assert!(error.message().contains("Invalid input"), "{error}");
        assert!(!error.message().contains("hunter2"), "{error}");
        assert_eq!(quiet("vlan 7", "Why not").unwrap(), "{}");
        for words in ["", "! Session is empty\n", "Copy completed successfully."] {
            assert_eq!(done("write memory", words).unwrap(), "{}");
        }
        assert_eq!(done("write memory", "startup-config: no space").unwrap_err().kind(), ErrorKind::Rejected);
    }

    #[test]
    fn a_refusal_has_its_place_and_its_kind() {
        let error = |words: &str| refused(Error::new(ErrorKind::Rejected, words), 2);
        let denied = error("`configure`: % Authorization denied for command 'configure'");
        assert_eq!((denied.kind(), place(&denied)), (ErrorKind::Auth, Some(2)));
        let invalid = error("`x`: % Invalid input");
        assert_eq!((invalid.kind(), place(&invalid)), (ErrorKind::Rejected, Some(2)));
        assert_eq!(place(&refused(Error::new(ErrorKind::Closed, "cut"), 2)), None);
    }
}
