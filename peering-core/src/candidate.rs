//! [`Candidate`] and [`Confirming`]: a configuration change whose states are types.
//!
//! ```text
//! router.candidate() ─▶ Candidate ── merge, replace, validate, diff ──┬─▶ discard
//!                                                                     ├─▶ commit
//!                                                                     └─▶ commit_confirmed ─▶ Confirming ─┬─▶ confirm
//!                                                                                                         └─▶ revert
//! ```
//!
//! A dry run is `diff` and then `discard`. A dropped [`Candidate`] is discarded by the router's next call. A dropped
//! [`Confirming`] does nothing, on purpose: the device takes the change back by itself.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::driver::{CommitOptions, LoadMode, Pending, Token};
use crate::health::Health;
use crate::router::Lease;
use crate::{Diff, Error, ErrorKind, Result};

/// An open candidate configuration. Owns the router's session until it is consumed or dropped.
#[derive(Debug)]
#[must_use = "a candidate that is dropped is discarded"]
pub struct Candidate {
    pub(crate) lease: Lease,
    staged: bool,
}

impl Candidate {
    pub(crate) fn new(mut lease: Lease) -> Self {
        lease.hold();
        Candidate { lease, staged: false }
    }

    /// Adds a text to the candidate; what it negates is removed.
    ///
    /// # Errors
    /// `Rejected` with the device's words: the candidate is as it was before. `Unsupported`.
    pub async fn merge(&mut self, text: &str) -> Result<()> {
        self.lease.require(self.lease.capabilities().merge, "merge")?;
        self.stage(LoadMode::Merge, text).await
    }

    /// Makes a text the whole candidate. Errors as for [`Candidate::merge`].
    pub async fn replace(&mut self, text: &str) -> Result<()> {
        self.lease.require(self.lease.capabilities().replace, "replace")?;
        self.stage(LoadMode::Replace, text).await
    }

    async fn stage(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        if text.trim().is_empty() {
            let message = "the configuration to load is empty; a device is never emptied by accident";
            return Err(self.lease.error(ErrorKind::Options, message, "stage"));
        }
        let text = text.to_owned();
        self.lease
            .call_dirty("stage", |session| Box::pin(async move { session.stage(mode, &text).await }))
            .await?;
        self.staged = true;
        Ok(())
    }

    /// Lets the device check the candidate.
    ///
    /// # Errors
    /// `Rejected` with the device's words; `Unsupported`.
    pub async fn validate(&mut self) -> Result<()> {
        self.lease.require(self.lease.capabilities().validate, "validate")?;
        self.lease.call_dirty("validate", |session| session.validate()).await
    }

    /// What a commit would change, as the device sees it; or the lines that it would apply, where nobody can tell before what
    /// comes of them (IOS: see the platform's `README.md`).
    ///
    /// # Errors
    /// `Rejected` when the device does not accept the candidate.
    pub async fn diff(&mut self) -> Result<Diff> {
        self.lease.call_dirty("diff", |session| session.diff()).await
    }

    /// Throws the candidate away.
    ///
    /// # Errors
    /// The path's: then the session is closed, and the device lets the lock lapse.
    pub async fn discard(mut self) -> Result<()> {
        self.lease.clean().await
    }

    /// Commits for good.
    ///
    /// # Errors
    /// `Rejected`: the old configuration is in force. `OutcomeUnknown`: the link failed after the commit was sent.
    pub async fn commit(self, message: Option<&str>) -> Result<()> {
        let options = CommitOptions { window: None, message: message.map(str::to_owned) };
        self.commit_with(options).await.map(|_| ())
    }

    /// Commits for `window`: unless it is confirmed within it, the device takes the change back by itself.
    ///
    /// The window is rounded up to the device's unit; [`Confirming::deadline`] has the true end.
    ///
    /// # Errors
    /// `Unsupported`; `Options` for a window below the device's minimum; else as for [`Candidate::commit`].
    pub async fn commit_confirmed(mut self, window: Duration, message: Option<&str>) -> Result<Confirming> {
        let capabilities = self.lease.capabilities();
        let checked = self
            .lease
            .require(capabilities.commit_confirmed, "commit_confirmed")
            .and_then(|()| capabilities.window(window));
        let window = match checked {
            Ok(window) => window,
            Err(error) => {
                self.lease.clean().await?;
                return Err(error);
            }
        };
        let options = CommitOptions { window: Some(window), message: message.map(str::to_owned) };
        match self.commit_with(options).await? {
            (lease, Some(pending)) => Ok(Confirming::new(lease, pending)),
            (lease, None) => {
                let message = "the driver committed for good although a confirm window was asked for";
                Err(lease.error(ErrorKind::OutcomeUnknown, message, "commit"))
            }
        }
    }

