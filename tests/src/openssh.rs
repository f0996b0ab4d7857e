//! Debian's OpenSSH as a server of the test's own, on loopback, run as the current user with files in a temporary folder.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use peering_core::driver::{HostKeyPolicy, SshConfig, Target};

const SSHD: &str = "/usr/sbin/sshd";

/// A folder with keys: `host` (Ed25519) and `host_rsa` of the servers, `user`, `user_rsa` and `ca` of ours.
#[derive(Debug)]
pub struct Lab {
    /// Everything lies in it.
    pub folder: tempfile::TempDir,
    /// Whose keys are let in: the current user.
    pub user: String,
}

/// A running sshd; it ends with this.
#[derive(Debug)]
pub struct Server {
    /// On 127.0.0.1.
    pub port: u16,
    child: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `ssh-keygen` in a folder.
pub fn keygen(folder: &Path, arguments: &[&str]) {
    let output = Command::new("ssh-keygen").current_dir(folder).arg("-q").args(arguments).output().unwrap();
    assert!(output.status.success(), "ssh-keygen {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn words_of(command: &str, argument: &str) -> String {
    let output = Command::new(command).arg(argument).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Lab {
    /// `None`, with the reason printed, where there is no OpenSSH.
    pub fn new() -> Option<Lab> {
        if !Path::new(SSHD).exists() {
            crate::skip("no OpenSSH server on this system");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        for (name, kind) in [
            ("host", "ed25519"),
            ("host_rsa", "rsa"),
            ("user", "ed25519"),
            ("user_rsa", "rsa"),
            ("ca", "ed25519"),
        ] {
            keygen(folder.path(), &["-t", kind, "-N", "", "-C", "lab", "-f", name]);
        }
        let keys: String = ["user.pub", "user_rsa.pub"]
            .map(|name| std::fs::read_to_string(folder.path().join(name)).unwrap())
            .concat();
        std::fs::write(folder.path().join("authorized_keys"), keys).unwrap();
        Some(Lab { folder, user: words_of("id", "-un") })
    }

    /// A file of the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What is in it.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Writes it.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    /// Starts a server; what `more` sets counts more than what stands here.
    pub fn start(&self, more: &str) -> Server {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = self.folder.path().display();
        let config = self.write(
            &format!("sshd_config.{port}"),
            &format!(
                "{more}\nListenAddress 127.0.0.1:{port}\nPidFile none\nHostKey {folder}/host\nHostKey {folder}/host_rsa\n\
                 AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n\
                 PermitRootLogin prohibit-password\nMaxStartups 100\n"
            ),
        );
        // root's sshd wants a folder in /run: it gets a /run of its own where the system has none
        let is_private = words_of("id", "-u") == "0" && !Path::new("/run/sshd").exists();
        let mut command = Command::new(if is_private { "unshare" } else { SSHD });
        if is_private {
            let line = "mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec \"$@\"";
            command.args(["--mount", "sh", "-c", line, "sh", SSHD]);
        }
        let log = std::fs::File::create(self.path(&format!("log.{port}"))).unwrap();
        let child = command
            .args(["-D", "-e", "-f"])
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let server = Server { port, child };
        for _ in 0..200 {
            if std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("sshd does not start: {}", self.read(&format!("log.{port}")));
    }

    /// With the user's key, and the server's key known.
    pub fn target(&self, server: &Server) -> Target {
        let line = format!("[127.0.0.1]:{} {}", server.port, self.read("host.pub"));
        let mut target = Target::new("127.0.0.1");
        target.port = Some(server.port);
        target.credentials.username = self.user.clone();
        target.credentials.private_key = Some(self.path("user"));
        target.known_hosts = Some(vec![self.write(&format!("known.{}", server.port), &line)]);
        target.trusted_hosts = Some(self.path("trusted"));
        target.host_key = HostKeyPolicy::Known;
        target.ssh_config = SshConfig::Off;
        target.timeouts.connect = Duration::from_secs(20);
        target
    }
}
