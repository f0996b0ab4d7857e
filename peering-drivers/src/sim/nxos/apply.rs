//! What NX-OS has of its own: how a line is kept, how one is refused, how a text is loaded.

use peering_core::Secret;
use peering_core::cipher::PasswordAlgorithm;

use super::modes::Mode;
use super::tree::Node;
use crate::sim::lines::{self, Cursor, Form, Found, Language, Refusal, Rule, next};
use crate::sim::policy::Bounds;

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
        matches!(self, Mode::BgpFamily | Mode::NeighborFamily)
    }

    fn rewrite(self, section: &Node, words: &[&str], form: Form) -> Result<Vec<String>, String> {
        rewrite(section, self, words, form)
    }

    /// `neighbor ADDRESS remote-as N` enters the neighbour's mode.
    fn head(self, words: &[&str], form: Form) -> usize {
        match (self, form, words) {
            (Mode::Bgp | Mode::BgpVrf, Form::Plain, ["neighbor", ..]) => 2,
            _ => 0,
        }
    }

    fn stays(self) -> bool {
        self == Mode::Neighbor
    }

    fn check(self, section: &Node, words: &[&str]) -> Result<(), String> {
        check(section, words)
    }

    /// A port that is there cannot be taken away: it goes back to its defaults.
    fn reset(node: &mut Node) -> bool {
        let is_port = node.mode == Some(Mode::Interface)
            && (node.key.starts_with("interface Ethernet") || node.key.starts_with("interface mgmt"))
            && !node.key.contains('.');
        if is_port {
            node.children.clear();
        }
        is_port
    }

    /// The further lines of a banner.
    fn typed(found: &mut Found, input: &str) {
        if let Some(last) = found.words.last_mut() {
            last.push_str(input);
        }
    }
}

/// An interface's full name.
pub(crate) fn interface(word: &str) -> Option<String> {
    const KINDS: [(&str, &str); 7] = [
        ("Ethernet", "eth"),
        ("mgmt", "mgmt"),
        ("loopback", "lo"),
        ("Vlan", "vl"),
        ("port-channel", "po"),
        ("nve", "nve"),
        ("Tunnel", "tu"),
    ];
    lines::interface(word, &KINDS)
}

/// The router's words for a line that it does not take.
pub(crate) fn words(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid(..) => "% Invalid command at '^' marker.".to_owned(),
        Refusal::Incomplete(..) => "% Incomplete command at '^' marker.".to_owned(),
        Refusal::Refused(words) => words.clone(),
    }
}

/// Executes one line of configuration, or leaves everything as it is; what hangs on a feature goes with it.
pub(crate) fn execute(cursor: &mut Cursor, tree: &mut Node, line: &str) -> Result<(), Refusal> {
    cursor.execute(tree, line, None)?;
    if tree.child("feature bgp").is_none() {
        tree.children.retain(|node| node.mode != Some(Mode::Bgp));
    }
    if tree.child("feature scheduler").is_none() {
        tree.children.retain(|node| !matches!(node.mode, Some(Mode::Job | Mode::Schedule)));
    }
    Ok(())
}

/// Puts a line into the form in which the router keeps it.
fn rewrite(section: &Node, mode: Mode, words: &[&str], form: Form) -> Result<Vec<String>, String> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    Ok(match (mode, words) {
        (Mode::Neighbor | Mode::Template, ["password", rest @ ..]) if form == Form::Plain => password(rest)?,
        (Mode::Global, ["switchname", name]) => owned(&["hostname", name]),
        (Mode::Global, ["username", name, "password", rest @ ..]) if form == Form::Plain => {
            account(name, rest)
        }
        (
            Mode::Global,
            [family @ ("ip" | "ipv6"), "prefix-list", name, action @ ("permit" | "deny"), rest @ ..],
        ) if form == Form::Plain => {
            let number = next_of(section, &format!("{family} prefix-list {name} seq "));
            let mut line = owned(&[family, "prefix-list", name, "seq", &number, action]);
            line.extend(owned(rest));
            line
        }
        (Mode::AccessList, ["permit" | "deny" | "remark", ..]) if form == Form::Plain => {
            let mut line = vec![next(section, "")];
            line.extend(owned(words));
            line
        }
        (Mode::Global, ["route-map", name]) if form == Form::Plain => {
            owned(&["route-map", name, "permit", "10"])
        }
        (Mode::Global, ["route-map", name, action @ ("permit" | "deny")]) => {
            owned(&["route-map", name, action, "10"])
        }
        (Mode::Global, ["interface", kind, number]) if interface(&format!("{kind}{number}")).is_some() => {
            owned(&["interface", &format!("{kind}{number}")])
        }
        _ => owned(words),
    })
}

