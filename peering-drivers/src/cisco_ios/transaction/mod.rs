//! Configuration changes. A candidate is a whole configuration that is put on the router as a file and then takes the place
//! of the running one (`configure replace`).
//!
//! A text to be merged is compiled here into that whole configuration: IOS would apply it line by line and go on after an
//! error. Where that cannot be done for certain, and the router has a rollback timer, the texts are typed in order, under
//! the timer, which is armed before the first line (`typed.rs`). Then nobody knows before what comes out: the difference
//! that is shown is what will be typed. Without a timer, and for what is dangerous to type, it is refused before anything is
//! sent.
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
//! | `typed.rs` | texts that are typed under the timer |
//! | `pending.rs` | confirm, revert; what is pending |

mod commit;
mod file;
mod pending;
mod told;
mod typed;

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
    goal: Goal,
    /// Whether the file on the router is of this goal.
    is_uploaded: bool,
}

/// What a candidate comes to.
#[derive(Clone, Debug)]
enum Goal {
    /// This takes the place of what is running. It was compiled of texts, where none has replaced everything.
    Whole { target: Config, merged: Option<Vec<Config>> },
    /// These are typed in order: what comes out, only the router can tell.
    Typed(Vec<Config>),
}

impl Goal {
    /// With one more text merged.
    ///
    /// # Errors
    /// `Rejected` for what can neither be compiled nor typed.
    fn merge(&self, text: Config, is_timed: bool) -> Result<Goal> {
        let with = |texts: &[Config]| texts.iter().cloned().chain([text.clone()]).collect();
        let (texts, why) = match self {
            Goal::Typed(texts) => (texts, None),
            Goal::Whole { target, merged } => match (indented::merge(target, &text, &RULES), merged) {
                (Ok(target), merged) => {
                    return Ok(Goal::Whole { target, merged: merged.as_deref().map(with) });
                }
                (Err(why), None) => return Err(why),
                (Err(why), Some(texts)) => (texts, Some(why)),
            },
        };
        indented::typable(&text, &RULES)?;
        match why {
            Some(why) if texts.iter().any(|text| indented::typable(text, &RULES).is_err()) => Err(why),
            Some(why) if !is_timed => Err(Error::new(why.kind(), format!("{}; {NO_TIMER}", why.message()))),
            _ => Ok(Goal::Typed(with(texts))),
        }
    }

    /// What is put on the router as a file.
    fn file(&self) -> String {
        match self {
            Goal::Whole { target, .. } => target.typed(&RULES),
            Goal::Typed(texts) => together(texts).typed(&RULES),
        }
    }
}

/// Texts as one.
fn together(texts: &[Config]) -> Config {
    Config { nodes: texts.iter().flat_map(Config::commands).cloned().collect() }
}

/// Why a text that only the router understands is refused.
const NO_TIMER: &str =
    "with an archive (`archive`, `path`) the router could apply it under its rollback timer";

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
        let goal = Goal::Whole { target: Config::default(), merged: Some(Vec::new()) };
        self.change = Some(Change { name, base: Config::default(), goal, is_uploaded: false });
        match self.begin().await {
            Ok(base) => {
                if let Some(change) = &mut self.change {
                    change.goal = Goal::Whole { target: base.clone(), merged: Some(Vec::new()) };
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
        change.goal = match mode {
            LoadMode::Merge => change.goal.merge(text, self.is_timed)?,
            LoadMode::Replace => Goal::Whole { target: whole(text)?, merged: None },
        };
        change.is_uploaded = false;
        Ok(())
    }

    pub(super) async fn difference(&mut self) -> Result<Diff> {
        let change = self.change()?;
        let (base, goal) = (change.base.clone(), change.goal.clone());
        let raw = match &goal {
            Goal::Whole { target, .. } if indented::difference(&base, target, &RULES).is_empty() => {
                String::new()
            }
            Goal::Whole { target, .. } => self.replaced(target).await?,
            Goal::Typed(texts) => self.added(&base, texts).await?,
        };
        Ok(Diff::new(raw, redact))
    }

    /// What differs when the target takes the place of what is running.
    async fn replaced(&mut self, target: &Config) -> Result<String> {
        self.upload().await?;
        let file = self.path(&told::wanted(&self.change()?.name));
        let command = format!("show archive config differences system:/running-config {file}");
        match self.perhaps(&command).await? {
            Some(text) => Ok(told::difference(&text)),
            // a router without the command
            None => Ok(indented::difference(&self.running().await?, target, &RULES)),
        }
    }

    /// What will be typed, as far as the router finds that it is not there; what that comes to nobody knows before.
    async fn added(&mut self, base: &Config, texts: &[Config]) -> Result<String> {
        self.upload().await?;
        let file = self.path(&told::wanted(&self.change()?.name));
        let added = match self.perhaps(&format!("show archive config incremental-diffs {file}")).await? {
            Some(text) => Config::parse(told::commands(&text)?, &RULES),
            None => together(texts),
        };
        Ok(indented::additions(base, &added, &RULES))
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
