//! A step of several requests that shares one time among them.

use std::future::Future;
use std::time::Duration;

use peering_core::{Error, ErrorKind, Result};
use tokio::time::{Instant, timeout};

/// A request is given this long at least.
const LEAST: Duration = Duration::from_millis(20);

tokio::task_local! {
    /// When the step that is being done has to have ended.
    static END: Instant;
}

/// Does a step within nearly all of the time that its caller allows. Each of its requests may use half of what is left, so that
/// there is time to look what became of one that was not answered. Outside of a step a request waits as long as its caller does.
pub async fn within<T>(limit: Duration, step: impl Future<Output = T>) -> T {
    END.scope(Instant::now() + limit.mul_f32(0.95), step).await
}

/// What is left of the step's time; `None` outside of one.
pub fn left() -> Option<Duration> {
    END.try_with(|end| end.saturating_duration_since(Instant::now())).ok()
}

/// One request of a step, or a new session for it.
pub(super) async fn part<T>(request: impl Future<Output = Result<T>>) -> Result<T> {
    let Some(left) = left() else { return request.await };
    let limit = left.div_f32(2.0).max(LEAST);
    timeout(limit, request)
        .await
        .unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout, format!("no answer within {limit:?}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_request_has_half_of_what_is_left() {
        let silent = || async {
            let begun = Instant::now();
            let answer = part(std::future::pending::<Result<()>>()).await;
            assert_eq!(answer.unwrap_err().kind(), ErrorKind::Timeout);
            begun.elapsed().as_millis()
        };
        let waited = within(Duration::from_secs(20), async { (silent().await, silent().await) }).await;
        assert!((9500..9510).contains(&waited.0) && (4740..4760).contains(&waited.1), "{waited:?}");
        assert!(left().is_none() && part(async { Ok(()) }).await.is_ok());
    }
}
