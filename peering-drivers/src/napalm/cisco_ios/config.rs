//! `get_config` of NAPALM's `ios`: what it takes out of the text.

use regex::RegexBuilder;

/// Comments that tell when something was changed.
const DATES: [&str; 2] = ["! Last configuration change at", "! NVRAM config last updated at"];

/// What stands for a secret.
const REMOVED: &str = "<removed>";

/// Lines with secrets: what is before the secret, the secret, and what follows it behind a blank; in this order.
const SECRETS: [(&str, &str, &str); 18] = [
    (r"snmp-server community", r".*", ""),
    (r"snmp-server host \S+(?: vrf \S+)?(?: version (?:1|2c|3))?", r"\s+\S+", r"(?:\s+\S*)*"),
    (r"username .+ (?:password|secret) \d", r" .+", ""),
    (r"enable (?:password|secret)(?: level \d+)? \d", r" .+", ""),
    (r"\s+(?:password|secret)", r" (?:\d{1,2} )?\S+", ""),
    (r".*wpa-psk ascii \d", r" \S+", ""),
    (r".*key 7", r" \d.+", ""),
    (r"tacacs-server (?:.+ )?key", r" .+", ""),
    (r"crypto isakmp key", r" \S+ ", r".*"),
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

/// A line with two secrets: what is before the first and behind the second.
const BOTH: &str =
    r"^(snmp-server user \S+(?: \S+)? auth md5) \S+ priv \S+ (localizedkey(?: engineID \S+)?)\s*$";

/// The text with empty lines for the dates, and none at its ends.
pub(super) fn without_dates(text: &str) -> String {
    let line = |line| if DATES.iter().any(|date| str::starts_with(line, date)) { "" } else { line };
    text.lines().map(line).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The text without the secrets that NAPALM knows.
pub(super) fn sanitize(text: &str) -> String {
    let mut text = text.to_owned();
    let both = format!("$1 {REMOVED} priv {REMOVED} $2");
    replace(BOTH, &both, &mut text);
    for (before, secret, behind) in SECRETS {
        let pattern = format!("^({before})(?:{secret})({behind})$");
        let words = if behind.is_empty() { format!("$1 {REMOVED}") } else { format!("$1 {REMOVED} $2") };
        replace(&pattern, &words, &mut text);
    }
    text
}

fn replace(pattern: &str, words: &str, text: &mut String) {
    // the patterns above are good ones: a test sees to that
    if let Ok(pattern) = RegexBuilder::new(pattern).multi_line(true).build() {
        *text = pattern.replace_all(text, words).into_owned();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_taken_out_as_napalm_does() {
        for (line, expected) in [
            ("snmp-server community public RO", "snmp-server community <removed>"),
            (
                "snmp-server host 192.0.2.1 version 2c public",
                "snmp-server host 192.0.2.1 version 2c <removed> ",
            ),
            (
                "snmp-server user u g auth md5 AA priv BB localizedkey",
                "snmp-server user u g auth md5 <removed> priv <removed> localizedkey",
            ),
            ("username u privilege 15 secret 5 $1$x", "username u privilege 15 secret 5 <removed>"),
            ("enable secret 5 $1$x", "enable secret 5 <removed>"),
            (" password 7 0822455D0A16", " password <removed>"),
            ("dot11 wpa-psk ascii 0 secretword", "dot11 wpa-psk ascii 0 <removed>"),
            ("tacacs-server key 7 0822", "tacacs-server key <removed>"),
            ("crypto isakmp key abc address 192.0.2.1", "crypto isakmp key <removed> address 192.0.2.1"),
            (" ip ospf message-digest-key 1 md5 7 0822", " ip ospf message-digest-key 1 md5 <removed>"),
            (" ip ospf authentication-key abc", " ip ospf authentication-key <removed>"),
            (" neighbor 192.0.2.1 password abc", " neighbor 192.0.2.1 password <removed>"),
            (" vrrp 1 authentication text abc", " vrrp 1 authentication text <removed>"),
            (" standby 1 authentication abc", " standby 1 authentication <removed>"),
            (
                " standby 1 authentication md5 key-string abc",
                " standby 1 authentication md5 key-string <removed> ",
            ),
            ("  key-string abc", "  key-string <removed>"),
            (
                "radius server x\n address ipv4 192.0.2.1\n key abc",
                "radius server x\n address ipv4 192.0.2.1\n key <removed>",
            ),
            (" ppp chap password 0 abc", " ppp chap password 0 <removed>"),
            ("interface GigabitEthernet1", "interface GigabitEthernet1"),
        ] {
            assert_eq!(sanitize(line), expected);
        }
        assert_eq!(without_dates("!\n! Last configuration change at x\n!\nend\n\n"), "!\n\n!\nend");
    }
}
