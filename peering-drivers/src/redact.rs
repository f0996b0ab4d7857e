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

/// Where the word begins that stands behind the first which announces a secret. Whether one does is asked with the word, bare
/// and in lower case, and with those before it.
pub(crate) fn behind(line: &str, announces: impl Fn(&str, &[String]) -> bool) -> Option<usize> {
    let mut earlier: Vec<String> = Vec::new();
    let mut words = line.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let is_edge = |character: char| !character.is_alphanumeric() && character != '-';
        let bare = word.trim_matches(is_edge).to_lowercase();
        if announces(&bare, &earlier)
            && let Some(next) = words.peek()
        {
            // `next` is a part of `line`, so the difference of the two places is where it begins
            return Some(next.as_ptr() as usize - line.as_ptr() as usize);
        }
        earlier.push(bare);
    }
    None
}

/// Where the secret begins of a line that is a key alone, as in a key chain: `key 7 0123…`. The word before it tells how it is
/// hidden, but is a part of what is cut.
#[cfg(any(feature = "arista_eos", feature = "cisco_nxos"))]
pub(crate) fn lone_key(line: &str, kinds: &[&str]) -> Option<usize> {
    let rest = line.trim_start().strip_prefix("key ")?;
    let (kind, _) = rest.split_once(' ')?;
    kinds.contains(&kind).then(|| line.len() - rest.len())
}
