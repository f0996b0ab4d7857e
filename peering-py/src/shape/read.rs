//! From Python objects to JSON, and from there to the core's types.

use peering_core::{Error, ErrorKind};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyDateAccess, PyDateTime, PyDelta, PyDeltaAccess, PyDict, PyFloat, PyInt, PyList, PyMapping,
    PyString, PyTuple,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value, json};

use crate::error::exception;

/// How what JSON has no word for is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// For people and files: durations as seconds, secrets only when asked for.
    Text {
        /// Whether secrets are written in clear.
        expose: bool,
    },
    /// For the core's own types: durations and secrets as serde has them.
    Core,
}

/// A value of the core from a Python object, mostly a record. `OptionsError` with the path of what does not fit.
pub(crate) fn from_python<T: DeserializeOwned>(value: &Bound<'_, PyAny>, what: &str) -> PyResult<T> {
    let json = to_value(value, Form::Core)?;
    serde_path_to_error::deserialize(json).map_err(|error| {
        let (path, inner) = (error.path().to_string(), error.inner());
        let place = if path == "." { what.to_owned() } else { format!("{what}.{path}") };
        exception(value.py(), &Error::new(ErrorKind::Options, format!("{place}: {inner}")))
    })
}

/// What JSON can say of a Python object.
pub(crate) fn to_value(value: &Bound<'_, PyAny>, form: Form) -> PyResult<Value> {
    if value.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(text) = value.cast_exact::<PyString>() {
        return Ok(Value::String(text.to_str()?.to_owned()));
    }
    if let Ok(flag) = value.cast::<PyBool>() {
        return Ok(Value::Bool(flag.is_true()));
    }
    if !is_plain(value) {
        if let Some(fields) = value.getattr_opt(pyo3::intern!(value.py(), "__record_fields__"))? {
            return record(value, &fields, form);
        }
        if let Some(member) = value.getattr_opt(pyo3::intern!(value.py(), "_value_"))? {
            return to_value(&member, form);
        }
        if let Some(expose) = value.getattr_opt(pyo3::intern!(value.py(), "__secret__"))? {
            let exposed = form != Form::Text { expose: false };
            let text = if exposed { expose.extract()? } else { peering_core::REDACTED.to_owned() };
            return Ok(Value::String(text));
        }
    }
    if let Ok(number) = value.cast::<PyInt>() {
        return integer(number);
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        // JSON has no infinity; `serde_json` writes nothing in its place, too. A dark fibre has such a power.
        return Ok(Number::from_f64(number.value()).map_or(Value::Null, Value::Number));
    }
    if let Ok(list) = value.cast::<PyList>() {
        return list.iter().map(|item| to_value(&item, form)).collect::<PyResult<_>>().map(Value::Array);
    }
    if let Ok(tuple) = value.cast::<PyTuple>() {
        return tuple.iter().map(|item| to_value(&item, form)).collect::<PyResult<_>>().map(Value::Array);
    }
    if let Ok(dict) = value.cast::<PyDict>() {
        let entry = |(key, item): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            Ok((key.str()?.to_str()?.to_owned(), to_value(&item, form)?))
        };
        return dict.iter().map(entry).collect::<PyResult<Map<_, _>>>().map(Value::Object);
    }
    other(value, form)
}

/// Whether it is of a built-in class itself: then there are no attributes to look for.
fn is_plain(value: &Bound<'_, PyAny>) -> bool {
    value.is_exact_instance_of::<PyInt>()
        || value.is_exact_instance_of::<PyFloat>()
        || value.is_exact_instance_of::<PyDict>()
        || value.is_exact_instance_of::<PyList>()
        || value.is_exact_instance_of::<PyTuple>()
}

/// A record is its fields; one of a choice has its tag in front.
fn record(value: &Bound<'_, PyAny>, fields: &Bound<'_, PyAny>, form: Form) -> PyResult<Value> {
    let mut map = Map::new();
    let keys = value.getattr(pyo3::intern!(value.py(), "__record_keys__"))?;
    for (name, key) in fields.cast::<PyTuple>()?.iter().zip(keys.cast::<PyTuple>()?.iter()) {
        let name = name.cast::<PyString>()?;
        map.insert(key.extract()?, to_value(&value.getattr(name)?, form)?);
    }
    let tag = value.getattr(pyo3::intern!(value.py(), "__record_tag__"))?;
    let Some(tag) = tag.extract::<Option<String>>()? else {
        return Ok(Value::Object(map));
    };
    // A unit variant is its tag alone, one with a single nameless value has that in the place of the fields.
    Ok(match (map.len(), map.remove("value")) {
        (0, None) => Value::String(tag),
        (1, Some(only)) => json!({ tag: only }),
        (_, Some(one)) => {
            map.insert("value".to_owned(), one);
            json!({ tag: map })
        }
        (_, None) => json!({ tag: map }),
    })
}

fn integer(number: &Bound<'_, PyInt>) -> PyResult<Value> {
    if let Ok(small) = number.extract::<i64>() {
        return Ok(Value::Number(small.into()));
    }
    let big: u64 =
        number.extract().map_err(|_| PyValueError::new_err("a number beyond 64 bits has no place here"))?;
    Ok(Value::Number(big.into()))
}

fn other(value: &Bound<'_, PyAny>, form: Form) -> PyResult<Value> {
    if let Ok(delta) = value.cast::<PyDelta>() {
        return duration(delta, form);
    }
    if let Ok(moment) = value.cast::<PyDateTime>() {
        if value.getattr("tzinfo")?.is_none() {
            let message =
                "a datetime without a time zone has no place here; say datetime(..., tzinfo=timezone.utc)";
            return Err(PyValueError::new_err(message));
        }
        debug_assert!(moment.get_year() > 0);
        return Ok(Value::String(value.call_method0("isoformat")?.extract()?));
    }
    if let Ok(mapping) = value.cast::<PyMapping>() {
        let copy = PyDict::new(value.py());
        copy.update(mapping)?;
        return to_value(&copy, form);
    }
    let module: String = value.get_type().getattr("__module__")?.extract()?;
    if module == "ipaddress" || value.is_instance_of::<PyString>() || value.hasattr("__fspath__")? {
        return Ok(Value::String(value.str()?.to_str()?.to_owned()));
    }
    if let Ok(items) = value.try_iter() {
        return items.map(|item| to_value(&item?, form)).collect::<PyResult<_>>().map(Value::Array);
    }
    let name = value.get_type().name()?;
    Err(PyTypeError::new_err(format!("a value of type {name} has no place here")))
}

fn duration(delta: &Bound<'_, PyDelta>, form: Form) -> PyResult<Value> {
    if form != Form::Core {
        return to_value(&delta.call_method0("total_seconds")?, form);
    }
    let days = u64::try_from(delta.get_days());
    let days = days.map_err(|_| PyValueError::new_err("a duration below zero has no place here"))?;
    let seconds = u64::try_from(delta.get_seconds()).unwrap_or_default();
    let micros = u64::try_from(delta.get_microseconds()).unwrap_or_default();
    Ok(json!({ "secs": days * 86_400 + seconds, "nanos": micros * 1000 }))
}
