//! Whole values written as JSON or YAML: text that the template generates, with strings that cannot leave their place.

use std::fmt::Write as _;

use minijinja::value::{Serde, ValueKind};
use minijinja::{Error, ErrorKind, Value};
use serde::Serialize;

use super::super::escape::{Escape, is_forbidden, push_unicode_escape};
use super::super::view::{Item, View};
use super::{Environs, add, refuse};

pub(super) fn install(environs: &mut Environs<'_>) {
    let escape = environs.escape;
    add(environs, "as_json", ["indent", "sort_keys"], |_, value, [indent, sort]| {
        let mut writer = Json {
            indent: width(indent, Some(4))?,
            sort: sort.is_none_or(|sort| sort.is_true()),
            text: String::new(),
        };
        writer.value(&value, 0)?;
        Ok(Value::from_safe_string(writer.text))
    });
    add(environs, "tojson", ["indent"], move |_, value, [indent]| {
        let mut writer = Json { indent: width(indent, None)?, sort: true, text: String::new() };
        writer.value(&value, 0)?;
        Ok(Value::from_safe_string(without_markup(escape, &writer.text)))
    });
    add(environs, "as_yaml", ["indent", "sort_keys"], |_, value, [indent, sort]| {
        let indent = width(indent, Some(2))?.unwrap_or(2).clamp(2, 9);
        let mut writer = Yaml { indent, sort: sort.is_none_or(|sort| sort.is_true()), text: String::new() };
        writer.document(&value)?;
        Ok(Value::from_safe_string(writer.text))
    });
}

fn width(indent: Option<Value>, default: Option<usize>) -> Result<Option<usize>, Error> {
    match indent {
        None => Ok(default),
        Some(indent) if indent.is_none() => Ok(None),
        Some(indent) => match indent.as_usize().filter(|indent| *indent <= 100) {
            Some(indent) => Ok(Some(indent)),
            None => Err(refuse("`indent` is a number of 0 to 100")),
        },
    }
}

/// Jinja2 keeps its JSON out of HTML's way; we keep it out of the platform's, too.
fn without_markup(escape: Escape, json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        let has_meaning = escape.replacements.iter().any(|rule| rule.find == c) && !"{}[]\",:\\".contains(c);
        if has_meaning || "<>&'".contains(c) || (is_forbidden(c) && c != '\n') {
            push_unicode_escape(&mut text, c);
        } else {
            text.push(c);
        }
    }
    text
}

/// A value as its parts: models as documents have them.
enum Shape {
    Scalar(Value),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
}

fn shape(value: &Value, sort: bool) -> Result<Shape, Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    if let Some(view) = View::of(value) {
        return shape(&document(view)?, sort);
    }
    Ok(match value.kind() {
        ValueKind::Map => {
            let mut pairs = Vec::new();
            for key in value.try_iter()? {
                let item = value.get_item(&key)?;
                pairs.push((key, item));
            }
            if sort {
                pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
            }
            Shape::Map(pairs)
        }
        ValueKind::Seq | ValueKind::Iterable => Shape::List(value.try_iter()?.collect()),
        ValueKind::Bool | ValueKind::Number | ValueKind::String | ValueKind::None => {
            Shape::Scalar(value.clone())
        }
        // Addresses and the like.
        _ => Shape::Scalar(Value::from(value.to_string())),
    })
}

/// A model as a document has it; passwords as a mark.
fn document(view: &View) -> Result<Value, Error> {
    fn written(row: Option<&impl Serialize>) -> Result<Value, Error> {
        Ok(Value::from(Serde(row)))
    }
    let network = &view.scope.network;
    match view.item {
        Item::AutonomousSystem(index) => written(network.autonomous_systems.get(index)),
        Item::Group(index) => written(network.bgp_groups.get(index)),
        Item::Exchange(index) => written(network.internet_exchanges.get(index)),
        Item::Connection(index) => written(network.connections.get(index)),
        Item::ExchangeSession(index) => written(network.internet_exchange_sessions.get(index)),
        Item::DirectSession(index) => written(network.direct_sessions.get(index)),
        Item::Router(index) => written(network.routers.get(index)),
        Item::Platform(index) => written(network.platforms.get(index)),
        Item::Policy(index) => written(network.routing_policies.get(index)),
        Item::Community(index) => written(network.communities.get(index)),
        Item::Relationship(index) => written(network.relationships.get(index)),
        Item::Bfd(index) => written(network.bfds.get(index)),
        Item::Contact(owned) => written(view.scope.contact(owned)),
        Item::Tag(_) => Ok(Value::from_pairs(
            ["name", "slug"].into_iter().filter_map(|key| Some((key, view.attribute(key)?))),
        )),
    }
}

/// Python's `json.dumps`.
struct Json {
    indent: Option<usize>,
    sort: bool,
    text: String,
}

