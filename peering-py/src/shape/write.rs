//! From whatever serde serialises to Python objects, directed by a [`Kind`].

use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::tz::Offset;
use peering_core::{Error, ErrorKind};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDateTime, PyDict, PyTuple, PyTzInfo};
use serde::ser::{self, Impossible, Serialize, Serializer};

use super::parts::{Goal, Items, Pairs};
use super::{EnumKind, Field, Kind, RecordKind};
use crate::error::exception;

/// What did not fit, and where.
#[derive(Debug)]
pub(crate) enum Misfit {
    Words { path: Vec<String>, words: String },
    Python(PyErr),
}

impl Misfit {
    pub(super) fn new(words: impl Into<String>) -> Self {
        Misfit::Words { path: Vec::new(), words: words.into() }
    }

    pub(super) fn at(mut self, step: &str) -> Self {
        if let Misfit::Words { path, .. } = &mut self {
            path.push(step.to_owned());
        }
        self
    }

    pub(crate) fn exception(self, py: Python<'_>) -> PyErr {
        match self {
            Misfit::Python(error) => error,
            Misfit::Words { path, words } => {
                let path: Vec<_> = path.into_iter().rev().collect();
                let message = if path.is_empty() { words } else { format!("{}: {words}", path.join(".")) };
                exception(py, &Error::new(ErrorKind::Options, message))
            }
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Misfit::Words { words, .. } => f.write_str(words),
            Misfit::Python(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Misfit {}

impl ser::Error for Misfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Misfit::new(message.to_string())
    }
}

impl From<PyErr> for Misfit {
    fn from(error: PyErr) -> Self {
        Misfit::Python(error)
    }
}

pub(super) type Written = Result<Py<PyAny>, Misfit>;

/// Writes one value.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a, 'py> {
    pub(super) py: Python<'py>,
    pub(super) kind: &'a Kind,
    is_optional: bool,
}

impl<'a, 'py> Writer<'a, 'py> {
    pub(super) fn new(py: Python<'py>, kind: &'a Kind) -> Self {
        match kind {
            Kind::Optional(kind) => Writer { py, kind, is_optional: true },
            kind => Writer { py, kind, is_optional: false },
        }
    }

    /// Writes a value. Only a place for a secret gets one in clear; anywhere else serde blacks it out.
    pub(super) fn write<T: Serialize + ?Sized>(py: Python<'py>, kind: &'a Kind, value: &T) -> Written {
        let writer = Writer::new(py, kind);
        match writer.kind {
            Kind::Later(later) => Writer { kind: later.kind(py)?, ..writer }.value(value),
            _ => writer.value(value),
        }
    }

    fn value<T: Serialize + ?Sized>(self, value: &T) -> Written {
        match self.kind {
            Kind::Secret(_) => peering_core::exposing(|| value.serialize(self)),
            _ => value.serialize(self),
        }
    }

    pub(super) fn give<T: IntoPyObject<'py>>(self, value: T) -> Written {
        Ok(value.into_py_any(self.py)?)
    }

    /// `found` names what stands where something else should. The value itself is left out: it may be a secret.
    pub(super) fn wrong<T>(self, found: &str) -> Result<T, Misfit> {
        let wanted = match self.kind {
            Kind::Any => "something else",
            Kind::Bool => "true or false",
            Kind::Int => "a whole number",
            Kind::Float => "a number",
            Kind::Text => "text",
            Kind::Path => "a path",
            Kind::Later(_) => "a record",
            Kind::Address => "an IP address",
            Kind::Network => "a prefix, without host bits",
            Kind::Interface => "an address with its prefix length",
            Kind::DateTime => "a date and time with its zone (RFC 3339)",
            Kind::Duration => "a duration in seconds",
            Kind::Secret(_) => "a secret, as text",
            Kind::Enum(of) => return Err(Misfit::new(format!("expected a {}, found {found}", of.name))),
            Kind::Record(of) => return Err(Misfit::new(format!("expected a {}, found {found}", of.name))),
            Kind::Optional(_) => "something or nothing",
            Kind::List(_) => "a list",
            Kind::Map(_) => "an object",
            Kind::Choice(of) => {
                let tags: Vec<_> = of.iter().map(|variant| variant.tag.as_str()).collect();
                return Err(Misfit::new(format!("expected one of {}, found {found}", tags.join(", "))));
            }
        };
        Err(Misfit::new(format!("expected {wanted}, found {found}")))
    }

