//! `get_config` of NAPALM's `ios`: what it takes out of the text.

use regex::{Regex, RegexBuilder};

/// Comments that tell when something was changed.
const DATES: [&str; 2] = ["! Last configuration change at", "! NVRAM config last updated at"];

/// What stands for a secret.
const REMOVED: &str = "<removed>";

/// Lines with secrets: what is before the secret, the secret, and what follows it; in this order.
const SECRETS: [(&str, &str, &str); 19] = [
    (r"snmp-server community", r".*", ""),
    (r"snmp-server host \S+(?: vrf \S+)?(?: version (?:1|2c|3))?", r"\s+\S+", r"(?:\s+\S*)*"),
    (r"snmp-server user \S+(?: \S+)? auth md5", r" \S+", r" priv \S+ localizedkey(?: engineID \S+)?"),
    (r"username .+ (?:password|secret) \d", r" .+", ""),
    (r"enable (?:password|secret)(?: level \d+)? \d", r" .+", ""),
    (r"\s+(?:password|secret)", r" (?:\d{1,2} )?\S+", ""),
    (r".*wpa-psk ascii \d", r" \S+", ""),
    (r".*key 7", r" \d.+", ""),
    (r"tacacs-server (?:.+ )?key", r" .+", ""),
    (r"crypto isakmp key", r" \S+", r" .*"),
    (r"\s+ip ospf message-digest-key \d+ md5", r" .+", ""),
    (r"\s+ip ospf authentication-key", r" .+", ""),
    (r"\s+neighbor \S+ password", r" .+", ""),
    (r"\s+vrrp \d+ authentication text", r" .+", ""),
    (r"\s+standby \d+ authentication", r" .{1,8}", ""),
    (r"\s+standby \d+ authentication md5 key-string", r" .+?", r"(?: timeout \d+)?"),
    (r"\s+key-string", r" .+", ""),
    (r"(?:tacacs|radius) server [^\n]+\n(?:\s+[^\n]+\n)*\s+key", r" [^\n]+", ""),
    (r"\s+ppp (?:chap|pap) password \d", r" .+", ""),
];

/// The text with empty lines for the dates, and none at its ends.
pub(super) fn without_dates(text: &str) -> String {
    let line = |line| if DATES.iter().any(|date| str::starts_with(line, date)) { "" } else { line };
    text.lines().map(line).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The text without the secrets that NAPALM knows.
pub(super) fn sanitize(text: &str) -> String {
    let mut text = text.to_owned();
    for (before, secret, behind) in SECRETS {
        let pattern = format!(r"^({before})(?:{secret})({behind})$");
        let Ok(pattern) = RegexBuilder::new(&pattern).multi_line(true).build() else { continue };
        text = replaced(&pattern, &text);
    }
    text
}

/// With a blank before what follows, where NAPALM has one.
fn replaced(pattern: &Regex, text: &str) -> String {
    let line = |found: &regex::Captures<'_>| {
        let part = |number: usize| found.get(number).map(|part| part.as_str()).unwrap_or_default();
        format!("{} {REMOVED}{}", part(1), part(2))
    };
    pattern.replace_all(text, line).into_owned()
}
