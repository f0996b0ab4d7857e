//! Queries as the server's URL parameters.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::peeringdb::query::{Query, Test, is_time};
use crate::peeringdb::record::{ObjectType, Record};
use crate::{Error, ErrorKind, Result};

/// The parameters of a query.
pub(super) fn of<R: Record>(query: &Query<R>) -> Result<Vec<(String, String)>> {
    if query.deleted {
        return Err(Error::new(
            ErrorKind::Options,
            "the server shows deleted objects in answers to `changed_since` only",
        ));
    }
    let mut parameters: Vec<(String, String)> = Vec::new();
    for (field, test) in &query.conditions {
        for (suffix, value) in comparisons::<R>(field, test)? {
            let name = format!("{field}{suffix}");
            // The server would look at the last one only.
            if parameters.iter().any(|(other, _)| *other == name) {
                let text = format!("the server takes one filter {name} at a time, not several");
                return Err(Error::new(ErrorKind::Options, text));
            }
            parameters.push((name, value));
        }
    }
    if let Some(text) = &query.text {
        parameters.push(("name_search".to_owned(), text.clone()));
    }
    for presence in &query.presence {
        parameters.push((presence.parameter.to_owned(), presence.id.to_string()));
    }
    if let Some(fields) = &query.fields {
        // An unknown name would silently leave out everything else.
        if let Some(unknown) =
            fields.iter().find(|name| !R::FIELDS.contains(&name.as_str()) && *name != "meta")
        {
            let text = format!("{} has no field {unknown:?}; it has {}", R::OBJECT, R::FIELDS.join(", "));
            return Err(Error::new(ErrorKind::Options, text));
        }
        let mut names: Vec<&str> = fields.iter().map(String::as_str).collect();
        if !names.contains(&"id") {
            names.insert(0, "id");
        }
        parameters.push(("fields".to_owned(), names.join(",")));
    }
    for (name, rows) in [("limit", query.limit), ("skip", query.skip)] {
        parameters.extend(rows.map(|rows| (name.to_owned(), rows.to_string())));
    }
    Ok(parameters)
}

/// What a test is for the server: suffixes with values, all of which must hold.
fn comparisons<R: Record>(field: &str, test: &Test) -> Result<Vec<(&'static str, String)>> {
    if let Some(comparisons) = of_times::<R>(field, test) {
        return comparisons;
    }
    let comparison = match test {
        Test::Equals(value) => ("", text(value)),
        Test::In(values) => {
            let values: Vec<String> = values.iter().map(text).collect();
            // The server cuts at commas and knows no other way to write one.
            if let Some(value) = values.iter().find(|value| value.contains(',')) {
                let text = format!("{value:?} has a comma, so it cannot be one of several values of {field}");
                return Err(Error::new(ErrorKind::Options, text));
            }
            ("__in", values.join(","))
        }
        Test::Contains(part) => ("__contains", part.clone()),
        Test::StartsWith(part) => ("__startswith", part.clone()),
        Test::Less(value) => ("__lt", text(value)),
        Test::AtMost(value) => ("__lte", text(value)),
        Test::Greater(value) => ("__gt", text(value)),
        Test::AtLeast(value) => ("__gte", text(value)),
    };
    Ok(vec![comparison])
}

/// Tests of times: the server shows whole seconds, but compares with the microseconds behind them, so "equal"
/// is hardly ever true. What is meant is the second that it shows. `None` for other fields.
fn of_times<R: Record>(field: &str, test: &Test) -> Option<Result<Vec<(&'static str, String)>>> {
    let (Test::Equals(value)
    | Test::Less(value)
    | Test::AtMost(value)
    | Test::Greater(value)
    | Test::AtLeast(value)) = test
    else {
        return (matches!(test, Test::In(_)) && is_time::<R>(field)).then(|| {
            let text = format!("{field} cannot be one of several times; ask for a range");
            Err(Error::new(ErrorKind::Options, text))
        });
    };
    let time: Timestamp = value.as_str()?.parse().ok()?;
    let next = time.saturating_add(SignedDuration::from_secs(1)).ok()?.to_string();
    is_time::<R>(field).then(|| {
        Ok(match test {
            Test::Equals(_) => vec![("__gte", text(value)), ("__lt", next)],
            Test::AtMost(_) => vec![("__lt", next)],
            Test::Greater(_) => vec![("__gte", next)],
            Test::Less(_) => vec![("__lt", text(value))],
            _ => vec![("__gte", text(value))],
        })
    })
}

