//! Cisco IOS as a subject of the conformance suite.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::Result;
use peering_core::conformance::{Change, Subject};
use peering_core::driver::{Driver, Target};

use crate::eos::Configure;
use crate::subject;

const PASSWORD: &str = "conformance-md5";

/// A router that runs IOS, with a running `router bgp`.
pub struct IosSubject {
    /// The driver under test.
    pub driver: Arc<dyn Driver>,
    /// The router, with a password that is let in.
    pub target: Target,
    /// The AS of its `router bgp`.
    pub asn: u32,
    /// The confirm window.
    pub window: Duration,
    /// The back door.
    pub configure: Configure,
}

impl IosSubject {
    fn bgp(&self, lines: &[&str]) -> String {
        let body: String = lines.iter().map(|line| format!(" {line}\n")).collect();
        format!("router bgp {}\n{body}", self.asn)
    }
}

#[async_trait]
impl Subject for IosSubject {
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
            apply: self.bgp(&[
                "neighbor 192.0.2.77 remote-as 64577",
                "neighbor 192.0.2.77 description a change of the conformance suite",
                &format!("neighbor 192.0.2.77 password 0 {PASSWORD}"),
                "!",
                "address-family ipv4",
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
        let neighbor = "neighbor 192.0.2.77";
        let with = format!("{head} {neighbor} remote-as 64577\n {neighbor} password {PASSWORD}\n");
        let family = " address-family ipv4\n";
        let text = running.replacen(&head, &with, 1);
        text.replacen(family, &format!("{family}  {neighbor} activate\n"), 1)
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
        (self.configure)(&self.bgp(&["neighbor 192.0.2.66 remote-as 64566"]))
    }

    async fn mend(&self) -> Result<()> {
        (self.configure)(&self.bgp(&["no neighbor 192.0.2.66"]))
    }

    fn window(&self) -> Duration {
        self.window
    }
}

impl std::fmt::Debug for IosSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IosSubject").field("target", &self.target).finish_non_exhaustive()
    }
}
