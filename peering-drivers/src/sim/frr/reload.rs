//! `frr-reload.py`: the difference between two configurations as commands, reported and applied line by line.

use std::fmt::Write as _;
use std::net::IpAddr;

use super::apply::{Cursor, Outcome, check};
use super::config::Config;

/// A line in its contexts; no line is the innermost context itself.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    context: Vec<String>,
    line: Option<String>,
}

/// What the tool would type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    delete: Vec<Vec<String>>,
    add: Vec<Vec<String>>,
}

/// One context and the lines in it.
#[derive(Debug)]
struct Block {
    context: Vec<String>,
    lines: Vec<String>,
}

/// A text as contexts, in order.
fn blocks(text: &str) -> Vec<Block> {
    let mut all: Vec<Block> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    for raw in text.lines() {
        let line = raw.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_block = ["interface ", "router bgp ", "route-map "].iter().any(|word| line.starts_with(word));
        match line.as_str() {
            "" | "end" => open.clear(),
            _ if line.starts_with(['!', '#']) => {}
            "exit" => open.clear(),
            "exit-address-family" => drop(open.pop()),
            _ if is_block || line == "rpki" => {
                open = vec![line];
                all.push(Block { context: open.clone(), lines: Vec::new() });
            }
            _ if line.starts_with("address-family ") && !open.is_empty() => {
                open.truncate(1);
                open.push(line);
                all.push(Block { context: open.clone(), lines: Vec::new() });
            }
            // A line without indent ends a context that nobody closed.
            _ if !raw.starts_with(' ') || open.is_empty() => {
                open.clear();
                all.push(Block { context: vec![line], lines: Vec::new() });
            }
            _ => match all.iter_mut().rev().find(|block| block.context == open) {
                Some(block) => block.lines.push(line),
                None => all.push(Block { context: open.clone(), lines: vec![line] }),
            },
        }
    }
    all
}

const KEPT: [&str; 3] = ["frr version ", "frr defaults ", "service integrated-vtysh-config"];

/// What is to be typed to come from one text to the other.
pub(crate) fn plan(running: &str, target: &str) -> Plan {
    let (running, target) = (blocks(running), blocks(target));
    let mut plan = Plan::default();
    let mut late = Vec::new();
    let is_there = |blocks: &[Block], context: &[String]| blocks.iter().any(|block| block.context == context);
    for block in &running {
        let outer = block.context.first().map(|word| vec![word.clone()]).unwrap_or_default();
        let name = outer.first().map(String::as_str).unwrap_or_default();
        if KEPT.iter().any(|kept| name.starts_with(kept)) {
            continue;
        }
        // With the module loaded the block is always there, and always meant to go.
        let is_rpki = name == "rpki" && block.lines.is_empty();
        if is_rpki || !is_there(&target, &block.context) {
            let is_inner = block.context.len() > 1;
            if is_inner && !is_there(&target, &outer) {
                continue; // It goes with its context.
            }
            if name.starts_with("interface ") || is_inner {
                for line in &block.lines {
                    plan.delete.push(typed(
                        &Item { context: block.context.clone(), line: Some(line.clone()) },
                        true,
                    ));
                }
                continue;
            }
            let item = Item { context: block.context.clone(), line: None };
            let is_list = ["ip prefix-list ", "ipv6 prefix-list ", "ip route ", "ipv6 route "]
                .iter()
                .any(|word| name.starts_with(word));
            if is_list {
                late.push(typed(&item, true))
            } else {
                plan.delete.push(typed(&item, true))
            }
            continue;
        }
        let wanted: Vec<&String> =
            target.iter().filter(|own| own.context == block.context).flat_map(|own| &own.lines).collect();
        for line in block.lines.iter().filter(|line| !wanted.contains(line)) {
            plan.delete.push(typed(&Item { context: block.context.clone(), line: Some(line.clone()) }, true));
        }
    }
    for block in &target {
        let name = block.context.first().map(String::as_str).unwrap_or_default();
        if KEPT.iter().any(|kept| name.starts_with(kept)) {
            continue;
        }
        if !is_there(&running, &block.context) {
            plan.add.push(typed(&Item { context: block.context.clone(), line: None }, false));
        }
        let present: Vec<&String> =
            running.iter().filter(|own| own.context == block.context).flat_map(|own| &own.lines).collect();
        for line in block.lines.iter().filter(|line| !present.contains(line)) {
            plan.add.push(typed(&Item { context: block.context.clone(), line: Some(line.clone()) }, false));
        }
    }
    plan.add.extend(late);
    plan
}

