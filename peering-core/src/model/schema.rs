//! The JSON Schema of network documents, for editors and for programs that write documents.
//!
//! It is made of the models themselves: their fields, and what their documentation says. It knows shapes only. Whether
//! keys are unique and lead somewhere, and whether an address is one, says [`Network::validate`].

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use serde_json::Value;

use super::Network;

impl Network {
    /// The JSON Schema (draft 2020-12) of what [`from_json`](Network::from_json) and
    /// [`from_yaml`](Network::from_yaml) read.
    ///
    /// ```
    /// let schema = peering_core::model::Network::json_schema();
    /// assert_eq!(schema["properties"]["routers"]["items"]["$ref"], "#/$defs/Router");
    /// ```
    pub fn json_schema() -> Value {
        let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Network>();
        RecursiveTransform(plain_description).transform(&mut schema);
        RecursiveTransform(bounded).transform(&mut schema);
        schema.into()
    }
}

/// Links to other documentation lead nowhere from a schema.
fn plain_description(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = without_links(text);
    }
}

/// Validators need not know the formats of numbers.
fn bounded(schema: &mut Schema) {
    if schema.get("format").and_then(Value::as_str) == Some("uint32") {
        schema.insert("maximum".to_owned(), u32::MAX.into());
    }
}

/// `[text](target)` and `` [`text`] `` become the text.
fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        rest = after;
        let Some((label, after)) = after.split_once(']') else { break };
        plain.push_str(label);
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_their_text() {
        assert_eq!(without_links("see [`a`](x::a), [`b`] and [c](https://c)."), "see `a`, `b` and c.");
        assert_eq!(without_links("none"), "none");
    }
}
