//! Files put on a device by SCP and SFTP, with the `scp` and the `sftp-server` of OpenSSH at the other end.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use peering_core::driver::{Target, Wire};
use peering_core::{ErrorKind, Result};
use peering_drivers::transport::{Checksum, Ssh};
use peering_tests::openssh::{Lab, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const SFTP: &str = "Subsystem sftp /usr/lib/openssh/sftp-server";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Scp,
    Sftp,
}

const WAYS: [Way; 2] = [Way::Scp, Way::Sftp];

async fn upload(ssh: &Ssh, way: Way, path: &Path, content: &[u8]) -> Result<()> {
    let path = path.to_str().unwrap();
    match way {
        Way::Scp => ssh.upload_scp(path, content).await,
        Way::Sftp => ssh.upload_sftp(path, content).await,
    }
}

/// More than the windows and buffers on the way hold.
fn content() -> Vec<u8> {
    (0..4_000_000u32).map(|number| (number / 251) as u8).collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn folder(lab: &Lab, way: Way) -> std::path::PathBuf {
    let folder = lab.path(&format!("{way:?}"));
    fs::create_dir(&folder).unwrap();
    folder
}

#[tokio::test]
async fn a_file_arrives_whole_and_is_its_owners_only() {
    let Some(lab) = Lab::new() else { return };
    let server = lab.start(SFTP);
    let ssh = Ssh::connect(&lab.target(&server)).await.unwrap();
    for way in WAYS {
        let folder = folder(&lab, way);
        for name in ["plain.cfg", "-rf $(touch gone); it's \"x\" & ~", "ünï"] {
            let path = folder.join(name);
            for content in [content(), Vec::new(), b"router bgp 64501\n".to_vec(), vec![0, 1, 2]] {
                upload(&ssh, way, &path, &content).await.unwrap();
                assert!(fs::read(&path).unwrap() == content, "{way:?} {name}");
            }
            assert_eq!(mode(&path), 0o600);
        }
        assert_eq!(names(&folder).len(), 3, "{:?}", names(&folder));
        let path = folder.join("plain.cfg");
        let sum = ssh.exec(&format!("md5sum {}", path.display()), None).await.unwrap();
        assert!(sum.text().starts_with(&Checksum::Md5.of(&[0, 1, 2])));
    }
    let kept = lab.write("kept", "a longer content than the next");
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o644)).unwrap();
    upload(&ssh, Way::Scp, &kept, b"short").await.unwrap();
    assert_eq!((fs::read(&kept).unwrap(), mode(&kept)), (b"short".to_vec(), 0o644));
}

#[tokio::test]
async fn the_devices_words_say_why_not() {
    let Some(lab) = Lab::new() else { return };
    let server = lab.start(SFTP);
    let ssh = Ssh::connect(&lab.target(&server)).await.unwrap();
    for (way, path, why) in [
        (Way::Scp, "/nowhere/f", "No such file or directory"),
        (Way::Sftp, "/nowhere/f", "No such file"),
        (Way::Scp, "/dev/full", "No space left on device"),
        (Way::Sftp, "/proc/version", "No such file"),
    ] {
        let error = upload(&ssh, way, Path::new(path), &content()).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Rejected && error.to_string().contains(why), "{error}");
    }
    for way in WAYS {
        let error = upload(&ssh, way, Path::new("/tmp/"), b"").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Options);
    }
    assert_eq!(ssh.exec("echo on", None).await.unwrap().text(), "on\n", "the connection goes on");

    let deaf = lab.start("ForceCommand echo '%SCP is administratively disabled.'; exit 3");
    let ssh = Ssh::connect(&lab.target(&deaf)).await.unwrap();
    let error = upload(&ssh, Way::Scp, &lab.path("f"), b"x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.to_string().contains("administratively disabled"), "{error}");
    let error = upload(&ssh, Way::Sftp, &lab.path("f"), b"x").await.unwrap_err();
    assert!(error.kind() == ErrorKind::Rejected && error.to_string().contains("no subsystem"), "{error}");
    let silent = lab.start("ForceCommand exit 4");
    let ssh = Ssh::connect(&lab.target(&silent)).await.unwrap();
    let error = upload(&ssh, Way::Scp, &lab.path("f"), b"x").await.unwrap_err();
    assert!(error.kind() == ErrorKind::Rejected && error.to_string().contains("exit status 4"), "{error}");
    assert!(!lab.path("f").exists());
}

