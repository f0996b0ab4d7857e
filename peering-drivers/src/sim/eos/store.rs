//! Configuration sessions, the timer of a commit, files and checkpoints.

use std::collections::BTreeMap;
use std::sync::Arc;

use similar::TextDiff;
use tokio::time::{Instant, sleep_until};

use super::apply::load;
use super::tree::Node;
use super::view::View;
use super::{Device, STARTUP};
use crate::sim::fabric::Shared;
use crate::sim::fault::{FaultKind, FaultPoint};

/// How many sessions may be pending at once, and how many completed ones are remembered.
pub(crate) const MOST_PENDING: usize = 5;
pub(crate) const MOST_COMPLETED: usize = 1;

/// How far a configuration session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Pending,
    /// Committed until the timer runs out.
    PendingTimer,
    Completed,
}

impl State {
    /// As `show configuration sessions` calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::PendingTimer => "pendingCommitTimer",
            State::Completed => "completed",
        }
    }
}

/// A configuration session.
#[derive(Clone, Debug)]
pub(crate) struct ConfigSession {
    pub(crate) state: State,
    pub(crate) tree: Node,
    pub(crate) user: String,
    pub(crate) description: String,
    /// Counts the sessions that were opened.
    pub(crate) number: u64,
}

/// A commit that waits to be confirmed.
#[derive(Clone, Debug)]
pub(crate) struct Timer {
    pub(crate) session: String,
    before: Node,
    pub(crate) deadline: Instant,
}

/// Everything that is kept beside the running configuration.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) sessions: BTreeMap<String, ConfigSession>,
    pub(crate) timer: Option<Timer>,
    /// On flash, by name; the saved configuration is one.
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) checkpoints: BTreeMap<String, String>,
    opened: u64,
}

impl Store {
    /// The name of a session that nobody has named.
    pub(crate) fn next_name(&self) -> String {
        format!("sess-{}", self.opened + 1)
    }

    fn forget_completed(&mut self) {
        let mut done: Vec<(u64, String)> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.state == State::Completed)
            .map(|(name, session)| (session.number, name.clone()))
            .collect();
        done.sort();
        let spare = done.len().saturating_sub(MOST_COMPLETED);
        for (_, name) in done.into_iter().take(spare) {
            self.sessions.remove(&name);
        }
    }
}

impl Device {
    /// Enters a session, and opens it when there is none of this name.
    pub(crate) fn enter_session(&mut self, name: &str, user: &str) -> Result<(), String> {
        if let Some(session) = self.store.sessions.get(name) {
            return match session.state {
                State::Pending => Ok(()),
                State::PendingTimer => {
                    Err(format!("Cannot enter session {name} (session is pending commit timer)"))
                }
                State::Completed => Err(format!("Cannot enter session {name} (session already completed)")),
            };
        }
        let pending = self.store.sessions.values().filter(|session| session.state == State::Pending);
        if pending.count() >= MOST_PENDING {
            return Err(
                "Maximum number of pending sessions has been reached. Please commit or abort previous \
                        sessions before creating a new one."
                    .to_owned(),
            );
        }
        self.store.opened += 1;
        let session = ConfigSession {
            state: State::Pending,
            tree: self.running.clone(),
            user: user.to_owned(),
            description: String::new(),
            number: self.store.opened,
        };
        self.store.sessions.insert(name.to_owned(), session);
        Ok(())
    }

    /// A session that can still be changed.
    pub(crate) fn pending(&mut self, name: &str) -> Result<&mut ConfigSession, String> {
        let session = self.store.sessions.get_mut(name).filter(|session| session.state == State::Pending);
        session.ok_or_else(|| format!("Session {name} does not exist or is not pending"))
    }

    /// Commits a session, or confirms it when its timer runs. With a window the commit waits to be confirmed.
    pub(crate) fn commit_session(
        &mut self,
        name: &str,
        window: Option<u64>,
        now: Instant,
    ) -> Result<(), String> {
        let session = self.store.sessions.get(name);
        let Some(session) = session.filter(|session| session.state != State::Completed) else {
            return Err(format!("Session {name} does not exist or is already completed"));
        };
        if let Some(other) = self.store.timer.as_ref().filter(|timer| timer.session != name) {
            return Err(format!("Cannot commit: session {} is pending commit timer", other.session));
        }
        let deadline = window.map(|seconds| now + std::time::Duration::from_secs(seconds));
        let is_confirmed = session.state == State::PendingTimer;
        let tree = session.tree.clone();
        match (is_confirmed, deadline) {
            (true, Some(deadline)) => {
                if let Some(timer) = &mut self.store.timer {
                    timer.deadline = deadline;
                }
                return Ok(());
            }
            (true, None) => self.store.timer = None,
            (false, _) => {
                let before = std::mem::take(&mut self.running);
                let timer = deadline.map(|deadline| Timer {
                    session: name.to_owned(),
                    before: before.clone(),
                    deadline,
                });
                self.store.checkpoints.insert(format!("ckp-{}", self.store.opened), before.print());
                self.store.timer = timer;
                self.install(tree);
            }
        }
        let state = if self.store.timer.is_some() { State::PendingTimer } else { State::Completed };
        if let Some(session) = self.store.sessions.get_mut(name) {
            session.state = state;
        }
        self.store.forget_completed();
        Ok(())
    }

