//! The verbs before a router that refuses, lies or is odd: every answer is scripted. How they do on a router that behaves
//! is shown on the simulator.

use std::time::Duration;

use peering_core::ErrorKind;
use peering_core::driver::{CommitOptions, LoadMode, Session};

use crate::candidate_session::script::{Asked, Script, change};
use crate::juniper_junos::JuniperJunos;
use crate::juniper_junos::session::JunosSession;

const OK: &str = "<ok/>";
const TEXT: &str = "system { host-name r2; }";
const NO_CHANGE: &str =
    "<configuration-information><configuration-output>\n</configuration-output></configuration-information>";
const CHANGE: &str = "<configuration-information><configuration-output>\n[edit system]\n+  host-name r2;\n</configuration-output>\
                      </configuration-information>";
const COMMITTED: &str =
    "<commit-results><routing-engine><name>re0</name><commit-success/></routing-engine></commit-results>";
const PENDING: &str = "<comment>commit confirmed, rollback in 5mins</comment><commit-confirmed>rollback pending</commit-confirmed>";

/// A history with these commits, newest first: seconds and what more is noted of each.
fn history(commits: &[(i64, &str)]) -> String {
    let entries = commits.iter().enumerate().map(|(number, (seconds, more))| {
        format!(
            "<commit-history><sequence-number>{number}</sequence-number><user>netops</user><client>netconf</client>\
             <date-time seconds='{seconds}'>then</date-time>{more}</commit-history>"
        )
    });
    format!("<commit-information>{}</commit-information>", entries.collect::<String>())
}

fn revision(number: u32, seconds: i64) -> String {
    format!(
        "<commit-revision-information><revision>re0-{seconds}-{number}</revision><date-time seconds='{seconds}'>then\
         </date-time></commit-revision-information>"
    )
}

fn refusal(words: &str) -> String {
    format!(
        "<rpc-error><error-type>protocol</error-type><error-tag>operation-failed</error-tag><error-severity>error\
         </error-severity><error-message>{words}</error-message></rpc-error>"
    )
}

/// A router with one commit, which does what it is told and shows nothing of it.
fn router() -> Script {
    let clock = "<system-uptime-information><current-time><date-time seconds='1000'>now</date-time></current-time>\
                 </system-uptime-information>";
    Script::new(&[])
        .with("get-commit-information", &[&history(&[(900, "")])])
        .with("get-commit-revision-information", &[&revision(1, 900)])
        .with("get-system-uptime-information", &[clock])
        .with("get-configuration", &[CHANGE])
}

/// A session with it, and what it is asked.
async fn connect(script: Script) -> (JunosSession, Asked) {
    let (target, netconf, asked) = script.connect().await;
    (JunosSession::with(&JuniperJunos::default(), &target, netconf), asked)
}

fn five_minutes() -> CommitOptions {
    CommitOptions { window: Some(Duration::from_secs(300)), message: None }
}

