//! The filters over sequences, which order and compare as Python does.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Tuple, ValueKind};
use minijinja::{Environment, Error, State, Value};

use super::call::{bind, defined, given, integer, refuse, required, truth};
use super::choose::Path;
use super::dict::{check_key, pairs_of};
use super::list::List;
use super::operators::{add, join};
use super::order::{order, sorted_by_key};
use super::strings::separated;
use super::text::{render, text};
use super::{add_filters, items, kind};

pub(super) fn install(environment: &mut Environment<'static>) {
    add_filters(
        environment,
        &[
            ("list", |state, args| {
                let [value] = bind("list", ["value"], args)?;
                Ok(List::value(items(state, &required("list", "value", value)?)?))
            }),
            ("items", |state, args| {
                let [value] = bind("items", ["value"], args)?;
                let value = required("items", "value", value)?;
                defined(state, &value)?;
                match value.kind() {
                    ValueKind::Undefined => Ok(List::value(Vec::new())),
                    ValueKind::Map => Ok(super::dict::listing("items", pairs_of(state, &value)?)),
                    _ => Err(refuse(format!("`items` needs a dict, not {}", kind(&value)))),
                }
            }),
            ("first", |state, args| {
                let [value] = bind("first", ["seq"], args)?;
                Ok(items(state, &required("first", "seq", value)?)?.into_iter().next().unwrap_or_default())
            }),
            ("last", |state, args| {
                let [value] = bind("last", ["seq"], args)?;
                Ok(items(state, &required("last", "seq", value)?)?.pop().unwrap_or_default())
            }),
            ("reverse", |state, args| {
                let [value] = bind("reverse", ["value"], args)?;
                let value = required("reverse", "value", value)?;
                if let (ValueKind::String, Some(text)) = (value.kind(), value.as_str()) {
                    return Ok(Value::from(text.chars().rev().collect::<String>()));
                }
                let mut all = items(state, &value)?;
                all.reverse();
                Ok(List::value(all))
            }),
            ("join", join_items),
            ("sort", sort),
            ("dictsort", dictsort),
            ("groupby", groupby),
            ("unique", unique),
            ("min", |state, args| extreme(state, "min", args, Ordering::Less)),
            ("max", |state, args| extreme(state, "max", args, Ordering::Greater)),
            ("sum", sum),
            ("slice", slice),
            ("batch", batch),
            ("random", |_, _| {
                Err(refuse("`random` is not offered: the same input gives the same configuration"))
            }),
        ],
    );
}

/// Something undefined in the environment's sense is an error later, where it is compared.
fn folded(value: Value, case_sensitive: bool) -> Value {
    match (case_sensitive, value.kind(), value.as_str()) {
        (false, ValueKind::String, Some(text)) => Value::from(text.to_lowercase()),
        _ => value,
    }
}

/// The key by which an item is ordered: itself or an attribute.
fn key_of(
    state: &State<'_, '_>,
    item: &Value,
    path: Option<&Path>,
    case_sensitive: bool,
) -> Result<Value, Error> {
    let value = path.map_or_else(|| Ok(item.clone()), |path| path.get(item))?;
    defined(state, &value)?;
    Ok(folded(value, case_sensitive))
}

fn join_items(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, separator, attribute] = bind("join", ["value", "d", "attribute"], args)?;
    let mut parts = items(state, &required("join", "value", value)?)?;
    if let Some(attribute) = given(attribute) {
        let path = Path::of(&attribute);
        parts = parts.iter().map(|part| path.get(part)).collect::<Result<_, _>>()?;
    }
    let separator = separator.unwrap_or_else(|| Value::from(""));
    join(state, separated(&separator, parts))
}

fn sort(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, reverse, case_sensitive, attribute] =
        bind("sort", ["value", "reverse", "case_sensitive", "attribute"], args)?;
    let case_sensitive = truth(state, case_sensitive, false)?;
    let reverse = truth(state, reverse, false)?;
    let paths: Option<Vec<Path>> = given(attribute).map(|attribute| match attribute.as_str() {
        Some(names) => names.split(',').map(|name| Path::of(&Value::from(name))).collect(),
        None => vec![Path::of(&attribute)],
    });
    let mut keyed = Vec::new();
    for item in items(state, &required("sort", "value", value)?)? {
        let key = match paths.as_deref() {
            None => folded(item.clone(), case_sensitive),
            Some(paths) => {
                let keys = paths.iter().map(|path| key_of(state, &item, Some(path), case_sensitive));
                Value::from(keys.collect::<Result<Vec<_>, _>>()?)
            }
        };
        keyed.push((key, item));
    }
    let sorted = sorted_by_key(keyed, reverse)?;
    Ok(List::value(sorted.into_iter().map(|(_, item)| item).collect()))
}

fn dictsort(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, case_sensitive, by, reverse] =
        bind("dictsort", ["value", "case_sensitive", "by", "reverse"], args)?;
    let value = required("dictsort", "value", value)?;
    let case_sensitive = truth(state, case_sensitive, false)?;
    let reverse = truth(state, reverse, false)?;
    let by_value = match by.as_ref().map(|by| text(by)).as_deref() {
        None | Some("key") => false,
        Some("value") => true,
        Some(_) => return Err(refuse("`dictsort` sorts by `key` or by `value`")),
    };
    if value.kind() != ValueKind::Map {
        defined(state, &value)?;
        return Err(refuse(format!("`dictsort` needs a dict, not {}", kind(&value))));
    }
    let pairs = pairs_of(state, &value)?.into_iter().map(|(key, value)| {
        let by = if by_value { value.clone() } else { key.clone() };
        (folded(by, case_sensitive), Value::from(Tuple::from([key, value])))
    });
    let sorted = sorted_by_key(pairs.collect(), reverse)?;
    Ok(List::value(sorted.into_iter().map(|(_, pair)| pair).collect()))
}

