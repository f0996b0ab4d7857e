//! The table form in which records and open enumerations are written down, once each.

/// An enumeration that keeps the values it does not know.
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $( $(#[$vmeta:meta])* $variant:ident = $text:literal, )* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $( $(#[$vmeta])* #[doc = concat!("\n\nWritten `\"", $text, "\"`.")] $variant, )*
            /// A value that this version does not know.
            Other(String),
        }

        impl $name {
            /// The word that PeeringDB uses.
            pub fn as_str(&self) -> &str {
                match self {
                    $( $name::$variant => $text, )*
                    $name::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text => $name::$variant, )*
                    other => $name::Other(other.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Ok(<$name as From<&str>>::from(&text))
            }
        }

        impl $crate::peeringdb::record::Field for $name {
            const KIND: $crate::peeringdb::record::FieldKind = $crate::peeringdb::record::FieldKind::Text;

            fn from_json(value: &serde_json::Value) -> Option<Self> {
                value.as_str().map(<$name as From<&str>>::from)
            }

            fn to_json(&self) -> serde_json::Value {
                serde_json::Value::from(self.as_str())
            }

            fn is_known(&self) -> bool {
                !matches!(self, $name::Other(_))
            }

            fn decode(value: serde_json::Value) -> (Option<Self>, Option<serde_json::Value>) {
                match Self::from_json(&value) {
                    Some(known) => (Some(known), None),
                    None => (None, Some(value)),
                }
            }
        }
    };
}

/// The type of a field: `T`, or `[T]` for a list.
macro_rules! kind {
    ([$kind:ty]) => { Vec<$kind> };
    ($kind:ty) => { $kind };
}

/// The filter by a field. Lists have none: the server does not compare them.
macro_rules! filter {
    ($field:ident, [$kind:ty]) => {};
    ($field:ident, $kind:ty) => {
        #[doc = concat!("Only objects whose `", stringify!($field), "` is as given.")]
        #[must_use]
        pub fn $field(self, wanted: impl Into<$crate::peeringdb::Match<$kind>>) -> Self {
            self.field(stringify!($field), wanted.into())
        }
    };
}

