//! Secrets of an FRR configuration, blacked out wherever its text is shown.

/// Words after which the rest of a line is a secret.
const BEFORE_SECRET: &[&str] = &[
    "password",
    "key-string",
    "md5",
    "authentication-key",
    "area-password",
    "domain-password",
    "secret",
    "auth-string",
];

/// Blacks out, line by line, what stands behind a word that announces a secret.
///
/// Rather too much than too little: a description that says `password` loses its end.
pub(super) fn redact(text: &str) -> String {
    crate::redact::lines(text, secret_start)
}

/// Where the secret of a line begins.
fn secret_start(line: &str) -> Option<usize> {
    crate::redact::behind(line, |word, earlier| match word {
        "key" | "string" | "text" => earlier
            .iter()
            .any(|word| word.starts_with("authentication") || word.starts_with("message-digest")),
        "community" => earlier.iter().any(|word| word == "snmp-server"),
        "authentication" => line.contains("nhrp"),
        word => BEFORE_SECRET.contains(&word),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blacks_out_every_kind_of_secret() {
        for (line, shown) in [
            (" neighbor 192.0.2.1 password hunter2", " neighbor 192.0.2.1 password <redacted>"),
            ("-  neighbor 2001:db8::1 password two words\n", "-  neighbor 2001:db8::1 password <redacted>\n"),
            ("enable password 8 hunter2", "enable password <redacted>"),
            ("password hunter2", "password <redacted>"),
            ("  key-string hunter2", "  key-string <redacted>"),
            (" ip ospf message-digest-key 1 md5 hunter2", " ip ospf message-digest-key 1 md5 <redacted>"),
            (" ip ospf authentication-key hunter2", " ip ospf authentication-key <redacted>"),
            (" ip rip authentication string hunter2", " ip rip authentication string <redacted>"),
            (" isis password md5 hunter2", " isis password <redacted>"),
            (" ip nhrp authentication hunter2", " ip nhrp authentication <redacted>"),
            (
                "line 3: % Unknown command[4]: neighbor 192.0.2.1 password 'hunter2'",
                "line 3: % Unknown command[4]: neighbor 192.0.2.1 password <redacted>",
            ),
        ] {
            assert_eq!(redact(line), shown);
        }
        for harmless in ["key chain K", " neighbor 192.0.2.1 password", "username x nopassword", " key 1", ""]
        {
            assert_eq!(redact(harmless), harmless);
        }
        let text = "a\n password x\r\nb\n";
        assert_eq!(redact(text), "a\n password <redacted>\nb\n");
    }
}
