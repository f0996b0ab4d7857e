//! `'…' % values`, and what it has in common with [`braces`](super::braces). The walk over the text, the texts of
//! values and the guard are ours; numbers are formatted by the engine's own formatter.

use minijinja::formatting::{self, FormatStyle};
use minijinja::value::ValueKind;
use minijinja::{Error, State, Value};

use super::call::{charge, defined, integer, refuse, undefined};
use super::operators::{Number, join};
use super::text::{repr, text};
use super::{is_tuple, kind};

/// The formatted pieces, put together by the rule of [`join`] as if the format string were one of them.
pub(super) fn finish(state: &mut State<'_, '_>, format: &Value, pieces: Vec<Value>) -> Result<Value, Error> {
    let literal = |piece: Value| match (format.is_safe(), piece.downcast_object_ref::<Literal>()) {
        (true, Some(literal)) => Value::from_safe_string(literal.0.clone()),
        (false, Some(literal)) => Value::from(literal.0.as_str()),
        (_, None) => piece,
    };
    let pieces = pieces.into_iter().map(literal).collect();
    join(state, pieces)
}

/// Text of the format string itself, as safe as that is.
#[derive(Debug)]
struct Literal(String);

impl minijinja::value::Object for Literal {}

pub(super) fn push_literal(pieces: &mut Vec<Value>, literal: &mut String) {
    if !literal.is_empty() {
        pieces.push(Value::from_object(Literal(std::mem::take(literal))));
    }
}

/// A value as text of at least that width.
pub(super) fn pad(text: &str, width: usize, align: char, fill: char) -> String {
    let missing = width.saturating_sub(text.chars().count());
    let left = match align {
        '>' | '=' => missing,
        '^' => missing / 2,
        _ => 0,
    };
    let fill = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    format!("{}{text}{}", fill(left), fill(missing - left))
}

/// Text that was made of a value's only, as safe as that is.
pub(super) fn like(value: &Value, text: String) -> Value {
    if value.is_safe() { Value::from_safe_string(text) } else { Value::from(text) }
}

/// A piece of a value's text. A cut may end in the middle of what the guard wrote, so a piece is guarded again.
pub(super) fn piece(value: &Value, text: &str) -> Value {
    if value.is_safe() && value.as_str() == Some(text) { value.clone() } else { Value::from(text) }
}

/// Where `%` takes its values from.
struct Source<'a> {
    values: Vec<Value>,
    next: usize,
    mapping: Option<&'a Value>,
}

impl Source<'_> {
    fn next(&mut self) -> Result<Value, Error> {
        self.next += 1;
        self.values.get(self.next - 1).cloned().ok_or_else(|| refuse("`%` has too few values for its text"))
    }
}

/// Python's `text % values`: a tuple gives its items, anything else is the one value.
pub(super) fn percent(state: &mut State<'_, '_>, format: &Value, values: &Value) -> Result<Value, Error> {
    let mut source = Source {
        values: if is_tuple(values) { values.try_iter()?.collect() } else { vec![values.clone()] },
        next: 0,
        mapping: (values.kind() == ValueKind::Map).then_some(values),
    };
    // Python does not miss a single value that could be asked for a key.
    let has_items = matches!(values.kind(), ValueKind::Seq | ValueKind::Iterable | ValueKind::Undefined);
    let may_be_left = source.mapping.is_some() || (has_items && !is_tuple(values));
    let (mut pieces, mut literal) = (Vec::new(), String::new());
    let text = format.as_str().unwrap_or_default();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '%' {
            literal.push(c);
            continue;
        }
        let mut from_mapping = None;
        let mut spec = Percent::default();
        let conversion = loop {
            match rest.next() {
                Some('(') if spec.is_empty() && from_mapping.is_none() => {
                    from_mapping = Some(mapped(&mut rest, source.mapping)?);
                }
                Some(flag @ ('-' | '+' | ' ' | '#' | '0')) if !spec.has_size() => spec.flags.push(flag),
                Some('*') => match spec.precision.is_some() {
                    true => spec.precision = Some(integer("%*", &source.next()?)?.to_string()),
                    false => spec.set_width(integer("%*", &source.next()?)?),
                },
                Some('.') if spec.precision.is_none() => spec.precision = Some(String::new()),
                Some(digit @ '0'..='9') => spec.precision.as_mut().unwrap_or(&mut spec.width).push(digit),
                Some('h' | 'l' | 'L') => {}
                Some(conversion) => break conversion,
                None => return Err(refuse("a `%` ends the text: write `%%`")),
            }
        };
        if conversion == '%' {
            if !spec.is_empty() || from_mapping.is_some() {
                return Err(refuse("a `%` between a `%` and its conversion"));
            }
            literal.push('%');
            continue;
        }
        let value = match from_mapping {
            Some(value) => value,
            None => source.next()?,
        };
        push_literal(&mut pieces, &mut literal);
        pieces.push(spec.apply(state, conversion, &value)?);
    }
    push_literal(&mut pieces, &mut literal);
    if source.next < source.values.len() && !may_be_left {
        return Err(refuse("`%` has more values than its text takes"));
    }
    finish(state, format, pieces)
}

