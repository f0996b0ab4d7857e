//! Configuration changes. A candidate is a whole configuration that is put on the router as a file and then takes the place
//! of the running one (`configure replace`).
//!
//! A text to be merged is compiled here into that whole configuration: IOS would apply it line by line and go on after an
//! error. What cannot be told for certain is refused before anything is sent.
//!
//! IOS locks nothing between two commands. So the lock is a rule: whoever finds another's file, or a rollback timer, does not
//! begin. Our file, a copy of what is running, is made *before* that is looked at, so that of two who begin at once at
//! most one goes on; it stays until the change is decided, and is what the router goes back to where it has no archive.
//!
//! With an archive every commit runs under the router's own rollback timer: a plain commit is one with a short timer that is
//! confirmed as soon as the configuration has been read back. Whatever happens to us or the link in between, the router
//! goes back by itself.
//!
//! | file | what |
//! |---|---|
//! | `told.rs` | what the router says of files, timers and differences: pure |
//! | `file.rs` | files on the router: copies, uploads, checksums |
//! | `commit.rs` | commit, and what became of it |
//! | `pending.rs` | confirm, revert; what is pending |

mod commit;
mod file;
mod pending;
mod told;

use peering_core::driver::{Capabilities, Leftover, LoadMode};
use peering_core::{Diff, Error, ErrorKind, REDACTED, Result};

pub(super) use self::commit::Timed;
use self::told::{Listing, Timer};
use super::language::RULES;
use super::session::IosSession;
use super::{READS, parse};
use crate::cisco::{CommandLine, unless_refused};
use crate::indented::{self, Config, redact};
use crate::own_name::{self, Held};

/// A candidate.
#[derive(Debug)]
pub(super) struct Change {
    /// The name of its files.
    name: Held,
    /// The running configuration that it was made from.
    base: Config,
    /// What is to run.
    target: Config,
    /// Whether the file on the router is the target.
    is_uploaded: bool,
}

/// What is on the router besides its configuration.
struct Look {
    listing: Listing,
    timer: Option<Timer>,
}

impl IosSession {
    /// Finds out what the router offers, and what was left on it.
    pub(super) async fn settle(&mut self) -> Result<()> {
        let dir = format!("dir {}", self.driver.file_system.as_deref().unwrap_or_default());
        let commands = [dir.trim_end(), "show archive config rollback timer", "show archive", "show clock"];
        let [dir, timer, archive, clock] = self.all(commands).await?;
        let Some(listing) = unless_refused(dir)? else { return Ok(()) };
        let listing = Listing::read(&listing)?;
        let has_timer = told::has_timer(&timer);
        let timer = told::timer(timer)?;
        let is_archived = unless_refused(archive)?.is_some_and(|text| told::is_archived(&text));
        self.file_system.clone_from(&listing.file_system);
        self.is_timed = has_timer && is_archived;
        let step = if self.is_timed { self.driver.minute() } else { std::time::Duration::ZERO };
        self.capabilities = Capabilities {
            merge: true,
            replace: true,
            commit: true,
            commit_confirmed: self.is_timed,
            minimum_window: step,
            window_step: step,
            ..READS
        };
        if let Some(timer) = timer {
            let pending = self.pending_in(&timer, &clock?)?;
            self.leftovers = vec![Leftover::Pending(pending)];
            return Ok(());
        }
        self.leftovers = listing
            .names()
            .into_iter()
            .map(|name| Leftover::Candidate {
                holder: holder(&name),
                is_ours: own_name::is_dead(&name, &self.user),
            })
            .collect();
        Ok(())
    }

    /// Our files and the rollback timer.
    async fn look(&mut self) -> Result<Look> {
        let dir = format!("dir {}", self.file_system);
        let [dir, timer] = self.all([dir.as_str(), "show archive config rollback timer"]).await?;
        Ok(Look { listing: Listing::read(&dir?)?, timer: told::timer(timer)? })
    }

    async fn running(&mut self) -> Result<Config> {
        let text = self.text("show running-config").await?;
        let text = parse::config(&text);
        let config = Config::parse(text, &RULES);
        match config.commands().last().is_some() {
            true => Ok(config),
            false => Err(peering_core::ParseError::new("a running configuration", text).into()),
        }
    }

