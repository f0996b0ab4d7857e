//! The SSH server in front of a simulated router: authentication, several channels per connection, exec and terminal.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use peering_core::{Error, ErrorKind, Result, Secret};
use russh::keys::{Algorithm, PrivateKey, PublicKey, key::safe_rng};
use russh::server::{self, Auth, ChannelOpenHandle, Handle, Msg, Response, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, MethodKind, MethodSet, Pty};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use super::fabric::Shared;
use super::fault::{FaultKind, FaultPoint, Step};
use super::frr::exec::{Reply, chain, shell};
use super::frr::guard::Caller;
use super::frr::terminal::Terminal;
use super::links::Links;
use super::router::{Login, User};
use crate::frr::guard::{Call, Verb};

/// A user with the key read.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) name: String,
    password: Secret,
    key: Option<PublicKey>,
    login: Login,
}

impl Account {
    pub(crate) fn has_password(&self, password: &[u8]) -> bool {
        self.password.expose().as_bytes() == password
    }

    pub(crate) fn has_key(&self, key: &VerifiedPublicKey<'_>) -> bool {
        self.key.as_ref().is_some_and(|own| own.key_data() == key.public_key.key_data())
    }
}

/// Reads the users' keys.
pub(crate) fn accounts(users: &[User]) -> Result<Vec<Account>> {
    let read = |user: &User| {
        let key = user.public_key.as_deref().map(PublicKey::from_openssh).transpose().map_err(|error| {
            Error::new(ErrorKind::Options, format!("the public key of {} does not read", user.name))
                .with_source(error)
        })?;
        Ok(Account { name: user.name.clone(), password: user.password.clone(), key, login: user.login })
    };
    users.iter().map(read).collect()
}

/// Starts a server on a free port of the loopback interface: where, and its host key.
pub(crate) async fn start(
    shared: Arc<Shared>,
    router: usize,
    accounts: Vec<Account>,
    links: Links,
) -> io::Result<(SocketAddr, PublicKey)> {
    let host = Host { shared, router, accounts: accounts.into() };
    let door = host.clone();
    let client = move |link| Client { host: host.clone(), link, user: None, channels: HashMap::new() };
    listen(0, links, move || door.strike(|at| *at == FaultPoint::Connect), client).await
}

/// The ways to log in.
fn methods() -> MethodSet {
    MethodSet::from(&[MethodKind::PublicKey, MethodKind::Password, MethodKind::KeyboardInteractive][..])
}

/// Nobody is let in by this proof; another may be tried, by every way, as with OpenSSH.
pub(crate) fn refused() -> Auth {
    Auth::Reject { proceed_with_methods: Some(methods()), partial_success: false }
}

