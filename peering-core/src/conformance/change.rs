//! Candidates: nothing happens before the commit, all of it or nothing at the commit.

use super::{Subject, Verdict, Violation, clean_up, connect, ensure, fails_with, in_force};
use crate::{Candidate, ErrorKind, Result, Router};

/// The session, or `None` when candidates are rightly not offered.
async fn changeable(subject: &dyn Subject) -> std::result::Result<Option<Router>, Violation> {
    let router = connect(subject).await?;
    if router.capabilities().candidate() {
        return Ok(Some(router));
    }
    fails_with(router.candidate().await, ErrorKind::Unsupported, "a candidate is not claimed")?;
    Ok(None)
}

/// Loads the change in the way that the device offers.
async fn load(candidate: &mut Candidate, merges: bool, subject: &dyn Subject) -> Result<()> {
    if merges {
        candidate.merge(&subject.change().apply).await
    } else {
        let running = candidate.running_config().await?;
        candidate.replace(&subject.replacement(&running)).await
    }
}

/// Stage, diff, discard: the running configuration is as before, and nothing is locked.
pub(super) async fn discard_leaves_no_trace(subject: &dyn Subject) -> Verdict {
    let Some(router) = changeable(subject).await? else { return Ok(()) };
    let before = router.running_config().await?;
    let mut candidate = router.candidate().await?;
    load(&mut candidate, router.capabilities().merge, subject).await?;
    candidate.diff().await?;
    candidate.discard().await?;
    ensure(router.running_config().await? == before, "a discarded candidate changes nothing")?;
    router.candidate().await?.discard().await?;
    Ok(router.close().await?)
}

/// Replacing the configuration by itself is an empty diff.
pub(super) async fn no_change_is_an_empty_diff(subject: &dyn Subject) -> Verdict {
    let Some(router) = changeable(subject).await? else { return Ok(()) };
    let running = router.running_config().await?;
    let mut candidate = router.candidate().await?;
    if router.capabilities().replace {
        candidate.replace(&running).await?;
        let diff = candidate.diff().await?;
        ensure(
            diff.is_empty(),
            format!("the running configuration against itself is an empty diff, not:\n{diff}"),
        )?;
    } else {
        fails_with(candidate.replace(&running).await, ErrorKind::Unsupported, "replace is not claimed")?;
    }
    candidate.discard().await?;
    Ok(router.close().await?)
}

/// The diff has a line for the change.
pub(super) async fn diff_shows_the_change(subject: &dyn Subject) -> Verdict {
    let Some(router) = changeable(subject).await? else { return Ok(()) };
    let mut candidate = router.candidate().await?;
    load(&mut candidate, router.capabilities().merge, subject).await?;
    let diff = candidate.diff().await?;
    candidate.discard().await?;
    let (added, _) = diff.counts();
    ensure(added > 0, format!("the diff has added lines, marked with +:\n{diff}"))?;
    ensure(
        diff.expose().contains(subject.change().marker.trim()),
        format!("the diff shows {:?}:\n{diff}", subject.change().marker),
    )?;
    Ok(router.close().await?)
}

/// A password is in the raw text of the diff at most, never in what it displays.
pub(super) async fn diff_hides_the_secret(subject: &dyn Subject) -> Verdict {
    let Some(secret) = subject.change().secret else { return Ok(()) };
    let Some(router) = changeable(subject).await? else { return Ok(()) };
    let mut candidate = router.candidate().await?;
    load(&mut candidate, router.capabilities().merge, subject).await?;
    let diff = candidate.diff().await?;
    candidate.discard().await?;
    ensure(!format!("{diff}{diff:?}").contains(&secret), "a displayed diff has no password in it")?;
    Ok(router.close().await?)
}

/// A merge takes effect at the commit, and its opposite takes it away.
pub(super) async fn merge_commits_and_unmerges(subject: &dyn Subject) -> Verdict {
    let Some(router) = changeable(subject).await? else { return Ok(()) };
    let change = subject.change();
    if !router.capabilities().merge {
        let mut candidate = router.candidate().await?;
        fails_with(candidate.merge(&change.apply).await, ErrorKind::Unsupported, "merge is not claimed")?;
        return Ok(candidate.discard().await?);
    }
    let before = router.running_config().await?;
    let mut candidate = router.candidate().await?;
    candidate.merge(&change.apply).await?;
    ensure(
        !candidate.running_config().await?.contains(&change.marker),
        "a candidate takes no effect before the commit",
    )?;
    candidate.commit(Some("conformance")).await?;
    ensure(in_force(&router, subject).await?, "a committed merge is in force")?;

    let mut candidate = router.candidate().await?;
    candidate.merge(&change.apply).await?;
    let again = candidate.diff().await?;
    candidate.discard().await?;
    ensure(again.is_empty(), format!("merging the same text again is an empty diff, not:\n{again}"))?;

    let mut candidate = router.candidate().await?;
    candidate.merge(&change.remove).await?;
    candidate.commit(None).await?;
    ensure(router.running_config().await? == before, "the opposite merge restores the configuration")?;
    Ok(router.close().await?)
}

/// A replacement takes effect as a whole, both ways.
pub(super) async fn replace_commits(subject: &dyn Subject) -> Verdict {
    let Some(router) = changeable(subject).await? else { return Ok(()) };
    if !router.capabilities().replace {
        return Ok(router.close().await?);
    }
    let before = router.running_config().await?;
    let mut candidate = router.candidate().await?;
    candidate.replace(&subject.replacement(&before)).await?;
    candidate.commit(None).await?;
    ensure(in_force(&router, subject).await?, "a committed replacement is in force")?;
    let mut candidate = router.candidate().await?;
    candidate.replace(&before).await?;
    candidate.commit(None).await?;
    ensure(router.running_config().await? == before, "replacing by the old configuration restores it")?;
    Ok(router.close().await?)
}

