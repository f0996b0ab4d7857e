//! What `frr-reload.py --test` reports, as changes and as a diff.
//!
//! It prints the commands that it would type, each with its contexts above it. Some of them it would type for the
//! running configuration too (`no rpki` with that module loaded): noise, which the guard reports beside it.

use peering_core::ParseError;

use super::config::{Config, Node};

/// Where the guard puts the noise, behind the report.
const NOISE: &str = "@@noise";

/// Where the guard says how many seconds of the window are left.
const LEFT: &str = "@@left ";

/// One command that would be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// Whether it stands under `Lines To Delete`.
    is_deletion: bool,
    /// The headers of the contexts that it is typed in.
    context: Vec<String>,
    /// The command itself.
    command: String,
}

/// What is to be changed, and the seconds that are left of the window, where the guard tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) changes: Vec<Change>,
    pub(super) left: Option<i64>,
}

/// Reads the guard's answer to `test` and `verify`.
pub(super) fn report(text: &str) -> Result<Report, ParseError> {
    let (test, rest) = text.split_once(NOISE).ok_or_else(|| ParseError::new(NOISE, text.trim()))?;
    let (noise, left) = match rest.split_once(LEFT) {
        Some((noise, left)) => {
            let left = left.trim();
            let seconds = left.parse().map_err(|_| ParseError::new("the seconds left", left))?;
            (noise, Some(seconds))
        }
        None => (rest, None),
    };
    let noise = changes(noise);
    let changes = changes(test).into_iter().filter(|change| !noise.contains(change)).collect();
    Ok(Report { changes, left })
}

fn changes(text: &str) -> Vec<Change> {
    let mut all = Vec::new();
    let mut is_deletion = None;
    let mut context: Vec<String> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(raw) = lines.next() {
        let line = raw.trim();
        match line {
            "Lines To Delete" => is_deletion = Some(true),
            "Lines To Add" => is_deletion = Some(false),
            "" => {}
            _ if line.chars().all(|character| character == '=') => {}
            _ => {
                let Some(is_deletion) = is_deletion else { continue };
                let indent = raw.len() - raw.trim_start().len();
                context.truncate(indent);
                let is_header = lines.peek().is_some_and(|next| {
                    !next.trim().is_empty() && next.len() - next.trim_start().len() > indent
                });
                let command = line.split_whitespace().collect::<Vec<_>>().join(" ");
                if is_header {
                    context.push(command);
                } else {
                    all.push(Change { is_deletion, context: context.clone(), command });
                }
            }
        }
    }
    all
}

