//! The configuration as a tree of lines, and how EOS prints it.

use super::grammar::{Found, Rule, Value};
use super::modes::Mode;

/// Where a line stands among its siblings.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Order {
    block: usize,
    values: Vec<Value>,
    rank: usize,
}

/// A line with what stands under it. The root has no line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    order: Order,
    /// What makes two lines the same setting.
    pub(crate) key: String,
    pub(crate) line: String,
    /// The mode that the line opens; `None` for a plain line.
    pub(crate) mode: Option<Mode>,
    pub(crate) children: Vec<Node>,
    /// Comments of the mode (`!! …`).
    pub(crate) comments: Vec<String>,
}

/// Whether a key begins with the words of another.
pub(crate) fn begins(key: &str, start: &str) -> bool {
    key.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

impl Node {
    /// An empty configuration.
    pub(crate) fn root() -> Node {
        Node { mode: Some(Mode::Global), ..Node::default() }
    }

    /// The line's words.
    pub(crate) fn words(&self) -> Vec<&str> {
        self.line.split(' ').collect()
    }

    /// The line under this one with this key.
    pub(crate) fn child(&self, key: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.key == key)
    }

    /// The section that is reached by these keys.
    pub(crate) fn at_mut(&mut self, path: &[String]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, key| node.children.iter_mut().find(|child| child.key == *key))
    }

    /// What a single-valued setting is set to: the rest of the line whose key this is.
    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        self.child(key)?.line.strip_prefix(key).map(str::trim_start)
    }

    /// Whether there is a line with these very words.
    pub(crate) fn has(&self, line: &str) -> bool {
        self.children.iter().any(|child| child.line == line)
    }

    /// Sets a line: in its place when its key is new, else in the place of the one that it replaces, whose lines stay
    /// under it.
    pub(crate) fn set(&mut self, rule: &Rule, found: Found, is_no: bool) {
        let key = found.key.join(" ");
        let line = if is_no { format!("no {key}") } else { found.words.join(" ") };
        if let Some(own) = self.children.iter_mut().find(|child| child.key == key) {
            own.line = line;
            return;
        }
        let order = Order { block: rule.block, values: found.values, rank: rule.rank };
        let place = self.children.iter().take_while(|child| child.order <= order).count();
        let mode = rule.opens.filter(|_| !is_no);
        let node = Node { order, key, line, mode, children: Vec::new(), comments: Vec::new() };
        self.children.insert(place, node);
    }

    /// Takes away the line with a key.
    pub(crate) fn remove(&mut self, key: &str) {
        self.children.retain(|child| child.key != key);
    }

    /// Takes away every line whose key begins with these words, in this section and in the address families under it.
    pub(crate) fn remove_all(&mut self, start: &str) {
        self.children.retain(|child| !begins(&child.key, start));
        let families = self.children.iter_mut().filter(|child| child.mode == Some(Mode::BgpFamily));
        families.for_each(|family| family.remove_all(start));
    }

    /// The text, as `show running-config` prints it, without its head.
    pub(crate) fn print(&self) -> String {
        let mut out = String::new();
        for (index, child) in self.children.iter().enumerate() {
            child.print_at(0, &mut out);
            let next = self.children.get(index + 1);
            let is_last_of_block = next.is_none_or(|next| {
                next.order.block != child.order.block || next.mode.is_some() || child.mode.is_some()
            });
            if is_last_of_block {
                out.push_str("!\n");
            }
        }
        out.push_str("end\n");
        out
    }

    /// An address family that somebody entered and left again: it is not shown.
    fn is_idle_family(&self) -> bool {
        self.mode == Some(Mode::BgpFamily) && self.children.is_empty() && self.comments.is_empty()
    }

    fn print_at(&self, depth: usize, out: &mut String) {
        let indent = "   ".repeat(depth);
        out.push_str(&indent);
        out.push_str(&self.line);
        out.push('\n');
        for comment in &self.comments {
            out.push_str(&format!("{indent}   !! {comment}\n"));
        }
        let mut is_first = true;
        for child in self.children.iter().filter(|child| !child.is_idle_family()) {
            if child.mode.is_some() && !is_first {
                out.push_str(&format!("{indent}   !\n"));
            }
            is_first = false;
            child.print_at(depth + 1, out);
        }
    }
}
