//! One session's command line: where it stands, and to whom a line goes.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::Device;
use super::apply::{banner_mark, execute, is_closed};
use super::exec;
use super::modes::Mode;
use super::store::on_flash;
use crate::sim::fabric::{Shared, World};
use crate::sim::lines::Cursor;
use crate::sim::shell::{Console, Pager, Reads, Screen, Turn, Wrap};

/// Where a command line stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Exec,
    Privileged,
    Configuration(Cursor),
    /// `tclsh`: what was typed of a command that goes on.
    Tcl(String),
}

/// One session.
pub(crate) struct Ios {
    pub(crate) shared: Arc<Shared>,
    pub(crate) router: usize,
    pub(crate) user: String,
    pub(crate) enable_secret: Option<String>,
    pub(crate) place: Place,
    pub(crate) screen: Screen,
    /// How long a command takes.
    pub(crate) busy: Duration,
    /// The running configuration was changed, and what it means was not read again yet.
    pub(crate) is_stale: bool,
    pub(crate) banner: String,
}

impl Ios {
    pub(crate) fn device<'w>(&self, world: &'w World) -> Option<&'w Device> {
        world.router(self.router)
    }

    pub(crate) fn device_mut<'w>(&self, world: &'w mut World) -> Option<&'w mut Device> {
        world.router_mut(self.router)
    }

    /// Reads what the running configuration means, when it was changed.
    pub(crate) fn refresh(&mut self, world: &mut World) {
        if !std::mem::take(&mut self.is_stale) {
            return;
        }
        if let Some(device) = self.device_mut(world) {
            let tree = std::mem::take(&mut device.running);
            device.install(tree);
        }
        world.settle(Instant::now());
    }

    /// Wakes up when a revert timer runs out.
    pub(crate) fn wake(&self, number: u64, deadline: Instant) {
        let (shared, router) = (self.shared.clone(), self.router);
        tokio::spawn(async move {
            sleep_until(deadline).await;
            shared.change(|world| {
                if let Some(device) = world.router_mut::<Device>(router) {
                    device.expire(number);
                }
            });
        });
    }

    fn configure(&mut self, world: &mut World, line: &str) -> Turn<Ios> {
        let typed = line.trim();
        if let Some(mark) = banner_mark(typed)
            && !is_closed(typed, &mark)
        {
            let question = format!("Enter TEXT message.  End with the character '{mark}'.\n");
            return self.banner_lines(typed.to_owned(), mark).after(&question);
        }
        if let Some(command) = typed.strip_prefix("do ") {
            self.refresh(world);
            return exec::run(self, world, command);
        }
        match typed {
            "end" => {
                self.place = Place::Privileged;
                self.refresh(world);
                return Turn::silent();
            }
            "exit" if matches!(&self.place, Place::Configuration(cursor) if !cursor.is_inside()) => {
                self.place = Place::Privileged;
                self.refresh(world);
                return Turn::silent();
            }
            _ => {}
        }
        if let Some(name) = typed.strip_prefix("no username ").and_then(|rest| rest.split(' ').next()) {
            return self.remove_user(world, name.to_owned());
        }
        let before = self.prompt(world).chars().count() + line.len() - line.trim_start().len();
        let Place::Configuration(mut cursor) = self.place.clone() else { return Turn::silent() };
        let Some(device) = self.device_mut(world) else { return Turn::silent() };
        let result = execute(&mut cursor, &mut device.running, typed);
        self.is_stale = true;
        self.place = Place::Configuration(cursor);
        // The prompt shows it at once.
        if typed.starts_with("hostname ")
            || typed.ends_with("file prompt quiet")
            || typed.contains("scp server")
        {
            self.refresh(world);
        }
        match result {
            Ok(()) => Turn::silent(),
            Err(complaint) => Turn::say(complaint.print(before)),
        }
    }

    /// The lines of a banner, up to its mark.
    fn banner_lines(&mut self, so_far: String, mark: String) -> Turn<Ios> {
        Turn::ask("", Reads::Line, move |console: &mut Ios, world, line| {
            let Some(line) = line else { return Turn::silent() };
            let whole = format!("{so_far}\n{line}");
            if is_closed(&whole, &mark) {
                return console.configure(world, &whole);
            }
            console.banner_lines(whole, mark)
        })
    }

    fn remove_user(&mut self, world: &mut World, name: String) -> Turn<Ios> {
        let line = format!("no username {name}");
        let is_there = self
            .device(world)
            .is_some_and(|device| device.running.child(&format!("username {name}")).is_some());
        if !is_there {
            return Turn::silent();
        }
        let question = "This operation will remove all username related configurations with same name.\n\
                        Do you want to continue? [confirm]";
        Turn::ask(question, Reads::Key, move |console: &mut Ios, world, answer| {
            if answer.is_some_and(|answer| answer.is_empty() || answer.eq_ignore_ascii_case("y"))
                && let Some(device) = console.device_mut(world)
            {
                let _ = execute(&mut Cursor::default(), &mut device.running, &line);
                console.is_stale = true;
            }
            Turn::silent()
        })
    }
}

