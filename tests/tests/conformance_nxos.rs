//! The conformance suite on a simulated NX-OS router, over NX-API and over the command line: every behaviour on a router of
//! its own, all at once. And what only NX-OS does.

use std::sync::Arc;
use std::time::Duration;

use peering_core::driver::{Driver, Leftover, LoadMode};
use peering_core::{ErrorKind, Router};
use peering_drivers::cisco_nxos::{CiscoNxos, NxosTransport};
use peering_drivers::sim::{Fabric, Fault, FaultKind, FaultPoint, NxosRouter, User};
use peering_tests::nxos::NxosLab;
use peering_tests::subject::keeps_its_promises;
use peering_tests::{sample, words};

const CHANGE: &str = "router bgp 64501\n  neighbor 192.0.2.77\n    remote-as 64577\n";

async fn all(transport: NxosTransport) {
    keeps_its_promises(|| async move { NxosLab::start(transport).await.subject() }, "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_promise_is_kept_over_nxapi() {
    all(NxosTransport::Https).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_promise_is_kept_over_ssh() {
    all(NxosTransport::Ssh).await;
}

async fn connect(lab: &NxosLab) -> Router {
    Router::connect(Arc::new(lab.nxos()), &lab.reach()).await.unwrap()
}

/// The sample of our template loads as it is, and loading it again changes nothing.
#[tokio::test]
async fn the_template_loads() {
    let fabric = Fabric::new();
    let running = NxosRouter { users: vec![User::new("netops", "x")], ..NxosRouter::default() };
    let running = running.start(&fabric).await.unwrap();
    let driver = CiscoNxos { ssh_port: running.ssh_addr().port(), ..CiscoNxos::default() };
    let router = Router::connect(Arc::new(driver), &running.target()).await.unwrap();
    sample::load("cisco_nxos", &router, None).await;
    assert_eq!(running.running_config(), running.startup_config());
    router.close().await.unwrap();
    assert_eq!(running.files(), Vec::<String>::new());
}

/// Files of a dead session of ours are reported, and deleted at the next candidate; others' files stay.
#[tokio::test]
async fn only_what_is_ours_and_dead_is_deleted() {
    for transport in [NxosTransport::Https, NxosTransport::Ssh] {
        let lab = NxosLab::start(transport).await;
        let driver = lab.nxos();
        let mut session = driver.connect(&lab.reach()).await.unwrap();
        session.command("checkpoint file bootflash:by-hand").await.unwrap();
        session.open_candidate().await.unwrap();
        session.stage(LoadMode::Merge, CHANGE).await.unwrap();
        session.diff().await.unwrap();
        let other = connect(&lab).await;
        assert!(matches!(other.leftovers(), [Leftover::Candidate { is_ours: false, .. }]), "it is held");
        assert_eq!(other.candidate().await.unwrap_err().kind(), ErrorKind::Locked);
        other.close().await.unwrap();
        drop(session);
        let router = connect(&lab).await;
        let left = router.leftovers();
        assert!(
            matches!(left, [Leftover::Candidate { is_ours: true, holder }] if holder.contains("netops")),
            "{left:?}"
        );
        router.candidate().await.unwrap().discard().await.unwrap();
        router.close().await.unwrap();
        assert_eq!(lab.running.files(), ["by-hand"]);
    }
}

/// A line that the switch does not know takes nothing along, and the switch's words come back.
#[tokio::test]
async fn a_rollback_that_fails_leaves_the_old_configuration() {
    let lab = NxosLab::start(NxosTransport::Https).await;
    let before = lab.running.running_config();
    let router = connect(&lab).await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(words::nxos().refused).await.unwrap();
    let error = candidate.commit(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.message().contains("Invalid command"), "{error}");
    assert_eq!(lab.running.running_config(), before);
    router.close().await.unwrap();
}

/// What is committed and not saved is no `Rejected`: it is in force.
#[tokio::test]
async fn a_commit_that_is_not_saved_says_so() {
    let lab = NxosLab::start(NxosTransport::Ssh).await;
    let failure = FaultKind::Fail { status: 1, output: "% Disk full".into() };
    lab.running.inject(Fault::always(FaultPoint::Save, failure));
    let router = connect(&lab).await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(CHANGE).await.unwrap();
    let error = candidate.commit(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    assert!(error.message().contains("in force") && error.message().contains("Disk full"), "{error}");
    assert!(lab.running.running_config().contains("neighbor 192.0.2.77"));
    assert!(!lab.running.startup_config().contains("neighbor 192.0.2.77"));
    router.close().await.unwrap();
}

/// The answer to the commit is lost: the driver looks, over a new link where it needs one, and knows.
#[tokio::test]
async fn a_lost_answer_is_looked_for() {
    for transport in [NxosTransport::Https, NxosTransport::Ssh] {
        for (kind, is_applied) in [(FaultKind::DropAfter, true), (FaultKind::DropBefore, false)] {
            let lab = NxosLab::start(transport).await;
            let router = connect(&lab).await;
            let mut candidate = router.candidate().await.unwrap();
            candidate.merge(CHANGE).await.unwrap();
            candidate.diff().await.unwrap();
            lab.running.inject(Fault::once(FaultPoint::Command("rollback".into()), kind.clone()));
            let result = candidate.commit(None).await;
            let is_there = lab.running.running_config().contains("neighbor 192.0.2.77");
            assert_eq!(is_there, is_applied, "{transport:?} {kind:?}: {result:?}");
            assert_eq!(result.is_ok(), is_applied, "{transport:?} {kind:?}: {result:?}");
            router.close().await.ok();
        }
    }
}

/// The answer does not come in time because the switch is still at work: that is waited for, or nothing is promised.
#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_that_takes_long_is_no_old_configuration() {
    let run = async |transport: NxosTransport, rollback_time: Duration, change: Duration| {
        let users = vec![User::new("netops", "x")];
        let router = NxosRouter { users, rollback_time, ..NxosRouter::default() };
        let running = router.start(&Fabric::new()).await.unwrap();
        let driver = CiscoNxos { transport, ssh_port: running.ssh_addr().port(), ..CiscoNxos::default() };
        let mut target =
            if transport == NxosTransport::Ssh { running.ssh_target() } else { running.target() };
        target.timeouts.change = change;
        let router = Router::connect(Arc::new(driver), &target).await.unwrap();
        let mut candidate = router.candidate().await.unwrap();
        candidate.merge(CHANGE).await.unwrap();
        candidate.diff().await.unwrap();
        let result = candidate.commit(None).await.map_err(|error| error.kind());
        tokio::time::sleep(rollback_time).await;
        router.close().await.ok();
        (result, running.running_config().contains("neighbor 192.0.2.77"))
    };
    let [slow, too_slow] = [[2700, 5000], [4000, 2000]].map(|times| times.map(Duration::from_millis));
    for transport in [NxosTransport::Https, NxosTransport::Ssh] {
        let [waited, unknown] = <[_; 2]>::from(tokio::join!(
            run(transport, slow[0], slow[1]),
            run(transport, too_slow[0], too_slow[1])
        ));
        assert_eq!(waited, (Ok(()), true), "{transport:?}");
        assert_eq!(unknown, (Err(ErrorKind::OutcomeUnknown), true), "{transport:?}");
    }
}
