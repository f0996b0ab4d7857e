//! The methods of `str`.
//!
//! What is made of exempt text only is exempt; what a method puts into exempt text is guarded first, and what is cut
//! out of it elsewhere than at blanks is guarded again.

use minijinja::value::{Tuple, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};

use super::braces;
use super::call::{bind, charge, given, integer, integer_or, refuse, required, text_argument, truth};
use super::format::{like, pad, piece};
use super::list::List;
use super::operators::join;
use super::text::is_printable;
use super::{is_tuple, items, kind};

pub(super) fn call(
    state: &mut State<'_, '_>,
    value: &Value,
    method: &str,
    args: Vec<Value>,
) -> Result<Value, Error> {
    let text = value.as_str().unwrap_or_default();
    match method {
        "upper" | "lower" | "casefold" | "title" | "capitalize" | "swapcase" => {
            let [] = bind(method, [], args)?;
            Ok(like(value, case(method, text)))
        }
        "strip" | "lstrip" | "rstrip" => {
            let [chars] = bind(method, ["chars"], args)?;
            let chars = given(chars);
            let chars = chars.as_ref().map(|chars| text_argument(method, chars)).transpose()?;
            Ok(part(value, strip(text, chars, method != "rstrip", method != "lstrip"), chars))
        }
        "split" | "rsplit" => {
            let [separator, most] = bind(method, ["sep", "maxsplit"], args)?;
            let separator = given(separator);
            let separator = separator.as_ref().map(|text| text_argument(method, text)).transpose()?;
            let most = usize::try_from(integer_or(method, most, -1)?).ok();
            let parts = split(text, separator, most, method == "rsplit")?;
            Ok(List::value(parts.into_iter().map(|found| part(value, found, separator)).collect()))
        }
        "splitlines" => {
            let [keep] = bind(method, ["keepends"], args)?;
            let keep = truth(state, keep, false)?;
            let lines = lines(text, keep).into_iter().map(|line| like(value, line.to_owned()));
            Ok(List::value(lines.collect()))
        }
        "partition" | "rpartition" => {
            let [separator] = bind(method, ["sep"], args)?;
            let given = required(method, "sep", separator)?;
            let separator = not_empty(text_argument(method, &given)?)?;
            let parts = if method == "partition" {
                text.split_once(separator).map_or((text, "", ""), |(a, b)| (a, separator, b))
            } else {
                text.rsplit_once(separator).map_or(("", "", text), |(a, b)| (a, separator, b))
            };
            let part = |found: &str| part(value, found, Some(separator));
            Ok(Value::from(Tuple::from([part(parts.0), part(parts.1), part(parts.2)])))
        }
        "join" => {
            let [parts] = bind(method, ["iterable"], args)?;
            let parts = items(state, &required(method, "iterable", parts)?)?;
            if let Some(other) = parts.iter().find(|part| part.kind() != ValueKind::String) {
                return Err(refuse(format!(
                    "`join` needs texts, not {}; use the filter `join`",
                    kind(other)
                )));
            }
            join(state, separated(value, parts))
        }
        "startswith" | "endswith" => {
            let [wanted, start, end] = bind(method, ["prefix", "start", "end"], args)?;
            let wanted = required(method, "prefix", wanted)?;
            let wanted = if is_tuple(&wanted) { items(state, &wanted)? } else { vec![wanted] };
            let window = window(method, text, start, end)?.map(|(_, part)| part);
            for affix in &wanted {
                let affix = text_argument(method, affix)?;
                let fits = |part: &str| {
                    if method == "startswith" { part.starts_with(affix) } else { part.ends_with(affix) }
                };
                if window.is_some_and(fits) {
                    return Ok(Value::from(true));
                }
            }
            Ok(Value::from(false))
        }
        "find" | "rfind" | "index" | "rindex" | "count" => search(method, text, args),
        "replace" => {
            let [old, new, count] = bind(method, ["old", "new", "count"], args)?;
            let (old, new) = (required(method, "old", old)?, required(method, "new", new)?);
            let count = integer_or(method, count, -1)?;
            text_argument(method, &old)?;
            text_argument(method, &new)?;
            replace(state, value, &old, &new, count)
        }
        "removeprefix" | "removesuffix" => {
            let [affix] = bind(method, ["affix"], args)?;
            let affix = required(method, "affix", affix)?;
            let affix = text_argument(method, &affix)?;
            let cut =
                if method == "removeprefix" { text.strip_prefix(affix) } else { text.strip_suffix(affix) };
            Ok(part(value, cut.unwrap_or(text), Some(affix)))
        }
        "zfill" => {
            let [width] = bind(method, ["width"], args)?;
            let width = wide(state, method, width)?;
            let (sign, digits) = match text.chars().next() {
                Some('+' | '-') => text.split_at_checked(1).unwrap_or(("", text)),
                _ => ("", text),
            };
            let padded = pad(digits, width.saturating_sub(sign.len()), '>', '0');
            Ok(like(value, format!("{sign}{padded}")))
        }
        "ljust" | "rjust" | "center" => {
            let [width, fill] = bind(method, ["width", "fillchar"], args)?;
            let width = wide(state, method, width)?;
            just(state, method, value, width, fill)
        }
        "expandtabs" => {
            let [size] = bind(method, ["tabsize"], args)?;
            let size = integer_or(method, size, 8)?;
            let size = usize::try_from(size).unwrap_or(0);
            charge(state, size.saturating_mul(text.matches('\t').count()))?;
            Ok(like(value, expand_tabs(text, size)))
        }
        "format" => braces::format(state, value, args),
        "format_map" => {
            let [mapping] = bind(method, ["mapping"], args)?;
            braces::format_map(state, value, &required(method, "mapping", mapping)?)
        }
        "encode" | "translate" | "maketrans" => {
            Err(refuse(format!("`{method}` is not offered: a template makes text, not bytes")))
        }
        _ if method.starts_with("is") => {
            let answer = is(method, text)?;
            let [] = bind(method, [], args)?;
            Ok(Value::from(answer))
        }
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}

/// What is left of a text after a cut at blanks or at something else. Between blanks the guard's work is whole.
pub(super) fn part(value: &Value, text: &str, cut_at: Option<&str>) -> Value {
    let at_blanks = cut_at.is_none_or(|cut_at| cut_at.chars().all(is_space));
    if at_blanks { like(value, text.to_owned()) } else { piece(value, text) }
}

fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase()
}

