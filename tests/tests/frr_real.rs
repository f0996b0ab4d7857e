//! The FRR driver and the SSH transport against real FRR behind real OpenSSH: the lab in `tests/lab/`.
//!
//! The tests run only where `PEERING_LAB` names the state folder of a running lab. They share two routers, so they
//! take turns; each begins with the routers as `tests/lab/*.conf` say.

mod frr_lab;

use std::time::{Duration, Instant};

use frr_lab::{Lab, Link, cli, key, lab, other, password};
use peering_core::driver::{CommitOptions, HostKeyPolicy, Leftover, LoadMode, Session, Target};
use peering_core::state::{AddressFamily, BgpState, DownReason, RouteQuery};
use peering_core::{ErrorKind, Secret};

const CHANGED: &str = "router bgp 64501\n neighbor 192.0.2.99 description changed by a test\nexit\n";

fn with_window(seconds: u64) -> CommitOptions {
    CommitOptions { window: Some(Duration::from_secs(seconds)), message: None }
}

async fn staged(lab: &Lab, snippet: &str) -> Box<dyn Session> {
    let mut session = lab.connect(&key(lab)).await.unwrap();
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, snippet).await.unwrap();
    session
}

async fn is_changed(lab: &Lab) -> bool {
    lab.running("r1").contains("changed by a test")
}

