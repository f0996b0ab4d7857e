//! Sessions: when a line is read and answered, what faults do, and what is written down of it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use tokio::time::{Instant, sleep, sleep_until};

use super::console::{Console, Reads, Then, Turn};
use super::terminal::{Entered, Terminal};
use super::{scp, sftp};
use crate::sim::fabric::World;
use crate::sim::fault::{FaultKind, FaultPoint};
use crate::sim::ssh::{Account, Input, Request, Service, Site, Size, Wire};

/// Something that was typed into a simulated router's command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The number of the session, from 1 on; a command by exec is a session of its own.
    pub session: u32,
    /// Who typed.
    pub user: String,
    /// The line or the answer, as it came: with what it has of secrets. Of what is not echoed nothing; a key at the end
    /// of a page as that key.
    pub line: String,
    /// Whether it was there before the router had answered what was typed before: no round trip of its own.
    pub is_ahead: bool,
}

/// What was typed, oldest first. Cheap to clone: every clone is the same list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<(u32, Vec<Typed>)>>);

impl Log {
    /// Everything so far.
    pub(crate) fn typed(&self) -> Vec<Typed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    fn begin(&self) -> u32 {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.0 += 1;
        log.0
    }

    fn add(&self, typed: Typed) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.push(typed);
    }
}

/// Makes the console of a session: for whom, and how large the client's terminal is, when it has one.
type Open<C> = dyn Fn(&mut World, &Account, Option<Size>) -> C + Send + Sync;

/// The command line of a router.
pub(crate) struct Host<C> {
    site: Site,
    latency: Duration,
    log: Log,
    open: Arc<Open<C>>,
}

impl<C> Clone for Host<C> {
    fn clone(&self) -> Self {
        let (site, log, open) = (self.site.clone(), self.log.clone(), self.open.clone());
        Host { site, latency: self.latency, log, open }
    }
}

impl<C: Console> Host<C> {
    /// A command line that answers so much later than what it is sent.
    pub(crate) fn new(
        site: Site,
        latency: Duration,
        open: impl Fn(&mut World, &Account, Option<Size>) -> C + Send + Sync + 'static,
    ) -> Host<C> {
        Host { site, latency, log: Log::default(), open: Arc::new(open) }
    }

    pub(crate) fn log(&self) -> Log {
        self.log.clone()
    }

    fn session(&self, account: &Account, wire: Wire) -> Session<C> {
        let host = self.clone();
        let number = host.log.begin();
        Session { host, number, user: account.name.clone(), wire }
    }

    fn console(&self, account: &Account, size: Option<Size>) -> C {
        (self.open)(&mut self.site.shared.lock(), account, size)
    }
}

impl<C: Console> Service for Host<C> {
    fn site(&self) -> &Site {
        &self.site
    }

    fn serve(&self, account: &Account, request: Request, wire: Wire) -> Option<BoxFuture<'static, ()>> {
        let console = self.console(account, wire.terminal);
        match request {
            Request::Shell => Some(self.session(account, wire).interact(console).boxed()),
            Request::Exec(command) => match scp::Call::read(&command) {
                Some(call) => {
                    let has_scp = console.copies(&self.site.shared.lock()).0;
                    let (site, latency) = (self.site.clone(), self.latency);
                    has_scp.then(|| scp::run(site, latency, console, call, wire).boxed())
                }
                None => Some(self.session(account, wire).execute(console, command).boxed()),
            },
            Request::Subsystem(name) => {
                let has_sftp = name == "sftp" && console.copies(&self.site.shared.lock()).1;
                has_sftp.then(|| sftp::run(self.site.clone(), self.latency, console, wire).boxed())
            }
        }
    }
}

/// One session.
struct Session<C> {
    host: Host<C>,
    number: u32,
    user: String,
    wire: Wire,
}

/// Whether a session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goes {
    On,
    Over,
}

impl<C: Console> Session<C> {
    async fn interact(mut self, console: C) {
        let mut terminal = {
            let mut world = self.host.site.shared.lock();
            world.refresh(Instant::now());
            Terminal::open(console, &world)
        };
        sleep(self.host.latency).await;
        self.wire.send(terminal.take_output()).await;
        self.serve(&mut terminal).await;
        self.host.site.shared.change(|world| terminal.console.close(world));
    }

    async fn serve(&mut self, terminal: &mut Terminal<C>) {
        // what was typed before this was not in answer to anything printed since
        let mut answered = Instant::now();
        let mut fault = None;
        let mut arrived = answered;
        loop {
            let entered = terminal.read(&mut self.host.site.shared.lock());
            self.wire.send(terminal.take_output()).await;
            let Some(entered) = entered else {
                let Some((at, bytes)) = self.next_input().await else { break };
                arrived = at;
                // the network takes its time once for what came together
                sleep_until(at + self.host.latency).await;
                terminal.feed(&bytes, at);
                continue;
            };
            if self.wire.link.is_finished() {
                return;
            }
            self.note(&entered, arrived < answered);
            let goes = self.enter(terminal, entered, &mut fault).await;
            answered = Instant::now();
            if goes == Goes::Over {
                return;
            }
            if terminal.is_over() {
                return self.wire.end(0).await;
            }
        }
        self.wire.close().await;
    }

