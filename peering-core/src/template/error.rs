//! Template errors, without what a template was rendered with.

use std::error::Error as _;
use std::fmt;

use serde::Serialize;

use crate::{Error, ErrorKind, REDACTED, Secret};

/// Where and why a template failed: the [`source`](std::error::Error::source) of every
/// [`ErrorKind::Template`] error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    template: String,
    kind: TemplateErrorKind,
    line: Option<usize>,
    detail: String,
}

/// Why a template failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TemplateErrorKind {
    /// It is no template.
    Syntax,
    /// It uses something that Jinja2 has and this engine does not, or does otherwise; the detail says what to write.
    Refused,
    /// There is no such filter.
    UnknownFilter,
    /// There is no such test.
    UnknownTest,
    /// There is no such function.
    UnknownFunction,
    /// There is no such method.
    UnknownMethod,
    /// A variable or attribute that is used does not exist.
    Undefined,
    /// A template that it includes, imports or extends is not there.
    MissingTemplate,
    /// Templates, macros or blocks go round in a circle, or are nested too deeply.
    Recursion,
    /// It took more steps than [`Options::fuel`](super::Options::fuel) allows: a loop without end, or far too much work.
    OutOfFuel,
    /// The result is longer than [`Options::longest_output`](super::Options::longest_output), or holds a line that is
    /// longer than the platform reads as one.
    TooLong,
    /// A value is not what an operator, filter or function needs, or cannot be expressed on the platform.
    Value,
}

impl TemplateError {
    pub(crate) fn new(
        template: &str,
        kind: TemplateErrorKind,
        line: Option<usize>,
        detail: impl Into<String>,
    ) -> Self {
        TemplateError { template: template.to_owned(), kind, line, detail: detail.into() }
    }

    /// Takes what may be shown of an engine's error: never its debug report, which prints variables.
    pub(crate) fn from_engine(template: &str, error: &minijinja::Error, secrets: &[Secret]) -> Self {
        // An error in an included template or a macro is the innermost one that has a place.
        let mut innermost = error;
        let mut cause = error.source();
        while let Some(current) = cause {
            match current.downcast_ref::<minijinja::Error>() {
                Some(inner) if inner.line().is_some() => innermost = inner,
                _ => {}
            }
            cause = current.source();
        }
        let detail = match innermost.detail() {
            Some(detail) => format!("{}: {detail}", innermost.kind()),
            None => innermost.kind().to_string(),
        };
        TemplateError {
            template: innermost.name().unwrap_or(template).to_owned(),
            kind: kind_of(innermost),
            line: innermost.line(),
            detail: without_secrets(detail, secrets),
        }
    }

    /// The same, in a template whose name the engine did not know.
    pub(crate) fn in_template(mut self, name: &str) -> Self {
        name.clone_into(&mut self.template);
        self
    }

    /// The template's name.
    pub fn template(&self) -> &str {
        &self.template
    }

    /// Why it failed.
    pub fn kind(&self) -> TemplateErrorKind {
        self.kind
    }

    /// The line in the template's source, counted from 1.
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// What is wrong there.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

fn kind_of(error: &minijinja::Error) -> TemplateErrorKind {
    use minijinja::ErrorKind as Engine;
    match error.kind() {
        _ if error.detail().is_some_and(|detail| detail.contains("recursion limit")) => {
            TemplateErrorKind::Recursion
        }
        Engine::SyntaxError => TemplateErrorKind::Syntax,
        Engine::TemplateNotFound => TemplateErrorKind::MissingTemplate,
        Engine::UnknownFilter => TemplateErrorKind::UnknownFilter,
        Engine::UnknownTest => TemplateErrorKind::UnknownTest,
        Engine::UnknownFunction => TemplateErrorKind::UnknownFunction,
        Engine::UnknownMethod => TemplateErrorKind::UnknownMethod,
        Engine::UndefinedError => TemplateErrorKind::Undefined,
        Engine::OutOfFuel => TemplateErrorKind::OutOfFuel,
        Engine::WriteFailure => TemplateErrorKind::TooLong,
        _ => TemplateErrorKind::Value,
    }
}

fn without_secrets(mut text: String, secrets: &[Secret]) -> String {
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        if text.contains(secret.expose()) {
            text = text.replace(secret.expose(), REDACTED);
        }
    }
    text
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "template {:?}", self.template)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.detail)
    }
}

impl std::error::Error for TemplateError {}

impl From<TemplateError> for Error {
    fn from(error: TemplateError) -> Self {
        Error::new(ErrorKind::Template, error.to_string()).with_source(error)
    }
}
