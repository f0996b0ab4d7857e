//! [`Router`]: what users hold.
//!
//! A handle on one connected device. It checks capabilities before anything is sent, brings the timeouts, adds host
//! and operation to every error, and hands the session out as a *lease* to one [`Candidate`] or [`Confirming`] at a
//! time. It never retries a write and never reconnects by itself.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};
use tracing::Instrument;

use crate::candidate::{Candidate, Confirming};
use crate::driver::{Capabilities, Driver, Leftover, Pending, Session, Target, Timeouts, Token};
use crate::health::Health;
use crate::{Error, ErrorKind, Result};

/// A connected router. Clones share the connection.
///
/// Reads of several tasks take turns. While a [`Candidate`] or [`Confirming`] lives, it alone may use the session
/// (both have the same reads); everything else fails with [`ErrorKind::Locked`] instead of waiting for itself.
#[derive(Clone)]
pub struct Router {
    shared: Arc<Shared>,
}

struct Shared {
    platform: &'static str,
    host: String,
    timeouts: Timeouts,
    capabilities: Capabilities,
    leftovers: Vec<Leftover>,
    leased: AtomicBool,
    state: Arc<Mutex<State>>,
}

struct State {
    /// `None` once closed.
    session: Option<Box<dyn Session>>,
    /// A candidate may be open on the device: the next call discards it first.
    dirty: bool,
}

impl Router {
    /// Connects, authenticates, and learns what this device offers.
    ///
    /// # Errors
    /// `Connect`, `Timeout`, `Auth`, `HostKey`, `Tls`, `Options`.
    pub async fn connect(driver: Arc<dyn Driver>, target: &Target) -> Result<Router> {
        let context = |error: Error| {
            error.with_operation("connect").with_platform(driver.name()).with_host(&target.to_string())
        };
        let span = tracing::info_span!("connect", platform = driver.name(), host = %target);
        let session = match tokio::time::timeout(
            target.timeouts.connect,
            driver.connect(target).instrument(span),
        )
        .await
        {
            Ok(session) => session.map_err(context)?,
            Err(_) => {
                let message = format!("no session within {:?}", target.timeouts.connect);
                return Err(context(Error::new(ErrorKind::Timeout, message)));
            }
        };
        let shared = Shared {
            platform: driver.name(),
            host: target.to_string(),
            timeouts: target.timeouts,
            capabilities: session.capabilities().intersection(driver.capabilities()),
            leftovers: session.leftovers().to_vec(),
            leased: AtomicBool::new(false),
            state: Arc::new(Mutex::new(State { session: Some(session), dirty: false })),
        };
        Ok(Router { shared: Arc::new(shared) })
    }

    /// The driver's name.
    pub fn platform(&self) -> &'static str {
        self.shared.platform
    }

    /// Host and port, as the target says them.
    pub fn host(&self) -> &str {
        &self.shared.host
    }

    /// What this device offers.
    pub fn capabilities(&self) -> Capabilities {
        self.shared.capabilities
    }

    /// What an earlier session of ours had left on the device when this one connected.
    pub fn leftovers(&self) -> &[Leftover] {
        &self.shared.leftovers
    }

    /// Whether the device still answers; the error says why it does not.
    ///
    /// # Errors
    /// `Closed`, `Timeout`, `Locked`.
    pub async fn check(&self) -> Result<()> {
        self.lease().await?.check().await
    }

    /// Watches BGP sessions until all are established or the time is over. See [`Health`].
    ///
    /// # Errors
    /// As for [`Router::bgp_neighbors`].
    pub async fn wait_for_sessions(&self, peers: &[std::net::IpAddr], within: Duration) -> Result<Health> {
        crate::health::wait(&mut self.lease().await?, peers, within).await
    }

    /// Opens a candidate: takes the device's lock and begins with the running configuration.
    ///
    /// # Errors
    /// `Unsupported`; `Locked` with the holder's name.
    pub async fn candidate(&self) -> Result<Candidate> {
        self.require(self.shared.capabilities.candidate(), "candidate")?;
        let mut lease = self.lease().await?;
        lease.clean().await?;
        // Before the first await: a future dropped in the middle must not leave a lock unseen.
        lease.state.dirty = true;
        let opened = lease.call_dirty("open_candidate", |session| session.open_candidate()).await;
        if let Err(error) = &opened
            && error.kind() == ErrorKind::Locked
        {
            lease.state.dirty = false;
        }
        opened.map(|()| Candidate::new(lease))
    }

    /// The commit that waits for its confirmation on the device, whoever made it.
    ///
    /// # Errors
    /// `Unsupported`, `Locked`, or the path's.
    pub async fn pending(&self) -> Result<Option<Pending>> {
        self.require(self.shared.capabilities.commit_confirmed, "pending")?;
        self.lease().await?.pending().await
    }

    /// Takes over a pending commit that another process, or an earlier run, made.
    ///
    /// # Errors
    /// `NotFound` when it is not pending any more; `Options` when the token is of another platform or host.
    pub async fn reattach(&self, token: &Token) -> Result<Confirming> {
        self.require(self.shared.capabilities.commit_confirmed, "reattach")?;
        if token.platform != self.shared.platform || token.host != self.shared.host {
            let message =
                format!("the token is for {} on {}, not for this router", token.platform, token.host);
            return Err(self.shared.context(Error::new(ErrorKind::Options, message), "reattach"));
        }
        let mut lease = self.lease().await?;
        match lease.pending().await? {
            Some(pending) if pending.token == *token => Ok(Confirming::new(lease, pending)),
            _ => {
                let message =
                    "this commit is not pending any more: it was confirmed, reverted, or its time is over";
                Err(self.shared.context(Error::new(ErrorKind::NotFound, message), "reattach"))
            }
        }
    }

    /// Discards what is open and ends the session; a pending commit stays pending.
    ///
    /// # Errors
    /// `Locked` while a candidate of this program lives; else what the discard said.
    pub async fn close(&self) -> Result<()> {
        let mut lease = self.lease().await?;
        if lease.state.session.is_none() {
            return Ok(());
        }
        let cleaned = lease.clean().await;
        if lease.state.session.is_some() {
            lease.call_dirty("close", |session| session.close()).await?;
        }
        lease.state.session = None;
        cleaned
    }

    fn require(&self, claimed: bool, operation: &'static str) -> Result<()> {
        self.shared.require(claimed, operation)
    }

    /// Waits for its turn behind other reads, but not behind a candidate: that could be the caller's own.
    pub(crate) async fn lease(&self) -> Result<Lease> {
        let shared = &self.shared;
        loop {
            if shared.leased.load(Ordering::Acquire) {
                let message =
                    "a candidate or a pending commit of this program has the session: use it, or end it";
                return Err(shared.context(Error::new(ErrorKind::Locked, message), "lease"));
            }
            let turn =
                tokio::time::timeout(Duration::from_millis(50), Arc::clone(&shared.state).lock_owned());
            if let Ok(state) = turn.await {
                return Ok(Lease { shared: Arc::clone(shared), state, held: false });
            }
        }
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("platform", &self.shared.platform)
            .field("host", &self.shared.host)
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn context(&self, error: Error, operation: &str) -> Error {
        error.with_operation(operation).with_platform(self.platform).with_host(&self.host)
    }

    fn require(&self, claimed: bool, operation: &'static str) -> Result<()> {
        if claimed { Ok(()) } else { Err(self.context(Error::unsupported(operation), operation)) }
    }
}

