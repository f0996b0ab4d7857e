//! The verbs before a router that refuses, lies or tells little: every answer is scripted. How they do on a router that
//! behaves is shown on the simulator.

use std::time::Duration;

use peering_core::ErrorKind;
use peering_core::driver::{CommitOptions, LoadMode, Session};

use crate::candidate_session::script::{Asked, Script, change};
use crate::cisco_iosxr::CiscoIosxr;
use crate::cisco_iosxr::session::NetconfSession;

const OK: &str = "<ok/>";
const TEXT: &str = "hostname r2";
const CHANGE: &str = "<response>!! IOS XR\n+  hostname r2\nend\n</response>";
const NO_CHANGE: &str = "<response>!! IOS XR\nend\n</response>";
const LABELS: &str = "urn:example:labels";

/// What `get` of the list answers: ids and labels, newest first.
fn list(commits: &[(u64, &str)]) -> String {
    let entries = commits.iter().enumerate().map(|(number, (id, label))| {
        let label = if label.is_empty() { String::new() } else { format!("<label>{label}</label>") };
        format!(
            "<commit><commit>{number}</commit><commit-id>{id}</commit-id><user-id>netops</user-id><line>con0</line>{label}\
             </commit>"
        )
    });
    format!(
        "<data><config-manager><global><config-commit><commits>{}</commits></config-commit></global></config-manager></data>",
        entries.collect::<String>()
    )
}

fn running(hostname: &str) -> String {
    format!("<data><cli>!! IOS XR Configuration\nhostname {hostname}\nend\n</cli></data>")
}

fn refusal(tag: &str, words: &str) -> String {
    format!(
        "<rpc-error><error-type>protocol</error-type><error-tag>{tag}</error-tag><error-severity>error</error-severity>\
         <error-message>{words}</error-message><error-info><session-id>9</session-id></error-info></rpc-error>"
    )
}

/// A router that does what it is told: a commit after the first one is in force.
fn router() -> Script {
    let clock = "<data><system-time><clock><year>2026</year><month>11</month><day>26</day><hour>8</hour>\
                 <minute>0</minute><second>1</second></clock></system-time></data>";
    let sessions = "<data><netconf-state><sessions><session><session-id>9</session-id><username>alice</username>\
                    </session></sessions></netconf-state></data>";
    Script::new(&[
        "urn:ietf:params:netconf:capability:candidate:1.0",
        "urn:ietf:params:netconf:capability:confirmed-commit:1.1",
        "urn:ietf:params:netconf:capability:validate:1.1",
        "urn:ietf:params:netconf:capability:rollback-on-error:1.0",
    ])
    .with("config-manager", &[&list(&[(7, "")]), &list(&[(7, "")]), &list(&[(8, ""), (7, "")])])
    .with("system-time", &[clock])
    .with("netconf-state", &[sessions])
    .with("cli", &[&running("r1"), &running("r1"), &running("r2")])
    .with("get-cli-config-diff", &[CHANGE, NO_CHANGE])
}

/// A session with it, and what it is asked.
async fn connect(script: Script) -> (NetconfSession, Asked) {
    connect_with(CiscoIosxr::default(), script).await
}

async fn connect_with(driver: CiscoIosxr, script: Script) -> (NetconfSession, Asked) {
    let (target, netconf, asked) = script.connect().await;
    (NetconfSession::with(&driver, &target, netconf), asked)
}

fn confirmed() -> CommitOptions {
    CommitOptions { window: Some(Duration::from_secs(60)), message: Some("for AS64500".to_owned()) }
}

#[tokio::test]
async fn a_commit_is_made_proved_and_unlocked() {
    let (mut session, asked) = connect(router()).await;
    assert!(!change(&mut session, TEXT, &CommitOptions::default()).await.unwrap());
    let expected = [
        "lock candidate",
        "lock running",
        "unlock running",
        "edit-config",
        "commit",
        "discard-changes",
        "unlock candidate",
    ];
    assert_eq!(asked.names(), expected);
}

#[tokio::test]
async fn a_confirmed_commit_outlives_its_session_by_a_word_that_others_can_say() {
    let (mut session, asked) = connect(router()).await;
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, TEXT).await.unwrap();
    let pending = session.commit(&confirmed()).await.unwrap().unwrap();
    assert_eq!(pending.token.id, "8");
    let commit = asked.last("<commit");
    let expected = "<confirmed/><confirm-timeout>60</confirm-timeout><persist>peering-7</persist>";
    // No module is known that takes label and comment, so none is sent.
    assert_eq!(commit, format!("<commit>{expected}</commit>"));
    session.confirm(&pending.token).await.unwrap();
    let confirm = asked.last("<commit");
    assert_eq!(confirm, "<commit><persist-id>peering-7</persist-id></commit>");
}

#[tokio::test]
async fn label_and_comment_are_sent_where_the_router_takes_them() {
    let driver = CiscoIosxr { commit_label: Some(LABELS.to_owned()), ..CiscoIosxr::default() };
    // 2026-11-26 08:01:01, in hexadecimal.
    let labelled = list(&[(8, "peering-7-6b07e73d"), (7, "")]);
    let script = router()
        .with_capability(LABELS)
        .with("config-manager", &[&list(&[(7, "")]), &list(&[(7, "")]), &labelled]);
    let (mut session, asked) = connect_with(driver, script).await;
    change(&mut session, TEXT, &confirmed()).await.unwrap();
    let commit = asked.last("<commit");
    assert!(commit.contains(&format!("<label xmlns=\"{LABELS}\">peering-7-6b07")), "{commit}");
    assert!(
        commit.ends_with(&format!("<comment xmlns=\"{LABELS}\">for AS64500</comment></commit>")),
        "{commit}"
    );
}