impl Json {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        if depth > 100 {
            return Err(refuse("this is nested too deeply for JSON"));
        }
        match shape(value, self.sort)? {
            Shape::Scalar(value) => self.scalar(&value),
            Shape::List(items) if items.is_empty() => self.text.push_str("[]"),
            Shape::List(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.separate(index, depth + 1);
                    self.value(item, depth + 1)?;
                }
                self.line(depth);
                self.text.push(']');
            }
            Shape::Map(pairs) if pairs.is_empty() => self.text.push_str("{}"),
            Shape::Map(pairs) => {
                self.text.push('{');
                for (index, (key, item)) in pairs.iter().enumerate() {
                    self.separate(index, depth + 1);
                    self.string(&key.to_string());
                    self.text.push_str(": ");
                    self.value(item, depth + 1)?;
                }
                self.line(depth);
                self.text.push('}');
            }
        }
        Ok(())
    }

    fn separate(&mut self, index: usize, depth: usize) {
        if index > 0 {
            self.text.push_str(if self.indent.is_some() { "," } else { ", " });
        }
        self.line(depth);
    }

    fn line(&mut self, depth: usize) {
        if let Some(indent) = self.indent {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n(' ', indent * depth));
        }
    }

    fn scalar(&mut self, value: &Value) {
        match value.kind() {
            ValueKind::None => self.text.push_str("null"),
            ValueKind::Bool => self.text.push_str(if value.is_true() { "true" } else { "false" }),
            ValueKind::Number => self.text.push_str(&number(value)),
            _ => self.string(value.as_str().unwrap_or_default()),
        }
    }

    fn string(&mut self, text: &str) {
        self.text.push('"');
        for c in text.chars() {
            match c {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                '\u{8}' => self.text.push_str("\\b"),
                '\u{c}' => self.text.push_str("\\f"),
                ' '..='\u{7e}' => self.text.push(c),
                c => push_unicode_escape(&mut self.text, c),
            }
        }
        self.text.push('"');
    }
}

fn number(value: &Value) -> String {
    super::super::python::text(value).into_owned()
}

/// PyYAML's `dump` in block style. What it would write over several lines is written in double quotes instead.
struct Yaml {
    indent: usize,
    sort: bool,
    text: String,
}

impl Yaml {
    fn document(&mut self, value: &Value) -> Result<(), Error> {
        match shape(value, self.sort)? {
            Shape::Scalar(value) => {
                let scalar = scalar(&value);
                self.text.push_str(&scalar);
                // A plain scalar as a whole document is followed by the mark of its end.
                self.text.push_str(if scalar.starts_with(['\'', '"']) { "\n" } else { "\n...\n" });
                Ok(())
            }
            Shape::List(items) if items.is_empty() => self.push("[]\n"),
            Shape::Map(pairs) if pairs.is_empty() => self.push("{}\n"),
            shape => self.block(shape, 0),
        }
    }

    fn push(&mut self, text: &str) -> Result<(), Error> {
        self.text.push_str(text);
        Ok(())
    }

    fn margin(&mut self, depth: usize) {
        self.text.extend(std::iter::repeat_n(' ', depth));
    }

    /// A list or map that is not empty. Its first line continues the one that was begun.
    fn block(&mut self, shape: Shape, column: usize) -> Result<(), Error> {
        if column > 400 {
            return Err(refuse("this is nested too deeply for YAML"));
        }
        match shape {
            Shape::Scalar(value) => self.push(&format!("{}\n", scalar(&value))),
            Shape::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.margin(column);
                    }
                    self.text.push('-');
                    match self::shape(item, self.sort)? {
                        shape if is_flat(&shape) => self.flat(shape)?,
                        shape => {
                            // As much as the margin of a map, so that the keys stand in one column.
                            self.margin(self.indent - 1);
                            self.block(shape, column + self.indent)?;
                        }
                    }
                }
                Ok(())
            }
            Shape::Map(pairs) => {
                for (index, (key, item)) in pairs.iter().enumerate() {
                    if index > 0 {
                        self.margin(column);
                    }
                    self.text.push_str(&scalar(key));
                    self.text.push(':');
                    match self::shape(item, self.sort)? {
                        shape if is_flat(&shape) => self.flat(shape)?,
                        shape => {
                            // A list stands in the column of its key.
                            let inner =
                                if matches!(shape, Shape::List(_)) { column } else { column + self.indent };
                            self.text.push('\n');
                            self.margin(inner);
                            self.block(shape, inner)?;
                        }
                    }
                }
                Ok(())
            }
        }
    }

    fn flat(&mut self, shape: Shape) -> Result<(), Error> {
        match shape {
            Shape::Scalar(value) => self.push(&format!(" {}\n", scalar(&value))),
            Shape::List(_) => self.push(" []\n"),
            Shape::Map(_) => self.push(" {}\n"),
        }
    }
}

