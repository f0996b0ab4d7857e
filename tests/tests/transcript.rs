//! A driver on a transcript gives the answers that it gave on the router.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use peering_core::driver::{Target, Wire};
use peering_core::state::RouteMatch;
use peering_core::{Asn, ErrorKind, Result, Router};
use peering_drivers::frr::Frr;
use peering_drivers::sim::{Fabric, FrrRouter, Member, Port, User};

const OURS: Asn = Asn::new(64501);
const LOGIN: &str = "correct horse";
const CHANGE: &str = "router bgp 64501\n neighbor 192.0.2.5 remote-as 64505\n neighbor 192.0.2.5 password s3cret\n \
                      address-family ipv4 unicast\n  neighbor 192.0.2.5 activate\n";

/// Everything that is asked, as text: reads before and after a change, and the change.
async fn visit(target: &Target, password: &str) -> Result<Vec<String>> {
    let router = Router::connect(Arc::new(Frr::default()), target).await?;
    let mut told = Vec::new();
    let mut candidate = router.candidate().await?;
    told.push(format!("{:?}", candidate.bgp_neighbors().await?));
    candidate.merge(&CHANGE.replace("s3cret", password)).await?;
    candidate.validate().await?;
    told.push(candidate.diff().await?.to_string());
    let mut confirming = candidate.commit_confirmed(Duration::from_secs(60), None).await?;
    told.push(confirming.token().id.clone());
    if target.wire == Wire::Live || matches!(target.wire, Wire::Record(_)) {
        confirming.wait_for_sessions(&["192.0.2.5".parse().unwrap()], Duration::from_secs(10)).await?;
    }
    confirming.confirm().await?;
    told.push(format!("{:?}", router.facts().await?));
    told.push(format!("{:?}", router.interfaces().await?));
    told.push(format!("{:?}", router.routes(RouteMatch::Longest("100.64.3.7".parse().unwrap())).await?));
    told.push(router.command("show version").await?);
    router.close().await?;
    Ok(told)
}

async fn record(path: &Path) -> (Target, Vec<String>) {
    let fabric = Fabric::with_delay(Duration::from_millis(50));
    fabric.add_member(Member {
        addresses: vec!["192.0.2.5".parse().unwrap()],
        ipv4_prefixes: 40,
        password: Some("s3cret".into()),
        ..Member::new(Asn::new(64505), OURS)
    });
    let running = FrrRouter {
        name: "r1".to_owned(),
        local_as: Some(OURS),
        ports: vec![Port { name: "lan0".to_owned(), addresses: vec!["192.0.2.1/24".parse().unwrap()] }],
        config: "router bgp 64501\n no bgp default ipv4-unicast\n no bgp ebgp-requires-policy\n \
                 neighbor 192.0.2.9 remote-as 64509\n neighbor 192.0.2.9 password 0ld-one\n"
            .to_owned(),
        users: vec![User::new("netops", LOGIN)],
    }
    .start(&fabric)
    .await
    .unwrap();
    let mut target = running.target();
    target.wire = Wire::Record(path.to_owned());
    let told = visit(&target, "s3cret").await.unwrap();
    assert!(running.running_config().contains("password s3cret"));
    (target, told)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_tells_what_the_router_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    let (mut target, told) = record(&path).await;

    let text = std::fs::read_to_string(&path).unwrap();
    for secret in ["s3cret", "0ld-one", LOGIN] {
        assert!(!text.contains(secret), "{secret} is in the transcript");
    }

    // the router is gone, nobody says who we are, and the password is another one
    target.wire = Wire::Replay(path.clone());
    target.credentials = Default::default();
    for _ in 0..2 {
        assert_eq!(visit(&target, "an0ther").await.unwrap(), told);
    }

    let router = Router::connect(Arc::new(Frr::default()), &target).await.unwrap();
    let error = router.command("show bgp neighbors 192.0.2.77").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    assert!(error.to_string().contains("show bgp neighbors 192.0.2.77"), "{error}");
}
