//! Changes as they come, from whichever process makes them.

use std::collections::VecDeque;
use std::time::Duration;

use futures_core::Stream;
use futures_util::stream;

use super::history::{Change, ChangeQuery};
use super::{Cache, blocking};
use crate::Result;

/// So many changes are read at once.
const PART: usize = 1000;

struct Follower {
    cache: Cache,
    after: Option<u64>,
    look: Duration,
    ready: VecDeque<Change>,
    broken: bool,
}

impl Cache {
    /// The changes after the one with this number, or from now on, as a stream that never ends: when there is nothing
    /// more, it looks again after `look`, so it also sees what other processes do. Looking costs next to nothing.
    ///
    /// To go on after a restart, keep the [`number`](Change::number) of the last change that you dealt with. The stream
    /// ends after an error.
    ///
    /// # Errors
    /// As [`changes`](Cache::changes), as items of the stream.
    pub fn follow(
        &self,
        after: Option<u64>,
        look: Duration,
    ) -> impl Stream<Item = Result<Change>> + Send + use<> {
        let follower = Follower { cache: self.clone(), after, look, ready: VecDeque::new(), broken: false };
        stream::unfold(follower, |mut follower| async {
            if follower.broken {
                return None;
            }
            match follower.next().await {
                Ok(change) => Some((Ok(change), follower)),
                Err(error) => {
                    follower.broken = true;
                    Some((Err(error), follower))
                }
            }
        })
    }
}

impl Follower {
    async fn next(&mut self) -> Result<Change> {
        loop {
            if let Some(change) = self.ready.pop_front() {
                self.after = Some(change.number);
                return Ok(change);
            }
            let (cache, after) = (self.cache.clone(), self.after);
            let (last, changes) = blocking(move || {
                let last = cache.last_change()?;
                let Some(after) = after else { return Ok((last, Vec::new())) };
                if after >= last {
                    return Ok((last, Vec::new()));
                }
                let query = ChangeQuery { after: Some(after), limit: Some(PART), ..ChangeQuery::default() };
                Ok((last, cache.changes(&query)?))
            })
            .await?;
            self.after.get_or_insert(last);
            if changes.is_empty() {
                // What there is up to here concerns nobody who reads.
                self.after = self.after.max(Some(last));
                tokio::time::sleep(self.look).await;
            }
            self.ready.extend(changes);
        }
    }
}