/// Whether the server takes the query for one by a unique value.
pub(super) fn is_unique<R: Record>(query: &Query<R>) -> bool {
    query.conditions.iter().any(|(field, test)| {
        matches!(test, Test::Equals(_))
            && (*field == "id" || (*field == "asn" && R::OBJECT == ObjectType::Net))
    })
}

/// A value as it stands in a parameter.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(yes) => u8::from(*yes).to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Asn;
    use crate::peeringdb::Match;
    use crate::peeringdb::record::{Net, NetIxLan, Org};

    fn joined<R: Record>(query: &Query<R>) -> String {
        let parts: Vec<String> =
            of(query).unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        parts.join("&")
    }

    #[test]
    fn every_test_has_its_suffix() {
        let query = Query::<Net>::new()
            .asn(Match::any_of([Asn::new(64500), Asn::new(64501)]))
            .name(Match::contains("a b"))
            .aka(Match::starts_with("c"))
            .info_ipv6(true)
            .info_prefixes4(Match::at_least(5))
            .info_prefixes6(Match::less_than(6))
            .at_exchange(7)
            .search("x")
            .fields(["asn"])
            .limit(3)
            .skip(4);
        assert_eq!(
            joined(&query),
            "asn__in=64500,64501&name__contains=a b&aka__startswith=c&info_ipv6=1&info_prefixes4__gte=5\
             &info_prefixes6__lt=6&name_search=x&ix=7&fields=id,asn&limit=3&skip=4"
        );
    }

    #[test]
    fn times_are_the_seconds_that_the_server_shows() {
        let time: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let (this, next) = ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z");
        for (wanted, parameters) in [
            (time.into(), format!("updated__gte={this}&updated__lt={next}")),
            (Match::less_than(time), format!("updated__lt={this}")),
            (Match::at_most(time), format!("updated__lt={next}")),
            (Match::greater_than(time), format!("updated__gte={next}")),
            (Match::at_least(time), format!("updated__gte={this}")),
        ] {
            assert_eq!(joined(&Query::<NetIxLan>::new().updated(wanted)), parameters);
        }
        let several = Query::<NetIxLan>::new().updated(Match::any_of([time]));
        assert_eq!(of(&several).unwrap_err().kind(), ErrorKind::Options);
        // A text that looks like a time is none.
        assert_eq!(joined(&Query::<Net>::new().name(this)), format!("name={this}"));
    }

    #[test]
    fn what_the_server_would_ignore_is_refused() {
        assert_eq!(of(&Query::<Org>::new().fields(["nmae"])).unwrap_err().kind(), ErrorKind::Options);
        assert_eq!(of(&Query::<Org>::new().including_deleted()).unwrap_err().kind(), ErrorKind::Options);
        // Of two parameters of one name it looks at the last.
        let twice = Query::<Net>::new().name(Match::contains("a")).name(Match::contains("b"));
        assert_eq!(of(&twice).unwrap_err().kind(), ErrorKind::Options);
        let comma = Query::<Net>::new().name(Match::any_of(["a, b".to_owned()]));
        assert_eq!(of(&comma).unwrap_err().kind(), ErrorKind::Options);
        assert!(of(&Query::<Net>::new().name("a, b")).is_ok());
    }

    #[test]
    fn an_as_number_is_unique_for_networks_only() {
        assert!(is_unique(&Query::<Net>::new().asn(Asn::new(64500))));
        assert!(!is_unique(&Query::<NetIxLan>::new().asn(Asn::new(64500))));
        assert!(!is_unique(&Query::<Net>::new().asn(Match::any_of([Asn::new(64500)]))));
    }
}
