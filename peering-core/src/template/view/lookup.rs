//! Look-ups in the form of Django's: `slug="x"`, `asn__gt=64500`, `autonomous_system__name__startswith="A"`.

use std::cmp::Ordering;

use minijinja::value::Kwargs;
use minijinja::{Error, ErrorKind, Value};

use super::{Address, View};

/// How a value is looked at.
const OPERATORS: [&str; 16] = [
    "exact",
    "iexact",
    "contains",
    "icontains",
    "startswith",
    "istartswith",
    "endswith",
    "iendswith",
    "gt",
    "gte",
    "lt",
    "lte",
    "in",
    "isnull",
    "range",
    "family",
];

/// Whether a value's attributes are as the look-ups say: all of them.
pub(in super::super) fn fits(value: &Value, lookups: &Kwargs) -> Result<bool, Error> {
    for name in lookups.args() {
        let wanted: Value = lookups.get(name)?;
        let mut path: Vec<&str> = name.split("__").collect();
        let operator = match path.as_slice() {
            [_, .., last] if OPERATORS.contains(last) => path.pop().unwrap_or("exact"),
            _ => "exact",
        };
        if !holds(&attribute(value, &path), operator, &wanted)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The value at the end of a path of attributes; `none` where it ends early.
fn attribute(value: &Value, path: &[&str]) -> Value {
    path.iter().fold(value.clone(), |value, name| {
        // A model's own number goes by two names.
        let name = if *name == "pk" { "id" } else { *name };
        let found = value.get_attr(name).unwrap_or_default();
        if found.is_undefined() { Value::from(()) } else { found }
    })
}

fn holds(found: &Value, operator: &str, wanted: &Value) -> Result<bool, Error> {
    let text = |value: &Value| if value.is_none() { String::new() } else { value.to_string() };
    let lower = |value: &Value| text(value).to_lowercase();
    let order = |expected: fn(Ordering) -> bool| {
        !found.is_none() && !wanted.is_none() && compare(found, wanted).is_some_and(expected)
    };
    Ok(match operator {
        "exact" => equal(found, wanted),
        "iexact" => lower(found) == lower(wanted),
        "contains" => text(found).contains(&text(wanted)),
        "icontains" => lower(found).contains(&lower(wanted)),
        "startswith" => text(found).starts_with(&text(wanted)),
        "istartswith" => lower(found).starts_with(&lower(wanted)),
        "endswith" => text(found).ends_with(&text(wanted)),
        "iendswith" => lower(found).ends_with(&lower(wanted)),
        "gt" => order(Ordering::is_gt),
        "gte" => order(Ordering::is_ge),
        "lt" => order(Ordering::is_lt),
        "lte" => order(Ordering::is_le),
        "in" => wanted.try_iter()?.any(|wanted| equal(found, &wanted)),
        "isnull" => found.is_none() == wanted.is_true(),
        "family" => {
            Address::of(found).map(|address| address.family().version()).map(Value::from)
                == Some(wanted.clone())
        }
        "range" => {
            let bounds: Vec<Value> = wanted.try_iter()?.collect();
            let [low, high] = bounds.as_slice() else {
                return Err(Error::new(ErrorKind::InvalidOperation, "`range` takes two values"));
            };
            compare(found, low).is_some_and(Ordering::is_ge)
                && compare(found, high).is_some_and(Ordering::is_le)
        }
        _ => false,
    })
}

/// Equality as a database sees it: a model by its number, an address by its text.
fn equal(found: &Value, wanted: &Value) -> bool {
    if let (Some(view), true) = (View::of(found), wanted.is_number()) {
        return view.attribute("id").is_some_and(|id| id == *wanted);
    }
    if let (Some(found), Some(wanted)) = (Address::of(found), Address::of(wanted)) {
        return found == wanted;
    }
    found == wanted
}

fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (Address::of(a), Address::of(b)) {
        return Some(a.host().cmp(&b.host()));
    }
    (a.is_number() == b.is_number()).then(|| a.cmp(b))
}

/// The order of two values by attributes; a name with `-` before it counts backwards. Values that are missing are last.
pub(super) fn compare_by(a: &Value, b: &Value, names: &[&str]) -> Ordering {
    for name in names {
        let (name, backwards) = match name.strip_prefix('-') {
            Some(name) => (name, true),
            None => (*name, false),
        };
        let path: Vec<&str> = name.split("__").collect();
        let (a, b) = (attribute(a, &path), attribute(b, &path));
        let order = a.is_none().cmp(&b.is_none()).then_with(|| compare(&a, &b).unwrap_or(Ordering::Equal));
        if order != Ordering::Equal {
            return if backwards { order.reverse() } else { order };
        }
    }
    Ordering::Equal
}
