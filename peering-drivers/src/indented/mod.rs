//! Configurations whose structure is their indentation, as Cisco's are: a text as a tree, a text laid over it, and the
//! difference of two trees.
//!
//! A merge is not left to a router that applies it line by line and goes on after an error. Here the text meets the
//! running configuration, and what comes out is the whole new one, which the router then replaces its own by. What
//! cannot be said for certain is refused, with its line and the reason; what the router spells differently is found by
//! the read-back after the commit.
//!
//! A driver whose router takes back what is not confirmed may type such a text all the same ([`typable`], [`steps`]): what
//! nobody can foretell is then looked at afterwards ([`besides`]). What would act at once, or would be typed into the
//! wrong place, is never typed.
//!
//! Pure: no router, no clock. What the words of a platform mean is data ([`Language`]), in the platform's folder.
//!
//! | file | what |
//! |---|---|
//! | `read.rs` | a text as a tree |
//! | `rules.rs` | what a platform's words mean |
//! | `kept.rs` | text that is kept whole behind a line |
//! | `merge.rs` | a text laid over a configuration |
//! | `typed.rs` | a text that is typed line by line |
//! | `level.rs` | the lines of one context, found by what they are |
//! | `diff.rs` | the difference of two configurations |
//! | `secrets.rs` | secrets blacked out |

mod diff;
mod kept;
mod level;
mod merge;
mod read;
mod rules;
mod secrets;
mod typed;

use std::fmt;

pub(crate) use self::diff::{additions, difference};
pub(crate) use self::kept::End;
pub(crate) use self::merge::{check, merge};
pub(crate) use self::rules::{Language, Rules, addresses};
pub(crate) use self::secrets::redact;
pub(crate) use self::typed::{Act, Step, besides, steps, typable};

/// A line, what is kept whole behind it, and the lines below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// The command, without the blanks around it.
    pub(crate) line: String,
    /// The further lines of a banner or a certificate, as they stand; the last one ends it.
    pub(crate) body: Vec<String>,
    /// What stands deeper.
    pub(crate) inner: Vec<Node>,
    pub(crate) kind: Kind,
    /// In blanks.
    pub(crate) indent: usize,
    /// Where it stands in its text, counted from 1; 0 for a line that no text had.
    pub(crate) number: usize,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It configures something.
    Command,
    /// A comment, or nothing.
    Comment,
    /// It leaves a context: `exit`, `exit-address-family`.
    Exit,
    /// It ends the text.
    End,
}

/// A configuration, or a part of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
    pub(crate) nodes: Vec<Node>,
}

impl Node {
    /// A line that no text had.
    pub(crate) fn new(line: String, indent: usize) -> Node {
        Node { line, body: Vec::new(), inner: Vec::new(), kind: Kind::Command, indent, number: 0 }
    }

    pub(crate) fn is_command(&self) -> bool {
        self.kind == Kind::Command
    }

    /// The commands below it.
    pub(crate) fn commands(&self) -> impl Iterator<Item = &Node> {
        self.inner.iter().filter(|node| node.is_command())
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line.is_empty() {
            f.write_str("\n")?;
        } else {
            writeln!(f, "{:indent$}{}", "", self.line, indent = self.indent)?;
        }
        for line in &self.body {
            writeln!(f, "{line}")?;
        }
        self.inner.iter().try_for_each(|node| node.write(f))
    }
}

impl Config {
    /// Whether it says where it ends.
    pub(crate) fn is_ended(&self) -> bool {
        self.nodes.iter().any(|node| node.kind == Kind::End)
    }

    /// As a file that the router reads: what it prints as `^C` around a banner is one character there.
    pub(crate) fn typed(&self, rules: &Rules) -> String {
        let mut config = self.clone();
        config.nodes.iter_mut().for_each(|node| typed(node, rules));
        config.to_string()
    }

    /// The commands of the outermost level.
    pub(crate) fn commands(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.is_command())
    }
}

fn typed(node: &mut Node, rules: &Rules) {
    if let Some(ending) = rules.kept_whole(&node.line) {
        ending.spell(node);
    }
    node.inner.iter_mut().for_each(|node| typed(node, rules));
}

/// Line for line what was read.
impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.nodes.iter().try_for_each(|node| node.write(f))
    }
}

/// Whether `line` is `words`, or begins with them as whole words.
pub(crate) fn begins(line: &str, words: &str) -> bool {
    line.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

#[cfg(test)]
mod tests;
