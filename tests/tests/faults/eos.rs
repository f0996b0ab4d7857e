//! Arista EOS.

use std::sync::Arc;

use async_trait::async_trait;
use peering_core::driver::{Driver, Target};
use peering_drivers::arista_eos::{AristaEos, Scheme};
use peering_drivers::sim::{Certificate, EosRouter, Fabric, Fault, FaultPoint, Port, User};

use super::matrix::{Device, Simulated, Step, Subject};
use super::{child, table};

const NAME: &str = "arista_eos";

const CHANGE: &str = "router bgp 64501\n   neighbor 192.0.2.77 remote-as 64577\n   \
                      neighbor 192.0.2.77 description a change\n";

/// The release decides in which form the router tells of its timer.
struct Eos(&'static str);

#[tokio::test(flavor = "multi_thread")]
async fn eos_holds_the_old_or_the_new_configuration() {
    table::check(Arc::new(Eos("4.32.2F")), "peering-drivers/src/arista_eos/README.md").await;
}

/// What is killed by the test above.
#[tokio::test]
async fn in_a_process() {
    child::act(&Eos("4.32.2F"), NAME).await;
}

#[async_trait]
impl Subject for Eos {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::new(AristaEos { scheme: Scheme::Http, ..AristaEos::default() })
    }

    async fn start(&self) -> Box<dyn Device> {
        let fabric = Fabric::new();
        let router = EosRouter {
            name: "eos1".into(),
            version: self.0.into(),
            local_as: Some(64501.into()),
            ports: vec![Port { name: "Ethernet1".into(), addresses: vec!["192.0.2.1/24".parse().unwrap()] }],
            users: vec![User::new("netops", "faults")],
            has_http: true,
            ..EosRouter::default()
        };
        let running = router.start(&fabric).await.unwrap();
        let port = running.http_addr().map(|addr| addr.port());
        let target = Target { port, ..running.target() };
        Box::new(Simulated { running, target })
    }

    fn change(&self) -> &str {
        CHANGE
    }

    fn refusals(&self, step: Step) -> Vec<FaultPoint> {
        let commands: &[&str] = match step {
            Step::Connect => &["show version", "show configuration sessions detail"],
            Step::Open => &[
                "show configuration sessions detail",
                "configure session",
                "show running-config",
                "show session-config",
            ],
            Step::Load => &["configure session", "router bgp", "neighbor", "end"],
            Step::Diff => &["show session-config"],
            Step::Commit => {
                &["show running-config", "show session-config", "configure session", "write memory"]
            }
            Step::CommitConfirmed => &["show running-config", "show session-config", "configure session"],
            Step::Confirm => &["show configuration sessions detail", "configure session", "write memory"],
            Step::Revert => &["show configuration sessions detail", "configure session"],
            Step::Close => &["show configuration sessions detail", "configure session"],
        };
        let mut points: Vec<_> =
            commands.iter().map(|command| FaultPoint::Command((*command).to_owned())).collect();
        if matches!(step, Step::Commit | Step::Confirm) {
            points.push(FaultPoint::Save);
        }
        points
    }
}

#[async_trait]
impl Device for Simulated<Certificate> {
    fn target(&self) -> Target {
        self.target.clone()
    }

    fn inject(&self, fault: Fault) {
        self.running.inject(fault);
    }

    fn clear_faults(&self) {
        self.running.clear_faults();
    }

    fn unplayed(&self) -> usize {
        self.running.unplayed_faults()
    }

    fn configurations(&self) -> (String, String) {
        Simulated::configurations(self)
    }

    async fn leaks(&self) -> Vec<String> {
        let driver = AristaEos { scheme: Scheme::Http, ..AristaEos::default() };
        let mut session = driver.connect(&self.target).await.unwrap();
        let files = session.command("dir flash:").await.unwrap();
        let checkpoints = session.command("show configuration checkpoints").await.unwrap();
        let ours = files.lines().chain(checkpoints.lines()).filter(|line| line.contains("peering"));
        self.running.sessions().into_iter().chain(ours.map(str::to_owned)).collect()
    }
}
