//! The simulated NX-OS over its real sockets: its own rules, over NX-API and on a terminal.

use std::time::Duration;

use peering_core::driver::Target;
use peering_core::{Asn, ErrorKind, Secret};
use peering_drivers::sim::{Fabric, NxosIdentity, NxosRouter, Port, Running, User};
use peering_drivers::transport::{BatchAnswer, Http, Method, Request, RpcError, Scheme, Ssh, Stream};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const BEFORE: &str = "ip prefix-list IN seq 5 permit 100.64.0.0/10 le 24\n";

async fn start() -> (Fabric, Running<NxosIdentity>) {
    let fabric = Fabric::with_delay(Duration::from_millis(20));
    let addresses = vec!["192.0.2.1/24".parse().unwrap()];
    let router = NxosRouter {
        name: "n9k1".to_owned(),
        local_as: Some(Asn::new(64501)),
        ports: vec![Port { name: "Ethernet1/1".to_owned(), addresses }],
        config: BEFORE.to_owned(),
        users: vec![User::new("netops", "correct horse")],
        ..NxosRouter::default()
    };
    let running = router.start(&fabric).await.unwrap();
    (fabric, running)
}

/// A batch over NX-API, of texts; the answers, or the router's words against a command. What was not run is missing.
async fn ask(target: &Target, commands: &[&str]) -> Vec<Result<String, String>> {
    let http = Http::new(target, Scheme::Https, 443).unwrap();
    let calls: Vec<_> =
        commands.iter().map(|cmd| ("cli_ascii", json!({ "cmd": cmd, "version": 1 }))).collect();
    let answers: Vec<BatchAnswer> = http.rpc_batch("/ins", "application/json-rpc", &calls).await.unwrap();
    let words = |json: &str| {
        serde_json::from_str::<Value>(json).unwrap()["msg"].as_str().unwrap_or_default().to_owned()
    };
    let read = |answer: Result<Box<RawValue>, RpcError>| match answer {
        Ok(result) => Ok(words(result.get())),
        Err(error) => Err(words(error.data.unwrap().get())),
    };
    answers.into_iter().flatten().map(read).collect()
}

#[tokio::test]
async fn a_checkpoint_is_gone_back_to() {
    let (_fabric, running) = start().await;
    let target = running.target();
    let before = running.running_config();
    for answer in ask(&target, &["checkpoint first", "hostname other", "no router bgp 64501"]).await {
        answer.unwrap();
    }
    assert_eq!(running.checkpoints(), ["first"]);
    let diff = "show diff rollback-patch running-config checkpoint first";
    let answers = ask(&target, &[diff, "rollback running-config checkpoint first", diff]).await;
    let [Ok(patch), Ok(done), Ok(none)] = answers.as_slice() else { panic!("{answers:?}") };
    assert!(patch.contains("hostname n9k1\n") && patch.contains("router bgp 64501\n"), "{patch}");
    assert!(done.contains("Rollback completed successfully."), "{done}");
    assert!(none.contains("Rollback Patch is Empty"), "{none}");
    assert_eq!(running.running_config(), before);
    let missing = ask(&target, &["rollback running-config checkpoint second"]).await;
    assert!(missing[0].as_ref().unwrap_err().contains("Rollback failed."), "{missing:?}");
}

/// All or nothing unless it is told otherwise; and only a checkpoint is gone to.
#[tokio::test]
async fn a_rollback_to_a_file_is_atomic() {
    let (_fabric, running) = start().await;
    let target = running.target();
    let before = running.running_config();
    let shown = ask(&target, &["checkpoint file bootflash:base", "show file bootflash:base"]).await;
    let base = shown[1].clone().unwrap();
    let changed = base.replace("hostname n9k1", "hostname other\nbogus 7");
    let ssh = Ssh::connect(&running.ssh_target()).await.unwrap();
    ssh.upload_scp("bootflash:changed", changed.as_bytes()).await.unwrap();
    ssh.upload_scp("bootflash:headless", b"hostname other\n").await.unwrap();
    for file in ["changed", "changed atomic", "headless"] {
        let answer = ask(&target, &[&format!("rollback running-config file bootflash:{file}")]).await;
        assert!(answer[0].as_ref().unwrap_err().contains("Rollback failed."), "{answer:?}");
        assert_eq!(running.running_config(), before, "{file}");
    }
    ask(&target, &["rollback running-config file bootflash:changed best-effort"]).await;
    assert_eq!(running.running_config(), before.replace("hostname n9k1", "hostname other"));
}

