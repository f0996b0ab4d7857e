//! Filters given as text, for command lines and other languages: checked before anybody is asked.

use ipnet::IpNet;
use jiff::Timestamp;
use serde_json::Value;

use super::{Query, Test};
use crate::peeringdb::record::{FieldKind as Kind, Record};
use crate::{Asn, Error, ErrorKind, Result};

/// The suffixes that PeeringDB knows.
const SUFFIXES: [&str; 7] = ["contains", "startswith", "in", "lt", "lte", "gt", "gte"];

impl<R: Record> Query<R> {
    /// Only objects that pass a filter as PeeringDB's API writes it: the name of a field, with or without one
    /// of the suffixes `__contains`, `__startswith`, `__in` (values between commas; none if empty), `__lt`,
    /// `__lte`, `__gt` and `__gte`. Flags are `true` or `false`, also `1` or `0`; times are instants such as
    /// `2026-08-17T00:00:00Z`, or dates, which mean their beginning; AS numbers may start with `AS`.
    ///
    /// ```
    /// use peering_core::peeringdb::{Query, record::Net};
    /// let query = Query::<Net>::new().filter("asn__in", "64500,AS64501")?.filter("name__contains", "net")?;
    /// assert!(Query::<Net>::new().filter("asn_in", "64500").is_err());
    /// # Ok::<(), peering_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Options`] for a field that the type does not have or that has no filter (lists), with
    /// those that exist; for an unknown suffix or one that does not go with the field; for a value that the
    /// field cannot have. The server would ignore such a filter and answer with everything.
    pub fn filter(mut self, filter: &str, value: &str) -> Result<Self> {
        let (name, suffix) = match filter.split_once("__") {
            Some((name, suffix)) => (name, Some(suffix)),
            None => (filter, None),
        };
        let (field, kind) = filterable::<R>(name)?;
        let one = |value: &str| one(kind, filter, value.trim());
        let test = match suffix {
            None => Test::Equals(one(value)?),
            Some("in") if value.trim().is_empty() => Test::In(Vec::new()),
            Some("in") => Test::In(value.split(',').map(one).collect::<Result<_>>()?),
            Some("contains") if kind == Kind::Text => Test::Contains(value.to_owned()),
            Some("startswith") if kind == Kind::Text => Test::StartsWith(value.to_owned()),
            Some("lt") if kind.is_ordered() => Test::Less(one(value)?),
            Some("lte") if kind.is_ordered() => Test::AtMost(one(value)?),
            Some("gt") if kind.is_ordered() => Test::Greater(one(value)?),
            Some("gte") if kind.is_ordered() => Test::AtLeast(one(value)?),
            Some(suffix) => {
                let text = if SUFFIXES.contains(&suffix) {
                    format!("`__{suffix}` does not go with {field}, which is {}", kind.description())
                } else {
                    format!("unknown suffix `__{suffix}`; there are __{}", SUFFIXES.join(", __"))
                };
                return Err(Error::new(ErrorKind::Options, text));
            }
        };
        self.conditions.push((field, test));
        Ok(self)
    }

