//! Cisco NX-OS, over NX-API and over SSH.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::Driver;
use peering_drivers::cisco_nxos::{CiscoNxos, NxosTransport};
use peering_drivers::sim::{Fabric, NxosIdentity, NxosRouter, Running};

use super::matrix::{Device, Handle, PATIENCE, Ports, Step, Subject, port, users};

const CHANGE: &str =
    "router bgp 64501\n  neighbor 192.0.2.77\n    remote-as 64577\n    description a change\n";

/// How the switch is spoken with; files go by SSH in any case.
pub(crate) enum Nxos {
    Api,
    Ssh,
}

struct Switch {
    running: Running<NxosIdentity>,
    main: u16,
}

#[async_trait]
impl Subject for Nxos {
    fn platform(&self) -> &'static str {
        "cisco_nxos"
    }

    fn way(&self) -> &'static str {
        match self {
            Nxos::Api => "NX-API",
            Nxos::Ssh => "SSH",
        }
    }

    fn driver(&self, ports: Ports) -> Arc<dyn Driver> {
        let transport = match self {
            Nxos::Api => NxosTransport::Http,
            Nxos::Ssh => NxosTransport::Ssh,
        };
        Arc::new(CiscoNxos { transport, ssh_port: ports.files, ..CiscoNxos::default() })
    }

    async fn start(&self) -> Box<dyn Device> {
        let router = NxosRouter {
            name: "n9k1".into(),
            local_as: Some(64501.into()),
            ports: port("Ethernet1/1"),
            users: users(),
            has_http: true,
            ..NxosRouter::default()
        };
        let running = router.start(&Fabric::new()).await.unwrap();
        let main = match self {
            Nxos::Api => running.http_addr().unwrap().port(),
            Nxos::Ssh => running.ssh_addr().port(),
        };
        Box::new(Switch { running, main })
    }

    fn change(&self) -> &'static str {
        CHANGE
    }

    fn refusals(&self, step: Step) -> &'static [&'static str] {
        match step {
            Step::Connect => &["dir"],
            Step::Open => &["dir", "checkpoint file", "show file"],
            Step::Diff => &["scp", "show file", "show diff rollback-patch"],
            Step::Commit => {
                &["scp", "show file", "show diff rollback-patch", "rollback", "copy running-config", "delete"]
            }
            Step::Close => &["dir", "delete"],
            _ => &[],
        }
    }

    fn settled(&self) -> Duration {
        // It has no timers.
        PATIENCE
    }

    fn saves(&self) -> bool {
        true
    }

    fn stride(&self) -> usize {
        match self {
            Nxos::Api => 1,
            Nxos::Ssh => 3,
        }
    }

    fn acts(&self, step: Step) -> &'static [&'static str] {
        match step {
            Step::Commit => &["rollback", "copy running-config"],
            _ => &[],
        }
    }
}

#[async_trait]
impl Device for Switch {
    fn handle(&self) -> &dyn Handle {
        &self.running
    }

    fn ports(&self) -> Ports {
        Ports::new(self.main, self.running.ssh_addr().port())
    }

    async fn leaks(&self) -> Vec<String> {
        let files = self.running.files().into_iter().chain(self.running.checkpoints());
        files.filter(|name| name.contains("peering-")).collect()
    }
}
