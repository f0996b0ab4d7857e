//! Asking a PeeringDB server over HTTP.
//!
//! Requests keep the server's published limits, are retried within a budget when the path or the server fails,
//! and never when the server refuses. Answers are typed; one that the server cut is an error. For more than a
//! few questions fill a `Cache` instead: the server's limits are tight, and meant to be.

mod batches;
#[cfg(feature = "cache")]
mod bulk;
pub(crate) mod failure;
mod limits;
mod options;
mod parameters;
mod redirect;
mod send;
mod stream;
pub(crate) mod tls;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

pub use limits::{Limits, Repeats};
pub use options::{BulkFiles, ClientOptions};
#[cfg(feature = "cache")]
pub(crate) use {bulk::Listed, send::Step};

use super::query::Query;
use super::record::{AsSet, Record};
use crate::{Asn, Error, ErrorKind, Result};

/// A client of one PeeringDB server. Clones are cheap and share the account of what was asked.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    base: Url,
    /// Where the files of whole lists are, if they are to be used.
    #[cfg(feature = "cache")]
    bulk: Option<bulk::Bulk>,
    options: ClientOptions,
    limiter: limits::Limiter,
    server_version: Mutex<Option<String>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("options", &self.inner.options).finish_non_exhaustive()
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

    /// What the server says about rows that it left out.
    fn truncated(&self) -> Option<String> {
        match self.meta.get("truncated")? {
            serde_json::Value::Null | serde_json::Value::Bool(false) => None,
            serde_json::Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
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
        let bulk = options.bulk(&base)?;
        let with_key = options.api_key.as_ref().is_some_and(|key| !key.is_empty());
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(
                [Some(&base), bulk.as_ref()].into_iter().flatten().any(|url| url.scheme() == "https"),
            )?)
            .user_agent(&options.user_agent)
            .connect_timeout(options.connect_timeout)
            .read_timeout(options.read_timeout)
            .timeout(options.total_timeout)
            .gzip(true)
            .redirect(redirect::policy(with_key));
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
        let limiter = limits::Limiter::new(&options.limits, with_key);
        Ok(Client {
            inner: Arc::new(Inner {
                http,
                base,
                #[cfg(feature = "cache")]
                bulk: bulk.map(bulk::Bulk::new),
                options,
                limiter,
                server_version: Mutex::default(),
            }),
        })
    }

    /// The options.
    pub fn options(&self) -> &ClientOptions {
        &self.inner.options
    }

    /// Whether requests carry an API key.
    pub fn has_key(&self) -> bool {
        self.inner.options.api_key.as_ref().is_some_and(|key| !key.is_empty())
    }

    /// The version of the server, as it stood in the last answer that told one, e.g. `2.83.0`.
    pub fn server_version(&self) -> Option<String> {
        self.inner.server_version.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The objects that a query asks for, together. Filters by more than 150 values are asked for in several
    /// requests; then the objects come in the order of their numbers, and `limit` and `skip` count those.
    /// Nothing is asked if nothing can match, as with `Match::any_of([])`.
    ///
    /// # Errors
    /// As every request: [`ErrorKind::Auth`], [`ErrorKind::Rejected`] (also if the server left rows out),
    /// [`ErrorKind::RateLimited`] with the time to wait (also before sending what the server would refuse),
    /// [`ErrorKind::Connect`], [`ErrorKind::Timeout`], [`ErrorKind::Closed`], [`ErrorKind::Tls`],
    /// [`ErrorKind::Parse`]; [`ErrorKind::Options`] if the query cannot be asked online.
    pub async fn find<R: Record>(&self, query: &Query<R>) -> Result<Vec<R>> {
        self.list(query, &[], |row| row.id()).await
    }

    /// The objects that were created, changed or deleted after this second, oldest change first. What was
    /// deleted comes with the status that says so.
    ///
    /// # Errors
    /// As [`find`](Client::find).
    pub async fn changed_since<R: Record>(&self, since: Timestamp, query: &Query<R>) -> Result<Vec<R>> {
        // The server takes whole seconds only.
        let since = ("since".to_owned(), since.as_second().max(1).to_string());
        self.list(query, &[since], |row| (row.updated(), row.id())).await
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

    /// The answers to all batches of a query; if there are several, each object once and in this order.
    async fn list<R: Record, K: Ord>(
        &self,
        query: &Query<R>,
        more: &[(String, String)],
        order: impl Fn(&R) -> K,
    ) -> Result<Vec<R>> {
        let batches = batches::of(query)?;
        if let [batch] = batches.as_slice() {
            return Ok(self.answer(batch, more).await?.data);
        }
        let mut rows = BTreeMap::new();
        for batch in &batches {
            rows.extend(self.answer(batch, more).await?.data.into_iter().map(|row| (row.id(), row)));
        }
        let mut rows: Vec<R> = rows.into_values().collect();
        rows.sort_by_key(order);
        let (skip, limit) = (stream::rows_of(query.skip, 0), stream::rows_of(query.limit, usize::MAX));
        Ok(rows.into_iter().skip(skip).take(limit).collect())
    }

    /// The answer to a question for a list.
    async fn answer<R: Record>(&self, query: &Query<R>, more: &[(String, String)]) -> Result<Answer<R>> {
        let mut parameters = parameters::of(query)?;
        parameters.extend_from_slice(more);
        match self.ask::<Answer<R>>(R::OBJECT.tag(), &parameters).await {
            // The server answers a question for a unique value, such as an AS number, with "not found".
            Err(error) if error.kind() == ErrorKind::NotFound && parameters::is_unique(query) => {
                Ok(Answer { data: Vec::new(), meta: serde_json::Value::Null })
            }
            Ok(answer) => match answer.truncated() {
                None => Ok(answer),
                Some(said) => {
                    let text = format!("the server left rows out: {said}");
                    Err(self.located(Error::new(ErrorKind::Rejected, text), R::OBJECT.tag()))
                }
            },
            Err(error) => Err(error),
        }
    }

    async fn ask<T: DeserializeOwned>(&self, path: &str, parameters: &[(String, String)]) -> Result<T> {
        let body = self.fetch(path, parameters, &|_| ()).await?;
        serde_json::from_slice(&body).map_err(|error| {
            let text = format!("not the answer of a PeeringDB server: {error}");
            self.located(Error::new(ErrorKind::Parse, text).with_source(error), path)
        })
    }
}
