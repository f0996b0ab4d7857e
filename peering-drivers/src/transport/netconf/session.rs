//! A session: one task owns the stream, callers send it requests and get the reply with their number.
//!
//! Several requests may be in flight. A caller that goes away costs nothing: its reply is dropped when it comes. What does
//! not fit (a reply to nothing, garbage, an end) ends the session, and everybody who waits is told the same. How long to
//! wait is the caller's business, except for [`Netconf::connect`].

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::{Buf, Bytes, BytesMut};
use futures_util::StreamExt;
use peering_core::driver::Target;
use peering_core::{Error, ErrorKind, ParseError, Result};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::{mpsc, oneshot};
use tokio_util::codec::{Encoder, FramedRead};

use super::framing::{Codec, DEFAULT_LIMIT, Framing, FramingError};
use super::hello::{BASE_1_0, BASE_1_1, Capabilities, Hello};
use super::operation::Operation;
use super::rpc::{self, Envelope, Reply};
use super::step;
use crate::transport::{Redactor, Ssh, Stream, Transcript};

/// How many bytes are read at once.
const READ: usize = 64 * 1024;
/// How many requests may wait for the task to take them.
const QUEUE: usize = 16;
/// The SSH subsystem (RFC 6242, section 3).
const SUBSYSTEM: &str = "netconf";
/// By what a transcript knows the server's hello.
const HELLO: &str = "hello";

/// What can be chosen about a session.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The largest message that is taken, in bytes.
    pub limit: usize,
    /// Whether base 1.1, and with it chunked framing, is offered; base 1.0 always is.
    pub base_1_1: bool,
    /// Blacks out secrets in a device's words before they become an error.
    pub redact: fn(&str) -> String,
    /// Blacks out secrets where the session is recorded.
    pub redactor: Redactor,
}

impl Default for Options {
    fn default() -> Self {
        let redactor = Redactor::default();
        Options { limit: DEFAULT_LIMIT, base_1_1: true, redact: rpc::redact, redactor }
    }
}

/// Why a session has ended.
#[derive(Clone, Debug)]
struct Fault {
    kind: ErrorKind,
    words: String,
}

impl Fault {
    fn new(kind: ErrorKind, words: impl Into<String>) -> Self {
        Fault { kind, words: words.into() }
    }

    fn error(&self) -> Error {
        Error::new(self.kind, format!("the NETCONF session has ended: {}", self.words))
    }
}

impl From<FramingError> for Fault {
    fn from(error: FramingError) -> Self {
        let kind = match error {
            FramingError::Io(_) | FramingError::Truncated { .. } => ErrorKind::Closed,
            _ => ErrorKind::Parse,
        };
        Fault::new(kind, error.to_string())
    }
}

struct Request {
    id: u64,
    rpc: String,
    answer: oneshot::Sender<Result<Bytes>>,
}

/// What is recorded of a server's hello.
#[derive(Serialize, Deserialize)]
struct Said {
    capabilities: Vec<String>,
    session_id: u32,
}

/// A NETCONF session, or the recording of one. Dropping it ends it.
pub struct Netconf {
    /// None in a replay.
    requests: Option<mpsc::Sender<Request>>,
    transcript: Transcript,
    next: AtomicU64,
    end: Arc<OnceLock<Fault>>,
    capabilities: Capabilities,
    session_id: u32,
    framing: Framing,
    redact: fn(&str) -> String,
    /// The connection that the stream is a part of.
    ssh: Option<Ssh>,
}

impl fmt::Debug for Netconf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Netconf")
            .field("session_id", &self.session_id)
            .field("framing", &self.framing)
            .field("ssh", &self.ssh)
            .finish_non_exhaustive()
    }
}

