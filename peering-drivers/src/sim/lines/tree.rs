//! The configuration as a tree of lines.

use super::Language;
use super::grammar::{Found, Rule, Value};

/// Where a line stands among its siblings.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Order {
    block: usize,
    values: Vec<Value>,
    rank: usize,
}

/// A line with what stands under it. The root has no line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node<M> {
    order: Order,
    /// What makes two lines the same setting.
    pub(crate) key: String,
    pub(crate) line: String,
    /// The mode that the line opens; `None` for a plain line.
    pub(crate) mode: Option<M>,
    pub(crate) children: Vec<Node<M>>,
    /// Comments of the mode (`!! …`).
    pub(crate) comments: Vec<String>,
}

/// Whether a key begins with the words of another.
pub(crate) fn begins(key: &str, start: &str) -> bool {
    key.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

impl<M> Default for Node<M> {
    fn default() -> Self {
        Node {
            order: Order::default(),
            key: String::new(),
            line: String::new(),
            mode: None,
            children: Vec::new(),
            comments: Vec::new(),
        }
    }
}

impl<M: Language> Node<M> {
    /// An empty configuration.
    pub(crate) fn root() -> Node<M> {
        Node { mode: Some(M::GLOBAL), ..Node::default() }
    }

    /// The line's words.
    pub(crate) fn words(&self) -> Vec<&str> {
        self.line.split(' ').collect()
    }

    /// The line under this one with this key.
    pub(crate) fn child(&self, key: &str) -> Option<&Node<M>> {
        self.children.iter().find(|child| child.key == key)
    }

    /// The section that is reached by these keys.
    pub(crate) fn at_mut(&mut self, path: &[String]) -> Option<&mut Node<M>> {
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

    /// The block of the printed configuration that it stands in.
    pub(crate) fn block(&self) -> usize {
        self.order.block
    }

    /// Sets a line: in its place when its key is new, else in the place of the one that it replaces, whose lines stay
    /// under it.
    pub(crate) fn set(&mut self, rule: &Rule<M>, found: Found, is_no: bool) {
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

    /// Puts a line with all that stands under it in its place; one with its key goes.
    pub(crate) fn put(&mut self, node: Node<M>) {
        self.remove(&node.key);
        let place = self.children.iter().take_while(|child| child.order <= node.order).count();
        self.children.insert(place, node);
    }

    /// Takes away the line with a key.
    pub(crate) fn remove(&mut self, key: &str) {
        self.children.retain(|child| child.key != key);
    }

    /// Takes away every line whose key begins with these words, in this section and in the address families under it.
    pub(crate) fn remove_all(&mut self, start: &str) {
        self.children.retain(|child| !begins(&child.key, start));
        let families = self.children.iter_mut().filter(|child| child.mode.is_some_and(M::is_family));
        families.for_each(|family| family.remove_all(start));
    }
}
