//! Which of Junos's four forms a text is in.

/// The form of a configuration text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Blocks in curly braces.
    Text,
    /// The commands of the configuration mode, one a line.
    Set,
    /// A `configuration` element, or one that belongs directly into it.
    Xml,
    /// An object.
    Json,
}

/// The verbs that a line of set commands can begin with.
const VERBS: &[&str] = &[
    "set",
    "delete",
    "activate",
    "deactivate",
    "annotate",
    "copy",
    "edit",
    "exit",
    "insert",
    "protect",
    "rename",
    "top",
    "unprotect",
    "up",
    "wildcard",
];

impl Format {
    /// By the first word that is not a comment. A statement is never named as a verb is, so one word is enough.
    pub(super) fn of(text: &str) -> Format {
        let text = uncommented(text);
        match text.chars().next() {
            Some('<') => Format::Xml,
            Some('{') => Format::Json,
            _ => match text.split(|char: char| char.is_whitespace() || char == ';').next() {
                Some(word) if VERBS.contains(&word) => Format::Set,
                _ => Format::Text,
            },
        }
    }
}

/// The text from its first line that says something.
fn uncommented(text: &str) -> &str {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with('#') {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else {
            return rest;
        };
        rest = rest.get(end..).unwrap_or_default().trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_known_by_its_beginning() {
        for (text, format) in [
            ("protocols { bgp { group X { type external; } } }", Format::Text),
            ("/* BGP of edge1 */\npolicy-options {\n}", Format::Text),
            ("## Last changed: 2026-01-01\nversion 21.1R1;\n", Format::Text),
            ("replace: protocols { }", Format::Text),
            ("settings { a; }", Format::Text),
            ("set protocols bgp group X type external\n", Format::Set),
            ("# first\n\n  delete protocols bgp\n", Format::Set),
            ("top\nedit system", Format::Set),
            ("\n <configuration><system/></configuration>", Format::Xml),
            ("<?xml version=\"1.0\"?><protocols/>", Format::Xml),
            ("{ \"configuration\": {} }", Format::Json),
            ("", Format::Text),
            ("/* no end", Format::Text),
        ] {
            assert_eq!(Format::of(text), format, "{text}");
        }
    }
}
