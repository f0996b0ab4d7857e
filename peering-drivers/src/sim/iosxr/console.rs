//! One session's command line: where it stands, and to whom a line goes.

use std::sync::Arc;

use tokio::time::{Instant, sleep_until};

use super::check::semantic_errors;
use super::database::{Actor, Options, Refusal, Store};
use super::device::{Xr, calendar};
use super::exec;
use super::language::Node;
use super::modes::Mode;
use super::text::{Reader, load, syntax_errors};
use crate::sim::fabric::{Shared, World};
use crate::sim::fault::FaultPoint;
use crate::sim::lines::Refusal as Unread;
use crate::sim::shell::{Console, Pager, Reads, Screen, Turn, Wrap};
use crate::sim::ssh::{Account, Size};

/// What is said when a commit is refused as a whole.
const FAILED: &str = "\n% Failed to commit one or more configuration items during a pseudo-atomic operation. All changes made \
    have been reverted. Please issue 'show configuration failed [inheritance]' from this session to view the errors\n";

const OVERTAKEN: &str = "One or more commits have occurred from other\nconfiguration sessions since this session started\n\
    or since the last commit was made from this session.\nYou can use the 'show configuration commit changes'\n\
    command to browse the changes.\nDo you wish to proceed with this commit anyway? [no]: ";

const REPLACE: &str = "\nThis commit will replace or remove the entire running configuration. This\noperation can be service \
    affecting.\nDo you wish to proceed? [no]: ";

const UNCONFIRMED: &str = "You are exiting after a 'commit confirm' with an active rollback session.  If you exit the configuration \
    awaiting confirmation will not be confirmed and the router will immediately rollback to the previous configuration.\n\
    Do you wish to exit? [no]: ";

const UNCOMMITTED: &str = "Uncommitted changes found, commit them before exiting(yes/no/cancel)? [cancel]:";

/// Where a command line stands.
#[derive(Debug)]
pub(crate) enum Place {
    Exec,
    Configuration(Box<Editing>),
}

/// A configuration mode that is open.
#[derive(Debug, Default)]
pub(crate) struct Editing {
    reader: Reader,
    /// What was typed, by itself: what `commit replace` puts in the place of everything.
    alone: Node,
    alone_reader: Reader,
    is_exclusive: bool,
}

/// One session.
pub(crate) struct Terminal {
    pub(crate) shared: Arc<Shared>,
    pub(crate) router: usize,
    pub(crate) actor: Actor,
    pub(crate) place: Place,
    pub(crate) screen: Screen,
    /// What the last load or commit of this session was refused for.
    pub(crate) failed: String,
}

