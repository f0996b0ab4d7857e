//! Texts and what becomes of them.

use icu_normalizer::DecomposingNormalizerBorrowed;
use minijinja::value::ValueKind;
use minijinja::{Error, State, Value};

use super::super::escape::{Escape, Style};
use super::super::python;
use super::super::python::{escape_html, text};
use super::super::view::{Address, Item, Password, View, is_password};
use super::{Environs, add, flag, refuse, text_argument};
use crate::model::{Family, MacAddress};
use crate::{Compat, Secret};

pub(super) fn install(environs: &mut Environs<'_>) {
    let (escape, compat) = (environs.escape, environs.compat);
    add(environs, "raw", [], |_, value, []| match value.as_str() {
        Some(text) => Ok(Value::from_safe_string(text.to_owned())),
        None if value.is_undefined() || value.downcast_object_ref::<Password>().is_some() => Ok(value),
        None => Ok(Value::from_safe_string(value.to_string())),
    });
    // Without HTML there is nothing that it exempts from; who means to exempt says `raw`.
    match compat {
        Compat::PeeringManager => add(environs, "safe", [], |_, value, []| Ok(value)),
        Compat::Strict => environs.environment.remove_filter("safe"),
    }
    for name in ["escape", "e", "forceescape"] {
        add(environs, name, [], move |state, value, []| match compat {
            // Jinja2's: for HTML, whatever the text is for.
            Compat::PeeringManager if !is_password(&value) && (!value.is_safe() || name == "forceescape") => {
                guarded(state, Value::from(escape_html(&text(&value))))
            }
            _ => guarded(state, value),
        });
    }
    add(environs, "quote", ["char"], move |_, value, [quote]| {
        let quote = quote.map_or(Ok("\"".to_owned()), |quote| text_argument(Some(quote), "quote", "char"))?;
        quoted(escape, compat, &value, &quote)
    });
    add(environs, "safe_string", [], |_, value, []| match value.as_str() {
        Some(text) => Ok(Value::from(ascii(text))),
        None => Err(refuse("`safe_string` needs a text")),
    });
    add(environs, "token", [], |_, value, []| token(&value.to_string()).map(Value::from));
    add(environs, "indent", ["n", "chars", "reset"], |_, value, [count, chars, reset]| {
        indented(&value, count, chars, flag(reset))
    });
    for name in ["cisco_password", "arista_password"] {
        add(environs, name, [], move |_, value, []| without_type(name, &value));
    }

    add(environs, "mac", ["format"], |_, value, [format]| {
        let format = text_argument(format, "mac", "format")?;
        mac(&value, &format)
    });
    add(environs, "ip", [], |_, value, []| host(&value));
    for (name, family) in [("ipv4", Family::Ipv4), ("ipv6", Family::Ipv6)] {
        add(environs, name, [], move |_, value, []| {
            // For Peering Manager a session is no address here.
            let is_none = compat == Compat::PeeringManager && View::of(&value).is_some();
            Ok(if is_none { Value::from(()) } else { address_of(&value, family) })
        });
    }
}

/// A value as it would be emitted, exempt from being guarded again.
fn guarded(state: &mut State<'_, '_>, value: Value) -> Result<Value, Error> {
    if value.is_safe() { Ok(value) } else { state.format(value).map(Value::from_safe_string) }
}

fn quoted(escape: Escape, compat: Compat, value: &Value, quote: &str) -> Result<Value, Error> {
    if !value.is_true() {
        return Ok(Value::from(""));
    }
    if let Some(password) = value.downcast_object_ref::<Password>() {
        let secret = password.0.expose();
        if secret.contains(quote) || secret.contains('\\') {
            return Err(refuse("this password cannot be quoted; change it"));
        }
        return Ok(Password::value(Secret::new(format!("{quote}{secret}{quote}"))));
    }
    let text = value.to_string();
    if compat == Compat::PeeringManager {
        return Ok(match escape.style {
            Style::JsonString => Value::from(format!("{quote}{text}{quote}")),
            _ => Value::from_safe_string(format!("{quote}{}{quote}", escape.guard(&text))),
        });
    }
    let mut characters = quote.chars();
    let (Some(quote), None) = (characters.next(), characters.next()) else {
        return Err(refuse("a quote is one character"));
    };
    // Guarded inside; a second look at the whole would take the quotes away where the platform gives them a meaning.
    Ok(Value::from_safe_string(escape.quote(&text, quote)))
}