/// The first character of a word: the title case where it is one character, else the upper case.
fn raised(c: char) -> String {
    let upper: String = c.to_uppercase().collect();
    let mut chars = upper.chars();
    match (chars.next(), chars.as_str()) {
        // `ß` begins a word as `Ss`.
        (Some(first), rest) if !rest.is_empty() => format!("{first}{}", rest.to_lowercase()),
        _ => upper,
    }
}

pub(super) fn case(method: &str, text: &str) -> String {
    match method {
        "upper" => text.to_uppercase(),
        "lower" => text.to_lowercase(),
        "casefold" => text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect(),
        "swapcase" => text
            .chars()
            .flat_map(|c| -> Box<dyn Iterator<Item = char>> {
                if c.is_uppercase() { Box::new(c.to_lowercase()) } else { Box::new(c.to_uppercase()) }
            })
            .collect(),
        "capitalize" => {
            let mut chars = text.chars();
            let first = chars.next().map(raised).unwrap_or_default();
            first + &chars.as_str().to_lowercase()
        }
        _ => {
            let (mut out, mut within) = (String::new(), false);
            for c in text.chars() {
                if within {
                    out.extend(c.to_lowercase())
                } else {
                    out.push_str(&raised(c))
                }
                within = is_cased(c);
            }
            out
        }
    }
}

/// White space to Python, which counts four separators of ASCII in.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

pub(super) fn strip<'a>(text: &'a str, chars: Option<&str>, left: bool, right: bool) -> &'a str {
    let drop = |c: char| chars.map_or_else(|| is_space(c), |chars| chars.contains(c));
    let text = if left { text.trim_start_matches(drop) } else { text };
    if right { text.trim_end_matches(drop) } else { text }
}

fn not_empty(separator: &str) -> Result<&str, Error> {
    if separator.is_empty() { Err(refuse("a separator cannot be empty")) } else { Ok(separator) }
}

