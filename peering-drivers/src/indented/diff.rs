//! The difference of two configurations.

use std::collections::HashMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::rules::Rules;
use super::{Config, Node};

/// How many lines around a change are shown where their order means something.
const AROUND: usize = 3;

/// What has to change for one configuration to become the other: `+` and `-` before what comes and goes, a blank before
/// the contexts that it is in; empty when they say the same.
///
/// Where the order of lines means nothing, another order is no difference; where it does, the lines around a change are
/// shown as well. Comments are no part of it. Secrets are in it.
pub(crate) fn difference(old: &Config, new: &Config, rules: &Rules) -> String {
    let mut diff = Diff { rules, text: String::new() };
    let old: Vec<&Node> = old.commands().collect();
    let new: Vec<&Node> = new.commands().collect();
    diff.level(&old, &new, false, 0);
    diff.text
}

/// What a text says that is not there, in the form of a [`difference`]: `+` before its lines, a blank before the contexts that
/// are there.
pub(crate) fn additions(there: &Config, text: &Config, rules: &Rules) -> String {
    let mut diff = Diff { rules, text: String::new() };
    diff.added(there.commands(), text.commands(), 0);
    diff.text
}

struct Diff<'r> {
    rules: &'r Rules,
    text: String,
}

/// The lines of one level that are compared with one another.
#[derive(Default)]
struct Sequence<'a> {
    old: Vec<&'a Node>,
    new: Vec<&'a Node>,
}

impl Diff<'_> {
    fn level(&mut self, old: &[&Node], new: &[&Node], is_ordered: bool, depth: usize) {
        if is_ordered {
            return self.in_order(old, new, depth);
        }
        let mut free = Sequence::default();
        let mut ordered: Vec<(String, Sequence<'_>)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (node, is_new) in
            old.iter().map(|node| (*node, false)).chain(new.iter().map(|node| (*node, true)))
        {
            let sequence = match self.rules.order(&node.line) {
                Some(key) => {
                    let place = *places.entry(key.clone()).or_insert_with(|| {
                        ordered.push((key, Sequence::default()));
                        ordered.len() - 1
                    });
                    ordered.get_mut(place).map_or(&mut free, |(_, sequence)| sequence)
                }
                None => &mut free,
            };
            if is_new { sequence.new.push(node) } else { sequence.old.push(node) }
        }
        self.in_any_order(&free.old, &free.new, depth);
        for (_, sequence) in ordered {
            self.in_order(&sequence.old, &sequence.new, depth);
        }
    }

    /// Lines whose order means nothing.
    fn in_any_order(&mut self, old: &[&Node], new: &[&Node], depth: usize) {
        let mut known: HashMap<_, Vec<usize>> = HashMap::with_capacity(old.len());
        for (place, node) in old.iter().enumerate().rev() {
            known.entry(self.key(node)).or_default().push(place);
        }
        let mut partner = vec![None; old.len()];
        let found: Vec<Option<usize>> = new
            .iter()
            .enumerate()
            .map(|(at, node)| {
                let place = known.get_mut(&self.key(node))?.pop()?;
                *partner.get_mut(place)? = Some(at);
                Some(place)
            })
            .collect();
        // what goes is shown where it stood, before what comes there
        let mut cursor = 0;
        for (node, found) in new.iter().zip(found) {
            let is_passed = |cursor: usize| match found {
                Some(place) => cursor <= place,
                None => partner.get(cursor).is_some_and(Option::is_none),
            };
            while is_passed(cursor) {
                if let (Some(gone), Some(None)) = (old.get(cursor), partner.get(cursor)) {
                    self.show('-', gone, depth);
                }
                cursor += 1;
            }
            match found.and_then(|place| old.get(place)) {
                Some(before) => drop(self.below(before, node, depth)),
                None => self.show('+', node, depth),
            }
        }
        for (gone, partner) in old.iter().zip(partner).skip(cursor) {
            if partner.is_none() {
                self.show('-', gone, depth);
            }
        }
    }

    /// Lines whose order means something.
    fn in_order(&mut self, old: &[&Node], new: &[&Node], depth: usize) {
        let (before, after): (Vec<_>, Vec<_>) = (
            old.iter().map(|node| self.key(node)).collect(),
            new.iter().map(|node| self.key(node)).collect(),
        );
        let operations = capture_diff_slices(Algorithm::Myers, &before, &after);
        let count = operations.len();
        for (index, operation) in operations.into_iter().enumerate() {
            if let DiffOp::Equal { old_index, new_index, len } = operation {
                let head = if index == 0 { 0 } else { AROUND };
                let tail = if index + 1 == count { 0 } else { AROUND };
                for at in 0..len {
                    let (Some(before), Some(after)) = (old.get(old_index + at), new.get(new_index + at))
                    else {
                        continue;
                    };
                    let is_near = at < head || at + tail >= len;
                    if !self.below(before, after, depth) && is_near {
                        self.line(' ', after, depth);
                    }
                }
                continue;
            }
            for gone in old.get(operation.old_range()).unwrap_or_default() {
                self.show('-', gone, depth);
            }
            for added in new.get(operation.new_range()).unwrap_or_default() {
                self.show('+', added, depth);
            }
        }
    }

    fn added<'a>(
        &mut self,
        there: impl Iterator<Item = &'a Node>,
        text: impl Iterator<Item = &'a Node>,
        depth: usize,
    ) {
        let there: HashMap<_, _> = there.map(|node| (self.key(node), node)).collect();
        for node in text {
            match there.get(&self.key(node)).filter(|_| !node.inner.is_empty()) {
                Some(context) => {
                    self.line(' ', node, depth);
                    let (inner, new): (Vec<_>, Vec<_>) =
                        (context.commands().collect(), node.commands().collect());
                    self.added(inner.into_iter(), new.into_iter(), depth + 1);
                }
                None => self.show('+', node, depth),
            }
        }
    }

    fn key<'a>(&self, node: &'a Node) -> std::borrow::Cow<'a, str> {
        self.rules.comparable(node)
    }

    /// What differs below a line that both have; whether anything does.
    fn below(&mut self, old: &Node, new: &Node, depth: usize) -> bool {
        if old.inner.is_empty() && new.inner.is_empty() {
            return false;
        }
        let before = self.text.len();
        self.line(' ', new, depth);
        let header = self.text.len();
        let (inner, other): (Vec<_>, Vec<_>) = (old.commands().collect(), new.commands().collect());
        self.level(&inner, &other, self.rules.is_ordered(&new.line), depth + 1);
        if self.text.len() == header {
            self.text.truncate(before);
            return false;
        }
        true
    }

    /// A line with all that belongs to it.
    fn show(&mut self, sign: char, node: &Node, depth: usize) {
        self.line(sign, node, depth);
        for inner in node.commands() {
            self.show(sign, inner, depth + 1);
        }
    }

    fn line(&mut self, sign: char, node: &Node, depth: usize) {
        self.text.push(sign);
        for _ in 0..depth * self.rules.step() {
            self.text.push(' ');
        }
        self.text.push_str(&node.line);
        self.text.push('\n');
        for line in &node.body {
            self.text.push(sign);
            self.text.push_str(line);
            self.text.push('\n');
        }
    }
}
