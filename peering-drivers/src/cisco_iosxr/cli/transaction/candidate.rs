//! A candidate: taken, filled, looked at, given up.

use peering_core::driver::LoadMode;
use peering_core::{Diff, Error, ErrorKind, Result};
use tokio::time::{Instant, timeout_at};

use super::Base;
use super::told::{self, Holder};
use crate::candidate_session::{Change, Phase, refuse_blacked_out, twice};
use crate::cisco::CommandLine;
use crate::cisco_iosxr::cli::language::compared;
use crate::cisco_iosxr::cli::session::CliSession;
use crate::cisco_iosxr::parse::undated;
use crate::cisco_iosxr::transaction::request::endless;
use crate::cisco_iosxr::transaction::{history, redact};
use crate::step::is_lost;
use crate::transport::shell::Mode;

const SESSIONS: &str = "show configuration sessions";

/// More than anybody commits between two looks.
const COMMITS: &str = "show configuration commit list 20 detail";

const RUNNING: &str = "show running-config";

/// What `delete` asks, and Enter for it.
const QUESTIONS: &[(&str, &str)] = &[(r"\[confirm\]\s*", "")];

/// What the candidate comes to.
pub(super) struct Comparison {
    /// The lines that differ from what is running; empty when none do.
    pub(super) difference: String,
    /// The whole configuration that is to be, where the router prints it: not of a replacement.
    pub(super) wanted: Option<String>,
}

impl CliSession {
    /// Takes the lock, and looks what is in force.
    pub(in crate::cisco_iosxr::cli) async fn open(&mut self) -> Result<()> {
        self.release().await?;
        self.take().await?;
        match self.look_around().await {
            Ok((base, session)) => {
                if let Some(change) = &mut self.change {
                    (change.base, change.phase) = (Some(base), Phase::Open);
                }
                self.lock = session;
                Ok(())
            }
            Err(error) => {
                self.release().await.ok();
                Err(error)
            }
        }
    }

    /// Enters the configuration mode, with the lock.
    ///
    /// # Errors
    /// `Locked` with the holder's name, where the router tells it.
    pub(super) async fn take(&mut self) -> Result<()> {
        // known before it is asked for: a future that is dropped half-way leaves something to give up
        self.change = Some(Change::new());
        let Err(error) = self.shell.enter("configure exclusive").await else { return Ok(()) };
        if is_lost(&error) {
            return Err(error);
        }
        self.release().await?;
        if let Some(holder) = self.lock_holder().await? {
            let words = format!("the configuration is held by {}: {}", holder.words(), error.message());
            return Err(Error::new(ErrorKind::Locked, words));
        }
        let is_about_a_lock = error.message().to_lowercase().contains("lock");
        Err(if is_about_a_lock { error.with_kind(ErrorKind::Locked) } else { error })
    }

    /// Who has locked the configuration; nobody where the router does not tell.
    pub(super) async fn lock_holder(&mut self) -> Result<Option<Holder>> {
        Ok(self.perhaps(SESSIONS).await?.as_deref().and_then(told::holder))
    }

    /// What is in force, and the router's name for our session.
    async fn look_around(&mut self) -> Result<(Base, Option<String>)> {
        let [sessions, commits, running] = self.all([SESSIONS, COMMITS, RUNNING]).await?;
        // who cannot see the sessions has the lock all the same
        let own = sessions.ok().as_deref().and_then(told::holder);
        let base = Base { commits: told::commits(&commits?)?, text: undated(&running?) };
        Ok((base, own.map(|own| own.session)))
    }

    /// What is in force.
    pub(super) async fn in_force(&mut self) -> Result<Base> {
        let [commits, running] = self.all([COMMITS, RUNNING]).await?;
        Ok(Base { commits: told::commits(&commits?)?, text: undated(&running?) })
    }

    /// Makes sure that a candidate is open, holding what was staged and nothing else.
    pub(super) async fn settle(&mut self) -> Result<()> {
        match &self.change {
            Some(change) if change.phase == Phase::Open && change.is_uncertain => self.rebuild().await,
            Some(change) if change.phase == Phase::Open => Ok(()),
            _ => Err(Error::new(ErrorKind::NotFound, "no candidate is open; open one first")),
        }
    }

    /// Begins the target anew and loads again what had been loaded.
    async fn rebuild(&mut self) -> Result<()> {
        let stages = self.change.as_ref().map(|change| change.stages.clone()).unwrap_or_default();
        self.shell.run("clear").await?;
        for (mode, text) in &stages {
            self.put(*mode, text).await?;
        }
        if let Some(change) = &mut self.change {
            change.is_uncertain = false;
        }
        Ok(())
    }

