//! The routing policy language: what a policy says, and which prefixes it lets pass.
//!
//! A route passes a policy that says `pass` or `done` of it or changes it, and no `drop`. Of a route's attributes the
//! simulated ones have none but their prefix: conditions on communities, paths and origins are not met.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::language::Node;

/// The policies and sets of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Policies {
    policies: BTreeMap<String, Vec<Statement>>,
    sets: BTreeMap<String, Vec<Entry>>,
}

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Statement {
    Pass,
    Done,
    Drop,
    /// Changes the route.
    Set,
    Apply(String),
    /// Conditions with what is done, in their order, and what else.
    If(Vec<(Condition, Vec<Statement>)>, Vec<Statement>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Always,
    /// Of what no simulated route has.
    Never,
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    /// The prefix is in a set of this name.
    InSet(String),
    In(Vec<Entry>),
}

/// An entry of a prefix set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    net: IpNet,
    lengths: (u8, u8),
}

/// How a policy ends for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Goes on with what comes after; whether it has been let pass.
    Open(bool),
    Done,
    Drop,
}

impl Policies {
    /// Reads them from a configuration, in which they are correct.
    pub(crate) fn of(tree: &Node) -> Policies {
        let mut all = Policies::default();
        for node in &tree.children {
            let Some((first, rest)) = node.line.split_once('\n') else { continue };
            let body = rest.rsplit_once('\n').map_or("", |(body, _)| body);
            match (first.split_once(' '), parse(first, body)) {
                (Some(("route-policy", name)), Ok(Parsed::Policy(statements))) => {
                    all.policies.insert(name.to_owned(), statements);
                }
                (Some(("prefix-set", name)), Ok(Parsed::Prefixes(entries))) => {
                    all.sets.insert(name.to_owned(), entries);
                }
                _ => {}
            }
        }
        all
    }

    /// Whether there is a policy of this name.
    pub(crate) fn has(&self, policy: &str) -> bool {
        self.policies.contains_key(policy)
    }

    /// Names that policies refer to and that do not exist: the policy, what it is, the name.
    pub(crate) fn dangling(&self) -> Vec<(&str, &'static str, &str)> {
        let mut found = Vec::new();
        for (policy, statements) in &self.policies {
            let mut names = Vec::new();
            collect(statements, &mut names);
            for (kind, name) in names {
                let exists = if kind == "policy" { self.has(name) } else { self.sets.contains_key(name) };
                if !exists {
                    found.push((policy.as_str(), kind, name));
                }
            }
        }
        found
    }

    /// Whether a prefix passes a policy; one that does not exist lets nothing pass.
    pub(crate) fn permits(&self, policy: &str, prefix: &IpNet) -> bool {
        match self.policies.get(policy) {
            Some(statements) => matches!(self.run(statements, prefix, 0), End::Open(true) | End::Done),
            None => false,
        }
    }

    fn run(&self, statements: &[Statement], prefix: &IpNet, depth: usize) -> End {
        /// Policies that apply each other in a circle end somewhere.
        const DEEPEST: usize = 16;
        let mut has_ticket = false;
        for statement in statements {
            let end = match statement {
                Statement::Pass | Statement::Set => End::Open(true),
                Statement::Done => End::Done,
                Statement::Drop => End::Drop,
                Statement::Apply(name) if depth < DEEPEST => {
                    self.policies.get(name).map_or(End::Drop, |inner| self.run(inner, prefix, depth + 1))
                }
                Statement::Apply(_) => End::Drop,
                Statement::If(branches, otherwise) => {
                    let met = branches.iter().find(|(condition, _)| self.is_met(condition, prefix));
                    let chosen = met.map_or(otherwise, |(_, statements)| statements);
                    self.run(chosen, prefix, depth)
                }
            };
            match end {
                End::Open(passes) => has_ticket |= passes,
                End::Done | End::Drop => return end,
            }
        }
        End::Open(has_ticket)
    }

