//! NAPALM's rules of comparison (its `helpers.py` and getters' suite).
//!
//! Objects are compared key by key, and a missing key equals null; a list at the top is compared pairwise; everything else
//! must be equal as Python's `==` has it, lists within in order and whole. `"..."` as expected value of a key stands for
//! anything.

use std::fmt;

use serde_json::Value;

/// One place where two results differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Where, from the top: `global.peers.192.0.2.1.uptime`.
    pub path: String,
    /// What our driver says.
    pub ours: Value,
    /// What NAPALM's says.
    pub expected: Value,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the whole" } else { &self.path };
        write!(f, "{path}: ours {}, expected {}", self.ours, self.expected)
    }
}

/// Every difference of our result from the expected one.
pub fn differences(ours: &Value, expected: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    match (ours, expected) {
        (Value::Array(ours), Value::Array(expected)) => {
            for place in 0..ours.len().max(expected.len()) {
                let pair = (ours.get(place), expected.get(place));
                let (one, other) = (pair.0.unwrap_or(&Value::Null), pair.1.unwrap_or(&Value::Null));
                descend(place.to_string(), one, other, &mut found);
            }
        }
        _ => descend(String::new(), ours, expected, &mut found),
    }
    found
}

fn descend(path: String, ours: &Value, expected: &Value, found: &mut Vec<Difference>) {
    let (Value::Object(left), Value::Object(right)) = (ours, expected) else {
        within(path, ours, expected, found);
        return;
    };
    let missing = right.keys().filter(|key| !left.contains_key(*key));
    for key in left.keys().chain(missing) {
        let (ours, expected) =
            (left.get(key).unwrap_or(&Value::Null), right.get(key).unwrap_or(&Value::Null));
        if expected != "..." {
            descend(below(&path, key), ours, expected, found);
        }
    }
}

/// Strictly, as `==` does; the path leads as near to the difference as it can.
fn within(path: String, ours: &Value, expected: &Value, found: &mut Vec<Difference>) {
    match (ours, expected) {
        (ours, expected) if is_equal(ours, expected) => {}
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (place, (ours, expected)) in left.iter().zip(right).enumerate() {
                within(below(&path, &place.to_string()), ours, expected, found);
            }
        }
        (Value::Object(left), Value::Object(right)) if left.keys().eq(right.keys()) => {
            for (key, ours) in left {
                within(below(&path, key), ours, right.get(key).unwrap_or(&Value::Null), found);
            }
        }
        _ => found.push(Difference { path, ours: ours.clone(), expected: expected.clone() }),
    }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// `1 == 1.0 == True`.
fn is_equal(ours: &Value, expected: &Value) -> bool {
    match (ours, expected) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(ours, expected)| is_equal(ours, expected))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, ours)| right.get(key).is_some_and(|expected| is_equal(ours, expected)))
        }
        _ => match (number(ours), number(expected)) {
            (Some(one), Some(other)) => one == other,
            _ => ours == expected,
        },
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        value => value.as_f64(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(ours: Value, expected: Value) -> Vec<String> {
        differences(&ours, &expected).into_iter().map(|difference| difference.path).collect()
    }

    #[test]
    fn what_napalm_takes_for_equal_is() {
        let ours = json!({ "a": 1, "b": true, "c": 7.5, "e": { "f": [1, 2] } });
        let expected = json!({ "a": 1.0, "b": 1, "c": "...", "d": null, "e": { "f": [1.0, 2] } });
        assert_eq!(paths(ours, expected), Vec::<String>::new());
    }

    #[test]
    fn every_difference_is_found_where_it_is() {
        let ours = json!({ "a": { "b": [1, 2] }, "c": "x", "more": 0 });
        let expected = json!({ "a": { "b": [1, 3] }, "c": "y", "missing": [] });
        assert_eq!(paths(ours, expected), ["a.b.1", "c", "more", "missing"]);
        assert_eq!(paths(json!([1, { "a": 1 }]), json!([1, { "a": 2 }, 3])), ["1.a", "2"]);
        // within a list nothing is forgiven
        assert_eq!(paths(json!({ "l": [{}] }), json!({ "l": [{ "a": null }] })), ["l.0"]);
        assert_eq!(paths(json!({ "l": ["x"] }), json!({ "l": ["..."] })), ["l.0"]);
        assert_eq!(paths(json!({}), json!([])), [""]);
    }
}
