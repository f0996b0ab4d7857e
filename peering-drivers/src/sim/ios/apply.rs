//! What IOS has of its own: how a line is kept and printed, how one is refused.

use peering_core::Secret;
use peering_core::cipher::PasswordAlgorithm;

use super::modes::Mode;
use crate::sim::lines::{self, Cursor, Form, Language, Refusal, Rule};
use crate::sim::policy::Bounds;

/// A line of the configuration with what stands under it.
pub(crate) type Node = lines::Node<Mode>;

impl Language for Mode {
    const GLOBAL: Mode = Mode::Global;

    fn named(name: &str) -> Option<Mode> {
        Mode::of(name)
    }

    fn rules(self) -> &'static [Rule<Mode>] {
        self.table()
    }

    fn interface(word: &str) -> Option<String> {
        interface(word)
    }

    fn is_family(self) -> bool {
        self == Mode::BgpFamily
    }

    fn rewrite(self, section: &Node, words: &[&str], form: Form) -> Result<Vec<String>, String> {
        Ok(rewrite(self, section, words, form))
    }

    fn head(self, _words: &[&str], _form: Form) -> usize {
        0
    }

    fn stays(self) -> bool {
        false
    }

    fn check(self, section: &Node, words: &[&str]) -> Result<(), String> {
        check(section, words)
    }

    /// A port that is there cannot be taken away: it goes back to its defaults.
    fn reset(node: &mut Node) -> bool {
        let is_port = node.mode == Some(Mode::Interface) && is_hardware(&node.key) && !node.key.contains('.');
        if is_port {
            node.children.clear();
        }
        is_port
    }
}

fn is_hardware(key: &str) -> bool {
    let kind = key.strip_prefix("interface ").unwrap_or(key);
    ["GigabitEthernet", "TenGigE", "TenGigabitEthernet", "FastEthernet", "Ethernet"]
        .iter()
        .any(|own| kind.starts_with(own))
}

const KINDS: [(&str, &str); 10] = [
    ("GigabitEthernet", "gi"),
    ("TenGigabitEthernet", "te"),
    ("HundredGigE", "hu"),
    ("FastEthernet", "fa"),
    ("Ethernet", "et"),
    ("Loopback", "lo"),
    ("Port-channel", "po"),
    ("Tunnel", "tu"),
    ("Vlan", "vl"),
    ("BDI", "bd"),
];

/// An interface's full name.
pub(crate) fn interface(word: &str) -> Option<String> {
    lines::interface(word, &KINDS)
}

/// Its short name, as `Gi1`.
pub(crate) fn short(name: &str) -> String {
    let kind = KINDS.iter().find(|(full, _)| name.starts_with(full));
    match kind {
        Some((full, _)) => {
            format!("{}{}", name.get(..2).unwrap_or(name), name.get(full.len()..).unwrap_or(""))
        }
        None => name.to_owned(),
    }
}

/// Puts a line into the form in which the router keeps it.
fn rewrite(mode: Mode, section: &Node, words: &[&str], form: Form) -> Vec<String> {
    let mut line = rewritten(mode, section, words, form);
    // addresses of IPv6 are in capital letters, where nobody wrote a text
    for word in
        line.iter_mut().take_while(|word| !["description", "remark", "banner"].contains(&word.as_str()))
    {
        let address = word.split('/').next().unwrap_or_default();
        if address.parse::<std::net::Ipv6Addr>().is_ok() {
            *word = word.to_uppercase();
        }
    }
    line
}

