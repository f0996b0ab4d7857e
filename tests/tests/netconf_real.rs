//! The NETCONF transport against Debian's `netconfd` behind OpenSSH (`tests/lab/netconf.sh`).
//!
//! Never `validate` before `commit`: with this server the commit then does nothing and says ok.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use peering_core::{ErrorKind, Result};
use peering_drivers::transport::netconf::xml::Writer;
use peering_drivers::transport::netconf::{
    Commit, Datastore, DefaultOperation, EditConfig, ErrorOption, Filter, Framing, Netconf, Operation,
    Options, Reply, Severity, TestOption,
};
use peering_tests::netconf::{LAB, Server};
use tokio::sync::{Mutex, MutexGuard};

/// All of them use the one candidate that there is.
static TURN: Mutex<()> = Mutex::const_new(());

async fn turn() -> Option<(Server, MutexGuard<'static, ()>)> {
    let server = Server::find()?;
    let turn = TURN.lock().await;
    let session = open(&server).await;
    session.call(&Operation::DiscardChanges).await.unwrap();
    let nothing = format!("<bgp xmlns=\"{LAB}\" xmlns:nc=\"{}\" nc:operation=\"remove\"/>", NC);
    edit(&session, &nothing).await.unwrap();
    commit(&session, Commit::default()).await.unwrap();
    session.close().await.unwrap();
    Some((server, turn))
}

const NC: &str = peering_drivers::transport::netconf::NAMESPACE;

async fn open(server: &Server) -> Netconf {
    Netconf::connect(&server.target(), 830, Options::default()).await.unwrap()
}

async fn edit(session: &Netconf, config: &str) -> Result<Reply> {
    session.call(&Operation::EditConfig(EditConfig::new(Datastore::Candidate, config))).await
}

async fn commit(session: &Netconf, commit: Commit) -> Result<Reply> {
    session.call(&Operation::Commit(commit)).await
}

fn neighbors(addresses: &[&str]) -> String {
    let mut xml = Writer::new();
    xml.element("bgp", &[("xmlns", LAB)], |xml| {
        for address in addresses {
            xml.element("neighbor", &[], |xml| {
                xml.leaf("address", address);
                xml.leaf("remote-as", "64501");
            });
        }
    });
    xml.finish().unwrap()
}

fn bgp() -> Option<Filter> {
    Some(Filter::Subtree(format!("<bgp xmlns=\"{LAB}\"/>")))
}

async fn addresses(session: &Netconf, source: Datastore) -> Vec<String> {
    let reply = session.call(&Operation::GetConfig(source, bgp())).await.unwrap();
    let data = reply.data().unwrap();
    data.descendants_named("neighbor").map(|found| found.text_at("address").unwrap().to_owned()).collect()
}

#[tokio::test]
async fn hello_in_both_framings() {
    let Some((server, _turn)) = turn().await else { return };
    for (base_1_1, framing) in [(true, Framing::Chunked), (false, Framing::EndOfMessage)] {
        for target in [server.target(), server.by_password()] {
            let options = Options { base_1_1, ..Options::default() };
            let session = Netconf::connect(&target, 830, options).await.unwrap();
            assert_eq!(session.framing(), framing);
            assert!(session.session_id() > 0);
            let found = session.capabilities();
            assert!(found.base_1_0 && found.base_1_1 && found.candidate && found.validate && found.xpath);
            assert!(found.confirmed_commit_1_0 && found.confirmed_commit_1_1 && found.rollback_on_error);
            assert!(!found.startup && !found.writable_running && found.url == ["file"]);
            assert!(found.has(LAB), "its module is not loaded");
            assert!(
                session
                    .call(&Operation::GetConfig(Datastore::Running, bgp()))
                    .await
                    .unwrap()
                    .data()
                    .is_some()
            );
            let lock = session.call(&Operation::Lock(Datastore::Startup)).await.unwrap_err();
            assert_eq!(lock.kind(), ErrorKind::Unsupported);
            session.close().await.unwrap();
        }
    }
    // A request right behind the hello: this server would not see it, were it in one piece with it.
    for _ in 0..20 {
        let session = open(&server).await;
        let operation = Operation::GetConfig(Datastore::Running, bgp());
        tokio::time::timeout(Duration::from_secs(5), session.call(&operation))
            .await
            .expect("an answer")
            .unwrap();
    }
}