    /// Only objects whose field is equal to one of these values, each given as [`filter`](Query::filter) takes one: as
    /// with the suffix `__in`, but a value may have commas.
    ///
    /// # Errors
    /// As [`filter`](Query::filter).
    pub fn filter_any<V: AsRef<str>>(
        mut self,
        name: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Result<Self> {
        let (field, kind) = filterable::<R>(name)?;
        let values =
            values.into_iter().map(|value| one(kind, name, value.as_ref())).collect::<Result<_>>()?;
        self.conditions.push((field, Test::In(values)));
        Ok(self)
    }
}

/// The field of this name, if it has a filter.
fn filterable<R: Record>(name: &str) -> Result<(&'static str, Kind)> {
    let known = R::FIELDS.iter().find(|field| **field == name);
    known.and_then(|field| Some((*field, kind::<R>(field)?))).ok_or_else(|| {
        let all: Vec<&str> = R::FIELDS.iter().copied().filter(|field| kind::<R>(field).is_some()).collect();
        let text = format!("{} has no filter by {name:?}; it has {}", R::OBJECT, all.join(", "));
        Error::new(ErrorKind::Options, text)
    })
}

/// One value of a filter.
fn one(kind: Kind, filter: &str, value: &str) -> Result<Value> {
    kind.value(value).ok_or_else(|| {
        let text = format!("`{filter}` cannot be {value:?}; it takes {}", kind.description());
        Error::new(ErrorKind::Options, text)
    })
}

/// What a field holds that can be compared.
fn kind<R: Record>(field: &str) -> Option<Kind> {
    R::kind(field).filter(|kind| *kind != Kind::List)
}

/// Whether a field of a record holds a time.
pub(crate) fn is_time<R: Record>(field: &str) -> bool {
    kind::<R>(field) == Some(Kind::Time)
}

impl Kind {
    fn is_ordered(self) -> bool {
        matches!(self, Kind::Text | Kind::Decimal | Kind::Number | Kind::AsNumber | Kind::Time)
    }

    fn description(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Flag => "true or false",
            Kind::Decimal => "a number such as 52.5",
            Kind::Number => "a whole number",
            Kind::AsNumber => "an AS number",
            Kind::Address4 => "an IPv4 address",
            Kind::Address6 => "an IPv6 address",
            Kind::Prefix => "a prefix such as 192.0.2.0/24",
            Kind::Time => "a time such as 2026-08-17T00:00:00Z, or a date",
            Kind::List => "a list",
        }
    }

    /// The value in the form in which PeeringDB writes it.
    fn value(self, text: &str) -> Option<Value> {
        match self {
            Kind::Text => Some(Value::from(text)),
            Kind::Flag => match text {
                "true" | "True" | "1" => Some(Value::from(true)),
                "false" | "False" | "0" => Some(Value::from(false)),
                _ => None,
            },
            Kind::Decimal => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::from),
            Kind::Number => {
                text.parse().ok().filter(|number: &u64| i64::try_from(*number).is_ok()).map(Value::from)
            }
            Kind::AsNumber => text.parse().ok().map(|asn: Asn| Value::from(asn.get())),
            Kind::Address4 => {
                text.parse().ok().map(|address: std::net::Ipv4Addr| Value::from(address.to_string()))
            }
            Kind::Address6 => {
                text.parse().ok().map(|address: std::net::Ipv6Addr| Value::from(address.to_string()))
            }
            Kind::Prefix => text.parse().ok().map(|prefix: IpNet| Value::from(prefix.to_string())),
            Kind::Time => time(text).map(|time| Value::from(time.to_string())),
            Kind::List => None,
        }
    }
}

