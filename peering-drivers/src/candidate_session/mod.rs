//! A candidate that the router keeps: locked, filled, committed and given up, and the doubt about each step. What is the same
//! for the platforms that have a candidate, its lock, and commits that wait for their confirmation.
//!
//! A platform's session is a [`CandidateSession`]: it says how it takes its lock, loads a text, and tells what is in force.
//! What a commit came to is decided by the platform, from its list of commits; what is then said of it, in `outcome.rs`.
//!
//! Not here: what is sent, and what a reply means.

mod outcome;
#[cfg(test)]
pub(crate) mod script;

use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::{LoadMode, Pending, Token};
use peering_core::{Error, ErrorKind, Result};

pub(crate) use outcome::{
    End, Found, after_commit, after_end, answered, doubt, elsewhere, gone, moved, not_as_prepared,
    refuse_blacked_out, twice, unknown, unsent,
};

use crate::step::is_lost;
use crate::transport::netconf::left;

/// How long to wait before a new session is tried again.
const PAUSE: Duration = Duration::from_millis(250);

/// A candidate, or a lock without one: what has to be given up in the end. `B` is what was in force.
pub(crate) struct Change<B> {
    pub(crate) phase: Phase,
    /// What was in force when it was opened.
    pub(crate) base: Option<B>,
    /// What was loaded, to begin anew after a load that was refused.
    pub(crate) stages: Vec<(LoadMode, String)>,
    /// Whether the candidate may hold something else than the stages: a load was refused, or nobody waited for its answer.
    pub(crate) is_uncertain: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It was asked for, or is held without a candidate: to confirm, or to look.
    Taking,
    /// The candidate is open.
    Open,
    /// A commit was sent and its outcome has not been told.
    Sent,
    /// A commit of ours waits for its confirmation, and the lock is kept meanwhile.
    Pending(Pending),
}

impl<B> Change<B> {
    /// Known before it is asked for: a future that is dropped half-way leaves something to give up.
    pub(crate) fn new() -> Change<B> {
        Change { phase: Phase::Taking, base: None, stages: Vec::new(), is_uncertain: false }
    }

    /// Whether the candidate on the router may differ from what is running.
    pub(crate) fn is_filled(&self) -> bool {
        !self.stages.is_empty() || self.is_uncertain || self.phase == Phase::Sent
    }
}

impl<B> std::fmt::Debug for Change<B> {
    /// Without the texts, which hold passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Change")
            .field("phase", &self.phase)
            .field("stages", &self.stages.len())
            .finish_non_exhaustive()
    }
}

/// A session of a platform, with at most one candidate. Above: what the platform says. Below: what follows from it.
#[async_trait]
pub(crate) trait CandidateSession: Send + Sync {
    /// The driver's name, as it stands in a token.
    const PLATFORM: &'static str;

    /// What is remembered of what was in force when the candidate was opened.
    type Base: Send + Sync;

    /// What is in force.
    type Tip: Send;

    /// A token's id, read.
    type Id: Send;

    /// The router's name in logs.
    fn host(&self) -> &str;

    /// How long one step of a change may take.
    fn patience(&self) -> Duration;

    /// Whether the connection has ended.
    fn is_closed(&self) -> bool;

    /// The router's number for this session, where it has told one.
    fn number(&self) -> Option<u32>;

    /// Ends another session on the router, and with it its lock. Fine where it has ended by itself.
    async fn kill(&self, number: u32) -> Result<()>;

    /// Connects, in place of a session that has ended.
    async fn dial(&mut self) -> Result<()>;

    /// Ends the connection without a word.
    fn hang_up(&mut self);

    /// What has to be given up on the router, if anything.
    fn change(&self) -> Option<&Change<Self::Base>>;

    /// The same, to change it.
    fn change_mut(&mut self) -> &mut Option<Change<Self::Base>>;

    /// Takes the lock that lets nobody else commit.
    async fn take_lock(&mut self) -> Result<()>;

    /// Gives up what is held, and before that throws the candidate away where it is filled. What is not held is given up.
    async fn give_up(&mut self, is_filled: bool) -> Result<()>;

    /// Gives back what may be held for a moment only, with or without a candidate.
    async fn give_back(&mut self) -> Result<()> {
        Ok(())
    }

    /// Looks at a text before anything is sent.
    fn check_text(mode: LoadMode, text: &str) -> Result<()>;

    /// Loads a text into the candidate.
    async fn put(&self, mode: LoadMode, text: &str) -> Result<()>;

    /// Makes the candidate what is running.
    async fn begin_anew(&self) -> Result<()>;

    /// Asks what is in force.
    async fn tip(&self) -> Result<Self::Tip>;

    /// Whether commits can wait for their confirmation here.
    fn has_confirmed_commits(&self) -> bool;

    /// A token's id; `None` for one that this driver has never given.
    fn read_id(id: &str) -> Option<Self::Id>;

    /// Ends the pending commit with this id, under the lock. `is_own`: this session made it, and has held the lock since.
    async fn finish(&mut self, end: End, id: Self::Id, is_own: bool) -> Result<()>;

    /// The commit of this session that waits, as far as it knows.
    fn own_pending(&self) -> Option<&Pending> {
        match &self.change()?.phase {
            Phase::Pending(own) => Some(own),
            _ => None,
        }
    }

    /// The candidate is open on this base; where that could not be told, it is given up.
    async fn opened(&mut self, base: Result<Self::Base>) -> Result<()> {
        let base = match base {
            Ok(base) => base,
            Err(error) => {
                self.release().await.ok();
                return Err(error);
            }
        };
        if let Some(change) = self.change_mut() {
            change.base = Some(base);
            change.phase = Phase::Open;
        }
        Ok(())
    }

