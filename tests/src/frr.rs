//! FRR as a subject of the conformance suite, real or simulated.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use peering_core::Result;
use peering_core::conformance::{Change, Subject};
use peering_core::driver::{Driver, Target};

use crate::subject;

/// Runs configuration commands on the router behind the driver's back.
pub type Configure =
    Box<dyn Fn(Vec<String>) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

const PASSWORD: &str = "conformance-md5";

/// An FRR router with a running `router bgp`.
pub struct FrrSubject {
    /// The driver under test.
    pub driver: Arc<dyn Driver>,
    /// The router, with a password that is let in.
    pub target: Target,
    /// The AS of its `router bgp`.
    pub asn: u32,
    /// The back door.
    pub configure: Configure,
}

impl FrrSubject {
    fn bgp(&self, lines: &[&str]) -> String {
        let body: String = lines.iter().map(|line| format!(" {line}\n")).collect();
        format!("router bgp {}\n{body}exit\n", self.asn)
    }

    async fn meddle_with(&self, line: &str) -> Result<()> {
        let commands = ["configure terminal", &format!("router bgp {}", self.asn), line];
        (self.configure)(commands.map(str::to_owned).to_vec()).await
    }
}

#[async_trait]
impl Subject for FrrSubject {
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
        let secret = format!("neighbor 192.0.2.77 password {PASSWORD}");
        Change {
            apply: self.bgp(&[
                "neighbor 192.0.2.77 remote-as 64577",
                "neighbor 192.0.2.77 description a change of the conformance suite",
                &secret,
                "address-family ipv4 unicast",
                " neighbor 192.0.2.77 activate",
                "exit-address-family",
            ]),
            remove: self.bgp(&["no neighbor 192.0.2.77"]),
            marker: "neighbor 192.0.2.77 remote-as 64577".into(),
            secret: Some(PASSWORD.into()),
        }
    }

    fn replacement(&self, running: &str) -> String {
        let head = format!("router bgp {}\n", self.asn);
        let with =
            format!("{head} neighbor 192.0.2.77 remote-as 64577\n neighbor 192.0.2.77 password {PASSWORD}\n");
        running.replacen(&head, &with, 1)
    }

    fn refused(&self) -> String {
        self.bgp(&[
            "neighbor 192.0.2.78 remote-as 64578",
            "neighbor 192.0.2.78 nonsense-keyword 5",
            "neighbor 192.0.2.79 remote-as 64579",
        ])
    }

    fn commands(&self) -> (String, String) {
        ("show version".into(), "show nonsense".into())
    }

    async fn meddle(&self) -> Result<()> {
        self.meddle_with("neighbor 192.0.2.66 remote-as 64566").await
    }

    async fn mend(&self) -> Result<()> {
        self.meddle_with("no neighbor 192.0.2.66").await
    }
}

impl std::fmt::Debug for FrrSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FrrSubject").field("target", &self.target).finish_non_exhaustive()
    }
}
