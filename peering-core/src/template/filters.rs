//! The filters of our own.

use std::net::IpAddr;

use icu_normalizer::DecomposingNormalizerBorrowed;
use ipnet::IpNet;
use minijinja::value::{Kwargs, Serde, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::escape::{Escape, is_forbidden, push_unicode_escape};
use super::view::{Item, View};
use crate::model::Family;

pub(super) fn install(environment: &mut Environment<'static>, escape: Escape) {
    // `debug()` prints every variable, passwords included; `safe` would be a second word for `raw`.
    environment.remove_global("debug");
    environment.remove_filter("safe");
    environment.remove_test("safe");
    environment.remove_test("escaped");

    environment.add_filter("raw", |text: String| Value::from_safe_string(text));
    let guard = move |state: &mut State<'_, '_>, value: Value| -> Result<Value, Error> {
        if value.is_safe() {
            return Ok(value);
        }
        state.format(value).map(Value::from_safe_string)
    };
    environment.add_filter("escape", guard);
    environment.add_filter("e", guard);
    environment.add_filter("quote", move |value: Value, quote: Option<String>, kwargs: Kwargs| {
        let quote = match quote {
            Some(quote) => Some(quote),
            None => kwargs.get::<Option<String>>("char")?,
        };
        kwargs.assert_all_used()?;
        quoted(escape, &value, quote)
    });
    environment.add_filter("tojson", move |value: Value, indent: Option<Value>, kwargs: Kwargs| {
        to_json(escape, value, indent, kwargs)
    });

    environment.add_filter("ipv4", |value: Value| address_of(&value, Family::Ipv4));
    environment.add_filter("ipv6", |value: Value| address_of(&value, Family::Ipv6));
    environment.add_filter("ip", host);
    environment.add_filter("ip_version", ip_version);
    environment.add_filter("sessions", |value: Value, family: Option<Value>, kwargs: Kwargs| {
        sessions(&value, family_of(family, &kwargs)?, false)
    });
    environment.add_filter("route_server", |value: Value, family: Option<Value>, kwargs: Kwargs| {
        sessions(&value, family_of(family, &kwargs)?, true)
    });
    environment.add_filter("connections", connections);
    environment.add_filter("max_prefix", max_prefix);
    environment.add_filter("unique_items", unique_items);
    environment.add_filter("iterate", iterate);
    environment.add_filter("safe_string", |text: String| ascii(&text));
    environment.add_filter("token", token);
}

fn refuse(what: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

fn quoted(escape: Escape, value: &Value, quote: Option<String>) -> Result<Value, Error> {
    if !value.is_true() {
        return Ok(Value::from(""));
    }
    let mut quote = quote.as_deref().unwrap_or("\"").chars();
    let (Some(quote), None) = (quote.next(), quote.next()) else {
        return Err(refuse("a quote is one character"));
    };
    let text = escape.quote(&value.to_string(), quote);
    Ok(match escape.style {
        super::Style::Line => Value::from(text),
        super::Style::JsonString => Value::from_safe_string(text),
    })
}

/// Like the engine's own, but with every character escaped that could begin a line, and without HTML's escapes.
fn to_json(escape: Escape, value: Value, indent: Option<Value>, kwargs: Kwargs) -> Result<Value, Error> {
    let indent = match indent {
        Some(indent) => Some(indent),
        None => kwargs.get::<Option<Value>>("indent")?,
    };
    kwargs.assert_all_used()?;
    let failed = |error| refuse("this cannot be written as JSON").with_source::<serde_json::Error>(error);
    let value = Serde(value);
    let json = match indent.filter(|indent| indent.is_true()) {
        Some(_) => serde_json::to_string_pretty(&*value).map_err(failed)?,
        None => serde_json::to_string(&*value).map_err(failed)?,
    };
    let mut guarded = String::with_capacity(json.len());
    for c in json.chars() {
        // The serialiser's own line ends are layout; those within strings are escaped already.
        let has_meaning = escape.replacements.iter().any(|rule| rule.find == c) && !"{}[]\",:\\".contains(c);
        if has_meaning || (is_forbidden(c) && c != '\n') {
            push_unicode_escape(&mut guarded, c)
        } else {
            guarded.push(c)
        }
    }
    Ok(Value::from_safe_string(guarded))
}

/// An address, and its prefix length if there was one.
fn parse_address(text: &str) -> Option<(IpAddr, String)> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some((address, address.to_string()));
    }
    text.parse::<IpNet>().ok().map(|net| (net.addr(), net.to_string()))
}

fn text_of(value: &Value) -> Option<String> {
    match value.downcast_object_ref::<View>() {
        Some(view) => view.session().map(|session| session.ip_address.to_string()),
        None => value.as_str().map(str::to_owned),
    }
}

