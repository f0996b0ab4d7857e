//! PeeringDB's objects as typed records, one struct per type, named by PeeringDB's own tag.
//!
//! A record is what the server sent, readable: fields have PeeringDB's names, addresses, prefixes, AS numbers
//! and instants are types, enumerations stay open. Every field but `id` is an `Option`, because servers,
//! mirrors and projections (`fields=`) leave things out; the field's own description says where the server
//! itself may send `null`.
//!
//! A record never loses anything. What this version does not know is in `extra`; what a typed field cannot
//! express (an absent field against `null`, an address in another spelling, a date that is none) is in
//! [`Kept`]. Serialising a record gives back the JSON value it was read from.
//!
//! Not here: rules about what the records mean together ([`discovery`](crate) does that), HTTP, storage.

mod exchange;
mod facility;
mod field;
mod macros;
mod network;
mod object;
mod organization;
mod values;

pub use exchange::{Ix, IxFac, IxLan, IxPfx, NetIxLan};
pub use facility::{Carrier, CarrierFac, Fac};
pub use field::{Field, FieldKind, Kept};
pub use network::{AsSet, Net, NetFac, Poc};
#[cfg(feature = "cache")]
pub(crate) use object::Name;
pub use object::{ObjectType, Record};
pub use organization::{Campus, Org};
pub use values::{
    ContractPolicy, ImportStatus, LocationPolicy, NetType, PeeringPolicy, PocRole, Property, Protocol, Ratio,
    Region, Scope, ServiceLevel, SocialMedia, Status, Terms, Traffic, Visibility, Voltage,
};

/// The types with the fields that a cache indexes.
#[cfg(test)]
pub(crate) fn key_columns() -> Vec<(ObjectType, &'static [&'static str])> {
    fn of<R: Record>() -> (ObjectType, &'static [&'static str]) {
        (R::OBJECT, R::KEYS)
    }
    vec![
        of::<Org>(),
        of::<Campus>(),
        of::<Fac>(),
        of::<Net>(),
        of::<Ix>(),
        of::<Carrier>(),
        of::<CarrierFac>(),
        of::<IxFac>(),
        of::<IxLan>(),
        of::<IxPfx>(),
        of::<NetFac>(),
        of::<NetIxLan>(),
        of::<Poc>(),
    ]
}

#[cfg(test)]
mod tests;
