//! The conformance suite on the simulator, over real SSH: every behaviour on a router of its own, all at once.

use std::sync::Arc;

use peering_core::Secret;
use peering_core::conformance::{ALL, Behaviour};
use peering_core::driver::{Driver, Read, Target};
use peering_drivers::frr::Frr;
use peering_drivers::sim::{Fabric, FrrRouter, Login, Member, Port, Running, User};
use peering_tests::assert_kept;
use peering_tests::frr::{Configure, FrrSubject};

/// A router with one established session, one that is shut down, and one where nobody answers.
async fn router() -> (Arc<Running>, Fabric) {
    let fabric = Fabric::new();
    fabric.add_member(Member {
        addresses: vec!["192.0.2.5".parse().unwrap()],
        password: Some(Secret::new("md5-of-the-member")),
        ipv4_prefixes: 40,
        ..Member::new(64505.into(), 64501.into())
    });
    let router = FrrRouter {
        name: "r1".into(),
        local_as: Some(64501.into()),
        ports: vec![Port { name: "lan0".into(), addresses: vec!["192.0.2.1/24".parse().unwrap()] }],
        config: "router bgp 64501\n no bgp default ipv4-unicast\n no bgp ebgp-requires-policy\n \
                 neighbor 192.0.2.5 remote-as 64505\n neighbor 192.0.2.5 password md5-of-the-member\n \
                 neighbor 192.0.2.98 remote-as 64598\n neighbor 192.0.2.98 shutdown\n \
                 neighbor 192.0.2.99 remote-as 64599\n address-family ipv4 unicast\n  \
                 neighbor 192.0.2.5 activate\n exit-address-family\nexit\n"
            .into(),
        users: vec![
            User::new("netops", "conformance"),
            User { login: Login::Vtysh, ..User::new("cli", "conformance") },
        ],
    };
    let running = router.start(&fabric).await.unwrap();
    assert!(running.wait_established(1, std::time::Duration::from_secs(10)).await);
    (Arc::new(running), fabric)
}

fn subject(running: &Arc<Running>, target: Target) -> FrrSubject {
    let router = Arc::clone(running);
    let configure: Configure = Box::new(move |commands| {
        // The first command opens the configuration mode, which the handle is in already.
        let result = router.configure(&commands.get(1..).unwrap_or_default().join("\n"));
        Box::pin(std::future::ready(result))
    });
    FrrSubject { driver: Arc::new(Frr::default()), target, asn: 64501, configure }
}

async fn all(user: &'static str) {
    let check = move |behaviour: &'static Behaviour| async move {
        let (running, _fabric) = router().await;
        (behaviour.name(), behaviour.check(&subject(&running, running.target_for(user))).await)
    };
    let runs: Vec<_> = ALL.iter().map(|behaviour| tokio::spawn(check(behaviour))).collect();
    let mut verdicts = Vec::new();
    for run in runs {
        verdicts.push(run.await.unwrap());
    }
    assert_kept(&verdicts);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_promise_is_kept_by_the_simulator() {
    all("netops").await;
}

/// An account whose login shell is vtysh claims the reads only; the rest must fail with `Unsupported`.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_a_shell_keeps_what_it_claims() {
    let (running, _fabric) = router().await;
    let mut session = Frr::default().connect(&running.target_for("cli")).await.unwrap();
    let claimed = session.capabilities();
    assert!(
        [Read::Facts, Read::BgpNeighbors, Read::RunningConfig].iter().all(|read| claimed.reads.has(*read))
    );
    assert!(!claimed.candidate() && !claimed.commit && !claimed.commit_confirmed);
    session.close().await.unwrap();
    all("cli").await;
}
