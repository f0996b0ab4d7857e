//! Secrets blacked out, line by line, where a platform says that one begins.

use peering_core::REDACTED;

/// Blacks out the rest of every line from the place that `secret_start` names, in bytes.
pub(crate) fn lines(text: &str, secret_start: impl Fn(&str) -> Option<usize>) -> String {
    let mut redacted = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match secret_start(line) {
            Some(start) => {
                redacted.push_str(line.get(..start).unwrap_or_default());
                redacted.push_str(REDACTED);
                if line.ends_with('\n') {
                    redacted.push('\n');
                }
            }
            None => redacted.push_str(line),
        }
    }
    redacted
}
