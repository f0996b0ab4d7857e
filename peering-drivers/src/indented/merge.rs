//! A text laid over a configuration.

use peering_core::{Error, ErrorKind, REDACTED, Result};

use super::level::Level;
use super::rules::{Entry, Rules};
use super::{Config, Kind, Node, begins};

/// What platforms print in the place of a secret when they are asked to.
const REMOVED: &str = "<removed>";

/// Lays a text over a configuration, in order: a line is added, or takes the place of the one that it replaces; a `no`
/// line removes.
///
/// # Errors
/// `Rejected`, with the line and the reason, for what cannot be compiled for certain.
pub(crate) fn merge(running: &Config, text: &Config, rules: &Rules) -> Result<Config> {
    shape(&text.nodes, rules)?;
    let level = Level::new(rules, running.nodes.clone(), None);
    let mut merged = Config { nodes: lay(level, &text.nodes, rules)?.into_nodes() };
    rules.settle(&mut merged);
    Ok(merged)
}

/// Refuses what cannot be a part of a whole configuration.
///
/// # Errors
/// `Rejected`, with the line and the reason.
pub(crate) fn check(config: &Config, rules: &Rules) -> Result<()> {
    let mut nodes = config.nodes.iter();
    if let Some(end) = nodes.position(|node| node.kind == Kind::End)
        && let Some(node) = config.nodes.iter().skip(end).find(|node| node.is_command())
    {
        return Err(rejected(rules, node, BEHIND_THE_END));
    }
    config.commands().try_for_each(|node| check_node(node, rules))
}

fn check_node(node: &Node, rules: &Rules) -> Result<()> {
    match rules.refusal(&node.line) {
        Some(why) => Err(rejected(rules, node, why)),
        None => node.commands().try_for_each(|node| check_node(node, rules)),
    }
}

const BEHIND_THE_END: &str = "this stands behind the `end` of the configuration";
pub(super) const BLACKED_OUT: &str = "this was printed with its secret blacked out";
pub(super) const REMOVED_WITH_LINES: &str = "what is removed has no lines of its own";

pub(super) fn is_blacked_out(line: &str) -> bool {
    line.contains(REDACTED) || line.contains(REMOVED)
}

pub(super) fn rejected(rules: &Rules, node: &Node, why: &str) -> Error {
    let line = rules.redact(&node.line);
    Error::new(ErrorKind::Rejected, format!("line {}: `{}`: {why}", node.number, line.trim_end()))
}

/// Refuses a text that does not tell what belongs to what.
pub(super) fn shape(nodes: &[Node], rules: &Rules) -> Result<()> {
    let mut open: Option<&Node> = None;
    let mut is_over = false;
    for node in nodes {
        match node.kind {
            Kind::End => is_over = true,
            Kind::Comment | Kind::Exit => open = None,
            Kind::Command => {
                if is_over {
                    return Err(rejected(rules, node, BEHIND_THE_END));
                }
                if rules.kept_whole(&node.line).is_some_and(|ending| !ending.is_in(node)) {
                    return Err(rejected(rules, node, "the end of what belongs to it is missing"));
                }
                if let Some(above) = open.filter(|_| !rules.is_context(&node.line)) {
                    let why = format!(
                        "whether this belongs to `{}` is not certain; indent it, or put `!` or `exit` before it",
                        above.line
                    );
                    return Err(rejected(rules, node, &why));
                }
                let is_empty = node.inner.is_empty() && rules.is_context(&node.line);
                open = is_empty.then_some(node);
                shape(&node.inner, rules)?;
            }
        }
    }
    Ok(())
}

fn lay<'r>(mut level: Level<'r>, text: &[Node], rules: &'r Rules) -> Result<Level<'r>> {
    for node in text.iter().filter(|node| node.is_command()) {
        if is_blacked_out(&node.line) {
            return Err(rejected(rules, node, BLACKED_OUT));
        }
        if let Some(why) = rules.refusal(&node.line) {
            return Err(rejected(rules, node, why));
        }
        if level.context().is_none()
            && let Some(full) = rules.shortened(&node.line)
        {
            return Err(rejected(rules, node, &format!("words are not shortened here; is `{full}` meant?")));
        }
        let negated = node.line.strip_prefix("no ");
        let default = node.line.strip_prefix("default ");
        if negated.or(default).is_some() && node.commands().next().is_some() {
            return Err(rejected(rules, node, REMOVED_WITH_LINES));
        }
        if let Some(what) = negated {
            remove(&mut level, node, &rules.canonical(what), rules)?;
        } else if let Some(what) = default {
            let what = rules.canonical(what);
            if !rules.is_negation_printed(&what) {
                remove(&mut level, node, &what, rules)?;
            } else if !rules.is_on_by_default(&what) {
                return Err(rejected(
                    rules,
                    node,
                    "which of the two is the default is not known here; say the one you want",
                ));
            } else if let Some(place) = level.line(&format!("no {what}")) {
                level.take(place);
            }
        } else if rules.is_block(node) {
            level = block(level, node, rules)?;
        } else {
            set(&mut level, node, rules)?;
        }
    }
    Ok(level)
}

