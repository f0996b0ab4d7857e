//! What EOS has of its own: how a line is kept, how one is refused.

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
        self == Mode::BgpFamily
    }

    fn rewrite(self, section: &Node, words: &[&str], form: Form) -> Result<Vec<String>, String> {
        rewrite(section, self, words, form)
    }

    /// `ip prefix-list NAME [seq N] permit …`: a rule in one line; the mode stays.
    fn head(self, words: &[&str], form: Form) -> usize {
        match (self, form, words) {
            (Mode::Global, Form::Plain, ["ip" | "ipv6", "prefix-list", ..]) => 3,
            _ => 0,
        }
    }

    fn stays(self) -> bool {
        false
    }

    fn check(self, section: &Node, words: &[&str]) -> Result<(), String> {
        check(section, words)
    }

    /// A port that is there cannot be taken away: it goes back to its defaults.
    fn reset(node: &mut Node) -> bool {
        let is_port = is_port(node);
        if is_port {
            node.children.clear();
            node.comments.clear();
        }
        is_port
    }

    fn comment(section: Option<&mut Node>, line: &str, input: Option<&str>) -> bool {
        if !(line == "comment" || line.starts_with('!')) {
            return false;
        }
        let is_kept = line == "comment" || line.starts_with("!!");
        if let Some(section) = section.filter(|_| is_kept) {
            let text = input.unwrap_or_else(|| line.trim_start_matches('!'));
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "EOF");
            section.comments = lines.map(str::to_owned).collect();
        }
        true
    }

    fn typed(found: &mut Found, input: &str) {
        let is_banner = found.words.first().is_some_and(|word| word == "banner");
        if let Some(last) = found.words.last_mut().filter(|_| is_banner) {
            let text = input.trim_end_matches('\n').trim_end_matches("EOF").trim_end_matches('\n');
            last.push_str(&format!("\n{text}\nEOF"));
        }
    }
}

/// The router's words for a line that it does not take.
pub(crate) fn words(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid(at, word) => format!("Invalid input (at token {at}: '{word}')"),
        Refusal::Incomplete(at, word) => format!("Incomplete command (at token {at}: '{word}')"),
        Refusal::Refused(words) => words.clone(),
    }
}

/// An interface's full name.
pub(crate) fn interface(word: &str) -> Option<String> {
    const KINDS: [(&str, &str); 7] = [
        ("Ethernet", "et"),
        ("Management", "ma"),
        ("Loopback", "lo"),
        ("Vlan", "vl"),
        ("Port-Channel", "po"),
        ("Tunnel", "tu"),
        ("Vxlan", "vx"),
    ];
    let digits = word.find(|c: char| c.is_ascii_digit())?;
    let (kind, number) = word.split_at(digits);
    let is_number = number.split(['/', '.']).all(|part| part.parse::<u32>().is_ok());
    let kind = kind.to_ascii_lowercase();
    let full = KINDS.iter().find(|(full, short)| full.to_ascii_lowercase() == kind || *short == kind)?;
    is_number.then(|| format!("{}{number}", full.0))
}

fn is_port(node: &Node) -> bool {
    node.mode == Some(Mode::Interface)
        && (node.key.starts_with("interface Ethernet") || node.key.starts_with("interface Management"))
        && !node.key.contains('.')
}

/// Puts a line into the form in which the router keeps it.
fn rewrite(section: &Node, mode: Mode, words: &[&str], form: Form) -> Result<Vec<String>, String> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let numbered = |next: String, words: &[&str], lead: &[&str]| {
        let mut line = owned(lead);
        line.push(next);
        line.extend(owned(words));
        line
    };
    Ok(match (mode, words) {
        (Mode::Bgp | Mode::BgpVrf, ["neighbor", who, "peer-group", rest @ ..]) => {
            let mut line = owned(&["neighbor", who, "peer", "group"]);
            line.extend(owned(rest));
            line
        }
        (Mode::Bgp | Mode::BgpVrf, ["neighbor", who, "password", rest @ ..]) if form == Form::Plain => {
            password(who, rest)?
        }
        (Mode::PrefixList4 | Mode::PrefixList6, ["permit" | "deny", ..]) if form == Form::Plain => {
            numbered(next(section, "seq "), words, &["seq"])
        }
        (Mode::AccessList, ["permit" | "deny" | "remark", ..]) if form == Form::Plain => {
            numbered(next(section, ""), words, &[])
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
        (Mode::Global, ["username", name, rest @ ..]) if form == Form::Plain => user(section, name, rest),
        _ => owned(words),
    })
}

