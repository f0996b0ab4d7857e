//! The simulated IOS-XR over its real socket: its own rules, as one session and another see them.

use std::time::Duration;

use peering_core::{Asn, ErrorKind};
use peering_drivers::sim::{Fabric, Fault, FaultKind, FaultPoint, Member, Port, RunningXr, User, XrRouter};
use peering_drivers::transport::netconf::{Netconf, Operation, Options};

const OURS: Asn = Asn::new(64501);
const SOON: Duration = Duration::from_secs(10);

const CONFIG: &str = "route-policy ALL\n  pass\nend-policy\n!\nrouter bgp 64501\n address-family ipv4 unicast\n !\n \
    neighbor 192.0.2.5\n  remote-as 64505\n  address-family ipv4 unicast\n   route-policy ALL in\n  !\n !\n!\n";

async fn start(config: &str) -> (Fabric, RunningXr) {
    let fabric = Fabric::with_delay(Duration::from_millis(20));
    fabric.add_member(Member {
        addresses: vec!["192.0.2.5".parse().unwrap()],
        ipv4_prefixes: 40,
        ..Member::new(Asn::new(64505), OURS)
    });
    let port =
        Port { name: "GigabitEthernet0/0/0/0".to_owned(), addresses: vec!["192.0.2.1/24".parse().unwrap()] };
    let router = XrRouter {
        name: "xr1".to_owned(),
        local_as: Some(OURS),
        ports: vec![port],
        config: config.to_owned(),
        users: vec![User::new("netops", "correct horse")],
        minute: Duration::from_millis(600),
        ..XrRouter::default()
    };
    let running = router.start(&fabric).await.unwrap();
    (fabric, running)
}

async fn connect(running: &RunningXr) -> Netconf {
    Netconf::connect(&running.target(), 830, Options::default()).await.unwrap()
}

async fn ask(session: &Netconf, request: &str) -> peering_core::Result<String> {
    session.call(&Operation::Raw(request.to_owned())).await.map(|reply| reply.text().to_owned())
}

/// What the router says against a request.
async fn words(session: &Netconf, request: &str) -> String {
    ask(session, request).await.unwrap_err().to_string()
}