/// What can be written in ASCII after compatibility decomposition (NFKD).
fn ascii(text: &str) -> String {
    DecomposingNormalizerBorrowed::new_nfkd().normalize(text).chars().filter(char::is_ascii).collect()
}

fn token(text: &str) -> Result<String, Error> {
    let mut word = String::new();
    for c in ascii(text).chars() {
        match c {
            'A'..='Z' | 'a'..='z' | '0'..='9' | '.' | '_' => word.push(c),
            _ if !word.ends_with('-') && !word.is_empty() => word.push('-'),
            _ => {}
        }
    }
    let word = word.trim_end_matches('-');
    if word.is_empty() {
        return Err(refuse(
            "`token` found nothing in this text that can stand in a name; use a number instead",
        ));
    }
    Ok(word.to_owned())
}

/// Every line after some blanks; with `reset` in place of those that it has.
fn indented(value: &Value, count: Option<Value>, chars: Option<Value>, reset: bool) -> Result<Value, Error> {
    let count = count.ok_or_else(|| refuse("`indent` needs a number"))?;
    let count = count.as_usize().ok_or_else(|| refuse("`n` of `indent` is a number of 0 or more"))?;
    let chars = match chars {
        Some(chars) => text_argument(Some(chars), "indent", "chars")?,
        None => " ".to_owned(),
    };
    if count.saturating_mul(chars.len()) > 1000 {
        return Err(refuse("`indent` by more than 1000 characters is no indentation"));
    }
    let margin = chars.repeat(count);
    let text = value.to_string();
    let mut result = String::with_capacity(text.len() + 8);
    for line in python::lines(&text, true) {
        result.push_str(&margin);
        result.push_str(if reset { line.trim_start_matches(|c| chars.contains(c)) } else { line });
    }
    Ok(if value.is_safe() { Value::from_safe_string(result) } else { Value::from(result) })
}

/// Without the `7 ` that stands before a hidden password in a configuration.
fn without_type(filter: &str, value: &Value) -> Result<Value, Error> {
    if let Some(password) = value.downcast_object_ref::<Password>() {
        let secret = password.0.expose();
        return Ok(Password::value(Secret::new(secret.strip_prefix("7 ").unwrap_or(secret))));
    }
    let text = value.as_str().ok_or_else(|| refuse(format!("`{filter}` needs a password")))?;
    Ok(Value::from(text.strip_prefix("7 ").unwrap_or(text)))
}

fn mac(value: &Value, format: &str) -> Result<Value, Error> {
    let no_address = || refuse("`mac` needs a MAC address, or a connection that has one");
    let address: MacAddress = match View::of(value) {
        Some(View { scope, item: Item::Connection(index) }) => {
            scope.network.connections.get(*index).and_then(|row| row.mac_address).ok_or_else(no_address)?
        }
        _ => value.as_str().and_then(|text| text.parse().ok()).ok_or_else(no_address)?,
    };
    Ok(Value::from(match format {
        "cisco" => address.dotted(),
        "bare" => address.bare(),
        _ => address.to_string(),
    }))
}

fn address(value: &Value) -> Option<Address> {
    match View::of(value) {
        Some(view) => view.session().map(|session| Address::Host(session.address())),
        None => Address::of(value),
    }
}

fn address_of(value: &Value, family: Family) -> Value {
    address(value).filter(|address| address.family() == family).map_or(Value::from(()), Address::value)
}

fn host(value: &Value) -> Result<Value, Error> {
    if matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) {
        let mut hosts = Vec::new();
        for item in value.try_iter()? {
            hosts.push(host(&item)?);
        }
        return Ok(Value::from(hosts));
    }
    let found = address(value).ok_or_else(|| refuse("`ip` needs an address or a session"))?;
    Ok(Value::from(found.host().to_string()))
}
