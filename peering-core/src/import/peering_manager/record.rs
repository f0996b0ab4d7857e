//! Reading a record field by field, so that what nobody reads is noticed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answers::{Row, id};
use super::endpoint::Kind;
use super::keys::Keys;
use super::known;
use super::report::{LineKind, Notes};
use crate::model::{Context, ContextAssignment, Relationship, Tag};
use crate::{Asn, Secret};

/// What records say of things beside themselves.
#[derive(Default)]
pub(super) struct Told {
    pub(super) notes: Notes,
    /// How many records of each endpoint were taken over.
    pub(super) imported: BTreeMap<String, usize>,
    /// Names of autonomous systems, as those who refer to them give them.
    pub(super) systems: BTreeMap<Asn, String>,
    /// Tags by slug.
    pub(super) tags: BTreeMap<String, Tag>,
    /// Relationships by slug, from versions in which they were no records.
    pub(super) relationships: BTreeMap<String, Relationship>,
    /// Contexts by what they are assigned to.
    pub(super) contexts: BTreeMap<(Kind, u64), Vec<ContextAssignment>>,
}

/// A record in work.
pub(super) struct Record<'r> {
    pub(super) kind: Kind,
    pub(super) id: Option<u64>,
    fields: &'r Row,
    seen: BTreeSet<&'static str>,
    pub(super) keys: &'r Keys,
    pub(super) told: &'r mut Told,
}

/// Who is referred to: by number, or by what else is known of it.
pub(super) struct Reference<'a> {
    pub(super) id: Option<u64>,
    /// A slug or a name.
    pub(super) text: Option<&'a str>,
    pub(super) object: Option<&'a Row>,
}

impl fmt::Display for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.id, self.text) {
            (Some(id), Some(text)) => write!(f, "{id} ({text:?})"),
            (Some(id), None) => write!(f, "{id}"),
            (None, Some(text)) => write!(f, "{text:?}"),
            (None, None) => f.write_str("without number"),
        }
    }
}

impl<'r> Record<'r> {
    pub(super) fn new(kind: Kind, fields: &'r Row, keys: &'r Keys, told: &'r mut Told) -> Self {
        Record { kind, id: id(fields), fields, seen: BTreeSet::from(["id"]), keys, told }
    }

    /// Tells of every field that nobody has read.
    pub(super) fn finish(self) {
        let endpoint = self.kind.endpoint();
        for (field, value) in self.fields.iter().filter(|(field, _)| !self.seen.contains(field.as_str())) {
            match known::reason(self.kind, field) {
                Some((LineKind::Derived, reason)) => {
                    self.told.notes.field(LineKind::Derived, "*", None, field, reason);
                }
                // A switch that is off and a number that is zero are what a network without the field means.
                Some(_) if is_blank(value) || matches!(value, Value::Bool(false)) || value == 0 => {}
                Some((kind, reason)) => self.told.notes.field(kind, endpoint, self.id, field, reason),
                None => {
                    self.told.notes.field(LineKind::Unknown, endpoint, self.id, field, "is not known here");
                }
            }
        }
    }

    pub(super) fn line(&mut self, kind: LineKind, field: Option<&str>, message: impl Into<String>) {
        self.told.notes.line(kind, self.kind, self.id, field, message);
    }

    /// A value that does not fit. It is quoted unless it is secret.
    fn unreadable(&mut self, field: &str, expected: &str, value: &Value) {
        let mut found: String = value.to_string().chars().take(60).collect();
        if is_secret(field) {
            found = "something else".to_owned();
        }
        self.line(LineKind::Unreadable, Some(field), format!("expected {expected}, found {found}; left out"));
    }

    /// Whether the field is there at all.
    pub(super) fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// The value, unless there is none or it is blank. A choice is its value, not its label.
    pub(super) fn value(&mut self, field: &'static str) -> Option<&'r Value> {
        self.seen.insert(field);
        let value = self.fields.get(field)?;
        let value = match value {
            Value::Object(choice) if choice.len() == 2 && choice.contains_key("label") => {
                choice.get("value")?
            }
            other => other,
        };
        (!is_blank(value)).then_some(value)
    }

    pub(super) fn text(&mut self, field: &'static str) -> Option<String> {
        match self.value(field)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            other => {
                self.unreadable(field, "text", other);
                None
            }
        }
    }

