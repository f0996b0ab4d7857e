//! Configuration changes over the command line. The router itself has everything that a candidate needs: `configure exclusive`
//! is its lock, the target its text, and both end with the session.
//!
//! What it has not is a confirmed commit that anybody could confirm but the session that made it: who leaves that session
//! takes the commit back at once. So none is claimed; the README has the router's words.
//!
//! | file | what |
//! |---|---|
//! | `told.rs` | what the router says: pure |
//! | `stages.rs` | what was loaded, and loading it again |
//! | `candidate.rs` | lock, load, compare, give up |
//! | `commit.rs` | commit, proof that it happened, and a look from a new session where the answer was lost |

mod candidate;
mod commit;
mod stages;
mod told;

use self::stages::Stages;
pub(super) use self::stages::Staging;
use crate::cisco_iosxr::transaction::history::Commit;

/// A candidate, or its lock alone: what has to be given up in the end.
pub(super) struct Change {
    phase: Phase,
    /// What was in force when it was opened.
    base: Base,
    stages: Stages,
    /// The router's name for the session that holds the lock, where it tells.
    session: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The lock was asked for, or is held without a candidate: to look.
    Taking,
    /// The candidate is open.
    Open,
    /// A commit was sent and its outcome has not been told.
    Sent,
}

/// What is in force.
#[derive(Clone, Default, PartialEq, Eq)]
struct Base {
    /// The newest commits, newest first.
    commits: Vec<Commit>,
    /// The running configuration, without its date.
    text: String,
}

impl Change {
    fn new() -> Change {
        Change { phase: Phase::Taking, base: Base::default(), stages: Stages::default(), session: None }
    }
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
