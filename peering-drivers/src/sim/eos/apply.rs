//! What a line of configuration does to the tree.

use peering_core::Secret;
use peering_core::cipher::PasswordAlgorithm;

use super::grammar::{Progress, interface};
use super::modes::Mode;
use super::tree::Node;

/// Why a line was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no such command: the number of the word that does not fit, and the word.
    Invalid(usize, String),
    /// The command goes on.
    Incomplete(usize, String),
    /// It could not be done, in these words.
    Refused(String),
}

impl Refusal {
    pub(crate) fn at(progress: Progress, words: &[&str]) -> Refusal {
        let word = words.get(progress.word).or(words.last()).map(|word| (*word).to_owned());
        let word = word.unwrap_or_default();
        if progress.is_short {
            Refusal::Incomplete(progress.word.saturating_sub(1), word)
        } else {
            Refusal::Invalid(progress.word, word)
        }
    }

    /// The router's words.
    pub(crate) fn words(&self) -> String {
        match self {
            Refusal::Invalid(at, word) => format!("Invalid input (at token {at}: '{word}')"),
            Refusal::Incomplete(at, word) => format!("Incomplete command (at token {at}: '{word}')"),
            Refusal::Refused(words) => words.clone(),
        }
    }
}

/// Where somebody stands in the configuration mode: the keys of the open sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    path: Vec<String>,
}

impl Cursor {
    /// Leaves the section; whether there was one.
    pub(crate) fn exit(&mut self) -> bool {
        self.path.pop().is_some()
    }

    /// Whether a section is open.
    pub(crate) fn is_inside(&self) -> bool {
        !self.path.is_empty()
    }

