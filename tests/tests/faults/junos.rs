//! Juniper Junos.

use std::sync::Arc;

use async_trait::async_trait;
use peering_core::driver::{Driver, Target};
use peering_drivers::juniper_junos::JuniperJunos;
use peering_drivers::sim::{Fabric, Fault, FaultPoint, JunosRouter, Port, RunningJunos, User};

use super::matrix::{Device, Step, Subject, WINDOW, left};
use super::{child, table};

const NAME: &str = "juniper_junos";

const CHANGE: &str =
    "protocols { bgp { group LAN { neighbor 192.0.2.77 { description \"a change\"; peer-as 64577; } } } }";

struct Junos;

#[tokio::test(flavor = "multi_thread")]
async fn junos_holds_the_old_or_the_new_configuration() {
    table::check(Arc::new(Junos), "peering-drivers/src/juniper_junos/README.md").await;
}

/// What is killed by the test above.
#[tokio::test]
async fn in_a_process() {
    child::act(&Junos, NAME).await;
}

/// A window is one minute of the router.
fn driver() -> JuniperJunos {
    JuniperJunos { minute: WINDOW, ..JuniperJunos::default() }
}

#[async_trait]
impl Subject for Junos {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::new(driver())
    }

    async fn start(&self) -> Box<dyn Device> {
        let fabric = Fabric::new();
        let router = JunosRouter {
            name: "junos1".into(),
            local_as: Some(64501.into()),
            ports: vec![Port { name: "ge-0/0/0".into(), addresses: vec!["192.0.2.1/24".parse().unwrap()] }],
            config:
                "protocols { bgp { group LAN { type external; neighbor 192.0.2.5 { peer-as 64505; } } } }"
                    .into(),
            users: vec![User::new("netops", "faults")],
            minute: WINDOW,
            ..JunosRouter::default()
        };
        Box::new(Simulator(router.start(&fabric).await.unwrap()))
    }

    fn change(&self) -> &str {
        CHANGE
    }

    fn refusals(&self, step: Step) -> Vec<FaultPoint> {
        let operations: &[&str] = match step {
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
        };
        operations.iter().map(|operation| FaultPoint::Command((*operation).to_owned())).collect()
    }
}

struct Simulator(RunningJunos);

#[async_trait]
impl Device for Simulator {
    fn target(&self) -> Target {
        self.0.target()
    }

    fn inject(&self, fault: Fault) {
        self.0.inject(fault);
    }

    fn clear_faults(&self) {
        self.0.clear_faults();
    }

    fn unplayed(&self) -> usize {
        self.0.unplayed_faults()
    }

    fn configurations(&self) -> (String, String) {
        (self.0.running_config(), self.0.startup_config())
    }

    async fn leaks(&self) -> Vec<String> {
        let mut leaks = left(|| self.0.sessions()).await;
        if self.0.has_changes() {
            leaks.push("changes in the shared candidate".to_owned());
        }
        if self.0.has_pending_commit() {
            leaks.push("a commit that waits for its confirmation".to_owned());
        }
        leaks
    }
}
