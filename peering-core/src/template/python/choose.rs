//! The filters that apply a filter or a test to every item: `map`, `select`, `reject`, `selectattr`, `rejectattr`;
//! and the path of an attribute, as all filters read it.

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Environment, Error, State, Value};

use super::call::{defined, refuse, required, split};
use super::list::List;
use super::text::{is_dict, text};
use super::{add_filters, items};

pub(super) fn install(environment: &mut Environment<'static>) {
    add_filters(
        environment,
        &[
            ("map", map),
            ("select", |state, args| choose(state, "select", args, false, true)),
            ("reject", |state, args| choose(state, "reject", args, false, false)),
            ("selectattr", |state, args| choose(state, "selectattr", args, true, true)),
            ("rejectattr", |state, args| choose(state, "rejectattr", args, true, false)),
            ("attr", |state, args| {
                let [value, name] = super::call::bind("attr", ["value", "name"], args)?;
                let value = required("attr", "value", value)?;
                let name = required("attr", "name", name)?;
                defined(state, &value)?;
                // What a dict holds are its items; its only attributes are methods.
                if is_dict(&value) || value.kind() != ValueKind::Map && value.kind() != ValueKind::Plain {
                    return Ok(Value::UNDEFINED);
                }
                value.get_attr(&text(&name))
            }),
        ],
    );
}

/// The path of an attribute: names and places with dots between them.
pub(super) struct Path(Vec<Value>);

impl Path {
    pub(super) fn of(attribute: &Value) -> Path {
        match attribute.as_str() {
            Some(path) => Path(
                path.split('.')
                    .map(|part| part.parse::<u64>().map_or_else(|_| Value::from(part), Value::from))
                    .collect(),
            ),
            None => Path(vec![attribute.clone()]),
        }
    }

    /// What lies at the path, or something undefined.
    pub(super) fn get(&self, item: &Value) -> Result<Value, Error> {
        self.0.iter().try_fold(item.clone(), |value, part| value.get_item(part))
    }
}

/// What these filters go over: nothing, for whatever is false.
fn listed(state: &State<'_, '_>, value: &Value) -> Result<Vec<Value>, Error> {
    defined(state, value)?;
    if value.is_true() { items(state, value) } else { Ok(Vec::new()) }
}

fn map(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let (mut positional, named) = split(args);
    if positional.is_empty() {
        return Err(refuse("`map` needs something to go over"));
    }
    let list = listed(state, &positional.remove(0))?;
    let attribute = named.iter().find(|(name, _)| name == "attribute").map(|(_, value)| value.clone());
    if let (true, Some(attribute)) = (positional.is_empty(), attribute) {
        if let Some((other, _)) = named.iter().find(|(name, _)| name != "attribute" && name != "default") {
            return Err(refuse(format!("`map` has no argument `{other}`")));
        }
        let default = named.into_iter().find(|(name, _)| name == "default").map(|(_, value)| value);
        let path = Path::of(&attribute);
        let value = |item: Value| {
            let found = path.get(&item)?;
            Ok(match &default {
                Some(default) if found.is_undefined() && !default.is_none() => default.clone(),
                _ => found,
            })
        };
        return list.into_iter().map(value).collect::<Result<_, Error>>().map(List::value);
    }
    if positional.is_empty() {
        return Err(refuse("`map` needs the name of a filter, or `attribute`"));
    }
    let filter = positional.remove(0);
    let rest = rest_of(positional, named);
    let mut mapped = Vec::with_capacity(list.len());
    for item in list {
        let args: Vec<Value> = std::iter::once(item).chain(rest.iter().cloned()).collect();
        mapped.push(state.apply_filter(&text(&filter), &args)?);
    }
    Ok(List::value(mapped))
}

fn rest_of(mut positional: Vec<Value>, named: Vec<(String, Value)>) -> Vec<Value> {
    if !named.is_empty() {
        positional.push(Kwargs::from_iter(named).into());
    }
    positional
}

fn choose(
    state: &mut State<'_, '_>,
    what: &str,
    args: Vec<Value>,
    by_attribute: bool,
    wanted: bool,
) -> Result<Value, Error> {
    let (mut positional, named) = split(args);
    let mut next = |name: &str| match positional.is_empty() {
        true => Err(refuse(format!("`{what}` needs {name}"))),
        false => Ok(positional.remove(0)),
    };
    let list = next("something to go over")?;
    let path = if by_attribute { Some(Path::of(&next("the name of an attribute")?)) } else { None };
    let list = listed(state, &list)?;
    let test = if positional.is_empty() { None } else { Some(positional.remove(0)) };
    let rest = rest_of(positional, named);
    let mut chosen = Vec::new();
    for item in list {
        let value = match &path {
            Some(path) => path.get(&item)?,
            None => item.clone(),
        };
        let holds = match &test {
            Some(test) => {
                let args: Vec<Value> = std::iter::once(value).chain(rest.iter().cloned()).collect();
                state.perform_test(&text(test), &args)?
            }
            None => {
                defined(state, &value)?;
                value.is_true()
            }
        };
        if holds == wanted {
            chosen.push(item);
        }
    }
    Ok(List::value(chosen))
}
