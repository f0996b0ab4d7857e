//! The lab of `tests/lab/` as the tests see it.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use peering_core::driver::{CommitOptions, Driver, LoadMode, Session, SshConfig, Target};
use peering_core::{Result, Secret};
use peering_drivers::frr::Frr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, MutexGuard, Notify};

const GUARD: &str = "/var/tmp/peering-frr";

/// Set in a child process of a test.
const CHILD: &str = "PEERING_LAB_CHILD";

static TURN: Mutex<()> = Mutex::const_new(());

/// A running lab, for one test at a time.
pub(crate) struct Lab {
    state: PathBuf,
    pub(crate) port: u16,
    pub(crate) password: String,
    base: std::cell::OnceCell<String>,
    _turn: Option<MutexGuard<'static, ()>>,
}

/// The lab with fresh routers; `None` without one.
pub(crate) async fn lab() -> Option<Lab> {
    let Some(state) = std::env::var_os("PEERING_LAB") else {
        assert!(std::env::var_os("CI").is_none(), "in CI the lab must be up: tests/lab/lab.sh up");
        eprintln!("skipped: PEERING_LAB names no running lab (tests/lab/lab.sh up)");
        return None;
    };
    let turn = TURN.lock().await;
    let mut lab = open(state.into());
    lab._turn = Some(turn);
    lab.exec(
        "r1",
        &format!(
            "rm -rf {GUARD}*; cat > /etc/frr/frr.conf; chown frr:frr /etc/frr/frr.conf; chmod 664 /etc/frr/frr.conf; \
             /usr/lib/frr/frr-reload.py --reload --stdout /etc/frr/frr.conf < /dev/null > /run/lab/reset.log 2>&1 || cat /run/lab/reset.log"
        ),
    );
    lab.base.set(lab.running("r1")).ok();
    Some(lab)
}

/// The lab for a child process: its parent has the turn. `None` where nobody's child is running.
pub(crate) fn child_lab() -> Option<Lab> {
    std::env::var_os(CHILD)?;
    std::env::var_os("PEERING_LAB").map(|state| open(state.into()))
}

fn open(state: PathBuf) -> Lab {
    let env = std::fs::read_to_string(state.join("env")).expect("the lab's env file; is the lab up?");
    let value = |name: &str| {
        env.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).expect(name).to_owned()
    };
    Lab {
        port: value("PEERING_LAB_PORT").parse().expect("a port"),
        password: value("PEERING_LAB_PASSWORD"),
        base: std::cell::OnceCell::new(),
        state,
        _turn: None,
    }
}

pub(crate) fn key(lab: &Lab) -> Target {
    let mut target = lab.target(0, "netops");
    target.credentials.private_key = Some(lab.path("id_ed25519"));
    target
}

pub(crate) fn password(lab: &Lab) -> Target {
    let mut target = lab.target(0, "netops");
    target.credentials.password = Some(Secret::new(lab.password.clone()));
    target
}

pub(crate) fn other(lab: &Lab) -> Target {
    let mut target = key(lab);
    target.credentials.username = "other".to_owned();
    target
}

pub(crate) fn cli(lab: &Lab) -> Target {
    let mut target = key(lab);
    target.credentials.username = "cli".to_owned();
    target
}

