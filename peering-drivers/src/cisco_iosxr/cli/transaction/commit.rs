//! A commit, and proof that it happened; where its answer was lost, a look from a new session.

use std::time::Duration;

use peering_core::driver::{CommitOptions, Pending};
use peering_core::{Error, ErrorKind, Result};
use tokio::time::{Instant, timeout_at};

use super::{Base, told};
use crate::candidate_session::{Found, Phase, after_commit, doubt, moved, not_as_prepared, unsent};
use crate::cisco::{CommandLine, unless_refused};
use crate::cisco_iosxr::cli::language::compared;
use crate::cisco_iosxr::cli::session::CliSession;
use crate::cisco_iosxr::transaction::{history, refused_but_changed};
use crate::step::is_lost;

/// What `commit replace` asks, and any commit of much. Whether to commit over somebody else's commit is asked in other words,
/// and not answered.
const QUESTIONS: &[(&str, &str)] =
    &[(r"Do you wish to proceed\? \[no\]:\s*", "yes"), (r"Confirm\? \[y/n\]\s?\[confirm\]\s*", "y")];

/// How long to wait before trying again.
const PAUSE: Duration = Duration::from_millis(250);

/// What a commit was to do, for whoever looks afterwards whether it did.
struct Intent {
    /// What was in force before.
    before: Base,
    /// What is to be in force, where the router tells that.
    wanted: Option<String>,
    /// By which the commit is ours for certain.
    label: String,
}

impl CliSession {
    /// Commits the candidate. Whatever comes of it, nothing stays locked.
    pub(in crate::cisco_iosxr::cli) async fn commit_candidate(
        &mut self,
        options: &CommitOptions,
    ) -> Result<Option<Pending>> {
        let end = Instant::now() + self.target.timeouts.change.mul_f32(0.95);
        self.settle().await.map_err(unsent)?;
        let outcome = self.carry_out(options, end).await.map_err(unsent);
        match &outcome {
            Err(error) if error.kind() != ErrorKind::OutcomeUnknown => {
                // nothing was committed; the next discard tries again if this one fails
                self.release().await.ok();
            }
            _ => self.let_go(end).await,
        }
        outcome.map(|()| None)
    }

    async fn carry_out(&mut self, options: &CommitOptions, end: Instant) -> Result<()> {
        let before = self.in_force().await?;
        if self.change.as_ref().is_none_or(|change| change.base.as_ref() != Some(&before)) {
            return Err(moved());
        }
        let replaces = if self.is_whole() { " replace" } else { "" };
        let comparison = self.compare().await?;
        if comparison.difference.is_empty() {
            return Ok(());
        }
        let newest = before.commits.first().map_or(0, |commit| commit.id);
        let intent = Intent { before, wanted: comparison.wanted, label: history::label(newest, None) };
        let comment = options.message.as_deref().map(one_line).filter(|comment| !comment.is_empty());
        let comment = comment.map(|comment| format!(" comment {comment}")).unwrap_or_default();
        let command = format!("commit{replaces} label {}{comment}", intent.label);
        if let Some(change) = &mut self.change {
            change.phase = Phase::Sent;
        }
        // half of the time, so that there is some to look what became of it
        let half = Instant::now() + end.saturating_duration_since(Instant::now()).div_f32(2.0);
        let outcome = match timeout_at(half, self.send(&command, &intent)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Error::new(ErrorKind::Timeout, "the router does not answer `commit` in time")),
        };
        match outcome {
            Err(lost) if is_lost(&lost) => self.look_after_commit(&intent, lost, end).await,
            outcome => outcome,
        }
    }

    /// The commit itself, and what the router makes of it.
    async fn send(&mut self, command: &str, intent: &Intent) -> Result<()> {
        match self.shell.converse(command, QUESTIONS).await {
            Ok(_) => self.verify(intent).await,
            Err(error) if is_lost(&error) => Err(error),
            Err(error) => self.refused(intent, error).await,
        }
    }

    /// A refusal promises the old configuration; this looks whether that is so, and why.
    async fn refused(&mut self, intent: &Intent, error: Error) -> Result<()> {
        let failed = unless_refused(self.shell.run("show configuration failed").await)?;
        let error = told::refused_commit(failed.as_deref(), error);
        match self.in_force().await.map_err(doubt)? == intent.before {
            true => Err(error),
            false => Err(refused_but_changed(error.message())),
        }
    }

    /// Reads back after a commit that was answered.
    async fn verify(&mut self, intent: &Intent) -> Result<()> {
        let after = self.in_force().await.map_err(doubt)?;
        if after == intent.before {
            let words = "the router says that it has committed, but its old configuration is in force";
            return Err(Error::new(ErrorKind::Rejected, words));
        }
        if intent.is_done(&after) { Ok(()) } else { Err(not_as_prepared()) }
    }

    /// What became of a commit whose answer was lost.
    async fn look_after_commit(&mut self, intent: &Intent, lost: Error, end: Instant) -> Result<()> {
        let looked = match timeout_at(end, self.look()).await {
            Ok(looked) => looked,
            Err(_) => Err(Error::new(ErrorKind::Timeout, "the router could not be looked at in time")),
        };
        let found = looked.map(|after| match () {
            () if intent.is_done(&after) => Found::Committed(None),
            () if after == intent.before => Found::Before,
            () => Found::SomethingElse,
        });
        after_commit(found, lost).map(drop)
    }

    /// What is in force, from a new session in place of the old one. That it gets the lock means that nothing of the old
    /// one is at work any more.
    async fn look(&mut self) -> Result<Base> {
        let old = self.lock.take();
        self.change = None;
        self.shell.close().await;
        loop {
            match self.look_once(old.as_deref()).await {
                Err(error) if is_lost(&error) || error.kind() == ErrorKind::Locked => {
                    tracing::debug!(%error, "no look yet at what became of a commit");
                    tokio::time::sleep(PAUSE).await;
                }
                looked => return looked,
            }
        }
    }

    async fn look_once(&mut self, old: Option<&str>) -> Result<Base> {
        if self.shell.is_closed() {
            self.change = None;
            self.reconnect().await?;
        }
        match self.take().await {
            Err(error) if error.kind() == ErrorKind::Locked => {
                let holder = self.lock_holder().await?.filter(|holder| Some(holder.session.as_str()) == old);
                if let Some(own) = holder {
                    // ours, of a link that only we know to be dead
                    self.perhaps(&format!("clear configuration sessions {}", own.session)).await?;
                }
                Err(error)
            }
            Err(error) => Err(error),
            Ok(()) => self.in_force().await,
        }
    }
}

impl Intent {
    /// Whether our commit, and no other, was made, and what was wanted is in force.
    fn is_done(&self, after: &Base) -> bool {
        let is_ours = matches!(
            history::since(&after.commits, &self.before.commits),
            Some([own]) if own.label.as_ref() == Some(&self.label)
        );
        let is_wanted = match &self.wanted {
            Some(wanted) => compared(wanted, &after.text).is_empty(),
            None => after.text != self.before.text,
        };
        is_ours && is_wanted
    }
}

/// A message in one line, as a command takes it.
fn one_line(text: &str) -> String {
    text.split(|sign: char| sign.is_whitespace() || sign.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
