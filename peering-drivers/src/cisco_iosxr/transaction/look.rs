//! After a link that failed with a commit on its way: a new session that looks what became of it.
//!
//! It ends the old session on the router and takes the lock. That the lock is given means that nothing of the old session
//! is at work any more, so what is in force then is what the commit came to. Where no new session can be had, or the lock
//! is not given, or what is in force fits neither end: `OutcomeUnknown`. Nothing is sent twice.

use std::time::Duration;

use peering_core::driver::Pending;
use peering_core::{Error, ErrorKind, Result};

use super::commit::Intent;
use super::pending::{End, gone};
use super::{Tip, is_lost};
use crate::cisco_iosxr::session::NetconfSession;
use crate::transport::netconf::Operation;

/// How long to wait before trying again.
const PAUSE: Duration = Duration::from_millis(250);

/// How a commit has ended.
enum Found {
    /// It did not take effect.
    Before,
    /// It did, and may wait for its confirmation.
    Committed(Option<Pending>),
    /// It did, and its time is over.
    TakenBack,
    /// That cannot be told.
    SomethingElse,
}

impl NetconfSession {
    /// What became of a commit whose answer was lost.
    pub(super) async fn look_after_commit(
        &mut self,
        intent: &Intent,
        lost: Error,
    ) -> Result<Option<Pending>> {
        let found = match self.look().await {
            Ok(tip) => self.find(intent, &tip).await,
            Err(error) => Err(error),
        };
        let closed = |words: &str| Error::new(ErrorKind::Closed, words);
        match found {
            Ok(Found::Committed(pending)) => Ok(pending),
            Ok(Found::Before) => {
                let words =
                    "the link failed before the commit took effect; the router has its old configuration";
                Err(closed(words).with_source(lost))
            }
            Ok(Found::TakenBack) => {
                let words = "the link failed, and the commit was taken back before anybody could confirm it; the router has \
                             its old configuration";
                Err(closed(words).with_source(lost))
            }
            Ok(Found::SomethingElse) => {
                let words = "what is in force is neither what was before nor what was prepared";
                Err(unknown(Error::new(ErrorKind::Rejected, words), &lost))
            }
            Err(error) => Err(unknown(error, &lost)),
        }
    }

    /// How a commit has ended, by what is in force now. Without the list of commits only that nothing has changed can be
    /// told.
    async fn find(&mut self, intent: &Intent, tip: &Tip) -> Result<Found> {
        let is_old_text = self.running_text().await? == intent.before.text;
        if !self.capabilities.commit_confirmed {
            return Ok(if is_old_text { Found::Before } else { Found::SomethingElse });
        }
        Ok(match tip.since(&intent.before.tip) {
            Some([]) if is_old_text => Found::Before,
            Some([own]) if !is_old_text && self.is_meant(intent, own) => {
                let pending = self.pending_after(intent, tip);
                match (intent.deadline, self.something_waits().await?) {
                    (None, false) | (Some(_), true) => Found::Committed(pending),
                    _ => Found::SomethingElse,
                }
            }
            Some([_, own]) if is_old_text && intent.deadline.is_some() && self.is_meant(intent, own) => {
                Found::TakenBack
            }
            _ => Found::SomethingElse,
        })
    }

    /// What became of a confirmation or a revert whose answer was lost.
    pub(super) async fn look_after_end(&mut self, end: End, id: u64, lost: Error) -> Result<()> {
        if let Err(error) = self.look().await {
            return Err(unknown(error, &lost));
        }
        match (self.ended(end, id, false).await, end) {
            (Ok(true), _) => Ok(()),
            (Ok(false), End::Confirm) => Err(Error::new(
                ErrorKind::Closed,
                "the link failed before the confirmation took effect; the commit still waits for it",
            )
            .with_source(lost)),
            (Ok(false), End::Revert) => Err(Error::new(
                ErrorKind::Closed,
                "the link failed before it was taken back; the router takes it back by itself when its time is over",
            )
            .with_source(lost)),
            (Err(error), _) if error.kind() == ErrorKind::NotFound => Err(gone().with_source(lost)),
            (Err(error), _) => Err(unknown(error, &lost)),
        }
    }

    /// A new session with the lock, in place of the old one.
    pub(super) async fn look(&mut self) -> Result<Tip> {
        let old = self.netconf().map(|netconf| netconf.session_id()).unwrap_or_default();
        self.hang_up();
        self.change = None;
        let limit = self.patience;
        let look = async {
            loop {
                match self.look_once(old).await {
                    Err(error) if is_lost(&error) || error.kind() == ErrorKind::Locked => {
                        tracing::debug!(host = %self.host, %error, "no look yet at what became of a commit");
                        tokio::time::sleep(PAUSE).await;
                    }
                    looked => return looked,
                }
            }
        };
        match tokio::time::timeout(limit, look).await {
            Ok(looked) => looked,
            Err(_) => {
                let words = format!("the router could not be looked at within {} s", limit.as_secs_f32());
                Err(Error::new(ErrorKind::Timeout, words))
            }
        }
    }

    async fn look_once(&mut self, old: u32) -> Result<Tip> {
        if self.netconf().map_or(true, |netconf| netconf.is_closed()) {
            self.change = None;
            self.dial().await?;
        }
        if old != 0 {
            // Refused where it has ended by itself.
            if let Err(error) = self.step(Operation::KillSession(old)).await
                && is_lost(&error)
            {
                return Err(error);
            }
        }
        self.take().await?;
        self.tip().await
    }
}

fn unknown(error: Error, lost: &Error) -> Error {
    Error::new(
        ErrorKind::OutcomeUnknown,
        format!(
            "the link failed after a commit was sent ({lost}), and what became of it could not be found out. A commit with \
             a window comes back by itself unless it was confirmed. Look before anything else"
        ),
    )
    .with_source(error)
}
