//! Changes on a simulated IOS-XR over its command line, beyond what the conformance suite asks of every platform.

use std::sync::Arc;
use std::time::Duration;

use peering_core::driver::{Driver, Target, Timeouts};
use peering_core::{ErrorKind, Router};
use peering_drivers::cisco_iosxr::{CiscoIosxr, IosxrTransport};
use peering_drivers::sim::{Fabric, Fault, FaultKind, FaultPoint, Port, RunningXr, User, XrRouter};
use peering_tests::iosxr_subject;

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
        users: vec![User::new("netops", "secret")],
        ..XrRouter::default()
    };
    (router.start(&fabric).await.unwrap(), fabric)
}

async fn connect(target: &Target) -> Router {
    let driver: Arc<dyn Driver> =
        Arc::new(CiscoIosxr { transport: IosxrTransport::Ssh, ..CiscoIosxr::default() });
    Router::connect(driver, target).await.unwrap()
}

/// What was typed into the configuration mode, without what marks the ends.
fn configured(running: &RunningXr) -> Vec<String> {
    let typed = running.typed().into_iter().map(|typed| typed.line);
    let inside = typed.skip_while(|line| line != "configure exclusive").skip(1);
    inside.filter(|line| !line.starts_with("do ! ")).collect()
}

/// The router takes what the template writes, and a second time it changes nothing.
#[tokio::test]
async fn the_template_goes_through_the_driver() {
    let (running, _fabric) = start("vrf cust-a\n!\n").await;
    let router = connect(&running.shell_target()).await;
    let text = iosxr_subject::rendered();
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(&text).await.unwrap();
    let diff = candidate.diff().await.unwrap();
    assert!(diff.counts().0 > 100, "{diff}");
    candidate.commit(Some("the sample,\nas it is")).await.unwrap();

    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(&text).await.unwrap();
    let again = candidate.diff().await.unwrap();
    candidate.commit(None).await.unwrap();
    assert!(again.is_empty(), "the same text again changes:\n{again}");
    router.close().await.unwrap();
    let (label, comment) = running.commits().into_iter().next().unwrap();
    assert_eq!(label.as_deref(), Some("peering-0"));
    assert_eq!(comment.as_deref(), Some("the sample, as it is"));
    assert_eq!(running.commits().len(), 1, "what changes nothing is not committed");
    assert_eq!(running.files(), Vec::<String>::new());
}

#[tokio::test]
async fn a_text_as_the_router_prints_it_can_replace_it() {
    let (running, _fabric) = start(NEIGHBOR).await;
    let router = connect(&running.shell_target()).await;
    let printed = router.running_config().await.unwrap();
    let wanted = printed.replace("  remote-as 64577\n", "  remote-as 64578\n");
    let mut candidate = router.candidate().await.unwrap();
    // what was merged before is nothing to a replacement; what is merged behind it is laid over it
    candidate.merge("hostname another\n").await.unwrap();
    candidate.replace(&wanted).await.unwrap();
    assert_eq!(candidate.diff().await.unwrap().counts(), (1, 1));
    candidate.merge("hostname later\n").await.unwrap();
    let diff = candidate.diff().await.unwrap();
    assert_eq!(diff.counts(), (2, 2), "{diff}");
    candidate.commit(None).await.unwrap();
    assert_eq!(router.running_config().await.unwrap(), wanted.replace("hostname r1\n", "hostname later\n"));
    router.close().await.unwrap();
    assert!(configured(&running).iter().any(|line| line.starts_with("commit replace label peering-")));
}

/// Comments may be kept by a router, so none is typed where they would be part of the target; reads go on meanwhile.
#[tokio::test]
async fn nothing_but_what_is_meant_is_typed_into_the_target() {
    let (running, _fabric) = start("").await;
    let router = connect(&running.shell_target()).await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(NEIGHBOR).await.unwrap();
    let read = candidate.running_config().await.unwrap();
    assert!(read.contains("hostname r1\n") && !read.contains("192.0.2.77"), "{read}");
    candidate.diff().await.unwrap();
    candidate.commit(None).await.unwrap();
    router.close().await.unwrap();
    let typed = configured(&running);
    let first = |line: &String| line.split(' ').next().unwrap_or_default().to_owned();
    let mut words: Vec<String> =
        typed.iter().take_while(|line| *line != "abort").map(first).filter(|word| !word.is_empty()).collect();
    words.sort();
    words.dedup();
    assert_eq!(words, ["commit", "do", "load", "show"], "{typed:?}");
}

#[tokio::test]
async fn a_refused_line_is_named_and_a_refused_commit_says_why() {
    let (running, _fabric) = start("").await;
    let before = running.running_config();
    let router = connect(&running.shell_target()).await;
    let mut candidate = router.candidate().await.unwrap();
    let text =
        NEIGHBOR.replace("  remote-as 64577\n", "  remote-as 64577\n  password clear hunter2 hunter3\n");
    let error = candidate.merge(&text).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(
        error.message().starts_with("line 4 is refused: router bgp 64500; neighbor 192.0.2.77; "),
        "{error}"
    );
    assert!(!error.message().contains("hunter"), "{error}");
    assert!(candidate.diff().await.unwrap().is_empty(), "nothing of it stays");
    candidate.merge(&NEIGHBOR.replace(" !\n!", "  use neighbor-group NONE\n !\n!")).await.unwrap();
    let error = candidate.commit(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.message().contains("use neighbor-group NONE; !!% "), "{error}");
    assert_eq!(running.running_config(), before);
    assert!(running.sessions().iter().all(|session| !session.has_lock && !session.has_changes));
    router.close().await.unwrap();
}

