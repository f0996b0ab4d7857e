//! Arista EOS, over eAPI and over SSH.

use std::sync::Arc;

use async_trait::async_trait;
use peering_core::driver::Driver;
use peering_drivers::arista_eos::{AristaEos, EosTransport};
use peering_drivers::sim::{EosIdentity, EosRouter, Fabric, Running};

use super::matrix::{Device, Handle, Ports, Step, Subject, port, users};

const CHANGE: &str = "router bgp 64501\n   neighbor 192.0.2.77 remote-as 64577\n   \
                      neighbor 192.0.2.77 description a change\n";

/// How the router is spoken with.
pub(crate) enum Eos {
    Api,
    Ssh,
}

struct Router {
    running: Running<EosIdentity>,
    main: u16,
}

#[async_trait]
impl Subject for Eos {
    fn platform(&self) -> &'static str {
        "arista_eos"
    }

    fn way(&self) -> &'static str {
        match self {
            Eos::Api => "eAPI",
            Eos::Ssh => "SSH",
        }
    }

    fn driver(&self, _ports: Ports) -> Arc<dyn Driver> {
        let transport = match self {
            Eos::Api => EosTransport::Http,
            Eos::Ssh => EosTransport::Ssh,
        };
        Arc::new(AristaEos { transport, ..AristaEos::default() })
    }

    async fn start(&self) -> Box<dyn Device> {
        let router = EosRouter {
            name: "eos1".into(),
            local_as: Some(64501.into()),
            ports: port("Ethernet1"),
            users: users(),
            has_http: true,
            ..EosRouter::default()
        };
        let running = router.start(&Fabric::new()).await.unwrap();
        let main = match self {
            Eos::Api => running.http_addr().unwrap().port(),
            Eos::Ssh => running.ssh_addr().port(),
        };
        Box::new(Router { running, main })
    }

    fn change(&self) -> &'static str {
        CHANGE
    }

    fn refusals(&self, step: Step) -> &'static [&'static str] {
        match step {
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
        }
    }

    fn saves(&self) -> bool {
        true
    }

    fn stride(&self) -> usize {
        match self {
            Eos::Api => 1,
            Eos::Ssh => 5,
        }
    }

    fn acts(&self, step: Step) -> &'static [&'static str] {
        match step {
            Step::Commit | Step::Confirm => &["configure session", "write memory"],
            Step::CommitConfirmed | Step::Revert => &["configure session"],
            _ => &[],
        }
    }
}

#[async_trait]
impl Device for Router {
    fn handle(&self) -> &dyn Handle {
        &self.running
    }

    fn ports(&self) -> Ports {
        Ports::new(self.main, self.main)
    }

    async fn leaks(&self) -> Vec<String> {
        let driver = AristaEos { transport: EosTransport::Http, ..AristaEos::default() };
        let api = self.running.http_addr().unwrap().port();
        let mut session = driver.connect(&Ports::new(api, api).patient().target()).await.unwrap();
        let files = session.command("dir flash:").await.unwrap();
        let checkpoints = session.command("show configuration checkpoints").await.unwrap();
        let ours = files.lines().chain(checkpoints.lines()).filter(|line| line.contains("peering"));
        self.running.sessions().into_iter().chain(ours.map(str::to_owned)).collect()
    }
}
