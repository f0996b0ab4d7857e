//! The types of objects and what all of them have in common.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use super::{FieldKind, Status};
use crate::ParseError;

/// The types of objects that PeeringDB synchronises. `Display` gives PeeringDB's tag, e.g. `netixlan`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectType {
    /// Organisations, which own everything else.
    Org,
    /// Campuses: groups of facilities.
    Campus,
    /// Facilities: buildings in which networks and exchanges are present.
    Fac,
    /// Networks, one per AS number.
    Net,
    /// Internet exchanges.
    Ix,
    /// Carriers: sellers of connectivity between facilities.
    Carrier,
    /// Presence of a carrier in a facility.
    CarrierFac,
    /// Presence of an exchange in a facility.
    IxFac,
    /// Peering LANs of exchanges.
    IxLan,
    /// Prefixes of peering LANs.
    IxPfx,
    /// Presence of a network in a facility.
    NetFac,
    /// Connections of networks to peering LANs.
    NetIxLan,
    /// Contacts of networks.
    Poc,
}

impl ObjectType {
    /// All types; parents come before the objects that refer to them.
    pub const ALL: [ObjectType; 13] = [
        ObjectType::Org,
        ObjectType::Campus,
        ObjectType::Fac,
        ObjectType::Net,
        ObjectType::Ix,
        ObjectType::Carrier,
        ObjectType::CarrierFac,
        ObjectType::IxFac,
        ObjectType::IxLan,
        ObjectType::IxPfx,
        ObjectType::NetFac,
        ObjectType::NetIxLan,
        ObjectType::Poc,
    ];

    /// PeeringDB's tag, as it stands in the API's paths.
    pub const fn tag(self) -> &'static str {
        match self {
            ObjectType::Org => "org",
            ObjectType::Campus => "campus",
            ObjectType::Fac => "fac",
            ObjectType::Net => "net",
            ObjectType::Ix => "ix",
            ObjectType::Carrier => "carrier",
            ObjectType::CarrierFac => "carrierfac",
            ObjectType::IxFac => "ixfac",
            ObjectType::IxLan => "ixlan",
            ObjectType::IxPfx => "ixpfx",
            ObjectType::NetFac => "netfac",
            ObjectType::NetIxLan => "netixlan",
            ObjectType::Poc => "poc",
        }
    }

    /// Whether the answer depends on who asks: contacts, and the member-list addresses of peering LANs.
    pub const fn depends_on_audience(self) -> bool {
        matches!(self, ObjectType::Poc | ObjectType::IxLan)
    }
}

impl fmt::Display for ObjectType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.tag())
    }
}

impl Serialize for ObjectType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

impl<'de> Deserialize<'de> for ObjectType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl FromStr for ObjectType {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        ObjectType::ALL
            .into_iter()
            .find(|object| object.tag() == text)
            .ok_or_else(|| ParseError::new("a PeeringDB object type such as netixlan", text))
    }
}

#[doc(hidden)]
pub trait Sealed {}

/// What all records have in common. Sealed: the types are PeeringDB's.
pub trait Record:
    Sealed + Serialize + DeserializeOwned + Clone + PartialEq + fmt::Debug + Send + Sync + 'static
{
    /// The type of the object.
    const OBJECT: ObjectType;
    /// The names of all fields that this version knows.
    const FIELDS: &'static [&'static str];
    /// The names of the numeric fields that a cache indexes.
    const KEYS: &'static [&'static str];
    /// The names of the fields that a search by name looks into.
    const NAMES: &'static [&'static str];

    /// What a field holds. `None` for a name that is no field.
    #[doc(hidden)]
    fn kind(field: &str) -> Option<FieldKind>;

    /// The object's number, unique among its type.
    fn id(&self) -> u64;

    /// Whether the object is in use; what says nothing counts as [`Status::Ok`].
    fn status(&self) -> Status;

    /// When the object was last changed.
    fn updated(&self) -> Option<Timestamp>;

    /// The values of [`KEYS`](Record::KEYS), in that order.
    fn keys(&self) -> Vec<Option<i64>>;

    /// The names by which people may look for the object; empty ones are left out.
    fn names(&self) -> Vec<&str>;

    /// The fields that hold a word for which this version has no name, besides `status`.
    fn unknown_values(&self) -> Vec<&'static str>;

    /// The known fields whose value had an unexpected type or form. The values are in `kept`.
    fn undecoded(&self) -> Vec<&'static str>;

    /// The record as its typed fields say it, for languages that have types of their own: every known field by its name,
    /// then `extra`, and as `kept` what was sent for the fields of [`undecoded`](Record::undecoded).
    fn typed(&self) -> impl Serialize + '_;
}

/// A key of a JSON object, borrowed where the input allows it.
pub(crate) struct Name<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E>(self, text: String) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text)))
            }
        }

        deserializer.deserialize_str(Visitor)
    }
}