fn is_flat(shape: &Shape) -> bool {
    match shape {
        Shape::Scalar(_) => true,
        Shape::List(items) => items.is_empty(),
        Shape::Map(pairs) => pairs.is_empty(),
    }
}

fn scalar(value: &Value) -> String {
    match value.kind() {
        ValueKind::None => "null".to_owned(),
        ValueKind::Bool => value.is_true().to_string(),
        ValueKind::Number => number(value),
        _ => string(value.as_str().unwrap_or(&value.to_string())),
    }
}

/// A string as PyYAML writes it: plain, in single quotes, or in double quotes.
fn string(text: &str) -> String {
    if text.chars().any(|c| !(' '..='\u{7e}').contains(&c)) {
        let mut quoted = String::from("\"");
        for c in text.chars() {
            match c {
                '"' => quoted.push_str("\\\""),
                '\\' => quoted.push_str("\\\\"),
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                '\t' => quoted.push_str("\\t"),
                ' '..='\u{7e}' => quoted.push(c),
                c if u32::from(c) < 0x100 => {
                    let _ = write!(quoted, "\\x{:02X}", u32::from(c));
                }
                c if u32::from(c) < 0x10000 => {
                    let _ = write!(quoted, "\\u{:04X}", u32::from(c));
                }
                c => {
                    let _ = write!(quoted, "\\U{:08X}", u32::from(c));
                }
            }
        }
        quoted.push('"');
        return quoted;
    }
    if is_plain(text) { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// Whether a string can stand without quotes: it is not read as anything else.
fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let begins = match first {
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
            false
        }
        '-' | '?' | ':' => text.chars().nth(1).is_some_and(|next| next != ' '),
        _ => true,
    };
    begins
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains(": ")
        && !text.ends_with(':')
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !reads_as_something_else(text)
}

/// Whether YAML 1.1 takes a plain scalar for a truth value, a number, a date or nothing.
fn reads_as_something_else(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let same_case = text == lower || text == text.to_ascii_uppercase() || {
        let mut letters = text.chars();
        letters.next().is_some_and(|c| c.is_ascii_uppercase()) && letters.all(|c| c.is_ascii_lowercase())
    };
    let word = matches!(
        lower.as_str(),
        "yes"
            | "no"
            | "true"
            | "false"
            | "on"
            | "off"
            | "null"
            | "~"
            | "<<"
            | "="
            | ".inf"
            | "-.inf"
            | "+.inf"
            | ".nan"
    );
    (word && same_case) || is_number(text) || is_date(text)
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits =
        |text: &str, is: fn(char) -> bool| !text.is_empty() && text.chars().all(|c| c == '_' || is(c));
    if let Some(rest) = unsigned.strip_prefix("0b") {
        return digits(rest, |c| matches!(c, '0' | '1'));
    }
    if let Some(rest) = unsigned.strip_prefix("0x") {
        return digits(rest, |c| c.is_ascii_hexdigit());
    }
    let begins_with_digit = unsigned.starts_with(|c: char| c.is_ascii_digit());
    // Whole numbers; a leading 0 makes an octal one.
    if begins_with_digit && digits(unsigned, |c| c.is_ascii_digit()) {
        return !unsigned.starts_with('0')
            || unsigned == "0"
            || unsigned.chars().all(|c| matches!(c, '0'..='7' | '_'));
    }
    // Base 60: 1:30, 1:30.5.
    if begins_with_digit && unsigned.contains(':') {
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let mut parts = whole.split(':');
        let first = parts.next().is_some_and(|part| digits(part, |c| c.is_ascii_digit()));
        let rest = parts.all(|part| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']));
        return first && rest && fraction.chars().all(|c| c.is_ascii_digit() || c == '_');
    }
    // Numbers with a point, and perhaps an exponent with a sign.
    let Some((whole, rest)) = unsigned.split_once('.') else { return false };
    let (fraction, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..)),
        None => (rest, None),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        exponent
            .strip_prefix(['-', '+'])
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    });
    let all_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '_');
    exponent_fits
        && all_digits(whole)
        && all_digits(fraction)
        && (begins_with_digit || (whole.is_empty() && !fraction.is_empty() && unsigned == text))
}

/// `2001-12-14`, alone or with a time.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let date = (0..4).all(digit) && bytes.get(4) == Some(&b'-');
    if !date {
        return false;
    }
    if bytes.len() == 10 {
        return bytes.get(7) == Some(&b'-') && [5, 6, 8, 9].into_iter().all(digit);
    }
    // With a time: the resolver looks at the whole; a colon after the date is what tells.
    text.split_once(['T', 't', ' ']).is_some_and(|(day, time)| {
        day.split('-').count() == 3 && day.bytes().all(|b| b.is_ascii_digit() || b == b'-') && {
            let clock = time.trim_start();
            clock.split(':').count() >= 3 && clock.starts_with(|c: char| c.is_ascii_digit())
        }
    })
}
