use std::time::Duration;

use peering_core::{Asn, ErrorKind};

use super::{JunosRouter, RunningJunos};
use crate::sim::{Fabric, Fault, FaultKind, FaultPoint, Member, Port, User};
use crate::transport::netconf::{Framing, Netconf, Operation, Options};

const SOON: Duration = Duration::from_secs(10);

fn options() -> JunosRouter {
    JunosRouter {
        name: "r1".to_owned(),
        local_as: Some(Asn::new(64501)),
        ports: vec![Port { name: "ge-0/0/0".to_owned(), addresses: vec!["192.0.2.1/24".parse().unwrap()] }],
        users: vec![User::new("netops", "correct horse")],
        minute: Duration::from_millis(300),
        ..JunosRouter::default()
    }
}

async fn start() -> (Fabric, RunningJunos) {
    let fabric = Fabric::with_delay(Duration::from_millis(20));
    fabric.add_member(Member {
        addresses: vec!["192.0.2.5".parse().unwrap()],
        ipv4_prefixes: 40,
        ..Member::new(Asn::new(64505), Asn::new(64501))
    });
    let running = options().start(&fabric).await.unwrap();
    (fabric, running)
}

async fn connect(running: &RunningJunos) -> Netconf {
    Netconf::connect(&running.target(), 830, Options::default()).await.unwrap()
}

async fn ask(session: &Netconf, request: &str) -> peering_core::Result<String> {
    let reply = session.call(&Operation::Raw(request.to_owned())).await?;
    Ok(reply.text().to_owned())
}

