//! Replies and their errors.

use peering_core::ErrorKind;
use proptest::prelude::*;

use super::*;

fn reply(inside: &str) -> Reply {
    let text = format!(
        r#"<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1">{inside}</rpc-reply>"#
    );
    Reply::parse(text).unwrap()
}

const LOCKED: &str = "<rpc-error><error-type>protocol</error-type><error-tag>lock-denied</error-tag>\
    <error-severity>error</error-severity><error-app-tag>no-access</error-app-tag><error-message>lock denied</error-message>\
    <error-info><session-id>12</session-id></error-info></rpc-error>";

#[test]
fn ok_and_data() {
    let ok = reply("<ok/>");
    assert!(ok.is_ok() && ok.data().is_none() && ok.errors().is_empty());
    let data = reply("<data><a>1</a></data>").check(redact).unwrap();
    assert_eq!(data.data().unwrap().text_at("a"), Some("1"));
    assert!(!data.is_ok());
    // A text that only looks like one.
    assert!(reply("<data><a>rpc-error</a></data>").errors().is_empty());
}

#[test]
fn who_holds_the_lock() {
    let denied = reply(LOCKED);
    let [error] = denied.errors() else { panic!("{denied:?}") };
    assert_eq!((error.layer, error.tag.as_str()), (Some(ErrorLayer::Protocol), "lock-denied"));
    assert_eq!((error.session_id, error.app_tag.as_deref()), (Some(12), Some("no-access")));
    assert_eq!(error.info.as_deref(), Some("<session-id>12</session-id>"));
    let error = denied.check(redact).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Locked, "held by session 12: lock denied"));
    let outside = reply(&LOCKED.replace(">12<", ">0<")).check(redact).unwrap_err();
    assert_eq!(outside.message(), "held outside of NETCONF: lock denied");
    let unknown = reply(&LOCKED.replace("<session-id>12</session-id>", "")).check(redact).unwrap_err();
    assert_eq!((unknown.kind(), unknown.message()), (ErrorKind::Locked, "lock denied"));
}

#[test]
fn other_errors_and_warnings() {
    let denied = LOCKED.replace("lock-denied", "access-denied");
    assert_eq!(reply(&denied).check(redact).unwrap_err().kind(), ErrorKind::Auth);

    let one = "<rpc-error>\n<error-severity>\nwarning\n</error-severity><error-message>mgd: unchanged</error-message></rpc-error>";
    let warned = reply(&format!("{one}<ok/>")).check(redact).unwrap();
    assert!(warned.is_ok());
    assert_eq!(
        warned.warnings().map(|warning| warning.message.as_deref()).collect::<Vec<_>>(),
        [Some("mgd: unchanged")]
    );

    // A warning first, and two errors within a result.
    let bad = "<rpc-error><error-tag>bad-element</error-tag><error-path>/bgp/as</error-path>\
        <error-message xml:lang=\"en\">\n invalid number \n</error-message>\
        <error-info><bad-element>as</bad-element></error-info></rpc-error>";
    let bare = "<rpc-error><error-tag>data-missing</error-tag></rpc-error>";
    let error = reply(&format!("<load-results>{one}{bad}{bare}</load-results>")).check(redact).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(error.message(), "invalid number at /bgp/as (as); data-missing");
    let empty = reply("<rpc-error/>").check(redact).unwrap_err();
    assert_eq!((empty.kind(), empty.message()), (ErrorKind::Rejected, "an error without a word"));
}

#[test]
fn no_secret_in_what_is_shown() {
    let text = "<rpc-error><error-message>bad value in authentication-key \"hunter2\";</error-message>\
        <error-info><bad-value>hunter2</bad-value></error-info></rpc-error>";
    let refused = reply(text);
    assert!(!format!("{refused:?} {:?}", refused.errors()).contains("hunter2"));
    let error = refused.check(redact).unwrap_err();
    assert_eq!(error.message(), "bad value in authentication-key \"<redacted>");
    for (words, shown) in [
        ("password hunter2 is short", "password <redacted>"),
        (
            "set system root-authentication: hunter2\nline 2",
            "set system root-authentication: <redacted>\nline 2",
        ),
        ("unknown element: <md5>hunter2</md5>", "unknown element: <md5><redacted>"),
        ("snmp community hunter2", "snmp community <redacted>"),
        ("no such community: 64500:1", "no such community: 64500:1"),
        ("missing key", "missing key"),
        ("monkey business", "monkey business"),
    ] {
        assert_eq!(redact(words), shown);
    }
}

#[test]
fn what_is_no_reply() {
    assert!(Reply::parse("<hello/>".to_owned()).is_err());
    assert!(Reply::parse("<rpc-reply>".to_owned()).is_err());
}

#[test]
fn the_first_tag() {
    let id = |id: &str| Ok(Envelope::Reply(Some(id.to_owned())));
    for (message, expected) in [
        ("<rpc-reply message-id=\"7\"/>", id("7")),
        (
            "<?xml version='1.0'?>\n<!-- c -->\n<n:rpc-reply xmlns:n='u' a='1' message-id='a&amp;b'>",
            id("a&b"),
        ),
        ("<rpc-reply x='1'><ok/>", Ok(Envelope::Reply(None))),
        ("\n<notification><rpc-reply message-id='1'/>", Ok(Envelope::Notification)),
        ("<rpc message-id='1'>", Ok(Envelope::Other("rpc".to_owned()))),
    ] {
        assert_eq!(Envelope::read(message.as_bytes()), expected, "{message}");
    }
    for message in [
        &b""[..],
        b"error",
        b"<",
        b"<rpc-reply",
        b"<!DOCTYPE a><rpc-reply/>",
        b"\xff<rpc-reply/>",
        b"<\xff/>",
    ] {
        assert!(Envelope::read(message).is_err(), "{message:?}");
    }
}

proptest! {
    #[test]
    fn damaged_replies(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = format!("<rpc-reply message-id=\"1\">{LOCKED}</rpc-reply>").into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let _ = Envelope::read(&bytes);
        if let Ok(text) = String::from_utf8(bytes)
            && let Ok(reply) = Reply::parse(text)
        {
            prop_assert!(!cut);
            let _ = reply.check(redact);
        }
    }
}