/// What `groupby` gives: a tuple whose halves have names.
#[derive(Debug)]
pub(super) struct Group {
    grouper: Value,
    list: Value,
}

impl Object for Group {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match (key.as_str(), key.as_usize()) {
            (Some("grouper"), _) | (_, Some(0)) => Some(self.grouper.clone()),
            (Some("list"), _) | (_, Some(1)) => Some(self.list.clone()),
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(2)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        render(self, f)
    }
}

fn groupby(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, attribute, default, case_sensitive] =
        bind("groupby", ["value", "attribute", "default", "case_sensitive"], args)?;
    let path = Path::of(&required("groupby", "attribute", attribute)?);
    let case_sensitive = truth(state, case_sensitive, false)?;
    let default = given(default);
    let mut keyed = Vec::new();
    for item in items(state, &required("groupby", "value", value)?)? {
        let found = path.get(&item)?;
        let found = default.clone().filter(|_| found.is_undefined()).unwrap_or(found);
        defined(state, &found)?;
        keyed.push((folded(found.clone(), case_sensitive), (found, item)));
    }
    let mut groups: Vec<(Value, Value, Vec<Value>)> = Vec::new();
    for (key, (found, item)) in sorted_by_key(keyed, false)? {
        match groups.last_mut() {
            Some((last, _, list)) if *last == key => list.push(item),
            _ => groups.push((key, found, vec![item])),
        }
    }
    let group = |(_, grouper, list)| Value::from_object(Group { grouper, list: List::value(list) });
    Ok(List::value(groups.into_iter().map(group).collect()))
}

fn unique(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, case_sensitive, attribute] = bind("unique", ["value", "case_sensitive", "attribute"], args)?;
    let case_sensitive = truth(state, case_sensitive, false)?;
    let path = given(attribute).map(|attribute| Path::of(&attribute));
    let (mut seen, mut kept) = (HashSet::new(), Vec::new());
    for item in items(state, &required("unique", "value", value)?)? {
        let key = key_of(state, &item, path.as_ref(), case_sensitive)?;
        check_key(&key)?;
        if seen.insert(key) {
            kept.push(item);
        }
    }
    Ok(List::value(kept))
}

fn extreme(
    state: &mut State<'_, '_>,
    what: &str,
    args: Vec<Value>,
    wanted: Ordering,
) -> Result<Value, Error> {
    let [value, case_sensitive, attribute] = bind(what, ["value", "case_sensitive", "attribute"], args)?;
    let case_sensitive = truth(state, case_sensitive, false)?;
    let path = given(attribute).map(|attribute| Path::of(&attribute));
    let mut best: Option<(Value, Value)> = None;
    for item in items(state, &required(what, "value", value)?)? {
        let key = key_of(state, &item, path.as_ref(), case_sensitive)?;
        let better = match &best {
            Some((best, _)) => order(&key, best)? == Some(wanted),
            None => true,
        };
        if better {
            best = Some((key, item));
        }
    }
    Ok(best.map(|(_, item)| item).unwrap_or_default())
}

fn sum(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, attribute, start] = bind("sum", ["iterable", "attribute", "start"], args)?;
    let path = given(attribute).map(|attribute| Path::of(&attribute));
    let mut total = start.unwrap_or_else(|| Value::from(0));
    if total.kind() == ValueKind::String {
        return Err(refuse("`sum` adds no texts; use the filter `join`"));
    }
    for item in items(state, &required("sum", "iterable", value)?)? {
        total = add(state, total, key_of(state, &item, path.as_ref(), true)?)?;
    }
    Ok(total)
}

/// So many columns of nearly one length; the longer ones first.
fn slice(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, slices, fill] = bind("slice", ["value", "slices", "fill_with"], args)?;
    let all = items(state, &required("slice", "value", value)?)?;
    let slices = integer("slice", &required("slice", "slices", slices)?)?;
    let fill = given(fill);
    let Some(slices) = usize::try_from(slices).ok().filter(|slices| *slices > 0) else {
        return if slices == 0 { Err(refuse("`slice` by zero")) } else { Ok(List::value(Vec::new())) };
    };
    state.consume_fuel(slices as u64)?;
    let (each, longer) = (all.len() / slices, all.len() % slices);
    let mut rest = all.into_iter();
    let columns = (0..slices).map(|index| {
        let mut column: Vec<Value> = rest.by_ref().take(each + usize::from(index < longer)).collect();
        column.extend(fill.clone().filter(|_| index >= longer));
        List::value(column)
    });
    Ok(List::value(columns.collect()))
}

/// Rows of one length; the last one is filled up.
fn batch(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, count, fill] = bind("batch", ["value", "linecount", "fill_with"], args)?;
    let all = items(state, &required("batch", "value", value)?)?;
    let count = integer("batch", &required("batch", "linecount", count)?)?;
    let fill = given(fill);
    let Some(count) = usize::try_from(count).ok().filter(|count| *count > 0) else {
        return Err(refuse("`batch` needs a number of items above 0"));
    };
    let rows = all.chunks(count).map(|row| {
        let mut row = row.to_vec();
        if let Some(fill) = &fill {
            row.resize(count, fill.clone());
        }
        List::value(row)
    });
    super::call::charge(state, fill.as_ref().map_or(0, |_| count.saturating_mul(size_of::<Value>())))?;
    Ok(List::value(rows.collect()))
}
