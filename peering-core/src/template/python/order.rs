//! What is less than what, and what is in what: Python's rules, which refuse what has no order.

use std::cmp::Ordering;

use minijinja::value::ValueKind;
use minijinja::{Error, State, Value};

use super::call::{defined, refuse, undefined};
use super::text::text;
use super::{is_list, is_tuple, kind};

/// The order of two values; `None` where a NaN is involved.
///
/// # Errors
/// Values of kinds that have no order among each other, or something undefined.
pub(super) fn order(a: &Value, b: &Value) -> Result<Option<Ordering>, Error> {
    for value in [a, b] {
        if value.is_undefined() {
            return Err(undefined(value));
        }
    }
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        let is_nan = |value: &Value| f64::try_from(value.clone()).is_ok_and(f64::is_nan);
        return Ok(if is_nan(&a) || is_nan(&b) { None } else { Some(a.cmp(&b)) });
    }
    if a.kind() == ValueKind::String
        && b.kind() == ValueKind::String
        && let (Some(a), Some(b)) = (a.as_str(), b.as_str())
    {
        return Ok(Some(a.cmp(b)));
    }
    if (is_list(a) && is_list(b)) || (is_tuple(a) && is_tuple(b)) {
        let (mut left, mut right) = (a.try_iter()?, b.try_iter()?);
        loop {
            return match (left.next(), right.next()) {
                (Some(a), Some(b)) if a == b => continue,
                (Some(a), Some(b)) => order(&a, &b),
                (None, None) => Ok(Some(Ordering::Equal)),
                (None, Some(_)) => Ok(Some(Ordering::Less)),
                (Some(_), None) => Ok(Some(Ordering::Greater)),
            };
        }
    }
    Err(refuse(format!("{} and {} have no order", kind(a), kind(b))))
}

/// A number, with bools as the numbers that they are.
fn number(value: &Value) -> Option<Value> {
    match value.kind() {
        ValueKind::Bool => Some(Value::from(i64::from(value.is_true()))),
        ValueKind::Number => Some(value.clone()),
        _ => None,
    }
}

/// One comparison by its operator.
pub(super) fn compare(state: &State<'_, '_>, a: &Value, operator: &str, b: &Value) -> Result<bool, Error> {
    match operator {
        "<" => Ok(order(a, b)? == Some(Ordering::Less)),
        "<=" => Ok(matches!(order(a, b)?, Some(Ordering::Less | Ordering::Equal))),
        ">" => Ok(order(a, b)? == Some(Ordering::Greater)),
        ">=" => Ok(matches!(order(a, b)?, Some(Ordering::Greater | Ordering::Equal))),
        "==" | "!=" => {
            defined(state, a)?;
            defined(state, b)?;
            Ok((a == b) == (operator == "=="))
        }
        "in" => contains(state, b, a),
        "not in" => Ok(!contains(state, b, a)?),
        _ => Err(refuse(format!("{operator:?} compares nothing"))),
    }
}

/// `a < b == c …`: true if every neighbouring pair compares.
pub(super) fn chain(state: &State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
    let mut left = args.first();
    for pair in args.get(1..).unwrap_or_default().chunks(2) {
        let (Some(a), [operator, b]) = (left, pair) else {
            return Err(refuse("a comparison needs a value on each side"));
        };
        if !compare(state, a, &text(operator), b)? {
            return Ok(Value::from(false));
        }
        left = Some(b);
    }
    Ok(Value::from(true))
}

/// Whether a container holds an item.
pub(super) fn contains(state: &State<'_, '_>, container: &Value, item: &Value) -> Result<bool, Error> {
    defined(state, container)?;
    defined(state, item)?;
    match container.kind() {
        ValueKind::Undefined => Ok(false),
        ValueKind::String => match (container.as_str(), item.as_str()) {
            (Some(container), Some(item)) if item.len() <= container.len() => Ok(container.contains(item)),
            (Some(_), Some(_)) => Ok(false),
            _ if item.is_undefined() => Err(undefined(item)),
            _ => Err(refuse(format!("a str can hold a str, not {}", kind(item)))),
        },
        ValueKind::Map => {
            super::dict::check_key(item)?;
            Ok(container.as_object().is_some_and(|object| object.get_value(item).is_some()))
        }
        ValueKind::Seq | ValueKind::Iterable => {
            state.consume_fuel(container.len().unwrap_or(1) as u64)?;
            Ok(container.try_iter()?.any(|held| held == *item))
        }
        _ => Err(refuse(format!("{} holds nothing that `in` could find", kind(container)))),
    }
}

pub(super) fn find(items: &[Value], wanted: &Value) -> Option<usize> {
    items.iter().position(|item| item == wanted)
}

/// Python's `sorted`: stable, also in reverse.
pub(super) fn sorted(items: Vec<Value>, reverse: bool) -> Result<Vec<Value>, Error> {
    let keyed = items.into_iter().map(|item| (item.clone(), item)).collect();
    Ok(sorted_by_key(keyed, reverse)?.into_iter().map(|(_, item)| item).collect())
}

/// Items in the order of their keys.
pub(super) fn sorted_by_key<T>(mut items: Vec<(Value, T)>, reverse: bool) -> Result<Vec<(Value, T)>, Error> {
    // Reversed before and after, equal ones keep their order.
    if reverse {
        items.reverse();
    }
    let mut sorted = merge_sort(items)?;
    if reverse {
        sorted.reverse();
    }
    Ok(sorted)
}

/// The library's sorts cannot fail midway, and may panic if an order is none.
fn merge_sort<T>(mut items: Vec<(Value, T)>) -> Result<Vec<(Value, T)>, Error> {
    if items.len() < 2 {
        return Ok(items);
    }
    let right = items.split_off(items.len() / 2);
    let mut left = merge_sort(items)?.into_iter().peekable();
    let mut right = merge_sort(right)?.into_iter().peekable();
    let mut merged = Vec::with_capacity(left.len() + right.len());
    while let (Some((a, _)), Some((b, _))) = (left.peek(), right.peek()) {
        let smaller = if order(b, a)? == Some(Ordering::Less) { &mut right } else { &mut left };
        merged.extend(smaller.next());
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}
