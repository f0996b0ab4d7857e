//! SSH: one authenticated connection, many channels.
//!
//! What the target leaves open is filled up from the user's SSH configuration ([`plan`]). Host keys are checked before
//! anything is proved to the server ([`known_hosts`]); then every credential there is gets its try ([`auth`]). Every
//! command runs on a channel of its own, so several can run at once, and dropping a future ends its own channel only.
//! No type of the SSH library leaves this folder.
//!
//! | file | what |
//! |---|---|
//! | `config.rs`, `pattern.rs`, `plan.rs` | `ssh_config`; a target with nothing left open |
//! | `algorithms.rs` | what is offered |
//! | `known_hosts.rs`, `auth.rs` | is it the right host; who we are |
//! | `proxy.rs` | a command as the way to the server |
//! | `upload/`, `checksum.rs` | files put on the device, and whether they arrived whole |

mod algorithms;
mod auth;
mod checksum;
mod config;
mod known_hosts;
mod pattern;
mod plan;
mod proxy;
mod upload;

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use peering_core::driver::Target;
use peering_core::{Error, ErrorKind, Result};
use russh::client::{self, Handle, Msg};
use russh::keys::PublicKeyOrCertificate;
use russh::{Channel, ChannelMsg, ChannelWriteHalf, Pty};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

pub use self::checksum::Checksum;
use self::proxy::Proxy;
use super::transcript::{Redactor, Transcript, lossy};

/// The port that SSH has of its own (RFC 4251).
const PORT: u16 = 22;

/// A terminal that every command line knows.
const TERMINAL: &str = "vt100";

/// Signs of life that may stay away before the connection counts as ended.
const KEEPALIVES: usize = 3;

/// A byte stream over a channel or socket.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for T {}

/// What a command left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// The exit status; `None` when a signal ended it or the server did not tell.
    pub status: Option<u32>,
    /// What it wrote on its standard output.
    #[serde(with = "lossy")]
    pub stdout: Vec<u8>,
    /// What it wrote on its standard error.
    #[serde(with = "lossy")]
    pub stderr: Vec<u8>,
}

impl Output {
    /// Whether it said that all went well.
    pub fn is_success(&self) -> bool {
        self.status == Some(0)
    }

    /// Its standard output as text; bytes that are no UTF-8 are replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.stdout)
    }
}

/// An authenticated SSH connection, or the recording of one.
pub struct Ssh {
    /// None in a replay.
    handle: Option<Handle<Checker>>,
    transcript: Transcript,
    place: String,
    /// Kept alive: the connection runs through it.
    jump: Option<Box<Ssh>>,
    /// Likewise.
    _proxy: Option<Proxy>,
}

impl fmt::Debug for Ssh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ssh").field("place", &self.place).field("jump", &self.jump).finish_non_exhaustive()
    }
}

impl Ssh {
    /// Connects to the target, through its jump host or proxy command where it has one; checks the host key;
    /// authenticates.
    ///
    /// # Errors
    /// `Connect`, `Timeout` (all together in `timeouts.connect`), `HostKey`, `Auth`, `Options`; those of
    /// [`Transcript::open`].
    pub async fn connect(target: &Target) -> Result<Ssh> {
        Self::connect_with(target, Redactor::default()).await
    }

    /// The same for a driver that knows its platform's secrets, where the session is recorded.
    ///
    /// # Errors
    /// As [`Ssh::connect`].
    pub async fn connect_with(target: &Target, redactor: Redactor) -> Result<Ssh> {
        Self::recorded(target, Transcript::open(target, "ssh", redactor)?).await
    }

    /// The same with a transcript that is open already; without a connection when it is a replay.
    pub(crate) async fn recorded(target: &Target, transcript: Transcript) -> Result<Ssh> {
        if transcript.is_replay() {
            return Ok(Ssh { handle: None, transcript, place: target.to_string(), jump: None, _proxy: None });
        }
        Ok(Ssh { transcript, ..Self::connect_live(target).await? })
    }