/// What stands behind a refused command is not run, and what stands before it is in force.
#[tokio::test]
async fn a_batch_ends_at_what_is_refused() {
    let (_fabric, running) = start().await;
    let lines = ["router bgp 64501", "neighbor 192.0.2.5", "remote-as bogus", "description five"];
    let answers = ask(&running.target(), &lines).await;
    assert_eq!(answers.len(), 3);
    assert!(answers[2].as_ref().unwrap_err().starts_with("% Invalid"), "{answers:?}");
    let config = running.running_config();
    assert!(config.contains("  neighbor 192.0.2.5\n") && !config.contains("five"), "{config}");
    // the next request is another session, outside the configuration
    let answers = ask(&running.target(), &["remote-as 64505"]).await;
    assert!(answers[0].is_err());
}

#[tokio::test]
async fn nx_api_wants_a_password_and_its_feature() {
    let (_fabric, running) = start().await;
    let mut wrong = running.target();
    wrong.credentials.password = Some(Secret::new("wrong"));
    let http = Http::new(&wrong, Scheme::Https, 443).unwrap();
    let request =
        Request { method: Method::Post, path: "/ins", media: "application/json-rpc", body: b"[]".to_vec() };
    assert_eq!(http.request(request).await.unwrap().status, 401);
    ask(&running.target(), &["no feature nxapi"]).await;
    let http = Http::new(&running.target(), Scheme::Https, 443).unwrap();
    let error = http.post_json("/ins", &json!([])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
    let ssh = Ssh::connect(&running.ssh_target()).await.unwrap();
    assert!(ssh.exec("show hostname", None).await.unwrap().text().contains("n9k1"));
}

/// What comes until these words, which must come.
async fn until(terminal: &mut impl Stream, words: &str) -> String {
    let read = async {
        let mut seen = String::new();
        while !seen.ends_with(words) {
            seen.push(char::from(terminal.read_u8().await.unwrap()));
        }
        seen
    };
    tokio::time::timeout(Duration::from_secs(10), read).await.unwrap_or_else(|_| panic!("no {words:?}"))
}

#[tokio::test]
async fn a_terminal_pages_and_asks() {
    let (_fabric, running) = start().await;
    let ssh = Ssh::connect(&running.ssh_target()).await.unwrap();
    let mut terminal = ssh.terminal(80, 6).await.unwrap();
    until(&mut terminal, "n9k1# ").await;
    terminal.write_all(b"show running-config\r").await.unwrap();
    let first = until(&mut terminal, "--More--").await;
    assert!(first.lines().count() <= 7 && !first.contains("router bgp"), "{first}");
    terminal.write_all(b"q").await.unwrap();
    let rest = until(&mut terminal, "n9k1# ").await;
    assert!(!rest.contains("router bgp"), "{rest}");
    terminal.write_all(b"checkpoint file one\r").await.unwrap();
    until(&mut terminal, "n9k1# ").await;
    for (answer, files) in [("n", vec!["one"]), ("y", vec![])] {
        terminal.write_all(b"delete bootflash:one\r").await.unwrap();
        until(&mut terminal, "[y] ").await;
        terminal.write_all(format!("{answer}\r").as_bytes()).await.unwrap();
        until(&mut terminal, "n9k1# ").await;
        assert_eq!(running.files(), files);
    }
    // the marker stands under the word that is none
    terminal.write_all(b"show nonsense\r").await.unwrap();
    let refused = until(&mut terminal, "n9k1# ").await;
    assert!(
        refused.contains(&format!("\r\n{}^\r\n% Invalid command", " ".repeat("n9k1# show ".len()))),
        "{refused}"
    );
}
