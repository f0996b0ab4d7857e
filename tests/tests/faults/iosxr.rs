//! Cisco IOS-XR over NETCONF.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::Driver;
use peering_drivers::cisco_iosxr::CiscoIosxr;
use peering_drivers::sim::{Fabric, RunningXr, XrRouter};

use super::matrix::{Device, Handle, Ports, Step, Subject, lasting, port, users};

const CHANGE: &str =
    "router bgp 64501\n neighbor 192.0.2.77\n  remote-as 64577\n  description a change\n !\n!\n";

/// The module of labels that the router has.
const LABELS: &str = "urn:example:commit-label";

pub(crate) struct Iosxr;

#[async_trait]
impl Subject for Iosxr {
    fn platform(&self) -> &'static str {
        "cisco_iosxr"
    }

    fn driver(&self, _ports: Ports) -> Arc<dyn Driver> {
        Arc::new(CiscoIosxr {
            minimum_window: Duration::from_secs(1),
            commit_label: Some(LABELS.to_owned()),
            ..CiscoIosxr::default()
        })
    }

    async fn start(&self) -> Box<dyn Device> {
        let router = XrRouter {
            name: "xr1".into(),
            ports: port("GigabitEthernet0/0/0/0"),
            config: "router bgp 64501\n address-family ipv4 unicast\n !\n neighbor 192.0.2.5\n  remote-as 64505\n !\n!\n"
                .into(),
            users: users(),
            commit_label: Some(LABELS.to_owned()),
            ..XrRouter::default()
        };
        Box::new(router.start(&Fabric::new()).await.unwrap())
    }

    fn change(&self) -> &'static str {
        CHANGE
    }

    fn refusals(&self, step: Step) -> &'static [&'static str] {
        match step {
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
        }
    }
}

#[async_trait]
impl Device for RunningXr {
    fn handle(&self) -> &dyn Handle {
        &**self
    }

    async fn leaks(&self) -> Vec<String> {
        let mut leaks = lasting(|| self.sessions()).await;
        if self.has_pending_commit() {
            leaks.push("a commit that waits for its confirmation".to_owned());
        }
        leaks
    }
}
