//! Configuration changes over the command line. The router itself has everything that a candidate needs: `configure exclusive`
//! is its lock, the target its text, and both end with the session.
//!
//! What it has not is a confirmed commit that anybody could confirm but the session that made it: who leaves that session
//! takes the commit back at once. So none is claimed; the README has the router's words.
//!
//! | file | what |
//! |---|---|
//! | `told.rs` | what the router says: pure |
//! | `candidate.rs` | lock, load, compare, give up |
//! | `commit.rs` | commit, proof that it happened, and a look from a new session where the answer was lost |

mod candidate;
mod commit;
mod told;

use crate::cisco_iosxr::transaction::history::Commit;

/// What is in force.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Base {
    /// The newest commits, newest first.
    commits: Vec<Commit>,
    /// The running configuration, without its date.
    text: String,
}
