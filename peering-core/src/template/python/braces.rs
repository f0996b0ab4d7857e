//! `'…'.format(values)` and the mini-language of its fields. Signs and paddings are ours; digits are the engine's own
//! formatter's.

use minijinja::formatting::{self, FormatStyle};
use minijinja::value::ValueKind;
use minijinja::{Error, State, Value};

use super::call::{charge, defined, refuse, split};
use super::format::{finish, like, pad, push_literal};
use super::kind;
use super::operators::Number;
use super::text::{repr, text};

/// The values of `'…'.format(…)`.
struct Fields<'a> {
    positional: &'a [Value],
    named: &'a dyn Fn(&str) -> Option<Value>,
    next: usize,
    numbered: Option<bool>,
}

/// Python's `text.format(…)`.
pub(super) fn format(state: &mut State<'_, '_>, format: &Value, args: Vec<Value>) -> Result<Value, Error> {
    let (positional, named) = split(args);
    let find = |name: &str| named.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    fill(state, format, Fields { positional: &positional, named: &find, next: 0, numbered: None })
}

/// Python's `text.format_map(mapping)`.
pub(super) fn format_map(state: &mut State<'_, '_>, format: &Value, mapping: &Value) -> Result<Value, Error> {
    let find = |name: &str| mapping.as_object().and_then(|object| object.get_value_by_str(name));
    fill(state, format, Fields { positional: &[], named: &find, next: 0, numbered: None })
}

fn fill(state: &mut State<'_, '_>, format: &Value, mut fields: Fields<'_>) -> Result<Value, Error> {
    let (mut pieces, mut literal) = (Vec::new(), String::new());
    let mut rest = format.as_str().unwrap_or_default();
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if (c == '{' && after.starts_with('{')) || (c == '}' && after.starts_with('}')) {
            literal.push(c);
            rest = after.get(1..).unwrap_or_default();
        } else if c == '{' {
            let end = closing(after).ok_or_else(|| refuse("a `{` in the text has no `}`"))?;
            push_literal(&mut pieces, &mut literal);
            pieces.push(field(state, after.get(..end).unwrap_or_default(), &mut fields)?);
            rest = after.get(end + 1..).unwrap_or_default();
        } else if c == '}' {
            return Err(refuse("a `}` in the text has no `{`: write `}}`"));
        } else {
            literal.push(c);
            rest = after;
        }
    }
    push_literal(&mut pieces, &mut literal);
    finish(state, format, pieces)
}

