//! FRRouting over SSH, through `vtysh`.
//!
//! Reads are FRR's own JSON. FRR has no candidate, no lock, no timer and no rollback; where the account has a POSIX
//! shell and the router has `frr-reload.py`, the driver builds them on the router (see `guard.rs` and the
//! folder's `README.md`) and claims them; with `vtysh` as login shell only the reads are claimed.
//!
//! | file | what |
//! |---|---|
//! | `parse/` | FRR's answers as models: pure |
//! | `config/` | the configuration as a tree, a merge compiled into a full target: pure |
//! | `reload.rs` | the report of `frr-reload.py` as changes and diff: pure |
//! | `redact.rs` | secrets blacked out |
//! | `guard.sh`, `guard.rs`, `probe.rs` | the transaction on the router, and the words to it |
//! | `session.rs`, `transaction.rs` | the session: reads; configuration changes |

mod config;
pub(crate) mod guard;
pub mod parse;
mod probe;
mod redact;
mod reload;
mod session;
mod transaction;

use async_trait::async_trait;
use peering_core::Result;
use peering_core::driver::{Capabilities, Driver, Read, Reads, Session, Target};
use serde::Deserialize;

/// The driver's name.
const NAME: &str = "frr";

/// The step of the guard's clock.
const SECOND: std::time::Duration = std::time::Duration::from_secs(1);

/// FRRouting, version 7.5 or later; tested with 8.4.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Frr {
    /// The folder on the router that stands for the configuration lock and holds a transaction's files; its parent
    /// must be writable for the account and private to no one. Everybody who changes this router through this
    /// library must use the same one.
    pub state_dir: String,
    /// Whether to count the prefixes received before the import policy, where soft reconfiguration keeps them: one
    /// command for each such neighbour and family, each of which makes FRR walk its table.
    pub count_received: bool,
}

impl Default for Frr {
    fn default() -> Self {
        Frr { state_dir: "/var/tmp/peering-frr".to_owned(), count_received: true }
    }
}

/// What an account with `vtysh` only can do.
const READS: Capabilities = Capabilities::reading(Reads::of(&[
    Read::Facts,
    Read::Interfaces,
    Read::InterfaceAddresses,
    Read::BgpNeighbors,
    Read::Routes,
    Read::RunningConfig,
    Read::Command,
]));

/// What an account with a shell can do on a router with `frr-reload.py`.
const ALL: Capabilities = Capabilities {
    merge: true,
    replace: true,
    validate: true,
    commit: true,
    commit_confirmed: true,
    minimum_window: SECOND,
    window_step: SECOND,
    ..READS
};

#[async_trait]
impl Driver for Frr {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        ALL
    }

    async fn connect(&self, target: &Target) -> Result<Box<dyn Session>> {
        Ok(Box::new(session::FrrSession::connect(self, target).await?))
    }
}
