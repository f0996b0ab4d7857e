//! Configuration changes: the candidate, its lock, commits that wait for their confirmation, and the doubt about each of them.
//!
//! | file | what |
//! |---|---|
//! | `request.rs` | what is asked, as operations: pure |
//! | `history.rs` | the list of commits, our names for them, the router's clock: pure |
//! | `redact.rs` | secrets blacked out: pure |
//! | `tip.rs` | which commit is in force, and whether it waits for its confirmation |
//! | `candidate.rs` | lock, load, check, compare, give up: a `CandidateSession` |
//! | `commit.rs` | commit, and proof that it happened |
//! | `pending.rs` | confirm and revert |
//! | `look.rs` | a new session that looks what became of a commit whose answer was lost |
//!
//! What is the same for Junos is in `candidate_session`. How IOS-XR behaves, what of that is trusted without proof, and what
//! follows for the verbs, is in the folder's `README.md`.

mod candidate;
mod commit;
pub(super) mod history;
mod look;
mod pending;
mod redact;
pub(super) mod request;
mod tip;

use peering_core::{Error, ErrorKind, Result};

pub(super) use redact::redact;
use tip::Tip;

use super::session::NetconfSession;
use crate::transport::netconf::{Operation, Reply};

/// What was in force.
#[derive(Clone)]
pub(super) struct Base {
    tip: Tip,
    /// The running configuration, without its date.
    text: String,
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

/// A refusal promises the old configuration; what is in force is another.
pub(super) fn refused_but_changed(refusal: &str) -> Error {
    let words = "the commit was refused, but the configuration in force is another one than before; look before anything \
                 else";
    Error::new(ErrorKind::OutcomeUnknown, format!("{words}: {refusal}"))
}

#[cfg(test)]
#[path = "tests.rs"]
mod verbs;
