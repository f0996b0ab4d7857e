//! eAPI's requests and answers: JSON-RPC 2.0 with the method `runCmds`.

use serde_json::{Value, json};

use super::cli::{Answer, Cli, Failure, Format};

/// A command of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) line: String,
    /// What is typed after it.
    input: Option<String>,
}

/// A request, understood.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    id: Value,
    pub(crate) commands: Vec<Command>,
    pub(crate) format: Format,
    is_loose: bool,
    has_timestamps: bool,
}

/// A request that is none: the answer to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Malformed(pub(crate) Value);

fn error(id: &Value, code: i64, message: &str) -> Malformed {
    Malformed(json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } }))
}

impl Request {
    /// Reads a body.
    pub(crate) fn read(body: &[u8]) -> Result<Request, Malformed> {
        let body: Value =
            serde_json::from_slice(body).map_err(|_| error(&Value::Null, -32700, "Parse error"))?;
        let id = body.get("id").cloned().unwrap_or(Value::Null);
        let invalid = |message: &str| error(&id, -32602, message);
        if body.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
            return Err(error(&id, -32600, "Invalid Request"));
        }
        if body.get("method").and_then(Value::as_str) != Some("runCmds") {
            return Err(error(&id, -32601, "Method not found"));
        }
        let params =
            body.get("params").and_then(Value::as_object).ok_or_else(|| invalid("Invalid params"))?;
        const KNOWN: [&str; 9] = [
            "version",
            "cmds",
            "format",
            "timestamps",
            "autoComplete",
            "expandAliases",
            "stopOnError",
            "streaming",
            "includeErrorDetail",
        ];
        if let Some(other) = params.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            return Err(invalid(&format!("runCmds() got an unexpected keyword argument '{other}'")));
        }
        if !params.get("version").is_some_and(|version| *version == 1 || version == "latest") {
            return Err(invalid("Invalid params: version"));
        }
        let format = match params.get("format").and_then(Value::as_str) {
            None | Some("json") => Format::Json,
            Some("text") => Format::Text,
            Some(_) => return Err(invalid("Invalid params: format")),
        };
        let commands =
            params.get("cmds").and_then(Value::as_array).ok_or_else(|| invalid("Invalid params: cmds"))?;
        let command = |command: &Value| match command {
            Value::String(line) => Some(Command { line: line.clone(), input: None }),
            Value::Object(parts) => {
                let input = parts.get("input").and_then(Value::as_str).map(str::to_owned);
                Some(Command { line: parts.get("cmd")?.as_str()?.to_owned(), input })
            }
            _ => None,
        };
        let commands: Option<Vec<Command>> = commands.iter().map(command).collect();
        let flag = |name: &str| params.get(name).and_then(Value::as_bool).unwrap_or(false);
        Ok(Request {
            commands: commands.ok_or_else(|| invalid("Invalid params: cmds"))?,
            format,
            is_loose: flag("autoComplete"),
            has_timestamps: flag("timestamps"),
            id,
        })
    }

    /// Runs the commands until one fails: the answer. `failing` is a command that a fault makes fail.
    pub(crate) fn answer(&self, cli: &mut Cli<'_>, failing: Option<(usize, Failure)>) -> Value {
        cli.seat.is_loose = self.is_loose;
        let mut results = Vec::new();
        let mut failed = None;
        for (index, command) in self.commands.iter().enumerate() {
            let fault = failing.as_ref().filter(|(at, _)| *at == index);
            let begun = jiff::Timestamp::now();
            let result = match fault {
                Some((_, failure)) => Err(failure.clone()),
                None => cli.run(&command.line, command.input.as_deref()),
            };
            match result.and_then(|answer| self.form(answer)) {
                Ok(mut result) => {
                    if let (true, Value::Object(result)) = (self.has_timestamps, &mut result) {
                        let took = jiff::Timestamp::now().duration_since(begun).as_secs_f64();
                        let start = begun.as_duration().as_secs_f64();
                        result.insert(
                            "_meta".to_owned(),
                            json!({ "execStartTime": start, "execDuration": took }),
                        );
                    }
                    results.push(result);
                }
                Err(failure) => {
                    failed = Some((index, command, failure));
                    break;
                }
            }
        }
        cli.refresh();
        let Some((index, command, failure)) = failed else {
            return json!({ "jsonrpc": "2.0", "id": self.id, "result": results });
        };
        let message = format!(
            "CLI command {} of {} '{}' failed: {}",
            index + 1,
            self.commands.len(),
            command.line,
            failure.reason()
        );
        let mut last = json!({ "errors": failure.errors });
        if let (Format::Text, Value::Object(last)) = (self.format, &mut last) {
            let words = failure.errors.iter().map(|words| format!("% {words}\n")).collect::<String>();
            last.insert("output".to_owned(), Value::String(words));
        }
        results.push(last);
        json!({
            "jsonrpc": "2.0",
            "id": self.id,
            "error": { "code": failure.code, "message": message, "data": results },
        })
    }

    fn form(&self, answer: Answer) -> Result<Value, Failure> {
        match self.format {
            Format::Json => answer.json.ok_or_else(Failure::unconverted),
            Format::Text => {
                let text = answer.text.ok_or_else(Failure::no_text)?;
                Ok(json!({ "output": text }))
            }
        }
    }
}

#[cfg(test)]
#[path = "rpc_tests.rs"]
mod tests;
