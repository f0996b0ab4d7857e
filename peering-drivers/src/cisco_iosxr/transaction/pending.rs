//! The end of a commit that waits: confirmed, or taken back.
//!
//! Both say the word of the commit (`persist-id`), which no other commit answers to; and both are only asked under the lock
//! and when the commit of the token is the newest.

use peering_core::{Error, ErrorKind, Result};

use super::{Tip, history, redact, request};
use crate::candidate_session::{CandidateSession, End, doubt, elsewhere, gone};
use crate::cisco_iosxr::session::NetconfSession;
use crate::step::is_lost;
use crate::transport::netconf::Operation;

impl NetconfSession {
    /// Ends the pending commit with this id.
    pub(super) async fn end_pending(&mut self, end: End, id: u64, is_own: bool) -> Result<()> {
        let tip = self.tip().await?;
        if tip.newest() != Some(id) {
            return Err(gone());
        }
        let word = match self.candidate_in(&tip) {
            Some(found) => found.word,
            // Its label is another's, or its time is over by the router's clock.
            None if is_own => history::word(tip.commits.get(1).map_or(0, |commit| commit.id)),
            None => return Err(gone()),
        };
        if !is_own && !self.something_waits().await? {
            return Err(gone());
        }
        let operation = match end {
            End::Confirm => request::confirm(&word),
            End::Revert => Operation::CancelCommit(Some(word)),
        };
        let reply = match self.netconf()?.exchange(&operation).await {
            Ok(reply) => reply,
            Err(error) if is_lost(&error) => return self.look_after_end(end, id, error).await,
            Err(error) => return Err(error),
        };
        let refused = reply.check(redact::redact).err();
        match self.ended(end, id, refused.is_none()).await {
            Err(error) if is_lost(&error) => self.look_after_end(end, id, error).await,
            Ok(true) => match refused {
                // Whatever it was refused for, what was wanted is so.
                Some(error) if end == End::Confirm => Err(error),
                _ => Ok(()),
            },
            Ok(false) => Err(refused.unwrap_or_else(|| {
                let words =
                    "the router says that it has done it, but the commit still waits for its confirmation";
                Error::new(ErrorKind::Rejected, words)
            })),
            Err(error) => Err(error),
        }
    }

    /// Whether the pending commit has ended in this way; `false` when it is still pending. A confirmation is seen from the
    /// outside only, so `is_answered` is whether the router has said that it took it.
    ///
    /// # Errors
    /// `NotFound` when it has ended in the other way; `OutcomeUnknown` when something else is in force.
    pub(super) async fn ended(&mut self, end: End, id: u64, is_answered: bool) -> Result<bool> {
        let tip = self.tip().await.map_err(doubt)?;
        let is_newest = tip.newest() == Some(id);
        match end {
            End::Confirm if is_newest && is_answered => Ok(true),
            End::Confirm if is_newest => Ok(!self.something_waits().await.map_err(doubt)?),
            End::Confirm => Err(gone()),
            End::Revert if is_newest && is_answered => Ok(false),
            End::Revert if is_newest && !self.something_waits().await.map_err(doubt)? => {
                Err(Error::new(ErrorKind::NotFound, "somebody has confirmed it meanwhile; it is in force"))
            }
            End::Revert if is_newest => Ok(false),
            End::Revert if is_one_above(&tip, id) => Ok(true),
            End::Revert => Err(elsewhere()),
        }
    }
}

/// Whether one commit, and only one, was made after this one: the router's own, that took it back.
fn is_one_above(tip: &Tip, id: u64) -> bool {
    tip.commits.get(1).is_some_and(|commit| commit.id == id)
}
