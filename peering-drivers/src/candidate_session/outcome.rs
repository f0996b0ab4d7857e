//! What is said of a commit, a confirmation or a revert when all is not well.

use peering_core::driver::Pending;
use peering_core::{Error, ErrorKind, REDACTED, Result};

use crate::step::is_lost;

/// How a pending commit ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It stays.
    Confirm,
    /// What was before comes back.
    Revert,
}

/// How a commit has ended whose answer was lost.
#[derive(Debug)]
pub(crate) enum Found {
    /// It did not take effect.
    Before,
    /// It did, and may wait for its confirmation.
    Committed(Option<Pending>),
    /// It did, and its time is over.
    TakenBack,
    /// That cannot be told.
    SomethingElse,
}

/// What became of a commit whose answer was `lost`.
///
/// # Errors
/// `Closed` where the old configuration is in force; `OutcomeUnknown` where what is in force fits neither end, or nobody
/// could look.
pub(crate) fn after_commit(found: Result<Found>, lost: Error) -> Result<Option<Pending>> {
    let closed = |words: &str| Error::new(ErrorKind::Closed, words);
    match found {
        Ok(Found::Committed(pending)) => Ok(pending),
        Ok(Found::Before) => {
            let words = "the link failed before the commit took effect; the router has its old configuration";
            Err(closed(words).with_source(lost))
        }
        Ok(Found::TakenBack) => {
            let words = "the link failed, and the commit was taken back before anybody could confirm it; the router has its \
                         old configuration";
            Err(closed(words).with_source(lost))
        }
        Ok(Found::SomethingElse) => {
            let words = "what is in force is neither what was before nor what was prepared";
            Err(unknown(Error::new(ErrorKind::Rejected, words), &lost))
        }
        Err(error) => Err(unknown(error, &lost)),
    }
}

/// What became of a confirmation or a revert whose answer was `lost`, by whether it has `ended` in this way.
///
/// # Errors
/// `Closed` where the commit still waits; `NotFound` where it has ended in the other way; `OutcomeUnknown` otherwise.
pub(crate) fn after_end(end: End, ended: Result<bool>, lost: Error) -> Result<()> {
    let closed = |words: &str| Error::new(ErrorKind::Closed, words);
    match (ended, end) {
        (Ok(true), _) => Ok(()),
        (Ok(false), End::Confirm) => {
            let words = "the link failed before the confirmation took effect; the commit still waits for it";
            Err(closed(words).with_source(lost))
        }
        (Ok(false), End::Revert) => {
            let words = "the link failed before it was taken back; the router takes it back by itself when its time is over";
            Err(closed(words).with_source(lost))
        }
        (Err(error), _) if error.kind() == ErrorKind::NotFound => Err(gone().with_source(lost)),
        (Err(error), _) => Err(unknown(error, &lost)),
    }
}

/// Silence before anything was sent that acts; silence after that has been looked into where it was met.
pub(crate) fn unsent(error: Error) -> Error {
    if error.kind() != ErrorKind::Timeout {
        return error;
    }
    let words = format!("the router did not answer before anything was sent that acts: {}", error.message());
    Error::new(ErrorKind::Closed, words).with_source(error)
}

/// Nobody could look at what became of something whose answer was `lost`.
pub(crate) fn unknown(error: Error, lost: &Error) -> Error {
    Error::new(
        ErrorKind::OutcomeUnknown,
        format!(
            "the link failed after a commit was sent ({lost}), and what became of it could not be found out. A commit with \
             a window comes back by itself unless it was confirmed. Look before anything else"
        ),
    )
    .with_source(error)
}

/// A refusal is an answer like another.
pub(crate) fn answered(error: Error) -> Result<()> {
    if is_lost(&error) { Err(error) } else { Ok(()) }
}

/// A look after a commit that failed on the router's side: the commit was answered, so no refusal of the look is one of it.
pub(crate) fn doubt(error: Error) -> Error {
    if is_lost(&error) {
        return error;
    }
    let words = format!(
        "the router has answered, but does not let us look what is in force now: {}",
        error.message()
    );
    Error::new(ErrorKind::OutcomeUnknown, words).with_source(error)
}

/// A text that was printed for somebody to look at is none to be loaded.
pub(crate) fn refuse_blacked_out(text: &str) -> Result<()> {
    if text.contains(REDACTED) {
        let words = "this configuration was printed with its secrets blacked out";
        return Err(Error::new(ErrorKind::Rejected, words));
    }
    Ok(())
}

/// A load that was refused, after which the candidate could not be made what it was.
pub(crate) fn twice(refused: &Error, again: Error) -> Error {
    let words = "and what had been loaded before could not be loaded again";
    Error::new(refused.kind(), format!("{}; {words}", refused.message())).with_source(again)
}

/// What is in force after an answer of success is not what was meant.
pub(crate) fn not_as_prepared() -> Error {
    Error::new(
        ErrorKind::OutcomeUnknown,
        "the router says that it has committed, but what is in force is not what was prepared; look before anything else",
    )
}

/// Somebody has committed between the opening of the candidate and its commit.
pub(crate) fn moved() -> Error {
    Error::new(
        ErrorKind::Rejected,
        "the running configuration has changed since the candidate was opened; nothing was applied. Open a new candidate and \
         look at its diff",
    )
}

/// The commit of a token does not wait any more.
pub(crate) fn gone() -> Error {
    let words = "it is not pending any more: it was confirmed, taken back, or its time is over";
    Error::new(ErrorKind::NotFound, words)
}

/// Somebody else has committed since.
pub(crate) fn elsewhere() -> Error {
    let words = "neither the commit nor what was before it is in force: somebody else has committed. Look before \
                 anything else";
    Error::new(ErrorKind::OutcomeUnknown, words)
}