/// The changes as a diff from one configuration to the other: per context, what goes and what comes.
///
/// A neighbour that goes takes all its lines along, of which frr-reload names one only.
pub(super) fn diff(changes: &[Change], base: &str, target: &str) -> String {
    let (base, target) = (Config::parse(base), Config::parse(target));
    let mut changes = changes.to_vec();
    let implied = taken_along(&changes, &base, &target);
    changes.extend(implied);
    let mut groups: Vec<(&[String], Vec<String>)> = Vec::new();
    for change in &changes {
        let lines = signed(change, &base);
        match groups.iter_mut().find(|(context, _)| *context == change.context.as_slice()) {
            Some((_, all)) => {
                all.extend(lines.into_iter().filter(|line| !all.contains(line)).collect::<Vec<_>>())
            }
            None => groups.push((&change.context, lines)),
        }
    }
    let mut text = String::new();
    for (context, mut lines) in groups {
        for (level, header) in context.iter().enumerate() {
            text.push_str(&format!("  {:level$}{header}\n", ""));
        }
        lines.sort_by_key(|line| !line.starts_with('-')); // what goes first, else in the router's order
        for line in lines {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

/// The lines of neighbours of which one line goes and none is left.
fn taken_along(changes: &[Change], base: &Config, target: &Config) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    for change in changes.iter().filter(|change| change.is_deletion) {
        let line = change.command.strip_prefix("no ").unwrap_or(&change.command);
        let (Some(peer), Some(block)) =
            (line.strip_prefix("neighbor ").and_then(|rest| rest.split(' ').next()), change.context.first())
        else {
            continue;
        };
        let is_left = target.find(&[], block).is_some_and(|node| !lines_of(peer, node, &[]).is_empty());
        if is_left {
            continue;
        }
        let lines = base.find(&[], block).map(|node| lines_of(peer, node, &[])).unwrap_or_default();
        for (context, line) in lines {
            let command = line.strip_prefix("no ").map_or_else(|| format!("no {line}"), str::to_owned);
            let change = Change { is_deletion: true, context, command };
            if !changes.contains(&change) && !all.contains(&change) {
                all.push(change);
            }
        }
    }
    all
}

/// Every line of a neighbour in a block, with its contexts.
fn lines_of(peer: &str, block: &Node, above: &[String]) -> Vec<(Vec<String>, String)> {
    let mut context = above.to_vec();
    context.push(block.line.clone());
    let mut all = Vec::new();
    for node in block.inner.iter().flatten() {
        if node.inner.is_some() {
            all.extend(lines_of(peer, node, &context));
        } else {
            let line = node.line.strip_prefix("no ").unwrap_or(&node.line);
            if line.strip_prefix("neighbor ").is_some_and(|rest| rest.split(' ').next() == Some(peer)) {
                all.push((context.clone(), node.line.clone()));
            }
        }
    }
    all
}

/// A command as the lines of configuration that go or come.
fn signed(change: &Change, base: &Config) -> Vec<String> {
    let level = change.context.len();
    let negated = change.command.strip_prefix("no ");
    let is_there = |line: &str| base.find(&change.context, line);
    let (sign, line) = match (change.is_deletion, negated) {
        (true, Some(line)) => ('-', line.to_owned()),
        // a line that FRR prints negated goes by typing it without
        (true, None) => ('-', format!("no {}", change.command)),
        // lists are taken away by lines to add
        (false, Some(line)) if is_there(line).is_some() => ('-', line.to_owned()),
        (false, _) => ('+', change.command.clone()),
    };
    let mut all = vec![format!("{sign} {:level$}{line}", "")];
    if let ('-', Some(Node { inner: Some(inner), .. })) = (sign, is_there(&line)) {
        below(inner, level + 1, &mut all);
    }
    all
}

/// With a context goes everything in it.
fn below(nodes: &[Node], level: usize, all: &mut Vec<String>) {
    for node in nodes {
        all.push(format!("- {:level$}{}", "", node.line));
        below(node.inner.as_deref().unwrap_or_default(), level + 1, all);
    }
}

/// The words of a refusal, out of frr-reload's log or vtysh's errors: the lines that say what is wrong.
pub(super) fn words(text: &str) -> String {
    const MOST: usize = 6;
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.replace("\u{1b}[91m", "").replace("\u{1b}[0m", "").trim().to_owned())
        // what it logs of its own doings: not a reason, and commands in their raw form
        .filter(|line| !line.is_empty() && !line.contains(" INFO: ") && !line.starts_with(['[', '\'']))
        .collect();
    let telling: Vec<&String> = lines
        .iter()
        .filter(|line| {
            line.contains('%')
                || ["error", "fail", "cannot", "denied", "refused", "already"]
                    .iter()
                    .any(|word| line.to_lowercase().contains(word))
        })
        .collect();
    let shown: Vec<&str> = if telling.is_empty() {
        lines.iter().map(String::as_str).take(MOST).collect()
    } else {
        telling.into_iter().map(String::as_str).take(MOST).collect()
    };
    shown.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "no ip forwarding\nip prefix-list A seq 5 permit 192.0.2.0/24\nrouter bgp 64501\n \
                        neighbor 192.0.2.5 description old\n address-family ipv4 unicast\n  \
                        neighbor 192.0.2.5 activate\n exit-address-family\nexit\nroute-map M permit 10\n \
                        set weight 5\nexit\n";

    const ANSWER: &str = "2026 INFO: Loading Config object from vtysh show running\n\nLines To Delete\n\
===============\nip forwarding\nno rpki\nrouter bgp 64501\n no neighbor 192.0.2.5 description old\nrouter bgp 64501\n \
address-family ipv4 unicast\n  no neighbor 192.0.2.5 activate\nno route-map M permit 10\n\nLines To Add\n============\n\
no ip prefix-list A seq 5 permit 192.0.2.0/24\nrouter bgp 64501\n neighbor 192.0.2.5 description new\n\
@@noise\nLines To Delete\n===============\nno rpki\n@@left 7\n";

    #[test]
    fn reads_the_report_without_its_noise() {
        let read = report(ANSWER).unwrap();
        assert_eq!(read.left, Some(7));
        assert_eq!(
            diff(&read.changes, BASE, "router bgp 64501\n neighbor 192.0.2.5 description new\n"),
            "- no ip forwarding\n- route-map M permit 10\n-  set weight 5\n- ip prefix-list A seq 5 permit 192.0.2.0/24\n  \
             router bgp 64501\n-  neighbor 192.0.2.5 description old\n+  neighbor 192.0.2.5 description new\n  \
             router bgp 64501\n   address-family ipv4 unicast\n-   neighbor 192.0.2.5 activate\n"
        );
        assert!(report("nothing").is_err());
        assert!(report("INFO: x\n@@noise\nINFO: x\n").unwrap().changes.is_empty());
    }

    #[test]
    fn a_neighbour_takes_its_lines_along() {
        let answer =
            "Lines To Delete\n===\nrouter bgp 64501\n no neighbor 192.0.2.5 description old\n@@noise\n";
        assert_eq!(
            diff(&report(answer).unwrap().changes, BASE, "router bgp 64501\n neighbor 192.0.2.50 shutdown\n"),
            "  router bgp 64501\n-  neighbor 192.0.2.5 description old\n  router bgp 64501\n   \
             address-family ipv4 unicast\n-   neighbor 192.0.2.5 activate\n"
        );
    }

    #[test]
    fn tells_what_is_wrong() {
        let log = "2026-11-23 22:43:02,522  INFO: Called via \"x\"\n2026 \u{1b}[91m  ERROR\u{1b}[0m: vtysh failed\n\
                   b'line 45: % Unknown command: x'\nrest\n";
        assert_eq!(words(log), "2026   ERROR: vtysh failed; b'line 45: % Unknown command: x'");
        assert_eq!(words("just this"), "just this");
    }
}
