//! Juniper Junos.

use std::sync::Arc;

use async_trait::async_trait;
use peering_core::driver::Driver;
use peering_drivers::juniper_junos::JuniperJunos;
use peering_drivers::sim::{Fabric, JunosRouter, RunningJunos};

use super::matrix::{Device, Handle, Ports, Step, Subject, WINDOW, lasting, port, users};

const CHANGE: &str =
    "protocols { bgp { group LAN { neighbor 192.0.2.77 { description \"a change\"; peer-as 64577; } } } }";

/// A window is one minute of the router.
pub(crate) struct Junos;

#[async_trait]
impl Subject for Junos {
    fn platform(&self) -> &'static str {
        "juniper_junos"
    }

    fn driver(&self, _ports: Ports) -> Arc<dyn Driver> {
        Arc::new(JuniperJunos { minute: WINDOW, ..JuniperJunos::default() })
    }

    async fn start(&self) -> Box<dyn Device> {
        let router = JunosRouter {
            name: "junos1".into(),
            local_as: Some(64501.into()),
            ports: port("ge-0/0/0"),
            config:
                "protocols { bgp { group LAN { type external; neighbor 192.0.2.5 { peer-as 64505; } } } }"
                    .into(),
            users: users(),
            minute: WINDOW,
            ..JunosRouter::default()
        };
        Box::new(router.start(&Fabric::new()).await.unwrap())
    }

    fn change(&self) -> &'static str {
        CHANGE
    }

    fn refusals(&self, step: Step) -> &'static [&'static str] {
        match step {
            Step::Connect => &["get-commit-information"],
            Step::Open => &["lock-configuration", "get-commit-information", "get-system-uptime-information"],
            Step::Load => &["load-configuration"],
            Step::Diff => &["get-configuration"],
            Step::Commit => &[
                "get-commit-information",
                "get-configuration",
                "commit-configuration",
                "unlock-configuration",
            ],
            Step::CommitConfirmed => &["get-commit-information", "get-configuration", "commit-configuration"],
            Step::Confirm => &[
                "get-commit-information",
                "commit-configuration",
                "get-configuration",
                "unlock-configuration",
            ],
            Step::Revert => &[
                "get-commit-information",
                "load-configuration",
                "commit-configuration",
                "get-configuration",
                "unlock-configuration",
            ],
            Step::Close => &["load-configuration", "unlock-configuration", "close-session"],
        }
    }
}

#[async_trait]
impl Device for RunningJunos {
    fn handle(&self) -> &dyn Handle {
        &**self
    }

    async fn leaks(&self) -> Vec<String> {
        let mut leaks = lasting(|| self.sessions()).await;
        if self.has_changes() {
            leaks.push("changes in the shared candidate".to_owned());
        }
        if self.has_pending_commit() {
            leaks.push("a commit that waits for its confirmation".to_owned());
        }
        leaks
    }
}