/// Waits until the router has its old configuration again, and nobody holds the lock.
async fn comes_back(lab: &Lab, within: Duration) {
    let end = Instant::now() + within;
    while is_changed(lab).await || lab.is_locked() {
        assert!(Instant::now() < end, "the change is still there: {}", lab.state());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(lab.is_pristine(), "{}", lab.running("r1"));
}

// ---- the transport ----

#[tokio::test]
async fn every_way_to_be_let_in() {
    let Some(lab) = lab().await else { return };
    let plain = lab.target(0, "netops");
    let credentials = |change: &dyn Fn(&mut Target)| {
        let mut target = plain.clone();
        change(&mut target);
        target
    };
    let secret = || Some(Secret::new(lab.password.clone()));
    let good = [
        ("password", credentials(&|t| t.credentials.password = secret())),
        ("ed25519", credentials(&|t| t.credentials.private_key = Some(lab.path("id_ed25519")))),
        ("rsa", credentials(&|t| t.credentials.private_key = Some(lab.path("id_rsa")))),
        (
            "key with passphrase",
            credentials(&|t| {
                t.credentials.private_key = Some(lab.path("id_locked"));
                t.credentials.passphrase = secret();
            }),
        ),
        (
            "a key that does not open, then the password",
            credentials(&|t| {
                t.credentials.private_key = Some(lab.path("id_locked"));
                t.credentials.password = secret();
            }),
        ),
        (
            "keyboard-interactive",
            credentials(&|t| {
                t.port = Some(lab.port + 2);
                t.credentials.password = secret();
            }),
        ),
        (
            "key and then password",
            credentials(&|t| {
                t.port = Some(lab.port + 3);
                t.credentials.private_key = Some(lab.path("id_ed25519"));
                t.credentials.password = secret();
            }),
        ),
    ];
    for (way, target) in good {
        let mut session = lab.connect(&target).await.unwrap_or_else(|error| panic!("{way}: {error:?}"));
        assert_eq!(session.facts().await.unwrap().hostname, "r1", "{way}");
    }
    let bad = [
        (credentials(&|t| t.credentials.password = Some(Secret::new("hunter2"))), "password"),
        (
            credentials(&|t| {
                t.port = Some(lab.port + 2);
                t.credentials.password = Some(Secret::new("hunter2"));
            }),
            "keyboard-interactive",
        ),
        (
            credentials(&|t| {
                t.port = Some(lab.port + 3);
                t.credentials.private_key = Some(lab.path("id_ed25519"));
            }),
            "the server wants more",
        ),
        (credentials(&|_| {}), "publickey"),
        (credentials(&|t| t.credentials.private_key = Some(lab.path("id_locked"))), "passphrase"),
    ];
    for (target, words) in bad {
        let error = lab.connect(&target).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth, "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

#[tokio::test]
async fn the_agent_lets_us_in() {
    let Some(lab) = lab().await else { return };
    let agent = lab.agent();
    let without = lab.in_child("agent_child", &[("SSH_AUTH_SOCK", "/nonexistent")]).await;
    assert!(without.contains("agent (not reached"), "{without}");
    let with = lab.in_child("agent_child", &[("SSH_AUTH_SOCK", &agent.socket)]).await;
    assert!(with.contains("let in as r1"), "{with}");
}

/// Runs in a process of its own, because the agent is found through the environment.
#[tokio::test]
async fn agent_child() {
    let Some(lab) = frr_lab::child_lab() else { return };
    let mut target = lab.target(0, "netops");
    target.credentials.agent = true;
    match lab.connect(&target).await {
        Ok(mut session) => println!("let in as {}", session.facts().await.unwrap().hostname),
        Err(error) => println!("{error}"),
    }
}

#[tokio::test]
async fn host_keys_are_checked() {
    let Some(lab) = lab().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("state/known_hosts");
    let mut target = key(&lab);
    target.known_hosts = Some(vec![folder.path().join("none")]);
    target.trusted_hosts = Some(own.clone());

    target.host_key = HostKeyPolicy::Known;
    let error = lab.connect(&target).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HostKey, "{error}");
    let fingerprint = error
        .to_string()
        .split_whitespace()
        .find(|word| word.starts_with("SHA256:"))
        .unwrap()
        .trim_end_matches('.')
        .to_owned();

    target.host_key = HostKeyPolicy::Pinned(fingerprint);
    lab.connect(&target).await.unwrap();
    target.host_key = HostKeyPolicy::Pinned("SHA256:AAAA".to_owned());
    assert_eq!(lab.connect(&target).await.unwrap_err().kind(), ErrorKind::HostKey);
    assert!(!own.exists(), "only trust on first use writes");

    target.host_key = HostKeyPolicy::TrustOnFirstUse;
    lab.connect(&target).await.unwrap();
    lab.connect(&target).await.unwrap();
    let known = std::fs::read_to_string(&own).unwrap();
    assert_eq!(known.lines().count(), 1, "{known}");
    assert!(known.starts_with(&format!("[127.0.0.1]:{} ssh-ed25519 ", lab.port)), "{known}");
    target.host_key = HostKeyPolicy::Known;
    lab.connect(&target).await.unwrap();

    let wrong =
        format!("[127.0.0.1]:{} {}", lab.port, std::fs::read_to_string(lab.path("id_ed25519.pub")).unwrap());
    std::fs::write(&own, wrong).unwrap();
    target.host_key = HostKeyPolicy::TrustOnFirstUse;
    let error = lab.connect(&target).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HostKey);
    assert!(
        error.to_string().contains("has changed") && error.to_string().contains("ssh-keygen -R"),
        "{error}"
    );
    target.host_key = HostKeyPolicy::AcceptAnyInsecure;
    lab.connect(&target).await.unwrap();

    // a known RSA key only: the server is asked for that one
    let rsa = std::fs::read_to_string(lab.path("hostkey_rsa.pub")).unwrap();
    std::fs::write(&own, format!("[127.0.0.1]:{} {rsa}", lab.port)).unwrap();
    target.host_key = HostKeyPolicy::Known;
    lab.connect(&target).await.unwrap();
    let revoked = std::fs::read_to_string(lab.path("hostkey_ed25519.pub")).unwrap();
    std::fs::write(&own, format!("@revoked * {revoked}")).unwrap();
    target.host_key = HostKeyPolicy::TrustOnFirstUse;
    assert!(lab.connect(&target).await.unwrap_err().to_string().contains("revoked"));
}

#[tokio::test]
async fn through_a_jump_host() {
    let Some(lab) = lab().await else { return };
    let mut target = key(&lab);
    target.host = "192.0.2.2".to_owned();
    target.port = Some(22);
    target.host_key = HostKeyPolicy::AcceptAnyInsecure;
    target.jump = Some(Box::new(key(&lab)));
    let mut session = lab.connect(&target).await.unwrap();
    assert_eq!(session.facts().await.unwrap().hostname, "r2");
    target.host = "192.0.2.77".to_owned();
    assert_eq!(lab.connect(&target).await.unwrap_err().kind(), ErrorKind::Connect);
}

#[tokio::test]
async fn a_path_that_fails_has_its_kind() {
    let Some(lab) = lab().await else { return };
    let mut target = key(&lab);
    target.port = Some(1);
    assert_eq!(lab.connect(&target).await.unwrap_err().kind(), ErrorKind::Connect);

    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    target.port = Some(mute.local_addr().unwrap().port());
    target.timeouts.connect = Duration::from_millis(300);
    assert_eq!(lab.connect(&target).await.unwrap_err().kind(), ErrorKind::Timeout);

    target = key(&lab);
    target.credentials.username = String::new();
    assert_eq!(lab.connect(&target).await.unwrap_err().kind(), ErrorKind::Options);

    let link = Link::new(lab.port).await;
    let mut session = lab.connect(&link.target(&lab)).await.unwrap();
    session.check().await.unwrap();
    link.cut();
    assert_eq!(session.check().await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn a_silent_link_is_noticed() {
    let Some(lab) = lab().await else { return };
    let link = Link::new(lab.port).await;
    let mut session = lab.connect(&link.target(&lab)).await.unwrap();
    link.stall();
    assert_eq!(session.check().await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn a_dropped_future_leaves_the_session_in_step() {
    let Some(lab) = lab().await else { return };
    let mut session = lab.connect(&key(&lab)).await.unwrap();
    for _ in 0..30 {
        let _ = tokio::time::timeout(Duration::from_millis(15), session.bgp_neighbors()).await;
    }
    assert_eq!(session.facts().await.unwrap().hostname, "r1");
    assert_eq!(session.command("show version").await.unwrap().split_whitespace().next(), Some("FRRouting"));
}

// ---- the reads ----

/// The sessions towards r2: what the example of the library does, by hand.
const PEERING: &str = "\
router bgp 64501
 neighbor 192.0.2.2 remote-as 64502
 neighbor 192.0.2.2 peer-group IXP4
 neighbor 192.0.2.2 description r2 over IPv4
 neighbor 192.0.2.2 password lab-md5-four
 neighbor 192.0.2.2 timers 3 9
 neighbor 192.0.2.2 timers connect 1
 neighbor 2001:db8:ffff::2 remote-as 64502
 neighbor 2001:db8:ffff::2 description r2 over IPv6
 neighbor 2001:db8:ffff::2 password lab-md5-six
 neighbor 2001:db8:ffff::2 timers 3 9
 neighbor 2001:db8:ffff::2 timers connect 1
 address-family ipv4 unicast
  neighbor 192.0.2.2 maximum-prefix 1000 80
 exit-address-family
 address-family ipv6 unicast
  neighbor 2001:db8:ffff::2 activate
  neighbor 2001:db8:ffff::2 route-map IXP-IN in
  neighbor 2001:db8:ffff::2 route-map IXP-OUT out
  neighbor 2001:db8:ffff::2 maximum-prefix 100
 exit-address-family
exit
";

#[tokio::test]
async fn sessions_come_up_and_are_read() {
    let Some(lab) = lab().await else { return };
    let started = Instant::now();
    let mut session = lab.connect(&key(&lab)).await.unwrap();
    println!("connect: {:?}", started.elapsed());
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, PEERING).await.unwrap();
    let started = Instant::now();
    let diff = session.diff().await.unwrap();
    println!("diff: {:?}\n{diff}", started.elapsed());
    assert_eq!(diff.counts(), (16, 0), "{diff}");
    assert!(!diff.to_string().contains("lab-md5"), "{diff}");
    assert!(diff.expose().contains("lab-md5-six"));
    let started = Instant::now();
    let pending = session.commit(&with_window(60)).await.unwrap().unwrap();
    println!("commit: {:?}", started.elapsed());

    let end = Instant::now() + Duration::from_secs(30);
    let neighbors = loop {
        let started = Instant::now();
        let neighbors = session.bgp_neighbors().await.unwrap();
        let took = started.elapsed();
        let up = neighbors.iter().filter(|neighbor| {
            neighbor.is_established() && neighbor.families.iter().all(|family| family.accepted > Some(0))
        });
        if up.count() == 2 {
            println!("bgp_neighbors: {took:?}");
            break neighbors;
        }
        assert!(Instant::now() < end, "{neighbors:#?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    session.confirm(&pending.token).await.unwrap();
    assert!(lab.startup("r1").contains("r2 over IPv6"));

    let find = |address: &str| neighbors.iter().find(|one| one.address.to_string() == address).unwrap();
    let four = find("192.0.2.2");
    assert_eq!(
        (four.remote_as.get(), four.local_as.get(), four.network_instance.as_str()),
        (64502, 64501, "default")
    );
    assert_eq!(
        (four.description.as_deref(), four.peer_group.as_deref()),
        (Some("r2 over IPv4"), Some("IXP4"))
    );
    assert_eq!(four.local_address, Some("192.0.2.1".parse().unwrap()));
    assert_eq!(four.remote_router_id, Some("192.0.2.2".parse().unwrap()));
    assert_eq!(
        (four.hold_time, four.keepalive),
        (Some(Duration::from_secs(9)), Some(Duration::from_secs(3)))
    );
    assert_eq!(four.is_authenticated, Some(true));
    assert!(four.uptime.is_some() && four.established_since.is_some());
    let family = four.family(&AddressFamily::Ipv4Unicast).unwrap();
    assert_eq!(
        (family.accepted, family.sent, family.prefix_limit),
        (Some(36), Some(1), Some(1000)),
        "four are filtered"
    );
    assert!(family.received >= Some(40), "{family:?}");
    let six = find("2001:db8:ffff::2").family(&AddressFamily::Ipv6Unicast).unwrap().clone();
    assert_eq!(
        (six.received, six.accepted, six.sent),
        (None, Some(10), Some(1)),
        "no soft reconfiguration, no count"
    );
    let down = find("192.0.2.98");
    assert_eq!(
        (down.is_enabled, down.state, down.down_reason.clone()),
        (false, BgpState::Idle, Some(DownReason::AdminDown))
    );
    assert_eq!((down.uptime, down.remote_router_id), (None, None));
    assert!(find("192.0.2.99").state < BgpState::OpenSent);

    let routes = session.routes(RouteQuery::Longest("100.64.20.7".parse().unwrap())).await.unwrap();
    let best = &routes[0];
    assert_eq!(
        (best.prefix.to_string().as_str(), best.protocol.as_str(), best.is_best),
        ("100.64.20.0/24", "bgp", true)
    );
    assert_eq!((best.preference, best.interfaces.as_slice()), (Some(20), ["lan0".to_owned()].as_slice()));
    let bgp = best.bgp.as_ref().unwrap();
    assert_eq!(bgp.communities, ["64501:100"]);
    assert_eq!(bgp.as_path.iter().map(|asn| asn.get()).collect::<Vec<_>>(), [64502]);
    assert_eq!(bgp.peer, Some("192.0.2.2".parse().unwrap()));
    let exact = session.routes(RouteQuery::Exact("2001:db8:e003::/48".parse().unwrap())).await.unwrap();
    assert!(exact[0].is_best && exact[0].next_hops.iter().any(|hop| hop.is_ipv6()), "{exact:?}");
    assert!(session.routes(RouteQuery::Exact("100.64.20.0/25".parse().unwrap())).await.unwrap().is_empty());
    assert!(session.routes(RouteQuery::Longest("198.18.0.1".parse().unwrap())).await.unwrap().is_empty());
    let ours = session.routes(RouteQuery::Exact("203.0.113.0/26".parse().unwrap())).await.unwrap();
    assert_eq!((ours[0].protocol.as_str(), ours[0].is_best), ("static", true), "{ours:?}");
    assert!(ours.iter().any(|route| route.protocol == "bgp" && !route.is_best), "{ours:?}");

    // the far side refuses more than it allows: the reason is told
    lab.vtysh(
        "r1",
        &["conf t", "router bgp 64501", "address-family ipv4 unicast", "neighbor 192.0.2.2 maximum-prefix 5"],
    );
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let neighbors = session.bgp_neighbors().await.unwrap();
        let four = neighbors.iter().find(|one| one.address.to_string() == "192.0.2.2").unwrap().clone();
        if four.down_reason == Some(DownReason::MaximumPrefixes) {
            assert!(four.is_enabled && !four.is_established());
            break;
        }
        assert!(Instant::now() < end, "{four:#?}");
        lab.vtysh("r1", &["clear bgp 192.0.2.2"]);
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

#[tokio::test]
async fn both_kinds_of_account_read_the_same() {
    let Some(lab) = lab().await else { return };
    for target in [key(&lab), cli(&lab), password(&lab)] {
        let user = target.credentials.username.clone();
        let mut session = lab.connect(&target).await.unwrap();
        let facts = session.facts().await.unwrap();
        assert_eq!((facts.vendor.as_str(), facts.hostname.as_str()), ("FRRouting", "r1"), "{user}");
        assert!(facts.os_version.starts_with(|digit: char| digit.is_ascii_digit()));
        assert_eq!(facts.interfaces, ["lan0", "lo"]);
        assert_eq!(facts.uptime.is_some(), user != "cli");
        let interfaces = session.interfaces().await.unwrap();
        let lan = interfaces.iter().find(|interface| interface.name == "lan0").unwrap();
        assert!(lan.is_enabled && lan.is_up);
        assert_eq!((lan.mtu, lan.description.as_deref()), (Some(1500), Some("peering-lan")));
        assert!(lan.addresses.contains(&"192.0.2.1/24".parse().unwrap()), "{lan:?}");
        assert!(lan.addresses.contains(&"2001:db8:ffff::1/64".parse().unwrap()), "{lan:?}");
        assert_eq!(interfaces.iter().find(|interface| interface.name == "lo").unwrap().speed, None);
        assert_eq!(session.bgp_neighbors().await.unwrap().len(), 2);
        let running = session.running_config().await.unwrap();
        assert!(running.contains("neighbor 192.0.2.99 password before-any-test"), "{running}");
        session.check().await.unwrap();

        for refused in
            ["show nonsense", "show bgp neighbors 192.0.2.200", "show ip route 192.0.2.0/24 nonsense"]
        {
            let error = session.command(refused).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
            assert!(error.message().contains('%'), "{error}");
        }
        let quoted = session.command("show version; id 'x' $(id)").await.unwrap_err();
        assert_eq!(quoted.kind(), ErrorKind::Rejected, "nothing reaches a shell: {quoted}");
        assert_eq!(session.command("show version\nid").await.unwrap_err().kind(), ErrorKind::Options);
        session.close().await.unwrap();
        assert_eq!(session.check().await.unwrap_err().kind(), ErrorKind::Closed);
    }
}

#[tokio::test]
async fn only_what_works_is_claimed() {
    let Some(lab) = lab().await else { return };
    let all = lab.connect(&key(&lab)).await.unwrap().capabilities();
    assert!(all.merge && all.replace && all.validate && all.commit && all.commit_confirmed);
    let reads = lab.connect(&cli(&lab)).await.unwrap().capabilities();
    assert!(reads.facts && reads.routes && reads.command && reads.bgp_neighbors);
    assert!(!reads.candidate() && !reads.validate && !reads.commit && !reads.commit_confirmed);
    let mut guest = key(&lab);
    guest.credentials.username = "guest".to_owned();
    let error = lab.connect(&guest).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(error.to_string().contains("frrvty"), "{error}");
    guest.credentials.username = "mute".to_owned();
    assert_eq!(lab.connect(&guest).await.unwrap_err().kind(), ErrorKind::Options);

    lab.exec("r1", "mount --bind /dev/null /usr/lib/frr/frr-reload.py");
    let without = lab.connect(&key(&lab)).await.map(|session| session.capabilities());
    lab.exec("r1", "umount /usr/lib/frr/frr-reload.py");
    assert!(!without.unwrap().candidate());
    let nowhere =
        peering_drivers::frr::Frr { state_dir: "/proc/peering-frr".to_owned(), ..Default::default() };
    let session = peering_core::driver::Driver::connect(&nowhere, &key(&lab)).await.unwrap();
    assert!(!session.capabilities().candidate());
}

// ---- the transaction ----

#[tokio::test]
async fn a_merge_changes_what_it_says_and_nothing_else() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(
        &lab,
        "hostname r1\nrouter bgp 64501\n neighbor 192.0.2.99 password a-new-secret\n no neighbor 192.0.2.98\n \
         address-family ipv4 unicast\n  neighbor 192.0.2.99 maximum-prefix 50\n exit-address-family\nexit\n\
         no ip prefix-list REJ4\nip prefix-list OUR4 permit 198.51.100.0/24\n\
         route-map IXP-IN permit 20\n set local-preference 120\nexit\nno ip route 198.18.0.0/15 blackhole\n",
    )
    .await;
    session.validate().await.unwrap();
    let diff = session.diff().await.unwrap();
    let shown = diff.to_string();
    println!("{shown}");
    for line in [
        "-  neighbor 192.0.2.99 password <redacted>",
        "+  neighbor 192.0.2.99 password <redacted>",
        "+   neighbor 192.0.2.99 maximum-prefix 50",
        "-   neighbor 192.0.2.99 maximum-prefix 100 80",
        "- ip prefix-list REJ4 seq 5 permit 100.64.8.0/22 ge 24 le 24",
        "+ ip prefix-list OUR4 seq 10 permit 198.51.100.0/24",
        "+  set local-preference 120",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} is not in\n{shown}");
    }
    assert!(!shown.contains("a-new-secret") && !format!("{diff:?}").contains("a-new-secret"));
    assert!(!is_changed(&lab).await);
    assert_eq!(session.commit(&CommitOptions::default()).await.unwrap(), None);
    let running = lab.running("r1");
    assert!(running.contains("neighbor 192.0.2.99 password a-new-secret"));
    assert!(!running.contains("192.0.2.98") && !running.contains("REJ4 seq"), "{running}");
    assert!(running.contains("maximum-prefix 50\n") && running.contains("set local-preference 120"));
    assert!(
        running.contains("set community 64501:100 additive") && running.contains("description peering-lan")
    );
    assert!(lab.startup("r1").contains("a-new-secret"), "a commit is saved");
    assert!(!lab.is_locked());
    // the same again changes nothing
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, "router bgp 64501\n no neighbor 192.0.2.98\nexit\n").await.unwrap();
    assert!(session.diff().await.unwrap().is_empty());
    session.discard().await.unwrap();
    assert!(!lab.is_locked());
}

#[tokio::test]
async fn a_replace_is_the_whole_configuration() {
    let Some(lab) = lab().await else { return };
    let mut session = lab.connect(&key(&lab)).await.unwrap();
    let old = session.running_config().await.unwrap();
    let new: String = old
        .lines()
        .filter(|line| !line.contains("192.0.2.98"))
        .map(|line| format!("{line}\n"))
        .collect::<String>()
        .replace("nobody there", "changed by a test");
    session.open_candidate().await.unwrap();
    assert!(session.diff().await.unwrap().is_empty());
    session.stage(LoadMode::Replace, &new).await.unwrap();
    let (added, removed) = session.diff().await.unwrap().counts();
    assert!(added == 1 && removed >= 2, "{}", session.diff().await.unwrap());
    session.commit(&CommitOptions::default()).await.unwrap();
    assert_eq!(sorted(&session.running_config().await.unwrap()), sorted(&new));
    session.open_candidate().await.unwrap();
    let error = session.stage(LoadMode::Replace, "!\n").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    session.stage(LoadMode::Replace, &old).await.unwrap();
    session.commit(&CommitOptions::default()).await.unwrap();
    assert!(lab.is_pristine());
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !["!", "exit", "end", ""].contains(line)).collect();
    lines.sort_unstable();
    lines
}

#[tokio::test]
async fn a_refusal_leaves_everything_as_it_was() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, CHANGED).await;
    for wrong in [
        "router bgp 64501\n neighbor 192.0.2.99 password hunter2 nonsense-keyword hunter2\n neighbor 192.0.2.99 frobnicate\nexit\n",
        "router bgp 65000\n neighbor 192.0.2.7 remote-as 7\nexit\n",
        "router bgp 64501\n no frobnicate\nexit\n",
        "frobnicate\n",
    ] {
        let error = session.stage(LoadMode::Merge, wrong).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{wrong}: {error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    let diff = session.diff().await.unwrap();
    assert_eq!(diff.counts(), (1, 1), "a refused stage leaves the candidate as it was: {diff}");
    // the grammar knows nothing of groups that are not there: the daemon refuses, and all goes back
    session.stage(LoadMode::Merge, "router bgp 64501\n neighbor 192.0.2.79 remote-as 64579\n neighbor 192.0.2.79 peer-group NOSUCH\nexit\n").await.unwrap();
    let error = session.commit(&CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error:?}");
    assert!(error.to_string().contains("peer-group"), "{error}");
    assert!(lab.is_pristine() && !lab.is_locked(), "{}", lab.running("r1"));
    session.discard().await.unwrap();
    // what the router spells differently is found by reading back
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, "ip prefix-list X seq 5 permit any\nip route 198.51.100.0/24 null0\nroute-map Z permit 10\n set metric +0\nexit\n").await.unwrap();
    match session.commit(&with_window(10)).await {
        Ok(Some(pending)) => session.revert(&pending.token).await.unwrap(),
        other => assert_eq!(other.unwrap_err().kind(), ErrorKind::Rejected),
    }
    assert!(lab.is_pristine() && !lab.is_locked(), "{}", lab.running("r1"));
}

#[tokio::test]
async fn a_commit_waits_for_its_confirmation() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, CHANGED).await;
    let before = jiff::Timestamp::now();
    let pending = session.commit(&with_window(30)).await.unwrap().unwrap();
    assert!(pending.deadline >= before + jiff::SignedDuration::from_secs(30));
    assert!(pending.holder.starts_with("netops@") && pending.holder.contains("since"), "{}", pending.holder);
    assert!(is_changed(&lab).await);
    assert!(!lab.startup("r1").contains("changed by a test"), "nothing is saved before it is confirmed");
    // found from another connection, and by somebody else
    let mut second = lab.connect(&key(&lab)).await.unwrap();
    assert!(matches!(second.leftovers(), [Leftover::Pending(found)] if found.token == pending.token));
    let found = second.pending().await.unwrap().unwrap();
    assert_eq!((&found.token, &found.holder), (&pending.token, &pending.holder));
    assert!(found.deadline <= pending.deadline + jiff::SignedDuration::from_secs(2));
    let mut stranger = lab.connect(&other(&lab)).await.unwrap();
    assert_eq!(stranger.pending().await.unwrap().unwrap().token, pending.token);
    let error = stranger.open_candidate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked);
    assert!(error.to_string().contains(&pending.holder), "{error}");
    assert_eq!(stranger.confirm(&pending.token).await.unwrap_err().kind(), ErrorKind::Locked);
    // confirmed by the other connection; once
    drop(session);
    second.confirm(&pending.token).await.unwrap();
    assert!(lab.startup("r1").contains("changed by a test"));
    assert_eq!(second.confirm(&pending.token).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(second.revert(&pending.token).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert!(!lab.is_locked() && is_changed(&lab).await);
    assert!(second.pending().await.unwrap().is_none());
    let mut bad = pending.token.clone();
    bad.id = "../../etc/passwd".to_owned();
    assert_eq!(second.confirm(&bad).await.unwrap_err().kind(), ErrorKind::Options);
}

#[tokio::test]
async fn revert_takes_it_back_at_once() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, CHANGED).await;
    let pending = session.commit(&with_window(60)).await.unwrap().unwrap();
    session.revert(&pending.token).await.unwrap();
    assert!(lab.is_pristine() && !lab.is_locked());
    assert_eq!(session.confirm(&pending.token).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn unconfirmed_comes_back_by_itself() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, CHANGED).await;
    let pending = session.commit(&with_window(2)).await.unwrap().unwrap();
    assert!(is_changed(&lab).await);
    comes_back(&lab, Duration::from_secs(10)).await;
    assert!(!lab.startup("r1").contains("changed by a test"));
    let late = session.confirm(&pending.token).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::NotFound);
    assert!(late.to_string().contains("expired without confirmation"), "{late}");
    let again = lab.connect(&key(&lab)).await.unwrap();
    assert!(
        matches!(again.leftovers(), [Leftover::Ended { token, outcome }] if *token == pending.token && outcome.contains("expired")),
        "{:?}",
        again.leftovers()
    );
}