#[tokio::test]
async fn where_netconf_is_not_enabled() {
    let Some(server) = Server::find() else { return };
    let error = Netconf::connect(&server.without_netconf(), 830, Options::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert!(error.message().starts_with("NETCONF is not enabled at"), "{error}");
}

#[tokio::test]
async fn locks() {
    let Some((server, _turn)) = turn().await else { return };
    let (one, other) = (open(&server).await, open(&server).await);
    let lock = Operation::Lock(Datastore::Candidate);
    one.call(&lock).await.unwrap();
    let denied = other.call(&lock).await.unwrap_err();
    assert_eq!(denied.kind(), ErrorKind::Locked);
    assert_eq!(denied.message(), format!("held by session {}: lock denied", one.session_id()));
    let reply = other.exchange(&lock).await.unwrap();
    assert_eq!(
        (reply.errors()[0].session_id, reply.errors()[0].tag.as_str()),
        (Some(one.session_id()), "lock-denied")
    );
    assert_eq!(edit(&other, &neighbors(&["192.0.2.1"])).await.unwrap_err().kind(), ErrorKind::Locked);
    edit(&one, &neighbors(&["192.0.2.1"])).await.unwrap();
    one.call(&Operation::DiscardChanges).await.unwrap();
    one.call(&Operation::Unlock(Datastore::Candidate)).await.unwrap();
    other.call(&lock).await.unwrap();

    // A session that is dropped, and one that is killed, hold nothing any more; what it asked is told so.
    drop(other);
    let started = Instant::now();
    while let Err(error) = one.call(&lock).await {
        assert!(error.kind() == ErrorKind::Locked && started.elapsed() < Duration::from_secs(10), "{error}");
    }
    let killer = open(&server).await;
    killer.call(&Operation::KillSession(one.session_id())).await.unwrap();
    let after = one.call(&Operation::DiscardChanges).await.unwrap_err();
    assert_eq!(after.kind(), ErrorKind::Closed, "{after}");
    killer.call(&lock).await.unwrap();
    killer.close().await.unwrap();
}

#[tokio::test]
async fn edits_and_their_errors() {
    let Some((server, _turn)) = turn().await else { return };
    let session = open(&server).await;
    edit(&session, &neighbors(&["192.0.2.1", "2001:db8::1"])).await.unwrap();
    assert!(addresses(&session, Datastore::Running).await.is_empty());
    assert_eq!(addresses(&session, Datastore::Candidate).await, ["192.0.2.1", "2001:db8::1"]);
    session.call(&Operation::DiscardChanges).await.unwrap();
    assert!(addresses(&session, Datastore::Candidate).await.is_empty());

    // What has to be escaped comes back as it was.
    let words = "one & <two> ]]> \"three\" é";
    let mut xml = Writer::new();
    xml.element("bgp", &[("xmlns", LAB)], |xml| {
        xml.element("neighbor", &[], |xml| {
            xml.leaf("address", "192.0.2.1");
            xml.leaf("remote-as", "64501");
            xml.leaf("description", words);
            xml.empty("passive");
        });
    });
    let full = EditConfig {
        default_operation: Some(DefaultOperation::Merge),
        test_option: Some(TestOption::TestThenSet),
        error_option: Some(ErrorOption::RollbackOnError),
        ..EditConfig::new(Datastore::Candidate, xml.finish().unwrap())
    };
    session.call(&Operation::EditConfig(full)).await.unwrap();
    commit(&session, Commit::default()).await.unwrap();
    let select = "/lab:bgp/lab:neighbor[lab:address='192.0.2.1']".to_owned();
    let namespaces = vec![("lab".to_owned(), LAB.to_owned())];
    for filter in [bgp(), Some(Filter::Xpath { select, namespaces })] {
        let reply = session.call(&Operation::GetConfig(Datastore::Running, filter)).await.unwrap();
        let neighbor = reply.data().unwrap().required("bgp/neighbor").unwrap();
        assert_eq!(neighbor.required_text("description").unwrap(), words);
        assert_eq!(neighbor.required_value::<u32>("remote-as").unwrap(), 64501);
        assert_eq!((neighbor.text_at("passive"), neighbor.text_at("password")), (Some(""), None));
    }

    let bad = |inside: &str| format!("<bgp xmlns=\"{LAB}\" xmlns:nc=\"{NC}\">{inside}</bgp>");
    for (inside, tag, path) in [
        ("<nonsense/>", "unknown-element", "/lab:bgp"),
        ("<as>abc</as>", "bad-element", "/lab:bgp/lab:as"),
        ("<as>0</as>", "invalid-value", "/lab:bgp/lab:as"),
        (
            "<neighbor nc:operation='delete'><address>192.0.2.9</address></neighbor>",
            "data-missing",
            "/lab:bgp/lab:neighbor[lab:address='192.0.2.9']",
        ),
        (
            "<neighbor><address>192.0.2.8</address></neighbor>",
            "data-missing",
            "/lab:bgp/lab:neighbor[lab:address='192.0.2.8']/lab:remote-as",
        ),
    ] {
        let operation = Operation::EditConfig(EditConfig::new(Datastore::Candidate, bad(inside)));
        let reply = session.exchange(&operation).await.unwrap();
        let error = reply.errors().first().unwrap_or_else(|| panic!("{inside} was taken"));
        assert_eq!((error.tag.as_str(), error.severity), (tag, Severity::Error), "{inside}");
        assert!(error.path.as_deref().unwrap().ends_with(path), "{inside}: {:?}", error.path);
        let words = error.message.clone().unwrap();
        let refused = reply.check(|text| text.to_owned()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Rejected);
        assert!(refused.message().contains(&words) && refused.message().contains(path), "{refused}");
        session.call(&Operation::DiscardChanges).await.unwrap();
    }
    let unknown =
        session.call(&Operation::Raw("<no-such xmlns=\"urn:example:no\"/>".to_owned())).await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::Rejected);
    assert_eq!(addresses(&session, Datastore::Running).await, ["192.0.2.1"]);
    session.close().await.unwrap();
}