/// A BGP password is kept hidden.
fn password(who: &str, rest: &[&str]) -> Result<Vec<String>, String> {
    let hidden = match rest {
        ["7", hidden] => PasswordAlgorithm::AristaType7
            .decrypt(hidden, who)
            .map(|_| format!("7 {hidden}"))
            .map_err(|_| "Invalid encrypted password".to_owned())?,
        ["0", clear] | [clear] => PasswordAlgorithm::AristaType7
            .encrypt(&Secret::new(*clear), who)
            .map(|hidden| hidden.expose().to_owned())
            .map_err(|_| "Invalid password".to_owned())?,
        _ => rest.join(" "),
    };
    Ok(vec!["neighbor".to_owned(), who.to_owned(), "password".to_owned(), hidden])
}

/// `username` lines about one account are merged into one.
fn user(section: &Node, name: &str, rest: &[&str]) -> Vec<String> {
    let mut line = vec!["username".to_owned(), name.to_owned()];
    if matches!(rest, ["sshkey" | "ssh-key", ..]) {
        line.extend(rest.iter().map(|word| (*word).to_owned()));
        return line;
    }
    let known = section.value(&format!("username {name}")).unwrap_or_default();
    let mut attributes: [Option<Vec<String>>; 3] = [None, None, None];
    for words in [known.split(' ').collect::<Vec<_>>(), rest.to_vec()] {
        let mut words = words.as_slice();
        loop {
            let (place, attribute, tail) = match words {
                ["privilege", level, tail @ ..] => (0, format!("privilege {level}"), tail),
                ["role", role, tail @ ..] => (1, format!("role {role}"), tail),
                ["nopassword", tail @ ..] => (2, "nopassword".to_owned(), tail),
                ["secret", kind @ ("5" | "sha512"), hash, tail @ ..] => {
                    (2, format!("secret {kind} {hash}"), tail)
                }
                ["secret", "0", clear, tail @ ..] | ["secret", clear, tail @ ..] => {
                    (2, format!("secret sha512 {}", lines::hashed(6, name, clear)), tail)
                }
                [] | [""] => break,
                // Not understood: the grammar says so.
                other => {
                    line.extend(other.iter().map(|word| (*word).to_owned()));
                    return line;
                }
            };
            if let Some(slot) = attributes.get_mut(place) {
                *slot = Some(attribute.split(' ').map(str::to_owned).collect());
            }
            words = tail;
        }
    }
    line.extend(attributes.into_iter().flatten().flatten());
    line
}

/// What the grammar alone cannot see.
fn check(section: &Node, words: &[&str]) -> Result<(), String> {
    match words {
        ["router", "bgp", asn] => match lines::other_as(section, asn) {
            Some(other) => Err(format!("BGP is already running with AS number {other}")),
            None => Ok(()),
        },
        ["seq", _, _, prefix, bounds @ ..] => match prefix.parse() {
            Ok(net) if !Bounds::read(bounds).fit(&net) => Err("Invalid prefix length range".to_owned()),
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
        let is_banner = line.starts_with("banner ");
        let input: Option<Vec<&str>> = is_banner
            .then(|| lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != "EOF").collect());
        match line {
            "end" => cursor = Cursor::default(),
            "exit" => {
                cursor.exit();
            }
            _ => {
                let input = input.map(|lines| lines.join("\n"));
                cursor
                    .execute(tree, line, input.as_deref())
                    .map_err(|refusal| (index + 1, words(&refusal)))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