#[tokio::test]
async fn a_killed_client_changes_nothing() {
    let Some(lab) = lab().await else { return };
    let mut child = lab.child("client_child", &[]);
    child.wait_for("armed").await;
    assert!(is_changed(&lab).await);
    child.kill().await;
    comes_back(&lab, Duration::from_secs(10)).await;
}

/// Commits and waits to be killed.
#[tokio::test]
async fn client_child() {
    let Some(lab) = frr_lab::child_lab() else { return };
    let mut session = staged(&lab, CHANGED).await;
    session.commit(&with_window(3)).await.unwrap();
    println!("armed");
    tokio::time::sleep(Duration::from_secs(60)).await;
}

#[tokio::test]
async fn a_cut_link_is_an_unknown_outcome_that_comes_back() {
    let Some(lab) = lab().await else { return };
    // after the commit: the session notices, and the router takes the change back
    let link = Link::new(lab.port).await;
    let mut session = lab.connect(&link.target(&lab)).await.unwrap();
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, CHANGED).await.unwrap();
    let pending = session.commit(&with_window(3)).await.unwrap().unwrap();
    link.cut();
    assert_eq!(session.confirm(&pending.token).await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    comes_back(&lab, Duration::from_secs(12)).await;
    // while it is being applied
    for after in [20, 350] {
        let link = Link::new(lab.port).await;
        let mut session = lab.connect(&link.target(&lab)).await.unwrap();
        session.open_candidate().await.unwrap();
        session.stage(LoadMode::Merge, CHANGED).await.unwrap();
        let options = with_window(2);
        let (error, ()) = tokio::join!(session.commit(&options), async {
            tokio::time::sleep(Duration::from_millis(after)).await;
            link.cut();
        });
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error:?}");
        assert!(error.to_string().contains("by itself 2 s after"), "{error}");
        lab.wait_for_end(Duration::from_secs(40)).await;
        comes_back(&lab, Duration::from_secs(5)).await;
    }
}