/// What validates is what commits.
pub(super) async fn validate_accepts_what_commits(subject: &dyn Subject) -> Verdict {
    let Some(router) = changeable(subject).await? else { return Ok(()) };
    let mut candidate = router.candidate().await?;
    load(&mut candidate, router.capabilities().merge, subject).await?;
    if router.capabilities().validate {
        candidate.validate().await?;
    } else {
        fails_with(candidate.validate().await, ErrorKind::Unsupported, "validate is not claimed")?;
    }
    candidate.discard().await?;
    Ok(router.close().await?)
}

/// Merges, validates and commits, whichever refuses first; the candidate is gone afterwards.
async fn carry_through(mut candidate: Candidate, text: &str) -> Result<()> {
    candidate.merge(text).await?;
    match candidate.validate().await {
        // a device that cannot check beforehand says so at the commit; whether it may, another behaviour asks
        Err(error) if error.kind() == ErrorKind::Unsupported => {}
        validated => validated?,
    }
    candidate.commit(None).await
}

/// A refused text is `Rejected` with the device's words, and nothing of it takes effect.
pub(super) async fn refused_text_changes_nothing(subject: &dyn Subject) -> Verdict {
    let Some(router) = changeable(subject).await? else { return Ok(()) };
    if !router.capabilities().merge {
        return Ok(router.close().await?);
    }
    let before = router.running_config().await?;
    let refusal = carry_through(router.candidate().await?, &subject.refused()).await;
    let error = fails_with(refusal, ErrorKind::Rejected, "a text with a bad line")?;
    ensure(!error.message().is_empty(), "a refusal has the device's words")?;
    ensure(router.running_config().await? == before, "nothing of a refused text takes effect")?;
    Ok(router.close().await?)
}

/// After a refusal the candidate is as it was, and still commits.
pub(super) async fn refusal_keeps_the_candidate(subject: &dyn Subject) -> Verdict {
    let Some(router) = changeable(subject).await? else { return Ok(()) };
    if !router.capabilities().merge {
        return Ok(router.close().await?);
    }
    let mut candidate = router.candidate().await?;
    candidate.merge(&subject.change().apply).await?;
    let wanted = candidate.diff().await?;
    if candidate.merge(&subject.refused()).await.is_err() {
        let kept = candidate.diff().await?;
        ensure(kept == wanted, format!("a refused text leaves the candidate as it was, not:\n{kept}"))?;
    }
    candidate.discard().await?;
    Ok(router.close().await?)
}

/// Two sessions cannot have a candidate at once; when the first ends, the second gets its turn.
pub(super) async fn second_candidate_is_locked(subject: &dyn Subject) -> Verdict {
    let Some(first) = changeable(subject).await? else { return Ok(()) };
    let second = connect(subject).await?;
    let candidate = first.candidate().await?;
    fails_with(second.candidate().await, ErrorKind::Locked, "a second candidate")?;
    candidate.discard().await?;
    second.candidate().await?.discard().await?;
    second.close().await?;
    Ok(first.close().await?)
}

/// `Locked` names the holder.
pub(super) async fn holder_is_named(subject: &dyn Subject) -> Verdict {
    let Some(first) = changeable(subject).await? else { return Ok(()) };
    let second = connect(subject).await?;
    let candidate = first.candidate().await?;
    let error = fails_with(second.candidate().await, ErrorKind::Locked, "a second candidate")?;
    candidate.discard().await?;
    let user = subject.target().credentials.username;
    ensure(error.message().contains(&user), format!("`Locked` names the holder ({user}): {error}"))?;
    second.close().await?;
    Ok(first.close().await?)
}

/// A dropped candidate is discarded by the next call, and the lock is free again.
pub(super) async fn dropped_candidate_is_released(subject: &dyn Subject) -> Verdict {
    let Some(router) = changeable(subject).await? else { return Ok(()) };
    let other = connect(subject).await?;
    let before = router.running_config().await?;
    let mut candidate = router.candidate().await?;
    load(&mut candidate, router.capabilities().merge, subject).await?;
    drop(candidate);
    ensure(router.running_config().await? == before, "a dropped candidate changes nothing")?;
    let free = other.candidate().await.map_err(|error| {
        Violation(format!("after a dropped candidate and one more call the lock is free, not: {error}"))
    })?;
    free.discard().await?;
    other.close().await?;
    Ok(router.close().await?)
}

/// When somebody else changed the configuration meanwhile, the commit refuses and theirs stays.
pub(super) async fn moved_configuration_is_refused(subject: &dyn Subject) -> Verdict {
    let Some(router) = changeable(subject).await? else { return Ok(()) };
    let mut candidate = router.candidate().await?;
    load(&mut candidate, router.capabilities().merge, subject).await?;
    candidate.diff().await?;
    subject.meddle().await?;
    let meddled = candidate.running_config().await?;
    let committed = candidate.commit(None).await;
    let after = router.running_config().await?;
    subject.mend().await?;
    fails_with(committed, ErrorKind::Rejected, "a commit onto a configuration that moved since the diff")?;
    ensure(after == meddled, "a commit that refuses leaves the other's change alone")?;
    clean_up(&router, subject).await
}
