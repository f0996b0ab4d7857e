//! A session against a server of a few lines: order, splits, garbage, ends.

use std::time::Duration;

use futures_util::SinkExt;
use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, DuplexStream, duplex};
use tokio::time::timeout;
use tokio_util::codec::Framed;

use super::*;
use crate::transport::netconf::Datastore;

/// The far end, after both hellos.
struct Server(Framed<DuplexStream, Codec>);

fn hello(bases: &[&str]) -> String {
    let candidate = "urn:ietf:params:netconf:capability:candidate:1.0";
    Hello::server(Capabilities::new(bases.iter().copied().chain([candidate])), 42).to_string()
}

async fn pair(bases: &[&str], options: Options, room: usize) -> (Netconf, Server) {
    let (near, far) = duplex(room);
    let mut server = Framed::new(far, Codec::default());
    let ours = async {
        server.send(hello(bases)).await.unwrap();
        let client = server.next().await.unwrap().unwrap();
        let client = Hello::from_client(std::str::from_utf8(&client).unwrap()).unwrap();
        let framing = client.capabilities.framing_with(&Capabilities::new(bases.iter().copied())).unwrap();
        server.codec_mut().set_framing(framing);
    };
    let (session, ()) = tokio::join!(Netconf::over(near, options), ours);
    (session.unwrap(), Server(server))
}

async fn usual() -> (Netconf, Server) {
    pair(&[BASE_1_0, BASE_1_1], Options::default(), 1 << 16).await
}

impl Server {
    /// The number of the next request, and its operation's markup.
    async fn request(&mut self) -> (u64, String) {
        let message = self.0.next().await.unwrap().unwrap();
        let text = String::from_utf8(message.to_vec()).unwrap();
        let document = super::super::xml::Document::parse(text).unwrap();
        let root = document.root();
        (root.attribute("message-id").unwrap().parse().unwrap(), root.inner().to_owned())
    }

    async fn answer(&mut self, id: u64, inside: &str) {
        let reply = format!(
            "<rpc-reply message-id=\"{id}\" xmlns=\"{}\">{inside}</rpc-reply>",
            super::super::NAMESPACE
        );
        self.0.send(reply).await.unwrap();
    }
}

fn raw(name: &str) -> Operation {
    Operation::Raw(format!("<{name}/>"))
}

#[tokio::test]
async fn both_framings() {
    let only_1_0 = Options { base_1_1: false, ..Options::default() };
    for (bases, options, framing) in [
        (&[BASE_1_0, BASE_1_1][..], Options::default(), Framing::Chunked),
        (&[BASE_1_1], Options::default(), Framing::Chunked),
        (&[BASE_1_0], Options::default(), Framing::EndOfMessage),
        (&[BASE_1_0, BASE_1_1], only_1_0, Framing::EndOfMessage),
    ] {
        let (session, mut server) = pair(bases, options, 100).await;
        assert_eq!((session.framing(), session.session_id()), (framing, 42));
        assert!(session.capabilities().candidate);
        let serve = async {
            let (id, operation) = server.request().await;
            assert_eq!(operation, "<lock><target><candidate/></target></lock>");
            server.answer(id, "<ok/>").await;
            let (id, operation) = server.request().await;
            assert_eq!(operation, "<close-session/>");
            server.answer(id, "<ok/>").await;
        };
        let lock = Operation::Lock(Datastore::Candidate);
        let ask = async {
            assert!(session.call(&lock).await.unwrap().is_ok());
            session.close().await.unwrap();
        };
        tokio::join!(ask, serve);
        assert!(server.0.next().await.is_none(), "the stream is still open");
    }
}

#[tokio::test]
async fn several_in_flight_answered_in_another_order() {
    let (session, mut server) = usual().await;
    let names: Vec<String> = (0..50).map(|number| format!("get-{number}")).collect();
    let operations: Vec<Operation> = names.iter().map(|name| raw(name)).collect();
    let serve = async {
        let mut requests = Vec::new();
        for _ in &names {
            requests.push(server.request().await);
        }
        for (id, operation) in requests.into_iter().rev() {
            server.answer(id, &format!("<is>{operation}</is>")).await;
        }
    };
    let (replies, ()) =
        tokio::join!(join_all(operations.iter().map(|operation| session.call(operation))), serve);
    for (name, reply) in names.iter().zip(replies) {
        let reply = reply.unwrap();
        assert_eq!(reply.root().child("is").unwrap().children().next().unwrap().name(), name);
    }
}