    /// Loads a text into the target. What is refused leaves it as it was.
    pub(in crate::cisco_iosxr::cli) async fn load(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        refuse_blacked_out(text)?;
        if text.trim_start().starts_with('<') {
            return Err(Error::new(ErrorKind::Rejected, "the command line takes no XML"));
        }
        self.settle().await?;
        if let Some(change) = &mut self.change {
            change.is_uncertain = true;
        }
        let Err(error) = self.put(mode, text).await else {
            if let Some(change) = &mut self.change {
                if mode == LoadMode::Replace {
                    change.stages.clear();
                }
                change.stages.push((mode, text.to_owned()));
                change.is_uncertain = false;
            }
            return Ok(());
        };
        if is_lost(&error) {
            return Err(error);
        }
        // where that fails it is kept as uncertain, so the next step tries again
        Err(match self.rebuild().await {
            Ok(()) => error,
            Err(again) => twice(&error, again),
        })
    }

    /// Whether the target is to take the place of everything.
    pub(super) fn is_whole(&self) -> bool {
        let mut stages = self.change.iter().flat_map(|change| &change.stages);
        stages.any(|(mode, _)| *mode == LoadMode::Replace)
    }

    /// Puts a text on the router as a file, loads that, and removes it. Nobody else's is in the way: we have the lock.
    async fn put(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        if mode == LoadMode::Replace {
            self.shell.run("clear").await?;
        }
        let path = self.file();
        let content = undated(text);
        let Some(ssh) = self.shell.ssh() else { return Err(Error::unsupported("an upload without SSH")) };
        ssh.upload_scp(&path, endless(&content).as_bytes()).await?;
        let answer = self.shell.run(&format!("load {path}")).await;
        let removed = self.shell.converse(&format!("do delete {path}"), QUESTIONS).await;
        let answer = answer?;
        match removed {
            Err(error) if is_lost(&error) => return Err(error),
            // the next one takes its place
            Err(error) => tracing::debug!(%error, "a file of ours stays on the router"),
            Ok(_) => {}
        }
        if told::is_loaded(&answer) {
            return Ok(());
        }
        let failed = self.shell.run("show configuration failed load").await;
        match failed {
            Err(error) if is_lost(&error) => Err(error),
            failed => Err(told::refused_load(&content, &failed.unwrap_or_default(), &answer)),
        }
    }

    /// Our file, one for each user.
    fn file(&self) -> String {
        let plain = |sign: char| if sign.is_ascii_alphanumeric() { sign } else { '_' };
        let user: String = self.target.credentials.username.chars().map(plain).collect();
        format!("{}peering-{user}.cfg", self.driver.file_system)
    }

    /// What the candidate would change.
    pub(in crate::cisco_iosxr::cli) async fn compare_candidate(&mut self) -> Result<Diff> {
        Ok(Diff::new(self.compare().await?.difference, redact))
    }

    /// The router prints what a merge comes to, which is compared here; a replacement it compares itself.
    pub(super) async fn compare(&mut self) -> Result<Comparison> {
        self.settle().await?;
        if self.is_whole() {
            let told = self.shell.run("show configuration changes diff").await?;
            return Ok(Comparison { difference: history::changes(&told), wanted: None });
        }
        let wanted = undated(&self.shell.run("show configuration merge").await?);
        let base = self.change.as_ref().and_then(|change| change.base.as_ref());
        let base = base.map(|base| base.text.as_str()).unwrap_or_default();
        let difference = compared(base, &wanted);
        Ok(Comparison { difference, wanted: Some(wanted) })
    }

    /// Throws the candidate away and gives the lock up; fine when there is none. Where the session has ended, the router has
    /// done that.
    pub(in crate::cisco_iosxr::cli) async fn release(&mut self) -> Result<()> {
        if self.change.is_none() {
            return Ok(());
        }
        if self.shell.is_closed() {
            self.shell.close().await;
            self.change = None;
            return Ok(());
        }
        self.shell.leave().await?;
        if matches!(self.shell.mode(), Mode::Configuration(_)) {
            let words = "the router does not leave the configuration mode";
            return Err(Error::new(ErrorKind::Rejected, words));
        }
        self.change = None;
        Ok(())
    }

    /// The same after a commit that stays: if the lock is not given up in time, the session ends, and with it the lock.
    pub(super) async fn let_go(&mut self, end: Instant) {
        let late = || Error::new(ErrorKind::Timeout, "the router does not answer `abort`");
        if let Err(error) = timeout_at(end, self.release()).await.unwrap_or_else(|_| Err(late())) {
            tracing::debug!(%error, "the session is ended, for its lock could not be given up");
            self.shell.close().await;
            self.change = None;
        }
    }
}
