//! What is committed, what sessions are about to change, the lock, the commits, and the timer of one that waits to be
//! confirmed. Told the time, never asks for it.

use std::collections::{BTreeMap, VecDeque};

use tokio::time::Instant;

use super::check::{Complaint, check};
use super::diff::merged;
use super::language::Node;
use crate::sim::clock::Clock;

/// How many commits are kept.
const KEPT: usize = 100;

/// The number of the first commit.
const FIRST: u64 = 1_000_000_001;

/// What can be locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Store {
    Candidate,
    Running,
}

/// Who does something: a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Actor {
    pub(crate) id: u32,
    pub(crate) user: String,
    /// `netconf` or `CLI`.
    pub(crate) client: &'static str,
}

/// A commit.
#[derive(Clone, Debug)]
pub(crate) struct Commit {
    pub(crate) number: u64,
    /// What was in force before it.
    pub(crate) before: Node,
    pub(crate) seconds: i64,
    pub(crate) user: String,
    pub(crate) client: &'static str,
    pub(crate) label: Option<String>,
    pub(crate) comment: Option<String>,
}

impl Commit {
    /// The line that it came from.
    pub(crate) fn line(&self) -> &'static str {
        match self.client {
            "CLI" => "vty0:node0_RP0_CPU0",
            "netconf" => "netconf",
            _ => "SYSTEM",
        }
    }
}

/// Why it does not do what it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// This session has the lock.
    Locked(u32),
    /// The session has no lock to give up.
    NotLocked,
    /// A commit of somebody else waits to be confirmed.
    Trial,
    /// It is another commit that waits, or none.
    WrongPersist,
    /// There is nothing to confirm or cancel.
    NothingPending,
    /// A label that another commit has.
    LabelTaken(String),
    /// The configuration cannot come into force.
    Check(Vec<Complaint>),
}

/// What a session is about to change.
#[derive(Clone, Debug)]
struct Target {
    /// What was in force when it began.
    base: Node,
    target: Node,
    /// The target is all that is to be: it takes the place of what others have committed, too.
    is_whole: bool,
}

/// A commit that waits to be confirmed.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) deadline: Instant,
    /// What comes back.
    before: Node,
    /// The session whose end takes it back, and the token without which nobody confirms it.
    session: u32,
    persist: Option<String>,
    /// Tells timers apart.
    pub(crate) number: u64,
}

/// What a commit is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) label: Option<String>,
    pub(crate) comment: Option<String>,
    /// How many of the router's seconds it waits to be confirmed.
    pub(crate) confirmed: Option<u32>,
    pub(crate) persist: Option<String>,
    pub(crate) persist_id: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) clock: Clock,
    running: Node,
    targets: BTreeMap<u32, Target>,
    locks: BTreeMap<Store, Actor>,
    commits: VecDeque<Commit>,
    pending: Option<Pending>,
    next_commit: u64,
    /// When the running configuration last changed, and by whom.
    pub(crate) changed: (i64, String),
}

impl Database {
    pub(crate) fn new(running: Node, clock: Clock, now: Instant) -> Database {
        let changed = (clock.at(now), "SYSTEM".to_owned());
        Database {
            clock,
            running,
            targets: BTreeMap::new(),
            locks: BTreeMap::new(),
            commits: VecDeque::new(),
            pending: None,
            next_commit: FIRST,
            changed,
        }
    }

    pub(crate) fn running(&self) -> &Node {
        &self.running
    }

    /// What a restart brings back: a commit that waits is not confirmed by it.
    pub(crate) fn startup(&self) -> &Node {
        self.pending.as_ref().map_or(&self.running, |pending| &pending.before)
    }

    /// The newest first.
    pub(crate) fn commits(&self) -> impl Iterator<Item = &Commit> {
        self.commits.iter()
    }

    pub(crate) fn pending(&self) -> Option<&Pending> {
        self.pending.as_ref()
    }

    /// The number of the newest commit.
    pub(crate) fn newest(&self) -> Option<u64> {
        self.commits.front().map(|commit| commit.number)
    }

    /// Whether a session has locked something.
    pub(crate) fn has_lock(&self, session: u32) -> bool {
        self.locks.values().any(|owner| owner.id == session)
    }

    /// Who has locked something.
    pub(crate) fn lock_owner(&self) -> Option<&Actor> {
        self.locks.values().next()
    }

