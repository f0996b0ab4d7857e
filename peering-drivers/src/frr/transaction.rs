//! Configuration changes: the flat verbs, told to the guard on the router.

use jiff::{SignedDuration, Timestamp};
use peering_core::driver::{CommitOptions, LoadMode, Pending, Token};
use peering_core::{Diff, Error, ErrorKind, Result};

use super::config::{Config, merge};
use super::guard::{Verb, exit};
use super::redact::redact;
use super::reload;
use super::session::FrrSession;
use super::{NAME, SECOND};
use crate::transport::Output;

/// The guard's words when going back has failed.
const NOT_RESTORED: &str = "failed to put the old configuration back";

/// A candidate: the lock, the configuration it was made from, and what it has become.
#[derive(Debug)]
pub(super) struct Change {
    id: String,
    holder: String,
    base: String,
    target: String,
    is_locked: bool,
    is_staged: bool,
}

pub(super) fn token(host: &str, id: &str) -> Token {
    Token { platform: NAME.to_owned(), host: host.to_owned(), id: id.to_owned() }
}

impl FrrSession {
    pub(super) async fn lock(&mut self) -> Result<()> {
        self.release().await?;
        let id = self.ssh.transcript().name(new_id);
        let holder = holder(&self.user);
        // known before it is asked for: a future dropped half-way leaves something to discard
        self.change = Some(Change {
            id: id.clone(),
            holder: holder.clone(),
            base: String::new(),
            target: String::new(),
            is_locked: false,
            is_staged: false,
        });
        let output = self.guard(Verb::Lock, &id, &holder, None).await;
        let output = match output.and_then(|output| understood(output, Verb::Lock)) {
            Ok(output) => output,
            Err(error) => {
                self.change = None;
                return Err(error);
            }
        };
        if let Some(change) = &mut self.change {
            change.base = output.text().into_owned();
            change.is_locked = true;
            change.target.clone_from(&change.base);
        }
        Ok(())
    }

