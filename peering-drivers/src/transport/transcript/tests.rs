use std::cell::Cell;

use peering_core::REDACTED;
use peering_core::driver::Credentials;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn target(wire: Wire) -> Target {
    let credentials = Credentials { password: Some("hunter2".into()), ..Credentials::default() };
    Target { wire, credentials, ..Target::new("r1") }
}

fn open(wire: Wire) -> Result<Transcript> {
    Transcript::open(&target(wire), "test", Redactor::default())
}

async fn ask(transcript: &Transcript, request: &str, answer: &str) -> Result<String> {
    transcript.exchange(request, async { Ok(answer.to_owned()) }).await
}

async fn replayed(transcript: &Transcript, request: &str) -> Result<String> {
    transcript.exchange(request, async { panic!("a replay sends nothing") }).await
}

#[tokio::test]
async fn the_same_request_gets_the_next_answer_and_then_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    let recording = open(Wire::Record(path.clone())).unwrap();
    assert!(!recording.is_replay() && !recording.is_live());
    for (request, answer) in [("show a", "1"), ("show b", "x"), ("show a\r\n", "2"), ("show a", "3")] {
        assert_eq!(ask(&recording, request, answer).await.unwrap(), answer);
    }
    assert_eq!(recording.name(|| "session-1".to_owned()), "session-1");
    let failed: Result<String> =
        recording.exchange("show c", async { Err(Error::new(ErrorKind::Closed, "")) }).await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Closed);

    let replay = open(Wire::Replay(path.clone())).unwrap();
    for (request, answer) in
        [("show a", "1"), ("show a", "2"), ("show b", "x"), ("show a", "3"), ("show a", "3"), ("show b", "x")]
    {
        assert_eq!(replayed(&replay, request).await.unwrap(), answer, "{request}");
    }
    assert_eq!(replay.name(|| "another".to_owned()), "session-1");
    assert_eq!(replay.name(|| "another".to_owned()), "another");
    for request in ["show c", "show", "show a x"] {
        let error = replayed(&replay, request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Storage);
        assert!(error.to_string().contains(&format!("holds no answer to `{request}`")), "{error}");
    }
    let other: Result<u32> = replay.exchange("show b", async { panic!() }).await;
    assert_eq!(other.unwrap_err().kind(), ErrorKind::Storage, "an answer of another form");

    let live = open(Wire::Live).unwrap();
    assert_eq!(ask(&live, "x", "y").await.unwrap(), "y");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn secrets_stay_out_of_the_file_and_out_of_the_comparison() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    let recording = open(Wire::Record(path.clone())).unwrap();
    let request = "POST /x\n{\"cmds\":[\"neighbor 192.0.2.1 password s3cret\",\"echo hunter2\"]}";
    let answer = "router bgp 1\n neighbor 192.0.2.1 password s3cret\n! hunter2 hunter2\n";
    assert_eq!(ask(&recording, request, answer).await.unwrap(), answer, "who asks sees all of it");
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("s3cret") && !text.contains("hunter2"), "{text}");

    let replay = open(Wire::Replay(path.clone())).unwrap();
    let told = replayed(&replay, &request.replace("s3cret", "0ther")).await.unwrap();
    assert_eq!(told, "router bgp 1\n neighbor 192.0.2.1 password <redacted>\n! <redacted> <redacted>\n");
    let error = replayed(&replay, "neighbor 192.0.2.9 password s3cret").await.unwrap_err();
    assert!(!error.to_string().contains("s3cret"), "{error}");
    assert!(!format!("{recording:?} {replay:?}").contains("hunter2"));
}