/// A record type: its fields in PeeringDB's order, the ones a cache indexes, and the ones that are names.
macro_rules! record {
    ($(#[$meta:meta])* $name:ident, keys [$($key:ident),*], names [$($text:ident),*], {
        $( $(#[$fmeta:meta])* $field:ident : $kind:tt, )*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            /// Number of the object, unique among its type.
            pub id: u64,
            $( $(#[$fmeta])* pub $field: Option<$crate::peeringdb::record::macros::kind!($kind)>, )*
            /// When the object was created.
            pub created: Option<jiff::Timestamp>,
            /// When the object was last changed, to the second.
            pub updated: Option<jiff::Timestamp>,
            /// Whether the object is in use.
            pub status: Option<$crate::peeringdb::record::Status>,
            /// Fields that this version does not know, as the server sent them: `meta` (opaque by contract),
            /// nested objects of a `depth` above 0, and whatever a later server adds.
            pub extra: serde_json::Map<String, serde_json::Value>,
            /// What the typed fields cannot express.
            pub kept: $crate::peeringdb::record::Kept,
        }

        impl $crate::peeringdb::record::Record for $name {
            const OBJECT: $crate::peeringdb::record::ObjectType = $crate::peeringdb::record::ObjectType::$name;
            const FIELDS: &'static [&'static str] =
                &["id", $( stringify!($field), )* "created", "updated", "status"];
            const KEYS: &'static [&'static str] = &[$( stringify!($key), )*];
            const NAMES: &'static [&'static str] = &[$( stringify!($text), )*];

            fn id(&self) -> u64 {
                self.id
            }

            fn status(&self) -> $crate::peeringdb::record::Status {
                self.status.clone().unwrap_or($crate::peeringdb::record::Status::Ok)
            }

            fn updated(&self) -> Option<jiff::Timestamp> {
                self.updated
            }

            fn keys(&self) -> Vec<Option<i64>> {
                vec![$( self.$key.as_ref().and_then($crate::peeringdb::record::Field::key), )*]
            }

            fn names(&self) -> Vec<&str> {
                let names: &[&Option<String>] = &[$( &self.$text, )*];
                names.iter().filter_map(|name| name.as_deref()).filter(|name| !name.is_empty()).collect()
            }

            fn kind(field: &str) -> Option<$crate::peeringdb::record::FieldKind> {
                use $crate::peeringdb::record::{Field, FieldKind};
                match field {
                    "id" => Some(FieldKind::Number),
                    $( stringify!($field) => Some(<$crate::peeringdb::record::macros::kind!($kind)>::KIND), )*
                    "created" | "updated" => Some(FieldKind::Time),
                    "status" => Some(FieldKind::Text),
                    _ => None,
                }
            }

            fn unknown_values(&self) -> Vec<&'static str> {
                use $crate::peeringdb::record::Field;
                let mut fields = Vec::new();
                $( if self.$field.as_ref().is_some_and(|value| !value.is_known()) {
                    fields.push(stringify!($field));
                } )*
                fields
            }

            fn undecoded(&self) -> Vec<&'static str> {
                use $crate::peeringdb::record::field::is_undecoded;
                let mut fields = Vec::new();
                if self.kept.iter().next().is_none() {
                    return fields;
                }
                $( if is_undecoded(self.$field.as_ref(), &self.kept, stringify!($field)) {
                    fields.push(stringify!($field));
                } )*
                if is_undecoded(self.created.as_ref(), &self.kept, "created") {
                    fields.push("created");
                }
                if is_undecoded(self.updated.as_ref(), &self.kept, "updated") {
                    fields.push("updated");
                }
                if is_undecoded(self.status.as_ref(), &self.kept, "status") {
                    fields.push("status");
                }
                fields
            }

            fn typed(&self) -> impl serde::Serialize + '_ {
                struct Typed<'a>(&'a $name);

                impl serde::Serialize for Typed<'_> {
                    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                        use serde::ser::SerializeStruct as _;
                        let record = self.0;
                        let count = <$name as $crate::peeringdb::record::Record>::FIELDS.len() + 2;
                        let mut fields = serializer.serialize_struct(stringify!($name), count)?;
                        fields.serialize_field("id", &record.id)?;
                        $( fields.serialize_field(stringify!($field), &record.$field)?; )*
                        fields.serialize_field("created", &record.created)?;
                        fields.serialize_field("updated", &record.updated)?;
                        fields.serialize_field("status", &record.status)?;
                        fields.serialize_field("extra", &record.extra)?;
                        let undecoded = $crate::peeringdb::record::Record::undecoded(record);
                        fields.serialize_field("kept", &record.kept.of(&undecoded))?;
                        fields.end()
                    }
                }

                Typed(self)
            }
        }

        impl $crate::peeringdb::record::object::Sealed for $name {}

        #[doc = concat!("Filters by the fields of [`", stringify!($name), "`].")]
        impl $crate::peeringdb::Query<$name> {
            $( $crate::peeringdb::record::macros::filter! { $field, $kind } )*
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                use $crate::peeringdb::record::field::written;
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("id", &self.id)?;
                $( if let Some(value) = written(self.$field.as_ref(), &self.kept, stringify!($field)) {
                    map.serialize_entry(stringify!($field), &value)?;
                } )*
                if let Some(value) = written(self.created.as_ref(), &self.kept, "created") {
                    map.serialize_entry("created", &value)?;
                }
                if let Some(value) = written(self.updated.as_ref(), &self.kept, "updated") {
                    map.serialize_entry("updated", &value)?;
                }
                if let Some(value) = written(self.status.as_ref(), &self.kept, "status") {
                    map.serialize_entry("status", &value)?;
                }
                for (name, value) in &self.extra {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use $crate::peeringdb::record::field::fill;

                struct Visitor;

                impl<'de> serde::de::Visitor<'de> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("a PeeringDB ", stringify!($name), " object"))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut record = $name::default();
                        let mut has_id = false;
                        while let Some(name) = map.next_key::<$crate::peeringdb::record::object::Name<'de>>()? {
                            match name.0.as_ref() {
                                "id" => {
                                    record.id = map.next_value()?;
                                    has_id = true;
                                }
                                $( stringify!($field) => fill(
                                    &mut record.$field, &mut record.kept, stringify!($field), map.next_value()?,
                                ), )*
                                "created" => fill(&mut record.created, &mut record.kept, "created", map.next_value()?),
                                "updated" => fill(&mut record.updated, &mut record.kept, "updated", map.next_value()?),
                                "status" => fill(&mut record.status, &mut record.kept, "status", map.next_value()?),
                                _ => {
                                    let value = map.next_value()?;
                                    record.extra.insert(name.0.into_owned(), value);
                                }
                            }
                        }
                        if has_id { Ok(record) } else { Err(serde::de::Error::missing_field("id")) }
                    }
                }

                deserializer.deserialize_map(Visitor)
            }
        }
    };
}

pub(super) use {filter, kind, open_enum, record};
