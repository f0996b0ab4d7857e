//! The filters of our own: Peering Manager's by its names, and a few more.

mod arguments;
mod formats;
mod policies;
mod relations;
mod sessions;
mod simple;
mod text;

use minijinja::{Environment, Error, ErrorKind, Value};

use arguments::{Environs, add};

use super::escape::Escape;
use super::view::{Rows, View};
use crate::Compat;

pub(super) fn install(environment: &mut Environment<'static>, escape: Escape, compat: Compat) {
    // `debug()` prints every variable, passwords included.
    environment.remove_global("debug");
    environment.remove_test("safe");
    environment.remove_test("escaped");

    let mut environs = Environs { environment, escape, compat };
    text::install(&mut environs);
    formats::install(&mut environs);
    simple::install(&mut environs);
    sessions::install(&mut environs);
    policies::install(&mut environs);
    relations::install(&mut environs);
}

fn refuse(what: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

/// The model that a value shows.
fn model<'a>(value: &'a Value, filter: &str, needs: &str) -> Result<&'a View, Error> {
    View::of(value).ok_or_else(|| refuse(format!("`{filter}` needs {needs}")))
}

/// An argument that is a switch.
fn flag(value: Option<Value>) -> bool {
    value.is_some_and(|value| value.is_true())
}

/// An argument that is a text; nothing is the empty one.
fn text_argument(value: Option<Value>, filter: &str, name: &str) -> Result<String, Error> {
    match value {
        None => Ok(String::new()),
        Some(value) if value.is_none() => Ok(String::new()),
        Some(value) => match value.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(refuse(format!("`{name}` of `{filter}` is a text"))),
        },
    }
}

/// The rows that a value shows, if it is a query's result.
fn rows(value: &Value) -> Option<&Rows> {
    value.downcast_object_ref::<Rows>()
}
