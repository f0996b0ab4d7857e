//! What an FRR router does on the channels of its SSH server: commands, and a terminal.

use futures_util::future::{BoxFuture, FutureExt as _};

use super::exec::{Reply, chain, shell};
use super::guard::Caller;
use super::terminal::Terminal;
use crate::frr::guard::{Call, Verb};
use crate::sim::fault::{FaultKind, FaultPoint, Step};
use crate::sim::router::Login;
use crate::sim::ssh::{Account, Input, Request, Service, Site, Wire};

#[derive(Clone)]
pub(crate) struct Host {
    pub(crate) site: Site,
}

impl Service for Host {
    fn site(&self) -> &Site {
        &self.site
    }

    fn serve(&self, account: &Account, request: Request, wire: Wire) -> Option<BoxFuture<'static, ()>> {
        let (host, account) = (self.clone(), account.clone());
        match request {
            Request::Exec(command) => Some(host.execute(account, command, wire).boxed()),
            Request::Shell if wire.terminal.is_some() => Some(host.interact(account, wire).boxed()),
            Request::Shell | Request::Subsystem(_) => None,
        }
    }
}

impl Host {
    /// Runs one command, which goes on when the connection is gone.
    async fn execute(self, account: Account, command: String, mut wire: Wire) {
        let reads_input = Call::recognise(&command).is_some_and(|call| call.verb == Verb::Stage);
        let input = match reads_input {
            true => match wire.read_to_end().await {
                Some(input) => input,
                None => return,
            },
            false => Vec::new(),
        };
        let fault = self.fault(&command);
        match &fault {
            Some(FaultKind::DropBefore) => return wire.link.abort(),
            Some(FaultKind::Stall) => return wire.ignore().await,
            Some(FaultKind::Delay(time) | FaultKind::Late(time)) => tokio::time::sleep(*time).await,
            _ => {}
        }
        let reply = match &fault {
            Some(FaultKind::Fail { status, output }) => Reply::fail(output.as_str(), *status),
            _ => self.run(&account, command, &input).await,
        };
        if fault == Some(FaultKind::DropAfter) {
            return wire.link.abort();
        }
        let text = match fault {
            Some(FaultKind::Garbage(bytes)) => bytes,
            _ => reply.text.into_bytes(),
        };
        wire.send(text).await;
        if !reply.error.is_empty() {
            // The client may be gone by now.
            let _ = wire.handle.extended_data(wire.channel, 1, reply.error.into_bytes()).await;
        }
        wire.end(reply.status).await;
    }

    /// Serves a terminal until its reader ends, or the client goes.
    async fn interact(self, account: Account, mut wire: Wire) {
        let is_vtysh = account.login == Login::Vtysh;
        let (mut terminal, greeting) =
            Terminal::open(&self.site.shared.lock(), self.site.router, &account.name, is_vtysh);
        wire.send(greeting).await;
        while let Some(Input::Bytes { bytes, .. }) = wire.input.recv().await {
            terminal.feed(&bytes);
            if !self.type_in(&mut terminal, &mut wire).await {
                return;
            }
        }
    }

    /// Reads a terminal's lines as far as they have come; whether there may be more.
    async fn type_in(&self, terminal: &mut Terminal, wire: &mut Wire) -> bool {
        loop {
            let (echo, line) = terminal.next_line(&self.site.shared.lock());
            wire.send(echo).await;
            if let Some(line) = &line {
                let fault = self.site.strike(|at| strikes(at, line));
                match &fault {
                    Some(FaultKind::DropBefore) => {
                        wire.link.abort();
                        return false;
                    }
                    Some(FaultKind::Stall) => {
                        wire.ignore().await;
                        return false;
                    }
                    Some(FaultKind::Delay(time) | FaultKind::Late(time)) => tokio::time::sleep(*time).await,
                    _ => {}
                }
                let out = match &fault {
                    // The line is not executed; an empty one brings the prompt.
                    Some(FaultKind::Fail { output, .. }) => {
                        output.replace('\n', "\r\n") + &terminal.execute(&mut self.site.shared.lock(), "")
                    }
                    _ => terminal.execute(&mut self.site.shared.lock(), line),
                };
                match fault {
                    Some(FaultKind::DropAfter) => {
                        wire.link.abort();
                        return false;
                    }
                    Some(FaultKind::Garbage(bytes)) => wire.send(bytes).await,
                    _ => wire.send(out).await,
                };
            }
            if terminal.is_over {
                wire.end(0).await;
                return false;
            }
            if line.is_none() {
                return true;
            }
        }
    }

    /// The fault that strikes at a command line, by what is inside it.
    fn fault(&self, command: &str) -> Option<FaultKind> {
        if let Some(call) = Call::recognise(command) {
            let step = Step::from(call.verb);
            return self.site.strike(|at| *at == FaultPoint::Step(step));
        }
        let words = shlex::split(command).unwrap_or_default();
        let inner = if words.first().is_some_and(|word| word == "vtysh") { words } else { Vec::new() };
        self.site.strike(|at| strikes(at, command) || inner.iter().any(|line| strikes(at, line)))
    }

    async fn run(&self, account: &Account, command: String, input: &[u8]) -> Reply {
        let Site { shared, router, .. } = &self.site;
        if account.login == Login::Vtysh {
            return shared.change(|world| chain(world, *router, &[command.as_str()]));
        }
        if let Some(call) = Call::recognise(&command) {
            let caller = Caller { shared: shared.clone(), router: *router, user: account.name.clone(), call };
            return caller.answer(input).await;
        }
        shared.change(|world| shell(world, *router, &account.name, &command))
    }
}

fn strikes(at: &FaultPoint, line: &str) -> bool {
    matches!(at, FaultPoint::Command(prefix) if line.trim_start().starts_with(prefix.as_str()))
}