/// OpenSSH's server without its extension replaces a file in two steps, and one that may not rename leaves the old one.
#[tokio::test]
async fn sftp_does_what_the_server_offers() {
    let Some(lab) = Lab::new() else { return };
    let folder = folder(&lab, Way::Sftp);
    let path = folder.join("f");
    for (denied, is_taken) in [("posix-rename", true), ("fsync", true), ("posix-rename,rename", false)] {
        let server = lab.start(&format!("{SFTP} -P {denied}"));
        let ssh = Ssh::connect(&lab.target(&server)).await.unwrap();
        fs::write(&path, "old").unwrap();
        let result = upload(&ssh, Way::Sftp, &path, b"new").await;
        assert_eq!(
            result.as_ref().err().map(|error| error.kind()),
            (!is_taken).then_some(ErrorKind::Rejected)
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), if is_taken { "new" } else { "old" }, "{denied}");
        assert_eq!(names(&folder), ["f"]);
    }
}

/// A way to the server that is cut when so many bytes of ours have passed.
async fn cut(lab: &Lab, server: &Server, after: u64) -> Target {
    let relay = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut target = lab.target(server);
    let known = fs::read_to_string(&target.known_hosts.unwrap()[0]).unwrap();
    let (port, near_port) = (server.port, relay.local_addr().unwrap().port());
    let known = known.replace(&port.to_string(), &near_port.to_string());
    target.known_hosts = Some(vec![lab.write(&format!("known.{near_port}"), &known)]);
    target.port = Some(near_port);
    tokio::spawn(async move {
        let (near, _) = relay.accept().await.unwrap();
        let far = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let ((near_in, mut near_out), (mut far_in, mut far_out)) = (near.into_split(), far.into_split());
        let mut near_in = near_in.take(after);
        tokio::select! {
            _ = tokio::io::copy(&mut near_in, &mut far_out) => {}
            _ = tokio::io::copy(&mut far_in, &mut near_out) => {}
        }
        let _ = near_out.shutdown().await;
    });
    target
}

#[tokio::test]
async fn a_cut_link_is_an_error() {
    let Some(lab) = Lab::new() else { return };
    let server = lab.start(SFTP);
    let (content, limit) = (content(), Duration::from_secs(20));
    for way in WAYS {
        let folder = folder(&lab, way);
        let path = folder.join("f");
        for after in [1_000_000, 3_900_000] {
            fs::write(&path, "old").unwrap();
            let ssh = Ssh::connect(&cut(&lab, &server, after).await).await.unwrap();
            let result = tokio::time::timeout(limit, upload(&ssh, way, &path, &content)).await;
            assert_eq!(result.expect("it is noticed").unwrap_err().kind(), ErrorKind::Closed);
            if way == Way::Sftp {
                assert_eq!(fs::read_to_string(&path).unwrap(), "old", "half a file has the name");
            }
        }
    }
}

#[tokio::test]
async fn a_dropped_upload_by_sftp_leaves_nothing() {
    let Some(lab) = Lab::new() else { return };
    let server = lab.start(SFTP);
    let ssh = Ssh::connect(&lab.target(&server)).await.unwrap();
    let folder = folder(&lab, Way::Sftp);
    let (path, content) = (folder.join("f"), vec![7; 60_000_000]);
    for _ in 0..3 {
        let begun = async {
            while names(&folder).is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            biased;
            () = begun => {}
            result = upload(&ssh, Way::Sftp, &path, &content) => panic!("too quick: {result:?}"),
        }
        for _ in 0..200 {
            if names(&folder).is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(names(&folder), [""; 0]);
    }
    upload(&ssh, Way::Sftp, &path, b"whole").await.unwrap();
}

#[tokio::test]
async fn a_transcript_holds_the_name_and_the_checksum() {
    let Some(lab) = Lab::new() else { return };
    let server = lab.start(SFTP);
    let mut target = lab.target(&server);
    let transcript = lab.path("transcript");
    target.wire = Wire::Record(transcript.clone());
    let (path, content) = (lab.path("f"), b"username x password 0 s3cret\n");
    let ssh = Ssh::connect(&target).await.unwrap();
    for way in WAYS {
        upload(&ssh, way, &path, content).await.unwrap();
    }
    drop(ssh);
    let text = lab.read("transcript");
    assert_eq!(text.matches(&Checksum::Sha256.of(content)).count(), 2, "{text}");
    assert!(text.contains(path.to_str().unwrap()) && !text.contains("s3cret") && !text.contains("username"));

    fs::remove_file(&path).unwrap();
    target.wire = Wire::Replay(transcript);
    let ssh = Ssh::connect(&target).await.unwrap();
    for way in WAYS {
        upload(&ssh, way, &path, content).await.unwrap();
        let error = upload(&ssh, way, &path, b"another").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Storage, "nothing was recorded of another content");
    }
    assert!(!path.exists());
}
