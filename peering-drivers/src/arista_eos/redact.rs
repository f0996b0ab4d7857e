//! Secrets of an EOS configuration, blacked out wherever its text is shown.

use std::sync::LazyLock;

use peering_core::REDACTED;
use regex::{Captures, Regex};

use crate::redact;

/// Words after which the rest of a line is a secret, or holds one.
const BEFORE_SECRET: &[&str] = &[
    "password",
    "secret",
    "shared-secret",
    "key-string",
    "pre-shared-key",
    "md5",
    "authentication-key",
    "sshkey",
    "ssh-key",
];

/// Where `key` announces one.
const KEYED: &[&str] = &["tacacs-server", "radius-server", "authentication", "isis", "ldap", "dot1x", "mka"];

/// Blacks out, line by line, what stands behind a word that announces a secret.
///
/// Rather too much than too little: a description that says `password` loses its end.
pub(super) fn redact(text: &str) -> String {
    redact::lines(text, secret_start)
}

/// What EOS itself puts in the place of a secret.
const REMOVED: &str = "<removed>";

/// The lines whose secret EOS removes for `sanitized`, or would: what is kept before it, and after it.
static SANITIZED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"^(?<keep>snmp-server community) .*$",
        r"^(?<keep>snmp-server host \S+(?: vrf \S+)?(?: version (?:1|2c|3))?)\s+\S+(?<tail>.*)$",
        r"^(?<keep>\s*username .+ (?:password|secret) \d) .+$",
        r"^(?<keep>enable (?:password|secret)(?: level \d+)? \d) .+$",
        r"^(?<keep>\s*aaa root secret \d) .+$",
        r"^(?<keep>(?:tacacs|radius)-server (?:.+ )?key) .+$",
        r"^(?<keep>.*key 7) \d.+$",
        r"^(?<keep>\s+ip ospf message-digest-key \d+ md5) .+$",
        r"^(?<keep>\s+ip ospf authentication-key) .+$",
        r"^(?<keep>\s+neighbor \S+ password) .+$",
        r"^(?<keep>\s+vrrp \d+ authentication text) .+$",
        r"^(?<keep>\s+key-string) .+$",
        r"^(?<keep>\s+(?:password|secret)) (?:\d{1,2} )?\S+$",
    ]
    .into_iter()
    .filter_map(|rule| Regex::new(rule).ok())
    .collect()
});

/// A configuration without secrets, in the form that EOS gives to `show running-config sanitized`: for the startup
/// configuration, which EOS shows whole only.
pub(super) fn sanitize(text: &str) -> String {
    let mut sanitized = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        match SANITIZED.iter().find_map(|rule| rule.captures(bare)) {
            Some(found) => sanitized.push_str(&removed(&found)),
            None => sanitized.push_str(&redact(bare).replace(REDACTED, REMOVED)),
        }
        sanitized.push_str(line.get(bare.len()..).unwrap_or_default());
    }
    sanitized
}

fn removed(found: &Captures<'_>) -> String {
    let part = |name| found.name(name).map(|part| part.as_str());
    let space = if part("tail").is_some() { " " } else { "" };
    format!("{} {REMOVED}{space}{}", part("keep").unwrap_or_default(), part("tail").unwrap_or_default())
}

/// Where the secret of a line begins.
fn secret_start(line: &str) -> Option<usize> {
    let found = redact::behind(line, |word, earlier| {
        let is_of = |commands: &[&str]| earlier.iter().any(|word| commands.contains(&word.as_str()));
        match word {
            // `set community` in a route map is no secret, `snmp-server community` is
            "community" | "auth" | "priv" | "localized" => is_of(&["snmp-server"]),
            "key" => is_of(KEYED),
            word => BEFORE_SECRET.contains(&word),
        }
    });
    found.or_else(|| redact::lone_key(line, &["0", "7", "8a"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_one() {
        assert_eq!(SANITIZED.len(), 13);
    }

    #[test]
    fn a_configuration_is_sanitized_as_eos_does() {
        for (line, shown) in [
            ("username a privilege 15 secret 5 $1$x", "username a privilege 15 secret 5 <removed>"),
            ("username a secret sha512 $6$x", "username a secret <removed>"),
            ("snmp-server community hunter2 ro", "snmp-server community <removed>"),
            (
                "snmp-server host 192.0.2.1 version 2c hunter2",
                "snmp-server host 192.0.2.1 version 2c <removed> ",
            ),
            ("aaa root secret 5 $1$x\r\n", "aaa root secret 5 <removed>\r\n"),
            ("   neighbor 192.0.2.1 password 7 x", "   neighbor 192.0.2.1 password <removed>"),
            ("tacacs-server key 7 0123", "tacacs-server key <removed>"),
            ("hostname r1", "hostname r1"),
        ] {
            assert_eq!(sanitize(line), shown);
        }
    }

    #[test]
    fn blacks_out_every_kind_of_secret() {
        for (line, shown) in [
            ("   neighbor 192.0.2.1 password 7 hunter2", "   neighbor 192.0.2.1 password <redacted>"),
            ("username a privilege 15 secret sha512 hunter2", "username a privilege 15 secret <redacted>"),
            ("enable password sha512 hunter2\n", "enable password <redacted>\n"),
            ("snmp-server community hunter2 ro\n", "snmp-server community <redacted>\n"),
            (
                "snmp-server user u g v3 auth sha hunter2 priv aes x",
                "snmp-server user u g v3 auth <redacted>",
            ),
            ("tacacs-server host 192.0.2.1 key 7 hunter2", "tacacs-server host 192.0.2.1 key <redacted>"),
            ("radius-server key 7 hunter2", "radius-server key <redacted>"),
            ("ntp authentication-key 1 md5 7 hunter2", "ntp authentication-key <redacted>"),
            (
                "   ip ospf message-digest-key 1 md5 7 hunter2",
                "   ip ospf message-digest-key 1 md5 <redacted>",
            ),
            ("   isis authentication key 7 hunter2", "   isis authentication key <redacted>"),
            ("   key 7 hunter2", "   key <redacted>"),
            (
                "CLI command 3 of 4 'neighbor 192.0.2.1 password 0 hunter2' failed",
                "CLI command 3 of 4 'neighbor 192.0.2.1 password <redacted>",
            ),
        ] {
            assert_eq!(redact(line), shown);
        }
        for harmless in [
            "   set community 65000:1 additive",
            "key chain K",
            "   neighbor 192.0.2.1 password",
            "",
            "   key 1",
        ] {
            assert_eq!(redact(harmless), harmless);
        }
    }
}