#[tokio::test]
async fn a_caller_that_goes_away() {
    let (session, mut server) = usual().await;
    // Sent, and given up.
    assert!(timeout(Duration::from_millis(20), session.call(&raw("slow"))).await.is_err());
    let (slow, operation) = server.request().await;
    assert_eq!(operation, "<slow/>");
    let serve = async {
        let (next, operation) = server.request().await;
        assert_eq!(operation, "<next/>");
        server.answer(slow, "<late/>").await;
        server.answer(next, "<ok/>").await;
    };
    let next = raw("next");
    let (reply, ()) = tokio::join!(session.call(&next), serve);
    assert!(reply.unwrap().is_ok(), "another's reply");
    assert!(!session.is_closed());
}

/// Both write more than the pipe holds before either reads.
#[tokio::test]
async fn large_requests_and_replies_at_once() {
    let (session, mut server) = pair(&[BASE_1_0, BASE_1_1], Options::default(), 64).await;
    let long = "x".repeat(20_000);
    let operation = Operation::Raw(format!("<load>{long}</load>"));
    let serve = async {
        for _ in 0..4 {
            let (id, _) = server.request().await;
            server.answer(id, &format!("<data>{long}</data>")).await;
        }
    };
    let (replies, ()) = tokio::join!(join_all((0..4).map(|_| session.call(&operation))), serve);
    assert!(replies.into_iter().all(|reply| reply.unwrap().data().unwrap().text() == long));
}

