//! The simulated EOS router over its real sockets: TLS, authentication, faults, the LAN behind it.

use std::time::{Duration, Instant};

use peering_core::driver::Target;
use peering_core::{Asn, ErrorKind, Secret};
use peering_drivers::sim::{
    EosIdentity, EosRouter, Fabric, Fault, FaultKind, FaultPoint, FrrRouter, Member, MemberId, Port, Running,
    User,
};
use peering_drivers::transport::{Http, Scheme};
use serde_json::{Value, json};

const OURS: Asn = Asn::new(64501);
const SOON: Duration = Duration::from_secs(10);
const PEER: &str = "router bgp 64501\nneighbor 192.0.2.5 remote-as 64505\n";

fn options() -> EosRouter {
    let addresses = vec!["192.0.2.1/24".parse().unwrap(), "2001:db8:ffff::1/64".parse().unwrap()];
    EosRouter {
        name: "eos1".to_owned(),
        local_as: Some(OURS),
        ports: vec![Port { name: "Ethernet1".to_owned(), addresses }],
        users: vec![User::new("netops", "correct horse"), User::new("other", "battery staple")],
        ..EosRouter::default()
    }
}

async fn start(options: EosRouter) -> (Fabric, MemberId, Running<EosIdentity>) {
    let fabric = Fabric::with_delay(Duration::from_millis(50));
    let id = fabric.add_member(Member {
        addresses: vec!["192.0.2.5".parse().unwrap(), "2001:db8:ffff::5".parse().unwrap()],
        ipv4_prefixes: 40,
        ..Member::new(Asn::new(64505), OURS)
    });
    let running = options.start(&fabric).await.unwrap();
    (fabric, id, running)
}

/// Asks over HTTPS; the result, or eAPI's code.
async fn ask(target: &Target, commands: Value) -> Result<Vec<Value>, i64> {
    let params = json!({ "version": 1, "format": "json", "cmds": commands });
    let http = Http::new(target, Scheme::Https, 443).unwrap();
    match http.rpc("/command-api", "runCmds", &params).await.unwrap() {
        Ok(result) => Ok(serde_json::from_str(result.get()).unwrap()),
        Err(error) => Err(error.code),
    }
}

/// The kind of error that the transport meets.
async fn failing(target: &Target, commands: Value) -> ErrorKind {
    let params = json!({ "version": 1, "format": "json", "cmds": commands });
    let http = Http::new(target, Scheme::Https, 443).unwrap();
    let limit = Duration::from_millis(300);
    http.within(limit).rpc("/command-api", "runCmds", &params).await.unwrap_err().kind()
}

