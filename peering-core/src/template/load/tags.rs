//! What is changed in a source before it is parsed, and what the parser does not tell.

use minijinja::machinery::{Span, Token, tokenize};

use super::super::error::{TemplateError, TemplateErrorKind};
use super::Whitespace;

/// A source that the engine's parser reads, and what it says that the parser drops.
pub(in super::super) struct Edited {
    pub(in super::super) source: String,
    /// The templates that it names, in order.
    pub(in super::super) references: Vec<Reference>,
    /// For every `block`, in order, whether it is `scoped`.
    pub(super) scoped: Vec<bool>,
}

/// That a template names another one.
#[derive(Clone, Debug)]
pub(in super::super) struct Reference {
    pub(in super::super) kind: ReferenceKind,
    /// The other's name, where it is written out.
    pub(in super::super) name: Option<String>,
    pub(in super::super) line: usize,
    /// Whether the other sees this one's variables.
    pub(in super::super) with_context: bool,
    pub(in super::super) ignore_missing: bool,
}

/// How a template uses another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum ReferenceKind {
    Include,
    Import,
    Extends,
}

/// Peering Manager's tags, and what stands before the names that they take.
const INCLUDES: [(&str, &str); 3] = [
    ("include_configuration", "configuration::"),
    ("include_email", "email::"),
    ("include_exporttemplate", "exporttemplate::"),
];

/// Prepares a source for the parser.
pub(in super::super) fn edit(name: &str, source: &str) -> Result<Edited, TemplateError> {
    let source = normal_line_ends(source);
    if let Some(at) = source.find(['\u{2}', '\u{3}']) {
        let line = source.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let detail = "a control character (STX or ETX) cannot stand in a template";
        return Err(TemplateError::new(name, TemplateErrorKind::Refused, Some(line), detail));
    }
    let mut reader =
        Reader { edits: Vec::new(), references: Vec::new(), scoped: Vec::new(), depth: Depth::default() };
    let mut tag: Option<Vec<(Token<'_>, Span)>> = None;
    // White space does not matter here, and a last line end must not be lost.
    let whitespace = Whitespace { keep_trailing_newline: true, ..Whitespace::default() };
    for token in tokenize(&source, false, whitespace.syntax()) {
        let (token, span) =
            token.map_err(|error| TemplateError::from_engine(name, &error, &[]).in_template(name))?;
        let line = usize::from(span.start_line);
        if reader.depth.is_too_deep(&token) {
            let detail = "this is too long or nested too deeply; split it with `set`";
            return Err(TemplateError::new(name, TemplateErrorKind::Recursion, Some(line), detail));
        }
        match (&token, &mut tag) {
            (Token::BlockStart, _) => tag = Some(Vec::new()),
            (Token::BlockEnd, Some(tokens)) => {
                reader.tag(tokens, span);
                tag = None;
            }
            (_, Some(tokens)) => tokens.push((token, span)),
            _ => {}
        }
    }
    let Reader { edits, references, scoped, .. } = reader;
    Ok(Edited { source: apply(&source, edits), references, scoped })
}

/// Jinja2 reads every kind of line end as `\n`.
fn normal_line_ends(source: &str) -> String {
    source.replace("\r\n", "\n").replace('\r', "\n")
}

/// Replaces parts of a text. The edits are in order.
fn apply(source: &str, edits: Vec<(usize, usize, String)>) -> String {
    let mut text = String::with_capacity(source.len());
    let mut at = 0;
    for (start, end, new) in edits {
        text.push_str(source.get(at..start).unwrap_or_default());
        text.push_str(&new);
        at = end;
    }
    text.push_str(source.get(at..).unwrap_or_default());
    text
}

struct Reader {
    edits: Vec<(usize, usize, String)>,
    references: Vec<Reference>,
    scoped: Vec<bool>,
    depth: Depth,
}

/// How deep a tree the parser will make. It limits brackets and statements by itself, though at more than a thread's
/// stack can hold, but not chains like `a ~ b ~ c` and `if … elif … elif`, whose every part is one level.
#[derive(Default)]
struct Depth {
    /// The expression that is being read, then the inside of every open bracket in it.
    open: Vec<Level>,
    alternatives: usize,
}

/// Levels of the tree of what is between two brackets.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Of the part since the last comma.
    current: usize,
    /// Of all parts before.
    before: usize,
}

