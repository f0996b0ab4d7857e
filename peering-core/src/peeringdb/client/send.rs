//! One request: sent in its turn, retried within the budget, its answer taken piece by piece.

use std::sync::PoisonError;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use futures_core::Stream;
use futures_util::StreamExt as _;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
#[cfg(feature = "cache")]
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};
use tokio::time::Instant;
use url::{Position, Url};

use super::limits::Turn;
use super::{Client, failure};
use crate::{Error, ErrorKind, Result, Secret};

/// The longest error page that is read.
const ERROR_BODY: usize = 1 << 16;

/// The part of the retry budget that is spent on servers that do not even accept a connection.
const UNREACHABLE_SHARE: u32 = 10;

/// What a request is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Waiting before the first or another attempt.
    Waiting(Duration),
    /// So much of the answer is here.
    Received { bytes: u64, total: Option<u64> },
}

/// Who is told.
pub(crate) type Listener<'a> = &'a (dyn Fn(Step) + Send + Sync);

/// Where an answer goes. Every attempt starts anew.
enum Sink<'a> {
    Memory(&'a mut Vec<u8>),
    #[cfg(feature = "cache")]
    File(&'a mut tokio::fs::File),
}

impl Sink<'_> {
    async fn restart(&mut self) -> std::io::Result<()> {
        match self {
            Sink::Memory(body) => body.clear(),
            #[cfg(feature = "cache")]
            Sink::File(file) => {
                file.rewind().await?;
                file.set_len(0).await?;
            }
        }
        Ok(())
    }

    async fn write(&mut self, piece: &[u8]) -> std::io::Result<()> {
        match self {
            Sink::Memory(body) => body.extend_from_slice(piece),
            #[cfg(feature = "cache")]
            Sink::File(file) => file.write_all(piece).await?,
        }
        Ok(())
    }

    async fn finish(&mut self) -> std::io::Result<()> {
        match self {
            Sink::Memory(_) => Ok(()),
            #[cfg(feature = "cache")]
            Sink::File(file) => file.flush().await,
        }
    }
}

fn disk(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Storage, format!("the answer cannot be stored: {error}")).with_source(error)
}

/// What is asked, and of whom.
pub(super) struct Question<'a> {
    /// The address with the parameters.
    pub(super) url: Url,
    /// As it stands in errors.
    pub(super) name: &'a str,
    /// The key to show.
    pub(super) key: Option<&'a Secret>,
    /// Whether this is one of the requests that the server counts.
    pub(super) is_counted: bool,
    /// How much time may be spent in vain.
    pub(super) budget: Duration,
}

impl Question<'_> {
    /// What the server compares to tell repetitions: path and parameters.
    fn what(&self) -> &str {
        &self.url[Position::BeforePath..]
    }

    fn located(&self, error: Error) -> Error {
        error.with_host(self.url.host_str().unwrap_or_default()).with_operation(&format!("GET {}", self.name))
    }
}

/// The time that a request has spent without an answer to show for it.
#[derive(Default)]
struct InVain {
    spent: Duration,
    attempts: u32,
}

impl InVain {
    /// The error with which the request ends.
    fn end(&self, error: Error) -> Error {
        if self.spent.is_zero() && self.attempts < 2 {
            return error;
        }
        let attempts = match self.attempts {
            0 => "before the first attempt".to_owned(),
            1 => "in one attempt".to_owned(),
            more => format!("in {more} attempts"),
        };
        let text = format!("{}; gave up after {:.1?} in vain, {attempts}", error.message(), self.spent);
        let ending = Error::new(error.kind(), text);
        let ending = match error.retry_after() {
            Some(wait) => ending.with_retry_after(wait),
            None => ending,
        };
        ending.with_source(error)
    }
}

