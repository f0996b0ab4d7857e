//! Secrets of a Junos configuration, blacked out wherever its text is shown.
//!
//! Rather too much than too little. A secret is what stands
//! - in quotes and looks as Junos's or crypt's hidden form does: `"$9$…"`, `"$6$…"`;
//! - on a line that Junos itself marks with `## SECRET-DATA`: the last value;
//! - behind a word that announces one, in text, set commands, XML and JSON.

use peering_core::REDACTED;

/// Words whose value is a secret.
const BEFORE_SECRET: &[&str] = &[
    "ascii-text",
    "auth-key",
    "authentication-key",
    "authentication-password",
    "encrypted-password",
    "hello-authentication-key",
    "hexadecimal",
    "key-string",
    "passphrase",
    "password",
    "plain-text-password",
    "plain-text-password-value",
    "pre-shared-key",
    "privacy-key",
    "privacy-password",
    "secret",
    "shared-secret",
    "simple-password",
];

/// How Junos marks a line.
const MARK: &str = "## SECRET-DATA";

/// Blacks out every secret of a text, line by line.
pub(in crate::juniper_junos) fn redact(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut place = Place::default();
    for line in text.split_inclusive('\n') {
        let mut at = 0;
        for (start, end) in secrets_in(line, place.enter(line)) {
            // One may lie within another.
            if start < at {
                continue;
            }
            shown.push_str(line.get(at..start).unwrap_or_default());
            shown.push_str(REDACTED);
            at = end;
        }
        shown.push_str(line.get(at..).unwrap_or_default());
    }
    shown
}

/// The secrets that a text holds, longest first.
fn secrets(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    let mut place = Place::default();
    for line in text.lines() {
        for (start, end) in secrets_in(line, place.enter(line)) {
            let secret = line.get(start..end).unwrap_or_default().trim_matches('"');
            found.push(secret);
            // One that was not put in quotes ends at its first blank for the router.
            found.extend(secret.split_whitespace());
        }
    }
    found.retain(|secret| !secret.is_empty());
    found.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
    found.dedup();
    found
}

/// Whether the lines are within `snmp`, where a community's name is a password.
#[derive(Debug, Default)]
struct Place {
    depth: usize,
    /// The depth that `snmp` was opened at.
    snmp: Option<usize>,
}

impl Place {
    /// Reads a line, and says whether it stands within `snmp`.
    fn enter(&mut self, line: &str) -> bool {
        let statement = line.trim_start_matches(['+', '-', '!']).trim();
        if let Some(path) = statement.strip_prefix("[edit") {
            self.depth = 0;
            self.snmp = path.trim_start().starts_with("snmp").then_some(0);
            return false;
        }
        if self.snmp.is_none() && statement.starts_with("snmp {") {
            self.snmp = Some(self.depth + 1);
        }
        let is_inside = self.snmp.is_some();
        self.depth += line.matches('{').count();
        self.depth = self.depth.saturating_sub(line.matches('}').count());
        if self.snmp.is_some_and(|start| self.depth < start) {
            self.snmp = None;
        }
        is_inside
    }
}

/// The router's words about a text, without the secrets of either.
pub(super) fn redact_quoted(words: &str, text: &str) -> String {
    let mut shown = redact(words);
    for secret in secrets(text) {
        shown = without(&shown, secret);
    }
    shown
}

