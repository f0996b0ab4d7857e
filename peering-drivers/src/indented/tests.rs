use std::borrow::Cow;
use std::sync::LazyLock;

use peering_core::ErrorKind;
use proptest::prelude::*;

use super::*;

pub(super) static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::new(&TOY));

/// A language with one of everything.
const TOY: Language = Language {
    step: 1,
    redact: |line| line.replace("hunter2", "<redacted>"),
    canonical: |line| addresses(line, true),
    comparable: |line| Cow::Owned(line.replace(" key 7 ", " key ")),
    kept_whole: &[(r"^banner \S+ ", End::Delimiter), (r"^certificate [0-9A-F]+$", End::Line("quit"))],
    contexts: &[r"^interface \S", r"^router \S", r"^family \S", r"^list \S", r"^map \S+ \d+$", r"^vrf \S"],
    closings: &[(r"^family ", "exit-family")],
    unique: &[r"^(router) \d", r"^(peer \S+)(?: of \d+)?$"],
    single: &[r"^(hostname|description|cost)\b", r"^(banner \S+)", r"^peer (\S+) (as|name)\b"],
    list: &[
        r"^(?:interface|router|vrf|map|list) ",
        r"^(?:address|peer|network|user|shutdown)\b",
        r"^(?:permit|deny) ",
    ],
    on_by_default: &[r"^redirects$"],
    told_both_ways: &[r"^peer \S+ active$"],
    printed_without: &[(r"^interface ", r"^address ", "no address")],
    ordered_contexts: &[r"^list "],
    ordered_lines: &[r"^server"],
    sequences: &[
        (r"^(?<list>prefixes \S+) (?:seq (?<number>\d+) )?(?<rule>permit .+)$", " seq ", 5),
        (r"^(?:(?<number>\d+) )?(?<rule>permit .+)$", "", 10),
    ],
    whole: &[(r"^peer (\S+)$", "peer {}")],
    refused: &[(r"^reload", "it acts at once"), (r"^no interface zero$", "it is there")],
    uncompiled: &[(r"^user \S+ secret ", "it is hashed")],
    untyped: &[(r"^(?:no )?router ", "the guard stands on it")],
    first_words: &["hostname", "interface", "router", "no", "map"],
    wide: &[("peer", 3), ("ip", 2), ("interface", 2)],
    early: (&[r"^vrf "], r"^interface "),
    settle: |_| {},
};

const RUNNING: &str = "\
! made by hand
hostname r1

banner motd ^C
 Welcome!
end
! no comment
^C
user a key 7 hunter2
server one
server two
!
interface one
 description lan
 address 1
 address 2
 !
 cost 5
!
interface two
 no address
!
router 64501
 peer 1 as 5
 peer 1 name x
 peer 2 as 6
 !
 family 4
  peer 1 active
 exit-family
 !
 family 6
  no peer 1 active
 exit-family
!
chain
 certificate 01
  30820
  \tABCD
  \tquit
prefixes A seq 5 permit 10
prefixes A seq 15 permit 11
list L
 permit a
 permit b
 permit c
!
end
";

pub(super) fn parse(text: &str) -> Config {
    Config::parse(text, &RULES)
}

fn merged(text: &str) -> peering_core::Result<Config> {
    merge(&parse(RUNNING), &parse(text), &RULES)
}

