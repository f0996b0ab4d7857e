//! Python values that templates are given: in their own order, with their own keys, and without secrets.
//!
//! What goes to the core's types goes by way of JSON (`shape/`), whose objects are sorted. A template may loop over a
//! dict, and then its order is part of the result.

use peering_core::{Error, ErrorKind};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyMapping, PyString};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::error::exception;
use crate::shape::{Form, to_value};

/// How deep values may be nested: one that holds itself has no end.
const DEEPEST: usize = 100;

/// Why a secret is no such value.
const SECRET: &str =
    "it holds a secret; a template takes passwords from the network only, where it knows them as such";

/// A value that holds nothing of Python any more.
#[derive(Debug)]
pub(crate) enum Plain {
    Nothing,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Plain>),
    /// In the order in which it was filled.
    Map(Vec<(Plain, Plain)>),
    /// What has a form of its own as text.
    Json(serde_json::Value),
}

/// The value. `OptionsError` for a secret, a number that is not finite, and what has no end; `what` says whose it is.
pub(crate) fn plain(value: &Bound<'_, PyAny>, what: &str) -> PyResult<Plain> {
    Reader { what }.read(value, 0)
}

struct Reader<'a> {
    what: &'a str,
}

impl Reader<'_> {
    fn wrong(&self, py: Python<'_>, words: &str) -> PyErr {
        exception(py, &Error::new(ErrorKind::Options, format!("{}: {words}", self.what)))
    }

    fn read(&self, value: &Bound<'_, PyAny>, depth: usize) -> PyResult<Plain> {
        let py = value.py();
        if depth > DEEPEST {
            return Err(self.wrong(py, "it is nested too deeply"));
        }
        if value.is_none() {
            return Ok(Plain::Nothing);
        }
        if let Ok(text) = value.cast_exact::<PyString>() {
            return Ok(Plain::Text(text.to_str()?.to_owned()));
        }
        if let Ok(flag) = value.cast::<PyBool>() {
            return Ok(Plain::Bool(flag.is_true()));
        }
        if value.hasattr(pyo3::intern!(py, "__secret__"))? {
            return Err(self.wrong(py, SECRET));
        }
        if let Ok(fields) = value.getattr(pyo3::intern!(py, "__record_fields__"))
            && value.getattr(pyo3::intern!(py, "__record_tag__"))?.is_none()
        {
            let pairs = fields.try_iter()?.map(|name| {
                let name = name?.cast_into::<PyString>()?;
                let item = self.read(&value.getattr(&name)?, depth + 1)?;
                Ok((Plain::Text(name.to_str()?.to_owned()), item))
            });
            return pairs.collect::<PyResult<_>>().map(Plain::Map);
        }
        if value.hasattr(pyo3::intern!(py, "_value_"))? {
            return self.read(&value.getattr("_value_")?, depth + 1);
        }
        if let Ok(number) = value.cast::<PyInt>() {
            return number.extract().map(Plain::Int).map_err(|_| self.wrong(py, "a number beyond 128 bits"));
        }
        if let Ok(number) = value.cast::<PyFloat>() {
            let number = number.value();
            let not_finite = || self.wrong(py, "a number that is not finite");
            return number.is_finite().then_some(Plain::Float(number)).ok_or_else(not_finite);
        }
        if let Ok(mapping) = value.cast::<PyMapping>() {
            return self.pairs(mapping, depth);
        }
        // Text of other classes, and networks of `ipaddress`, can be iterated, too.
        let module: String = value.get_type().getattr("__module__")?.extract()?;
        let is_text = value.is_instance_of::<PyString>() || module == "ipaddress";
        match value.try_iter() {
            Ok(items) if !is_text => {
                items.map(|item| self.read(&item?, depth + 1)).collect::<PyResult<_>>().map(Plain::List)
            }
            _ => self.written(value),
        }
    }

    /// What is written as text or a number: times, addresses, paths, and records that are one of a choice.
    fn written(&self, value: &Bound<'_, PyAny>) -> PyResult<Plain> {
        let shown = to_value(value, Form::Text { expose: false })?;
        if to_value(value, Form::Text { expose: true })? != shown {
            return Err(self.wrong(value.py(), SECRET));
        }
        Ok(Plain::Json(shown))
    }

    fn pairs(&self, mapping: &Bound<'_, PyMapping>, depth: usize) -> PyResult<Plain> {
        // A copy: what is called meanwhile could change it.
        let copy = PyDict::new(mapping.py());
        copy.update(mapping)?;
        let pairs = copy.items().into_iter().map(|pair| {
            let (key, item): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
            Ok((self.read(&key, depth + 1)?, self.read(&item, depth + 1)?))
        });
        pairs.collect::<PyResult<_>>().map(Plain::Map)
    }
}

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Plain::Nothing => serializer.serialize_unit(),
            Plain::Bool(flag) => serializer.serialize_bool(*flag),
            Plain::Int(number) => match i64::try_from(*number) {
                Ok(small) => serializer.serialize_i64(small),
                Err(_) => serializer.serialize_i128(*number),
            },
            Plain::Float(number) => serializer.serialize_f64(*number),
            Plain::Text(text) => serializer.serialize_str(text),
            Plain::List(items) => serializer.collect_seq(items),
            Plain::Map(pairs) => {
                let mut map = serializer.serialize_map(Some(pairs.len()))?;
                for (key, value) in pairs {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Plain::Json(value) => value.serialize(serializer),
        }
    }
}
