//! The text of values: Python's `str()` and `repr()`.

use std::borrow::Cow;
use std::fmt::{self, Write};

use minijinja::Value;
use minijinja::value::{Object, ValueKind};
use std::sync::Arc;

/// Deeper than any real value, and shallow enough for every stack.
const DEEPEST: usize = 200;

/// Python's `str()` of a value; nothing for something undefined, as in Jinja2.
pub(in crate::template) fn text(value: &Value) -> Cow<'_, str> {
    match value.kind() {
        ValueKind::String => Cow::Borrowed(value.as_str().unwrap_or_default()),
        ValueKind::Undefined => Cow::Borrowed(""),
        ValueKind::None => Cow::Borrowed("None"),
        ValueKind::Bool => Cow::Borrowed(if value.is_true() { "True" } else { "False" }),
        ValueKind::Map if !is_dict(value) && !is_namespace(value) => Cow::Owned(value.to_string()),
        ValueKind::Plain | ValueKind::Invalid | ValueKind::Bytes => Cow::Owned(value.to_string()),
        _ => Cow::Owned(repr(value)),
    }
}

/// Python's `repr()` of a value.
pub(super) fn repr(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, 0, false);
    out
}

fn write(out: &mut String, value: &Value, depth: usize, in_namespace: bool) {
    if depth > DEEPEST {
        out.push_str("...");
        return;
    }
    let depth = depth + 1;
    match value.kind() {
        ValueKind::String => quote(out, value.as_str().unwrap_or_default()),
        ValueKind::None => out.push_str("None"),
        ValueKind::Bool => out.push_str(if value.is_true() { "True" } else { "False" }),
        ValueKind::Undefined => out.push_str("Undefined"),
        ValueKind::Number if !value.is_integer() => match f64::try_from(value.clone()) {
            Ok(number) => out.push_str(&float(number)),
            Err(_) => out.push_str(&value.to_string()),
        },
        ValueKind::Number => out.push_str(&value.to_string()),
        ValueKind::Seq | ValueKind::Iterable if value.len().is_some() && !super::is_range(value) => {
            let tuple = super::is_tuple(value);
            out.push(if tuple { '(' } else { '[' });
            let mut count = 0;
            for item in value.try_iter().into_iter().flatten() {
                if count > 0 {
                    out.push_str(", ");
                }
                count += 1;
                write(out, &item, depth, in_namespace);
            }
            out.push_str(match (tuple, count) {
                (true, 1) => ",)",
                (true, _) => ")",
                (false, _) => "]",
            });
        }
        ValueKind::Map if is_namespace(value) => {
            // A namespace can hold itself; what is within another one is not opened.
            out.push_str("<Namespace ");
            if in_namespace {
                out.push_str("{...}")
            } else {
                write_pairs(out, value, depth, true)
            }
            out.push('>');
        }
        ValueKind::Map if is_dict(value) => write_pairs(out, value, depth, in_namespace),
        _ => {
            // Text cannot fail to take text.
            let _ = write!(out, "{value:?}");
        }
    }
}

fn write_pairs(out: &mut String, value: &Value, depth: usize, in_namespace: bool) {
    out.push('{');
    let pairs = value.as_object().and_then(|object| object.try_iter_pairs());
    for (index, (key, value)) in pairs.into_iter().flatten().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(out, &key, depth, in_namespace);
        out.push_str(": ");
        write(out, &value, depth, in_namespace);
    }
    out.push('}');
}

/// A float as Python prints it: with an exponent below 1e-4 and from 1e16 on, of two digits at least.
pub(super) fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    // Rust's debug form changes to exponents at the same places.
    let text = format!("{number:?}");
    match text.split_once('e') {
        Some((digits, exponent)) => match exponent.parse::<i32>() {
            Ok(exponent) => format!("{digits}e{exponent:+03}"),
            Err(_) => text,
        },
        None => text,
    }
}

fn quote(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if c == quote => out.extend(['\\', quote]),
            _ if is_printable(c) => out.push(c),
            _ => {
                let code = u32::from(c);
                // Text cannot fail to take text.
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(quote);
}

/// Python's `isprintable`, without the code points that Unicode has not assigned.
pub(super) fn is_printable(c: char) -> bool {
    let separator = c.is_whitespace() && c != ' ';
    let format = matches!(c,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
        | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}');
    let private = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}');
    !(c.is_control() || separator || format || private)
}

/// Whether this is a dict: a mapping that prints as one, which the models do not.
pub(super) fn is_dict(value: &Value) -> bool {
    if value.kind() != ValueKind::Map || is_namespace(value) {
        return false;
    }
    if value.downcast_object_ref::<super::dict::Dict>().is_some() || value.is_kwargs() {
        return true;
    }
    let mut first = First(None);
    // The printing stops with an error after the first character.
    let _ = write!(first, "{value}");
    first.0 == Some('{')
}

struct First(Option<char>);

impl Write for First {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = text.chars().next();
        if self.0.is_some() { Err(fmt::Error) } else { Ok(()) }
    }
}

/// Whether this is what `namespace()` gives; the engine does not export its type.
pub(super) fn is_namespace(value: &Value) -> bool {
    value.as_object().is_some_and(|object| object.type_name().ends_with("::Namespace"))
}

/// An object that prints as Python's `repr` of what it holds.
pub(super) fn render<T: Object + Send + Sync + 'static>(
    object: &Arc<T>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    f.write_str(&repr(&Value::from_dyn_object(Arc::clone(object))))
}
