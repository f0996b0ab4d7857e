//! One request: paced, sent, retried within the budget, its answer taken piece by piece.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use futures_util::StreamExt as _;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
#[cfg(feature = "cache")]
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};
use tokio::time::Instant;

use super::{Client, failure};
use crate::{Error, ErrorKind, Result};

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

impl Client {
    /// The body of an answer.
    pub(super) async fn fetch(
        &self,
        path: &str,
        parameters: &[(String, String)],
        listener: Listener<'_>,
    ) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        self.send(path, parameters, &mut Sink::Memory(&mut body), listener).await?;
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
        let mut file = tokio::fs::File::create(into).await.map_err(disk)?;
        self.send(path, parameters, &mut Sink::File(&mut file), listener).await
    }

    async fn send(
        &self,
        path: &str,
        parameters: &[(String, String)],
        sink: &mut Sink<'_>,
        listener: Listener<'_>,
    ) -> Result<u64> {
        let mut delays = ExponentialBuilder::default()
            .with_min_delay(Duration::from_secs(1))
            .with_max_delay(Duration::from_secs(60))
            .with_jitter()
            .without_max_times()
            .build();
        let mut waited = Duration::ZERO;
        loop {
            self.pace(listener).await;
            let error = match self.attempt(path, parameters, sink, listener).await {
                Ok(bytes) => return Ok(bytes),
                Err(error) => self.located(error, path),
            };
            if !error.kind().is_retryable() {
                return Err(error);
            }
            let own = delays.next().unwrap_or(Duration::from_secs(60));
            // Less than the server asked for would only cost another refusal.
            let delay = error.retry_after().unwrap_or(own);
            // A server that cannot be reached at all is more often a wrong address than a busy server.
            let share = if failure::is_unreachable(&error) { UNREACHABLE_SHARE } else { 1 };
            if waited + delay > self.options.retry_budget / share {
                return Err(error);
            }
            tracing::warn!(%error, ?delay, "PeeringDB: trying again");
            listener(Step::Waiting(delay));
            tokio::time::sleep(delay).await;
            waited += delay;
        }
    }

    /// Says which server and which question it was.
    pub(super) fn located(&self, error: Error, path: &str) -> Error {
        error.with_host(self.base.host_str().unwrap_or_default()).with_operation(&format!("GET {path}"))
    }

    /// Waits for this request's turn.
    async fn pace(&self, listener: Listener<'_>) {
        if self.options.pace.is_zero() {
            return;
        }
        let now = Instant::now();
        let start = {
            let mut slot = self.slot.lock().await;
            let start = slot.map_or(now, |slot| slot.max(now));
            *slot = Some(start + self.options.pace);
            start
        };
        if start > now {
            listener(Step::Waiting(start - now));
            tokio::time::sleep_until(start).await;
        }
    }

    async fn attempt(
        &self,
        path: &str,
        parameters: &[(String, String)],
        sink: &mut Sink<'_>,
        listener: Listener<'_>,
    ) -> Result<u64> {
        let url = self.base.join(path).map_err(|error| {
            Error::new(ErrorKind::Options, format!("no address for {path}: {error}")).with_source(error)
        })?;
        let mut request = self.http.get(url).query(parameters).header(ACCEPT, "application/json");
        // In each request, not in the client's defaults: reqwest takes it off when it is sent to another host.
        if let Some(key) = self.options.api_key.as_ref().filter(|key| !key.is_empty()) {
            let mut value = HeaderValue::from_str(&format!("Api-Key {}", key.expose())).map_err(|_| {
                Error::new(ErrorKind::Options, "the API key has characters that an HTTP header cannot hold")
            })?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let response = request.send().await.map_err(failure::broken)?;
        let status = response.status();
        if !status.is_success() {
            let headers = response.headers().clone();
            let mut body = Vec::new();
            let mut pieces = response.bytes_stream();
            while let Some(Ok(piece)) = pieces.next().await {
                body.extend_from_slice(&piece);
                if body.len() >= ERROR_BODY {
                    break;
                }
            }
            return Err(failure::refused(status, &headers, &body, self.options.api_key.as_ref()));
        }
        let total = response.content_length();
        let mut bytes = 0;
        sink.restart().await.map_err(disk)?;
        let mut pieces = response.bytes_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(failure::broken)?;
            sink.write(&piece).await.map_err(disk)?;
            bytes += piece.len() as u64;
            listener(Step::Received { bytes, total });
        }
        sink.finish().await.map_err(disk)?;
        Ok(bytes)
    }
}
