//! Any bytes from a command line: as its banner, and as what each command prints.
//!
//! The peer echoes what is typed and prints its prompt, and whatever stands in the input in between; or from the first
//! command on it prints that alone. Time is paused. Nothing panics or hangs; an answer is the whole of what its command
//! printed and holds nothing of another's; and without the echo of what was typed there is no answer at all, whatever else
//! comes.
//!
//! The first byte says which dialect, how large the pieces are, and whether the peer falls silent. `\xff` ends what one
//! command prints, `\xfe` is a pause.

#![no_main]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use libfuzzer_sys::{Corpus, fuzz_target};
use peering_core::{ErrorKind, Result};
use peering_drivers::transport::shell::{Dialect, Shell};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{sleep, timeout};

const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(300);

static CAREFUL: Dialect = Dialect { setup: &["terminal length 0"], columns: 80, ..Dialect::DEFAULT };
static MARKED: Dialect = Dialect { type_ahead: 1, ..CAREFUL };
static AHEAD: Dialect = Dialect { type_ahead: 8, ..CAREFUL };

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((head, noise)) = data.split_first() else { return Corpus::Reject };
    let dialect = [&CAREFUL, &MARKED, &AHEAD][usize::from(*head) % 3];
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    // Nobody who writes an input foresees them.
    let names: Vec<String> = (0..5).map(|number| name(data, number)).collect();
    let (near, far) = tokio::io::duplex(1 << 12);
    let mut noise = noise.split(|byte| *byte == 0xff).map(<[u8]>::to_vec);
    let banner = noise.next().unwrap_or_default();
    let piece = 1 + usize::from(head >> 3 & 7) * 5;
    let peer = Peer { stream: far, noise: noise.collect(), piece, falls_silent: head & 0x80 != 0 };
    runtime.block_on(async {
        tokio::spawn(peer.serve(banner));
        let Ok(mut shell) = Shell::over(near, "r1", dialect, None, PATIENCE).await else { return };
        let is_silent = head & 0x80 != 0;
        talk(&mut shell, &names, is_silent).await;
    });
    Corpus::Keep
});

fn name(data: &[u8], number: u8) -> String {
    let mut hasher = DefaultHasher::new();
    (data, number).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Commands one by one, some at once, lines of configuration; up to where nobody answers any more.
async fn talk(shell: &mut Shell, names: &[String], is_silent: bool) {
    let check = |name: &String, answer: &Result<String>| {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return assert!(matches!(error.kind(), ErrorKind::Rejected | ErrorKind::Closed)),
        };
        assert!(!is_silent, "nobody has echoed, and yet there is an answer: {answer:?}");
        // The end of an escape sequence that noise began is no text.
        assert!(answer.contains(&format!("{name} is whole")), "{answer:?}");
        let mut others = names.iter().filter(|other| *other != name);
        assert!(others.all(|other| !answer.contains(other.as_str())), "{answer:?}");
    };
    let [first, second, third, fourth, fifth] = names else { return };
    let Ok(answer) = timeout(PATIENCE, shell.run(&format!("show {first}"))).await else {
        return assert!(shell.is_closed());
    };
    check(first, &answer);
    let several = [format!("show {second}"), format!("show {third}")];
    let several: Vec<&str> = several.iter().map(String::as_str).collect();
    match timeout(PATIENCE, shell.run_all(&several)).await {
        Ok(Ok(answers)) => {
            assert_eq!(answers.len(), 2);
            check(second, &answers[0]);
            check(third, &answers[1]);
        }
        Ok(Err(error)) => assert_eq!(error.kind(), ErrorKind::Closed),
        Err(_) => return assert!(shell.is_closed()),
    }
    let Ok(entered) = timeout(PATIENCE, shell.enter("configure terminal")).await else { return };
    assert!(entered.is_err() || !is_silent);
    let line = format!("show {fourth}");
    let Ok(configured) = timeout(PATIENCE, shell.configure(&[&line])).await else { return };
    match configured {
        Ok(printed) => check(fourth, &Ok(printed.concat())),
        Err((number, error)) => {
            assert_eq!(number, 0);
            check(fourth, &Err(error));
        }
    }
    let Ok(left) = timeout(PATIENCE, shell.leave()).await else { return };
    if let Ok(answer) = timeout(PATIENCE, shell.run(&format!("show {fifth}"))).await {
        assert!(left.is_ok() || answer.is_err() || !is_silent);
        check(fifth, &answer);
    }
}

struct Peer {
    stream: DuplexStream,
    /// What is printed for each command.
    noise: Vec<Vec<u8>>,
    piece: usize,
    falls_silent: bool,
}

impl Peer {
    async fn print(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|byte| *byte == 0xfe) {
            let text = part.strip_suffix(&[0xfe]).unwrap_or(part);
            for piece in text.chunks(self.piece) {
                let _ = self.stream.write_all(piece).await;
                tokio::task::yield_now().await;
            }
            if text.len() < part.len() {
                sleep(PAUSE).await;
            }
        }
    }

    /// A line as it is typed; empty when Ctrl-C took it back.
    async fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        loop {
            match self.stream.read_u8().await? {
                b'\r' => return Ok(line),
                0x03 => return Ok(String::new()),
                0x16 => line.push(char::from(self.stream.read_u8().await?)),
                byte => line.push(char::from(byte)),
            }
        }
    }

    async fn serve(mut self, banner: Vec<u8>) -> std::io::Result<()> {
        self.print(&banner).await;
        let mut prompt = "r1#";
        self.print(format!("\r\n{prompt}").as_bytes()).await;
        let mut noise = std::mem::take(&mut self.noise).into_iter();
        let mut is_silent = false;
        loop {
            let line = self.line().await?;
            // a key for a pager that does not wait stands before what is typed next
            let command = line.trim_start_matches(' ');
            let name = command.strip_prefix("show ");
            is_silent |= self.falls_silent && name.is_some();
            if is_silent {
                self.print(&noise.next().unwrap_or_default()).await;
                continue;
            }
            self.print(format!("{line}\r\n").as_bytes()).await;
            match command {
                "configure terminal" => prompt = "r1(config)#",
                "end" => prompt = "r1#",
                _ => {}
            }
            if let Some(name) = name {
                self.print(&noise.next().unwrap_or_default()).await;
                self.print(format!("\r\nabout {name} is whole\r\n").as_bytes()).await;
            }
            self.print(prompt.as_bytes()).await;
        }
    }
}