/// The lines that are typed for an item: its contexts, then itself.
fn typed(item: &Item, is_deletion: bool) -> Vec<String> {
    let mut all: Vec<String> = item.context.clone();
    all.extend(item.line.clone());
    if is_deletion && let Some(last) = all.last_mut() {
        *last = match last.strip_prefix("no ") {
            Some(rest) => rest.to_owned(),
            None => format!("no {last}"),
        };
    }
    all
}

const STAMP: &str = "%Y-%m-%d %H:%M:%S";

fn header(mode: &str) -> String {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).strftime(STAMP);
    let test = if mode == "test" { "True" } else { "False" };
    let reload = if mode == "test" { "False" } else { "True" };
    format!(
        "{now},000  INFO: Called via \"Namespace(input=None, reload={reload}, test={test}, debug=False, \
         log_level='info', stdout=True, pathspace=None, filename='frr.conf')\"\n\
         {now},001  INFO: Loading Config object from file frr.conf\n"
    )
}

fn running_line() -> String {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).strftime(STAMP);
    format!("{now},100  INFO: Loading Config object from vtysh show running\n")
}

fn refusal(target: &str) -> Option<String> {
    let wrong = check(target);
    let (number, line) = wrong.first()?;
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).strftime(STAMP);
    Some(format!(
        "{now},050 \u{1b}[91m  ERROR\u{1b}[0m: vtysh failed to process new configuration: vtysh (mark file) exited \
         with status 2:\nb'line {number}: % Unknown command: {line}\\n\\n'\n"
    ))
}

/// `--test`: report and exit status.
pub(crate) fn test(running: &Config, target: &str) -> (String, u32) {
    let mut out = header("test");
    let refusal = refusal(target);
    out.push_str(refusal.as_deref().unwrap_or_default());
    out.push_str(&running_line());
    // As the real one: with an error in the file it compares with an empty one.
    let plan = plan(&running.print(), if refusal.is_some() { "" } else { target });
    for (title, rule, items) in
        [("Lines To Delete", "===============", &plan.delete), ("Lines To Add", "============", &plan.add)]
    {
        if items.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{title}\n{rule}");
        for item in items {
            for (level, line) in item.iter().enumerate() {
                let _ = writeln!(out, "{:level$}{line}", "");
            }
        }
    }
    (out, u32::from(refusal.is_some()))
}

/// `--reload`: log and exit status. With a death, words and status, it stops half-way.
pub(crate) fn reload(
    config: &mut Config,
    addresses: &[IpAddr],
    target: &str,
    death: Option<&(String, u32)>,
) -> (String, u32) {
    let mut out = header("reload");
    if let Some(words) = refusal(target) {
        out.push_str(&words);
        return (out, 1);
    }
    out.push_str(&running_line());
    let first = plan(&config.print(), target);
    let half = (first.delete.len() + first.add.len()) / 2;
    let mut failed = 0;
    for (number, item) in first.delete.iter().chain(&first.add).enumerate() {
        if let Some((words, status)) = death
            && number >= half
        {
            out.push_str(words);
            return (out, *status);
        }
        // What cannot be taken away is mostly gone already with something else.
        let is_done = execute(config, addresses, item, &mut out);
        failed += u32::from(!is_done && number >= first.delete.len());
    }
    if let Some((words, status)) = death {
        out.push_str(words);
        return (out, *status);
    }
    // A second round puts back what taking something away took along.
    for item in &plan(&config.print(), target).add {
        failed += u32::from(!execute(config, addresses, item, &mut out));
    }
    out.push_str(&running_line());
    (out, u32::from(failed > 0))
}

fn execute(config: &mut Config, addresses: &[IpAddr], item: &[String], out: &mut String) -> bool {
    let mut cursor = Cursor::top();
    for line in item {
        let words = match cursor.execute(config, addresses, line) {
            Outcome::Done(_) => continue,
            Outcome::Unknown => format!("% Unknown command: {line}"),
            Outcome::Refused(words) => words,
        };
        let _ =
            writeln!(out, "\u{1b}[91m  ERROR\u{1b}[0m: \"{}\" we failed to apply: {words}", item.join("  "));
        return false;
    }
    let _ = writeln!(out, "  INFO: Executed \"{}\"", item.join("  "));
    true
}

#[cfg(test)]
#[path = "reload_tests.rs"]
mod tests;