impl Netconf {
    /// Connects over SSH, at the target's port or else at `port` (830 is NETCONF's own; many devices take it on 22).
    ///
    /// # Errors
    /// Those of [`Ssh::connect`]; `Rejected` when NETCONF is not enabled, `Timeout` when no hello has come within
    /// `timeouts.connect`, `Parse` when it is none, `Connect` when no base version is common, `Closed`; those of
    /// [`Transcript::open`].
    pub async fn connect(target: &Target, port: u16, options: Options) -> Result<Self> {
        let mut target = target.clone();
        target.port.get_or_insert(port);
        let transcript = Transcript::open(&target, "netconf", options.redactor)?;
        if transcript.is_replay() {
            return Self::replay(transcript, options).await.map_err(|error| error.with_host(&target.host));
        }
        let ssh = step::part(Ssh::connect_live(&target)).await?;
        let limit = target.timeouts.connect;
        let opened = async {
            let stream = ssh.subsystem(SUBSYSTEM).await.map_err(|error| match error.kind() {
                ErrorKind::Rejected => {
                    Error::new(ErrorKind::Rejected, format!("NETCONF is not enabled at {target}"))
                        .with_source(error)
                }
                _ => error,
            })?;
            Netconf::over(stream, options).await
        };
        let opened = tokio::time::timeout(limit, opened).await.unwrap_or_else(|_| {
            let words = format!("no NETCONF hello from {target} within {} s", limit.as_secs_f32());
            Err(Error::new(ErrorKind::Timeout, words))
        });
        let session = opened.map_err(|error| error.with_host(&target.host))?;
        let session = Netconf { ssh: Some(ssh), ..session };
        session.recorded_by(transcript).await
    }

    /// The same session, which from here on is recorded where the transcript does so.
    pub(in crate::transport) async fn recorded_by(self, transcript: Transcript) -> Result<Self> {
        let said = async {
            let capabilities = self.capabilities.uris().map(str::to_owned).collect();
            Ok(Said { capabilities, session_id: self.session_id })
        };
        transcript.exchange(HELLO, said).await?;
        Ok(Netconf { transcript, ..self })
    }

    async fn replay(transcript: Transcript, options: Options) -> Result<Self> {
        let none = async { Err(Error::new(ErrorKind::Closed, "there is no server behind a replay")) };
        let said: Said = transcript.exchange(HELLO, none).await?;
        let capabilities = Capabilities::new(said.capabilities);
        let framing = capabilities.framing_with(&own(options))?;
        Ok(Netconf {
            requests: None,
            transcript,
            next: AtomicU64::new(1),
            end: Arc::default(),
            capabilities,
            session_id: said.session_id,
            framing,
            redact: options.redact,
            ssh: None,
        })
    }

    /// Says hello over a stream, and waits for the server's.
    ///
    /// # Errors
    /// `Parse` when no hello came, `Connect` when no base version is common, `Closed` when the stream ended first.
    pub async fn over(stream: impl Stream, options: Options) -> Result<Self> {
        let (reader, mut writer) = tokio::io::split(stream);
        let codec = Codec::with_limit(options.limit);
        let mut incoming = FramedRead::with_capacity(reader, codec.clone(), READ);
        let own = Hello::client(own(options));
        let mut wire = BytesMut::new();
        let mut sending = codec;
        sending.encode(own.to_string(), &mut wire).map_err(|error| Fault::from(error).error())?;
        // At once and alone: some servers do not see a request that comes in one piece with the hello, so nothing else is
        // sent before theirs has come. Theirs is read meanwhile, for it may be longer than the stream takes unread.
        let say = async {
            let sent = write(&mut writer, &mut wire, &mut false).await;
            sent.map_err(|error| Fault::from(FramingError::Io(error)).error())
        };
        let hear = async {
            match incoming.next().await {
                Some(message) => message.map_err(|error| Fault::from(error).error()),
                None => {
                    Err(Fault::new(ErrorKind::Closed, "the stream ended before the server's hello").error())
                }
            }
        };
        let ((), first) = tokio::try_join!(say, hear)?;
        let hello = Hello::from_server(&text(first)?)?;
        let framing = hello.capabilities.framing_with(&own.capabilities)?;
        incoming.decoder_mut().set_framing(framing);
        sending.set_framing(framing);

        let (requests, queue) = mpsc::channel(QUEUE);
        let end = Arc::new(OnceLock::new());
        let session = Session {
            incoming,
            writer,
            codec: sending,
            outgoing: BytesMut::new(),
            is_flushed: true,
            waiting: HashMap::new(),
            redact: options.redact,
        };
        tokio::spawn(session.run(queue, Arc::clone(&end)));
        tracing::debug!(session_id = hello.session_id, ?framing, "NETCONF session");
        Ok(Netconf {
            requests: Some(requests),
            transcript: Transcript::live(),
            next: AtomicU64::new(1),
            end,
            capabilities: hello.capabilities,
            session_id: hello.session_id.unwrap_or_default(),
            framing,
            redact: options.redact,
            ssh: None,
        })
    }

