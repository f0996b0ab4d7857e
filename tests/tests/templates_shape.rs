//! The templates whose platforms have no parser here: every line is a statement that the template means to write, in the block
//! that it belongs to, whatever strangers call themselves.
//!
//! The tables are the statements that were looked up in the vendors' manuals, not what the templates happen to give: a line
//! that is in none of them fails.

use std::path::Path;

use peering_core::model::Indexed;
use peering_core::template::{Engine, Escape, Options, RenderContext};
use peering_tests::sample::{Spelling, sample};

/// How blocks are written.
#[derive(Clone, Copy, PartialEq)]
enum Blocks {
    /// A line belongs to the last one before it that stands less deep.
    Indented,
    /// From `{` to `}`.
    Braces,
}

struct Platform {
    driver: &'static str,
    blocks: Blocks,
    /// What ends a statement that is no block.
    end: &'static str,
    /// Lines that are no statements.
    comments: &'static [&'static str],
    /// Blocks by how they begin (several ways between `|`; `/` is outside of all, nothing is any block), and the
    /// statements within. `*` stands for one word, `#` for a number, `@` for an address or prefix, `…` for one word or more.
    grammar: &'static [(&'static str, &'static [&'static str])],
}

const ARISTA_EOS: Platform = Platform {
    driver: "arista_eos",
    blocks: Blocks::Indented,
    end: "",
    comments: &["!"],
    grammar: &[
        (
            "/",
            &[
                "no ip prefix-list *",
                "ip prefix-list *",
                "no ipv6 prefix-list *",
                "ipv6 prefix-list *",
                "no route-map *",
                "route-map * permit #",
                "route-map * deny #",
                "router bgp #",
            ],
        ),
        ("ip prefix-list", LISTED),
        ("ipv6 prefix-list", LISTED),
        (
            "route-map",
            &[
                "description …",
                "match ip address prefix-list *",
                "match ipv6 address prefix-list *",
                "set local-preference #",
                "set metric #",
                "set community … additive",
                "set extcommunity … additive",
                "set large-community … additive",
            ],
        ),
        ("address-family", &["neighbor @ activate", "no neighbor @ activate"]),
        // In a VRF as globally.
        (
            "router bgp|vrf",
            &[
                "router-id @",
                "vrf *",
                "address-family ipv4",
                "address-family ipv6",
                "neighbor * peer group",
                "neighbor * send-community standard extended large",
                "no neighbor @",
                "neighbor @ peer group *",
                "neighbor @ remote-as #",
                "neighbor @ description …",
                "neighbor @ local-as # no-prepend replace-as",
                "neighbor @ update-source *",
                "neighbor @ ebgp-multihop #",
                "neighbor @ passive",
                "neighbor @ password 7 *",
                "neighbor @ password 0 *",
                "neighbor @ bfd",
                "neighbor @ bfd interval # min-rx # multiplier #",
                "no neighbor @ enforce-first-as",
                "neighbor @ maximum-routes # warning-limit 90 percent",
                "neighbor @ route-map * in",
                "neighbor @ route-map * out",
                "neighbor @ shutdown",
            ],
        ),
    ],
};

/// The entries of a prefix list in a block.
const LISTED: &[&str] = &[
    "seq # permit @",
    "seq # permit @ le #",
    "seq # permit @ ge # le #",
    "seq # deny @",
    "seq # deny @ le #",
    "seq # deny @ ge # le #",
];

const CISCO_IOS: Platform = Platform {
    driver: "cisco_ios",
    blocks: Blocks::Indented,
    end: "",
    comments: &["!"],
    grammar: &[
        (
            "/",
            &[
                "ip bgp-community new-format",
                "interface *",
                "bfd-template multi-hop *",
                "bfd map ipv4 @ @ *",
                "bfd map ipv6 @ @ *",
                "bfd map ipv4 @ vrf * @ vrf * *",
                "ip prefix-list * seq # permit @",
                "ip prefix-list * seq # permit @ le #",
                "ip prefix-list * seq # deny @",
                "ip prefix-list * seq # deny @ le #",
                "ip prefix-list * seq # deny @ ge # le #",
                "ipv6 prefix-list * seq # permit @ le #",
                "ipv6 prefix-list * seq # deny @",
                "ipv6 prefix-list * seq # deny @ ge # le #",
                "route-map * permit #",
                "route-map * deny #",
                "router bgp #",
            ],
        ),
        ("interface", &["bfd interval # min_rx # multiplier #"]),
        ("bfd-template", &["interval min-tx # min-rx # multiplier #"]),
        (
            "route-map",
            &[
                "description …",
                "match ip address prefix-list *",
                "match ipv6 address prefix-list *",
                "set local-preference #",
                "set metric #",
                "set community … additive",
                "set extcommunity rt … additive",
                "set extcommunity soo *",
                "set large-community … additive",
            ],
        ),
        (
            "router bgp|address-family",
            &[
                "bgp router-id @",
                "no bgp enforce-first-as",
                "address-family ipv4",
                "address-family ipv6",
                "address-family ipv4 vrf *",
                "address-family ipv6 vrf *",
                "exit-address-family",
                "neighbor @ remote-as #",
                "neighbor @ description …",
                "neighbor @ local-as # no-prepend replace-as",
                "neighbor @ update-source *",
                "neighbor @ ebgp-multihop #",
                "neighbor @ transport connection-mode passive",
                "neighbor @ password 7 *",
                "neighbor @ password 0 *",
                "neighbor @ fall-over bfd single-hop",
                "neighbor @ fall-over bfd multi-hop",
                "neighbor @ shutdown",
                "no neighbor @ shutdown",
                "neighbor @ activate",
                "no neighbor @ activate",
                "neighbor @ send-community both",
                "neighbor @ maximum-prefix # 90 restart 30",
                "neighbor @ route-map * in",
                "neighbor @ route-map * out",
            ],
        ),
    ],
};

