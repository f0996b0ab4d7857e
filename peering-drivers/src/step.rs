//! What the steps of a change have in common on all platforms: their time, and what a failure of theirs says.

#[cfg(any(feature = "cisco_ios", feature = "cisco_nxos"))]
use std::future::Future;
#[cfg(any(feature = "arista_eos", feature = "cisco_ios", feature = "cisco_nxos"))]
use std::time::{Duration, Instant};

use peering_core::{Error, ErrorKind};

/// The time that is left for a step. Each request may use half of it, so that there is time to look what became of it.
#[cfg(any(feature = "arista_eos", feature = "cisco_ios", feature = "cisco_nxos"))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    end: Instant,
}

#[cfg(any(feature = "arista_eos", feature = "cisco_ios", feature = "cisco_nxos"))]
impl Budget {
    /// Nearly all of the time that the caller allows.
    pub(crate) fn of(patience: Duration) -> Budget {
        Budget { end: Instant::now() + patience.mul_f32(0.95) }
    }

    /// The limit of the next request.
    pub(crate) fn next(self) -> Duration {
        self.end.saturating_duration_since(Instant::now()).div_f32(2.0).max(Duration::from_millis(20))
    }

    /// One part of the step, within that limit.
    ///
    /// # Errors
    /// The part's, and `Timeout`.
    #[cfg(any(feature = "cisco_ios", feature = "cisco_nxos"))]
    pub(crate) async fn part<T>(
        self,
        part: impl Future<Output = peering_core::Result<T>>,
    ) -> peering_core::Result<T> {
        let limit = self.next();
        let silence = || Error::new(ErrorKind::Timeout, format!("no answer within {limit:?}"));
        tokio::time::timeout(limit, part).await.unwrap_or_else(|_| Err(silence()))
    }
}

/// Whether the router's answer was lost, so that what became of the request is not known. Everything else is an answer, or
/// was never sent.
pub(crate) fn is_lost(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Closed | ErrorKind::Parse | ErrorKind::Timeout | ErrorKind::Connect)
}

/// What was asked before the first request that acts has failed: it is known what that changed, nothing.
#[cfg(any(feature = "arista_eos", feature = "cisco_ios", feature = "cisco_nxos"))]
pub(crate) fn before(error: Error) -> Error {
    let kind = if error.kind() == ErrorKind::Timeout { ErrorKind::Closed } else { error.kind() };
    let words = format!("nothing was sent that changes the configuration: {}", error.message());
    Error::new(kind, words).with_source(error)
}