    /// What came next; `None` at the end.
    async fn next_input(&mut self) -> Option<(Instant, Vec<u8>)> {
        match self.wire.input.recv().await? {
            Input::Bytes { at, bytes } => Some((at, bytes)),
            Input::Eof => None,
        }
    }

    fn note(&self, entered: &Entered<C>, is_ahead: bool) {
        let line = match entered {
            Entered::Line(line) => line.clone(),
            Entered::Answer(question, answer) if question.reads != Reads::Hidden => {
                answer.clone().unwrap_or_default()
            }
            Entered::Answer(..) => String::new(),
            Entered::Page(key) => key.to_string(),
        };
        let (session, user) = (self.number, self.user.clone());
        self.host.log.add(Typed { session, user, line, is_ahead });
    }

    /// Executes what was entered, and prints what it comes to. A fault at a command that asks questions strikes at its
    /// end.
    async fn enter(
        &mut self,
        terminal: &mut Terminal<C>,
        entered: Entered<C>,
        fault: &mut Option<FaultKind>,
    ) -> Goes {
        if let Entered::Line(line) = &entered {
            *fault = self.strike(line);
        }
        match fault {
            Some(FaultKind::DropBefore) => {
                self.wire.link.abort();
                return Goes::Over;
            }
            Some(FaultKind::Stall) => {
                self.wire.ignore().await;
                return Goes::Over;
            }
            Some(FaultKind::Late(time)) => {
                let time = *time;
                *fault = None;
                sleep(time).await;
            }
            _ => {}
        }
        let turn = match (entered, &fault) {
            (Entered::Page(_), _) => {
                self.wire.send(terminal.take_output()).await;
                return Goes::On;
            }
            (Entered::Line(_), Some(FaultKind::Fail { output, .. })) => {
                let output = output.clone();
                *fault = None;
                Turn::say(ended(output))
            }
            (Entered::Line(line), _) => self.change(terminal, |console, world| console.line(world, &line)),
            (Entered::Answer(question, answer), _) => {
                self.change(terminal, |console, world| (question.then)(console, world, answer.as_deref()))
            }
        };
        sleep(turn.busy).await;
        let is_done = !matches!(turn.then, Then::Ask(_));
        terminal.show(turn, &self.host.site.shared.lock());
        match fault.take_if(|_| is_done) {
            Some(FaultKind::DropAfter) => {
                self.wire.link.abort();
                return Goes::Over;
            }
            Some(FaultKind::Delay(time)) => sleep(time).await,
            Some(FaultKind::Garbage(bytes)) => {
                terminal.take_output();
                self.wire.send(bytes).await;
            }
            _ => {}
        }
        self.wire.send(terminal.take_output()).await;
        Goes::On
    }

    /// Executes something, with the LAN up to the present before, and after the last of the lines that have come.
    fn change<T>(&self, terminal: &mut Terminal<C>, act: impl FnOnce(&mut C, &mut World) -> T) -> T {
        let has_more = terminal.has_waiting();
        let mut world = self.host.site.shared.lock();
        world.refresh(Instant::now());
        let result = act(&mut terminal.console, &mut world);
        if !has_more {
            world.settle(Instant::now());
        }
        result
    }

    fn strike(&self, line: &str) -> Option<FaultKind> {
        self.host.site.strike(
            |at| matches!(at, FaultPoint::Command(prefix) if line.trim_start().starts_with(prefix.as_str())),
        )
    }

    /// Runs one command: what it prints, with every question left unanswered.
    async fn execute(mut self, mut console: C, command: String) {
        self.note(&Entered::Line(command.clone()), false);
        let fault = self.strike(&command);
        sleep(self.host.latency).await;
        match &fault {
            Some(FaultKind::DropBefore) => return self.wire.link.abort(),
            Some(FaultKind::Stall) => return self.wire.ignore().await,
            Some(FaultKind::Late(time)) => sleep(*time).await,
            _ => {}
        }
        let (mut text, mut status, mut busy) = (String::new(), 0, Duration::ZERO);
        match &fault {
            Some(FaultKind::Fail { status: told, output }) => {
                text = ended(output.clone());
                status = *told;
            }
            _ => self.host.site.shared.change(|world| {
                let mut turn = console.command(world, &command);
                loop {
                    text.push_str(&turn.text);
                    busy += turn.busy;
                    let Then::Ask(question) = turn.then else { break };
                    text.push_str(&question.text);
                    text.push('\n');
                    turn = (question.then)(&mut console, world, None);
                }
                console.close(world);
            }),
        }
        sleep(busy).await;
        let bytes = match fault {
            Some(FaultKind::DropAfter) => return self.wire.link.abort(),
            Some(FaultKind::Delay(time)) => {
                sleep(time).await;
                text.replace('\n', "\r\n").into_bytes()
            }
            Some(FaultKind::Garbage(bytes)) => bytes,
            _ => text.replace('\n', "\r\n").into_bytes(),
        };
        self.wire.send(bytes).await;
        self.wire.end(status).await;
    }
}

/// Words with the end of the line that a prompt needs before it.
fn ended(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
