//! Cisco IOS-XR over NETCONF.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::{Driver, Target};
use peering_drivers::cisco_iosxr::CiscoIosxr;
use peering_drivers::sim::{Fabric, Fault, FaultPoint, Port, RunningXr, User, XrRouter};

use super::matrix::{Device, Step, Subject, left};
use super::{child, table};

const NAME: &str = "cisco_iosxr";

const CHANGE: &str =
    "router bgp 64501\n neighbor 192.0.2.77\n  remote-as 64577\n  description a change\n !\n!\n";

/// The module of labels that the router has.
const LABELS: &str = "urn:example:commit-label";

struct Iosxr;

#[tokio::test(flavor = "multi_thread")]
async fn iosxr_holds_the_old_or_the_new_configuration() {
    table::check(Arc::new(Iosxr), "peering-drivers/src/cisco_iosxr/README.md").await;
}

/// What is killed by the test above.
#[tokio::test]
async fn in_a_process() {
    child::act(&Iosxr, NAME).await;
}

#[async_trait]
impl Subject for Iosxr {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::new(CiscoIosxr {
            minimum_window: Duration::from_secs(1),
            commit_label: Some(LABELS.to_owned()),
            ..CiscoIosxr::default()
        })
    }

    async fn start(&self) -> Box<dyn Device> {
        let fabric = Fabric::new();
        let router = XrRouter {
            name: "xr1".into(),
            ports: vec![Port {
                name: "GigabitEthernet0/0/0/0".into(),
                addresses: vec!["192.0.2.1/24".parse().unwrap()],
            }],
            config: "router bgp 64501\n address-family ipv4 unicast\n !\n neighbor 192.0.2.5\n  remote-as 64505\n !\n!\n"
                .into(),
            users: vec![User::new("netops", "faults")],
            commit_label: Some(LABELS.to_owned()),
            ..XrRouter::default()
        };
        Box::new(Simulator(router.start(&fabric).await.unwrap()))
    }

    fn change(&self) -> &str {
        CHANGE
    }

    fn refusals(&self, step: Step) -> Vec<FaultPoint> {
        let operations: &[&str] = match step {
            Step::Connect => &["get"],
            Step::Open => &["lock", "get", "get-config"],
            Step::Load => &["edit-config"],
            Step::Diff => &["get-cli-config-diff"],
            Step::Commit => {
                &["get", "get-config", "get-cli-config-diff", "commit", "discard-changes", "unlock"]
            }
            Step::CommitConfirmed => &["get", "get-config", "get-cli-config-diff", "commit"],
            Step::Confirm => &["get", "commit", "unlock"],
            Step::Revert => &["get", "cancel-commit", "unlock"],
            Step::Close => &["discard-changes", "unlock", "close-session"],
        };
        operations.iter().map(|operation| FaultPoint::Command((*operation).to_owned())).collect()
    }
}

struct Simulator(RunningXr);

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
        if self.0.has_pending_commit() {
            leaks.push("a commit that waits for its confirmation".to_owned());
        }
        leaks
    }
}
