//! FRR's configuration as a tree, and a snippet laid over it: a merge compiled into a full target.
//!
//! FRR applies a snippet line by line and goes on after an error, so nothing is ever merged on the router itself.
//! Here the snippet meets the running configuration and what comes out is the whole new configuration, which
//! `frr-reload.py` then brings into force. What cannot be said for certain is refused, with its line and the reason;
//! what FRR itself spells differently is found by the read-back after the commit.
//!
//! Pure: no router, no clock. Which words open a context, hold one value or are printed negated is in [`rules`].

mod merge;
mod rules;

use std::fmt;

pub(super) use merge::merge;

/// One line, and what stands below it when it opens a context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) line: String,
    /// `None` for a plain line.
    pub(super) inner: Option<Vec<Node>>,
    /// Where it stands in its text, counted from 1.
    pub(super) number: usize,
}

/// A configuration, or a snippet of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Config {
    pub(super) nodes: Vec<Node>,
}

struct Open {
    node: Node,
    indent: usize,
    /// Whether a line below the header stood deeper than it: then indentation ends the context too.
    is_indented: bool,
}

impl Config {
    /// Reads a configuration: what `show running-config` prints, a file, or lines as one would type them.
    ///
    /// A context ends at `exit`, `exit-…` or `end`, where the indentation goes back, or where a line opens a context
    /// that only exists on the top level.
    pub(super) fn parse(text: &str) -> Config {
        let mut config = Config::default();
        let mut stack: Vec<Open> = Vec::new();
        let mut lines = text.lines().enumerate().peekable();
        while let Some((index, raw)) = lines.next() {
            let line = raw.split_whitespace().collect::<Vec<_>>().join(" ");
            if is_blank(&line) {
                continue;
            }
            let indent = indent(raw);
            if line == "end" {
                while !stack.is_empty() {
                    config.close(&mut stack);
                }
                continue;
            }
            if line == "exit" || line == "quit" || line.starts_with("exit-") {
                config.close(&mut stack);
                continue;
            }
            while let Some(open) = stack.last_mut() {
                if indent > open.indent {
                    open.is_indented = true;
                }
                let path: Vec<&str> = stack.iter().map(|open| open.node.line.as_str()).collect();
                let is_outside = stack.last().is_some_and(|open| open.is_indented && indent <= open.indent);
                if !is_outside && (rules::opens(&path, &line) || !rules::opens(&[], &line)) {
                    break;
                }
                config.close(&mut stack);
            }
            let path: Vec<&str> = stack.iter().map(|open| open.node.line.as_str()).collect();
            let follows_deeper = lines
                .clone()
                .find(|(_, raw)| !is_blank(raw.trim()))
                .is_some_and(|(_, raw)| self::indent(raw) > indent && !raw.trim().starts_with("exit"));
            let is_block = rules::opens(&path, &line) || (follows_deeper && !line.starts_with("no "));
            let line = if is_block { rules::header(&path, line) } else { line };
            let node = Node { line, inner: is_block.then(Vec::new), number: index + 1 };
            if is_block {
                stack.push(Open { node, indent, is_indented: false });
            } else {
                config.add(&mut stack, node);
            }
        }
        while !stack.is_empty() {
            config.close(&mut stack);
        }
        config
    }

    fn add(&mut self, stack: &mut [Open], node: Node) {
        match stack.last_mut() {
            Some(open) => open.node.inner.get_or_insert_default().push(node),
            None => self.nodes.push(node),
        }
    }

    fn close(&mut self, stack: &mut Vec<Open>) {
        if let Some(open) = stack.pop() {
            self.add(stack, open.node);
        }
    }

    /// The node at the end of a path of lines.
    pub(super) fn find(&self, context: &[String], line: &str) -> Option<&Node> {
        let mut nodes = &self.nodes;
        for header in context {
            nodes = nodes.iter().find(|node| node.line == *header)?.inner.as_ref()?;
        }
        nodes.iter().find(|node| node.line == line)
    }
}

fn is_blank(line: &str) -> bool {
    line.is_empty()
        || line.starts_with(['!', '#'])
        || ["Building configuration...", "Current configuration:", "configure terminal", "configure"]
            .contains(&line)
}

fn indent(raw: &str) -> usize {
    raw.len() - raw.trim_start().len()
}

/// As FRR prints it: one blank per level, every context closed.
impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_nodes(f, &self.nodes, 0)?;
        f.write_str("end\n")
    }
}

fn write_nodes(f: &mut fmt::Formatter<'_>, nodes: &[Node], level: usize) -> fmt::Result {
    for node in nodes {
        writeln!(f, "{:level$}{}", "", node.line)?;
        if let Some(inner) = &node.inner {
            write_nodes(f, inner, level + 1)?;
            writeln!(f, "{:level$}{}", "", rules::closing(&node.line))?;
            writeln!(f, "{:level$}!", "")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
