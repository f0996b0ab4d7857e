//! The difference that a commit would make.

use std::fmt;

use similar::TextDiff;

/// What a commit would change, line by line: `+` added, `-` removed, a blank for context.
///
/// Devices print keys, so `Display` and `Debug` show the redacted form; [`Diff::expose`] has the raw text.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Diff {
    raw: String,
    redacted: String,
}

impl Diff {
    /// A diff from the device's text, with the platform's own way to redact it.
    pub fn new(raw: impl Into<String>, redact: impl FnOnce(&str) -> String) -> Self {
        let raw = raw.into();
        let redacted = redact(&raw);
        Diff { raw, redacted }
    }

    /// A unified diff of two texts with three lines of context.
    pub fn between(old: &str, new: &str, redact: impl FnOnce(&str) -> String) -> Self {
        let raw = TextDiff::from_lines(old, new).unified_diff().context_radius(3).to_string();
        Diff::new(raw, redact)
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.raw.trim().is_empty()
    }

    /// The raw text, secrets included.
    pub fn expose(&self) -> &str {
        &self.raw
    }

    /// How many lines are added and removed.
    pub fn counts(&self) -> (usize, usize) {
        let count = |sign: char| self.raw.lines().filter(|line| line.starts_with(sign)).count();
        (count('+'), count('-'))
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted)
    }
}

impl fmt::Debug for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Diff").field(&self.redacted).finish()
    }
}
