//! Renders templates with the library as it renders Peering Manager's, for comparisons with Jinja2 itself.
//!
//! It reads one JSON object a line: `template`, `context` (an object), and if wanted `templates` (name to source, for
//! includes), `trim`, `lstrip` (bools), `strict` (a bool: undefined names are errors). It answers with one line
//! each: `{"output": …}` or `{"error": {"kind": …, "line": …, "detail": …}}`. Nothing is guarded.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::io::{self, BufRead, Write};

use peering_core::template::{Engine, Escape, Options, RenderContext, TemplateError, Whitespace};
use peering_core::{Compat, Error};
use serde::Deserialize;
use serde_json::{Value, json};

/// One line of the input. The engine's own values keep the order of objects' keys, which a dict in Python has.
#[derive(Deserialize)]
struct Job {
    template: String,
    #[serde(default)]
    context: BTreeMap<String, minijinja::Value>,
    #[serde(default)]
    templates: BTreeMap<String, String>,
    #[serde(default)]
    trim: bool,
    #[serde(default)]
    lstrip: bool,
    #[serde(default)]
    strict: bool,
}

impl Job {
    fn render(self) -> Result<String, Error> {
        let whitespace =
            Whitespace { trim_blocks: self.trim, lstrip_blocks: self.lstrip, ..Whitespace::default() };
        let compat = if self.strict { Compat::Strict } else { Compat::PeeringManager };
        let mut engine = Engine::new(Escape::UNGUARDED, Options { compat, whitespace, ..Options::default() });
        for (name, source) in &self.templates {
            engine.add(name, source)?;
        }
        engine.add("main", &self.template)?;
        let empty = RenderContext::empty();
        let context = self.context.iter().fold(empty, |context, (name, value)| context.with(name, value));
        engine.render("main", &context)
    }
}

fn explained(error: &Error) -> Value {
    let template = error.source().and_then(|source| source.downcast_ref::<TemplateError>());
    json!({
        "kind": template.map(|error| format!("{:?}", error.kind())),
        "line": template.and_then(TemplateError::line),
        "detail": error.to_string(),
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let job: Job = serde_json::from_str(&line?)?;
        let answer = match job.render() {
            Ok(output) => json!({ "output": output }),
            Err(error) => json!({ "error": explained(&error) }),
        };
        writeln!(out, "{answer}")?;
    }
    Ok(())
}
