//! Python's operators where the engine's differ, as functions that the loader writes into the template.

use minijinja::value::{Tuple, ValueKind};
use minijinja::{Error, State, Value};

use super::super::view::is_password;
use super::call::{charge, defined, integer, refuse, undefined};
use super::functions::Range;
use super::list::List;
use super::text::text;
use super::{format, is_list, is_tuple, items, kind};

/// A number, with bools as the numbers that they are.
#[derive(Clone, Copy)]
pub(super) enum Number {
    Int(i128),
    Float(f64),
}

impl Number {
    pub(super) fn of(value: &Value) -> Option<Number> {
        match value.kind() {
            ValueKind::Bool => Some(Number::Int(i128::from(value.is_true()))),
            ValueKind::Number if value.is_integer() => i128::try_from(value.clone()).ok().map(Number::Int),
            ValueKind::Number => f64::try_from(value.clone()).ok().map(Number::Float),
            _ => None,
        }
    }

    pub(super) fn is_zero(self) -> bool {
        self.float() == 0.0
    }

    pub(super) fn float(self) -> f64 {
        match self {
            Number::Int(number) => number as f64,
            Number::Float(number) => number,
        }
    }
}

fn too_large() -> Error {
    refuse("this number is too large: whole numbers have 128 bits here")
}

fn no_operator(operator: &str, a: &Value, b: &Value) -> Error {
    for value in [a, b] {
        if value.is_undefined() {
            return undefined(value);
        }
    }
    refuse(format!("{operator} knows nothing to do with {} and {}", kind(a), kind(b)))
}

/// Texts put together. With text among them that is exempt from the guard, or with a password, which the formatter
/// writes as it is or refuses, the rest is guarded first and the whole is exempt.
pub(super) fn join(state: &mut State<'_, '_>, parts: Vec<Value>) -> Result<Value, Error> {
    let exempt = parts.iter().any(|part| part.is_safe() || is_password(part));
    let mut joined = String::new();
    for part in parts {
        defined(state, &part)?;
        if exempt && !part.is_safe() {
            joined.push_str(&state.format(part)?);
        } else {
            joined.push_str(&text(&part));
        }
    }
    charge(state, joined.len())?;
    Ok(if exempt { Value::from_safe_string(joined) } else { Value::from(joined) })
}

/// `a + b`
pub(super) fn add(state: &mut State<'_, '_>, a: Value, b: Value) -> Result<Value, Error> {
    if a.kind() == ValueKind::String && b.kind() == ValueKind::String {
        return join(state, vec![a, b]);
    }
    if (is_list(&a) && is_list(&b)) || (is_tuple(&a) && is_tuple(&b)) {
        let mut all = items(state, &a)?;
        all.extend(items(state, &b)?);
        return Ok(if is_tuple(&a) { Value::from(Tuple::from(all)) } else { List::value(all) });
    }
    match (Number::of(&a), Number::of(&b)) {
        (Some(Number::Int(a)), Some(Number::Int(b))) => {
            a.checked_add(b).map(Value::from).ok_or_else(too_large)
        }
        (Some(a), Some(b)) => Ok(Value::from(a.float() + b.float())),
        _ => Err(no_operator("+", &a, &b)),
    }
}

/// `a * b`
pub(super) fn multiply(state: &State<'_, '_>, a: &Value, b: &Value) -> Result<Value, Error> {
    if let (Some(a), Some(b)) = (Number::of(a), Number::of(b)) {
        return match (a, b) {
            (Number::Int(a), Number::Int(b)) => a.checked_mul(b).map(Value::from).ok_or_else(too_large),
            (a, b) => Ok(Value::from(a.float() * b.float())),
        };
    }
    let (repeated, times) = if Number::of(b).is_some() { (a, b) } else { (b, a) };
    let is_text = repeated.kind() == ValueKind::String;
    if !(is_text || is_list(repeated) || is_tuple(repeated)) || Number::of(times).is_none() {
        return Err(no_operator("*", a, b));
    }
    let times = usize::try_from(integer("*", times)?).unwrap_or(0);
    if let (true, Some(part)) = (is_text, repeated.as_str()) {
        charge(state, part.len().saturating_mul(times))?;
        let text = part.repeat(times);
        return Ok(if repeated.is_safe() { Value::from_safe_string(text) } else { Value::from(text) });
    }
    let part = items(state, repeated)?;
    charge(state, part.len().saturating_mul(times).saturating_mul(size_of::<Value>()))?;
    let all: Vec<Value> = std::iter::repeat_n(&part, times).flatten().cloned().collect();
    Ok(if is_tuple(repeated) { Value::from(Tuple::from(all)) } else { List::value(all) })
}

