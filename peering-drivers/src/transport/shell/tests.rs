//! The shell against a small device that is played here.

use std::time::Duration;

use peering_core::ErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::{Dialect, Elevation, Mode, Shell};

const PATIENCE: Duration = Duration::from_secs(30);

static CAREFUL: Dialect = Dialect {
    setup: &["terminal length 0"],
    elevation: Some(Elevation { command: "enable", question: "Password: " }),
    ..Dialect::DEFAULT
};

static AHEAD: Dialect = Dialect { type_ahead: 8, ..CAREFUL };

/// Reads lines as they are typed; answers as a small router does, echo included.
struct Device {
    stream: DuplexStream,
    prompt: &'static str,
    /// Eats what is typed while a command runs.
    is_deaf: bool,
}

impl Device {
    fn start(dialect: &'static Dialect, is_deaf: bool) -> impl Future<Output = peering_core::Result<Shell>> {
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(Device { stream: far, prompt: "r1>", is_deaf }.serve());
        async move { Shell::over(near, "r1", dialect, Some(&"secret".into()), PATIENCE).await }
    }

    async fn say(&mut self, text: &str) {
        // in pieces, as a network does it
        for piece in text.as_bytes().chunks(7) {
            let _ = self.stream.write_all(piece).await;
            tokio::task::yield_now().await;
        }
    }

    async fn line(&mut self, is_hidden: bool) -> Option<String> {
        let mut line = String::new();
        loop {
            let byte = self.stream.read_u8().await.ok()?;
            match byte {
                b'\r' => {
                    self.say("\r\n").await;
                    return Some(line);
                }
                0x03 => {
                    self.say("^C\r\n").await;
                    return Some(String::new());
                }
                0x16 => {}
                _ => {
                    line.push(char::from(byte));
                    if !is_hidden {
                        self.say(&char::from(byte).to_string()).await;
                    }
                }
            }
        }
    }

    async fn serve(mut self) {
        self.say("\r\nWelcome to r1#\r\nr1# is watched\r\n").await;
        loop {
            self.say(self.prompt).await;
            let Some(line) = self.line(false).await else { return };
            match line.as_str() {
                "enable" => {
                    self.say("Password: ").await;
                    match self.line(true).await.as_deref() {
                        Some("secret") => self.prompt = "r1#",
                        _ => self.say("% Access denied\r\n").await,
                    }
                }
                "configure terminal" => self.prompt = "r1(config)#",
                "end" => self.prompt = "r1#",
                "show trap" => {
                    self.say("r1#\r\nr1#").await;
                    tokio::time::sleep(Duration::from_secs(3)).await;
                    self.say("\r\nreally\r\n").await;
                }
                "show pages" => {
                    self.say("one\r\n --More-- ").await;
                    let key = self.stream.read_u8().await;
                    self.say("\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08          \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08").await;
                    if key.is_ok_and(|key| key == b' ') {
                        self.say("two\r\n").await;
                    }
                }
                "write erase" => {
                    self.say("Erase? [confirm]").await;
                    let answer = self.line(false).await;
                    self.say(if answer.as_deref() == Some("y") { "gone\r\n" } else { "kept\r\n" }).await;
                }
                line if line.starts_with("show ") => {
                    if self.is_deaf {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        let mut lost = [0; 256];
                        let _ = tokio::time::timeout(Duration::from_millis(10), self.stream.read(&mut lost))
                            .await;
                    }
                    self.say(&format!("about {}\r\n", &line[5..])).await;
                }
                line if line.starts_with('!') || line.starts_with("terminal") || line.is_empty() => {}
                _ => self.say("      ^\r\n% Invalid input\r\n").await,
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn finds_the_prompt_behind_a_banner_and_becomes_privileged() {
    for dialect in [&CAREFUL, &AHEAD] {
        let mut shell = Device::start(dialect, false).await.unwrap();
        assert_eq!((shell.prompt(), shell.mode()), ("r1#", &Mode::Privileged));
        assert_eq!(shell.run("show version").await.unwrap(), "about version");
        let error = shell.run("nonsense").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(error.message().contains("Invalid input"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn output_that_looks_like_a_prompt_fools_nobody() {
    for dialect in [&CAREFUL, &AHEAD] {
        let mut shell = Device::start(dialect, false).await.unwrap();
        assert_eq!(shell.run("show trap").await.unwrap(), "r1#\nr1#\nreally");
        let all = shell.run_all(&["show trap", "show a?b"]).await.unwrap();
        let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
        assert_eq!(all, ["r1#\nr1#\nreally", "about a?b"]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_gets_lost_or_meets_a_pager_is_asked_again() {
    let mut shell = Device::start(&AHEAD, true).await.unwrap();
    let commands = ["show a", "show b", "show c"];
    let all = shell.run_all(&commands).await.unwrap();
    let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
    assert_eq!(all, ["about a", "about b", "about c"]);

    let mut shell = Device::start(&AHEAD, false).await.unwrap();
    let all = shell.run_all(&["show a", "show pages", "show c"]).await.unwrap();
    let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
    assert_eq!(all, ["about a", "one\ntwo", "about c"]);
}

#[tokio::test(start_paused = true)]
async fn questions_are_answered_or_cancelled() {
    let mut shell = Device::start(&CAREFUL, false).await.unwrap();
    assert!(shell.converse("write erase", &[(r"\[confirm\]", "y")]).await.unwrap().ends_with("gone"));
    let error = shell.run("write erase").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.message().contains("[confirm]"), "{error}");
    assert_eq!(shell.run("show x").await.unwrap(), "about x");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_told_and_none_leaves_the_session_as_it_is() {
    let start = |password: Option<&'static str>| async move {
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(Device { stream: far, prompt: "r1>", is_deaf: false }.serve());
        Shell::over(near, "r1", &CAREFUL, password.map(Into::into).as_ref(), PATIENCE).await
    };
    assert_eq!(start(Some("wrong")).await.unwrap_err().kind(), ErrorKind::Auth);
    assert_eq!(start(None).await.unwrap().mode(), &Mode::User);
}

#[tokio::test(start_paused = true)]
async fn modes_are_entered_and_left() {
    let mut shell = Device::start(&AHEAD, false).await.unwrap();
    shell.enter("configure terminal").await.unwrap();
    assert_eq!(shell.mode(), &Mode::Configuration("config".into()));
    let (number, error) = shell.configure(&["! fine", "nonsense"]).await.unwrap_err();
    assert_eq!((number, error.kind()), (1, ErrorKind::Rejected));
    shell.leave().await.unwrap();
    assert_eq!(shell.mode(), &Mode::Privileged);
    assert_eq!(shell.enter("show x").await.unwrap_err().kind(), ErrorKind::Rejected);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_command_closes_the_shell() {
    let mut shell = Device::start(&CAREFUL, false).await.unwrap();
    let dropped = tokio::time::timeout(Duration::from_secs(1), shell.run("show trap")).await;
    assert!(dropped.is_err());
    assert_eq!(shell.run("show x").await.unwrap_err().kind(), ErrorKind::Closed);
    assert!(shell.is_closed());
}

#[tokio::test(start_paused = true)]
async fn control_characters_are_refused() {
    let mut shell = Device::start(&CAREFUL, false).await.unwrap();
    for command in ["show a\nshow b", "show\t", "\x03"] {
        assert_eq!(shell.run(command).await.unwrap_err().kind(), ErrorKind::Options);
    }
}