impl Terminal {
    /// What makes the sessions of a router.
    pub(crate) fn opener(
        shared: Arc<Shared>,
        router: usize,
    ) -> impl Fn(&mut World, &Account, Option<Size>) -> Terminal + Send + Sync + 'static {
        move |world, account, size| {
            let id = world.router_mut::<Xr>(router).map_or(0, |xr| xr.log_in(&account.name, "CLI"));
            let actor = Actor { id, user: account.name.clone(), client: "CLI" };
            let rows = size.map_or(0, |size| size.rows as usize);
            // Without a terminal nothing is cut into pages.
            let screen = Screen { length: rows, width: size.map_or(0, |size| size.columns as usize) };
            Terminal {
                shared: shared.clone(),
                router,
                actor,
                place: Place::Exec,
                screen,
                failed: String::new(),
            }
        }
    }

    pub(crate) fn xr<'w>(&self, world: &'w World) -> Option<&'w Xr> {
        world.router(self.router)
    }

    fn xr_mut<'w>(&self, world: &'w mut World) -> Option<&'w mut Xr> {
        world.router_mut(self.router)
    }

    /// The line that stands before what a command prints.
    pub(crate) fn stamp(&self, world: &World) -> String {
        let seconds = self.xr(world).map_or(0, |xr| xr.database.clock.at(Instant::now()));
        let time = calendar(seconds);
        let day = time.rsplit_once(' ').map_or(time.as_str(), |(day, _)| day);
        format!("{day}.000 UTC\n")
    }

    /// Enters the configuration mode.
    pub(crate) fn configure(&mut self, world: &mut World, is_exclusive: bool) -> Turn<Terminal> {
        let actor = self.actor.clone();
        let Some(xr) = self.xr_mut(world) else { return Turn::silent() };
        if is_exclusive && let Err(refusal) = xr.database.lock(Store::Candidate, &actor) {
            return Turn::say(format!("% {}\n", refusal.words()));
        }
        let editing = Editing { alone: Node::root(), is_exclusive, ..Editing::default() };
        self.place = Place::Configuration(Box::new(editing));
        Turn::silent()
    }

    /// What was typed here, by itself.
    pub(crate) fn alone(&self) -> Option<&Node> {
        match &self.place {
            Place::Configuration(editing) => Some(&editing.alone),
            Place::Exec => None,
        }
    }

    /// Leaves the configuration mode; what was not committed, or not confirmed, is gone.
    fn leave(&mut self, world: &mut World) -> Turn<Terminal> {
        self.place = Place::Exec;
        let id = self.actor.id;
        if let Some(xr) = self.xr_mut(world) {
            xr.end_configuration(id, Instant::now());
        }
        world.settle(Instant::now());
        Turn::silent()
    }

    /// `end`, or `exit` outside of all blocks.
    fn end(&mut self, world: &mut World) -> Turn<Terminal> {
        if self.xr(world).is_some_and(|xr| xr.database.waits_for(self.actor.id)) {
            return Turn::ask(UNCONFIRMED, Reads::Line, |console: &mut Terminal, world, answer| match answer
                .map(str::trim)
            {
                Some("yes" | "y") => console.leave(world),
                _ => Turn::silent(),
            });
        }
        if !self.xr(world).is_some_and(|xr| xr.database.has_changes(self.actor.id)) {
            return self.leave(world);
        }
        Turn::ask(UNCOMMITTED, Reads::Line, |console: &mut Terminal, world, answer| {
            match answer.map(str::trim) {
                Some("yes" | "y") => {
                    let turn = console.commit(world, Options::default(), false);
                    if console.failed.is_empty() {
                        console.leave(world);
                    }
                    turn
                }
                Some("no" | "n") => console.leave(world),
                _ => Turn::silent(),
            }
        })
    }

    /// One line in the configuration mode.
    fn edit(&mut self, world: &mut World, line: &str) -> Turn<Terminal> {
        let typed = line.trim();
        let Place::Configuration(editing) = &self.place else { return Turn::silent() };
        if editing.reader.text().is_none() {
            let words: Vec<&str> = typed.split_whitespace().collect();
            match words.as_slice() {
                ["commit", rest @ ..] => return self.commit_line(world, rest),
                ["do", rest @ ..] => {
                    let line = rest.join(" ");
                    let stays = !["conf", "exit", "quit", "logout"].iter().any(|word| line.starts_with(word));
                    return if stays { exec::run(self, world, &line) } else { Turn::say(exec::INVALID) };
                }
                ["show", ..] => {
                    let stamp = self.stamp(world);
                    return exec::in_configuration(self, world, &words).after(&stamp);
                }
                ["abort"] => return self.leave(world),
                ["clear"] => {
                    let id = self.actor.id;
                    if let Some(xr) = self.xr_mut(world) {
                        xr.database.discard(id);
                    }
                    if let Place::Configuration(editing) = &mut self.place {
                        let is_exclusive = editing.is_exclusive;
                        **editing = Editing { alone: Node::root(), is_exclusive, ..Editing::default() };
                    }
                    return Turn::silent();
                }
                ["end"] => return self.end(world),
                ["exit"] if !editing.reader.is_inside() => return self.end(world),
                ["load", path] => return self.load(world, path),
                _ => {}
            }
        }
        let before = self.prompt(world).chars().count();
        let id = self.actor.id;
        let Place::Configuration(mut editing) = std::mem::replace(&mut self.place, Place::Exec) else {
            return Turn::silent();
        };
        let result = match self.xr_mut(world).map(|xr| xr.database.edit(id)) {
            Some(Ok(target)) => Ok(editing.reader.line(target, line)),
            Some(Err(refusal)) => Err(refusal),
            None => Ok(Ok(())),
        };
        // What takes away has nothing to take away there.
        let _ = editing.alone_reader.line(&mut editing.alone, line);
        self.place = Place::Configuration(editing);
        match result {
            Ok(Ok(())) => Turn::silent(),
            Ok(Err(unread)) => Turn::say(unread_words(&unread, before, line)),
            Err(refusal) => Turn::say(format!("% {}\n", refusal.words())),
        }
    }

    fn load(&mut self, world: &mut World, path: &str) -> Turn<Terminal> {
        let id = self.actor.id;
        let Some(xr) = self.xr_mut(world) else { return Turn::silent() };
        let Some(text) = xr.file(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()) else {
            return Turn::say(format!("Couldn't open file {path}: No such file or directory\n"));
        };
        let loaded = match xr.database.edit(id) {
            Ok(target) => load(target, &text),
            Err(refusal) => return Turn::say(format!("% {}\n", refusal.words())),
        };
        if let Place::Configuration(editing) = &mut self.place {
            load(&mut editing.alone, &text);
            editing.reader = Reader::default();
        }
        self.failed = if loaded.is_empty() { String::new() } else { syntax_errors(&loaded) };
        let mut words = format!("Loading.\n{} bytes parsed in 1 sec ({})bytes/sec\n", text.len(), text.len());
        if !loaded.is_empty() {
            words.push_str("% Couldn't apply some configuration items. Please issue 'show configuration failed load' to view them\n");
        }
        Turn::say(words)
    }

    /// `commit` with what stands behind it.
    fn commit_line(&mut self, world: &mut World, words: &[&str]) -> Turn<Terminal> {
        let mut options = Options::default();
        let mut is_replace = false;
        let mut rest = words;
        loop {
            rest = match rest {
                [] => break,
                ["replace", tail @ ..] => {
                    is_replace = true;
                    tail
                }
                ["label", label, tail @ ..] => {
                    options.label = Some((*label).to_owned());
                    tail
                }
                ["comment", comment @ ..] if !comment.is_empty() => {
                    options.comment = Some(comment.join(" "));
                    &[]
                }
                ["confirmed", "minutes", minutes, tail @ ..] if minutes.parse::<u32>().is_ok() => {
                    options.confirmed = minutes.parse().ok().map(|minutes: u32| minutes.saturating_mul(60));
                    tail
                }
                ["confirmed", seconds, tail @ ..] if seconds.parse::<u32>().is_ok() => {
                    options.confirmed = seconds.parse().ok();
                    tail
                }
                _ => return Turn::say("% Invalid input detected at '^' marker.\n"),
            };
        }
        if options.confirmed.is_some_and(|seconds| !(30..=65_535).contains(&seconds)) {
            return Turn::say("% Invalid input detected at '^' marker.\n");
        }
        let stamp = self.stamp(world);
        if is_replace {
            let then = move |console: &mut Terminal, world: &mut World, answer: Option<&str>| match answer
                .map(str::trim)
            {
                Some("yes" | "y") => console.commit(world, options, true),
                _ => Turn::silent(),
            };
            return Turn::ask(REPLACE, Reads::Line, then).after(&stamp);
        }
        if self.xr(world).is_some_and(|xr| xr.database.is_overtaken(self.actor.id)) {
            let then = move |console: &mut Terminal, world: &mut World, answer: Option<&str>| match answer
                .map(str::trim)
            {
                Some("yes" | "y") => console.commit(world, options, false),
                _ => Turn::silent(),
            };
            return Turn::ask(OVERTAKEN, Reads::Line, then).after(&stamp);
        }
        self.commit(world, options, false).after(&stamp)
    }

    /// Makes the target the configuration. A commit of this line that waits ends with it: only it confirms it.
    fn commit(&mut self, world: &mut World, options: Options, is_replace: bool) -> Turn<Terminal> {
        let actor = self.actor.clone();
        let alone = match &self.place {
            Place::Configuration(editing) if is_replace => Some(editing.alone.clone()),
            _ => None,
        };
        let Some(xr) = self.xr_mut(world) else { return Turn::silent() };
        if let Some(alone) = alone
            && let Err(refusal) = xr.database.replace(actor.id, alone)
        {
            return Turn::say(format!("% {}\n", refusal.words()));
        }
        let result = xr.commit(&actor, options, Instant::now());
        let waits = xr.database.pending().map(|pending| (pending.number, pending.deadline));
        self.failed = match &result {
            Err(Refusal::Check(found)) => semantic_errors(found),
            _ => String::new(),
        };
        world.settle(Instant::now());
        match result {
            Ok(_) => {
                if let Place::Configuration(editing) = &mut self.place {
                    let is_exclusive = editing.is_exclusive;
                    **editing = Editing { alone: Node::root(), is_exclusive, ..Editing::default() };
                }
                if let Some((number, deadline)) = waits {
                    self.wake(number, deadline);
                }
                Turn::silent()
            }
            Err(Refusal::Check(_)) => Turn::say(FAILED),
            Err(refusal) => Turn::say(format!("% {}\n", refusal.words())),
        }
    }

    /// Takes a commit back when nobody confirms it.
    fn wake(&self, number: u64, deadline: Instant) {
        let (shared, router) = (self.shared.clone(), self.router);
        tokio::spawn(async move {
            sleep_until(deadline).await;
            let is_stopped = {
                let mut world = shared.lock();
                let chassis = world.chassis_mut(router);
                chassis.is_some_and(|chassis| chassis.faults.strike(|at| *at == FaultPoint::Timer).is_some())
            };
            if is_stopped {
                return;
            }
            shared.change(|world| {
                if let Some(xr) = world.router_mut::<Xr>(router) {
                    xr.time_out(number, Instant::now());
                }
            });
        });
    }

    /// What the prompt calls the place.
    fn mode(&self, world: &World) -> String {
        let Place::Configuration(editing) = &self.place else { return String::new() };
        if let Some(text) = editing.reader.text() {
            let name = if text.starts_with("route-policy") { "rpl" } else { "set" };
            return format!("(config-{name})");
        }
        let target = self.xr(world).map(|xr| xr.database.target(self.actor.id));
        let path = editing.reader.path();
        let node = target.and_then(|tree| path.iter().try_fold(tree, |node, key| node.child(key)));
        let name = match node.and_then(|node| node.mode) {
            _ if path.is_empty() => return "(config)".to_owned(),
            Some(Mode::Bgp) => "bgp",
            Some(Mode::BgpFamily) => "bgp-af",
            Some(Mode::BgpVrf) => "bgp-vrf",
            Some(Mode::Neighbor) if node.is_some_and(|node| node.key.starts_with("neighbor-group")) => {
                "bgp-nbrgrp"
            }
            Some(Mode::Neighbor) => "bgp-nbr",
            Some(Mode::NeighborFamily) => "bgp-nbr-af",
            Some(Mode::Interface) => "if",
            Some(Mode::Line) => "line",
            Some(Mode::Ntp) => "ntp",
            Some(Mode::Static) => "static",
            Some(Mode::StaticFamily) => "static-afi",
            Some(Mode::Username) => "un",
            Some(Mode::Vrf) => "vrf",
            Some(Mode::VrfFamily) => "vrf-af",
            _ => "sub",
        };
        format!("(config-{name})")
    }
}

