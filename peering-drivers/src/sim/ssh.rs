//! The SSH server in front of a simulated router: authentication, several channels per connection, and what a router
//! does on them as a [`Service`].

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use peering_core::{Error, ErrorKind, Result, Secret};
use russh::keys::{Algorithm, PrivateKey, PublicKey, key::safe_rng};
use russh::server::{self, Auth, ChannelOpenHandle, Handle, Msg, Response, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, MethodKind, MethodSet, Pty};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::fabric::Shared;
use super::fault::{FaultKind, FaultPoint};
use super::links::Links;
use super::router::{Login, User};

/// A user with the key read.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) name: String,
    password: Secret,
    key: Option<PublicKey>,
    pub(crate) login: Login,
}

impl Account {
    fn has_password(&self, password: &[u8]) -> bool {
        self.password.expose().as_bytes() == password
    }

    fn has_key(&self, key: &VerifiedPublicKey<'_>) -> bool {
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

/// The router that a server stands in front of.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) shared: Arc<Shared>,
    pub(crate) router: usize,
    pub(crate) accounts: Arc<[Account]>,
}

impl Site {
    /// The fault that strikes at the first place that fits; it is used up by this.
    pub(crate) fn strike(&self, is_here: impl Fn(&FaultPoint) -> bool) -> Option<FaultKind> {
        self.shared.lock().chassis_mut(self.router)?.faults.strike(is_here)
    }
}

/// What a client asks of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Shell,
    Exec(String),
    Subsystem(String),
}

/// The size of a terminal as the client has it, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) columns: u32,
    pub(crate) rows: u32,
}

/// What comes in on a channel; that the sender is gone means that the channel is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    Bytes {
        at: Instant,
        bytes: Vec<u8>,
    },
    /// The client sends nothing more, and still reads.
    Eof,
}

/// A channel on which something runs.
pub(crate) struct Wire {
    pub(crate) handle: Handle,
    pub(crate) channel: ChannelId,
    /// The task that carries the connection's bytes: ending it cuts the connection.
    pub(crate) link: AbortHandle,
    /// The terminal, where one was asked for.
    pub(crate) terminal: Option<Size>,
    pub(crate) input: mpsc::UnboundedReceiver<Input>,
}

impl Wire {
    /// Whether the client still takes it.
    pub(crate) async fn send(&self, bytes: impl Into<Vec<u8>>) -> bool {
        let bytes = bytes.into();
        bytes.is_empty() || self.handle.data(self.channel, bytes).await.is_ok()
    }

    /// Ends the channel with an exit status. The client may be gone by now.
    pub(crate) async fn end(&self, status: u32) {
        let _ = self.handle.exit_status_request(self.channel, status).await;
        self.close().await;
    }

    /// Ends the channel without one.
    pub(crate) async fn close(&self) {
        let _ = self.handle.eof(self.channel).await;
        let _ = self.handle.close(self.channel).await;
    }

    /// Everything that comes in up to the end; `None` when the channel is gone before.
    pub(crate) async fn read_to_end(&mut self) -> Option<Vec<u8>> {
        let mut all = Vec::new();
        loop {
            match self.input.recv().await? {
                Input::Bytes { bytes, .. } => all.extend(bytes),
                Input::Eof => return Some(all),
            }
        }
    }

    /// Reads and answers nothing until the client goes.
    pub(crate) async fn ignore(&mut self) {
        while self.input.recv().await.is_some() {}
    }
}

/// What a router does on the channels of its clients.
pub(crate) trait Service: Clone + Send + Sync + 'static {
    /// What stands before a password that is asked for.
    const PASSWORD: &'static str = "Password: ";

    fn site(&self) -> &Site;

    /// Takes a request up, in a task that goes on when the connection is gone; `None` refuses it.
    fn serve(&self, account: &Account, request: Request, wire: Wire) -> Option<BoxFuture<'static, ()>>;
}

