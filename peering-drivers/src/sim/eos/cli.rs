//! A command line: where it stands, and what each command answers.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::Device;
use super::apply;
use super::exec;
use crate::sim::fabric::World;
use crate::sim::lines::{Cursor, Refusal};
use crate::sim::shell::Screen;

/// In which form an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Text,
}

/// What a command answers: not every command has both forms.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answer {
    pub(crate) json: Option<Value>,
    pub(crate) text: Option<String>,
}

impl Answer {
    /// Nothing to say.
    pub(crate) fn none() -> Answer {
        Answer { json: Some(json!({})), text: Some(String::new()) }
    }

    /// Words for people, which eAPI wraps.
    pub(crate) fn message(text: impl Into<String>) -> Answer {
        let text = text.into();
        Answer { json: Some(json!({ "messages": [text] })), text: Some(text + "\n") }
    }

    /// Only text: EOS calls such a command unconverted.
    pub(crate) fn text(text: impl Into<String>) -> Answer {
        Answer { json: None, text: Some(text.into()) }
    }

    /// Only data; the simulator has no text for it.
    pub(crate) fn data(json: Value) -> Answer {
        Answer { json: Some(json), text: None }
    }

    /// Both.
    pub(crate) fn both(json: Value, text: impl Into<String>) -> Answer {
        Answer { json: Some(json), text: Some(text.into()) }
    }
}

/// Why a command failed, with eAPI's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: i64,
    pub(crate) errors: Vec<String>,
}

impl Failure {
    /// There is no such command.
    pub(crate) fn invalid(words: impl Into<String>) -> Failure {
        Failure { code: 1002, errors: vec![words.into()] }
    }

    /// It could not be done.
    pub(crate) fn refused(words: impl Into<String>) -> Failure {
        Failure { code: 1000, errors: vec![words.into()] }
    }

    /// This account may not.
    pub(crate) fn denied(words: impl Into<String>) -> Failure {
        Failure { code: 1005, errors: vec![words.into()] }
    }

    /// There is no JSON of this.
    pub(crate) fn unconverted() -> Failure {
        let words = "Command cannot be used over the API at this time. To see ascii output, set format='text' in \
                     your request";
        Failure { code: 1003, errors: vec![words.to_owned()] }
    }

    /// The simulator has only JSON of this.
    pub(crate) fn no_text() -> Failure {
        Failure::refused("the simulator has no text of this command")
    }

    /// As the command line prints it.
    pub(crate) fn print(&self) -> String {
        if self.code == 1003 {
            let words = "This is an unconverted command";
            return format!("% {words}\n{:#}\n", json!({ "errors": [words] }));
        }
        self.errors.iter().map(|words| format!("% {words}\n")).collect()
    }

    /// What eAPI calls the code.
    pub(crate) const fn reason(&self) -> &'static str {
        match self.code {
            1002 => "invalid command",
            1003 => "unconverted command",
            1004 => "incompatible command",
            1005 => "permission to run command denied",
            _ => "could not run command",
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Refused(words) => Failure::refused(words),
            other => Failure::invalid(apply::words(&other)),
        }
    }
}

/// Where a command line stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Exec,
    /// `configure terminal`: the running configuration itself.
    Terminal(Cursor),
    /// A configuration session.
    Session(String, Cursor),
}

impl Place {
    /// Whether it is one of configuration.
    pub(crate) fn is_configuration(&self) -> bool {
        *self != Place::Exec
    }

    /// What stands in the prompt's parentheses; so much is shown of a session's name.
    pub(crate) fn prompt(&self, device: &Device, longest: usize) -> Option<String> {
        let (head, cursor, tree) = match self {
            Place::Exec => return None,
            Place::Terminal(cursor) => ("config".to_owned(), cursor, Some(&device.running)),
            Place::Session(name, cursor) => {
                let short: String = name.chars().take(longest).collect();
                let tree = device.store.sessions.get(name).map(|session| &session.tree);
                (format!("config-s-{short}"), cursor, tree)
            }
        };
        let section = tree.and_then(|tree| cursor.section(tree)).filter(|_| cursor.is_inside());
        let tail = section.and_then(|section| Some(section.mode?.prompt(&section.line))).unwrap_or_default();
        Some(head + &tail)
    }
}

/// Where somebody sits before the router: as long as one request of eAPI, or as a session of a terminal.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) router: usize,
    pub(crate) user: String,
    pub(crate) is_enabled: bool,
    /// Words may be shortened.
    pub(crate) is_loose: bool,
    pub(crate) place: Place,
    /// `cli vrf`, where it is not the main table.
    pub(crate) vrf: Option<String>,
    pub(crate) screen: Screen,
}

