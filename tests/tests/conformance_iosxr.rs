//! The conformance suite on a simulated IOS-XR, over NETCONF and over the command line: every behaviour on a router of its own, all at once.

use std::sync::Arc;
use std::time::Duration;

use peering_core::{ErrorKind, Router, Secret};
use peering_drivers::cisco_iosxr::{CiscoIosxr, IosxrTransport};
use peering_drivers::sim::{Fabric, Member, Port, RunningXr, User, XrRouter};
use peering_tests::subject::{TypedSubject, keeps_its_promises};
use peering_tests::words;

/// The window of the tests, which is the shortest one of a driver for simulated routers.
const WINDOW: Duration = Duration::from_secs(4);

/// The module of labels that a router may have.
const LABELS: &str = "urn:example:commit-label";

/// A router with one established session, one that is shut down, and one where nobody answers.
async fn router(commit_label: Option<&str>) -> (Arc<RunningXr>, Fabric) {
    let fabric = Fabric::new();
    fabric.add_member(Member {
        addresses: vec!["192.0.2.5".parse().unwrap()],
        password: Some(Secret::new("md5-of-the-member")),
        ipv4_prefixes: 40,
        ..Member::new(64505.into(), 64501.into())
    });
    let router = XrRouter {
        name: "r1".into(),
        ports: vec![Port {
            name: "GigabitEthernet0/0/0/0".into(),
            addresses: vec!["192.0.2.1/24".parse().unwrap()],
        }],
        config: "route-policy ALL\n  done\nend-policy\n!\nrouter bgp 64501\n address-family ipv4 unicast\n !\n neighbor \
                 192.0.2.5\n  remote-as 64505\n  password clear md5-of-the-member\n  address-family ipv4 unicast\n   \
                 route-policy ALL in\n   route-policy ALL out\n  !\n !\n neighbor 192.0.2.98\n  remote-as 64598\n  \
                 shutdown\n !\n neighbor 192.0.2.99\n  remote-as 64599\n !\n!\n"
            .into(),
        users: vec![User::new("netops", "conformance")],
        commit_label: commit_label.map(str::to_owned),
        ..XrRouter::default()
    };
    let running = router.start(&fabric).await.unwrap();
    assert!(running.wait_established(1, Duration::from_secs(10)).await);
    (Arc::new(running), fabric)
}

fn driver(commit_label: Option<&str>) -> CiscoIosxr {
    CiscoIosxr {
        minimum_window: Duration::from_secs(1),
        commit_label: commit_label.map(str::to_owned),
        ..CiscoIosxr::default()
    }
}

async fn all(driver: CiscoIosxr, except: &str) {
    let start = || {
        let driver = driver.clone();
        async move {
            let lab = router(driver.commit_label.as_deref()).await;
            let target = match driver.transport {
                IosxrTransport::Netconf => lab.0.target(),
                IosxrTransport::Ssh => lab.0.shell_target(),
            };
            let commit = move |text: &str| {
                let (running, _fabric) = &lab;
                running.commit_by_force(text)
            };
            TypedSubject {
                driver: Arc::new(driver),
                target,
                window: WINDOW,
                words: words::iosxr(),
                configure: Box::new(commit),
            }
        }
    };
    keeps_its_promises(start, except).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_promise_is_kept_over_netconf() {
    all(driver(Some(LABELS)), "").await;
}

/// Without labels all the promises are kept but one: another session does not know the deadline.
#[tokio::test(flavor = "multi_thread")]
async fn without_labels_only_the_deadline_is_not_known_from_outside() {
    all(driver(None), "pending_is_seen_from_outside").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_promise_is_kept_over_the_command_line() {
    all(CiscoIosxr { transport: IosxrTransport::Ssh, ..CiscoIosxr::default() }, "").await;
}

async fn connect(running: &RunningXr, driver: CiscoIosxr) -> Router {
    Router::connect(Arc::new(driver), &running.target()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_labels_another_session_sees_and_reverts_what_waits() {
    let (running, _fabric) = router(None).await;
    let (first, second) = (connect(&running, driver(None)).await, connect(&running, driver(None)).await);
    let before = second.running_config().await.unwrap();
    let mut candidate = first.candidate().await.unwrap();
    candidate.merge("router bgp 64501\n neighbor 192.0.2.77\n  remote-as 64577\n").await.unwrap();
    let confirming = candidate.commit_confirmed(Duration::from_secs(60), Some("a message")).await.unwrap();
    let seen = second.pending().await.unwrap().unwrap();
    assert_eq!(seen.token, *confirming.token());
    assert!(seen.deadline <= confirming.deadline());
    assert_eq!(second.candidate().await.unwrap_err().kind(), ErrorKind::Locked);
    // The first process is gone; its commit is not.
    drop(confirming);
    first.close().await.unwrap();
    second.reattach(&seen.token).await.unwrap().revert().await.unwrap();
    assert_eq!(second.running_config().await.unwrap(), before);
    assert!(second.pending().await.unwrap().is_none());
    second.close().await.unwrap();
}
