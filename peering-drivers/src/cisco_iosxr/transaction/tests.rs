//! The verbs before a router that refuses, lies or tells little: every answer is scripted. How they do on a router that
//! behaves is shown on the simulator.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use peering_core::driver::{CommitOptions, LoadMode, Session, Target};
use peering_core::{ErrorKind, Result};
use tokio_util::codec::Framed;

use crate::cisco_iosxr::CiscoIosxr;
use crate::cisco_iosxr::session::NetconfSession;
use crate::transport::netconf::xml::{Document, Element};
use crate::transport::netconf::{Codec, Netconf, Options};

const OK: &str = "<ok/>";
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

/// What the router answers to each operation, in order; the last answer stays.
struct Script {
    answers: HashMap<&'static str, VecDeque<String>>,
    capabilities: Vec<&'static str>,
}

/// The operation's name, and for a `get` what is asked for.
fn name(operation: Element<'_>) -> String {
    match operation.name() {
        name @ ("get" | "get-config") => {
            let filter = operation.find("filter").and_then(|filter| filter.children().next());
            filter.map_or(name, Element::name).to_owned()
        }
        name @ ("lock" | "unlock") => {
            let target = operation.child("target").and_then(|target| target.children().next());
            format!("{name} {}", target.map_or("", Element::name))
        }
        name => name.to_owned(),
    }
}

impl Script {
    /// A router that does what it is told: a commit after the first one is in force.
    fn new() -> Script {
        let clock = "<data><system-time><clock><year>2026</year><month>11</month><day>26</day><hour>8</hour>\
                     <minute>0</minute><second>1</second></clock></system-time></data>";
        let sessions = "<data><netconf-state><sessions><session><session-id>9</session-id><username>alice</username>\
                        </session></sessions></netconf-state></data>";
        Script {
            answers: HashMap::new(),
            capabilities: vec![
                "urn:ietf:params:netconf:base:1.0",
                "urn:ietf:params:netconf:capability:candidate:1.0",
                "urn:ietf:params:netconf:capability:confirmed-commit:1.1",
                "urn:ietf:params:netconf:capability:validate:1.1",
                "urn:ietf:params:netconf:capability:rollback-on-error:1.0",
            ],
        }
        .with("config-manager", &[&list(&[(7, "")]), &list(&[(7, "")]), &list(&[(8, ""), (7, "")])])
        .with("system-time", &[clock])
        .with("netconf-state", &[sessions])
        .with("cli", &[&running("r1"), &running("r1"), &running("r2")])
        .with("get-cli-config-diff", &[CHANGE, NO_CHANGE])
    }

    fn with(mut self, operation: &'static str, answers: &[&str]) -> Script {
        self.answers.insert(operation, answers.iter().map(|answer| (*answer).to_owned()).collect());
        self
    }

    fn answer(&mut self, operation: &str) -> String {
        match self.answers.get_mut(operation) {
            Some(answers) if answers.len() > 1 => answers.pop_front().unwrap(),
            Some(answers) => answers.front().unwrap().clone(),
            None => OK.to_owned(),
        }
    }

    /// A session with it, and what it is asked: the operations that change something.
    async fn session(mut self, driver: CiscoIosxr) -> (NetconfSession, Arc<Mutex<Vec<String>>>) {
        let (near, far) = tokio::io::duplex(1 << 16);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            let mut link = Framed::new(far, Codec::default());
            let offered: String =
                self.capabilities.iter().map(|uri| format!("<capability>{uri}</capability>")).collect();
            let hello = format!(
                "<hello xmlns='urn:ietf:params:xml:ns:netconf:base:1.0'><capabilities>{offered}</capabilities>\
                 <session-id>7</session-id></hello>"
            );
            link.send(hello).await.unwrap();
            link.next().await;
            while let Some(Ok(message)) = link.next().await {
                let text = String::from_utf8(message.to_vec()).unwrap();
                let document = Document::parse(text).unwrap();
                let operation = document.root().children().next().unwrap();
                if !operation.name().starts_with("get") {
                    log.lock().unwrap().push(operation.markup().to_owned());
                }
                let id = document.root().attribute("message-id").unwrap();
                let body = self.answer(&name(operation));
                let reply = format!(
                    "<rpc-reply xmlns='urn:ietf:params:xml:ns:netconf:base:1.0' message-id='{id}'>{body}</rpc-reply>"
                );
                link.send(reply).await.unwrap();
            }
        });
        let netconf = Netconf::over(near, Options::default()).await.unwrap();
        let mut target = Target::new("192.0.2.1");
        target.credentials.username = "netops".to_owned();
        target.timeouts.change = Duration::from_millis(10);
        (NetconfSession::with(&driver, &target, netconf), asked)
    }
}

