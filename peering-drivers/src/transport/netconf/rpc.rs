//! What a server answers: data, `<ok/>`, or one or more `<rpc-error>`s (RFC 6241, sections 4.2 to 4.4).

use std::fmt;

use peering_core::{Error, ErrorKind, ParseError, REDACTED, Result};
use quick_xml::events::Event;
use quick_xml::reader::Reader;

use super::xml::{Document, Element};

/// Where an error came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorLayer {
    /// The link.
    Transport,
    /// The message as such.
    Rpc,
    /// The operation.
    Protocol,
    /// What the operation is about.
    Application,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The operation was not done.
    Error,
    /// It was done all the same.
    Warning,
}

/// One `<rpc-error>`. `Debug` leaves the device's words out, for they may quote a password; see [`RpcError::words`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RpcError {
    /// `error-type`; `None` where the device says none or another.
    pub layer: Option<ErrorLayer>,
    /// `error-tag`, as `lock-denied`; empty where the device says none.
    pub tag: String,
    /// `error-severity`; where the device says none, an error.
    pub severity: Severity,
    /// `error-app-tag`.
    pub app_tag: Option<String>,
    /// `error-path`.
    pub path: Option<String>,
    /// `error-message`, raw.
    pub message: Option<String>,
    /// In `error-info`, the session that holds a lock; 0: something that is no NETCONF session.
    pub session_id: Option<u32>,
    /// In `error-info`, the element that is wrong.
    pub bad_element: Option<String>,
    /// The markup within `error-info`, raw.
    pub info: Option<String>,
}

impl fmt::Debug for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RpcError")
            .field("layer", &self.layer)
            .field("tag", &self.tag)
            .field("severity", &self.severity)
            .field("path", &self.path)
            .field("session_id", &self.session_id)
            .finish_non_exhaustive()
    }
}

impl RpcError {
    fn read(element: Element<'_>) -> Self {
        let text = |path| element.text_at(path).filter(|text| !text.is_empty()).map(str::to_owned);
        RpcError {
            layer: match element.text_at("error-type") {
                Some("transport") => Some(ErrorLayer::Transport),
                Some("rpc") => Some(ErrorLayer::Rpc),
                Some("protocol") => Some(ErrorLayer::Protocol),
                Some("application") => Some(ErrorLayer::Application),
                _ => None,
            },
            tag: text("error-tag").unwrap_or_default(),
            severity: match element.text_at("error-severity") {
                Some("warning") => Severity::Warning,
                _ => Severity::Error,
            },
            app_tag: text("error-app-tag"),
            path: text("error-path"),
            message: text("error-message"),
            session_id: element.text_at("error-info/session-id").and_then(|number| number.parse().ok()),
            bad_element: text("error-info/bad-element"),
            info: element.child("error-info").map(|info| info.inner().trim().to_owned()),
        }
    }

    /// The device's own words, redacted: message (else the tag), path, wrong element.
    pub fn words(&self, redact: fn(&str) -> String) -> String {
        let mut words = redact(self.message.as_deref().unwrap_or(match self.tag.as_str() {
            "" => "an error without a word",
            tag => tag,
        }));
        if let Some(path) = &self.path {
            words += &format!(" at {}", redact(path));
        }
        if let Some(element) = &self.bad_element {
            words += &format!(" ({})", redact(element));
        }
        words
    }

    /// What a caller can act on.
    pub fn kind(&self) -> ErrorKind {
        match self.tag.as_str() {
            "lock-denied" | "in-use" => ErrorKind::Locked,
            "access-denied" => ErrorKind::Auth,
            _ => ErrorKind::Rejected,
        }
    }
}

/// The errors as one, of the kind of the first; `None` when all are warnings.
pub(super) fn as_error(errors: &[RpcError], redact: fn(&str) -> String) -> Option<Error> {
    let mut real = errors.iter().filter(|error| error.severity == Severity::Error).peekable();
    let first = *real.peek()?;
    let holder = match (first.kind(), first.session_id) {
        (ErrorKind::Locked, Some(0)) => "held outside of NETCONF: ".to_owned(),
        (ErrorKind::Locked, Some(number)) => format!("held by session {number}: "),
        _ => String::new(),
    };
    let words: Vec<String> = real.map(|error| error.words(redact)).collect();
    Some(Error::new(first.kind(), holder + &words.join("; ")))
}

/// Words after which the rest of a line may be a secret.
const BEFORE_SECRET: &[&str] =
    &["password", "passphrase", "secret", "key", "key-string", "md5", "cipher", "authentication"];

