//! Configuration changes: the candidate, its lock, commits that wait for their confirmation, and the doubt about each of them.
//!
//! | file | what |
//! |---|---|
//! | `request.rs` | what is asked, as operations: pure |
//! | `history.rs` | the list of commits, our names for them, the router's clock: pure |
//! | `redact.rs` | secrets blacked out: pure |
//! | `tip.rs` | which commit is in force, and whether it waits for its confirmation |
//! | `stages.rs` | what was loaded, and loading it again; of the command line, too |
//! | `candidate.rs` | lock, load, check, compare, give up |
//! | `commit.rs` | commit, and proof that it happened |
//! | `pending.rs` | confirm and revert |
//! | `look.rs` | a new session that looks what became of a commit whose answer was lost |
//!
//! How IOS-XR behaves, what of that is trusted without proof, and what follows for the verbs, is in the folder's `README.md`.

mod candidate;
mod commit;
pub(super) mod history;
mod look;
mod pending;
mod redact;
pub(super) mod request;
mod stages;
mod tip;

use peering_core::driver::Pending;
use peering_core::{Error, ErrorKind, Result};

pub(super) use pending::End;
pub(super) use redact::redact;
pub(super) use stages::{Stages, Staging};
use tip::Tip;

use super::session::NetconfSession;
use crate::transport::netconf::{Operation, Reply};

/// A candidate, or its lock alone: what has to be given up in the end.
pub(super) struct Change {
    phase: Phase,
    /// What was in force when it was opened.
    base: Option<Base>,
    stages: Stages,
}

/// What was in force.
#[derive(Clone)]
struct Base {
    tip: Tip,
    /// The running configuration, without its date.
    text: String,
}

impl std::fmt::Debug for Change {
    /// Without the base, which holds passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Change")
            .field("phase", &self.phase)
            .field("stages", &self.stages)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    /// The lock was asked for, or is held without a candidate: to confirm, or to look.
    Taking,
    /// The candidate is open.
    Open,
    /// A commit was sent and its outcome has not been told.
    Sent,
    /// A commit of ours waits for its confirmation, and the lock is kept meanwhile.
    Pending(Pending),
}

impl Change {
    fn new() -> Change {
        Change { phase: Phase::Taking, base: None, stages: Stages::default() }
    }
}

impl NetconfSession {
    /// One step of a change: what the router has against it is an error.
    ///
    /// # Errors
    /// `Locked`, `Auth`, `Rejected` with the router's words; `Closed` and `Parse` when the session has ended over it.
    async fn step(&self, operation: Operation) -> Result<Reply> {
        let reply = self.netconf()?.exchange(&operation).await?;
        for warning in reply.warnings() {
            tracing::debug!(host = %self.host, "warning: {}", warning.words(redact));
        }
        reply.check(redact)
    }
}

/// Whether the router's answer was lost, so that what became of the request is not known. Everything else is an answer, or
/// was never sent.
pub(super) fn is_lost(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Closed | ErrorKind::Parse | ErrorKind::Timeout | ErrorKind::Connect)
}

/// A look after a commit that failed on the router's side: the commit was answered, so no refusal of the look is one of it.
pub(super) fn doubt(error: Error) -> Error {
    if is_lost(&error) {
        return error;
    }
    let words = format!(
        "the router has answered, but does not let us look what is in force now: {}",
        error.message()
    );
    Error::new(ErrorKind::OutcomeUnknown, words).with_source(error)
}

/// Somebody else has committed meanwhile.
pub(super) fn moved() -> Error {
    Error::new(
        ErrorKind::Rejected,
        "the running configuration has changed since the candidate was opened; nothing was applied. Open a new candidate and \
         look at its diff",
    )
}

/// A refusal promises the old configuration; what is in force is another.
pub(super) fn refused_but_changed(error: &Error) -> Error {
    let words = "the commit was refused, but the configuration in force is another one than before; look before anything \
                 else";
    Error::new(ErrorKind::OutcomeUnknown, format!("{words}: {}", error.message()))
}

/// What is in force after an answer of success is not what was meant.
pub(super) fn not_as_prepared() -> Error {
    Error::new(
        ErrorKind::OutcomeUnknown,
        "the router says that it has committed, but what is in force is not what was prepared; look before anything else",
    )
}

#[cfg(test)]
#[path = "tests.rs"]
mod verbs;
