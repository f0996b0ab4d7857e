//! What can go wrong on a server and on the way to it.

use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::page;

/// Something to go wrong with the next request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// 429 with a `Retry-After` of so many seconds.
    Throttled(u64),
    /// 429 as replayed from the server's cache: the wait stands in the text only.
    ThrottledInWords(&'static str),
    /// An HTML page with this status.
    Page(u16),
    /// Nothing but this status.
    Empty(u16),
    /// A success with this body.
    Body(&'static str),
    /// The answer ends in the middle.
    CutShort,
    /// No answer ever.
    Hang,
    /// An answer that begins well and goes on with one space each so often, for ever.
    Drip(Duration),
    /// An answer whose rows cease to be JSON in the middle.
    InvalidJsonMiddle,
    /// A row whose fields have other types than they should.
    WrongType,
    /// A redirect to this address.
    Redirect(String),
    /// A redirect that leads to another one, and so on.
    RedirectLoop,
    /// A success that is no JSON.
    NoJson,
}

/// The path below which everything is a redirect.
const LOOP: &str = "loop";

impl Fault {
    /// What goes on at this path since an earlier fault.
    pub(super) fn ahead(path: &str) -> Option<Fault> {
        path.starts_with(LOOP).then_some(Fault::RedirectLoop)
    }

    pub(super) async fn response(self) -> Response {
        let status = |code| StatusCode::from_u16(code).unwrap_or(StatusCode::IM_A_TEAPOT);
        match self {
            Fault::Throttled(seconds) => {
                let body = json!({"message": "Request was throttled.", "meta": {"error": "Too Many Requests"}});
                let wait = [(header::RETRY_AFTER, seconds.to_string())];
                (StatusCode::TOO_MANY_REQUESTS, wait, body.to_string()).into_response()
            }
            Fault::ThrottledInWords(wait) => {
                let text = format!("Request was throttled. Expected available in {wait}.");
                let body = json!({"message": text, "meta": {"error": "Too Many Requests"}}).to_string();
                (StatusCode::TOO_MANY_REQUESTS, [("x-cached-response", "True")], body).into_response()
            }
            Fault::Page(code) => page(status(code)),
            Fault::Empty(code) => status(code).into_response(),
            Fault::Body(body) => body.into_response(),
            Fault::CutShort => {
                let pieces = futures_util::stream::iter([
                    Ok(b"{\"data\": [{\"id\": 1, \"name\": \"half".to_vec()),
                    Err(std::io::Error::other("cut")),
                ]);
                Body::from_stream(pieces).into_response()
            }
            Fault::Hang => std::future::pending().await,
            Fault::Drip(pause) => {
                let pieces = futures_util::stream::unfold("{\"data\": [", move |piece| async move {
                    tokio::time::sleep(pause).await;
                    Some((Ok::<_, std::io::Error>(piece), " "))
                });
                Body::from_stream(pieces).into_response()
            }
            Fault::InvalidJsonMiddle => {
                r#"{"data": [{"id": 1, "name": "Good"}, {"id": 2, "name": nil}, {"id": 3}], "meta": {}}"#
                    .into_response()
            }
            Fault::WrongType => json!({"data": [{
                "id": 1, "asn": "AS64500", "org_id": "one", "name": 5, "info_ipv6": "yes", "info_types": "NSP",
                "info_prefixes4": -1, "updated": "the other day", "created": 1767225600, "status": ["ok"],
            }], "meta": []})
            .to_string()
            .into_response(),
            Fault::Redirect(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
            Fault::RedirectLoop => {
                (StatusCode::FOUND, [(header::LOCATION, format!("/api/{LOOP}/"))]).into_response()
            }
            Fault::NoJson => page(StatusCode::OK),
        }
    }
}
