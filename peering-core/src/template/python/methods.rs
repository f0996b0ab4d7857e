//! The methods of Python's types on values that have none: the engine asks here.

use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, State, Value};

use super::call::{bind, integer_or, refuse, required, undefined};
use super::dict::{Dict, check_key, listing, pairs_of};
use super::list::List;
use super::text::is_dict;
use super::{is_list, items, strings};

const CHANGE: [&str; 14] = [
    "append",
    "extend",
    "insert",
    "pop",
    "remove",
    "sort",
    "reverse",
    "clear",
    "update",
    "setdefault",
    "popitem",
    "add",
    "discard",
    "difference_update",
];

/// Calls a method of Python's on a value.
///
/// # Errors
/// [`ErrorKind::UnknownMethod`] if Python's type has none of that name.
pub(super) fn call(
    state: &mut State<'_, '_>,
    value: &Value,
    method: &str,
    args: &[Value],
) -> Result<Value, Error> {
    let args = args.to_vec();
    match value.kind() {
        ValueKind::Undefined => Err(undefined(value)),
        ValueKind::String => strings::call(state, value, method, args),
        ValueKind::Seq | ValueKind::Iterable => of_sequence(state, value, method, args),
        ValueKind::Map if is_dict(value) => of_mapping(state, value, method, args),
        ValueKind::Number if method == "is_integer" && !value.is_integer() => {
            let [] = bind(method, [], args)?;
            Ok(Value::from(f64::try_from(value.clone()).is_ok_and(|number| number.fract() == 0.0)))
        }
        ValueKind::Number | ValueKind::Bool if method == "bit_length" => {
            let [] = bind(method, [], args)?;
            let number = i128::try_from(value.clone())?;
            Ok(Value::from(i128::BITS - number.unsigned_abs().leading_zeros()))
        }
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}

/// What a template may do with a value that it did not make itself.
fn unchangeable(value: &Value, method: &str) -> Error {
    if !(is_list(value) || is_dict(value)) || !CHANGE.contains(&method) {
        return Error::from(ErrorKind::UnknownMethod);
    }
    let (what, how) = if is_dict(value) { ("dict", "dict(…)") } else { ("list", "…|list") };
    refuse(format!("`{method}` would change a {what} that belongs to the data; change a copy: `{how}`"))
}

fn of_sequence(state: &State<'_, '_>, value: &Value, method: &str, args: Vec<Value>) -> Result<Value, Error> {
    match method {
        "copy" if is_list(value) => {
            let [] = bind(method, [], args)?;
            Ok(List::value(items(state, value)?))
        }
        "count" => {
            let [item] = bind(method, ["value"], args)?;
            let item = required(method, "value", item)?;
            Ok(Value::from(items(state, value)?.iter().filter(|held| **held == item).count()))
        }
        "index" => {
            let [item, start, stop] = bind(method, ["value", "start", "stop"], args)?;
            let item = required(method, "value", item)?;
            let all = items(state, value)?;
            let length = i64::try_from(all.len()).unwrap_or(i64::MAX);
            let place = |at: i64| if at < 0 { (at.saturating_add(length)).max(0) } else { at };
            let start = place(integer_or(method, start, 0)?);
            let stop = place(integer_or(method, stop, i64::MAX)?);
            let found = (0..length).zip(&all).find(|(at, held)| *at >= start && *at < stop && **held == item);
            found
                .map(|(at, _)| Value::from(at))
                .ok_or_else(|| refuse("`index`: the value is not in the list"))
        }
        _ => Err(unchangeable(value, method)),
    }
}

fn of_mapping(state: &State<'_, '_>, value: &Value, method: &str, args: Vec<Value>) -> Result<Value, Error> {
    match method {
        "get" => {
            let [key, default] = bind(method, ["key", "default"], args)?;
            let key = required(method, "key", key)?;
            check_key(&key)?;
            let found = value.as_object().and_then(|object| object.get_value(&key));
            Ok(found.or(default).unwrap_or(Value::from(())))
        }
        "keys" | "values" | "items" => {
            let [] = bind(method, [], args)?;
            Ok(listing(method, pairs_of(state, value)?))
        }
        "copy" => {
            let [] = bind(method, [], args)?;
            Dict::value(pairs_of(state, value)?)
        }
        _ => Err(unchangeable(value, method)),
    }
}