/// An instant, or the beginning of a day.
fn time(text: &str) -> Option<Timestamp> {
    let day = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    text.parse().ok().or_else(|| day().map(|day| day.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peeringdb::Match;
    use crate::peeringdb::record::{Fac, IxPfx, Net, NetIxLan, Poc};

    fn refusal<R: Record>(filter: &str, value: &str) -> String {
        let error = Query::<R>::new().filter(filter, value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Options);
        error.message().to_owned()
    }

    #[test]
    fn text_gives_the_same_query_as_types() {
        let asns = Match::any_of([Asn::new(64500), Asn::new(64501)]);
        let typed = Query::<Net>::new()
            .asn(asns)
            .name(Match::contains("a, b"))
            .aka(Match::starts_with("c"))
            .info_ipv6(true)
            .info_prefixes4(Match::at_least(5))
            .updated(Match::less_than("2026-08-17T00:00:00Z".parse().unwrap()))
            .policy_general(crate::peeringdb::record::PeeringPolicy::Open)
            .id(Match::any_of([]));
        let text = [
            ("asn__in", "64500, AS64501"),
            ("name__contains", "a, b"),
            ("aka__startswith", "c"),
            ("info_ipv6", "1"),
            ("info_prefixes4__gte", "5"),
            ("updated__lt", "2026-08-17"),
            ("policy_general", "Open"),
            ("id__in", ""),
        ]
        .into_iter()
        .try_fold(Query::<Net>::new(), |query, (filter, value)| query.filter(filter, value));
        assert_eq!(text.unwrap(), typed);
        let typed = Query::<NetIxLan>::new().ipaddr6("2001:db8::1".parse::<std::net::Ipv6Addr>().unwrap());
        assert_eq!(Query::<NetIxLan>::new().filter("ipaddr6", "2001:DB8:0::1").unwrap(), typed);
        let typed = Query::<Fac>::new().latitude(Match::greater_than(52.0));
        assert_eq!(Query::<Fac>::new().filter("latitude__gt", "52").unwrap(), typed);
        let typed = Query::<IxPfx>::new().prefix("192.0.2.0/24".parse::<IpNet>().unwrap());
        assert_eq!(Query::<IxPfx>::new().filter("prefix", "192.0.2.0/24").unwrap(), typed);
        let typed = Query::<Poc>::new().role(crate::peeringdb::record::PocRole::Noc);
        assert_eq!(Query::<Poc>::new().filter("role", "NOC").unwrap(), typed);
    }

    #[test]
    fn one_of_several_values_may_have_commas() {
        let names = || Query::<Net>::new().filter_any("name", ["a, b", "c"]);
        let typed = Query::<Net>::new().name(Match::any_of(["a, b".to_owned(), "c".to_owned()]));
        assert_eq!(names().unwrap(), typed);
        assert_eq!(
            Query::<Net>::new().filter_any("asn", ["64500"]).unwrap(),
            Query::<Net>::new().filter("asn__in", "64500").unwrap()
        );
        assert_eq!(Query::<Net>::new().filter_any("asn", ["x"]).unwrap_err().kind(), ErrorKind::Options);
        assert_eq!(Query::<Net>::new().filter_any("asn__in", ["1"]).unwrap_err().kind(), ErrorKind::Options);
    }

    #[test]
    fn what_the_server_would_ignore_is_refused_with_what_exists() {
        let text = refusal::<Net>("asns", "64500");
        assert!(text.contains("\"asns\"") && text.contains(" asn,") && text.contains("updated"), "{text}");
        // Lists have no filter, so they are not offered either.
        assert!(!text.contains("info_types") && !text.contains("social_media"), "{text}");
        assert!(refusal::<Net>("info_types", "NSP").contains("no filter by"));
        assert!(refusal::<Net>("org__name__contains", "x").contains("no filter by"));
        assert!(refusal::<Net>("name__icontains", "x").contains("__startswith"));
        assert!(refusal::<Net>("asn__", "1").contains("unknown suffix"));
        assert!(refusal::<Net>("asn__contains", "64").contains("does not go with asn"));
        assert!(refusal::<Net>("info_ipv6__gt", "0").contains("does not go with"));
        assert!(refusal::<NetIxLan>("ipaddr4__lt", "192.0.2.1").contains("does not go with"));
    }

    #[test]
    fn values_that_the_field_cannot_have_are_refused() {
        for (filter, value) in [
            ("asn", "example"),
            ("asn", "4294967296"),
            ("asn__in", "64500,,64501"),
            ("id", "-1"),
            ("id", "18446744073709551615"),
            ("id__in", "1;2"),
            ("info_prefixes4", "1.5"),
            ("info_ipv6", "yes"),
            ("updated__gte", "yesterday"),
        ] {
            assert!(refusal::<Net>(filter, value).contains("it takes"), "{filter}={value}");
        }
        refusal::<NetIxLan>("ipaddr4", "2001:db8::1");
        refusal::<NetIxLan>("ipaddr6", "192.0.2.1");
        refusal::<IxPfx>("prefix", "192.0.2.0");
        refusal::<Fac>("latitude", "NaN");
    }
}