/// The answer of one session method.
type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// The session, for one caller at a time.
pub(crate) struct Lease {
    shared: Arc<Shared>,
    state: OwnedMutexGuard<State>,
    /// Whether a candidate or a pending commit holds it beyond one call.
    held: bool,
}

impl Lease {
    /// Keeps the session for the caller until the lease is dropped.
    pub(crate) fn hold(&mut self) {
        self.held = true;
        self.shared.leased.store(true, Ordering::Release);
    }

    pub(crate) fn platform(&self) -> &'static str {
        self.shared.platform
    }

    pub(crate) async fn check(&mut self) -> Result<()> {
        self.call("check", self.timeouts().read, |session| session.check()).await
    }

    pub(crate) fn timeouts(&self) -> Timeouts {
        self.shared.timeouts
    }

    pub(crate) fn capabilities(&self) -> Capabilities {
        self.shared.capabilities
    }

    pub(crate) fn require(&self, claimed: bool, operation: &'static str) -> Result<()> {
        self.shared.require(claimed, operation)
    }

    pub(crate) fn error(&self, kind: ErrorKind, message: impl Into<String>, operation: &str) -> Error {
        self.shared.context(Error::new(kind, message), operation)
    }

    /// Nothing of ours is open on the device any more.
    pub(crate) fn mark_clean(&mut self) {
        self.state.dirty = false;
    }

    /// Discards what a dropped candidate left; if that fails, the session closes.
    pub(crate) async fn clean(&mut self) -> Result<()> {
        if !self.state.dirty {
            return Ok(());
        }
        match self.call_dirty("discard", |session| session.discard()).await {
            Ok(()) => {
                self.state.dirty = false;
                Ok(())
            }
            Err(error) => {
                self.state.session = None;
                Err(error)
            }
        }
    }

    /// One read: discards a leftover candidate first unless the caller is its owner.
    pub(crate) async fn call<T>(
        &mut self,
        operation: &'static str,
        limit: Duration,
        make: impl for<'a> FnOnce(&'a mut dyn Session) -> Answer<'a, T>,
    ) -> Result<T> {
        if !self.held {
            self.clean().await?;
        }
        self.run(operation, limit, make).await
    }

    /// One step of a configuration change.
    pub(crate) async fn call_dirty<T>(
        &mut self,
        operation: &'static str,
        make: impl for<'a> FnOnce(&'a mut dyn Session) -> Answer<'a, T>,
    ) -> Result<T> {
        self.run(operation, self.shared.timeouts.change, make).await
    }

    async fn run<T>(
        &mut self,
        operation: &'static str,
        limit: Duration,
        make: impl for<'a> FnOnce(&'a mut dyn Session) -> Answer<'a, T>,
    ) -> Result<T> {
        let span = tracing::debug_span!("router", host = %self.shared.host, operation);
        let Some(session) = self.state.session.as_deref_mut() else {
            return Err(self.error(ErrorKind::Closed, "the session has ended; connect again", operation));
        };
        let outcome = match tokio::time::timeout(limit, make(session).instrument(span)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Error::new(ErrorKind::Timeout, format!("no answer within {limit:?}"))),
        };
        outcome.map_err(|error| {
            tracing::debug!(host = %self.shared.host, operation, kind = ?error.kind(), "failed");
            self.shared.context(error, operation)
        })
    }

    pub(crate) async fn pending(&mut self) -> Result<Option<Pending>> {
        self.call("pending", self.timeouts().read, |session| session.pending()).await
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.held {
            self.shared.leased.store(false, Ordering::Release);
        }
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("host", &self.shared.host).finish_non_exhaustive()
    }
}