    fn is_met(&self, condition: &Condition, prefix: &IpNet) -> bool {
        match condition {
            Condition::Always => true,
            Condition::Never => false,
            Condition::Not(inner) => !self.is_met(inner, prefix),
            Condition::All(all) => all.iter().all(|one| self.is_met(one, prefix)),
            Condition::Any(any) => any.iter().any(|one| self.is_met(one, prefix)),
            Condition::InSet(name) => {
                self.sets.get(name).is_some_and(|entries| entries.iter().any(|entry| entry.covers(prefix)))
            }
            Condition::In(entries) => entries.iter().any(|entry| entry.covers(prefix)),
        }
    }
}

fn collect<'a>(statements: &'a [Statement], names: &mut Vec<(&'static str, &'a str)>) {
    fn of_condition<'a>(condition: &'a Condition, names: &mut Vec<(&'static str, &'a str)>) {
        match condition {
            Condition::InSet(name) => names.push(("prefix-set", name)),
            Condition::Not(inner) => of_condition(inner, names),
            Condition::All(all) | Condition::Any(all) => all.iter().for_each(|one| of_condition(one, names)),
            Condition::Always | Condition::Never | Condition::In(_) => {}
        }
    }
    for statement in statements {
        match statement {
            Statement::Apply(name) => names.push(("policy", name)),
            Statement::If(branches, otherwise) => {
                for (condition, inner) in branches {
                    of_condition(condition, names);
                    collect(inner, names);
                }
                collect(otherwise, names);
            }
            Statement::Pass | Statement::Done | Statement::Drop | Statement::Set => {}
        }
    }
}

impl Entry {
    fn covers(&self, prefix: &IpNet) -> bool {
        let (low, high) = self.lengths;
        self.net.contains(prefix) && (low..=high).contains(&prefix.prefix_len())
    }

    fn read(words: &[&str]) -> Option<Entry> {
        let (net, bounds) = words.split_first()?;
        let net: IpNet =
            if net.contains('/') { net.parse().ok()? } else { net.parse::<IpAddr>().ok()?.into() };
        let (own, most) = (net.prefix_len(), net.max_prefix_len());
        let lengths = match bounds {
            [] => (own, own),
            ["le", le] => (own, le.parse().ok()?),
            ["ge", ge] => (ge.parse().ok()?, most),
            ["ge", ge, "le", le] => (ge.parse().ok()?, le.parse().ok()?),
            ["eq", eq] => (eq.parse().ok()?, eq.parse().ok()?),
            _ => return None,
        };
        (own <= lengths.0 && lengths.0 <= lengths.1 && lengths.1 <= most).then_some(Entry { net, lengths })
    }
}

/// A text, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    Policy(Vec<Statement>),
    Prefixes(Vec<Entry>),
    /// A set of what no simulated route has.
    Other,
}

/// Understands the text of a policy or set. `first`: the line that begins it.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn parse(first: &str, body: &str) -> Result<Parsed, String> {
    let is_comment = |line: &&str| !line.trim_start().starts_with('#');
    let body: Vec<&str> = body.lines().filter(is_comment).collect();
    match first.split_whitespace().next() {
        Some("route-policy") => {
            let spaced = body.join(" ").replace('(', " ( ").replace(')', " ) ").replace(',', " , ");
            let words: Vec<&str> = spaced.split_whitespace().collect();
            let mut rest = words.as_slice();
            let statements = statements(&mut rest)?;
            match rest.first() {
                Some(word) => Err(format!("Policy parsing error: unexpected '{word}'")),
                None => Ok(Parsed::Policy(statements)),
            }
        }
        Some("prefix-set") => entries(&body.join("\n")).map(Parsed::Prefixes),
        _ => Ok(Parsed::Other),
    }
}

/// The entries of a set, with commas between them.
fn entries(text: &str) -> Result<Vec<Entry>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let read = |entry: &str| {
        let words: Vec<&str> = entry.split_whitespace().collect();
        Entry::read(&words).ok_or_else(|| format!("Invalid prefix '{}'", entry.trim()))
    };
    text.split(',').map(read).collect()
}

