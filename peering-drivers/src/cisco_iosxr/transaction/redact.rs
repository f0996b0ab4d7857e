//! Secrets of an IOS-XR configuration, blacked out wherever its text is shown.

/// Words after which the rest of a line is a secret, or holds one.
const BEFORE_SECRET: &[&str] = &[
    "password",
    "secret",
    "key-string",
    "md5",
    "hmac-md5",
    "hmac-sha-1",
    "message-digest-key",
    "pre-shared-key",
    "authentication-key",
    "encrypted",
    "clear",
];

/// Blacks out, line by line, what stands behind a word that announces a secret.
///
/// Rather too much than too little: a description that says `password` loses its end.
pub(in crate::cisco_iosxr) fn redact(text: &str) -> String {
    crate::redact::lines(text, secret_start)
}

/// Where the secret of a line begins.
fn secret_start(line: &str) -> Option<usize> {
    let found = crate::redact::behind(line, |word, earlier| {
        let is_of = |commands: &[&str]| earlier.iter().any(|word| commands.contains(&word.as_str()));
        match word {
            // `set community` in a policy is no secret.
            "community" | "auth" | "priv" => is_of(&["snmp-server"]),
            "key" => is_of(&["tacacs-server", "radius-server", "tacacs", "radius"]),
            word => BEFORE_SECRET.contains(&word),
        }
    });
    // Of XML, too: `<password>0822455D0A16</password>`.
    let element = line
        .split_whitespace()
        .find_map(|word| Some(word.as_ptr() as usize - line.as_ptr() as usize + markup(word)?));
    if let Some(start) = found.into_iter().chain(element).min() {
        return Some(start);
    }
    // `snmp-server host 192.0.2.1 traps version 2c NAME`.
    let host = line.find("snmp-server host ").and_then(|_| line.rfind(" version 2c ").map(|at| at + 12));
    // The lines of a server's block stand alone: `key 7 0822455D0A16`.
    let bare = line.trim_start_matches(['+', '-', ' ']);
    let key = bare.strip_prefix("key ").filter(|rest| rest.starts_with("0 ") || rest.starts_with("7 "));
    host.or(key.map(|rest| line.len() - rest.len()))
}

/// Where the content of an element begins whose name announces a secret.
fn markup(word: &str) -> Option<usize> {
    let start = word.find('<')?;
    let rest = word.get(start + 1..)?;
    let (name, inner) = rest.split_once('>')?;
    let name = name.rsplit(':').next()?.to_lowercase();
    let is_secret = ["password", "secret", "key", "community-name"].iter().any(|word| name.ends_with(word));
    (is_secret && !inner.is_empty() && !inner.starts_with('<')).then(|| word.len() - inner.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blacks_out_every_kind_of_secret() {
        for (line, shown) in [
            ("  password encrypted 0822455D0A16", "  password <redacted>"),
            ("+   password clear hunter2\n", "+   password <redacted>\n"),
            (" secret 5 $1$DPTg$5iBz\n", " secret <redacted>\n"),
            ("username a secret 10 $6$x", "username a secret <redacted>"),
            ("snmp-server community hunter2 RO", "snmp-server community <redacted>"),
            (
                "snmp-server host 192.0.2.1 traps version 2c hunter2",
                "snmp-server host 192.0.2.1 traps version 2c <redacted>",
            ),
            ("snmp-server user u g v3 auth md5 encrypted 05", "snmp-server user u g v3 auth <redacted>"),
            ("tacacs-server host 192.0.2.1 key 7 0822", "tacacs-server host 192.0.2.1 key <redacted>"),
            (" key 7 0822", " key <redacted>"),
            ("  key-string password 0822", "  key-string <redacted>"),
            (" authentication-key 1 md5 encrypted 05", " authentication-key <redacted>"),
            ("<password>0822455D0A16</password>", "<password><redacted>"),
            (" <community-name>public</community-name>\n", " <community-name><redacted>\n"),
        ] {
            assert_eq!(redact(line), shown);
        }
        for harmless in [
            "  set community (65000:1) additive",
            "key chain K",
            "   password",
            "<password/>",
            "<secret><type5>",
            "",
        ] {
            assert_eq!(redact(harmless), harmless);
        }
    }
}