#[tokio::test]
async fn an_apply_that_is_killed_half_way_comes_back() {
    let Some(lab) = lab().await else { return };
    // many lines to delete take a call each: long enough to be caught in the middle
    let many: String =
        (1..=40).map(|n| format!("ip prefix-list MANY{n} seq 5 permit 198.51.100.0/24\n")).collect();
    let mut session = staged(&lab, &many).await;
    session.commit(&CommitOptions::default()).await.unwrap();
    let before = lab.running("r1");
    let none: String = (1..=40).map(|n| format!("no ip prefix-list MANY{n}\n")).collect();
    for what in ["reload", "shell", "both"] {
        session.open_candidate().await.unwrap();
        session.stage(LoadMode::Merge, &format!("{none}{CHANGED}")).await.unwrap();
        let options = with_window(30);
        let (result, ()) = tokio::join!(session.commit(&options), async {
            tokio::time::sleep(Duration::from_millis(250)).await;
            lab.kill_apply(what);
        });
        println!("{what}: {result:?}");
        if let Ok(Some(pending)) = result {
            session.revert(&pending.token).await.unwrap(); // it was quicker than the killer
        }
        lab.wait_for_end(Duration::from_secs(30)).await;
        assert_eq!(sorted(&lab.running("r1")), sorted(&before), "after killing {what}");
        session.discard().await.ok();
        session = lab.connect(&key(&lab)).await.unwrap();
    }
}

