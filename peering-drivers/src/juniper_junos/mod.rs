//! Juniper Junos over NETCONF.
//!
//! Reads are Junos's own operational RPCs, which are NAPALM's too, so that recordings made for it test what is shipped
//! here; what does not depend on one another is asked at once. The folder's `README.md` lists them.
//!
//! | file | what |
//! |---|---|
//! | `parse/` | Junos's answers as models: pure |
//! | `request.rs` | what is asked, as XML: pure |
//! | `reads/` | which RPCs make a read |
//! | `session.rs` | the session |

pub mod parse;
mod reads;
mod request;
mod session;

use async_trait::async_trait;
use peering_core::Result;
use peering_core::driver::{Capabilities, Driver, Read, Reads, Session, Target};

/// The driver's name.
const NAME: &str = "juniper_junos";

/// Which candidate a change is prepared in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CandidateMode {
    /// The one that all share, locked for us (`configure exclusive`).
    #[default]
    Exclusive,
    /// One of our own (`configure private`): others may prepare and commit changes meanwhile.
    Private,
}

/// Juniper Junos 14.1 or later, with `system services netconf ssh`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JuniperJunos {
    /// The port, unless the target names one. 22 by default, as for NAPALM: Junos takes NETCONF there wherever it takes
    /// SSH, so that host keys that are known and filters that are in place fit. NETCONF's own is 830.
    pub port: u16,
    /// Which candidate a change is prepared in.
    pub candidate: CandidateMode,
    /// The largest reply that is taken, in bytes.
    pub reply_limit: usize,
}

impl Default for JuniperJunos {
    fn default() -> Self {
        JuniperJunos {
            port: 22,
            candidate: CandidateMode::default(),
            reply_limit: crate::transport::netconf::DEFAULT_LIMIT,
        }
    }
}

/// What every router of this kind can do.
const READS: Capabilities = Capabilities {
    reads: Reads::of(&Read::ALL),
    merge: false,
    replace: false,
    validate: false,
    commit: false,
    commit_confirmed: false,
    minimum_window: std::time::Duration::ZERO,
    window_step: std::time::Duration::ZERO,
};

#[async_trait]
impl Driver for JuniperJunos {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        READS
    }

    async fn connect(&self, target: &Target) -> Result<Box<dyn Session>> {
        Ok(Box::new(session::JunosSession::connect(self, target).await?))
    }
}
