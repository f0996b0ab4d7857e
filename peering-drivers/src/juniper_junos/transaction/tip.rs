//! What is in force, and whether it waits for its confirmation.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use peering_core::driver::{Leftover, Pending, Token};
use peering_core::{Error, ErrorKind, Result};

use super::history::{self, Commit};
use super::{reply, request};
use crate::juniper_junos::session::JunosSession;
use crate::juniper_junos::{CandidateMode, NAME};

/// How many seconds the router's minute has, by its own clock.
const SECONDS: u32 = 60;

/// What the router tells of its commits at one moment.
#[derive(Clone, Debug)]
pub(super) struct Tip {
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
        let is_same_commit = match (self.commits.first(), other.commits.first()) {
            (Some(one), Some(two)) => one.is_same(two),
            (None, None) => true,
            _ => false,
        };
        is_same_commit && self.id() == other.id()
    }

    /// The place of a commit in the history; 0 when it is in force.
    pub(super) fn place(&self, commit: &Commit) -> Option<usize> {
        self.commits.iter().position(|other| other.is_same(commit))
    }
}

impl JunosSession {
    /// Asks what is in force.
    ///
    /// # Errors
    /// As for [`JunosSession::step`].
    pub(super) async fn tip(&self) -> Result<Tip> {
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
