//! NX-API's requests and answers: JSON-RPC 2.0, one command each, in an array or alone.

use serde_json::{Value, json};

use super::exec::no_text;
use super::seat::{Answer, Failure, Seat};
use crate::sim::fabric::World;

/// A command, and in which form its answer is wanted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Command {
    id: Value,
    pub(crate) line: String,
    is_ascii: bool,
}

/// A body, understood.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) commands: Vec<Command>,
    is_array: bool,
    /// After an error the rest is executed all the same.
    goes_on: bool,
}

/// A body that is none: the answer to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Malformed(pub(crate) Value);

fn error(id: &Value, code: i64, message: &str, words: &str) -> Value {
    json!({
        "jsonrpc": "2.0",
        "error": { "code": code, "message": message, "data": { "msg": words } },
        "id": id,
    })
}

impl Command {
    fn read(request: &Value) -> Result<Command, Malformed> {
        let id = request.get("id").cloned().unwrap_or(Value::Null);
        let malformed = |code: i64, message: &str, words: &str| Malformed(error(&id, code, message, words));
        if request.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
            return Err(malformed(-32600, "Invalid request", "jsonrpc must be 2.0"));
        }
        let is_ascii = match request.get("method").and_then(Value::as_str) {
            Some("cli") => false,
            Some("cli_ascii") => true,
            _ => return Err(malformed(-32601, "Method not found", "only cli and cli_ascii are played")),
        };
        let params = request.get("params");
        let version = params.and_then(|params| params.get("version")).and_then(Value::as_f64);
        if version != Some(1.0) {
            return Err(malformed(-32602, "Invalid params", "version must be 1"));
        }
        let line = params.and_then(|params| params.get("cmd")).and_then(Value::as_str);
        let line = line.ok_or_else(|| malformed(-32602, "Invalid params", "cmd is missing"))?;
        Ok(Command { line: line.to_owned(), is_ascii, id })
    }

    /// `result` of the answer. A command without output has none.
    fn form(&self, answer: Answer) -> Result<Value, Failure> {
        if self.is_ascii {
            let text = answer.text.ok_or_else(no_text)?;
            return Ok(if text.is_empty() { Value::Null } else { json!({ "msg": text }) });
        }
        match answer.json {
            Some(Value::Null) => match answer.text.filter(|text| !text.is_empty()) {
                Some(text) => Ok(json!({ "msg": text })),
                None => Ok(Value::Null),
            },
            Some(body) if body.as_object().is_some_and(serde_json::Map::is_empty) => Ok(Value::Null),
            Some(body) => Ok(json!({ "body": body })),
            None => Err(Failure::refused("Structured output unsupported")),
        }
    }
}

impl Request {
    /// Reads a body.
    pub(crate) fn read(body: &[u8]) -> Result<Request, Malformed> {
        let body: Value = serde_json::from_slice(body)
            .map_err(|_| Malformed(error(&Value::Null, -32700, "Parse error", "the body is no JSON")))?;
        let (requests, is_array) = match body {
            Value::Array(all) => (all, true),
            one => (vec![one], false),
        };
        let goes_on =
            requests.iter().any(|request| request.get("rollback") == Some(&json!("continue-on-error")));
        let commands = requests.iter().map(Command::read).collect::<Result<_, _>>()?;
        Ok(Request { commands, is_array, goes_on })
    }

    /// Runs the commands until one fails: the answer. `failing` is a command that a fault makes fail.
    pub(crate) fn answer(
        &self,
        seat: &mut Seat,
        world: &mut World,
        failing: Option<(usize, Failure)>,
    ) -> Value {
        let mut answers = Vec::new();
        for (index, command) in self.commands.iter().enumerate() {
            let fault = failing.as_ref().filter(|(at, _)| *at == index);
            let result = match fault {
                Some((_, failure)) => Err(failure.clone()),
                None => seat.run(world, &command.line),
            };
            match result.and_then(|answer| command.form(answer)) {
                Ok(result) => answers.push(json!({ "jsonrpc": "2.0", "result": result, "id": command.id })),
                Err(failure) => {
                    let message = match failure.code {
                        -32602 => "Invalid params",
                        _ => "Internal error",
                    };
                    answers.push(error(&command.id, failure.code, message, &failure.words));
                    if !self.goes_on {
                        break;
                    }
                }
            }
        }
        match answers.as_slice() {
            [_] if !self.is_array || self.commands.len() == 1 => answers.pop().unwrap_or_default(),
            _ => Value::Array(answers),
        }
    }
}