    fn change(&self) -> Result<&Change> {
        self.change
            .as_ref()
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "no candidate is open; open one first"))
    }

    pub(super) async fn open(&mut self) -> Result<()> {
        self.release().await?;
        let look = self.look().await?;
        self.refuse_pending(&look)?;
        for name in look.listing.names() {
            if !own_name::is_dead(&name, &self.user) {
                return Err(locked(&holder(&name)));
            }
            self.remove(&look.listing, &name).await?;
        }
        // known before it is made: a future dropped half-way leaves something to discard
        let user = self.user.clone();
        let name = Held::new(self.shell.transcript().name(|| own_name::fresh(&user)));
        self.change =
            Some(Change { name, base: Config::default(), target: Config::default(), is_uploaded: false });
        match self.begin().await {
            Ok(base) => {
                if let Some(change) = &mut self.change {
                    change.target = base.clone();
                    change.base = base;
                }
                Ok(())
            }
            Err(error) => {
                self.release().await?;
                Err(error)
            }
        }
    }

    fn refuse_pending(&self, look: &Look) -> Result<()> {
        match &look.timer {
            Some(timer) => Err(Error::new(
                ErrorKind::Locked,
                format!("a commit waits for its confirmation: {}", timer.user),
            )),
            None => Ok(()),
        }
    }

    /// Makes the copy that is our lock; the configuration that is running.
    async fn begin(&mut self) -> Result<Config> {
        let name = self.change()?.name.to_string();
        self.copy_running(&name).await?;
        let base = self.running().await?;
        let look = self.look().await?;
        self.refuse_pending(&look)?;
        if let Some(other) = look.listing.names().into_iter().find(|other| *other != name) {
            return Err(locked(&holder(&other)));
        }
        match look.listing.size(&told::kept(&name)) {
            Some(size) if size > 0 => Ok(base),
            _ => Err(Error::new(ErrorKind::Rejected, "the router kept no copy of its configuration")),
        }
    }

    pub(super) fn load(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        let Some(change) = &mut self.change else {
            return Err(Error::new(ErrorKind::NotFound, "no candidate is open; open one first"));
        };
        let text = Config::parse(parse::config(text), &RULES);
        let target = match mode {
            LoadMode::Merge => indented::merge(&change.target, &text, &RULES)?,
            LoadMode::Replace => whole(text)?,
        };
        change.target = target;
        change.is_uploaded = false;
        Ok(())
    }

    pub(super) async fn difference(&mut self) -> Result<Diff> {
        let change = self.change()?;
        if indented::difference(&change.base, &change.target, &RULES).is_empty() {
            return Ok(Diff::default());
        }
        self.upload_target().await?;
        let file = self.path(&told::wanted(&self.change()?.name));
        let command = format!("show archive config differences system:/running-config {file}");
        let raw = match self.perhaps(&command).await? {
            Some(text) => told::difference(&text),
            // a router without the command
            None => {
                let running = self.running().await?;
                indented::difference(&running, &self.change()?.target, &RULES)
            }
        };
        Ok(Diff::new(raw, redact))
    }

    /// Gives the candidate up; none of its files is on the router then.
    pub(super) async fn release(&mut self) -> Result<()> {
        let Some(change) = &self.change else { return Ok(()) };
        let name = change.name.to_string();
        let look = self.look().await?;
        self.remove(&look.listing, &name).await?;
        self.change = None;
        Ok(())
    }
}

/// Refuses what is no whole configuration.
fn whole(config: Config) -> Result<Config> {
    let text = config.to_string();
    let has = |word: &str| config.commands().any(|node| indented::begins(&node.line, word));
    let why = if text.contains(REDACTED) || text.contains("<removed>") {
        "this configuration was printed with its secrets blacked out"
    } else if !has("version") || !has("hostname") {
        "this is no whole configuration: it has no `version` or no `hostname`"
    } else if !config.is_ended() {
        "this is no whole configuration: it does not end with `end`"
    } else {
        indented::check(&config, &RULES)?;
        return Ok(config);
    };
    Err(Error::new(ErrorKind::Rejected, why))
}

/// Who made the files of this name.
fn holder(name: &str) -> String {
    format!("{} (file {name})", own_name::user(name).unwrap_or("somebody"))
}

fn locked(holder: &str) -> Error {
    Error::new(ErrorKind::Locked, format!("the configuration is held by {holder}"))
}
