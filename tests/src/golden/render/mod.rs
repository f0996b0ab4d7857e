//! `render.json`: a network, and templates rendered for its routers with every way to treat white space.
//!
//! An output must come out to the letter. Where an error is recorded, ours must be of that sort, and name the line where
//! the recording does; its words are ours.

mod dataset;
mod fields;

use std::sync::Arc;

use peering_core::model::Indexed;
use peering_core::template::Whitespace;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::engine;
use super::report::{Checked, Differences, Rows};

#[derive(Deserialize)]
struct Recording<'t> {
    dataset: Value,
    #[serde(borrow)]
    cases: Vec<&'t RawValue>,
}

#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    name: String,
    template: String,
    #[serde(default)]
    trim: bool,
    #[serde(default)]
    lstrip: bool,
    router: String,
    #[serde(default)]
    output: Option<String>,
    #[serde(default)]
    error: Option<String>,
}

pub(super) fn run(text: &str) -> Result<Rows, String> {
    let recording: Recording<'_> =
        serde_json::from_str(text).map_err(|error| format!("is no data set with cases: {error}"))?;
    let (network, notes) = dataset::network(recording.dataset)?;
    let network = Arc::new(Indexed::from(network));
    let mut rows = Rows::default();
    for (position, raw) in recording.cases.into_iter().enumerate() {
        let case: Result<Case, _> = serde_json::from_str(raw.get());
        let name = match &case {
            Ok(Case { name, router, trim, lstrip, .. }) => {
                let white_space =
                    |is_on: &bool, word: &str| if *is_on { format!(", {word}") } else { String::new() };
                format!(
                    "row {position} ({name}, {router}{}{})",
                    white_space(trim, "trim"),
                    white_space(lstrip, "lstrip")
                )
            }
            Err(_) => format!("row {position}"),
        };
        rows.check(name, |differences| {
            let case = case?;
            let whitespace =
                Whitespace { trim_blocks: case.trim, lstrip_blocks: case.lstrip, ..Whitespace::default() };
            let rendered = engine::render(&network, &case.router, &case.template, whitespace);
            compare(case, rendered, differences)
        });
    }
    notes.into_iter().for_each(|note| rows.note(note));
    Ok(rows)
}

fn compare(case: Case, rendered: Result<String, engine::Failure>, differences: &mut Differences) -> Checked {
    match (case.error, rendered) {
        (None, rendered) => {
            let expected = case.output.ok_or("the row records neither output nor error")?;
            differences.same("output", Ok(expected), rendered.map_err(|failure| failure.message));
        }
        (Some(error), Ok(text)) => differences.same("error", Err(error), Ok(text)),
        (Some(error), Err(failure)) => {
            differences.same_if_recorded("line of the error", line_of(&error).map(Some), failure.line);
            if !is_of_sort(&error, &failure) {
                differences.same("error", error, failure.message);
            }
        }
    }
    Ok(())
}

/// The line in `… in template at line N: …`.
fn line_of(error: &str) -> Option<usize> {
    let (_, after) = error.split_once("template at line ")?;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Whether a failure is of the sort that a recorded error's text names.
fn is_of_sort(error: &str, failure: &engine::Failure) -> bool {
    let says = |word: &str| failure.message.contains(word);
    error.starts_with("Syntax error") == failure.is_syntax()
        && error.split_once("TemplateNotFound: ").is_none_or(|(_, name)| says(name))
        && (!error.contains("UndefinedError") || says("undefined"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use peering_core::model::Network;
    use peering_core::template::TemplateErrorKind;

    /// Nothing of the recorded data set is left behind, and what holds it is a document that survives.
    #[test]
    fn the_data_set_is_a_sound_network() {
        let Some(path) = crate::shared("golden/render.json") else { return };
        let text = std::fs::read_to_string(path).unwrap();
        let recording: Recording<'_> = serde_json::from_str(&text).unwrap();
        let (network, notes) = dataset::network(recording.dataset).unwrap();
        assert_eq!(notes, [] as [String; 0]);
        assert_eq!(Network::from_json(&network.to_json_exposing_secrets()).unwrap(), network);
        assert_eq!(Network::from_yaml(&network.to_yaml_exposing_secrets()).unwrap(), network);
        assert!(
            network.autonomous_systems.iter().any(|row| row.prefixes.is_some() && !row.contacts.is_empty())
        );
    }

    #[test]
    fn what_has_no_place_is_told() {
        let given = serde_json::json!({
            "ases": [{"asn": 64500, "name": "Ours", "affiliated": true, "colour": "red"}],
            "ixps": [{"slug": "x", "name": "X", "import_": ["nowhere"]}],
            "weather": "fine",
        });
        let (_, notes) = dataset::network(given).unwrap();
        let told = notes.join("\n");
        for part in
            ["ases[0].colour was not looked at", "dataset.weather was not", "routing policy \"nowhere\""]
        {
            assert!(told.contains(part), "{part} in {told}");
        }
        assert_eq!(notes.len(), 3, "{told}");
    }

    #[test]
    fn an_error_must_be_of_the_recorded_sort() {
        let failure = |message: &str| {
            let kind = match message.split_once(':') {
                Some(("unknown filter", _)) => Some(TemplateErrorKind::UnknownFilter),
                _ => None,
            };
            engine::Failure { line: Some(1), message: message.to_owned(), kind }
        };
        let syntax = "Syntax error in template at line 7: No filter named 'x'.";
        assert_eq!(line_of(syntax), Some(7));
        assert!(is_of_sort(syntax, &failure("unknown filter: x")));
        assert!(!is_of_sort(syntax, &failure("undefined value")));
        let undefined = "jinja2.exceptions.UndefinedError: 'nope' is undefined";
        assert!(is_of_sort(undefined, &failure("undefined value")));
        assert!(!is_of_sort(undefined, &failure("unknown filter: x")));
        assert!(!is_of_sort(undefined, &failure("invalid operation")));
        let missing = "jinja2.exceptions.TemplateNotFound: Nope";
        assert!(is_of_sort(missing, &failure("template not found: \"Nope\"")));
        assert!(!is_of_sort(missing, &failure("template not found")));
    }
}
