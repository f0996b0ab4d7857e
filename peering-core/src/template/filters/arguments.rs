//! Arguments by position or by name, as Python takes them.

use minijinja::value::{Kwargs, Rest, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::super::escape::Escape;
use crate::Compat;

/// What filters are added to, and what they must know.
pub(super) struct Environs<'a> {
    pub(super) environment: &'a mut Environment<'static>,
    pub(super) escape: Escape,
    pub(super) compat: Compat,
}

/// Adds a filter with the names of its parameters.
pub(super) fn add<const N: usize>(
    environs: &mut Environs<'_>,
    name: &'static str,
    parameters: [&'static str; N],
    filter: impl Fn(&mut State<'_, '_>, Value, [Option<Value>; N]) -> Result<Value, Error> + Send + Sync + 'static,
) {
    environs.environment.add_filter(
        name,
        move |state: &mut State<'_, '_>, value: Value, arguments: Rest<ValueOrKwargs>| {
            let bound = bind(name, parameters, arguments.into_values())?;
            filter(state, value, bound)
        },
    );
}

/// Gives each parameter its argument.
fn bind<const N: usize>(
    filter: &str,
    parameters: [&'static str; N],
    mut arguments: Vec<Value>,
) -> Result<[Option<Value>; N], Error> {
    let named = match arguments.last() {
        Some(last) if last.is_kwargs() => arguments.pop().map(Kwargs::try_from).transpose()?,
        _ => None,
    };
    if arguments.len() > N {
        let words = format!("`{filter}` takes at most {N} arguments");
        return Err(Error::new(ErrorKind::TooManyArguments, words));
    }
    let mut bound = [const { None }; N];
    for (slot, value) in bound.iter_mut().zip(arguments) {
        *slot = Some(value);
    }
    let Some(named) = named else { return Ok(bound) };
    for name in named.args() {
        let position = parameters.iter().position(|parameter| *parameter == name);
        match position.and_then(|position| bound.get_mut(position)) {
            Some(slot @ None) => *slot = Some(named.get(name)?),
            Some(_) => {
                return Err(Error::new(
                    ErrorKind::TooManyArguments,
                    format!("`{filter}` is given `{name}` twice"),
                ));
            }
            None => {
                let known = parameters.join("`, `");
                let words = match N {
                    0 => format!("`{filter}` takes no `{name}`"),
                    _ => format!("`{filter}` takes no `{name}`; it knows `{known}`"),
                };
                return Err(Error::new(ErrorKind::TooManyArguments, words));
            }
        }
    }
    Ok(bound)
}