/// Statements up to a word that ends them, which stays.
fn statements(words: &mut &[&str]) -> Result<Vec<Statement>, String> {
    let mut all = Vec::new();
    loop {
        let statement = match *words {
            [] | ["endif" | "else" | "elseif", ..] => return Ok(all),
            ["pass", rest @ ..] => (Statement::Pass, rest),
            ["done", rest @ ..] => (Statement::Done, rest),
            ["drop", rest @ ..] => (Statement::Drop, rest),
            ["apply", name, rest @ ..] => (Statement::Apply((*name).to_owned()), rest),
            ["if", rest @ ..] => {
                *words = rest;
                all.push(branches(words)?);
                continue;
            }
            ["set" | "delete" | "prepend" | "unsuppress-route" | "suppress-route", rest @ ..] => {
                (Statement::Set, attribute(rest)?)
            }
            [word, ..] => return Err(format!("Policy parsing error: unexpected '{word}'")),
        };
        all.push(statement.0);
        *words = statement.1;
    }
}

/// What stands behind an `if`.
fn branches(words: &mut &[&str]) -> Result<Statement, String> {
    let mut all = Vec::new();
    loop {
        let condition = any(words)?;
        take(words, "then")?;
        all.push((condition, statements(words)?));
        match *words {
            ["elseif", rest @ ..] => *words = rest,
            ["else", rest @ ..] => {
                *words = rest;
                let otherwise = statements(words)?;
                take(words, "endif")?;
                return Ok(Statement::If(all, otherwise));
            }
            _ => {
                take(words, "endif")?;
                return Ok(Statement::If(all, Vec::new()));
            }
        }
    }
}

fn take(words: &mut &[&str], word: &str) -> Result<(), String> {
    match *words {
        [first, rest @ ..] if *first == word => {
            *words = rest;
            Ok(())
        }
        _ => Err(format!("Policy parsing error: '{word}' expected")),
    }
}

fn any(words: &mut &[&str]) -> Result<Condition, String> {
    let mut any = vec![all(words)?];
    while let ["or", rest @ ..] = *words {
        *words = rest;
        any.push(all(words)?);
    }
    Ok(if any.len() == 1 { any.swap_remove(0) } else { Condition::Any(any) })
}

fn all(words: &mut &[&str]) -> Result<Condition, String> {
    let mut all = vec![one(words)?];
    while let ["and", rest @ ..] = *words {
        *words = rest;
        all.push(one(words)?);
    }
    Ok(if all.len() == 1 { all.swap_remove(0) } else { Condition::All(all) })
}

fn one(words: &mut &[&str]) -> Result<Condition, String> {
    match *words {
        ["not", rest @ ..] => {
            *words = rest;
            Ok(Condition::Not(Box::new(one(words)?)))
        }
        ["(", rest @ ..] => {
            *words = rest;
            let inner = any(words)?;
            take(words, ")")?;
            Ok(inner)
        }
        ["destination", "in", "(", rest @ ..] => {
            let end =
                rest.iter().position(|word| *word == ")").ok_or("Policy parsing error: ')' expected")?;
            let (inner, tail) = rest.split_at(end);
            *words = tail.get(1..).unwrap_or_default();
            entries(&inner.join(" ")).map(Condition::In)
        }
        ["destination", "in", name, rest @ ..] => {
            *words = rest;
            Ok(Condition::InSet((*name).to_owned()))
        }
        [
            "community" | "extcommunity" | "large-community" | "as-path" | "origin" | "med"
            | "local-preference" | "next-hop" | "source" | "tag" | "validation-state" | "protocol"
            | "rib-has-route" | "path-type" | "route-type",
            ..,
        ] => {
            let ends = ["then", "and", "or", ")"];
            let mut depth = 0_usize;
            let end = words.iter().position(|word| {
                match *word {
                    "(" => depth += 1,
                    ")" if depth > 0 => {
                        depth -= 1;
                        return false;
                    }
                    _ => {}
                }
                depth == 0 && ends.contains(word)
            });
            *words = end.and_then(|end| words.get(end..)).ok_or("Policy parsing error: 'then' expected")?;
            Ok(Condition::Never)
        }
        ["true", rest @ ..] => {
            *words = rest;
            Ok(Condition::Always)
        }
        [word, ..] => Err(format!("Policy parsing error: unexpected '{word}'")),
        [] => Err("Policy parsing error: condition expected".to_owned()),
    }
}

