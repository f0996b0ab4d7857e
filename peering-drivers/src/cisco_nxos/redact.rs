//! Secrets of an NX-OS configuration, blacked out wherever its text is shown.

use crate::redact;

/// Words after which the rest of a line is a secret, or holds one.
const BEFORE_SECRET: &[&str] = &[
    "password",
    "secret",
    "key-string",
    "pre-shared-key",
    "md5",
    "authentication-key",
    "authentication-data",
    "sshkey",
];

/// Words that announce a secret in some commands only.
const ONLY_IN: &[(&str, &[&str])] = &[
    // `set community` in a route map is no secret
    ("community", &["snmp-server"]),
    ("auth", &["snmp-server"]),
    ("priv", &["snmp-server"]),
    ("localizedkey", &["snmp-server"]),
    ("key", &["tacacs-server", "radius-server", "ldap-server", "macsec", "authentication"]),
    ("text", &["authentication"]),
];

/// Blacks out, line by line, what stands behind a word that announces a secret.
///
/// Rather too much than too little: a description that says `password` loses its end.
pub(super) fn redact(text: &str) -> String {
    redact::lines(text, secret_start)
}

/// Where the secret of a line begins.
fn secret_start(line: &str) -> Option<usize> {
    let found = redact::behind(line, |word, earlier| {
        let is_of = |commands: &[&str]| earlier.iter().any(|word| commands.contains(&word.as_str()));
        BEFORE_SECRET.contains(&word)
            || ONLY_IN.iter().any(|(only, commands)| *only == word && is_of(commands))
    });
    if found.is_some() {
        return found;
    }
    // `snmp-server host 192.0.2.1 traps version 2c COMMUNITY`
    let bare = line.trim_start();
    let is_host = bare.starts_with("snmp-server host ");
    if let Some((before, after)) = line.split_once("version ").filter(|_| is_host) {
        let version = after.split_whitespace().next()?;
        return Some(before.len() + "version ".len() + version.len() + 1).filter(|start| *start < line.len());
    }
    redact::lone_key(line, &["0", "6", "7"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blacks_out_every_kind_of_secret() {
        for (line, shown) in [
            ("    password 3 hunter2", "    password <redacted>"),
            ("username a password 5 hunter2  role network-admin", "username a password <redacted>"),
            ("username a sshkey ssh-rsa hunter2", "username a sshkey <redacted>"),
            ("snmp-server community hunter2 group x\n", "snmp-server community <redacted>\n"),
            (
                "snmp-server user a x auth md5 0xhunter2 priv 0x1 localizedkey",
                "snmp-server user a x auth <redacted>",
            ),
            (
                "snmp-server host 192.0.2.1 traps version 2c hunter2",
                "snmp-server host 192.0.2.1 traps version 2c <redacted>",
            ),
            ("tacacs-server host 192.0.2.1 key 7 \"hunter2\"", "tacacs-server host 192.0.2.1 key <redacted>"),
            ("radius-server key 7 hunter2", "radius-server key <redacted>"),
            ("ntp authentication-key 1 md5 hunter2 7", "ntp authentication-key <redacted>"),
            ("  ip ospf message-digest-key 1 md5 3 hunter2", "  ip ospf message-digest-key 1 md5 <redacted>"),
            ("    key-string 7 hunter2", "    key-string <redacted>"),
            ("  authentication text hunter2", "  authentication text <redacted>"),
            ("`neighbor 192.0.2.1 password 0 hunter2`: Invalid", "`neighbor 192.0.2.1 password <redacted>"),
            ("  key 7 hunter2", "  key <redacted>"),
        ] {
            assert_eq!(redact(line), shown);
            assert_eq!(redact(shown), shown, "twice is as once");
        }
        for harmless in
            ["    set community 65000:1", "key chain K", "  key 1", "", "snmp-server host 192.0.2.1"]
        {
            assert_eq!(redact(harmless), harmless);
        }
    }
}
