//! JSON-RPC 2.0 (<https://www.jsonrpc.org/specification>), as far as routers speak it: one call, one answer.

use std::fmt;

use peering_core::ParseError;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A call. The id is a number of ours.
#[derive(Serialize)]
pub(super) struct Call<'a, P: ?Sized> {
    pub(super) jsonrpc: &'static str,
    pub(super) method: &'a str,
    pub(super) params: &'a P,
    pub(super) id: u64,
}

/// The error member of an answer: the router understood the call and says no.
#[derive(Clone, Debug, Deserialize)]
pub struct RpcError {
    /// The router's number for what went wrong.
    pub code: i64,
    /// Its words. They may repeat what was sent, secrets with it.
    #[serde(default)]
    pub message: String,
    /// What else it tells, as JSON.
    #[serde(default)]
    pub data: Option<Box<RawValue>>,
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (code {})", self.message, self.code)
    }
}

#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    id: Option<Id>,
    // a result of `null` is a result
    #[serde(default)]
    result: Option<Box<RawValue>>,
    #[serde(default)]
    error: Option<RpcError>,
}

/// Some servers give a number back as text.
#[derive(Deserialize, PartialEq)]
#[serde(untagged)]
enum Id {
    Number(u64),
    Text(String),
}

/// Reads the answer to the call with this id.
pub(super) fn reply(body: &[u8], id: u64) -> Result<Result<Box<RawValue>, RpcError>, ParseError> {
    let wrong = |expected: &str| ParseError::new(expected, &String::from_utf8_lossy(body));
    let reply: Reply =
        serde_json::from_slice(body).map_err(|error| wrong(&format!("a JSON-RPC answer ({error})")))?;
    let is_ours = match &reply.id {
        Some(Id::Number(number)) => *number == id,
        Some(Id::Text(text)) => *text == id.to_string(),
        // allowed where the call could not be read at all
        None => reply.error.is_some(),
    };
    match (is_ours, reply.result, reply.error) {
        (false, ..) => Err(wrong(&format!("the JSON-RPC answer with the id {id}"))),
        (true, _, Some(error)) => Ok(Err(error)),
        (true, Some(result), None) => Ok(Ok(result)),
        (true, None, None) => Err(wrong("a JSON-RPC result or error")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_answers() {
        let ok = |text: &str| reply(text.as_bytes(), 7).unwrap().unwrap().get().to_owned();
        assert_eq!(
            ok(r#"{"jsonrpc":"2.0","id":7,"result":[{}, 18446744073709551616]}"#),
            "[{}, 18446744073709551616]"
        );
        assert_eq!(ok(r#"{"id":"7","result":""}"#), r#""""#);
        let text = r#"{"id":7,"error":{"code":1002,"message":"no","data":[{"errors":["x"]}]}}"#;
        let error = reply(text.as_bytes(), 7).unwrap().unwrap_err();
        assert_eq!((error.code, error.to_string().as_str()), (1002, "no (code 1002)"));
        assert_eq!(error.data.unwrap().get(), r#"[{"errors":["x"]}]"#);
        let text = r#"{"id":null,"error":{"code":-32700,"message":"Parse error"}}"#;
        assert_eq!(reply(text.as_bytes(), 7).unwrap().unwrap_err().code, -32700);
        for text in [
            r#"{"id":8,"result":[]}"#,
            r#"{"id":null,"result":[]}"#,
            r#"{"id":7}"#,
            r#"{"id":7,"error":{"message":"no code"}}"#,
            "<html>",
            "",
        ] {
            assert!(reply(text.as_bytes(), 7).is_err(), "{text}");
        }
    }
}