#[tokio::test]
async fn a_killed_timer_is_found_and_its_promise_kept() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, CHANGED).await;
    let pending = session.commit(&with_window(1)).await.unwrap().unwrap();
    lab.kill_guard();
    tokio::time::sleep(Duration::from_secs(16)).await;
    assert!(is_changed(&lab).await, "the timer is dead");
    let rescuer = lab.connect(&key(&lab)).await.unwrap();
    assert!(
        matches!(rescuer.leftovers(), [Leftover::Ended { token, .. }] if *token == pending.token),
        "{:?}",
        rescuer.leftovers()
    );
    assert!(lab.is_pristine() && !lab.is_locked());
}

#[tokio::test]
async fn confirm_and_expiry_have_one_winner() {
    let Some(lab) = lab().await else { return };
    let mut session = lab.connect(&key(&lab)).await.unwrap();
    let (mut confirmed, mut expired) = (0, 0);
    for round in 0..12_u64 {
        session.open_candidate().await.unwrap();
        let text = format!("router bgp 64501\n neighbor 192.0.2.99 description round {round}\nexit\n");
        session.stage(LoadMode::Merge, &text).await.unwrap();
        let pending = session.commit(&with_window(1)).await.unwrap().unwrap();
        // around the moment at which the guard wakes up, between one and three seconds after
        tokio::time::sleep(Duration::from_millis(900 + round * 170)).await;
        let result = session.confirm(&pending.token).await;
        lab.wait_for_end(Duration::from_secs(20)).await;
        let is_there = lab.running("r1").contains(&format!("description round {round}\n"));
        match result {
            Ok(()) => confirmed += 1,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::NotFound, "{error:?}");
                assert!(error.to_string().contains("expired"), "{error}");
                expired += 1;
                assert!(!is_there, "round {round}: refused, but in force");
                continue;
            }
        }
        assert!(is_there, "round {round}: confirmed, but not in force");
        assert!(lab.startup("r1").contains(&format!("description round {round}\n")));
    }
    println!("{confirmed} confirmed, {expired} expired");
    assert!(confirmed > 0 && expired > 0, "the race was none: {confirmed} to {expired}");
}

