//! Record classes of the Python package, as seen from Rust.
//!
//! A record class is Python source; its annotations say what it holds. `peering._record` turns them into a [`Shape`] once
//! per class, and everything that crosses the border goes by it:
//!
//! | file | from | to |
//! |---|---|---|
//! | `write.rs`, `parts.rs` | a Rust value, or JSON (anything that serde serialises) | Python objects, checked against the shape |
//! | `read.rs` | Python objects | JSON, and from there a Rust value |
//! | `columns.rs`, `cells.rs` | a Rust value, or JSON | Arrow columns, without Python objects |

mod cells;
mod columns;
mod parts;
mod read;
mod write;

use std::fmt;
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};
use serde::Serialize;

pub(crate) use columns::Columns;
pub(crate) use read::{Form, from_python, to_value};
pub(crate) use write::Misfit;
use write::Writer;

/// What a place holds.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Whatever JSON can say, as it stands.
    Any,
    Bool,
    Int,
    Float,
    Text,
    /// A `pathlib.Path`.
    Path,
    /// `ipaddress.IPv4Address` or `IPv6Address`.
    Address,
    /// `ipaddress.IPv4Network` or `IPv6Network`.
    Network,
    /// `ipaddress.IPv4Interface` or `IPv6Interface`: an address with the prefix length of its network.
    Interface,
    /// An aware `datetime`.
    DateTime,
    /// A `timedelta`.
    Duration,
    /// A `peering.Secret`.
    Secret(Arc<Py<PyAny>>),
    /// A member of an `enum.Enum` by its value; a value that it does not have stays as it is, unless it is closed.
    Enum(Arc<EnumKind>),
    Record(Arc<RecordKind>),
    /// The same, or `None`.
    Optional(Arc<Kind>),
    /// A tuple.
    List(Arc<Kind>),
    /// A `dict` with text as keys.
    Map(Arc<Kind>),
    /// One of several record classes, by its name in front (serde's external tag).
    Choice(Arc<Vec<Variant>>),
    /// A record class that holds itself.
    Later(Arc<Later>),
}

/// A shape that is looked up when it is needed.
pub(crate) struct Later {
    find: Py<PyAny>,
    class: Py<PyAny>,
    found: PyOnceLock<Kind>,
}

impl fmt::Debug for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Later").field(&self.class).finish()
    }
}

impl Later {
    fn kind(&self, py: Python<'_>) -> PyResult<&Kind> {
        self.found.get_or_try_init(py, || {
            let shape = self.find.bind(py).call1((&self.class,))?;
            Ok(shape.cast::<Shape>()?.get().0.clone())
        })
    }
}

#[derive(Debug)]
pub(crate) struct EnumKind {
    name: String,
    members: Py<PyDict>,
    is_open: bool,
}

#[derive(Debug)]
pub(crate) struct RecordKind {
    name: String,
    /// Makes an instance from the values of all fields: what comes from Rust needs no checks.
    make: Py<PyAny>,
    fields: Vec<Field>,
}

#[derive(Debug)]
pub(crate) struct Field {
    /// Its name where it is written down.
    text: String,
    kind: Kind,
    /// What it holds when nothing is said; `None` where something must be.
    default: Option<Py<PyAny>>,
}

#[derive(Debug)]
pub(crate) struct Variant {
    tag: String,
    /// Always a record.
    kind: Kind,
}

/// What a record class, or a place in one, holds.
#[pyclass(frozen, module = "peering._native")]
#[derive(Debug)]
pub(crate) struct Shape(Kind);