/// Opens, loads, commits.
async fn change(session: &mut NetconfSession, options: &CommitOptions) -> Result<bool> {
    session.open_candidate().await?;
    session.stage(LoadMode::Merge, "hostname r2").await?;
    session.commit(options).await.map(|pending| pending.is_some())
}

fn confirmed() -> CommitOptions {
    CommitOptions { window: Some(Duration::from_secs(60)), message: Some("for AS64500".to_owned()) }
}

fn names(asked: &Arc<Mutex<Vec<String>>>) -> Vec<String> {
    let all = asked.lock().unwrap();
    all.iter().map(|xml| name(Document::parse(&xml[..]).unwrap().root())).collect()
}

#[tokio::test]
async fn a_commit_is_made_proved_and_unlocked() {
    let (mut session, asked) = Script::new().session(CiscoIosxr::default()).await;
    assert!(!change(&mut session, &CommitOptions::default()).await.unwrap());
    let expected = [
        "lock candidate",
        "lock running",
        "unlock running",
        "edit-config",
        "commit",
        "discard-changes",
        "unlock candidate",
    ];
    assert_eq!(names(&asked), expected);
}

#[tokio::test]
async fn a_confirmed_commit_outlives_its_session_by_a_word_that_others_can_say() {
    let (mut session, asked) = Script::new().session(CiscoIosxr::default()).await;
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, "hostname r2").await.unwrap();
    let pending = session.commit(&confirmed()).await.unwrap().unwrap();
    assert_eq!(pending.token.id, "8");
    let commit = asked.lock().unwrap().iter().find(|xml| xml.contains("<commit")).cloned().unwrap();
    let expected = "<confirmed/><confirm-timeout>60</confirm-timeout><persist>peering-7</persist>";
    // No module is known that takes label and comment, so none is sent.
    assert_eq!(commit, format!("<commit>{expected}</commit>"));
    session.confirm(&pending.token).await.unwrap();
    let confirm = asked.lock().unwrap().iter().rfind(|xml| xml.contains("<commit")).cloned().unwrap();
    assert_eq!(confirm, "<commit><persist-id>peering-7</persist-id></commit>");
}

#[tokio::test]
async fn label_and_comment_are_sent_where_the_router_takes_them() {
    let driver = CiscoIosxr { commit_label: Some(LABELS.to_owned()), ..CiscoIosxr::default() };
    // 2026-11-26 08:01:01, in hexadecimal.
    let labelled = list(&[(8, "peering-7-6b07e73d"), (7, "")]);
    let mut script = Script::new().with("config-manager", &[&list(&[(7, "")]), &list(&[(7, "")]), &labelled]);
    script.capabilities.push(LABELS);
    let (mut session, asked) = script.session(driver).await;
    change(&mut session, &confirmed()).await.unwrap();
    let commit = asked.lock().unwrap().iter().find(|xml| xml.contains("<commit")).cloned().unwrap();
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
    let script = Script::new().with("lock running", &[&locked]).with("config-manager", &[&two]);
    let (mut session, _) = script.session(CiscoIosxr::default()).await;
    // Without a label the deadline is not known, and the earliest one is not too late.
    let pending = session.pending().await.unwrap().unwrap();
    assert_eq!((pending.token.id.as_str(), pending.holder.as_str()), ("8", "netops on con0"));
    assert!(pending.deadline <= jiff::Timestamp::now());
    let error = session.open_candidate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
    // The same where the lock can be had: nothing waits.
    let script = Script::new().with("config-manager", &[&two]);
    let (mut session, asked) = script.session(CiscoIosxr::default()).await;
    assert!(session.pending().await.unwrap().is_none());
    assert_eq!(names(&asked), ["lock running", "unlock running"]);
}

#[tokio::test]
async fn a_lock_names_its_holder() {
    let locked = refusal("lock-denied", "the configuration database is locked");
    let (mut session, _) =
        Script::new().with("lock candidate", &[&locked]).session(CiscoIosxr::default()).await;
    let error = session.open_candidate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked);
    assert!(error.message().contains("held by alice, session 9"), "{error}");
}