    fn integer<T: IntoPyObject<'py>>(self, value: T, as_float: f64) -> Written {
        match self.kind {
            Kind::Any | Kind::Int => self.give(value),
            Kind::Float => self.give(as_float),
            Kind::Duration => self.seconds(as_float),
            Kind::Enum(of) => self.member(of, value),
            _ => self.wrong("a number"),
        }
    }

    fn seconds(self, seconds: f64) -> Written {
        match Duration::try_from_secs_f64(seconds) {
            Ok(duration) => self.give(duration),
            Err(_) => self.wrong("a number that is none"),
        }
    }

    fn member<T: IntoPyObject<'py>>(self, of: &EnumKind, value: T) -> Written {
        let value = value.into_bound_py_any(self.py)?;
        match of.members.bind(self.py).get_item(&value)? {
            Some(member) => Ok(member.unbind()),
            None if of.is_open => Ok(value.unbind()),
            None => self.wrong("another word"),
        }
    }

    /// An instance of a record class from the values in the places of its fields.
    pub(super) fn build(self, of: &RecordKind, values: Vec<Option<Py<PyAny>>>) -> Written {
        let py = self.py;
        let value = |(field, value): (&Field, Option<Py<PyAny>>)| match (value, &field.default) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => match default.bind(py).cast::<PyDict>() {
                // A dict can be changed: every record has its own.
                Ok(dict) => Ok(dict.copy()?.into_any().unbind()),
                Err(_) => Ok(default.clone_ref(py)),
            },
            (None, None) => Err(Misfit::new("it must be there").at(&field.text)),
        };
        let values = of.fields.iter().zip(values).map(value).collect::<Result<Vec<_>, Misfit>>()?;
        Ok(of.make.bind(py).call1(PyTuple::new(py, values)?)?.unbind())
    }

    /// The record of a choice that has this tag.
    pub(super) fn variant(self, tag: &str) -> Result<(&'a Kind, &'a RecordKind), Misfit> {
        if let Kind::Choice(variants) = self.kind
            && let Some(variant) = variants.iter().find(|variant| variant.tag == tag)
            && let Kind::Record(record) = &variant.kind
        {
            return Ok((&variant.kind, record));
        }
        self.wrong("another word")
    }

    fn struct_of(self, of: &'a RecordKind) -> Pairs<'a, 'py> {
        Pairs { writer: self, key: None, into: Goal::Record(of, of.fields.iter().map(|_| None).collect(), 0) }
    }
}

/// A class of the module `ipaddress`, by address family.
fn ip_class<'py>(
    py: Python<'py>,
    name: &'static str,
    cell: &'static PyOnceLock<Py<PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let load = || PyResult::Ok(PyModule::import(py, "ipaddress")?.getattr(name)?.unbind());
    cell.get_or_try_init(py, load).map(|class| class.bind(py).clone())
}

fn prefixed(py: Python<'_>, net: IpNet, is_interface: bool) -> PyResult<Py<PyAny>> {
    static CLASSES: [PyOnceLock<Py<PyAny>>; 4] = [const { PyOnceLock::new() }; 4];
    let class = match (&net, is_interface) {
        (IpNet::V4(_), false) => ip_class(py, "IPv4Network", &CLASSES[0])?,
        (IpNet::V6(_), false) => ip_class(py, "IPv6Network", &CLASSES[1])?,
        (IpNet::V4(_), true) => ip_class(py, "IPv4Interface", &CLASSES[2])?,
        (IpNet::V6(_), true) => ip_class(py, "IPv6Interface", &CLASSES[3])?,
    };
    let bits = match net.addr() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    };
    class.call1(((bits, net.prefix_len()),)).map(Bound::unbind)
}

/// An aware `datetime`. (The conversion of pyo3 passes `fold` by name: twice the time.)
fn utc(py: Python<'_>, moment: Timestamp) -> PyResult<Py<PyAny>> {
    let at = Offset::UTC.to_datetime(moment);
    let small = u8::try_from;
    let time = PyDateTime::new(
        py,
        at.year().into(),
        small(at.month())?,
        small(at.day())?,
        small(at.hour())?,
        small(at.minute())?,
        small(at.second())?,
        u32::try_from(at.subsec_nanosecond() / 1000)?,
        Some(&*PyTzInfo::utc(py)?),
    )?;
    Ok(time.into_any().unbind())
}

impl<'a, 'py> Serializer for Writer<'a, 'py> {
    type Ok = Py<PyAny>;
    type Error = Misfit;
    type SerializeSeq = Items<'a, 'py>;
    type SerializeTuple = Items<'a, 'py>;
    type SerializeTupleStruct = Impossible<Py<PyAny>, Misfit>;
    type SerializeTupleVariant = Impossible<Py<PyAny>, Misfit>;
    type SerializeMap = Pairs<'a, 'py>;
    type SerializeStruct = Pairs<'a, 'py>;
    type SerializeStructVariant = Pairs<'a, 'py>;

