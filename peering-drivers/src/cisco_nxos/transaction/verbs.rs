//! How the steps of a change ask the switch: within what time, and over a link that may have been cut.

use peering_core::driver::Target;
use peering_core::{Error, ErrorKind, Result};
use tokio::time::timeout;

use super::super::link::Link;
use super::super::nxapi::Form;
use super::super::session::NxosSession;
use super::files::Listing;
use super::reply;
use crate::own_name::{self, Held};
use crate::step::{Budget, is_lost};
use crate::transport::{Checksum, Ssh};

impl NxosSession {
    /// A name of our own that is not on the switch yet.
    pub(super) fn fresh_name(&self) -> Held {
        Held::new(self.link.transcript().name(|| own_name::fresh(&self.user)))
    }

    /// One command, whatever it does, within what is left of the time; a command line that did not answer is closed.
    pub(super) async fn ask(&mut self, budget: Budget, command: &str) -> Result<String> {
        let limit = budget.next();
        match &mut self.link {
            Link::Api(api) => {
                let answer = api.within(limit).run(&[command], Form::Text).await?.pop();
                answer.unwrap_or_else(|| Err(Error::new(ErrorKind::Parse, "there is no answer")))
            }
            Link::Shell(shell) => match timeout(limit, shell.run(command)).await {
                Ok(answer) => answer,
                Err(_) => {
                    let words =
                        format!("no answer to `{}` within {limit:?}", crate::indented::redact(command));
                    Err(Error::new(ErrorKind::Timeout, words))
                }
            },
        }
    }

    /// Logs in again where the command line was closed; NX-API has no connection that could be.
    pub(super) async fn reconnect(&mut self, budget: Budget) -> Result<()> {
        if !self.link.is_closed() {
            return Ok(());
        }
        self.link = budget.part(Link::connect(&self.driver, &self.target)).await?;
        Ok(())
    }

    /// One command that changes nothing, asked again over a new link when its answer was lost.
    pub(super) async fn look(&mut self, budget: Budget, command: &str) -> Result<String> {
        self.reconnect(budget).await?;
        match self.ask(budget, command).await {
            Err(error) if is_lost(&error) => {
                self.reconnect(budget).await?;
                self.ask(budget, command).await
            }
            result => result,
        }
    }

    /// Our files on the switch.
    pub(super) async fn listing(&mut self, budget: Budget) -> Result<Listing> {
        let command = format!("dir {}", self.file_system);
        Ok(Listing::read(&self.ask(budget, &command).await?))
    }

    /// The same over a link that may have been cut.
    pub(super) async fn listing_again(&mut self, budget: Budget) -> Result<Listing> {
        let command = format!("dir {}", self.file_system);
        Ok(Listing::read(&self.look(budget, &command).await?))
    }

    /// What would make a file's configuration of the running one, in the switch's words.
    pub(super) async fn patch(&mut self, budget: Budget, file: &str) -> Result<String> {
        let command = format!("show diff rollback-patch running-config file {file}");
        Ok(reply::patch(&self.ask(budget, &command).await?)?)
    }

    /// The same over a link that may have been cut.
    pub(super) async fn patch_again(&mut self, budget: Budget, file: &str) -> Result<String> {
        let command = format!("show diff rollback-patch running-config file {file}");
        Ok(reply::patch(&self.look(budget, &command).await?)?)
    }

    /// Puts the candidate on the switch, where it is not yet, and compares the checksum.
    pub(super) async fn put(&mut self, budget: Budget) -> Result<()> {
        let change = self.change()?;
        if change.is_there {
            return Ok(());
        }
        let (path, target) = (change.files.target(), change.target.clone());
        let limit = budget.next();
        let (near, recorded) = match &self.link {
            Link::Shell(shell) => (shell.ssh(), None),
            Link::Api(api) => (None, Some(api.transcript().clone())),
        };
        let own = Target { port: Some(self.driver.ssh_port), ..self.target.clone() };
        let upload = async {
            match (near, recorded) {
                (Some(ssh), _) => ssh.upload_scp(&path, target.as_bytes()).await,
                (None, Some(transcript)) => {
                    let ssh = Ssh::recorded(&own, transcript).await?;
                    let result = ssh.upload_scp(&path, target.as_bytes()).await;
                    ssh.close().await;
                    result
                }
                (None, None) => {
                    Err(Error::new(ErrorKind::Closed, "the command line has no connection for files"))
                }
            }
        };
        match timeout(limit, upload).await {
            Ok(result) => result?,
            Err(_) => {
                let words = format!("the file did not arrive on the switch within {limit:?}");
                return Err(Error::new(ErrorKind::Timeout, words));
            }
        }
        let sum = self.ask(budget, &format!("show file {path} md5sum")).await?;
        if sum.trim() != Checksum::Md5.of(target.as_bytes()) {
            return Err(Error::new(ErrorKind::Rejected, "the file on the switch has another checksum"));
        }
        if let Some(change) = &mut self.change {
            change.is_there = true;
        }
        Ok(())
    }
}
