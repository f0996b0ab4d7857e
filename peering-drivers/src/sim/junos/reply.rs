//! What the router answers: the inside of an `<rpc-reply>`, errors in its words.

use super::database::Refusal;
use super::tree::Complaint;
use crate::sim::netconf::element::escaped;
use crate::sim::netconf::reply::Reply;

/// An error that is nothing but words.
pub(crate) fn failed(message: &str) -> Reply {
    Reply::new(error(&Fault { message, ..Fault::default() }))
}

/// An operation, or a part of one, that the router does not know.
pub(crate) fn unknown(element: &str) -> Reply {
    Reply::new(error(&Fault { message: "syntax error", element: Some(element), ..Fault::default() }))
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Words(words) => failed(&words),
            Refusal::Locked(words, session) => {
                let info = format!("<session-id>{session}</session-id>\n");
                Reply::new(error(&Fault { tag: "lock-denied", message: &words, info, ..Fault::default() }))
            }
            Refusal::Check(found) => {
                let mut body = String::from(
                    "<commit-results>\n<routing-engine junos:style=\"normal\">\n<name>re0</name>\n",
                );
                for one in &found {
                    body.push_str(&complaint(one, "application"));
                }
                let message = "configuration check-out failed";
                body.push_str(&error(&Fault { kind: "application", message, ..Fault::default() }));
                Reply::new(body + "</routing-engine>\n</commit-results>\n")
            }
        }
    }
}

struct Fault<'a> {
    kind: &'a str,
    tag: &'a str,
    severity: &'a str,
    path: Option<&'a str>,
    message: &'a str,
    element: Option<&'a str>,
    info: String,
}

impl Default for Fault<'_> {
    fn default() -> Self {
        Fault {
            kind: "protocol",
            tag: "operation-failed",
            severity: "error",
            path: None,
            message: "",
            element: None,
            info: String::new(),
        }
    }
}

fn error(fault: &Fault<'_>) -> String {
    let Fault { kind, tag, severity, message, .. } = fault;
    let mut text = format!(
        "<rpc-error>\n<error-type>{kind}</error-type>\n<error-tag>{tag}</error-tag>\n<error-severity>{severity}</error-severity>\n"
    );
    if let Some(path) = fault.path {
        text.push_str(&format!("<error-path>\n{}\n</error-path>\n", escaped(path)));
    }
    let words = if *tag == "lock-denied" { format!("\n{message}\n") } else { (*message).to_owned() };
    text.push_str(&format!("<error-message>{}</error-message>\n", escaped(&words)));
    if fault.element.is_some() || !fault.info.is_empty() {
        text.push_str("<error-info>\n");
        if let Some(element) = fault.element {
            text.push_str(&format!("<bad-element>{}</bad-element>\n", escaped(element)));
        }
        text.push_str(&fault.info);
        text.push_str("</error-info>\n");
    }
    text + "</rpc-error>\n"
}

/// What the router says of a statement.
pub(crate) fn complaint(one: &Complaint, kind: &str) -> String {
    let path = (!one.path.is_empty()).then(|| format!("[edit {}]", one.path));
    let message = if one.is_warning { format!("warning: {}", one.message) } else { one.message.clone() };
    error(&Fault {
        kind,
        severity: if one.is_warning { "warning" } else { "error" },
        path: path.as_deref(),
        message: &message,
        element: one.element.as_deref(),
        ..Fault::default()
    })
}

/// A warning that is nothing but words.
pub(crate) fn warning(message: &str) -> Reply {
    Reply::new(error(&Fault { severity: "warning", message, ..Fault::default() }))
}

/// The answer to a load.
pub(crate) fn loaded(found: &[Complaint]) -> Reply {
    let mut body = String::from("<load-configuration-results>\n");
    found.iter().for_each(|one| body.push_str(&complaint(one, "protocol")));
    let errors = found.iter().filter(|one| !one.is_warning).count();
    match errors {
        0 => body.push_str("<ok/>\n"),
        _ => body.push_str(&format!("<load-error-count>{errors}</load-error-count>\n")),
    }
    Reply::new(body + "</load-configuration-results>\n")
}
