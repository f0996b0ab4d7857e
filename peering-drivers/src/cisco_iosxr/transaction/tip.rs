//! Which commit is in force, and whether it waits for its confirmation.
//!
//! IOS-XR does not tell whether a commit waits. It follows from two things: the newest commit of the list bears one of our names,
//! and the running configuration cannot be locked, which is refused "while another session has an ongoing confirmed
//! commit" (RFC 6241, section 7.5).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use peering_core::driver::{Leftover, Pending, Token};
use peering_core::{Error, ErrorKind, Result};

use super::history::{self, Commit};
use super::request;
use crate::candidate_session::CandidateSession;
use crate::cisco_iosxr::NAME;
use crate::cisco_iosxr::request::system_time;
use crate::cisco_iosxr::session::NetconfSession;
use crate::step::is_lost;
use crate::transport::netconf::{Datastore, Operation};

/// How often the running configuration is tried to be locked: another session may hold it for the same look as ours.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(60);

/// After its deadline a commit of this session that is still in force was confirmed by somebody else.
const GRACE: SignedDuration = SignedDuration::from_secs(5);

/// The list of commits and the router's clock, at one time.
#[derive(Clone, Debug, Default)]
pub(in crate::cisco_iosxr) struct Tip {
    /// Newest first; empty on a router that does not tell.
    pub(super) commits: Vec<Commit>,
    /// The router's clock, in milliseconds.
    pub(super) now: i64,
    /// This machine's clock just before.
    pub(super) asked: Timestamp,
}

impl Tip {
    /// The id of the newest commit.
    pub(super) fn newest(&self) -> Option<u64> {
        self.commits.first().map(|commit| commit.id)
    }

    /// The commits since another one was the newest; `None` when that is not in the list any more.
    pub(super) fn since(&self, before: &Tip) -> Option<&[Commit]> {
        history::since(&self.commits, &before.commits)
    }

    /// The moment of the router's clock, in whole seconds, by this machine's: not later.
    pub(super) fn local(&self, seconds: i64) -> Timestamp {
        let left = seconds.saturating_mul(1000).saturating_sub(self.now);
        self.asked.checked_add(SignedDuration::from_millis(left)).unwrap_or(Timestamp::MAX)
    }
}

/// A commit that may wait for its confirmation, and the word that confirms it.
pub(super) struct Candidate {
    pub(super) pending: Pending,
    pub(super) word: String,
}

impl NetconfSession {
    /// Finds out what this router offers, and what an earlier session of ours left behind: a commit that waits. Candidates
    /// and locks do not outlive their session.
    pub(in crate::cisco_iosxr) async fn find_leftovers(&mut self) -> Result<Vec<Leftover>> {
        let server = self.netconf()?.capabilities();
        let (has_candidate, waits) = (server.candidate, server.confirmed_commit_1_1);
        let validates = server.validate;
        let capabilities = &mut self.capabilities;
        capabilities.merge &= has_candidate;
        capabilities.replace &= has_candidate;
        capabilities.commit &= has_candidate;
        capabilities.validate &= has_candidate && validates;
        capabilities.commit_confirmed &= has_candidate && waits;
        if capabilities.commit_confirmed {
            match self.tip().await {
                // Only what has a label of ours: nobody's commits are disturbed for a read.
                Ok(tip) if tip.commits.first().is_some_and(|newest| newest.deadline().is_some()) => {
                    let found = self.pending_in(&tip).await?;
                    return Ok(found.map(|found| Leftover::Pending(found.pending)).into_iter().collect());
                }
                Ok(_) => return Ok(Vec::new()),
                Err(error) if is_lost(&error) => return Err(error),
                // Without the list nobody could find out what became of such a commit.
                Err(error) => {
                    tracing::debug!(host = %self.host, %error, "no list of commits, so no confirmed commit");
                    self.capabilities.commit_confirmed = false;
                }
            }
        }
        self.capabilities.minimum_window = Duration::ZERO;
        self.capabilities.window_step = Duration::ZERO;
        Ok(Vec::new())
    }

    /// What is in force; nothing is told by a router without the list.
    pub(super) async fn read_tip(&self) -> Result<Tip> {
        if !self.capabilities.commit_confirmed {
            return Ok(Tip::default());
        }
        let asked = Timestamp::now();
        let (commits, clock) =
            tokio::try_join!(self.step(request::commits()), async { self.step(system_time()?).await })?;
        Ok(Tip { commits: history::commits(commits.root())?, now: history::clock(clock.root())?, asked })
    }

    /// The namespace of labels, where the router takes them and the options name it.
    pub(super) fn labels(&self) -> Option<&str> {
        let namespace = self.driver.commit_label.as_deref()?;
        let is_taken = self.netconf().is_ok_and(|netconf| netconf.capabilities().has(namespace));
        is_taken.then_some(namespace)
    }

    pub(super) fn token(&self, id: u64) -> Token {
        Token { platform: NAME.to_owned(), host: self.host.clone(), id: id.to_string() }
    }

