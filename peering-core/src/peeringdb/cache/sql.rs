//! Queries as SQL: indexed columns where there are some, SQLite's JSON functions for the other fields.

use rusqlite::types::Value as Sql;
use serde_json::Value;

use crate::peeringdb::query::{Query, Test};
use crate::peeringdb::record::Record;

/// Names in the form in which they are compared: lower case, one after the other.
///
/// The separator is a control character that the search text cannot hold after [`folded`].
pub(super) const SEPARATOR: &str = "\u{1f}";

/// A text as it is compared in searches.
pub(crate) fn folded(text: &str) -> String {
    text.to_lowercase().replace(SEPARATOR, "")
}

/// A `SELECT` with its parameters.
pub(super) struct Select {
    pub(super) sql: String,
    pub(super) values: Vec<Sql>,
}

impl Select {
    pub(super) fn new<R: Record>(columns: &str, query: &Query<R>) -> Self {
        let table = R::OBJECT.tag();
        let mut select = Select { sql: format!("SELECT {columns} FROM {table} WHERE "), values: Vec::new() };
        select.sql.push_str(if query.deleted { "true" } else { "live" });
        for (field, test) in &query.conditions {
            let column = if *field == "id" || R::KEYS.contains(field) {
                (*field).to_owned()
            } else {
                format!("json_extract(doc, '$.{field}')")
            };
            select.test(&column, test);
        }
        if let Some(text) = &query.text {
            let place = select.bind(Sql::Text(folded(text)));
            // The index on the names is far smaller than the table.
            select
                .sql
                .push_str(&format!(" AND id IN (SELECT id FROM {table} WHERE instr(names, {place}) > 0)"));
        }
        for presence in &query.presence {
            let place = select.bind(Sql::Integer(presence.id.cast_signed()));
            select.sql.push_str(&format!(
                " AND id IN (SELECT {} FROM {} WHERE live AND {} = {place})",
                presence.own, presence.table, presence.other
            ));
        }
        select.sql.push_str(" ORDER BY id");
        if query.limit.is_some() || query.skip.is_some() {
            let rows = query.limit.and_then(|rows| i64::try_from(rows).ok()).unwrap_or(-1);
            let skip = query.skip.and_then(|rows| i64::try_from(rows).ok()).unwrap_or_default();
            let rows = select.bind(Sql::Integer(rows));
            let skip = select.bind(Sql::Integer(skip));
            select.sql.push_str(&format!(" LIMIT {rows} OFFSET {skip}"));
        }
        select
    }

    fn bind(&mut self, value: Sql) -> String {
        self.values.push(value);
        format!("?{}", self.values.len())
    }

    fn test(&mut self, column: &str, test: &Test) {
        let (operator, value) = match test {
            Test::Equals(value) => ("=", value),
            Test::Less(value) => ("<", value),
            Test::AtMost(value) => ("<=", value),
            Test::Greater(value) => (">", value),
            Test::AtLeast(value) => (">=", value),
            Test::In(values) => {
                // One parameter for the whole list: SQLite limits their number.
                let place = self.bind(Sql::Text(Value::Array(values.clone()).to_string()));
                self.sql.push_str(&format!(" AND {column} IN (SELECT value FROM json_each({place}))"));
                return;
            }
            Test::Contains(text) => return self.like(column, &format!("%{}%", escaped(text))),
            Test::StartsWith(text) => return self.like(column, &format!("{}%", escaped(text))),
        };
        let place = self.bind(sql(value));
        self.sql.push_str(&format!(" AND {column} {operator} {place}"));
    }

    fn like(&mut self, column: &str, pattern: &str) {
        let place = self.bind(Sql::Text(pattern.to_owned()));
        self.sql.push_str(&format!(" AND {column} LIKE {place} ESCAPE '\\'"));
    }
}

/// A text whose `LIKE` wildcards mean themselves.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn sql(value: &Value) -> Sql {
    match value {
        Value::Null => Sql::Null,
        Value::Bool(yes) => Sql::Integer(i64::from(*yes)),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Sql::Integer(whole),
            None => number.as_f64().map_or(Sql::Null, Sql::Real),
        },
        Value::String(text) => Sql::Text(text.clone()),
        Value::Array(_) | Value::Object(_) => Sql::Text(value.to_string()),
    }
}
