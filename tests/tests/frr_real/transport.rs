//! Being let in, host keys, channels, links.

use std::time::Duration;

use peering_core::driver::{HostKeyPolicy, Target};
use peering_core::{ErrorKind, Secret};

use super::lab::{Link, child_lab, key, lab};

#[tokio::test]
async fn every_way_to_be_let_in() {
    let Some(lab) = lab().await else { return };
    let plain = lab.target(0, "netops");
    let credentials = |change: &dyn Fn(&mut Target)| {
        let mut target = plain.clone();
        change(&mut target);
        target
    };
    let secret = || Some(Secret::new(lab.password.clone()));
    let good = [
        ("password", credentials(&|t| t.credentials.password = secret())),
        ("ed25519", credentials(&|t| t.credentials.private_key = Some(lab.path("id_ed25519")))),
        ("rsa", credentials(&|t| t.credentials.private_key = Some(lab.path("id_rsa")))),
        (
            "key with passphrase",
            credentials(&|t| {
                t.credentials.private_key = Some(lab.path("id_locked"));
                t.credentials.passphrase = secret();
            }),
        ),
        (
            "a key that does not open, then the password",
            credentials(&|t| {
                t.credentials.private_key = Some(lab.path("id_locked"));
                t.credentials.password = secret();
            }),
        ),
        (
            "keyboard-interactive",
            credentials(&|t| {
                t.port = Some(lab.port + 2);
                t.credentials.password = secret();
            }),
        ),
        (
            "key and then password",
            credentials(&|t| {
                t.port = Some(lab.port + 3);
                t.credentials.private_key = Some(lab.path("id_ed25519"));
                t.credentials.password = secret();
            }),
        ),
    ];
    for (way, target) in good {
        let mut session = lab.connect(&target).await.unwrap_or_else(|error| panic!("{way}: {error:?}"));
        assert_eq!(session.facts().await.unwrap().hostname, "r1", "{way}");
    }
    let bad = [
        (credentials(&|t| t.credentials.password = Some(Secret::new("hunter2"))), "password"),
        (
            credentials(&|t| {
                t.port = Some(lab.port + 2);
                t.credentials.password = Some(Secret::new("hunter2"));
            }),
            "keyboard-interactive",
        ),
        (
            credentials(&|t| {
                t.port = Some(lab.port + 3);
                t.credentials.private_key = Some(lab.path("id_ed25519"));
            }),
            "the server wants more",
        ),
        (credentials(&|_| {}), "publickey"),
        (credentials(&|t| t.credentials.private_key = Some(lab.path("id_locked"))), "passphrase"),
    ];
    for (target, words) in bad {
        let error = lab.connect(&target).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth, "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

#[tokio::test]
async fn the_agent_lets_us_in() {
    let Some(lab) = lab().await else { return };
    let agent = lab.agent();
    let without = lab.in_child("transport::agent_child", &[("SSH_AUTH_SOCK", "/nonexistent")]).await;
    assert!(without.contains("agent (not reached"), "{without}");
    let with = lab.in_child("transport::agent_child", &[("SSH_AUTH_SOCK", &agent.socket)]).await;
    assert!(with.contains("let in as r1"), "{with}");
}

/// Runs in a process of its own, because the agent is found through the environment.
#[tokio::test]
pub(crate) async fn agent_child() {
    let Some(lab) = child_lab() else { return };
    let mut target = lab.target(0, "netops");
    target.credentials.agent = true;
    match lab.connect(&target).await {
        Ok(mut session) => println!("let in as {}", session.facts().await.unwrap().hostname),
        Err(error) => println!("{error}"),
    }
}

#[tokio::test]
async fn host_keys_are_checked() {
    let Some(lab) = lab().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("state/known_hosts");
    let mut target = key(&lab);
    target.known_hosts = Some(vec![folder.path().join("none")]);
    target.trusted_hosts = Some(own.clone());

    target.host_key = HostKeyPolicy::Known;
    let error = lab.connect(&target).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HostKey, "{error}");
    let fingerprint = error
        .to_string()
        .split_whitespace()
        .find(|word| word.starts_with("SHA256:"))
        .unwrap()
        .trim_end_matches('.')
        .to_owned();

    target.host_key = HostKeyPolicy::Pinned(fingerprint);
    lab.connect(&target).await.unwrap();
    target.host_key = HostKeyPolicy::Pinned("SHA256:AAAA".to_owned());
    assert_eq!(lab.connect(&target).await.unwrap_err().kind(), ErrorKind::HostKey);
    assert!(!own.exists(), "only trust on first use writes");

    target.host_key = HostKeyPolicy::TrustOnFirstUse;
    lab.connect(&target).await.unwrap();
    lab.connect(&target).await.unwrap();
    let known = std::fs::read_to_string(&own).unwrap();
    assert_eq!(known.lines().count(), 1, "{known}");
    assert!(known.starts_with(&format!("[127.0.0.1]:{} ssh-ed25519 ", lab.port)), "{known}");
    target.host_key = HostKeyPolicy::Known;
    lab.connect(&target).await.unwrap();

    let wrong =
        format!("[127.0.0.1]:{} {}", lab.port, std::fs::read_to_string(lab.path("id_ed25519.pub")).unwrap());
    std::fs::write(&own, wrong).unwrap();
    target.host_key = HostKeyPolicy::TrustOnFirstUse;
    let error = lab.connect(&target).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HostKey);
    assert!(
        error.to_string().contains("has changed") && error.to_string().contains("ssh-keygen -R"),
        "{error}"
    );
    target.host_key = HostKeyPolicy::AcceptAnyInsecure;
    lab.connect(&target).await.unwrap();

    // a known RSA key only: the server is asked for that one
    let rsa = std::fs::read_to_string(lab.path("hostkey_rsa.pub")).unwrap();
    std::fs::write(&own, format!("[127.0.0.1]:{} {rsa}", lab.port)).unwrap();
    target.host_key = HostKeyPolicy::Known;
    lab.connect(&target).await.unwrap();
    let revoked = std::fs::read_to_string(lab.path("hostkey_ed25519.pub")).unwrap();
    std::fs::write(&own, format!("@revoked * {revoked}")).unwrap();
    target.host_key = HostKeyPolicy::TrustOnFirstUse;
    assert!(lab.connect(&target).await.unwrap_err().to_string().contains("revoked"));
}

