//! The command line over SSH.

use super::exec;
use super::seat::{Failure, Seat};
use super::store::on_flash;
use crate::sim::fabric::World;
use crate::sim::shell::{Console, Pager, Reads, Screen, Turn, Wrap};
use crate::sim::ssh::Size;

/// One session.
#[derive(Debug)]
pub(crate) struct Terminal(Seat);

impl Terminal {
    pub(crate) fn new(router: usize, user: &str, size: Option<Size>) -> Terminal {
        let number = |number: u32| usize::try_from(number).unwrap_or_default();
        let (length, width) = size.map_or((0, 0), |size| (number(size.rows), number(size.columns)));
        Terminal(Seat { is_api: false, length, width, ..Seat::api(router, user) })
    }

    fn execute(&mut self, world: &mut World, line: &str) -> Turn<Terminal> {
        let prompt = self.prompt(world).chars().count();
        let result = self.0.run(world, line);
        let busy = std::mem::take(&mut self.0.busy);
        let turn = match result {
            Ok(answer) => match answer.text {
                Some(text) => Turn::say(text),
                None => Turn::say(exec::no_text().words),
            },
            Err(Failure { words, at: Some(at), .. }) => {
                let words_before = line.split_whitespace().take(at).map(|word| word.len() + 1).sum::<usize>();
                Turn::say(format!("{}^\n{words}", " ".repeat(prompt + words_before)))
            }
            Err(failure) => Turn::say(failure.words),
        };
        turn.busy(busy)
    }
}

impl Console for Terminal {
    const PAGER: Pager = Pager { text: "--More--", erase: "\r        \r" };
    const WRAP: Wrap = Wrap::Off;

    fn banner(&self, _world: &World) -> String {
        "Cisco Nexus Operating System (NX-OS) Software, or so it seems: this is a simulation\n".to_owned()
    }

    fn prompt(&self, world: &World) -> String {
        let name = self.0.device(world).map(|device| device.view.hostname.clone()).unwrap_or_default();
        match self.0.mode(world) {
            Some(mode) => format!("{name}({})# ", mode.prompt()),
            None => format!("{name}# "),
        }
    }

    fn screen(&self) -> Screen {
        Screen { length: self.0.length, width: self.0.width }
    }

    fn line(&mut self, world: &mut World, line: &str) -> Turn<Terminal> {
        let line = line.trim().to_owned();
        if self.0.place.is_none() && matches!(line.as_str(), "exit" | "logout" | "quit") {
            return Turn::end("");
        }
        let Some(question) = exec::question(&self.0, world, &line) else { return self.execute(world, &line) };
        let is_yes_by_itself = question.ends_with("[y] ");
        Turn::ask(question, Reads::Line, move |terminal: &mut Terminal, world, answer| {
            match answer.map(str::trim) {
                Some(answer) if answer.starts_with('y') || (answer.is_empty() && is_yes_by_itself) => {
                    terminal.execute(world, &line)
                }
                _ => Turn::silent(),
            }
        })
    }

    fn command(&mut self, world: &mut World, command: &str) -> Turn<Terminal> {
        self.0.is_silent = true;
        self.execute(world, command)
    }

    fn copies(&self, world: &World) -> (bool, bool) {
        self.0.device(world).map_or((false, false), |device| device.view.copies)
    }

    fn write_file(&mut self, world: &mut World, path: &str, bytes: Vec<u8>) -> Result<(), String> {
        let path = on_flash(path).ok_or_else(|| format!("{path}: No such file or directory"))?;
        let device = self.0.device_mut(world).map_err(|failure| failure.words)?;
        device.store.files.insert(path, bytes);
        Ok(())
    }

    fn read_file(&self, world: &World, path: &str) -> Result<Vec<u8>, String> {
        let device = self.0.device(world).map_err(|failure| failure.words)?;
        let found = on_flash(path).and_then(|path| device.store.files.get(&path).cloned());
        found.ok_or_else(|| format!("{path}: No such file or directory"))
    }

    fn files(&self, world: &World) -> Vec<String> {
        self.0.device(world).map(|device| device.store.files.keys().cloned().collect()).unwrap_or_default()
    }

    fn remove_file(&mut self, world: &mut World, path: &str) -> Result<(), String> {
        let device = self.0.device_mut(world).map_err(|failure| failure.words)?;
        let found = on_flash(path).and_then(|path| device.store.files.remove(&path));
        found.map(drop).ok_or_else(|| format!("{path}: No such file or directory"))
    }
}
