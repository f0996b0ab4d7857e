//! The configuration database: what is committed, the candidates, the lock, the history, and the timer of a commit that
//! waits to be confirmed. Told the time, never asks for it.

use std::collections::{BTreeMap, VecDeque};

use tokio::time::Instant;

use super::check::check;
use super::diff::diff;
use super::merge::merge;
use super::tree::{Complaint, Node};
use crate::sim::clock::{Clock, date};

/// How many commits are kept: the present one and those that can be gone back to.
const KEPT: usize = 50;

/// Who does something: a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Actor {
    /// Its number, which is also its process.
    pub(crate) id: u32,
    pub(crate) user: String,
    /// `netconf` or `cli`.
    pub(crate) client: &'static str,
}

/// A commit.
#[derive(Clone, Debug)]
pub(crate) struct Commit {
    pub(crate) config: Node,
    pub(crate) seconds: i64,
    pub(crate) user: String,
    pub(crate) client: &'static str,
    pub(crate) log: Option<String>,
    /// `commit confirmed, rollback in 5mins`
    pub(crate) comment: Option<String>,
    pub(crate) revision: String,
}

/// Why the database does not do what it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Somebody has the lock: the router's words, and the session.
    Locked(String, u32),
    /// What is said is that.
    Words(String),
    /// The configuration does not check out.
    Check(Vec<Complaint>),
}

#[derive(Clone, Debug)]
struct Lock {
    owner: Actor,
    since: i64,
    at: Instant,
}

/// A candidate of one session's own.
#[derive(Clone, Debug)]
struct Private {
    /// What was committed when it was opened, or last committed.
    base: Node,
    candidate: Node,
}

/// A commit that waits to be confirmed.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) deadline: Instant,
    /// What comes back.
    before: Node,
    /// Tells timers apart.
    pub(crate) number: u64,
}

/// What a commit is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) log: Option<String>,
    /// How many of the router's seconds it waits to be confirmed.
    pub(crate) confirmed: Option<u32>,
}

#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) clock: Clock,
    /// The newest first; never empty.
    history: VecDeque<Commit>,
    candidate: Node,
    lock: Option<Lock>,
    privates: BTreeMap<u32, Private>,
    pending: Option<Pending>,
    commits: u64,
}

impl Database {
    pub(crate) fn new(config: Node, clock: Clock, now: Instant) -> Database {
        let first = Commit {
            config: config.clone(),
            seconds: clock.at(now),
            user: "root".to_owned(),
            client: "other",
            log: None,
            comment: None,
            revision: format!("re0-{}-1", clock.at(now)),
        };
        Database {
            clock,
            history: VecDeque::from([first]),
            candidate: config,
            lock: None,
            privates: BTreeMap::new(),
            pending: None,
            commits: 1,
        }
    }

    pub(crate) fn committed(&self) -> &Node {
        self.history.front().map_or(&self.candidate, |commit| &commit.config)
    }

    pub(crate) fn history(&self) -> impl Iterator<Item = &Commit> {
        self.history.iter()
    }

    /// A configuration of before: 0 is what is committed.
    pub(crate) fn rollback(&self, number: usize) -> Option<&Node> {
        self.history.get(number).map(|commit| &commit.config)
    }

    /// The candidate that a session works on.
    pub(crate) fn candidate(&self, session: u32) -> &Node {
        self.privates.get(&session).map_or(&self.candidate, |private| &private.candidate)
    }

    pub(crate) fn is_modified(&self) -> bool {
        self.candidate != *self.committed()
    }

    pub(crate) fn has_private(&self, session: u32) -> bool {
        self.privates.contains_key(&session)
    }

    /// The session that has the lock.
    pub(crate) fn lock_owner(&self) -> Option<&Actor> {
        self.lock.as_ref().map(|lock| &lock.owner)
    }

    pub(crate) fn pending(&self) -> Option<&Pending> {
        self.pending.as_ref()
    }

    fn locked(&self, actor: &Actor, now: Instant) -> Result<(), Refusal> {
        match &self.lock {
            Some(lock) if lock.owner.id != actor.id => {
                let idle = self.clock.scaled(now.saturating_duration_since(lock.at));
                let idle = format!("{:02}:{:02}:{:02}", idle / 3600, idle / 60 % 60, idle % 60);
                let Actor { id, user, .. } = &lock.owner;
                let words = format!(
                    "configuration database locked by:\n  {user} terminal  (pid {id}) on since {}, idle {idle}\n      exclusive ",
                    date(lock.since)
                );
                Err(Refusal::Locked(words, *id))
            }
            _ => Ok(()),
        }
    }

    /// Takes the lock on the shared candidate.
    pub(crate) fn lock(&mut self, actor: &Actor, now: Instant) -> Result<(), Refusal> {
        self.locked(actor, now)?;
        if self.lock.is_none() && self.is_modified() {
            return Err(Refusal::Words("configuration database modified".to_owned()));
        }
        self.lock = Some(Lock { owner: actor.clone(), since: self.clock.at(now), at: now });
        Ok(())
    }

    /// Gives the lock up; what was not committed is gone.
    pub(crate) fn unlock(&mut self, actor: &Actor) -> Result<(), Refusal> {
        match &self.lock {
            Some(lock) if lock.owner.id == actor.id => {
                self.lock = None;
                self.candidate = self.committed().clone();
                Ok(())
            }
            _ => Err(Refusal::Words("configuration database is not locked".to_owned())),
        }
    }

