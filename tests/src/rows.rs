//! What a cache holds, whatever its type.

use std::collections::BTreeMap;

use peering_core::peeringdb::record::{
    Campus, Carrier, CarrierFac, Fac, Ix, IxFac, IxLan, IxPfx, Net, NetFac, NetIxLan, Org, Poc,
};
use peering_core::peeringdb::{Cache, ObjectType, Query, Record};
use serde_json::Value;

/// All rows of a type by their number, hidden ones too, as JSON.
///
/// # Panics
/// When the cache cannot be read.
pub fn rows(cache: &Cache, object: ObjectType) -> BTreeMap<u64, Value> {
    fn of<R: Record>(cache: &Cache) -> BTreeMap<u64, Value> {
        let records = cache.find(&Query::<R>::new().including_deleted()).expect("a readable cache");
        let row = |record: &R| (record.id(), serde_json::to_value(record).expect("a record is JSON"));
        records.iter().map(row).collect()
    }
    match object {
        ObjectType::Org => of::<Org>(cache),
        ObjectType::Campus => of::<Campus>(cache),
        ObjectType::Fac => of::<Fac>(cache),
        ObjectType::Net => of::<Net>(cache),
        ObjectType::Ix => of::<Ix>(cache),
        ObjectType::Carrier => of::<Carrier>(cache),
        ObjectType::CarrierFac => of::<CarrierFac>(cache),
        ObjectType::IxFac => of::<IxFac>(cache),
        ObjectType::IxLan => of::<IxLan>(cache),
        ObjectType::IxPfx => of::<IxPfx>(cache),
        ObjectType::NetFac => of::<NetFac>(cache),
        ObjectType::NetIxLan => of::<NetIxLan>(cache),
        ObjectType::Poc => of::<Poc>(cache),
    }
}