async fn peer(target: &Target) -> Value {
    let answer = ask(target, json!(["show ip bgp neighbors vrf all"])).await.unwrap();
    answer[0]["vrfs"]["default"]["peerList"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_is_checked_and_logged() {
    let (_fabric, _, running) = start(options()).await;
    let version = ask(&running.target(), json!(["show version"])).await.unwrap();
    assert_eq!(version[0]["version"], "4.32.2F");
    ask(&running.target_for("other"), json!(["show hostname", "show clock"])).await.unwrap();
    let log = running.log();
    assert_eq!(log.iter().map(|one| one.user.as_str()).collect::<Vec<_>>(), ["netops", "other"]);
    assert_eq!(log[1].commands, ["show hostname", "show clock"]);
    let mut wrong = running.target();
    wrong.credentials.password = Some(Secret::new("wrong"));
    let http = Http::new(&wrong, Scheme::Https, 443).unwrap();
    assert_eq!(http.post_json("/command-api", &json!({})).await.unwrap_err().kind(), ErrorKind::Auth);
    let http = Http::new(&running.target(), Scheme::Https, 443).unwrap();
    assert_eq!(http.get("/elsewhere").await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(running.log().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_and_a_unix_socket_where_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("command-api.sock");
    let (_fabric, _, running) =
        start(EosRouter { has_http: true, unix_socket: Some(path.clone()), ..options() }).await;
    let params = json!({ "version": 1, "cmds": ["show hostname"] });
    let plain = Target { port: running.http_addr().map(|addr| addr.port()), ..running.target() };
    let http = Http::new(&plain, Scheme::Http, 80).unwrap();
    assert!(http.rpc("/command-api", "runCmds", &params).await.unwrap().unwrap().get().contains("eos1"));
    let local = Http::new(&Target::new(format!("unix:{}", path.display())), Scheme::Http, 80).unwrap();
    assert!(local.rpc("/command-api", "runCmds", &params).await.unwrap().unwrap().get().contains("eos1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_follow_the_configuration_and_the_member() {
    let (fabric, member, running) = start(options()).await;
    let target = running.target();
    running.configure(PEER).unwrap();
    assert!(running.wait_established(1, SOON).await);
    let up = peer(&target).await;
    assert_eq!((up["state"].as_str(), up["prefixesReceived"].as_u64()), (Some("Established"), Some(40)));
    running.configure("router bgp 64501\nneighbor 192.0.2.5 shutdown\n").unwrap();
    let shut = peer(&target).await;
    assert_eq!(
        (shut["state"].as_str(), shut["idleReason"].as_str()),
        (Some("Idle"), Some("Administratively shut down"))
    );
    running
        .configure("router bgp 64501\nno neighbor 192.0.2.5 shutdown\nneighbor 192.0.2.5 maximum-routes 39\n")
        .unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(peer(&target).await["idleReason"], "Maximum routes limit exceeded");
    running.configure("router bgp 64501\nneighbor 192.0.2.5 maximum-routes 40\n").unwrap();
    ask(&target, json!(["enable", "clear ip bgp 192.0.2.5"])).await.unwrap();
    assert!(running.wait_established(1, SOON).await);
    fabric.change_member(member, |member| member.password = Some(Secret::new("swordfish")));
    assert_ne!(peer(&target).await["state"], "Established");
    running.configure("router bgp 64501\nneighbor 192.0.2.5 password swordfish\n").unwrap();
    assert!(running.wait_established(1, SOON).await);
    fabric.change_member(member, |member| member.is_up = false);
    assert_eq!(peer(&target).await["state"], "Active");
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_decide_what_is_accepted() {
    let (_fabric, _, running) = start(options()).await;
    running
        .configure(
            "ip prefix-list NONE\nseq 10 deny 0.0.0.0/0 le 32\nroute-map IN permit 10\n\
             match ip address prefix-list NONE\nrouter bgp 64501\nneighbor IX peer group\nneighbor IX route-map IN in\n\
             neighbor 192.0.2.5 peer group IX\nneighbor 192.0.2.5 remote-as 64505\n",
        )
        .unwrap();
    assert!(running.wait_established(1, SOON).await);
    let counts = async || {
        let answer = ask(&running.target(), json!(["show ip bgp summary vrf all"])).await.unwrap();
        let peer = &answer[0]["vrfs"]["default"]["peers"]["192.0.2.5"];
        (peer["prefixReceived"].as_u64().unwrap(), peer["prefixAccepted"].as_u64().unwrap())
    };
    assert_eq!(counts().await, (40, 0));
    running.configure("no route-map IN\nroute-map IN permit 10\n").unwrap();
    assert_eq!(counts().await, (40, 40));
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_with_a_router_of_another_kind() {
    let (fabric, _, eos) = start(options()).await;
    let frr = FrrRouter {
        name: "frr2".to_owned(),
        ports: vec![Port { name: "lan0".to_owned(), addresses: vec!["192.0.2.2/24".parse().unwrap()] }],
        config: "router bgp 64502\n no bgp ebgp-requires-policy\n neighbor 192.0.2.1 remote-as 64501\n \
                 address-family ipv4 unicast\n  network 198.51.100.0/24\n exit-address-family\n"
            .to_owned(),
        ..FrrRouter::default()
    };
    let frr = frr.start(&fabric).await.unwrap();
    eos.configure("router bgp 64501\nneighbor 192.0.2.2 remote-as 64502\n").unwrap();
    assert!(eos.wait_established(1, SOON).await && frr.wait_established(1, SOON).await);
    let answer = ask(&eos.target(), json!(["show ip bgp 198.51.100.0/24 vrf default"])).await.unwrap();
    let path = &answer[0]["vrfs"]["default"]["bgpRouteEntries"]["198.51.100.0/24"]["bgpRoutePaths"][0];
    assert_eq!(
        (path["nextHop"].as_str(), path["asPathEntry"]["asPath"].as_str()),
        (Some("192.0.2.2"), Some("64502 i"))
    );
    frr.stop();
    assert!(!eos.wait_established(1, Duration::ZERO).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_strike_the_request_that_they_are_for() {
    let (_fabric, _, running) = start(options()).await;
    let target = running.target();
    let inject = |kind: FaultKind| {
        running.inject(Fault::once(FaultPoint::Command("configure session".to_owned()), kind));
    };
    let lines = |name: &str| json!(["enable", format!("configure session {name}"), "hostname r9", "commit"]);
    let is_done = || running.running_config().contains("hostname r9\n");
    inject(FaultKind::DropBefore);
    ask(&target, json!(["show version"])).await.unwrap();
    assert_eq!(failing(&target, lines("a")).await, ErrorKind::Closed);
    assert!(!is_done());
    inject(FaultKind::Stall);
    assert_eq!(failing(&target, lines("a")).await, ErrorKind::Timeout);
    assert!(!is_done());
    inject(FaultKind::Fail { status: 1000, output: "the machine is on fire".to_owned() });
    assert_eq!(ask(&target, lines("a")).await, Err(1000));
    assert!(!is_done());
    inject(FaultKind::DropAfter);
    assert_eq!(failing(&target, lines("a")).await, ErrorKind::Closed);
    assert!(is_done());
    running.configure("hostname eos1\n").unwrap();
    inject(FaultKind::Garbage(b"<html>".to_vec()));
    assert_eq!(failing(&target, lines("b")).await, ErrorKind::Parse);
    assert!(is_done());
    inject(FaultKind::Delay(Duration::from_millis(200)));
    let begun = Instant::now();
    ask(&target, json!(["enable", "configure session c", "abort"])).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(200));
    running.inject(Fault::once(FaultPoint::Connect, FaultKind::DropBefore));
    let kind = failing(&target, json!(["show version"])).await;
    assert!(matches!(kind, ErrorKind::Tls | ErrorKind::Connect | ErrorKind::Closed), "{kind:?}");
    running.inject(Fault::once(
        FaultPoint::Save,
        FaultKind::Fail { status: 1, output: "No space left on device".to_owned() },
    ));
    assert_eq!(ask(&target, json!(["enable", "write memory"])).await, Err(1000));
    assert!(ask(&target, json!(["enable", "write memory"])).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unconfirmed_commit_comes_back_though_nobody_asks() {
    let (_fabric, _, running) = start(options()).await;
    running.configure(PEER).unwrap();
    assert!(running.wait_established(1, SOON).await);
    let lines = json!([
        "enable",
        "configure session s",
        "router bgp 64501",
        "no neighbor 192.0.2.5",
        "commit timer 00:00:01"
    ]);
    ask(&running.target(), lines).await.unwrap();
    assert_eq!(running.sessions(), ["s"]);
    assert!(!running.running_config().contains("192.0.2.5"));
    assert!(running.wait_established(1, SOON).await);
    assert!(running.running_config().contains("192.0.2.5") && running.sessions().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reboot_forgets_what_was_not_saved() {
    let (_fabric, _, running) = start(options()).await;
    let saved = running.startup_config();
    running.configure("hostname other\n").unwrap();
    ask(&running.target(), json!(["enable", "configure session left-behind"])).await.unwrap();
    assert_eq!(running.sessions(), ["left-behind"]);
    running.reboot();
    assert_eq!((running.running_config(), running.sessions().len()), (saved, 0));
    let uptime =
        ask(&running.target(), json!(["show version"])).await.unwrap()[0]["uptime"].as_f64().unwrap();
    assert!(uptime < 5.0, "{uptime}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shuts_the_api_down_has_no_router_any_more() {
    let (_fabric, _, running) = start(options()).await;
    let lines = json!([
        "enable",
        "configure session s",
        "management api http-commands",
        "shutdown",
        "commit timer 00:00:01"
    ]);
    ask(&running.target(), lines).await.unwrap();
    assert_eq!(failing(&running.target(), json!(["show version"])).await, ErrorKind::Closed);
    let begun = Instant::now();
    while running.sessions() == ["s"] {
        assert!(begun.elapsed() < SOON);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ask(&running.target(), json!(["show version"])).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_as_late_as_told_and_cuts_cut() {
    let (_fabric, _, running) = start(EosRouter { latency: Duration::from_millis(100), ..options() }).await;
    let http = Http::new(&running.target(), Scheme::Https, 443).unwrap();
    let params = json!({ "version": 1, "cmds": ["show version"] });
    let begun = Instant::now();
    for _ in 0..3 {
        http.rpc("/command-api", "runCmds", &params).await.unwrap().unwrap();
    }
    assert!(begun.elapsed() >= Duration::from_millis(300));
    running.inject(Fault::once(FaultPoint::Command("show".to_owned()), FaultKind::Stall));
    let asked = tokio::spawn(async move { http.rpc("/command-api", "runCmds", &params).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    running.cut_connections();
    assert_eq!(asked.await.unwrap().unwrap_err().kind(), ErrorKind::Closed);
    running.stop();
    assert_eq!(failing(&running.target(), json!(["show version"])).await, ErrorKind::Connect);
}