fn rewritten(mode: Mode, section: &Node, words: &[&str], form: Form) -> Vec<String> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    match (mode, words) {
        (
            Mode::Global,
            [family @ ("ip" | "ipv6"), "prefix-list", name, action @ ("permit" | "deny"), rest @ ..],
        ) => {
            let lead = format!("{family} prefix-list {name} seq ");
            let same = section.children.iter().find(|node| {
                node.key.starts_with(&lead) && node.line.ends_with(&format!(" {action} {}", rest.join(" ")))
            });
            let number = match same.and_then(|node| node.key.rsplit(' ').next()) {
                Some(number) => number.to_owned(),
                None => next(section, &lead),
            };
            let mut line = owned(&[family, "prefix-list", name, "seq", &number, action]);
            line.extend(owned(rest));
            line
        }
        (Mode::Global, ["route-map", name]) if form == Form::Plain => {
            owned(&["route-map", name, "permit", "10"])
        }
        (Mode::Global, ["route-map", name, action @ ("permit" | "deny")]) => {
            owned(&["route-map", name, action, "10"])
        }
        (Mode::Global, ["interface", kind, number]) => owned(&["interface", &format!("{kind}{number}")]),
        (Mode::Global, ["enable", kind @ "secret", clear]) if form == Form::Plain => {
            owned(&["enable", kind, "9", &lines::hashed(9, "enable", clear)])
        }
        (Mode::Global, ["username", name, rest @ ..]) if form == Form::Plain => {
            let mut line = owned(&["username", name]);
            match rest {
                [lead @ .., "secret", clear] | [lead @ .., "secret", "0", clear] => {
                    line.extend(owned(lead));
                    line.extend(owned(&["secret", "9", &lines::hashed(9, name, clear)]));
                }
                _ => line.extend(owned(rest)),
            }
            line
        }
        (Mode::Bgp | Mode::BgpFamily | Mode::BgpVrf, ["neighbor", who, "password", rest @ ..])
            if form == Form::Plain =>
        {
            let clear = match rest {
                ["7", ..] => None,
                ["0", clear] | [clear] => Some(*clear),
                _ => None,
            };
            // A router without `service password-encryption` shows it as it was typed; ours always hides it.
            let hidden =
                clear.and_then(|clear| PasswordAlgorithm::CiscoType7.encrypt(&Secret::new(clear), "8").ok());
            let mut line = owned(&["neighbor", who, "password"]);
            match hidden {
                Some(hidden) => line.extend(hidden.expose().split(' ').map(str::to_owned)),
                None => line.extend(owned(rest)),
            }
            line
        }
        (Mode::Bgp, ["address-family", family, "unicast", rest @ ..]) => {
            let mut line = owned(&["address-family", family]);
            line.extend(owned(rest));
            line
        }
        _ => owned(words),
    }
}

fn next(section: &Node, lead: &str) -> String {
    let numbers = section.children.iter().filter_map(|node| node.key.strip_prefix(lead)?.parse::<u32>().ok());
    (numbers.max().unwrap_or(0) + 5).to_string()
}

/// What the grammar alone cannot see.
fn check(section: &Node, words: &[&str]) -> Result<(), String> {
    match words {
        ["router", "bgp", asn] => match lines::other_as(section, asn) {
            Some(other) => Err(format!("BGP is already running; AS is {other}")),
            None => Ok(()),
        },
        // What is set for a neighbour needs it to be one.
        ["neighbor", who, what, ..]
            if !matches!(*what, "remote-as" | "peer-group")
                && section.mode == Some(Mode::Bgp)
                && !is_neighbor(section, who) =>
        {
            Err("% Specify remote-as or peer-group commands first".to_owned())
        }
        ["ip" | "ipv6", "prefix-list", _, "seq", _, _, prefix, bounds @ ..] => {
            let Ok(net) = prefix.parse::<ipnet::IpNet>() else { return Ok(()) };
            let Bounds { ge, le, .. } = Bounds::read(bounds);
            let low = ge.unwrap_or(net.prefix_len() + u8::from(le.is_none() && ge.is_some()));
            let high = le.unwrap_or(net.max_prefix_len());
            let is_well = ge.is_none_or(|ge| ge > net.prefix_len())
                && le.is_none_or(|le| le > net.prefix_len())
                && low <= high
                && high <= net.max_prefix_len();
            if is_well {
                Ok(())
            } else {
                Err(format!("% Invalid prefix range for {net}, make sure: len < ge-value <= le-value"))
            }
        }
        ["ip", "address", _, mask, ..] if section.mode == Some(Mode::Interface) => {
            let mask: Option<std::net::Ipv4Addr> = mask.parse().ok();
            match mask.and_then(|mask| ipnet::ipv4_mask_to_prefix(mask).ok()) {
                Some(_) => Ok(()),
                None => Err("Bad mask for the address".to_owned()),
            }
        }
        _ => Ok(()),
    }
}

fn is_neighbor(section: &Node, who: &str) -> bool {
    let lead = format!("neighbor {who} ");
    section.children.iter().any(|node| node.key.starts_with(&lead))
}

impl Node {
    /// The text, as `show running-config` prints it, without its head.
    pub(crate) fn print(&self) -> String {
        let mut out = String::from("!\n");
        for (index, child) in self.children.iter().enumerate() {
            child.print_at(0, &mut out);
            let next = self.children.get(index + 1);
            if next.is_none_or(|next| {
                next.block() != child.block() || next.mode.is_some() || child.mode.is_some()
            }) {
                out.push_str("!\n");
            }
        }
        out.push_str("end\n");
        out
    }