    /// Connects whatever the target's `wire` says: for a transport over this one that records by itself.
    pub(super) async fn connect_live(target: &Target) -> Result<Ssh> {
        let limit = target.timeouts.connect;
        match tokio::time::timeout(limit, Self::dial(target, 0)).await {
            Ok(result) => result,
            Err(_) => Err(Error::new(
                ErrorKind::Timeout,
                format!("no SSH session with {target} within {} s", limit.as_secs_f32()),
            )),
        }
        .map_err(|error| error.with_host(&target.host))
    }

    fn dial(target: &Target, hops: usize) -> Pin<Box<dyn Future<Output = Result<Ssh>> + Send + '_>> {
        Box::pin(async move {
            let plan = plan::plan(target, hops)?;
            let (target, port) = (&plan.target, plan.port);
            let checker = Checker(known_hosts::Check::new(&plan)?);
            let config = client::Config {
                preferred: algorithms::preferred(
                    target.ssh_algorithms,
                    checker.0.known_algorithms(),
                    checker.0.has_authority(),
                ),
                keepalive_interval: target.keepalive,
                keepalive_max: KEEPALIVES,
                nodelay: true,
                ..client::Config::default()
            };
            let (mut jump, mut proxy) = (None, None);
            let stream: Box<dyn Stream> = if let Some(command) = &target.proxy_command {
                let (started, stream) = Proxy::start(command)?;
                proxy = Some(started);
                Box::new(stream)
            } else if let Some(next) = &target.jump {
                let next = Self::dial(next, hops + 1).await.map_err(|error| error.with_host(&next.host))?;
                let stream = next.forward(&target.host, port).await?;
                jump = Some(Box::new(next));
                Box::new(stream)
            } else {
                let socket = TcpStream::connect((target.host.as_str(), port)).await.map_err(|error| {
                    let words = format!("no connection to {} port {port}: {error}", target.host);
                    Error::new(ErrorKind::Connect, words).with_source(error)
                })?;
                socket.set_nodelay(true).ok();
                Box::new(socket)
            };
            let stop = match client::connect_stream(Arc::new(config), stream, checker).await {
                Ok(mut handle) => {
                    auth::authenticate(&mut handle, &plan).await?;
                    let (handle, transcript) = (Some(handle), Transcript::live());
                    return Ok(Ssh { handle, transcript, place: target.to_string(), jump, _proxy: proxy });
                }
                Err(stop) => stop,
            };
            let complaint = match proxy {
                Some(proxy) => proxy.complaint().await,
                None => String::new(),
            };
            Err(stop.into_error(target, &complaint))
        })
    }

    /// A byte stream to another host, through this one.
    ///
    /// # Errors
    /// `Connect` when the server does not forward or the other host does not answer, `Closed`.
    pub async fn forward(&self, host: &str, port: u16) -> Result<impl Stream + use<>> {
        let channel =
            self.handle()?.channel_open_direct_tcpip(host, u32::from(port), "127.0.0.1", 0).await.map_err(
                |error| match error {
                    russh::Error::ChannelOpenFailure(reason) => Error::new(
                        ErrorKind::Connect,
                        format!("{} does not forward to {host}:{port}: {reason:?}", self.place),
                    ),
                    error => self.closed(error),
                },
            )?;
        Ok(channel.into_stream())
    }

    /// Runs one command on a channel of its own, and waits for its end.
    ///
    /// Dropping the future closes the channel; what the command does then is up to the command.
    ///
    /// # Errors
    /// `Closed` when the connection ended first, `Connect` when the server opens no more channels, `Rejected` when it
    /// runs no commands for this account.
    pub async fn exec(&self, command: &str, stdin: Option<&[u8]>) -> Result<Output> {
        self.exec_named(command, command, stdin).await
    }

    /// The same for a command that a transcript is to know by another name: without what differs from session to
    /// session.
    ///
    /// # Errors
    /// As [`Ssh::exec`].
    pub async fn exec_named(&self, name: &str, command: &str, stdin: Option<&[u8]>) -> Result<Output> {
        let known_by = match stdin {
            Some(stdin) if !self.transcript.is_live() => {
                Cow::Owned(format!("{name}\n{}", String::from_utf8_lossy(stdin)))
            }
            _ => Cow::Borrowed(name),
        };
        self.transcript.exchange(&known_by, self.run(command, stdin)).await
    }

    async fn run(&self, command: &str, stdin: Option<&[u8]>) -> Result<Output> {
        let (mut reader, writer) = self.open().await?.split();
        let mut open = Open(Some(writer));
        let Some(writer) = &open.0 else { return Err(self.closed(russh::Error::HUP)) };
        writer.exec(true, command).await.map_err(|error| self.closed(error))?;

        let mut output = Output::default();
        let mut is_refused = false;
        let mut is_closed = false;
        let feed = async {
            if let Some(stdin) = stdin {
                // A command that ends without reading everything is no failure of ours.
                let _ = writer.data(stdin).await;
                let _ = writer.eof().await;
            }
            std::future::pending::<()>().await
        };
        let drain = async {
            while let Some(message) = reader.wait().await {
                match message {
                    ChannelMsg::Data { data } => output.stdout.extend_from_slice(&data),
                    ChannelMsg::ExtendedData { data, ext: 1 } => output.stderr.extend_from_slice(&data),
                    ChannelMsg::ExitStatus { exit_status } => output.status = Some(exit_status),
                    ChannelMsg::Failure => {
                        is_refused = true;
                        break;
                    }
                    ChannelMsg::Close => {
                        is_closed = true;
                        break;
                    }
                    _ => {}
                }
            }
        };
        tokio::select! {
            () = drain => {}
            () = feed => {}
        }
        if is_refused {
            return Err(Error::new(
                ErrorKind::Rejected,
                format!("{} runs no commands for this account", self.place),
            ));
        }
        if !is_closed {
            return Err(self.closed(russh::Error::HUP));
        }
        open.0 = None;
        Ok(output)
    }

    /// A byte stream to a subsystem of the server, on a channel of its own. Dropping the stream closes the channel.
    ///
    /// # Errors
    /// `Rejected` when the server has no such subsystem, `Closed` when the connection ended first, `Connect` when the
    /// server opens no more channels.
    pub async fn subsystem(&self, name: &str) -> Result<impl Stream + use<>> {
        let mut channel = self.open().await?;
        channel.request_subsystem(true, name).await.map_err(|error| self.closed(error))?;
        // That the request was sent says nothing: the server's answer is a message on the channel.
        loop {
            match channel.wait().await {
                Some(ChannelMsg::Success) => return Ok(channel.into_stream()),
                Some(ChannelMsg::Failure) => {
                    let _ = channel.close().await;
                    let words = format!("{} has no subsystem {name:?}, or not for this account", self.place);
                    return Err(Error::new(ErrorKind::Rejected, words));
                }
                Some(ChannelMsg::WindowAdjusted { .. }) => {}
                // Data before the answer would be lost.
                _ => return Err(self.closed(russh::Error::HUP)),
            }
        }
    }

    /// A byte stream to a login shell in a terminal of this size, on a channel of its own. Dropping the stream closes the
    /// channel.
    ///
    /// # Errors
    /// `Rejected` when the server gives no terminal or shell to this account, `Closed`, `Connect` as with
    /// [`Ssh::subsystem`].
    pub async fn terminal(&self, columns: u32, rows: u32) -> Result<impl Stream + use<>> {
        let mut channel = self.open().await?;
        // readline echoes only where the terminal does; what is typed ahead may so stand in the midst of an output, too
        let modes = [(Pty::ECHO, 1)];
        let pty = channel.request_pty(true, TERMINAL, columns, rows, 0, 0, &modes).await;
        pty.map_err(|error| self.closed(error))?;
        channel.request_shell(true).await.map_err(|error| self.closed(error))?;
        let mut granted = 0;
        while granted < 2 {
            match channel.wait().await {
                Some(ChannelMsg::Success) => granted += 1,
                Some(ChannelMsg::Failure) => {
                    let _ = channel.close().await;
                    let words = format!("{} gives this account no command line in a terminal", self.place);
                    return Err(Error::new(ErrorKind::Rejected, words));
                }
                Some(ChannelMsg::WindowAdjusted { .. }) => {}
                // Data before the answer would be lost.
                _ => return Err(self.closed(russh::Error::HUP)),
            }
        }
        Ok(channel.into_stream())
    }

    async fn open(&self) -> Result<Channel<Msg>> {
        self.handle()?.channel_open_session().await.map_err(|error| match error {
            russh::Error::ChannelOpenFailure(reason) => Error::new(
                ErrorKind::Connect,
                format!("{} opens no more channels on this connection: {reason:?}", self.place),
            ),
            error => self.closed(error),
        })
    }

    /// Whether the connection has ended.
    pub fn is_closed(&self) -> bool {
        self.handle.as_ref().is_some_and(Handle::is_closed)
    }

    /// Where the session's commands go: what a driver makes up itself comes from [`Transcript::name`].
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Says goodbye and ends the connection.
    pub async fn close(&self) {
        if let Some(handle) = &self.handle {
            let _ = handle.disconnect(russh::Disconnect::ByApplication, "", "en").await;
        }
        if let Some(jump) = &self.jump {
            Box::pin(jump.close()).await;
        }
    }

    fn handle(&self) -> Result<&Handle<Checker>> {
        self.handle.as_ref().ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "a replay has no connection that can carry this")
        })
    }

    fn closed(&self, error: russh::Error) -> Error {
        Error::new(ErrorKind::Closed, format!("the SSH connection to {} has ended", self.place))
            .with_source(error)
    }
}

