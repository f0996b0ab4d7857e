//! SSH: one authenticated connection, many channels.
//!
//! Host keys are checked before anything is proved to the server ([`known_hosts`]); then every credential there is
//! gets its try ([`auth`]). Every command runs on a channel of its own, so several can run at once, and dropping a
//! future ends its own channel only. No type of the SSH library leaves this folder.

mod auth;
mod known_hosts;

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use peering_core::driver::Target;
use peering_core::{Error, ErrorKind, Result};
use russh::client::{self, Handle, Msg};
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PublicKeyOrCertificate};
use russh::{Channel, ChannelMsg, ChannelWriteHalf, cipher, compression, kex, mac};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// The port that SSH has of its own (RFC 4251).
const PORT: u16 = 22;

/// Silence after which the server is asked for a sign of life; after three without an answer the link is cut.
const KEEPALIVE: Duration = Duration::from_secs(10);

/// A byte stream over a channel or socket.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for T {}

/// What a command left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The exit status; `None` when a signal ended it or the server did not tell.
    pub status: Option<u32>,
    /// What it wrote on its standard output.
    pub stdout: Vec<u8>,
    /// What it wrote on its standard error.
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

/// An authenticated SSH connection.
pub struct Ssh {
    handle: Handle<Checker>,
    place: String,
    /// Kept alive: the connection runs through it.
    jump: Option<Box<Ssh>>,
}

impl fmt::Debug for Ssh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ssh").field("place", &self.place).field("jump", &self.jump).finish_non_exhaustive()
    }
}

impl Ssh {
    /// Connects to the target, through its jump host where it has one; checks the host key; authenticates.
    ///
    /// # Errors
    /// `Connect`, `Timeout` (all together in `timeouts.connect`), `HostKey`, `Auth`, `Options`.
    pub async fn connect(target: &Target) -> Result<Ssh> {
        let limit = target.timeouts.connect;
        match tokio::time::timeout(limit, Self::dial(target)).await {
            Ok(result) => result,
            Err(_) => Err(Error::new(
                ErrorKind::Timeout,
                format!("no SSH session with {target} within {} s", limit.as_secs_f32()),
            )),
        }
        .map_err(|error| error.with_host(&target.host))
    }

