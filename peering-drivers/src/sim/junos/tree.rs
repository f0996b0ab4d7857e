//! A configuration as a tree of statements, and what a load or a command does to it.

use std::cmp::Ordering;

use super::schema::{Def, Kind, root};

/// A statement, with all that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) def: Def,
    /// The value of a leaf, the key of an entry.
    pub(crate) words: Vec<String>,
    pub(crate) is_inactive: bool,
    pub(crate) is_protected: bool,
    /// The comment before it, with its marks.
    pub(crate) comment: Option<String>,
    /// The configuration group that it is inherited from.
    pub(crate) group: Option<String>,
    /// What a load is to do with it; `Merge` in a configuration that is kept.
    pub(crate) edit: Edit,
    pub(crate) children: Vec<Node>,
}

/// What a load does with a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Edit {
    #[default]
    Merge,
    Replace,
    /// As `Replace`, whatever the action of the load is.
    ReplaceAlways,
    Delete,
    /// As `Delete`; what is not there is fine.
    Remove,
    Create,
    Activate,
    Unprotect,
    /// Moves an entry: before or after that of this key; with no key, to the start or the end.
    Insert {
        is_before: bool,
        anchor: Option<String>,
    },
    Rename(String),
}

/// What the router says of a load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub(crate) is_warning: bool,
    pub(crate) message: String,
    /// Where, without the brackets: `protocols bgp`.
    pub(crate) path: String,
    pub(crate) element: Option<String>,
    /// The line of a text, from 1.
    pub(crate) line: Option<usize>,
}

impl Complaint {
    pub(crate) fn new(message: impl Into<String>, path: &[String], element: Option<&str>) -> Complaint {
        let element = element.map(str::to_owned);
        Complaint { is_warning: false, message: message.into(), path: path.join(" "), element, line: None }
    }

    pub(crate) fn warning(self) -> Complaint {
        Complaint { is_warning: true, ..self }
    }
}

impl Node {
    pub(crate) fn new(def: Def) -> Node {
        Node {
            def,
            words: Vec::new(),
            is_inactive: false,
            is_protected: false,
            comment: None,
            group: None,
            edit: Edit::Merge,
            children: Vec::new(),
        }
    }

    pub(crate) fn with(def: Def, words: Vec<String>) -> Node {
        Node { words, ..Node::new(def) }
    }

    /// An empty configuration.
    pub(crate) fn root() -> Node {
        Node::new(root())
    }

    /// Whether both are the same statement, whatever they hold.
    pub(crate) fn is_same(&self, other: &Node) -> bool {
        let has_key = matches!(self.def.kind, Kind::List(..) | Kind::LeafList);
        self.def == other.def && (!has_key || self.words == other.words)
    }

    /// How a path names it: `group IX`, `ge-0/0/0`.
    pub(crate) fn title(&self) -> String {
        let keys = match self.def.kind {
            Kind::List(..) => self.words.join(" "),
            _ => String::new(),
        };
        match (self.def.is_hidden, keys.is_empty()) {
            (true, false) => keys,
            (_, true) => self.def.name.to_owned(),
            _ => format!("{} {keys}", self.def.name),
        }
    }