    pub(super) fn secret(&mut self, field: &'static str) -> Option<Secret> {
        self.text(field).map(Secret::from)
    }

    pub(super) fn flag(&mut self, field: &'static str) -> Option<bool> {
        match self.value(field)? {
            Value::Bool(flag) => Some(*flag),
            other => {
                self.unreadable(field, "true or false", other);
                None
            }
        }
    }

    pub(super) fn number<T: TryFrom<u64>>(&mut self, field: &'static str) -> Option<T> {
        let value = self.value(field)?;
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        let number = number.and_then(|number| T::try_from(number).ok());
        if number.is_none() {
            self.unreadable(field, "a number in range", value);
        }
        number
    }

    /// A value with a form of its own: a status, an address, an instant.
    pub(super) fn parsed<T: FromStr>(&mut self, field: &'static str, expected: &str) -> Option<T> {
        let value = self.value(field)?;
        let parsed = value.as_str().and_then(|text| text.parse().ok());
        if parsed.is_none() {
            self.unreadable(field, expected, value);
        }
        parsed
    }

    /// One of the value strings that a network uses, too.
    pub(super) fn choice<T: DeserializeOwned>(&mut self, field: &'static str) -> Option<T> {
        let value = self.value(field)?;
        let choice = T::deserialize(value).ok();
        if choice.is_none() {
            self.unreadable(field, "a value that is known here", value);
        }
        choice
    }

    /// Each item of a list that can be read.
    pub(super) fn list<T>(
        &mut self,
        field: &'static str,
        expected: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = self.value(field) else { return Vec::new() };
        self.items(field, expected, value, read)
    }

