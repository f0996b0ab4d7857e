//! Prints configuration: blocks in curly braces, and set commands.

use super::schema::{Def, Inline, Kind};
use super::tree::Node;

/// A value as the text form writes it: in quotes when it has to be.
pub(crate) fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:+*@,%<>=~".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// All statements of a configuration, or of a part of it, as blocks.
pub(crate) fn text(node: &Node) -> String {
    let mut out = String::new();
    block(node, 0, &mut out);
    out
}

/// What stands before a statement in the text.
fn marks(node: &Node) -> String {
    let inactive = if node.is_inactive { "inactive: " } else { "" };
    let protect = if node.is_protected { "protect: " } else { "" };
    format!("{protect}{inactive}")
}

fn pad(indent: usize) -> String {
    " ".repeat(indent)
}

/// Children that are printed as one statement: the values of a list, the entries of a grouped list.
pub(crate) fn runs(children: &[Node]) -> impl Iterator<Item = &[Node]> {
    children.chunk_by(|one, next| {
        let is_run = one.def.kind == Kind::LeafList || one.def.is_grouped;
        is_run && one.def == next.def && one.is_inactive == next.is_inactive
    })
}

fn block(node: &Node, indent: usize, out: &mut String) {
    for run in runs(&node.children) {
        statement(run, indent, out);
    }
}

/// One statement, or a run of them, as whole lines.
pub(crate) fn statement(run: &[Node], indent: usize, out: &mut String) {
    let Some(first) = run.first() else { return };
    let start = pad(indent);
    if let Some(comment) = &first.comment {
        out.push_str(&format!("{start}{comment}\n"));
    }
    if first.def.kind == Kind::LeafList {
        out.push_str(&format!("{start}{}{};\n", marks(first), values(run)));
    } else if first.def.is_grouped {
        out.push_str(&format!("{start}{} {{\n", first.def.name));
        for node in run {
            let head = format!("{}{}", marks(node), keys(node));
            body(node, &head, indent + 4, out);
        }
        out.push_str(&format!("{start}}}\n"));
    } else if first.def.is_joined && !first.children.is_empty() {
        for child in &first.children {
            let head = format!("{}{} {}{}", marks(first), first.def.name, marks(child), head(child));
            body(child, &head, indent, out);
        }
    } else {
        body(first, &format!("{}{}", marks(first), head(first)), indent, out);
    }
}

/// A head and what it holds, on one line or as a block.
fn body(node: &Node, head: &str, indent: usize, out: &mut String) {
    let start = pad(indent);
    let note = if has_secret(node) { " ## SECRET-DATA" } else { "" };
    if node.children.is_empty() {
        out.push_str(&format!("{start}{head};{note}\n"));
    } else if is_inline(node) {
        let words: Vec<String> = runs(&node.children).map(words).collect();
        out.push_str(&format!("{start}{head} {};{note}\n", words.join(" ")));
    } else {
        out.push_str(&format!("{start}{head} {{\n"));
        block(node, indent + 4, out);
        out.push_str(&format!("{start}}}\n"));
    }
}

fn is_inline(node: &Node) -> bool {
    match node.def.inline {
        Inline::Never => false,
        Inline::Always => true,
        Inline::Single => {
            let mut all = runs(&node.children);
            let single = all.next().and_then(<[Node]>::first).filter(|_| all.next().is_none());
            single.is_some_and(|child| {
                matches!(child.def.kind, Kind::Flag | Kind::Leaf(_) | Kind::LeafList) && !child.is_inactive
            })
        }
    }
}

/// Whether its line shows a secret.
fn has_secret(node: &Node) -> bool {
    let is_line = node.children.is_empty() || is_inline(node);
    is_line && (node.def.is_secret || node.children.iter().any(has_secret))
}

fn keys(node: &Node) -> String {
    let words: Vec<String> = node.words.iter().map(|word| quoted(word)).collect();
    words.join(" ")
}

/// The keyword with the key or value.
pub(crate) fn head(node: &Node) -> String {
    let keys = keys(node);
    match (node.def.is_hidden && !keys.is_empty(), keys.is_empty()) {
        (true, _) => keys,
        (_, true) => node.def.name.to_owned(),
        _ => format!("{} {keys}", node.def.name),
    }
}

/// A list of values: `import [ a b ]`.
fn values(run: &[Node]) -> String {
    let words: Vec<String> = run.iter().map(keys).collect();
    let name = run.first().map_or("", |first| first.def.name);
    match words.as_slice() {
        [word] => format!("{name} {word}"),
        _ => format!("{name} [ {} ]", words.join(" ")),
    }
}

/// A statement as the words of a line.
fn words(run: &[Node]) -> String {
    let Some(first) = run.first() else { return String::new() };
    if first.def.kind == Kind::LeafList {
        return values(run);
    }
    let mut all = vec![head(first)];
    all.extend(runs(&first.children).map(words));
    all.join(" ")
}

/// All statements as set commands. `edit`: the path that every command begins with.
pub(crate) fn set(node: &Node, edit: &str) -> String {
    let mut out = String::new();
    commands(node, edit, &mut out);
    out
}

fn commands(node: &Node, path: &str, out: &mut String) {
    let join = |word: &str| if path.is_empty() { word.to_owned() } else { format!("{path} {word}") };
    for child in &node.children {
        let own = join(&head(child));
        if child.children.is_empty() {
            out.push_str(&format!("set {own}\n"));
        }
        commands(child, &own, out);
        if let Some(comment) = &child.comment {
            let words = comment.trim_start_matches("/*").trim_end_matches("*/").trim();
            out.push_str(&format!("annotate {own} {}\n", quoted(words)));
        }
        for (is_set, verb) in [(child.is_inactive, "deactivate"), (child.is_protected, "protect")] {
            if is_set {
                let value = matches!(child.def.kind, Kind::Leaf(_)) && !child.def.is_hidden;
                let own = if value { join(child.def.name) } else { own.clone() };
                out.push_str(&format!("{verb} {own}\n"));
            }
        }
    }
}

/// How many spaces stand before a statement in a difference, after the sign.
pub(crate) fn diff_indent(def: Def, depth: usize) -> usize {
    match def.kind {
        Kind::Container | Kind::List(..) => depth + 2,
        _ => depth.max(1) + 1,
    }
}