#[tokio::test]
async fn one_at_a_time() {
    let Some(lab) = lab().await else { return };
    let mut first = lab.connect(&key(&lab)).await.unwrap();
    first.open_candidate().await.unwrap();
    for target in [key(&lab), other(&lab)] {
        let mut second = lab.connect(&target).await.unwrap();
        assert!(
            matches!(second.leftovers(), [Leftover::Candidate { is_ours: false, .. }]),
            "{:?}",
            second.leftovers()
        );
        let error = second.open_candidate().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Locked);
        assert!(error.to_string().contains("netops@") && error.to_string().contains("pid"), "{error}");
        second.discard().await.unwrap();
    }
    assert!(lab.is_locked(), "the discards of others do not count");
    first.discard().await.unwrap();
    let mut sessions = Vec::new();
    for _ in 0..6 {
        sessions.push(lab.connect(&key(&lab)).await.unwrap());
    }
    let results =
        futures_util::future::join_all(sessions.iter_mut().map(|session| session.open_candidate())).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert!(
        results
            .iter()
            .flat_map(|result| result.as_ref().err())
            .all(|error| error.kind() == ErrorKind::Locked),
        "{results:?}"
    );
    // a session that was killed leaves its lock; when the lease is over it is replaced
    for session in &mut sessions {
        session.discard().await.unwrap();
    }
    let mut dead = lab.connect(&key(&lab)).await.unwrap();
    dead.open_candidate().await.unwrap();
    drop(dead);
    lab.age_lock();
    let mut heir = lab.connect(&key(&lab)).await.unwrap();
    assert!(
        matches!(heir.leftovers(), [Leftover::Candidate { is_ours: true, .. }]),
        "{:?}",
        heir.leftovers()
    );
    heir.open_candidate().await.unwrap();
    heir.discard().await.unwrap();
}

