//! After a link that failed with a commit on its way: a new session with the lock looks what became of it.

use peering_core::driver::Pending;
use peering_core::{Error, Result};

use super::Tip;
use super::commit::Intent;
use crate::candidate_session::{CandidateSession, End, Found, after_commit, after_end, unknown};
use crate::juniper_junos::session::JunosSession;

impl JunosSession {
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

    /// How a commit has ended, by what is in force now.
    async fn find(&self, intent: &Intent, tip: &Tip) -> Result<Found> {
        let is_it = |place: usize| {
            tip.commits.get(place).is_some_and(|commit| self.is_ours(commit) && commit.log == intent.log)
        };
        Ok(match tip.since(&intent.before) {
            Some(0) => Found::Before,
            Some(1) if is_it(0) && self.compare(1).await? == intent.difference => {
                match (intent.is_confirmed, self.pending_of(tip)) {
                    (false, None) => Found::Committed(None),
                    (true, Some(pending)) => Found::Committed(Some(pending)),
                    _ => Found::SomethingElse,
                }
            }
            Some(2) if is_it(1) && intent.is_confirmed && self.compare(2).await?.is_empty() => {
                Found::TakenBack
            }
            _ => Found::SomethingElse,
        })
    }

    /// What became of a confirmation or a revert whose answer was lost.
    pub(super) async fn look_after_end(&mut self, end: End, before: &Tip, lost: Error) -> Result<()> {
        match self.look().await {
            Ok(_) => after_end(end, self.ended(end, before).await, lost),
            Err(error) => Err(unknown(error, &lost)),
        }
    }
}
