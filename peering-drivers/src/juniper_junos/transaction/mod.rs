//! Configuration changes: Junos's own candidate, lock, commit, timer and rollback, and the doubt about each of them.
//!
//! | file | what |
//! |---|---|
//! | `format.rs`, `request.rs` | which form a text is in; what is asked, as XML: pure |
//! | `reply.rs`, `history.rs`, `redact.rs` | complaints and results, the commit history, secrets blacked out: pure |
//! | `tip.rs` | what is in force, and whether it waits for its confirmation |
//! | `candidate.rs` | lock, load, check, compare, give up: a `CandidateSession` |
//! | `commit.rs` | commit, and proof that it happened |
//! | `pending.rs` | confirm and revert |
//! | `look.rs` | a new session that looks what became of a commit whose answer was lost |
//!
//! What is the same for IOS-XR is in `candidate_session`. How Junos behaves, and what follows for the verbs, is in the folder's
//! `README.md`.

mod candidate;
mod commit;
mod format;
mod history;
mod look;
mod pending;
mod redact;
mod reply;
mod request;
mod tip;

use peering_core::{Error, ErrorKind, Result};

pub(super) use redact::redact;
use reply::Complaint;
pub(super) use tip::Tip;

use super::session::JunosSession;
use crate::transport::netconf::{Operation, Reply};

impl JunosSession {
    /// One step of a change: what the router has against it is an error.
    ///
    /// # Errors
    /// `Locked` with the holder; `Auth`; `Rejected` with the router's words, without the secrets of `about`, the text that
    /// was sent; `Closed` and `Parse` when the session has ended over it.
    async fn step(&self, request: impl Into<String>, about: &str) -> Result<Reply> {
        let reply = self.netconf()?.exchange(&Operation::Raw(request.into())).await?;
        let complaints = reply::complaints(reply.root());
        for warning in complaints.iter().filter(|complaint| complaint.is_warning) {
            tracing::debug!(host = %self.host, "warning: {}", redact::redact_quoted(&warning.words(about), about));
        }
        match refused(&complaints, about) {
            None => Ok(reply),
            Some(error) => Err(error),
        }
    }
}

/// Complaints as an error; `None` when none is more than a warning.
fn refused(complaints: &[Complaint], about: &str) -> Option<Error> {
    let words = redact::redact_quoted(&reply::refusal(complaints, about)?, about);
    let held = complaints.iter().find_map(|complaint| {
        let Complaint { message, tag, .. } = complaint;
        if let Some((_, holder)) = message.split_once("locked by:") {
            return Some(format!("the configuration is held by {}", holder.trim()));
        }
        if message.contains("database modified") {
            return Some(format!(
                "the shared candidate holds somebody's changes that were not committed: {words}"
            ));
        }
        matches!(tag.as_str(), "lock-denied" | "in-use").then(|| words.clone())
    });
    let is_denied = |complaint: &Complaint| {
        !complaint.is_warning
            && (complaint.tag == "access-denied" || complaint.message.contains("permission denied"))
    };
    Some(match held {
        Some(words) => Error::new(ErrorKind::Locked, words),
        None if complaints.iter().any(is_denied) => Error::new(ErrorKind::Auth, words),
        None => Error::new(ErrorKind::Rejected, words),
    })
}

#[cfg(test)]
#[path = "tests.rs"]
mod verbs;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::netconf::xml::Document;

    fn error(xml: &str) -> Error {
        refused(&reply::complaints(Document::parse(xml).unwrap().root()), "").unwrap()
    }

    #[test]
    fn a_lock_names_its_holder() {
        let locked = error(
            "<rpc-reply><rpc-error><error-type>protocol</error-type><error-tag>lock-denied</error-tag>\
             <error-severity>error</error-severity><error-message>\nconfiguration database locked by:\n  netops terminal \
             (pid 7527) on since 2026-08-27 01:35:08 PDT, idle 00:25:52\n      exclusive\n</error-message><error-info>\
             <session-id>7527</session-id></error-info></rpc-error></rpc-reply>",
        );
        assert_eq!(locked.kind(), ErrorKind::Locked);
        assert_eq!(
            locked.message(),
            "the configuration is held by netops terminal (pid 7527) on since 2026-08-27 01:35:08 PDT, idle 00:25:52 \
             exclusive"
        );
    }

    #[test]
    fn changes_of_somebody_are_a_lock() {
        for words in ["configuration database modified", "shared configuration database modified"] {
            let modified = error(&format!(
                "<rpc-reply><rpc-error><error-message>{words}</error-message></rpc-error></rpc-reply>"
            ));
            assert_eq!(modified.kind(), ErrorKind::Locked, "{words}");
        }
    }

    #[test]
    fn other_refusals_are_what_they_are() {
        let of = |tag: &str, words: &str| {
            error(&format!(
                "<rpc-reply><rpc-error><error-tag>{tag}</error-tag><error-message>{words}</error-message></rpc-error>\
                 </rpc-reply>"
            ))
            .kind()
        };
        assert_eq!(of("operation-failed", "syntax error"), ErrorKind::Rejected);
        assert_eq!(of("access-denied", "no"), ErrorKind::Auth);
        assert_eq!(of("operation-failed", "permission denied"), ErrorKind::Auth);
    }
}