#[tokio::test]
async fn a_configuration_that_moved_is_not_overwritten() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, CHANGED).await;
    session.diff().await.unwrap();
    lab.vtysh("r1", &["conf t", "router bgp 64501", "neighbor 192.0.2.98 description somebody else"]);
    let before = lab.running("r1");
    let error = session.commit(&CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.to_string().contains("has changed since"), "{error}");
    assert_eq!(lab.running("r1"), before);
    assert!(!lab.is_locked());
}

#[tokio::test]
async fn a_dropped_lock_is_given_up() {
    let Some(lab) = lab().await else { return };
    let mut session = lab.connect(&key(&lab)).await.unwrap();
    for after in [0, 5, 10, 20, 30, 40, 60, 80, 120] {
        let _ = tokio::time::timeout(Duration::from_millis(after), session.open_candidate()).await;
        session.discard().await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!lab.is_locked(), "dropped after {after} ms: {}", lab.state());
    }
    session.open_candidate().await.unwrap();
    session.discard().await.unwrap();
}

/// What a template for an exchange may well contain.
const EXCHANGE: &str = "\
! generated
bgp as-path access-list BOGON-AS seq 5 deny _0_
bgp as-path access-list BOGON-AS seq 10 permit .*
bgp community-list standard BLACKHOLE seq 5 permit blackhole
ip prefix-list BOGONS permit 10.0.0.0/8 le 32
ip prefix-list BOGONS permit 172.16.0.0/12 le 32
ipv6 prefix-list LONG6 seq 5 deny ::/0 ge 49
!
route-map EX-IN deny 10
 match ip address prefix-list BOGONS