    fn candidate(&self) -> Result<&Change> {
        self.change
            .as_ref()
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "no candidate is open; open one first"))
    }

    pub(super) async fn compile(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        readable(text)?;
        let change = self.candidate()?;
        let target = match mode {
            LoadMode::Merge => {
                let mut config = Config::parse(&change.target);
                merge(&mut config, &Config::parse(text))?;
                config.to_string()
            }
            LoadMode::Replace => {
                let config = Config::parse(text);
                if config.nodes.is_empty() {
                    return Err(Error::new(
                        ErrorKind::Rejected,
                        "an empty configuration cannot replace the running one",
                    ));
                }
                if text.contains(peering_core::REDACTED) {
                    return Err(Error::new(
                        ErrorKind::Rejected,
                        "this configuration was printed with its secrets blacked out",
                    ));
                }
                config.to_string()
            }
        };
        self.put(&target).await?;
        if let Some(change) = &mut self.change {
            change.target = target;
            change.is_staged = true;
        }
        Ok(())
    }

    async fn put(&self, target: &str) -> Result<()> {
        let id = self.candidate()?.id.clone();
        let size = target.len().to_string();
        let output = self.guard(Verb::Stage, &id, &size, Some(target.as_bytes())).await?;
        understood(output, Verb::Stage).map(drop)
    }

    pub(super) async fn test(&mut self) -> Result<Diff> {
        let change = self.candidate()?;
        if !change.is_staged {
            return Ok(Diff::default());
        }
        let output = understood(self.guard(Verb::Test, &change.id, "", None).await?, Verb::Test)?;
        let report = reload::report(&output.text())?;
        Ok(Diff::new(reload::diff(&report.changes, &change.base, &change.target), redact))
    }

    pub(super) async fn apply(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        let (id, holder) = {
            let change = self.candidate()?;
            if !change.is_staged {
                self.put(&change.base).await?;
            }
            (change.id.clone(), change.holder.clone())
        };
        let window = options.window.unwrap_or(self.patience).max(SECOND);
        let seconds = window.as_secs() + u64::from(window.subsec_nanos() > 0);
        let argument = seconds.to_string();

        // from here on the outcome is decided on the router
        let asked = Timestamp::now();
        let output = self
            .guard(Verb::Apply, &id, &argument, None)
            .await
            .map_err(|error| unknown(error, "apply", seconds))?;
        if !matches!(output.status, Some(0 | exit::LOCKED..=exit::BUSY)) {
            // the guard itself was killed; its timer notices
            self.change = None;
            return Err(unknown(
                Error::new(ErrorKind::Closed, "the guard was ended half-way"),
                "apply",
                seconds,
            ));
        }
        if let Err(error) = understood(output, Verb::Apply) {
            self.release().await.ok();
            return Err(error);
        }
        let (report, verified) = match self.verify(&id, &argument, seconds).await {
            Ok(verified) => verified,
            Err(error) => {
                if error.kind() != ErrorKind::OutcomeUnknown {
                    self.take_back(&id, seconds).await?;
                }
                self.change = None;
                return Err(error);
            }
        };
        if !report.changes.is_empty() {
            let left = self
                .change
                .as_ref()
                .map(|change| reload::diff(&report.changes, &change.target, &change.target));
            self.take_back(&id, seconds).await?;
            self.change = None;
            return Err(Error::new(
                ErrorKind::Rejected,
                format!(
                    "the router did not take all of it and has its old configuration again; it would still change: {}",
                    redact(left.unwrap_or_default().trim_end()).replace('\n', "; ")
                ),
            ));
        }
        self.change = None;
        let token = token(&self.host, &id);
        if options.window.is_none() {
            self.end(Verb::Confirm, &token).await?;
            return Ok(None);
        }
        let deadline = match report.left {
            Some(left) => verified + SignedDuration::from_secs(left),
            None => asked + SignedDuration::try_from(window).unwrap_or(SignedDuration::MAX),
        };
        Ok(Some(Pending { token, deadline, holder }))
    }

    /// What is still to be changed after the change, and when that was asked.
    async fn verify(&self, id: &str, window: &str, seconds: u64) -> Result<(reload::Report, Timestamp)> {
        let asked = Timestamp::now();
        let output = self
            .guard(Verb::Verify, id, window, None)
            .await
            .map_err(|error| unknown(error, "verify", seconds))?;
        if output.status == Some(exit::GONE) {
            return Err(Error::new(
                ErrorKind::Rejected,
                format!("the change could not be verified in time: {}", outcome(&output)),
            ));
        }
        let output = understood(output, Verb::Verify)?;
        Ok((reload::report(&output.text())?, asked))
    }

    async fn take_back(&self, id: &str, seconds: u64) -> Result<()> {
        let why = "reverted, because the router did not take all of it";
        let output = self
            .guard(Verb::Revert, id, why, None)
            .await
            .map_err(|error| unknown(error, "revert", seconds))?;
        match output.status {
            Some(0 | exit::GONE) => Ok(()),
            _ => understood(output, Verb::Revert).map(drop),
        }
    }

    /// Confirms or reverts a pending commit.
    pub(super) async fn end(&mut self, verb: Verb, token: &Token) -> Result<()> {
        let is_ours = token.platform == NAME
            && !token.id.is_empty()
            && token.id.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
        if !is_ours {
            return Err(Error::new(ErrorKind::Options, "this token does not name a commit of this driver"));
        }
        let output = self.guard(verb, &token.id, "", None).await.map_err(|error| {
            let words = match verb {
                Verb::Confirm => {
                    "the link failed while the commit was being confirmed; look whether it is in force"
                }
                _ => "the link failed while the commit was being reverted; look whether it is in force",
            };
            Error::new(ErrorKind::OutcomeUnknown, words).with_source(error)
        })?;
        let result = understood(output, verb).map(drop);
        if result.is_ok() {
            // nobody needs to be told of an end that we made ourselves
            self.guard(Verb::Forget, &token.id, "", None).await.ok();
        }
        result
    }

    pub(super) async fn release(&mut self) -> Result<()> {
        let Some(change) = &self.change else { return Ok(()) };
        let id = change.id.clone();
        // a lock whose answer was not waited for may still be at work
        let argument = if change.is_locked { "" } else { "unanswered" };
        let output = self.guard(Verb::Discard, &id, argument, None).await?;
        understood(output, Verb::Discard)?;
        self.change = None;
        Ok(())
    }
}