fn block<'r>(mut level: Level<'r>, node: &Node, rules: &'r Rules) -> Result<Level<'r>> {
    let line = rules.canonical(&node.line);
    let found = match (level.line(&line), level.identified(&line)) {
        (Some(place), _) => Some(place),
        (None, Some(place)) => {
            let there = level.node(place).map_or("", |node| &node.line);
            if !begins(there, &line) {
                return Err(rejected(
                    rules,
                    node,
                    &format!("it is already there as `{}`", rules.redact(there)),
                ));
            }
            Some(place)
        }
        (None, None) => None,
    };
    let place = match found {
        Some(place) => place,
        None if rules.is_context(&line) => {
            let new = level.open(&line, node.number);
            level.add(new)
        }
        None => return Err(rejected(rules, node, "this opens no context that is known here")),
    };
    let Some(mut context) = level.take(place) else { return Ok(level) };
    let inner = Level::new(rules, std::mem::take(&mut context.inner), Some(&context));
    context.inner = lay(inner, &node.inner, rules)?.into_nodes();
    level.put_back(place, context);
    Ok(level)
}

fn set(level: &mut Level<'_>, node: &Node, rules: &Rules) -> Result<()> {
    let line = rules.canonical(&node.line).into_owned();
    if let Some(place) = level.line(&format!("no {line}")) {
        level.take(place);
    }
    let mut new = Node { line, body: node.body.clone(), number: node.number, ..Node::new(String::new(), 0) };
    if level.same(&new).is_some() || rules.is_on_by_default(&new.line) {
        return Ok(());
    }
    if let Some(entry) = rules.entry(&new.line) {
        return sequenced(level, node, new, &entry, rules);
    }
    if let Some(key) = rules.key(&new.line) {
        let places = level.keyed(&key);
        level.replace(&places, new);
        return Ok(());
    }
    if !rules.is_list(&new.line)
        && let Some(other) = level.about(rules.head(&new.line))
    {
        let why = format!(
            "whether this stands beside `{}` or takes its place is not known here; remove that one first",
            rules.redact(&other.line)
        );
        return Err(rejected(rules, node, &why));
    }
    new.indent = 0;
    level.add(new);
    Ok(())
}

/// An entry without a number gets the next one, unless the same rule is in the list already; one with a number takes the
/// place of that number.
fn sequenced(level: &mut Level<'_>, node: &Node, mut new: Node, entry: &Entry, rules: &Rules) -> Result<()> {
    let mut last = None;
    let mut same_number = Vec::new();
    let mut is_unnumbered = false;
    for (place, other) in level.entries(&entry.list) {
        if entry.number.is_none() && other.rule == entry.rule {
            return Ok(());
        }
        if other.number.is_some() && other.number == entry.number {
            same_number.push(place);
        }
        is_unnumbered |= other.number.is_none();
        last = last.max(other.number);
    }
    match (entry.number, last) {
        (None, Some(last)) => new.line = rules.numbered(entry, rules.next_number(entry, last)),
        // prefix lists always have numbers, access lists do not on every version
        (None, None) if !entry.list.is_empty() => {
            new.line = rules.numbered(entry, rules.next_number(entry, 0));
        }
        (Some(_), _) if is_unnumbered => {
            return Err(rejected(
                rules,
                node,
                "the entries there have no numbers, and where this one goes is not certain",
            ));
        }
        _ => {}
    }
    level.replace(&same_number, new);
    Ok(())
}

fn remove(level: &mut Level<'_>, node: &Node, what: &str, rules: &Rules) -> Result<()> {
    let negation = format!("no {what}");
    if let Some(lines) = rules.whole(what) {
        for place in level.beginning(&lines).into_iter().chain(level.beginning(&format!("no {lines}"))) {
            level.take(place);
        }
        for place in level.places(|node| !node.inner.is_empty()) {
            if let Some(mut context) = level.take(place) {
                take_out(&mut context.inner, &lines);
                level.put_back(place, context);
            }
        }
        return Ok(());
    }
    let mut places = level.beginning(what);
    if let Some(bare) = rules.entry(what).filter(|entry| entry.number.is_none()) {
        let same = level.entries(&bare.list).filter(|(_, entry)| entry.rule == bare.rule);
        places.extend(same.map(|(place, _)| place));
    }
    for place in &places {
        level.take(*place);
    }
    let is_there_already = level.line(&negation).is_some();
    if rules.is_negation_printed(what) {
        if !is_there_already {
            level.add(Node { number: node.number, ..Node::new(negation, 0) });
        }
        return Ok(());
    }
    if !places.is_empty() || is_there_already {
        return Ok(());
    }
    if let Some(other) = rules.key(what).and_then(|key| level.keyed(&key).first().copied()) {
        let there = level.node(other).map_or("", |node| &node.line);
        return Err(rejected(rules, node, &format!("the line there is `{}`", rules.redact(there))));
    }
    let is_known = rules.is_list(what)
        || rules.key(what).is_some()
        || rules.key(&format!("{what} x")).is_some()
        || rules.entry(what).is_some()
        || rules.is_context(what);
    if is_known {
        return Ok(());
    }
    Err(rejected(
        rules,
        node,
        "there is no such line, and whether the router would keep the negation is not known",
    ))
}

fn take_out(nodes: &mut Vec<Node>, lines: &str) {
    nodes.retain(|node| {
        let line = node.line.strip_prefix("no ").unwrap_or(&node.line);
        !node.is_command() || !begins(line, lines)
    });
    for node in nodes {
        take_out(&mut node.inner, lines);
    }
}
