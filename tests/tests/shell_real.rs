//! The shell transport against real command lines behind real OpenSSH: FRR's `vtysh`, without and with a pager, and BIRD's
//! `birdc`, which pages by itself. The lab of `tests/lab/`; the tests take turns.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use peering_core::ErrorKind;
use peering_core::driver::{SshConfig, Target, Wire};
use peering_drivers::transport::Redactor;
use peering_drivers::transport::shell::{Dialect, Mode, Shell};
use tokio::sync::{Mutex, MutexGuard};

static TURN: Mutex<()> = Mutex::const_new(());

/// Typed ahead is one mark only: Linux echoes at once what comes while a command runs.
static VTYSH: Dialect = Dialect { type_ahead: 1, ..Dialect::DEFAULT };
static CAREFUL: Dialect = Dialect { type_ahead: 0, ..VTYSH };
/// As small as terminals get: lines that are typed wrap.
static SMALL: Dialect = Dialect { columns: 80, rows: 24, ..VTYSH };
/// The pager `more` folds what is longer than its lines.
static PAGED: Dialect = Dialect { rows: 24, ..VTYSH };
static PAGED_CAREFUL: Dialect = Dialect { type_ahead: 0, ..PAGED };

/// No modes, no comments: what it does not know it says, which harms nobody.
static BIRDC: Dialect = Dialect {
    prompt: "bird> ",
    errors: "No such command|syntax error|Access denied|CF_SYM",
    comment: "#",
    leave: "",
    ..Dialect::DEFAULT
};
static SMALL_BIRDC: Dialect = Dialect { columns: 80, rows: 24, ..BIRDC };
static BIRDC_AHEAD: Dialect = Dialect { type_ahead: 1, ..BIRDC };
static SMALL_BIRDC_AHEAD: Dialect = Dialect { type_ahead: 1, ..SMALL_BIRDC };

struct Lab {
    state: PathBuf,
    port: u16,
    _turn: MutexGuard<'static, ()>,
}

impl Lab {
    async fn new() -> Option<Lab> {
        let Some(state) = std::env::var_os("PEERING_LAB").map(PathBuf::from) else {
            peering_tests::skip("PEERING_LAB names no running lab (tests/lab/lab.sh up)");
            return None;
        };
        let turn = TURN.lock().await;
        let env = std::fs::read_to_string(state.join("env")).unwrap();
        let port = env.lines().find_map(|line| line.strip_prefix("PEERING_LAB_PORT=")).unwrap();
        Some(Lab { port: port.parse().unwrap(), state, _turn: turn })
    }

    fn target(&self, user: &str) -> Target {
        let mut target = Target::new("127.0.0.1");
        target.port = Some(self.port);
        target.credentials.username = user.to_owned();
        target.credentials.private_key = Some(self.state.join("id_ed25519"));
        target.known_hosts = Some(vec![self.state.join("known_hosts")]);
        target.ssh_config = SshConfig::Off;
        target
    }

    async fn shell(&self, user: &str, dialect: &'static Dialect) -> Shell {
        Shell::connect(&self.target(user), dialect, None, Redactor::default()).await.unwrap()
    }

    /// Every kind of terminal on vtysh: what the command line is like must not matter.
    async fn vtysh(&self) -> Vec<(&'static str, Shell)> {
        vec![
            ("ahead", self.shell("cli", &VTYSH).await),
            ("careful", self.shell("cli", &CAREFUL).await),
            ("small", self.shell("cli", &SMALL).await),
            ("paged", self.shell("paged", &PAGED).await),
            ("paged, careful", self.shell("paged", &PAGED_CAREFUL).await),
        ]
    }

    /// A line of shell on the router.
    fn exec(&self, line: &str) -> String {
        let pid = std::fs::read_to_string(self.state.join("r1/pid")).unwrap();
        let output = Command::new("nsenter")
            .args(["-t", pid.trim(), "-m", "-u", "-n", "-p", "--", "sh", "-c", line])
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Ends a change even where the test fails.
struct Undo<'a>(&'a Lab, &'static str);

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        self.0.exec(self.1);
    }
}