fn split<'a>(
    text: &'a str,
    separator: Option<&str>,
    most: Option<usize>,
    from_right: bool,
) -> Result<Vec<&'a str>, Error> {
    let parts = most.map_or(usize::MAX, |most| most.saturating_add(1));
    if let Some(separator) = separator {
        let separator = not_empty(separator)?;
        if from_right {
            let mut found: Vec<&str> = text.rsplitn(parts, separator).collect();
            found.reverse();
            return Ok(found);
        }
        return Ok(text.splitn(parts, separator).collect());
    }
    let mut found = Vec::new();
    let mut rest = strip(text, None, !from_right, from_right);
    while !rest.is_empty() {
        let end = if found.len() + 1 >= parts {
            None
        } else if from_right {
            rest.rfind(is_space)
        } else {
            rest.find(is_space)
        };
        // White space on the outer side of the last part goes, on its inner side it is gone.
        let Some(end) = end else {
            found.push(if from_right {
                strip(rest, None, false, true)
            } else {
                strip(rest, None, true, false)
            });
            break;
        };
        let (before, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if from_right {
            found.push(strip(after, None, true, false));
            rest = strip(before, None, false, true);
        } else {
            found.push(before);
            rest = strip(after, None, true, false);
        }
    }
    if from_right {
        found.reverse();
    }
    Ok(found)
}

/// A text's lines, by all that Python takes for a line's end.
pub(in crate::template) fn lines(text: &str, keep: bool) -> Vec<&str> {
    let ends = ['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];
    let (mut lines, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let Some(end) = rest.find(ends) else {
            lines.push(rest);
            break;
        };
        let (line, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let length = match after.starts_with("\r\n") {
            true => 2,
            false => after.chars().next().map_or(0, char::len_utf8),
        };
        lines.push(if keep { rest.get(..end + length).unwrap_or(line) } else { line });
        rest = after.get(length..).unwrap_or_default();
    }
    lines
}

/// What lies between two places, and how many characters are before it; `None` if it begins behind the end.
fn window<'a>(
    method: &str,
    text: &'a str,
    start: Option<Value>,
    end: Option<Value>,
) -> Result<Option<(usize, &'a str)>, Error> {
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let place = |at: i64| if at < 0 { (at.saturating_add(length)).max(0) } else { at };
    let start = place(given(start).map_or(Ok(0), |at| integer(method, &at))?);
    let end = place(given(end).map_or(Ok(length), |at| integer(method, &at))?).min(length);
    if start > end {
        return Ok(None);
    }
    let byte = |at: i64| {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        text.char_indices().nth(at).map_or(text.len(), |(index, _)| index)
    };
    let part = text.get(byte(start)..byte(end)).unwrap_or_default();
    Ok(Some((usize::try_from(start).unwrap_or(0), part)))
}

fn search(method: &str, text: &str, args: Vec<Value>) -> Result<Value, Error> {
    let [wanted, start, end] = bind(method, ["sub", "start", "end"], args)?;
    let wanted = required(method, "sub", wanted)?;
    let wanted = text_argument(method, &wanted)?;
    let window = window(method, text, start, end)?;
    if method == "count" {
        return Ok(Value::from(window.map_or(0, |(_, part)| match wanted.is_empty() {
            true => part.chars().count() + 1,
            false => part.matches(wanted).count(),
        })));
    }
    let found = window.and_then(|(before, part)| {
        let at = if method.starts_with('r') { part.rfind(wanted) } else { part.find(wanted) };
        at.map(|at| before + part.get(..at).unwrap_or_default().chars().count())
    });
    match found {
        Some(at) => Ok(Value::from(at)),
        None if method.ends_with("find") => Ok(Value::from(-1)),
        None => Err(refuse(format!("`{method}`: the text has no {wanted:?}"))),
    }
}

/// Replaces within text; a negative count means all. If one of the three is exempt from the guard, the text and
/// what comes into it are guarded first.
pub(super) fn replace(
    state: &mut State<'_, '_>,
    value: &Value,
    old: &Value,
    new: &Value,
    count: i64,
) -> Result<Value, Error> {
    let exempt = [value, old, new].iter().any(|value| value.is_safe());
    let guarded = |state: &mut State<'_, '_>, value: &Value| match exempt && !value.is_safe() {
        true => state.format(value.clone()),
        false => Ok(super::text::text(value).into_owned()),
    };
    let (text, new) = (guarded(state, value)?, guarded(state, new)?);
    let old = super::text::text(old);
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let matches = if old.is_empty() { text.chars().count() + 1 } else { text.matches(&*old).count() };
    charge(state, matches.min(count).saturating_mul(new.len()).saturating_add(text.len()))?;
    let replaced = text.replacen(&*old, &new, count);
    Ok(if exempt { Value::from_safe_string(replaced) } else { Value::from(replaced) })
}

/// Parts with a separator between them.
pub(super) fn separated(separator: &Value, parts: Vec<Value>) -> Vec<Value> {
    let mut all = Vec::with_capacity(parts.len() * 2);
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            all.push(separator.clone());
        }
        all.push(part);
    }
    all
}

