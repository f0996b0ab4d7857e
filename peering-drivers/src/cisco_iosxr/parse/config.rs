//! Texts of configurations: `cli-cfg`, and the whole in XML.

use peering_core::ParseError;
use peering_core::state::ConfigFormat;

use super::reply::data;
use crate::transport::netconf::xml::Element;

/// Reads a configuration: the text of the command line, without blank lines around it, or the XML of all models. A candidate
/// without changes is empty.
///
/// # Errors
/// When the reply is another.
pub fn config(reply: Element<'_>, format: ConfigFormat) -> Result<String, ParseError> {
    if format == ConfigFormat::Xml {
        let data = if reply.name() == "data" { reply } else { reply.required("data")? };
        return Ok(data.inner().trim_matches('\n').to_owned());
    }
    let text = data(reply, &["cli"])?.child("cli").map(Element::content);
    Ok(text.unwrap_or_default().trim_matches(['\n', '\r', ' ']).to_owned())
}

/// A configuration without the comments at its head that say which version wrote it, when and by whom it was changed: the
/// same configuration is the same text.
pub(in crate::cisco_iosxr) fn undated(text: &str) -> String {
    let is_dated = |line: &str| line.starts_with("!! ") || line.starts_with("Building configuration");
    let mut lines = text.lines().skip_while(|line| line.trim().is_empty() || is_dated(line)).peekable();
    let mut kept = String::with_capacity(text.len());
    while let Some(line) = lines.next() {
        kept.push_str(line.trim_end());
        if lines.peek().is_some() {
            kept.push('\n');
        }
    }
    kept.truncate(kept.trim_end().len());
    if !kept.is_empty() {
        kept.push('\n');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_a_change_is_no_configuration() {
        let plain = "hostname r1\n!\nend\n";
        for head in ["", "\n", "!! IOS XR Configuration 7.3.1\n!! Last configuration change at x by a\n"] {
            assert_eq!(undated(&format!("{head}{plain}")), plain);
        }
        assert_eq!(undated("!! IOS XR Configuration 7.3.1\n"), "");
        assert_eq!(undated("a\n!! kept\n\n"), "a\n!! kept\n");
    }
}
