//! What differs between two configurations: as `show archive config differences` shows it, and as commands.

use super::apply::Node;

/// `+` and `-` before lines, under the sections around them, which have no sign; empty when nothing differs.
pub(crate) fn contextual(from: &Node, to: &Node) -> String {
    let mut out = String::new();
    added(from, to, 0, &mut out, '+');
    added(to, from, 0, &mut out, '-');
    out
}

/// The lines of `to` that `from` has not.
fn added(from: &Node, to: &Node, depth: usize, out: &mut String, sign: char) {
    let indent = " ".repeat(depth);
    for node in &to.children {
        match from.children.iter().find(|own| own.line == node.line) {
            Some(own) => {
                let mut inner = String::new();
                added(own, node, depth + 1, &mut inner, sign);
                if !inner.is_empty() {
                    out.push_str(&format!("{indent}{}\n{inner}", node.line));
                }
            }
            None => whole(node, depth, out, sign),
        }
    }
}

fn whole(node: &Node, depth: usize, out: &mut String, sign: char) {
    out.push_str(&format!("{}{sign}{}\n", " ".repeat(depth), node.line));
    node.children.iter().for_each(|child| whole(child, depth + 1, out, sign));
}

/// The commands that make one configuration of another.
pub(crate) fn commands(from: &Node, to: &Node) -> Vec<String> {
    let mut out = Vec::new();
    removed(from, to, 0, &mut out);
    adds(from, to, 0, &mut out);
    out
}

fn removed(from: &Node, to: &Node, depth: usize, out: &mut Vec<String>) {
    let indent = " ".repeat(depth);
    for node in &from.children {
        match to.children.iter().find(|other| other.key == node.key) {
            None => out.push(format!("{indent}{}", negated(&node.line))),
            Some(other) => {
                let mut inner = Vec::new();
                removed(node, other, depth + 1, &mut inner);
                if !inner.is_empty() {
                    out.push(format!("{indent}{}", other.line));
                    out.append(&mut inner);
                }
            }
        }
    }
}

fn adds(from: &Node, to: &Node, depth: usize, out: &mut Vec<String>) {
    let indent = " ".repeat(depth);
    for node in &to.children {
        let nothing = Node::default();
        let own = from.children.iter().find(|own| own.key == node.key);
        let mut inner = Vec::new();
        adds(own.unwrap_or(&nothing), node, depth + 1, &mut inner);
        if !inner.is_empty() || own.is_none_or(|own| own.line != node.line) {
            out.push(format!("{indent}{}", node.line));
            out.append(&mut inner);
        }
    }
}

fn negated(line: &str) -> String {
    line.strip_prefix("no ").map_or_else(|| format!("no {line}"), str::to_owned)
}
