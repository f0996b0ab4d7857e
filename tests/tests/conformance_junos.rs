//! The conformance suite on a simulated Junos, over NETCONF: every behaviour on a router of its own, all at once.

use std::sync::Arc;
use std::time::Duration;

use peering_core::Secret;
use peering_core::conformance::{ALL, Behaviour};
use peering_core::driver::Target;
use peering_drivers::juniper_junos::JuniperJunos;
use peering_drivers::sim::{Fabric, JunosRouter, Member, Port, RunningJunos, User};
use peering_tests::assert_kept;
use peering_tests::junos_subject::JunosSubject;

/// The router's minute: two of them are a window.
const MINUTE: Duration = Duration::from_secs(2);

/// A router with one established session, one that is shut down, and one where nobody answers.
async fn router() -> (Arc<RunningJunos>, Fabric) {
    let fabric = Fabric::new();
    fabric.add_member(Member {
        addresses: vec!["192.0.2.5".parse().unwrap()],
        password: Some(Secret::new("md5-of-the-member")),
        ipv4_prefixes: 40,
        ..Member::new(64505.into(), 64501.into())
    });
    let router = JunosRouter {
        name: "r1".into(),
        local_as: Some(64501.into()),
        ports: vec![Port { name: "ge-0/0/0".into(), addresses: vec!["192.0.2.1/24".parse().unwrap()] }],
        config: "protocols { bgp { group LAN { type external; neighbor 192.0.2.5 { authentication-key md5-of-the-member; \
                 peer-as 64505; } neighbor 192.0.2.98 { shutdown; peer-as 64598; } neighbor 192.0.2.99 { peer-as 64599; } \
                 } } }"
            .into(),
        users: vec![User::new("netops", "conformance")],
        minute: MINUTE,
        ..JunosRouter::default()
    };
    let running = router.start(&fabric).await.unwrap();
    assert!(running.wait_established(1, Duration::from_secs(10)).await);
    (Arc::new(running), fabric)
}

fn subject(router: &Arc<RunningJunos>, target: Target, driver: JuniperJunos) -> JunosSubject {
    let router = Arc::clone(router);
    let commit = Box::new(move |commands: &str| router.commit_by_force(commands));
    JunosSubject { driver: Arc::new(driver), target, window: 2 * MINUTE, commit }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_promise_is_kept_by_the_simulator() {
    let check = move |behaviour: &'static Behaviour| async move {
        let (running, _fabric) = router().await;
        let driver = JuniperJunos { minute: MINUTE, ..JuniperJunos::default() };
        let verdict = behaviour.check(&subject(&running, running.target(), driver)).await;
        (behaviour.name(), verdict)
    };
    let runs: Vec<_> = ALL.iter().map(|behaviour| tokio::spawn(check(behaviour))).collect();
    let mut verdicts = Vec::new();
    for run in runs {
        verdicts.push(run.await.unwrap());
    }
    assert_kept(&verdicts);
}
