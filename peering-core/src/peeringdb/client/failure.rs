//! What a refusal or a broken connection means for the caller.

use std::error::Error as StdError;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::{Error, ErrorKind, REDACTED, Secret};

/// The longest excerpt of the server's words, in characters.
const EXCERPT: usize = 300;

/// An error for an answer that is not a success.
pub(super) fn refused(status: StatusCode, headers: &HeaderMap, body: &[u8], key: Option<&Secret>) -> Error {
    let advice =
        if key.is_some() { "check the API key" } else { "an API key may be needed (PEERINGDB_API_KEY)" };
    refused_with(status, headers, body, key, advice)
}

/// An error for an answer that is not a success; `advice` is for those who are not let in.
pub(crate) fn refused_with(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    key: Option<&Secret>,
    advice: &str,
) -> Error {
    let kind = match status.as_u16() {
        401 | 403 => ErrorKind::Auth,
        404 => ErrorKind::NotFound,
        408 => ErrorKind::Timeout,
        429 => ErrorKind::RateLimited,
        500..=599 => ErrorKind::Connect,
        _ => ErrorKind::Rejected,
    };
    let said = words(body, key);
    let wait = wait(headers, &said);
    let mut text = format!("HTTP {status}");
    if !said.is_empty() {
        text.push_str(": ");
        text.push_str(&said);
    }
    if kind == ErrorKind::Auth {
        text.push_str("; ");
        text.push_str(advice);
    }
    let error = Error::new(kind, text);
    match wait {
        Some(wait) if kind == ErrorKind::RateLimited || kind == ErrorKind::Connect => {
            error.with_retry_after(wait)
        }
        _ => error,
    }
}

/// An error for a success whose body is not the answer of a PeeringDB server.
pub(super) fn no_answer(body: &[u8], key: Option<&Secret>) -> Error {
    let said = match words(body, key) {
        said if said.is_empty() => "nothing".to_owned(),
        said => said,
    };
    Error::new(ErrorKind::Parse, format!("not the answer of a PeeringDB server, but {said}"))
}

/// What the server says, cut short, without markup and without our key.
fn words(body: &[u8], key: Option<&Secret>) -> String {
    let body = String::from_utf8_lossy(body);
    let said = match serde_json::from_str::<Value>(&body) {
        Ok(answer) => answer_words(&answer),
        Err(_) if body.trim_start().starts_with('<') => title(&body),
        Err(_) => body.trim().to_owned(),
    };
    let said = match key {
        Some(key) if !key.is_empty() => said.replace(key.expose(), REDACTED),
        _ => said,
    };
    let mut short: String =
        said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(EXCERPT).collect();
    if short.len() < said.len() {
        short.push('…');
    }
    short
}

/// The server puts its words into `meta.error`, `message`, or messages per field.
fn answer_words(answer: &Value) -> String {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut parts = Vec::new();
    let Value::Object(answer) = answer else { return String::new() };
    parts.extend(answer.get("message").map(text));
    if let Some(meta) = answer.get("meta") {
        parts.extend(meta.get("error").map(text));
        parts.extend(meta.get("field_errors").map(text));
    }
    for (name, value) in answer {
        if !matches!(name.as_str(), "message" | "meta" | "data") {
            parts.push(format!("{name}: {}", text(value)));
        }
    }
    parts.join("; ")
}

/// The title of an HTML page.
fn title(page: &str) -> String {
    // ASCII only, so that positions are those of the page itself.
    let lower = page.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        let end = lower.get(start..)?.find("</title>")?;
        page.get(start..start + end)
    });
    match title {
        Some(title) => format!("an HTML page, “{}”", title.trim()),
        None => "an HTML page".to_owned(),
    }
}

/// How long the server asks to wait: in the header, else in its words, as in a replayed refusal.
fn wait(headers: &HeaderMap, said: &str) -> Option<Duration> {
    let header = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    if let Some(header) = header.map(str::trim) {
        if let Ok(seconds) = header.parse() {
            return Some(Duration::from_secs(seconds));
        }
        if let Ok(date) = jiff::fmt::rfc2822::parse(header) {
            let left = date.timestamp().duration_since(jiff::Timestamp::now());
            return Some(Duration::try_from(left).unwrap_or_default());
        }
    }
    let after = said.split("available in ").nth(1)?;
    let mut parts = after.split_whitespace();
    let number: u64 = parts.next()?.parse().ok()?;
    let unit = match parts.next()?.trim_end_matches(['.', ';']) {
        "second" | "seconds" => 1,
        "minute" | "minutes" => 60,
        "hour" | "hours" => 3600,
        _ => return None,
    };
    // Minutes and hours are rounded down by the server, and one full minute reads as "0 hours".
    let rounded = if unit > 1 { number.max(1).saturating_add(u64::from(number > 0)) } else { number };
    let seconds = if unit == 3600 && number == 0 { 60 } else { rounded.saturating_mul(unit) };
    Some(Duration::from_secs(seconds))
}

