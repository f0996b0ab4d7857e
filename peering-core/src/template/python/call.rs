//! Arguments by position and by name, bound as Python binds them; what filters and methods say when they refuse.

use minijinja::{Error, ErrorKind, State, UndefinedBehavior, Value};

/// The most bytes that one repetition or padding may make.
const MOST_BYTES: usize = 100_000_000;

pub(super) fn refuse(what: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

/// The error of whatever cannot be done with something undefined, with the place that it came from.
pub(super) fn undefined(value: &Value) -> Error {
    value.get_attr("").err().unwrap_or_else(|| Error::from(ErrorKind::UndefinedError))
}

/// Fails for something undefined where the environment is strict.
pub(super) fn defined(state: &State<'_, '_>, value: &Value) -> Result<(), Error> {
    let strict =
        matches!(state.undefined_behavior(), UndefinedBehavior::Strict | UndefinedBehavior::SemiStrict);
    if strict && value.is_undefined() { Err(undefined(value)) } else { Ok(()) }
}

/// Charges for something that is as large as an argument says, before it is made.
pub(super) fn charge(state: &State<'_, '_>, bytes: usize) -> Result<(), Error> {
    if bytes > MOST_BYTES {
        return Err(refuse(format!("{bytes} bytes are too much for one text")));
    }
    state.consume_fuel(bytes as u64 / 16)
}

/// The arguments by position, and those by name.
pub(super) fn split(mut args: Vec<Value>) -> (Vec<Value>, Vec<(String, Value)>) {
    let named = match args.pop() {
        Some(last) if last.is_kwargs() => last
            .as_object()
            .and_then(|object| object.try_iter_pairs())
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.to_string(), value))
            .collect(),
        Some(last) => {
            args.push(last);
            Vec::new()
        }
        None => Vec::new(),
    };
    (args, named)
}

/// The arguments in the order of their names; `None` for what was not given.
pub(super) fn bind<const N: usize>(
    what: &str,
    names: [&str; N],
    args: Vec<Value>,
) -> Result<[Option<Value>; N], Error> {
    let (positional, named) = split(args);
    if positional.len() > N {
        let count = positional.len();
        return Err(Error::new(
            ErrorKind::TooManyArguments,
            format!("`{what}` takes up to {N} arguments, not {count}"),
        ));
    }
    let mut bound: [Option<Value>; N] = std::array::from_fn(|_| None);
    for (slot, value) in bound.iter_mut().zip(positional) {
        *slot = Some(value);
    }
    for (name, value) in named {
        let slot = names.iter().position(|known| *known == name).and_then(|index| bound.get_mut(index));
        match slot {
            Some(slot @ None) => *slot = Some(value),
            Some(Some(_)) => return Err(refuse(format!("`{what}` got its argument `{name}` twice"))),
            None => {
                return Err(Error::new(
                    ErrorKind::TooManyArguments,
                    format!("`{what}` has no argument `{name}`"),
                ));
            }
        }
    }
    Ok(bound)
}

pub(super) fn required(what: &str, name: &str, value: Option<Value>) -> Result<Value, Error> {
    value.ok_or_else(|| {
        Error::new(ErrorKind::MissingArgument, format!("`{what}` needs its argument `{name}`"))
    })
}

/// A whole number, which in Python a bool is and a float is not.
pub(super) fn integer(what: &str, value: &Value) -> Result<i64, Error> {
    let number = match value.kind() {
        minijinja::value::ValueKind::Bool => Some(i64::from(value.is_true())),
        _ if value.is_integer() => value.as_i64(),
        _ if value.is_undefined() => return Err(undefined(value)),
        _ => None,
    };
    number.ok_or_else(|| refuse(format!("`{what}` needs a whole number here, not {}", super::kind(value))))
}

pub(super) fn integer_or(what: &str, value: Option<Value>, default: i64) -> Result<i64, Error> {
    value.map_or(Ok(default), |value| integer(what, &value))
}

/// A text, which in Python is only what is a `str`.
pub(super) fn text_argument<'a>(what: &str, value: &'a Value) -> Result<&'a str, Error> {
    match value.as_str() {
        Some(text) => Ok(text),
        None if value.is_undefined() => Err(undefined(value)),
        None => Err(refuse(format!("`{what}` needs a str here, not {}", super::kind(value)))),
    }
}

pub(super) fn truth(state: &State<'_, '_>, value: Option<Value>, default: bool) -> Result<bool, Error> {
    match value {
        Some(value) => {
            defined(state, &value)?;
            Ok(value.is_true())
        }
        None => Ok(default),
    }
}

/// What is neither absent nor `none`.
pub(super) fn given(value: Option<Value>) -> Option<Value> {
    value.filter(|value| !value.is_none())
}
