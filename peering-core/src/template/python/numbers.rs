//! The filters that give numbers: `int`, `float`, `round`, `abs`.

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, State, Value};

use super::call::{bind, defined, given, integer, integer_or, refuse, required, undefined};
use super::operators::Number;
use super::strings::strip;
use super::text::text;
use super::{add_filters, kind};

pub(super) fn install(environment: &mut Environment<'static>) {
    add_filters(environment, &[("int", int), ("float", float), ("round", round), ("abs", abs)]);
}

fn needs_number(what: &str, value: &Value) -> Error {
    if value.is_undefined() {
        return undefined(value);
    }
    refuse(format!("`{what}` needs a number, not {}", kind(value)))
}

fn too_large(value: &Value) -> Error {
    refuse(format!("{value} is too large for a whole number of 128 bits"))
}

fn int(_: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, default, base] = bind("int", ["value", "default", "base"], args)?;
    let value = required("int", "value", value)?;
    let default = default.unwrap_or_else(|| Value::from(0));
    let base = integer_or("int", base, 10)?;
    if value.is_undefined() {
        return Err(undefined(&value));
    }
    if let (ValueKind::String, Some(text)) = (value.kind(), value.as_str()) {
        if base != 0 && !(2..=36).contains(&base) {
            return Ok(default);
        }
        if let Some(digits) = digits_of(text, u32::try_from(base).unwrap_or(10)) {
            let (negative, digits, base) = digits;
            let number = i128::from_str_radix(&digits, base).map_err(|_| too_large(&value))?;
            return Ok(Value::from(if negative { -number } else { number }));
        }
        return match parse_float(text) {
            Some(number) if number.is_finite() => truncated(number).ok_or_else(|| too_large(&value)),
            _ => Ok(default),
        };
    }
    match Number::of(&value) {
        Some(Number::Int(number)) => Ok(Value::from(number)),
        Some(Number::Float(number)) if number.is_nan() => Ok(default),
        Some(Number::Float(number)) => truncated(number).ok_or_else(|| too_large(&value)),
        None => Ok(default),
    }
}

fn truncated(number: f64) -> Option<Value> {
    let number = number.trunc();
    // The largest power of two below the type's end; every float under it is exact.
    (number.abs() < 2.0_f64.powi(127)).then(|| Value::from(number as i128))
}

/// Sign, digits and base of a whole number as Python reads it: blanks around, `_` between digits, a prefix.
fn digits_of(text: &str, base: u32) -> Option<(bool, String, u32)> {
    let text = strip(text, None, true, true);
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = text.to_lowercase();
    let prefix = [("0x", 16), ("0o", 8), ("0b", 2)]
        .into_iter()
        .find(|(prefix, of)| lower.starts_with(prefix) && (base == 0 || base == *of));
    let (digits, base) = match prefix {
        // One `_` may follow the prefix.
        Some((_, of)) => (lower.get(2..).map(|rest| rest.strip_prefix('_').unwrap_or(rest))?, of),
        None if base == 0 && lower.starts_with('0') && lower.chars().any(|c| c != '0' && c != '_') => {
            return None;
        }
        None => (lower.as_str(), if base == 0 { 10 } else { base }),
    };
    let well_formed =
        digits.split('_').all(|part| !part.is_empty() && part.chars().all(|c| c.is_digit(base)));
    well_formed.then(|| (negative, digits.replace('_', ""), base))
}

/// A float as Python reads it.
fn parse_float(text: &str) -> Option<f64> {
    let text = strip(text, None, true, true);
    if text.contains('_') {
        let between_digits = |index: usize| {
            let digit =
                |at: Option<usize>| at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
            digit(index.checked_sub(1)) && digit(Some(index + 1))
        };
        return match text.match_indices('_').all(|(index, _)| between_digits(index)) {
            true => text.replace('_', "").parse().ok(),
            false => None,
        };
    }
    text.parse().ok()
}

fn float(_: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, default] = bind("float", ["value", "default"], args)?;
    let value = required("float", "value", value)?;
    let default = default.unwrap_or_else(|| Value::from(0.0));
    if value.is_undefined() {
        return Err(undefined(&value));
    }
    let number = match (value.kind(), value.as_str()) {
        (ValueKind::String, Some(text)) => parse_float(text),
        _ => Number::of(&value).map(Number::float),
    };
    Ok(number.map_or(default, Value::from))
}

fn round(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, precision, method] = bind("round", ["value", "precision", "method"], args)?;
    let value = required("round", "value", value)?;
    defined(state, &value)?;
    let precision = given(precision).map_or(Ok(0), |precision| integer("round", &precision))?;
    let places = i32::try_from(precision).ok().filter(|places| places.abs() <= 300);
    let places = places.ok_or_else(|| refuse("`round` rounds to up to 300 places"))?;
    let number = Number::of(&value).ok_or_else(|| needs_number("round", &value))?;
    let method = method.as_ref().map(|method| text(method)).unwrap_or("common".into());
    match (&*method, number) {
        ("common", Number::Int(number)) => Ok(Value::from(round_whole(number, places)?)),
        ("common", Number::Float(number)) => Ok(Value::from(round_float(number, places))),
        ("ceil" | "floor", number) => {
            let scaled = if places < 0 {
                number.float() * 10_f64.powi(places)
            } else {
                number.float()
                    * 10_i128.checked_pow(places.unsigned_abs()).map_or(f64::INFINITY, |n| n as f64)
            };
            let whole = if method == "ceil" { scaled.ceil() } else { scaled.floor() };
            if !whole.is_finite() {
                return Err(too_large(&value));
            }
            Ok(Value::from(whole / 10_f64.powi(places)))
        }
        _ => Err(refuse("`round` is `common`, `ceil` or `floor`")),
    }
}

/// Halves go to the even neighbour, as everywhere in Python.
fn round_whole(number: i128, places: i32) -> Result<i128, Error> {
    if places >= 0 {
        return Ok(number);
    }
    let Some(unit) = 10_i128.checked_pow(places.unsigned_abs()) else { return Ok(0) };
    let (down, rest) = (number.div_euclid(unit), number.rem_euclid(unit));
    let up = rest > unit - rest || (rest == unit - rest && down % 2 != 0);
    (down + i128::from(up)).checked_mul(unit).ok_or_else(|| refuse("this number is too large to round up"))
}

fn round_float(number: f64, places: i32) -> f64 {
    if !number.is_finite() {
        return number;
    }
    if let Ok(places) = usize::try_from(places) {
        // Printing rounds the exact binary value, which is what Python does.
        return format!("{number:.places$}").parse().unwrap_or(number);
    }
    let unit = 10_f64.powi(-places);
    let scaled = number / unit;
    let rounded = scaled.round_ties_even();
    if rounded.is_finite() { rounded * unit } else { number }
}

fn abs(_: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value] = bind("abs", ["x"], args)?;
    let value = required("abs", "x", value)?;
    match Number::of(&value) {
        Some(Number::Int(number)) => number.checked_abs().map(Value::from).ok_or_else(|| too_large(&value)),
        Some(Number::Float(number)) => Ok(Value::from(number.abs())),
        None => Err(needs_number("abs", &value)),
    }
}