/// The value of `(name)`; the parentheses may nest.
fn mapped(rest: &mut std::str::Chars<'_>, mapping: Option<&Value>) -> Result<Value, Error> {
    let (mut name, mut depth) = (String::new(), 1);
    for c in rest.by_ref() {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth == 0 {
            break;
        }
        name.push(c);
    }
    let mapping = mapping.ok_or_else(|| refuse(format!("`%({name})` needs a dict to look in")))?;
    let object = mapping.as_object();
    object
        .and_then(|object| object.get_value_by_str(&name))
        .ok_or_else(|| refuse(format!("`%({name})`: there is no such key")))
}

#[derive(Default)]
struct Percent {
    flags: String,
    width: String,
    precision: Option<String>,
}

impl Percent {
    fn is_empty(&self) -> bool {
        self.flags.is_empty() && !self.has_size()
    }

    fn has_size(&self) -> bool {
        !self.width.is_empty() || self.precision.is_some()
    }

    fn set_width(&mut self, width: i64) {
        if width < 0 {
            self.flags.push('-');
        }
        self.width = width.unsigned_abs().to_string();
    }

    fn size(digits: &str) -> Result<usize, Error> {
        match digits {
            "" => Ok(0),
            _ => digits.parse().map_err(|_| refuse(format!("{digits:?} is no width"))),
        }
    }

    fn apply(&self, state: &State<'_, '_>, conversion: char, value: &Value) -> Result<Value, Error> {
        defined(state, value)?;
        let width = Percent::size(&self.width)?;
        let precision = self.precision.as_deref().map(Percent::size).transpose()?;
        charge(state, width.saturating_add(precision.unwrap_or(0)))?;
        let align = if self.flags.contains('-') { '<' } else { '>' };
        let number = || {
            Number::of(value).ok_or_else(|| match value.is_undefined() {
                true => undefined(value),
                false => refuse(format!("`%{conversion}` needs a number, not {}", kind(value))),
            })
        };
        let number = match conversion {
            's' | 'r' | 'a' => {
                let whole = if conversion == 's' { text(value) } else { repr(value).into() };
                let cut: String = whole.chars().take(precision.unwrap_or(usize::MAX)).collect();
                let padded = pad(&cut, width, align, ' ');
                let whole = conversion == 's' && cut == whole;
                return Ok(if whole { like(value, padded) } else { Value::from(padded) });
            }
            'c' => {
                let one = match value.as_str().map(|text| (text.chars().next(), text.chars().nth(1))) {
                    Some((Some(c), None)) => Some(c),
                    Some(_) => None,
                    None => u32::try_from(integer("%c", value)?).ok().and_then(char::from_u32),
                };
                let one = one.ok_or_else(|| refuse("`%c` needs one character or its number"))?;
                return Ok(Value::from(pad(&one.to_string(), width, align, ' ')));
            }
            'd' | 'i' | 'u' => match number()? {
                Number::Float(float) if float.is_finite() => Number::Int(float.trunc() as i128),
                Number::Float(_) => return Err(refuse("an infinite number has no digits")),
                whole => whole,
            },
            'x' | 'X' | 'o' => match number()? {
                Number::Float(_) => return Err(refuse(format!("`%{conversion}` needs a whole number"))),
                whole => whole,
            },
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => Number::Float(number()?.float()),
            _ => return Err(refuse(format!("`%{conversion}` is no conversion; write `%%` for a `%`"))),
        };
        let number = match number {
            Number::Int(number) => return Ok(Value::from(self.whole(conversion, number, width, precision))),
            Number::Float(number) => Value::from(number),
        };
        let precision = self.precision.as_ref().map(|digits| format!(".{digits}")).unwrap_or_default();
        let spec = format!("%{}{}{precision}{conversion}", self.flags, self.width);
        formatting::format(FormatStyle::Printf, &spec, &[number]).map(Value::from)
    }

    /// A whole number, whose precision is the least count of its digits.
    fn whole(&self, conversion: char, number: i128, width: usize, precision: Option<usize>) -> String {
        let flag = |flag: char| self.flags.contains(flag);
        let magnitude = number.unsigned_abs();
        let (digits, prefix) = match conversion {
            'x' => (format!("{magnitude:x}"), "0x"),
            'X' => (format!("{magnitude:X}"), "0X"),
            'o' => (format!("{magnitude:o}"), "0o"),
            _ => (magnitude.to_string(), ""),
        };
        let sign = match number < 0 {
            true => "-",
            false if flag('+') => "+",
            false if flag(' ') => " ",
            false => "",
        };
        let before = format!("{sign}{}", if flag('#') { prefix } else { "" });
        let mut digits = pad(&digits, precision.unwrap_or(0), '>', '0');
        if flag('0') && !flag('-') {
            digits = pad(&digits, width.saturating_sub(before.len()), '>', '0');
        }
        pad(&format!("{before}{digits}"), width, if flag('-') { '<' } else { '>' }, ' ')
    }
}
