//! Cisco NX-OS as a subject of the conformance suite, and a simulated router for it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::Result;
use peering_core::conformance::{Change, Subject};
use peering_core::driver::{Driver, Target};
use peering_drivers::cisco_nxos::{CiscoNxos, NxosTransport};
use peering_drivers::sim::{Fabric, Member, NxosIdentity, NxosRouter, Port, Running, User};

use crate::subject;

const PASSWORD: &str = "conformance-md5";

/// A simulated router with one established session, one that is shut down, and one where nobody answers.
#[derive(Clone, Debug)]
pub struct NxosSubject {
    /// The router.
    pub running: Arc<Running<NxosIdentity>>,
    transport: NxosTransport,
    _fabric: Fabric,
}

impl NxosSubject {
    /// Starts the router; it is spoken with in this way.
    pub async fn start(transport: NxosTransport) -> NxosSubject {
        let fabric = Fabric::new();
        fabric.add_member(Member {
            addresses: vec!["192.0.2.5".parse().unwrap()],
            ipv4_prefixes: 40,
            ..Member::new(64505.into(), 64501.into())
        });
        let router = NxosRouter {
            name: "n9k1".into(),
            ports: vec![Port { name: "Ethernet1/1".into(), addresses: vec!["192.0.2.1/24".parse().unwrap()] }],
            config: "router bgp 64501\n  neighbor 192.0.2.5\n    remote-as 64505\n    address-family ipv4 unicast\n  neighbor \
                     192.0.2.98\n    remote-as 64598\n    shutdown\n    address-family ipv4 unicast\n  neighbor \
                     192.0.2.99\n    remote-as 64599\n    address-family ipv4 unicast\n"
                .into(),
            users: vec![User::new("netops", "conformance")],
            has_http: true,
            ..NxosRouter::default()
        };
        let running = Arc::new(router.start(&fabric).await.unwrap());
        assert!(running.wait_established(1, Duration::from_secs(10)).await);
        NxosSubject { running, transport, _fabric: fabric }
    }

    /// The driver, in the way that the subject is spoken with.
    pub fn nxos(&self) -> CiscoNxos {
        let ssh_port = self.running.ssh_addr().port();
        CiscoNxos { transport: self.transport, ssh_port, ..CiscoNxos::default() }
    }

    /// How to reach it.
    pub fn reach(&self) -> Target {
        match self.transport {
            NxosTransport::Https => self.running.target(),
            NxosTransport::Http => {
                Target { port: self.running.http_addr().map(|addr| addr.port()), ..self.running.target() }
            }
            NxosTransport::Ssh => self.running.ssh_target(),
        }
    }
}

fn bgp(lines: &[&str]) -> String {
    let body: String = lines.iter().map(|line| format!("  {line}\n")).collect();
    format!("router bgp 64501\n{body}")
}

#[async_trait]
impl Subject for NxosSubject {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::new(self.nxos())
    }

    fn target(&self) -> Target {
        self.reach()
    }

    fn wrong_password(&self) -> Target {
        subject::wrong_password(&self.reach())
    }

    fn nobody(&self) -> Target {
        subject::nobody(&self.reach())
    }

    fn change(&self) -> Change {
        Change {
            apply: bgp(&[
                "neighbor 192.0.2.77",
                "  remote-as 64577",
                "  description a change of the conformance suite",
                &format!("  password 0 {PASSWORD}"),
                "  address-family ipv4 unicast",
            ]),
            remove: bgp(&["no neighbor 192.0.2.77"]),
            marker: "neighbor 192.0.2.77".into(),
            secret: Some(PASSWORD.into()),
        }
    }

    fn replacement(&self, running: &str) -> String {
        let head = "router bgp 64501\n";
        let with = format!("{head}  neighbor 192.0.2.77\n    remote-as 64577\n    password 0 {PASSWORD}\n");
        running.replacen(head, &with, 1)
    }

    fn refused(&self) -> String {
        bgp(&[
            "neighbor 192.0.2.78",
            "  remote-as 64578",
            "neighbor 192.0.2.80",
            "  nonsense-keyword 5",
            "neighbor 192.0.2.79",
            "  remote-as 64579",
        ])
    }

    fn commands(&self) -> (String, String) {
        ("show version".into(), "show nonsense".into())
    }

    async fn meddle(&self) -> Result<()> {
        self.running.configure(&bgp(&["neighbor 192.0.2.66", "  remote-as 64566"]))
    }

    async fn mend(&self) -> Result<()> {
        self.running.configure(&bgp(&["no neighbor 192.0.2.66"]))
    }
}
