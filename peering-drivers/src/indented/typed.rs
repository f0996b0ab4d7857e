//! A text that is typed line by line, where nobody can tell before what it comes to.

use std::collections::HashSet;

use peering_core::Result;

use super::merge::{BLACKED_OUT, REMOVED_WITH_LINES, is_blacked_out, rejected, shape};
use super::rules::Rules;
use super::{Config, Node, begins, difference};

/// The longest line that Cisco's command lines take.
const LONGEST: usize = 254;

/// Refuses what must not be typed: what acts at once, what nobody meant, what would end up in the wrong place.
///
/// # Errors
/// `Rejected`, with the line and the reason.
pub(crate) fn typable(text: &Config, rules: &Rules) -> Result<()> {
    shape(&text.nodes, rules)?;
    text.commands().try_for_each(|node| check(node, rules))
}

fn check(node: &Node, rules: &Rules) -> Result<()> {
    let (word, what) = negation(&node.line);
    let refusal = |line: &String| rules.typing_refusal(&format!("{word}{line}"));
    let keys = in_keys(node, rules);
    let mut lines = std::iter::once(&keys.line).chain(&keys.body);
    let why = if is_blacked_out(&node.line) {
        BLACKED_OUT
    } else if let Some(why) = rules.spellings(what).iter().find_map(refusal) {
        why
    } else if !word.is_empty() && node.commands().next().is_some() {
        REMOVED_WITH_LINES
    } else if rules.kept_whole(&node.line).is_some_and(|ending| !ending.is_delimiter()) {
        "what such a text looks like to a command line is not known here"
    } else if !lines.all(|line| line.chars().all(|key| matches!(key, ' '..='~'))) {
        "not every character of this is a key; a command line takes ASCII for certain"
    } else if keys.line.len() > LONGEST {
        "this is longer than a command line"
    } else {
        return node.commands().try_for_each(|node| check(node, rules));
    };
    Err(rejected(rules, node, why))
}

/// What negates a line, and the line.
fn negation(line: &str) -> (&str, &str) {
    let length =
        ["no ", "default "].iter().find(|word| line.starts_with(**word)).map_or(0, |word| word.len());
    line.split_at(length)
}

/// The node as it can be typed: what ends a banner is a key.
fn in_keys(node: &Node, rules: &Rules) -> Node {
    let mut keys = Node { inner: Vec::new(), ..node.clone() };
    if let Some(ending) = rules.kept_whole(&node.line) {
        ending.spell_in_keys(&mut keys);
    }
    keys
}

/// What a line does to the place that the command line stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Nothing.
    Stays,
    /// It leads into a context.
    Opens,
    /// It may: a context that the text has nothing for, or a line of an unknown kind.
    MayOpen,
    /// It leaves one.
    Leaves,
}

/// A line as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) line: String,
    /// What the command line asks for then, up to the line that ends it.
    pub(crate) body: Vec<String>,
    /// Where the line stands in its text, counted from 1; that of the context where it leaves one.
    pub(crate) number: usize,
    pub(crate) act: Act,
}

impl Step {
    /// What leaves the context that this one leads into.
    pub(crate) fn left(&self) -> Step {
        Step { line: "exit".to_owned(), body: Vec::new(), number: self.number, act: Act::Leaves }
    }
}

/// What there is to be typed, in order.
pub(crate) fn steps(text: &Config, rules: &Rules) -> Vec<Step> {
    let mut steps = Vec::new();
    text.commands().for_each(|node| add_steps(node, rules, &mut steps));
    steps
}

fn add_steps(node: &Node, rules: &Rules, steps: &mut Vec<Step>) {
    let Node { line, body, .. } = in_keys(node, rules);
    let is_inside = node.commands().next().is_some();
    let is_plain = |line: &String| {
        let is_known = rules.is_list(line) || rules.key(line).is_some() || rules.is_on_by_default(line);
        !rules.is_context(line) && (is_known || rules.entry(line).is_some())
    };
    let (word, what) = negation(&line);
    let act = if is_inside {
        Act::Opens
    } else if !word.is_empty() || rules.spellings(what).iter().any(is_plain) {
        Act::Stays
    } else {
        Act::MayOpen
    };
    let step = Step { line, body, number: node.number, act };
    let left = is_inside.then(|| step.left());
    steps.push(step);
    node.commands().for_each(|node| add_steps(node, rules, steps));
    steps.extend(left);
}

/// What differs between two configurations besides what texts name: the contexts and lines of the outermost level that they
/// have, or others that set the same or are about the same thing.
pub(crate) fn besides(old: &Config, new: &Config, texts: &[Config], rules: &Rules) -> String {
    let mut named = Named { rules, keys: HashSet::new(), lines: Vec::new() };
    texts.iter().flat_map(Config::commands).for_each(|node| named.add(node));
    let rest = |config: &Config| Config {
        nodes: config.commands().filter(|node| !named.has(node)).cloned().collect(),
    };
    difference(&rest(old), &rest(new), rules)
}

/// What texts name.
struct Named<'r> {
    rules: &'r Rules,
    /// What lines are known by, whatever else they say.
    keys: HashSet<String>,
    /// What lines begin with.
    lines: Vec<String>,
}