#[tokio::test]
async fn a_commit_that_only_says_so_is_rejected() {
    let (mut session, asked) = connect(router().with("commit-configuration", &[COMMITTED])).await;
    let error = change(&mut session, TEXT, &CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert_eq!(asked.last(""), "<unlock-configuration/>");
}

#[tokio::test]
async fn a_moved_configuration_is_not_committed_onto() {
    let script = router()
        .with("get-commit-information", &[&history(&[(900, "")]), &history(&[(950, ""), (900, "")])])
        .with("get-commit-revision-information", &[&revision(1, 900), &revision(2, 950)]);
    let (mut session, asked) = connect(script).await;
    let error = change(&mut session, TEXT, &CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert_eq!(
        (asked.count("commit-configuration"), asked.last("").as_str()),
        (0, "<unlock-configuration/>")
    );
}

#[tokio::test]
async fn half_a_commit_is_not_called_a_refusal() {
    let half = format!("{COMMITTED}{}", refusal("could not connect to re1"));
    let (mut session, asked) = connect(router().with("commit-configuration", &[&half])).await;
    let error = change(&mut session, TEXT, &CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    assert!(error.message().contains("could not connect to re1"), "{error}");
    assert_eq!(asked.last(""), "<unlock-configuration/>");
}

#[tokio::test]
async fn a_refusal_is_only_believed_when_the_old_configuration_is_in_force() {
    let refused = refusal("interface xe-0/0/0 is unknown");
    let (mut session, _) = connect(router().with("commit-configuration", &[&refused])).await;
    let error = change(&mut session, TEXT, &CommitOptions::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Rejected, "interface xe-0/0/0 is unknown"));

    let before = history(&[(900, "")]);
    let script = router()
        .with("commit-configuration", &[&refused])
        .with("get-commit-information", &[&before, &before, &history(&[(990, ""), (900, "")])])
        .with("get-commit-revision-information", &[&revision(1, 900), &revision(1, 900), &revision(2, 990)]);
    let (mut session, _) = connect(script).await;
    let error = change(&mut session, TEXT, &CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
}

#[tokio::test]
async fn a_window_that_was_not_armed_is_told() {
    let before = history(&[(900, "")]);
    let script = router()
        .with("commit-configuration", &[COMMITTED])
        .with("get-configuration", &[CHANGE, NO_CHANGE])
        .with("get-commit-information", &[&before, &before, &history(&[(990, ""), (900, "")])])
        .with("get-commit-revision-information", &[&revision(1, 900), &revision(1, 900), &revision(2, 990)]);
    let (mut session, _) = connect(script).await;
    let error = change(&mut session, TEXT, &five_minutes()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
}

#[tokio::test]
async fn a_pending_commit_has_a_name_without_a_revision_too() {
    let before = history(&[(900, "")]);
    let script = router()
        .with("commit-configuration", &[COMMITTED])
        .with("get-configuration", &[CHANGE, NO_CHANGE])
        .with("get-commit-information", &[&before, &before, &history(&[(990, PENDING), (900, "")])])
        .with("get-commit-revision-information", &[&refusal("syntax error")]);
    let (mut session, asked) = connect(script).await;
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, TEXT).await.unwrap();
    let pending = session.commit(&five_minutes()).await.unwrap().unwrap();
    assert_eq!(pending.token.id, "990-netops");
    assert_eq!(pending.holder, "netops by netconf");
    assert_eq!(asked.count("<confirm-timeout>5</confirm-timeout>"), 1);
    // The lock is kept while it waits.
    assert_eq!(asked.count("unlock"), 0);
    let error = session.open_candidate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
    assert_eq!(asked.count("unlock"), 0);
}

#[tokio::test]
async fn somebody_elses_pending_commit_is_neither_confirmed_nor_built_upon() {
    let script = router().with("get-commit-information", &[&history(&[(900, PENDING)])]);
    let (mut session, asked) = connect(script).await;
    let error = session.open_candidate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
    assert_eq!(asked.last(""), "<unlock-configuration/>");
    let token = session.token("re0-1-1".to_owned());
    assert_eq!(session.confirm(&token).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(session.revert(&token).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(asked.count("commit-configuration"), 0);
    assert_eq!(asked.last(""), "<unlock-configuration/>");
}

#[tokio::test]
async fn a_refused_load_begins_anew_with_what_was_there() {
    let (mut session, asked) =
        connect(router().with("load-configuration", &[OK, &refusal("syntax error"), OK, OK])).await;
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, TEXT).await.unwrap();
    let error = session.stage(LoadMode::Merge, "system { hots-name r3; }").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    let loads: Vec<String> = asked.all().into_iter().filter(|request| request.starts_with("<load")).collect();
    let has = |index: usize, what: &str| loads.get(index).is_some_and(|load| load.contains(what));
    assert!(
        has(0, "r2") && has(1, "r3") && has(2, "rollback=\"0\"") && has(3, "r2") && loads.len() == 4,
        "{loads:?}"
    );
    session.discard().await.unwrap();
    assert_eq!(asked.last(""), "<unlock-configuration/>");
}

#[tokio::test]
async fn what_is_not_locked_is_given_up_all_the_same() {
    let script = router().with("unlock-configuration", &[&refusal("configuration database is not locked")]);
    let (mut session, _) = connect(script).await;
    session.open_candidate().await.unwrap();
    session.discard().await.unwrap();
}

#[tokio::test]
async fn a_lock_that_cannot_be_given_up_ends_the_session() {
    let before = history(&[(900, "")]);
    let script = router()
        .with("commit-configuration", &[COMMITTED])
        .with("get-configuration", &[CHANGE, NO_CHANGE])
        .with("get-commit-information", &[&before, &before, &history(&[(990, ""), (900, "")])])
        .with("get-commit-revision-information", &[&revision(1, 900), &revision(1, 900), &revision(2, 990)])
        .with("unlock-configuration", &[&refusal("out of memory")]);
    let (mut session, _) = connect(script).await;
    assert!(!change(&mut session, TEXT, &CommitOptions::default()).await.unwrap());
    assert_eq!(session.open_candidate().await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn debug_shows_no_text() {
    let (mut session, _) = connect(router()).await;
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, "system { x hunter2; }").await.unwrap();
    assert!(!format!("{session:?}").contains("hunter2"));
}
