//! Template errors, without what a template was rendered with.

use std::error::Error as _;
use std::fmt;
use std::ops::Range;

use crate::{Error, ErrorKind, REDACTED, Secret};

/// Where and why a template failed: the [`source`](std::error::Error::source) of every
/// [`ErrorKind::Template`] error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    template: String,
    line: Option<usize>,
    range: Option<Range<usize>>,
    detail: String,
}

impl TemplateError {
    pub(crate) fn new(template: &str, line: Option<usize>, detail: impl Into<String>) -> Self {
        TemplateError { template: template.to_owned(), line, range: None, detail: detail.into() }
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
        let mut detail = match innermost.detail() {
            Some(detail) => format!("{}: {detail}", innermost.kind()),
            None => innermost.kind().to_string(),
        };
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            detail = detail.replace(secret.expose(), REDACTED);
        }
        TemplateError {
            template: innermost.name().unwrap_or(template).to_owned(),
            line: innermost.line(),
            range: innermost.range(),
            detail,
        }
    }

    /// The template's name.
    pub fn template(&self) -> &str {
        &self.template
    }

    /// The line in the template's source, counted from 1.
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// The bytes of the template's source that failed, where that is known.
    pub fn range(&self) -> Option<Range<usize>> {
        self.range.clone()
    }

    /// What is wrong there.
    pub fn detail(&self) -> &str {
        &self.detail
    }
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
