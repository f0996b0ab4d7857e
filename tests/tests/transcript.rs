//! A driver on a transcript gives the answers that it gave on the router.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use peering_core::driver::{Driver, Target, TlsPolicy, Wire};
use peering_core::state::RouteMatch;
use peering_core::{Asn, ErrorKind, Result, Router};
use peering_drivers::arista_eos::AristaEos;
use peering_drivers::frr::Frr;
use peering_drivers::juniper_junos::JuniperJunos;
use peering_drivers::sim::{EosRouter, Fabric, FrrRouter, JunosRouter, Member, Port, User};

const OURS: Asn = Asn::new(64501);
const LOGIN: &str = "correct horse";
const CHANGE: &str = "router bgp 64501\n neighbor 192.0.2.5 remote-as 64505\n neighbor 192.0.2.5 password s3cret\n \
                      address-family ipv4 unicast\n  neighbor 192.0.2.5 activate\n";

/// Everything that is asked, as text: reads before and after a change, and the change.
async fn visit(driver: Arc<dyn Driver>, target: &Target, change: &str) -> Result<Vec<String>> {
    let router = Router::connect(driver, target).await?;
    let mut told = Vec::new();
    let mut candidate = router.candidate().await?;
    told.push(format!("{:?}", candidate.bgp_neighbors().await?));
    candidate.merge(change).await?;
    if router.capabilities().validate {
        candidate.validate().await?;
    }
    told.push(candidate.diff().await?.to_string());
    let mut confirming = candidate.commit_confirmed(Duration::from_secs(60), None).await?;
    told.push(confirming.token().id.clone());
    if matches!(target.wire, Wire::Record(_)) {
        confirming.wait_for_sessions(&["192.0.2.5".parse().unwrap()], Duration::from_secs(10)).await?;
    }
    confirming.confirm().await?;
    told.push(format!("{:?}", router.facts().await?));
    told.push(format!("{:?}", router.interfaces().await?));
    let query = RouteMatch::Longest("100.64.3.7".parse().unwrap());
    told.push(format!("{:?}", router.routes(query).await?));
    told.push(router.command("show version").await?);
    router.close().await?;
    Ok(told)
}

/// The second visit has no router, no credentials and another password in its change.
async fn replay(driver: Arc<dyn Driver>, mut target: Target, change: &str, told: &[String]) {
    let Wire::Record(path) = target.wire else { panic!("it is recorded") };
    let text = std::fs::read_to_string(&path).unwrap();
    for secret in ["s3cret", "0ld-one", LOGIN] {
        assert!(!text.contains(secret), "{secret} is in the transcript");
    }
    target.wire = Wire::Replay(path);
    target.credentials = Default::default();
    for _ in 0..2 {
        let again = visit(driver.clone(), &target, &change.replace("s3cret", "an0ther")).await.unwrap();
        assert_eq!(again, told);
    }
}

fn fabric() -> Fabric {
    let fabric = Fabric::with_delay(Duration::from_millis(50));
    fabric.add_member(Member {
        addresses: vec!["192.0.2.5".parse().unwrap()],
        ipv4_prefixes: 40,
        password: Some("s3cret".into()),
        ..Member::new(Asn::new(64505), OURS)
    });
    fabric
}

async fn record(path: &Path) -> (Target, Vec<String>) {
    let fabric = fabric();
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
    let told = visit(Arc::new(Frr::default()), &target, CHANGE).await.unwrap();
    assert!(running.running_config().contains("password s3cret"));
    (target, told)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_tells_what_the_router_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    let (mut target, told) = record(&path).await;

    replay(Arc::new(Frr::default()), target.clone(), CHANGE, &told).await;

    target.wire = Wire::Replay(path);
    let router = Router::connect(Arc::new(Frr::default()), &target).await.unwrap();
    let error = router.command("show bgp neighbors 192.0.2.77").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    assert!(error.to_string().contains("show bgp neighbors 192.0.2.77"), "{error}");
}

const EOS_CHANGE: &str =
    "router bgp 64501\n   neighbor 192.0.2.5 remote-as 64505\n   neighbor 192.0.2.5 password 0 s3cret\n";

#[tokio::test(flavor = "multi_thread")]
async fn eos_over_http_too() {
    let folder = tempfile::tempdir().unwrap();
    let fabric = fabric();
    let running = EosRouter {
        name: "eos1".into(),
        ports: vec![Port { name: "Ethernet1".into(), addresses: vec!["192.0.2.1/24".parse().unwrap()] }],
        config: "router bgp 64501\n   neighbor 192.0.2.9 remote-as 64509\n   neighbor 192.0.2.9 password 0 0ld-one\n".into(),
        users: vec![User::new("netops", LOGIN)],
        ..EosRouter::default()
    }
    .start(&fabric)
    .await
    .unwrap();
    let mut target = running.target();
    target.tls = TlsPolicy::Pinned(running.fingerprint().to_owned());
    target.wire = Wire::Record(folder.path().join("eos1.jsonl"));
    let driver = Arc::new(AristaEos::default());
    let told = visit(driver.clone(), &target, EOS_CHANGE).await.unwrap();
    drop(running);
    replay(driver, target, EOS_CHANGE, &told).await;
}

const JUNOS_CHANGE: &str = "protocols {\n    bgp {\n        group LAN {\n            neighbor 192.0.2.5 {\n                \
                            authentication-key \"s3cret\";\n                peer-as 64505;\n            }\n        }\n    }\n}\n";

#[tokio::test(flavor = "multi_thread")]
async fn junos_over_netconf_too() {
    let folder = tempfile::tempdir().unwrap();
    let fabric = fabric();
    let running = JunosRouter {
        name: "r1".into(),
        local_as: Some(OURS),
        ports: vec![Port { name: "ge-0/0/0".into(), addresses: vec!["192.0.2.1/24".parse().unwrap()] }],
        config: "protocols { bgp { group LAN { type external; neighbor 192.0.2.9 { authentication-key 0ld-one; peer-as 64509; \
                 } } } }"
            .into(),
        users: vec![User::new("netops", LOGIN)],
        ..JunosRouter::default()
    }
    .start(&fabric)
    .await
    .unwrap();
    let mut target = running.target();
    target.wire = Wire::Record(folder.path().join("r1.jsonl"));
    let driver = Arc::new(JuniperJunos::default());
    let told = visit(driver.clone(), &target, JUNOS_CHANGE).await.unwrap();
    drop(running);
    replay(driver, target, JUNOS_CHANGE, &told).await;
}
