//! Configuration changes. A candidate is a configuration session of the router's, with a name of ours.
//!
//! EOS locks nothing: several sessions may be open, and the last commit wins. So the lock is a rule: whoever finds
//! another open session, or a commit timer, does not begin. A session is made *before* that is looked at, so that of two
//! who begin at once at most one goes on.
//!
//! A session cannot undo a single line, and the lines before a refused one stay in it. So every stage builds a new session
//! out of all that was staged, and gives the old one up as the last command of the same batch.
//!
//! Every commit runs under the router's own commit timer, for which EOS keeps a checkpoint of what is *running*: a plain
//! commit is one with a short timer that is confirmed as soon as the configuration has been read back. Whatever
//! happens to us or the link in between, the router goes back by itself.
//!
//! | file | what |
//! |---|---|
//! | `list.rs` | the router's list of sessions: pure |
//! | `load.rs` | a text as commands: pure |
//! | `commit.rs` | commit, and what became of it |
//! | `pending.rs` | confirm, revert; what is pending |
//! | `verbs.rs` | how the steps ask the router: budget, lists, texts |

mod commit;
mod list;
mod load;
mod pending;
mod verbs;

use peering_core::driver::{Leftover, LoadMode, Token};
use peering_core::{Diff, Error, ErrorKind, REDACTED, Result};

pub(super) use self::commit::Timed;
use self::list::State;
use self::load::Line;
use self::verbs::join;
use super::batch::{self, Command, Format};
use super::redact::redact;
use super::session::EosSession;
use super::{ALL, NAME};
use crate::own_name::{self, Held};
use crate::step::Budget;

/// What EOS prints in the place of a secret in a sanitized configuration.
const REMOVED: &str = "<removed>";

/// A candidate.
#[derive(Debug)]
pub(super) struct Change {
    /// The sessions that may be on the router; the last one holds what was staged.
    sessions: Vec<Held>,
    /// The running configuration that it was made from.
    base: String,
    /// The texts that were staged since the last replacement.
    stages: Vec<Vec<Line>>,
    replaces: bool,
}

fn token(host: &str, id: &str) -> Token {
    Token { platform: NAME.to_owned(), host: host.to_owned(), id: id.to_owned() }
}

impl EosSession {
    /// The router's name of the open candidate.
    pub(super) fn candidate(&self) -> Option<&str> {
        self.change.as_ref()?.sessions.last().map(|session| &**session)
    }

    /// Finds out whether the account may see configuration sessions, and what was left in them.
    pub(super) async fn settle(&mut self) -> Result<()> {
        let (list, now) = match self.list(Budget::of(self.patience)).await {
            Ok(found) => found,
            // a router or an account without them has the reads
            Err(error) if matches!(error.kind(), ErrorKind::Rejected | ErrorKind::Auth) => return Ok(()),
            Err(error) => return Err(error),
        };
        self.capabilities = ALL;
        let pending = self.pending_in(&list, &now).map(Leftover::Pending);
        let open = list.open().map(|name| Leftover::Candidate {
            holder: list.holder(name),
            is_ours: own_name::is_dead(name, &self.user),
        });
        self.leftovers = pending.into_iter().chain(open).collect();
        Ok(())
    }

