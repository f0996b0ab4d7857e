//! One error type: a kind to act on, and the words to read.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// A result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The credentials were refused. The caller's to fix.
    Auth,
    /// The server's SSH host key is unknown, changed or revoked. The caller's to fix.
    HostKey,
    /// The TLS certificate was not accepted. The caller's to fix.
    Tls,
    /// An option or argument makes no sense here. The caller's to fix.
    Options,
    /// The thing asked for does not exist.
    NotFound,
    /// Neither the driver nor this session claims the operation.
    Unsupported,
    /// The far side refused what it was sent; its own words are in the message.
    Rejected,
    /// Somebody else holds the configuration, the lease or the database. Later.
    Locked,
    /// No connection could be made, or the server answered that it cannot serve now.
    Connect,
    /// No answer in time.
    Timeout,
    /// The connection ended, or the thing has been closed.
    Closed,
    /// Too many requests; see [`Error::retry_after`].
    RateLimited,
    /// An answer, a file or a value did not have the expected form.
    Parse,
    /// A template could not be loaded or rendered.
    Template,
    /// The link failed after a commit was sent: whether it took effect is not known. Never retry; look first.
    OutcomeUnknown,
    /// A local file or database could not be read or written.
    Storage,
}

impl ErrorKind {
    /// Whether a *read* that failed this way is worth another try. A write never is.
    pub const fn is_retryable(self) -> bool {
        matches!(self, ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Closed | ErrorKind::RateLimited)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ErrorKind::Auth => "authentication failed",
            ErrorKind::HostKey => "host key not accepted",
            ErrorKind::Tls => "TLS failed",
            ErrorKind::Options => "invalid option",
            ErrorKind::NotFound => "not found",
            ErrorKind::Unsupported => "not supported",
            ErrorKind::Rejected => "rejected",
            ErrorKind::Locked => "locked",
            ErrorKind::Connect => "connection failed",
            ErrorKind::Timeout => "timed out",
            ErrorKind::Closed => "closed",
            ErrorKind::RateLimited => "rate limited",
            ErrorKind::Parse => "unexpected form",
            ErrorKind::Template => "template failed",
            ErrorKind::OutcomeUnknown => "outcome unknown",
            ErrorKind::Storage => "storage failed",
        })
    }
}

type Source = Box<dyn StdError + Send + Sync + 'static>;

/// What went wrong, where, and what the far side said. Never holds a secret.
///
/// `Display` is one line without the source; walk [`std::error::Error::source`] for the chain.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    platform: Option<String>,
    host: Option<String>,
    operation: Option<String>,
    retry_after: Option<Duration>,
    source: Option<Source>,
}

impl Error {
    /// An error of this kind, with a message that says what, where and what to do.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            platform: None,
            host: None,
            operation: None,
            retry_after: None,
            source: None,
        }))
    }

    /// Shorthand for [`ErrorKind::Unsupported`]: nobody claims `operation`.
    pub fn unsupported(operation: &str) -> Self {
        Error::new(ErrorKind::Unsupported, format!("`{operation}` is not offered here"))
            .with_operation(operation)
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds the platform's name, unless there is one.
    #[must_use]
    pub fn with_platform(mut self, platform: &str) -> Self {
        self.0.platform.get_or_insert_with(|| platform.to_owned());
        self
    }

    /// Adds the host's name, unless there is one.
    #[must_use]
    pub fn with_host(mut self, host: &str) -> Self {
        self.0.host.get_or_insert_with(|| host.to_owned());
        self
    }

    /// Adds the operation's name, unless there is one.
    #[must_use]
    pub fn with_operation(mut self, operation: &str) -> Self {
        self.0.operation.get_or_insert_with(|| operation.to_owned());
        self
    }

    /// Adds the time to wait before another try.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Turns the error into one of another kind, keeping everything else.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// What a caller can act on.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The words, without platform, host and operation.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The platform, if a driver was involved.
    pub fn platform(&self) -> Option<&str> {
        self.0.platform.as_deref()
    }

    /// The host, if one was involved.
    pub fn host(&self) -> Option<&str> {
        self.0.host.as_deref()
    }

    /// The operation that failed.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// How long the far side asked to wait, for [`ErrorKind::RateLimited`] and [`ErrorKind::Locked`].
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(host) = &self.0.host {
            write!(f, "{host}: ")?;
        }
        if let Some(operation) = &self.0.operation {
            write!(f, "{operation}: ")?;
        }
        write!(f, "{}", self.0.kind)?;
        if !self.0.message.is_empty() {
            write!(f, ": {}", self.0.message)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind).field("message", &self.0.message);
        for (name, value) in
            [("platform", &self.0.platform), ("host", &self.0.host), ("operation", &self.0.operation)]
        {
            if let Some(value) = value {
                debug.field(name, value);
            }
        }
        if let Some(wait) = self.0.retry_after {
            debug.field("retry_after", &wait);
        }
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// What a parser expected and what it found: the only error of the pure parsers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}{}, found {found:?}", line.map(|n| format!(" in line {n}")).unwrap_or_default())]
pub struct ParseError {
    expected: String,
    line: Option<usize>,
    found: String,
}

/// The longest excerpt that an error carries, in characters.
const EXCERPT: usize = 80;

impl ParseError {
    /// `expected` says what should have stood where `found` stood; a long `found` is cut short.
    pub fn new(expected: impl Into<String>, found: &str) -> Self {
        let mut excerpt: String = found.chars().take(EXCERPT).collect();
        if excerpt.len() < found.len() {
            excerpt.push('…');
        }
        ParseError { expected: expected.into(), line: None, found: excerpt }
    }

    /// Adds the line, counted from 1.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// What should have been there.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// The line, counted from 1, where that is known.
    pub fn line(&self) -> Option<usize> {
        self.line
    }
}

impl From<ParseError> for Error {
    fn from(error: ParseError) -> Self {
        Error::new(ErrorKind::Parse, error.to_string())
    }
}