/// The number after the last of the lines that begin so, in steps of five as NX-OS counts.
fn next_of(section: &Node, start: &str) -> String {
    let numbers =
        section.children.iter().filter_map(|child| child.key.strip_prefix(start)?.parse::<u64>().ok());
    (numbers.max().unwrap_or(0) + 5).to_string()
}

/// What a password of BGP is kept as: type 3, which here is type 7 in other clothes.
fn password(rest: &[&str]) -> Result<Vec<String>, String> {
    let hidden = match rest {
        ["3", hidden] => {
            clear_of("3", hidden).ok_or("% Invalid encrypted password")?;
            format!("3 {hidden}")
        }
        ["7", hidden] => {
            clear_of("7", hidden).ok_or("% Invalid encrypted password")?;
            format!("7 {hidden}")
        }
        ["0", clear] | [clear] => PasswordAlgorithm::CiscoType7
            .encrypt(&Secret::new(*clear), "nxos")
            .map(|hidden| hidden.expose().replacen("7 ", "3 ", 1).to_ascii_lowercase())
            .map_err(|_| "% Invalid password".to_owned())?,
        _ => rest.join(" "),
    };
    Ok(format!("password {hidden}").split(' ').map(str::to_owned).collect())
}

/// A password of BGP in clear, from how it is kept.
pub(crate) fn clear_of(kind: &str, hidden: &str) -> Option<String> {
    let hidden = match kind {
        "3" | "7" => hidden.to_ascii_uppercase(),
        _ => return None,
    };
    let clear = PasswordAlgorithm::CiscoType7.decrypt(&hidden, "nxos").ok()?;
    Some(clear.expose().to_owned())
}

/// `username NAME password …`: a clear one is hidden.
fn account(name: &str, rest: &[&str]) -> Vec<String> {
    let (hash, tail) = match rest {
        ["5", hash, tail @ ..] => ((*hash).to_owned(), tail),
        ["0", clear, tail @ ..] | [clear, tail @ ..] => (lines::hashed(5, name, clear), tail),
        [] => (String::new(), rest),
    };
    let tail = if tail.is_empty() { "role network-operator".to_owned() } else { tail.join(" ") };
    format!("username {name} password 5 {hash} {tail}").split_whitespace().map(str::to_owned).collect()
}

/// What the grammar alone cannot see.
fn check(section: &Node, words: &[&str]) -> Result<(), String> {
    const UNKNOWN: &str = "% Invalid command at '^' marker.";
    match words {
        ["router", "bgp", asn] => {
            if section.child("feature bgp").is_none() {
                return Err(UNKNOWN.to_owned());
            }
            match lines::other_as(section, asn) {
                Some(other) => Err(format!("Error: BGP is already running; the AS number is {other}")),
                None => Ok(()),
            }
        }
        ["scheduler", ..] if section.child("feature scheduler").is_none() => Err(UNKNOWN.to_owned()),
        ["ip" | "ipv6", "prefix-list", _, "seq", _, _, prefix, bounds @ ..] => match prefix.parse() {
            Ok(net) if !Bounds::read(bounds).fit(&net) => {
                Err("ERROR: Invalid prefix length range".to_owned())
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Types a text into an own configuration mode; fails with the number of the line and the router's words.
pub(crate) fn load(tree: &mut Node, text: &str) -> Result<(), (usize, String)> {
    let mut cursor = Cursor::default();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let line = line.trim();
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["end"] => cursor = Cursor::default(),
            ["exit"] => {
                cursor.exit();
            }
            // Which release wrote it.
            ["version", ..] => {}
            ["banner", "motd", first, ..] if !closes(first, line) => {
                let end = first.chars().next().unwrap_or('#');
                let text: Vec<&str> =
                    lines.by_ref().map(|(_, line)| line).take_while(|line| !line.contains(end)).collect();
                let text = format!("\n{}\n{end}", text.join("\n"));
                cursor
                    .execute(tree, line, Some(&text))
                    .map_err(|refusal| (index + 1, self::words(&refusal)))?;
            }
            _ => execute(&mut cursor, tree, line).map_err(|refusal| (index + 1, self::words(&refusal)))?,
        }
    }
    Ok(())
}

/// Whether a banner's text ends on the line that it begins on.
fn closes(first: &str, line: &str) -> bool {
    first.chars().next().is_some_and(|end| line.matches(end).count() > 1)
}