/// What is said of a line that is no command. `before`: how many characters stand before it on the screen.
fn unread_words(unread: &Unread, before: usize, line: &str) -> String {
    let at = match unread {
        Unread::Refused(words) => return format!("% {words}\n"),
        Unread::Incomplete(..) => return "% Incomplete command.\n".to_owned(),
        Unread::Invalid(word, _) => *word,
    };
    let mut column = line.len() - line.trim_start().len();
    let mut words = line.trim_start().split_inclusive(' ');
    column += words.by_ref().take(at).map(str::len).sum::<usize>();
    format!("{}^\n% Invalid input detected at '^' marker.\n", " ".repeat(before + column))
}

impl Console for Terminal {
    const PAGER: Pager = Pager { text: " --More-- ", erase: "\r          \r" };
    const WRAP: Wrap = Wrap::Scroll;

    fn banner(&self, _world: &World) -> String {
        "\n\n".to_owned()
    }

    fn prompt(&self, world: &World) -> String {
        let name = self.xr(world).map(|xr| xr.view.hostname.clone()).unwrap_or_default();
        format!("RP/0/RP0/CPU0:{name}{}#", self.mode(world))
    }

    fn screen(&self) -> Screen {
        self.screen
    }

    fn line(&mut self, world: &mut World, line: &str) -> Turn<Terminal> {
        let has_lock = self.xr(world).is_some_and(|xr| xr.database.has_lock(self.actor.id));
        if !has_lock && matches!(&self.place, Place::Configuration(editing) if editing.is_exclusive) {
            // somebody has ended this configuration session
            self.place = Place::Exec;
        }
        match &self.place {
            Place::Configuration(_) => self.edit(world, line),
            Place::Exec => exec::run(self, world, line),
        }
    }

