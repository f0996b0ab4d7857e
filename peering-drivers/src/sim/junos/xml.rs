//! Configuration as XML and JSON, in and out, and the part of it that a filter names.

use serde_json::Value;

use super::schema::{Check, Def, Kind, MATCHES, Special};
use super::text::Loaded;
use super::tree::{Complaint, Edit, Node};
use crate::sim::netconf::element::{Element, escaped};

/// Reads the children of `<configuration>`. What does not read is left out; the rest counts.
pub(crate) fn read(configuration: &Element) -> Loaded {
    let mut loaded = Loaded::default();
    children(
        super::schema::root(),
        configuration,
        &mut Vec::new(),
        &mut loaded.edits,
        &mut loaded.complaints,
    );
    let action = configuration.attribute("operation").or(configuration.attribute("replace"));
    if action.is_some_and(|action| action == "replace") {
        loaded.edits.iter_mut().for_each(|edit| edit.edit = Edit::ReplaceAlways);
    }
    loaded
}

fn children(
    def: Def,
    element: &Element,
    path: &mut Vec<String>,
    into: &mut Vec<Node>,
    found: &mut Vec<Complaint>,
) {
    let mut comment = None;
    for child in &element.children {
        if child.name == "comment" {
            comment = Some(child.text.trim().to_owned());
            continue;
        }
        match statement(def, child, path, found) {
            Ok(mut node) => {
                node.comment = comment.take();
                into.push(node);
            }
            Err(complaint) => found.push(complaint),
        }
    }
}

fn statement(
    def: Def,
    element: &Element,
    path: &mut Vec<String>,
    found: &mut Vec<Complaint>,
) -> Result<Node, Complaint> {
    let wrong = |message: &str, what: &str| Complaint::new(message, path, Some(what));
    let child = def.child(&element.name).ok_or_else(|| wrong("syntax error", &element.name))?;
    let mut node = Node::new(child);
    marks(element, &mut node);
    let may_lack = !matches!(node.edit, Edit::Merge | Edit::Replace | Edit::Create);
    let text = element.text.trim();
    match child.kind {
        Kind::Flag => {}
        Kind::Leaf(check) => {
            if !(text.is_empty() && may_lack) {
                if let Some(words) = check.refuses(text) {
                    return Err(wrong(&words, text));
                }
                node.words.push(check.normal(text.to_owned()));
            }
        }
        Kind::LeafList => {
            if !(text.is_empty() && may_lack) {
                node.words.push(text.to_owned());
            }
        }
        Kind::Container => {
            path.push(node.title());
            children(child, element, path, &mut node.children, found);
            path.pop();
        }
        Kind::List(key, check) => {
            let (words, rest) = keys(child, key, element);
            match words.first() {
                Some(word) => {
                    if let Some(message) = check.refuses(word) {
                        return Err(wrong(&message, word));
                    }
                }
                None if may_lack => {}
                None => return Err(wrong("missing mandatory element", key)),
            }
            node.words = words.into_iter().map(|word| check.normal(word)).collect();
            path.push(node.title());
            let inside = Element { children: rest, ..Element::new(&element.name) };
            children(child, &inside, path, &mut node.children, found);
            path.pop();
        }
    }
    Ok(node)
}

/// The words of an entry's key, and the children that are none of it.
fn keys(def: Def, key: &str, element: &Element) -> (Vec<String>, Vec<Element>) {
    let (mut first, mut second) = (None, Vec::new());
    let mut rest = Vec::new();
    for child in &element.children {
        let text = child.text.trim().to_owned();
        let is_match = MATCHES.iter().any(|(name, _)| *name == child.name);
        match def.special {
            _ if child.name == key => first = Some(text),
            Some(Special::Match) if is_match => {
                second.push(child.name.clone());
                second.extend((!text.is_empty()).then_some(text));
            }
            Some(Special::Match) if child.name.starts_with("choice-") => {
                second.extend((!text.is_empty()).then_some(text));
            }
            Some(Special::Action)
                if ["add", "delete", "set", "choice-ident"].contains(&child.name.as_str()) =>
            {
                second.push(if child.name == "choice-ident" { text } else { child.name.clone() });
            }
            Some(Special::Action) if child.name == "choice-value" => {}
            _ => rest.push(child.clone()),
        }
    }
    let words = match def.special {
        Some(Special::Action) => second.into_iter().chain(first).collect(),
        _ => first.into_iter().chain(second).collect(),
    };
    (words, rest)
}

