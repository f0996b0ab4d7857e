//! The statements that the persona knows: `schema.txt`, read once.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::LazyLock;

use ipnet::IpNet;
use peering_core::Asn;

/// A statement that may be configured.
#[derive(Debug)]
pub(crate) struct Entry {
    id: usize,
    /// Its keyword, and the name of its element in XML.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Text and set commands leave the keyword out.
    pub(crate) is_hidden: bool,
    pub(crate) inline: Inline,
    /// Entries stand in one block of the keyword: `groups { one { … } two { … } }`.
    pub(crate) is_grouped: bool,
    /// The system sorts the entries, not the user.
    pub(crate) is_sorted: bool,
    /// Printed with `## SECRET-DATA`.
    pub(crate) is_secret: bool,
    /// Printed in one with its child: `family inet { … }`.
    pub(crate) is_joined: bool,
    pub(crate) special: Option<Special>,
    /// Of the statements with the same choice, there is one at a time.
    pub(crate) choice: Option<&'static str>,
    children: Vec<usize>,
}

/// An entry of the one schema.
pub(crate) type Def = &'static Entry;

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Entry {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Container,
    /// A statement without a value.
    Flag,
    Leaf(Check),
    LeafList,
    /// Entries by a key: the name of its element, and what it must be.
    List(&'static str, Check),
}

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    Any,
    Number,
    Asn,
    Address,
    Prefix,
    /// One of these words, between bars.
    Word(&'static str),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Inline {
    #[default]
    Never,
    /// When it holds one plain statement.
    Single,
    Always,
}

/// Keys of more than one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Special {
    /// A prefix and how it matches: `192.0.2.0/24 upto /28`.
    Match,
    /// What to do with a community, and its name: `add blackhole`.
    Action,
}

/// How a route filter may match, and whether a value follows.
pub(crate) const MATCHES: [(&str, bool); 7] = [
    ("exact", false),
    ("longer", false),
    ("orlonger", false),
    ("upto", true),
    ("through", true),
    ("prefix-length-range", true),
    ("address-mask", true),
];

/// Containers that mean something when they are empty.
const PRESENCE: [&str; 32] = [
    "unicast",
    "any",
    "multicast",
    "labeled-unicast",
    "flow",
    "signaling",
    "route-target",
    "ssh",
    "telnet",
    "ftp",
    "http",
    "https",
    "inet",
    "inet6",
    "iso",
    "mpls",
    "ccc",
    "ethernet-switching",
    "graceful-restart",
    "multipath",
    "multihop",
    "remove-private",
    "shutdown",
    "vrf-table-label",
    "teardown",
    "drop-excess",
    "hide-excess",
    "rpf-check",
    "structured-data",
    "passive",
    "extended-nexthop",
    "default-policy-advertise",
];

impl Entry {
    pub(crate) fn is_presence(&self) -> bool {
        PRESENCE.contains(&self.name)
    }

    fn entries(&self) -> impl Iterator<Item = Def> {
        self.children.iter().filter_map(|index| SCHEMA.get(*index))
    }

    fn holds_statements(&self) -> bool {
        matches!(self.kind, Kind::Container | Kind::List(..))
    }

    /// The child of this name, its keyword written or not.
    pub(crate) fn child(&self, name: &str) -> Option<Def> {
        self.entries().find(|entry| entry.name == name).or_else(|| {
            let is_common = self.holds_statements() && COMMON.contains(&name);
            is_common.then(|| root().entries().find(|entry| entry.name == name)).flatten()
        })
    }

    /// The child that a word of text begins.
    pub(crate) fn keyword(&self, word: &str) -> Option<Def> {
        self.child(word).filter(|entry| !entry.is_hidden)
    }

    /// The child whose keyword is not written.
    pub(crate) fn hidden(&self) -> Option<Def> {
        self.entries().find(|entry| entry.is_hidden)
    }

