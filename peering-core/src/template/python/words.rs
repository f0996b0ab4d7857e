//! The filters over text.

use minijinja::value::{Tuple, ValueKind};
use minijinja::{Environment, Error, State, Value};

use super::call::{bind, defined, given, integer, integer_or, refuse, required, split, text_argument, truth};
use super::dict::{Dict, pairs_of};
use super::format::{like, percent, piece};
use super::list::List;
use super::operators::{Number, join};
use super::strings::{self, case, separated};
use super::text::{is_dict, repr, text};
use super::wrap::Wrapping;
use super::{add_filters, items, kind};

pub(super) fn install(environment: &mut Environment<'static>) {
    add_filters(
        environment,
        &[
            ("string", |state, args| texts("string", state, args, |value| value)),
            ("upper", |state, args| {
                texts("upper", state, args, |value| like(&value, case("upper", &text(&value))))
            }),
            ("lower", |state, args| {
                texts("lower", state, args, |value| like(&value, case("lower", &text(&value))))
            }),
            ("capitalize", |state, args| {
                texts("capitalize", state, args, |value| like(&value, case("capitalize", &text(&value))))
            }),
            ("title", |state, args| texts("title", state, args, |value| like(&value, title(&text(&value))))),
            ("striptags", strip_tags),
            ("forceescape", |state, args| {
                texts("forceescape", state, args, |value| Value::from(escape_html(&text(&value))))
            }),
            ("trim", |state, args| {
                let [value, chars] = bind("trim", ["value", "chars"], args)?;
                let value = required("trim", "value", value)?;
                defined(state, &value)?;
                let chars = given(chars);
                let chars = chars.as_ref().map(|chars| text_argument("trim", chars)).transpose()?;
                Ok(strings::part(&value, strings::strip(&text(&value), chars, true, true), chars))
            }),
            ("replace", |state, args| {
                let [value, old, new, count] = bind("replace", ["s", "old", "new", "count"], args)?;
                let value = required("replace", "s", value)?;
                let old = required("replace", "old", old)?;
                let new = required("replace", "new", new)?;
                [&value, &old, &new].into_iter().try_for_each(|value| defined(state, value))?;
                let count = given(count).map_or(Ok(-1), |count| integer("replace", &count))?;
                strings::replace(state, &value, &old, &new, count)
            }),
            ("center", |state, args| {
                let [value, width] = bind("center", ["value", "width"], args)?;
                let value = required("center", "value", value)?;
                defined(state, &value)?;
                let width = usize::try_from(integer_or("center", width, 80)?).unwrap_or(0);
                let value = like(&value, text(&value).into_owned());
                strings::center(state, &value, width)
            }),
            ("truncate", truncate),
            ("wordwrap", wordwrap),
            ("wordcount", |state, args| {
                let [value] = bind("wordcount", ["s"], args)?;
                let value = required("wordcount", "s", value)?;
                defined(state, &value)?;
                let is_word = |c: char| c == '_' || c.is_alphanumeric();
                Ok(Value::from(text(&value).split(|c| !is_word(c)).filter(|word| !word.is_empty()).count()))
            }),
            ("format", |state, args| {
                let (mut positional, named) = split(args);
                if positional.is_empty() {
                    return Err(refuse("`format` needs a text"));
                }
                let format = positional.remove(0);
                defined(state, &format)?;
                let format = like(&format, text(&format).into_owned());
                let values = match (positional.is_empty(), named.is_empty()) {
                    (_, true) => Value::from(Tuple::from(positional)),
                    (true, false) => {
                        Dict::value(named.into_iter().map(|(name, value)| (Value::from(name), value)))?
                    }
                    (false, false) => {
                        return Err(refuse("`format` takes values by place or by name, not both"));
                    }
                };
                percent(state, &format, &values)
            }),
            ("default", default),
            ("d", default),
            ("urlencode", urlencode),
            ("xmlattr", xmlattr),
            ("filesizeformat", file_size),
            ("pprint", pretty),
        ],
    );
}

fn texts(
    what: &str,
    state: &State<'_, '_>,
    args: Vec<Value>,
    change: fn(Value) -> Value,
) -> Result<Value, Error> {
    let [value] = bind(what, ["value"], args)?;
    let value = required(what, "value", value)?;
    defined(state, &value)?;
    Ok(change(if value.kind() == ValueKind::String { value } else { Value::from(&*text(&value)) }))
}

/// Capitals at the beginning and after blanks, hyphens and opening brackets.
fn title(text: &str) -> String {
    let separates = |c: char| strings::is_space(c) || "-({[<".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| separates(c) != separates(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        out.extend(first.to_uppercase());
        out.push_str(&word.get(first.len_utf8()..).unwrap_or_default().to_lowercase());
        rest = after;
    }
    out
}