impl Seat {
    pub(crate) fn new(router: usize, user: &str) -> Seat {
        Seat {
            router,
            user: user.to_owned(),
            is_enabled: false,
            is_loose: false,
            place: Place::Exec,
            vrf: None,
            screen: Screen { length: 0, width: 0 },
        }
    }
}

/// The command line while it executes.
#[derive(Debug)]
pub(crate) struct Cli<'w> {
    pub(crate) world: &'w mut World,
    pub(crate) seat: Seat,
    /// What `enable` asks for.
    pub(crate) enable_secret: Option<String>,
    pub(crate) now: Instant,
    /// The running configuration was changed, and what it means was not read again yet.
    is_stale: bool,
}

impl<'w> Cli<'w> {
    pub(crate) fn new(world: &'w mut World, router: usize, user: &str, secret: Option<String>) -> Cli<'w> {
        Cli::seated(world, Seat::new(router, user), secret)
    }

    /// One of somebody who has been here before.
    pub(crate) fn seated(world: &'w mut World, seat: Seat, secret: Option<String>) -> Cli<'w> {
        Cli { world, seat, enable_secret: secret, now: Instant::now(), is_stale: false }
    }

    pub(crate) fn device(&self) -> Result<&Device, Failure> {
        self.world.router(self.seat.router).ok_or_else(|| Failure::refused("no such router"))
    }

    pub(crate) fn device_mut(&mut self) -> Result<&mut Device, Failure> {
        self.world.router_mut(self.seat.router).ok_or_else(|| Failure::refused("no such router"))
    }

    /// Reads what the running configuration means, when it was changed, and brings the LAN up to the present.
    pub(crate) fn refresh(&mut self) {
        let now = Instant::now();
        if !std::mem::take(&mut self.is_stale) {
            return self.world.refresh(now);
        }
        if let Ok(device) = self.device_mut() {
            let tree = std::mem::take(&mut device.running);
            device.install(tree);
        }
        self.world.settle(now);
    }

    /// Executes a command, with what is typed after it.
    pub(crate) fn run(&mut self, command: &str, input: Option<&str>) -> Result<Answer, Failure> {
        let line = command.trim();
        let mut words = line.split_whitespace();
        if self.seat.place != Place::Exec {
            match (words.next(), words.next()) {
                (Some("end"), None) => {
                    self.seat.place = Place::Exec;
                    return Ok(Answer::none());
                }
                (Some("exit"), None) => {
                    self.exit();
                    return Ok(Answer::none());
                }
                _ => {}
            }
            match self.configure(line, input) {
                Ok(()) => return Ok(Answer::none()),
                // What is no configuration may be a command of the mode outside.
                Err(refusal @ Refusal::Refused(_)) => return Err(refusal.into()),
                Err(refusal) => {
                    let start = line.split_whitespace().next().unwrap_or_default();
                    if !exec::is_command(start) {
                        return Err(refusal.into());
                    }
                }
            }
        } else if line.is_empty() || line.starts_with('!') {
            return Ok(Answer::none());
        }
        self.refresh();
        let answer = exec::run(self, line, input);
        // A commit, a copy, a `clear` changes what the next command sees.
        if !exec::only_looks(line) {
            self.world.settle(Instant::now());
        }
        answer
    }

    fn exit(&mut self) {
        let is_inside = match &mut self.seat.place {
            Place::Exec => false,
            Place::Terminal(cursor) | Place::Session(_, cursor) => cursor.exit(),
        };
        if !is_inside {
            self.seat.place = Place::Exec;
        }
    }

    fn configure(&mut self, line: &str, input: Option<&str>) -> Result<(), Refusal> {
        let mut place = std::mem::replace(&mut self.seat.place, Place::Exec);
        let gone = |_| Refusal::Refused("no such router".to_owned());
        let result = match &mut place {
            Place::Exec => Ok(()),
            Place::Terminal(cursor) => {
                self.is_stale = true;
                self.device_mut()
                    .map_err(gone)
                    .and_then(|device| cursor.execute(&mut device.running, line, input))
            }
            Place::Session(name, cursor) => self.device_mut().map_err(gone).and_then(|device| {
                let session = device.pending(name).map_err(Refusal::Refused)?;
                if line.split_whitespace().eq(["rollback", "clean-config"]) {
                    *cursor = Cursor::default();
                    let clean = Device::clean(&device.chassis.ports);
                    device.pending(name).map_err(Refusal::Refused)?.tree = clean;
                    return Ok(());
                }
                cursor.execute(&mut session.tree, line, input)
            }),
        };
        self.seat.place = place;
        result
    }
}
