//! What must not be written down: the credentials themselves, and what a router's texts hold of passwords and keys.
//!
//! A text is taken as JSON, XML or lines, as it looks. JSON and XML keep their form: only the strings and texts in them
//! change. Too much is blacked out rather than too little.

use peering_core::{REDACTED, Secret};
use serde::de::IgnoredAny;
use serde_json::Value;

use super::Redactor;

/// How it stands in XML.
const ESCAPED: &str = "&lt;redacted&gt;";

/// Everything that one session blacks out.
pub(super) struct Redaction {
    secrets: Vec<Secret>,
    redactor: Redactor,
}

impl std::fmt::Debug for Redaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redaction").field("redactor", &self.redactor).finish_non_exhaustive()
    }
}

impl Redaction {
    pub(super) fn new(secrets: Vec<Secret>, redactor: Redactor) -> Self {
        Redaction { secrets: secrets.into_iter().filter(|secret| !secret.is_empty()).collect(), redactor }
    }

    /// A request in the form in which it is known: line ends as Unix has them, none at its end.
    pub(super) fn request(&self, text: &str) -> String {
        let text = text.replace("\r\n", "\n");
        match text.trim_end().split_once('\n') {
            // what is sent along has a form of its own
            Some((first, rest)) => format!("{}\n{}", self.text(first), self.text(rest)),
            None => self.text(text.trim_end()),
        }
    }

    pub(super) fn answer(&self, mut answer: Value) -> Value {
        match &mut answer {
            Value::String(text) => *text = self.text(text),
            Value::Object(fields) => fields.values_mut().for_each(|value| *value = self.answer(value.take())),
            Value::Array(values) => values.iter_mut().for_each(|value| *value = self.answer(value.take())),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        answer
    }

    fn text(&self, text: &str) -> String {
        shaped(text, &mut |text| (self.redactor.redact)(&self.without_credentials(text)))
    }

    /// Short ones count as whole words only: they would be found everywhere.
    fn without_credentials(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            let secret = secret.expose();
            text =
                if secret.len() >= 4 { text.replace(secret, REDACTED) } else { replace_word(&text, secret) };
        }
        text
    }
}

#[cfg(any(feature = "http", test))]
impl Redactor {
    /// Blacks out the secrets of a text in JSON, XML or lines.
    pub(in crate::transport) fn text(&self, text: &str) -> String {
        shaped(text, &mut |text| (self.redact)(text))
    }
}

fn shaped(text: &str, plain: &mut dyn FnMut(&str) -> String) -> String {
    match text.trim_start().chars().next() {
        Some('{' | '[' | '"') if is_json(text) => json(text, plain),
        Some('<') => xml(text, plain),
        _ => plain(text),
    }
}

fn replace_word(text: &str, word: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut end = 0;
    for (start, found) in text.match_indices(word) {
        let before = text.get(..start).and_then(|text| text.chars().next_back());
        let after = text.get(start + found.len()..).and_then(|text| text.chars().next());
        if ![before, after].into_iter().flatten().any(char::is_alphanumeric) {
            replaced.push_str(text.get(end..start).unwrap_or_default());
            replaced.push_str(REDACTED);
            end = start + found.len();
        }
    }
    replaced.push_str(text.get(end..).unwrap_or_default());
    replaced
}

/// One value or several in a row.
fn is_json(text: &str) -> bool {
    serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>().all(|value| value.is_ok())
}

/// Goes through the strings of a JSON text; everything between them stays as it is.
fn json(text: &str, plain: &mut dyn FnMut(&str) -> String) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut name: Option<String> = None;
    let mut rest = text;
    while let Some(start) = rest.find('"') {
        let (between, from) = rest.split_at(start);
        redacted.push_str(between);
        let mut values = serde_json::Deserializer::from_str(from).into_iter::<String>();
        let Some(Ok(string)) = values.next() else { break };
        let (raw, after) = from.split_at(values.byte_offset());
        let is_name = after.trim_start().starts_with(':');
        let shown = match &name {
            Some(name)
                if !is_name
                    && between.trim_start().starts_with(':')
                    && is_secret_name(name)
                    && !string.is_empty() =>
            {
                REDACTED.to_owned()
            }
            _ => plain(&string),
        };
        if shown == string {
            redacted.push_str(raw);
        } else {
            redacted.push_str(&Value::String(shown).to_string());
        }
        name = is_name.then_some(string);
        rest = after;
    }
    redacted.push_str(rest);
    redacted
}

/// Goes through the texts of an XML document; its tags stay as they are.
fn xml(text: &str, plain: &mut dyn FnMut(&str) -> String) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (content, tag) = rest.split_at(start);
        redacted.push_str(&xml_text(content, &open, plain));
        let (inside, is_data) = match tag.strip_prefix("<![CDATA[") {
            Some(data) => (data.find("]]>").map(|end| end + "<![CDATA[]]>".len()), true),
            None if tag.starts_with("<!--") => (tag.find("-->").map(|end| end + 3), false),
            None => (tag.find('>').map(|end| end + 1), false),
        };
        let (tag, after) = tag.split_at(inside.unwrap_or(tag.len()));
        rest = after;
        if is_data {
            let data = tag.strip_prefix("<![CDATA[").unwrap_or(tag);
            let data = data.strip_suffix("]]>").unwrap_or(data);
            let shown = xml_text(data, &open, plain).replace(ESCAPED, REDACTED);
            redacted.push_str(&format!("<![CDATA[{shown}]]>"));
            continue;
        }
        redacted.push_str(tag);
        let name = tag
            .trim_start_matches(['<', '/'])
            .split([' ', '\t', '\n', '\r', '/', '>'])
            .next()
            .unwrap_or_default();
        let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
        if tag.starts_with("</") {
            open.pop();
        } else if !tag.ends_with("/>") && !tag.starts_with("<?") && !tag.starts_with("<!") {
            open.push(name);
        }
    }
    redacted.push_str(&xml_text(rest, &open, plain));
    redacted
}

