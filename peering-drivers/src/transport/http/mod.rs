//! HTTP and HTTPS: one client a router session, with its own connection, trust and credentials.
//!
//! Routers are reached directly: no proxy of the environment is used, because a router's address seldom means the same
//! behind one and its password would pass through it. Redirects are not followed. HTTP/1.1 only, which all routers
//! speak. A connection is kept for the next request for a short while, so that a router that ends idle ones
//! seldom does so while we send; no request is ever sent twice: what failed with an idle connection before a byte of
//! it was written goes to a new one, everything else is an error, and [`Http::had_no_effect`] says what it means. No
//! type of the HTTP and TLS libraries leaves this folder.
//!
//! | file | what |
//! |---|---|
//! | `tls.rs`, `trust.rs` | which certificates are accepted; those trusted on first use |
//! | `rpc.rs` | JSON-RPC 2.0 |
//! | `failure.rs` | errors |

mod failure;
mod rpc;
#[cfg(test)]
mod tests;
mod tls;
mod trust;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use peering_core::driver::Target;
use peering_core::{Error, ErrorKind, Result, Secret};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::transcript::{Redactor, Transcript, lossy};

pub use rpc::{BatchAnswer, RpcError};

/// How long a connection is kept without use; servers end theirs after a minute or so.
const IDLE: Duration = Duration::from_secs(20);

/// The longest answer, in bytes: a full table in JSON is below this.
const BODY: usize = 512 << 20;

const JSON: &str = "application/json";

/// Whether the connection is encrypted. Through a socket on this machine it never is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// HTTP over TLS.
    #[default]
    Https,
    /// In clear: everybody on the way reads the password. Only where the user asks for it by name.
    Http,
}

/// What a request wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Call, or create.
    Post,
    /// Replace.
    Put,
    /// Change in part.
    Patch,
    /// Remove.
    Delete,
}

impl Method {
    /// As it stands in a request.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// What it wants to do.
    pub method: Method,
    /// The path, with its query, beginning with `/`.
    pub path: &'a str,
    /// The media type of the body and of the answer that is wanted.
    pub media: &'a str,
    /// The body.
    pub body: Vec<u8>,
}

/// A whole answer, whatever its status.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// The HTTP status, 200 to 599.
    pub status: u16,
    /// How long the router asks to wait (`Retry-After`).
    pub retry_after: Option<Duration>,
    /// The body, decompressed.
    #[serde(with = "lossy")]
    pub body: Vec<u8>,
}

/// A client for one router. Cloning is cheap and shares the connections.
#[derive(Clone)]
pub struct Http {
    /// None in a replay.
    client: Option<reqwest::Client>,
    transcript: Transcript,
    base: String,
    place: String,
    host: String,
    user: String,
    password: Option<Secret>,
    limit: Duration,
    body_limit: usize,
    calls: Arc<AtomicU64>,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("base", &self.base).field("user", &self.user).finish_non_exhaustive()
    }
}

impl Http {
    /// A client for the target; `port` is used where the target names none. Nothing is sent yet.
    ///
    /// # Errors
    /// `Options` when the target makes no sense over HTTP or a certificate file cannot be read, `Tls` when the system
    /// has no certificates to check with; those of [`Transcript::open`].
    pub fn new(target: &Target, scheme: Scheme, port: u16) -> Result<Http> {
        Self::new_with(target, scheme, port, Redactor::default())
    }

    /// The same for a driver that knows its platform's secrets, where the session is recorded.
    ///
    /// # Errors
    /// As [`Http::new`].
    pub fn new_with(target: &Target, scheme: Scheme, port: u16, redactor: Redactor) -> Result<Http> {
        let transcript = Transcript::open(target, "http", redactor)?;
        let port = target.port_or(port);
        let (base, place) = match (target.socket(), scheme) {
            (Some(_), _) => ("http://localhost".to_owned(), target.host.clone()),
            (None, scheme) => {
                let host = host(&target.host)?;
                let scheme = if scheme == Scheme::Https { "https" } else { "http" };
                (format!("{scheme}://{host}:{port}"), format!("{host}:{port}"))
            }
        };
        let client = if transcript.is_replay() { None } else { Some(client(target, scheme, &place)?) };
        Ok(Http {
            client,
            transcript,
            base,
            place,
            host: target.host.clone(),
            user: target.credentials.username.clone(),
            password: target.credentials.password.clone(),
            limit: target.timeouts.read,
            body_limit: BODY,
            calls: Arc::default(),
        })
    }

