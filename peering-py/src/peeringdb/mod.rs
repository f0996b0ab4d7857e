//! PeeringDB for `peering.peeringdb`: records, queries, the client, the cache and what fills it.
//!
//! Python names a type of objects by PeeringDB's tag. [`of_type`] is the one place where a tag becomes a Rust type.

mod cache;
mod client;
mod fill;
mod query;
mod rows;

pub(crate) use cache::NativeCache;
pub(crate) use client::NativeClient;
pub(crate) use fill::{load_dump, refresh, repair, sync};
pub(crate) use rows::{NativeStream, object_fields};

/// An expression with `$R` as the record type of an `ObjectType`.
macro_rules! of_type {
    ($object:expr, $R:ident => $value:expr) => {{
        use peering_core::peeringdb::{ObjectType, record};
        of_type!(@ $object, $R => $value, Org Campus Fac Net Ix Carrier CarrierFac IxFac IxLan IxPfx NetFac NetIxLan Poc)
    }};
    (@ $object:expr, $R:ident => $value:expr, $($name:ident)*) => {
        match $object {
            $( ObjectType::$name => {
                type $R = record::$name;
                $value
            } )*
        }
    };
}

use of_type;