/// Where the `}` is that closes a field which has begun; brackets hide braces.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut bracket) = (0, false);
    for (index, c) in text.char_indices() {
        match c {
            ']' if bracket => bracket = false,
            _ if bracket => {}
            '[' if depth == 0 => bracket = true,
            '{' => depth += 1,
            '}' if depth == 0 => return Some(index),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `name!conversion:spec`
fn field(state: &State<'_, '_>, source: &str, fields: &mut Fields<'_>) -> Result<Value, Error> {
    let end = name_end(source);
    let (name, mut rest) = source.split_at_checked(end).unwrap_or((source, ""));
    let value = look_up(state, name, fields)?;
    let mut conversion = None;
    if let Some(after) = rest.strip_prefix('!') {
        conversion = after.chars().next();
        rest = after.get(conversion.map_or(0, char::len_utf8)..).unwrap_or_default();
    }
    let spec = match rest.strip_prefix(':') {
        Some(spec) => nested(state, spec, fields)?,
        None if rest.is_empty() => String::new(),
        None => return Err(refuse(format!("{{{source}}} is no field of a format"))),
    };
    defined(state, &value)?;
    match conversion {
        None => formatted(state, &value, &spec),
        Some('s') => formatted(state, &like(&value, text(&value).into_owned()), &spec),
        Some('r' | 'a') => formatted(state, &Value::from(repr(&value)), &spec),
        Some(other) => Err(refuse(format!("`!{other}` is no conversion: there are !s and !r"))),
    }
}

fn name_end(source: &str) -> usize {
    let mut bracket = false;
    for (index, c) in source.char_indices() {
        match c {
            '[' => bracket = true,
            ']' => bracket = false,
            '!' | ':' if !bracket => return index,
            _ => {}
        }
    }
    source.len()
}

/// Fields within a spec, as in `{:>{width}}`.
fn nested(state: &State<'_, '_>, spec: &str, fields: &mut Fields<'_>) -> Result<String, Error> {
    let (mut out, mut rest) = (String::new(), spec);
    while let Some((before, after)) = rest.split_once('{') {
        let (inner, after) = after.split_once('}').ok_or_else(|| refuse("a `{` in a format has no `}`"))?;
        out.push_str(before);
        out.push_str(&text(&field(state, inner, fields)?));
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// What a field names; attributes and items as the template language finds them.
fn look_up(state: &State<'_, '_>, name: &str, fields: &mut Fields<'_>) -> Result<Value, Error> {
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let (first, mut path) = name.split_at_checked(end).unwrap_or((name, ""));
    let automatic = first.is_empty();
    let index = if automatic { Some(fields.next) } else { first.parse::<usize>().ok() };
    let mut value = match index {
        Some(index) => {
            if fields.numbered.replace(!automatic).is_some_and(|numbered| numbered == automatic) {
                return Err(refuse("a format either numbers its fields or does not"));
            }
            fields.next += usize::from(automatic);
            fields.positional.get(index).cloned()
        }
        None => (fields.named)(first),
    }
    .ok_or_else(|| refuse(format!("`format` has no value for {{{first}}}")))?;
    while !path.is_empty() {
        let malformed = || refuse(format!("{{{name}}} is no field of a format"));
        if let Some(after) = path.strip_prefix('[') {
            let (key, after) = after.split_once(']').ok_or_else(malformed)?;
            let key = key.parse::<u64>().map_or_else(|_| Value::from(key), Value::from);
            value = value.get_item(&key)?;
            path = after;
        } else if let Some(after) = path.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (key, after) = after.split_at_checked(end).unwrap_or((after, ""));
            value = value.get_attr(key)?;
            path = after;
        } else {
            return Err(malformed());
        }
    }
    defined(state, &value)?;
    Ok(value)
}

/// Python's `format(value, spec)`.
fn formatted(state: &State<'_, '_>, value: &Value, spec: &str) -> Result<Value, Error> {
    if spec.is_empty() {
        return Ok(like(value, text(value).into_owned()));
    }
    let parsed = Spec::of(spec).ok_or_else(|| refuse(format!("{spec:?} is no format")))?;
    charge(state, parsed.width.saturating_add(parsed.precision.unwrap_or(0)))?;
    match value.kind() {
        ValueKind::String => parsed.apply_to_text(spec, value),
        ValueKind::Bool | ValueKind::Number => match Number::of(value) {
            Some(number) => parsed.apply_to_number(number).map(Value::from),
            None => Err(refuse(format!("{value} is too large to be formatted"))),
        },
        _ => Err(refuse(format!("{} takes no format {spec:?}; write !s before the colon", kind(value)))),
    }
}

/// `[[fill]align][sign][#][0][width][grouping][.precision][type]`
#[derive(Default)]
struct Spec {
    fill: Option<char>,
    align: Option<char>,
    sign: Option<char>,
    alternate: bool,
    zero: bool,
    width: usize,
    grouping: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

impl Spec {
    fn of(source: &str) -> Option<Spec> {
        let mut spec = Spec::default();
        let mut chars = source.chars().peekable();
        let is_align = |c: &char| "<>^=".contains(*c);
        if source.chars().nth(1).as_ref().is_some_and(is_align) {
            spec.fill = chars.next();
        }
        spec.align = chars.next_if(is_align);
        spec.sign = chars.next_if(|c| "+- ".contains(*c));
        spec.alternate = chars.next_if_eq(&'#').is_some();
        spec.zero = chars.next_if_eq(&'0').is_some();
        let number = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| {
            let mut digits = String::new();
            while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                digits.push(digit);
            }
            (!digits.is_empty()).then(|| digits.parse().unwrap_or(usize::MAX))
        };
        spec.width = number(&mut chars).unwrap_or(0);
        spec.grouping = chars.next_if(|c| ",_".contains(*c));
        if chars.next_if_eq(&'.').is_some() {
            spec.precision = Some(number(&mut chars)?);
        }
        spec.kind = chars.next();
        chars.next().is_none().then_some(spec)
    }

    fn apply_to_text(&self, source: &str, value: &Value) -> Result<Value, Error> {
        let numeric =
            self.sign.is_some() || self.alternate || self.grouping.is_some() || self.align == Some('=');
        if numeric || self.kind.is_some_and(|kind| kind != 's') {
            return Err(refuse(format!("{source:?} is no format for a str")));
        }
        let most = self.precision.unwrap_or(usize::MAX);
        let cut: String = value.as_str().unwrap_or_default().chars().take(most).collect();
        let fill = self.fill.unwrap_or(if self.zero { '0' } else { ' ' });
        let padded = pad(&cut, self.width, self.align.unwrap_or('<'), fill);
        // The fill may be a stranger's, and a piece is guarded again.
        let whole = value.as_str() == Some(&*cut);
        Ok(if whole && (fill == ' ' || fill == '0') { like(value, padded) } else { Value::from(padded) })
    }

    fn apply_to_number(&self, number: Number) -> Result<String, Error> {
        let negative = match number {
            Number::Int(number) => number < 0,
            Number::Float(number) => number.is_sign_negative() && !number.is_nan(),
        };
        let sign = match self.sign {
            _ if negative => "-",
            Some('+') => "+",
            Some(' ') => " ",
            _ => "",
        };
        let fill = self.fill.unwrap_or(if self.zero { '0' } else { ' ' });
        let align = self.align.unwrap_or(if self.zero { '=' } else { '>' });
        let inner = if align == '=' && fill == '0' { self.width.saturating_sub(sign.len()) } else { 0 };
        let body = self.magnitude(number, inner)?;
        if align == '=' {
            return Ok(format!("{sign}{}", pad(&body, self.width.saturating_sub(sign.len()), '>', fill)));
        }
        Ok(pad(&format!("{sign}{body}"), self.width, align, fill))
    }

    /// The digits without sign, filled up with zeros to a width: zeros are grouped, too.
    fn magnitude(&self, number: Number, width: usize) -> Result<String, Error> {
        let float = |number: f64| Value::from(number.abs());
        let is_float = |kind: char| "eEfFgG%".contains(kind);
        if matches!(number, Number::Int(_)) && self.precision.is_some() && !self.kind.is_some_and(is_float) {
            return Err(refuse("a whole number has no precision"));
        }
        let (number, kind, after) = match (number, self.kind) {
            (Number::Int(number), Some('n')) => (Value::from(number.unsigned_abs()), Some('d'), ""),
            (Number::Float(number), Some('n')) => (float(number), Some('g'), ""),
            (number, Some('%')) => (float(number.float() * 100.0), Some('f'), "%"),
            (Number::Int(number), Some(kind @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G'))) => {
                (float(number as f64), Some(kind), "")
            }
            (Number::Int(number), kind) => (Value::from(number.unsigned_abs()), kind, ""),
            (Number::Float(number), kind) => (float(number), kind, ""),
        };
        if self.kind.is_none() && self.precision.is_some() && Number::of(&number).is_some_and(Number::is_zero)
        {
            return Ok("0.0".to_owned());
        }
        let mut spec = String::from("{:");
        if self.alternate {
            spec.push('#');
        }
        let width = width.saturating_sub(after.len());
        if width > 0 {
            spec.push_str(&format!("0{width}"));
        }
        spec.extend(self.grouping);
        if let Some(precision) = self.precision {
            spec.push_str(&format!(".{precision}"));
        }
        spec.extend(kind);
        spec.push('}');
        Ok(formatting::format(FormatStyle::StrFormat, &spec, &[number])? + after)
    }
}