const CISCO_NXOS: Platform = Platform {
    driver: "cisco_nxos",
    blocks: Blocks::Indented,
    end: "",
    comments: &["!"],
    grammar: &[
        (
            "/",
            &[
                "feature bgp",
                "feature bfd",
                "interface *",
                "ip prefix-list * seq # permit @",
                "ip prefix-list * seq # permit @ le #",
                "ip prefix-list * seq # deny @",
                "ip prefix-list * seq # deny @ le #",
                "ip prefix-list * seq # deny @ ge # le #",
                "ipv6 prefix-list * seq # permit @ le #",
                "ipv6 prefix-list * seq # deny @",
                "ipv6 prefix-list * seq # deny @ ge # le #",
                "route-map * permit #",
                "route-map * deny #",
                "router bgp #",
            ],
        ),
        ("interface", &["bfd interval # min_rx # multiplier #"]),
        (
            "route-map",
            &[
                "description …",
                "match ip address prefix-list *",
                "match ipv6 address prefix-list *",
                "set local-preference #",
                "set metric #",
                "set community … additive",
                "set extcommunity rt … additive",
                "set extcommunity soo * additive",
                "set large-community … additive",
            ],
        ),
        ("template peer", &["address-family ipv4 unicast", "address-family ipv6 unicast"]),
        (
            "neighbor",
            &[
                "inherit peer *",
                "remote-as #",
                "description …",
                "local-as # no-prepend replace-as",
                "update-source *",
                "ebgp-multihop #",
                "transport connection-mode passive",
                "password 7 *",
                "password 0 *",
                "bfd",
                "bfd multihop",
                "bfd multihop interval # min_rx # multiplier #",
                "shutdown",
                "no shutdown",
                "address-family ipv4 unicast",
                "address-family ipv6 unicast",
            ],
        ),
        (
            "address-family",
            &[
                "send-community",
                "send-community extended",
                "maximum-prefix # 90 restart 30",
                "route-map * in",
                "route-map * out",
            ],
        ),
        (
            "router bgp|vrf",
            &[
                "router-id @",
                "no enforce-first-as",
                "address-family ipv4 unicast",
                "address-family ipv6 unicast",
                "template peer *",
                "neighbor @",
                "vrf *",
            ],
        ),
    ],
};

const CISCO_IOSXR: Platform = Platform {
    driver: "cisco_iosxr",
    blocks: Blocks::Indented,
    end: "",
    comments: &["!", "#"],
    grammar: &[
        ("/", &["prefix-set *", "end-set", "route-policy *", "end-policy", "router bgp #"]),
        ("prefix-set", &["@", "@,", "@ le #", "@ le #,", "@ ge # le #", "@ ge # le #,"]),
        ("route-policy", &["if destination in * then", "if not destination in * then", "endif", "apply *"]),
        ("neighbor-group", &["address-family ipv4 unicast", "address-family ipv6 unicast"]),
        (
            "neighbor",
            &[
                "remote-as #",
                "use neighbor-group *",
                "description …",
                "local-as # no-prepend replace-as",
                "ebgp-multihop #",
                "local address @",
                "session-open-mode passive-only",
                "password encrypted *",
                "password clear *",
                "bfd fast-detect",
                "bfd multiplier #",
                "bfd minimum-interval #",
                "enforce-first-as disable",
                "shutdown",
                "address-family ipv4 unicast",
                "address-family ipv6 unicast",
            ],
        ),
        (
            "address-family",
            &[
                "send-community-ebgp",
                "send-extended-community-ebgp",
                "route-policy * in",
                "route-policy * out",
                "maximum-prefix # 90 restart 30",
            ],
        ),
        (
            "route-policy|if ",
            &[
                "set local-preference #",
                "set med #",
                "set community (…) additive",
                "set extcommunity rt (…) additive",
                "set extcommunity soo (…) additive",
                "set large-community (…) additive",
                "done",
                "drop",
            ],
        ),
        (
            "router bgp|vrf",
            &[
                "bgp router-id @",
                "address-family ipv4 unicast",
                "address-family ipv6 unicast",
                "neighbor-group *",
                "neighbor @",
                "vrf *",
            ],
        ),
    ],
};