impl Lab {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.state.join(name)
    }

    pub(crate) fn target(&self, offset: u16, user: &str) -> Target {
        let mut target = Target::new("127.0.0.1");
        target.port = Some(self.port + offset);
        target.credentials.username = user.to_owned();
        target.known_hosts = Some(vec![self.path("known_hosts")]);
        target.trusted_hosts = Some(self.path("trusted_hosts"));
        target.ssh_config = SshConfig::Off;
        target
    }

    pub(crate) async fn connect(&self, target: &Target) -> Result<Box<dyn Session>> {
        Frr::default().connect(target).await
    }

    /// Runs a line of shell as root inside a router; its stdin is r1's original configuration.
    pub(crate) fn exec(&self, router: &str, line: &str) -> String {
        let lab = concat!(env!("CARGO_MANIFEST_DIR"), "/lab/");
        let stdin = std::fs::File::open(format!("{lab}r1.conf")).expect("the router's configuration");
        let output = Command::new(format!("{lab}lab.sh"))
            .env("LAB_STATE", &self.state)
            .env("LAB_PORT", self.port.to_string())
            .args(["exec", router, "sh", "-c", line])
            .stdin(stdin)
            .output()
            .expect("lab.sh runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub(crate) fn vtysh(&self, router: &str, commands: &[&str]) -> String {
        let words: Vec<String> = commands.iter().map(|command| format!("-c '{command}'")).collect();
        self.exec(router, &format!("vtysh {}", words.join(" ")))
    }

    pub(crate) fn running(&self, router: &str) -> String {
        self.vtysh(router, &["show running-config no-header"])
    }

    pub(crate) fn startup(&self, router: &str) -> String {
        self.exec(router, "cat /etc/frr/frr.conf")
    }

    /// Whether r1 has the configuration that the test began with.
    pub(crate) fn is_pristine(&self) -> bool {
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        sorted(&self.running("r1")) == sorted(self.base.get().map_or("", String::as_str))
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.exec("r1", &format!("[ -d {GUARD} ] && echo yes")).contains("yes")
    }

    pub(crate) fn state(&self) -> String {
        self.exec("r1", &format!("ls -la {GUARD}* {GUARD}/p; cat {GUARD}/p/*.log; ps ax"))
    }

    /// Waits until nobody holds the lock any more.
    pub(crate) async fn wait_for_end(&self, within: Duration) {
        let end = Instant::now() + within;
        while self.is_locked() {
            assert!(Instant::now() < end, "still locked: {}", self.state());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Ends the lease of a lock.
    pub(crate) fn age_lock(&self) {
        self.exec("r1", &format!("sed -i '3s/.*/1/' {GUARD}/holder && chown netops {GUARD}/holder"));
    }

    /// Kills the running frr-reload, its shell, or both, in the router's own process namespace.
    pub(crate) fn kill_apply(&self, what: &str) {
        let which = match what {
            "reload" => "$p",
            "shell" => "$s",
            _ => "$p $s",
        };
        self.exec(
            "r1",
            &format!(
                "for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $f 2> /dev/null | grep -q '^/usr/bin/python3 .*--reload' || continue; \
                 p=${{f#/proc/}}; p=${{p%/cmdline}}; s=$(sed -n 's/^PPid:[[:space:]]*//p' /proc/$p/status); kill -9 {which}; done"
            ),
        );
    }

    /// Kills the timer of a pending commit: the shells of the guard that sleep.
    pub(crate) fn kill_guard(&self) {
        self.exec(
            "r1",
            "for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $f 2> /dev/null | grep -q 'peering-guard /var/tmp/peering-frr apply' || continue; \
             p=${f#/proc/}; kill -9 ${p%/cmdline}; done",
        );
    }

    /// An SSH agent with one key.
    pub(crate) fn agent(&self) -> Agent {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("agent").display().to_string();
        let process = Command::new("ssh-agent")
            .args(["-D", "-a", &socket])
            .stdout(Stdio::null())
            .spawn()
            .expect("ssh-agent");
        for _ in 0..100 {
            if std::path::Path::new(&socket).exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let added = Command::new("ssh-add")
            .env("SSH_AUTH_SOCK", &socket)
            .arg("-q")
            .arg(self.path("id_rsa"))
            .arg(self.path("id_ed25519"))
            .status()
            .expect("ssh-add");
        assert!(added.success());
        Agent { socket, process, _folder: folder }
    }

    /// One of these tests in a process of its own.
    pub(crate) fn child(&self, test: &str, env: &[(&str, &str)]) -> Child {
        let mut process = tokio::process::Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", test, "--nocapture"])
            .env(CHILD, test)
            .env("PEERING_LAB", &self.state)
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("a child");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        Child { process, output }
    }

    pub(crate) async fn in_child(&self, test: &str, env: &[(&str, &str)]) -> String {
        let mut child = self.child(test, env);
        let mut text = String::new();
        child.output.read_to_string(&mut text).await.expect("its output");
        child.process.wait().await.expect("its end");
        text
    }
}

pub(crate) struct Agent {
    pub(crate) socket: String,
    process: std::process::Child,
    _folder: tempfile::TempDir,
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

pub(crate) struct Child {
    process: tokio::process::Child,
    output: BufReader<tokio::process::ChildStdout>,
}

impl Child {
    pub(crate) async fn wait_for(&mut self, word: &str) {
        let mut line = String::new();
        while self.output.read_line(&mut line).await.expect("its output") > 0 {
            if line.contains(word) {
                return;
            }
        }
        panic!("the child ended before {word:?}: {line}");
    }

    pub(crate) async fn kill(&mut self) {
        self.process.kill().await.expect("it is killed");
    }
}

/// A way to the lab that can be cut.
pub(crate) struct Link {
    port: u16,
    knife: Arc<Notify>,
    plug: Arc<Notify>,
}

impl Link {
    pub(crate) async fn new(to: u16) -> Link {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let knife = Arc::new(Notify::new());
        let plug = Arc::new(Notify::new());
        let (cut, stop) = (Arc::clone(&knife), Arc::clone(&plug));
        tokio::spawn(async move {
            let (mut near, _) = listener.accept().await.expect("a client");
            let mut far = TcpStream::connect(("127.0.0.1", to)).await.expect("the lab");
            near.set_nodelay(true).ok();
            far.set_nodelay(true).ok();
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                () = cut.notified() => {}
                () = stop.notified() => std::future::pending().await,
            }
        });
        Link { port, knife, plug }
    }

    pub(crate) fn target(&self, lab: &Lab) -> Target {
        let mut target = key(lab);
        target.port = Some(self.port);
        target.host_key = peering_core::driver::HostKeyPolicy::AcceptAnyInsecure;
        target
    }

    /// Nothing passes any more, and nobody is told.
    pub(crate) fn stall(&self) {
        self.plug.notify_one();
    }

    pub(crate) fn cut(&self) {
        self.knife.notify_one();
    }
}

/// A change that every test may make.
pub(crate) const CHANGED: &str =
    "router bgp 64501\n neighbor 192.0.2.99 description changed by a test\nexit\n";

pub(crate) fn with_window(seconds: u64) -> CommitOptions {
    CommitOptions { window: Some(Duration::from_secs(seconds)), message: None }
}

pub(crate) async fn staged(lab: &Lab, snippet: &str) -> Box<dyn Session> {
    let mut session = lab.connect(&key(lab)).await.unwrap();
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, snippet).await.unwrap();
    session
}

pub(crate) async fn is_changed(lab: &Lab) -> bool {
    lab.running("r1").contains("changed by a test")
}

/// Waits until the router has its old configuration again, and nobody holds the lock.
pub(crate) async fn comes_back(lab: &Lab, within: Duration) {
    let end = Instant::now() + within;
    while is_changed(lab).await || lab.is_locked() {
        assert!(Instant::now() < end, "the change is still there: {}", lab.state());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(lab.is_pristine(), "{}", lab.running("r1"));
}

/// The lines that say something, in order.
pub(crate) fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !["!", "exit", "end", ""].contains(line)).collect();
    lines.sort_unstable();
    lines
}
