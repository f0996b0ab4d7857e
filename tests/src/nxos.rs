//! A simulated NX-OS router as a subject of the conformance suite.

use std::sync::Arc;
use std::time::Duration;

use peering_core::Result;
use peering_core::driver::Target;
use peering_drivers::cisco_nxos::{CiscoNxos, NxosTransport};
use peering_drivers::sim::{Fabric, Member, NxosIdentity, NxosRouter, Port, Running, User};

use crate::subject::TypedSubject;
use crate::words;

/// A simulated router with one established session, one that is shut down, and one where nobody answers.
#[derive(Clone, Debug)]
pub struct NxosLab {
    /// The router.
    pub running: Arc<Running<NxosIdentity>>,
    transport: NxosTransport,
    _fabric: Fabric,
}

impl NxosLab {
    /// Starts the router; it is spoken with in this way.
    pub async fn start(transport: NxosTransport) -> NxosLab {
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
        NxosLab { running, transport, _fabric: fabric }
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

    /// The same as a subject.
    pub fn subject(self) -> TypedSubject {
        TypedSubject {
            driver: Arc::new(self.nxos()),
            target: self.reach(),
            window: Duration::from_secs(4),
            words: words::nxos(),
            configure: Box::new(move |text| self.configure(text)),
        }
    }

    fn configure(&self, text: &str) -> Result<()> {
        self.running.configure(text)
    }
}
