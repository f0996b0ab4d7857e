//! What to look for: typed filters that the server and the cache understand alike.
//!
//! The server ignores a filter whose name it does not know and answers with everything; here the names are
//! methods, or checked where they come as text, so that cannot happen. Deleted and pending objects are left out
//! unless asked for.

mod filter;

use std::marker::PhantomData;

use jiff::Timestamp;
use serde_json::Value;

pub(crate) use filter::is_time;

use super::record::{Fac, Field, Ix, Net, Record, Status};

/// What a field must be like.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<T> {
    test: Test,
    of: PhantomData<T>,
}

/// A comparison with JSON values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    Equals(Value),
    In(Vec<Value>),
    Contains(String),
    StartsWith(String),
    Less(Value),
    AtMost(Value),
    Greater(Value),
    AtLeast(Value),
}

impl<T: Field> Match<T> {
    fn new(test: Test) -> Self {
        Match { test, of: PhantomData }
    }

    /// Equal to one of these; nothing is equal to one of none. The client sends at most 150 at a time, as the
    /// server advises, and as many requests as that takes.
    pub fn any_of(values: impl IntoIterator<Item = T>) -> Self {
        Match::new(Test::In(values.into_iter().map(|value| value.to_json()).collect()))
    }

    /// Less than this.
    pub fn less_than(value: T) -> Self {
        Match::new(Test::Less(value.to_json()))
    }

    /// Less than this or equal.
    pub fn at_most(value: T) -> Self {
        Match::new(Test::AtMost(value.to_json()))
    }

    /// Greater than this.
    pub fn greater_than(value: T) -> Self {
        Match::new(Test::Greater(value.to_json()))
    }

    /// Greater than this or equal.
    pub fn at_least(value: T) -> Self {
        Match::new(Test::AtLeast(value.to_json()))
    }
}

impl Match<String> {
    /// Contains this text. The case of ASCII letters does not matter.
    pub fn contains(text: impl Into<String>) -> Self {
        Match::new(Test::Contains(text.into()))
    }

    /// Starts with this text. The case of ASCII letters does not matter.
    pub fn starts_with(text: impl Into<String>) -> Self {
        Match::new(Test::StartsWith(text.into()))
    }
}

impl<T: Field> From<T> for Match<T> {
    fn from(value: T) -> Self {
        Match::new(Test::Equals(value.to_json()))
    }
}

impl From<&str> for Match<String> {
    fn from(text: &str) -> Self {
        Match::new(Test::Equals(Value::from(text)))
    }
}

/// A filter through another table: presence at an exchange or in a facility.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Presence {
    /// The server's parameter.
    pub(crate) parameter: &'static str,
    /// The table that ties the two together, and its columns.
    pub(crate) table: &'static str,
    pub(crate) own: &'static str,
    pub(crate) other: &'static str,
    pub(crate) id: u64,
}

/// A query for objects of one type.
///
/// ```
/// use peering_core::Asn;
/// use peering_core::peeringdb::{Match, Query, record::{Net, NetIxLan}};
///
/// let connections = Query::<NetIxLan>::new().asn(Asn::new(64500)).ix_id(Match::any_of([1, 2]));
/// let networks = Query::<Net>::new().search("example").at_exchange(1);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Query<R> {
    pub(crate) conditions: Vec<(&'static str, Test)>,
    pub(crate) text: Option<String>,
    pub(crate) presence: Vec<Presence>,
    pub(crate) deleted: bool,
    pub(crate) fields: Option<Vec<String>>,
    pub(crate) limit: Option<u64>,
    pub(crate) skip: Option<u64>,
    of: PhantomData<R>,
}

impl<R: Record> Default for Query<R> {
    fn default() -> Self {
        Query::new()
    }
}

