//! Asking a PeeringDB server over HTTP.
//!
//! Requests are paced, retried within a budget when the path or the server fails, and never when the server
//! refuses. Answers are typed. For more than a few questions fill a `Cache` instead: the server's limits are
//! tight, and meant to be.

mod failure;
mod options;
mod parameters;
mod send;
mod tls;

use std::collections::BTreeMap;
use std::fmt;

use futures_core::Stream;
use jiff::Timestamp;
use reqwest::redirect;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

pub use options::ClientOptions;
#[cfg(feature = "cache")]
pub(crate) use send::Step;

use super::query::Query;
use super::record::{AsSet, Record};
use crate::{Asn, Error, ErrorKind, Result};

/// Rows per page: the most that the server gives.
const PAGE: u64 = 250;

/// A client of one PeeringDB server.
pub struct Client {
    http: reqwest::Client,
    base: Url,
    options: ClientOptions,
    /// When the next request may start.
    slot: tokio::sync::Mutex<Option<tokio::time::Instant>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("options", &self.options).finish_non_exhaustive()
    }
}

/// The server's answer to a question for a list.
#[derive(Deserialize)]
struct Answer<T> {
    data: Vec<T>,
    #[serde(default)]
    meta: serde_json::Value,
}

impl<T> Answer<T> {
    fn has_next(&self) -> bool {
        self.meta.pointer("/pagination/has_next").and_then(serde_json::Value::as_bool).unwrap_or(false)
    }
}