/// Whether no connection came about.
pub(super) fn is_unreachable(error: &Error) -> bool {
    error
        .source()
        .and_then(|source| source.downcast_ref::<reqwest::Error>())
        .is_some_and(reqwest::Error::is_connect)
}

/// The chain of causes, nearest first.
fn causes(error: &dyn StdError) -> Vec<&(dyn StdError + 'static)> {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause);
        // An I/O error passes over the error that it wraps.
        next = match cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        };
    }
    causes
}

/// An error for an exchange that did not come to an answer. The address is left out: it may hold a login.
pub(crate) fn broken(error: reqwest::Error) -> Error {
    let error = error.without_url();
    let causes = causes(&error);
    let is_tls = causes.iter().any(|cause| cause.is::<rustls::Error>());
    let kind = if is_tls {
        ErrorKind::Tls
    } else if error.is_timeout() {
        ErrorKind::Timeout
    } else if error.is_connect() {
        ErrorKind::Connect
    } else if error.is_redirect() || error.is_builder() {
        ErrorKind::Rejected
    } else {
        ErrorKind::Closed
    };
    let text = match causes.last() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    Error::new(kind, text).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(status: u16, body: &str) -> Error {
        let key = Secret::new("hunter2");
        refused(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes(), Some(&key))
    }

    #[test]
    fn every_status_has_a_kind() {
        for (status, kind, retry) in [
            (400, ErrorKind::Rejected, false),
            (401, ErrorKind::Auth, false),
            (403, ErrorKind::Auth, false),
            (404, ErrorKind::NotFound, false),
            (429, ErrorKind::RateLimited, true),
            (500, ErrorKind::Connect, true),
            (503, ErrorKind::Connect, true),
        ] {
            let error = refuse(status, "");
            assert_eq!((error.kind(), error.kind().is_retryable()), (kind, retry), "{status}");
        }
    }

    #[test]
    fn the_servers_words_are_in_the_text_and_the_key_is_not() {
        let error = refuse(400, r#"{"meta": {"error": "bad since hunter2"}, "since": ["not a number"]}"#);
        assert_eq!(error.message(), "HTTP 400 Bad Request: bad since <redacted>; since: [\"not a number\"]");
        let page = refuse(500, "<!doctype html><html><head><TITLE> Oops </TITLE></head>İ</html>");
        assert_eq!(page.message(), "HTTP 500 Internal Server Error: an HTML page, “Oops”");
        assert_eq!(refuse(404, "<html>").message(), "HTTP 404 Not Found: an HTML page");
        assert_eq!(refuse(404, "").message(), "HTTP 404 Not Found");
        assert!(refuse(500, &"x".repeat(5000)).message().len() < 400);
    }

    #[test]
    fn the_wait_is_read_from_the_header_or_the_words() {
        let words = |text: &str| {
            let body = format!(r#"{{"message": "Request was throttled. Expected available in {text}."}}"#);
            refuse(429, &body).retry_after().map(|wait| wait.as_secs())
        };
        assert_eq!(words("57 seconds"), Some(57));
        assert_eq!(words("1 second"), Some(1));
        assert_eq!(words("2 minutes"), Some(180));
        assert_eq!(words("0 hours"), Some(60));
        assert_eq!(words("1 hours"), Some(7200));
        assert_eq!(words("a while"), None);
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "12".parse().unwrap());
        let error = refused(StatusCode::TOO_MANY_REQUESTS, &headers, b"", None);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(12)));
        headers.insert(RETRY_AFTER, "Thu, 01 Jan 1970 00:00:00 GMT".parse().unwrap());
        let error = refused(StatusCode::SERVICE_UNAVAILABLE, &headers, b"", None);
        assert_eq!(error.retry_after(), Some(Duration::ZERO));
    }
}
