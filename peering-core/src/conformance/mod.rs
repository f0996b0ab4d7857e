//! What a driver promises, one function per sentence. Feature `conformance`; not covered by semantic versioning.
//!
//! A platform author implements [`Subject`] for a device that may be changed at will, and runs every [`Behaviour`]
//! of [`ALL`], one after the other. A capability that the session does not claim is not skipped: the operation must
//! then fail with `Unsupported`. Every behaviour leaves the device as it found it, unless it fails.
//!
//! ```no_run
//! # async fn run(subject: &dyn peering_core::conformance::Subject) {
//! for behaviour in peering_core::conformance::ALL {
//!     if let Err(violation) = behaviour.check(subject).await {
//!         panic!("{}: {violation}", behaviour.name());
//!     }
//! }
//! # }
//! ```

mod access;
mod change;
mod confirm;
mod reads;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::driver::{Driver, Target};
use crate::{Error, ErrorKind, Result, Router};

/// A change that the suite may make and unmake.
#[derive(Clone, Debug)]
pub struct Change {
    /// Merged, it makes the change.
    pub apply: String,
    /// Merged, it takes the change away again.
    pub remove: String,
    /// Stands in the running configuration when, and only when, the change is in force.
    pub marker: String,
    /// A password within `apply`: it must reach the device and never be shown.
    pub secret: Option<String>,
}

/// A device to test a driver on.
#[async_trait]
pub trait Subject: Send + Sync {
    /// The driver under test.
    fn driver(&self) -> Arc<dyn Driver>;

    /// The device, with credentials that are let in.
    fn target(&self) -> Target;

    /// The same device with a password that is not let in.
    fn wrong_password(&self) -> Target;

    /// A place on this machine where nobody listens.
    fn nobody(&self) -> Target;

    /// The change to make.
    fn change(&self) -> Change;

    /// The whole configuration `running`, with the change in force.
    fn replacement(&self, running: &str) -> String;

    /// A text that the device refuses, with a good line before and after the bad one.
    fn refused(&self) -> String;

    /// An operational command that answers, and one that the device does not know.
    fn commands(&self) -> (String, String);

    /// Changes the running configuration behind the driver's back, visibly.
    async fn meddle(&self) -> Result<()>;

    /// Takes that change away again.
    async fn mend(&self) -> Result<()>;

    /// The confirm window to test with.
    fn window(&self) -> Duration {
        Duration::from_secs(4)
    }

    /// How long after a deadline the device may need to be back.
    fn grace(&self) -> Duration {
        Duration::from_secs(20)
    }
}

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(String);

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Violation {}

impl From<Error> for Violation {
    fn from(error: Error) -> Self {
        Violation(format!("an operation that must succeed failed: {error}"))
    }
}

/// Kept or not.
pub type Verdict = std::result::Result<(), Violation>;

type Check = for<'a> fn(&'a dyn Subject) -> Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>;

/// One promise.
#[derive(Clone, Copy)]
pub struct Behaviour {
    name: &'static str,
    check: Check,
}

impl Behaviour {
    /// Its name, a Rust identifier.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Checks it.
    ///
    /// # Errors
    /// What was promised and not kept.
    pub async fn check(&self, subject: &dyn Subject) -> Verdict {
        (self.check)(subject).await
    }
}

impl fmt::Debug for Behaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Behaviour").field(&self.name).finish()
    }
}

macro_rules! behaviours {
    ($($module:ident: $($name:ident)+;)+) => {
        /// Every behaviour, in the order in which a newcomer should make them work.
        pub const ALL: &[Behaviour] = &[
            $($(Behaviour { name: stringify!($name), check: |subject| Box::pin($module::$name(subject)) },)+)+
        ];
    };
}

behaviours! {
    access: session_claims_within_driver wrong_password_is_auth unreachable_is_connect
        unclaimed_is_unsupported_at_once claimed_reads_answer closed_is_closed errors_name_host_and_operation;
    reads: facts_are_whole interfaces_are_whole addresses_are_whole neighbors_are_consistent running_config_is_stable
        no_route_is_empty command_answers unknown_command_is_rejected dropped_read_keeps_step;
    change: discard_leaves_no_trace no_change_is_an_empty_diff diff_shows_the_change diff_hides_the_secret
        merge_commits_and_unmerges replace_commits validate_accepts_what_commits refused_text_changes_nothing
        refusal_keeps_the_candidate second_candidate_is_locked holder_is_named dropped_candidate_is_released
        moved_configuration_is_refused;
    confirm: confirmed_commit_stays unconfirmed_commit_comes_back dropped_confirming_comes_back
        revert_comes_back_at_once late_confirm_is_not_found deadline_is_honest short_window_is_refused
        pending_is_seen_from_outside reattach_confirms reattach_refuses_a_stale_token
        pending_locks_the_configuration lost_session_comes_back;
}

/// `Ok` when the promise holds.
fn ensure(holds: bool, promise: impl Into<String>) -> Verdict {
    if holds { Ok(()) } else { Err(Violation(promise.into())) }
}

/// The promise that an operation fails with one kind.
fn fails_with<T>(result: Result<T>, kind: ErrorKind, promise: &str) -> std::result::Result<Error, Violation> {
    match result {
        Ok(_) => Err(Violation(format!("{promise}: expected `{kind}`, but it succeeded"))),
        Err(error) if error.kind() == kind => Ok(error),
        Err(error) => Err(Violation(format!("{promise}: expected `{kind}`, got: {error}"))),
    }
}

async fn connect(subject: &dyn Subject) -> Result<Router> {
    Router::connect(subject.driver(), &subject.target()).await
}

/// Whether the change is in force.
async fn in_force(router: &Router, subject: &dyn Subject) -> Result<bool> {
    Ok(router.running_config().await?.contains(&subject.change().marker))
}

/// Waits until the change is not in force any more.
async fn comes_back(router: &Router, subject: &dyn Subject) -> std::result::Result<bool, Violation> {
    let end = tokio::time::Instant::now() + subject.window() + subject.grace();
    while tokio::time::Instant::now() < end {
        if !in_force(router, subject).await? {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(false)
}

/// Waits until nobody holds the configuration any more, and takes the change away if it is there.
async fn clean_up(router: &Router, subject: &dyn Subject) -> Verdict {
    let end = tokio::time::Instant::now() + subject.window() + subject.grace();
    loop {
        match router.candidate().await {
            Ok(mut candidate) => {
                if candidate.running_config().await?.contains(&subject.change().marker) {
                    candidate.merge(&subject.change().remove).await?;
                    candidate.commit(None).await?;
                } else {
                    candidate.discard().await?;
                }
                router.close().await?;
                return Ok(());
            }
            Err(error) if error.kind() == ErrorKind::Locked && tokio::time::Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            Err(error) => {
                return Err(Violation(format!("the configuration stays locked after a change: {error}")));
            }
        }
    }
}
