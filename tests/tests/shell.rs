//! The shell transport against a peer that is played here: its bytes in any pieces, its habits as bad as devices have them.
//! (A real vtysh and birdc: `shell_real.rs`.)

use std::time::Duration;

use peering_core::{ErrorKind, Result};
use peering_drivers::transport::shell::{Dialect, Mode, Shell};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

const PATIENCE: Duration = Duration::from_secs(60);

static CAREFUL: Dialect = Dialect { setup: &["terminal length 0"], columns: 80, ..Dialect::DEFAULT };
static MARKED: Dialect = Dialect { type_ahead: 1, ..CAREFUL };
static AHEAD: Dialect = Dialect { type_ahead: 8, ..CAREFUL };
const ALL: [&Dialect; 3] = [&CAREFUL, &MARKED, &AHEAD];

/// How a line comes back that was typed.
#[derive(Clone, Copy, Debug)]
enum Echo {
    Plain,
    /// As readline draws what is longer than the terminal, of 80 columns: a blank and a carriage return at its end.
    Folded,
    /// As IOS scrolls it sideways: backspaces, a dollar sign, the end.
    Scrolled,
    /// As libedit draws it again: colours, zero bytes, an erased line.
    Redrawn,
}

const ECHOES: [Echo; 4] = [Echo::Plain, Echo::Folded, Echo::Scrolled, Echo::Redrawn];

const COLUMNS: usize = 80;

impl Echo {
    fn of(self, prompt: &str, line: &str) -> String {
        let room = COLUMNS - prompt.len();
        match self {
            Echo::Folded if line.len() >= room => {
                let (first, mut rest) = line.split_at(room);
                let mut drawn = first.to_owned();
                while !rest.is_empty() {
                    let (next, behind) = rest.split_at(rest.len().min(COLUMNS));
                    drawn.push_str(" \r");
                    drawn.push_str(next);
                    rest = behind;
                }
                drawn
            }
            Echo::Scrolled if line.len() >= room => {
                let (first, rest) = line.split_at(room - 1);
                let end = &line[line.len() - rest.len().min(room - 2)..];
                let back = "\x08".repeat(room - 1);
                format!("{first}{back}${end}{}", " ".repeat(room - 2 - end.len()))
            }
            Echo::Redrawn => format!("{line}\r\x1b[?2004l\x1b[K\0\0\x1b[1m{prompt}\x1b[0m{line}"),
            _ => line.to_owned(),
        }
    }
}

