//! The end of a commit that waits: confirmed, or taken back.
//!
//! A plain commit confirms whatever waits, so it is only sent under the lock and only when what waits is the commit that
//! is meant. The timer may run out between that look and the commit. Both ends are safe then: what is committed to revert
//! was loaded while the commit was still in force, and what a confirmation committed is compared with what had waited.

use peering_core::{Error, ErrorKind, Result};

use super::{Tip, refused, reply, request};
use crate::candidate_session::{CandidateSession, End, doubt, elsewhere, gone};
use crate::juniper_junos::session::JunosSession;
use crate::step::is_lost;
use crate::transport::netconf::Operation;

impl JunosSession {
    /// Ends the pending commit with this id.
    pub(super) async fn end_pending(&mut self, end: End, id: &str) -> Result<()> {
        let mut before = self.awaited(id).await?;
        if end == End::Revert {
            self.step(request::rollback(1), "").await?;
            // Only now is it certain that what was loaded is what was in force before this commit.
            before = self.awaited(id).await?;
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

    /// What is in force, if that is the pending commit with this id.
    async fn awaited(&self, id: &str) -> Result<Tip> {
        let tip = self.tip().await?;
        match self.pending_of(&tip) {
            Some(pending) if pending.token.id == id => Ok(tip),
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
