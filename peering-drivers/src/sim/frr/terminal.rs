//! The interactive side: a terminal with echo and line editing, in front of vtysh or of a minimal login shell.

use super::Device;
use super::exec::{Vtysh, shell};
use crate::sim::fabric::World;

const CONTROL_C: char = '\u{3}';
const CONTROL_D: char = '\u{4}';
const CONTROL_U: char = '\u{15}';
const CONTROL_Z: char = '\u{1a}';
const BELL: char = '\u{7}';
const BACKSPACE: [char; 2] = ['\u{8}', '\u{7f}'];

/// Who reads the lines.
#[derive(Debug)]
enum Reader {
    /// vtysh; under a shell when `exit` leads back there.
    Vtysh {
        vtysh: Vtysh,
        is_under_shell: bool,
    },
    Shell,
}

/// One terminal.
#[derive(Debug)]
pub(crate) struct Terminal {
    router: usize,
    user: String,
    reader: Reader,
    line: String,
    /// What came in behind a line, not yet read.
    waiting: Vec<u8>,
    /// A carriage return was the end of a line; the line feed behind it is none.
    has_return: bool,
    /// Whether the session has ended.
    pub(crate) is_over: bool,
}

impl Terminal {
    /// A terminal on a router, with its greeting.
    pub(crate) fn open(world: &World, router: usize, user: &str, is_vtysh: bool) -> (Terminal, String) {
        let reader = match is_vtysh {
            true => Reader::Vtysh { vtysh: Vtysh::new(), is_under_shell: false },
            false => Reader::Shell,
        };
        let terminal = Terminal {
            router,
            user: user.to_owned(),
            reader,
            line: String::new(),
            waiting: Vec::new(),
            has_return: false,
            is_over: false,
        };
        let greeting = if is_vtysh { banner() } else { String::new() };
        let prompt = terminal.prompt(world);
        (terminal, greeting + &prompt)
    }

    fn prompt(&self, world: &World) -> String {
        let device = world.router::<Device>(self.router);
        match &self.reader {
            Reader::Vtysh { vtysh, .. } => {
                let name = device.map_or("", |device| device.config.hostname.as_str());
                format!("{name}{} ", vtysh.prompt())
            }
            Reader::Shell => {
                format!("{}@{}:~$ ", self.user, device.map_or("", |device| device.chassis.name.as_str()))
            }
        }
    }

    /// Takes in what was typed.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// Reads up to the end of a line: the echo, and the line when there is one. `None`: all is read.
    pub(crate) fn next_line(&mut self, world: &World) -> (String, Option<String>) {
        let mut echo = String::new();
        let text = String::from_utf8_lossy(&self.waiting).into_owned();
        let mut rest = text.chars();
        for typed in rest.by_ref() {
            let was_return = std::mem::replace(&mut self.has_return, typed == '\r');
            match typed {
                '\n' if was_return => {}
                '\r' | '\n' => {
                    echo.push_str("\r\n");
                    self.waiting = rest.as_str().as_bytes().to_vec();
                    return (echo, Some(std::mem::take(&mut self.line)));
                }
                CONTROL_C | CONTROL_Z => {
                    if let Reader::Vtysh { vtysh, .. } = &mut self.reader {
                        vtysh.leave();
                    }
                    self.line.clear();
                    echo.push_str(if typed == CONTROL_C { "^C\r\n" } else { "\r\n" });
                    echo.push_str(&self.prompt(world));
                }
                CONTROL_D if self.line.is_empty() => self.is_over = true,
                CONTROL_U => {
                    self.line.clear();
                    echo.push('\r');
                    echo.push_str(&self.prompt(world));
                    echo.push_str("\u{1b}[K");
                }
                typed if BACKSPACE.contains(&typed) => match self.line.pop() {
                    Some(_) => echo.push_str("\u{8} \u{8}"),
                    None => echo.push(BELL),
                },
                typed if typed.is_control() && typed != '\t' => {}
                typed => {
                    self.line.push(typed);
                    echo.push(typed);
                }
            }
        }
        self.waiting.clear();
        (echo, None)
    }

    /// Executes a line: what it prints, and the next prompt.
    pub(crate) fn execute(&mut self, world: &mut World, line: &str) -> String {
        let mut out = match &mut self.reader {
            Reader::Vtysh { vtysh, is_under_shell } => {
                let reply = vtysh.line(world, self.router, line);
                let is_back = vtysh.is_over && *is_under_shell;
                self.is_over = vtysh.is_over && !*is_under_shell;
                if is_back {
                    self.reader = Reader::Shell;
                }
                reply.text
            }
            Reader::Shell => match line.trim() {
                "vtysh" => {
                    self.reader = Reader::Vtysh { vtysh: Vtysh::new(), is_under_shell: true };
                    banner().replace("\r\n", "\n")
                }
                "exit" | "logout" => {
                    self.is_over = true;
                    "logout\n".to_owned()
                }
                line => {
                    let reply = shell(world, self.router, &self.user, line);
                    reply.text + &reply.error
                }
            },
        };
        out = out.replace('\n', "\r\n");
        if !self.is_over {
            out.push_str(&self.prompt(world));
        }
        out
    }
}

fn banner() -> String {
    format!(
        "\r\nHello, this is FRRouting (version {}).\r\nCopyright 1996-2005 Kunihiro Ishiguro, et al.\r\n\r\n",
        super::config::VERSION
    )
}