/// The longest line that vtysh reads as one, in bytes: the rest of a longer one would be a command of its own.
const LONGEST_LINE: usize = 4000;

/// Refuses what the router would read as something else than it looks like.
fn readable(text: &str) -> Result<()> {
    for (number, line) in text.lines().enumerate() {
        let wrong = if line.len() > LONGEST_LINE {
            format!("is longer than the {LONGEST_LINE} bytes that the router reads as one line")
        } else if line.chars().any(|character| character.is_control() && character != '\t') {
            "has a control character in it".to_owned()
        } else {
            continue;
        };
        return Err(Error::new(ErrorKind::Rejected, format!("line {} {wrong}", number + 1)));
    }
    Ok(())
}

fn unknown(error: Error, step: &str, seconds: u64) -> Error {
    Error::new(
        ErrorKind::OutcomeUnknown,
        format!(
            "the link failed after the change was sent ({step}). Unless it is confirmed, the router takes it back by \
             itself {seconds} s after it was applied; a commit without a window may have been made permanent. Look \
             before doing anything else"
        ),
    )
    .with_source(error)
}

fn outcome(output: &Output) -> String {
    let text = output.text();
    let text = text.trim();
    let text = text.rsplit("@@noise").next().unwrap_or(text);
    let last = text.lines().next_back().unwrap_or_default().trim();
    if last.is_empty() { "what became of it is not known".to_owned() } else { last.to_owned() }
}

/// The guard's exit codes as errors.
fn understood(output: Output, verb: Verb) -> Result<Output> {
    let said = || {
        let all = format!("{}\n{}", output.text(), String::from_utf8_lossy(&output.stderr));
        let words = redact(&reload::words(&all));
        if words.is_empty() { "no reason was given".to_owned() } else { words }
    };
    let (kind, message) = match output.status {
        Some(0) => return Ok(output),
        Some(exit::LOCKED) => {
            let text = output.text();
            let holder = text.lines().next_back().unwrap_or_default().trim();
            let holder = if holder.is_empty() { "somebody who has just come" } else { holder };
            (ErrorKind::Locked, format!("the configuration is held by {holder}"))
        }
        Some(exit::GONE) => (ErrorKind::NotFound, format!("it is not pending any more: {}", outcome(&output))),
        Some(exit::MOVED) => (
            ErrorKind::Rejected,
            "the running configuration has changed since the candidate was opened; nothing was applied. Open a new \
             candidate and look at its diff"
                .to_owned(),
        ),
        Some(exit::REFUSED) => match verb {
            Verb::Apply => (
                ErrorKind::Rejected,
                format!("the router refused it and has its old configuration again: {}", said()),
            ),
            _ => (ErrorKind::Rejected, format!("the router refuses it: {}", said())),
        },
        Some(exit::UNSAVED) => {
            (ErrorKind::Rejected, format!("confirmed and in force, but `write memory` failed: {}", said()))
        }
        Some(exit::BUSY) => (ErrorKind::Locked, "the change is still being applied".to_owned()),
        // a refusal promises the old configuration, and this is none
        Some(exit::UNABLE) if output.text().contains(NOT_RESTORED) => (
            ErrorKind::OutcomeUnknown,
            format!("the router could not put its old configuration back exactly; look at it: {}", said()),
        ),
        Some(exit::UNABLE) => (ErrorKind::Rejected, format!("the router could not do it: {}", said())),
        status => (
            ErrorKind::Rejected,
            format!("the guard on the router ended with {status:?} in {verb:?}: {}", said()),
        ),
    };
    Err(Error::new(kind, message))
}