/// Starts a server on a port of the loopback interface, 0 for a free one: where, and its host key.
pub(crate) async fn start<S: Service>(
    service: S,
    port: u16,
    links: Links,
) -> io::Result<(SocketAddr, PublicKey)> {
    let door = service.site().clone();
    let client = move |link| Client { service: service.clone(), link, user: None, channels: HashMap::new() };
    listen(port, links, move || door.strike(|at| *at == FaultPoint::Connect), client).await
}

/// The ways to log in.
fn methods() -> MethodSet {
    MethodSet::from(&[MethodKind::PublicKey, MethodKind::Password, MethodKind::KeyboardInteractive][..])
}

/// Nobody is let in by this proof; another may be tried, by every way, as with OpenSSH.
fn refused() -> Auth {
    Auth::Reject { proceed_with_methods: Some(methods()), partial_success: false }
}

/// Listens on a port of the loopback interface, 0 for a free one: where, and the host key.
///
/// `strike` plays the faults of new connections; `client` makes what handles one, which may cut it by its task.
async fn listen<C: server::Handler + Send + 'static>(
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

/// One connection.
struct Client<S> {
    service: S,
    link: AbortHandle,
    user: Option<Account>,
    channels: HashMap<ChannelId, Line>,
}

/// A channel, as the connection knows it.
#[derive(Default)]
struct Line {
    terminal: Option<Size>,
    /// Where what comes in goes, once something runs.
    input: Option<mpsc::UnboundedSender<Input>>,
}

impl Line {
    /// Whatever runs there may have ended.
    fn pass(&self, input: Input) {
        if let Some(sender) = &self.input {
            let _ = sender.send(input);
        }
    }
}

impl<S: Service> Client<S> {
    fn admit(&mut self, user: &str, proof: impl Fn(&Account) -> bool) -> Auth {
        let all = &self.service.site().accounts;
        match all.iter().find(|account| account.name == user && proof(account)) {
            Some(account) => {
                self.user = Some(account.clone());
                Auth::Accept
            }
            None => refused(),
        }
    }

    fn serve(
        &mut self,
        channel: ChannelId,
        request: Request,
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        let free = self.channels.get_mut(&channel).filter(|line| line.input.is_none());
        let (Some(account), Some(line)) = (&self.user, free) else { return session.channel_failure(channel) };
        let (sender, input) = mpsc::unbounded_channel();
        let (handle, link) = (session.handle(), self.link.clone());
        let wire = Wire { handle, channel, link, terminal: line.terminal, input };
        match self.service.serve(account, request, wire) {
            Some(task) => {
                line.input = Some(sender);
                session.channel_success(channel)?;
                tokio::spawn(task);
                Ok(())
            }
            None => session.channel_failure(channel),
        }
    }
}

impl<S: Service> server::Handler for Client<S> {
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
            let prompts: Vec<(Cow<'static, str>, bool)> = vec![(S::PASSWORD.into(), false)];
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
        self.channels.insert(channel.id(), Line::default());
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
        columns: u32,
        rows: u32,
        _width: u32,
        _height: u32,
        _modes: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        if let Some(line) = self.channels.get_mut(&channel) {
            line.terminal = Some(Size { columns, rows });
        }
        session.channel_success(channel)
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        self.serve(channel, Request::Shell, session)
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.serve(channel, Request::Exec(String::from_utf8_lossy(command).into_owned()), session)
    }

    async fn subsystem_request(
        &mut self,
        channel: ChannelId,
        name: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.serve(channel, Request::Subsystem(name.to_owned()), session)
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        if let Some(line) = self.channels.get(&channel) {
            line.pass(Input::Bytes { at: Instant::now(), bytes: data.to_vec() });
        }
        Ok(())
    }

    async fn channel_eof(&mut self, channel: ChannelId, _session: &mut Session) -> Result<(), Self::Error> {
        if let Some(line) = self.channels.get(&channel) {
            line.pass(Input::Eof);
        }
        Ok(())
    }

    async fn channel_close(&mut self, channel: ChannelId, _session: &mut Session) -> Result<(), Self::Error> {
        self.channels.remove(&channel);
        Ok(())
    }
}