/// The answer to the commit is lost: the driver looks from a new session, and knows.
#[tokio::test]
async fn a_lost_answer_is_looked_for() {
    for (kind, is_applied) in [(FaultKind::DropAfter, true), (FaultKind::DropBefore, false)] {
        let (running, _fabric) = start("").await;
        let router = connect(&running.shell_target()).await;
        let mut candidate = router.candidate().await.unwrap();
        candidate.merge(NEIGHBOR).await.unwrap();
        running.inject(Fault::once(FaultPoint::Command("commit".into()), kind.clone()));
        let result = candidate.commit(None).await;
        let is_there = running.running_config().contains("neighbor 192.0.2.77");
        assert_eq!((is_there, result.is_ok()), (is_applied, is_applied), "{kind:?}: {result:?}");
        router.close().await.ok();
    }
}

/// A router that does not answer the commit in time is not waited for: its session is ended before anything is said, so that
/// what it would have done later is not done.
#[tokio::test]
async fn a_late_commit_is_called_off() {
    let (running, _fabric) = start("").await;
    let timeouts = Timeouts { change: Duration::from_secs(5), ..Timeouts::default() };
    let router = connect(&Target { timeouts, ..running.shell_target() }).await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(NEIGHBOR).await.unwrap();
    let late = FaultKind::Late(Duration::from_secs(5));
    running.inject(Fault::once(FaultPoint::Command("commit".into()), late));
    let error = candidate.commit(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
    assert!(configured(&running).iter().any(|line| line.starts_with("clear configuration sessions ")));
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(!running.running_config().contains("neighbor 192.0.2.77"));
    router.close().await.ok();
}

/// What the router is told on the way of a change.
const COMMANDS: [&str; 9] = [
    "configure exclusive",
    "do show configuration sessions",
    "do show configuration commit list",
    "do show running-config",
    "load",
    "do delete",
    "show configuration merge",
    "commit",
    "abort",
];

async fn change(router: &Router) -> peering_core::Result<()> {
    let mut candidate = router.candidate().await?;
    candidate.merge(NEIGHBOR).await?;
    candidate.diff().await?;
    candidate.commit(None).await
}

/// Every command × every disorder: what is said is so, and no lock and no target stay.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_the_answer_is_true() {
    let refusal = FaultKind::Fail { status: 1, output: "% refused".into() };
    let garbage = FaultKind::Garbage(b"\xff\xfe garbage\r\n".to_vec());
    let kinds = [FaultKind::DropBefore, FaultKind::DropAfter, refusal, garbage];
    let mut runs = Vec::new();
    for command in COMMANDS {
        for kind in kinds.clone() {
            runs.push(tokio::spawn(async move {
                let (running, _fabric) = start("").await;
                let timeouts = Timeouts { change: Duration::from_secs(6), ..Timeouts::default() };
                let router = connect(&Target { timeouts, ..running.shell_target() }).await;
                running.inject(Fault::once(FaultPoint::Command(command.into()), kind.clone()));
                let outcome = change(&router).await;
                router.close().await.ok();
                let told = format!("{command}, {kind:?}: {outcome:?}");
                assert_eq!(running.unplayed_faults(), 0, "{told}");
                for _ in 0..200 {
                    if running.sessions().is_empty() {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(25)).await;
                }
                assert_eq!(running.sessions(), [], "{told}");
                let is_new = running.running_config().contains("neighbor 192.0.2.77");
                match outcome {
                    Ok(()) => assert!(is_new, "{told}"),
                    Err(error) if error.kind() == ErrorKind::OutcomeUnknown => panic!("{told}"),
                    Err(_) => assert!(!is_new, "{told}"),
                }
            }));
        }
    }
    for run in runs {
        run.await.unwrap();
    }
}

/// Another session's lock is named, and with it a text that was printed for somebody to look at is refused.
#[tokio::test]
async fn what_cannot_be_loaded_is_refused_before_it_is_sent() {
    let (running, _fabric) = start("").await;
    let (first, second) = (connect(&running.shell_target()).await, connect(&running.shell_target()).await);
    let mut candidate = first.candidate().await.unwrap();
    let error = second.candidate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked);
    assert!(error.message().contains("held by netops on vty0, session 00000201-"), "{error}");
    for text in ["username a\n secret <redacted>\n!\n", "<config/>"] {
        assert_eq!(candidate.merge(text).await.unwrap_err().kind(), ErrorKind::Rejected, "{text}");
    }
    candidate.discard().await.unwrap();
    second.candidate().await.unwrap().discard().await.unwrap();
    first.close().await.unwrap();
    second.close().await.unwrap();
    assert!(!configured(&running).iter().any(|line| line.starts_with("load")));
}