/// What the peer does for a command.
#[derive(Clone, Debug)]
enum Say {
    Text(String),
    Pause(Duration),
    /// A page is full: how the pager is taken away again.
    More(&'static str),
    /// Reads a line, and goes on with the first where it is `y`, else with the second.
    Ask(&'static str, &'static str, &'static str),
    Prompt(&'static str),
    /// Reads lines up to `EOF`, and tells how many there were.
    Lines,
    Hang,
}

fn text(text: &str) -> Say {
    Say::Text(text.to_owned())
}

struct Peer {
    stream: DuplexStream,
    echo: Echo,
    piece: usize,
    prompt: &'static str,
    answer: fn(&str) -> Vec<Say>,
}

impl Peer {
    async fn send(&mut self, text: &str) {
        for piece in text.as_bytes().chunks(self.piece) {
            let _ = self.stream.write_all(piece).await;
            tokio::task::yield_now().await;
        }
    }

    /// A line as it is typed; `None` when Ctrl-C took it back.
    async fn line(&mut self) -> std::io::Result<Option<String>> {
        let mut line = String::new();
        loop {
            match self.stream.read_u8().await? {
                b'\r' => return Ok(Some(line)),
                0x03 => return Ok(None),
                0x16 => line.push(char::from(self.stream.read_u8().await?)),
                byte => line.push(char::from(byte)),
            }
        }
    }

    async fn serve(mut self) -> std::io::Result<()> {
        self.send("\r\n*** r1# is watched ***\r\nr1#\r\nr1>\r\nPassword: expired? [confirm]\r\n").await;
        loop {
            self.send(self.prompt).await;
            let Some(line) = self.line().await? else {
                self.send("^C\r\n").await;
                continue;
            };
            self.send(&format!("{}\r\n", self.echo.of(self.prompt, &line))).await;
            let script = match line.as_str() {
                line if line.is_empty() || line.starts_with('!') || line.starts_with("terminal") => {
                    Vec::new()
                }
                line => (self.answer)(line),
            };
            for say in script {
                match say {
                    Say::Text(text) => self.send(&text).await,
                    Say::Pause(time) => tokio::time::sleep(time).await,
                    Say::More(erased) => {
                        self.send(" --More-- ").await;
                        if self.stream.read_u8().await? != b' ' {
                            self.send("\r\n").await;
                            break;
                        }
                        self.send(erased).await;
                    }
                    Say::Ask(question, yes, no) => {
                        self.send(question).await;
                        let answer = self.line().await?;
                        self.send(&answer.clone().unwrap_or_default()).await;
                        self.send("\r\n").await;
                        self.send(if answer.as_deref() == Some("y") { yes } else { no }).await;
                    }
                    Say::Prompt(prompt) => self.prompt = prompt,
                    Say::Lines => {
                        self.send("Type 'EOF' on its own line to end.\r\n").await;
                        let mut lines = Vec::new();
                        while lines.last().is_none_or(|line| line != "EOF") {
                            lines.push(self.line().await?.unwrap_or_default());
                            self.send(&format!("{}\r\n", lines.last().unwrap())).await;
                        }
                        self.send(&format!("{} lines, {:?}\r\n", lines.len(), lines.first())).await;
                    }
                    Say::Hang => std::future::pending().await,
                }
            }
        }
    }
}

async fn shell(dialect: &'static Dialect, echo: Echo, piece: usize, answer: fn(&str) -> Vec<Say>) -> Shell {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(Peer { stream: far, echo, piece, prompt: "r1#", answer }.serve());
    Shell::over(near, "r1", dialect, None, PATIENCE).await.unwrap()
}

/// Every dialect with every echo, in small pieces.
async fn shells(answer: fn(&str) -> Vec<Say>) -> Vec<(String, Shell)> {
    let mut shells = Vec::new();
    for dialect in ALL {
        for echo in ECHOES {
            for piece in [1, 7, 1000] {
                let kind = format!("{} ahead, {echo:?}, pieces of {piece}", dialect.type_ahead);
                shells.push((kind, shell(dialect, echo, piece, answer).await));
            }
        }
    }
    shells
}

fn words(answers: Result<Vec<Result<String>>>) -> Vec<String> {
    answers
        .unwrap()
        .into_iter()
        .map(|answer| answer.unwrap_or_else(|error| format!("{:?}", error.kind())))
        .collect()
}

fn plain(line: &str) -> Vec<Say> {
    vec![text(&format!("{}\r\nis what was asked for\r\n", line.len()))]
}

#[tokio::test(start_paused = true)]
async fn the_echo_of_a_command_is_no_part_of_its_output() {
    for (kind, mut shell) in shells(plain).await {
        for length in [4, 60, 75, 76, 77, 78, 79, 80, 81, 120, 157, 250] {
            let command = format!("show {}", "abcdefghij klmnop ".repeat(20));
            let command = command[..length].trim_end();
            let expected = format!("{}\nis what was asked for", command.len());
            assert_eq!(shell.run(command).await.unwrap(), expected, "{kind}, {length}");
            assert_eq!(words(shell.run_all(&[command; 5]).await), [&*expected; 5], "{kind}, {length}");
        }
    }
}

fn traps(line: &str) -> Vec<Say> {
    match line {
        "show one" => vec![
            text("r1#"),
            Say::Pause(Duration::from_secs(5)),
            text("\r\nr1# \r\nr1(config)#\r\n"),
            Say::Pause(Duration::from_secs(20)),
            text("Delete? [confirm]\r\n"),
        ],
        "show two" => vec![
            text("slow "),
            Say::Pause(Duration::from_secs(9)),
            text("line\r\n"),
            Say::Pause(Duration::from_secs(9)),
            text("r1#! 12345678\r\nr1#show two\r\n"),
        ],
        "show pages" => (0..30)
            .flat_map(|page| {
                let erased = [
                    "\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08          \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08",
                    "\r          \r",
                    "\r\x1b[K",
                    "\r\n",
                    "\r",
                ][page % 4];
                [text(&format!("page {page}\r\n--More-- is not here\r\n")), Say::More(erased)]
            })
            .chain([text("the end\r\n")])
            .collect(),
        _ => vec![text("          ^\r\n% Invalid input detected at '^' marker.\r\n\r\n")],
    }
}

#[tokio::test(start_paused = true)]
async fn prompts_silences_and_pages_fool_nobody() {
    let one = "r1#\nr1# \nr1(config)#\nDelete? [confirm]";
    let two = "slow line\nr1#! 12345678\nr1#show two";
    let pages: String = (0..30).map(|page| format!("page {page}\n--More-- is not here\n")).collect();
    let pages = pages + "the end";
    let visible = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    for (kind, mut shell) in shells(traps).await {
        for _ in 0..2 {
            assert_eq!(shell.run("show one").await.unwrap(), one, "{kind}");
            assert_eq!(shell.run("show two").await.unwrap(), two, "{kind}");
            assert_eq!(visible(&shell.run("show pages").await.unwrap()), visible(&pages), "{kind}");
            let error = shell.run("show nonsense").await.unwrap_err();
            assert!(
                error.kind() == ErrorKind::Rejected && error.message().contains("% Invalid input"),
                "{kind}"
            );
        }
        for _ in 0..2 {
            let asked = ["show two", "show nonsense", "show one", "show pages", "show two"];
            let all = words(shell.run_all(&asked).await);
            assert_eq!([&*all[0], &all[1], &all[2], &all[4]], [two, "Rejected", one, two], "{kind}");
            assert_eq!(visible(&all[3]), visible(&pages), "{kind}");
        }
    }
}

/// A prompt in the midst of an answer, and a pager behind it: what proves the prompt is read by the pager.
fn snatcher(line: &str) -> Vec<Say> {
    match line {
        "show snatched" => vec![
            text("r1#"),
            Say::Pause(Duration::from_secs(5)),
            text("\r\nhalf of it\r\n"),
            Say::More("\r          \r"),
            text("the other half\r\n"),
        ],
        line => traps(line),
    }
}

#[tokio::test(start_paused = true)]
async fn half_an_answer_is_none() {
    for (kind, mut shell) in shells(snatcher).await {
        let error = shell.run("show snatched").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed, "{kind}: {error}");
    }
}

fn questions(line: &str) -> Vec<Say> {
    match line {
        "reload" => vec![Say::Ask("Proceed with reload? [confirm]", "going down\r\n", "staying\r\n")],
        "copy a b" => vec![
            Say::Ask("Destination filename [b]? ", "", ""),
            Say::Pause(Duration::from_secs(2)),
            Say::Ask("Overwrite (y/n)?  [n] ", "done\r\n", "not done\r\n"),
        ],
        "configure terminal" => vec![Say::Prompt("r1(config)#")],
        "router bgp 1" => vec![Say::Prompt("r1(config-router)#")],
        "end" => vec![Say::Prompt("r1#")],
        "wait" => vec![text("waiting\r\n"), Say::Hang],
        _ => Vec::new(),
    }
}

#[tokio::test(start_paused = true)]
async fn questions_are_answered_by_who_knows_them() {
    for (kind, mut shell) in shells(questions).await {
        let said = shell.converse("reload", &[(r"\[confirm\]", "y")]).await.unwrap();
        assert!(said.ends_with("going down"), "{kind}: {said:?}");
        let script = [(r"filename \[b\]\?\s*", "b"), (r"\(y/n\)\?\s*\[n\]\s*", "y")];
        assert!(shell.converse("copy a b", &script).await.unwrap().ends_with("done"), "{kind}");
        let error = shell.run("reload").await.unwrap_err();
        assert!(
            error.kind() == ErrorKind::Rejected && error.message().contains("[confirm]"),
            "{kind}: {error}"
        );
        assert_eq!(shell.run("nothing").await.unwrap(), "", "{kind}");

        shell.enter("configure terminal").await.unwrap();
        let printed =
            shell.configure(&["router bgp 1", "neighbor 192.0.2.1 description who? me?"]).await.unwrap();
        assert_eq!(printed, ["", ""], "{kind}");
        assert_eq!(shell.mode(), &Mode::Configuration("config-router".into()), "{kind}");
        shell.leave().await.unwrap();
        assert_eq!(shell.mode(), &Mode::Privileged, "{kind}");

        let given_up = tokio::time::timeout(Duration::from_secs(30), shell.run("wait")).await;
        assert!(given_up.is_err(), "{kind}");
        assert_eq!(shell.run("nothing").await.unwrap_err().kind(), ErrorKind::Closed, "{kind}");
    }
}

fn contexts(line: &str) -> Vec<Say> {
    match line {
        "interface one" => vec![Say::Prompt("r1(config-if)#")],
        "exit" => vec![Say::Prompt("r1(config)#")],
        "nonsense" => vec![text("% Invalid input\r\n")],
        "no user a" => vec![Say::Ask("Sure? [confirm]", "gone\r\n", "")],
        line => questions(line),
    }
}

/// Each line of configuration has its outcome and its place; where one took what was meant for another, nobody knows.
#[tokio::test(start_paused = true)]
async fn lines_of_configuration_say_where_they_stood() {
    for (kind, mut shell) in shells(contexts).await {
        shell.enter("configure terminal").await.unwrap();
        let lines = ["interface one", "shutdown", "exit", "nonsense", "interface one"];
        let outcomes = shell.configure_ahead(&lines).await.unwrap();
        let short = |(outcome, mode): &(Result<String>, Mode)| match mode {
            Mode::Configuration(mode) => (outcome.is_ok(), mode.clone()),
            _ => panic!("{kind}: {mode:?}"),
        };
        let told: Vec<_> = outcomes.iter().take(4).map(short).collect();
        let expected = [(true, "config-if"), (true, "config-if"), (true, "config"), (false, "config")];
        assert_eq!(told, expected.map(|(is_ok, mode)| (is_ok, mode.to_owned())), "{kind}");
        match shell.configure_ahead(&["no user a", "interface one"]).await {
            Ok(outcomes) => {
                assert_eq!(outcomes[0].0.as_ref().unwrap_err().kind(), ErrorKind::Rejected, "{kind}")
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Closed, "{kind}: {error}"),
        }
        shell.leave().await.unwrap();
        assert_eq!(shell.mode(), &Mode::Privileged, "{kind}");
    }
}

fn banners(line: &str) -> Vec<Say> {
    match line {
        "banner motd" => vec![Say::Lines],
        _ => vec![text("% Invalid input\r\n")],
    }
}

/// Lines that look like prompts, refusals and questions are typed as they are; none are typed where nobody asks.
#[tokio::test(start_paused = true)]
async fn lines_are_fed_where_they_are_asked_for() {
    const ASKS: &str = r"'EOF' on its own line to end\.";
    const TEXT: &str = "who?\nr1#\n% bad\n\nr1> \nEOF";
    for (kind, mut shell) in shells(banners).await {
        let said = shell.feed("banner motd", ASKS, TEXT).await.unwrap();
        assert_eq!(said, "6 lines, Some(\"who?\")", "{kind}");
        let error = shell.feed("banner moth", ASKS, TEXT).await.unwrap_err();
        assert!(error.message().contains("Invalid input"), "{kind}: {error}");
        assert_eq!(shell.feed("banner motd", ASKS, "EOF").await.unwrap(), "1 lines, Some(\"EOF\")", "{kind}");
    }
}

/// Bytes from a stranger, in any pieces.
fn noise() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let words = prop::sample::select(vec![
        "r1#",
        "r1>",
        "r1(config)#",
        "\r\n",
        "\n",
        "\r",
        "--More--",
        " ",
        "! ",
        "% Invalid",
        "[confirm]",
        "Password: ",
        "\x08",
        "\0",
        "\x1b[K",
        "\x1b[2J",
        "\x1b[999C",
        "\x1b[",
        "?",
        "show x",
    ]);
    let word = prop_oneof![4 => words.prop_map(|word| word.as_bytes().to_vec()), 1 => prop::collection::vec(any::<u8>(), 1..9)];
    prop::collection::vec(word, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever comes: an answer or an error, and never an answer that another command's bytes are in.
    #[test]
    fn noise_is_survived(first in noise(), second in noise(), kind in 0..3usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async move {
            let (near, mut far) = tokio::io::duplex(1 << 12);
            tokio::spawn(async move {
                for piece in first.iter().chain([&b"\r\nr1#"[..].to_vec()]) {
                    let _ = far.write_all(piece).await;
                    tokio::time::sleep(Duration::from_millis(300)).await;
                }
                // an honest peer with noise in its answers from here on
                let mut peer = Peer { stream: far, echo: Echo::Plain, piece: 3, prompt: "r1#", answer: plain };
                while let Ok(line) = peer.line().await {
                    let line = line.unwrap_or_default();
                    peer.send(&format!("{line}\r\n")).await;
                    if let Some(name) = line.strip_prefix("show ") {
                        for piece in &second {
                            let _ = peer.stream.write_all(piece).await;
                        }
                        peer.send(&format!("\r\nabout {name}\r\n")).await;
                    }
                    peer.send("r1#").await;
                }
            });
            let connected = Shell::over(near, "r1", ALL[kind], None, PATIENCE).await;
            let Ok(mut shell) = connected else { return Ok(()) };
            for name in ["alpha", "beta", "gamma"] {
                let answer = tokio::time::timeout(PATIENCE, shell.run(&format!("show {name}"))).await;
                match answer {
                    Ok(Ok(answer)) => {
                        // (the end of an escape sequence that noise began is no text)
                        prop_assert!(answer.contains(&name[1..]), "{answer:?}");
                        let others = ["alpha", "beta", "gamma"].iter().filter(|other| **other != name);
                        prop_assert!(others.copied().all(|other| !answer.contains(&other[1..])), "{answer:?}");
                    }
                    Ok(Err(error)) => prop_assert!(matches!(error.kind(), ErrorKind::Rejected | ErrorKind::Closed)),
                    Err(_) => {
                        prop_assert!(shell.is_closed());
                        break;
                    }
                }
            }
            Ok(())
        })?;
    }
}
