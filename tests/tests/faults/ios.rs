//! Cisco IOS.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::Driver;
use peering_drivers::cisco_ios::CiscoIos;
use peering_drivers::sim::{Fabric, IosRouter, RunningIos};

use super::matrix::{Device, Handle, Ports, Step, Subject, port, users};

/// The router's minute.
const MINUTE: Duration = Duration::from_secs(1);

const CHANGE: &str =
    "router bgp 64501\n neighbor 192.0.2.77 remote-as 64577\n neighbor 192.0.2.77 description a change\n";

pub(crate) struct Ios;

#[async_trait]
impl Subject for Ios {
    fn platform(&self) -> &'static str {
        "cisco_ios"
    }

    fn driver(&self, _ports: Ports) -> Arc<dyn Driver> {
        Arc::new(CiscoIos { minute: MINUTE, ..CiscoIos::default() })
    }

    async fn start(&self) -> Box<dyn Device> {
        let router = IosRouter {
            name: "ios1".into(),
            local_as: Some(64501.into()),
            ports: port("GigabitEthernet1"),
            users: users(),
            minute: MINUTE,
            ..IosRouter::default()
        };
        Box::new(router.start(&Fabric::new()).await.unwrap())
    }

    fn change(&self) -> &'static str {
        CHANGE
    }

    fn refusals(&self, step: Step) -> &'static [&'static str] {
        match step {
            Step::Connect => &["terminal", "dir", "show archive config rollback timer"],
            Step::Open => &["dir", "copy running-config", "show running-config"],
            Step::Load => &[],
            Step::Diff => &["dir", "scp", "verify", "show archive config differences"],
            Step::Commit => {
                &["scp", "show running-config", "configure replace", "configure confirm", "write memory"]
            }
            Step::CommitConfirmed => &["scp", "show running-config", "configure replace"],
            Step::Confirm => &["show archive config rollback timer", "configure confirm", "write memory"],
            Step::Revert => &["show archive config rollback timer", "configure revert"],
            Step::Close => &["dir", "delete"],
        }
    }

    fn saves(&self) -> bool {
        true
    }

    fn stride(&self) -> usize {
        7
    }

    fn acts(&self, step: Step) -> &'static [&'static str] {
        match step {
            Step::Commit => &["configure replace", "configure confirm", "write memory"],
            Step::CommitConfirmed => &["configure replace"],
            Step::Confirm => &["configure confirm", "write memory"],
            Step::Revert => &["configure revert"],
            _ => &[],
        }
    }
}

#[async_trait]
impl Device for RunningIos {
    fn handle(&self) -> &dyn Handle {
        &**self
    }

    async fn leaks(&self) -> Vec<String> {
        let mut leaks: Vec<String> =
            self.files().into_iter().filter(|name| name.contains("peering-")).collect();
        if self.has_pending_change() {
            leaks.push("a change that waits to be confirmed".to_owned());
        }
        leaks
    }
}