    fn print_at(&self, depth: usize, out: &mut String) {
        let indent = " ".repeat(depth);
        let is_family = matches!(self.mode, Some(Mode::BgpFamily | Mode::BgpVrf | Mode::VrfFamily));
        if is_family {
            out.push_str(&format!("{indent}!\n"));
        }
        out.push_str(&format!("{indent}{}\n", self.line));
        if self.mode == Some(Mode::Interface) && !self.children.iter().any(|line| line.key == "ip address") {
            out.push_str(&format!("{indent} no ip address\n"));
        }
        self.children.iter().for_each(|child| child.print_at(depth + 1, out));
        if is_family {
            out.push_str(&format!(
                "{indent}{}exit-address-family\n",
                if self.mode == Some(Mode::VrfFamily) { "" } else { " " }
            ));
        }
    }
}

/// Where a refused line went wrong: the place in the line, or the router's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Complaint {
    /// At this column.
    At(usize),
    Incomplete,
    Words(String),
}

impl Complaint {
    /// What is printed under the line; the marker stands under the place that is wrong.
    pub(crate) fn print(&self, before: usize) -> String {
        match self {
            Complaint::At(column) => {
                format!("{}^\n% Invalid input detected at '^' marker.\n\n", " ".repeat(before + column))
            }
            Complaint::Incomplete => "% Incomplete command.\n\n".to_owned(),
            Complaint::Words(words) => format!("{words}\n"),
        }
    }

    /// For a line that was not recognised from a word on.
    pub(crate) fn of(refusal: Refusal, line: &str) -> Complaint {
        match refusal {
            Refusal::Invalid(word, _) => Complaint::At(column(line, word)),
            Refusal::Incomplete(..) => Complaint::Incomplete,
            Refusal::Refused(words) => Complaint::Words(words),
        }
    }
}

/// The column at which a word begins.
pub(crate) fn column(line: &str, word: usize) -> usize {
    let mut place = 0;
    let mut rest = line;
    for _ in 0..=word {
        let blank = rest.len() - rest.trim_start().len();
        place += blank;
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let length = rest.find(' ').unwrap_or(rest.len());
        place += length;
        rest = rest.get(length..).unwrap_or_default();
    }
    let last = line.get(..place).unwrap_or(line).rsplit(' ').next().map_or(0, str::len);
    place.saturating_sub(last)
}

/// Types one line; leaving a section is one, too.
pub(crate) fn execute(cursor: &mut Cursor, tree: &mut Node, line: &str) -> Result<(), Complaint> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["exit" | "exit-address-family"] => {
            cursor.exit();
            Ok(())
        }
        // An empty setting in its place says the same.
        ["no", "ip", "address"] | ["no", "ipv6", "address"] => {
            cursor.execute(tree, line, None).map_err(|refusal| Complaint::of(refusal, line))
        }
        _ => cursor.execute(tree, line, None).map_err(|refusal| Complaint::of(refusal, line)),
    }
}

/// A line of a text with its number; a banner with all of its lines is one.
pub(crate) fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let mut whole = line.trim_end().to_owned();
        if let Some(mark) = banner_mark(&whole) {
            while !is_closed(&whole, &mark) {
                let Some((_, more)) = lines.next() else { break };
                whole = format!("{whole}\n{}", more.trim_end());
            }
        }
        out.push((index + 1, whole));
    }
    out
}

/// What ends a banner that is begun in a line: `^C`, or any one character.
pub(crate) fn banner_mark(line: &str) -> Option<String> {
    let rest = line.trim_start().strip_prefix("banner ")?;
    let (_, text) = rest.split_once(' ')?;
    let text = text.trim_start();
    match text.strip_prefix("^C") {
        Some(_) => Some("^C".to_owned()),
        None => text.chars().next().map(String::from),
    }
}

/// Whether a banner's second mark is there.
pub(crate) fn is_closed(line: &str, mark: &str) -> bool {
    line.matches(mark).count() >= 2
}

/// Types a text into the configuration; fails with the number of the first line that is refused, and the words.
pub(crate) fn load(tree: &mut Node, text: &str) -> Result<(), (usize, String)> {
    let failed = load_all(tree, text);
    match failed.into_iter().next() {
        Some((number, _, complaint)) => Err((number, complaint.print(0).trim().to_owned())),
        None => Ok(()),
    }
}

/// Types a whole text and goes on after lines that are refused: those, with their numbers.
pub(crate) fn load_all(tree: &mut Node, text: &str) -> Vec<(usize, String, Complaint)> {
    let mut cursor = Cursor::default();
    let mut failed = Vec::new();
    for (number, line) in logical_lines(text) {
        let typed = line.trim();
        if typed == "end" {
            break;
        }
        let is_head = ["Building configuration", "Current configuration", "Using "]
            .iter()
            .any(|head| typed.starts_with(head));
        if is_head {
            continue;
        }
        if let Err(complaint) = execute(&mut cursor, tree, typed) {
            failed.push((number, line, complaint));
        }
    }
    failed
}
