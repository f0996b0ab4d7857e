//! Lists, tags, contacts, contexts, and what the IRR says.

use minijinja::value::{Kwargs, Serde, ValueKind};
use minijinja::{Error, ErrorKind, Value};
use serde_json::Value as Json;

use super::super::view::{Item, View, exchange_prefixes, json_value, lookup_fits};
use super::{Environs, add, model, refuse, rows, text_argument};
use crate::irr::{AsSets, ParseOptions, SOURCES};
use crate::model::{Context, SessionRef};
use crate::{Asn, Compat};

pub(super) fn install(environs: &mut Environs<'_>) {
    for name in ["length", "len", "count"] {
        add(environs, name, [], move |_, value, []| match value.len() {
            Some(length) => Ok(Value::from(length)),
            None if value.is_undefined() => Err(Error::from(ErrorKind::UndefinedError)),
            None => Err(refuse(format!("`{name}` needs something that has a length"))),
        });
    }
    let compat = environs.compat;
    environs
        .environment
        .add_filter("filter", move |value: Value, lookups: Kwargs| filtered(&value, &lookups, compat));
    environs.environment.add_filter("get", move |value: Value, lookups: Kwargs| {
        let found = filtered(&value, &lookups, compat)?;
        match found.len() {
            Some(1) => found.get_item_by_index(0),
            _ => Ok(found),
        }
    });
    add(environs, "unique_items", ["field"], move |_, value, [field]| {
        let field = text_argument(field, "unique_items", "field")?;
        let mut seen: Vec<Value> = Vec::new();
        let mut kept = Vec::new();
        for item in value.try_iter()? {
            let found = attribute(&item, &field, compat)?;
            if !found.is_undefined() && !seen.contains(&found) {
                seen.push(found);
                kept.push(item);
            }
        }
        Ok(Value::from(kept))
    });
    add(environs, "iterate", ["field"], move |_, value, [field]| {
        let field = text_argument(field, "iterate", "field")?;
        let mut values = Vec::new();
        for item in value.try_iter()? {
            let found = attribute(&item, &field, compat)?;
            values.push(if found.is_undefined() { Value::from(()) } else { found });
        }
        Ok(Value::from(values))
    });

    add(environs, "tags", [], |_, value, []| {
        let view = tagged(&value, "tags")?;
        Ok(view.tags())
    });
    add(environs, "has_tag", ["tag"], |_, value, [tag]| has_tag(&value, "has_tag", tag).map(Value::from));
    add(environs, "has_not_tag", ["tag"], |_, value, [tag]| {
        has_tag(&value, "has_not_tag", tag).map(|has| Value::from(!has))
    });
    add(environs, "contact", ["role", "field"], |_, value, [role, field]| {
        let role = text_argument(role, "contact", "role")?;
        let field = text_argument(field, "contact", "field")?;
        contact(&value, &role, &field)
    });

    add(environs, "context_has_key", ["key", "recursive"], |_, value, [key, recursive]| {
        Ok(Value::from(in_context(&value, "context_has_key", key, recursive)?.is_some()))
    });
    add(environs, "context_has_not_key", ["key", "recursive"], |_, value, [key, recursive]| {
        Ok(Value::from(in_context(&value, "context_has_not_key", key, recursive)?.is_none()))
    });
    add(
        environs,
        "context_get_key",
        ["key", "default", "recursive"],
        move |_, value, [key, default, recursive]| {
            let found = in_context(&value, "context_get_key", key, recursive)?;
            Ok(found.map_or(default.unwrap_or(Value::from(())), |found| json_value(&found, compat)))
        },
    );

    add(environs, "prefix_list", ["family"], |_, value, [family]| prefix_list(&value, family));
    add(environs, "as_list", [], |_, value, []| {
        let view = model(&value, "as_list", "an autonomous system")?;
        let Item::AutonomousSystem(_) = view.item else {
            return Err(refuse("`as_list` needs an autonomous system"));
        };
        let list = view.attribute("as_list").unwrap_or_default();
        if list.len() == Some(0) {
            return Err(not_fetched(view, "AS list"));
        }
        Ok(list)
    });
    add(environs, "strip_irr_sources", [], move |_, value, []| set_names(&value, compat));
}

/// An attribute as Python's `getattr` sees it in Peering Manager's mode: a dictionary has methods only. By default it has
/// its keys.
fn attribute(item: &Value, name: &str, compat: Compat) -> Result<Value, Error> {
    if compat == Compat::PeeringManager && item.kind() == ValueKind::Map {
        return Ok(Value::UNDEFINED);
    }
    item.get_attr(name)
}

fn filtered(value: &Value, lookups: &Kwargs, compat: Compat) -> Result<Value, Error> {
    if let Some(rows) = rows(value) {
        return rows.filtered(lookups, true);
    }
    if !matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) {
        return Err(refuse("`filter` needs a list"));
    }
    let mut kept = Vec::new();
    for item in value.try_iter()? {
        let fits = match compat {
            Compat::Strict => lookup_fits(&item, lookups)?,
            Compat::PeeringManager => has_attributes(&item, lookups)?,
        };
        if fits {
            kept.push(item);
        }
    }
    Ok(Value::from(kept))
}

/// Whether all attributes are there and equal. What Django takes for a look-up is part of a name here.
fn has_attributes(item: &Value, wanted: &Kwargs) -> Result<bool, Error> {
    for name in wanted.args() {
        let found = attribute(item, name, Compat::PeeringManager)?;
        if found.is_undefined() || found != wanted.get::<Value>(name)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn tagged<'a>(value: &'a Value, filter: &str) -> Result<&'a View, Error> {
    let view = model(value, filter, "something that has tags")?;
    match view.tag_slugs() {
        Some(_) => Ok(view),
        None => Err(refuse(format!("`{filter}` needs something that has tags"))),
    }
}

