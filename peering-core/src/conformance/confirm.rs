//! The confirm timer: on the device, honest, and with one winner.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use super::{Subject, Verdict, Violation, clean_up, comes_back, connect, ensure, fails_with, in_force};
use crate::{Confirming, ErrorKind, Result, Router};

/// A session with the change committed for the subject's window, or `None` when the timer is rightly not offered.
async fn committed(subject: &dyn Subject) -> std::result::Result<Option<(Router, Confirming)>, Violation> {
    let router = connect(subject).await?;
    let capabilities = router.capabilities();
    if !capabilities.commit_confirmed {
        fails_with(router.pending().await, ErrorKind::Unsupported, "a confirmed commit is not claimed")?;
        if capabilities.candidate() {
            let mut candidate = router.candidate().await?;
            candidate.merge(&subject.change().apply).await?;
            let refused = candidate.commit_confirmed(subject.window(), None).await;
            fails_with(refused, ErrorKind::Unsupported, "a confirmed commit is not claimed")?;
        }
        return Ok(None);
    }
    let confirming = commit(&router, subject).await?;
    Ok(Some((router, confirming)))
}

async fn commit(router: &Router, subject: &dyn Subject) -> Result<Confirming> {
    let mut candidate = router.candidate().await?;
    if router.capabilities().merge {
        candidate.merge(&subject.change().apply).await?;
    } else {
        let running = candidate.running_config().await?;
        candidate.replace(&subject.replacement(&running)).await?;
    }
    candidate.commit_confirmed(subject.window(), Some("conformance")).await
}

/// Until well after the deadline of a pending commit.
async fn outlive(confirming_deadline: Timestamp) {
    let left = Duration::try_from(confirming_deadline.duration_since(Timestamp::now())).unwrap_or_default();
    tokio::time::sleep(left + Duration::from_secs(3)).await;
}

/// A confirmed change outlives its deadline.
pub(super) async fn confirmed_commit_stays(subject: &dyn Subject) -> Verdict {
    let Some((router, mut confirming)) = committed(subject).await? else { return Ok(()) };
    ensure(
        confirming.running_config().await?.contains(&subject.change().marker),
        "a change is in force before it is confirmed",
    )?;
    let deadline = confirming.deadline();
    confirming.confirm().await?;
    outlive(deadline).await;
    ensure(in_force(&router, subject).await?, "a confirmed change stays after the deadline")?;
    clean_up(&router, subject).await
}

/// An unconfirmed change comes back by itself, and the lock is free then.
pub(super) async fn unconfirmed_commit_comes_back(subject: &dyn Subject) -> Verdict {
    let Some((router, confirming)) = committed(subject).await? else { return Ok(()) };
    let deadline = confirming.deadline();
    drop(confirming);
    outlive(deadline).await;
    let back = comes_back(&router, subject).await?;
    ensure(back, "an unconfirmed change comes back by itself")?;
    clean_up(&router, subject).await
}

/// Dropping the guard does nothing by itself: the change is still in force right after.
pub(super) async fn dropped_confirming_comes_back(subject: &dyn Subject) -> Verdict {
    let observer = connect(subject).await?;
    let Some((router, confirming)) = committed(subject).await? else { return Ok(()) };
    let deadline = confirming.deadline();
    drop(confirming);
    if deadline > Timestamp::now() {
        let still = in_force(&observer, subject).await?;
        ensure(still || deadline <= Timestamp::now(), "dropping the guard does not take the change back")?;
    }
    ensure(comes_back(&observer, subject).await?, "after a dropped guard the change comes back")?;
    observer.close().await?;
    clean_up(&router, subject).await
}

/// `revert` takes the change back before it returns.
pub(super) async fn revert_comes_back_at_once(subject: &dyn Subject) -> Verdict {
    let Some((router, confirming)) = committed(subject).await? else { return Ok(()) };
    confirming.revert().await?;
    ensure(!in_force(&router, subject).await?, "a reverted change is gone when `revert` returns")?;
    clean_up(&router, subject).await
}

/// A confirmation after the deadline is `NotFound`, and the change is not in force.
pub(super) async fn late_confirm_is_not_found(subject: &dyn Subject) -> Verdict {
    let Some((router, confirming)) = committed(subject).await? else { return Ok(()) };
    let observer = connect(subject).await?;
    outlive(confirming.deadline()).await;
    ensure(comes_back(&observer, subject).await?, "an unconfirmed change comes back by itself")?;
    fails_with(confirming.confirm().await, ErrorKind::NotFound, "a confirmation after the deadline")?;
    ensure(!in_force(&router, subject).await?, "a late confirmation does not bring the change back")?;
    observer.close().await?;
    clean_up(&router, subject).await
}

