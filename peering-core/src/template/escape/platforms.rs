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

/// A language of words: several blanks are one, and so they are stored.
const fn words(
    name: &'static str,
    replacements: &'static [Replacement],
    longest_line: Option<usize>,
) -> Escape {
    Escape { name, style: Style::Line, replacements, collapse_blanks: true, longest_line }
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
            "arista_eos" | "eos" => Escape::ARISTA_EOS,
            "juniper_junos" | "junos" => Escape::JUNIPER_JUNOS,
            "cisco_iosxr" | "iosxr" | "iosxr_netconf" => Escape::CISCO_IOSXR,
            "cisco_ios" | "ios" => Escape::CISCO_IOS,
            "cisco_nxos" | "nxos" | "nxos_ssh" => Escape::CISCO_NXOS,
            "nokia_sros" | "sros" => Escape::NOKIA_SROS,
            _ => Escape::PLAIN,
        }
    }
}

/// Policies for languages without quotes around texts: a text is the rest of a line, a password one word of it. No real
/// parser of theirs was at hand. The manual named is where the subject is treated; what it leaves open, or was not
/// looked up, is settled by replacing the character.
impl Escape {
    /// Arista EOS (Arista user manual, "Command-Line Interface").
    ///
    /// - `?` asks for help wherever it is typed; `|`, `>` and `<` lead the output elsewhere.
    /// - `!` begins a comment; `"` groups words, and an open one swallows what follows; `\` goes with them.
    pub const ARISTA_EOS: Escape = words(
        "arista_eos",
        &[
            always('?', '.'),
            always('|', '/'),
            always('<', '('),
            always('>', ')'),
            always('!', '.'),
            always('"', '\''),
            always('\\', '/'),
        ],
        None,
    );

    /// Cisco IOS and IOS-XE (Cisco IOS configuration fundamentals, "Using the Cisco IOS Command-Line Interface").
    ///
    /// - `?` asks for help wherever it is typed; `|` begins an output filter.
    /// - `!` begins a comment only at the start of a line; quotes, `#`, `$` and `\` mean nothing, so passwords may hold them.
    /// - A line has 254 characters; what is beyond is lost.
    pub const CISCO_IOS: Escape = words("cisco_ios", &[always('?', '.'), always('|', '/')], Some(254));

    /// Cisco IOS-XR (Cisco IOS XR system management guide; routing configuration guide, "Implementing Routing Policy").
    ///
    /// - `?` asks for help; `|` and `>` lead the output elsewhere.
    /// - `!` begins a comment, `#` does so in route policies; `"` quotes, and `$` begins a parameter of a route policy.
    /// - `\` takes the meaning of the next character away.
    pub const CISCO_IOSXR: Escape = words(
        "cisco_iosxr",
        &[
            always('?', '.'),
            always('|', '/'),
            always('<', '-'),
            always('>', '-'),
            always('!', '.'),
            always('#', '+'),
            always('"', '\''),
            always('$', 'S'),
            always('\\', '/'),
        ],
        None,
    );

    /// Cisco NX-OS (Cisco Nexus 9000 fundamentals configuration guide, "Understanding the Command-Line Interface").
    ///
    /// - `?` asks for help; `|`, `>` and `<` lead the output elsewhere; `;` separates commands; `$(…)` expands a variable.
    /// - `!` and `#` begin comments; `"` groups words; `\` takes the meaning of the next character away.
    pub const CISCO_NXOS: Escape = words(
        "cisco_nxos",
        &[
            always('?', '.'),
            always('|', '/'),
            always('<', '('),
            always('>', ')'),
            always(';', ','),
            always('$', 'S'),
            always('!', '.'),
            always('#', '+'),
            always('"', '\''),
            always('\\', '/'),
        ],
        None,
    );
}

/// Policies for languages of blocks in braces. Templates write texts in `"`.
impl Escape {
    /// Juniper Junos, the text of `show configuration` (Junos CLI user guide).
    ///
    /// - `"` ends a string, `\` takes the meaning of the next character away, also in a string.
    /// - Outside of strings `{ }` are a block, `[ ]` a list, `;` ends a statement, `#` begins a comment, `/*` one until `*/`, over
    ///   lines, and `<…>` is a pattern.
    /// - `$` means nothing here: hidden passwords begin with `$9$`.
    pub const JUNIPER_JUNOS: Escape = line(
        "juniper_junos",
        &[
            always('"', '\''),
            always('\\', '/'),
            unquoted('{', '('),
            unquoted('}', ')'),
            unquoted('[', '('),
            unquoted(']', ')'),
            unquoted('<', '('),
            unquoted('>', ')'),
            unquoted(';', ','),
            unquoted('#', '+'),
            unquoted('*', '+'),
        ],
    );