fn wide(state: &State<'_, '_>, method: &str, width: Option<Value>) -> Result<usize, Error> {
    let width = usize::try_from(integer(method, &required(method, "width", width)?)?).unwrap_or(0);
    charge(state, width)?;
    Ok(width)
}

fn just(
    state: &mut State<'_, '_>,
    method: &str,
    value: &Value,
    width: usize,
    fill: Option<Value>,
) -> Result<Value, Error> {
    let fill = fill.unwrap_or_else(|| Value::from(" "));
    let mut chars = text_argument(method, &fill)?.chars();
    let (Some(one), None) = (chars.next(), chars.next()) else {
        return Err(refuse(format!("`{method}` fills with one character")));
    };
    let length = value.len().unwrap_or(0);
    let missing = width.saturating_sub(length);
    let left = match method {
        "ljust" => 0,
        "rjust" => missing,
        // Where the halves differ, CPython looks at the width to say which is larger.
        _ => missing / 2 + (missing & width & 1),
    };
    let fill = |count: usize| std::iter::repeat_n(one, count).collect::<String>();
    let (before, after) = (fill(left), fill(missing - left));
    if one == ' ' {
        let text = value.as_str().unwrap_or_default();
        return Ok(like(value, format!("{before}{text}{after}")));
    }
    join(state, vec![Value::from(before), value.clone(), Value::from(after)])
}

pub(super) fn center(state: &mut State<'_, '_>, value: &Value, width: usize) -> Result<Value, Error> {
    charge(state, width)?;
    just(state, "center", value, width, None)
}

fn expand_tabs(text: &str, size: usize) -> String {
    let (mut out, mut column) = (String::new(), 0_usize);
    for c in text.chars() {
        match c {
            '\t' => {
                let blanks = column.checked_rem(size).map_or(0, |used| size - used);
                out.extend(std::iter::repeat_n(' ', blanks));
                column += blanks;
            }
            '\n' | '\r' => {
                out.push(c);
                column = 0;
            }
            _ => {
                out.push(c);
                column += 1;
            }
        }
    }
    out
}

/// The questions that a `str` answers about its characters.
fn is(method: &str, text: &str) -> Result<bool, Error> {
    let all = |test: fn(char) -> bool| !text.is_empty() && text.chars().all(test);
    Ok(match method {
        "isascii" => text.is_ascii(),
        "isprintable" => text.chars().all(is_printable),
        "isspace" => all(is_space),
        "isalpha" => all(char::is_alphabetic),
        "isalnum" => all(char::is_alphanumeric),
        "isnumeric" => all(char::is_numeric),
        "isdigit" | "isdecimal" => {
            if text.chars().any(|c| !c.is_ascii() && c.is_numeric()) {
                return Err(refuse(format!("`{method}` knows the digits of ASCII only")));
            }
            all(|c| c.is_ascii_digit())
        }
        "islower" => text.chars().any(char::is_lowercase) && !text.chars().any(char::is_uppercase),
        "isupper" => text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase),
        "istitle" => {
            let (mut within, mut any) = (false, false);
            for c in text.chars() {
                if (c.is_uppercase() && within) || (c.is_lowercase() && !within) {
                    return Ok(false);
                }
                within = is_cased(c);
                any |= within;
            }
            any
        }
        "isidentifier" => {
            let begins = |c: char| c == '_' || c.is_alphabetic();
            text.chars().next().is_some_and(begins) && text.chars().all(|c| begins(c) || c.is_numeric())
        }
        _ => return Err(Error::from(ErrorKind::UnknownMethod)),
    })
}