    /// What the server can.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// The number that the server has given this session.
    pub fn session_id(&self) -> u32 {
        self.session_id
    }

    /// The framing that both agreed on.
    pub fn framing(&self) -> Framing {
        self.framing
    }

    /// Whether the session has ended.
    pub fn is_closed(&self) -> bool {
        self.requests.as_ref().is_some_and(mpsc::Sender::is_closed)
    }

    /// Where the session's requests go: what a driver makes up itself comes from [`Transcript::name`].
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Asks, and takes an `<rpc-error>` that is more than a warning for an error.
    ///
    /// # Errors
    /// Those of [`Netconf::exchange`]; `Locked` with the holder, `Auth`, or `Rejected` with the device's words.
    pub async fn call(&self, operation: &Operation) -> Result<Reply> {
        self.exchange(operation).await?.check(self.redact)
    }

    /// Asks, and gives the reply as it is, errors included.
    ///
    /// Dropped before the reply has come, the request may have taken effect; the session stays in step.
    ///
    /// # Errors
    /// `Unsupported` when the server lacks a capability, `Options` when XML of the request is not well-formed (both:
    /// nothing was sent); `Parse` when the reply is no XML, or the session has ended over a message that fits nothing;
    /// `Closed` when it has ended.
    pub async fn exchange(&self, operation: &Operation) -> Result<Reply> {
        if let Some(capability) = operation.lacks(&self.capabilities) {
            let words =
                format!("{operation:?} needs the capability {capability}, which this server does not have");
            return Err(Error::new(ErrorKind::Unsupported, words));
        }
        // a transcript knows requests without their numbers
        let known_by = if self.transcript.is_live() { String::new() } else { operation.to_rpc(0)? };
        let message = step::part(self.transcript.exchange(&known_by, self.send(operation))).await?;
        Ok(Reply::parse(message)?)
    }

    async fn send(&self, operation: &Operation) -> Result<String> {
        let requests = self.requests.as_ref().ok_or_else(|| self.ended())?;
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        let request = Request { id, rpc: operation.to_rpc(id)?, answer };
        requests.send(request).await.map_err(|_| self.ended())?;
        text(answered.await.map_err(|_| self.ended())??)
    }

    /// Says goodbye, waits for the answer and ends the connection.
    ///
    /// # Errors
    /// Those of [`Netconf::call`], except that a session that has ended already is closed.
    pub async fn close(self) -> Result<()> {
        if self.transcript.is_replay() {
            return Ok(());
        }
        let said = match self.call(&Operation::CloseSession).await {
            Err(error) if error.kind() != ErrorKind::Closed => Err(error),
            _ => Ok(()),
        };
        if let Some(ssh) = &self.ssh {
            ssh.close().await;
        }
        said
    }

    fn ended(&self) -> Error {
        let fault = self.end.get().cloned();
        fault
            .unwrap_or_else(|| Fault::new(ErrorKind::Closed, "its task is gone"))
            .error()
            .with_kind(ErrorKind::Closed)
    }
}

/// What we say that we can.
fn own(options: Options) -> Capabilities {
    let offered: &[&str] = if options.base_1_1 { &[BASE_1_0, BASE_1_1] } else { &[BASE_1_0] };
    Capabilities::new(offered.iter().copied())
}

/// A message as text.
fn text(message: Bytes) -> Result<String> {
    // Without a copy, where nothing else shares the buffer.
    String::from_utf8(Vec::from(message)).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        ParseError::new("UTF-8", &format!("other bytes after {at}")).into()
    })
}