#[tokio::test]
async fn vtysh_answers_as_it_does_without_a_terminal() {
    let Some(lab) = Lab::new().await else { return };
    let commands = [
        "show version",
        "show running-config",
        "show bgp summary json",
        "show ip prefix-list",
        "show interface brief",
    ];
    // uptimes and such pass while we look
    let steady = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| !line.contains("eak") && !line.contains("ptime") && !line.contains("Msg"))
            .map(|line| line.trim_end().to_owned())
            .filter(|line| !line.is_empty())
            .collect()
    };
    let expected: Vec<_> =
        commands.iter().map(|command| steady(&lab.exec(&format!("vtysh -c '{command}'")))).collect();
    assert!(expected[1].len() > 50, "{expected:?}");
    for (kind, mut shell) in lab.vtysh().await {
        assert_eq!((shell.prompt(), shell.mode()), ("r1# ", &Mode::Privileged), "{kind}");
        for (command, expected) in commands.iter().zip(&expected) {
            assert_eq!(&steady(&shell.run(command).await.unwrap()), expected, "{kind}: {command}");
        }
        let all = shell.run_all(&commands.repeat(3)).await.unwrap();
        for (answer, expected) in all.into_iter().zip(expected.iter().cycle()) {
            assert_eq!(&steady(&answer.unwrap()), expected, "{kind}");
        }
        shell.close().await;
    }
}

#[tokio::test]
async fn vtysh_refuses_in_its_own_words() {
    let Some(lab) = Lab::new().await else { return };
    for (kind, mut shell) in lab.vtysh().await {
        for (command, words) in [
            ("show nonsense", "% Unknown command"),
            ("show bgp summ?", "% Unknown command"),
            ("router bgp 64501", "% Unknown command"),
        ] {
            let error = shell.run(command).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Rejected, "{kind}: {command}");
            assert!(error.message().contains(words), "{kind}: {error}");
        }
        let answers = shell.run_all(&["show version", "show nonsense", "show history"]).await.unwrap();
        let kinds: Vec<_> = answers.iter().map(Result::is_ok).collect();
        assert_eq!(kinds, [true, false, true], "{kind}");
    }
}

#[tokio::test]
async fn lines_that_look_like_a_prompt_end_nothing() {
    let Some(lab) = Lab::new().await else { return };
    for (kind, mut shell) in lab.vtysh().await {
        // the history prints what was typed: lines of nothing but a prompt
        for line in ["r1#", "r1# ", "r1(config)#"] {
            assert!(shell.run(line).await.is_err(), "{kind}");
        }
        for _ in 0..3 {
            let history = shell.run("show history").await.unwrap();
            let history: Vec<_> = history.lines().map(str::trim_end).collect();
            assert!(history.contains(&"r1#") && history.contains(&"r1(config)#"), "{kind}: {history:?}");
            assert_eq!(history.last(), Some(&"show history"), "{kind}");
            assert!(shell.run("show version").await.unwrap().starts_with("FRRouting"), "{kind}");
        }
    }
}

#[tokio::test]
async fn modes_long_lines_and_a_thousand_of_them() {
    let Some(lab) = Lab::new().await else { return };
    let _undo = Undo(
        &lab,
        "vtysh -c 'configure terminal' -c 'no ip prefix-list MANY' -c 'router bgp 64501' \
         -c 'neighbor 192.0.2.98 description admin down' > /dev/null",
    );
    let entries: Vec<String> = (1..=300)
        .map(|number| {
            format!("ip prefix-list MANY seq {number} permit 100.{}.{}.0/24", number / 256, number % 256)
        })
        .collect();
    let description = format!("who? me? {}", "a long story ".repeat(15).trim_end());
    for (kind, mut shell) in lab.vtysh().await {
        shell.enter("configure terminal").await.unwrap();
        assert_eq!((shell.prompt(), shell.mode()), ("r1(config)# ", &Mode::Configuration("config".into())));
        let lines: Vec<&str> = entries.iter().map(String::as_str).collect();
        shell.configure(&lines).await.map_err(|(number, error)| format!("{kind} {number}: {error}")).unwrap();

        let line = format!("neighbor 192.0.2.98 description {description}");
        shell.configure(&["router bgp 64501", &line]).await.unwrap();
        assert_eq!(shell.mode(), &Mode::Configuration("config-router".into()), "{kind}");
        let (number, error) = shell
            .configure(&["bgp log-neighbor-changes", "neighbor x frobnicate", "no bgp router-id"])
            .await
            .unwrap_err();
        assert_eq!((number, error.kind()), (1, ErrorKind::Rejected), "{kind}: {error}");
        shell.leave().await.unwrap();
        assert_eq!(shell.mode(), &Mode::Privileged, "{kind}");

        let running = shell.run("show running-config").await.unwrap();
        let found: Vec<_> = running.lines().filter(|line| line.contains("prefix-list MANY seq")).collect();
        assert_eq!(found, lines, "{kind}");
        let found = running.lines().find(|line| line.contains("192.0.2.98 description"));
        assert_eq!(found.map(str::trim), Some(line.as_str()), "{kind}");
        shell.enter("configure terminal").await.unwrap();
        shell.configure(&["no ip prefix-list MANY"]).await.unwrap();
        shell.leave().await.unwrap();
    }
}