fn xml_text(content: &str, open: &[&str], plain: &mut dyn FnMut(&str) -> String) -> String {
    let is_secret = match open {
        [.., "snmp", "community", "name"] => true,
        [.., name] => is_secret_name(name),
        [] => false,
    };
    if content.trim().is_empty() {
        content.to_owned()
    } else if is_secret {
        ESCAPED.to_owned()
    } else {
        plain(&content.replace(ESCAPED, REDACTED)).replace(REDACTED, ESCAPED)
    }
}

/// Whether a field or element of this name holds a secret: `password`, `encrypted-password`, `authKey`, …
fn is_secret_name(name: &str) -> bool {
    let name: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let ends = ["password", "passwd", "passphrase", "secret", "keystring", "presharedkey", "privatekey"];
    let whole = ["authkey", "authenticationkey", "md5key", "key7", "snmpcommunity"];
    // the answer to a question of the CLI, in eAPI
    ends.iter().any(|end| name.ends_with(end)) || whole.contains(&name.as_str()) || name == "input"
}

/// Words after which a secret follows, wherever they stand.
const BEFORE_SECRET: &[&str] = &[
    "password",
    "secret",
    "passphrase",
    "key-string",
    "auth-string",
    "authentication-key",
    "auth-key",
    "encrypted-password",
    "plain-text-password-value",
    "authentication-password",
    "privacy-password",
    "area-password",
    "domain-password",
    "pre-shared-key",
    "simple-password",
];

/// What may stand between such a word and the secret: how it is written.
const FORMS: &[&str] = &[
    "0",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "8a",
    "md5",
    "sha256",
    "sha512",
    "encrypted",
    "ascii-text",
    "hexadecimal",
    "string",
    "text",
    "clear",
    "cleartext",
];

/// Blacks out the secrets in lines of configuration: commands, set commands, blocks with braces.
pub(super) fn lines(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    // the indentation of the block in braces that names SNMP communities
    let mut snmp: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let indentation = line.len() - line.trim_start().len();
        if bare == "snmp {" {
            snmp = Some(indentation);
        } else if bare == "}" && snmp == Some(indentation) {
            snmp = None;
        }
        match secret_of(line, snmp.is_some()) {
            Some((start, end)) => {
                redacted.push_str(line.get(..start).unwrap_or_default());
                redacted.push_str(REDACTED);
                redacted.push_str(line.get(end..).unwrap_or_default());
            }
            None => redacted.push_str(line),
        }
    }
    redacted
}

/// Where the secret of a line begins and ends.
fn secret_of(line: &str, is_snmp: bool) -> Option<(usize, usize)> {
    // both are parts of the line, so the difference of the two places is where it begins
    let at = |word: &str| word.as_ptr() as usize - line.as_ptr() as usize;
    let words: Vec<&str> = line.split_whitespace().collect();
    let bare: Vec<String> = words
        .iter()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '-').to_lowercase())
        .collect();
    let has = |word: &str| bare.iter().any(|bare| bare == word);
    let is_snmp = is_snmp || has("snmp-server") || has("snmp");
    let is_server = has("tacacs-server") || has("radius-server") || has("tacacs") || has("radius");
    let mut is_authentication = false;
    for (index, word) in bare.iter().enumerate() {
        let next = words.get(index + 1).filter(|next| !next.starts_with(['{', ';', '|']))?;
        let is_v1 = is_snmp && has("host") && ["1", "2c"].contains(&word.as_str());
        if (is_snmp && word == "community")
            || (is_v1 && bare.get(index.wrapping_sub(1)).is_some_and(|v| v == "version"))
        {
            // one word: what follows says what it may do
            let end = next.trim_end_matches([';', '{']).len();
            return Some((at(next), at(next) + end));
        }
        let announces = BEFORE_SECRET.contains(&word.as_str())
            || (is_authentication && ["key", "string", "text", "md5"].contains(&word.as_str()))
            || (is_server && word == "key")
            || (word == "authentication" && has("nhrp"));
        is_authentication |= word.starts_with("authentication") || word.starts_with("message-digest");
        if announces {
            let forms =
                bare.get(index + 1..)?.iter().take_while(|word| FORMS.contains(&word.as_str())).count();
            // a form with nothing behind it is the secret itself
            let first = words.get(index + 1 + forms).or(words.last())?;
            return Some((at(first), end_of(line)));
        }
    }
    None
}

/// The end of a line without what is no part of a value: its end mark, `; ## SECRET-DATA`, a quote around all.
fn end_of(line: &str) -> usize {
    let line = line.trim_end();
    let line = line.strip_suffix("## SECRET-DATA").unwrap_or(line).trim_end();
    line.strip_suffix(';').unwrap_or(line).len()
}