impl<R: Record> Query<R> {
    /// Everything that is live.
    pub fn new() -> Self {
        Query {
            conditions: Vec::new(),
            text: None,
            presence: Vec::new(),
            deleted: false,
            fields: None,
            limit: None,
            skip: None,
            of: PhantomData,
        }
    }

    pub(crate) fn field<T>(mut self, name: &'static str, wanted: Match<T>) -> Self {
        self.conditions.push((name, wanted.test));
        self
    }

    fn present(mut self, presence: Presence) -> Self {
        self.presence.push(presence);
        self
    }

    /// Only objects with this number.
    #[must_use]
    pub fn id(self, wanted: impl Into<Match<u64>>) -> Self {
        self.field("id", wanted.into())
    }

    /// Only objects created at, before or after some time.
    #[must_use]
    pub fn created(self, wanted: impl Into<Match<Timestamp>>) -> Self {
        self.field("created", wanted.into())
    }

    /// Only objects last changed at, before or after some time.
    #[must_use]
    pub fn updated(self, wanted: impl Into<Match<Timestamp>>) -> Self {
        self.field("updated", wanted.into())
    }

    /// Only objects with this status, among those that the query can see.
    #[must_use]
    pub fn status(self, wanted: impl Into<Match<Status>>) -> Self {
        self.field("status", wanted.into())
    }

    /// Only objects one of whose names contains this text, whatever the case.
    ///
    /// Online this is the server's own `name_search`, which ranks and folds in its own way.
    #[must_use]
    pub fn search(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Deleted and pending objects too, as far as the cache still has them. The server shows deleted
    /// objects in `since` answers only and refuses this.
    #[must_use]
    pub fn including_deleted(mut self) -> Self {
        self.deleted = true;
        self
    }

    /// Asks the server for these fields only (and `id`). The cache always answers with whole records.
    #[must_use]
    pub fn fields<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.fields = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// At most so many objects.
    ///
    /// The server counts before it hides what the caller may not see, so it may answer with fewer although
    /// there are more.
    #[must_use]
    pub fn limit(mut self, rows: u64) -> Self {
        self.limit = Some(rows);
        self
    }

    /// Leaves out the first objects, in the order of their numbers.
    #[must_use]
    pub fn skip(mut self, rows: u64) -> Self {
        self.skip = Some(rows);
        self
    }
}

impl Query<Net> {
    /// Only networks with a connection to this exchange.
    #[must_use]
    pub fn at_exchange(self, ix: u64) -> Self {
        self.present(Presence { parameter: "ix", table: "netixlan", own: "net_id", other: "ix_id", id: ix })
    }

    /// Only networks present in this facility.
    #[must_use]
    pub fn at_facility(self, fac: u64) -> Self {
        self.present(Presence { parameter: "fac", table: "netfac", own: "net_id", other: "fac_id", id: fac })
    }
}

impl Query<Ix> {
    /// Only exchanges present in this facility.
    #[must_use]
    pub fn at_facility(self, fac: u64) -> Self {
        self.present(Presence { parameter: "fac", table: "ixfac", own: "ix_id", other: "fac_id", id: fac })
    }

    /// Only exchanges to which this network (its number in PeeringDB, not its AS number) is connected.
    #[must_use]
    pub fn with_network(self, net: u64) -> Self {
        self.present(Presence {
            parameter: "all_net",
            table: "netixlan",
            own: "ix_id",
            other: "net_id",
            id: net,
        })
    }
}

impl Query<Fac> {
    /// Only facilities in which this network (its number in PeeringDB, not its AS number) is present.
    #[must_use]
    pub fn with_network(self, net: u64) -> Self {
        self.present(Presence { parameter: "net", table: "netfac", own: "fac_id", other: "net_id", id: net })
    }

    /// Only facilities in which this exchange is present.
    #[must_use]
    pub fn with_exchange(self, ix: u64) -> Self {
        self.present(Presence { parameter: "ix", table: "ixfac", own: "fac_id", other: "ix_id", id: ix })
    }
}
