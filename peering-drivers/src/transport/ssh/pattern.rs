//! Patterns as OpenSSH writes them (ssh_config(5), PATTERNS): `*` for any run of characters, `?` for any one.

/// Whether the pattern stands for the whole text.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    glob(pattern.as_bytes(), text.as_bytes())
}

/// Whether one of the patterns stands for the text and none that is negated by `!` does.
pub(super) fn covers<'a>(patterns: impl IntoIterator<Item = &'a str>, text: &str) -> bool {
    let mut is_covered = false;
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(excluded) if matches(excluded, text) => return false,
            Some(_) => {}
            None => is_covered |= matches(pattern, text),
        }
    }
    is_covered
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => {
            (0..=text.len()).any(|from| text.get(from..).is_some_and(|text| glob(rest, text)))
        }
        Some((b'?', rest)) => text.split_first().is_some_and(|(_, text)| glob(rest, text)),
        Some((byte, rest)) => {
            text.split_first().is_some_and(|(first, text)| first == byte && glob(rest, text))
        }
    }
}