impl Depth {
    /// The levels of one expression. The parser, and whoever walks over its tree, takes some kilobytes of stack for each.
    const DEEPEST: usize = 120;
    /// The brackets that are open at once, which take the parser the most.
    const MOST_BRACKETS: usize = 60;
    const MOST_ALTERNATIVES: usize = 150;

    fn is_too_deep(&mut self, token: &Token<'_>) -> bool {
        match token {
            Token::TemplateData(_) | Token::VariableEnd | Token::BlockEnd => self.open.clear(),
            Token::VariableStart | Token::BlockStart => self.open = vec![Level::default()],
            Token::Ident("elif") => self.alternatives += 1,
            Token::Ident("endif") => self.alternatives = 0,
            Token::Comma | Token::Colon => {
                if let Some(level) = self.open.last_mut() {
                    *level = Level { current: 0, before: level.current.max(level.before) };
                }
            }
            Token::ParenClose | Token::BracketClose | Token::BraceClose => {
                let inner = self.open.pop().unwrap_or_default();
                if let Some(level) = self.open.last_mut() {
                    level.current = level.current.max(inner.current.max(inner.before) + 1);
                }
            }
            Token::Ident(word) if !matches!(*word, "and" | "or" | "not" | "if" | "is" | "in") => {}
            Token::Str(_) | Token::String(_) | Token::Int(_) | Token::Int128(_) | Token::Float(_) => {}
            operator => {
                if let Some(level) = self.open.last_mut() {
                    level.current += 1;
                }
                if matches!(operator, Token::ParenOpen | Token::BracketOpen | Token::BraceOpen) {
                    self.open.push(Level::default());
                }
            }
        }
        self.alternatives > Self::MOST_ALTERNATIVES
            || self.open.len() > Self::MOST_BRACKETS
            || self.open.last().is_some_and(|level| level.current > Self::DEEPEST)
    }
}

impl Reader {
    fn tag(&mut self, tokens: &[(Token<'_>, Span)], end: Span) {
        let Some(((Token::Ident(word), span), rest)) = tokens.split_first() else { return };
        let line = usize::from(span.start_line);
        let has = |a: &str, b: &str| {
            rest.windows(2).any(
                |pair| matches!(pair, [(Token::Ident(x), _), (Token::Ident(y), _)] if *x == a && *y == b),
            )
        };
        let reference = |kind, prefix: &str, with_context| Reference {
            kind,
            name: written_out(rest).map(|name| format!("{prefix}{name}")),
            line,
            with_context,
            ignore_missing: has("ignore", "missing"),
        };
        if let Some((_, prefix)) = INCLUDES.iter().find(|(tag, _)| tag == word) {
            self.references.push(reference(ReferenceKind::Include, prefix, true));
            let start = (span.start_offset as usize, span.end_offset as usize);
            self.edits.push((start.0, start.1, format!("include (\"{prefix}\" ~ (")));
            let end = end.start_offset as usize;
            self.edits.push((end, end, "))".to_owned()));
            return;
        }
        match *word {
            "include" => {
                self.references.push(reference(ReferenceKind::Include, "", !has("without", "context")));
            }
            "import" | "from" => {
                self.references.push(reference(ReferenceKind::Import, "", has("with", "context")));
            }
            "extends" => self.references.push(reference(ReferenceKind::Extends, "", true)),
            "block" => {
                self.scoped.push(rest.iter().any(|(token, _)| matches!(token, Token::Ident("scoped"))))
            }
            _ => {}
        }
    }
}

/// The name of a template, if it is a string and nothing but keywords follows.
fn written_out(rest: &[(Token<'_>, Span)]) -> Option<String> {
    let ((first, _), rest) = rest.split_first()?;
    let name = match first {
        Token::Str(name) => (*name).to_owned(),
        Token::String(name) => name.to_string(),
        Token::Int(number) => number.to_string(),
        _ => return None,
    };
    rest.first().is_none_or(|(token, _)| matches!(token, Token::Ident(word) if *word != "if")).then_some(name)
}