fn marks(element: &Element, node: &mut Node) {
    for (name, value) in &element.attributes {
        match (name.as_str(), value.as_str()) {
            ("delete", _) | ("operation", "delete") => node.edit = Edit::Delete,
            ("operation", "remove") => node.edit = Edit::Remove,
            ("operation", "create") => node.edit = Edit::Create,
            ("operation", "replace") => node.edit = Edit::ReplaceAlways,
            ("replace", _) => node.edit = Edit::Replace,
            ("active", "active" | "true") => node.edit = Edit::Activate,
            ("inactive", "inactive" | "true") => node.is_inactive = true,
            ("inactive", "false") => node.edit = Edit::Activate,
            ("protect", _) => node.is_protected = true,
            ("unprotect", _) => node.edit = Edit::Unprotect,
            ("rename", _) => {
                node.edit = Edit::Rename(element.attribute("name").unwrap_or_default().to_owned());
            }
            ("insert", place) => {
                let is_before = ["before", "first"].contains(&place);
                node.edit = Edit::Insert { is_before, anchor: element.attribute("name").map(str::to_owned) };
            }
            _ => {}
        }
    }
}

/// Prints what a node holds as elements.
pub(crate) fn print(node: &Node, indent: usize, out: &mut String) {
    for child in &node.children {
        let start = " ".repeat(indent);
        let name = child.def.name;
        if let Some(comment) = &child.comment {
            out.push_str(&format!("{start}<junos:comment>{}</junos:comment>\n", escaped(comment)));
        }
        let marks = attributes(child);
        match child.def.kind {
            Kind::Flag => out.push_str(&format!("{start}<{name}{marks}/>\n")),
            Kind::Leaf(_) | Kind::LeafList => {
                out.push_str(&format!("{start}<{name}{marks}>{}</{name}>\n", escaped(child.word())));
            }
            Kind::Container if child.children.is_empty() => {
                out.push_str(&format!("{start}<{name}{marks}>\n{start}</{name}>\n"));
            }
            Kind::Container | Kind::List(..) => {
                out.push_str(&format!("{start}<{name}{marks}>\n"));
                for (key, value) in key_elements(child) {
                    let inside = match value.is_empty() {
                        true => format!("<{key}/>"),
                        false => format!("<{key}>{}</{key}>", escaped(&value)),
                    };
                    out.push_str(&format!("{start}    {inside}\n"));
                }
                print(child, indent + 4, out);
                out.push_str(&format!("{start}</{name}>\n"));
            }
        }
    }
}

fn attributes(node: &Node) -> String {
    let inactive = if node.is_inactive { " inactive=\"inactive\"" } else { "" };
    let protect = if node.is_protected { " protect=\"protect\"" } else { "" };
    let group = node.group.as_ref().map(|group| format!(" junos:group=\"{}\"", escaped(group)));
    format!("{inactive}{protect}{}", group.unwrap_or_default())
}

/// The elements of an entry's key with their texts.
fn key_elements(node: &Node) -> Vec<(&str, String)> {
    let Kind::List(key, _) = node.def.kind else { return Vec::new() };
    let word = |index: usize| node.words.get(index).cloned().unwrap_or_default();
    match node.def.special {
        None => vec![(key, word(0))],
        Some(Special::Match) => {
            let how = node.words.get(1).map(|how| (how.as_str(), word(2)));
            [(key, word(0))].into_iter().chain(how).collect()
        }
        Some(Special::Action) => {
            vec![(node.words.first().map_or("", String::as_str), String::new()), (key, word(1))]
        }
    }
}

