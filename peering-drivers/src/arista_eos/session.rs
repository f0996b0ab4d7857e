//! One router: how it is asked, and the reads.

use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::{
    Capabilities, CommitOptions, Leftover, LoadMode, Pending, Session, Target, Token,
};
use peering_core::{Diff, Error, ErrorKind, Result};

use super::eapi::{self, Command, Format, Params, Replies};
use super::transaction::{Budget, Change, Timed};
use super::{AristaEos, READS, Scheme, parse};
use crate::transport::Http;

/// The oldest version that has JSON for all that is asked, and the new words of `router bgp`.
const OLDEST: (u32, u32) = (4, 23);

#[derive(Debug)]
pub(super) struct EosSession {
    pub(super) http: Http,
    pub(super) driver: AristaEos,
    pub(super) host: String,
    pub(super) user: String,
    /// How long a step of a change may take.
    pub(super) patience: Duration,
    /// The open candidate.
    pub(super) change: Option<Change>,
    /// The commit that waits for its confirmation, when this session made it.
    pub(super) timed: Option<Timed>,
    pub(super) capabilities: Capabilities,
    pub(super) leftovers: Vec<Leftover>,
}

impl EosSession {
    pub(super) async fn connect(driver: &AristaEos, target: &Target) -> Result<EosSession> {
        let port = if driver.scheme == Scheme::Https { 443 } else { 80 };
        let mut session = EosSession {
            http: Http::new(target, driver.scheme, port)?,
            driver: driver.clone(),
            host: target.to_string(),
            user: target.credentials.username.clone(),
            patience: target.timeouts.change,
            change: None,
            timed: None,
            capabilities: READS,
            leftovers: Vec::new(),
        };
        let version = session.version().await?;
        if version.release().is_some_and(|release| release < OLDEST) {
            let (major, minor) = OLDEST;
            return Err(Error::new(
                ErrorKind::Unsupported,
                format!(
                    "{} runs EOS {}; this driver knows {major}.{minor} and later",
                    session.host, version.version
                ),
            ));
        }
        session.settle().await?;
        Ok(session)
    }

    /// Runs a batch of reads; all their answers, or the error of the first that failed.
    ///
    /// # Errors
    /// `Rejected` with the router's words, `Auth` when the account may not do it, `Parse`, or the path's.
    pub(super) async fn run(&self, commands: &[Command], format: Format) -> Result<Replies> {
        self.send(&self.http, commands, format).await
    }

    /// Runs a batch through another client than that of the reads. As [`EosSession::run`].
    pub(super) async fn send(&self, http: &Http, commands: &[Command], format: Format) -> Result<Replies> {
        let enable = self.driver.enable.then(|| match &self.driver.enable_password {
            Some(password) => Command::with_input("enable", password.clone()),
            None => Command::from("enable"),
        });
        let cmds: Vec<&Command> = enable.iter().chain(commands).collect();
        let auto_complete = self.driver.auto_complete.then_some(true);
        let params = Params { version: 1, cmds: &cmds, format, auto_complete };
        match http.rpc(eapi::PATH, "runCmds", &params).await? {
            Ok(all) => Ok(Replies::new(all, cmds.len() - commands.len(), commands.len())?),
            Err(refusal) => Err(eapi::refused(&refusal, enable.is_some())),
        }
    }

    async fn version(&self) -> Result<parse::Version> {
        let replies = self.run(&["show version".into()], Format::Json).await?;
        let [version] = replies.each()?;
        Ok(parse::version(version)?)
    }
}

#[async_trait]
impl Session for EosSession {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn leftovers(&self) -> &[Leftover] {
        &self.leftovers
    }

    async fn command(&mut self, command: &str) -> Result<String> {
        self.run(&[command.into()], Format::Text).await?.text()
    }

    async fn open_candidate(&mut self) -> Result<()> {
        self.open().await
    }

    async fn stage(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        self.load(mode, text).await
    }

    async fn diff(&mut self) -> Result<Diff> {
        self.difference().await
    }

    async fn commit(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        self.apply(options).await
    }

    async fn confirm(&mut self, token: &Token) -> Result<()> {
        self.confirm_pending(token).await
    }

    async fn revert(&mut self, token: &Token) -> Result<()> {
        self.revert_pending(token).await
    }

    async fn discard(&mut self) -> Result<()> {
        self.release(Budget::of(self.patience)).await
    }

    async fn pending(&mut self) -> Result<Option<Pending>> {
        self.pending_commit().await
    }

    async fn check(&mut self) -> Result<()> {
        self.version().await.map(drop)
    }

    async fn close(&mut self) -> Result<()> {
        self.release(Budget::of(self.patience)).await
    }
}
