//! Cisco IOS.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::{Credentials, Driver, HostKeyPolicy, Target};
use peering_drivers::cisco_ios::CiscoIos;
use peering_drivers::sim::{Fabric, Fault, FaultPoint, IosRouter, Port, RunningIos, User};

use super::matrix::{Device, Step, Subject};
use super::{child, table};

const NAME: &str = "cisco_ios";

/// The router's minute.
const MINUTE: Duration = Duration::from_secs(1);

const CHANGE: &str =
    "router bgp 64501\n neighbor 192.0.2.77 remote-as 64577\n neighbor 192.0.2.77 description a change\n";

struct Ios;

struct Simulated {
    running: RunningIos,
    /// Keeps the router's LAN.
    _fabric: Fabric,
}

#[tokio::test(flavor = "multi_thread")]
async fn ios_holds_the_old_or_the_new_configuration() {
    table::check(Arc::new(Ios), "peering-drivers/src/cisco_ios/README.md").await;
}

/// What is killed by the test above.
#[tokio::test]
async fn in_a_process() {
    child::act(&Ios, NAME).await;
}

fn driver() -> CiscoIos {
    CiscoIos { minute: MINUTE, ..CiscoIos::default() }
}

#[async_trait]
impl Subject for Ios {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::new(driver())
    }

    async fn start(&self) -> Box<dyn Device> {
        let fabric = Fabric::new();
        let router = IosRouter {
            name: "ios1".into(),
            local_as: Some(64501.into()),
            ports: vec![Port {
                name: "GigabitEthernet1".into(),
                addresses: vec!["192.0.2.1/24".parse().unwrap()],
            }],
            users: vec![User::new("netops", "faults")],
            minute: MINUTE,
            ..IosRouter::default()
        };
        let running = router.start(&fabric).await.unwrap();
        Box::new(Simulated { running, _fabric: fabric })
    }

    fn change(&self) -> &str {
        CHANGE
    }

    fn refusals(&self, step: Step) -> Vec<FaultPoint> {
        let commands: &[&str] = match step {
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
        };
        let mut points: Vec<_> =
            commands.iter().map(|command| FaultPoint::Command((*command).to_owned())).collect();
        if matches!(step, Step::Commit | Step::Confirm) {
            points.push(FaultPoint::Save);
        }
        points
    }

    fn note(&self, target: &Target) -> String {
        format!("{NAME} {}", target.port.unwrap_or_default())
    }

    fn read_note(&self, note: &str) -> Target {
        let credentials = Credentials {
            username: "netops".into(),
            password: Some("faults".into()),
            ..Credentials::default()
        };
        Target {
            port: note.parse().ok(),
            credentials,
            host_key: HostKeyPolicy::AcceptAnyInsecure,
            ..Target::new("127.0.0.1")
        }
    }
}

#[async_trait]
impl Device for Simulated {
    fn target(&self) -> Target {
        self.running.target()
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
        (self.running.running_config(), self.running.startup_config())
    }

    async fn leaks(&self) -> Vec<String> {
        let mut session = driver().connect(&self.running.target()).await.unwrap();
        let files = session.command("dir").await.unwrap();
        files.lines().filter(|line| line.contains("peering-")).map(str::to_owned).collect()
    }
}
