//! The configuration as text: how the router reads it and how it prints it.

use super::language::{Node, end_of_text};
use super::policy;
use crate::sim::lines::{Cursor, Refusal};

/// A line that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Its number in the text, from 1.
    pub(crate) number: usize,
    /// As it was typed.
    pub(crate) line: String,
    /// The headers of the blocks around it, as they are printed.
    pub(crate) around: Vec<String>,
}

/// Reads lines one after the other into a configuration, as they are typed or stand in a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reader {
    cursor: Cursor,
    /// How far the headers of the open blocks are indented.
    indents: Vec<usize>,
    /// A policy or set whose text is being typed: its first line, the word that ends it, and the lines so far.
    text: Option<(String, &'static str, String)>,
}

impl Reader {
    /// Whether a block is open, or a text is being typed.
    pub(crate) fn is_inside(&self) -> bool {
        self.cursor.is_inside() || self.text.is_some()
    }

    /// Leaves the innermost block; whether there was one.
    pub(crate) fn exit(&mut self) -> bool {
        if self.text.take().is_some() {
            return true;
        }
        self.indents.pop();
        self.cursor.exit()
    }

    /// Leaves all blocks.
    pub(crate) fn root(&mut self) {
        *self = Reader::default();
    }

    /// The text that is being typed: the line that began it.
    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_ref().map(|(first, ..)| first.as_str())
    }

    /// The keys of the open blocks.
    pub(crate) fn path(&self) -> &[String] {
        self.cursor.path()
    }

    /// Takes one line, or leaves everything as it is.
    pub(crate) fn line(&mut self, tree: &mut Node, line: &str) -> Result<(), Refusal> {
        if let Some((first, end, mut body)) = self.text.take() {
            if line.trim() == end {
                policy::parse(&first, &body).map_err(Refusal::Refused)?;
                return self.cursor.execute(tree, &first, Some(&body));
            }
            if line.trim() != "!" {
                body.push_str(line.trim_end());
                body.push('\n');
            }
            self.text = Some((first, end, body));
            return Ok(());
        }
        let indent = line.len() - line.trim_start().len();
        match line.trim() {
            "" => Ok(()),
            "!" => {
                self.close(indent);
                Ok(())
            }
            comment if comment.starts_with(['!', '#']) => Ok(()),
            "exit" => {
                self.exit();
                Ok(())
            }
            "root" => {
                self.root();
                Ok(())
            }
            start if end_of_text(start).is_some() => {
                let end = end_of_text(start).unwrap_or_default();
                self.root();
                self.text = Some((start.to_owned(), end, String::new()));
                Ok(())
            }
            words => {
                let before = self.cursor.path().to_vec();
                self.cursor.execute(tree, words, None)?;
                // Only a line that opens a block says where that block begins.
                let path = self.cursor.path();
                let kept = before.iter().zip(path).take_while(|(old, new)| old == new).count();
                self.indents.truncate(kept);
                self.indents.resize(path.len(), indent);
                Ok(())
            }
        }
    }

    /// An exclamation mark closes the block that begins where it stands, with those in it; without indentation, the
    /// innermost.
    fn close(&mut self, indent: usize) {
        while self.indents.last().is_some_and(|own| *own > indent) {
            self.exit();
        }
        if self.indents.last() == Some(&indent) {
            self.exit();
        }
    }
}

/// Reads a text into a configuration. Lines that are refused are left out; what they were comes back.
pub(crate) fn load(tree: &mut Node, text: &str) -> Vec<Refused> {
    let mut reader = Reader::default();
    let mut refused = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim() == "end" && reader.text.is_none() {
            break;
        }
        let started = reader.text().map(str::to_owned);
        if reader.line(tree, line).is_err() {
            let around = reader.path().to_vec();
            // What is wrong with a policy shows at its end; it is named by its beginning.
            let line = started.unwrap_or_else(|| line.trim().to_owned());
            refused.push(Refused { number: index + 1, line, around });
        }
    }
    if let Some((first, ..)) = reader.text {
        refused.push(Refused { number: text.lines().count(), line: first, around: Vec::new() });
    }
    refused
}

/// The text, as `show running-config` prints it, without its head.
pub(crate) fn print(tree: &Node) -> String {
    let mut out = String::new();
    tree.children.iter().for_each(|child| print_at(child, 0, &mut out));
    out.push_str("end\n");
    out
}

/// A line with what stands under it.
pub(crate) fn print_at(node: &Node, depth: usize, out: &mut String) {
    let indent = " ".repeat(depth);
    out.push_str(&format!("{indent}{}\n", node.line));
    if node.mode.is_some() {
        node.children.iter().for_each(|child| print_at(child, depth + 1, out));
    }
    if node.mode.is_some() || node.line.contains('\n') {
        out.push_str(&format!("{indent}!\n"));
    }
}

/// What the router says of lines that it did not take, with the lines.
pub(crate) fn syntax_errors(refused: &[Refused]) -> String {
    let mut out = String::from(
        "!! SYNTAX/AUTHORIZATION ERRORS: This configuration failed due to\n\
         !! one or more of the following reasons:\n\
         !!  - the entered commands do not exist,\n\
         !!  - the entered commands have errors in their syntax,\n\
         !!  - the software packages containing the commands are not active,\n\
         !!  - the current user is not a member of a task-group that has \n\
         !!    permissions to use the commands.\n\n",
    );
    for one in refused {
        for (depth, header) in one.around.iter().enumerate() {
            out.push_str(&format!("{}{header}\n", " ".repeat(depth)));
        }
        out.push_str(&format!("{}{}\n", " ".repeat(one.around.len()), one.line));
    }
    out
}