    pub(super) fn items<T>(
        &mut self,
        field: &'static str,
        expected: &str,
        list: &Value,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Vec<T> {
        let Some(items) = list.as_array() else {
            self.unreadable(field, "a list", list);
            return Vec::new();
        };
        let mut found = Vec::with_capacity(items.len());
        for item in items {
            match read(item) {
                Some(item) => found.push(item),
                None => self.unreadable(field, expected, item),
            }
        }
        found
    }

    /// Values for templates; `null` is none.
    pub(super) fn context(&mut self, field: &'static str) -> Context {
        match self.value(field) {
            Some(Value::Object(context)) => context.clone(),
            Some(other) => {
                self.unreadable(field, "an object", other);
                Context::default()
            }
            None => Context::default(),
        }
    }

    /// The record's own context. Before it was called so, it had two other names.
    pub(super) fn local_context(&mut self) -> Context {
        match ["local_context_data", "local_config_context", "config_context"] {
            [newest, _, _] if self.has(newest) => self.context(newest),
            [_, older, _] if self.has(older) => self.context(older),
            [_, _, oldest] => self.context(oldest),
        }
    }

    pub(super) fn contexts(&mut self) -> Vec<ContextAssignment> {
        self.id.and_then(|id| self.told.contexts.remove(&(self.kind, id))).unwrap_or_default()
    }

    /// Description and comments, where there is a place for both.
    pub(super) fn words(&mut self) -> (String, String) {
        let comments = self.text("comments").or_else(|| self.text("comment"));
        (self.text("description").unwrap_or_default(), comments.unwrap_or_default())
    }

    /// The description, or else the comments; both on two lines, where there is a place for one only.
    pub(super) fn description(&mut self) -> String {
        let (description, comments) = self.words();
        match (description.is_empty(), comments.is_empty()) {
            (false, false) => format!("{description}\n{comments}"),
            (true, _) => comments,
            (false, true) => description,
        }
    }

    pub(super) fn reference(&mut self, field: &'static str) -> Option<Reference<'r>> {
        let value = self.value(field)?;
        let found = reference(value);
        if found.is_none() {
            self.unreadable(field, "a reference", value);
        }
        found
    }

    /// The key of what a field refers to.
    pub(super) fn key(&mut self, field: &'static str, kind: Kind) -> Option<String> {
        let reference = self.reference(field)?;
        self.key_of(field, kind, &reference)
    }

    pub(super) fn key_of(&mut self, field: &str, kind: Kind, reference: &Reference<'_>) -> Option<String> {
        let key = self.keys.of(kind, reference).map(str::to_owned);
        if key.is_none() {
            let noun = kind.noun();
            let text = format!("refers to {noun} {reference}, which is not among the answers; left out");
            self.line(LineKind::Missing, Some(field), text);
        }
        key
    }

    /// The keys of what a field refers to, each once.
    pub(super) fn all_keys(&mut self, field: &'static str, kind: Kind) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        let Some(value) = self.value(field) else { return keys };
        let Some(items) = value.as_array() else {
            self.unreadable(field, "a list of references", value);
            return keys;
        };
        for item in items {
            let key = match reference(item) {
                Some(reference) => self.key_of(field, kind, &reference),
                None => {
                    self.unreadable(field, "a reference", item);
                    None
                }
            };
            keys.extend(key.filter(|key| !keys.contains(key)));
        }
        keys
    }

    /// The number of the autonomous system that a field refers to.
    pub(super) fn asn(&mut self, field: &'static str) -> Option<Asn> {
        let reference = self.reference(field)?;
        if let Some(asn) = reference.id.and_then(|id| self.keys.asn(id)) {
            return Some(asn);
        }
        let object = reference.object;
        let asn =
            object.and_then(|object| object.get("asn")?.as_u64()).and_then(|asn| u32::try_from(asn).ok());
        let Some(asn) = asn.map(Asn::new) else {
            let text =
                format!("refers to autonomous system {reference}, which is not among the answers; left out");
            self.line(LineKind::Missing, Some(field), text);
            return None;
        };
        let name = object.and_then(|object| object.get("name")?.as_str()).unwrap_or_default();
        self.told.systems.entry(asn).or_insert_with(|| name.to_owned());
        Some(asn)
    }

    /// The slugs of its tags, which are objects, or names in old versions.
    pub(super) fn tags(&mut self) -> Vec<String> {
        let mut slugs: Vec<String> = Vec::new();
        let Some(items) = self.value("tags").and_then(Value::as_array) else { return slugs };
        for item in items {
            let reference = reference(item);
            let known = reference.as_ref().and_then(|reference| self.keys.of(Kind::Tag, reference));
            let slug = known.map(str::to_owned).or_else(|| {
                let reference = reference?;
                let name =
                    reference.object.and_then(|object| object.get("name")?.as_str()).or(reference.text)?;
                let slug = reference.object.and_then(|object| object.get("slug")?.as_str());
                let slug = slug.map_or_else(|| super::keys::slugify(name), str::to_owned);
                let tag =
                    Tag { name: name.to_owned(), slug: slug.clone(), id: reference.id, ..Tag::default() };
                self.told.tags.entry(slug.clone()).or_insert(tag);
                Some(slug).filter(|slug| !slug.is_empty())
            });
            match slug {
                Some(slug) if slugs.contains(&slug) => {}
                Some(slug) => slugs.push(slug),
                None => self.unreadable("tags", "a tag", item),
            }
        }
        slugs
    }
}

/// A reference in any of its forms: a number, an object with one, a slug or a name.
pub(super) fn reference(value: &Value) -> Option<Reference<'_>> {
    match value {
        Value::Number(_) => value.as_u64().map(|id| Reference { id: Some(id), text: None, object: None }),
        Value::String(text) => Some(Reference { id: None, text: Some(text), object: None }),
        Value::Object(object) => {
            let text = ["slug", "name"].iter().find_map(|field| object.get(*field)?.as_str());
            let found = Reference { id: id(object), text, object: Some(object) };
            (found.id.is_some() || text.is_some() || object.contains_key("asn")).then_some(found)
        }
        _ => None,
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

fn is_secret(field: &str) -> bool {
    ["password", "secret", "key", "token"].iter().any(|word| field.contains(word))
}
