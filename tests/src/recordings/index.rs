//! The index of the cases, as `cases.json` has it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

/// The whole index.
#[derive(Debug, Deserialize)]
pub(super) struct Index {
    pub(super) drivers: BTreeMap<String, OfDriver>,
}

#[derive(Debug, Deserialize)]
pub(super) struct OfDriver {
    pub(super) cases: Vec<Case>,
}

/// One case. What else the index says of it is for the fakes.
#[derive(Debug, Deserialize)]
pub(super) struct Case {
    pub(super) method: String,
    pub(super) calls: Vec<Map<String, Value>>,
    test: String,
    case: Option<String>,
    napalm_outcome: String,
    pub(super) expected: Option<String>,
    result_note: Option<String>,
}

impl Index {
    pub(super) fn read(path: &Path) -> Result<Index, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{} is no index: {error}", path.display()))
    }
}

impl Case {
    /// Whether it has data, and NAPALM an answer to them.
    pub(super) fn is_runnable(&self) -> bool {
        self.case.is_some() && self.expected.is_some() && self.napalm_outcome == "passed"
    }

    /// The name to log in with.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.test, self.case.as_deref().unwrap_or_default())
    }

    /// What is tested: NAPALM's method, and a variant of it.
    pub(super) fn read(&self) -> String {
        self.test.trim_start_matches("test_").to_owned()
    }

    /// Which answer, or which parts of several, are compared: the note says so in words.
    pub(super) fn result(&self, answers: Vec<Value>) -> Result<Value, String> {
        let note = self.result_note.as_deref().unwrap_or_default();
        let nth =
            |number: usize| answers.get(number).cloned().ok_or_else(|| format!("no call {number} is made"));
        match note {
            "" if answers.len() == 1 => nth(0),
            _ if note.contains("the first result is compared") => nth(0),
            _ if note.contains("last call") => nth(answers.len().saturating_sub(1)),
            _ => {
                let parts = note.split_once('{').and_then(|(_, rest)| rest.split_once('}'));
                let (parts, _) = parts.ok_or_else(|| format!("which answer is compared? {note:?}"))?;
                combined(parts, &answers)
            }
        }
    }
}

/// `running: from call 1, startup: from call 2, candidate: ''`
fn combined(parts: &str, answers: &[Value]) -> Result<Value, String> {
    let mut all = Map::new();
    for part in parts.split(',') {
        let unclear = || format!("what is {part:?}?");
        let (name, source) = part.trim().split_once(": ").ok_or_else(unclear)?;
        let value = match source.strip_prefix("from call ") {
            Some(number) => {
                let number: usize = number.trim().parse().map_err(|_| unclear())?;
                let answer = number.checked_sub(1).and_then(|place| answers.get(place));
                answer.and_then(|answer| answer.get(name)).cloned().ok_or_else(unclear)?
            }
            None => Value::String(source.trim_matches('\'').to_owned()),
        };
        all.insert(name.to_owned(), value);
    }
    Ok(Value::Object(all))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_note_says_what_is_compared() {
        let case = |note: Option<&str>| Case {
            method: String::new(),
            calls: Vec::new(),
            test: "test_get_config".into(),
            case: Some("a".into()),
            napalm_outcome: "passed".into(),
            expected: None,
            result_note: note.map(str::to_owned),
        };
        let answers =
            || vec![json!({ "running": "r", "startup": "" }), json!({ "running": "", "startup": "s" })];
        let result = |note| case(note).result(answers());
        let all = "compared object = {running: from call 1, startup: from call 2, candidate: ''}";
        assert_eq!(result(Some(all)).unwrap(), json!({ "running": "r", "startup": "s", "candidate": "" }));
        assert_eq!(result(Some("value of the last call is compared")).unwrap(), answers()[1]);
        assert_eq!(result(Some("called twice, the first result is compared")).unwrap(), answers()[0]);
        assert!(result(None).is_err(), "two answers, and no word which");
        assert!(result(Some("something else")).is_err());
    }
}
