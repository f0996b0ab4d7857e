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
    let mut is_authentication = false;
    let mut is_community = false;
    let mut words = line.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let bare = word
            .trim_matches(|character: char| !character.is_alphanumeric() && character != '-')
            .to_lowercase();
        let announces = BEFORE_SECRET.contains(&bare.as_str())
            || (is_authentication && ["key", "string", "text"].contains(&bare.as_str()))
            || (is_community && bare == "community")
            || (bare == "authentication" && line.contains("nhrp"));
        is_authentication |= bare.starts_with("authentication") || bare.starts_with("message-digest");
        is_community |= bare == "snmp-server";
        if let (true, Some(next)) = (announces, words.peek()) {
            // `next` is a part of `line`, so the difference of the two places is where it begins
            return Some(next.as_ptr() as usize - line.as_ptr() as usize);
        }
    }
    None
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
