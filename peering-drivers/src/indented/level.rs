//! The lines of one context, found by what they are, so that thousands of lines laid over thousands take no time.

use std::collections::HashMap;

use super::rules::{Entry, Rules};
use super::{Kind, Node, begins};

/// Where a line stands among the others: behind the line that was there at the first number.
type Rank = (usize, usize);

#[derive(Debug)]
struct Slot {
    node: Option<Node>,
    rank: Rank,
}

/// One context's lines.
#[derive(Debug)]
pub(super) struct Level<'r> {
    rules: &'r Rules,
    slots: Vec<Slot>,
    /// By what two lines share that say the same.
    lines: HashMap<String, Vec<usize>>,
    /// By the value that they set.
    keys: HashMap<String, Vec<usize>>,
    /// By their first words, from one to all that tell what they are about.
    heads: HashMap<String, Vec<usize>>,
    /// Numbered entries, by the list that they are in.
    entries: HashMap<String, Vec<(usize, Entry)>>,
    /// Contexts by what they are known by.
    identities: HashMap<String, usize>,
    /// The line above all these; `None` for the outermost level.
    context: Option<String>,
    /// By how many blanks its lines are indented.
    indent: usize,
}

impl<'r> Level<'r> {
    pub(super) fn new(rules: &'r Rules, nodes: Vec<Node>, above: Option<&Node>) -> Level<'r> {
        let indent = match (nodes.iter().find(|node| node.is_command()), above) {
            (Some(first), _) => first.indent,
            (None, Some(above)) => above.indent + rules.step(),
            (None, None) => 0,
        };
        let mut level = Level {
            rules,
            slots: Vec::with_capacity(nodes.len()),
            lines: HashMap::new(),
            keys: HashMap::new(),
            heads: HashMap::new(),
            entries: HashMap::new(),
            identities: HashMap::new(),
            context: above.map(|node| node.line.clone()),
            indent,
        };
        for node in nodes {
            let rank = (level.slots.len() + 1, 0);
            level.put(node, rank);
        }
        level
    }

    pub(super) fn context(&self) -> Option<&str> {
        self.context.as_deref()
    }

    fn put(&mut self, node: Node, rank: Rank) -> usize {
        let place = self.slots.len();
        if node.is_command() {
            self.lines.entry(self.rules.comparable(&node).into_owned()).or_default().push(place);
            if let Some(key) = self.rules.key(&node.line) {
                self.keys.entry(key).or_default().push(place);
            }
            let head = self.rules.head(&node.line);
            for end in head.match_indices(' ').map(|(end, _)| end).chain([head.len()]) {
                self.heads.entry(head.get(..end).unwrap_or(head).to_owned()).or_default().push(place);
            }
            if let Some(entry) = self.rules.entry(&node.line) {
                self.entries.entry(entry.list.clone()).or_default().push((place, entry));
            }
            if let Some(identity) = self.rules.identity(&node.line) {
                self.identities.insert(identity, place);
            }
        }
        self.slots.push(Slot { node: Some(node), rank });
        place
    }

    pub(super) fn node(&self, place: usize) -> Option<&Node> {
        self.slots.get(place)?.node.as_ref()
    }

    /// Takes a line out of the context.
    pub(super) fn take(&mut self, place: usize) -> Option<Node> {
        self.slots.get_mut(place)?.node.take()
    }

    /// Puts a line back, changed below its first line at most.
    pub(super) fn put_back(&mut self, place: usize, node: Node) {
        if let Some(slot) = self.slots.get_mut(place) {
            slot.node = Some(node);
        }
    }

    fn is_there(&self, place: usize) -> bool {
        self.node(place).is_some()
    }

    /// The place of a line that says the same.
    pub(super) fn same(&self, node: &Node) -> Option<usize> {
        let places = self.lines.get(&*self.rules.comparable(node))?;
        places.iter().copied().find(|place| self.is_there(*place))
    }

    /// The place of this very line.
    pub(super) fn line(&self, line: &str) -> Option<usize> {
        let places = self.lines.get(line)?;
        places.iter().copied().find(|place| self.node(*place).is_some_and(|node| node.line == line))
    }

    /// The places of the lines that set the same value.
    pub(super) fn keyed(&self, key: &str) -> Vec<usize> {
        let places = self.keys.get(key).into_iter().flatten().copied();
        places.filter(|place| self.is_there(*place)).collect()
    }

    /// The context of the same kind, of which there is one only.
    pub(super) fn identified(&self, line: &str) -> Option<usize> {
        let place = *self.identities.get(&self.rules.identity(line)?)?;
        self.is_there(place).then_some(place)
    }

    /// A line that is about the same thing.
    pub(super) fn about(&self, head: &str) -> Option<&Node> {
        self.heads.get(head)?.iter().find_map(|place| self.node(*place))
    }

    /// The entries of a list that are there.
    pub(super) fn entries(&self, list: &str) -> impl Iterator<Item = (usize, &Entry)> {
        let entries = self.entries.get(list).into_iter().flatten();
        entries.filter(|(place, _)| self.is_there(*place)).map(|(place, entry)| (*place, entry))
    }

    /// The places of all commands for which something holds.
    pub(super) fn places(&self, mut holds: impl FnMut(&Node) -> bool) -> Vec<usize> {
        let nodes = self.slots.iter().enumerate();
        nodes
            .filter(|(_, slot)| slot.node.as_ref().is_some_and(|node| node.is_command() && holds(node)))
            .map(|(place, _)| place)
            .collect()
    }

    /// The places of the lines that are `words` or begin with them.
    pub(super) fn beginning(&self, words: &str) -> Vec<usize> {
        self.places(|node| begins(&node.line, words))
    }

    /// Puts a new line where it belongs: behind those that are like it.
    pub(super) fn add(&mut self, mut node: Node) -> usize {
        node.indent = self.indent;
        let anchor = self.anchor(&node);
        let rank = (anchor, self.slots.len() + 1);
        self.put(node, rank)
    }

    /// Puts a new line in the place of others.
    pub(super) fn replace(&mut self, places: &[usize], mut node: Node) {
        node.indent = self.indent;
        let rank = places.first().and_then(|place| self.slots.get(*place)).map(|slot| slot.rank);
        for place in places {
            self.take(*place);
        }
        match rank {
            Some(rank) => self.put(node, rank),
            None => self.add(node),
        };
    }

    fn rank(&self, place: usize) -> usize {
        self.slots.get(place).map_or(0, |slot| slot.rank.0)
    }

    /// Behind which line a new one comes.
    fn anchor(&self, node: &Node) -> usize {
        if let Some(entry) = self.rules.entry(&node.line)
            && let Some(number) = entry.number
        {
            let before = self
                .entries(&entry.list)
                .filter(|(_, other)| other.number.is_some_and(|other| other < number));
            if let Some((place, _)) = before.max_by_key(|(_, other)| other.number) {
                return self.rank(place);
            }
            if let Some((place, _)) = self.entries(&entry.list).min_by_key(|(_, other)| other.number) {
                return self.rank(place).saturating_sub(1);
            }
        }
        let is_block = self.rules.is_block(node);
        let head = self.rules.head(&node.line);
        let heads = head.match_indices(' ').map(|(end, _)| end).chain([head.len()]).collect::<Vec<_>>();
        for end in heads.into_iter().rev() {
            let places = head.get(..end).and_then(|head| self.heads.get(head)).into_iter().flatten();
            let alike = places.copied().filter(|place| {
                self.node(*place).is_some_and(|other| self.rules.is_block(other) == is_block)
            });
            if let Some(rank) = alike.map(|place| self.rank(place)).max() {
                return rank;
            }
        }
        let commands = || {
            let slots = self.slots.iter().enumerate();
            slots.filter_map(|(place, slot)| {
                Some((place, slot.node.as_ref().filter(|node| node.is_command())?))
            })
        };
        if self.context.is_some() && !is_block {
            // plain lines stand before the contexts inside this one
            let plain = commands().take_while(|(_, other)| !self.rules.is_block(other)).last();
            return plain.map_or(0, |(place, _)| self.rank(place));
        }
        if self.context.is_none() && self.rules.is_early(&node.line) {
            let before = commands().take_while(|(_, other)| !self.rules.is_late(&other.line)).last();
            return before.map_or(0, |(place, _)| self.rank(place));
        }
        commands().next_back().map_or(0, |(place, _)| self.rank(place))
    }

    /// All lines, in their places.
    pub(super) fn into_nodes(mut self) -> Vec<Node> {
        self.print_what_is_missing();
        self.slots.sort_by_key(|slot| slot.rank);
        self.slots.into_iter().filter_map(|slot| slot.node).collect()
    }

    /// The router prints some negations where nothing of their kind is set, and only there.
    fn print_what_is_missing(&mut self) {
        let rules = self.rules;
        let Some(context) = self.context.clone() else { return };
        for (lines, printed) in rules.printed_without(&context) {
            let is_set = !self.places(|node| lines.is_match(&node.line)).is_empty();
            match (is_set, self.line(printed)) {
                (true, Some(place)) => {
                    self.take(place);
                }
                (false, None) => {
                    self.add(Node::new(printed.to_owned(), 0));
                }
                _ => {}
            }
        }
    }

    /// A new context with nothing in it.
    pub(super) fn open(&self, line: &str, number: usize) -> Node {
        let mut node = Node { number, ..Node::new(line.to_owned(), self.indent) };
        if let Some(closing) = self.rules.closing(line) {
            let indent = self.indent;
            node.inner.push(Node { kind: Kind::Exit, ..Node::new(closing.to_owned(), indent) });
        }
        node
    }
}