/// A configuration as JSON, in the order of the statements.
pub(crate) fn json(node: &Node) -> Value {
    let mut object = serde_json::Map::new();
    for (key, value) in key_elements(node) {
        let value = if value.is_empty() { Value::Array(vec![Value::Null]) } else { Value::String(value) };
        object.insert(key.to_owned(), value);
    }
    if node.is_inactive && node.def.kind != Kind::Flag {
        object.insert("@".to_owned(), serde_json::json!({ "inactive": true }));
    }
    let by_name = node.children.chunk_by(|one, next| one.def == next.def);
    for run in by_name {
        let Some(first) = run.first() else { continue };
        let name = first.def.name.to_owned();
        let text = |node: &Node| match first.def.kind {
            Kind::Leaf(Check::Number) => {
                node.word().parse::<i64>().map_or(Value::String(node.word().to_owned()), Value::from)
            }
            _ => Value::String(node.word().to_owned()),
        };
        let value = match first.def.kind {
            Kind::Flag => Value::Array(vec![Value::Null]),
            Kind::Leaf(_) => text(first),
            Kind::LeafList => Value::Array(run.iter().map(text).collect()),
            Kind::List(..) => Value::Array(run.iter().map(json).collect()),
            Kind::Container => json(first),
        };
        if first.is_inactive && !matches!(first.def.kind, Kind::Container | Kind::List(..)) {
            object.insert(format!("@{name}"), serde_json::json!({ "inactive": true }));
        }
        object.insert(name, value);
    }
    Value::Object(object)
}

/// JSON as the elements that say the same; what is under `@` becomes attributes.
pub(crate) fn from_json(name: &str, value: &Value) -> Vec<Element> {
    let mut element = Element::new(name);
    match value {
        Value::Array(values) => return values.iter().flat_map(|value| from_json(name, value)).collect(),
        Value::Null => {}
        Value::String(text) => element.text = text.clone(),
        Value::Bool(_) | Value::Number(_) => element.text = value.to_string(),
        Value::Object(object) => {
            let metadata = |key: &str| object.get(key).map(attribute_list).unwrap_or_default();
            element.attributes = metadata("@");
            for (key, value) in object.iter().filter(|(key, _)| !key.starts_with('@')) {
                let marks = metadata(&format!("@{key}"));
                let mut inside = from_json(key, value);
                inside.iter_mut().for_each(|child| child.attributes.extend(marks.iter().cloned()));
                element.children.append(&mut inside);
            }
            for key in object.keys().filter_map(|key| key.strip_prefix('@')).filter(|key| !key.is_empty()) {
                if !object.contains_key(key) {
                    let attributes = metadata(&format!("@{key}"));
                    element.children.push(Element { attributes, ..Element::new(key) });
                }
            }
        }
    }
    vec![element]
}

fn attribute_list(value: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pairs = value.as_object().into_iter().flatten();
    pairs.map(|(name, value)| (name.rsplit(':').next().unwrap_or(name).to_owned(), text(value))).collect()
}

/// The part of a configuration that a filter names: its elements, whole where it stops, and only the entries whose
/// keys it gives.
pub(crate) fn select(node: &Node, filter: &Element) -> Node {
    if filter.children.is_empty() {
        return node.clone();
    }
    let mut selected = Node { children: Vec::new(), ..node.clone_alone() };
    for child in &node.children {
        let wanted = filter.children.iter().filter(|wanted| wanted.name == child.def.name);
        let mut parts = wanted.filter_map(|wanted| part(child, wanted));
        if let Some(first) = parts.next() {
            let whole = parts.fold(first, |mut all, more| {
                for one in more.children {
                    if !all.children.contains(&one) {
                        all.place(one);
                    }
                }
                all
            });
            selected.children.push(whole);
        }
    }
    selected
}

fn part(node: &Node, wanted: &Element) -> Option<Node> {
    let text = wanted.text.trim();
    match node.def.kind {
        Kind::Leaf(_) | Kind::LeafList => (text.is_empty() || text == node.word()).then(|| node.clone()),
        Kind::Flag => Some(node.clone()),
        Kind::Container => {
            let selected = select(node, wanted);
            (wanted.children.is_empty() || !selected.children.is_empty()).then_some(selected)
        }
        Kind::List(key, _) => {
            let (keys, others): (Vec<&Element>, Vec<&Element>) =
                wanted.children.iter().partition(|child| child.name == key);
            let is_named = |key: &&Element| {
                key.text.trim().is_empty() || node.words.iter().any(|w| *w == key.text.trim())
            };
            let names_only = wanted.attribute("recurse") == Some("false");
            if !(keys.is_empty() || keys.iter().any(is_named)) {
                return None;
            }
            if names_only || (others.is_empty() && keys.iter().any(|key| key.text.trim().is_empty())) {
                return Some(node.clone_alone());
            }
            let rest =
                Element { children: others.into_iter().cloned().collect(), ..Element::new(&wanted.name) };
            Some(select(node, &rest))
        }
    }
}
