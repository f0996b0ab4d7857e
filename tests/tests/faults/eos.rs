//! Arista EOS.

use std::sync::Arc;

use async_trait::async_trait;
use peering_core::driver::Driver;
use peering_drivers::arista_eos::{AristaEos, EosTransport};
use peering_drivers::sim::{EosIdentity, EosRouter, Fabric, Running};

use super::matrix::{Device, Handle, Ports, Step, Subject, port, users};

const CHANGE: &str = "router bgp 64501\n   neighbor 192.0.2.77 remote-as 64577\n   \
                      neighbor 192.0.2.77 description a change\n";

pub(crate) struct Eos;

fn driver() -> AristaEos {
    AristaEos { transport: EosTransport::Http, ..AristaEos::default() }
}

#[async_trait]
impl Subject for Eos {
    fn platform(&self) -> &'static str {
        "arista_eos"
    }

    fn driver(&self, _ports: Ports) -> Arc<dyn Driver> {
        Arc::new(driver())
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
        Box::new(router.start(&Fabric::new()).await.unwrap())
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
}

#[async_trait]
impl Device for Running<EosIdentity> {
    fn handle(&self) -> &dyn Handle {
        self
    }

    fn ports(&self) -> Ports {
        let main = self.http_addr().unwrap().port();
        Ports::new(main, main)
    }

    async fn leaks(&self) -> Vec<String> {
        let mut session = driver().connect(&self.ports().patient().target()).await.unwrap();
        let files = session.command("dir flash:").await.unwrap();
        let checkpoints = session.command("show configuration checkpoints").await.unwrap();
        let ours = files.lines().chain(checkpoints.lines()).filter(|line| line.contains("peering"));
        self.sessions().into_iter().chain(ours.map(str::to_owned)).collect()
    }
}
