//! One router: how it is asked, and the reads.

use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::{Capabilities, Leftover, Session, Target};
use peering_core::{Error, ErrorKind, Result};

use super::eapi::{self, Command, Format, Params, Replies};
use super::{AristaEos, READS, Scheme, parse};
use crate::transport::Http;

/// The oldest version that has JSON for all that is asked, and the new words of `router bgp`.
const OLDEST: (u32, u32) = (4, 23);

#[derive(Debug)]
pub(super) struct EosSession {
    pub(super) http: Http,
    pub(super) driver: AristaEos,
    pub(super) host: String,
    #[allow(dead_code, reason = "the transaction's")]
    pub(super) user: String,
    /// How long a step of a change may take.
    #[allow(dead_code, reason = "the transaction's")]
    pub(super) patience: Duration,
    pub(super) capabilities: Capabilities,
    pub(super) leftovers: Vec<Leftover>,
}

impl EosSession {
    pub(super) async fn connect(driver: &AristaEos, target: &Target) -> Result<EosSession> {
        let port = if driver.scheme == Scheme::Https { 443 } else { 80 };
        let session = EosSession {
            http: Http::new(target, driver.scheme, port)?,
            driver: driver.clone(),
            host: target.to_string(),
            user: target.credentials.username.clone(),
            patience: target.timeouts.change,
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
        Ok(session)
    }

    /// Runs a batch of reads; all their answers, or the error of the first that failed.
    ///
    /// # Errors
    /// `Rejected` with the router's words, `Auth` when the account may not do it, `Parse`, or the path's.
    pub(super) async fn run(&self, commands: &[Command], format: Format) -> Result<Replies> {
        self.send(&self.http, commands, format).await
    }

    #[allow(dead_code, reason = "the transaction's")]
    /// Runs a batch that changes something, with the patience for that. As [`EosSession::run`].
    pub(super) async fn run_change(&self, commands: &[Command], format: Format) -> Result<Replies> {
        self.send(&self.http.within(self.patience), commands, format).await
    }

    async fn send(&self, http: &Http, commands: &[Command], format: Format) -> Result<Replies> {
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

    async fn check(&mut self) -> Result<()> {
        self.version().await.map(drop)
    }

    async fn close(&mut self) -> Result<()> {
        Ok(())
    }
}
