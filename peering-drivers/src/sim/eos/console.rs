//! The command line over SSH.

use std::sync::Arc;

use tokio::time::Instant;

use super::Device;
use super::cli::{Cli, Failure, Seat};
use crate::sim::fabric::{Shared, World};
use crate::sim::shell::{Console, Pager, Reads, Screen, Turn, Wrap};
use crate::sim::ssh::Size;

/// What asks for lines of input, as EOS says it.
const ASKS: &str = "Enter TEXT message. Type 'EOF' on its own line to end.\n";

/// How often a wrong password is asked again.
const TRIES: usize = 3;

/// The longest part of a session's name in the prompt, in characters.
const NAME: usize = 6;

/// One session.
pub(crate) struct Terminal {
    shared: Arc<Shared>,
    seat: Seat,
    enable_secret: Option<String>,
}

impl Terminal {
    pub(crate) fn new(
        shared: Arc<Shared>,
        router: usize,
        user: &str,
        enable_secret: Option<String>,
        size: Option<Size>,
    ) -> Terminal {
        let number = |number: u32| usize::try_from(number).unwrap_or_default();
        let (length, width) = size.map_or((0, 0), |size| (number(size.rows), number(size.columns)));
        let seat = Seat { is_loose: true, screen: Screen { length, width }, ..Seat::new(router, user) };
        Terminal { shared, seat, enable_secret }
    }

    fn device<'w>(&self, world: &'w World) -> Option<&'w Device> {
        world.router(self.seat.router)
    }

    /// Executes a command, with what was typed after it.
    fn execute(&mut self, world: &mut World, line: &str, input: Option<&str>) -> Turn<Terminal> {
        let now = Instant::now();
        if let Some(device) = world.router_mut::<Device>(self.seat.router) {
            device.expire(now);
        }
        let before = self.device(world).and_then(Device::due);
        let mut cli = Cli::seated(world, self.seat.clone(), self.enable_secret.clone());
        let answer = cli.run(line, input);
        cli.refresh();
        self.seat = cli.seat;
        let after = self.device(world).and_then(Device::due);
        if let Some(deadline) = after.filter(|_| after != before) {
            Device::wake_at(&self.shared, self.seat.router, deadline);
        }
        match answer.and_then(|answer| answer.text.ok_or_else(Failure::no_text)) {
            Ok(text) => Turn::say(text),
            Err(failure) => Turn::say(failure.print()),
        }
    }

    fn enable(line: String, tries: usize) -> Turn<Terminal> {
        Turn::ask("Password: ", Reads::Hidden, move |terminal: &mut Terminal, world, password| {
            let Some(password) = password else { return Turn::silent() };
            let turn = terminal.execute(world, &line, Some(password));
            match (terminal.seat.is_enabled, tries > 1) {
                (false, true) => Terminal::enable(line, tries - 1),
                _ => turn,
            }
        })
    }

    /// The lines of a banner or a comment, up to `EOF`.
    fn lines(command: String, so_far: String) -> Turn<Terminal> {
        Turn::ask("", Reads::Line, move |terminal: &mut Terminal, world, line| {
            let Some(line) = line else { return Turn::silent() };
            if line.trim() == "EOF" {
                return terminal.execute(world, &command, Some(&so_far));
            }
            Terminal::lines(command, format!("{so_far}{line}\n"))
        })
    }
}

impl Console for Terminal {
    const PAGER: Pager = Pager { text: "--More--", erase: "\r        \r" };
    const WRAP: Wrap = Wrap::Off;

    fn banner(&self, world: &World) -> String {
        let lines = self.device(world).map(|device| device.running.children.as_slice()).unwrap_or_default();
        let banner = lines.iter().find_map(|node| node.line.strip_prefix("banner motd\n"));
        banner.map(|text| text.trim_end_matches("EOF").to_owned()).unwrap_or_default()
    }

    fn prompt(&self, world: &World) -> String {
        let device = self.device(world);
        let name = device.map_or("localhost", |device| device.view.hostname.as_str());
        let vrf = self.seat.vrf.as_ref().map(|vrf| format!("(vrf:{vrf})")).unwrap_or_default();
        let mode = device.and_then(|device| self.seat.place.prompt(device, NAME));
        let mode = mode.map(|mode| format!("({mode})")).unwrap_or_default();
        let end = if self.seat.is_enabled { '#' } else { '>' };
        format!("{name}{vrf}{mode}{end}")
    }

    fn screen(&self) -> Screen {
        self.seat.screen
    }

    fn line(&mut self, world: &mut World, line: &str) -> Turn<Terminal> {
        let line = line.trim();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["exit" | "logout" | "quit"] if !self.seat.place.is_configuration() => Turn::end(""),
            ["en" | "ena" | "enab" | "enabl" | "enable", ..]
                if self.enable_secret.is_some() && !self.seat.is_enabled =>
            {
                Terminal::enable(line.to_owned(), TRIES)
            }
            ["comment"] | ["banner", "login" | "motd"] if self.seat.place.is_configuration() => {
                Terminal::lines(line.to_owned(), String::new()).after(ASKS)
            }
            _ => self.execute(world, line, None),
        }
    }

    fn help(&self, _world: &World, _line: &str) -> Option<String> {
        Some("% Unrecognized command\n".to_owned())
    }
}
