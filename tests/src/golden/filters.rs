//! `filters_pure.json`: a template filter, what it is given, and what it makes of it.
//!
//! Rows are kept as text until they reach the engine, because the order of a map's entries counts. A failure is
//! recorded as `{"error": …}` with Python's word for it; any failure of ours will do, but that it does not exist.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::engine;
use super::report::{Rows, each};

#[derive(Deserialize)]
struct Row {
    filter: String,
    /// The value, then the positional arguments.
    #[serde(default)]
    args: Vec<Box<RawValue>>,
    #[serde(default)]
    kwargs: BTreeMap<String, Box<RawValue>>,
    result: Value,
}

/// Filters that give a list in no particular order.
const UNORDERED: &[&str] = &["strip_irr_sources"];

pub(super) fn run(text: &str) -> Result<Rows, String> {
    each(text, |row: Row, differences| {
        let arguments = row.args.iter().map(|argument| argument.get().to_owned());
        let named = row.kwargs.iter().map(|(key, argument)| format!("{key}={}", argument.get()));
        let arguments: Vec<String> = arguments.chain(named).collect();
        let what = format!("{}({})", row.filter, arguments.join(", "));
        let in_order = |value: Value| match value {
            Value::Array(mut list) if UNORDERED.contains(&row.filter.as_str()) => {
                list.sort_by_key(Value::to_string);
                Value::Array(list)
            }
            value => value,
        };
        match engine::filter(&row.filter, &row.args, &row.kwargs) {
            // That there is no such filter is no answer of it.
            Err(failure) if is_failure(&row.result) && !failure.is_syntax() => {}
            got => {
                let got = got.map(in_order).map_err(|failure| failure.message);
                differences.same(&what, Ok(in_order(row.result)), got);
            }
        }
        Ok(())
    })
}

fn is_failure(result: &Value) -> bool {
    result.as_object().is_some_and(|map| map.len() == 1 && map.contains_key("error"))
}
