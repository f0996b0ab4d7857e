//! The end of a commit that waits: confirmed, or taken back.
//!
//! A plain commit confirms whatever waits, so it is only sent under the lock and only when what waits is the commit that
//! is meant. The timer may run out between that look and the commit. Both ends are safe then: what is committed to revert
//! was loaded while the commit was still in force, and what a confirmation committed is compared with what had waited.

use peering_core::driver::Token;
use peering_core::{Error, ErrorKind, Result};

use super::{Change, Phase, Tip, doubt, is_lost, refused, reply, request};
use crate::juniper_junos::session::JunosSession;
use crate::juniper_junos::{CandidateMode, NAME};
use crate::transport::netconf::Operation;

/// How a pending commit ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::juniper_junos) enum End {
    /// It stays.
    Confirm,
    /// What was before comes back.
    Revert,
}

impl JunosSession {
    /// Ends the pending commit of a token.
    pub(in crate::juniper_junos) async fn end(&mut self, end: End, token: &Token) -> Result<()> {
        if !self.capabilities.commit_confirmed {
            return Err(Error::unsupported(if end == End::Confirm { "confirm" } else { "revert" }));
        }
        if token.platform != NAME || token.id.is_empty() {
            return Err(Error::new(ErrorKind::Options, "this token does not name a commit of this driver"));
        }
        let is_held =
            matches!(&self.change, Some(Change { phase: Phase::Pending(held), .. }) if held == token);
        if is_held {
            // The link may have failed since; then the lock is still with the old session, which only we know to be dead.
            if self.netconf()?.is_closed() {
                self.look().await?;
            }
        } else {
            self.release().await?;
            self.take(CandidateMode::Exclusive).await?;
        }
        let outcome = self.finish(end, token).await;
        self.let_go().await;
        outcome
    }

    async fn finish(&mut self, end: End, token: &Token) -> Result<()> {
        let mut before = self.awaited(token).await?;
        if end == End::Revert {
            self.step(request::rollback(1), "").await?;
            // Only now is it certain that what was loaded is what was in force before this commit.
            before = self.awaited(token).await?;
        }
        let request = request::commit(request::Commit {
            is_synchronized: self.driver.synchronize,
            ..Default::default()
        })?;
        let reply = match self.netconf()?.exchange(&Operation::Raw(request)).await {
            Ok(reply) => reply,
            Err(error) if is_lost(&error) => return self.look_after_end(end, &before, error).await,
            Err(error) => return Err(error),
        };
        if let Some(error) = refused(&reply::complaints(reply.root()), "") {
            return Err(error);
        }
        match self.ended(end, &before).await {
            Ok(true) => Ok(()),
            Ok(false) => {
                let words =
                    "the router says that it has done it, but the commit still waits for its confirmation";
                Err(Error::new(ErrorKind::Rejected, words))
            }
            Err(error) if is_lost(&error) => self.look_after_end(end, &before, error).await,
            Err(error) => Err(error),
        }
    }

    /// What is in force, if that is the pending commit of the token.
    async fn awaited(&self, token: &Token) -> Result<Tip> {
        let tip = self.tip().await?;
        match self.pending_of(&tip) {
            Some(pending) if pending.token.id == token.id => Ok(tip),
            _ => Err(gone()),
        }
    }

    /// Whether the pending commit that was in force `before` has ended in this way; `false` when it is still pending.
    ///
    /// # Errors
    /// `NotFound` when it has ended in the other way; `OutcomeUnknown` when something else is in force.
    pub(super) async fn ended(&self, end: End, before: &Tip) -> Result<bool> {
        let tip = self.tip().await.map_err(doubt)?;
        let Some(place) = tip.since(before).and_then(|place| u8::try_from(place).ok()) else {
            return Err(elsewhere());
        };
        if place == 0 {
            // Confirmed, on a router that makes no entry for that; or pending.
            return Ok(self.pending_of(&tip).is_none() && end == End::Confirm);
        }
        if self.compare(place).await.map_err(doubt)?.is_empty() {
            return match end {
                End::Confirm => Ok(true),
                End::Revert => Err(Error::new(
                    ErrorKind::NotFound,
                    "somebody has confirmed it meanwhile; it is in force",
                )),
            };
        }
        if self.compare(place.saturating_add(1)).await.map_err(doubt)?.is_empty() {
            return match end {
                End::Confirm => Err(gone()),
                End::Revert => Ok(true),
            };
        }
        Err(elsewhere())
    }
}

pub(super) fn gone() -> Error {
    let words = "it is not pending any more: it was confirmed, taken back, or its time is over";
    Error::new(ErrorKind::NotFound, words)
}

fn elsewhere() -> Error {
    let words = "neither the commit nor what was before it is in force: somebody else has committed. Look before \
                 anything else";
    Error::new(ErrorKind::OutcomeUnknown, words)
}
