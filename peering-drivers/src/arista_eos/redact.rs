//! Secrets of an EOS configuration, blacked out wherever its text is shown.

use peering_core::REDACTED;

/// Words after which the rest of a line is a secret, or holds one.
const BEFORE_SECRET: &[&str] = &[
    "password",
    "secret",
    "shared-secret",
    "key-string",
    "pre-shared-key",
    "md5",
    "authentication-key",
    "community",
    "auth",
    "priv",
    "sshkey",
    "ssh-key",
    "localized",
];

/// Blacks out, line by line, what stands behind a word that announces a secret.
///
/// Rather too much than too little: a description that says `password` loses its end.
pub(super) fn redact(text: &str) -> String {
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

/// Where the secret of a line begins.
fn secret_start(line: &str) -> Option<usize> {
    let mut is_server = false;
    let mut is_snmp = false;
    let mut words = line.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let bare = word
            .trim_matches(|character: char| !character.is_alphanumeric() && character != '-')
            .to_lowercase();
        let announces = match bare.as_str() {
            // `set community` in a route map is no secret, `snmp-server community` is
            "community" | "auth" | "priv" | "localized" => is_snmp,
            "key" => is_server,
            bare => BEFORE_SECRET.contains(&bare),
        };
        is_snmp |= bare == "snmp-server";
        is_server |= ["tacacs-server", "radius-server", "authentication", "isis", "ldap", "dot1x", "mka"]
            .contains(&bare.as_str());
        if let (true, Some(next)) = (announces, words.peek()) {
            // `key 7 …` and `password 7 …`: the number tells how it is hidden, but is a part of what is cut
            return Some(next.as_ptr() as usize - line.as_ptr() as usize);
        }
    }
    // the lines of a `management security` or `router bgp` block stand alone: `key 7 0123…`
    let bare = line.trim_start();
    let rest = bare.strip_prefix("key ")?;
    let hides = ["0 ", "7 ", "8a "].iter().any(|kind| rest.starts_with(kind));
    hides.then(|| line.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

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