    /// Opens a candidate of the session's own.
    pub(crate) fn open_private(&mut self, actor: &Actor, now: Instant) -> Result<(), Refusal> {
        self.locked(actor, now)?;
        if self.privates.contains_key(&actor.id) {
            return Err(Refusal::Words("configuration database already open".to_owned()));
        }
        if self.is_modified() {
            let words = "shared configuration database modified\n\nPlease temporarily use 'configure shared' to commit\n\
                         outstanding changes in the shared database, exit, and\n\
                         return to configuration mode using 'configure private'";
            return Err(Refusal::Words(words.to_owned()));
        }
        let base = self.committed().clone();
        self.privates.insert(actor.id, Private { candidate: base.clone(), base });
        Ok(())
    }

    /// Closes it; what was not committed is gone.
    pub(crate) fn close_private(&mut self, session: u32) -> bool {
        self.privates.remove(&session).is_some()
    }

    /// A session has ended.
    pub(crate) fn leave(&mut self, session: u32) {
        self.privates.remove(&session);
        if self.lock.as_ref().is_some_and(|lock| lock.owner.id == session) {
            self.lock = None;
            self.candidate = self.committed().clone();
        }
    }

    /// The candidate of a session, to change it.
    pub(crate) fn edit(&mut self, actor: &Actor, now: Instant) -> Result<&mut Node, Refusal> {
        if !self.privates.contains_key(&actor.id) {
            self.locked(actor, now)?;
        }
        Ok(self.privates.get_mut(&actor.id).map_or(&mut self.candidate, |private| &mut private.candidate))
    }

    /// What the candidate of a session differs in from a configuration of before.
    pub(crate) fn compare(&self, session: u32, rollback: usize) -> Option<String> {
        Some(diff(self.rollback(rollback)?, self.candidate(session)))
    }

    /// Checks the candidate. Like a commit, it confirms one that waits.
    pub(crate) fn check(&mut self, actor: &Actor, now: Instant) -> Result<(), Refusal> {
        if !self.privates.contains_key(&actor.id) {
            self.locked(actor, now)?;
        }
        let found = check(self.candidate(actor.id));
        if !found.is_empty() {
            return Err(Refusal::Check(found));
        }
        self.pending = None;
        Ok(())
    }

    /// Makes the candidate the configuration.
    pub(crate) fn commit(&mut self, actor: &Actor, options: Options, now: Instant) -> Result<(), Refusal> {
        self.locked(actor, now)?;
        let config = match self.privates.get(&actor.id) {
            Some(private) => merge(&private.base, &private.candidate, self.committed()).map_err(conflict)?,
            None => self.candidate.clone(),
        };
        let found = check(&config);
        if !found.is_empty() {
            return Err(Refusal::Check(found));
        }
        let before = match self.pending.take() {
            Some(pending) => pending.before,
            None => self.committed().clone(),
        };
        let comment = options
            .confirmed
            .map(|seconds| format!("commit confirmed, rollback in {}mins", seconds.div_ceil(60)));
        let was_modified = self.is_modified();
        self.record(config.clone(), (&actor.user, actor.client), options.log, comment, now);
        self.pending = options.confirmed.map(|seconds| Pending {
            deadline: now + self.clock.seconds(seconds),
            before,
            number: self.commits,
        });
        match self.privates.get_mut(&actor.id) {
            Some(private) => {
                *private = Private { base: config.clone(), candidate: config.clone() };
                if !was_modified {
                    self.candidate = config;
                }
            }
            None => self.candidate = config,
        }
        Ok(())
    }

    /// A configuration comes from the other routing engine, which asks nobody for the lock.
    pub(crate) fn take_over(&mut self, config: Node, actor: &Actor, now: Instant) -> Result<(), Refusal> {
        let found = check(&config);
        if !found.is_empty() {
            return Err(Refusal::Check(found));
        }
        let was_modified = self.is_modified();
        self.pending = None;
        self.record(config.clone(), (&actor.user, actor.client), None, None, now);
        if !was_modified {
            self.candidate = config;
        }
        Ok(())
    }

    fn record(
        &mut self,
        config: Node,
        (user, client): (&str, &'static str),
        log: Option<String>,
        comment: Option<String>,
        now: Instant,
    ) {
        self.commits += 1;
        let seconds = self.clock.at(now);
        let revision = format!("re0-{seconds}-{}", self.commits);
        self.history.push_front(Commit {
            config,
            seconds,
            user: user.to_owned(),
            client,
            log,
            comment,
            revision,
        });
        self.history.truncate(KEPT);
    }

    /// The timer of a commit runs out: what was before comes back. Whether that was so.
    pub(crate) fn expire(&mut self, number: u64, now: Instant) -> bool {
        let Some(pending) = self.pending.take_if(|pending| pending.number == number) else { return false };
        let was_modified = self.is_modified();
        self.record(pending.before.clone(), ("root", "other"), None, None, now);
        if !was_modified {
            self.candidate = pending.before;
        }
        true
    }

    /// The router starts again: candidates, lock and sessions are gone; a commit that waits still does.
    pub(crate) fn restart(&mut self) {
        self.privates.clear();
        self.lock = None;
        self.candidate = self.committed().clone();
    }
}

fn conflict(paths: Vec<String>) -> Refusal {
    let lines: Vec<String> = paths.iter().map(|path| format!("[edit {path}]")).collect();
    Refusal::Words(format!(
        "statement changed by another user since this session began:\n{}",
        lines.join("\n")
    ))
}
