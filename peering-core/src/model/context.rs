//! Configuration contexts: values for templates that many objects share.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::serial::{default, is_default, is_yes, yes};
use crate::Compat;

/// Values for templates, by name.
pub type Context = serde_json::Map<String, Value>;

/// Values for templates that are assigned to many objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfigContext {
    /// The key by which assignments refer to it; unique in a [`Network`](super::Network).
    pub name: String,
    /// Whether it counts.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub is_active: bool,
    /// The values.
    #[serde(default)]
    pub data: Context,
    /// Its number in the system that it was imported from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
}

impl ConfigContext {
    /// An active context.
    pub fn new(name: impl Into<String>, data: Context) -> Self {
        ConfigContext { name: name.into(), is_active: true, data, id: None, description: String::new() }
    }
}

/// That a [`ConfigContext`] applies to an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ContextAssignment {
    /// The context's name.
    pub context: String,
    /// The order in which contexts are merged: lower first, so that higher ones win.
    #[serde(default = "middle")]
    pub weight: u32,
}

fn middle() -> u32 {
    1000
}

/// What becomes of two lists under the same name when contexts are merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ListMerge {
    /// The new list: `replace`.
    #[default]
    Replace,
    /// The old list: `keep`.
    Keep,
    /// The old one, then the new one: `append`.
    Append,
    /// The new one, then the old one: `prepend`.
    Prepend,
    /// The old one without what the new one has, then the new one: `append_rp`.
    AppendReplacing,
    /// The new one, then the old one without what the new one has: `prepend_rp`.
    PrependReplacing,
}

impl ListMerge {
    /// The strategy of this name, one of those above.
    pub fn from_name(name: &str) -> Option<ListMerge> {
        Some(match name {
            "replace" => ListMerge::Replace,
            "keep" => ListMerge::Keep,
            "append" => ListMerge::Append,
            "prepend" => ListMerge::Prepend,
            "append_rp" => ListMerge::AppendReplacing,
            "prepend_rp" => ListMerge::PrependReplacing,
            _ => return None,
        })
    }
}

/// Merges new values into old ones, by the rules of Ansible's filter `combine`.
///
/// A new value replaces an old one, but maps are merged if `recursive`, and lists as told.
pub fn merge(old: &Context, new: &Context, recursive: bool, lists: ListMerge) -> Context {
    let mut merged = old.clone();
    for (name, value) in new {
        let value = match (merged.get(name), value) {
            (Some(Value::Object(old)), Value::Object(new)) if recursive => {
                Value::Object(merge(old, new, recursive, lists))
            }
            (Some(Value::Array(old)), Value::Array(new)) => Value::Array(merge_lists(old, new, lists)),
            _ => value.clone(),
        };
        merged.insert(name.clone(), value);
    }
    merged
}

fn merge_lists(old: &[Value], new: &[Value], lists: ListMerge) -> Vec<Value> {
    let without_new = || old.iter().filter(|item| !new.contains(item));
    match lists {
        ListMerge::Replace => new.to_vec(),
        ListMerge::Keep => old.to_vec(),
        ListMerge::Append => old.iter().chain(new).cloned().collect(),
        ListMerge::Prepend => new.iter().chain(old).cloned().collect(),
        ListMerge::AppendReplacing => without_new().chain(new).cloned().collect(),
        ListMerge::PrependReplacing => new.iter().chain(without_new()).cloned().collect(),
    }
}

/// What a template sees: the assigned contexts by weight, then the object's own values over them.
///
/// Peering Manager merges inactive contexts, too; [`Compat::Strict`] leaves them out.
pub(super) fn merged<'a>(
    assignments: &[ContextAssignment],
    own: &Context,
    find: impl Fn(&str) -> Option<&'a ConfigContext>,
    compat: Compat,
) -> Context {
    let mut ordered: Vec<&ContextAssignment> = assignments.iter().collect();
    ordered.sort_by_key(|assignment| assignment.weight);
    let contexts = ordered
        .into_iter()
        .filter_map(|assignment| find(&assignment.context))
        .filter(|context| context.is_active || compat == Compat::PeeringManager);
    let shared = contexts.fold(default::<Context>(), |merged, context| {
        merge(&merged, &context.data, true, ListMerge::Replace)
    });
    merge(&shared, own, true, ListMerge::Replace)
}
