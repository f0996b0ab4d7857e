//! Secrets of a Cisco configuration, blacked out wherever its text is shown.

/// Words after which the rest of a line is a secret, or holds one.
const BEFORE_SECRET: &[&str] = &[
    "password",
    "secret",
    "key-string",
    "pre-shared-key",
    "md5",
    "md5-key",
    "authentication-key",
    "authentication-string",
    "shared-secret",
    "passphrase",
    "key-hash",
    "psk",
    "server-key",
    "ascii-text",
    "hex",
];

/// Words after which one follows in a line of SNMP.
const OF_SNMP: &[&str] = &["community", "auth", "priv", "sha", "aes", "des", "3des"];

/// Words that make the `key` of their line a secret.
const SERVERS: &[&str] = &[
    "tacacs-server",
    "radius-server",
    "tacacs",
    "radius",
    "server-private",
    "isakmp",
    "dynamic-author",
    "client",
];

/// Blacks out, line by line, what stands behind a word that announces a secret.
///
/// Rather too much than too little: a description that says `password` loses its end.
pub(crate) fn redact(text: &str) -> String {
    crate::redact::lines(text, secret_start)
}

/// Where the secret of a line begins.
fn secret_start(line: &str) -> Option<usize> {
    let found = crate::redact::behind(line, |word, earlier| {
        let is_of = |commands: &[&str]| earlier.iter().any(|word| commands.contains(&word.as_str()));
        let is_snmp = is_of(&["snmp-server"]);
        match word {
            // the address is known, what follows it holds the community
            _ if is_snmp && earlier.last().is_some_and(|last| last == "host") => true,
            // `set community` in a route map is no secret, `snmp-server community` is
            word if OF_SNMP.contains(&word) => is_snmp,
            "key" => is_of(SERVERS),
            // NTP and HSRP: `authentication text …`, `authentication md5 key-string …`
            "text" => line.contains("authentication"),
            word => BEFORE_SECRET.contains(&word),
        }
    });
    if found.is_some() {
        return found;
    }
    // the lines of a server or a key chain stand alone: `key 7 0123…`, `key secret`; `key 1` is a number of a chain
    let rest = line.trim_start_matches([' ', '+', '-', '!']).strip_prefix("key ")?;
    let is_number =
        !rest.trim().is_empty() && rest.trim().chars().all(|character| character.is_ascii_digit());
    let is_chain = rest.starts_with("chain ") || rest.starts_with("config-key");
    (!is_number && !is_chain).then(|| line.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blacks_out_every_kind_of_secret() {
        for (line, shown) in [
            (" neighbor 192.0.2.1 password 7 hunter2", " neighbor 192.0.2.1 password <redacted>"),
            ("+ neighbor 192.0.2.1 password hunter2\n", "+ neighbor 192.0.2.1 password <redacted>\n"),
            ("username a privilege 15 secret 9 hunter2", "username a privilege 15 secret <redacted>"),
            ("enable secret 5 hunter2\n", "enable secret <redacted>\n"),
            ("enable password hunter2\n", "enable password <redacted>\n"),
            ("snmp-server community hunter2 RO 10\n", "snmp-server community <redacted>\n"),
            ("snmp-server host 192.0.2.1 version 2c hunter2", "snmp-server host 192.0.2.1 <redacted>"),
            (
                "snmp-server user u g v3 auth sha hunter2 priv aes 128 x",
                "snmp-server user u g v3 auth <redacted>",
            ),
            ("tacacs-server host 192.0.2.1 key 7 hunter2", "tacacs-server host 192.0.2.1 key <redacted>"),
            ("radius-server key 7 hunter2", "radius-server key <redacted>"),
            ("  server-private 192.0.2.1 key hunter2", "  server-private 192.0.2.1 key <redacted>"),
            ("username a password 5 hunter2  role network-admin", "username a password <redacted>"),
            ("snmp-server community hunter2 group network-operator", "snmp-server community <redacted>"),
            ("    password 3 hunter2", "    password <redacted>"),
            (" key 7 hunter2", " key <redacted>"),
            (" key hunter2", " key <redacted>"),
            ("- key hunter2", "- key <redacted>"),
            ("  key-string 7 hunter2", "  key-string <redacted>"),
            ("ntp authentication-key 1 md5 hunter2 7", "ntp authentication-key <redacted>"),
            (" ip ospf message-digest-key 1 md5 7 hunter2", " ip ospf message-digest-key 1 md5 <redacted>"),
            (" ip ospf authentication-key hunter2", " ip ospf authentication-key <redacted>"),
            (" standby 1 authentication md5 key-string hunter2", " standby 1 authentication md5 <redacted>"),
            (" vrrp 1 authentication text hunter2", " vrrp 1 authentication text <redacted>"),
            ("crypto isakmp key hunter2 address 192.0.2.1", "crypto isakmp key <redacted>"),
            (" pre-shared-key local hunter2", " pre-shared-key <redacted>"),
            (
                "line 3: `neighbor 192.0.2.1 password 0 hunter2`: no",
                "line 3: `neighbor 192.0.2.1 password <redacted>",
            ),
        ] {
            assert_eq!(redact(line), shown);
        }
        for harmless in [
            " set community 65000:1 additive",
            "key chain K",
            " key 1",
            " neighbor 192.0.2.1 password",
            "snmp-server host 192.0.2.1",
            "",
        ] {
            assert_eq!(redact(harmless), harmless);
        }
    }
}
