//! Where somebody sits before the router: in which mode, with which settings of the terminal.

use std::time::Duration;

use serde_json::{Value, json};

use super::apply::{self, words};
use super::modes::Mode;
use super::{Device, exec};
use crate::sim::fabric::World;
use crate::sim::lines::{Cursor, Refusal};

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

    /// Only text: NX-API has no structure for such a command.
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

    /// Words of a command that does something: no structure, and none is missed.
    pub(crate) fn message(text: impl Into<String>) -> Answer {
        Answer { json: Some(Value::Null), text: Some(text.into()) }
    }
}

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// NX-API's code.
    pub(crate) code: i64,
    /// The router's words, with their line ends.
    pub(crate) words: String,
    /// Where the marker points, for what is no command.
    pub(crate) at: Option<usize>,
}

impl Failure {
    /// It could not be done.
    pub(crate) fn refused(words: impl Into<String>) -> Failure {
        let words: String = words.into();
        Failure { code: -32602, words: words.trim_end_matches('\n').to_owned() + "\n", at: None }
    }

    /// There is no such command.
    pub(crate) fn invalid(at: usize) -> Failure {
        Failure { at: Some(at), ..Failure::refused("% Invalid command at '^' marker.") }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let at = match &refusal {
            Refusal::Invalid(at, _) | Refusal::Incomplete(at, _) => Some(*at),
            Refusal::Refused(_) => None,
        };
        Failure { at, ..Failure::refused(words(&refusal)) }
    }
}

/// Somebody's session: one of a terminal, or as long as one request of NX-API.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) router: usize,
    pub(crate) user: String,
    /// Where in the configuration mode; `None` outside.
    pub(crate) place: Option<Cursor>,
    /// NX-API takes a line of configuration anywhere, and asks nothing.
    pub(crate) is_api: bool,
    /// `terminal dont-ask`.
    pub(crate) is_silent: bool,
    /// Rows and columns of the terminal, 0 for no end.
    pub(crate) length: usize,
    pub(crate) width: usize,
    /// How long the last command is at work before it answers.
    pub(crate) busy: Duration,
}

impl Seat {
    /// Before NX-API.
    pub(crate) fn api(router: usize, user: &str) -> Seat {
        Seat {
            router,
            user: user.to_owned(),
            place: None,
            is_api: true,
            is_silent: false,
            length: 0,
            width: 0,
            busy: Duration::ZERO,
        }
    }

    pub(crate) fn device<'w>(&self, world: &'w World) -> Result<&'w Device, Failure> {
        world.router(self.router).ok_or_else(|| Failure::refused("no such router"))
    }

    pub(crate) fn device_mut<'w>(&self, world: &'w mut World) -> Result<&'w mut Device, Failure> {
        world.router_mut(self.router).ok_or_else(|| Failure::refused("no such router"))
    }

    /// Executes a line, of which several may stand behind one another with `;`.
    pub(crate) fn run(&mut self, world: &mut World, line: &str) -> Result<Answer, Failure> {
        let mut last = Answer::none();
        let mut text = String::new();
        for part in line.split(" ;") {
            last = self.one(world, part.trim())?;
            text.push_str(last.text.as_deref().unwrap_or_default());
        }
        last.text = last.text.map(|_| text);
        Ok(last)
    }

    fn one(&mut self, world: &mut World, line: &str) -> Result<Answer, Failure> {
        if line.is_empty() || line.starts_with('!') {
            return Ok(Answer::none());
        }
        if self.place.is_some() {
            match line {
                "end" => {
                    self.place = None;
                    return Ok(Answer::none());
                }
                "exit" => {
                    self.place = self.place.take().filter(Cursor::is_inside).map(|mut cursor| {
                        cursor.exit();
                        cursor
                    });
                    return Ok(Answer::none());
                }
                _ => {}
            }
            // What is no configuration may be a command of the mode outside.
            return match self.configure(world, line) {
                Err(failure) if failure.at.is_some() && exec::is_command(line) => {
                    exec::run(self, world, line)
                }
                other => other,
            };
        }
        match exec::run(self, world, line) {
            Err(failure) if self.is_api && failure.at.is_some() && !exec::is_command(line) => {
                self.place = Some(Cursor::default());
                let result = self.configure(world, line);
                if result.is_err() {
                    self.place = None;
                }
                result
            }
            other => other,
        }
    }

    fn configure(&mut self, world: &mut World, line: &str) -> Result<Answer, Failure> {
        let mut cursor = self.place.take().unwrap_or_default();
        let result = self.device_mut(world).and_then(|device| {
            let mut tree = std::mem::take(&mut device.running);
            let result = apply::execute(&mut cursor, &mut tree, line);
            device.install(tree);
            result.map_err(Failure::from)
        });
        self.place = Some(cursor);
        world.settle(tokio::time::Instant::now());
        result.map(|()| Answer { json: Some(Value::Null), text: Some(String::new()) })
    }

    /// The mode of the configuration that the line is typed in.
    pub(crate) fn mode(&self, world: &World) -> Option<Mode> {
        let cursor = self.place.as_ref()?;
        let tree = &self.device(world).ok()?.running;
        Some(cursor.section(tree).and_then(|node| node.mode).unwrap_or(Mode::Global))
    }
}