/// What a text changes.
fn changes(text: &str) -> String {
    let merged = merged(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    // and it is printed so that it is read the same
    assert_eq!(parse(&merged.to_string()).to_string(), merged.to_string());
    assert_eq!(difference(&parse(&merged.to_string()), &merged, &RULES), "");
    difference(&parse(RUNNING), &merged, &RULES)
}

#[test]
fn every_expression_is_one() {
    let (told, sound) = RULES.count();
    assert_eq!(told, sound);
}

#[test]
fn is_printed_line_for_line() {
    assert_eq!(parse(RUNNING).to_string(), RUNNING);
    assert_eq!(parse("  hostname x\r\n").to_string(), "  hostname x\n");
    assert_eq!(difference(&parse(RUNNING), &parse(RUNNING), &RULES), "");
    let config = parse(RUNNING);
    let lines: Vec<&str> = config.commands().map(|node| node.line.as_str()).collect();
    assert_eq!(lines.len(), 12, "{lines:?}");
}

#[test]
fn lines_are_added_replaced_and_removed() {
    for (text, changed) in [
        ("hostname r1", ""),
        ("hostname r2\n", "-hostname r1\n+hostname r2\n"),
        ("user b\n", "+user b\n"),
        ("interface one\n description x\n", " interface one\n- description lan\n+ description x\n"),
        ("interface one\n address 3\n", " interface one\n+ address 3\n"),
        ("interface one\n no address 2\n", " interface one\n- address 2\n"),
        ("interface one\n no address\n", " interface one\n- address 1\n- address 2\n+ no address\n"),
        ("interface two\n address 7\n", " interface two\n- no address\n+ address 7\n"),
        ("interface one\n default cost\n", " interface one\n- cost 5\n"),
        ("interface one\n no redirects\n", " interface one\n+ no redirects\n"),
        ("interface one\n redirects\n", ""),
        ("interface three\n description x\n", "+interface three\n+ description x\n+ no address\n"),
        ("no interface two\n", "-interface two\n- no address\n"),
        ("no interface tw\nno user\n", "-user a key 7 hunter2\n"),
        ("router 64501\n peer 1 as 7\n", " router 64501\n- peer 1 as 5\n+ peer 1 as 7\n"),
        (
            "router 64501\n no peer 1\n",
            " router 64501\n- peer 1 as 5\n- peer 1 name x\n  family 4\n-  peer 1 active\n  family 6\n-  no peer 1 active\n",
        ),
        (
            "router 64501\n family 6\n  peer 1 active\n  peer 2 name z\n",
            " router 64501\n  family 6\n-  no peer 1 active\n+  peer 1 active\n+  peer 2 name z\n",
        ),
        ("router 64501\n family 9\n  cost 1\n", " router 64501\n+ family 9\n+  cost 1\n"),
        ("prefixes A permit 12\n", "+prefixes A seq 20 permit 12\n"),
        ("prefixes A permit 11\n", ""),
        ("prefixes A seq 10 permit 12\n", "+prefixes A seq 10 permit 12\n"),
        ("prefixes A seq 5 permit 12\n", "-prefixes A seq 5 permit 10\n+prefixes A seq 5 permit 12\n"),
        ("no prefixes A permit 11\n", "-prefixes A seq 15 permit 11\n"),
        ("prefixes B permit 12\n", "+prefixes B seq 5 permit 12\n"),
        ("list L\n permit d\n", " list L\n  permit a\n  permit b\n  permit c\n+ permit d\n"),
        ("banner motd #\n Welcome!\nend\n! no comment\n#\n", ""),
        ("banner motd #Go#\n", "-banner motd ^C\n- Welcome!\n-end\n-! no comment\n-^C\n+banner motd #Go#\n"),
        ("user a key hunter2\n", ""),
        ("map A 10\n", "+map A 10\n"),
    ] {
        assert_eq!(changes(text), changed, "{text}");
    }
}

#[test]
fn new_lines_stand_where_they_belong() {
    let after = |text: &str, line: &str| {
        let merged = merged(text).unwrap().to_string();
        let mut lines = merged.lines();
        let before: Vec<_> = lines.by_ref().take_while(|other| other.trim() != line).collect();
        before.last().unwrap().trim().to_owned()
    };
    assert_eq!(
        after("prefixes A seq 10 permit 12\n", "prefixes A seq 10 permit 12"),
        "prefixes A seq 5 permit 10"
    );
    assert_eq!(after("prefixes A seq 1 permit 12\n", "prefixes A seq 1 permit 12"), "\tquit".trim());
    assert_eq!(after("router 64501\n peer 1 size 5\n", "peer 1 size 5"), "peer 1 name x");
    assert_eq!(after("router 64501\n network 5\n", "network 5"), "peer 2 as 6");
    assert_eq!(after("vrf A\n", "vrf A"), "server two");
    assert!(merged("map A 10\n cost 1\n").unwrap().to_string().ends_with("map A 10\n cost 1\nend\n"));
    let family = merged("router 64501\n family 9\n  cost 1\n").unwrap().to_string();
    assert!(family.contains("\n family 9\n  cost 1\n exit-family\n"), "{family}");
}

#[test]
fn what_is_not_certain_is_refused_with_its_line() {
    for (text, words) in [
        ("hostname x\nno nonsense\n", "line 2"),
        ("color red\ncolor blue\n", "`color red`"),
        ("router 65000\n cost 1\n", "router 64501"),
        ("host x\n", "`hostname`"),
        ("thing one\n cost 1\n", "context"),
        ("user b key <redacted>\n", "blacked out"),
        ("user b key <removed>\n", "blacked out"),
        ("reload\n", "at once"),
        ("interface one\ndescription x\n", "indent"),
        ("hostname x\nend\nhostname y\n", "line 3"),
        ("interface one\n no description other\n", "`description lan`"),
        ("list L\n 5 permit x\n", "numbers"),
        ("no interface one\n cost 1\n", "no lines of its own"),
        ("no user zero key hunter2\nno odd hunter2\n", "<redacted>"),
    ] {
        let error = merged(text).map(|config| config.to_string()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{text}");
        assert!(error.message().contains(words), "{error}");
        assert!(!error.message().contains("hunter2"), "{error}");
    }
    assert_eq!(changes("interface one\n!\nuser b\n"), "+user b\n");
    assert_eq!(changes("interface one\n description x\n exit\nuser b\nend\n! said\n").lines().count(), 4);
}

#[test]
fn order_counts_where_it_means_something() {
    let swapped = RUNNING.replace(" permit a\n permit b\n", " permit b\n permit a\n");
    let diff = difference(&parse(RUNNING), &parse(&swapped), &RULES);
    assert_eq!((diff.matches("\n-").count(), diff.matches("\n+").count()), (1, 1), "{diff}");
    let swapped = RUNNING.replace("server one\nserver two\n", "server two\nserver one\n");
    assert!(!difference(&parse(RUNNING), &parse(&swapped), &RULES).is_empty());
    let swapped = RUNNING.replace(" address 1\n address 2\n", " address 2\n address 1\n");
    assert_eq!(difference(&parse(RUNNING), &parse(&swapped), &RULES), "");
}

/// Applies a difference as a reader would: the lines without a sign say where one is.
fn apply(nodes: &mut Vec<Node>, lines: &mut std::iter::Peekable<std::str::Lines<'_>>, depth: usize) {
    let depth_of = |line: &str| line.chars().skip(1).take_while(|character| *character == ' ').count();
    let mut cursor = 0;
    while let Some(line) = lines.next_if(|line| depth_of(line) >= depth) {
        let (sign, text) = (line.chars().next().unwrap(), line[1..].trim_start());
        let is_deeper = |lines: &mut std::iter::Peekable<std::str::Lines<'_>>| {
            lines.peek().is_some_and(|line| depth_of(line) > depth)
        };
        let find = |nodes: &[Node]| {
            let is_it = |node: &Node| node.is_command() && node.line == text;
            let behind = nodes[cursor..].iter().position(is_it).map(|place| place + cursor);
            behind.or_else(|| nodes.iter().position(is_it)).unwrap()
        };
        match sign {
            '-' => {
                cursor = find(nodes);
                nodes.remove(cursor);
                while is_deeper(lines) {
                    lines.next();
                }
            }
            '+' => {
                let mut node = Node::new(text.to_owned(), depth);
                if is_deeper(lines) {
                    apply(&mut node.inner, lines, depth + 1);
                }
                nodes.insert(cursor, node);
                cursor += 1;
            }
            _ => {
                let place = find(nodes);
                if is_deeper(lines) {
                    apply(&mut nodes[place].inner, lines, depth + 1);
                }
                cursor = place + 1;
            }
        }
    }
}

/// Commands at their depths, sorted level by level unless their order counts: by other means than the difference.
fn normal(nodes: &[Node], is_ordered: bool) -> Vec<String> {
    let mut all: Vec<(String, Vec<String>)> = nodes
        .iter()
        .filter(|node| node.is_command())
        .map(|node| (node.line.clone(), normal(&node.inner, node.line.starts_with("list "))))
        .collect();
    if !is_ordered {
        all.sort();
    }
    all.into_iter()
        .flat_map(|(line, inner)| {
            std::iter::once(line).chain(inner.into_iter().map(|line| format!(" {line}")))
        })
        .collect()
}

prop_compose! {
    /// A configuration whose lines differ within each context.
    fn any_config()(
        names in proptest::collection::btree_set("[a-d]", 0..4),
        peers in proptest::collection::btree_set("[1-9]", 0..5),
        entries in proptest::collection::btree_set("[a-h]", 0..8).prop_map(|set| set.into_iter().collect::<Vec<_>>()).prop_shuffle(),
        users in proptest::collection::btree_set("[a-z]{2}", 0..6).prop_map(|set| set.into_iter().collect::<Vec<_>>()).prop_shuffle(),
    ) -> String {
        let mut text = String::from("hostname r\n");
        users.iter().for_each(|user| text.push_str(&format!("user {user}\n")));
        for name in names {
            text.push_str(&format!("interface {name}\n description {name}{}\n", peers.len()));
            peers.iter().for_each(|peer| text.push_str(&format!(" address {peer}\n")));
            text.push_str("!\n");
        }
        if !peers.is_empty() {
            text.push_str("router 1\n");
            peers.iter().for_each(|peer| text.push_str(&format!(" peer {peer} as {}\n", users.len())));
            text.push_str(" !\n family 4\n");
            peers.iter().skip(1).for_each(|peer| text.push_str(&format!("  peer {peer} active\n")));
            text.push_str(" exit-family\n!\n");
        }
        if !entries.is_empty() {
            text.push_str("list L\n");
            entries.iter().for_each(|entry| text.push_str(&format!(" permit {entry}\n")));
        }
        text + "end\n"
    }
}

proptest! {
    #[test]
    fn a_difference_applied_gives_the_other(old in any_config(), new in any_config()) {
        let (old, new) = (parse(&old), parse(&new));
        let diff = difference(&old, &new, &RULES);
        let mut applied = old.nodes.clone();
        apply(&mut applied, &mut diff.lines().peekable(), 0);
        prop_assert_eq!(normal(&applied, false), normal(&new.nodes, false), "{}", diff);
        prop_assert_eq!(diff.is_empty(), normal(&old.nodes, false) == normal(&new.nodes, false));
        prop_assert_eq!(difference(&new, &new, &RULES), "");
    }

    #[test]
    fn what_was_merged_is_there_and_twice_is_once(old in any_config(), new in any_config()) {
        let text = new.replace(" permit", " !");
        let (old, text) = (parse(&old), parse(&text));
        let once = merge(&old, &text, &RULES).unwrap();
        prop_assert_eq!(parse(&once.to_string()).to_string(), once.to_string());
        let twice = merge(&once, &text, &RULES).unwrap();
        prop_assert_eq!(difference(&once, &twice, &RULES), "");
        // nothing of the text is missing, and nothing that it does not name is gone
        let lost = difference(&once, &text, &RULES);
        prop_assert!(lost.lines().all(|line| !line.starts_with('+')), "{}", lost);
        let gone = difference(&old, &once, &RULES);
        let is_value = |line: &str| [" as ", "description ", "no address"].iter().any(|word| line.contains(word));
        prop_assert!(gone.lines().all(|line| !line.starts_with('-') || is_value(line)), "{}", gone);
    }

    #[test]
    fn any_text_is_read_and_printed(text in "[ a-c!^#\n]{0,200}|(banner x |interface |router |exit|end|no |\n| |!|#|\\^C){0,30}") {
        let config = parse(&text);
        let printed: Vec<String> = config.to_string().lines().map(|line| line.trim_end().to_owned()).collect();
        let read: Vec<String> = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let bare: Vec<String> = printed.iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        prop_assert_eq!(bare, read);
        prop_assert_eq!(difference(&config, &config, &RULES), "");
        drop(merge(&parse(RUNNING), &config, &RULES));
    }
}
