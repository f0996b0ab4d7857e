//! What went wrong with a request, in our kinds; and whether the router can have acted on it.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use peering_core::{Error, ErrorKind};

use super::Answer;
use super::tls::Refused;
use crate::transport::Redactor;

/// The longest part of an answer that an error repeats, in characters.
const EXCERPT: usize = 200;

/// Marks the errors of requests that never reached a router.
#[derive(Debug)]
struct Unsent(reqwest::Error);

impl fmt::Display for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing was sent")
    }
}

impl StdError for Unsent {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

/// See [`super::Http::had_no_effect`].
pub(super) fn had_no_effect(error: &Error) -> bool {
    let is_refusal = matches!(
        error.kind(),
        ErrorKind::Auth
            | ErrorKind::NotFound
            | ErrorKind::Options
            | ErrorKind::RateLimited
            | ErrorKind::Rejected
            | ErrorKind::Unsupported
    );
    is_refusal || chain(error).any(|cause| cause.is::<Unsent>())
}

/// The error and its causes.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| {
        let error: &'a (dyn StdError + 'static) = *error;
        // an input/output error shows what is below its cause as its source, not the cause
        match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(cause) => Some(cause as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

/// The error of a request without a whole answer.
pub(super) fn failed(error: reqwest::Error, place: &str, limit: Duration) -> Error {
    let error = error.without_url();
    let seconds = limit.as_secs_f32();
    let (kind, words) = if let Some(Refused(words)) = chain(&error).find_map(|cause| cause.downcast_ref()) {
        (ErrorKind::Tls, words.clone())
    } else if let Some(cause) = chain(&error).find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        (ErrorKind::Tls, tls_words(cause, place))
    } else if error.is_timeout() && error.is_connect() {
        (ErrorKind::Timeout, format!("no connection to {place} in time"))
    } else if error.is_timeout() {
        (ErrorKind::Timeout, format!("no whole answer from {place} within {seconds} s"))
    } else if error.is_connect() {
        let cause = chain(&error).last().map(ToString::to_string).unwrap_or_default();
        (ErrorKind::Connect, format!("no connection to {place}: {cause}"))
    } else if error.is_builder() {
        (ErrorKind::Options, format!("the request to {place} cannot be written: {error}"))
    } else {
        (ErrorKind::Closed, format!("the connection to {place} ended before the whole answer was there"))
    };
    let result = Error::new(kind, words);
    if error.is_connect() { result.with_source(Unsent(error)) } else { result.with_source(error) }
}

fn tls_words(error: &rustls::Error, place: &str) -> String {
    match error {
        rustls::Error::InvalidMessage(_) => {
            format!("{place} does not speak TLS on this port; is it the right one?")
        }
        rustls::Error::AlertReceived(alert) => format!(
            "{place} ended TLS with the alert {alert:?}: it may want a client certificate, another one, or other \
             TLS versions and ciphers than 1.2 and 1.3 with forward secrecy"
        ),
        error => format!("no TLS with {place}: {error}"),
    }
}

/// The error of an answer that says no.
pub(super) fn refused(answer: &Answer, place: &str, user: &str) -> Error {
    let status = answer.status;
    let (kind, words) = match status {
        401 | 403 if user.is_empty() => (ErrorKind::Auth, format!("{place} wants a user and a password")),
        401 => (ErrorKind::Auth, format!("{place} does not let {user} in")),
        403 => (ErrorKind::Auth, format!("{place} does not allow {user} to do that")),
        404 => (ErrorKind::NotFound, format!("{place} has nothing at this path; is the service enabled?")),
        429 => (ErrorKind::RateLimited, format!("{place} was asked too often")),
        503 => (ErrorKind::Connect, format!("{place} cannot serve now")),
        300..=399 => {
            (ErrorKind::Rejected, format!("{place} points to another address, which is not followed"))
        }
        500.. => (ErrorKind::Connect, format!("{place} failed")),
        _ => (ErrorKind::Rejected, format!("{place} refused the request")),
    };
    let excerpt = excerpt(&answer.body);
    let colon = if excerpt.is_empty() { "" } else { ": " };
    let error = Error::new(kind, format!("{words} (HTTP {status}){colon}{excerpt}"));
    match answer.retry_after {
        Some(wait) => error.with_retry_after(wait),
        None => error,
    }
}

/// The beginning of a body in one line, secrets blacked out.
fn excerpt(body: &[u8]) -> String {
    let beginning = body.get(..body.len().min(8 * EXCERPT)).unwrap_or_default();
    let text = Redactor::default().text(&String::from_utf8_lossy(beginning));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// `Retry-After`: seconds or a date.
pub(super) fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    match text.trim().parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => {
            let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
            Some(date.duration_since(now).max(jiff::SignedDuration::ZERO).unsigned_abs())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_how_long_to_wait() {
        let now = "2026-01-02T03:04:05Z".parse().unwrap();
        for (text, seconds) in [
            ("7", Some(7)),
            ("Fri, 02 Jan 2026 03:04:35 GMT", Some(30)),
            ("Fri, 02 Jan 2026 03:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(retry_after(text, now), seconds.map(Duration::from_secs), "{text}");
        }
    }
}
