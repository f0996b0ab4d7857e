//! Configuration changes. A candidate is a whole configuration, compiled here and put on the switch as a file of ours.
//!
//! NX-OS applies a merge line by line and goes on after an error, and locks nothing. So nothing is merged on the switch: what is
//! running is kept as a checkpoint file of ours, the texts are laid over it here, and the commit is one command that goes to the
//! resulting file, all of it or nothing. The lock is a rule: whoever finds another one's files does not begin; ours are
//! made *before* that is looked at, so that of two who begin at once at most one goes on.
//!
//! NX-OS has no timer that would take a commit back, so `commit_confirmed` is not claimed. The README says why its
//! scheduler is none.
//!
//! | file | what |
//! |---|---|
//! | `files.rs` | our files on the switch, and whose they are: pure |
//! | `reply.rs` | what the switch says of a difference and of a rollback: pure |
//! | `commit.rs` | commit, and what became of it |
//! | `verbs.rs` | how the steps ask the switch: budget, upload, a link that was cut |

mod commit;
mod files;
mod reply;
mod verbs;

use peering_core::driver::{Leftover, LoadMode};
use peering_core::{Diff, Error, ErrorKind, REDACTED, Result};

use self::files::{Files, Listing};
use super::session::NxosSession;
use super::{ALL, difference, merged};
use crate::indented::redact;
use crate::own_name::Held;
use crate::step::Budget;

/// What other tools print in the place of a secret.
const REMOVED: &str = "<removed>";

/// A candidate.
#[derive(Debug)]
pub(super) struct Change {
    files: Files<Held>,
    /// The running configuration that it was made from, as a checkpoint has it.
    base: String,
    /// What it is to be.
    target: String,
    /// Whether `target` is on the switch.
    is_there: bool,
}

impl NxosSession {
    /// Finds out whether files may be listed, and what an earlier session of ours left.
    pub(super) async fn settle(&mut self) -> Result<()> {
        let listing = match self.listing(Budget::of(self.patience)).await {
            Ok(found) => found,
            // a switch or an account without has the reads
            Err(error) if matches!(error.kind(), ErrorKind::Rejected | ErrorKind::Auth) => return Ok(()),
            Err(error) => return Err(error),
        };
        self.capabilities = ALL;
        let candidates = listing.ours().map(|name| Leftover::Candidate {
            holder: files::holder(name),
            is_ours: crate::own_name::is_dead(name, &self.user),
        });
        self.leftovers = candidates.collect();
        Ok(())
    }