    /// Nokia SR OS, the MD-CLI (Nokia MD-CLI user guide).
    ///
    /// - `"` ends a string, `\` begins an escape; `?` asks for help on a terminal.
    /// - Outside of strings `{ }` are a block, `[ ]` a list, `( )` group in policy expressions, `#` begins a comment, `|` and `>` lead the
    ///   output elsewhere, `*` stands for all keys.
    /// - `$` means nothing: hidden passwords hold it.
    pub const NOKIA_SROS: Escape = line(
        "nokia_sros",
        &[
            always('"', '\''),
            always('\\', '/'),
            always('?', '.'),
            unquoted('{', '('),
            unquoted('}', ')'),
            unquoted('[', '('),
            unquoted(']', ')'),
            unquoted('<', '('),
            unquoted('>', ')'),
            unquoted('|', '/'),
            unquoted('#', '+'),
            unquoted('*', '+'),
        ],
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: [Escape; 6] = [
        Escape::ARISTA_EOS,
        Escape::CISCO_IOS,
        Escape::CISCO_IOSXR,
        Escape::CISCO_NXOS,
        Escape::JUNIPER_JUNOS,
        Escape::NOKIA_SROS,
    ];

    #[test]
    fn what_a_configuration_is_made_of_is_left_alone() {
        for escape in OURS {
            for text in [
                "2001:db8::1/64",
                "192.0.2.0/25",
                "64500:1:2",
                "target:64500:7",
                "Ethernet1/1.100",
                "et-0/0/0.100",
                "Example Networks A/S (Ltd.)",
                "O'Example & Søn",
            ] {
                assert_eq!(escape.guard(text), text, "{}", escape.name);
            }
        }
    }

    #[test]
    fn hidden_passwords_are_written_as_they_are() {
        for (escape, password) in [
            (Escape::ARISTA_EOS, "xhVtxCeGhnBmVkA7dSuUqA=="),
            (Escape::CISCO_IOS, "0822455D0A16"),
            (Escape::CISCO_IOSXR, "0822455D0A16"),
            (Escape::CISCO_NXOS, "0822455D0A16"),
            (Escape::JUNIPER_JUNOS, "$9$HqfQ1IcrK8n/t0IcvM24aZGi"),
            (Escape::JUNIPER_JUNOS, "semi;colon{#"),
            (Escape::NOKIA_SROS, "u9dNbB$dT2q/hash{}"),
        ] {
            assert_eq!(escape.secret(password), Some(password), "{}", escape.name);
        }
        for escape in OURS {
            assert_eq!(escape.secret("two words"), None, "{}", escape.name);
            let is_plain = escape == Escape::CISCO_IOS;
            assert_eq!(escape.secret("quo\"te").is_some(), is_plain, "{}", escape.name);
        }
        assert_eq!(Escape::CISCO_NXOS.secret("a;b"), None);
        assert_eq!(Escape::CISCO_IOS.secret("help?"), None);
    }

    #[test]
    fn instructions_become_text() {
        for (escape, expected) in [
            (Escape::ARISTA_EOS, "a' } b; . # /* x / y . )z"),
            (Escape::CISCO_IOS, "a\" } b; ! # /* x / y . >z"),
            (Escape::CISCO_IOSXR, "a' } b; . + /* x / y . -z"),
            (Escape::CISCO_NXOS, "a' } b, . + /* x / y . )z"),
            (Escape::JUNIPER_JUNOS, "a' ) b, ! + /+ x | y ? )z"),
            (Escape::NOKIA_SROS, "a' ) b; ! + /+ x / y . )z"),
        ] {
            assert_eq!(escape.guard("a\" } b; ! # /* x | y ? >z"), expected, "{}", escape.name);
        }
    }

    #[test]
    fn every_name_of_a_driver_has_its_policy() {
        for (names, escape) in [
            (&["arista_eos", "eos"][..], Escape::ARISTA_EOS),
            (&["cisco_ios", "ios"], Escape::CISCO_IOS),
            (&["cisco_iosxr", "iosxr", "iosxr_netconf"], Escape::CISCO_IOSXR),
            (&["cisco_nxos", "nxos", "nxos_ssh"], Escape::CISCO_NXOS),
            (&["juniper_junos", "junos"], Escape::JUNIPER_JUNOS),
            (&["nokia_sros", "sros"], Escape::NOKIA_SROS),
        ] {
            for name in names {
                assert_eq!(Escape::for_driver(name), escape, "{name}");
            }
        }
    }
}
