//! Changes on a simulated IOS-XR over NETCONF beyond what the conformance suite asks of every platform, and the shipped template
//! through the driver.

use std::sync::Arc;
use std::time::Duration;

use peering_core::Router;
use peering_core::driver::{Driver, Leftover};
use peering_drivers::cisco_iosxr::CiscoIosxr;
use peering_drivers::sim::{Fabric, Port, RunningXr, User, XrRouter};
use peering_tests::iosxr_subject;

const LABELS: &str = "urn:example:commit-label";

const NEIGHBOR: &str = "router bgp 64500\n neighbor 192.0.2.77\n  remote-as 64577\n !\n!\n";

async fn start(config: &str) -> (RunningXr, Fabric) {
    let fabric = Fabric::new();
    let router = XrRouter {
        name: "r1".into(),
        local_as: Some(64500.into()),
        ports: vec![Port {
            name: "GigabitEthernet0/0/0/0".into(),
            addresses: vec!["192.0.2.1/24".parse().unwrap()],
        }],
        config: config.into(),
        users: vec![User::new("netops", "secret"), User::new("other", "secret")],
        commit_label: Some(LABELS.into()),
        ..XrRouter::default()
    };
    (router.start(&fabric).await.unwrap(), fabric)
}

fn driver() -> Arc<dyn Driver> {
    Arc::new(CiscoIosxr { commit_label: Some(LABELS.into()), ..CiscoIosxr::default() })
}

async fn connect(running: &RunningXr) -> Router {
    Router::connect(driver(), &running.target()).await.unwrap()
}

/// The router takes what the template writes, and a second time it changes nothing.
#[tokio::test]
async fn the_template_goes_through_the_driver() {
    let (running, _fabric) = start("vrf cust-a\n!\n").await;
    let router = connect(&running).await;
    let text = iosxr_subject::rendered();
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(&text).await.unwrap();
    candidate.validate().await.unwrap();
    let diff = candidate.diff().await.unwrap();
    assert!(diff.counts().0 > 100, "{diff}");
    candidate.commit(Some("the sample")).await.unwrap();

    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(&text).await.unwrap();
    let again = candidate.diff().await.unwrap();
    candidate.discard().await.unwrap();
    assert!(again.is_empty(), "the same text again changes:\n{again}");
    router.close().await.unwrap();
    assert_eq!(running.loads(), [text.clone(), text]);
}

#[tokio::test]
async fn label_and_message_are_in_the_routers_list() {
    let (running, _fabric) = start("").await;
    let router = connect(&running).await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(NEIGHBOR).await.unwrap();
    candidate.commit(Some("for AS64577")).await.unwrap();
    let (label, comment) = running.commits().into_iter().next().unwrap();
    assert!(label.unwrap().starts_with("peering-"));
    assert_eq!(comment.as_deref(), Some("for AS64577"));
    router.close().await.unwrap();
}

/// What a process that was killed has left waits for whoever comes next.
#[tokio::test]
async fn what_waits_is_found_at_login() {
    let (running, _fabric) = start("").await;
    let first = connect(&running).await;
    assert!(first.leftovers().is_empty());
    let mut candidate = first.candidate().await.unwrap();
    candidate.merge(NEIGHBOR).await.unwrap();
    let confirming = candidate.commit_confirmed(Duration::from_secs(60), None).await.unwrap();
    let token = confirming.token().clone();
    drop(confirming);
    first.close().await.unwrap();

    let second = connect(&running).await;
    let leftovers = second.leftovers().to_vec();
    assert!(matches!(&leftovers[..], [Leftover::Pending(found)] if found.token == token), "{leftovers:?}");
    second.reattach(&token).await.unwrap().confirm().await.unwrap();
    assert!(second.pending().await.unwrap().is_none());
    second.close().await.unwrap();
    assert!(connect(&running).await.leftovers().is_empty());
    assert!(running.running_config().contains("neighbor 192.0.2.77"));
}

#[tokio::test]
async fn a_text_as_the_router_prints_it_can_replace_it() {
    let (running, _fabric) = start(NEIGHBOR).await;
    let router = connect(&running).await;
    let printed = router.running_config().await.unwrap();
    assert!(printed.contains("neighbor 192.0.2.77"));
    let mut candidate = router.candidate().await.unwrap();
    let wanted = printed.replace("  remote-as 64577\n", "  remote-as 64578\n");
    candidate.replace(&wanted).await.unwrap();
    let diff = candidate.diff().await.unwrap();
    assert_eq!(diff.counts(), (1, 1), "{diff}");
    candidate.commit(None).await.unwrap();
    assert_eq!(router.running_config().await.unwrap(), wanted);
    router.close().await.unwrap();
}
