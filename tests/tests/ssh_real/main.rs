//! The SSH transport against Debian's OpenSSH: configuration file, jump hosts, proxy commands, certificates, legacy
//! algorithms, uploads.

mod uploads;

use std::path::{Path, PathBuf};
use std::time::Duration;

use peering_core::driver::{HostKeyPolicy, SshAlgorithms, SshConfig, Target};
use peering_core::{ErrorKind, Result};
use peering_drivers::transport::Ssh;
use peering_tests::openssh::{Lab, Server, keygen};

/// What the target's sshd says of the connection: client and server address and port.
async fn greet(target: &Target) -> Result<String> {
    let ssh = Ssh::connect(target).await?;
    let output = ssh.exec("echo $SSH_CONNECTION", None).await?;
    Ok(output.text().trim().to_owned())
}

#[tokio::test]
async fn a_configuration_file_fills_up_what_is_left_open() {
    let Some(lab) = Lab::new() else { return };
    let server = lab.start("");
    let whole = lab.target(&server);
    let known = whole.known_hosts.clone().unwrap();
    let config = lab.write(
        "config",
        &format!(
            "Host router\n HostName 127.0.0.1\n Port {}\n User {}\n IdentityFile {}\n IdentityFile {}\n UserKnownHostsFile {}\n",
            server.port,
            lab.user,
            lab.path("host").display(),
            lab.path("user").display(),
            known[0].display()
        ),
    );
    let mut target = Target::new("router");
    target.ssh_config = SshConfig::File(config);
    target.host_key = HostKeyPolicy::Known;
    assert!(greet(&target).await.unwrap().ends_with(&server.port.to_string()));

    target.credentials.username = "nobody-of-that-name".to_owned();
    let error = greet(&target).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "the given user counts more: {error}");
    assert!(
        error.to_string().contains("/host, ") && error.to_string().contains("/user"),
        "both keys: {error}"
    );
    target.credentials.username = String::new();
    target.known_hosts = Some(Vec::new());
    target.trusted_hosts = Some(lab.path("none"));
    assert_eq!(greet(&target).await.unwrap_err().kind(), ErrorKind::HostKey, "the given file counts more");
    target.ssh_config = SshConfig::Off;
    assert_eq!(greet(&target).await.unwrap_err().kind(), ErrorKind::Options);
}

#[tokio::test]
async fn jump_hosts_follow_on_each_other() {
    let Some(lab) = Lab::new() else { return };
    let (first, second, last) = (lab.start(""), lab.start(""), lab.start(""));
    let mut target = lab.target(&last);
    let known: Vec<PathBuf> =
        [&first, &second, &last].iter().flat_map(|server| lab.target(server).known_hosts.unwrap()).collect();
    target.known_hosts = Some(known);
    let config = lab.write(
        "config",
        &format!(
            "Host 127.0.0.1\n ProxyJump {user}@127.0.0.2:{},second\nHost second\n HostName 127.0.0.1\n User {user}\n \
             Port {}\n ProxyJump none\nHost 127.0.0.2\n HostName 127.0.0.1\n",
            first.port,
            second.port,
            user = lab.user
        ),
    );
    target.ssh_config = SshConfig::File(config);
    let said = greet(&target).await.unwrap();
    assert!(said.ends_with(&last.port.to_string()), "{said}");
    let log = |server: &Server| lab.read(&format!("log.{}", server.port));
    for server in [&first, &second, &last] {
        assert!(log(server).contains("Accepted publickey"), "{}", log(server));
    }

    // a jump host that is not the known one
    target.known_hosts = lab.target(&last).known_hosts;
    let error = greet(&target).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HostKey, "{error}");

    target.ssh_config = SshConfig::File(lab.write("circle", "Host *\n ProxyJump somewhere\n"));
    let error = greet(&target).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Options && error.to_string().contains("circle"), "{error}");

    target.ssh_config = SshConfig::Off;
    target.jump = Some(Box::new(lab.target(&first)));
    assert!(greet(&target).await.is_ok());
}

