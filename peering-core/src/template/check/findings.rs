//! What was found.

use std::fmt;

use serde::Serialize;

use super::super::error::TemplateErrorKind;

/// Something in a template that deserves a look.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The template that it is in.
    pub template: String,
    /// The line in its source, counted from 1; for what is wrong with the output, the line there.
    pub line: Option<usize>,
    /// What sort of thing it is.
    pub kind: FindingKind,
    /// What is wrong, and what to do.
    pub message: String,
}

/// What sort of thing a [`Finding`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FindingKind {
    /// The template cannot be read or rendered: an unknown filter, a syntax error and so on.
    Error(TemplateErrorKind),
    /// A variable that no template is given.
    UnknownVariable,
    /// An attribute that the model does not have.
    UnknownAttribute,
    /// A method that the model does not have.
    UnknownMethod,
    /// A template that is named and not there.
    MissingTemplate,
    /// An include or import that has no effect.
    UnusedInclude,
    /// Something that would be written as a value of Python's, such as a list or `None`.
    SuspiciousOutput,
    /// Anything else.
    Other,
}

impl Finding {
    pub(super) fn new(
        template: &str,
        line: Option<usize>,
        kind: FindingKind,
        message: impl Into<String>,
    ) -> Finding {
        Finding { template: template.to_owned(), line, kind, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.template)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// What stands in a rendered text that no router's language has: values as Python writes them.
pub(super) fn in_output(template: &str, text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let word =
            line.split(|c: char| !c.is_alphanumeric()).find(|word| matches!(*word, "None" | "Undefined"));
        let what = match word {
            Some(word) => format!("the word `{word}`"),
            None if line.contains("['") || line.contains("[\"") && line.contains("\", \"") => {
                "a Python list".to_owned()
            }
            None if line.contains("{'") => "a Python dictionary".to_owned(),
            None => continue,
        };
        let message = format!("line {} of the output holds {what}", index + 1);
        found.push(Finding::new(template, None, FindingKind::SuspiciousOutput, message));
    }
    found
}