    fn change(&self) -> Result<&Change> {
        self.change
            .as_ref()
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "no candidate is open; open one first"))
    }

    /// The candidate as it stands.
    pub(super) fn candidate_text(&self) -> Result<&str> {
        Ok(&self.change()?.target)
    }

    pub(super) async fn open_change(&mut self) -> Result<()> {
        let budget = Budget::of(self.patience);
        self.release(budget).await?;
        self.make_room(budget).await?;
        // known before it is asked for: a future dropped half-way leaves something to discard
        let files = Files::new(self.fresh_name(), &self.file_system);
        let base = files.base();
        self.change = Some(Change { files, base: String::new(), target: String::new(), is_there: false });
        match self.begin(budget, &base).await {
            Ok(text) => {
                if let Some(change) = &mut self.change {
                    change.target.clone_from(&text);
                    change.base = text;
                }
                Ok(())
            }
            Err(error) => {
                self.release(budget).await?;
                Err(error)
            }
        }
    }

    /// Deletes what is ours and dead; refuses when anybody else is at it.
    async fn make_room(&mut self, budget: Budget) -> Result<()> {
        let listing = self.listing(budget).await?;
        let user = self.user.clone();
        let (dead, alive): (Vec<_>, Vec<_>) =
            listing.ours().partition(|name| crate::own_name::is_dead(name, &user));
        if let Some(name) = alive.first() {
            return Err(locked(&files::holder(name)));
        }
        for name in dead {
            let files = Files::new(name.to_owned(), &self.file_system);
            self.delete(budget, &listing, &files).await?;
        }
        Ok(())
    }

    /// Makes the checkpoint file; its text.
    async fn begin(&mut self, budget: Budget, base: &str) -> Result<String> {
        let made = self.ask(budget, &format!("checkpoint file {base}")).await?;
        let text = self.ask(budget, &format!("show file {base}")).await?;
        if !text.trim_start().starts_with(files::HEAD) {
            let words = redact(made.trim());
            return Err(Error::new(
                ErrorKind::Rejected,
                format!("the switch made no checkpoint file: {words}"),
            ));
        }
        let own = self.change()?.files.name().to_owned();
        let listing = self.listing(budget).await?;
        if let Some(other) = listing.ours().find(|name| *name != own) {
            return Err(locked(&files::holder(other)));
        }
        Ok(text.trim_start().to_owned())
    }

    pub(super) fn load(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        let change = self.change()?;
        let target = match mode {
            LoadMode::Merge => merged(&change.target, text)?,
            LoadMode::Replace => {
                whole(text)?;
                files::headed(&change.base, text)
            }
        };
        if let Some(change) = &mut self.change {
            change.is_there &= change.target == target;
            change.target = target;
        }
        Ok(())
    }

    pub(super) async fn change_diff(&mut self) -> Result<Diff> {
        let budget = Budget::of(self.patience);
        self.put(budget).await?;
        let target = self.change()?.files.target();
        let patch = self.patch(budget, &target).await?;
        if patch.is_empty() {
            return Ok(Diff::default());
        }
        let change = self.change()?;
        let computed = difference(&change.base, &change.target);
        Ok(if computed.is_empty() { Diff::new(patch, redact) } else { computed })
    }

    /// Gives the candidate up; it is certain then that none of its files is on the switch.
    pub(super) async fn release(&mut self, budget: Budget) -> Result<()> {
        let Some(change) = &self.change else { return Ok(()) };
        let files = change.files.plain();
        let mut result = Ok(());
        // an answer that was lost is looked for once
        for _ in 0..2 {
            result = self.delete_certainly(budget, &files).await;
            if result.is_ok() {
                self.change = None;
                return Ok(());
            }
        }
        result
    }

    async fn delete_certainly(&mut self, budget: Budget, files: &Files<String>) -> Result<()> {
        self.reconnect(budget).await?;
        let listing = self.listing(budget).await?;
        self.delete(budget, &listing, files).await?;
        let left = self.listing(budget).await?;
        if left.of(files.name()).next().is_none() {
            Ok(())
        } else {
            Err(Error::new(ErrorKind::Rejected, "the switch keeps a file that was deleted"))
        }
    }

    async fn delete(&mut self, budget: Budget, listing: &Listing, files: &Files<String>) -> Result<()> {
        let found: Vec<String> = listing.of(files.name()).map(|file| files.path(file)).collect();
        for path in found {
            self.ask(budget, &format!("delete {path} no-prompt")).await?;
        }
        Ok(())
    }
}

/// Refuses what is no whole configuration.
fn whole(text: &str) -> Result<()> {
    let has_lines = text.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('!'));
    let why = if !has_lines {
        "an empty configuration cannot replace the running one"
    } else if text.contains(REMOVED) || text.contains(REDACTED) {
        "this configuration was printed with its secrets blacked out"
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::Rejected, why))
}

fn locked(holder: &str) -> Error {
    Error::new(ErrorKind::Locked, format!("the configuration is held by {holder}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_configuration_replaces_one() {
        for text in ["! nothing\n", "username a password 5 <removed>\n", "username a password <redacted>\n"] {
            assert_eq!(whole(text).unwrap_err().kind(), ErrorKind::Rejected, "{text}");
        }
        assert!(whole("hostname a\n").is_ok());
    }
}