    fn control_z(&self) -> (&'static str, &'static str) {
        ("end", "^Z")
    }

    fn close(&mut self, world: &mut World) {
        let id = self.actor.id;
        if let Some(xr) = self.xr_mut(world) {
            xr.log_out(id, Instant::now());
        }
        world.settle(Instant::now());
    }

    fn copies(&self, _world: &World) -> (bool, bool) {
        (true, true)
    }

    fn write_file(&mut self, world: &mut World, path: &str, bytes: Vec<u8>) -> Result<(), String> {
        if let Some(xr) = self.xr_mut(world) {
            xr.keep_file(path, bytes);
        }
        Ok(())
    }

    fn read_file(&self, world: &World, path: &str) -> Result<Vec<u8>, String> {
        let found = self.xr(world).and_then(|xr| xr.file(path).map(<[u8]>::to_vec));
        found.ok_or_else(|| format!("{path}: No such file or directory"))
    }

    fn files(&self, world: &World) -> Vec<String> {
        self.xr(world).map(|xr| xr.files.keys().cloned().collect()).unwrap_or_default()
    }

    fn remove_file(&mut self, world: &mut World, path: &str) -> Result<(), String> {
        let removed = self.xr_mut(world).and_then(|xr| xr.remove_file(path));
        removed.map(drop).ok_or_else(|| format!("{path}: No such file or directory"))
    }
}