    fn serialize_bool(self, value: bool) -> Written {
        match self.kind {
            Kind::Any | Kind::Bool => self.give(value),
            _ => self.wrong("true or false"),
        }
    }

    fn serialize_i8(self, value: i8) -> Written {
        self.integer(value, value.into())
    }

    fn serialize_i16(self, value: i16) -> Written {
        self.integer(value, value.into())
    }

    fn serialize_i32(self, value: i32) -> Written {
        self.integer(value, value.into())
    }

    fn serialize_i64(self, value: i64) -> Written {
        self.integer(value, value as f64)
    }

    fn serialize_u8(self, value: u8) -> Written {
        self.integer(value, value.into())
    }

    fn serialize_u16(self, value: u16) -> Written {
        self.integer(value, value.into())
    }

    fn serialize_u32(self, value: u32) -> Written {
        self.integer(value, value.into())
    }

    fn serialize_u64(self, value: u64) -> Written {
        self.integer(value, value as f64)
    }

    fn serialize_f32(self, value: f32) -> Written {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Written {
        match self.kind {
            Kind::Any | Kind::Float => self.give(value),
            Kind::Duration => self.seconds(value),
            _ => self.wrong("a number with a fraction"),
        }
    }

    fn serialize_char(self, value: char) -> Written {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Written {
        match self.kind {
            Kind::Any | Kind::Text => self.give(value),
            Kind::Path => self.give(Path::new(value)),
            Kind::Address => match value.parse::<IpAddr>() {
                Ok(address) => self.give(address),
                Err(_) => self.wrong("other text"),
            },
            Kind::Network => match value.parse::<IpNet>() {
                Ok(net) if net.network() == net.addr() => Ok(prefixed(self.py, net, false)?),
                _ => self.wrong("other text"),
            },
            Kind::Interface => match value.parse::<IpNet>() {
                Ok(net) => Ok(prefixed(self.py, net, true)?),
                Err(_) => self.wrong("other text"),
            },
            Kind::DateTime => match value.parse::<Timestamp>() {
                Ok(moment) => Ok(utc(self.py, moment)?),
                Err(_) => self.wrong("other text"),
            },
            Kind::Secret(class) => Ok(class.bind(self.py).call1((value,))?.unbind()),
            Kind::Enum(of) => self.member(of, value),
            Kind::Choice(_) => {
                let (_, record) = self.variant(value)?;
                self.build(record, record.fields.iter().map(|_| None).collect())
            }
            _ => self.wrong("text"),
        }
    }

    fn serialize_bytes(self, value: &[u8]) -> Written {
        match self.kind {
            Kind::Any => self.give(value),
            _ => self.wrong("bytes"),
        }
    }

    fn serialize_none(self) -> Written {
        if self.is_optional || matches!(self.kind, Kind::Any) {
            Ok(self.py.None())
        } else {
            self.wrong("nothing")
        }
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Written {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Written {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        let mut map = self.serialize_map(Some(1))?;
        ser::SerializeMap::serialize_entry(&mut map, variant, value)?;
        ser::SerializeMap::end(map)
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Self::SerializeSeq, Misfit> {
        match self.kind {
            Kind::Any => Ok(Items { writer: self, item: self.kind, items: Vec::new() }),
            Kind::List(item) => Ok(Items { writer: self, item, items: Vec::new() }),
            _ => self.wrong("a list"),
        }
    }

    fn serialize_tuple(self, len: usize) -> Result<Self::SerializeTuple, Misfit> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeTupleStruct, Misfit> {
        self.wrong(name)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeTupleVariant, Misfit> {
        self.wrong(variant)
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Self::SerializeMap, Misfit> {
        match self.kind {
            Kind::Any => {
                Ok(Pairs { writer: self, key: None, into: Goal::Dict(PyDict::new(self.py), self.kind) })
            }
            Kind::Map(item) => {
                Ok(Pairs { writer: self, key: None, into: Goal::Dict(PyDict::new(self.py), item) })
            }
            Kind::Record(of) => Ok(self.struct_of(of)),
            Kind::Choice(_) => Ok(Pairs { writer: self, key: None, into: Goal::Variant(None) }),
            Kind::Duration => Ok(Pairs { writer: self, key: None, into: Goal::Duration(0, 0) }),
            _ => self.wrong("an object"),
        }
    }

    fn serialize_struct(self, _name: &'static str, len: usize) -> Result<Self::SerializeStruct, Misfit> {
        self.serialize_map(Some(len))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeStructVariant, Misfit> {
        Ok(self.struct_of(self.variant(variant)?.1))
    }
}