async fn until(check: impl Fn() -> bool) {
    let tries = tokio::time::timeout(SOON, async {
        while !check() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    tries.await.expect("it did not come true in time");
}

const LOCK: &str = "<lock-configuration/>";
const COMMIT: &str = "<commit-configuration/>";
const NAME: &str = "<load-configuration><configuration><system><host-name>new</host-name></system></configuration></load-configuration>";
const CONFIRMED: &str =
    "<commit-configuration><confirmed/><confirm-timeout>1</confirm-timeout></commit-configuration>";

#[tokio::test(flavor = "multi_thread")]
async fn both_framings_are_spoken_and_sessions_end() {
    let fabric = Fabric::new();
    for (has_base_1_1, framing) in [(false, Framing::EndOfMessage), (true, Framing::Chunked)] {
        let running = JunosRouter { has_base_1_1, ..options() }.start(&fabric).await.unwrap();
        let session = connect(&running).await;
        assert_eq!(session.framing(), framing);
        assert_eq!(running.sessions().first().map(|one| one.id), Some(session.session_id()));
        assert!(
            ask(&session, "<get-configuration format=\"text\"/>").await.unwrap().contains("host-name r1;")
        );
        assert_eq!(running.requests(), ["get-configuration"]);
        session.close().await.unwrap();
        until(|| running.sessions().is_empty()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_session_leaves_no_lock_and_no_candidate() {
    let (_fabric, running) = start().await;
    let (locked, private) = (connect(&running).await, connect(&running).await);
    ask(&private, "<open-configuration><private/></open-configuration>").await.unwrap();
    ask(&private, NAME).await.unwrap();
    ask(&locked, LOCK).await.unwrap();
    ask(&locked, NAME).await.unwrap();
    let all = running.sessions();
    assert!(all.iter().any(|one| one.has_lock) && all.iter().any(|one| one.has_private_candidate));
    assert!(running.has_changes());
    running.cut_connections();
    until(|| running.sessions().is_empty()).await;
    assert!(!running.has_changes() && running.running_config().contains("host-name r1;"));
    let session = connect(&running).await;
    ask(&session, LOCK).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timer_runs_without_anybody_there() {
    let (_fabric, running) = start().await;
    let session = connect(&running).await;
    ask(&session, NAME).await.unwrap();
    ask(&session, CONFIRMED).await.unwrap();
    drop(session);
    assert!(running.has_pending_commit() && running.running_config().contains("host-name new;"));
    until(|| running.running_config().contains("host-name r1;")).await;
    assert!(!running.has_pending_commit());
    // A timer that was killed does not fire.
    running.inject(Fault::once(FaultPoint::Timer, FaultKind::DropBefore));
    let session = connect(&running).await;
    ask(&session, NAME).await.unwrap();
    ask(&session, CONFIRMED).await.unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(running.has_pending_commit() && running.running_config().contains("host-name new;"));
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_strike_at_the_operation_that_they_name() {
    let (_fabric, running) = start().await;
    let at = || FaultPoint::Command("commit-configuration".to_owned());
    let fail = FaultKind::Fail { status: 1, output: "could not commit".to_owned() };
    let kinds = [
        (fail, Some(ErrorKind::Rejected), false),
        (FaultKind::DropBefore, Some(ErrorKind::Closed), false),
        (FaultKind::Delay(Duration::from_millis(100)), None, true),
        (FaultKind::DropAfter, Some(ErrorKind::Closed), true),
    ];
    for (number, (kind, error, is_done)) in kinds.into_iter().enumerate() {
        running.inject(Fault::once(at(), kind.clone()));
        let session = connect(&running).await;
        let change = NAME.replace("new", &format!("n{number}"));
        ask(&session, "<load-configuration rollback=\"0\"/>").await.unwrap();
        ask(&session, &change).await.unwrap();
        let result = ask(&session, COMMIT).await;
        assert_eq!(result.err().map(|error| error.kind()), error, "{kind:?}");
        assert_eq!(running.running_config().contains(&format!("host-name n{number};")), is_done, "{kind:?}");
    }
    running.inject(Fault::once(at(), FaultKind::Garbage(b"no XML at all]]>]]>".to_vec())));
    assert!(ask(&connect(&running).await, COMMIT).await.is_err());
    running.inject(Fault::once(at(), FaultKind::Stall));
    let session = connect(&running).await;
    assert!(tokio::time::timeout(Duration::from_millis(200), ask(&session, COMMIT)).await.is_err());
    drop(session);
    until(|| running.sessions().is_empty()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_follow_the_configuration() {
    let (fabric, running) = start().await;
    running.configure("set protocols bgp group IX type external\nset protocols bgp group IX neighbor 192.0.2.5 peer-as 64505").unwrap();
    assert!(running.wait_established(1, SOON).await);
    let session = connect(&running).await;
    let neighbors = ask(&session, "<get-bgp-neighbor-information/>").await.unwrap();
    assert!(neighbors.contains("<accepted-prefix-count>40</accepted-prefix-count>"), "{neighbors}");
    running.configure("set protocols bgp group IX neighbor 192.0.2.5 family inet unicast prefix-limit maximum 10\nset protocols bgp group IX neighbor 192.0.2.5 family inet unicast prefix-limit teardown").unwrap();
    until(|| {
        fabric
            .shared
            .lock()
            .chassis_mut(0)
            .is_some_and(|chassis| chassis.sessions.values().all(|one| one.is_exceeded))
    })
    .await;
    let neighbors = ask(&session, "<get-bgp-neighbor-information/>").await.unwrap();
    assert!(
        neighbors.contains("<peer-state>Idle</peer-state>")
            && neighbors.contains("<last-error>Cease</last-error>")
    );
    let refused = running.configure("set protocols bgp group IX import NOWHERE").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Rejected);
    assert!(!running.has_changes());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reboot_ends_sessions_and_keeps_what_is_committed() {
    let (_fabric, running) = start().await;
    let session = connect(&running).await;
    ask(&session, NAME).await.unwrap();
    ask(&session, COMMIT).await.unwrap();
    ask(&session, &NAME.replace("new", "lost")).await.unwrap();
    running.reboot();
    assert!(ask(&session, LOCK).await.is_err() && !running.has_changes());
    assert!(running.running_config().contains("host-name new;"));
    until(|| running.sessions().is_empty()).await;
    assert!(ask(&connect(&running).await, LOCK).await.is_ok());
}
