//! The process that is killed: this program again, doing the steps up to one and then that one.

use std::io::Write as _;
use std::process::Stdio;
use std::sync::Mutex;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{ChildStdin, Command};

use super::cell::{perform, prepare};
use super::matrix::{Ports, Step, Subject};

/// Set for the process: what it is to do.
const WORK: &str = "PEERING_TEST_FAULTS_WORK";

/// The line that says that everything before the step is done.
const READY: &str = "ready";

/// Does a step in the process that is killed, when this is one. The test that it is in must be called `in_a_process`.
pub(crate) async fn act(subjects: &[&dyn Subject]) {
    let Ok(work) = std::env::var(WORK) else { return };
    let words: Vec<&str> = work.split('/').collect();
    let [subject, main, files, step] = words[..] else { panic!("{WORK} is {work}") };
    let subject = *subjects.iter().find(|own| name(**own) == subject).unwrap();
    let ports = Ports::new(main.parse().unwrap(), files.parse().unwrap());
    let step = Step::named(step).unwrap();
    let ready = prepare(subject, ports, step).await.unwrap();
    println!("\n{READY}");
    std::io::stdout().flush().unwrap();
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    perform(subject, ports, step, ready).await.ok();
}

fn name(subject: &dyn Subject) -> String {
    format!("{} {}", subject.platform(), subject.way())
}

/// The process, from outside.
pub(crate) struct Child {
    process: Mutex<tokio::process::Child>,
    /// Stays open: at its end the process would go on by itself.
    input: ChildStdin,
}

impl Child {
    /// Starts it and waits until it is ready.
    pub(crate) async fn start(subject: &dyn Subject, ports: Ports, step: Step) -> Result<Child, String> {
        let Ports { main, files, .. } = ports;
        let work = format!("{}/{main}/{files}/{}", name(subject), step.name());
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["in_a_process", "--nocapture", "--test-threads=1"])
            .env(WORK, work)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let input = process.stdin.take().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            if line == READY {
                return Ok(Child { process: process.into(), input });
            }
        }
        Err(format!("the process ended before the step: {}", process.wait().await.unwrap()))
    }

    /// Lets it do the step.
    pub(crate) async fn go(&mut self) {
        self.input.write_all(b"go\n").await.unwrap();
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.process.lock().unwrap().try_wait().unwrap().is_some()
    }

    pub(crate) async fn kill(self) {
        self.process.into_inner().unwrap().kill().await.unwrap();
    }
}
