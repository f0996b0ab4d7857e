//! The operations of RFC 6241, as they are sent.

use peering_core::ErrorKind;

use super::*;

fn body(operation: &Operation) -> String {
    let rpc = operation.to_rpc(101).unwrap();
    let start = r#"<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="101">"#;
    rpc.strip_prefix(start).and_then(|rest| rest.strip_suffix("</rpc>")).unwrap().to_owned()
}

#[test]
fn every_operation() {
    let commit =
        Commit { confirmed: true, timeout: Some(Duration::from_millis(90_001)), ..Commit::default() };
    let persist = Commit { persist: Some("a<b".to_owned()), ..commit.clone() };
    let confirm = Commit { persist_id: Some("word".to_owned()), ..Commit::default() };
    let edit = EditConfig::new(Datastore::Candidate, "<a/><b/>");
    let full = EditConfig {
        default_operation: Some(DefaultOperation::None),
        test_option: Some(TestOption::TestThenSet),
        error_option: Some(ErrorOption::RollbackOnError),
        ..edit.clone()
    };
    let xpath = Filter::Xpath {
        select: "/a:b[c='\"<']".to_owned(),
        namespaces: vec![("a".to_owned(), "urn:a".to_owned())],
    };
    let url = || Datastore::Url("file:///x?a&b".to_owned());
    for (operation, expected) in [
        (Operation::Get(None), "<get/>"),
        (
            Operation::Get(Some(Filter::Subtree("<a/>".to_owned()))),
            r#"<get><filter type="subtree"><a/></filter></get>"#,
        ),
        (
            Operation::GetConfig(Datastore::Startup, Some(xpath)),
            r#"<get-config><source><startup/></source><filter type="xpath" xmlns:a="urn:a" select="/a:b[c='&quot;&lt;']"/></get-config>"#,
        ),
        (
            Operation::EditConfig(edit),
            "<edit-config><target><candidate/></target><config><a/><b/></config></edit-config>",
        ),
        (
            Operation::EditConfig(full),
            "<edit-config><target><candidate/></target><default-operation>none</default-operation><test-option>test-then-set</test-option><error-option>rollback-on-error</error-option><config><a/><b/></config></edit-config>",
        ),
        (
            Operation::CopyConfig { target: Datastore::Startup, source: Datastore::Running.into() },
            "<copy-config><target><startup/></target><source><running/></source></copy-config>",
        ),
        (
            Operation::CopyConfig { target: url(), source: Source::Inline("<a/>".to_owned()) },
            "<copy-config><target><url>file:///x?a&amp;b</url></target><source><config><a/></config></source></copy-config>",
        ),
        (Operation::Lock(Datastore::Candidate), "<lock><target><candidate/></target></lock>"),
        (Operation::Unlock(Datastore::Running), "<unlock><target><running/></target></unlock>"),
        (
            Operation::Validate(Datastore::Candidate.into()),
            "<validate><source><candidate/></source></validate>",
        ),
        (Operation::Commit(Commit::default()), "<commit/>"),
        (Operation::Commit(commit), "<commit><confirmed/><confirm-timeout>91</confirm-timeout></commit>"),
        (
            Operation::Commit(persist),
            "<commit><confirmed/><confirm-timeout>91</confirm-timeout><persist>a&lt;b</persist></commit>",
        ),
        (Operation::Commit(confirm), "<commit><persist-id>word</persist-id></commit>"),
        (Operation::CancelCommit(None), "<cancel-commit/>"),
        (
            Operation::CancelCommit(Some("word".to_owned())),
            "<cancel-commit><persist-id>word</persist-id></cancel-commit>",
        ),
        (Operation::DiscardChanges, "<discard-changes/>"),
        (Operation::CloseSession, "<close-session/>"),
        (Operation::KillSession(7), "<kill-session><session-id>7</session-id></kill-session>"),
        (Operation::Raw("<get-x a=\"1\"><y/></get-x>".to_owned()), "<get-x a=\"1\"><y/></get-x>"),
    ] {
        assert_eq!(body(&operation), expected);
        assert!(Document::parse(operation.to_rpc(1).unwrap()).is_ok());
    }
}

