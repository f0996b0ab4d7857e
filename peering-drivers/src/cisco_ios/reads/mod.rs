//! The reads that take more than one command, and those that build it.
//!
//! | file | what |
//! |---|---|
//! | `system.rs` | who the router is, its hardware, its configuration |
//! | `bgp.rs` | neighbours, instances |
//! | `route.rs` | routes to a prefix |
//! | `table.rs` | the tables of the link layer, of every VRF |
//! | `probe.rs` | ping, traceroute, probes |

mod bgp;
mod probe;
mod route;
mod system;
mod table;

use peering_core::Result;

use super::parse::{self, Vrf};
use super::session::IosSession;
use crate::cisco::{CommandLine, word};

impl IosSession {
    /// The VRFs, from the answer of `show vrf`; where that is refused, from the older `show ip vrf`. None where the router has
    /// neither.
    pub(super) async fn vrfs(&mut self, answer: Result<String>) -> Result<Vec<Vrf>> {
        let text = match crate::cisco::unless_refused(answer)? {
            Some(text) => Some(text),
            None => self.perhaps("show ip vrf").await?,
        };
        let vrfs = match text {
            Some(text) => parse::vrfs(&text)?,
            None => Vec::new(),
        };
        for vrf in &vrfs {
            word("a VRF", &vrf.name)?;
        }
        Ok(vrfs)
    }
}