    /// Where a child stands among its siblings.
    pub(crate) fn place(&self, child: Def) -> usize {
        let own = self.children.iter().position(|index| *index == child.id);
        own.map_or(0, |index| index + 1)
    }
}

impl Check {
    fn read(text: &'static str) -> Check {
        match text {
            "" => Check::Any,
            "int" => Check::Number,
            "asn" => Check::Asn,
            "ip" => Check::Address,
            "prefix" => Check::Prefix,
            words => Check::Word(words),
        }
    }

    /// Why a value is refused.
    pub(crate) fn refuses(self, value: &str) -> Option<String> {
        // A wildcard of a configuration group.
        if value.starts_with('<') {
            return None;
        }
        let is_good = match self {
            Check::Any => true,
            Check::Number => value.parse::<i64>().is_ok(),
            Check::Asn => value.parse::<Asn>().is_ok(),
            Check::Address => value.parse::<IpAddr>().is_ok(),
            Check::Prefix => value.parse::<IpNet>().is_ok() || value.parse::<IpAddr>().is_ok(),
            Check::Word(words) => words.split('|').any(|word| word == value),
        };
        let words = match self {
            _ if is_good => return None,
            Check::Address => format!("invalid ip address or hostname: {value}"),
            Check::Prefix => format!("invalid prefix: {value}"),
            Check::Word(_) => "syntax error".to_owned(),
            _ => format!("invalid value: '{value}'"),
        };
        Some(words)
    }

    /// The value as the system writes it: addresses in their shortest form, a prefix with its length.
    pub(crate) fn normal(self, value: String) -> String {
        match self {
            Check::Address => value.parse().map_or(value, |address: IpAddr| address.to_string()),
            Check::Prefix => match (value.parse::<IpNet>(), value.parse::<IpAddr>()) {
                (Ok(net), _) => net.to_string(),
                (_, Ok(address)) => IpNet::from(address).to_string(),
                _ => value,
            },
            _ => value,
        }
    }
}

const COMMON: [&str; 2] = ["apply-groups", "apply-groups-except"];

/// The top of the configuration.
pub(crate) fn root() -> Def {
    static EMPTY: Entry = Entry::new(0, "configuration");
    SCHEMA.first().unwrap_or(&EMPTY)
}

static SCHEMA: LazyLock<Vec<Entry>> = LazyLock::new(|| read(include_str!("schema.txt")));

impl Entry {
    const fn new(id: usize, name: &'static str) -> Entry {
        Entry {
            id,
            name,
            kind: Kind::Container,
            is_hidden: false,
            inline: Inline::Never,
            is_grouped: false,
            is_sorted: false,
            is_secret: false,
            is_joined: false,
            special: None,
            choice: None,
            children: Vec::new(),
        }
    }

    fn set(&mut self, mark: &'static str) {
        match mark {
            "!" => self.kind = Kind::Flag,
            "[]" => self.kind = Kind::LeafList,
            "-" => self.is_hidden = true,
            "1" => self.inline = Inline::Always,
            "?" => self.inline = Inline::Single,
            "g" => self.is_grouped = true,
            "~" => self.is_sorted = true,
            "s" => self.is_secret = true,
            "j" => self.is_joined = true,
            "m" => self.special = Some(Special::Match),
            "a" => self.special = Some(Special::Action),
            _ => {
                if let Some(choice) = mark.strip_prefix('%') {
                    self.choice = Some(choice);
                } else if let Some(key) = mark.strip_prefix('*') {
                    let (key, check) = key.split_once(':').unwrap_or((key, ""));
                    self.kind = Kind::List(key, Check::read(check));
                } else if let Some((hidden, check)) = mark.split_once('=') {
                    self.is_hidden = hidden == "-";
                    self.kind = Kind::Leaf(Check::read(check));
                }
            }
        }
    }
}