impl Named<'_> {
    fn add(&mut self, node: &Node) {
        let (word, what) = negation(&node.line);
        for line in self.rules.spellings(what) {
            self.keys.extend(self.known_by(&line));
            // what a removal or a context says is all of it; a plain line ends with values
            let is_whole =
                !word.is_empty() || self.rules.is_context(&line) || node.commands().next().is_some();
            self.lines.push(if is_whole { line } else { self.rules.head(&line).to_owned() });
        }
    }

    fn has(&self, node: &Node) -> bool {
        let line = self.rules.canonical(negation(&node.line).1);
        self.lines.iter().any(|words| begins(&line, words))
            || self.known_by(&line).iter().any(|key| self.keys.contains(key))
    }

    fn known_by(&self, line: &str) -> Vec<String> {
        let list = self.rules.entry(line).map(|entry| entry.list).filter(|list| !list.is_empty());
        let ways = [("key", self.rules.key(line)), ("context", self.rules.identity(line)), ("list", list)];
        ways.into_iter().filter_map(|(way, key)| Some(format!("{way} {}", key?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{RULES, parse};
    use super::*;

    #[test]
    fn what_is_dangerous_is_not_typed() {
        let long = format!("hostname {}\n", "x".repeat(LONGEST));
        for (text, words) in [
            ("color red\nreload\n", "line 2: `reload`: it acts at once"),
            ("no int zero\n", "it is there"),
            ("user b key <redacted>\n", "blacked out"),
            ("interface one\ndescription x\n", "indent"),
            ("color red\nend\ncolor blue\n", "line 3"),
            ("no router 64501\n", "stands on it"),
            ("rout 64501\n peer 1\n", "stands on it"),
            ("no interface two\n cost 1\n", "no lines of its own"),
            ("color\u{3}red\n", "key"),
            ("interface two\n description gr\u{fc}n\n", "line 2"),
            ("banner motd #\nkeys\u{7}\n#\n", "key"),
            ("banner motd #\nno end\n", "missing"),
            ("chain\n certificate 01\n  30820\n  quit\n", "line 2"),
            (&long, "longer"),
            ("no user zero key hunter2\u{1}\n", "<redacted>"),
        ] {
            let error = typable(&parse(text), &RULES).unwrap_err();
            assert_eq!(error.kind(), peering_core::ErrorKind::Rejected, "{text}");
            assert!(error.message().contains(words) && !error.message().contains("hunter2"), "{error}");
        }
        for text in [
            "color red\ncolor blue\n",
            "user b secret plain\n",
            "no nonsense\n",
            "host x\nint two\n cost 1\n",
            "thing one\n cost 1\n",
            "banner motd ^C\n Welcome!\nend\n^C\n",
            "interface two\n description x\n exit\nend\n",
        ] {
            typable(&parse(text), &RULES).unwrap();
        }
    }

    #[test]
    fn lines_are_typed_where_they_belong() {
        let text = "host x\ncolor red\nno color\ninterface three\n!\nthing one\n family 4\n  cost 1\n exit-family\n cost 2\nbanner motd ^C\n Hi #1\n^C\nend\n";
        let steps = steps(&parse(text), &RULES);
        let short: Vec<_> = steps.iter().map(|step| (step.line.as_str(), step.number, step.act)).collect();
        assert_eq!(
            short,
            [
                ("host x", 1, Act::Stays),
                ("color red", 2, Act::MayOpen),
                ("no color", 3, Act::Stays),
                ("interface three", 4, Act::MayOpen),
                ("thing one", 6, Act::Opens),
                ("family 4", 7, Act::Opens),
                ("cost 1", 8, Act::Stays),
                ("exit", 7, Act::Leaves),
                ("cost 2", 10, Act::Stays),
                ("exit", 6, Act::Leaves),
                ("banner motd ~", 11, Act::Stays),
            ]
        );
        assert_eq!(steps.last().unwrap().body, [" Hi #1", "~"]);
    }

    #[test]
    fn what_a_text_does_not_name_is_noticed() {
        let old = "hostname r1\nuser a\nuser b\nvrf A\nvrf AB\nmap A 10\n cost 1\nprefixes A seq 5 permit 1\nlist A\nno redirects\n";
        let besides =
            |text: &str, new: &str| super::besides(&parse(old), &parse(new), &[parse(text)], &RULES);
        for (text, from, to) in [
            ("host r2\n", "hostname r1", "hostname r3"),
            ("no vrf A\n", "vrf A\n", ""),
            ("no map A\n", "map A 10\n cost 1\n", ""),
            ("map A 10\n cost 2\n", " cost 1", " cost 2"),
            ("prefixes A permit 2\n", "seq 5", "seq 7"),
            ("no prefixes A permit 1\n", "prefixes A seq 5 permit 1\n", ""),
            ("user c secret x\n", "user b\n", "user b\nuser c hashed\n"),
            ("redirects\n", "no redirects\n", ""),
            ("vrf B\n", "vrf AB\n", "vrf AB\nvrf B\n peer 1\n"),
        ] {
            let new = old.replace(from, to);
            assert_ne!(new, old);
            assert_eq!(besides(text, &new), "", "{text}");
            let other = new.replace("list A\n", "list A\nlist B\n permit x\n");
            assert_eq!(besides(text, &other), "+list B\n+ permit x\n", "{text}");
        }
        assert_eq!(besides("no vrf A\n", &old.replace("vrf AB\n", "")), "-vrf AB\n");
        assert_eq!(
            besides("map A 20\n", &old.replace(" cost 1", " cost 2")),
            " map A 10\n- cost 1\n+ cost 2\n"
        );
        assert_eq!(besides("hostname r2\n", old), "");
    }
}