/// The task's side.
struct Session<S> {
    incoming: FramedRead<ReadHalf<S>, Codec>,
    writer: WriteHalf<S>,
    codec: Codec,
    outgoing: BytesMut,
    is_flushed: bool,
    waiting: HashMap<u64, oneshot::Sender<Result<Bytes>>>,
    redact: fn(&str) -> String,
}

impl<S: Stream> Session<S> {
    async fn run(mut self, mut queue: mpsc::Receiver<Request>, end: Arc<OnceLock<Fault>>) {
        let fault = self.serve(&mut queue).await;
        tracing::debug!(kind = %fault.kind, words = fault.words, "NETCONF session has ended");
        // Before the queue goes, for whoever is still in it looks here.
        let _ = end.set(fault.clone());
        for (_, answer) in self.waiting.drain() {
            let _ = answer.send(Err(fault.error()));
        }
    }

    async fn serve(&mut self, queue: &mut mpsc::Receiver<Request>) -> Fault {
        loop {
            let Session { incoming, writer, outgoing, is_flushed, .. } = &mut *self;
            let is_idle = outgoing.is_empty() && *is_flushed;
            // Reading goes on while something is written, else both sides may wait for each other.
            tokio::select! {
                message = incoming.next() => {
                    let taken = match message {
                        Some(Ok(message)) => self.take(message),
                        Some(Err(error)) => Err(error.into()),
                        None => Err(Fault::new(ErrorKind::Closed, "the server has ended it")),
                    };
                    if let Err(fault) = taken {
                        return fault;
                    }
                }
                request = queue.recv() => match request {
                    Some(request) => self.put(request),
                    None => return Fault::new(ErrorKind::Closed, "nobody uses it any more"),
                },
                sent = write(writer, outgoing, is_flushed), if !is_idle => {
                    if let Err(error) = sent {
                        return FramingError::Io(error).into();
                    }
                }
            }
        }
    }

    fn put(&mut self, request: Request) {
        // Who has gone away meanwhile does not want it done any more.
        if request.answer.is_closed() {
            return;
        }
        match self.codec.encode(&request.rpc, &mut self.outgoing) {
            Ok(()) => {
                self.is_flushed = false;
                self.waiting.insert(request.id, request.answer);
            }
            Err(error) => {
                let _ = request.answer.send(Err(Error::new(ErrorKind::Options, error.to_string())));
            }
        }
    }

    fn take(&mut self, message: Bytes) -> Result<(), Fault> {
        let wrong = |words: String| Fault::new(ErrorKind::Parse, words);
        let envelope = Envelope::read(&message).map_err(|error| wrong(error.to_string()))?;
        match envelope {
            Envelope::Reply(Some(id)) => {
                let answer = id.parse().ok().and_then(|id: u64| self.waiting.remove(&id));
                let answer =
                    answer.ok_or_else(|| wrong(format!("a reply to no request, message-id {id:?}")))?;
                // Whoever asked may have gone.
                let _ = answer.send(Ok(message));
                Ok(())
            }
            Envelope::Reply(None) => {
                let reply = text(message).ok().and_then(|text| Reply::parse(text).ok());
                let error = reply.and_then(|reply| rpc::as_error(reply.errors(), self.redact));
                let words = error.map_or(String::new(), |error| format!(": {}", error.message()));
                Err(wrong(format!("a reply without a message-id{words}")))
            }
            Envelope::Notification => {
                tracing::trace!("a notification that nobody has asked for");
                Ok(())
            }
            Envelope::Other(name) => Err(wrong(format!("<{name}> is no reply"))),
        }
    }
}

/// Writes what there is. Dropped half-way, what was written is gone from `outgoing`.
async fn write<W>(writer: &mut W, outgoing: &mut BytesMut, is_flushed: &mut bool) -> std::io::Result<()>
where
    W: AsyncWriteExt + Unpin,
{
    while outgoing.has_remaining() {
        if writer.write_buf(outgoing).await? == 0 {
            return Err(std::io::ErrorKind::WriteZero.into());
        }
    }
    writer.flush().await?;
    *is_flushed = true;
    Ok(())
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