    /// What would be in force if a session committed now.
    pub(crate) fn candidate(&self, session: u32) -> Node {
        match self.targets.get(&session) {
            Some(target) if target.is_whole => target.target.clone(),
            Some(target) => merged(&target.base, &target.target, &self.running),
            None => self.running.clone(),
        }
    }

    /// Whether a session is about to change something.
    pub(crate) fn has_changes(&self, session: u32) -> bool {
        self.targets.contains_key(&session) && self.candidate(session) != self.running
    }

    /// What a session has typed over what was in force when it began; what is in force where it has typed nothing.
    pub(crate) fn target(&self, session: u32) -> &Node {
        self.targets.get(&session).map_or(&self.running, |target| &target.target)
    }

    /// Whether somebody else has committed since a session began to change something.
    pub(crate) fn is_overtaken(&self, session: u32) -> bool {
        self.targets.get(&session).is_some_and(|target| !target.is_whole && target.base != self.running)
    }

    /// Whether a commit waits for this session alone.
    pub(crate) fn waits_for(&self, session: u32) -> bool {
        self.pending.as_ref().is_some_and(|pending| pending.session == session && pending.persist.is_none())
    }

    /// Whether nobody else has locked one of these.
    fn locked(&self, session: u32, stores: &[Store]) -> Result<(), Refusal> {
        let owner = stores.iter().filter_map(|store| self.locks.get(store)).find(|owner| owner.id != session);
        owner.map_or(Ok(()), |owner| Err(Refusal::Locked(owner.id)))
    }

    /// Takes a lock. That of what is running is denied while a commit of another session, or of none, waits (RFC 6241,
    /// section 7.5).
    pub(crate) fn lock(&mut self, store: Store, actor: &Actor) -> Result<(), Refusal> {
        if let Some(owner) = self.locks.get(&store) {
            return Err(Refusal::Locked(owner.id));
        }
        if let (Store::Running, Some(pending)) = (store, &self.pending) {
            let owner = if pending.persist.is_some() { 0 } else { pending.session };
            if owner != actor.id {
                return Err(Refusal::Locked(owner));
            }
        }
        self.locks.insert(store, actor.clone());
        Ok(())
    }

    /// Gives a lock up; with that of the candidate goes what was not committed (RFC 6241, section 8.3.5.2).
    pub(crate) fn unlock(&mut self, store: Store, session: u32) -> Result<(), Refusal> {
        match self.locks.get(&store) {
            Some(owner) if owner.id == session => {
                self.locks.remove(&store);
                if store == Store::Candidate {
                    self.discard(session);
                }
                Ok(())
            }
            _ => Err(Refusal::NotLocked),
        }
    }

    /// The target of a session, to change it.
    pub(crate) fn edit(&mut self, session: u32) -> Result<&mut Node, Refusal> {
        self.locked(session, &[Store::Candidate])?;
        let running = &self.running;
        let target = self.targets.entry(session).or_insert_with(|| Target {
            base: running.clone(),
            target: running.clone(),
            is_whole: false,
        });
        Ok(&mut target.target)
    }

    /// The target of a session becomes this.
    pub(crate) fn replace(&mut self, session: u32, tree: Node) -> Result<(), Refusal> {
        self.locked(session, &[Store::Candidate])?;
        let target = Target { base: self.running.clone(), target: tree, is_whole: true };
        self.targets.insert(session, target);
        Ok(())
    }

    pub(crate) fn discard(&mut self, session: u32) {
        self.targets.remove(&session);
    }

    /// Checks what a session would commit.
    pub(crate) fn check(&self, session: u32) -> Result<(), Refusal> {
        let found = check(&self.candidate(session));
        if found.is_empty() { Ok(()) } else { Err(Refusal::Check(found)) }
    }

    /// Whether a session may touch the commit that waits.
    fn may_confirm(&self, session: u32, persist_id: Option<&str>) -> Result<(), Refusal> {
        match &self.pending {
            None if persist_id.is_some() => Err(Refusal::WrongPersist),
            None => Ok(()),
            Some(pending) => match (&pending.persist, persist_id) {
                (Some(own), Some(given)) if own == given => Ok(()),
                (_, Some(_)) | (Some(_), None) => Err(Refusal::WrongPersist),
                (None, None) if pending.session == session => Ok(()),
                (None, None) => Err(Refusal::Trial),
            },
        }
    }

