//! The words of NX-API: batches of commands by JSON-RPC, their answers, their refusals.
//!
//! One batch is one HTTP request; the router runs the commands in order and stops at the first that fails.

use std::time::Duration;

use peering_core::driver::Target;
use peering_core::{Error, ErrorKind, ParseError, Result};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::NAME;
use super::redact::redact;
use crate::transport::{Http, Redactor, RpcError, Scheme, Transcript};

/// Where NX-API listens.
const PATH: &str = "/ins";

/// What NX-API wants JSON-RPC to be called.
const MEDIA: &str = "application/json-rpc";

/// How the answers are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The command's own model.
    Json,
    /// What a terminal would show.
    Text,
}

/// A router's NX-API.
#[derive(Clone, Debug)]
pub(super) struct NxApi {
    http: Http,
}

#[derive(Serialize)]
struct Params<'a> {
    cmd: &'a str,
    version: u8,
}

/// What stands in a result: the model, or the text.
#[derive(Default, Deserialize)]
struct Output {
    #[serde(default)]
    body: Option<Box<RawValue>>,
    #[serde(default)]
    msg: Option<String>,
}

/// What stands in a refusal.
#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    msg: String,
}

impl NxApi {
    /// Nothing is sent yet.
    pub(super) fn new(target: &Target, scheme: Scheme) -> Result<NxApi> {
        let port = if scheme == Scheme::Https { 443 } else { 80 };
        Ok(NxApi { http: Http::new_with(target, scheme, port, Redactor { platform: NAME, redact })? })
    }

    /// The same with another limit for one batch and its answer.
    pub(super) fn within(&self, limit: Duration) -> NxApi {
        NxApi { http: self.http.within(limit) }
    }

    /// What records it.
    pub(super) fn transcript(&self) -> &Transcript {
        self.http.transcript()
    }

    /// Runs commands, each in the mode that the one before left it in: what each answered, or `Rejected` with the router's
    /// words. Behind one that was refused nothing was run.
    ///
    /// # Errors
    /// `Auth`, `Parse`, or the path's.
    pub(super) async fn run(&self, commands: &[&str], form: Form) -> Result<Vec<Result<String>>> {
        let method = if form == Form::Json { "cli" } else { "cli_ascii" };
        let calls: Vec<_> = commands.iter().map(|cmd| (method, Params { cmd, version: 1 })).collect();
        let answers = self.http.rpc_batch(PATH, MEDIA, &calls).await?;
        let mut found = Vec::with_capacity(commands.len());
        for (command, answer) in commands.iter().zip(answers) {
            found.push(match answer {
                Some(Ok(result)) => Ok(output(&result, form)?),
                Some(Err(refusal)) => Err(refused(command, &refusal)),
                None => Err(Error::new(
                    ErrorKind::Rejected,
                    format!("`{}` was not run: a command before it was refused", redact(command)),
                )),
            });
        }
        Ok(found)
    }
}

/// The answer of a command; nothing where it has none.
fn output(result: &RawValue, form: Form) -> Result<String> {
    let wrong =
        |error: serde_json::Error| ParseError::new(format!("a result of NX-API ({error})"), result.get());
    // `null` for a command without an answer
    let output: Option<Output> = serde_json::from_str(result.get()).map_err(wrong)?;
    let Output { body, msg } = output.unwrap_or_default();
    if let (Form::Text, Some(text)) = (form, msg) {
        return Ok(text);
    }
    let Some(body) = body else { return Ok(String::new()) };
    // some versions give the text as a body
    match serde_json::from_str::<String>(body.get()) {
        Ok(text) => Ok(text),
        Err(_) if form == Form::Json => Ok(body.get().to_owned()),
        Err(error) => Err(wrong(error).into()),
    }
}

/// The router's refusal as an error, in its own words.
fn refused(command: &str, error: &RpcError) -> Error {
    let data = error.data.as_ref().and_then(|data| serde_json::from_str::<Refusal>(data.get()).ok());
    let words = data.map(|data| data.msg.trim().to_owned()).filter(|words| !words.is_empty());
    let words = words.unwrap_or_else(|| error.to_string());
    let kind = if words.contains("ermission denied") { ErrorKind::Auth } else { ErrorKind::Rejected };
    Error::new(kind, redact(&format!("`{command}`: {words}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    #[test]
    fn results_come_in_several_forms() {
        for (result, form, expected) in [
            (r#"{"body":{"hostname":"r1"}}"#, Form::Json, r#"{"hostname":"r1"}"#),
            (r#"{"msg":"version 1\n"}"#, Form::Text, "version 1\n"),
            (r#"{"body":"version 1\n"}"#, Form::Text, "version 1\n"),
            ("null", Form::Json, ""),
            (r#"{"body":""}"#, Form::Json, ""),
        ] {
            assert_eq!(output(&raw(result), form).unwrap(), expected, "{result}");
        }
        assert_eq!(output(&raw(r#"{"body":{}}"#), Form::Text).unwrap_err().kind(), ErrorKind::Parse);
        assert_eq!(output(&raw("7"), Form::Json).unwrap_err().kind(), ErrorKind::Parse);
    }

    #[test]
    fn refusals_keep_the_routers_words_but_no_secret() {
        let text = r#"{"code":-32602,"message":"Invalid params","data":{"msg":"Invalid command\n"}}"#;
        let refusal = refused("username a password 0 hunter2", &serde_json::from_str(text).unwrap());
        assert_eq!(refusal.kind(), ErrorKind::Rejected);
        assert!(!refusal.to_string().contains("hunter2"), "{refusal}");
        let refusal = refused("show x", &serde_json::from_str(text).unwrap());
        assert!(refusal.to_string().ends_with("`show x`: Invalid command"), "{refusal}");
        let text = r#"{"code":-32602,"message":"Invalid params","data":{"msg":"% Permission denied for the role\n"}}"#;
        assert_eq!(refused("x", &serde_json::from_str(text).unwrap()).kind(), ErrorKind::Auth);
    }
}