const JUNIPER_JUNOS: Platform = Platform {
    driver: "juniper_junos",
    blocks: Blocks::Braces,
    end: ";",
    comments: &["/*"],
    grammar: &[
        ("/", &["policy-options", "routing-options", "protocols", "routing-instances"]),
        ("routing-options", &["router-id @"]),
        (
            "policy-options",
            &["replace: route-filter-list *", "replace: policy-statement *", "replace: community *"],
        ),
        ("replace: route-filter-list", &["@ exact", "@ orlonger", "@ upto *", "@ prefix-length-range *"]),
        ("replace: policy-statement", &["term *", "then reject"]),
        ("replace: community", &["members *"]),
        ("term", &["from", "then", "then next policy", "then reject"]),
        ("from", &["route-filter-list *", "protocol [ bgp aggregate ]"]),
        ("then", &["local-preference #", "metric #", "community add *", "accept", "reject", "next term"]),
        ("routing-instances", &["*"]),
        ("protocols", &["bgp"]),
        ("bgp", &["replace: group *"]),
        ("replace: group", &["type external", "neighbor @"]),
        (
            "neighbor",
            &[
                "description *",
                "multihop",
                "local-address @",
                "passive",
                "import [ … ]",
                "family inet",
                "family inet6",
                "authentication-key *",
                "export [ … ]",
                "peer-as #",
                "local-as # private no-prepend-global-as",
                "bfd-liveness-detection",
                "shutdown",
            ],
        ),
        ("multihop", &["ttl #"]),
        ("family", &["unicast"]),
        ("unicast", &["prefix-limit"]),
        ("prefix-limit", &["maximum #", "teardown 90 idle-timeout 30"]),
        ("bfd-liveness-detection", &["minimum-receive-interval #", "multiplier #", "transmit-interval"]),
        ("transmit-interval", &["minimum-interval #"]),
        // A routing instance is called as it is called.
        ("", &["protocols"]),
    ],
};

const NOKIA_SROS: Platform = Platform {
    driver: "nokia_sros",
    blocks: Blocks::Braces,
    end: "",
    comments: &["#"],
    grammar: &[
        ("/", &["configure"]),
        ("configure", &["policy-options", "router \"Base\"", "service"]),
        ("policy-options", &["community *", "prefix-list *", "policy-statement *"]),
        ("community \"", &["member *"]),
        (
            "prefix-list",
            &["prefix @ type exact", "prefix @ type longer", "prefix @ type through", "prefix @ type range"],
        ),
        ("prefix @ type through", &["through-length #"]),
        ("prefix", &["through-length #", "start-length #", "end-length #"]),
        ("policy-statement", &["entry #", "default-action"]),
        ("entry", &["from", "action"]),
        ("from", &["prefix-list [*]", "protocol"]),
        ("protocol", &["name [bgp aggregate]", "name [bgp bgp-vpn aggregate]"]),
        ("action", &["action-type *", "local-preference #", "bgp-med", "community"]),
        ("default-action", &["action-type *"]),
        ("bgp-med", &["set #"]),
        ("community", &["add […]"]),
        ("router", &["interface *", "bgp"]),
        ("interface", &["ipv4", "ipv6"]),
        ("ipv", &["bfd"]),
        ("bfd", &["admin-state enable", "transmit-interval #", "receive #", "multiplier #"]),
        ("service", &["vprn *"]),
        ("vprn", &["bgp"]),
        ("bgp", &["router-id @", "group *", "neighbor *"]),
        ("group", &["type external", "family"]),
        ("family", &["ipv4 true", "ipv6 true"]),
        (
            "neighbor",
            &[
                "admin-state enable",
                "admin-state disable",
                "description *",
                "group *",
                "peer-as #",
                "multihop #",
                "local-address @",
                "passive true",
                "authentication-key *",
                "bfd-liveness true",
                "enforce-first-as false",
                "local-as",
                "prefix-limit ipv4",
                "prefix-limit ipv6",
                "import",
                "export",
            ],
        ),
        ("local-as", &["as-number #", "private true", "prepend-global-as false"]),
        ("prefix-limit", &["maximum #", "threshold 90", "idle-timeout 30"]),
        ("import", &["policy […]"]),
        ("export", &["policy […]"]),
    ],
};

const PLATFORMS: [&Platform; 6] =
    [&ARISTA_EOS, &JUNIPER_JUNOS, &CISCO_IOSXR, &CISCO_IOS, &CISCO_NXOS, &NOKIA_SROS];

impl Platform {
    fn render(&self, spelling: &Spelling) -> String {
        let mut engine = Engine::new(Escape::for_driver(self.driver), Options::default());
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/templates").join(self.driver);
        engine.add_directory(folder).unwrap();
        let network = sample(self.driver, spelling);
        let router = network.routers[0].name.clone();
        let context = RenderContext::for_router(Indexed::from(network), &router).unwrap();
        engine.render("main.j2", &context).unwrap()
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
