//! A text as a tree.

use super::rules::Rules;
use super::{Config, Kind, Node};

struct Text<'a> {
    lines: std::iter::Enumerate<std::str::Lines<'a>>,
    rules: &'a Rules,
    top: Vec<Node>,
    /// The contexts that are open, the outermost first.
    open: Vec<Node>,
}

impl Config {
    /// Reads a configuration: what a router prints, or a file.
    ///
    /// What stands deeper than a line belongs to it; comments belong to the context that they stand in.
    pub(crate) fn parse(text: &str, rules: &Rules) -> Config {
        let mut text = Text { lines: text.lines().enumerate(), rules, top: Vec::new(), open: Vec::new() };
        while let Some((index, raw)) = text.lines.next() {
            text.take(index + 1, raw);
        }
        text.close_to(0);
        Config { nodes: text.top }
    }
}

impl Text<'_> {
    fn take(&mut self, number: usize, raw: &str) {
        let line = raw.trim();
        let indent = raw.chars().take_while(|character| character.is_whitespace()).count();
        let kind = kind(line, indent);
        let mut node = Node { line: line.to_owned(), indent, number, kind, ..Node::new(String::new(), 0) };
        match kind {
            Kind::Comment => {
                self.close_plain(indent);
                self.add(node);
            }
            Kind::End => {
                self.close_to(0);
                self.add(node);
            }
            Kind::Exit => {
                let deeper = self.open.iter().rposition(|open| open.indent <= indent);
                self.close_to(deeper.map_or(0, |at| at + 1));
                self.close_plain(indent);
                let leaves = self.open.len().saturating_sub(1);
                self.add(node);
                self.close_to(leaves);
            }
            Kind::Command => {
                let outside = self.open.iter().position(|open| open.indent >= indent);
                self.close_to(outside.unwrap_or(self.open.len()));
                node.line = words(line);
                if let Some(end) = self.rules.kept_whole(line) {
                    node.line = line.to_owned();
                    while !end.is_in(&node) {
                        let Some((_, more)) = self.lines.next() else { break };
                        node.body.push(more.to_owned());
                    }
                }
                self.open.push(node);
            }
        }
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(open) => open.inner.push(node),
            None => self.top.push(node),
        }
    }

    /// Closes the line before, where it opened nothing.
    fn close_plain(&mut self, indent: usize) {
        let is_plain = |open: &Node| {
            open.indent >= indent && open.inner.is_empty() && !self.rules.is_context(&open.line)
        };
        if self.open.last().is_some_and(is_plain) {
            self.close_to(self.open.len() - 1);
        }
    }

    /// Closes contexts until so many are open.
    fn close_to(&mut self, count: usize) {
        while self.open.len() > count {
            if let Some(node) = self.open.pop() {
                self.add(node);
            }
        }
    }
}

fn kind(line: &str, indent: usize) -> Kind {
    if line.is_empty() || line.starts_with('!') {
        Kind::Comment
    } else if line == "exit" || line.starts_with("exit-") {
        Kind::Exit
    } else if line == "end" && indent == 0 {
        Kind::End
    } else {
        Kind::Command
    }
}

/// One blank between words; what is quoted or told in somebody's words stays as it is.
fn words(line: &str) -> String {
    const FREE: &[&str] = &["description ", "remark ", "name ", "message "];
    let is_free = line.contains('"') || FREE.iter().any(|word| line.contains(word));
    if is_free || !line.contains("  ") && !line.contains('\t') {
        return line.to_owned();
    }
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