/// Text as HTML shows it.
pub(in crate::template) fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\'' => out.push_str("&#39;"),
            '"' => out.push_str("&#34;"),
            _ => out.push(c),
        }
    }
    out
}

fn strip_tags(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value] = bind("striptags", ["value"], args)?;
    let value = required("striptags", "value", value)?;
    defined(state, &value)?;
    let source = text(&value);
    let (mut out, mut rest) = (String::new(), &*source);
    while let Some((before, tag)) = rest.split_once('<') {
        // A comment ends with its own sign; what has no end is text.
        let end = match tag.strip_prefix("!--") {
            Some(comment) => comment.split_once("-->").map(|(_, after)| after),
            None => tag.split_once('>').map(|(_, after)| after),
        };
        let Some(after) = end else { break };
        out.push_str(before);
        rest = after;
    }
    out.push_str(rest);
    let words: Vec<&str> = out.split(strings::is_space).filter(|word| !word.is_empty()).collect();
    unescape_html(&words.join(" ")).map(Value::from)
}

fn unescape_html(text: &str) -> Result<String, Error> {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((name, behind)) = after.split_once(';').filter(|(name, _)| is_entity(name)) else {
            out.push('&');
            rest = after;
            continue;
        };
        let number = match (name.strip_prefix("#x").or(name.strip_prefix("#X")), name.strip_prefix('#')) {
            (Some(digits), _) => u32::from_str_radix(digits, 16).ok(),
            (None, Some(digits)) => digits.parse().ok(),
            (None, None) => None,
        };
        let c = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{a0}'),
            _ => number.and_then(char::from_u32).filter(|c| !c.is_control()),
        };
        out.push(c.ok_or_else(|| refuse(format!("`striptags` does not know the entity `&{name};`")))?);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

fn is_entity(name: &str) -> bool {
    !name.is_empty() && name.strip_prefix('#').unwrap_or(name).chars().all(|c| c.is_ascii_alphanumeric())
}

fn no_text(what: &str, value: &Value) -> Error {
    refuse(format!("`{what}` needs a str, not {}", kind(value)))
}

fn truncate(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, length, killwords, end, leeway] =
        bind("truncate", ["s", "length", "killwords", "end", "leeway"], args)?;
    let value = required("truncate", "s", value)?;
    defined(state, &value)?;
    let size =
        |number: i64| usize::try_from(number).map_err(|_| refuse("`truncate` needs a length of 0 or more"));
    let length = size(integer_or("truncate", length, 255)?)?;
    let leeway = size(given(leeway).map_or(Ok(5), |leeway| integer("truncate", &leeway))?)?;
    let killwords = truth(state, killwords, false)?;
    let end = end.unwrap_or_else(|| Value::from("..."));
    let end_length = text_argument("truncate", &end)?.chars().count();
    let room = length.checked_sub(end_length).ok_or_else(|| {
        refuse(format!("`truncate` needs a length of {end_length} or more, for its end alone"))
    })?;
    if let Some(count) = value.len().filter(|_| value.kind() != ValueKind::String) {
        return if count <= length.saturating_add(leeway) {
            Ok(value)
        } else {
            Err(no_text("truncate", &value))
        };
    }
    if value.is_undefined() {
        return Ok(value);
    }
    if value.kind() != ValueKind::String {
        return Err(no_text("truncate", &value));
    }
    let whole = text(&value);
    if whole.chars().count() <= length.saturating_add(leeway) {
        return Ok(like(&value, whole.into_owned()));
    }
    let cut: String = whole.chars().take(room).collect();
    let kept = match cut.rsplit_once(' ') {
        Some((words, _)) if !killwords => words.to_owned(),
        _ => cut,
    };
    join(state, vec![Value::from(kept), end])
}

fn wordwrap(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let names = ["s", "width", "break_long_words", "wrapstring", "break_on_hyphens"];
    let [value, width, long_words, between, hyphens] = bind("wordwrap", names, args)?;
    let value = required("wordwrap", "s", value)?;
    text_argument("wordwrap", &value)?;
    let width = usize::try_from(integer_or("wordwrap", width, 79)?).ok().filter(|width| *width > 0);
    let wrapping = Wrapping {
        width: width.ok_or_else(|| refuse("`wordwrap` needs a width above 0"))?,
        long_words: truth(state, long_words, true)?,
        hyphens: truth(state, hyphens, true)?,
    };
    // The line end between lines of the text is the template's own.
    let between = given(between).unwrap_or_else(|| like(&value, "\n".to_owned()));
    text_argument("wordwrap", &between)?;
    let mut paragraphs = Vec::new();
    let lines = strings::call(state, &value, "splitlines", Vec::new())?;
    for line in items(state, &lines)? {
        let lines = wrapping.lines(&text(&line)).into_iter().map(|wrapped| piece(&line, &wrapped)).collect();
        paragraphs.push(join(state, separated(&between, lines))?);
    }
    join(state, separated(&between, paragraphs))
}

