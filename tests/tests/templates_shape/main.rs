//! The templates whose platforms have no parser here: every line is a statement that the template means to write, in the block
//! that it belongs to, whatever strangers call themselves.
//!
//! The tables are written by hand, from the sources that the templates' READMEs name: a line that is in none of them
//! fails, but no router has taken the text.

mod grammar;

use peering_core::irr::PrefixEntry;
use peering_tests::sample::{self, Spelling, sample};

use grammar::{Blocks, CISCO_IOSXR, NOKIA_SROS, PLATFORMS, Platform};

impl Platform {
    fn render(&self, spelling: &Spelling) -> String {
        sample::render(self.driver, sample(self.driver, spelling))
    }

    fn is_comment(&self, line: &str) -> bool {
        self.comments.iter().any(|start| line.trim_start().starts_with(start))
    }

    /// The statements of a text, each with the one that begins its block.
    fn statements<'a>(&self, text: &'a str) -> Vec<(Option<&'a str>, &'a str)> {
        let mut open: Vec<(usize, &str)> = Vec::new();
        let mut found = Vec::new();
        for line in text.lines() {
            let depth = line.len() - line.trim_start().len();
            let statement = line.trim();
            if self.is_comment(line) {
                continue;
            }
            if self.blocks == Blocks::Braces {
                if statement == "}" {
                    open.pop().unwrap_or_else(|| panic!("{}: a block too many is closed", self.driver));
                    continue;
                }
                let parent = open.last().map(|(_, parent)| *parent);
                match statement.strip_suffix(" {") {
                    Some(head) => {
                        open.push((depth, head));
                        found.push((parent, head));
                    }
                    None => {
                        let statement = statement.strip_suffix(self.end);
                        found.push((
                            parent,
                            statement.unwrap_or_else(|| panic!("{}: {line:?} has no end", self.driver)),
                        ));
                    }
                }
                continue;
            }
            while open.pop_if(|(above, _)| *above >= depth).is_some() {}
            found.push((open.last().map(|(_, parent)| *parent), statement));
            open.push((depth, statement));
        }
        assert!(
            self.blocks == Blocks::Indented || open.is_empty(),
            "{}: {open:?} is not closed",
            self.driver
        );
        found
    }

    fn knows(&self, parent: Option<&str>, statement: &str) -> bool {
        let within = |block: &str| match parent {
            None => block == "/",
            Some(parent) => block != "/" && block.split('|').any(|start| parent.starts_with(start)),
        };
        let words = self.words(statement);
        let rows = self.grammar.iter().filter(|(block, _)| within(block));
        rows.flat_map(|(_, patterns)| *patterns).any(|pattern| {
            let pattern: Vec<&str> = pattern.split(' ').collect();
            fits(&pattern, &words)
        })
    }

    /// The words of a line; a text in quotes is one of them.
    fn words<'a>(&self, line: &'a str) -> Vec<&'a str> {
        if self.blocks == Blocks::Indented {
            return line.split(' ').collect();
        }
        let mut within = false;
        line.split(move |c: char| {
            within ^= c == '"';
            c == ' ' && !within
        })
        .collect()
    }
}

/// Whether words are as a pattern says.
fn fits(pattern: &[&str], words: &[&str]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return words.is_empty() };
    let Some((start, end)) = first.split_once('…') else {
        return words
            .split_first()
            .is_some_and(|(word, others)| fits_word(first, word) && fits(rest, others));
    };
    (1..=words.len()).any(|count| {
        let (taken, others) = words.split_at(count);
        taken[0].starts_with(start)
            && taken[count - 1].ends_with(end)
            && taken.iter().all(|word| is_said(word))
            && taken.concat().len() > start.len() + end.len()
            && fits(rest, others)
    })
}

fn fits_word(pattern: &str, word: &str) -> bool {
    let Some(at) = pattern.find(['*', '#', '@']) else { return pattern == word };
    let Some(inner) =
        word.strip_prefix(&pattern[..at]).and_then(|word| word.strip_suffix(&pattern[at + 1..]))
    else {
        return false;
    };
    match &pattern[at..=at] {
        "#" => inner.parse::<u32>().is_ok(),
        "@" => inner.parse::<ipnet::IpNet>().is_ok() || inner.parse::<std::net::IpAddr>().is_ok(),
        _ => is_said(inner),
    }
}

/// Neither nothing nor how a template writes what it has not.
fn is_said(word: &str) -> bool {
    !["", "\"\"", "none", "None", "null", "undefined"].contains(&word)
}

/// How often each character that makes blocks, lists, comments and texts stands outside of texts.
fn marks(platform: &Platform, text: &str) -> Vec<usize> {
    let statements: Vec<&str> = text.lines().filter(|line| !platform.is_comment(line)).collect();
    let text = statements.join("\n");
    let outside: String = text.split('"').step_by(2).collect();
    let mut counts: Vec<usize> =
        ["{", "}", "[", "]", ";", "#", "*"].map(|mark| outside.matches(mark).count()).into();
    counts.push(text.matches('"').count());
    counts
}

