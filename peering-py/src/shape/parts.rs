//! Lists and named values on their way to Python, for `write.rs`.

use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use serde::ser::{self, Serialize};

use super::write::{Misfit, Writer, Written};
use super::{Kind, RecordKind};

/// A list on its way.
pub(super) struct Items<'a, 'py> {
    pub(super) writer: Writer<'a, 'py>,
    pub(super) item: &'a Kind,
    pub(super) items: Vec<Py<PyAny>>,
}

impl Items<'_, '_> {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Misfit> {
        let index = self.items.len();
        let item = Writer::write(self.writer.py, self.item, value);
        self.items.push(item.map_err(|misfit| misfit.at(&index.to_string()))?);
        Ok(())
    }

    fn done(self) -> Written {
        let py = self.writer.py;
        match self.writer.kind {
            Kind::List(_) => Ok(PyTuple::new(py, self.items)?.into_any().unbind()),
            _ => Ok(PyList::new(py, self.items)?.into_any().unbind()),
        }
    }
}

impl ser::SerializeSeq for Items<'_, '_> {
    type Ok = Py<PyAny>;
    type Error = Misfit;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Misfit> {
        self.push(value)
    }

    fn end(self) -> Written {
        self.done()
    }
}

impl ser::SerializeTuple for Items<'_, '_> {
    type Ok = Py<PyAny>;
    type Error = Misfit;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Misfit> {
        self.push(value)
    }

    fn end(self) -> Written {
        self.done()
    }
}

/// Named values on their way.
pub(super) struct Pairs<'a, 'py> {
    pub(super) writer: Writer<'a, 'py>,
    pub(super) key: Option<String>,
    pub(super) into: Goal<'a, 'py>,
}

/// What the named values become.
pub(super) enum Goal<'a, 'py> {
    Dict(Bound<'py, PyDict>, &'a Kind),
    /// With the place where the next field most likely is.
    Record(&'a RecordKind, Vec<Option<Py<PyAny>>>, usize),
    /// The one pair of a choice: its value, once it is there.
    Variant(Option<Py<PyAny>>),
    /// Seconds and nanoseconds.
    Duration(u64, u32),
}

impl Pairs<'_, '_> {
    fn pair<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Misfit> {
        let (writer, py) = (self.writer, self.writer.py);
        match &mut self.into {
            Goal::Dict(dict, kind) => {
                let item = Writer::write(py, kind, value).map_err(|misfit| misfit.at(key))?;
                dict.set_item(PyString::new(py, key), item)?;
            }
            Goal::Record(of, values, next) => {
                let likely = of.fields.get(*next).is_some_and(|field| field.text == key).then_some(*next);
                let place = likely.or_else(|| of.fields.iter().position(|field| field.text == key));
                let Some((index, field)) = place.and_then(|index| Some((index, of.fields.get(index)?)))
                else {
                    return Err(Misfit::new(format!("a {} has no such field", of.name)).at(key));
                };
                let item = Writer::write(py, &field.kind, value).map_err(|misfit| misfit.at(key))?;
                if let Some(slot) = values.get_mut(index) {
                    *slot = Some(item);
                }
                *next = index + 1;
            }
            Goal::Variant(slot) => {
                let (kind, record) = writer.variant(key)?;
                let item = match record.fields.as_slice() {
                    [only] if only.text == "value" => {
                        let item = Writer::write(py, &only.kind, value).map_err(|misfit| misfit.at(key))?;
                        writer.build(record, vec![Some(item)])?
                    }
                    _ => Writer::write(py, kind, value).map_err(|misfit| misfit.at(key))?,
                };
                *slot = Some(item);
            }
            Goal::Duration(seconds, nanos) => {
                let number = value.serialize(Writer::new(py, &Kind::Int)).map_err(|misfit| misfit.at(key))?;
                match key {
                    "secs" => *seconds = number.extract(py)?,
                    "nanos" => *nanos = number.extract(py)?,
                    _ => return Err(Misfit::new("a duration has no such field").at(key)),
                }
            }
        }
        Ok(())
    }

    fn done(self) -> Written {
        match self.into {
            Goal::Dict(dict, _) => Ok(dict.into_any().unbind()),
            Goal::Record(of, values, _) => self.writer.build(of, values),
            Goal::Variant(Some(value)) => Ok(value),
            Goal::Variant(None) => self.writer.wrong("an empty object"),
            Goal::Duration(seconds, nanos) => self.writer.give(Duration::new(seconds, nanos)),
        }
    }
}

impl ser::SerializeMap for Pairs<'_, '_> {
    type Ok = Py<PyAny>;
    type Error = Misfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Misfit> {
        let key = key.serialize(Writer::new(self.writer.py, &Kind::Any))?;
        self.key = Some(key.bind(self.writer.py).str()?.to_str()?.to_owned());
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Misfit> {
        let key = self.key.take().unwrap_or_default();
        self.pair(&key, value)
    }

    fn end(self) -> Written {
        self.done()
    }
}

impl ser::SerializeStruct for Pairs<'_, '_> {
    type Ok = Py<PyAny>;
    type Error = Misfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Misfit> {
        self.pair(key, value)
    }

    fn end(self) -> Written {
        self.done()
    }
}

impl ser::SerializeStructVariant for Pairs<'_, '_> {
    type Ok = Py<PyAny>;
    type Error = Misfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Misfit> {
        self.pair(key, value)
    }

    fn end(self) -> Written {
        self.done()
    }
}