    fn change(&self) -> Result<&Change> {
        self.change
            .as_ref()
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "no candidate is open; open one first"))
    }

    pub(super) async fn open(&mut self) -> Result<()> {
        let budget = Budget::of(self.patience);
        self.release(budget).await?;
        self.make_room(budget).await?;
        // known before it is asked for: a future dropped half-way leaves something to discard
        let session = self.fresh_session();
        let begin = format!("configure session {}", &*session);
        let diffs = diffs(&session);
        self.change = Some(Change {
            sessions: vec![session],
            base: String::new(),
            stages: Vec::new(),
            replaces: false,
        });
        match self.begin(budget, &begin, &diffs).await {
            Ok(base) => {
                if let Some(change) = &mut self.change {
                    change.base = base;
                }
                Ok(())
            }
            Err(error) => {
                self.release(budget).await?;
                Err(error)
            }
        }
    }

    /// Discards what is ours and dead; refuses when anybody else is at it.
    async fn make_room(&mut self, budget: Budget) -> Result<()> {
        let (list, _) = self.list(budget).await?;
        if let Some((name, _)) = list.timed() {
            return Err(Error::new(
                ErrorKind::Locked,
                format!("a commit waits for its confirmation: {}", list.holder(name)),
            ));
        }
        let (dead, alive): (Vec<_>, Vec<_>) =
            list.open().partition(|name| own_name::is_dead(name, &self.user));
        if let Some(name) = alive.first() {
            return Err(locked(&list.holder(name)));
        }
        if !dead.is_empty() {
            let aborts: Vec<Command> = dead.iter().map(|name| abort(name)).collect();
            // what is still there is seen when our own session has been made
            self.ask(budget, &aborts, Format::Json).await.ok();
        }
        Ok(())
    }

    /// Makes the session; the running configuration that it began with.
    async fn begin(&mut self, budget: Budget, begin: &str, diffs: &str) -> Result<String> {
        let commands = [begin.into(), "end".into(), "show running-config".into(), diffs.into()];
        let replies = self.ask(budget, &commands, Format::Text).await?.texts()?;
        let [_, _, base, moved] = join(replies)?;
        let (list, _) = self.list(budget).await?;
        let own = self.change()?.sessions.last().map_or("", |session| session);
        if let Some(other) = list.open().find(|name| *name != own) {
            return Err(locked(&list.holder(other)));
        }
        if !hunks(&moved).is_empty() {
            return Err(Error::new(
                ErrorKind::Locked,
                "somebody is changing the running configuration just now",
            ));
        }
        Ok(base)
    }

    pub(super) async fn load(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        let budget = Budget::of(self.patience);
        let lines = load::commands(text)?;
        let mut replaces = mode == LoadMode::Replace;
        if replaces {
            whole(text, &lines)?;
        }
        let session = self.fresh_session();
        let change = self.change()?;
        let mut stages = Vec::new();
        if !replaces {
            replaces = change.replaces;
            stages.clone_from(&change.stages);
        }
        let (old, new) = (change.sessions.last().map_or("", |last| last).to_owned(), session.to_string());
        let enter = || Command::from(format!("configure session {new}"));
        let mut commands = vec![enter()];
        commands.extend(replaces.then(|| "rollback clean-config".into()));
        for stage in &stages {
            commands.extend(stage.iter().map(|line| line.command.clone()));
            // the next text begins in no mode of this one
            commands.extend(["end".into(), enter()]);
        }
        let before = commands.len();
        commands.extend(lines.iter().map(|line| line.command.clone()));
        commands.extend(["end".into(), abort(&old)]);
        if let Some(change) = &mut self.change {
            // the one that counts stays last until the other one is whole
            change.sessions.insert(0, session);
        }

        if let Err(error) = self.ask(budget, &commands, Format::Json).await {
            if batch::place(&error) == Some(commands.len() - 1) {
                // somebody has given the old one up, and with it the lock
                self.abort(budget, &new).await?;
                return Err(lost(&error));
            }
            if let Some(place) = batch::place(&error) {
                self.abort(budget, &new).await?;
                let line = place.checked_sub(before).and_then(|at| lines.get(at));
                let line = line.map(|line| format!("line {}: ", line.number)).unwrap_or_default();
                let message =
                    format!("the router refuses it; the candidate is as it was: {line}{}", error.message());
                return Err(Error::new(error.kind(), message));
            }
            let (list, _) = self.look(budget).await.map_err(|_| lost(&error))?;
            match (list.state(&new), list.state(&old)) {
                // the answer was lost, not the work
                (State::Open, State::Ended) => {}
                (_, State::Open) => {
                    self.abort(budget, &new).await?;
                    return Err(error);
                }
                _ => return Err(lost(&error)),
            }
        }
        if let Some(change) = &mut self.change {
            change.sessions.retain(|session| **session == *new);
            stages.push(lines);
            change.stages = stages;
            change.replaces = replaces;
        }
        Ok(())
    }

    pub(super) async fn difference(&mut self) -> Result<Diff> {
        let command = diffs(self.change()?.sessions.last().map_or("", |session| session));
        let text = self.ask(Budget::of(self.patience), &[command.into()], Format::Text).await?.text()?;
        Ok(Diff::new(hunks(&text), redact))
    }

    /// Gives the candidate up; it is certain then that none of its sessions is on the router.
    pub(super) async fn release(&mut self, budget: Budget) -> Result<()> {
        let Some(change) = &self.change else { return Ok(()) };
        let sessions: Vec<String> = change.sessions.iter().map(|session| session.to_string()).collect();
        let mut result = Ok(());
        // an answer that was lost is looked for once
        for _ in 0..2 {
            result = self.abort_all(budget, &sessions).await;
            if result.is_ok() {
                self.change = None;
                return Ok(());
            }
        }
        result
    }

    async fn abort_all(&mut self, budget: Budget, sessions: &[String]) -> Result<()> {
        let held = |list: &list::List| -> Vec<Command> {
            let held = sessions.iter().filter(|name| list.state(name) != State::Ended);
            held.map(|name| abort(name)).collect()
        };
        let aborts = held(&self.list(budget).await?.0);
        if aborts.is_empty() {
            return Ok(());
        }
        self.ask(budget, &aborts, Format::Json).await?;
        if held(&self.list(budget).await?.0).is_empty() {
            Ok(())
        } else {
            Err(Error::new(ErrorKind::Rejected, "the router keeps a configuration session that was aborted"))
        }
    }

    /// Gives one session up that failed to become the candidate.
    async fn abort(&mut self, budget: Budget, name: &str) -> Result<()> {
        let (list, _) = self.look(budget).await?;
        if list.state(name) == State::Open {
            self.ask(budget, &[abort(name)], Format::Json).await?;
        }
        Ok(())
    }
}

