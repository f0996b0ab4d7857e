//! The two ways to a router: eAPI, and the command line over SSH.

use std::time::Duration;

use peering_core::driver::Target;
use peering_core::{Error, ErrorKind, Result};

use super::batch::{Command, Format, Replies};
use super::eapi::Eapi;
use super::terminal::{self, Terminal};
use super::{AristaEos, EosTransport};
use crate::transport::{Http, Scheme, Transcript};

/// A router that can be asked.
#[derive(Debug)]
pub(super) enum Link {
    /// eAPI.
    Api(Eapi),
    /// The command line.
    Shell(Box<Terminal>),
}

impl Link {
    /// Logs in where there is something to log in to; eAPI has not connected yet.
    ///
    /// # Errors
    /// Those of [`Terminal::log_in`], or of a client for HTTP.
    pub(super) async fn connect(driver: &AristaEos, target: &Target) -> Result<Link> {
        Ok(match driver.transport {
            EosTransport::Https => Link::Api(Eapi::new(driver, target, Scheme::Https)?),
            EosTransport::Http => Link::Api(Eapi::new(driver, target, Scheme::Http)?),
            EosTransport::Ssh => Link::Shell(Box::new(Terminal::log_in(driver, target).await?)),
        })
    }

    /// What records it.
    pub(super) fn transcript(&self) -> &Transcript {
        match self {
            Link::Api(api) => api.transcript(),
            Link::Shell(terminal) => terminal.transcript(),
        }
    }

    /// Runs a batch, within a limit or as long as reads may take.
    ///
    /// # Errors
    /// `Rejected` with the router's words, `Auth` when the account may not do it, `Parse`, or the path's.
    pub(super) async fn run(
        &mut self,
        commands: &[Command],
        format: Format,
        limit: Option<Duration>,
    ) -> Result<Replies> {
        match self {
            Link::Api(api) => api.run(commands, format, limit).await,
            Link::Shell(terminal) => terminal.run(commands, format, limit).await,
        }
    }

    /// Ends the session, where there is one.
    pub(super) async fn close(&mut self) {
        if let Link::Shell(terminal) = self {
            terminal.close().await;
        }
    }
}

/// Whether a batch that failed with this error certainly never reached the router.
pub(super) fn was_never_sent(error: &Error) -> bool {
    let is_of_the_path = matches!(
        error.kind(),
        ErrorKind::Closed | ErrorKind::Timeout | ErrorKind::Connect | ErrorKind::Parse
    );
    is_of_the_path && Http::had_no_effect(error) || terminal::was_never_sent(error)
}
