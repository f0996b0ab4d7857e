//! What is in force, and whether it waits for its confirmation.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use peering_core::driver::{Leftover, Pending, Token};
use peering_core::{Error, ErrorKind, Result};

use super::history::{self, Commit};
use super::{reply, request};
use crate::candidate_session::CandidateSession;
use crate::juniper_junos::session::JunosSession;
use crate::juniper_junos::{CandidateMode, NAME};

/// How many seconds the router's minute has, by its own clock.
const SECONDS: u32 = 60;

/// What the router tells of its commits at one moment.
#[derive(Clone, Debug)]
pub(in crate::juniper_junos) struct Tip {
    /// The newest first. Empty on a router that has never committed.
    pub(super) commits: Vec<Commit>,
    /// Its name for the configuration in force; releases before 14.1 have none.
    revision: Option<String>,
    /// Its clock.
    now: i64,
    /// When it was asked, by ours.
    asked: Timestamp,
}

impl Tip {
    /// A name for the commit in force that any session can find out.
    pub(super) fn id(&self) -> String {
        match (&self.revision, self.commits.first()) {
            (Some(revision), _) => revision.clone(),
            (None, Some(newest)) => format!("{}-{}", newest.seconds, newest.user),
            (None, None) => "factory".to_owned(),
        }
    }

    /// Whether the same commit is in force.
    pub(super) fn is_same(&self, other: &Tip) -> bool {
        self.since(other) == Some(0)
    }

    /// How many commits were made since another tip; `None` when it is not among those that the router remembers.
    pub(super) fn since(&self, before: &Tip) -> Option<usize> {
        // A full history forgets one for each that is new. Two commits of one second may look the same; so whole
        // histories are laid over each other.
        let least = self.commits.len().saturating_sub(before.commits.len());
        let least = least.max(usize::from(self.id() != before.id()));
        (least..=self.commits.len()).find(|count| {
            let rest = self.commits.get(*count..).unwrap_or_default();
            let mut pairs = rest.iter().zip(&before.commits);
            (!rest.is_empty() || before.commits.is_empty()) && pairs.all(|(one, two)| one.is_same(two))
        })
    }
}

impl JunosSession {
    /// Asks what is in force.
    ///
    /// # Errors
    /// As for [`JunosSession::step`].
    pub(super) async fn read_tip(&self) -> Result<Tip> {
        // A commit may come between the answers; then they do not fit together.
        for _ in 0..3 {
            let (tip, fits) = self.tip_once().await?;
            if fits {
                return Ok(tip);
            }
        }
        let words =
            "the router's commit history and the revision that it says is in force do not fit together";
        Err(Error::new(ErrorKind::Rejected, words))
    }

    async fn tip_once(&self) -> Result<(Tip, bool)> {
        let asked = Timestamp::now();
        // The clock comes last, so that what it says is not before the newest commit.
        let (history, revision, clock) = tokio::try_join!(
            self.step(request::HISTORY, ""),
            self.rpc_if_known(request::REVISION),
            self.step(request::CLOCK, "")
        )?;
        let commits = history::history(history.root())?;
        let revision = revision.map(|reply| history::revision(reply.root())).transpose()?;
        let now = reply::clock(clock.root())?;
        let fits = match (&revision, commits.first()) {
            (Some((_, Some(dated))), Some(newest)) => *dated == newest.seconds,
            _ => true,
        };
        Ok((Tip { commits, revision: revision.map(|(name, _)| name), now, asked }, fits))
    }

    /// How long a minute of the router lasts.
    pub(super) fn minute(&self) -> Duration {
        self.capabilities.window_step
    }

    pub(super) fn token(&self, id: String) -> Token {
        Token { platform: NAME.to_owned(), host: self.host.clone(), id }
    }

    /// What waits for its confirmation, if anything does.
    pub(super) fn pending_of(&self, tip: &Tip) -> Option<Pending> {
        let newest = tip.commits.first()?;
        // Both of the router's times are whole seconds that have begun, so up to one less is left than they say.
        let seconds = newest.left(tip.now)?.saturating_sub(1);
        let left = (self.minute() / SECONDS).saturating_mul(u32::try_from(seconds).unwrap_or(u32::MAX));
        let left = SignedDuration::try_from(left).unwrap_or(SignedDuration::MAX);
        let deadline = tip.asked.checked_add(left).unwrap_or(Timestamp::MAX);
        Some(Pending { token: self.token(tip.id()), deadline, holder: newest.holder() })
    }

    /// The pending commit on the router, whoever made it.
    pub(in crate::juniper_junos) async fn find_pending(&self) -> Result<Option<Pending>> {
        Ok(self.pending_of(&self.tip().await?))
    }

    /// What an earlier session of this user left behind: a commit that waits. Candidates and locks do not outlive their
    /// session. Empty where the router does not tell.
    pub(in crate::juniper_junos) async fn find_leftovers(&self) -> Result<Vec<Leftover>> {
        if self.driver.candidate == CandidateMode::Private {
            return Ok(Vec::new());
        }
        let tip = match self.tip().await {
            Ok(tip) => tip,
            Err(error) if self.netconf()?.is_closed() => return Err(error),
            // Who may not see the history may still read the rest.
            Err(_) => return Ok(Vec::new()),
        };
        let is_ours = tip.commits.first().is_some_and(|newest| self.is_ours(newest));
        Ok(self.pending_of(&tip).filter(|_| is_ours).map(Leftover::Pending).into_iter().collect())
    }

    /// Whether a commit was made by this user over NETCONF.
    pub(super) fn is_ours(&self, commit: &Commit) -> bool {
        commit.client == "netconf" && (self.user.is_empty() || commit.user == self.user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::netconf::xml::Document;

    /// A history of these seconds, newest first, all by the same user.
    fn tip(revision: &str, seconds: &[i64]) -> Tip {
        let entries: String = seconds
            .iter()
            .map(|seconds| {
                format!(
                    "<commit-history><sequence-number>0</sequence-number><user>a</user><client>cli</client><date-time \
                     seconds='{seconds}'/></commit-history>"
                )
            })
            .collect();
        let document =
            Document::parse(format!("<commit-information>{entries}</commit-information>")).unwrap();
        Tip {
            commits: history::history(document.root()).unwrap(),
            revision: (!revision.is_empty()).then(|| revision.to_owned()),
            now: 0,
            asked: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn commits_are_counted_by_laying_histories_over_each_other() {
        for (before, after, expected) in [
            (("r1", vec![5, 3]), ("r1", vec![5, 3]), Some(0)),
            (("r1", vec![5, 3]), ("r2", vec![7, 5, 3]), Some(1)),
            (("r1", vec![5, 3]), ("r3", vec![8, 7, 5, 3]), Some(2)),
            // In the same second.
            (("r1", vec![5]), ("r2", vec![5, 5]), Some(1)),
            (("", vec![5, 3]), ("", vec![5, 5, 3]), Some(1)),
            // A full history.
            (("r1", vec![5, 3, 1]), ("r2", vec![7, 5, 3]), Some(1)),
            (("r1", vec![5, 5, 5]), ("r2", vec![5, 5, 5]), Some(1)),
            // Another router's, or one that has forgotten it.
            (("r1", vec![5, 3, 1]), ("r9", vec![9, 8, 7]), None),
            (("", vec![]), ("r1", vec![4]), Some(1)),
        ] {
            assert_eq!(
                tip(after.0, &after.1).since(&tip(before.0, &before.1)),
                expected,
                "{before:?} {after:?}"
            );
        }
    }
}