/// A channel that is closed when its future is dropped; the server counts open channels and has few.
struct Open(Option<ChannelWriteHalf<Msg>>);

impl Drop for Open {
    fn drop(&mut self) {
        if let (Some(writer), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move { writer.close().await });
        }
    }
}

/// Why a connection did not come to be: the library's words, or our own refusal.
#[derive(Debug)]
enum Stop {
    Library(russh::Error),
    HostKey(Error),
}

impl From<russh::Error> for Stop {
    fn from(error: russh::Error) -> Self {
        Stop::Library(error)
    }
}

impl Stop {
    fn into_error(self, target: &Target, complaint: &str) -> Error {
        match self {
            Stop::HostKey(error) => error,
            Stop::Library(russh::Error::NoCommonAlgo { kind, theirs, .. }) => Error::new(
                ErrorKind::Connect,
                format!(
                    "{target} and this program have no {kind:?} algorithm in common; it offers only {}; enable a modern one on it, or \
                     allow the legacy algorithms for this router",
                    theirs.join(", ")
                ),
            ),
            Stop::Library(error) => {
                let says = if complaint.is_empty() { "" } else { "; the proxy command says: " };
                Error::new(
                    ErrorKind::Connect,
                    format!("no SSH session with {target}: {error}{says}{complaint}"),
                )
                .with_source(error)
            }
        }
    }
}

/// The library's callback: is this the right host?
struct Checker(known_hosts::Check);

impl client::Handler for Checker {
    type Error = Stop;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> std::result::Result<bool, Stop> {
        let accepted = match key {
            PublicKeyOrCertificate::PublicKey { key, .. } => self.0.accept(key).await,
            PublicKeyOrCertificate::Certificate(certificate) => self.0.accept_certificate(certificate).await,
        };
        accepted.map_err(Stop::HostKey)?;
        Ok(true)
    }
}