#[tokio::test]
async fn what_waits_is_seen_from_outside() {
    let locked = refusal("lock-denied", "a confirmed commit waits");
    let two = list(&[(8, ""), (7, "")]);
    let script = router().with("lock running", &[&locked]).with("config-manager", &[&two]);
    let (mut session, _) = connect(script).await;
    // Without a label the deadline is not known, and the earliest one is not too late.
    let pending = session.pending().await.unwrap().unwrap();
    assert_eq!((pending.token.id.as_str(), pending.holder.as_str()), ("8", "netops on con0"));
    assert!(pending.deadline <= jiff::Timestamp::now());
    let error = session.open_candidate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
    // The same where the lock can be had: nothing waits.
    let script = router().with("config-manager", &[&two]);
    let (mut session, asked) = connect(script).await;
    assert!(session.pending().await.unwrap().is_none());
    assert_eq!(asked.names(), ["lock running", "unlock running"]);
}

#[tokio::test]
async fn a_lock_names_its_holder() {
    let locked = refusal("lock-denied", "the configuration database is locked");
    let (mut session, _) = connect(router().with("lock candidate", &[&locked])).await;
    let error = session.open_candidate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked);
    assert!(error.message().contains("held by alice, session 9"), "{error}");
}

#[tokio::test]
async fn a_configuration_that_has_moved_is_not_committed() {
    for script in [
        router().with("cli", &[&running("r1"), &running("r3")]),
        router().with("config-manager", &[&list(&[(7, "")]), &list(&[(8, ""), (7, "")])]),
    ] {
        let (mut session, asked) = connect(script).await;
        let error = change(&mut session, TEXT, &CommitOptions::default()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
        let names = asked.names();
        assert!(!names.contains(&"commit".to_owned()), "{names:?}");
        assert_eq!(names.last().unwrap(), "unlock candidate");
    }
}

#[tokio::test]
async fn an_ok_alone_is_no_proof() {
    // Its old configuration is in force.
    let script = router().with("config-manager", &[&list(&[(7, "")])]).with("cli", &[&running("r1")]);
    let (mut session, _) = connect(script).await;
    let error = change(&mut session, TEXT, &CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    // Two commits were made, or something is left in the candidate.
    let two = list(&[(9, ""), (8, ""), (7, "")]);
    for script in [
        router().with("config-manager", &[&list(&[(7, "")]), &list(&[(7, "")]), &two]),
        router().with("get-cli-config-diff", &[CHANGE]),
    ] {
        let (mut session, _) = connect(script).await;
        let error = change(&mut session, TEXT, &CommitOptions::default()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    }
}

#[tokio::test]
async fn a_refusal_is_only_that_while_the_old_configuration_is_in_force() {
    let refused = refusal("operation-failed", "commit failed: password 7 0822455D0A16");
    let old = router()
        .with("commit", &[&refused])
        .with("config-manager", &[&list(&[(7, "")])])
        .with("cli", &[&running("r1")]);
    let (mut session, _) = connect(old).await;
    let error = change(&mut session, TEXT, &CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(!error.to_string().contains("0822455D0A16"), "{error}");
    let (mut session, _) = connect(router().with("commit", &[&refused])).await;
    let error = change(&mut session, TEXT, &CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
}

#[tokio::test]
async fn nothing_to_change_is_nothing_to_commit() {
    let (mut session, asked) = connect(router().with("get-cli-config-diff", &[NO_CHANGE])).await;
    assert!(!change(&mut session, TEXT, &CommitOptions::default()).await.unwrap());
    assert!(!asked.names().contains(&"commit".to_owned()));
    let error = change(&mut session, TEXT, &confirmed()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
}

#[tokio::test]
async fn without_the_list_there_is_no_confirmed_commit() {
    let refused = refusal("access-denied", "no");
    let (mut session, _) = connect(router().with("config-manager", &[&refused])).await;
    assert!(session.find_leftovers().await.unwrap().is_empty());
    let offered = session.capabilities();
    assert!(!offered.commit_confirmed && offered.commit && offered.minimum_window.is_zero());
    assert!(!change(&mut session, TEXT, &CommitOptions::default()).await.unwrap());
}

#[tokio::test]
async fn a_refused_text_leaves_what_was_loaded_before() {
    let refused = refusal("invalid-value", "no such command");
    let script = router().with("edit-config", &[OK, &refused, OK]);
    let (mut session, asked) = connect(script).await;
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, TEXT).await.unwrap();
    let error = session.stage(LoadMode::Merge, "nonsense").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    let names = asked.names();
    let loads: Vec<&str> = names.iter().skip(3).map(String::as_str).collect();
    assert_eq!(loads, ["edit-config", "edit-config", "discard-changes", "edit-config"]);
}

#[tokio::test]
async fn a_token_of_something_else_is_not_found() {
    let (mut session, asked) = connect(router()).await;
    let token = session.token(6);
    let error = session.confirm(&token).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(asked.names(), ["lock candidate", "unlock candidate"]);
    let token = peering_core::driver::Token { id: "x".to_owned(), ..token };
    assert_eq!(session.revert(&token).await.unwrap_err().kind(), ErrorKind::Options);
}