#[tokio::test]
async fn a_proxy_command_is_the_way_and_ends_with_the_connection() {
    let Some(lab) = Lab::new() else { return };
    let (way, last) = (lab.start(""), lab.start(""));
    let mut target = lab.target(&last);
    let pid = lab.path("pid");
    target.proxy_command = Some(format!(
        "sh -c 'echo $$ > {}; exec ssh -F none -i {} -o UserKnownHostsFile={} -p {} -W \"[%h]:%p\" %r@127.0.0.1'",
        pid.display(),
        lab.path("user").display(),
        lab.target(&way).known_hosts.unwrap()[0].display(),
        way.port
    ));
    let ssh = Ssh::connect(&target).await.unwrap();
    assert_eq!(ssh.exec("echo hi", None).await.unwrap().text(), "hi\n");
    let process = format!("/proc/{}", std::fs::read_to_string(&pid).unwrap().trim());
    assert!(Path::new(&process).exists());
    drop(ssh);
    let is_gone = || {
        let status = std::fs::read_to_string(format!("{process}/status"));
        status.is_err() || status.is_ok_and(|status| status.contains("State:\tZ"))
    };
    for _ in 0..100 {
        if is_gone() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(is_gone(), "the command outlives the connection");

    target.proxy_command = Some("sh -c 'echo no way to %h >&2; exit 1'".to_owned());
    let error = greet(&target).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.to_string().contains("the proxy command says: no way to 127.0.0.1"), "{error}");
    target.proxy_command = Some("sleep 60".to_owned());
    target.timeouts.connect = Duration::from_millis(300);
    assert_eq!(greet(&target).await.unwrap_err().kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn legacy_algorithms_are_for_who_asks_for_them() {
    let Some(lab) = Lab::new() else { return };
    for (kex, cipher) in [
        ("diffie-hellman-group14-sha1", "aes128-cbc"),
        ("diffie-hellman-group1-sha1", "3des-cbc"),
        ("diffie-hellman-group-exchange-sha1", "aes256-cbc"),
    ] {
        let server = lab.start(&format!(
            "KexAlgorithms {kex}\nCiphers {cipher}\nMACs hmac-sha1\nHostKeyAlgorithms ssh-rsa\n\
             PubkeyAcceptedAlgorithms ssh-rsa\n"
        ));
        let mut target = lab.target(&server);
        target.credentials.private_key = Some(lab.path("user_rsa"));
        let error = greet(&target).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        assert!(error.to_string().contains("legacy"), "{error}");

        target.ssh_algorithms = SshAlgorithms::Legacy;
        let error = greet(&target).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::HostKey, "the host key is checked all the same: {error}");
        let line = format!("[127.0.0.1]:{} {}", server.port, lab.read("host_rsa.pub"));
        target.known_hosts = Some(vec![lab.write("known", &line)]);
        if let Err(error) = greet(&target).await {
            panic!("{kex} {cipher}: {error}\n{}", lab.read(&format!("log.{}", server.port)));
        }
    }
    // and a modern server is spoken to as ever
    let server = lab.start("LogLevel DEBUG1");
    let mut target = lab.target(&server);
    target.ssh_algorithms = SshAlgorithms::Legacy;
    greet(&target).await.unwrap();
    let log = lab.read(&format!("log.{}", server.port));
    assert!(log.contains("kex: algorithm: curve25519") || log.contains("kex: algorithm: mlkem"), "{log}");
    assert!(log.contains("cipher: chacha20-poly1305"), "{log}");
}

#[tokio::test]
async fn a_user_certificate_is_shown_with_its_key() {
    let Some(lab) = Lab::new() else { return };
    let authority = lab.path("ca.pub");
    let server = lab.start(&format!("TrustedUserCAKeys {}\nAuthorizedKeysFile none\n", authority.display()));
    let mut target = lab.target(&server);
    let error = greet(&target).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);

    keygen(lab.folder.path(), &["-s", "ca", "-I", "lab user", "-n", &lab.user, "-V", "+1h", "user.pub"]);
    assert!(greet(&target).await.is_ok(), "the certificate beside the key");

    std::fs::rename(lab.path("user-cert.pub"), lab.path("elsewhere")).unwrap();
    assert_eq!(greet(&target).await.unwrap_err().kind(), ErrorKind::Auth);
    let line = format!("CertificateFile {}", lab.path("elsewhere").display());
    target.ssh_config = SshConfig::File(lab.write("config", &line));
    assert!(greet(&target).await.is_ok(), "the certificate that the configuration names");

    // one for somebody else, then the plain key where that is enough
    keygen(lab.folder.path(), &["-s", "ca", "-I", "lab user", "-n", "somebody", "-V", "+1h", "user.pub"]);
    target.ssh_config = SshConfig::Off;
    let error = greet(&target).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Auth && error.to_string().contains("certificate of key"), "{error}");
    let plain = lab.start("");
    assert!(
        greet(&Target { host_key: HostKeyPolicy::AcceptAnyInsecure, port: Some(plain.port), ..target })
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_host_certificate_is_as_good_as_its_authority() {
    let Some(lab) = Lab::new() else { return };
    let sign = |name: &str, more: &[&str]| {
        keygen(
            lab.folder.path(),
            &[&["-s", "ca", "-I", "lab host", "-h", "-n", name], more, &["host.pub"]].concat(),
        );
    };
    sign("127.0.0.1", &["-V", "+1h"]);
    let certificate = lab.path("host-cert.pub");
    let server = lab.start(&format!("HostCertificate {}", certificate.display()));
    let mut target = lab.target(&server);
    let know = |line: &str| Some(vec![lab.write("known", line)]);
    let authority = format!("@cert-authority [127.0.0.*]:{} {}", server.port, lab.read("ca.pub"));

    target.known_hosts = know(&authority);
    greet(&target).await.unwrap();
    assert!(!lab.path("trusted").exists());

    target.known_hosts = know(&format!("{authority}\n@revoked * {}", lab.read("ca.pub")));
    let error = greet(&target).await.unwrap_err();
    assert!(error.kind() == ErrorKind::HostKey && error.to_string().contains("revoked"), "{error}");
    target.known_hosts = know(&authority.replace(&lab.read("ca.pub"), &lab.read("user.pub")));
    let error = greet(&target).await.unwrap_err();
    assert!(error.to_string().contains("in no known-hosts file"), "another authority: {error}");
    target.known_hosts = know(&authority.replace("127.0.0.*", "192.0.2.1"));
    assert_eq!(greet(&target).await.unwrap_err().kind(), ErrorKind::HostKey, "an authority for other hosts");
    assert!(greet(&lab.target(&server)).await.is_ok(), "and the plain key, where that is what is known");

    for (name, more, said) in [
        ("192.0.2.1", ["-V", "+1h"], "another name"),
        ("127.0.0.1", ["-V", "20200101:20200102"], "not valid at this time"),
    ] {
        sign(name, &more);
        let server = lab.start(&format!("HostCertificate {}", certificate.display()));
        target.port = Some(server.port);
        target.known_hosts = know(&format!("@cert-authority * {}", lab.read("ca.pub")));
        let error = greet(&target).await.unwrap_err();
        assert!(error.kind() == ErrorKind::HostKey && error.to_string().contains(said), "{error}");
    }
}

#[tokio::test]
async fn silence_is_noticed_as_soon_as_the_target_asks_for_it() {
    let Some(lab) = Lab::new() else { return };
    let server = lab.start("");
    let relay = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut target = lab.target(&server);
    target.port = Some(relay.local_addr().unwrap().port());
    target.host_key = HostKeyPolicy::AcceptAnyInsecure;
    target.keepalive = Some(Duration::from_millis(100));
    let port = server.port;
    let (stall, stalled) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(async move {
        let (mut near, _) = relay.accept().await.unwrap();
        let mut far = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        tokio::select! {
            _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
            _ = stalled => {}
        }
        std::future::pending::<()>().await;
    });
    let ssh = Ssh::connect(&target).await.unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(!ssh.is_closed(), "answered keepalives keep it open");
    stall.send(()).unwrap();
    for _ in 0..100 {
        if ssh.is_closed() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the silence is not noticed");
}