/// The deadline is not later than the window from now, earlier by the device's step at most (devices tell whole seconds,
/// and the earlier one is the safe one), and nothing comes back before it.
pub(super) async fn deadline_is_honest(subject: &dyn Subject) -> Verdict {
    let before = SystemTime::now();
    let Some((router, mut confirming)) = committed(subject).await? else { return Ok(()) };
    let taken = before.elapsed().unwrap_or_default();
    let capabilities = router.capabilities();
    let window = capabilities.window(subject.window())?;
    let remaining = confirming.remaining();
    ensure(
        remaining <= window
            && remaining + taken + capabilities.window_step + Duration::from_millis(50) >= window,
        format!("of a window of {window:?} there are {remaining:?} left after {taken:?}"),
    )?;
    while confirming.remaining() > Duration::from_millis(700) {
        let running = confirming.running_config().await?;
        ensure(
            running.contains(&subject.change().marker) || confirming.remaining().is_zero(),
            "nothing comes back before the deadline",
        )?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(confirming);
    clean_up(&router, subject).await
}

/// A window below the device's minimum is refused before anything is sent.
pub(super) async fn short_window_is_refused(subject: &dyn Subject) -> Verdict {
    let router = connect(subject).await?;
    let capabilities = router.capabilities();
    if !capabilities.commit_confirmed {
        return Ok(router.close().await?);
    }
    ensure(!capabilities.minimum_window.is_zero(), "a device that has a timer states its shortest window")?;
    let before = router.running_config().await?;
    let mut candidate = router.candidate().await?;
    candidate.merge(&subject.change().apply).await?;
    let short = capabilities.minimum_window / 2;
    fails_with(
        candidate.commit_confirmed(short, None).await,
        ErrorKind::Options,
        "a window below the minimum",
    )?;
    ensure(router.running_config().await? == before, "a refused window changes nothing")?;
    clean_up(&router, subject).await
}

/// Another session sees what is pending, with the same token and nearly the same deadline.
pub(super) async fn pending_is_seen_from_outside(subject: &dyn Subject) -> Verdict {
    let observer = connect(subject).await?;
    if observer.capabilities().commit_confirmed {
        ensure(observer.pending().await?.is_none(), "nothing is pending before the commit")?;
    }
    let Some((router, confirming)) = committed(subject).await? else { return Ok(()) };
    let seen = observer.pending().await?;
    let (token, deadline) = (confirming.token().clone(), confirming.deadline());
    confirming.revert().await?;
    let Some(seen) = seen else { return Err(Violation("another session sees the pending commit".into())) };
    ensure(seen.token == token, format!("the token is the same from outside: {:?}, {token:?}", seen.token))?;
    let apart = seen.deadline.duration_since(deadline).abs();
    ensure(apart.as_secs() <= 2, format!("the deadline is the same from outside, not {apart:?} apart"))?;
    ensure(observer.pending().await?.is_none(), "nothing is pending after the revert")?;
    observer.close().await?;
    clean_up(&router, subject).await
}

/// A new session takes a pending commit over by its token, even after the token went through text.
pub(super) async fn reattach_confirms(subject: &dyn Subject) -> Verdict {
    let Some((router, confirming)) = committed(subject).await? else { return Ok(()) };
    let text = serde_json::to_string(confirming.token()).map_err(|error| Violation(error.to_string()))?;
    let deadline = confirming.deadline();
    drop(confirming);
    router.close().await?;

    let heir = connect(subject).await?;
    let token = serde_json::from_str(&text).map_err(|error| Violation(error.to_string()))?;
    heir.reattach(&token).await?.confirm().await?;
    outlive(deadline).await;
    ensure(in_force(&heir, subject).await?, "a change confirmed by another session stays")?;
    clean_up(&heir, subject).await
}

/// A token of something that is not pending any more is `NotFound`.
pub(super) async fn reattach_refuses_a_stale_token(subject: &dyn Subject) -> Verdict {
    let Some((router, confirming)) = committed(subject).await? else { return Ok(()) };
    let token = confirming.token().clone();
    confirming.revert().await?;
    fails_with(router.reattach(&token).await, ErrorKind::NotFound, "a token of a reverted commit")?;
    clean_up(&router, subject).await
}

/// While a commit is pending nobody else gets a candidate.
pub(super) async fn pending_locks_the_configuration(subject: &dyn Subject) -> Verdict {
    let other = connect(subject).await?;
    let Some((router, confirming)) = committed(subject).await? else { return Ok(()) };
    let refused = other.candidate().await;
    confirming.revert().await?;
    fails_with(refused, ErrorKind::Locked, "a candidate while a commit is pending")?;
    other.close().await?;
    clean_up(&router, subject).await
}

/// When the session that committed is gone, the change still comes back.
pub(super) async fn lost_session_comes_back(subject: &dyn Subject) -> Verdict {
    let Some((router, confirming)) = committed(subject).await? else { return Ok(()) };
    drop(confirming);
    router.close().await?;
    let observer = connect(subject).await?;
    ensure(comes_back(&observer, subject).await?, "a change whose session has ended comes back")?;
    clean_up(&observer, subject).await
}