/// Blacks out, line by line, what stands behind a word that announces a secret: for devices' words of which nothing more
/// is known. A platform that knows its configuration has a better one.
pub fn redact(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut is_secret = false;
        for word in line.split_inclusive(|char: char| !(char.is_alphanumeric() || "-_".contains(char))) {
            let bare = word.trim_end_matches(|char: char| !char.is_alphanumeric()).to_lowercase();
            if is_secret && !bare.is_empty() {
                redacted.push_str(REDACTED);
                if line.ends_with('\n') {
                    redacted.push('\n');
                }
                break;
            }
            redacted.push_str(word);
            let last = bare.rsplit(['-', '_']).next().unwrap_or_default();
            is_secret |= BEFORE_SECRET.contains(&bare.as_str()) || BEFORE_SECRET.contains(&last);
            // Not those of BGP.
            is_secret |= bare == "community" && line.to_lowercase().contains("snmp");
        }
    }
    redacted
}

/// An `<rpc-reply>`.
#[derive(Clone, Debug)]
pub struct Reply {
    document: Document<'static>,
    errors: Vec<RpcError>,
}

impl Reply {
    /// Reads a whole reply.
    ///
    /// # Errors
    /// What is no XML, or not an `<rpc-reply>`.
    pub fn parse(text: String) -> Result<Self, ParseError> {
        // Most have none: one fast search saves a walk through all elements.
        let may_have_errors = memchr::memmem::find(text.as_bytes(), b"rpc-error").is_some();
        let document = Document::parse(text)?;
        let root = document.root();
        if root.name() != "rpc-reply" {
            return Err(root.unexpected("an rpc-reply", root.name()));
        }
        let mut errors = Vec::new();
        if may_have_errors {
            // Anywhere: some devices put them into the result of what failed.
            errors.extend(root.descendants_named("rpc-error").map(RpcError::read));
        }
        Ok(Reply { document, errors })
    }

    /// The `<rpc-reply>` itself.
    pub fn root(&self) -> Element<'_> {
        self.document.root()
    }

    /// The `<data>` of a `get` or `get-config`.
    pub fn data(&self) -> Option<Element<'_>> {
        self.root().child("data")
    }

    /// Whether it says `<ok/>`.
    pub fn is_ok(&self) -> bool {
        self.root().child("ok").is_some()
    }

    /// The whole text, raw.
    pub fn text(&self) -> &str {
        self.document.text()
    }

    /// Every `<rpc-error>`, warnings included.
    pub fn errors(&self) -> &[RpcError] {
        &self.errors
    }

    /// Those that are no more than warnings.
    pub fn warnings(&self) -> impl Iterator<Item = &RpcError> {
        self.errors.iter().filter(|error| error.severity == Severity::Warning)
    }

    /// The reply itself, if it has no errors but warnings.
    ///
    /// # Errors
    /// `Locked` (with the holder), `Auth` or `Rejected`, with the device's words as `redact` leaves them.
    pub fn check(self, redact: fn(&str) -> String) -> Result<Self> {
        match as_error(&self.errors, redact) {
            None => Ok(self),
            Some(error) => Err(error),
        }
    }
}

/// What a message is, from its first tag alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Envelope {
    /// An `<rpc-reply>`, with its `message-id`.
    Reply(Option<String>),
    /// A `<notification>` (RFC 5277).
    Notification,
    /// Something else, by its local name.
    Other(String),
}

impl Envelope {
    pub(super) fn read(message: &[u8]) -> Result<Self, ParseError> {
        let wrong = |found: &str| ParseError::new("an rpc-reply", found);
        let mut reader = Reader::from_reader(message);
        loop {
            let start = match reader.read_event().map_err(|error| wrong(&error.to_string()))? {
                Event::Start(start) | Event::Empty(start) => start,
                Event::Text(text) if text.trim().is_empty() => continue,
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => continue,
                Event::Eof => return Err(wrong("an empty message")),
                _ => return Err(wrong("something that is no XML element")),
            };
            return Ok(match start.local_name().as_ref() {
                "rpc-reply" => Envelope::Reply(message_id(&start)),
                "notification" => Envelope::Notification,
                other => Envelope::Other(other.to_owned()),
            });
        }
    }
}

fn message_id(start: &quick_xml::events::BytesStart<'_>) -> Option<String> {
    let mut attributes = start.attributes();
    let mut found = attributes.with_checks(false).flatten();
    let id = found.find(|attribute| attribute.key.local_name().as_ref() == "message-id")?;
    id.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

#[cfg(test)]
#[path = "rpc_tests.rs"]
mod tests;
