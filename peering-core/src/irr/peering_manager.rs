//! How Peering Manager reads an AS-SET string, to the letter; the [module](super) lists what is wrong with it.

use super::AsSet;
use crate::Asn;

pub(super) fn sets(asn: Asn, text: &str, sources: &[String]) -> Vec<AsSet> {
    if text.trim_matches(is_blank).is_empty() {
        return vec![AsSet::from(asn)];
    }
    // Its pattern for the registry is what stands between the commas of the setting, so an empty setting is an
    // empty name, which matches.
    let unnamed = [String::new()];
    let sources = if sources.is_empty() { &unnamed } else { sources };
    text.split(|c| matches!(c, '/' | ',' | '&') || is_blank(c))
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let (source, name) =
                sources.iter().find_map(|source| split(piece, source)).unwrap_or(("", piece));
            let name = name.strip_prefix("ipv4:").or_else(|| name.strip_prefix("ipv6:")).unwrap_or(name);
            AsSet {
                source: Some(source.to_owned()).filter(|s| !s.is_empty()),
                name: name.to_owned(),
                family: None,
            }
        })
        .collect()
}

/// A registry, as many colons as there are, and at least one character more: if there is none, the last colon is it.
fn split<'a>(piece: &'a str, source: &'a str) -> Option<(&'a str, &'a str)> {
    let rest = piece.strip_prefix(source)?.strip_prefix(':')?;
    match rest.trim_start_matches(':') {
        "" if rest.is_empty() => None,
        "" => Some((source, ":")),
        name => Some((source, name)),
    }
}

/// What Python calls blank.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}
