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
//! | `transaction/` | configuration changes |

pub mod parse;
mod reads;
mod request;
mod session;
mod transaction;

use std::time::Duration;

use async_trait::async_trait;
use peering_core::Result;
use peering_core::driver::{Capabilities, Driver, Read, Reads, Session, Target};
use serde::Deserialize;

/// The driver's name.
const NAME: &str = "juniper_junos";

/// Which candidate a change is prepared in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CandidateMode {
    /// The one that all share, locked for us (`configure exclusive`).
    #[default]
    Exclusive,
    /// One of our own (`configure private`): others may prepare and commit changes meanwhile.
    Private,
}

/// Juniper Junos 14.1 or later, with `system services netconf ssh`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JuniperJunos {
    /// The port, unless the target names one. 22 by default, as for NAPALM: Junos takes NETCONF there wherever it takes
    /// SSH, so that host keys that are known and filters that are in place fit. NETCONF's own is 830.
    pub port: u16,
    /// Which candidate a change is prepared in.
    pub candidate: CandidateMode,
    /// Whether a commit is made on both routing engines (`commit synchronize`). Not needed where the router is configured
    /// to do so anyway (`system commit synchronize`).
    pub synchronize: bool,
    /// How long a minute of the router lasts: a simulated one may have shorter ones, so that nobody waits for its confirm
    /// windows.
    #[cfg(feature = "sim")]
    pub minute: Duration,
    /// The largest reply that is taken, in bytes.
    pub reply_limit: usize,
}

impl Default for JuniperJunos {
    fn default() -> Self {
        JuniperJunos {
            port: 22,
            candidate: CandidateMode::default(),
            synchronize: false,
            #[cfg(feature = "sim")]
            minute: MINUTE,
            reply_limit: crate::transport::netconf::DEFAULT_LIMIT,
        }
    }
}

/// The step of Junos's confirm window, and the shortest one.
const MINUTE: Duration = Duration::from_secs(60);

impl JuniperJunos {
    fn minute(&self) -> Duration {
        #[cfg(feature = "sim")]
        return self.minute;
        #[cfg(not(feature = "sim"))]
        MINUTE
    }

    /// What a router of this kind can do. A private candidate takes no confirmed commit.
    fn offers(&self) -> Capabilities {
        let is_exclusive = self.candidate == CandidateMode::Exclusive;
        let window = if is_exclusive { self.minute() } else { Duration::ZERO };
        Capabilities {
            reads: Reads::of(&Read::ALL),
            merge: true,
            replace: true,
            validate: true,
            commit: true,
            commit_confirmed: is_exclusive,
            minimum_window: window,
            window_step: window,
        }
    }
}

#[async_trait]
impl Driver for JuniperJunos {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        self.offers()
    }

    async fn connect(&self, target: &Target) -> Result<Box<dyn Session>> {
        Ok(Box::new(session::JunosSession::connect(self, target).await?))
    }
}
