//! A snippet laid over a configuration.

use std::net::Ipv6Addr;

use ipnet::IpNet;
use peering_core::{Error, ErrorKind, Result};

use super::super::redact::redact;
use super::rules::{self, begins};
use super::{Config, Node};

/// The step between numbers that FRR gives to entries without one.
const STEP: u32 = 5;

/// Lays the snippet over the configuration, in order: a line is added or takes the place of the one it replaces, a
/// `no` line removes.
///
/// # Errors
/// `Rejected`, with the line and the reason, for what cannot be compiled for certain. The configuration is to be
/// thrown away then.
pub(in crate::frr) fn merge(config: &mut Config, snippet: &Config) -> Result<()> {
    lay(&mut config.nodes, &snippet.nodes, &mut Vec::new())
}

fn rejected(node: &Node, why: &str) -> Error {
    let line = redact(&node.line);
    Error::new(ErrorKind::Rejected, format!("line {}: `{}`: {why}", node.number, line.trim_end()))
}

fn lay(nodes: &mut Vec<Node>, snippet: &[Node], path: &mut Vec<String>) -> Result<()> {
    for node in snippet {
        if let Some(full) = rules::shortened(&node.line) {
            return Err(rejected(node, &format!("words are not shortened here; is `{full}` meant?")));
        }
        match (&node.inner, node.line.strip_prefix("no ")) {
            (Some(inner), _) => block(nodes, node, inner, path)?,
            (None, Some(what)) => remove(nodes, node, &canonical(what), path)?,
            (None, None) => set(nodes, node, path)?,
        }
    }
    Ok(())
}

fn block(nodes: &mut Vec<Node>, node: &Node, inner: &[Node], path: &mut Vec<String>) -> Result<()> {
    let borrowed: Vec<&str> = path.iter().map(String::as_str).collect();
    if !rules::opens(&borrowed, &node.line) {
        return Err(rejected(node, "this opens no context that is known here"));
    }
    if let Some((asn, instance)) = bgp_instance(&node.line) {
        let other = nodes.iter().find(|other| {
            bgp_instance(&other.line).is_some_and(|(number, name)| name == instance && number != asn)
        });
        if let Some(other) = other {
            return Err(rejected(node, &format!("BGP is already there as `{}`", other.line)));
        }
    }
    if let Some((list, number)) = route_map(&node.line) {
        // the same entry with the other action is another entry in its place
        nodes.retain(|other| other.line == node.line || route_map(&other.line) != Some((list, number)));
    }
    let position = match nodes.iter().position(|other| other.line == node.line) {
        Some(position) => position,
        None => {
            nodes.push(Node { line: node.line.clone(), inner: Some(Vec::new()), number: node.number });
            nodes.len() - 1
        }
    };
    if let Some(found) = nodes.get_mut(position) {
        path.push(node.line.clone());
        let result = lay(found.inner.get_or_insert_default(), inner, path);
        path.pop();
        result?;
        if bgp_instance(&node.line).is_some() {
            settle_activation(found.inner.get_or_insert_default());
        }
    }
    Ok(())
}

/// Where IPv4 is on for every neighbour by itself, FRR prints only who is off; otherwise only who is on.
fn settle_activation(bgp: &mut [Node]) {
    let is_default = !bgp.iter().any(|node| node.line == "no bgp default ipv4-unicast");
    for family in bgp.iter_mut().filter(|node| begins(&node.line, "address-family")) {
        let is_ipv4 = family.line == "address-family ipv4 unicast";
        for inner in family.inner.iter_mut() {
            inner.retain(|node| {
                let (line, is_negated) = match node.line.strip_prefix("no ") {
                    Some(line) => (line, true),
                    None => (node.line.as_str(), false),
                };
                let is_activation = rules::neighbor(line).is_some_and(|(_, setting)| setting == "activate");
                !is_activation || is_negated == (is_ipv4 && is_default)
            });
        }
    }
}

/// The AS and the instance of a `router bgp` line.
fn bgp_instance(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("router bgp ")?;
    Some(rest.split_once(' ').unwrap_or((rest, "")))
}

/// The name and the number of a `route-map` line.
fn route_map(line: &str) -> Option<(&str, &str)> {
    let mut words = line.strip_prefix("route-map ")?.split(' ');
    let name = words.next()?;
    let _action = words.next()?;
    Some((name, words.next()?))
}

fn set(nodes: &mut Vec<Node>, node: &Node, path: &[String]) -> Result<()> {
    let line = canonical(&node.line);
    if line.contains(peering_core::REDACTED) {
        return Err(rejected(node, "this was printed with its secret blacked out"));
    }
    let negated = format!("no {line}");
    nodes.retain(|other| other.line != negated);
    if nodes.iter().any(|other| other.line == line) || rules::is_on_by_default(&line) {
        return Ok(());
    }
    let line = match rules::sequenced(&line) {
        Some(entry) if entry.number.is_none() => match number(nodes, &entry) {
            Some(line) => line,
            None => return Ok(()),
        },
        _ => line,
    };
    let new = Node { line, inner: None, number: node.number };
    if let Some(key) = rules::key(&new.line) {
        // Lines of the same key begin alike; with thousands of neighbours the key itself is too dear to ask for.
        let head = head(&new.line).to_owned();
        let is_same = |other: &Node| {
            other.inner.is_none()
                && begins(&other.line, &head)
                && rules::key(&other.line).is_some_and(|other| other == key)
        };
        if let Some(position) = nodes.iter().position(is_same) {
            nodes.retain(|other| !is_same(other));
            nodes.insert(position.min(nodes.len()), new);
            return Ok(());
        }
    }
    // plain lines stand before the contexts inside this one; on the top level the order is free
    let end = match path {
        [] => nodes.len(),
        _ => nodes.iter().position(|other| other.inner.is_some()).unwrap_or(nodes.len()),
    };
    nodes.insert(end, new);
    Ok(())
}

