//! The commit, and what became of it.

use peering_core::{Error, ErrorKind, Result};

use super::super::session::NxosSession;
use super::reply;
use crate::indented::redact;
use crate::step::{Budget, before, is_lost};

/// The longest part of a patch that an error repeats, in lines.
const EXCERPT: usize = 10;

/// How often it is looked whether a rollback is still at work, each time after an eighth of what is left of the time.
const PROBES: usize = 8;

/// What the switch runs.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Running {
    /// What it ran before.
    Base,
    Target,
    /// Neither: what is missing to the target.
    Other(String),
}

impl NxosSession {
    pub(in super::super) async fn apply(&mut self) -> Result<()> {
        let budget = Budget::of(self.patience);
        let (base, target) = (self.change()?.files.base(), self.change()?.files.target());
        self.put(budget).await.map_err(before)?;
        let moved = self.patch(budget, &base).await.map_err(before)?;
        if !moved.is_empty() {
            return Err(Error::new(
                ErrorKind::Rejected,
                "the running configuration has changed since the candidate was opened; nothing was applied. Open a new \
                 candidate and look at its diff",
            ));
        }
        match self.ask(budget, &format!("rollback running-config file {target} atomic")).await {
            Ok(words) => {
                let refusal = reply::rolled_back(&words).err();
                self.judge(budget, &base, &target, refusal).await?;
            }
            Err(error) if is_lost(&error) => self.committed(budget, &base, &target, &error).await?,
            Err(error) => self.judge(budget, &base, &target, Some(error.message().to_owned())).await?,
        }
        self.save(budget).await?;
        // what is left is found and deleted at the next candidate
        self.release(budget).await.ok();
        self.change = None;
        Ok(())
    }

    /// After an answer: `Ok` when the target is running, else the old configuration is, again or still.
    async fn judge(
        &mut self,
        budget: Budget,
        base: &str,
        target: &str,
        refusal: Option<String>,
    ) -> Result<()> {
        let running = self.running(budget, base, target).await.map_err(|error| unknown(&error))?;
        let words = match (&running, refusal) {
            (Running::Target, _) => return Ok(()),
            (_, Some(words)) => redact(&words),
            (Running::Other(missing), None) => format!("what differs: {}", excerpt(missing)),
            (Running::Base, None) => "it says that it did, and runs what it ran before".to_owned(),
        };
        if running != Running::Base {
            self.restore(budget, base).await?;
        }
        let words = format!("the switch did not take it and has its old configuration: {words}");
        Err(Error::new(ErrorKind::Rejected, words))
    }

    /// After the answer was lost: `Ok` when the target is running, else the old configuration certainly is.
    async fn committed(&mut self, budget: Budget, base: &str, target: &str, error: &Error) -> Result<()> {
        // while the switch is at work, what it runs tells nothing
        self.rested(budget).await.map_err(|_| unknown(error))?;
        if self.patch_again(budget, target).await.map_err(|_| unknown(error))?.is_empty() {
            return Ok(());
        }
        // a command that is still on its way finds no file any more, and one that has found it is waited for
        self.look(budget, &format!("delete {target} no-prompt")).await.map_err(|_| unknown(error))?;
        if let Some(change) = &mut self.change {
            change.is_there = false;
        }
        if self.has(budget, target).await.map_err(|_| unknown(error))? {
            return Err(unknown(error));
        }
        self.rested(budget).await.map_err(|_| unknown(error))?;
        if !self.patch_again(budget, base).await.map_err(|_| unknown(error))?.is_empty() {
            self.restore(budget, base).await?;
        }
        let words =
            format!("the link failed at the commit; the old configuration is in force: {}", error.message());
        Err(Error::new(ErrorKind::Closed, words))
    }

    /// Waits until no rollback is at work: NX-OS makes no checkpoint meanwhile, so one that it has made proves that.
    async fn rested(&mut self, budget: Budget) -> Result<()> {
        let probe = self.change()?.files.probe();
        for _ in 0..PROBES {
            if self.has(budget, &probe).await? {
                self.look(budget, &format!("delete {probe} no-prompt")).await?;
            }
            let made = self.ask(budget, &format!("checkpoint file {probe}")).await;
            if made.is_ok() && self.has(budget, &probe).await? {
                // the next candidate deletes it otherwise
                self.look(budget, &format!("delete {probe} no-prompt")).await.ok();
                return Ok(());
            }
            tokio::time::sleep(budget.next().div_f32(4.0)).await;
        }
        Err(Error::new(ErrorKind::Timeout, "the switch is still at work"))
    }

    /// Whether a file of the candidate is on the switch.
    async fn has(&mut self, budget: Budget, path: &str) -> Result<bool> {
        let listing = self.listing_again(budget).await?;
        let files = &self.change()?.files;
        Ok(listing.of(files.name()).any(|file| files.path(file) == path))
    }

    async fn running(&mut self, budget: Budget, base: &str, target: &str) -> Result<Running> {
        let missing = self.patch_again(budget, target).await?;
        if missing.is_empty() {
            return Ok(Running::Target);
        }
        let moved = self.patch_again(budget, base).await?;
        Ok(if moved.is_empty() { Running::Base } else { Running::Other(missing) })
    }

    /// Goes back to the checkpoint, and makes certain that it is what is running.
    async fn restore(&mut self, budget: Budget, base: &str) -> Result<()> {
        // what became of it shows the difference
        self.look(budget, &format!("rollback running-config file {base} atomic")).await.ok();
        match self.patch_again(budget, base).await {
            Ok(patch) if patch.is_empty() => Ok(()),
            Ok(patch) => Err(Error::new(
                ErrorKind::OutcomeUnknown,
                format!(
                    "the switch does not run what it ran before the commit, which is in its file {base}; look at it: {}",
                    excerpt(&patch)
                ),
            )),
            Err(error) => Err(unknown(&error)),
        }
    }

    /// Saves it; an answer that was lost is asked for again, as saving twice is saving.
    async fn save(&mut self, budget: Budget) -> Result<()> {
        let saved = self.look(budget, "copy running-config startup-config").await;
        let why = match saved {
            Ok(words) if words.contains("Copy complete") || words.trim().is_empty() => return Ok(()),
            Ok(words) => format!(", but not saved as the startup configuration: {}", words.trim()),
            Err(error) if is_lost(&error) => {
                format!("; whether it is saved is not known: {}", error.message())
            }
            Err(error) => format!(", but not saved as the startup configuration: {}", error.message()),
        };
        self.release(budget).await.ok();
        self.change = None;
        // `Rejected` would promise the old configuration
        let words = format!("committed and in force{}", redact(&why));
        Err(Error::new(ErrorKind::OutcomeUnknown, words))
    }
}

fn unknown(error: &Error) -> Error {
    Error::new(
        ErrorKind::OutcomeUnknown,
        format!(
            "the link failed after the change was sent: {}. What was running before is in a file of the switch that begins \
             with `peering-`; look before doing anything else",
            error.message()
        ),
    )
}

/// The first lines of a patch, secrets blacked out.
fn excerpt(patch: &str) -> String {
    redact(patch).lines().map(str::trim).take(EXCERPT).collect::<Vec<_>>().join("; ")
}