impl Client {
    /// The body of an answer.
    pub(super) async fn fetch(
        &self,
        path: &str,
        parameters: &[(String, String)],
        listener: Listener<'_>,
    ) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        self.send(&self.question(path, parameters)?, &mut Sink::Memory(&mut body), listener).await?;
        Ok(body)
    }

    /// Puts the body of an answer into a file and returns its length.
    #[cfg(feature = "cache")]
    pub(crate) async fn download(
        &self,
        path: &str,
        parameters: &[(String, String)],
        into: &std::path::Path,
        listener: Listener<'_>,
    ) -> Result<u64> {
        self.save(&self.question(path, parameters)?, into, listener).await
    }

    /// Puts the answer to a question into a file and returns its length.
    #[cfg(feature = "cache")]
    pub(super) async fn save(
        &self,
        question: &Question<'_>,
        into: &std::path::Path,
        listener: Listener<'_>,
    ) -> Result<u64> {
        let outcome = match tokio::fs::File::create(into).await {
            Ok(mut file) => self.send(question, &mut Sink::File(&mut file), listener).await,
            Err(error) => Err(disk(error)),
        };
        outcome.map_err(|error| match error.kind() {
            ErrorKind::Storage => {
                let text = format!("{} ({})", error.message(), into.display());
                question.located(Error::new(ErrorKind::Storage, text).with_source(error))
            }
            _ => error,
        })
    }

    /// A question for the server.
    fn question<'a>(&'a self, path: &'a str, parameters: &[(String, String)]) -> Result<Question<'a>> {
        let mut url = self.inner.base.join(path).map_err(|error| {
            Error::new(ErrorKind::Options, format!("no address for {path}: {error}")).with_source(error)
        })?;
        if !parameters.is_empty() {
            url.query_pairs_mut().extend_pairs(parameters);
        }
        let options = &self.inner.options;
        let key = options.api_key.as_ref().filter(|key| !key.is_empty());
        Ok(Question { url, name: path, key, is_counted: true, budget: options.retry_budget })
    }

    async fn send(
        &self,
        question: &Question<'_>,
        sink: &mut Sink<'_>,
        listener: Listener<'_>,
    ) -> Result<u64> {
        let mut delays = ExponentialBuilder::default()
            .with_min_delay(Duration::from_secs(1))
            .with_max_delay(Duration::from_secs(60))
            .with_jitter()
            .without_max_times()
            .build();
        let mut in_vain = InVain::default();
        loop {
            let start = self.turn(question, &mut in_vain, listener).await?;
            let began = Instant::now();
            in_vain.attempts += 1;
            let outcome = self.attempt(question, sink, listener).await;
            self.count(question, start, &outcome);
            let error = match outcome {
                Ok(bytes) => return Ok(bytes),
                Err(error) => error,
            };
            if error.kind() == ErrorKind::Timeout {
                in_vain.spent += began.elapsed();
            }
            if !error.kind().is_retryable() {
                return Err(question.located(in_vain.end(error)));
            }
            let own = delays.next().unwrap_or(Duration::from_secs(60));
            // Less than the server asked for would only cost another refusal; and one that asks for nothing
            // would be asked for ever.
            let delay = error.retry_after().unwrap_or_default().max(own);
            // A server that cannot be reached at all is more often a wrong address than a busy server.
            let share = if failure::is_unreachable(&error) { UNREACHABLE_SHARE } else { 1 };
            if in_vain.spent.saturating_add(delay) > question.budget / share {
                return Err(question.located(in_vain.end(error)));
            }
            tracing::warn!(error = %question.located(error), ?delay, "PeeringDB: trying again");
            listener(Step::Waiting(delay));
            tokio::time::sleep(delay).await;
            in_vain.spent += delay;
        }
    }

    /// Says which question to the server it was.
    pub(super) fn located(&self, error: Error, path: &str) -> Error {
        error.with_host(self.inner.base.host_str().unwrap_or_default()).with_operation(&format!("GET {path}"))
    }

    /// Waits for this request's turn and returns the time that was taken for it.
    async fn turn(
        &self,
        question: &Question<'_>,
        in_vain: &mut InVain,
        listener: Listener<'_>,
    ) -> Result<Instant> {
        loop {
            let now = Instant::now();
            if !question.is_counted {
                return Ok(now);
            }
            match self.inner.limiter.turn(question.what(), now) {
                Turn::At(start) => {
                    if start > now {
                        listener(Step::Waiting(start - now));
                        tokio::time::sleep_until(start).await;
                    }
                    return Ok(start);
                }
                Turn::Repeated(wait) if in_vain.spent + wait > question.budget => {
                    let text = "not sent: the server takes the same anonymous request twice a minute only, or \
                                once an hour if the answer is large; keep the answer, or use an API key \
                                (PEERINGDB_API_KEY)";
                    let error = Error::new(ErrorKind::RateLimited, text).with_retry_after(wait);
                    return Err(question.located(in_vain.end(error)));
                }
                Turn::Repeated(wait) => {
                    listener(Step::Waiting(wait));
                    tokio::time::sleep(wait).await;
                    in_vain.spent += wait;
                }
            }
        }
    }

    /// Counts an attempt as the server does.
    fn count(&self, question: &Question<'_>, start: Instant, outcome: &Result<u64>) {
        if !question.is_counted {
            return;
        }
        let (limiter, what) = (&self.inner.limiter, question.what());
        match outcome {
            Ok(bytes) => limiter.reached(what, start, Some(*bytes), Instant::now()),
            // The server does not count what it throttles.
            Err(error) if error.kind() == ErrorKind::RateLimited || failure::is_unreachable(error) => {
                limiter.not_counted(what, start);
            }
            Err(_) => limiter.reached(what, start, None, Instant::now()),
        }
    }

    async fn attempt(
        &self,
        question: &Question<'_>,
        sink: &mut Sink<'_>,
        listener: Listener<'_>,
    ) -> Result<u64> {
        let mut request = self.inner.http.get(question.url.clone()).header(ACCEPT, "application/json");
        // In each request, not in the client's defaults: reqwest takes it off when it is sent to another host.
        if let Some(key) = question.key {
            let mut value = HeaderValue::from_str(&format!("Api-Key {}", key.expose())).map_err(|_| {
                Error::new(ErrorKind::Options, "the API key has characters that an HTTP header cannot hold")
            })?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let response = request.send().await.map_err(failure::broken)?;
        if question.key.is_some() && response.url().host_str() != question.url.host_str() {
            let host = response.url().host_str().unwrap_or_default();
            tracing::warn!(host, "PeeringDB: redirected to another host, which is asked without the API key");
        }
        self.note_version(response.headers());
        let status = response.status();
        if !status.is_success() {
            let headers = response.headers().clone();
            let body = start_of(&mut response.bytes_stream(), Vec::new()).await;
            return Err(failure::refused(status, &headers, &body, question.key));
        }
        let total = response.content_length();
        let mut bytes = 0;
        let mut is_json = false;
        sink.restart().await.map_err(disk)?;
        let mut pieces = response.bytes_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(failure::broken)?;
            // Judged by its beginning, before a whole page of something else is stored.
            if !is_json {
                match piece.iter().find(|byte| !byte.is_ascii_whitespace()) {
                    Some(b'{') => is_json = true,
                    Some(_) => {
                        let body = start_of(&mut pieces, piece.to_vec()).await;
                        return Err(failure::no_answer(&body, question.key));
                    }
                    None => {}
                }
            }
            sink.write(&piece).await.map_err(disk)?;
            bytes += piece.len() as u64;
            listener(Step::Received { bytes, total });
        }
        if !is_json {
            return Err(failure::no_answer(b"", question.key));
        }
        sink.finish().await.map_err(disk)?;
        Ok(bytes)
    }

    /// Keeps the version that the server tells.
    fn note_version(&self, headers: &HeaderMap) {
        let Some(version) = headers.get("x-app-version").and_then(|version| version.to_str().ok()) else {
            return;
        };
        let mut known = self.inner.server_version.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_deref() != Some(version) {
            tracing::debug!(version, "PeeringDB: the server's version");
            *known = Some(version.to_owned());
        }
    }
}

/// The beginning of a body that is read for its words only, as far as it comes.
async fn start_of<B: AsRef<[u8]>>(
    pieces: &mut (impl Stream<Item = reqwest::Result<B>> + Unpin),
    begun: Vec<u8>,
) -> Vec<u8> {
    let mut body = begun;
    while body.len() < ERROR_BODY
        && let Some(Ok(piece)) = pieces.next().await
    {
        body.extend_from_slice(piece.as_ref());
    }
    body
}
