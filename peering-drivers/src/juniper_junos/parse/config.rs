//! Texts: configurations in their forms, and the output of commands.

use peering_core::ParseError;
use peering_core::state::ConfigFormat;

use super::reply::answer;
use crate::transport::netconf::xml::Element;

/// Reads the answer to `get-configuration`, as it stands there.
///
/// # Errors
/// When the reply is another.
pub fn config(reply: Element<'_>, format: ConfigFormat) -> Result<String, ParseError> {
    Ok(match format {
        ConfigFormat::Text => answer(reply, &["configuration-text"])?.content().to_owned(),
        ConfigFormat::Set => answer(reply, &["configuration-set"])?.content().to_owned(),
        ConfigFormat::Xml => answer(reply, &["configuration"])?.markup().to_owned(),
        // Directly in the reply, or in an element of its own.
        ConfigFormat::Json => {
            let own = reply.child("configuration-json").or_else(|| reply.child("json"));
            let text = own.unwrap_or(reply).content();
            if !text.trim_start().starts_with('{') {
                return Err(reply.unexpected("JSON", text.trim()));
            }
            text.to_owned()
        }
    })
}

/// A configuration without the comment at its head that says when it was changed: the same configuration is the same text.
pub(in crate::juniper_junos) fn undated(text: &str) -> &str {
    let text = text.trim_start_matches('\n');
    let is_dated = ["## Last changed:", "## Last commit:"].iter().any(|start| text.starts_with(start));
    if is_dated { text.split_once('\n').map_or("", |(_, rest)| rest) } else { text }
}

/// Reads the output of a command; of several members or routing engines, one after the other under its name.
pub fn output(reply: Element<'_>) -> String {
    let mut text = String::new();
    for engine in reply.descendants_named("multi-routing-engine-item") {
        let name = engine.text_at("re-name").unwrap_or_default();
        text += &format!("{name}:\n{}\n", "-".repeat(74));
        text += engine.child("output").map(Element::content).unwrap_or_default();
        text.push('\n');
    }
    if !text.is_empty() {
        return text;
    }
    let configurations = reply.descendants_named("configuration-output");
    let outputs: Vec<&str> =
        reply.children_named("output").chain(configurations).map(Element::content).collect();
    if outputs.is_empty() { own(reply) } else { outputs.concat() }
}

/// What is not in an `output`: text directly in the reply, or else the markup of the answer.
fn own(reply: Element<'_>) -> String {
    if reply.content().trim().is_empty() {
        reply.inner().trim().to_owned()
    } else {
        reply.content().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_a_change_is_no_configuration() {
        let plain = "version 21.4R1;\nsystem {\n}\n";
        for head in
            ["", "\n", "## Last changed: 2026-01-01 00:00:00 UTC\n", "\n## Last commit: 2026 by netops\n"]
        {
            assert_eq!(undated(&format!("{head}{plain}")), plain);
        }
        assert_eq!(undated("## Last commit: 2026"), "");
    }
}
