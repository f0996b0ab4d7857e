//! `'…' % values` and `'…'.format(values)`. The walk over the text, the texts of values and the guard are ours;
//! numbers are formatted by the engine's own formatter.

use minijinja::formatting::{self, FormatStyle};
use minijinja::value::ValueKind;
use minijinja::{Error, State, Value};

use super::call::{charge, defined, integer, refuse, split, undefined};
use super::operators::{Number, join};
use super::text::{repr, text};
use super::{is_tuple, kind};

/// The formatted pieces, put together by the rule of [`join`] as if the format string were one of them.
fn finish(state: &mut State<'_, '_>, format: &Value, pieces: Vec<Value>) -> Result<Value, Error> {
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

fn push_literal(pieces: &mut Vec<Value>, literal: &mut String) {
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

// ------------------------------------------------------------------------------------------------ percent

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

// ------------------------------------------------------------------------------------------------ braces

/// The values of `'…'.format(…)`.
struct Fields<'a> {
    positional: &'a [Value],
    named: &'a dyn Fn(&str) -> Option<Value>,
    next: usize,
    numbered: Option<bool>,
}

/// Python's `text.format(…)`.
pub(super) fn braces(state: &mut State<'_, '_>, format: &Value, args: Vec<Value>) -> Result<Value, Error> {
    let (positional, named) = split(args);
    let find = |name: &str| named.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    fill(state, format, Fields { positional: &positional, named: &find, next: 0, numbered: None })
}

/// Python's `text.format_map(mapping)`.
pub(super) fn braces_map(state: &mut State<'_, '_>, format: &Value, mapping: &Value) -> Result<Value, Error> {
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
