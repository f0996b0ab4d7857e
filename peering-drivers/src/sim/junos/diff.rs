//! What `show | compare` prints: the statements that differ, under the path that holds them.

use super::schema::{Inline, Kind};
use super::tree::Node;
use super::write::{diff_indent, head, statement};

/// The difference as text; empty when there is none.
pub(crate) fn diff(old: &Node, new: &Node) -> String {
    let mut printer = Printer::default();
    printer.compare(old, new, &mut Vec::new(), 0);
    printer.out
}

#[derive(Debug, Default)]
struct Printer {
    out: String,
    /// The path that was printed last.
    last: Option<String>,
}

impl Printer {
    fn compare(&mut self, old: &Node, new: &Node, path: &mut Vec<String>, depth: usize) {
        let def = new.def;
        let mut kinds: Vec<_> = old.children.iter().chain(&new.children).map(|child| child.def).collect();
        kinds.sort_by_key(|kind| (def.place(kind), kind.name));
        kinds.dedup();
        for kind in kinds {
            let of = |node: &Node| -> Vec<Node> {
                node.children.iter().filter(|child| child.def == kind).cloned().collect()
            };
            let (before, after) = (of(old), of(new));
            match kind.kind {
                _ if before == after => {}
                Kind::List(..) => self.entries(&before, &after, path, depth),
                Kind::Container if before.len() == 1 && after.len() == 1 => {
                    if let (Some(before), Some(after)) = (before.first(), after.first()) {
                        self.inside(before, after, path, depth);
                    }
                }
                _ => {
                    self.lines('-', &before, path, depth);
                    self.lines('+', &after, path, depth);
                }
            }
        }
    }

    /// The same statement, before and after.
    fn inside(&mut self, old: &Node, new: &Node, path: &mut Vec<String>, depth: usize) {
        if old.is_inactive != new.is_inactive {
            let mark = if new.is_inactive { "inactive:" } else { "active:" };
            self.shut('!', mark, new, path, depth);
        }
        if old.is_protected != new.is_protected {
            let mark = if new.is_protected { "protect:" } else { "unprotect:" };
            self.shut('!', mark, new, path, depth);
        }
        if old.comment != new.comment {
            for (sign, node) in [('-', old), ('+', new)] {
                if let Some(comment) = &node.comment {
                    self.header(path);
                    let indent = diff_indent(node.def, depth);
                    self.out.push_str(&format!("{sign}{}{comment}\n", " ".repeat(indent)));
                }
            }
        }
        if old.def.inline == Inline::Always && old.children != new.children {
            self.lines('-', std::slice::from_ref(old), path, depth);
            return self.lines('+', std::slice::from_ref(new), path, depth);
        }
        path.push(new.title());
        self.compare(old, new, path, depth + 1);
        path.pop();
    }

    fn entries(&mut self, old: &[Node], new: &[Node], path: &mut Vec<String>, depth: usize) {
        let is_sorted = new.first().or(old.first()).is_none_or(|node| node.def.is_sorted);
        for node in old.iter().filter(|node| !new.iter().any(|other| other.is_same(node))) {
            self.lines('-', std::slice::from_ref(node), path, depth);
        }
        // Those that were there, in the order that they had: what breaks it was moved.
        let rank = |node: &Node| old.iter().position(|other| other.is_same(node));
        let (mut most, mut is_after_change) = (None, false);
        let mut previous: Option<&Node> = None;
        for node in new {
            match rank(node) {
                Some(place) => {
                    let is_moved = !is_sorted && most.is_some_and(|most| place < most);
                    if is_moved {
                        self.context(previous, is_after_change, path, depth);
                        self.shut('!', "", node, path, depth);
                    }
                    most = most.max(Some(place));
                    is_after_change = is_moved;
                    if let Some(before) = old.get(place) {
                        self.inside(before, node, path, depth);
                    }
                }
                None => {
                    if !is_sorted {
                        self.context(previous, is_after_change, path, depth);
                    }
                    self.lines('+', std::slice::from_ref(node), path, depth);
                    is_after_change = true;
                }
            }
            previous = Some(node);
        }
    }

    /// The entry before one that came or moved.
    fn context(&mut self, previous: Option<&Node>, is_shown: bool, path: &[String], depth: usize) {
        if let Some(previous) = previous.filter(|_| !is_shown) {
            self.shut(' ', "", previous, path, depth);
        }
    }

    /// A statement of which only the head is printed.
    fn shut(&mut self, sign: char, mark: &str, node: &Node, path: &[String], depth: usize) {
        self.header(path);
        let end = if node.children.is_empty() { ";" } else { " { ... }" };
        let indent = " ".repeat(diff_indent(node.def, depth));
        let mark = if mark.is_empty() { String::new() } else { format!("{mark} ") };
        self.out.push_str(&format!("{sign}{indent}{mark}{}{end}\n", head(node)));
    }

    fn lines(&mut self, sign: char, run: &[Node], path: &[String], depth: usize) {
        let Some(first) = run.first() else { return };
        self.header(path);
        let mut text = String::new();
        statement(run, diff_indent(first.def, depth), &mut text);
        for line in text.lines() {
            self.out.push_str(&format!("{sign}{line}\n"));
        }
    }

    fn header(&mut self, path: &[String]) {
        let header = match path {
            [] => "[edit]".to_owned(),
            _ => format!("[edit {}]", path.join(" ")),
        };
        if self.last.as_ref() != Some(&header) {
            self.out.push_str(&format!("{header}\n"));
            self.last = Some(header);
        }
    }
}
