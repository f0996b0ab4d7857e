//! Junos as a subject of the conformance suite.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::Result;
use peering_core::conformance::{Change, Subject};
use peering_core::driver::{Driver, Target};

use crate::subject;

/// Commits set commands behind the driver's back, over its lock.
pub type Commit = Box<dyn Fn(&str) -> Result<()> + Send + Sync>;

const PASSWORD: &str = "conformance-md5";

/// A Junos router with the BGP group `LAN`.
pub struct JunosSubject {
    /// The driver under test.
    pub driver: Arc<dyn Driver>,
    /// The router, with a password that is let in.
    pub target: Target,
    /// The confirm window.
    pub window: Duration,
    /// The back door.
    pub commit: Commit,
}

/// The neighbour of the change.
const NEIGHBOR: &str = "protocols bgp group LAN neighbor 192.0.2.77";

fn statements(inside: &str) -> String {
    format!("protocols {{\n    bgp {{\n        group LAN {{\n{inside}        }}\n    }}\n}}\n")
}

#[async_trait]
impl Subject for JunosSubject {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::clone(&self.driver)
    }

    fn target(&self) -> Target {
        self.target.clone()
    }

    fn wrong_password(&self) -> Target {
        subject::wrong_password(&self.target)
    }

    fn nobody(&self) -> Target {
        subject::nobody(&self.target)
    }

    fn change(&self) -> Change {
        Change {
            apply: statements(&format!(
                "            neighbor 192.0.2.77 {{\n                description \"a change of the conformance suite\";\n                \
                 authentication-key \"{PASSWORD}\";\n                peer-as 64577;\n            }}\n"
            )),
            remove: format!("delete {NEIGHBOR}\n"),
            marker: "description \"a change of the conformance suite\";".into(),
            secret: Some(PASSWORD.into()),
        }
    }

    fn replacement(&self, running: &str) -> String {
        let head = "group LAN {\n";
        let with = format!(
            "{head}neighbor 192.0.2.77 {{ description \"a change of the conformance suite\"; authentication-key \
             {PASSWORD}; peer-as 64577; }}\n"
        );
        running.replacen(head, &with, 1)
    }

    fn refused(&self) -> String {
        statements(
            "            neighbor 192.0.2.78 {\n                peer-as 64578;\n                nonsense-keyword 5;\n            }\n            \
             neighbor 192.0.2.79 {\n                peer-as 64579;\n            }\n",
        )
    }

    fn commands(&self) -> (String, String) {
        ("show version".into(), "show nonsense".into())
    }

    async fn meddle(&self) -> Result<()> {
        (self.commit)("set protocols bgp group LAN neighbor 192.0.2.66 peer-as 64566")
    }

    async fn mend(&self) -> Result<()> {
        (self.commit)("delete protocols bgp group LAN neighbor 192.0.2.66")
    }

    fn window(&self) -> Duration {
        self.window
    }
}

impl std::fmt::Debug for JunosSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JunosSubject").field("target", &self.target).finish_non_exhaustive()
    }
}
