//! The simulator over real SSH: with our driver, with OpenSSH's client, and with faults.

use std::sync::Arc;
use std::time::Duration;

use peering_core::state::{AddressFamily, BgpState, DownReason, RouteMatch};
use peering_core::{Asn, ErrorKind, Router, Secret};
use peering_drivers::frr::Frr;
use peering_drivers::sim::{
    Fabric, Fault, FaultKind, FaultPoint, FrrRouter, Login, Member, MemberId, Port, Running, Step, User,
};
use tokio::process::Command;

const OURS: Asn = Asn::new(64501);
const SOON: Duration = Duration::from_secs(10);
const PEER: &str = "router bgp 64501\n neighbor 192.0.2.5 remote-as 64505\n address-family ipv4 unicast\n  neighbor 192.0.2.5 activate\n";

fn options() -> FrrRouter {
    FrrRouter {
        name: "r1".to_owned(),
        local_as: Some(OURS),
        ports: vec![Port {
            name: "lan0".to_owned(),
            addresses: vec!["192.0.2.1/24".parse().unwrap(), "2001:db8:ffff::1/64".parse().unwrap()],
        }],
        config: "router bgp 64501\n no bgp default ipv4-unicast\n no bgp ebgp-requires-policy\n".to_owned(),
        users: vec![
            User::new("netops", "correct horse"),
            User { login: Login::Vtysh, ..User::new("cli", "cli") },
        ],
    }
}

async fn start() -> (Fabric, MemberId, Running) {
    let fabric = Fabric::with_delay(Duration::from_millis(50));
    let id = fabric.add_member(Member {
        addresses: vec!["192.0.2.5".parse().unwrap(), "2001:db8:ffff::5".parse().unwrap()],
        ipv4_prefixes: 40,
        ..Member::new(Asn::new(64505), OURS)
    });
    let running = options().start(&fabric).await.unwrap();
    (fabric, id, running)
}