    /// Makes what a session has changed the configuration, and confirms what waits. Whether anything changed.
    pub(crate) fn commit(&mut self, actor: &Actor, options: Options, now: Instant) -> Result<bool, Refusal> {
        self.locked(actor.id, &[Store::Candidate, Store::Running])?;
        self.may_confirm(actor.id, options.persist_id.as_deref())?;
        if let Some(label) = &options.label
            && self.commits.iter().any(|commit| commit.label.as_ref() == Some(label))
        {
            return Err(Refusal::LabelTaken(label.clone()));
        }
        self.check(actor.id)?;
        let (candidate, old) = (self.candidate(actor.id), self.running.clone());
        let is_changed = candidate != old;
        let before = self.pending.take().map_or_else(|| old.clone(), |pending| pending.before);
        if is_changed {
            self.record(candidate, actor, (options.label, options.comment), now);
        }
        self.targets.remove(&actor.id);
        self.pending = options.confirmed.map(|seconds| Pending {
            deadline: now + self.clock.seconds(seconds),
            before,
            session: actor.id,
            persist: options.persist,
            number: self.next_pending(),
        });
        Ok(is_changed)
    }

    /// Every commit and every timer takes a number.
    fn next_pending(&mut self) -> u64 {
        self.next_commit += 1;
        self.next_commit
    }

    /// Takes back the commit that waits.
    pub(crate) fn cancel(
        &mut self,
        session: u32,
        persist_id: Option<&str>,
        now: Instant,
    ) -> Result<(), Refusal> {
        self.may_confirm(session, persist_id)?;
        match self.pending.take() {
            Some(pending) => {
                self.go_back(pending, now);
                Ok(())
            }
            None => Err(Refusal::NothingPending),
        }
    }

    /// Undoes a number of commits, at once and in one commit.
    pub(crate) fn rollback(&mut self, actor: &Actor, count: usize, now: Instant) -> Result<bool, Refusal> {
        self.locked(actor.id, &[Store::Candidate, Store::Running])?;
        self.may_confirm(actor.id, None)?;
        let back =
            count.checked_sub(1).and_then(|last| self.commits.get(last)).map(|commit| commit.before.clone());
        let Some(tree) = back else { return Ok(false) };
        self.pending = None;
        self.record(tree, actor, (None, None), now);
        Ok(true)
    }

    /// A configuration is put into force whoever has the lock; what waits is confirmed by it.
    pub(crate) fn take_over(&mut self, tree: Node, actor: &Actor, now: Instant) -> Result<(), Refusal> {
        let found = check(&tree);
        if !found.is_empty() {
            return Err(Refusal::Check(found));
        }
        self.pending = None;
        self.record(tree, actor, (None, None), now);
        Ok(())
    }

    fn record(
        &mut self,
        tree: Node,
        actor: &Actor,
        (label, comment): (Option<String>, Option<String>),
        now: Instant,
    ) {
        let before = std::mem::replace(&mut self.running, tree);
        let seconds = self.clock.at(now);
        self.changed = (seconds, actor.user.clone());
        let commit = Commit {
            number: self.next_commit,
            before,
            seconds,
            user: actor.user.clone(),
            client: actor.client,
            label,
            comment,
        };
        self.next_commit += 1;
        self.commits.push_front(commit);
        self.commits.truncate(KEPT);
    }

    fn go_back(&mut self, pending: Pending, now: Instant) {
        let system = Actor { id: 0, user: "SYSTEM".to_owned(), client: "Rollback" };
        if pending.before != self.running {
            self.record(pending.before, &system, (None, None), now);
        }
    }

    /// The timer of a commit runs out: what was before comes back. Whether that was so.
    pub(crate) fn expire(&mut self, number: u64, now: Instant) -> bool {
        let pending = self.pending.take_if(|pending| pending.number == number);
        let is_here = pending.is_some();
        if let Some(pending) = pending {
            self.go_back(pending, now);
        }
        is_here
    }

    /// A session has ended: with it go its target, its lock, and a commit that waits for it alone (RFC 6241, section
    /// 8.4.1). Whether the configuration changed.
    pub(crate) fn leave(&mut self, session: u32, now: Instant) -> bool {
        self.targets.remove(&session);
        self.locks.retain(|_, owner| owner.id != session);
        let pending = if self.waits_for(session) { self.pending.take() } else { None };
        let is_here = pending.is_some();
        if let Some(pending) = pending {
            self.go_back(pending, now);
        }
        is_here
    }

    /// The router starts again: sessions are gone, and a commit that was not confirmed.
    pub(crate) fn restart(&mut self, now: Instant) {
        self.targets.clear();
        self.locks.clear();
        if let Some(pending) = self.pending.take() {
            self.go_back(pending, now);
        }
    }
}