    /// The value of a leaf, the first word of a key.
    pub(crate) fn word(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.def.name == name)
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.def.name == name)
    }

    /// The descendant by the names of containers and leaves: `system host-name`.
    pub(crate) fn at(&self, path: &str) -> Option<&Node> {
        path.split(' ').try_fold(self, |node, name| node.child(name))
    }

    /// The value of a leaf by its path.
    pub(crate) fn value(&self, path: &str) -> Option<&str> {
        self.at(path).map(Node::word)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.child(name).is_some()
    }

    /// Without what is deactivated.
    pub(crate) fn active(&self) -> Node {
        let children = self.children.iter().filter(|child| !child.is_inactive).map(Node::active).collect();
        Node { children, ..self.clone_alone() }
    }

    /// A copy without its children.
    pub(crate) fn clone_alone(&self) -> Node {
        Node {
            children: Vec::new(),
            words: self.words.clone(),
            comment: self.comment.clone(),
            group: self.group.clone(),
            edit: self.edit.clone(),
            ..*self
        }
    }

    /// Puts a new statement where it belongs.
    pub(crate) fn place(&mut self, node: Node) {
        let rank = self.def.place(node.def);
        let goes_after = |other: &Node| match self.def.place(other.def).cmp(&rank) {
            Ordering::Equal if node.def.is_sorted => natural(other.word(), node.word()) != Ordering::Greater,
            order => order != Ordering::Greater,
        };
        let at = self.children.iter().rposition(goes_after).map_or(0, |index| index + 1);
        self.children.insert(at, node);
    }

    /// Applies what a load says about one child. `replaces`: whether `replace:` counts.
    pub(crate) fn apply(&mut self, edit: Node, replaces: bool, path: &[String], found: &mut Vec<Complaint>) {
        let index = self.children.iter().position(|child| child.is_same(&edit));
        let name = edit.title();
        if let Some(old) = index.and_then(|index| self.children.get(index))
            && old.is_protected
            && edit.edit != Edit::Unprotect
        {
            let words = format!("[edit {}] statement is protected: '{name}'", path.join(" "));
            return found.push(Complaint::new(words, path, Some(&name)));
        }
        match (&edit.edit, index) {
            (Edit::Delete | Edit::Remove, _) => self.delete(&edit, path, found),
            (Edit::Create, Some(_)) => {
                let words = format!("statement already exists: {name}");
                found.push(Complaint::new(words, path, Some(&name)));
            }
            (Edit::Activate | Edit::Unprotect | Edit::Insert { .. } | Edit::Rename(_), None)
                if edit.children.is_empty() =>
            {
                found.push(Complaint::new("statement not found", path, Some(&name)).warning());
            }
            (Edit::Replace, Some(index)) if replaces => self.swap(index, edit, path, found),
            (Edit::ReplaceAlways, Some(index)) => self.swap(index, edit, path, found),
            (_, Some(index)) => {
                let moves = edit.edit.clone();
                if let Some(old) = self.children.get_mut(index) {
                    old.merge(edit, replaces, path, found);
                }
                self.relocate(index, &moves, path, found);
            }
            (_, None) => {
                let (fresh, moves) = (edit.fresh(path, found), edit.edit);
                if let Some(choice) = fresh.def.choice {
                    self.children.retain(|child| child.def.choice != Some(choice));
                }
                self.place(fresh);
                if let Some(index) = self.children.iter().position(|child| child.title() == name) {
                    self.relocate(index, &moves, path, found);
                }
            }
        }
    }

    fn swap(&mut self, index: usize, edit: Node, path: &[String], found: &mut Vec<Complaint>) {
        let fresh = edit.fresh(path, found);
        if let Some(old) = self.children.get_mut(index) {
            *old = fresh;
        }
    }

    /// The statement as it is kept: what it holds merged into nothing.
    fn fresh(&self, path: &[String], found: &mut Vec<Complaint>) -> Node {
        let mut fresh = Node { edit: Edit::Merge, ..self.clone_alone() };
        let mut path = path.to_vec();
        path.push(self.title());
        for child in &self.children {
            match child.edit {
                Edit::Delete | Edit::Remove => {}
                _ => fresh.apply(child.clone(), true, &path, found),
            }
        }
        fresh
    }

    fn merge(&mut self, edit: Node, replaces: bool, path: &[String], found: &mut Vec<Complaint>) {
        match edit.edit {
            Edit::Activate => self.is_inactive = false,
            Edit::Unprotect => self.is_protected = false,
            _ => {}
        }
        self.is_inactive |= edit.is_inactive;
        self.is_protected |= edit.is_protected;
        if edit.comment.is_some() {
            self.comment = edit.comment.filter(|comment| !comment.is_empty());
        }
        if matches!(self.def.kind, Kind::Leaf(_)) && !edit.words.is_empty() {
            self.words = edit.words;
        }
        if edit.children.is_empty() {
            return;
        }
        let mut path = path.to_vec();
        path.push(self.title());
        for child in edit.children {
            self.apply(child, replaces, &path, found);
        }
        let is_bare = |child: &Node| child.children.is_empty() && child.def.kind == Kind::Container;
        self.children.retain(|child| !is_bare(child) || child.def.is_presence() || child.is_inactive);
    }

    fn delete(&mut self, edit: &Node, path: &[String], found: &mut Vec<Complaint>) {
        let before = self.children.len();
        let is_meant = |child: &Node| {
            child.def == edit.def
                && (edit.words.is_empty()
                    || matches!(edit.def.kind, Kind::Leaf(_))
                    || child.words == edit.words)
        };
        if self.children.iter().any(|child| is_meant(child) && child.is_protected) {
            let words = format!("[edit {}] statement is protected: '{}'", path.join(" "), edit.title());
            return found.push(Complaint::new(words, path, Some(&edit.title())));
        }
        self.children.retain(|child| !is_meant(child));
        if before == self.children.len() && edit.edit == Edit::Delete {
            found.push(Complaint::new("statement not found", path, Some(&edit.title())).warning());
        }
    }

    fn relocate(&mut self, index: usize, edit: &Edit, path: &[String], found: &mut Vec<Complaint>) {
        match edit {
            Edit::Rename(to) => {
                if let Some(node) = self.children.get_mut(index) {
                    node.words = vec![to.clone()];
                }
            }
            Edit::Insert { is_before, anchor } => {
                let Some(node) = self.children.get(index).cloned() else { return };
                let is_mate = |child: &Node| child.def == node.def && !child.is_same(&node);
                let is_anchor = |child: &Node| match anchor {
                    Some(key) => is_mate(child) && child.words.join(" ") == *key,
                    None => is_mate(child),
                };
                let at = match is_before {
                    true => self.children.iter().position(is_anchor),
                    false => self.children.iter().rposition(is_anchor).map(|at| at + 1),
                };
                match at {
                    Some(at) => {
                        self.children.remove(index);
                        let at = if index < at { at - 1 } else { at };
                        self.children.insert(at, node);
                    }
                    None if anchor.is_some() => {
                        found.push(Complaint::new("statement not found", path, anchor.as_deref()));
                    }
                    None => {}
                }
            }
            _ => {}
        }
    }

    /// Takes containers away that hold nothing and mean nothing.
    pub(crate) fn prune(&mut self) {
        self.children.iter_mut().for_each(Node::prune);
        let is_bare = |child: &Node| child.children.is_empty() && child.def.kind == Kind::Container;
        self.children.retain(|child| !is_bare(child) || child.def.is_presence() || child.is_inactive);
    }
}

/// Compares names by their parts, numbers as numbers: `ge-0/0/2` before `ge-0/0/10`.
fn natural(left: &str, right: &str) -> Ordering {
    let parts = |text: &str| -> Vec<(String, u64)> {
        let mut parts = vec![(String::new(), 0_u64)];
        for letter in text.chars() {
            let Some((word, number)) = parts.last_mut() else { continue };
            match letter.to_digit(10) {
                Some(digit) => *number = number.saturating_mul(10).saturating_add(u64::from(digit)),
                None if *number == 0 => word.push(letter),
                None => parts.push((letter.to_string(), 0)),
            }
        }
        parts
    };
    parts(left).cmp(&parts(right)).then_with(|| left.cmp(right))
}