/// Blacks out a word, where it stands alone.
fn without(text: &str, secret: &str) -> String {
    let is_part = |char: char| char.is_alphanumeric() || char == '-' || char == '_';
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(secret) {
        let (before, found) = rest.split_at(at);
        let after = found.get(secret.len()..).unwrap_or_default();
        let is_alone =
            !before.chars().next_back().is_some_and(is_part) && !after.chars().next().is_some_and(is_part);
        shown.push_str(before);
        shown.push_str(if is_alone { REDACTED } else { secret });
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// A word of a line, or what stands in quotes, with where it stands. Quotes belong to it.
struct Word<'l> {
    start: usize,
    end: usize,
    text: &'l str,
}

/// Where the secrets of a line are, in bytes.
fn secrets_in(line: &str, mut is_snmp: bool) -> Vec<(usize, usize)> {
    let (statement, is_marked) = match line.find(MARK) {
        Some(at) => (line.get(..at).unwrap_or_default(), true),
        None => (line, false),
    };
    let words = words(statement);
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut is_digest = false;
    for (index, word) in words.iter().enumerate() {
        let bare = word.text.trim_matches(['"', ':']).to_ascii_lowercase();
        let announces = BEFORE_SECRET.contains(&bare.as_str())
            || (is_snmp && bare == "community")
            || (is_digest && bare == "key");
        is_snmp |= bare == "snmp";
        is_digest |= bare == "md5" || bare == "authentication";
        let follower = words.get(index + 1).filter(|next| !is_connective(next.text));
        if let (true, Some(next)) = (announces, follower) {
            found.push((next.start, value_end(statement, next)));
        }
        if is_hidden_form(word.text) {
            found.push((word.start, word.end));
        }
    }
    if is_marked && let Some(last) = words.iter().rev().find(|word| !is_connective(word.text)) {
        found.push((last.start, last.end));
    }
    // what is blacked out already stays as it is
    let is_mark = |start: usize, end: usize| {
        let from = start.saturating_sub(1);
        // a value without quotes reaches to the end of its statement
        [end, end + 1].into_iter().any(|end| line.get(from..end) == Some(REDACTED))
    };
    found.retain(|(start, end)| !is_mark(*start, *end));
    found.sort_unstable_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
    found.dedup();
    found
}

/// Where the value that begins with this word ends: without quotes, at the end of the statement.
fn value_end(statement: &str, word: &Word<'_>) -> usize {
    if word.text.starts_with('"') {
        return word.end;
    }
    let rest = statement.get(word.start..).unwrap_or_default();
    let rest =
        rest.get(..rest.find([';', '<', '{', '}', ',', '\n']).unwrap_or(rest.len())).unwrap_or_default();
    word.start + rest.trim_end().len()
}

/// Whether a word only leads from a name to its value's block.
fn is_connective(word: &str) -> bool {
    matches!(word, "{" | "}" | "[" | "]" | ";" | ",") || BEFORE_SECRET.contains(&word)
}

/// `$9$…`, `$1$…`, `$sha1$…`
fn is_hidden_form(word: &str) -> bool {
    let bare = word.trim_matches('"');
    let Some((kind, rest)) = bare.strip_prefix('$').and_then(|rest| rest.split_once('$')) else {
        return false;
    };
    !rest.is_empty() && !kind.is_empty() && kind.chars().all(|char| char.is_ascii_alphanumeric())
}

/// The words of a line: text, set commands, XML (a tag's name is a word) and JSON.
fn words(line: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or_default();
        let length = if first == '"' {
            quoted(rest)
        } else if first.is_whitespace() || "<>;:,/".contains(first) {
            at += first.len_utf8();
            continue;
        } else if "{}[]".contains(first) {
            1
        } else {
            rest.find(|char: char| char.is_whitespace() || "<>;{}[]\",".contains(char)).unwrap_or(rest.len())
        };
        let end = at + length.max(first.len_utf8());
        words.push(Word { start: at, end, text: line.get(at..end).unwrap_or_default() });
        at = end;
    }
    words
}

/// The length of a text in quotes; to the end of the line when there is no second one.
fn quoted(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blacks_out_every_kind_of_secret() {
        for (line, shown) in [
            (
                "    authentication-key \"$9$abc\"; ## SECRET-DATA\n",
                "    authentication-key <redacted>; ## SECRET-DATA\n",
            ),
            ("+    authentication-key hunter2;", "+    authentication-key <redacted>;"),
            ("authentication-key \"two words\";", "authentication-key <redacted>;"),
            ("authentication-key \"no end", "authentication-key <redacted>"),
            ("encrypted-password \"$6$x$y\";", "encrypted-password <redacted>;"),
            ("secret \"$9$abc\"; ## SECRET-DATA", "secret <redacted>; ## SECRET-DATA"),
            ("pre-shared-key ascii-text hunter2;", "pre-shared-key ascii-text <redacted>;"),
            (
                "set protocols bgp group X neighbor 192.0.2.1 authentication-key hunter2",
                "set protocols bgp group X neighbor 192.0.2.1 authentication-key <redacted>",
            ),
            ("set x unheard-of hunter2 ## SECRET-DATA", "set x unheard-of <redacted> ## SECRET-DATA"),
            (
                "<authentication-key>hunter2</authentication-key>",
                "<authentication-key><redacted></authentication-key>",
            ),
            ("\"authentication-key\" : \"hunter2\",", "\"authentication-key\" : <redacted>,"),
            ("set snmp community hunter2 authorization read-only", "set snmp community <redacted>"),
            ("snmp {\n    community hunter2 {\n", "snmp {\n    community <redacted> {\n"),
            ("[edit snmp]\n-  community hunter2;\n", "[edit snmp]\n-  community <redacted>;\n"),
            ("md5 1 key hunter2;", "md5 1 key <redacted>;"),
            ("anything \"$9$abc\";", "anything <redacted>;"),
        ] {
            assert_eq!(redact(line), shown);
            assert_eq!(redact(shown), shown, "twice is as once");
        }
    }

    #[test]
    fn leaves_the_rest_alone() {
        for line in [
            "    description \"AS64501 Example\";\n",
            "community add peer-route;",
            "authentication-key-chain X;",
            "[edit protocols bgp group X]\n",
            "secret {\n",
            "snmp {\n    location x;\n}\npolicy-options {\n    community peers {\n",
            "[edit snmp]\n+ location x;\n[edit policy-options]\n+ community peers members 65000:1;\n",
            "key chain $5",
            "",
        ] {
            assert_eq!(redact(line), line);
        }
    }

    #[test]
    fn words_about_a_text_do_not_quote_its_secrets() {
        let text = "protocols { bgp { group X {\n authentication-key hunter2 swordfish;\n} } }";
        let words = "line 2: syntax error: hunter2, expecting <statement>";
        assert_eq!(redact_quoted(words, text), "line 2: syntax error: <redacted>, expecting <statement>");
        assert_eq!(redact_quoted("nothing of it: hunter22", text), "nothing of it: hunter22");
    }
}