    /// Executes one line, or leaves everything as it is. `input` is what was typed after it, for banners and comments.
    pub(crate) fn execute(
        &mut self,
        tree: &mut Node,
        line: &str,
        input: Option<&str>,
    ) -> Result<(), Refusal> {
        let line = line.trim();
        if line.is_empty() || (line.starts_with('!') && !line.starts_with("!!")) {
            return Ok(());
        }
        if line == "comment" || line.starts_with("!!") {
            return self.comment(tree, line, input);
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let (form, words) = match words.as_slice() {
            ["no", rest @ ..] => (Form::No, rest),
            ["default", rest @ ..] => (Form::Default, rest),
            all => (Form::Plain, all),
        };
        let typed = if form == Form::Plain { 0 } else { 1 };
        let mut furthest = Progress::default();
        for depth in (0..=self.path.len()).rev() {
            let path = self.path.get(..depth).unwrap_or_default().to_vec();
            let Some(section) = tree.at_mut(&path) else { continue };
            let mut progress = Progress::default();
            match apply(section, words, form, input, &mut progress) {
                Some(Ok(opened)) => {
                    self.path.truncate(depth);
                    self.path.extend(opened);
                    return Ok(());
                }
                Some(Err(words)) => return Err(Refusal::Refused(words)),
                None if progress.word > furthest.word || (progress.is_short && !furthest.is_short) => {
                    furthest = progress;
                }
                None => {}
            }
        }
        furthest.word += typed;
        let all: Vec<&str> = line.split_whitespace().collect();
        Err(Refusal::at(furthest, &all))
    }

    fn comment(&self, tree: &mut Node, line: &str, input: Option<&str>) -> Result<(), Refusal> {
        let text = input.unwrap_or_else(|| line.trim_start_matches('!'));
        if let Some(section) = tree.at_mut(&self.path).filter(|_| self.is_inside()) {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "EOF");
            section.comments = lines.map(str::to_owned).collect();
        }
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    No,
    Default,
}

/// Applies a line in one section; `None` when it is no command of it. The key of the section that it opens comes back.
fn apply(
    section: &mut Node,
    words: &[&str],
    form: Form,
    input: Option<&str>,
    progress: &mut Progress,
) -> Option<Result<Option<String>, String>> {
    let mode = section.mode?;
    if let (Mode::Global, Form::Plain, ["ip" | "ipv6", "prefix-list", _, rest @ ..]) = (mode, form, words)
        && !rest.is_empty()
    {
        return one_line_rule(section, words, rest, progress);
    }
    let words = match rewrite(section, mode, words, form) {
        Ok(words) => words,
        Err(words) => return Some(Err(words)),
    };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    for rule in mode.rules() {
        if form == Form::Plain {
            if rule.is_removal {
                continue;
            }
            let Some(mut found) = rule.find(&words, false, progress) else { continue };
            if let Err(words) = check(section, &words) {
                return Some(Err(words));
            }
            if let (Some(text), Some("banner")) = (input, words.first().copied()) {
                let text = text.trim_end_matches('\n').trim_end_matches("EOF").trim_end_matches('\n');
                if let Some(last) = found.words.last_mut() {
                    last.push_str(&format!("\n{text}\nEOF"));
                }
            }
            let opened = rule.opens.map(|_| found.key.join(" "));
            if rule.keeps_yes {
                section.set(rule, found, false);
            } else {
                section.remove(&found.key.join(" "));
            }
            return Some(Ok(opened));
        }
        let Some(found) = rule.find_negated(&words, progress) else { continue };
        let key = found.key.join(" ");
        if rule.keeps_no && form == Form::No {
            section.set(rule, found, true);
        } else if rule.is_removal {
            section.remove_all(&key);
        } else if let Some(port) = section.children.iter_mut().find(|node| node.key == key && is_port(node)) {
            // A port that is there cannot be taken away: it goes back to its defaults.
            port.children.clear();
            port.comments.clear();
        } else {
            section.remove(&key);
        }
        return Some(Ok(None));
    }
    None
}

fn is_port(node: &Node) -> bool {
    node.mode == Some(Mode::Interface)
        && (node.key.starts_with("interface Ethernet") || node.key.starts_with("interface Management"))
        && !node.key.contains('.')
}

/// `ip prefix-list NAME [seq N] permit …`: a rule in one line; the mode stays.
fn one_line_rule(
    section: &mut Node,
    words: &[&str],
    rest: &[&str],
    progress: &mut Progress,
) -> Option<Result<Option<String>, String>> {
    let head = words.get(..3)?;
    let mut inner = Progress::default();
    let is_new = section.child(&head.join(" ")).is_none();
    if let Err(words) = apply(section, head, Form::Plain, None, progress)? {
        return Some(Err(words));
    }
    let result = section
        .children
        .iter_mut()
        .find(|node| node.key == head.join(" "))
        .and_then(|list| apply(list, rest, Form::Plain, None, &mut inner));
    if !matches!(result, Some(Ok(_))) {
        if is_new {
            section.remove(&head.join(" "));
        }
        *progress = Progress { word: inner.word + head.len(), ..inner };
    }
    result.map(|result| result.map(|_| None))
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

/// The number after the last of a list.
fn next(list: &Node, lead: &str) -> String {
    let numbers = list.children.iter().filter_map(|child| {
        child.key.strip_prefix(lead).unwrap_or(&child.key).split(' ').next()?.parse::<u64>().ok()
    });
    (numbers.max().unwrap_or(0) + 10).to_string()
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
                    (2, format!("secret sha512 {}", digest(name, clear)), tail)
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

/// Looks like a hashed password and hides it; it is not what crypt(3) would make of it.
fn digest(name: &str, clear: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA512, format!("{name}:{clear}").as_bytes());
    let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("$6$simulated${hex}")
}

/// What the grammar alone cannot see.
fn check(section: &Node, words: &[&str]) -> Result<(), String> {
    match words {
        ["router", "bgp", asn] => {
            let asn = super::grammar::autonomous_system(asn).map(|asn| asn.to_string()).unwrap_or_default();
            let other = section.children.iter().find_map(|node| node.key.strip_prefix("router bgp "));
            match other.filter(|other| *other != asn) {
                Some(other) => Err(format!("BGP is already running with AS number {other}")),
                None => Ok(()),
            }
        }
        ["seq", _, _, prefix, bounds @ ..] => {
            let net: Option<ipnet::IpNet> = prefix.parse().ok();
            let Some(net) = net else { return Ok(()) };
            let bound = |name: &str| {
                let place = bounds.iter().position(|word| *word == name)?;
                bounds.get(place + 1)?.parse::<u8>().ok()
            };
            let (ge, le) = (bound("ge").or(bound("eq")), bound("le").or(bound("eq")));
            let (low, high) = (ge.unwrap_or(net.prefix_len()), le.unwrap_or(net.max_prefix_len()));
            if net.prefix_len() <= low && low <= high && high <= net.max_prefix_len() {
                Ok(())
            } else {
                Err("Invalid prefix length range".to_owned())
            }
        }
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
                    .map_err(|refusal| (index + 1, refusal.words()))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