    /// Gives a session up; one whose timer runs is reverted.
    pub(crate) fn abort_session(&mut self, name: &str) -> Result<(), String> {
        match self.store.sessions.get(name).map(|session| session.state) {
            Some(State::PendingTimer) => self.revert(),
            Some(State::Pending) => {}
            _ => return Err(format!("Session {name} does not exist or is already completed")),
        }
        self.store.sessions.remove(name);
        Ok(())
    }

    /// Puts the configuration of before the pending commit back.
    fn revert(&mut self) {
        if let Some(timer) = self.store.timer.take() {
            self.install(timer.before);
        }
    }

    /// Reverts a commit whose time has run out, unless the timer was killed.
    pub(crate) fn expire(&mut self, now: Instant) {
        let Some(timer) = self.store.timer.as_ref().filter(|timer| timer.deadline <= now) else { return };
        if self.chassis.faults.strike(|at| *at == FaultPoint::Timer).is_some() {
            // Nobody will wake up for it any more.
            self.store.timer = None;
            return;
        }
        let name = timer.session.clone();
        self.revert();
        self.store.sessions.remove(&name);
    }

    /// When the timer of a pending commit runs out.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.store.timer.as_ref().map(|timer| timer.deadline)
    }

    /// Looks after the timer when it runs out, whoever is there.
    pub(crate) fn wake_at(shared: &Arc<Shared>, router: usize, deadline: Instant) {
        let shared = Arc::downgrade(shared);
        tokio::spawn(async move {
            sleep_until(deadline).await;
            let Some(shared) = shared.upgrade() else { return };
            shared.change(|world| {
                if let Some(device) = world.router_mut::<Device>(router) {
                    device.expire(Instant::now());
                }
            });
        });
    }

    /// What a session would change, as a unified difference; empty when nothing.
    pub(crate) fn session_diff(&self, name: &str) -> Result<String, String> {
        let session =
            self.store.sessions.get(name).ok_or_else(|| format!("Session {name} does not exist"))?;
        let (running, target) = (self.running.print(), session.tree.print());
        let diff = TextDiff::from_lines(&running, &target);
        let mut unified = diff.unified_diff();
        unified.context_radius(3);
        Ok(unified.header("system:/running-config", &format!("session:/{name}-session-config")).to_string())
    }

    /// The text that a URL names, such as `flash:rollback-0`.
    pub(crate) fn read(&self, url: &str) -> Result<String, String> {
        let missing = || format!("Error reading {url} (No such file or directory)");
        let found = match url.split_once(':') {
            None if url == "running-config" => return Ok(self.running.print()),
            Some(("system", path)) if path.trim_start_matches('/') == "running-config" => {
                return Ok(self.running.print());
            }
            None if url == STARTUP => self.store.files.get(STARTUP),
            Some(("flash" | "file", path)) => self.store.files.get(path.trim_start_matches('/')),
            Some(("checkpoint", path)) => self.store.checkpoints.get(path.trim_start_matches('/')),
            _ => None,
        };
        found.cloned().ok_or_else(missing)
    }

    /// Writes a text to where a URL points.
    pub(crate) fn write(&mut self, url: &str, text: String) -> Result<(), String> {
        if url == STARTUP || url.trim_start_matches("flash:").trim_start_matches('/') == STARTUP {
            if let Some(FaultKind::Fail { output, .. }) =
                self.chassis.faults.strike(|at| *at == FaultPoint::Save)
            {
                return Err(output);
            }
            self.store.files.insert(STARTUP.to_owned(), text);
            return Ok(());
        }
        match url.split_once(':') {
            None if url == "running-config" => {
                let mut tree = self.running.clone();
                load(&mut tree, &text).map_err(|(line, words)| format!("line {line}: {words}"))?;
                self.install(tree);
            }
            Some(("flash" | "file", path)) => {
                self.store.files.insert(path.trim_start_matches('/').to_owned(), text);
            }
            Some(("checkpoint", path)) => {
                self.store.checkpoints.insert(path.trim_start_matches('/').to_owned(), text);
            }
            _ => return Err(format!("Error writing {url} (Invalid argument)")),
        }
        Ok(())
    }

    /// Replaces the running configuration by a file's.
    pub(crate) fn replace(&mut self, url: &str) -> Result<(), String> {
        let text = self.read(url)?;
        let mut tree = Device::clean(&self.chassis.ports);
        load(&mut tree, &text).map_err(|(line, words)| format!("{words} in {url} at line {line}"))?;
        self.install(tree);
        Ok(())
    }

    /// Puts a configuration into force.
    pub(crate) fn install(&mut self, tree: Node) {
        self.running = tree;
        self.view = View::of(&self.running);
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
