//! The policies of the platforms: what each configuration language gives a meaning to.
//!
//! What is replaced is what ends a quoted string, begins a comment or a block, separates statements or is expanded,
//! so that a text stays one text wherever a template puts it on a line. Addresses, prefixes, communities and names of
//! interfaces hold none of these characters.

use super::{Escape, Replacement, Style, When};

/// A character that is replaced everywhere.
const fn always(find: char, with: char) -> Replacement {
    Replacement { find, when: When::Always, with }
}

/// A character that is replaced in texts; a password, which stands in quotes, may hold it.
const fn unquoted(find: char, with: char) -> Replacement {
    Replacement { find, when: When::Unquoted, with }
}

/// A line-oriented language that takes a line of any length.
const fn line(name: &'static str, replacements: &'static [Replacement]) -> Escape {
    Escape { name, style: Style::Line, replacements, collapse_blanks: false, longest_line: None }
}

impl Escape {
    /// FRRouting's integrated configuration (seen with 8.4.4).
    ///
    /// - A daemon takes `| ` anywhere in a line as the start of an output filter: the line is lost with
    ///   "Unknown action", or cut short at `| include`, and `vtysh -f` still ends with success. So the bar is replaced.
    /// - `vtysh` reads 4095 bytes at a time: the rest of a longer line is a command of its own.
    /// - `!` and `#` are comments only at the beginning of a line; quotes, `?` and `\` mean nothing in a file.
    pub const FRR: Escape = Escape {
        name: "frr",
        style: Style::Line,
        replacements: &[Replacement { find: '|', when: When::BeforeBlank, with: '/' }],
        collapse_blanks: true,
        longest_line: Some(4000),
    };

    /// BIRD 2 (seen with 2.0.12). Its lexer knows no escapes: a string is all between two `"` on one line.
    ///
    /// - `"` ends a string.
    /// - Outside of strings `;` ends a statement, `{ }` are a block, `#` is a comment to the end of the line, and `/*` one
    ///   until `*/`, over lines; so the `*` goes.
    /// - `'` begins a symbol only outside of strings and cannot hold more than a symbol; `\` and `$` mean nothing.
    pub const BIRD: Escape = line(
        "bird",
        &[
            always('"', '\''),
            unquoted(';', ','),
            unquoted('{', '('),
            unquoted('}', ')'),
            unquoted('#', '+'),
            unquoted('*', '+'),
        ],
    );

    /// OpenBGPD (seen with 7.7; `bgpd.conf(5)`). Its lexer goes over line ends within quotes, and after `\`.
    ///
    /// - `"` and `'` are quotes, `\` takes the meaning of the next one away, or continues the line.
    /// - Outside of quotes `#` is a comment, `{ }` are a block, `$` begins a macro.
    pub const OPENBGPD: Escape = line(
        "openbgpd",
        &[
            always('"', '`'),
            always('\\', '/'),
            unquoted('\'', '`'),
            unquoted('#', '+'),
            unquoted('{', '('),
            unquoted('}', ')'),
            unquoted('$', 'S'),
        ],
    );

    /// VyOS commands (`set …`), which `vbash`, a Bash, reads (VyOS documentation, "Command Line Interface"; Bash manual,
    /// "Quoting"). Templates write values in `'`.
    ///
    /// - `'` ends a value; `"` and `\` are escapes of the configuration file that values are stored in.
    /// - `?` asks for help on a terminal, also in quotes.
    /// - Outside of quotes the shell reads `$`, `` ` ``, `;`, `&`, `|`, `<`, `>`, `{ }`, `*`, `#`, `!` and `~`.
    pub const VYOS: Escape = line(
        "vyos",
        &[
            always('\'', '.'),
            always('"', '.'),
            always('\\', '/'),
            always('?', '.'),
            unquoted('$', 'S'),
            unquoted('`', '.'),
            unquoted(';', ','),
            unquoted('&', '+'),
            unquoted('|', '/'),
            unquoted('<', '('),
            unquoted('>', ')'),
            unquoted('{', '('),
            unquoted('}', ')'),
            unquoted('*', '+'),
            unquoted('#', '+'),
            unquoted('!', '.'),
            unquoted('~', '-'),
        ],
    );

    /// RouterOS scripts (MikroTik documentation, "Scripting"). Templates write values in `"`.
    ///
    /// - `"` ends a string; `\` begins an escape and, at the end of a line, continues it; `$` expands a variable, and `$[…]`
    ///   a command, also in a string; `?` asks for help on a terminal, also in a string.
    /// - Outside of strings `[ ]` run a command, `{ }` are a block, `;` ends a command, `#` is a comment.
    pub const MIKROTIK_ROUTEROS: Escape = line(
        "mikrotik_routeros",
        &[
            always('"', '\''),
            always('\\', '/'),
            always('$', 'S'),
            always('?', '.'),
            unquoted('[', '('),
            unquoted(']', ')'),
            unquoted('{', '('),
            unquoted('}', ')'),
            unquoted(';', ','),
            unquoted('#', '+'),
        ],
    );

    /// Nokia SR Linux's command line (Nokia documentation, "SR Linux System Management Guide", CLI). Templates write
    /// values in `"`.
    ///
    /// - `"` ends a string, `\` begins an escape; `?` asks for help on a terminal.
    /// - Outside of strings `{ }` and `[ ]` are blocks, ranges and lists, `*` stands for all keys, `|` and `>` lead the output
    ///   elsewhere, `;` separates commands, `#` begins a comment.
    /// - `$` means nothing: hidden passwords begin with `$aes`.
    pub const NOKIA_SRLINUX: Escape = line(
        "nokia_srlinux",
        &[
            always('"', '\''),
            always('\\', '/'),
            always('?', '.'),
            unquoted('{', '('),
            unquoted('}', ')'),
            unquoted('[', '('),
            unquoted(']', ')'),
            unquoted('*', '+'),
            unquoted('|', '/'),
            unquoted('<', '('),
            unquoted('>', ')'),
            unquoted(';', ','),
            unquoted('#', '+'),
        ],
    );

    /// The policy for what a driver of this name renders, also by NAPALM's name of it;
    /// [`PLAIN`](Escape::PLAIN) for one without its own.
    pub fn for_driver(driver: &str) -> Escape {
        match driver {
            "frr" => Escape::FRR,
            "bird" => Escape::BIRD,
            "openbgpd" => Escape::OPENBGPD,
            "vyos" => Escape::VYOS,
            "mikrotik_routeros" | "ros" => Escape::MIKROTIK_ROUTEROS,
            "nokia_srlinux" | "srl" => Escape::NOKIA_SRLINUX,
            _ => Escape::PLAIN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The policies whose languages write texts in quotes, with the quote that templates use.
    const QUOTING: [(Escape, char); 5] = [
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
}
