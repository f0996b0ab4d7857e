//! What the router says when it does not do what it is told: in words, and as an error of NETCONF.

use super::check::semantic_errors;
use super::database::Refusal;
use crate::sim::netconf::element::escaped;
use crate::sim::netconf::reply::Reply;

/// An error of RFC 6241, section 4.3.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault<'a> {
    pub(crate) kind: &'a str,
    pub(crate) tag: &'a str,
    pub(crate) words: &'a str,
    pub(crate) path: Option<&'a str>,
    /// Elements.
    pub(crate) info: &'a str,
}

impl Fault<'_> {
    pub(crate) fn reply(self) -> Reply {
        let Fault { kind, tag, words, path, info } = self;
        let mut body = format!(
            "<rpc-error>\n<error-type>{kind}</error-type>\n<error-tag>{tag}</error-tag>\n<error-severity>error</error-severity>\n"
        );
        if let Some(path) = path {
            body.push_str(&format!("<error-path>{}</error-path>\n", escaped(path)));
        }
        if !words.is_empty() {
            body.push_str(&format!("<error-message xml:lang=\"en\">{}</error-message>\n", escaped(words)));
        }
        if !info.is_empty() {
            body.push_str(&format!("<error-info>\n{info}</error-info>\n"));
        }
        Reply::new(body + "</rpc-error>\n")
    }
}

/// An error that is nothing but words.
pub(crate) fn failed(words: &str) -> Reply {
    Fault { kind: "application", tag: "operation-failed", words, path: None, info: "" }.reply()
}

/// An operation, or a part of one, that the router does not know.
pub(crate) fn unknown(element: &str) -> Reply {
    let info = format!("<bad-element>{}</bad-element>\n", escaped(element));
    Fault { kind: "protocol", tag: "unknown-element", words: "", path: None, info: &info }.reply()
}

/// A value that is none.
pub(crate) fn invalid(words: &str) -> Reply {
    Fault { kind: "protocol", tag: "invalid-value", words, path: None, info: "" }.reply()
}

impl Refusal {
    /// The router's words.
    pub(crate) fn words(&self) -> String {
        match self {
            Refusal::Locked(session) => {
                format!("Failed to lock: the running configuration is locked by session {session}")
            }
            Refusal::NotLocked => "The configuration is not locked by this session".to_owned(),
            Refusal::Trial => "A trial configuration of another session waits to be confirmed".to_owned(),
            Refusal::WrongPersist => "There is no confirmed commit of this persist-id".to_owned(),
            Refusal::NothingPending => "There is no confirmed commit to cancel".to_owned(),
            Refusal::LabelTaken(label) => format!("The label '{label}' is already used by another commit"),
            Refusal::Check(found) => semantic_errors(found),
        }
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        let words = refusal.words();
        match refusal {
            // Only a lock is denied (RFC 6241, appendix A); what needs one finds it in use.
            Refusal::Locked(session) => {
                let words = words.trim_start_matches("Failed to lock: ");
                let words = format!("{words} (session-id {session})");
                Fault { kind: "protocol", tag: "in-use", words: &words, path: None, info: "" }.reply()
            }
            Refusal::WrongPersist => invalid(&words),
            Refusal::NotLocked | Refusal::Trial | Refusal::NothingPending | Refusal::LabelTaken(_) => {
                failed(&words)
            }
            Refusal::Check(_) => failed(&words),
        }
    }
}

/// A lock that another session has.
pub(crate) fn denied(session: u32) -> Reply {
    let info = format!("<session-id>{session}</session-id>\n");
    let words = Refusal::Locked(session).words();
    Fault { kind: "protocol", tag: "lock-denied", words: &words, path: None, info: &info }.reply()
}