#[pymethods]
impl Shape {
    /// A shape by its name (`"int"`, `"address"`, …), or by name and parts (`("list", shape)`).
    #[new]
    #[pyo3(signature = (name, *parts))]
    fn new(name: &str, parts: &Bound<'_, PyTuple>) -> PyResult<Self> {
        let part = |index: usize| parts.get_item(index);
        let shape = |index: usize| -> PyResult<Arc<Kind>> {
            Ok(Arc::new(part(index)?.cast::<Shape>()?.get().0.clone()))
        };
        Ok(Shape(match name {
            "any" => Kind::Any,
            "bool" => Kind::Bool,
            "int" => Kind::Int,
            "float" => Kind::Float,
            "text" => Kind::Text,
            "path" => Kind::Path,
            "address" => Kind::Address,
            "network" => Kind::Network,
            "interface" => Kind::Interface,
            "datetime" => Kind::DateTime,
            "duration" => Kind::Duration,
            "secret" => Kind::Secret(Arc::new(part(0)?.unbind())),
            "enum" => Kind::Enum(Arc::new(EnumKind {
                name: part(0)?.getattr("__name__")?.extract()?,
                members: part(0)?.getattr("_value2member_map_")?.cast_into::<PyDict>()?.unbind(),
                is_open: part(1)?.extract()?,
            })),
            "optional" => Kind::Optional(shape(0)?),
            "list" => Kind::List(shape(0)?),
            "map" => Kind::Map(shape(0)?),
            "later" => Kind::Later(Arc::new(Later {
                find: part(0)?.unbind(),
                class: part(1)?.unbind(),
                found: PyOnceLock::new(),
            })),
            "record" => Kind::Record(Arc::new(record(parts)?)),
            "choice" => Kind::Choice(Arc::new(variants(parts)?)),
            other => return Err(PyTypeError::new_err(format!("no shape is called {other:?}"))),
        }))
    }

    /// Makes the typed value from what JSON can say; `OptionsError` with the path of what does not fit.
    fn load(&self, value: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.python(value.py(), &to_value(value, Form::Text { expose: true })?)
    }

    /// What JSON can say of a typed value: dicts, lists, text, numbers. Secrets are blacked out unless exposed.
    #[staticmethod]
    fn dump(value: &Bound<'_, PyAny>, expose: bool) -> PyResult<Py<PyAny>> {
        Shape(Kind::Any).python(value.py(), &to_value(value, Form::Text { expose })?)
    }
}

impl Shape {
    /// Whether it is whatever JSON can say.
    pub(crate) fn is_any(&self) -> bool {
        matches!(self.0, Kind::Any)
    }

    /// The Python value for a Rust value of this shape.
    pub(crate) fn python<T: Serialize + ?Sized>(&self, py: Python<'_>, value: &T) -> PyResult<Py<PyAny>> {
        Writer::write(py, &self.0, value).map_err(|error| error.exception(py))
    }

    /// Empty Arrow columns for values of this shape.
    pub(crate) fn columns(&self, py: Python<'_>) -> PyResult<Columns> {
        Columns::new(py, &self.0)
    }
}

/// `class, make, (key, shape, has_default, default)…`
fn record(parts: &Bound<'_, PyTuple>) -> PyResult<RecordKind> {
    let fields = parts.iter().skip(2).map(|field| {
        let (text, kind, has_default, default): (String, Bound<'_, Shape>, bool, Bound<'_, PyAny>) =
            field.extract()?;
        Ok(Field { text, kind: kind.get().0.clone(), default: has_default.then(|| default.unbind()) })
    });
    Ok(RecordKind {
        name: parts.get_item(0)?.getattr("__name__")?.extract()?,
        make: parts.get_item(1)?.unbind(),
        fields: fields.collect::<PyResult<_>>()?,
    })
}

/// `(tag, record shape)…`
fn variants(parts: &Bound<'_, PyTuple>) -> PyResult<Vec<Variant>> {
    let variant = |part: Bound<'_, PyAny>| {
        let (tag, shape): (String, Bound<'_, Shape>) = part.extract()?;
        match &shape.get().0 {
            kind @ Kind::Record(_) => Ok(Variant { tag, kind: kind.clone() }),
            other => Err(PyTypeError::new_err(format!("a choice is between records, not {other:?}"))),
        }
    };
    parts.iter().map(variant).collect()
}