fn has_tag(value: &Value, filter: &str, tag: Option<Value>) -> Result<bool, Error> {
    let tag = text_argument(tag, filter, "tag")?;
    let view = tagged(value, filter)?;
    let slugs = view.tag_slugs().unwrap_or_default();
    Ok(slugs.iter().any(|slug| *slug == tag || view.scope.network.tag_name(slug) == tag))
}

/// The first contact with a role, or one attribute of it. A session's are its peer's.
fn contact(value: &Value, role: &str, field: &str) -> Result<Value, Error> {
    let view = model(value, "contact", "an autonomous system, an exchange or a session")?;
    let owner = match view.session().map(SessionRef::autonomous_system) {
        Some(peer) => {
            let position = view.scope.network.autonomous_system_position(&peer);
            position.map(|index| View::value(&view.scope, Item::AutonomousSystem(index)))
        }
        None => matches!(view.item, Item::AutonomousSystem(_) | Item::Exchange(_)).then(|| value.clone()),
    };
    let Some(owner) = owner else {
        return Err(refuse("`contact` needs an autonomous system, an exchange or a session"));
    };
    let items = View::of(&owner).map(View::contact_items).unwrap_or_default();
    let found = items.into_iter().find(|item| match item {
        Item::Contact(owned) => view.scope.contact(*owned).is_some_and(|contact| contact.has_role(role)),
        _ => false,
    });
    let Some(found) = found.map(|item| View::value(&view.scope, item)) else { return Ok(Value::from(())) };
    if field.is_empty() {
        return Ok(found);
    }
    match found.get_attr(field)? {
        value if value.is_undefined() => Err(refuse(format!("a contact has no `{field}`"))),
        value => Ok(value),
    }
}

fn in_context(
    value: &Value,
    filter: &str,
    key: Option<Value>,
    recursive: Option<Value>,
) -> Result<Option<Json>, Error> {
    let key = text_argument(key, filter, "key")?;
    let needs = "something that has a config context";
    let view = model(value, filter, needs)?;
    let context = view.context().ok_or_else(|| refuse(format!("`{filter}` needs {needs}")))?;
    let recursive = recursive.is_none_or(|recursive| recursive.is_true());
    Ok(find(&context, &key, recursive, view.scope.compat).cloned())
}

/// The value of a key, the first in document order, those within values included.
fn find<'a>(context: &'a Context, key: &str, recursive: bool, compat: Compat) -> Option<&'a Json> {
    let mut entries: Vec<(&String, &Json)> = context.iter().collect();
    if compat == Compat::PeeringManager {
        // The order of its database; see `json_value`.
        entries.sort_by_key(|(name, _)| (name.len(), *name));
    }
    entries.into_iter().find_map(|(name, value)| {
        if name == key {
            return Some(value);
        }
        value.as_object().filter(|_| recursive).and_then(|inner| find(inner, key, recursive, compat))
    })
}

fn prefix_list(value: &Value, family: Option<Value>) -> Result<Value, Error> {
    let view = model(value, "prefix_list", "an autonomous system or an exchange")?;
    let family = family.filter(|family| !family.is_none()).map(i64::try_from).transpose()?.unwrap_or(0);
    let key = match family {
        4 => Some("ipv4"),
        6 => Some("ipv6"),
        _ => None,
    };
    let prefixes = match view.item {
        Item::Exchange(index) => {
            view.scope.network.internet_exchanges.get(index).map(exchange_prefixes).unwrap_or_default()
        }
        Item::AutonomousSystem(index) => {
            let row = view.scope.network.autonomous_systems.get(index);
            let prefixes = row.and_then(|row| row.prefixes.as_ref());
            Value::from(Serde(prefixes.ok_or_else(|| not_fetched(view, "prefixes"))?))
        }
        _ => return Err(refuse("`prefix_list` needs an autonomous system or an exchange")),
    };
    let Some(key) = key else { return Ok(prefixes) };
    let listed = prefixes.get_attr(key)?;
    Ok(if listed.is_undefined() { Value::from(Vec::<Value>::new()) } else { listed })
}

/// A list that is empty because nobody has fetched it must not look like one that is.
fn not_fetched(view: &View, what: &str) -> Error {
    let asn = view.attribute("asn").unwrap_or_default();
    refuse(format!("there is no {what} of AS{asn}; fetch it before rendering, see `irr`"))
}

/// The names of the sets that an AS-SET text lists, each once.
fn set_names(value: &Value, compat: Compat) -> Result<Value, Error> {
    let (asn, text) = match View::of(value) {
        Some(View { scope, item: Item::AutonomousSystem(index) }) => {
            let row = scope.network.autonomous_systems.get(*index);
            row.map_or((Asn::new(0), ""), |row| (row.asn, row.irr_as_set.as_deref().unwrap_or_default()))
        }
        _ => match value.as_str() {
            Some(text) => (Asn::new(0), text),
            None => return Err(refuse("`strip_irr_sources` needs an autonomous system or a text")),
        },
    };
    let sources = SOURCES.map(str::to_owned).to_vec();
    let sets = AsSets::parse_with(asn, text, &ParseOptions { compat, sources });
    let mut names: Vec<String> = Vec::new();
    for set in sets.sets {
        if !names.contains(&set.name) {
            names.push(set.name);
        }
    }
    Ok(Value::from(names))
}