#[tokio::test]
async fn through_a_jump_host() {
    let Some(lab) = lab().await else { return };
    let mut target = key(&lab);
    target.host = "192.0.2.2".to_owned();
    target.port = Some(22);
    target.host_key = HostKeyPolicy::AcceptAnyInsecure;
    target.jump = Some(Box::new(key(&lab)));
    let mut session = lab.connect(&target).await.unwrap();
    assert_eq!(session.facts().await.unwrap().hostname, "r2");
    target.host = "192.0.2.77".to_owned();
    assert_eq!(lab.connect(&target).await.unwrap_err().kind(), ErrorKind::Connect);
}

#[tokio::test]
async fn a_path_that_fails_has_its_kind() {
    let Some(lab) = lab().await else { return };
    let mut target = key(&lab);
    target.port = Some(1);
    assert_eq!(lab.connect(&target).await.unwrap_err().kind(), ErrorKind::Connect);

    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    target.port = Some(mute.local_addr().unwrap().port());
    target.timeouts.connect = Duration::from_millis(300);
    assert_eq!(lab.connect(&target).await.unwrap_err().kind(), ErrorKind::Timeout);

    target = key(&lab);
    target.credentials.username = String::new();
    assert_eq!(lab.connect(&target).await.unwrap_err().kind(), ErrorKind::Options);

    let link = Link::new(lab.port).await;
    let mut session = lab.connect(&link.target(&lab)).await.unwrap();
    session.check().await.unwrap();
    link.cut();
    assert_eq!(session.check().await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn a_silent_link_is_noticed() {
    let Some(lab) = lab().await else { return };
    let link = Link::new(lab.port).await;
    let mut session = lab.connect(&link.target(&lab)).await.unwrap();
    link.stall();
    assert_eq!(session.check().await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn a_dropped_future_leaves_the_session_in_step() {
    let Some(lab) = lab().await else { return };
    let mut session = lab.connect(&key(&lab)).await.unwrap();
    for _ in 0..30 {
        let _ = tokio::time::timeout(Duration::from_millis(15), session.bgp_neighbors()).await;
    }
    assert_eq!(session.facts().await.unwrap().hostname, "r1");
    assert_eq!(session.command("show version").await.unwrap().split_whitespace().next(), Some("FRRouting"));
}