fn confirmed(timeout: u64) -> Commit {
    Commit { confirmed: true, timeout: Some(Duration::from_secs(timeout)), ..Commit::default() }
}

#[tokio::test]
async fn confirmed_commits() {
    let Some((server, _turn)) = turn().await else { return };
    let session = open(&server).await;

    // Not confirmed: it comes back.
    edit(&session, &neighbors(&["192.0.2.1"])).await.unwrap();
    commit(&session, confirmed(2)).await.unwrap();
    assert_eq!(addresses(&session, Datastore::Running).await, ["192.0.2.1"]);
    // This server looks at its clock only when it has nothing else to do, so it must not be asked all the time.
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(addresses(&session, Datastore::Running).await.is_empty(), "it stays");
    session.call(&Operation::DiscardChanges).await.unwrap();

    // Confirmed.
    edit(&session, &neighbors(&["192.0.2.2"])).await.unwrap();
    commit(&session, confirmed(2)).await.unwrap();
    commit(&session, Commit::default()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(addresses(&session, Datastore::Running).await, ["192.0.2.2"]);

    // One that outlives its session, confirmed by another that knows the word.
    edit(&session, &neighbors(&["192.0.2.3"])).await.unwrap();
    commit(&session, Commit { persist: Some("<word>".to_owned()), ..confirmed(60) }).await.unwrap();
    session.close().await.unwrap();
    let other = open(&server).await;
    assert_eq!(addresses(&other, Datastore::Running).await, ["192.0.2.2", "192.0.2.3"]);
    let confirm = |word: &str| Commit { persist_id: Some(word.to_owned()), ..Commit::default() };
    assert_eq!(commit(&other, Commit::default()).await.unwrap_err().kind(), ErrorKind::Locked);
    assert_eq!(commit(&other, confirm("no")).await.unwrap_err().kind(), ErrorKind::Rejected);
    commit(&other, confirm("<word>")).await.unwrap();

    // Cancelled.
    edit(&other, &neighbors(&["192.0.2.4"])).await.unwrap();
    commit(&other, Commit { persist: Some("word".to_owned()), ..confirmed(60) }).await.unwrap();
    assert_eq!(addresses(&other, Datastore::Running).await.len(), 3);
    other.call(&Operation::CancelCommit(Some("word".to_owned()))).await.unwrap();
    assert_eq!(addresses(&other, Datastore::Running).await, ["192.0.2.2", "192.0.2.3"]);
    other.call(&Operation::DiscardChanges).await.unwrap();

    // Its session goes: it comes back at once.
    edit(&other, &neighbors(&["192.0.2.5"])).await.unwrap();
    commit(&other, confirmed(60)).await.unwrap();
    drop(other);
    let session = open(&server).await;
    let started = Instant::now();
    while addresses(&session, Datastore::Running).await.len() != 2 {
        assert!(started.elapsed() < Duration::from_secs(10), "it stays");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    session.call(&Operation::DiscardChanges).await.unwrap();
    session.close().await.unwrap();
}

#[tokio::test]
async fn two_thousand_neighbors_and_many_requests_in_flight() {
    let Some((server, _turn)) = turn().await else { return };
    for base_1_1 in [true, false] {
        let options = Options { base_1_1, ..Options::default() };
        let session = Arc::new(Netconf::connect(&server.target(), 830, options).await.unwrap());
        let many: Vec<String> = (0..2000).map(|n| format!("198.18.{}.{}", n / 200, n % 200 + 1)).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        edit(&session, &neighbors(&many)).await.unwrap();
        commit(&session, Commit::default()).await.unwrap();
        assert_eq!(addresses(&session, Datastore::Running).await, many);

        // Each gets its own answer; some go away before it comes.
        let mut given_up = Vec::new();
        for _ in 0..5 {
            let session = Arc::clone(&session);
            given_up.push(tokio::spawn(async move { addresses(&session, Datastore::Running).await }));
        }
        tokio::task::yield_now().await;
        given_up.iter().for_each(tokio::task::JoinHandle::abort);
        let one = |address: &str| {
            let subtree =
                format!("<bgp xmlns=\"{LAB}\"><neighbor><address>{address}</address></neighbor></bgp>");
            Operation::GetConfig(Datastore::Running, Some(Filter::Subtree(subtree)))
        };
        let wanted: Vec<&str> = many.iter().copied().step_by(100).collect();
        let operations: Vec<Operation> = wanted.iter().map(|address| one(address)).collect();
        let replies = join_all(operations.iter().map(|operation| session.call(operation))).await;
        for (address, reply) in wanted.iter().zip(replies) {
            let reply = reply.unwrap();
            assert_eq!(reply.data().unwrap().text_at("bgp/neighbor/address"), Some(*address));
        }
        // `remove` is of base 1.1.
        let nothing = format!("<bgp xmlns=\"{LAB}\" xmlns:nc=\"{NC}\" nc:operation=\"delete\"/>");
        edit(&session, &nothing).await.unwrap();
        commit(&session, Commit::default()).await.unwrap();
        Arc::into_inner(session).unwrap().close().await.unwrap();
    }
}

/// A vendor's own models in the same server: what is not in them is refused with its path.
#[tokio::test]
async fn the_models_of_a_vendor() {
    const ROOT: &str = "http://yang.juniper.net/junos/conf/root";
    const PROTOCOLS: &str = "http://yang.juniper.net/junos/conf/protocols";
    let Some((server, _turn)) = turn().await else { return };
    if peering_tests::shared("yang/junos").is_none() {
        return;
    }
    let session = open(&server).await;
    assert!(session.capabilities().has(ROOT) && session.capabilities().has(PROTOCOLS));
    let config = |inside: &str| {
        format!(
            "<configuration xmlns=\"{ROOT}\"><protocols xmlns=\"{PROTOCOLS}\"><bgp><group><name>peers</name>\
             <neighbor><name>192.0.2.1</name>{inside}</neighbor></group></bgp></protocols></configuration>"
        )
    };
    edit(&session, &config("<peer-as>64501</peer-as><description>one</description>")).await.unwrap();
    let reply = session.call(&Operation::GetConfig(Datastore::Candidate, None)).await.unwrap();
    let neighbor = reply.data().unwrap().required("configuration/protocols/bgp/group/neighbor").unwrap();
    assert_eq!((neighbor.text_at("name"), neighbor.text_at("description")), (Some("192.0.2.1"), Some("one")));
    session.call(&Operation::DiscardChanges).await.unwrap();
    let refused = edit(&session, &config("<no-such-thing/>")).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Rejected);
    assert!(refused.message().contains("='192.0.2.1']"), "{refused}");
    session.call(&Operation::DiscardChanges).await.unwrap();
    session.close().await.unwrap();
}
