//! After a link that failed with a commit on its way: a new session with the lock looks what became of it.

use peering_core::driver::Pending;
use peering_core::{Error, Result};

use super::Tip;
use super::commit::Intent;
use crate::candidate_session::{CandidateSession, End, Found, after_commit, after_end, unknown};
use crate::cisco_iosxr::session::NetconfSession;

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
        after_commit(found, lost)
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
        match self.look().await {
            Ok(_) => after_end(end, self.ended(end, id, false).await, lost),
            Err(error) => Err(unknown(error, &lost)),
        }
    }
}