    async fn commit_with(mut self, options: CommitOptions) -> Result<(Lease, Option<Pending>)> {
        let ready = self.lease.require(self.lease.capabilities().commit, "commit").and_then(|()| {
            let nothing =
                || self.lease.error(ErrorKind::Options, "nothing was loaded into this candidate", "commit");
            if self.staged { Ok(()) } else { Err(nothing()) }
        });
        if let Err(error) = ready {
            self.lease.clean().await?;
            return Err(error);
        }
        let commit = self
            .lease
            .call_dirty("commit", |session| Box::pin(async move { session.commit(&options).await }))
            .await
            .map_err(timeout_is_unknown);
        match commit {
            Ok(pending) => {
                self.lease.mark_clean();
                Ok((self.lease, pending))
            }
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => Err(error),
            Err(error) => {
                // The commit's own error matters more than that of the cleaning, which closes the session.
                let _ = self.lease.clean().await;
                Err(error)
            }
        }
    }
}

/// After a commit was sent, silence says nothing about what became of it.
fn timeout_is_unknown(error: Error) -> Error {
    if error.kind() == ErrorKind::Timeout { error.with_kind(ErrorKind::OutcomeUnknown) } else { error }
}

/// A commit in force that the device takes back at [`Confirming::deadline`] unless it is confirmed.
#[derive(Debug)]
#[must_use = "a pending commit that is dropped is taken back by the device"]
pub struct Confirming {
    pub(crate) lease: Lease,
    pending: Pending,
}

impl Confirming {
    pub(crate) fn new(mut lease: Lease, pending: Pending) -> Self {
        lease.hold();
        Confirming { lease, pending }
    }

    /// What a new process needs to take over: see [`crate::Router::reattach`].
    pub fn token(&self) -> &Token {
        &self.pending.token
    }

    /// When the device takes the change back, by this machine's clock; never later than the device's own deadline.
    pub fn deadline(&self) -> Timestamp {
        self.pending.deadline
    }

    /// The time left, zero when it is over.
    pub fn remaining(&self) -> Duration {
        Duration::try_from(self.pending.deadline.duration_since(Timestamp::now())).unwrap_or_default()
    }

    /// Watches BGP sessions until all are established, `within` is over, or the deadline is near (a tenth of the time
    /// left is kept for the confirmation). See [`Health`].
    ///
    /// # Errors
    /// As for [`crate::Router::bgp_neighbors`].
    pub async fn wait_for_sessions(&mut self, peers: &[IpAddr], within: Duration) -> Result<Health> {
        let start = Instant::now();
        let limit = within.min(self.remaining().mul_f32(0.9));
        let health = crate::health::wait(&mut self.lease, peers, limit).await?;
        tracing::debug!(waited = ?start.elapsed(), healthy = health.is_healthy(), "waited for BGP sessions");
        Ok(health)
    }

    /// Makes the change permanent and saves it.
    ///
    /// # Errors
    /// `NotFound` when it is too late. `OutcomeUnknown` when the link failed meanwhile: look at
    /// [`crate::Router::pending`] and the configuration from a new session.
    pub async fn confirm(mut self) -> Result<()> {
        let token = self.pending.token.clone();
        self.lease
            .call_dirty("confirm", |session| Box::pin(async move { session.confirm(&token).await }))
            .await
            .map_err(timeout_is_unknown)
    }

    /// Takes the change back now. Errors as for [`Confirming::confirm`].
    pub async fn revert(mut self) -> Result<()> {
        let token = self.pending.token.clone();
        self.lease
            .call_dirty("revert", |session| Box::pin(async move { session.revert(&token).await }))
            .await
            .map_err(timeout_is_unknown)
    }
}