fn address_of(value: &Value, family: Family) -> Value {
    text_of(value)
        .and_then(|text| parse_address(&text))
        .filter(|(address, _)| Family::from(*address) == family)
        .map_or(Value::from(()), |(_, text)| Value::from(text))
}

fn host(value: Value) -> Result<Value, Error> {
    if value.kind() == ValueKind::Seq || value.kind() == ValueKind::Iterable {
        return value.try_iter()?.map(host).collect::<Result<Vec<_>, _>>().map(Value::from);
    }
    text_of(&value)
        .and_then(|text| parse_address(&text))
        .map(|(address, _)| Value::from(address.to_string()))
        .ok_or_else(|| refuse("`ip` needs an address or a session"))
}

fn ip_version(value: Value) -> Result<u8, Error> {
    text_of(&value)
        .and_then(|text| parse_address(&text))
        .map(|(address, _)| Family::from(address).version())
        .ok_or_else(|| refuse("`ip_version` needs an address or a session"))
}

/// By position or by name; without it, and for 0, both families.
fn family_of(number: Option<Value>, named: &Kwargs) -> Result<Option<Family>, Error> {
    let number = match number {
        Some(number) => Some(number),
        None => named.get::<Option<Value>>("family")?,
    };
    named.assert_all_used()?;
    match number.map(i64::try_from).transpose()? {
        None | Some(0) => Ok(None),
        Some(4) => Ok(Some(Family::Ipv4)),
        Some(6) => Ok(Some(Family::Ipv6)),
        Some(_) => Err(refuse("a family is 4, 6, or 0 for both")),
    }
}

fn sessions(value: &Value, family: Option<Family>, route_servers: bool) -> Result<Vec<Value>, Error> {
    let Some(View { scope, item: Item::Exchange(exchange) }) = value.downcast_object_ref::<View>() else {
        return Err(refuse("sessions are listed of an exchange"));
    };
    let listed = scope.sessions.iter().copied().filter(|index| {
        let over = scope.connection_of(*index).and_then(|connection| scope.exchange_of(connection));
        over == Some(*exchange)
            && scope.network.internet_exchange_sessions.get(*index).is_some_and(|session| {
                family.is_none_or(|family| family == session.family())
                    && (session.is_route_server || !route_servers)
            })
    });
    Ok(listed.map(|index| View::value(scope, Item::Session(index))).collect())
}

fn connections(value: Value) -> Result<Vec<Value>, Error> {
    let Some(View { scope, item }) = value.downcast_object_ref::<View>() else {
        return Err(refuse("connections are listed of an exchange or a router"));
    };
    let listed = scope.connections.iter().copied().filter(|index| match item {
        Item::Exchange(exchange) => scope.exchange_of(*index) == Some(*exchange),
        Item::Router(_) => true,
        _ => false,
    });
    match item {
        Item::Exchange(_) | Item::Router(_) => {
            Ok(listed.map(|index| View::value(scope, Item::Connection(index))).collect())
        }
        _ => Err(refuse("connections are listed of an exchange or a router")),
    }
}

fn max_prefix(value: Value) -> Result<Value, Error> {
    let view = value.downcast_object_ref::<View>();
    let Some((view, session)) = view.and_then(|view| Some((view, view.session()?))) else {
        return Err(refuse("`max_prefix` needs a session"));
    };
    let scope = &view.scope;
    let index = scope.autonomous_system(session.autonomous_system);
    let peer = index.and_then(|index| scope.network.autonomous_systems.get(index));
    Ok(Value::from(peer.and_then(|peer| peer.max_prefixes(session.family()))))
}

fn unique_items(list: Value, field: String) -> Result<Vec<Value>, Error> {
    let mut seen: Vec<Value> = Vec::new();
    let mut kept = Vec::new();
    for item in list.try_iter()? {
        let value = item.get_attr(&field)?;
        if !seen.contains(&value) {
            seen.push(value);
            kept.push(item);
        }
    }
    Ok(kept)
}

fn iterate(list: Value, field: String) -> Result<Vec<Value>, Error> {
    let values = list.try_iter()?.map(|item| item.get_attr(&field));
    let kept =
        values.filter(|value| !value.as_ref().is_ok_and(|value| value.is_none() || value.is_undefined()));
    kept.collect()
}

fn ascii(text: &str) -> String {
    DecomposingNormalizerBorrowed::new_nfkd().normalize(text).chars().filter(char::is_ascii).collect()
}

fn token(text: Value) -> Result<String, Error> {
    let mut word = String::new();
    for c in ascii(&text.to_string()).chars() {
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
