use super::Escape;

/// The policies whose languages write texts in quotes, with the quote that templates use.
const QUOTING: [(Escape, char); 7] = [
    (Escape::JUNIPER_JUNOS, '"'),
    (Escape::NOKIA_SROS, '"'),
    (Escape::BIRD, '"'),
    (Escape::OPENBGPD, '"'),
    (Escape::VYOS, '\''),
    (Escape::MIKROTIK_ROUTEROS, '"'),
    (Escape::NOKIA_SRLINUX, '"'),
];

#[test]
fn drivers_have_their_policies_by_any_name() {
    for (names, policy) in [
        (&["frr"][..], Escape::FRR),
        (&["bird"], Escape::BIRD),
        (&["openbgpd"], Escape::OPENBGPD),
        (&["vyos"], Escape::VYOS),
        (&["mikrotik_routeros", "ros"], Escape::MIKROTIK_ROUTEROS),
        (&["nokia_srlinux", "srl"], Escape::NOKIA_SRLINUX),
        (&["nobody_knows"], Escape::PLAIN),
    ] {
        for name in names {
            assert_eq!(Escape::for_driver(name), policy, "{name}");
        }
    }
}

#[test]
fn what_routers_are_configured_with_is_unchanged() {
    for (escape, _) in QUOTING.into_iter().chain([(Escape::FRR, '"')]) {
        for text in [
            "192.0.2.0/24",
            "2001:db8::1",
            "64500:1:2",
            "target:64500:7",
            "Ethernet1/1.100",
            "et-0/0/0.100",
            "ethernet-1/1.100",
            "RIPE::AS-EXAMPLE",
            "Example Networks (Åland) Ltd., c/o Nobody",
        ] {
            assert_eq!(escape.guard(text), text, "{}", escape.name);
        }
    }
}

#[test]
fn each_language_loses_what_ends_its_texts() {
    for (escape, text, expected) in [
        (Escape::BIRD, "a\"; } # /* b", "a', ) + /+ b"),
        (Escape::OPENBGPD, "a\"'\\ { } # $b", "a``/ ( ) + Sb"),
        (Escape::VYOS, "a'\"; $(b) `c` && d | e > f # ! ~ *", "a.., S(b) .c. ++ d / e ) f + . - +"),
        (Escape::MIKROTIK_ROUTEROS, "a\" $b [c] {d}; # \\ ?", "a' Sb (c) (d), + / ."),
        (Escape::NOKIA_SRLINUX, "a\" {b} [c] | d > e; * # \\ ?", "a' (b) (c) / d ) e, + + / ."),
    ] {
        assert_eq!(escape.guard(text), expected, "{}", escape.name);
    }
}

#[test]
fn what_replaces_has_no_meaning_itself() {
    for (escape, _) in QUOTING {
        for rule in escape.replacements {
            let meant = escape.replacements.iter().any(|other| other.find == rule.with);
            assert!(!meant, "{}: {:?} for {:?}", escape.name, rule.with, rule.find);
        }
    }
}

#[test]
fn a_quoted_password_may_hold_what_means_something_only_outside() {
    assert_eq!(Escape::BIRD.secret("a;b{c}#d*"), Some("a;b{c}#d*"));
    assert_eq!(Escape::VYOS.secret("$ecret;&|"), Some("$ecret;&|"));
    assert_eq!(Escape::NOKIA_SRLINUX.secret("$aes1$AT=="), Some("$aes1$AT=="));
    assert_eq!(Escape::MIKROTIK_ROUTEROS.secret("$ecret"), None);
    for (escape, quote) in QUOTING {
        for password in [format!("a{quote}b"), "two words".into(), "line\nend".into()] {
            assert_eq!(escape.secret(&password), None, "{}: {password:?}", escape.name);
        }
    }
}

#[test]
fn quotes_keep_their_meaning_and_their_contents_none() {
    for (escape, quote) in QUOTING {
        let quoted = escape.quote("a\"b'c\\", quote);
        assert_eq!(quoted.matches(quote).count(), 2, "{}: {quoted}", escape.name);
        assert!(quoted.starts_with(quote) && quoted.ends_with(quote), "{}: {quoted}", escape.name);
    }
}