/// A name that nobody else has: it becomes part of file names on the router.
fn new_id() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let random = RandomState::new().build_hasher().finish();
    format!("{:x}-{random:016x}", Timestamp::now().as_second())
}

/// Who we are and since when, for others to read.
fn holder(user: &str) -> String {
    let host = ["/proc/sys/kernel/hostname", "/etc/hostname"]
        .iter()
        .find_map(|path| std::fs::read_to_string(path).ok())
        .map(|name| name.trim().to_owned())
        .or_else(|| std::env::var("HOSTNAME").ok())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "an unnamed host".to_owned());
    let now = Timestamp::now().round(jiff::Unit::Second).unwrap_or_else(|_| Timestamp::now());
    let text = format!("{user}@{host} pid {} since {now}", std::process::id());
    text.chars().filter(|character| !character.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(status: u32, stdout: &str) -> Output {
        Output { status: Some(status), stdout: stdout.as_bytes().to_vec(), stderr: Vec::new() }
    }

    #[test]
    fn every_end_of_the_guard_has_its_kind() {
        for (status, stdout, verb, kind, words) in [
            (exit::LOCKED, "a@b pid 3\n", Verb::Lock, ErrorKind::Locked, "held by a@b pid 3"),
            (exit::LOCKED, "", Verb::Lock, ErrorKind::Locked, "somebody"),
            (exit::GONE, "expired without confirmation\n", Verb::Confirm, ErrorKind::NotFound, "expired"),
            (exit::MOVED, "", Verb::Apply, ErrorKind::Rejected, "has changed since"),
            (exit::REFUSED, "% no\n", Verb::Apply, ErrorKind::Rejected, "old configuration again: % no"),
            (exit::REFUSED, "line 2: % x password hunter2", Verb::Stage, ErrorKind::Rejected, "line 2"),
            (exit::UNABLE, "", Verb::Lock, ErrorKind::Rejected, "could not"),
            (exit::UNABLE, NOT_RESTORED, Verb::Apply, ErrorKind::OutcomeUnknown, "look at it"),
            (exit::UNSAVED, "% denied", Verb::Confirm, ErrorKind::Rejected, "in force"),
            (exit::BUSY, "", Verb::Confirm, ErrorKind::Locked, "still"),
            (1, "", Verb::Lock, ErrorKind::Rejected, "ended"),
        ] {
            let error = understood(ended(status, stdout), verb).unwrap_err();
            assert_eq!(error.kind(), kind, "{status} {verb:?}");
            assert!(error.to_string().contains(words), "{error}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
        assert!(understood(ended(0, ""), Verb::Lock).is_ok());
    }

    #[test]
    fn ids_differ_and_make_file_names() {
        let (one, other) = (new_id(), new_id());
        assert_ne!(one, other);
        assert!(one.chars().all(|character| character.is_ascii_alphanumeric() || character == '-'));
        assert!(!holder("x\ny").contains('\n'));
    }

    #[test]
    fn what_the_router_would_read_otherwise_is_refused() {
        let long = format!("! {}", "x".repeat(LONGEST_LINE));
        for (text, line) in
            [(format!("ok\n{long}"), "line 2"), ("a\rb".to_owned(), "line 1"), ("a\0".to_owned(), "line 1")]
        {
            let error = readable(&text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Rejected);
            assert!(error.message().starts_with(line), "{error}");
        }
        readable("router bgp 1\r\n\tneighbor 192.0.2.1 description Ærø\n").unwrap();
    }
}
