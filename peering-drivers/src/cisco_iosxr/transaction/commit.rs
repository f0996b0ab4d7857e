//! A commit, and proof that it happened: an `ok` alone is none.

use std::time::Duration;

use peering_core::driver::{CommitOptions, Pending};
use peering_core::{Error, ErrorKind, Result};

use super::history::{self, Commit};
use super::{Base, Tip, redact, refused_but_changed, request};
use crate::candidate_session::{CandidateSession, Phase, doubt, moved, not_as_prepared, unsent};
use crate::cisco_iosxr::session::NetconfSession;
use crate::step::is_lost;

/// The longest window that IOS-XR takes.
const LONGEST: Duration = Duration::from_secs(65_535);

/// What a commit was to do, for whoever looks afterwards whether it did.
pub(super) struct Intent {
    /// What was in force before.
    pub(super) before: Base,
    /// Whether the router saw a difference in it.
    has_difference: bool,
    /// Its label, where the router takes one.
    label: Option<String>,
    /// When it is taken back unless it is confirmed, in seconds by the router's clock.
    pub(super) deadline: Option<i64>,
}

impl NetconfSession {
    /// Commits the candidate. Whatever comes of it, nothing stays locked but with a commit that waits.
    pub(in crate::cisco_iosxr) async fn commit_candidate(
        &mut self,
        options: &CommitOptions,
    ) -> Result<Option<Pending>> {
        if options.window.is_some_and(|window| window > LONGEST) {
            let words = format!("IOS-XR takes a confirm window of {} s at most", LONGEST.as_secs());
            return Err(Error::new(ErrorKind::Options, words));
        }
        let outcome = match self.settle().await {
            Ok(()) => self.carry_out(options).await,
            Err(error) => return Err(unsent(error)),
        };
        self.conclude(outcome).await
    }

    async fn carry_out(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        let before = Base { tip: self.tip().await?, text: self.running_text().await? };
        let base = self.change.as_ref().and_then(|change| change.base.as_ref());
        if base.is_none_or(|base| base.tip.newest() != before.tip.newest() || base.text != before.text) {
            return Err(moved());
        }
        let has_difference = !self.compare().await?.is_empty();
        match options.window {
            Some(_) if !has_difference => {
                let words = "the candidate changes nothing, so there is nothing that could come back";
                return Err(Error::new(ErrorKind::Rejected, words));
            }
            None if !has_difference => return Ok(None),
            _ => {}
        }
        let id = before.tip.newest().unwrap_or(0);
        // From a clock that was read before the commit, so never later than the router's own deadline.
        let deadline = options.window.map(|window| end_of(&before.tip, window));
        let labels = self.labels().map(str::to_owned);
        let intent = Intent {
            before,
            has_difference,
            label: labels.as_ref().map(|_| history::label(id, deadline)),
            deadline,
        };
        let word = history::word(id);
        let comment = options.message.as_deref().map(str::trim).filter(|comment| !comment.is_empty());
        let label = labels.as_deref().zip(intent.label.as_deref());
        let request = request::commit(request::Terms {
            window: options.window.map(|window| (window, word.as_str())),
            label: label.map(|(namespace, label)| (namespace, label, comment)),
        })?;
        if let Some(change) = &mut self.change {
            change.phase = Phase::Sent;
        }
        let reply = match self.netconf()?.exchange(&request).await {
            Ok(reply) => reply,
            Err(error) if is_lost(&error) => return self.look_after_commit(&intent, error).await,
            Err(error) => return Err(error),
        };
        if let Err(error) = reply.check(redact::redact) {
            return match self.refused_commit(&intent, error).await {
                Err(lost) if is_lost(&lost) => self.look_after_commit(&intent, lost).await,
                refused => refused,
            };
        }
        match self.verify(&intent).await {
            Err(error) if is_lost(&error) => self.look_after_commit(&intent, error).await,
            verified => verified,
        }
    }

    /// A refusal promises the old configuration; this looks whether that is so.
    async fn refused_commit(&self, intent: &Intent, error: Error) -> Result<Option<Pending>> {
        let is_old = self.tip().await.map_err(doubt)?.newest() == intent.before.tip.newest()
            && self.running_text().await.map_err(doubt)? == intent.before.text;
        if is_old {
            return Err(error);
        }
        Err(refused_but_changed(error.message()))
    }

    /// Whether a commit of the list is the one that was meant.
    pub(super) fn is_meant(&self, intent: &Intent, commit: &Commit) -> bool {
        match &intent.label {
            Some(label) => commit.label.as_ref() == Some(label),
            None => self.user.is_empty() || commit.user == self.user,
        }
    }

    /// Reads back after a commit that was answered with success.
    async fn verify(&self, intent: &Intent) -> Result<Option<Pending>> {
        let after = self.tip().await.map_err(doubt)?;
        let text = self.running_text().await.map_err(doubt)?;
        let left = self.compare().await.map_err(doubt)?;
        let is_old = after.newest() == intent.before.tip.newest() && text == intent.before.text;
        if is_old && intent.has_difference {
            let words = "the router says that it has committed, but its old configuration is in force";
            return Err(Error::new(ErrorKind::Rejected, words));
        }
        let is_ours = match after.since(&intent.before.tip) {
            _ if !self.capabilities.commit_confirmed => true,
            Some([own]) => self.is_meant(intent, own),
            _ => false,
        };
        if !is_ours || !left.is_empty() {
            return Err(not_as_prepared());
        }
        Ok(self.pending_after(intent, &after))
    }

    /// The commit that waits, if one was to.
    pub(super) fn pending_after(&self, intent: &Intent, after: &Tip) -> Option<Pending> {
        let newest = after.commits.first()?;
        let deadline = intent.before.tip.local(intent.deadline?);
        Some(Pending { token: self.token(newest.id), deadline, holder: newest.holder() })
    }
}

/// The second of the router's clock at which a window is over that begins now.
fn end_of(tip: &Tip, window: Duration) -> i64 {
    let window = i64::try_from(window.as_millis().div_ceil(1000)).unwrap_or(i64::MAX);
    tip.now.div_euclid(1000).saturating_add(window)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_not_later_than_the_routers() {
        let tip = Tip { now: 5_999, ..Tip::default() };
        assert_eq!(end_of(&tip, Duration::from_secs(30)), 35);
        assert_eq!(end_of(&tip, Duration::from_millis(29_001)), 35);
    }
}