async fn connect(running: &Running) -> Router {
    Router::connect(Arc::new(Frr::default()), &running.target()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_driver_brings_a_session_up_and_confirms() {
    let (_fabric, _, running) = start().await;
    let router = connect(&running).await;
    assert!(router.capabilities().commit_confirmed);
    assert_eq!(router.facts().await.unwrap().hostname, "r1");
    assert_eq!(router.interfaces().await.unwrap().len(), 2);

    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(PEER).await.unwrap();
    candidate.validate().await.unwrap();
    let diff = candidate.diff().await.unwrap();
    assert!(diff.expose().contains("neighbor 192.0.2.5 remote-as 64505"), "{}", diff.expose());
    let mut confirming = candidate.commit_confirmed(Duration::from_secs(60), None).await.unwrap();
    let health = confirming.wait_for_sessions(&["192.0.2.5".parse().unwrap()], SOON).await.unwrap();
    confirming.confirm().await.unwrap();
    drop(health);

    let neighbors = router.bgp_neighbors().await.unwrap();
    let peer = &neighbors[0];
    assert_eq!((peer.state, peer.remote_as), (BgpState::Established, Asn::new(64505)));
    assert_eq!(peer.family(&AddressFamily::Ipv4Unicast).unwrap().accepted, Some(40));
    assert_eq!(peer.local_address, Some("192.0.2.1".parse().unwrap()));
    let routes = router.routes(RouteMatch::Longest("100.64.3.7".parse().unwrap())).await.unwrap();
    assert_eq!(routes[0].bgp.as_ref().unwrap().as_path, [Asn::new(64505)]);
    assert!(running.startup_config().contains("192.0.2.5 remote-as"));
    assert_eq!(router.running_config().await.unwrap(), running.running_config());
    router.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unconfirmed_change_comes_back_though_the_client_is_gone() {
    let (_fabric, _, running) = start().await;
    let before = running.running_config();
    let router = connect(&running).await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(PEER).await.unwrap();
    candidate.diff().await.unwrap();
    let minimum = router.capabilities().minimum_window;
    let confirming = candidate.commit_confirmed(minimum, None).await.unwrap();
    let wait = confirming.remaining() + Duration::from_secs(3);
    drop((confirming, router));
    running.cut_connections();
    assert_ne!(running.running_config(), before);
    tokio::time::sleep(wait).await;
    assert_eq!(running.running_config(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_dies_in_the_apply_is_an_unknown_outcome() {
    let (_fabric, _, running) = start().await;
    let router = connect(&running).await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(PEER).await.unwrap();
    candidate.diff().await.unwrap();
    running.inject(Fault::once(FaultPoint::Step(Step::Apply), FaultKind::DropAfter));
    let error = candidate.commit_confirmed(Duration::from_secs(60), None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    let again = connect(&running).await;
    let pending = again.pending().await.unwrap().expect("the change is pending on the router");
    again.reattach(&pending.token).await.unwrap().revert().await.unwrap();
    assert!(!running.running_config().contains("192.0.2.5"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_changed_or_locked_is_noticed() {
    let (_fabric, _, running) = start().await;
    let (one, two) = (connect(&running).await, connect(&running).await);
    let mut candidate = one.candidate().await.unwrap();
    assert_eq!(two.candidate().await.unwrap_err().kind(), ErrorKind::Locked);
    candidate.merge(PEER).await.unwrap();
    candidate.diff().await.unwrap();
    running.configure("interface lan0\n description moved\n").unwrap();
    assert_eq!(candidate.commit(None).await.unwrap_err().kind(), ErrorKind::Rejected);
    assert!(!running.running_config().contains("192.0.2.5"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_stay_down_for_the_right_reasons() {
    let (fabric, id, running) = start().await;
    let router = connect(&running).await;
    let text = "router bgp 64501\n neighbor 192.0.2.5 remote-as 64999\n neighbor 192.0.2.6 remote-as 64506\n \
                neighbor 192.0.2.6 shutdown\n neighbor 192.0.2.7 remote-as 64507\n \
                address-family ipv4 unicast\n  neighbor 192.0.2.5 activate\n  neighbor 192.0.2.6 activate\n  \
                neighbor 192.0.2.7 activate\n";
    running.configure(text).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let neighbors = router.bgp_neighbors().await.unwrap();
    let reason = |address: &str| {
        let peer = neighbors.iter().find(|peer| peer.address.to_string() == address).unwrap();
        assert!(!peer.is_established());
        peer.down_reason.clone()
    };
    assert!(
        matches!(reason("192.0.2.5"), Some(DownReason::Notification { code: 2, subcode: 2, .. })),
        "{:?}",
        reason("192.0.2.5")
    );
    assert_eq!(reason("192.0.2.6"), Some(DownReason::AdminDown));

    running.configure("router bgp 64501\n neighbor 192.0.2.5 remote-as 64505\n").unwrap();
    assert!(running.wait_established(1, SOON).await);
    fabric.change_member(id, |member| member.password = Some(Secret::new("x")));
    assert!(!running.wait_established(1, Duration::from_millis(200)).await);
    running.configure("router bgp 64501\n neighbor 192.0.2.5 password x\n").unwrap();
    assert!(running.wait_established(1, SOON).await);
    running
        .configure("router bgp 64501\n address-family ipv4 unicast\n  neighbor 192.0.2.5 maximum-prefix 5\n")
        .unwrap();
    let neighbors = router.bgp_neighbors().await.unwrap();
    let peer = neighbors.iter().find(|peer| peer.address.to_string() == "192.0.2.5").unwrap();
    assert_eq!(peer.down_reason, Some(DownReason::MaximumPrefixes));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_routers_peer_with_each_other() {
    let (fabric, _, one) = start().await;
    let mut other = options();
    other.name = "r2".to_owned();
    other.ports[0].addresses = vec!["192.0.2.2/24".parse().unwrap()];
    other.config = "router bgp 64502\n no bgp ebgp-requires-policy\n neighbor 192.0.2.1 remote-as 64501\n \
                    network 203.0.113.0/24\n"
        .to_owned();
    let two = other.start(&fabric).await.unwrap();
    one.configure(
        "router bgp 64501\n neighbor 192.0.2.2 remote-as 64502\n address-family ipv4 unicast\n  neighbor 192.0.2.2 activate\n",
    )
    .unwrap();
    assert!(one.wait_established(1, SOON).await && two.wait_established(1, SOON).await);
    let routes =
        connect(&one).await.routes(RouteMatch::Exact("203.0.113.0/24".parse().unwrap())).await.unwrap();
    assert_eq!(routes[0].next_hops, ["192.0.2.2".parse::<std::net::IpAddr>().unwrap()]);
    two.stop();
    assert!(!one.wait_established(1, Duration::from_millis(200)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_strike_where_they_were_put() {
    let (_fabric, _, running) = start().await;
    let router = connect(&running).await;
    let fault = FaultKind::Garbage(b"\xff{ not json".to_vec());
    running.inject(Fault::once(FaultPoint::Command("show bgp".to_owned()), fault));
    assert_eq!(router.bgp_neighbors().await.unwrap_err().kind(), ErrorKind::Parse);
    assert!(router.bgp_neighbors().await.is_ok());
    running.inject(Fault::once(FaultPoint::Command("show version".to_owned()), FaultKind::DropBefore));
    assert!(router.facts().await.is_err());

    let mut target = running.target();
    target.credentials.password = Some(Secret::new("wrong"));
    let error = Router::connect(Arc::new(Frr::default()), &target).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);

    let before = running.running_config();
    running.configure("hostname changed\n").unwrap();
    running.reboot();
    assert_eq!(running.running_config(), before);
    let target = running.target();
    running.stop();
    let error = Router::connect(Arc::new(Frr::default()), &target).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_vtysh_as_login_shell_reads_and_claims_no_more() {
    let (_fabric, _, running) = start().await;
    let router = Router::connect(Arc::new(Frr::default()), &running.target_for("cli")).await.unwrap();
    assert!(!router.capabilities().merge);
    assert_eq!(router.facts().await.unwrap().hostname, "r1");
    assert_eq!(router.command("show nonsense").await.unwrap_err().kind(), ErrorKind::Rejected);
}

#[tokio::test(flavor = "multi_thread")]
async fn openssh_gets_in_with_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    let made =
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status().await;
    if !made.is_ok_and(|status| status.success()) {
        peering_tests::skip("no OpenSSH client here");
        return;
    }
    let mut options = options();
    let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
    options.users.iter_mut().for_each(|user| user.public_key = Some(public.trim().to_owned()));
    let running = options.start(&Fabric::new()).await.unwrap();
    let ssh = |user: &str, command: &str| {
        let mut ssh = Command::new("ssh");
        ssh.args(["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"])
            .args(["-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-i"])
            .arg(&key)
            .args(["-p", &running.addr().port().to_string(), &format!("{user}@127.0.0.1"), command]);
        async move { ssh.output().await.unwrap() }
    };
    let output = ssh("netops", "vtysh -c 'show version'").await;
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("FRRouting 8.4.4 (r1)"), "{output:?}");
    let output = ssh("netops", "nonsense").await;
    assert_eq!(output.status.code(), Some(127));
    assert!(String::from_utf8_lossy(&output.stderr).contains("sh: 1: nonsense: not found"));
    let output = ssh("cli", "show nonsense").await;
    assert_eq!(
        (output.status.code(), output.stdout),
        (Some(1), b"% Unknown command: show nonsense\n".to_vec())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_exchange_comes_up() {
    const MEMBERS: u32 = 400;
    let fabric = Fabric::with_delay(Duration::from_millis(50));
    let mut text = String::from("router bgp 64501\n");
    let mut active = String::from(" address-family ipv4 unicast\n");
    for number in 0..MEMBERS {
        let address = format!("198.18.{}.{}", number / 250, number % 250 + 2);
        let asn = 4_200_000_000 + number;
        text.push_str(&format!(" neighbor {address} remote-as {asn}\n"));
        active.push_str(&format!("  neighbor {address} activate\n"));
        fabric.add_member(Member {
            addresses: vec![address.parse().unwrap()],
            ipv4_prefixes: 20,
            ..Member::new(Asn::new(asn), OURS)
        });
    }
    let mut options = options();
    options.ports[0].addresses = vec!["198.18.0.1/20".parse().unwrap()];
    let running = options.start(&fabric).await.unwrap();
    let router = connect(&running).await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(&(text + &active)).await.unwrap();
    candidate.commit(None).await.unwrap();
    assert!(running.wait_established(MEMBERS as usize, SOON).await);
    let neighbors = router.bgp_neighbors().await.unwrap();
    assert_eq!(neighbors.len(), MEMBERS as usize);
    let first = neighbors[0].family(&AddressFamily::Ipv4Unicast).unwrap();
    assert_eq!((first.accepted, first.sent), (Some(20), Some(u64::from(MEMBERS - 1) * 20)));
}