#[tokio::test]
async fn a_configuration_that_has_moved_is_not_committed() {
    for script in [
        Script::new().with("cli", &[&running("r1"), &running("r3")]),
        Script::new().with("config-manager", &[&list(&[(7, "")]), &list(&[(8, ""), (7, "")])]),
    ] {
        let (mut session, asked) = script.session(CiscoIosxr::default()).await;
        let error = change(&mut session, &CommitOptions::default()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
        let names = names(&asked);
        assert!(!names.contains(&"commit".to_owned()), "{names:?}");
        assert_eq!(names.last().unwrap(), "unlock candidate");
    }
}

#[tokio::test]
async fn an_ok_alone_is_no_proof() {
    // Its old configuration is in force.
    let script = Script::new().with("config-manager", &[&list(&[(7, "")])]).with("cli", &[&running("r1")]);
    let (mut session, _) = script.session(CiscoIosxr::default()).await;
    let error = change(&mut session, &CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    // Two commits were made, or something is left in the candidate.
    let two = list(&[(9, ""), (8, ""), (7, "")]);
    for script in [
        Script::new().with("config-manager", &[&list(&[(7, "")]), &list(&[(7, "")]), &two]),
        Script::new().with("get-cli-config-diff", &[CHANGE]),
    ] {
        let (mut session, _) = script.session(CiscoIosxr::default()).await;
        let error = change(&mut session, &CommitOptions::default()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    }
}

#[tokio::test]
async fn a_refusal_is_only_that_while_the_old_configuration_is_in_force() {
    let refused = refusal("operation-failed", "commit failed: password 7 0822455D0A16");
    let old = Script::new()
        .with("commit", &[&refused])
        .with("config-manager", &[&list(&[(7, "")])])
        .with("cli", &[&running("r1")]);
    let (mut session, _) = old.session(CiscoIosxr::default()).await;
    let error = change(&mut session, &CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(!error.to_string().contains("0822455D0A16"), "{error}");
    let (mut session, _) = Script::new().with("commit", &[&refused]).session(CiscoIosxr::default()).await;
    let error = change(&mut session, &CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
}

#[tokio::test]
async fn nothing_to_change_is_nothing_to_commit() {
    let (mut session, asked) =
        Script::new().with("get-cli-config-diff", &[NO_CHANGE]).session(CiscoIosxr::default()).await;
    assert!(!change(&mut session, &CommitOptions::default()).await.unwrap());
    assert!(!names(&asked).contains(&"commit".to_owned()));
    let error = change(&mut session, &confirmed()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
}

#[tokio::test]
async fn without_the_list_there_is_no_confirmed_commit() {
    let refused = refusal("access-denied", "no");
    let (mut session, _) =
        Script::new().with("config-manager", &[&refused]).session(CiscoIosxr::default()).await;
    assert!(session.find_leftovers().await.unwrap().is_empty());
    let offered = session.capabilities();
    assert!(!offered.commit_confirmed && offered.commit && offered.minimum_window.is_zero());
    assert!(!change(&mut session, &CommitOptions::default()).await.unwrap());
}

#[tokio::test]
async fn a_refused_text_leaves_what_was_loaded_before() {
    let refused = refusal("invalid-value", "no such command");
    let script = Script::new().with("edit-config", &[OK, &refused, OK]);
    let (mut session, asked) = script.session(CiscoIosxr::default()).await;
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, "hostname r2").await.unwrap();
    let error = session.stage(LoadMode::Merge, "nonsense").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    let names = names(&asked);
    let loads: Vec<&str> = names.iter().skip(3).map(String::as_str).collect();
    assert_eq!(loads, ["edit-config", "edit-config", "discard-changes", "edit-config"]);
}

#[tokio::test]
async fn a_token_of_something_else_is_not_found() {
    let (mut session, asked) = Script::new().session(CiscoIosxr::default()).await;
    let token = session.token(6);
    let error = session.confirm(&token).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(names(&asked), ["lock candidate", "unlock candidate"]);
    let token = peering_core::driver::Token { id: "x".to_owned(), ..token };
    assert_eq!(session.revert(&token).await.unwrap_err().kind(), ErrorKind::Options);
}