#[test]
fn a_file_that_is_none_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    for (text, said) in [
        ("", "is empty"),
        ("{}\n", "line 1 has another form"),
        ("{\"request\":\"a\",\"answer\":1}\n", "does not begin with the header"),
        ("{\"peering_transcript\":2,\"transport\":\"test\"}\n", "version 2"),
        ("{\"peering_transcript\":1,\"transport\":\"http\"}\n", "over http, not over test"),
        ("{\"peering_transcript\":1,\"transport\":\"test\",\"platform\":\"other\"}\n", "for \"other\""),
    ] {
        fs::write(&path, text).unwrap();
        let error = open(Wire::Replay(path.clone())).unwrap_err();
        assert!(error.kind() == ErrorKind::Options && error.to_string().contains(said), "{error}");
    }
    let error = open(Wire::Replay(folder.path().join("none"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    let error = open(Wire::Record(folder.path().join("no/folder"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
}

fn shown(text: &str) -> String {
    Redactor::default().text(text)
}

#[test]
fn lines_lose_their_secrets_and_nothing_else() {
    for (line, expected) in [
        (" neighbor 192.0.2.1 password s3cret", " neighbor 192.0.2.1 password <redacted>"),
        (" neighbor 192.0.2.1 password two s3crets\r\n", " neighbor 192.0.2.1 password <redacted>\r\n"),
        (" ip ospf message-digest-key 1 md5 s3cret", " ip ospf message-digest-key 1 md5 <redacted>"),
        ("  key-string s3cret", "  key-string <redacted>"),
        ("   neighbor 192.0.2.1 password 7 s3cret==", "   neighbor 192.0.2.1 password 7 <redacted>"),
        (
            "username admin privilege 15 role network-admin secret sha512 $6$s3cret",
            "username admin privilege 15 role network-admin secret sha512 <redacted>",
        ),
        ("enable password 5", "enable password <redacted>"),
        ("tacacs-server host 192.0.2.9 key 7 s3cret", "tacacs-server host 192.0.2.9 key 7 <redacted>"),
        ("snmp-server community s3cret ro", "snmp-server community <redacted> ro"),
        ("snmp-server host 192.0.2.9 version 2c s3cret", "snmp-server host 192.0.2.9 version 2c <redacted>"),
        (
            "        authentication-key \"$9$s3cret\"; ## SECRET-DATA\n",
            "        authentication-key <redacted>; ## SECRET-DATA\n",
        ),
        (
            "set system root-authentication encrypted-password \"$6$s3cret\"",
            "set system root-authentication encrypted-password <redacted>",
        ),
        ("pre-shared-key ascii-text \"$9$s3cret\";", "pre-shared-key ascii-text <redacted>;"),
        (
            "set snmp community s3cret authorization read-only",
            "set snmp community <redacted> authorization read-only",
        ),
        (
            "snmp {\n    community s3cret {\n    }\n}\npolicy-options {\n    community PEERS members 1:1;\n}\n",
            "snmp {\n    community <redacted> {\n    }\n}\npolicy-options {\n    community PEERS members 1:1;\n}\n",
        ),
    ] {
        assert_eq!(shown(line), expected);
        assert_eq!(shown(expected), expected, "twice is as once");
    }
    for harmless in [
        "MD5 authentication is enabled",
        "key chain K",
        "username x nopassword",
        "password",
        "show snmp community",
        "ip community-list standard X permit 1:1",
        "Community: 64500:1 64500:2",
        "",
    ] {
        assert_eq!(shown(harmless), harmless);
    }
}

#[test]
fn json_and_xml_keep_their_form() {
    let text = r#"{"cmds": {"router bgp 1": {"cmds": {"neighbor a password 7 s3cret": null}}}, "n": 18446744073709551616.10,
 "password": "s3cret", "empty": {"secret": ""}, "list": ["enable secret s3cret\n! \"x\"\n"], "cmd": "enable", "input" : "s3cret"}"#;
    let expected = text
        .replace("7 s3cret", "7 <redacted>")
        .replace("secret s3cret", "secret <redacted>")
        .replace("\"s3cret\"", "\"<redacted>\"");
    assert_eq!(shown(text), expected);
    assert_eq!(shown("{\"secret\":\"a\"}\n{\"x\":1}"), "{\"secret\":\"<redacted>\"}\n{\"x\":1}");

    let text = "<?xml version=\"1.0\"?><!-- a > b --><c xmlns:j=\"x\"><snmp><community><name>s3cret</name><authorization>read-only</authorization></community></snmp>\
                <j:authentication-key  a='1'>s3cret</j:authentication-key><community><name>PEERS</name></community><empty/>\
                <configuration-text>\nset x password s3cret\nset y\n</configuration-text><d><![CDATA[password s3cret]]></d><name>r1</name></c>";
    let expected = text
        .replace("<![CDATA[password s3cret]]>", "<![CDATA[password <redacted>]]>")
        .replace("s3cret", "&lt;redacted&gt;");
    assert_eq!(shown(text), expected);
    assert_eq!(shown(&expected), expected);
}

#[test]
fn a_short_secret_is_a_word() {
    let redaction = Redaction::new(vec!["ab".into(), "".into()], Redactor::default());
    assert_eq!(redaction.request("ab cab ab-b (ab)"), "<redacted> cab <redacted>-b (<redacted>)");
    assert_eq!(redaction.answer(json!({"x": ["ab", 1, null]})), json!({"x": [REDACTED, 1, null]}));
}

proptest! {
    /// Whatever comes: no panic, twice is as once, JSON stays JSON with the same numbers.
    #[test]
    fn anything_can_be_redacted(text in "(?s)[<>/\"{}:,\\[\\] \\\\a-e\n]{0,60}", word in "password|secret|community|snmp|key") {
        let text = format!("{text} {word} x{text}");
        let once = shown(&text);
        prop_assert_eq!(shown(&once), once);
    }

    #[test]
    fn json_stays_json(keys in prop::collection::vec("[a-z\"\\\\ \n]{0,12}|password", 0..5), texts in prop::collection::vec(any::<String>(), 5)) {
        let object: serde_json::Map<String, Value> =
            keys.iter().cloned().zip(texts.into_iter().map(Value::String)).collect();
        let count = object.len();
        let redacted: serde_json::Map<String, Value> =
            serde_json::from_str(&shown(&Value::Object(object).to_string())).unwrap();
        prop_assert!(redacted.len() <= count);
    }
}

#[tokio::test]
async fn a_recording_outlives_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    let (first, second) =
        (open(Wire::Record(path.clone())).unwrap(), open(Wire::Record(path.clone())).unwrap());
    ask(&first, "a", "1").await.unwrap();
    ask(&second, "a", "2").await.unwrap();
    let replay = open(Wire::Replay(path)).unwrap();
    let count = Cell::new(0);
    while count.get() < 2 {
        count.set(count.get() + 1);
        assert_eq!(replayed(&replay, "a").await.unwrap(), count.get().to_string(), "both sessions are there");
    }
}

#[cfg(feature = "http")]
#[tokio::test]
async fn http_without_its_server() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use crate::transport::{Http, Scheme};

    async fn visit(target: &Target) -> Result<Vec<String>> {
        let http = Http::new(target, Scheme::Http, 80)?;
        let mut told = Vec::new();
        for command in ["show version", "show running-config", "show version"] {
            let call = http.rpc("/command-api", "runCmds", &json!({"cmds": [command]})).await?;
            told.push(format!("{:?}", call.map(|result| result.get().to_owned())));
        }
        told.push(http.get("/missing").await.unwrap_err().to_string());
        Ok(told)
    }

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let mut count = 0;
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut read = [0; 4096];
        while let Ok(size @ 1..) = socket.read(&mut read).await {
            let request = String::from_utf8_lossy(&read[..size]).into_owned();
            count += 1;
            let (status, body) = if request.starts_with("GET") {
                ("404 Not Found", "their words".to_owned())
            } else {
                let id = request.split("\"id\":").nth(1).unwrap().trim_end_matches('}').to_owned();
                let config = "neighbor 192.0.2.1 password 7 s3cret";
                ("200 OK", format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":[{count}, \"{config}\"]}}"))
            };
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    let mut target = target(Wire::Record(path.clone()));
    (target.host, target.port) = ("127.0.0.1".to_owned(), Some(port));
    let told = visit(&target).await.unwrap();
    server.abort();

    target.wire = Wire::Replay(path.clone());
    let expected: Vec<String> = told.iter().map(|told| told.replace("s3cret", REDACTED)).collect();
    assert_eq!(visit(&target).await.unwrap(), expected);
    assert!(told[0].contains("[1,") && told[2].contains("[3,"), "{told:?}");
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("s3cret") && !text.contains("hunter2"), "{text}");

    let error = Http::new(&target, Scheme::Http, 80).unwrap().get("/other").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    assert!(!Http::had_no_effect(&error) && error.to_string().contains("GET /other"), "{error}");
}

#[cfg(feature = "netconf")]
#[tokio::test]
async fn netconf_without_its_server() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use crate::transport::netconf::{Datastore, Netconf, Operation, Options};

    async fn visit(session: &Netconf) -> Vec<String> {
        let mut told = vec![format!("{} {:?}", session.session_id(), session.framing())];
        for operation in [
            Operation::GetConfig(Datastore::Running, None),
            Operation::Lock(Datastore::Candidate),
            Operation::GetConfig(Datastore::Running, None),
        ] {
            told.push(match session.call(&operation).await {
                Ok(reply) => reply.data().map_or("ok".to_owned(), |data| data.markup().to_owned()),
                Err(error) => error.to_string(),
            });
        }
        told
    }

    let (near, mut far) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let hello = "<hello xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability>\
                     <capability>urn:ietf:params:netconf:capability:candidate:1.0</capability></capabilities><session-id>7</session-id></hello>]]>]]>";
        far.write_all(hello.as_bytes()).await.unwrap();
        let (mut read, mut count) = (Vec::new(), 0);
        while far.read_buf(&mut read).await.is_ok_and(|size| size > 0) {
            let text = String::from_utf8_lossy(&read).into_owned();
            let Some((message, rest)) = text.split_once("]]>]]>") else { continue };
            read = rest.as_bytes().to_vec();
            let Some(id) = message.split("message-id=\"").nth(1).and_then(|rest| rest.split('"').next())
            else {
                continue;
            };
            count += 1;
            let content = if message.contains("get-config") {
                format!("<data><n>{count}</n><authentication-key>s3cret</authentication-key></data>")
            } else {
                "<rpc-error><error-tag>lock-denied</error-tag><error-severity>error</error-severity></rpc-error>".to_owned()
            };
            let reply = format!(
                "<rpc-reply xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\" message-id=\"{id}\">{content}</rpc-reply>]]>]]>"
            );
            far.write_all(reply.as_bytes()).await.unwrap();
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    let open = |wire| Transcript::open(&target(wire), "netconf", Redactor::default()).unwrap();
    let session = Netconf::over(near, Options::default()).await.unwrap();
    let session = session.recorded_by(open(Wire::Record(path.clone()))).await.unwrap();
    let told = visit(&session).await;
    assert!(
        told[1].contains("<n>1</n>") && told[1].contains("s3cret") && told[3].contains("<n>3</n>"),
        "{told:?}"
    );
    assert!(told[2].contains("locked"), "{told:?}");

    let replay =
        Netconf::connect(&target(Wire::Replay(path.clone())), 830, Options::default()).await.unwrap();
    assert!(!replay.is_closed() && replay.capabilities().candidate);
    let expected: Vec<String> = told.iter().map(|told| told.replace("s3cret", "&lt;redacted&gt;")).collect();
    assert_eq!(visit(&replay).await, expected);
    let error = replay.call(&Operation::Unlock(Datastore::Candidate)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    assert!(error.to_string().contains("unlock"), "{error}");
    replay.close().await.unwrap();
    assert!(!fs::read_to_string(&path).unwrap().contains("s3cret"));
}