impl Client {
    /// A client with these options. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::Options`] if an option makes no sense, [`ErrorKind::Tls`] if the system's root
    /// certificates cannot be read.
    pub fn new(options: ClientOptions) -> Result<Self> {
        let base = options.base()?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(base.scheme() == "https")?)
            .user_agent(&options.user_agent)
            .connect_timeout(options.connect_timeout)
            .read_timeout(options.read_timeout)
            .timeout(options.total_timeout)
            .gzip(true)
            .redirect(redirect::Policy::limited(5));
        if let Some(proxy) = &options.proxy {
            // The error of the URL parser is left out, because it may repeat the password.
            let proxy = reqwest::Proxy::all(proxy.expose())
                .map_err(|_| Error::new(ErrorKind::Options, "the proxy address is none"))?;
            builder = builder.proxy(proxy);
        }
        let http = builder.build().map_err(|error| {
            Error::new(ErrorKind::Options, format!("the HTTP client cannot be set up: {error}"))
                .with_source(error)
        })?;
        Ok(Client { http, base, options, slot: tokio::sync::Mutex::new(None) })
    }

    /// The options.
    pub fn options(&self) -> &ClientOptions {
        &self.options
    }

    /// Whether requests carry an API key.
    pub fn has_key(&self) -> bool {
        self.options.api_key.as_ref().is_some_and(|key| !key.is_empty())
    }

    /// The objects that a query asks for, in one answer.
    ///
    /// # Errors
    /// As every request: [`ErrorKind::Auth`], [`ErrorKind::Rejected`], [`ErrorKind::RateLimited`],
    /// [`ErrorKind::Connect`], [`ErrorKind::Timeout`], [`ErrorKind::Closed`], [`ErrorKind::Tls`],
    /// [`ErrorKind::Parse`]; [`ErrorKind::Options`] if the query cannot be asked online.
    pub async fn find<R: Record>(&self, query: &Query<R>) -> Result<Vec<R>> {
        self.list(query, Vec::new()).await.map(|answer| answer.data)
    }

    /// The objects that were created, changed or deleted after this second, oldest change first. What was
    /// deleted comes with the status that says so.
    ///
    /// # Errors
    /// As [`find`](Client::find).
    pub async fn changed_since<R: Record>(&self, since: Timestamp, query: &Query<R>) -> Result<Vec<R>> {
        // The server takes whole seconds only.
        let since = ("since".to_owned(), since.as_second().max(1).to_string());
        self.list(query, vec![since]).await.map(|answer| answer.data)
    }

    /// The objects that a query asks for, page by page, so that they need not be in memory together. The
    /// query's own `limit` and `skip` count what arrives here.
    ///
    /// The stream ends after an error.
    pub fn stream<R: Record>(&self, query: Query<R>) -> impl Stream<Item = Result<R>> + Send + '_ {
        use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
        let skip = query.skip.and_then(|rows| usize::try_from(rows).ok()).unwrap_or_default();
        let limit = query.limit.and_then(|rows| usize::try_from(rows).ok()).unwrap_or(usize::MAX);
        let mut query = query;
        (query.limit, query.skip) = (None, None);
        stream::try_unfold(Some(1_u64), move |page| {
            let query = query.clone();
            async move {
                let Some(page) = page else { return Ok(None) };
                let at =
                    vec![("page".to_owned(), page.to_string()), ("per_page".to_owned(), PAGE.to_string())];
                // A server that knows no pages answers with everything and says nothing about a next one.
                let answer: Answer<R> = self.list(&query, at).await?;
                let next = answer.has_next().then_some(page + 1);
                Ok::<_, Error>(Some((stream::iter(answer.data.into_iter().map(Ok)), next)))
            }
        })
        .try_flatten()
        .skip(skip)
        .take(limit)
    }

    /// One object. `None` if the server knows none with this number.
    ///
    /// # Errors
    /// As [`find`](Client::find).
    pub async fn by_id<R: Record>(&self, id: u64) -> Result<Option<R>> {
        self.expanded(id, 0).await
    }

    /// One object with the objects around it, in `extra`. Depth goes from 0 (numbers only) to 4.
    ///
    /// # Errors
    /// As [`find`](Client::find); [`ErrorKind::Options`] for a greater depth.
    pub async fn expanded<R: Record>(&self, id: u64, depth: u8) -> Result<Option<R>> {
        if depth > 4 {
            return Err(Error::new(ErrorKind::Options, format!("the depth is 0 to 4, not {depth}")));
        }
        let depth = [("depth".to_owned(), depth.to_string())];
        match self.ask::<Answer<R>>(&format!("{}/{id}", R::OBJECT), &depth).await {
            Ok(mut answer) => Ok(answer.data.pop()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The AS-SET that a network gives. `None` if the server knows no network with this AS number.
    ///
    /// # Errors
    /// As [`find`](Client::find).
    pub async fn as_set(&self, asn: Asn) -> Result<Option<AsSet>> {
        let path = format!("as_set/{}", asn.get());
        match self.ask::<Answer<BTreeMap<String, Option<String>>>>(&path, &[]).await {
            Ok(answer) => Ok(answer
                .data
                .into_iter()
                .find_map(|mut sets| sets.remove(&asn.get().to_string()))
                .map(|irr_as_set| AsSet { asn, irr_as_set: irr_as_set.unwrap_or_default() })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn list<R: Record>(&self, query: &Query<R>, more: Vec<(String, String)>) -> Result<Answer<R>> {
        let mut parameters = parameters::of(query)?;
        parameters.extend(more);
        match self.ask(R::OBJECT.tag(), &parameters).await {
            // The server answers a question for a unique value, such as an AS number, with "not found".
            Err(error) if error.kind() == ErrorKind::NotFound && parameters::is_unique(query) => {
                Ok(Answer { data: Vec::new(), meta: serde_json::Value::Null })
            }
            answer => answer,
        }
    }

    async fn ask<T: DeserializeOwned>(&self, path: &str, parameters: &[(String, String)]) -> Result<T> {
        let body = self.fetch(path, parameters, &|_| ()).await?;
        serde_json::from_slice(&body).map_err(|error| {
            let start = String::from_utf8_lossy(body.get(..80).unwrap_or(&body)).into_owned();
            let text = format!("not the answer of a PeeringDB server: {error}; it starts {start:?}");
            self.located(Error::new(ErrorKind::Parse, text).with_source(error), path)
        })
    }
}