/// `a % b`: formats text, else the remainder with the divisor's sign.
pub(super) fn modulo(state: &mut State<'_, '_>, a: &Value, b: &Value) -> Result<Value, Error> {
    if a.kind() == ValueKind::String {
        return format::percent(state, a, b);
    }
    divide(a, b, "%").map(|(_, remainder)| remainder)
}

/// `a // b`: rounded down.
pub(super) fn floor_divide(a: &Value, b: &Value) -> Result<Value, Error> {
    divide(a, b, "//").map(|(quotient, _)| quotient)
}

fn divide(a: &Value, b: &Value, operator: &str) -> Result<(Value, Value), Error> {
    match (Number::of(a), Number::of(b)) {
        (Some(_), Some(Number::Int(0))) => Err(refuse(format!("{operator} by zero"))),
        (Some(Number::Int(a)), Some(Number::Int(b))) => {
            let (Some(quotient), Some(remainder)) = (a.checked_div(b), a.checked_rem(b)) else {
                return Err(too_large());
            };
            let down = remainder != 0 && (remainder < 0) != (b < 0);
            let (quotient, remainder) =
                if down { (quotient - 1, remainder + b) } else { (quotient, remainder) };
            Ok((Value::from(quotient), Value::from(remainder)))
        }
        (Some(_), Some(b)) if b.float() == 0.0 => Err(refuse(format!("{operator} by zero"))),
        (Some(a), Some(b)) => {
            let (quotient, remainder) = divide_floats(a.float(), b.float());
            Ok((Value::from(quotient), Value::from(remainder)))
        }
        _ => Err(no_operator(operator, a, b)),
    }
}

/// CPython's `divmod` of floats, to the last bit.
fn divide_floats(a: f64, b: f64) -> (f64, f64) {
    let mut remainder = a % b;
    let mut quotient = (a - remainder) / b;
    if remainder == 0.0 {
        remainder = 0.0_f64.copysign(b);
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0_f64.copysign(a / b), remainder);
    }
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, remainder)
}

/// `value[start:stop:step]`
pub(super) fn slice(
    state: &State<'_, '_>,
    value: &Value,
    start: &Value,
    stop: &Value,
    step: &Value,
) -> Result<Value, Error> {
    defined(state, value)?;
    let bound = |value: &Value| match value.is_none() {
        true => Ok(None),
        false => integer("a slice", value).map(Some),
    };
    let (start, stop, step) = (bound(start)?, bound(stop)?, bound(step)?.unwrap_or(1));
    if step == 0 {
        return Err(refuse("a slice cannot have a step of 0"));
    }
    if let Some(range) = value.downcast_object_ref::<Range>() {
        let (start, stop) = bounds(value.len().unwrap_or(0), start, stop, step);
        return Ok(range.slice(start, stop, step));
    }
    match value.kind() {
        ValueKind::String => {
            let chars: Vec<char> = value.as_str().unwrap_or_default().chars().collect();
            let text: String = steps(chars.len(), start, stop, step).filter_map(|at| chars.get(at)).collect();
            Ok(format::piece(value, &text))
        }
        ValueKind::Seq | ValueKind::Iterable => {
            let all = items(state, value)?;
            let part: Vec<Value> =
                steps(all.len(), start, stop, step).filter_map(|at| all.get(at)).cloned().collect();
            Ok(if is_tuple(value) { Value::from(Tuple::from(part)) } else { List::value(part) })
        }
        ValueKind::Undefined => Err(undefined(value)),
        _ => Err(refuse(format!("{} cannot be sliced", kind(value)))),
    }
}

/// Where a slice begins and ends.
fn bounds(length: usize, start: Option<i64>, stop: Option<i64>, step: i64) -> (i64, i64) {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let (lowest, highest) = if step < 0 { (-1, length - 1) } else { (0, length) };
    let clamp = |at: i64| if at < 0 { (at.saturating_add(length)).max(lowest) } else { at.min(highest) };
    let (first, last) = if step < 0 { (highest, lowest) } else { (lowest, highest) };
    (start.map_or(first, clamp), stop.map_or(last, clamp))
}

/// The places that a slice takes, in its order.
fn steps(length: usize, start: Option<i64>, stop: Option<i64>, step: i64) -> impl Iterator<Item = usize> {
    let (start, stop) = bounds(length, start, stop, step);
    std::iter::successors(Some(start), move |at| at.checked_add(step))
        .take_while(move |at| if step < 0 { *at > stop } else { *at < stop })
        .filter_map(|at| usize::try_from(at).ok())
}

/// What `for` may loop over, unchanged.
pub(super) fn iterate(state: &State<'_, '_>, value: Value) -> Result<Value, Error> {
    defined(state, &value)?;
    if value.is_undefined() {
        return Ok(List::value(Vec::new()));
    }
    if value.is_none() || value.try_iter().is_err() {
        return Err(refuse(format!("{} cannot be looped over", kind(&value))));
    }
    Ok(value)
}
