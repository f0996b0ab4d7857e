//! Lists of everything: from the files that PeeringDB publishes, where they serve, else from the server.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::Client;
use super::send::{Listener, Question};
use crate::peeringdb::record::ObjectType;
use crate::{Error, ErrorKind, Result};

/// The part of the retry budget that is spent on files: the server can be asked instead.
const SHARE: u32 = 10;

/// How long nothing is asked of where a file could not be had for reasons that concern the next one too.
const REST: Duration = Duration::from_secs(600);

/// Where the files are.
#[derive(Debug)]
pub(super) struct Bulk {
    folder: Url,
    rests_until: Mutex<Option<Instant>>,
}

impl Bulk {
    pub(super) fn new(folder: Url) -> Self {
        Bulk { folder, rests_until: Mutex::default() }
    }

    fn rests(&self) -> bool {
        let until = *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| until > Instant::now())
    }

    fn rest(&self) {
        *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + REST);
    }
}

/// A list of everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) answer: Vec<u8>,
    /// Whether it is a published file: then the server itself may have a better one.
    pub(crate) from_file: bool,
}

impl Client {
    /// The list of all objects of a type. It may be old; its `meta.generated` says how old.
    ///
    /// A published file is judged by its beginning only; that it is whole shows when it is read.
    ///
    /// # Errors
    /// As [`fetch`](Client::fetch) of the server's own list.
    pub(crate) async fn fetch_list(&self, object: ObjectType, listener: Listener<'_>) -> Result<Listed> {
        // With a key the server shows more of these than stands in the files.
        let shows_more = self.has_key() && object.depends_on_audience();
        if let Some(bulk) = self.inner.bulk.as_ref().filter(|bulk| !shows_more && !bulk.rests()) {
            let name = format!("{object}-0.json");
            let url = bulk.folder.join(&name).map_err(|error| {
                Error::new(ErrorKind::Options, format!("no address for {name}: {error}")).with_source(error)
            })?;
            let budget = self.inner.options.retry_budget / SHARE;
            let file = Question { url, name: &name, key: None, is_counted: false, budget };
            match self.send(&file, listener).await {
                Err(error) if error.kind() != ErrorKind::Options => {
                    tracing::warn!(%error, "PeeringDB: no published file; asking the server");
                    if error.kind().is_retryable() || error.kind() == ErrorKind::Tls {
                        bulk.rest();
                    }
                }
                outcome => return outcome.map(|answer| Listed { answer, from_file: true }),
            }
        }
        let answer = self.fetch(object.tag(), &[], listener).await?;
        Ok(Listed { answer, from_file: false })
    }
}
