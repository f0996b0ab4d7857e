//! What NAPALM's drivers for Cisco's systems have in common.

use std::sync::LazyLock;

use regex::Regex;

/// The lines whose secrets NAPALM removes, and what it leaves of them. One after the other, as a line may fit several.
static SANITIZED: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"^(snmp-server community).*$", "$1 <removed>"),
        (r"^(snmp-server host \S+( vrf \S+)?( version (1|2c|3))?)\s+\S+((\s+\S*)*)\s*$", "$1 <removed> $5"),
        (
            r"^(snmp-server user \S+( \S+)? auth md5) \S+ (priv) \S+ (localizedkey( engineID \S+)?)\s*$",
            "$1 <removed> $3 <removed> $4$5",
        ),
        (r"^(username .+ (password|secret) \d) .+$", "$1 <removed>"),
        (r"^(enable (password|secret)( level \d+)? \d) .+$", "$1 <removed>"),
        (r"^(\s+(?:password|secret)) (?:\d{1,2} )?\S+$", "$1 <removed>"),
        (r"^(.*wpa-psk ascii \d) (\S+)$", "$1 <removed>"),
        (r"^(.*key 7) (\d.+)$", "$1 <removed>"),
        (r"^(tacacs-server (.+ )?key) .+$", "$1 <removed>"),
        (r"^(crypto isakmp key) (\S+) (.*)$", "$1 <removed> $3"),
        (r"^(\s+ip ospf message-digest-key \d+ md5) .+$", "$1 <removed>"),
        (r"^(\s+ip ospf authentication-key) .+$", "$1 <removed>"),
        (r"^(\s+neighbor \S+ password) .+$", "$1 <removed>"),
        (r"^(\s+vrrp \d+ authentication text) .+$", "$1 <removed>"),
        (r"^(\s+standby \d+ authentication) .{1,8}$", "$1 <removed>"),
        (r"^(\s+standby \d+ authentication md5 key-string) .+?( timeout \d+)?$", "$1 <removed> $2"),
        (r"^(\s+key-string) .+$", "$1 <removed>"),
        (r"^((tacacs|radius) server [^\n]+\n(\s+[^\n]+\n)*\s+key) [^\n]+$", "$1 <removed>"),
        (r"^(\s+ppp (chap|pap) password \d) .+$", "$1 <removed>"),
    ]
    .into_iter()
    .filter_map(|(rule, left)| Some((Regex::new(&format!("(?m){rule}")).ok()?, left)))
    .collect()
});

/// A configuration as `get_config(sanitized=True)` gives it.
pub(super) fn sanitize(text: &str) -> String {
    SANITIZED.iter().fold(text.to_owned(), |text, (rule, left)| rule.replace_all(&text, *left).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_are_sanitized_as_napalm_does() {
        assert_eq!(SANITIZED.len(), 19, "a rule does not read");
        for (line, shown) in [
            (
                "hostname r1\nsnmp-server community hunter2 ro\n",
                "hostname r1\nsnmp-server community <removed>\n",
            ),
            ("username a password 5 $5$x  role network-admin", "username a password 5 <removed>"),
            ("  password 3 hunter2", "  password <removed>"),
            (
                "snmp-server host 192.0.2.1 version 2c hunter2",
                "snmp-server host 192.0.2.1 version 2c <removed> ",
            ),
            (
                "snmp-server user a auth md5 0x1 priv 0x2 localizedkey engineID 1:2",
                "snmp-server user a auth md5 <removed> priv <removed> localizedkey engineID 1:2 engineID 1:2",
            ),
            ("tacacs-server host 192.0.2.1 key 7 \"x\"", "tacacs-server host 192.0.2.1 key <removed>"),
            ("interface Ethernet1/1", "interface Ethernet1/1"),
        ] {
            assert_eq!(sanitize(line), shown);
        }
    }
}