/// The entries, the root first; a parent knows its children by their places.
fn read(text: &'static str) -> Vec<Entry> {
    let mut all = vec![Entry::new(0, "configuration")];
    let mut names: HashMap<&str, usize> = HashMap::from([("root", 0)]);
    // Who borrows all children of whom; who borrows a run of siblings, and where they go.
    let (mut links, mut runs) = (Vec::new(), Vec::new());
    let mut parents: Vec<usize> = vec![0];
    let mut above: HashMap<usize, usize> = HashMap::new();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    for line in lines.chain(["apply-groups []", "apply-groups-except []"]) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        parents.truncate(depth + 1);
        let parent = parents.last().copied().unwrap_or(0);
        let mut words = line.split_whitespace();
        let Some(name) = words.next() else { continue };
        if let Some(run) = name.strip_prefix('^') {
            let at = all.get(parent).map_or(0, |entry| entry.children.len());
            runs.push((parent, at, run));
            continue;
        }
        let id = all.len();
        let mut entry = Entry::new(id, name);
        for mark in words {
            match (mark.strip_prefix('@'), mark.strip_prefix('&'), mark.strip_prefix('^')) {
                (Some(link), ..) => links.push((id, link)),
                (_, Some(own), _) => drop(names.insert(own, id)),
                (_, _, Some(run)) => runs.push((id, 0, run)),
                _ => entry.set(mark),
            }
        }
        all.push(entry);
        above.insert(id, parent);
        if let Some(entry) = all.get_mut(parent) {
            entry.children.push(id);
        }
        parents.push(id);
    }
    let children =
        |all: &[Entry], id: usize| all.get(id).map(|entry| entry.children.clone()).unwrap_or_default();
    for (id, at, run) in runs {
        let Some(first) = names.get(run).copied() else { continue };
        let siblings = children(&all, above.get(&first).copied().unwrap_or(0));
        let from = siblings.iter().position(|sibling| *sibling == first).unwrap_or(0);
        let name_of = |sibling: &usize| all.get(*sibling).map(|entry| entry.name);
        let borrowed: Vec<usize> =
            siblings.iter().skip(from).take_while(|one| name_of(one) != Some("group")).copied().collect();
        if let Some(entry) = all.get_mut(id) {
            entry.children.splice(at..at, borrowed);
        }
    }
    for (id, link) in links {
        let borrowed = children(&all, names.get(link).copied().unwrap_or(0));
        if let Some(entry) = all.get_mut(id) {
            entry.children = borrowed;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(path: &str) -> Option<Def> {
        path.split(' ').try_fold(root(), |def, word| def.child(word))
    }

    #[test]
    fn links_and_runs_are_followed() {
        let peer_as = walk("protocols bgp group neighbor peer-as").unwrap();
        assert_eq!(walk("protocols bgp peer-as"), Some(peer_as));
        assert_eq!(walk("groups routing-instances instance protocols bgp group peer-as"), Some(peer_as));
        assert!(walk("protocols bgp group neighbor group").is_none());
        let limit =
            walk("protocols bgp group family inet6 unicast prefix-limit teardown idle-timeout timeout");
        assert!(limit.is_some_and(|leaf| leaf.is_hidden));
        assert!(walk("policy-options policy-statement term from route-filter").is_some());
        assert!(walk("system services apply-groups").is_some());
        assert!(walk("routing-options rib static route discard").is_some());
    }

    #[test]
    fn statements_keep_the_order_of_the_table() {
        let neighbor = walk("protocols bgp group neighbor").unwrap();
        let place = |name: &str| neighbor.place(neighbor.child(name).unwrap());
        assert!(place("description") < place("import") && place("import") < place("peer-as"));
        assert!(place("apply-groups") < place("description"));
    }

    #[test]
    fn values_are_checked() {
        assert!(Check::Address.refuses("192.0.2.300").unwrap().contains("192.0.2.300"));
        assert_eq!(Check::Prefix.refuses("192.0.2.0/24"), None);
        assert_eq!(Check::Address.normal("2001:DB8::0:1".into()), "2001:db8::1");
        assert!(Check::Word("a|b").refuses("c").is_some() && Check::Asn.refuses("<*>").is_none());
    }
}