route-map EX-IN deny 20
 match as-path BOGON-AS
route-map EX-IN permit 30
 description everything else
 set local-preference 150
 set large-community 64501:1:2 additive
exit
route-map EX-OUT permit 10
 match community BLACKHOLE
 set metric 10
 set as-path prepend 64501 64501
exit
!
router bgp 64501
 neighbor EX peer-group
 neighbor EX ttl-security hops 1
 neighbor EX timers 10 30
 neighbor 192.0.2.50 remote-as 64550
 neighbor 192.0.2.50 peer-group EX
 neighbor 192.0.2.50 description Ada & Söhne  <noc@example.net> \"#1\"
 neighbor 192.0.2.50 password p!a#s$s%w
 neighbor 2001:DB8:FFFF:0::50 remote-as 4200000001
 neighbor 2001:db8:ffff::50 description AS4200000001 v6
 neighbor 2001:db8:ffff::50 shutdown
 address-family ipv4 unicast
  neighbor EX activate
  neighbor EX route-map EX-IN in
  neighbor EX route-map EX-OUT out
  neighbor EX remove-private-AS
  neighbor 192.0.2.50 maximum-prefix 500 90 restart 15
 exit-address-family
 address-family ipv6
  neighbor 2001:db8:ffff::50 activate
  neighbor 2001:db8:ffff::50 prefix-list LONG6 in
  neighbor 2001:db8:ffff::50 soft-reconfiguration inbound
  neighbor 2001:db8:ffff::50 maximum-prefix 40
 exit-address-family
exit
";

#[tokio::test]
async fn a_whole_exchange_goes_in_at_once_and_out_again() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, EXCHANGE).await;
    let diff = session.diff().await.unwrap();
    println!("{diff}");
    assert_eq!(diff.counts().1, 0, "{diff}");
    session.commit(&CommitOptions::default()).await.unwrap();
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, EXCHANGE).await.unwrap();
    let again = session.diff().await.unwrap();
    assert!(again.is_empty(), "the same again changes nothing: {again}");
    session
        .stage(
            LoadMode::Merge,
            "router bgp 64501\n no neighbor 192.0.2.50\n no neighbor 2001:db8:ffff::50\n no neighbor EX peer-group\nexit\n\
             no route-map EX-IN\nno route-map EX-OUT\nno ip prefix-list BOGONS\nno ipv6 prefix-list LONG6\n\
             no bgp as-path access-list BOGON-AS\nno bgp community-list standard BLACKHOLE\n",
        )
        .await
        .unwrap();
    session.commit(&CommitOptions::default()).await.unwrap();
    assert!(lab.is_pristine(), "{}", lab.running("r1"));
}

#[tokio::test]
async fn bgp_is_taken_away_and_set_up_from_nothing() {
    let Some(lab) = lab().await else { return };
    let old = lab.running("r1");
    let mut session = staged(&lab, "no router bgp 64501\n").await;
    let diff = session.diff().await.unwrap();
    assert!(diff.to_string().contains("-   network 203.0.113.0/26"), "the whole block is shown: {diff}");
    session.commit(&CommitOptions::default()).await.unwrap();
    assert!(session.bgp_neighbors().await.unwrap().is_empty());
    assert!(session.routes(RouteQuery::Exact("198.51.100.0/24".parse().unwrap())).await.unwrap().is_empty());
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Replace, &old).await.unwrap();
    session.commit(&CommitOptions::default()).await.unwrap();
    assert!(lab.is_pristine(), "{}", lab.running("r1"));
}
