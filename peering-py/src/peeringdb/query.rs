//! Queries from Python: filters as names and text, checked by the core.

use jiff::Timestamp;
use peering_core::peeringdb::record::{Fac, Ix, Net};
use peering_core::peeringdb::{ChangeQuery, ObjectType, Query, Record};
use peering_core::{Error, ErrorKind, Result};
use serde::Deserialize;

/// What `peering.peeringdb.query` makes of keyword arguments.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Spec {
    filters: Vec<(String, Wanted)>,
    search: Option<String>,
    presence: Vec<(String, u64)>,
    including_deleted: bool,
    fields: Option<Vec<String>>,
    limit: Option<u64>,
    skip: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Wanted {
    One(String),
    Any(Vec<String>),
}

impl Spec {
    /// The query, if the type has these filters.
    pub(super) fn query<R: Related>(self) -> Result<Query<R>> {
        let mut query = Query::new();
        for (name, wanted) in self.filters {
            query = match wanted {
                Wanted::One(value) => query.filter(&name, &value)?,
                Wanted::Any(values) => query.filter_any(&name, values)?,
            };
        }
        if let Some(text) = self.search {
            query = query.search(text);
        }
        for (how, id) in self.presence {
            query = R::present(query, &how, id).ok_or_else(|| {
                let have = if R::PRESENCE.is_empty() { "none".to_owned() } else { R::PRESENCE.join(", ") };
                let text = format!(
                    "{} has no filter `{how}`; of those through other objects it has {have}",
                    R::OBJECT
                );
                Error::new(ErrorKind::Options, text)
            })?;
        }
        if self.including_deleted {
            query = query.including_deleted();
        }
        if let Some(fields) = self.fields {
            query = query.fields(fields);
        }
        if let Some(rows) = self.limit {
            query = query.limit(rows);
        }
        if let Some(rows) = self.skip {
            query = query.skip(rows);
        }
        Ok(query)
    }
}

/// Filters through other objects, which some types have.
pub(super) trait Related: Record {
    const PRESENCE: &'static [&'static str] = &[];

    fn present(_query: Query<Self>, _how: &str, _id: u64) -> Option<Query<Self>> {
        None
    }
}

macro_rules! related {
    ($($R:ident),*; $($S:ident: $($how:ident)*;)*) => {
        $( impl Related for peering_core::peeringdb::record::$R {} )*
        $( impl Related for $S {
            const PRESENCE: &'static [&'static str] = &[$(stringify!($how)),*];

            fn present(query: Query<Self>, how: &str, id: u64) -> Option<Query<Self>> {
                match how {
                    $( stringify!($how) => Some(query.$how(id)), )*
                    _ => None,
                }
            }
        } )*
    };
}

related! {
    Org, Campus, Carrier, CarrierFac, IxFac, IxLan, IxPfx, NetFac, NetIxLan, Poc;
    Net: at_exchange at_facility;
    Ix: at_facility with_network;
    Fac: with_network with_exchange;
}

/// Which changes to tell.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Changes {
    since: Option<Timestamp>,
    after: Option<u64>,
    objects: Vec<ObjectType>,
    id: Option<u64>,
    limit: Option<usize>,
}

impl From<Changes> for ChangeQuery {
    fn from(Changes { since, after, objects, id, limit }: Changes) -> Self {
        ChangeQuery { since, after, objects, id, limit }
    }
}