impl Console for Ios {
    const PAGER: Pager = Pager {
        text: " --More-- ",
        erase: "\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}        \u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}",
    };
    const WRAP: Wrap = Wrap::Scroll;

    fn banner(&self, _world: &World) -> String {
        self.banner.clone()
    }

    fn prompt(&self, world: &World) -> String {
        let device = self.device(world);
        let name = device.map_or("Router", |device| device.view.hostname.as_str());
        match &self.place {
            Place::Exec => format!("{name}>"),
            Place::Privileged => format!("{name}#"),
            Place::Tcl(line) if line.is_empty() => format!("{name}(tcl)#"),
            Place::Tcl(_) => "+>".to_owned(),
            Place::Configuration(cursor) => {
                let section = device.and_then(|device| cursor.section(&device.running));
                let mode = section.and_then(|section| section.mode).unwrap_or(Mode::Global);
                // it is shortened there
                let name: String = name.chars().take(20).collect();
                format!("{name}({})#", mode.prompt())
            }
        }
    }

    fn screen(&self) -> Screen {
        self.screen
    }

    fn line(&mut self, world: &mut World, line: &str) -> Turn<Ios> {
        let busy = self.busy;
        let turn = match &self.place {
            Place::Configuration(_) => self.configure(world, line),
            Place::Tcl(_) => exec::tcl(self, world, line),
            Place::Exec | Place::Privileged => {
                self.refresh(world);
                exec::run(self, world, line)
            }
        };
        if turn.busy.is_zero() { turn.busy(busy) } else { turn }
    }

    fn command(&mut self, world: &mut World, command: &str) -> Turn<Ios> {
        exec::run(self, world, command).after("\n")
    }

    fn interrupt(&mut self, world: &mut World) -> &'static str {
        if self.place != Place::Exec {
            self.place = Place::Privileged;
            self.refresh(world);
        }
        "^C"
    }

    fn control_z(&self) -> (&'static str, &'static str) {
        if matches!(self.place, Place::Configuration(_)) { ("end", "^Z") } else { ("", "^Z") }
    }

    fn help(&self, _world: &World, line: &str) -> Option<String> {
        (!matches!(self.place, Place::Tcl(_))).then(|| {
            if line.trim().is_empty() {
                "  <cr>\n\n".to_owned()
            } else {
                "% Unrecognized command\n".to_owned()
            }
        })
    }

    fn close(&mut self, world: &mut World) {
        self.refresh(world);
    }

    fn copies(&self, world: &World) -> (bool, bool) {
        let has_scp = self.device(world).is_some_and(|device| device.view.has_scp);
        (has_scp && self.place == Place::Privileged, false)
    }

    fn write_file(&mut self, world: &mut World, path: &str, bytes: Vec<u8>) -> Result<(), String> {
        let name = on_flash(path).ok_or_else(|| format!("scp: {path}: Invalid argument"))?;
        if let Some(device) = self.device_mut(world) {
            device.store.files.insert(name.to_owned(), bytes);
        }
        Ok(())
    }

    fn read_file(&self, world: &World, path: &str) -> Result<Vec<u8>, String> {
        let device = self.device(world);
        let found = on_flash(path).and_then(|name| device?.store.files.get(name).cloned());
        found.ok_or_else(|| format!("scp: {path}: No such file or directory"))
    }
}