/// Listens on a port of the loopback interface, 0 for a free one: where, and the host key.
///
/// `strike` plays the faults of new connections; `client` makes what handles one, which may cut it by its task.
pub(crate) async fn listen<C: server::Handler + Send + 'static>(
    port: u16,
    links: Links,
    strike: impl Fn() -> Option<FaultKind> + Send + 'static,
    client: impl Fn(AbortHandle) -> C + Send + 'static,
) -> io::Result<(SocketAddr, PublicKey)> {
    let key = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).map_err(io::Error::other)?;
    let public = key.public_key().clone();
    let config = Arc::new(server::Config {
        keys: vec![key],
        methods: methods(),
        auth_rejection_time: Duration::from_millis(50),
        auth_rejection_time_initial: Some(Duration::ZERO),
        inactivity_timeout: None,
        nodelay: true,
        ..server::Config::default()
    });
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let addr = listener.local_addr()?;
    let own = links.clone();
    let accept = tokio::spawn(async move {
        loop {
            match listener.accept().await {
                Ok((socket, _)) => welcome(socket, strike(), &own, config.clone(), &client),
                // Out of file handles, say: better later than in a busy loop.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    });
    links.listen(accept.abort_handle());
    Ok((addr, public))
}

fn welcome<C: server::Handler + Send + 'static>(
    mut socket: TcpStream,
    fault: Option<FaultKind>,
    links: &Links,
    config: Arc<server::Config>,
    client: impl Fn(AbortHandle) -> C,
) {
    if matches!(fault, Some(FaultKind::DropBefore | FaultKind::DropAfter)) {
        return;
    }
    let _ = socket.set_nodelay(true);
    let (mut near, far) = tokio::io::duplex(1 << 18);
    let task = tokio::spawn(async move {
        match fault {
            Some(FaultKind::Stall) => std::future::pending::<()>().await,
            Some(FaultKind::Delay(time) | FaultKind::Late(time)) => tokio::time::sleep(time).await,
            Some(FaultKind::Garbage(bytes)) => {
                let _ = tokio::io::AsyncWriteExt::write_all(&mut socket, &bytes).await;
                return;
            }
            _ => {}
        }
        let _ = tokio::io::copy_bidirectional(&mut socket, &mut near).await;
    });
    let link = task.abort_handle();
    links.add(link.clone());
    let handler = client(link);
    tokio::spawn(async move {
        if let Ok(session) = server::run_stream(config, far, handler).await {
            let _ = session.await;
        }
    });
}

#[derive(Clone)]
struct Host {
    shared: Arc<Shared>,
    router: usize,
    accounts: Arc<[Account]>,
}

impl Host {
    fn strike(&self, is_here: impl Fn(&FaultPoint) -> bool) -> Option<FaultKind> {
        self.shared.lock().chassis_mut(self.router)?.faults.strike(is_here)
    }
}

/// What runs on a channel.
enum Work {
    /// Nothing yet; whether a terminal was asked for.
    Idle {
        has_terminal: bool,
    },
    /// A command that reads its input to the end first.
    Input {
        command: String,
        input: Vec<u8>,
    },
    Terminal(Terminal),
    /// Nothing reads any more.
    Deaf,
}

/// One connection.
struct Client {
    host: Host,
    link: AbortHandle,
    user: Option<Account>,
    channels: HashMap<ChannelId, Work>,
}

impl Client {
    fn account(&self, user: &str) -> Option<&Account> {
        self.host.accounts.iter().find(|account| account.name == user)
    }

    fn admit(&mut self, user: &str, proof: impl Fn(&Account) -> bool) -> Auth {
        match self.account(user).filter(|account| proof(account)).cloned() {
            Some(account) => {
                self.user = Some(account);
                Auth::Accept
            }
            None => refused(),
        }
    }

    /// Starts a command in a task of its own: it goes on when the connection is gone.
    fn spawn(&self, command: String, input: Vec<u8>, channel: ChannelId, handle: Handle) {
        let Some(account) = self.user.clone() else { return };
        let (host, link) = (self.host.clone(), self.link.clone());
        tokio::spawn(async move {
            let fault = host.fault(&command);
            match &fault {
                Some(FaultKind::DropBefore) => return link.abort(),
                Some(FaultKind::Stall) => return,
                Some(FaultKind::Delay(time) | FaultKind::Late(time)) => tokio::time::sleep(*time).await,
                _ => {}
            }
            let reply = match &fault {
                Some(FaultKind::Fail { status, output }) => Reply::fail(output.as_str(), *status),
                _ => host.run(&account, command, &input).await,
            };
            if fault == Some(FaultKind::DropAfter) {
                return link.abort();
            }
            let text = match fault {
                Some(FaultKind::Garbage(bytes)) => bytes,
                _ => reply.text.into_bytes(),
            };
            // The client may be gone by now.
            let _ = handle.data(channel, text).await;
            if !reply.error.is_empty() {
                let _ = handle.extended_data(channel, 1, reply.error.into_bytes()).await;
            }
            let _ = handle.exit_status_request(channel, reply.status).await;
            let _ = handle.eof(channel).await;
            let _ = handle.close(channel).await;
        });
    }

    /// Reads a terminal's lines as far as they have come.
    async fn type_in(
        &mut self,
        channel: ChannelId,
        bytes: &[u8],
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        let Some(Work::Terminal(terminal)) = self.channels.get_mut(&channel) else { return Ok(()) };
        terminal.feed(bytes);
        loop {
            let (echo, line) = terminal.next_line(&self.host.shared.lock());
            session.data(channel, echo.into_bytes())?;
            if let Some(line) = &line {
                let fault = self.host.strike(|at| strikes(at, line));
                match &fault {
                    Some(FaultKind::DropBefore) => {
                        self.link.abort();
                        return Ok(());
                    }
                    Some(FaultKind::Stall) => {
                        self.channels.insert(channel, Work::Deaf);
                        return Ok(());
                    }
                    Some(FaultKind::Delay(time) | FaultKind::Late(time)) => tokio::time::sleep(*time).await,
                    _ => {}
                }
                let out = match &fault {
                    // The line is not executed; an empty one brings the prompt.
                    Some(FaultKind::Fail { output, .. }) => {
                        output.replace('\n', "\r\n") + &terminal.execute(&mut self.host.shared.lock(), "")
                    }
                    _ => terminal.execute(&mut self.host.shared.lock(), line),
                };
                match fault {
                    Some(FaultKind::DropAfter) => {
                        self.link.abort();
                        return Ok(());
                    }
                    Some(FaultKind::Garbage(bytes)) => session.data(channel, bytes)?,
                    _ => session.data(channel, out.into_bytes())?,
                }
            }
            if terminal.is_over {
                session.exit_status_request(channel, 0)?;
                session.eof(channel)?;
                session.close(channel)?;
                self.channels.remove(&channel);
                return Ok(());
            }
            if line.is_none() {
                return Ok(());
            }
        }
    }
}

fn strikes(at: &FaultPoint, line: &str) -> bool {
    matches!(at, FaultPoint::Command(prefix) if line.trim_start().starts_with(prefix.as_str()))
}

impl Host {
    /// The fault that strikes at a command line, by what is inside it.
    fn fault(&self, command: &str) -> Option<FaultKind> {
        if let Some(call) = Call::recognise(command) {
            let step = Step::from(call.verb);
            return self.strike(|at| *at == FaultPoint::Step(step));
        }
        let words = shlex::split(command).unwrap_or_default();
        let inner = if words.first().is_some_and(|word| word == "vtysh") { words } else { Vec::new() };
        self.strike(|at| strikes(at, command) || inner.iter().any(|line| strikes(at, line)))
    }

    async fn run(&self, account: &Account, command: String, input: &[u8]) -> Reply {
        if account.login == Login::Vtysh {
            return self.shared.change(|world| chain(world, self.router, &[command.as_str()]));
        }
        if let Some(call) = Call::recognise(&command) {
            let caller =
                Caller { shared: self.shared.clone(), router: self.router, user: account.name.clone(), call };
            return caller.answer(input).await;
        }
        self.shared.change(|world| shell(world, self.router, &account.name, &command))
    }
}

impl server::Handler for Client {
    type Error = russh::Error;

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, Self::Error> {
        Ok(self.admit(user, |account| account.has_password(password.as_bytes())))
    }

    async fn auth_publickey(&mut self, user: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, Self::Error> {
        Ok(self.admit(user, |account| account.has_key(&key)))
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _submethods: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, Self::Error> {
        let Some(answer) = response.and_then(|mut answers| answers.next()) else {
            let prompts: Vec<(Cow<'static, str>, bool)> = vec![("Password: ".into(), false)];
            return Ok(Auth::Partial { name: "".into(), instructions: "".into(), prompts: prompts.into() });
        };
        Ok(self.admit(user, |account| account.has_password(answer.as_ref())))
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.channels.insert(channel.id(), Work::Idle { has_terminal: false });
        reply.accept().await;
        Ok(())
    }

    async fn env_request(
        &mut self,
        channel: ChannelId,
        _name: &str,
        _value: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        _term: &str,
        _columns: u32,
        _rows: u32,
        _width: u32,
        _height: u32,
        _modes: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.channels.insert(channel, Work::Idle { has_terminal: true });
        session.channel_success(channel)
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        let has_terminal = matches!(self.channels.get(&channel), Some(Work::Idle { has_terminal: true }));
        let Some(account) = self.user.as_ref().filter(|_| has_terminal) else {
            return session.channel_failure(channel);
        };
        session.channel_success(channel)?;
        let is_vtysh = account.login == Login::Vtysh;
        let (terminal, greeting) =
            Terminal::open(&self.host.shared.lock(), self.host.router, &account.name, is_vtysh);
        self.channels.insert(channel, Work::Terminal(terminal));
        session.data(channel, greeting.into_bytes())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)?;
        let command = String::from_utf8_lossy(data).into_owned();
        let reads_input = Call::recognise(&command).is_some_and(|call| call.verb == Verb::Stage);
        if reads_input {
            self.channels.insert(channel, Work::Input { command, input: Vec::new() });
        } else {
            self.channels.insert(channel, Work::Deaf);
            self.spawn(command, Vec::new(), channel, session.handle());
        }
        Ok(())
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        match self.channels.get_mut(&channel) {
            Some(Work::Input { input, .. }) => input.extend_from_slice(data),
            Some(Work::Terminal(_)) => return self.type_in(channel, data, session).await,
            _ => {}
        }
        Ok(())
    }

    async fn channel_eof(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        if let Some(Work::Input { .. }) = self.channels.get(&channel)
            && let Some(Work::Input { command, input }) = self.channels.insert(channel, Work::Deaf)
        {
            self.spawn(command, input, channel, session.handle());
        }
        Ok(())
    }

    async fn channel_close(&mut self, channel: ChannelId, _session: &mut Session) -> Result<(), Self::Error> {
        self.channels.remove(&channel);
        Ok(())
    }
}
