//! A configuration of indented lines, as several systems have it: which lines there are, what a line does, where it stands.
//!
//! What there is to know of one system is a [`Language`]: its modes, with a table of rules for each, and what a table
//! cannot say. How a tree is printed is the persona's.

mod alike;
mod apply;
mod grammar;
mod tree;

use std::fmt;
use std::hash::Hash;

pub(crate) use alike::{hashed, interface, other_as};
pub(crate) use apply::{Cursor, Form, Refusal, next};
pub(crate) use grammar::{Found, Progress, Rule, autonomous_system, duration, table};
pub(crate) use tree::Node;

/// The modes of one system's configuration: the value is one of them.
pub(crate) trait Language: Copy + Eq + Hash + fmt::Debug + Send + Sync + 'static {
    /// The mode that `configure` enters.
    const GLOBAL: Self;

    /// The mode that the tables call by this name.
    fn named(name: &str) -> Option<Self>;

    /// The rules of this mode.
    fn rules(self) -> &'static [Rule<Self>];

    /// An interface's full name.
    fn interface(word: &str) -> Option<String>;

    /// A section of an address family: what goes from the section around it goes from it, too.
    fn is_family(self) -> bool;

    /// Puts a line into the form in which the router keeps it, or says why it is not taken.
    fn rewrite(self, section: &Node<Self>, words: &[&str], form: Form) -> Result<Vec<String>, String>;

    /// How many of a line's words open a section, in which the rest of the line is then a line; 0 for no such line.
    fn head(self, words: &[&str], form: Form) -> usize;

    /// Whether such a line leaves its section open.
    fn stays(self) -> bool;

    /// What the tables alone cannot see.
    fn check(self, section: &Node<Self>, words: &[&str]) -> Result<(), String>;

    /// A section that cannot be taken away, as the hardware is there: it goes back to what it is by itself.
    fn reset(node: &mut Node<Self>) -> bool;

    /// Whether a line is a comment; one that is kept, with what was typed after it, is put into the section.
    fn comment(section: Option<&mut Node<Self>>, line: &str, input: Option<&str>) -> bool {
        let _ = (section, input);
        line.starts_with('!')
    }

    /// Takes what was typed after a line.
    fn typed(found: &mut Found, input: &str) {
        let _ = (found, input);
    }
}