/// What is changed: the words up to the next statement.
fn attribute<'w, 't>(words: &'w [&'t str]) -> Result<&'w [&'t str], String> {
    let known = [
        "local-preference",
        "med",
        "community",
        "extcommunity",
        "large-community",
        "as-path",
        "next-hop",
        "origin",
        "weight",
        "tag",
        "traffic-index",
        "label-index",
        "rib-metric",
        "path-selection",
        "dampening",
        "validation-state",
    ];
    let Some(first) = words.first().filter(|first| known.contains(first)) else {
        let word = words.first().copied().unwrap_or("end-policy");
        return Err(format!("Policy parsing error: unexpected '{word}'"));
    };
    let starts = [
        "pass",
        "done",
        "drop",
        "apply",
        "if",
        "set",
        "delete",
        "prepend",
        "endif",
        "else",
        "elseif",
        "suppress-route",
        "unsuppress-route",
    ];
    let mut depth = 0_i32;
    let end = words.iter().position(|word| {
        depth += i32::from(*word == "(") - i32::from(*word == ")");
        depth == 0 && starts.contains(word)
    });
    let end = end.unwrap_or(words.len());
    if depth != 0 || end < 2 {
        return Err(format!("Policy parsing error: value of '{first}' expected"));
    }
    Ok(words.get(end..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::iosxr::text::load;

    const TEXT: &str = "prefix-set OURS\n  198.18.0.0/15 le 24,\n  2001:db8::/32 ge 48 le 64\nend-set\n!\n\
        route-policy OUT\n  if destination in OURS and not community matches-any (1:2) then\n    set med 5\n    done\n  endif\nend-policy\n!\n\
        route-policy IN\n  # a remark\n  if destination in (10.0.0.0/8 le 32) or as-path in X then\n    drop\n  elseif destination in OURS then\n\
        \x20   pass\n  else\n    apply OUT\n    set community (65000:1, 65000:2) additive\n  endif\nend-policy\n\
        route-policy NOTHING\nend-policy\nroute-policy CHAIN\n  apply NOTHING\n  drop\nend-policy\n";

    #[test]
    fn policies_decide() {
        let mut tree = Node::root();
        assert_eq!(load(&mut tree, TEXT), []);
        let policies = Policies::of(&tree);
        let permits = |policy: &str, prefix: &str| policies.permits(policy, &prefix.parse().unwrap());
        assert!(
            permits("OUT", "198.18.4.0/24")
                && !permits("OUT", "198.18.4.0/25")
                && !permits("OUT", "192.0.2.0/24")
        );
        assert!(permits("OUT", "2001:db8::/48") && !permits("OUT", "2001:db8::/32"));
        assert!(
            !permits("IN", "10.1.0.0/16")
                && permits("IN", "198.18.0.0/16")
                && permits("IN", "203.0.113.0/24")
        );
        assert!(
            !permits("NOTHING", "10.0.0.0/8")
                && !permits("CHAIN", "10.0.0.0/8")
                && !permits("NONE", "10.0.0.0/8")
        );
        assert_eq!(policies.dangling(), []);
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        for body in [
            "nonsense",
            "if destination in X\n done\nendif",
            "set nonsense 5",
            "if true then\n pass",
            "pass )",
            "set med",
        ] {
            let mut tree = Node::root();
            let found = load(&mut tree, &format!("route-policy P\n{body}\nend-policy\n"));
            assert_eq!((found.len(), tree.children.len()), (1, 0), "{body}");
            assert_eq!(found[0].line, "route-policy P");
        }
        for entry in ["10.0.0.0/8 le 4", "10.0.0.0/8 ge 33", "x", "10.0.0.0/8\n10.1.0.0/16"] {
            let mut tree = Node::root();
            assert_eq!(load(&mut tree, &format!("prefix-set P\n{entry}\nend-set\n")).len(), 1, "{entry}");
        }
    }
}