    /// Makes sure that a candidate is open, holding what was staged and nothing else.
    async fn settle(&mut self) -> Result<()> {
        match self.change() {
            Some(change) if change.phase == Phase::Open && change.is_uncertain => self.rebuild().await,
            Some(change) if change.phase == Phase::Open => Ok(()),
            _ => Err(Error::new(ErrorKind::NotFound, "no candidate is open; open one first")),
        }
    }

    /// Begins the candidate anew and loads again what had been loaded: a router may keep a part of a refused text.
    async fn rebuild(&mut self) -> Result<()> {
        let stages = self.change().map(|change| change.stages.clone()).unwrap_or_default();
        self.begin_anew().await?;
        for (mode, text) in &stages {
            self.put(*mode, text).await?;
        }
        if let Some(change) = self.change_mut() {
            change.is_uncertain = false;
        }
        Ok(())
    }

    /// Loads a text into the candidate. What is refused leaves it as it was.
    async fn load(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        refuse_blacked_out(text)?;
        Self::check_text(mode, text)?;
        self.settle().await?;
        if let Some(change) = self.change_mut() {
            change.is_uncertain = true;
        }
        match self.put(mode, text).await {
            Ok(()) => {
                if let Some(change) = self.change_mut() {
                    change.stages.push((mode, text.to_owned()));
                    change.is_uncertain = false;
                }
                Ok(())
            }
            Err(error) if is_lost(&error) => Err(error),
            Err(error) => match self.rebuild().await {
                Ok(()) => Err(error),
                // Kept as uncertain, so the next step tries again.
                Err(again) => Err(twice(&error, again)),
            },
        }
    }

    /// Throws the candidate away and gives up the lock; fine when there is none.
    async fn release(&mut self) -> Result<()> {
        self.give_back().await?;
        let Some(is_filled) = self.change().map(Change::is_filled) else { return Ok(()) };
        self.give_up(is_filled).await?;
        *self.change_mut() = None;
        Ok(())
    }

    /// The same after a commit that stays: if the lock cannot be given up, the session ends, and with it the lock.
    async fn let_go(&mut self) {
        if let Err(error) = self.release().await {
            tracing::debug!(host = %self.host(), %error, "the session is ended, for its lock could not be given up");
            self.hang_up();
            *self.change_mut() = None;
        }
    }

    /// After a commit: whatever came of it, nothing stays locked but with a commit that waits.
    async fn conclude(&mut self, outcome: Result<Option<Pending>>) -> Result<Option<Pending>> {
        let outcome = outcome.map_err(unsent);
        match &outcome {
            Ok(Some(pending)) => {
                if let Some(change) = self.change_mut() {
                    change.phase = Phase::Pending(pending.clone());
                    change.stages.clear();
                    change.is_uncertain = false;
                }
            }
            Ok(None) => self.let_go().await,
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => self.let_go().await,
            // Nothing was committed; the next discard tries again if this one fails.
            Err(_) => {
                self.release().await.ok();
            }
        }
        outcome
    }

    /// Ends the pending commit of a token.
    async fn end(&mut self, end: End, token: &Token) -> Result<()> {
        if !self.has_confirmed_commits() {
            return Err(Error::unsupported(if end == End::Confirm { "confirm" } else { "revert" }));
        }
        let Some(id) = Self::read_id(&token.id).filter(|_| token.platform == Self::PLATFORM) else {
            return Err(Error::new(ErrorKind::Options, "this token does not name a commit of this driver"));
        };
        let is_own = self.own_pending().is_some_and(|own| own.token == *token);
        if is_own {
            // The link may have failed since; then the lock is still with the old session, which only we know to be dead.
            if self.is_closed() {
                self.look().await.map_err(unsent)?;
            }
        } else {
            self.release().await.map_err(unsent)?;
            self.take_lock().await.map_err(unsent)?;
        }
        let outcome = self.finish(end, id, is_own).await.map_err(unsent);
        self.let_go().await;
        outcome
    }

    /// A new session with the lock, in place of the old one, and what is in force. That the lock is given means that nothing of
    /// the old session is at work any more, so what is in force then is what it came to.
    ///
    /// # Errors
    /// `Timeout` where no new session can be had, or the lock is not given, within the time of a step. Nothing is sent twice.
    async fn look(&mut self) -> Result<Self::Tip> {
        let old = self.number();
        self.hang_up();
        *self.change_mut() = None;
        let limit = left().unwrap_or_else(|| self.patience());
        let look = async {
            loop {
                match self.look_once(old).await {
                    Err(error) if is_lost(&error) || error.kind() == ErrorKind::Locked => {
                        tracing::debug!(host = %self.host(), %error, "no look yet at what became of a commit");
                        tokio::time::sleep(PAUSE).await;
                    }
                    looked => return looked,
                }
            }
        };
        match tokio::time::timeout(limit, look).await {
            Ok(looked) => looked,
            Err(_) => {
                let words = format!("the router could not be looked at within {} s", limit.as_secs_f32());
                Err(Error::new(ErrorKind::Timeout, words))
            }
        }
    }

    async fn look_once(&mut self, old: Option<u32>) -> Result<Self::Tip> {
        if self.is_closed() {
            *self.change_mut() = None;
            self.dial().await?;
        }
        if let Some(old) = old {
            self.kill(old).await?;
        }
        self.take_lock().await?;
        self.tip().await
    }
}