async fn until(check: impl Fn() -> bool) {
    let tries = tokio::time::timeout(SOON, async {
        while !check() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    tries.await.expect("it did not come true in time");
}

fn edit(lines: &str) -> String {
    format!(
        "<edit-config><target><candidate/></target><error-option>rollback-on-error</error-option><config>\
         <cli xmlns=\"http://cisco.com/ns/yang/Cisco-IOS-XR-cli-cfg\">{lines}</cli></config></edit-config>"
    )
}

const DIFF: &str = "<get-cli-config-diff xmlns=\"http://cisco.com/ns/yang/Cisco-IOS-XR-cli-diff-act\"/>";
const NAME: &str = "hostname other";
const LOCK: &str = "<lock><target><candidate/></target></lock>";
const LOCK_RUNNING: &str = "<lock><target><running/></target></lock>";

/// A commit that waits so many of the router's seconds, of which a hundred take one of ours.
fn confirmed(seconds: u32, more: &str) -> String {
    format!("<commit><confirmed/><confirm-timeout>{seconds}</confirm-timeout>{more}</commit>")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_comes_back_as_the_router_prints_it() {
    let (_fabric, running) = start("").await;
    let session = connect(&running).await;
    // No `exit`, other orders, short names, a block that is entered again.
    let text = "router bgp 64501\nneighbor 2001:DB8::0:9\nremote-as 64509\naddress-family ipv6 unicast\nroute-policy P in\n!\n!\n\
                neighbor 192.0.2.9\n remote-as 1.1\n password clear secret\n!\nroute-policy P\n  if destination in S then\n    drop\n  endif\n  pass\nend-policy\n\
                prefix-set S\n  10.0.0.0/8 le 32\nend-set\ninterface gi0/0/0/1.7\nipv4 address 198.51.100.1/30\nencapsulation dot1q 7\n\
                router bgp 64501\n bgp router-id 192.0.2.1\n";
    ask(&session, &edit(text)).await.unwrap();
    ask(&session, "<commit/>").await.unwrap();
    let printed = running.running_config();
    let bgp = "router bgp 64501\n bgp router-id 192.0.2.1\n address-family ipv4 unicast\n !\n address-family ipv6 unicast\n !\n \
               neighbor 192.0.2.9\n  remote-as 65537\n  password encrypted ";
    assert!(printed.contains(bgp), "{printed}");
    let v6 = " neighbor 2001:db8::9\n  remote-as 64509\n  address-family ipv6 unicast\n   route-policy P in\n  !\n !\n!\n";
    assert!(printed.contains(v6), "{printed}");
    let policy = "prefix-set S\n  10.0.0.0/8 le 32\nend-set\n!\nroute-policy P\n  if destination in S then\n    drop\n  endif\n  pass\nend-policy\n!\n";
    assert!(printed.contains(policy), "{printed}");
    let port = "interface GigabitEthernet0/0/0/1.7\n ipv4 address 198.51.100.1 255.255.255.252\n encapsulation dot1q 7\n!\n";
    assert!(printed.contains(port) && printed.ends_with("end\n"), "{printed}");
    assert!(!printed.contains("secret\n"), "passwords are kept hidden");
    // Loaded again it changes nothing, the same password included.
    ask(&session, &edit(text)).await.unwrap();
    assert!(!ask(&session, DIFF).await.unwrap().contains("\n+"));
    let refused =
        words(&session, &edit("router bgp 64501\n neighbor 192.0.2.9\n  nonsense 5\n!\nhostnam x\n")).await;
    assert!(
        refused.contains(" neighbor 192.0.2.9")
            && refused.contains("nonsense 5")
            && refused.contains("hostnam x")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn between_autonomous_systems_nothing_passes_without_a_policy() {
    let (_fabric, running) = start(CONFIG).await;
    assert!(running.wait_established(1, SOON).await);
    let session = connect(&running).await;
    let filter =
        "<get><filter><bgp xmlns=\"http://cisco.com/ns/yang/Cisco-IOS-XR-ipv4-bgp-oper\"/></filter></get>";
    let counts = |reply: &str| {
        ["prefixes-accepted", "prefixes-denied", "prefixes-denied-no-policy"].map(|name| {
            reply.split(&format!("<{name}>")).nth(1).unwrap().split('<').next().unwrap().to_owned()
        })
    };
    assert_eq!(counts(&ask(&session, filter).await.unwrap()), ["40", "0", "0"]);
    let without =
        "router bgp 64501\n neighbor 192.0.2.5\n  address-family ipv4 unicast\n   no route-policy ALL in\n";
    ask(&session, &edit(without)).await.unwrap();
    ask(&session, "<commit/>").await.unwrap();
    assert_eq!(counts(&ask(&session, filter).await.unwrap()), ["0", "40", "40"]);
    ask(&session, &edit("router bgp 64501\n bgp unsafe-ebgp-policy\n")).await.unwrap();
    ask(&session, "<commit/>").await.unwrap();
    assert_eq!(counts(&ask(&session, filter).await.unwrap()), ["40", "0", "0"]);
    // What leads nowhere is not committed.
    ask(&session, &edit("router bgp 64501\n neighbor 192.0.2.5\n  use neighbor-group NONE\n")).await.unwrap();
    assert!(words(&session, "<commit/>").await.contains("Neighbor group NONE is not configured"));
    ask(&session, "<discard-changes/>").await.unwrap();
    ask(&session, &edit("no route-policy ALL\n")).await.unwrap();
    assert!(ask(&session, "<validate><source><candidate/></source></validate>").await.is_ok());
    ask(&session, &edit("router bgp 64501\n no address-family ipv4 unicast\n")).await.unwrap();
    assert!(
        words(&session, "<commit/>").await.contains("The parent address family has not been initialized")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_have_targets_of_their_own_and_one_lock() {
    let (_fabric, running) = start(CONFIG).await;
    let (mine, theirs) = (connect(&running).await, connect(&running).await);
    ask(&mine, &edit("hostname mine")).await.unwrap();
    ask(&theirs, &edit("interface Loopback0\n description theirs\n")).await.unwrap();
    assert!(!ask(&mine, DIFF).await.unwrap().contains("theirs"));
    ask(&theirs, "<commit/>").await.unwrap();
    ask(&mine, "<commit/>").await.unwrap();
    let both = running.running_config();
    assert!(both.contains("hostname mine\n") && both.contains(" description theirs\n"), "{both}");
    ask(&mine, LOCK).await.unwrap();
    let denied = ask(&theirs, LOCK).await.unwrap_err();
    assert_eq!(denied.kind(), ErrorKind::Locked);
    for request in [&edit(NAME), "<commit/>"] {
        assert!(words(&theirs, request).await.contains("locked by session"));
    }
    assert!(running.configure("hostname operator").is_err());
    // With the lock goes what was not committed; with the session goes the lock.
    ask(&mine, &edit(NAME)).await.unwrap();
    assert!(running.sessions().iter().any(|session| session.has_lock && session.has_changes));
    drop(mine);
    until(|| running.sessions().len() == 1).await;
    ask(&theirs, LOCK).await.unwrap();
    assert!(!running.running_config().contains(NAME));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_waits_ends_as_rfc_6241_says() {
    let (_fabric, running) = start(CONFIG).await;
    let has_name = || running.running_config().contains(NAME);
    // The timer, which is the router's.
    let session = connect(&running).await;
    ask(&session, &edit(NAME)).await.unwrap();
    ask(&session, &confirmed(100, "<persist>word</persist>")).await.unwrap();
    drop(session);
    assert!(has_name() && !running.startup_config().contains(NAME));
    until(|| !has_name() && !running.has_pending_commit()).await;
    // The end of the session, where there is no word.
    let (session, other) = (connect(&running).await, connect(&running).await);
    ask(&session, &edit(NAME)).await.unwrap();
    ask(&session, &confirmed(3000, "")).await.unwrap();
    assert_eq!(ask(&other, LOCK_RUNNING).await.unwrap_err().kind(), ErrorKind::Locked);
    assert!(words(&other, "<commit/>").await.contains("trial configuration"));
    assert!(has_name());
    drop(session);
    until(|| !has_name()).await;
    ask(&other, LOCK_RUNNING).await.unwrap();
    ask(&other, "<unlock><target><running/></target></unlock>").await.unwrap();
    // The word, by whoever knows it; the list of commits has one more for each but a confirmation.
    let before = running.commits().len();
    ask(&other, &edit(NAME)).await.unwrap();
    ask(&other, &confirmed(300, "<persist>word</persist><label>change-1</label><comment>why</comment>"))
        .await
        .unwrap();
    let third = connect(&running).await;
    for wrong in ["<commit/>", "<commit><persist-id>other</persist-id></commit>", "<cancel-commit/>"] {
        assert!(words(&third, wrong).await.contains("persist-id"), "{wrong}");
    }
    ask(&third, "<commit><persist-id>word</persist-id></commit>").await.unwrap();
    assert_eq!(running.commits().len(), before + 1);
    assert_eq!(running.commits()[0], (Some("change-1".to_owned()), Some("why".to_owned())));
    tokio::time::sleep(Duration::from_millis(3300)).await;
    assert!(has_name());
    // A restart.
    ask(&third, &edit("hostname again")).await.unwrap();
    ask(&third, &confirmed(3000, "<persist>word</persist>")).await.unwrap();
    running.reboot();
    assert!(has_name() && !running.has_pending_commit());
    // Taken back.
    let last = connect(&running).await;
    ask(&last, &edit("hostname again")).await.unwrap();
    ask(&last, &confirmed(3000, "<persist>word</persist>")).await.unwrap();
    ask(&last, "<cancel-commit><persist-id>word</persist-id></cancel-commit>").await.unwrap();
    assert!(has_name() && !running.has_pending_commit());
    assert!(words(&last, "<cancel-commit/>").await.contains("no confirmed commit to cancel"));
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_strike_at_the_operation_that_they_name() {
    let (_fabric, running) = start(CONFIG).await;
    let session = connect(&running).await;
    ask(&session, &edit(NAME)).await.unwrap();
    let output = "the disk is full".to_owned();
    let fail = FaultKind::Fail { status: 1, output };
    running.inject(Fault::once(FaultPoint::Command("commit".to_owned()), fail));
    assert!(words(&session, "<commit/>").await.contains("the disk is full"));
    assert!(!running.running_config().contains(NAME));
    running.inject(Fault::once(FaultPoint::Command("commit".to_owned()), FaultKind::DropAfter));
    assert_eq!(ask(&session, "<commit/>").await.unwrap_err().kind(), ErrorKind::Closed);
    assert!(running.running_config().contains(NAME));
    assert_eq!(running.requests(), ["edit-config", "commit"], "what failed was never asked of it");
}