/// Refuses what is no whole configuration.
fn whole(text: &str, lines: &[Line]) -> Result<()> {
    let why = if lines.is_empty() {
        "an empty configuration cannot replace the running one"
    } else if text.contains(REMOVED) || text.contains(REDACTED) {
        "this configuration was printed with its secrets blacked out"
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::Rejected, why))
}

fn abort(name: &str) -> Command {
    format!("configure session {name} abort").into()
}

fn diffs(name: &str) -> String {
    format!("show session-config named {name} diffs")
}

/// A difference without its two header lines; empty when that is all.
fn hunks(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let lines = match lines.as_slice() {
        [old, new, rest @ ..] if old.starts_with("--- ") && new.starts_with("+++ ") => rest,
        all => all,
    };
    let hunks: String = lines.iter().map(|line| format!("{line}\n")).collect();
    if hunks.trim().is_empty() { String::new() } else { hunks }
}

fn locked(holder: &str) -> Error {
    Error::new(ErrorKind::Locked, format!("the configuration is held by {holder}"))
}

fn lost(error: &Error) -> Error {
    Error::new(
        ErrorKind::Closed,
        format!(
            "what was to be staged may be lost, nothing is in force; open a new candidate: {}",
            error.message()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_shown_without_its_head() {
        let head = "--- system:/running-config\n+++ session:/x-session-config\n";
        let change = "@@ -1 +1 @@\n-hostname a\n+hostname b\n";
        assert_eq!(hunks(&format!("{head}{change}")), change);
        assert_eq!(hunks("--- a line goes\n"), "--- a line goes\n");
        for nothing in ["", "\n", head] {
            assert_eq!(hunks(nothing), "", "{nothing}");
        }
    }

    #[test]
    fn only_a_whole_configuration_replaces_one() {
        for text in ["! nothing\n", "username a secret sha512 <removed>\n", "username a secret <redacted>\n"]
        {
            let error = whole(text, &load::commands(text).unwrap()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Rejected, "{text}");
        }
        assert!(whole("hostname a\n", &load::commands("hostname a\n").unwrap()).is_ok());
    }
}