/// The first word of a line, and of a neighbour's the second.
fn head(line: &str) -> &str {
    let words = if begins(line, "neighbor") { 2 } else { 1 };
    let end = line.match_indices(' ').nth(words - 1).map_or(line.len(), |(end, _)| end);
    line.get(..end).unwrap_or(line)
}

/// An entry without a number gets the next one, unless the same rule is in the list already.
fn number(nodes: &[Node], entry: &rules::Sequenced<'_>) -> Option<String> {
    let mut last = 0;
    for other in nodes.iter().filter_map(|other| rules::sequenced(&other.line)) {
        if other.list == entry.list {
            if other.rule == entry.rule {
                return None;
            }
            last = last.max(other.number.unwrap_or(0));
        }
    }
    let next = (last / STEP).saturating_add(1).saturating_mul(STEP);
    Some(format!("{} seq {next} {}", entry.list, entry.rule))
}

fn remove(nodes: &mut Vec<Node>, node: &Node, what: &str, path: &[String]) -> Result<()> {
    if let Some((peer, setting)) = rules::neighbor(what) {
        let is_group = nodes.iter().any(|other| other.line == format!("neighbor {peer} peer-group"));
        // FRR takes the whole neighbour away with its AS, and a group with its members
        if setting.is_empty() || (begins(setting, "remote-as") && !is_group) {
            remove_neighbor(nodes, peer);
            return Ok(());
        }
        if setting == "peer-group" {
            let binding = format!("peer-group {peer}");
            let members: Vec<String> = nodes
                .iter()
                .filter_map(|other| rules::neighbor(&other.line))
                .filter(|(_, setting)| *setting == binding)
                .map(|(member, _)| member.to_owned())
                .collect();
            for member in members.iter().map(String::as_str).chain([peer]) {
                remove_neighbor(nodes, member);
            }
            return Ok(());
        }
    }
    let bare = rules::sequenced(what).filter(|entry| entry.number.is_none());
    let count = nodes.len();
    nodes.retain(|other| {
        let is_same_rule = bare.as_ref().is_some_and(|bare| {
            rules::sequenced(&other.line)
                .is_some_and(|entry| entry.list == bare.list && entry.rule == bare.rule)
        });
        !begins(&other.line, what) && !is_same_rule
    });
    let was_there = nodes.len() < count;
    let is_activation = rules::neighbor(what).is_some_and(|(_, setting)| setting == "activate");
    let is_kept = rules::is_on_by_default(what) || is_activation;
    if is_kept {
        let negated = format!("no {what}");
        if !nodes.iter().any(|other| other.line == negated) {
            let end = match path {
                [] => 0,
                _ => nodes.iter().position(|other| other.inner.is_some()).unwrap_or(nodes.len()),
            };
            nodes.insert(end, Node { line: negated, inner: None, number: node.number });
        }
        return Ok(());
    }
    let is_negated_already = nodes.iter().any(|other| other.line == format!("no {what}"));
    if was_there || is_negated_already || rules::is_listable(what) || rules::key(what).is_some() {
        return Ok(());
    }
    Err(rejected(node, "there is no such line, and whether FRR would keep the negation is not known"))
}

/// Every line of a neighbour, in the address families as well.
fn remove_neighbor(nodes: &mut Vec<Node>, peer: &str) {
    let is_his = |line: &str| {
        let line = line.strip_prefix("no ").unwrap_or(line);
        rules::neighbor(line).is_some_and(|(other, _)| other == peer)
    };
    nodes.retain(|node| !is_his(&node.line));
    for inner in nodes.iter_mut().filter_map(|node| node.inner.as_mut()) {
        inner.retain(|node| !is_his(&node.line));
    }
}

/// Addresses and prefixes as FRR prints them: without host bits, IPv6 in its short form.
fn canonical(line: &str) -> String {
    const PREFIXED: &[&str] =
        &["network", "aggregate-address", "ip route", "ipv6 route", "ip prefix-list", "ipv6 prefix-list"];
    let is_prefixed = PREFIXED.iter().any(|words| begins(line, words));
    let is_neighbor = begins(line, "neighbor");
    if !is_prefixed && !is_neighbor {
        return line.to_owned();
    }
    let mut is_done = false;
    let words: Vec<String> = line
        .split(' ')
        .map(|word| {
            if is_done {
                return word.to_owned();
            }
            let address = word.parse::<Ipv6Addr>().ok().map(|address| address.to_string());
            let prefix =
                word.parse::<IpNet>().ok().filter(|_| is_prefixed).map(|prefix| prefix.trunc().to_string());
            match address.or(prefix) {
                Some(word) => {
                    is_done = true;
                    word
                }
                None => word.to_owned(),
            }
        })
        .collect();
    words.join(" ")
}
