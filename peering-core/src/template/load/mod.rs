//! Reading a template: from Jinja2's source to what the engine runs.
//!
//! The engine reads Jinja2's language but not all of its meaning. So a template is parsed, what would fail or mean
//! something else is written anew or refused with its line, and the rest is handed on as it stands:
//!
//! 1. [`tags`]: line ends become `\n` as Jinja2 makes them; Peering Manager's own tags become `include`.
//! 2. The engine's parser makes a tree, with the white space of this template's own settings resolved.
//! 3. [`refuse`]: what cannot be had is an error with line and hint.
//! 4. [`write`]: the tree is written out again in a syntax of its own, with calls in place of operators that mean
//!    something else in Python. Every statement stays on its line, so that errors point at the source.

mod names;
mod refuse;
mod tags;
mod walk;
mod write;

use minijinja::machinery::{ast, parse};
use minijinja::syntax::SyntaxConfig;
use serde::Deserialize;

pub(super) use tags::{Reference, ReferenceKind, edit};
pub(super) use walk::{Node, bound_names, walk};
pub(super) use write::syntax;

use super::error::{TemplateError, TemplateErrorKind};

/// How the white space around tags is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Whitespace {
    /// Whether the line end after a block tag is dropped (Jinja2's `trim_blocks`).
    pub trim_blocks: bool,
    /// Whether blanks before a block tag are dropped (Jinja2's `lstrip_blocks`).
    pub lstrip_blocks: bool,
    /// Whether the line end at the end of a template is kept; Jinja2 drops it.
    pub keep_trailing_newline: bool,
}

impl Whitespace {
    pub(super) fn syntax(self) -> SyntaxConfig {
        // Only delimiters can be wrong, and none are set.
        SyntaxConfig::builder()
            .trim_blocks(self.trim_blocks)
            .lstrip_blocks(self.lstrip_blocks)
            .keep_trailing_newline(self.keep_trailing_newline)
            .build()
            .unwrap_or_default()
    }
}

/// A template that can be given to the engine.
pub(super) struct Loaded {
    /// What the engine reads, in [`syntax`].
    pub(super) text: String,
    /// The templates that it names.
    pub(super) references: Vec<Reference>,
}

impl Loaded {
    /// Whether the engine can read it. What is written has more brackets than the source, so it can be nested too
    /// deeply where the source just is not; that must show before anything is rendered.
    pub(super) fn check(&self, name: &str) -> Result<(), TemplateError> {
        parse(&self.text, name, syntax())
            .map(drop)
            .map_err(|error| TemplateError::from_engine(name, &error, &[]))
    }
}

/// What a template may use besides its own variables.
pub(super) struct Vocabulary<'a> {
    pub(super) is_filter: &'a dyn Fn(&str) -> bool,
    pub(super) is_test: &'a dyn Fn(&str) -> bool,
}

/// Reads a template.
pub(super) fn load(
    name: &str,
    source: &str,
    whitespace: Whitespace,
    vocabulary: &Vocabulary<'_>,
) -> Result<Loaded, TemplateError> {
    let edited = edit(name, source)?;
    let tree = tree(name, &edited.source, whitespace)?;
    let body = statements(&tree);
    refuse::refuse(name, body, &edited, vocabulary)?;
    Ok(Loaded { text: write::write(name, body)?, references: edited.references })
}

/// The parsed form of an edited source.
pub(super) fn tree<'a>(
    name: &'a str,
    source: &'a str,
    whitespace: Whitespace,
) -> Result<ast::Stmt<'a>, TemplateError> {
    parse(source, name, whitespace.syntax()).map_err(|error| {
        let hint = error.detail().and_then(hint);
        let error = TemplateError::from_engine(name, &error, &[]);
        match hint {
            Some(hint) => TemplateError::new(
                name,
                TemplateErrorKind::Syntax,
                error.line(),
                format!("{}; {hint}", error.detail()),
            ),
            None => error,
        }
    })
}

/// The statements of a whole template.
pub(super) fn statements<'a, 'b>(tree: &'b ast::Stmt<'a>) -> &'b [ast::Stmt<'a>] {
    match tree {
        ast::Stmt::Template(template) => &template.children,
        other => std::slice::from_ref(other),
    }
}

/// What to do about a statement that the parser does not know.
fn hint(detail: &str) -> Option<&'static str> {
    let statement = detail.strip_prefix("unknown statement ")?;
    Some(match statement {
        "trans" | "pluralize" | "endtrans" => "write the text itself: there are no translations",
        "debug" => "use `Engine::check`; it tells which names exist",
        _ => return None,
    })
}