    /// The newest commit, if by its names it may be one of ours that waits.
    pub(super) fn candidate_in(&self, tip: &Tip) -> Option<Candidate> {
        let newest = tip.commits.first()?;
        let base = tip.commits.get(1).map_or(0, |commit| commit.id);
        let deadline = match newest.deadline() {
            Some(seconds) if seconds.saturating_mul(1000) > tip.now => tip.local(seconds),
            // Without labels only the user is known, and no deadline: the earliest one, which is now, is never too late.
            None if self.labels().is_none() && newest.user == self.user => tip.asked,
            _ => return None,
        };
        let pending = Pending { token: self.token(newest.id), deadline, holder: newest.holder() };
        Some(Candidate { pending, word: history::word(base) })
    }

    /// The commit of ours that waits, if one does: the newest, while the running configuration cannot be locked.
    pub(super) async fn pending_in(&mut self, tip: &Tip) -> Result<Option<Candidate>> {
        match self.candidate_in(tip) {
            Some(found) if self.something_waits().await? => Ok(Some(found)),
            _ => Ok(None),
        }
    }

    /// The pending commit on the router, if it is one of ours. Of its own this session knows more than the list tells.
    pub(in crate::cisco_iosxr) async fn find_pending(&mut self) -> Result<Option<Pending>> {
        let tip = self.tip().await?;
        if let Some(own) = self.own_pending().cloned() {
            let is_over = own.deadline.checked_add(GRACE).is_ok_and(|end| end < Timestamp::now());
            let is_newest = tip.newest().is_some_and(|id| own.token == self.token(id));
            return Ok(Some(own).filter(|_| is_newest && !is_over));
        }
        Ok(self.pending_in(&tip).await?.map(|found| found.pending))
    }

    /// Whether somebody's commit waits for its confirmation: then the running configuration cannot be locked.
    pub(super) async fn something_waits(&mut self) -> Result<bool> {
        for attempt in 1..=TRIES {
            self.give_back_running().await?;
            // Known before it is asked for: a future that is dropped half-way leaves something to give back.
            self.holds_running = true;
            match self.step(Operation::Lock(Datastore::Running)).await {
                Ok(_) => {
                    self.give_back_running().await?;
                    return Ok(false);
                }
                Err(error) if is_lost(&error) => return Err(error),
                Err(error) if error.kind() == ErrorKind::Locked => self.holds_running = false,
                // Who may not lock cannot know either.
                Err(error) => {
                    self.holds_running = false;
                    tracing::debug!(host = %self.host, %error, "the running configuration cannot be tried");
                    return Ok(false);
                }
            }
            if attempt < TRIES {
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(true)
    }

    /// Unlocks the running configuration, if it may be locked by us.
    pub(super) async fn give_back_running(&mut self) -> Result<()> {
        if self.holds_running {
            match self.step(Operation::Unlock(Datastore::Running)).await {
                Err(error) if is_lost(&error) => return Err(error),
                _ => self.holds_running = false,
            }
        }
        Ok(())
    }

    /// Looks that nothing waits for its confirmation, whoever made it.
    pub(super) async fn refuse_pending(&mut self) -> Result<Tip> {
        let tip = self.tip().await?;
        if !self.capabilities.commit_confirmed || !self.something_waits().await? {
            return Ok(tip);
        }
        let words = match self.candidate_in(&tip) {
            Some(Candidate { pending, .. }) if pending.deadline > tip.asked => format!(
                "a commit of {} waits for its confirmation until {}",
                pending.holder, pending.deadline
            ),
            _ => {
                let holder = tip.commits.first().map(Commit::holder);
                format!(
                    "a commit waits for its confirmation, or somebody has locked the running configuration; the newest \
                     commit is of {}",
                    holder.as_deref().unwrap_or("nobody")
                )
            }
        };
        Err(Error::new(ErrorKind::Locked, words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::netconf::xml::Document;

    fn tip(ids: &[u64]) -> Tip {
        let entries: String = ids
            .iter()
            .map(|id| format!("<commit><commit-id>{id}</commit-id><user-id>a</user-id></commit>"))
            .collect();
        let reply = format!(
            "<rpc-reply><data><config-manager><global><config-commit><commits>{entries}</commits></config-commit></global>\
             </config-manager></data></rpc-reply>"
        );
        Tip { commits: history::commits(Document::parse(reply).unwrap().root()).unwrap(), ..Tip::default() }
    }

    #[test]
    fn commits_since_another() {
        let count = |after: &[u64], before: &[u64]| tip(after).since(&tip(before)).map(<[_]>::len);
        assert_eq!(count(&[3, 2, 1], &[3, 2, 1]), Some(0));
        assert_eq!(count(&[5, 4, 3], &[3, 2]), Some(2));
        assert_eq!(count(&[5, 4], &[2, 1]), None);
        assert_eq!(count(&[4], &[]), Some(1));
    }

    #[test]
    fn a_moment_of_the_router_is_one_of_ours() {
        let asked: Timestamp = "2026-11-26T08:00:00Z".parse().unwrap();
        let tip = Tip { now: 5_000_250, asked, ..Tip::default() };
        assert_eq!(tip.local(5_010), "2026-11-26T08:00:09.75Z".parse().unwrap());
    }
}