fn check(platform: &Platform, text: &str) {
    for (parent, statement) in platform.statements(text) {
        let driver = platform.driver;
        assert!(platform.knows(parent, statement), "{driver}: {statement:?} in {parent:?} is no statement");
    }
}

#[test]
fn every_line_is_a_statement_in_its_block() {
    for platform in PLATFORMS {
        let text = platform.render(&Spelling::AsItIs);
        check(platform, &text);
        assert_eq!(text, platform.render(&Spelling::AsItIs), "{}", platform.driver);
    }
}

#[test]
fn names_stay_what_they_are() {
    let attempts = [
        "\nINJECTED",
        "\"; } INJECTED { \"",
        "\\",
        "\\\"",
        "/* INJECTED */ # ! // ;",
        "] INJECTED [ ) ( > x | y ?",
        "\u{202e}\u{2028}INJECTED\0\t",
    ];
    for platform in PLATFORMS {
        let harmless = platform.render(&Spelling::After("harmless".into()));
        for text in attempts {
            for spelling in [Spelling::After(text.into()), Spelling::Before(text.into())] {
                let hostile = platform.render(&spelling);
                check(platform, &hostile);
                assert_eq!(hostile.lines().count(), harmless.lines().count(), "{}", platform.driver);
                if platform.blocks == Blocks::Braces {
                    assert_eq!(
                        marks(platform, &hostile),
                        marks(platform, &harmless),
                        "{}: {text:?}",
                        platform.driver
                    );
                }
            }
        }
    }
}

#[test]
fn what_is_not_agreed_is_not_there() {
    for platform in PLATFORMS {
        let text = platform.render(&Spelling::AsItIs);
        let has =
            |address: &str| text.split(|c: char| c.is_whitespace() || c == '"').any(|word| word == address);
        for address in ["192.0.2.60", "192.0.2.160", "198.18.8.1"] {
            assert!(!has(address), "{}: {address}", platform.driver);
        }
        for address in
            ["192.0.2.50", "192.0.2.70", "192.0.2.140", "198.18.6.1", "198.18.7.1", "2001:db8:1::40"]
        {
            assert!(has(address), "{}: {address}", platform.driver);
        }
    }
}

/// Entries of a prefix list with every combination of lengths.
#[test]
fn lengths_are_said_as_the_platform_says_them() {
    let entries = [
        ("198.51.100.0/24", None, None),
        ("198.51.101.0/24", Some(24), Some(24)),
        ("203.0.113.0/24", Some(24), None),
        ("203.0.114.0/24", None, Some(28)),
        ("192.0.2.0/24", Some(26), None),
        ("192.0.3.0/24", Some(26), Some(27)),
    ];
    let words = ["", "", " le 32", " le 28", " ge 26 le 32", " ge 26 le 27"];
    let junos = [
        "exact",
        "exact",
        "upto /32",
        "upto /28",
        "prefix-length-range /26-/32",
        "prefix-length-range /26-/27",
    ];
    let sros = ["exact", "exact", "through", "through", "range", "range"];
    for platform in PLATFORMS {
        let mut network = sample(platform.driver, &Spelling::AsItIs);
        let prefixes = network.autonomous_systems.iter_mut().find_map(|row| row.prefixes.as_mut()).unwrap();
        prefixes.ipv4 = entries
            .map(|(prefix, greater_equal, less_equal)| PrefixEntry {
                prefix: prefix.parse().unwrap(),
                greater_equal,
                less_equal,
            })
            .into();
        let text = sample::render(platform.driver, network);
        for (index, (prefix, ..)) in entries.iter().enumerate() {
            let expected = match platform.driver {
                "juniper_junos" => format!("{prefix} {};", junos[index]),
                "nokia_sros" => format!("prefix {prefix} type {} {{", sros[index]),
                _ => format!("{prefix}{}", words[index]),
            };
            let is_there = text.lines().any(|line| line.trim_end_matches(',').ends_with(&expected));
            assert!(is_there, "{}: {expected:?}", platform.driver);
        }
        check(platform, &text);
    }
}

/// The tests above can fail: what is no statement, stands elsewhere or lacks a word is found.
#[test]
fn what_is_wrong_is_seen() {
    let text = CISCO_IOSXR.render(&Spelling::AsItIs);
    for (right, wrong) in [
        ("  remote-as 64502\n", "  remote-as none\n"),
        ("  remote-as 64502\n", "  remote-as\n"),
        ("  remote-as 64502\n", "remote-as 64502\n"),
        ("  remote-as 64502\n", "  remote-as 64502 x\n"),
        (" address-family ipv4 unicast\n", " address-family ipv4 unicast\n  shutdown\n"),
        ("  drop\n", "  set community () additive\n"),
    ] {
        assert!(text.contains(right), "{right:?}");
        let changed = text.replacen(right, wrong, 1);
        let known = |(parent, statement): &(Option<&str>, &str)| CISCO_IOSXR.knows(*parent, statement);
        assert!(!CISCO_IOSXR.statements(&changed).iter().all(known), "{wrong:?}");
    }
    let unbalanced = NOKIA_SROS.render(&Spelling::AsItIs).replacen("}\n", "", 1);
    assert!(std::panic::catch_unwind(|| NOKIA_SROS.statements(&unbalanced).len()).is_err());
}