/// A daemon that is stopped holds its part of an output back.
#[tokio::test]
async fn output_that_stops_in_its_midst_is_waited_for() {
    let Some(lab) = Lab::new().await else { return };
    let whole = lab.exec("vtysh -c 'show running-config'");
    for (kind, mut shell) in lab.vtysh().await {
        let _undo = Undo(&lab, "kill -CONT $(cat /run/frr/bgpd.pid)");
        lab.exec("kill -STOP $(cat /run/frr/bgpd.pid); (sleep 3; kill -CONT $(cat /run/frr/bgpd.pid)) > /dev/null 2>&1 &");
        let begun = std::time::Instant::now();
        let running = shell.run("show running-config").await.unwrap();
        assert!(begun.elapsed() > Duration::from_secs(2), "{kind}: it was stopped");
        let lines: Vec<_> = running.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        let expected: Vec<_> = whole.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, expected, "{kind}");
    }
}

#[tokio::test]
async fn a_command_that_is_given_up_ends_the_session() {
    let Some(lab) = Lab::new().await else { return };
    let mut shell = lab.shell("cli", &VTYSH).await;
    let _undo = Undo(&lab, "kill -CONT $(cat /run/frr/bgpd.pid)");
    lab.exec("kill -STOP $(cat /run/frr/bgpd.pid)");
    let given_up = tokio::time::timeout(Duration::from_millis(500), shell.run("show bgp summary")).await;
    assert!(given_up.is_err());
    lab.exec("kill -CONT $(cat /run/frr/bgpd.pid)");
    assert_eq!(shell.run("show version").await.unwrap_err().kind(), ErrorKind::Closed);

    let mut shell = lab.shell("cli", &VTYSH).await;
    assert_eq!(shell.run("exit").await.unwrap_err().kind(), ErrorKind::Closed);
    assert!(shell.is_closed());
}

#[tokio::test]
async fn birdc_pages_by_itself() {
    let Some(lab) = Lab::new().await else { return };
    let expected = lab.exec("/usr/sbin/birdc show route");
    let expected: Vec<&str> = expected.lines().skip(1).collect();
    assert!(expected.len() > 400, "{}", expected.len());
    for dialect in [&BIRDC, &SMALL_BIRDC, &BIRDC_AHEAD, &SMALL_BIRDC_AHEAD] {
        let mut shell = lab.shell("birdc", dialect).await;
        assert_eq!(shell.prompt(), "bird> ");
        let routes = shell.run("show route").await.unwrap();
        let lines: Vec<_> = routes.lines().map(str::trim_end).collect();
        assert_eq!(lines, expected, "{} {}", dialect.columns, dialect.type_ahead);

        let all = shell.run_all(&["show status", "show route", "bogus", "show protocols"]).await.unwrap();
        let all: Vec<_> = all.into_iter().map(|answer| answer.map_err(|error| error.kind())).collect();
        assert!(all[0].as_ref().unwrap().contains("Daemon is up and running"), "{all:?}");
        assert_eq!(all[1].as_ref().unwrap().lines().count(), expected.len());
        assert_eq!(all[2], Err(ErrorKind::Rejected));
        assert!(all[3].as_ref().unwrap().contains("many"), "{all:?}");
    }
}

#[tokio::test]
async fn a_recording_takes_the_routers_place() {
    let Some(lab) = Lab::new().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut target = lab.target("cli");
    let mut told = Vec::new();
    for wire in [Wire::Record(folder.path().join("t")), Wire::Replay(folder.path().join("t"))] {
        target.wire = wire;
        let mut shell = Shell::connect(&target, &VTYSH, None, Redactor::default()).await.unwrap();
        let mut answers =
            vec![shell.run("show version").await.unwrap(), shell.run("show running-config").await.unwrap()];
        shell.enter("configure terminal").await.unwrap();
        answers.push(shell.run("nonsense").await.unwrap_err().to_string());
        answers.push(format!("{:?}", shell.mode()));
        shell.leave().await.unwrap();
        answers.push(format!("{:?}", shell.mode()));
        told.push(answers);
    }
    // what is recorded is without its secrets
    assert_ne!(told[0][1], told[1][1]);
    assert_eq!(told[0][0], told[1][0]);
    assert_eq!(told[0][2..], told[1][2..]);
}