    /// The same client with another limit for one request and its whole answer; `timeouts.read` at first.
    #[must_use]
    pub fn within(&self, limit: Duration) -> Http {
        Http { limit, ..self.clone() }
    }

    /// The same client with another limit for an answer, in bytes; 512 MiB at first.
    #[must_use]
    pub fn with_body_limit(&self, body_limit: usize) -> Http {
        Http { body_limit, ..self.clone() }
    }

    /// Where the session's requests go: what a driver makes up itself comes from [`Transcript::name`].
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Whether a request that failed with this error certainly changed nothing: it was never sent, or the router
    /// refused it. After any other error of a request that commits, the outcome is unknown.
    pub fn had_no_effect(error: &Error) -> bool {
        failure::had_no_effect(error)
    }

    /// Reads what is at the path.
    ///
    /// # Errors
    /// As [`Http::request`], and what the status says: `Auth`, `NotFound`, `RateLimited`, `Rejected`, `Connect`.
    pub async fn get(&self, path: &str) -> Result<Vec<u8>> {
        self.ok(Request { method: Method::Get, path, media: JSON, body: Vec::new() }).await
    }

    /// Posts a body of this media type.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub async fn post(&self, path: &str, media: &str, body: Vec<u8>) -> Result<Vec<u8>> {
        self.ok(Request { method: Method::Post, path, media, body }).await
    }

    /// Posts JSON.
    ///
    /// # Errors
    /// As [`Http::get`]; `Options` when it cannot be written as JSON.
    pub async fn post_json(&self, path: &str, body: &impl Serialize) -> Result<Vec<u8>> {
        self.post(path, JSON, json(body)?).await
    }

    /// Calls a method by JSON-RPC 2.0. The router's own refusal is the inner error, whatever the HTTP status.
    ///
    /// # Errors
    /// As [`Http::get`]; `Parse` when the answer is not one to this call: it may have had its effect then.
    pub async fn rpc(
        &self,
        path: &str,
        method: &str,
        params: &(impl Serialize + ?Sized),
    ) -> Result<Result<Box<RawValue>, RpcError>> {
        // numbers that differ from session to session are no use in a transcript, and over HTTP no answer goes astray
        let id = if self.transcript.is_live() { self.calls.fetch_add(1, Ordering::Relaxed) + 1 } else { 0 };
        let body = json(&rpc::Call { jsonrpc: "2.0", method, params, id })?;
        let answer = self.request(Request { method: Method::Post, path, media: JSON, body }).await?;
        match rpc::reply(&answer.body, id) {
            Ok(reply) if answer.is_success() || reply.is_err() => Ok(reply),
            Err(error) if answer.is_success() => Err(Error::from(error).with_host(&self.host)),
            _ => Err(self.refused(&answer)),
        }
    }

    /// Calls several methods by one request, as a batch of JSON-RPC 2.0 in the media type that the router wants; the answers
    /// in the order of the calls. The router's own refusals are within, whatever the HTTP status.
    ///
    /// # Errors
    /// As [`Http::rpc`].
    pub async fn rpc_batch(
        &self,
        path: &str,
        media: &str,
        calls: &[(&str, impl Serialize)],
    ) -> Result<Vec<BatchAnswer>> {
        let number = |((method, params), id)| rpc::Call { jsonrpc: "2.0", method, params, id };
        let batch: Vec<_> =
            calls.iter().map(|(method, params)| (*method, params)).zip(1..).map(number).collect();
        let answer = self.request(Request { method: Method::Post, path, media, body: json(&batch)? }).await?;
        let is_answered = |answers: &Vec<BatchAnswer>| answers.iter().flatten().any(Result::is_err);
        match rpc::batch(&answer.body, calls.len()) {
            Ok(answers) if answer.is_success() || is_answered(&answers) => Ok(answers),
            Err(error) if answer.is_success() => Err(Error::from(error).with_host(&self.host)),
            _ => Err(self.refused(&answer)),
        }
    }

    /// Sends a request and takes the whole answer, whatever its status.
    ///
    /// # Errors
    /// `Connect`, `Tls`, `Timeout`, `Closed` when the answer was cut, `Rejected` when it is longer than the limit (not
    /// for a request that changes something: `Closed` then).
    pub async fn request(&self, request: Request<'_>) -> Result<Answer> {
        let known_by = if self.transcript.is_live() {
            Cow::Borrowed("")
        } else {
            let (method, path, body) = (request.method.name(), request.path, &request.body);
            Cow::Owned(format!("{method} {path}\n{}", String::from_utf8_lossy(body)))
        };
        let answer = self.transcript.exchange(&known_by, self.send(request)).await;
        answer.map_err(|error| error.with_host(&self.host))
    }

    async fn ok(&self, request: Request<'_>) -> Result<Vec<u8>> {
        let answer = self.request(request).await?;
        if answer.is_success() { Ok(answer.body) } else { Err(self.refused(&answer)) }
    }

    fn refused(&self, answer: &Answer) -> Error {
        failure::refused(answer, &self.place, &self.user).with_host(&self.host)
    }

    async fn send(&self, request: Request<'_>) -> Result<Answer> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        if !request.path.starts_with('/') {
            return Err(Error::new(ErrorKind::Options, "a path begins with /"));
        }
        let Some(client) = &self.client else {
            return Err(Error::new(ErrorKind::Closed, "there is no router behind a replay"));
        };
        let mut builder = client
            .request(method, format!("{}{}", self.base, request.path))
            .header(reqwest::header::ACCEPT, request.media)
            .timeout(self.limit);
        if !self.user.is_empty() {
            builder = builder.basic_auth(&self.user, self.password.as_ref().map(Secret::expose));
        }
        if request.method != Method::Get && request.method != Method::Delete {
            builder = builder.header(reqwest::header::CONTENT_TYPE, request.media).body(request.body);
        }
        let failed = |error| failure::failed(error, &self.place, self.limit);
        let mut response = builder.send().await.map_err(failed)?;
        let retry_after = response.headers().get(reqwest::header::RETRY_AFTER);
        let retry_after = retry_after
            .and_then(|value| value.to_str().ok())
            .and_then(|text| failure::retry_after(text, Timestamp::now()));
        let mut answer = Answer { status: response.status().as_u16(), retry_after, body: Vec::new() };
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if answer.body.len() + chunk.len() > self.body_limit {
                let kind =
                    if request.method == Method::Get { ErrorKind::Rejected } else { ErrorKind::Closed };
                return Err(Error::new(
                    kind,
                    format!("the answer of {} is longer than {} bytes", self.place, self.body_limit),
                ));
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

impl Answer {
    /// Whether the status says that all went well.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

fn client(target: &Target, scheme: Scheme, place: &str) -> Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .http1_only()
        .tcp_nodelay(true)
        .pool_idle_timeout(IDLE)
        .connect_timeout(target.timeouts.connect)
        .user_agent(concat!("peering/", env!("CARGO_PKG_VERSION")));
    builder = if target.socket().is_none() && scheme == Scheme::Https {
        builder.tls_backend_preconfigured(tls::config(target, place)?)
    } else {
        // never used; without it the library looks for a provider of the whole process
        builder.tls_backend_preconfigured(tls::unused()?)
    };
    if let Some(path) = target.socket() {
        builder = through(builder, path)?;
    }
    builder.build().map_err(|error| {
        Error::new(ErrorKind::Options, format!("no HTTP client for {place}: {error}")).with_source(error)
    })
}

fn json(value: &(impl Serialize + ?Sized)) -> Result<Vec<u8>> {
    serde_json::to_vec(value)
        .map_err(|error| Error::new(ErrorKind::Options, format!("the request is no JSON: {error}")))
}

/// The host as it stands in a URL.
fn host(host: &str) -> Result<String> {
    if host.parse::<std::net::Ipv6Addr>().is_ok() {
        return Ok(format!("[{host}]"));
    }
    let is_name = |character: char| character.is_alphanumeric() || "-._".contains(character);
    if host.is_empty() || !host.chars().all(is_name) {
        // a link-local address with its zone too: URLs have no place for it
        return Err(Error::new(ErrorKind::Options, format!("{host:?} is no host for HTTP")));
    }
    Ok(host.to_owned())
}

#[cfg(unix)]
fn through(builder: reqwest::ClientBuilder, path: &std::path::Path) -> Result<reqwest::ClientBuilder> {
    Ok(builder.unix_socket(path))
}

#[cfg(not(unix))]
fn through(_: reqwest::ClientBuilder, _: &std::path::Path) -> Result<reqwest::ClientBuilder> {
    Err(Error::new(ErrorKind::Options, "this system has no sockets with a path"))
}