#[test]
fn xml_that_would_break_out() {
    let out = "</config></edit-config><commit/><edit-config><config>".to_owned();
    for operation in [
        Operation::EditConfig(EditConfig::new(Datastore::Candidate, out)),
        Operation::EditConfig(EditConfig::new(Datastore::Candidate, "<a>")),
        Operation::Get(Some(Filter::Subtree("</get><a/><get>".to_owned()))),
        Operation::GetConfig(Datastore::Running, Some(Filter::Subtree("<a>&b;</a>".to_owned()))),
        Operation::Validate(Source::Inline("<!DOCTYPE a>".to_owned())),
        Operation::CopyConfig { target: Datastore::Running, source: Source::Inline("<a></b>".to_owned()) },
        Operation::Raw("<a/></rpc><rpc>".to_owned()),
        Operation::Raw("<a/><b/>".to_owned()),
        Operation::Raw(" ".to_owned()),
        Operation::CancelCommit(Some("\u{1}".to_owned())),
    ] {
        assert_eq!(operation.to_rpc(1).unwrap_err().kind(), ErrorKind::Options, "{operation:?}");
    }
}

#[test]
fn what_a_server_lacks() {
    let standard = |names: &[&str]| {
        Capabilities::new(names.iter().map(|name| format!("urn:ietf:params:netconf:capability:{name}")))
    };
    let confirmed = Commit { confirmed: true, ..Commit::default() };
    let persist = Commit { persist: Some("word".to_owned()), ..confirmed.clone() };
    let xpath = Some(Filter::Xpath { select: "/".to_owned(), namespaces: Vec::new() });
    let candidate = EditConfig::new(Datastore::Candidate, "");
    for (operation, needed, others) in [
        (Operation::Commit(Commit::default()), "candidate:1.0", "candidate"),
        (Operation::DiscardChanges, "candidate:1.0", "candidate"),
        (Operation::Lock(Datastore::Candidate), "candidate:1.0", "candidate"),
        (Operation::GetConfig(Datastore::Startup, None), "startup:1.0", "startup"),
        (Operation::GetConfig(Datastore::Url("file:///x".to_owned()), None), "url:1.0?scheme=file", "url"),
        (Operation::Get(xpath), "xpath:1.0", "xpath"),
        (
            Operation::EditConfig(EditConfig::new(Datastore::Running, "")),
            "writable-running:1.0",
            "writable-running",
        ),
        (Operation::EditConfig(candidate), "candidate:1.0", "candidate"),
        (Operation::Validate(Datastore::Running.into()), "validate:1.1", "validate"),
        (Operation::CancelCommit(None), "confirmed-commit:1.1", "confirmed-commit:1.1"),
    ] {
        assert_eq!(operation.lacks(&standard(&[])), Some(others), "{operation:?}");
        assert_eq!(operation.lacks(&standard(&[needed])), None, "{operation:?}");
    }
    let old = standard(&["candidate:1.0", "confirmed-commit:1.0"]);
    assert_eq!(
        Operation::Commit(confirmed.clone()).lacks(&standard(&["candidate:1.0"])),
        Some("confirmed-commit")
    );
    assert_eq!(Operation::Commit(confirmed).lacks(&old), None);
    assert_eq!(Operation::Commit(persist).lacks(&old), Some("confirmed-commit:1.1"));
    let full = EditConfig {
        test_option: Some(TestOption::Set),
        error_option: Some(ErrorOption::RollbackOnError),
        ..EditConfig::new(Datastore::Candidate, "")
    };
    assert_eq!(Operation::EditConfig(full.clone()).lacks(&old), Some("validate"));
    let newer = standard(&["candidate:1.0", "validate:1.0"]);
    assert_eq!(Operation::EditConfig(full).lacks(&newer), Some("rollback-on-error"));
}

#[test]
fn no_configuration_in_debug() {
    let secret = "<key>hunter2</key>".to_owned();
    for operation in [
        Operation::EditConfig(EditConfig::new(Datastore::Candidate, &secret[..])),
        Operation::Validate(Source::Inline(secret.clone())),
        Operation::Raw(secret.clone()),
    ] {
        assert!(!format!("{operation:?}").contains("hunter2"));
    }
    assert_eq!(format!("{:?}", Source::Inline(secret)), "Inline(..)");
}
