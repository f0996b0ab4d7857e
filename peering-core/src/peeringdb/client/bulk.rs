//! Lists of everything: from the files that PeeringDB publishes, where they serve, else from the server.

use std::path::Path;

use super::Client;
use super::send::{Listener, Question};
use crate::peeringdb::record::ObjectType;
use crate::{Error, ErrorKind, Result};

/// The part of the retry budget that is spent on files: the server can be asked instead.
const SHARE: u32 = 10;

impl Client {
    /// Puts the list of all objects of a type into a file and returns its length. The list may be old; its
    /// `meta.generated` says how old.
    ///
    /// A published file is judged by its beginning only; that it is whole shows when it is read.
    ///
    /// # Errors
    /// As [`download`](Client::download) of the server's own list.
    pub(crate) async fn download_list(
        &self,
        object: ObjectType,
        into: &Path,
        listener: Listener<'_>,
    ) -> Result<u64> {
        // With a key the server shows more of these than stands in the files.
        let shows_more = self.has_key() && object.depends_on_audience();
        if let Some(folder) = self.inner.bulk.as_ref().filter(|_| !shows_more) {
            let name = format!("{object}-0.json");
            let url = folder.join(&name).map_err(|error| {
                Error::new(ErrorKind::Options, format!("no address for {name}: {error}")).with_source(error)
            })?;
            let budget = self.inner.options.retry_budget / SHARE;
            let file = Question { url, name: &name, key: None, is_counted: false, budget };
            match self.save(&file, into, listener).await {
                Err(error) if !matches!(error.kind(), ErrorKind::Storage | ErrorKind::Options) => {
                    tracing::warn!(%error, "PeeringDB: no published file; asking the server");
                }
                outcome => return outcome,
            }
        }
        self.download(object.tag(), &[], into, listener).await
    }
}
