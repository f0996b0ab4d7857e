//! Text that is kept whole behind a line: banners, certificates.

use super::Node;

/// How what is kept whole ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With the character, or the `^C` that stands for one, that stands where the expression ends.
    Delimiter,
    /// With a line that is this word.
    Line(&'static str),
}

/// How a certain node's kept text ends.
#[derive(Clone, Debug)]
pub(super) struct Ending {
    end: End,
    /// Where the delimiter begins in the first line.
    start: usize,
}

/// `^C`, as routers print the character that ends a banner.
const PRINTED: &str = "^C";

/// That character: end of text.
const CHARACTER: &str = "\u{3}";

/// What a text may end with when it is typed.
const KEYS: &str = "#~%@$&*+=|/;:,.-_";

impl Ending {
    /// `start` is where the delimiter begins in the first line.
    pub(super) fn new(end: End, start: usize) -> Ending {
        Ending { end, start }
    }

    /// Whether a character ends it, and not a word.
    pub(super) fn is_delimiter(&self) -> bool {
        self.end == End::Delimiter
    }

    fn delimiter<'a>(&self, line: &'a str) -> &'a str {
        let rest = line.get(self.start..).unwrap_or_default();
        let length = if rest.starts_with(PRINTED) {
            PRINTED.len()
        } else {
            rest.chars().next().map_or(0, char::len_utf8)
        };
        rest.get(..length).unwrap_or_default()
    }

    /// Whether the node has its end already.
    pub(super) fn is_in(&self, node: &Node) -> bool {
        match self.end {
            End::Line(word) => node.body.last().is_some_and(|line| line.trim() == word),
            End::Delimiter => {
                let delimiter = self.delimiter(&node.line);
                let first = node.line.get(self.start + delimiter.len()..).unwrap_or_default();
                delimiter.is_empty() || node.body.last().map_or(first, String::as_str).contains(delimiter)
            }
        }
    }

    /// Writes the delimiter as the character that it stands for.
    pub(super) fn spell(&self, node: &mut Node) {
        if self.is_delimiter() && self.delimiter(&node.line) == PRINTED {
            self.end_with(node, CHARACTER);
        }
    }

    /// Ends the text with a character that is a key and not in the text, where it ends with one that would interrupt.
    pub(super) fn spell_in_keys(&self, node: &mut Node) {
        let is_none =
            |key: char| !node.line.contains(key) && node.body.iter().all(|line| !line.contains(key));
        let key = KEYS.chars().find(|key| is_none(*key));
        if let Some(key) = key.filter(|_| [PRINTED, CHARACTER].contains(&self.delimiter(&node.line))) {
            self.end_with(node, key.encode_utf8(&mut [0; 4]));
        }
    }

    fn end_with(&self, node: &mut Node, delimiter: &str) {
        let old = self.delimiter(&node.line).to_owned();
        let (head, rest) = node.line.split_at(self.start);
        node.line = format!("{head}{}", rest.replace(&old, delimiter));
        if let Some(last) = node.body.last_mut() {
            *last = last.replace(&old, delimiter);
        }
    }

    /// What is kept, whatever ends it.
    pub(super) fn text(&self, node: &Node) -> String {
        let head = node.line.get(..self.start).unwrap_or_default();
        let delimiter = match self.end {
            End::Delimiter => self.delimiter(&node.line),
            End::Line(_) => "",
        };
        let first = node.line.get(self.start + delimiter.len()..).unwrap_or_default();
        let mut text = format!("{head}\n{first}");
        for line in &node.body {
            text.push('\n');
            text.push_str(line.trim_end());
        }
        match text.rfind(delimiter) {
            Some(end) if !delimiter.is_empty() && end > head.len() => text.truncate(end),
            _ => {}
        }
        text
    }
}
