//! The commands of the configuration mode: `set`, `delete`, `insert` and the like, one a line.

use super::text::{path, statement, words};
use super::tree::{Complaint, Edit, Node};
use super::write::quoted;

const VERBS: [&str; 13] = [
    "set",
    "delete",
    "activate",
    "deactivate",
    "protect",
    "unprotect",
    "annotate",
    "insert",
    "rename",
    "copy",
    "edit",
    "top",
    "up",
];

/// Whether a text is commands rather than blocks.
pub(crate) fn is_one(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    VERBS.contains(&first)
}

/// Runs the commands of a text. A line that fails is left out; the others count.
pub(crate) fn run(config: &mut Node, text: &str) -> Vec<Complaint> {
    let mut found = Vec::new();
    // Where `edit` has gone.
    let mut place: Vec<String> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let before = found.len();
        if let Err(complaint) = one(config, line, &mut place, &mut found) {
            found.push(complaint);
        }
        for complaint in found.iter_mut().skip(before) {
            complaint.line = Some(index + 1);
        }
    }
    config.prune();
    found
}

fn one(
    config: &mut Node,
    line: &str,
    place: &mut Vec<String>,
    found: &mut Vec<Complaint>,
) -> Result<(), Complaint> {
    let all = words(line)?;
    let (verb, rest) = all.split_first().map(|(verb, rest)| (verb.as_str(), rest)).unwrap_or_default();
    let mut target: Vec<String> = place.clone();
    target.extend(rest.iter().cloned());
    let edits = match verb {
        "set" => {
            let after = line.split_once(char::is_whitespace).map_or("", |(_, after)| after);
            let above: Vec<String> = place.iter().map(|word| quoted(word)).collect();
            statement(&format!("{} {after}", above.join(" ")), &[])?
        }
        "delete" if target.is_empty() => {
            config.children.clear();
            return Ok(());
        }
        "delete" => vec![chain(&target, |node| node.edit = Edit::Delete)?],
        "activate" => vec![chain(&target, |node| node.edit = Edit::Activate)?],
        "unprotect" => vec![chain(&target, |node| node.edit = Edit::Unprotect)?],
        "deactivate" => vec![existing(config, &target, |node| node.is_inactive = true)?],
        "protect" => vec![existing(config, &target, |node| node.is_protected = true)?],
        "annotate" => {
            let (comment, target) = target.split_last().ok_or_else(|| missing(verb))?;
            let comment = if comment.is_empty() { String::new() } else { format!("/* {comment} */") };
            vec![existing(config, target, |node| node.comment = Some(comment))?]
        }
        "insert" => vec![insert(config, &target)?],
        "rename" | "copy" => {
            let at = target.iter().rposition(|word| word == "to").ok_or_else(|| missing("to"))?;
            let (from, to) = target.split_at(at);
            return carry(config, from, to.get(1..).unwrap_or_default(), verb == "copy");
        }
        "edit" => {
            path(&target)?;
            *place = target;
            return Ok(());
        }
        "top" => {
            place.clear();
            return Ok(());
        }
        "up" | "exit" => {
            let mut steps = path(place)?;
            steps.pop();
            *place = steps.iter().flat_map(written).collect();
            return Ok(());
        }
        _ => return Err(Complaint::new("unknown command", &[], Some(verb))),
    };
    for edit in edits {
        config.apply(edit, false, &[], found);
    }
    Ok(())
}

fn missing(what: &str) -> Complaint {
    Complaint::new("missing argument", &[], Some(what))
}

/// The words that a set command has for a step.
fn written(step: &Node) -> Vec<String> {
    let keyword = (!step.def.is_hidden).then(|| step.def.name.to_owned());
    keyword.into_iter().chain(step.words.iter().cloned()).collect()
}

/// A path as one branch, with something done to its end.
fn chain(words: &[String], end: impl FnOnce(&mut Node)) -> Result<Node, Complaint> {
    let mut steps = path(words)?;
    let mut branch = steps.pop().ok_or_else(|| missing("path"))?;
    end(&mut branch);
    while let Some(mut above) = steps.pop() {
        above.children.push(branch);
        branch = above;
    }
    Ok(branch)
}

/// The same, when there is such a statement.
fn existing(config: &Node, words: &[String], end: impl FnOnce(&mut Node)) -> Result<Node, Complaint> {
    let steps = path(words)?;
    let titles: Vec<String> = steps.iter().map(Node::title).collect();
    let is_there = find(config, &steps).is_some();
    let absent =
        || Complaint::new("statement not found", &titles, titles.last().map(String::as_str)).warning();
    if is_there { chain(words, end) } else { Err(absent()) }
}

fn find<'a>(config: &'a Node, steps: &[Node]) -> Option<&'a Node> {
    steps.iter().try_fold(config, |node, step| node.children.iter().find(|child| child.is_same(step)))
}

fn find_mut<'a>(config: &'a mut Node, steps: &[Node]) -> Option<&'a mut Node> {
    steps.iter().try_fold(config, |node, step| node.children.iter_mut().find(|child| child.is_same(step)))
}

/// `insert … term b before term a`
fn insert(config: &Node, words: &[String]) -> Result<Node, Complaint> {
    let is_word = |word: &String| word == "before" || word == "after";
    let at = words.iter().rposition(is_word).ok_or_else(|| missing("before"))?;
    let (target, anchor) = words.split_at(at);
    let is_before = anchor.first().is_some_and(|word| word == "before");
    // The keyword of the entry may be said again.
    let steps = path(target)?;
    let keyword = steps.last().map_or("", |step| step.def.name);
    let mut anchor = anchor.get(1..).unwrap_or_default();
    if let Some((first, key)) = anchor.split_first()
        && first == keyword
        && !key.is_empty()
    {
        anchor = key;
    }
    let edit = Edit::Insert { is_before, anchor: Some(anchor.join(" ")) };
    existing(config, target, |node| node.edit = edit)
}

/// `rename … to …`, `copy … to …`
fn carry(config: &mut Node, from: &[String], to: &[String], is_copy: bool) -> Result<(), Complaint> {
    let steps = path(from)?;
    let titles: Vec<String> = steps.iter().map(Node::title).collect();
    let absent = || Complaint::new("statement not found", &titles, titles.last().map(String::as_str));
    let source = find(config, &steps).ok_or_else(absent)?.clone();
    let key = match to {
        [keyword, rest @ ..] if keyword == source.def.name && !rest.is_empty() => rest,
        _ => to,
    };
    let renamed = Node { words: key.to_vec(), ..source.clone() };
    let (_, above) = steps.split_last().ok_or_else(|| missing("path"))?;
    let parent = find_mut(config, above).ok_or_else(absent)?;
    if parent.children.iter().any(|child| child.is_same(&renamed)) {
        return Err(Complaint::new("statement already exists", &titles, key.first().map(String::as_str)));
    }
    if is_copy {
        parent.place(renamed);
    } else if let Some(node) = parent.children.iter_mut().find(|child| child.is_same(&source)) {
        *node = renamed;
    }
    Ok(())
}