#[tokio::test]
async fn hello_and_replies_in_odd_pieces() {
    let (near, mut far) = duplex(1 << 16);
    let text = format!("\r\n<?xml version='1.0'?>\n{}]]>]]>\n", hello(&[BASE_1_0, BASE_1_1]));
    let reply = "<rpc-reply message-id='1'><ok/></rpc-reply>";
    let serve = async {
        for byte in text.bytes() {
            far.write_all(&[byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        let mut seen = Vec::new();
        while !seen.ends_with(b"\n##\n") {
            far.read_buf(&mut seen).await.unwrap();
        }
        for piece in reply.as_bytes().chunks(5) {
            far.write_all(format!("\n#{}\n", piece.len()).as_bytes()).await.unwrap();
            far.write_all(piece).await.unwrap();
            tokio::task::yield_now().await;
        }
        far.write_all(b"\n##\n").await.unwrap();
        far
    };
    let ask = async {
        let session = Netconf::over(near, Options::default()).await.unwrap();
        assert!(session.call(&raw("get")).await.unwrap().is_ok());
        session
    };
    let (session, far) = tokio::join!(ask, serve);
    drop((session, far));
}

/// Two requests in flight; then bytes that end the session. Both callers and those after them are told.
async fn ended_by(bytes: &[u8], limit: usize) -> Error {
    let options = Options { limit, ..Options::default() };
    let (session, mut server) = pair(&[BASE_1_0, BASE_1_1], options, 1 << 16).await;
    let (one, other) = (raw("one"), raw("other"));
    let serve = async {
        server.request().await;
        server.request().await;
        server.0.get_mut().write_all(bytes).await.unwrap();
        // Cut: else it waits for more.
        server.0.get_mut().shutdown().await.unwrap();
    };
    let (one, other, ()) = tokio::join!(session.call(&one), session.call(&other), serve);
    let (one, other) = (one.unwrap_err(), other.unwrap_err());
    assert_eq!((one.kind(), one.message()), (other.kind(), other.message()));
    let after = session.call(&raw("after")).await.unwrap_err();
    assert_eq!((after.kind(), after.message()), (ErrorKind::Closed, one.message()));
    assert!(session.is_closed());
    session.close().await.unwrap();
    one
}

fn chunked(message: &str) -> Vec<u8> {
    format!("\n#{}\n{message}\n##\n", message.len()).into_bytes()
}

#[tokio::test]
async fn what_ends_a_session() {
    let coded =
        "<rpc-reply><rpc-error><error-message>malformed password x</error-message></rpc-error></rpc-reply>";
    for (bytes, kind, words) in [
        (Vec::new(), ErrorKind::Closed, "the server has ended it"),
        (b"\n#20\n<rpc-re".to_vec(), ErrorKind::Closed, "within a message, after 7 bytes"),
        (b"panic: out of memory\n".to_vec(), ErrorKind::Parse, "expected the header of a chunk"),
        (
            chunked("<rpc-reply message-id='9'><ok/></rpc-reply>"),
            ErrorKind::Parse,
            "a reply to no request, message-id \"9\"",
        ),
        (chunked("<rpc-reply message-id='x'/>"), ErrorKind::Parse, "a reply to no request, message-id \"x\""),
        (chunked("<rpc-reply><ok/></rpc-reply>"), ErrorKind::Parse, "a reply without a message-id"),
        (chunked(coded), ErrorKind::Parse, "a reply without a message-id: malformed password <redacted>"),
        (chunked("<rpc message-id='1'/>"), ErrorKind::Parse, "<rpc> is no reply"),
        (chunked("nonsense"), ErrorKind::Parse, "expected an rpc-reply"),
        (b"\n#5000\n".to_vec(), ErrorKind::Parse, "larger than the 2000 bytes"),
    ] {
        let error = ended_by(&bytes, 2000).await;
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_reply_that_is_no_xml_is_its_callers_trouble() {
    let (session, mut server) = usual().await;
    let (one, other) = (raw("one"), raw("other"));
    let serve = async {
        let (id, _) = server.request().await;
        server.answer(id, "<a></b>").await;
        let (id, _) = server.request().await;
        let notification = "<notification xmlns='urn:ietf:params:xml:ns:netconf:notification:1.0'/>";
        server.0.send(notification).await.unwrap();
        server.answer(id, "<ok/>").await;
    };
    let ask = async {
        assert_eq!(session.call(&one).await.unwrap_err().kind(), ErrorKind::Parse);
        assert!(session.call(&other).await.unwrap().is_ok());
    };
    tokio::join!(ask, serve);
}

#[tokio::test]
async fn nothing_is_sent_that_cannot_be() {
    let (session, mut server) = pair(&[BASE_1_0], Options::default(), 1 << 16).await;
    let refused = session.call(&Operation::Lock(Datastore::Startup)).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
    assert!(refused.message().contains("startup"), "{refused}");
    let refused = session.call(&Operation::Raw("<a>".to_owned())).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Options);
    // Well-formed, and yet not to be told from the end of a message.
    let refused =
        session.call(&Operation::Raw("<a><![CDATA[ ]]>]]&gt;]]></a>".replace("]]&gt;", "]]>"))).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Options);
    drop(session);
    assert!(server.0.next().await.is_none(), "something was sent");
}

#[tokio::test]
async fn what_is_no_hello() {
    let no_id = hello(&[BASE_1_0]).replace("<session-id>42</session-id>", "");
    for (text, kind) in [
        (String::new(), ErrorKind::Closed),
        ("Permission denied\n".to_owned(), ErrorKind::Closed),
        ("<rpc-reply/>]]>]]>".to_owned(), ErrorKind::Parse),
        (format!("{no_id}]]>]]>"), ErrorKind::Parse),
        (format!("{}]]>]]>", hello(&["urn:ietf:params:netconf:base:2.0"])), ErrorKind::Connect),
        (format!("Last login: now\n{}]]>]]>", hello(&[BASE_1_0])), ErrorKind::Parse),
        (hello(&[BASE_1_0]), ErrorKind::Closed),
    ] {
        let (near, mut far) = duplex(1 << 16);
        far.write_all(text.as_bytes()).await.unwrap();
        far.shutdown().await.unwrap();
        let error = Netconf::over(near, Options::default()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{text}: {error}");
    }
}

/// The task must not outlive its session, even when the server reads nothing.
#[tokio::test]
async fn dropped_while_the_server_stalls() {
    let (session, mut server) = pair(&[BASE_1_0, BASE_1_1], Options::default(), 64).await;
    let large = Operation::Raw(format!("<load>{}</load>", "x".repeat(100_000)));
    assert!(timeout(Duration::from_millis(20), session.call(&large)).await.is_err());
    drop(session);
    let mut rest = Vec::new();
    let read = server.0.get_mut().read_to_end(&mut rest);
    timeout(Duration::from_secs(5), read).await.expect("the task is still there").unwrap();
    assert!(rest.len() < 100_000);
}

/// What waits in the queue behind a request that is being written, and is given up there, is never sent.
#[tokio::test]
async fn given_up_before_it_was_taken() {
    let (session, mut server) = usual().await;
    {
        let operation = raw("gone");
        let mut call = Box::pin(session.call(&operation));
        // Once: it is in the queue, and the task has not run.
        assert!(futures_util::poll!(&mut call).is_pending());
    }
    let next = raw("next");
    let serve = async {
        let (id, operation) = server.request().await;
        assert_eq!(operation, "<next/>");
        server.answer(id, "<ok/>").await;
    };
    let (reply, ()) = tokio::join!(session.call(&next), serve);
    assert!(reply.unwrap().is_ok());
}

#[tokio::test]
async fn fifty_megabytes() {
    for (base_1_1, size) in [(true, 50_000_000), (false, 5_000_000)] {
        let options = Options { base_1_1, ..Options::default() };
        let (session, mut server) = pair(&[BASE_1_0, BASE_1_1], options, 1 << 16).await;
        let row = "<neighbor><address>192.0.2.1</address><state>Established</state></neighbor>\n";
        let count = size / row.len();
        let serve = async {
            let (id, _) = server.request().await;
            server.answer(id, &format!("<data>{}</data>", row.repeat(count))).await;
        };
        let operation = Operation::Get(None);
        let (reply, ()) = tokio::join!(session.call(&operation), serve);
        assert_eq!(reply.unwrap().data().unwrap().children_named("neighbor").count(), count);
    }
}
