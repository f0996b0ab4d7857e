//! A commit, and proof that it happened: an `ok` alone is none.

use std::time::Duration;

use peering_core::driver::{CommitOptions, Pending};
use peering_core::{Error, ErrorKind, Result};

use super::{Tip, refused, reply, request};
use crate::candidate_session::{CandidateSession, Phase, doubt, moved, not_as_prepared, unsent};
use crate::juniper_junos::CandidateMode;
use crate::juniper_junos::session::JunosSession;
use crate::step::is_lost;
use crate::transport::netconf::Operation;

/// What a commit was to do, for whoever looks afterwards whether it did.
#[derive(Debug)]
pub(super) struct Intent {
    /// What was in force before.
    pub(super) before: Tip,
    /// What it was to change, as the router compared it.
    pub(super) difference: String,
    /// Its message in the history.
    pub(super) log: Option<String>,
    /// Whether it was to wait for its confirmation.
    pub(super) is_confirmed: bool,
}

impl JunosSession {
    /// Commits the candidate. Whatever comes of it, nothing stays locked but with a commit that waits.
    pub(in crate::juniper_junos) async fn commit_candidate(
        &mut self,
        options: &CommitOptions,
    ) -> Result<Option<Pending>> {
        if options.window.is_some() && self.driver.candidate == CandidateMode::Private {
            let words = "Junos takes no confirmed commit from a private candidate";
            return Err(Error::new(ErrorKind::Unsupported, words));
        }
        let outcome = match self.settle().await {
            Ok(()) => self.carry_out(options).await,
            Err(error) => return Err(unsent(error)),
        };
        self.conclude(outcome).await
    }

    async fn carry_out(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        let before = self.tip().await?;
        let base = self.change.as_ref().and_then(|change| change.base.as_ref());
        if base.is_none_or(|base| !base.is_same(&before)) {
            return Err(moved());
        }
        let intent = Intent {
            difference: self.compare(0).await?,
            before,
            log: options.message.as_deref().map(str::trim).filter(|log| !log.is_empty()).map(str::to_owned),
            is_confirmed: options.window.is_some(),
        };
        let request = request::commit(request::Commit {
            log: intent.log.as_deref(),
            minutes: options.window.map(|window| minutes(window, self.minute())),
            is_synchronized: self.driver.synchronize,
        })?;
        if let Some(change) = &mut self.change {
            change.phase = Phase::Sent;
        }
        let reply = match self.netconf()?.exchange(&Operation::Raw(request)).await {
            Ok(reply) => reply,
            Err(error) if is_lost(&error) => return self.look_after_commit(&intent, error).await,
            Err(error) => return Err(error),
        };
        let has_committed = reply::has_committed(reply.root());
        if let Some(error) = refused(&reply::complaints(reply.root()), &self.staged()) {
            return Err(self.refused_commit(&intent, error, has_committed).await);
        }
        match self.verify(&intent).await {
            Err(error) if is_lost(&error) => self.look_after_commit(&intent, error).await,
            verified => verified,
        }
    }

    /// A refusal promises the old configuration; this looks whether that is so.
    async fn refused_commit(&self, intent: &Intent, error: Error, has_committed: bool) -> Error {
        let is_old = match self.tip().await {
            Ok(tip) => tip.is_same(&intent.before),
            Err(_) => false,
        };
        if is_old && !has_committed {
            return error;
        }
        let words = if has_committed {
            "one routing engine has committed and another has refused"
        } else {
            "the commit was refused, but the configuration in force is another one than before"
        };
        Error::new(
            ErrorKind::OutcomeUnknown,
            format!("{words}; look at both before anything else: {}", error.message()),
        )
    }

    /// Reads back after a commit that was answered with success.
    async fn verify(&mut self, intent: &Intent) -> Result<Option<Pending>> {
        let after = self.tip().await.map_err(doubt)?;
        let left = self.compare(0).await.map_err(doubt)?;
        let is_new = !after.is_same(&intent.before);
        if !left.is_empty() && !is_new {
            let words = "the router says that it has committed, but its old configuration is in force";
            return Err(Error::new(ErrorKind::Rejected, words));
        }
        // Junos may make no entry for a commit that changes nothing.
        let is_nothing = intent.difference.is_empty() && !intent.is_confirmed;
        if !left.is_empty() || !(is_new || is_nothing) {
            return Err(not_as_prepared());
        }
        if !intent.is_confirmed {
            return Ok(None);
        }
        let is_ours = after.commits.first().is_some_and(|newest| self.is_ours(newest));
        match self.pending_of(&after).filter(|_| is_ours) {
            Some(pending) => Ok(Some(pending)),
            None => Err(Error::new(
                ErrorKind::OutcomeUnknown,
                "the router has committed, but does not say that it waits for a confirmation; look whether it is in force \
                 for good",
            )),
        }
    }
}

/// A window in the router's minutes; the caller has rounded it up already.
fn minutes(window: Duration, minute: Duration) -> u64 {
    let minutes = window.as_nanos().div_ceil(minute.as_nanos().max(1));
    u64::try_from(minutes).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_whole_minutes() {
        let minute = Duration::from_secs(60);
        for (seconds, expected) in [(60, 1), (120, 2), (61, 2), (1, 1), (0, 1)] {
            assert_eq!(minutes(Duration::from_secs(seconds), minute), expected);
        }
        assert_eq!(minutes(Duration::from_secs(4), Duration::from_secs(2)), 2);
    }
}
