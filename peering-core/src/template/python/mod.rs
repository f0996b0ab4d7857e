//! Python where the engine is not: what Jinja2 takes from its host, on plain values.
//!
//! The engine (minijinja) renders Jinja2's language, but its numbers, texts, lists and dicts are Rust's. Templates
//! written for Jinja2 expect Python's: `'%s' % x`, `l.append(x)`, `{}.update(…)`, `'a' < 1` as an error, `1e16`
//! printed as `1e+16`. [`install`] gives the values their methods, and replaces the filters, tests and global
//! functions that differ. Operators cannot be replaced, so [the loader](super::load) writes calls of functions whose
//! names begin with `__` into the template where the meaning differs.
//!
//! What stays different fails: mixed kinds are not sorted, what has no length has none, an unknown method is an
//! error. Whole numbers have 128 bits; beyond that is an error. A list or dict cannot hold itself, and a loop runs
//! over what its list held when it began.
//!
//! Nothing here knows the models or the platforms, but that a password is not to be mixed with text unseen. The output
//! guard is kept: text becomes exempt only if it was made of exempt text alone, or if the rest of it was guarded first
//! (`State::format`, which asks the formatter). A piece cut out of exempt text elsewhere than at blanks is guarded
//! again: the cut may have left half of what the guard wrote.

mod braces;
mod call;
mod checks;
mod choose;
mod dict;
mod format;
mod functions;
mod list;
mod methods;
mod numbers;
mod operators;
mod order;
mod sequences;
mod strings;
mod text;
mod words;
mod wrap;

use minijinja::value::{Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, State, Value};

use call::{defined, refuse};
pub(super) use strings::lines;
pub(super) use text::text;
pub(super) use words::escape_html;

/// Makes an environment's values behave as Python's.
pub(super) fn install(environment: &mut Environment<'static>) {
    environment.set_unknown_method_callback(methods::call);
    functions::install(environment);
    checks::install(environment);
    sequences::install(environment);
    choose::install(environment);
    words::install(environment);
    numbers::install(environment);
}

/// A filter or function that reads its arguments itself.
type Raw = fn(&mut State<'_, '_>, Vec<Value>) -> Result<Value, Error>;

fn add_filters(environment: &mut Environment<'static>, filters: &[(&'static str, Raw)]) {
    for (name, filter) in filters.iter().copied() {
        environment.add_filter(name, move |state: &mut State<'_, '_>, args: Rest<ValueOrKwargs>| {
            filter(state, args.into_values())
        });
    }
}

fn is_tuple(value: &Value) -> bool {
    value.is_tuple() || value.downcast_object_ref::<sequences::Group>().is_some()
}

fn is_list(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) && !is_tuple(value) && !is_range(value)
}

fn is_range(value: &Value) -> bool {
    value.downcast_object_ref::<functions::Range>().is_some()
}

/// Python's name of a value's type, for errors.
fn kind(value: &Value) -> &'static str {
    match value.kind() {
        ValueKind::Undefined => "something undefined",
        ValueKind::None => "none",
        ValueKind::Bool => "bool",
        ValueKind::Number if value.is_integer() => "int",
        ValueKind::Number => "float",
        ValueKind::String => "str",
        ValueKind::Bytes => "bytes",
        ValueKind::Seq | ValueKind::Iterable if is_tuple(value) => "tuple",
        ValueKind::Seq | ValueKind::Iterable if is_range(value) => "range",
        ValueKind::Seq | ValueKind::Iterable => "list",
        ValueKind::Map if text::is_dict(value) => "dict",
        _ => "object",
    }
}

/// What a loop over a value gives.
///
/// # Errors
/// A value that Python cannot loop over, or something undefined where the environment is strict.
fn items(state: &State<'_, '_>, value: &Value) -> Result<Vec<Value>, Error> {
    defined(state, value)?;
    if value.is_none() {
        return Err(refuse("none cannot be looped over"));
    }
    let refused = |_| refuse(format!("{} cannot be looped over", kind(value)));
    let items = value.try_iter().map_err(refused)?.checked().collect::<Result<Vec<_>, _>>()?;
    state.consume_fuel(items.len() as u64)?;
    Ok(items)
}

#[cfg(test)]
mod tests;