fn default(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, default, boolean] = bind("default", ["value", "default_value", "boolean"], args)?;
    let value = required("default", "value", value)?;
    let boolean = truth(state, boolean, false)?;
    if value.is_undefined() || (boolean && !value.is_true()) {
        return Ok(default.unwrap_or_else(|| Value::from("")));
    }
    Ok(value)
}

fn quote_url(value: &Value, in_query: bool) -> String {
    let mut out = String::new();
    for byte in text(value).bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => out.push(char::from(byte)),
            b'/' if !in_query => out.push('/'),
            b' ' if in_query => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn urlencode(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value] = bind("urlencode", ["value"], args)?;
    let value = required("urlencode", "value", value)?;
    defined(state, &value)?;
    if !matches!(value.kind(), ValueKind::Map | ValueKind::Seq | ValueKind::Iterable) {
        return Ok(Value::from(if value.is_undefined() { String::new() } else { quote_url(&value, false) }));
    }
    let pair =
        |(key, value): (Value, Value)| format!("{}={}", quote_url(&key, true), quote_url(&value, true));
    Ok(Value::from(pairs_of(state, &value)?.into_iter().map(pair).collect::<Vec<_>>().join("&")))
}

fn xmlattr(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, autospace] = bind("xmlattr", ["d", "autospace"], args)?;
    let value = required("xmlattr", "d", value)?;
    let autospace = truth(state, autospace, true)?;
    if value.kind() != ValueKind::Map {
        defined(state, &value)?;
        return Err(refuse(format!("`xmlattr` needs a dict, not {}", kind(&value))));
    }
    let mut attributes = Vec::new();
    for (key, value) in pairs_of(state, &value)? {
        if value.is_none() || value.is_undefined() {
            continue;
        }
        let name = text_argument("xmlattr", &key)?;
        if name.contains(|c: char| strings::is_space(c) || "/>=".contains(c)) {
            return Err(refuse(format!("{name:?} cannot be the name of an attribute")));
        }
        attributes.push(format!("{}=\"{}\"", escape_html(name), escape_html(&text(&value))));
    }
    let space = if autospace && !attributes.is_empty() { " " } else { "" };
    Ok(Value::from(format!("{space}{}", attributes.join(" "))))
}

fn file_size(_: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value, binary] = bind("filesizeformat", ["value", "binary"], args)?;
    let value = required("filesizeformat", "value", value)?;
    let bytes = match value.kind() {
        ValueKind::String => value.as_str().and_then(|text| text.trim().parse::<f64>().ok()),
        _ => Number::of(&value).map(Number::float),
    };
    let bytes = bytes.filter(|bytes| bytes.is_finite());
    let bytes =
        bytes.ok_or_else(|| refuse(format!("`filesizeformat` needs a number, not {}", kind(&value))))?;
    let (base, names): (f64, [&str; 8]) = match binary.is_some_and(|binary| binary.is_true()) {
        true => (1024.0, ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]),
        false => (1000.0, ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]),
    };
    if bytes == 1.0 {
        return Ok(Value::from("1 Byte"));
    }
    if bytes < base {
        return Ok(Value::from(format!("{} Bytes", bytes.trunc() + 0.0)));
    }
    let (mut unit, mut name) = (base, "");
    for next in names {
        name = next;
        unit *= base;
        if bytes < unit {
            break;
        }
    }
    Ok(Value::from(format!("{:.1} {name}", base * bytes / unit)))
}

/// One line, with the keys of dicts in order; what Python would spread over several is refused.
fn pretty(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [value] = bind("pprint", ["value"], args)?;
    let value = required("pprint", "value", value)?;
    let line = repr(&in_order(state, &value)?);
    if line.chars().count() > 80 {
        return Err(refuse("`pprint` prints up to 80 characters; use `tojson(indent=2)`"));
    }
    Ok(Value::from(line))
}

fn in_order(state: &State<'_, '_>, value: &Value) -> Result<Value, Error> {
    if is_dict(value) {
        let pairs = pairs_of(state, value)?.into_iter().map(|(key, value)| (key.clone(), (key, value)));
        let sorted = super::order::sorted_by_key(pairs.collect(), false)?;
        let pairs: Result<Vec<_>, Error> =
            sorted.into_iter().map(|(_, (key, value))| Ok((key, in_order(state, &value)?))).collect();
        return Dict::value(pairs?);
    }
    if matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) {
        let all =
            items(state, value)?.iter().map(|item| in_order(state, item)).collect::<Result<Vec<_>, _>>()?;
        return Ok(if super::is_tuple(value) { Value::from(Tuple::from(all)) } else { List::value(all) });
    }
    Ok(value.clone())
}
