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

/// The answer to one call of a batch: the result or the router's refusal; `None` where it told nothing, because it stopped at
/// a call before.
pub type BatchAnswer = Option<Result<Box<RawValue>, RpcError>>;

#[derive(Deserialize)]
struct Batched {
    #[serde(default)]
    id: Option<Id>,
    // a result of `null` is a result
    #[serde(default, deserialize_with = "present")]
    result: Option<Box<RawValue>>,
    #[serde(default)]
    error: Option<RpcError>,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::deserialize(deserializer).map(Some)
}

/// Reads the answers to a batch of calls with the ids from 1 on, in the order of the calls.
pub(super) fn batch(body: &[u8], count: usize) -> Result<Vec<BatchAnswer>, ParseError> {
    let wrong = |expected: &str| ParseError::new(expected, &String::from_utf8_lossy(body));
    // a batch of one may be answered without a list
    let is_list = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let replies: Result<Vec<Batched>, _> = match is_list {
        true => serde_json::from_slice(body),
        false => serde_json::from_slice(body).map(|reply| vec![reply]),
    };
    let replies = replies.map_err(|error| wrong(&format!("JSON-RPC answers ({error})")))?;
    let mut found: Vec<BatchAnswer> = (0..count).map(|_| None).collect();
    for reply in replies {
        let id = match &reply.id {
            Some(Id::Number(number)) => usize::try_from(*number).ok(),
            Some(Id::Text(text)) => text.parse().ok(),
            // allowed where the batch could not be read at all: the first call stands for it
            None => reply.error.is_some().then_some(1),
        };
        let place = id.and_then(|id| id.checked_sub(1)).and_then(|place| found.get_mut(place));
        let place = place.ok_or_else(|| wrong(&format!("JSON-RPC answers with ids from 1 to {count}")))?;
        *place = match (reply.result, reply.error) {
            (_, Some(error)) => Some(Err(error)),
            (Some(result), None) => Some(Ok(result)),
            (None, None) => return Err(wrong("a JSON-RPC result or error")),
        };
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_answers_of_a_batch() {
        let read = |text: &str, count| {
            batch(text.as_bytes(), count).map(|answers| {
                let shown = |answer: BatchAnswer| match answer {
                    Some(Ok(result)) => result.get().to_owned(),
                    Some(Err(error)) => error.to_string(),
                    None => "nothing".to_owned(),
                };
                answers.into_iter().map(shown).collect::<Vec<_>>()
            })
        };
        let text = r#"[{"id":2,"result":{"body":"b"}},{"id":"1","result":null}]"#;
        assert_eq!(read(text, 2).unwrap(), ["null", r#"{"body":"b"}"#]);
        assert_eq!(read(r#"{"id":1,"result":{}}"#, 1).unwrap(), ["{}"]);
        let text = r#"[{"id":1,"error":{"code":-32602,"message":"Invalid params"}}]"#;
        assert_eq!(read(text, 2).unwrap(), ["Invalid params (code -32602)", "nothing"]);
        assert_eq!(read(r#"{"error":{"code":-32700}}"#, 2).unwrap(), [" (code -32700)", "nothing"]);
        for text in [r#"[{"id":3,"result":1}]"#, r#"[{"id":1}]"#, r#"[{"id":0,"result":1}]"#, "<html>", ""] {
            assert!(read(text, 2).is_err(), "{text}");
        }
    }

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