    fn dial(target: &Target) -> Pin<Box<dyn Future<Output = Result<Ssh>> + Send + '_>> {
        Box::pin(async move {
            if target.credentials.username.is_empty() {
                return Err(Error::new(ErrorKind::Options, format!("no user name is given for {target}")));
            }
            let port = target.port_or(PORT);
            let checker = Checker(known_hosts::Check::new(target, port)?);
            let config = Arc::new(config(checker.0.known_algorithms()));
            let (handle, jump) = match &target.jump {
                None => {
                    let socket = TcpStream::connect((target.host.as_str(), port)).await.map_err(|error| {
                        Error::new(ErrorKind::Connect, format!("no connection to {target}: {error}"))
                            .with_source(error)
                    })?;
                    socket.set_nodelay(true).ok();
                    (client::connect_stream(config, socket, checker).await, None)
                }
                Some(jump) => {
                    let jump = Ssh::connect(jump).await?;
                    let stream = jump.forward(&target.host, port).await?;
                    (client::connect_stream(config, stream, checker).await, Some(Box::new(jump)))
                }
            };
            let mut handle = handle.map_err(|stop| stop.into_error(target))?;
            auth::authenticate(&mut handle, &target.credentials).await?;
            Ok(Ssh { handle, place: target.to_string(), jump })
        })
    }

    /// A byte stream to another host, through this one.
    ///
    /// # Errors
    /// `Connect` when the server does not forward or the other host does not answer, `Closed`.
    pub async fn forward(&self, host: &str, port: u16) -> Result<impl Stream + use<>> {
        let channel =
            self.handle.channel_open_direct_tcpip(host, u32::from(port), "127.0.0.1", 0).await.map_err(
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

    async fn open(&self) -> Result<Channel<Msg>> {
        self.handle.channel_open_session().await.map_err(|error| match error {
            russh::Error::ChannelOpenFailure(reason) => Error::new(
                ErrorKind::Connect,
                format!("{} opens no more channels on this connection: {reason:?}", self.place),
            ),
            error => self.closed(error),
        })
    }

    /// Whether the connection has ended.
    pub fn is_closed(&self) -> bool {
        self.handle.is_closed()
    }

    /// Says goodbye and ends the connection.
    pub async fn close(&self) {
        let _ = self.handle.disconnect(russh::Disconnect::ByApplication, "", "en").await;
        if let Some(jump) = &self.jump {
            Box::pin(jump.close()).await;
        }
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
    fn into_error(self, target: &Target) -> Error {
        match self {
            Stop::HostKey(error) => error,
            Stop::Library(russh::Error::NoCommonAlgo { kind, theirs, .. }) => Error::new(
                ErrorKind::Connect,
                format!(
                    "{target} and this program have no {kind:?} algorithm in common; it offers only {}; enable a modern one on it",
                    theirs.join(", ")
                ),
            ),
            Stop::Library(error) => {
                Error::new(ErrorKind::Connect, format!("no SSH session with {target}: {error}"))
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
        self.0.accept(&key.public_key()).await.map_err(Stop::HostKey)?;
        Ok(true)
    }
}

const KEX: &[kex::Name] = &[
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::ECDH_SHA2_NISTP256,
    kex::ECDH_SHA2_NISTP384,
    kex::ECDH_SHA2_NISTP521,
    kex::DH_G14_SHA256,
    kex::DH_G16_SHA512,
    kex::DH_GEX_SHA256,
    kex::DH_G15_SHA512,
    kex::DH_G17_SHA512,
    kex::DH_G18_SHA512,
    kex::EXTENSION_SUPPORT_AS_CLIENT,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT,
];

const CIPHERS: &[cipher::Name] = &[
    cipher::CHACHA20_POLY1305,
    cipher::AES_256_GCM,
    cipher::AES_128_GCM,
    cipher::AES_256_CTR,
    cipher::AES_192_CTR,
    cipher::AES_128_CTR,
];

const MACS: &[mac::Name] = &[mac::HMAC_SHA512_ETM, mac::HMAC_SHA256_ETM, mac::HMAC_SHA512, mac::HMAC_SHA256];

const HOST_KEYS: &[Algorithm] = &[
    Algorithm::Ed25519,
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
    Algorithm::Rsa { hash: Some(HashAlg::Sha512) },
    Algorithm::Rsa { hash: Some(HashAlg::Sha256) },
];

/// Our own order: fast and strong first, no SHA-1, no CBC. Host keys that we know come before all others, so that a
/// server with several keys shows the one that can be checked.
fn config(known: &[Algorithm]) -> client::Config {
    let is_rsa = |algorithm: &Algorithm| matches!(algorithm, Algorithm::Rsa { .. });
    let is_known = |algorithm: &&Algorithm| {
        known.iter().any(|known| known == *algorithm || (is_rsa(known) && is_rsa(algorithm)))
    };
    let mut keys: Vec<Algorithm> = HOST_KEYS.iter().filter(is_known).cloned().collect();
    keys.extend(HOST_KEYS.iter().filter(|algorithm| !is_known(algorithm)).cloned());
    client::Config {
        preferred: russh::Preferred {
            kex: Cow::Borrowed(KEX),
            key: Cow::Owned(keys),
            cipher: Cow::Borrowed(CIPHERS),
            mac: Cow::Borrowed(MACS),
            compression: Cow::Borrowed(&[compression::NONE]),
            ..russh::Preferred::DEFAULT
        },
        keepalive_interval: Some(KEEPALIVE),
        keepalive_max: 3,
        nodelay: true,
        ..client::Config::default()
    }
}
