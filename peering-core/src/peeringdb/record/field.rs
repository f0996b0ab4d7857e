//! How one JSON value becomes one typed field, and back, without loss.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use jiff::Timestamp;
use serde_json::Value;

use crate::Asn;

/// What a field holds, as far as a filter is concerned.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    Flag,
    Decimal,
    Number,
    AsNumber,
    Address4,
    Address6,
    Prefix,
    Time,
    /// Several values, which the server does not compare.
    List,
}

/// A type that a record's field can have.
///
/// Not for implementing outside this crate: the set of types is PeeringDB's.
pub trait Field: Sized + PartialEq {
    #[doc(hidden)]
    const KIND: FieldKind;

    /// The typed form, if `value` has one.
    fn from_json(value: &Value) -> Option<Self>;

    /// The form in which PeeringDB writes this value.
    fn to_json(&self) -> Value;

    /// The typed form, and the value itself where the typed form does not say all of it.
    #[doc(hidden)]
    fn decode(value: Value) -> (Option<Self>, Option<Value>) {
        match Self::from_json(&value) {
            Some(field) if field.to_json() == value => (Some(field), None),
            typed => (typed, Some(value)),
        }
    }

    /// Whether this version knows the value: false for a word that an open enumeration has no name for.
    #[doc(hidden)]
    fn is_known(&self) -> bool {
        true
    }

    /// The number under which a cache indexes this value.
    #[doc(hidden)]
    fn key(&self) -> Option<i64> {
        None
    }
}

impl Field for String {
    const KIND: FieldKind = FieldKind::Text;

    fn from_json(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }

    fn to_json(&self) -> Value {
        Value::String(self.clone())
    }

    fn decode(value: Value) -> (Option<Self>, Option<Value>) {
        match value {
            Value::String(text) => (Some(text), None),
            other => (None, Some(other)),
        }
    }
}

impl Field for bool {
    const KIND: FieldKind = FieldKind::Flag;

    fn from_json(value: &Value) -> Option<Self> {
        value.as_bool()
    }

    fn to_json(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Field for u64 {
    const KIND: FieldKind = FieldKind::Number;

    fn from_json(value: &Value) -> Option<Self> {
        value.as_u64()
    }

    fn to_json(&self) -> Value {
        Value::from(*self)
    }

    fn key(&self) -> Option<i64> {
        i64::try_from(*self).ok()
    }
}

impl Field for f64 {
    const KIND: FieldKind = FieldKind::Decimal;

    fn from_json(value: &Value) -> Option<Self> {
        value.as_f64()
    }

    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl Field for Asn {
    const KIND: FieldKind = FieldKind::AsNumber;

    fn from_json(value: &Value) -> Option<Self> {
        value.as_u64().and_then(|number| u32::try_from(number).ok()).map(Asn::new)
    }

    fn to_json(&self) -> Value {
        Value::from(self.get())
    }

    fn key(&self) -> Option<i64> {
        Some(i64::from(self.get()))
    }
}

/// The types that PeeringDB writes as a string of their usual form.
macro_rules! textual {
    ($($kind:ty: $what:ident),*) => {$(
        impl Field for $kind {
            const KIND: FieldKind = FieldKind::$what;

            fn from_json(value: &Value) -> Option<Self> {
                value.as_str().and_then(|text| text.parse().ok())
            }

            fn to_json(&self) -> Value {
                Value::String(self.to_string())
            }
        }
    )*};
}

textual!(Ipv4Addr: Address4, Ipv6Addr: Address6, IpNet: Prefix, Timestamp: Time);

impl<T: Field> Field for Vec<T> {
    const KIND: FieldKind = FieldKind::List;

    fn from_json(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(T::from_json).collect()
    }

    fn to_json(&self) -> Value {
        Value::Array(self.iter().map(T::to_json).collect())
    }

    fn is_known(&self) -> bool {
        self.iter().all(T::is_known)
    }
}

/// What the server sent for fields whose typed form does not say all of it.
///
/// Holds a `null` (the typed field is `None` both when the server says `null` and when it says nothing), a
/// value of an unexpected type or form (the typed field is `None`), or an unusual spelling of a good value.
/// As long as the typed field is left alone, serialising the record writes what is kept here; once the field
/// is changed, the change is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept(Vec<(&'static str, Value)>);

impl Kept {
    /// The value that the server sent for this field, if it is kept.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, value)| value)
    }

    /// Every kept field with the value that the server sent.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// What is kept of these fields.
    pub(crate) fn of(&self, fields: &[&'static str]) -> BTreeMap<&'static str, &Value> {
        self.iter().filter(|(name, _)| fields.contains(name)).collect()
    }

    pub(crate) fn put(&mut self, field: &'static str, value: Value) {
        match self.0.binary_search_by_key(&field, |(name, _)| name) {
            Ok(at) => {
                if let Some((_, kept)) = self.0.get_mut(at) {
                    *kept = value;
                }
            }
            Err(at) => self.0.insert(at, (field, value)),
        }
    }
}

/// Reads `value` into a record's field.
pub(crate) fn fill<T: Field>(field: &mut Option<T>, kept: &mut Kept, name: &'static str, value: Value) {
    if value.is_null() {
        *field = None;
        kept.put(name, value);
        return;
    }
    let (typed, rest) = T::decode(value);
    *field = typed;
    if let Some(rest) = rest {
        kept.put(name, rest);
    }
}

/// What to write for a record's field: what was read, unless the field has been changed since.
pub(crate) fn written<T: Field>(field: Option<&T>, kept: &Kept, name: &str) -> Option<Value> {
    match (field, kept.value(name)) {
        (field, Some(value)) if T::from_json(value).as_ref() == field => Some(value.clone()),
        (Some(field), _) => Some(field.to_json()),
        (None, _) => None,
    }
}

/// Whether `name` was sent with a value that its type cannot express.
pub(crate) fn is_undecoded<T: Field>(field: Option<&T>, kept: &Kept, name: &str) -> bool {
    field.is_none() && kept.value(name).is_some_and(|value| !value.is_null())
}
