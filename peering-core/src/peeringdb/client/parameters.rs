//! Queries as the server's URL parameters.

use serde_json::Value;

use crate::peeringdb::query::{Query, Test};
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
        let (suffix, value) = match test {
            Test::Equals(value) => ("", text(value)),
            Test::In(values) => {
                let values: Vec<String> = values.iter().map(text).collect();
                // The server cuts at commas and knows no other way to write one.
                if let Some(value) = values.iter().find(|value| value.contains(',')) {
                    let text =
                        format!("{value:?} has a comma, so it cannot be one of several values of {field}");
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
        let name = format!("{field}{suffix}");
        // The server would look at the last one only.
        if parameters.iter().any(|(other, _)| *other == name) {
            let text = format!("the server takes one filter {name} at a time, not several");
            return Err(Error::new(ErrorKind::Options, text));
        }
        parameters.push((name, value));
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
        let late = Match::greater_than("2026-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(joined(&Query::<NetIxLan>::new().updated(late)), "updated__gt=2026-01-01T00:00:00Z");
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
