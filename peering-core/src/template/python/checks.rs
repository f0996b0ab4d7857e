//! The tests of Jinja2: what follows `is`.

use minijinja::value::{Rest, ValueKind};
use minijinja::{Environment, Error, State, Value};

use super::call::{defined, refuse, undefined};
use super::operators::modulo;
use super::order::compare;
use super::strings;
use super::text::{is_dict, is_namespace, text};
use super::{is_list, is_range, is_tuple};

type Check = fn(&mut State<'_, '_>, &Value) -> Result<bool, Error>;
type Comparison = fn(&mut State<'_, '_>, &Value, &Value) -> Result<bool, Error>;

pub(super) fn install(environment: &mut Environment<'static>) {
    let of_one: &[(&'static str, Check)] = &[
        ("boolean", |_, value| Ok(value.kind() == ValueKind::Bool)),
        ("number", |_, value| Ok(value.is_number() || value.kind() == ValueKind::Bool)),
        ("integer", |_, value| Ok(value.is_integer())),
        ("float", |_, value| Ok(value.is_number() && !value.is_integer())),
        ("string", |_, value| Ok(value.kind() == ValueKind::String)),
        ("mapping", |_, value| Ok(is_dict(value))),
        ("sequence", |state, value| {
            let text = value.kind() == ValueKind::String;
            let lenient = value.is_undefined() && defined(state, value).is_ok();
            let listed = is_list(value) || is_tuple(value) || is_range(value);
            Ok(text || lenient || listed || is_dict(value))
        }),
        ("iterable", |state, value| {
            defined(state, value)?;
            Ok(!value.is_none() && !is_namespace(value) && value.try_iter().is_ok())
        }),
        ("callable", |_, value| {
            let name = value.as_object().map(|object| object.type_name()).unwrap_or_default();
            let callable = ["::Macro", "::BoxedFunction", "::Joiner", "::Closure"];
            // Something undefined can be called, too: the call then fails.
            Ok(value.is_undefined() || callable.iter().any(|end| name.ends_with(end)))
        }),
        ("lower", |state, value| letters(state, value, "islower")),
        ("upper", |state, value| letters(state, value, "isupper")),
        ("even", |state, value| remainder_is(state, value, &Value::from(2), 0)),
        ("odd", |state, value| remainder_is(state, value, &Value::from(2), 1)),
    ];
    for (name, check) in of_one.iter().copied() {
        environment.add_test(name, move |state: &mut State<'_, '_>, value: &Value| check(state, value));
    }
    let of_two: &[(&'static str, Comparison)] = &[
        ("divisibleby", |state, value, by| remainder_is(state, value, by, 0)),
        ("in", |state, item, container| compare(state, item, "in", container)),
    ];
    for (name, check) in of_two.iter().copied() {
        environment.add_test(name, move |state: &mut State<'_, '_>, args: Rest<Value>| {
            match args.as_slice() {
                [value, other] => check(state, value, other),
                _ => Err(refuse(format!("the test `{name}` takes one argument"))),
            }
        });
    }
    let operators = [
        ("==", ["eq", "equalto"]),
        ("!=", ["ne", "ne"]),
        ("<", ["lt", "lessthan"]),
        ("<=", ["le", "le"]),
        (">", ["gt", "greaterthan"]),
        (">=", ["ge", "ge"]),
    ];
    for (operator, names) in operators {
        for name in names.into_iter().chain([operator]) {
            environment.add_test(name, move |state: &mut State<'_, '_>, args: Rest<Value>| {
                match args.as_slice() {
                    [a, b] => compare(state, a, operator, b),
                    _ => Err(refuse(format!("the test `{name}` takes one argument"))),
                }
            });
        }
    }
}

fn letters(state: &mut State<'_, '_>, value: &Value, method: &str) -> Result<bool, Error> {
    defined(state, value)?;
    let answer = strings::call(state, &Value::from(&*text(value)), method, Vec::new())?;
    Ok(answer.is_true())
}

fn remainder_is(state: &mut State<'_, '_>, value: &Value, by: &Value, wanted: i64) -> Result<bool, Error> {
    if value.is_undefined() {
        return Err(undefined(value));
    }
    Ok(modulo(state, value, by)? == Value::from(wanted))
}
